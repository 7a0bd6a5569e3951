# What letters (mails to people) say, in English. As in ../en.ftl; but letters are plain text, so there are no marks.
# $kind says what happened; every kind stands in each list.

letter-hello = Hello { $name },
letter-own-subject = { $kind ->
    [passIssued] You got a Temporary Access Pass
    [passDeleted] Your Temporary Access Pass was deleted
    [passUsed] Your Temporary Access Pass was used
    [passBlocked] Your Temporary Access Pass was blocked
    [passkeyAdded] A passkey was added to your account
    [appAdded] An authenticator app was added to your account
    [passkeyDeleted] A passkey was deleted from your account
    [appDeleted] An authenticator app was deleted from your account
    [passwordReset] Your password was reset
    [passwordChanged] Your password was changed
   *[signInDisowned] You said that a sign-in wasn't yours
}
letter-own-text = { $kind ->
    [passIssued] A Temporary Access Pass was made for your account. With its code you sign in and set up a way to sign in that lasts. The code never comes by mail: you get it from the people who help you.
    [passDeleted] The Temporary Access Pass for your account was deleted. Its code no longer works, and sessions that began with it have ended.
    [passUsed] Somebody signed in to your account with your Temporary Access Pass, for the first time.
    [passBlocked] Wrong codes were typed too often. So your Temporary Access Pass was blocked for good, and nobody can sign in with it.
    [passkeyAdded] From now on a new passkey can sign in to your account.
    [appAdded] From now on a new authenticator app makes codes for your account.
    [passkeyDeleted] One of your passkeys can no longer sign in to your account.
    [appDeleted] One of your authenticator apps no longer makes codes for your account.
    [passwordReset] Somebody else set a new password for your account, and ended your sessions.
    [passwordChanged] Your account has a new password.
   *[signInDisowned] You told us that a sign-in with your name was somebody else's. We ended all your sessions and told your administrators.
}
letter-about-subject = { $kind ->
    [passIssued] { $name } got a Temporary Access Pass
    [passDeleted] The Temporary Access Pass of { $name } was deleted
    [passUsed] The Temporary Access Pass of { $name } was used
    [passBlocked] The Temporary Access Pass of { $name } was blocked
    [passkeyAdded] { $name } has a new passkey
    [appAdded] { $name } has a new authenticator app
    [passkeyDeleted] A passkey of { $name } was deleted
    [appDeleted] An authenticator app of { $name } was deleted
    [passwordReset] The password of { $name } was reset
    [passwordChanged] { $name } changed the password
   *[signInDisowned] { $name } says that a sign-in was somebody else's
}
letter-about-text = { $kind ->
    [passIssued] A Temporary Access Pass was made for { $name }, to sign in with and to set up a way that lasts. The code never comes by mail.
    [passDeleted] The Temporary Access Pass of { $name } was deleted.
    [passUsed] Somebody signed in with the Temporary Access Pass of { $name }, for the first time.
    [passBlocked] Wrong codes were typed too often for { $name }. So the Temporary Access Pass was blocked for good; somebody may be guessing.
    [passkeyAdded] From now on a new passkey can sign in as { $name }.
    [appAdded] From now on a new authenticator app makes codes for { $name }.
    [passkeyDeleted] A passkey can no longer sign in as { $name }.
    [appDeleted] An authenticator app no longer makes codes for { $name }.
    [passwordReset] Somebody set a new password for { $name }.
    [passwordChanged] { $name } has a new password.
   *[signInDisowned] { $name } says that a sign-in with this name was somebody else's. All sessions were ended.
}
letter-account = Account: { $upn }
letter-when = When: { $at }
letter-by = By: { $by }
letter-by-server = By: whoever runs the server
letter-from = From the network address: { $from }
letter-valid = The pass works from { $start } until { $end }.
letter-sign-in = The sign-in: { $at }, from the network address { $from }
# What to do now, by who reads it and what happened.
letter-advice = { $advice ->
    [expected] If you did not expect this, tell your administrator or help desk at once.
    [own] If this wasn't you, somebody else can get into your account: tell your administrator or help desk at once. As long as you can sign in, you can also do something yourself: at { $origin }/security-info, under “Recent sign-ins”, choose “This wasn't me”. That ends all sessions.
    [blocked] Ask your administrator or help desk for a new pass. If it wasn't you who typed wrong codes, tell them so.
    [disowned] Sign in again, change your password if you have one, and delete ways to sign in that you don't know, at { $origin }/security-info. If you can no longer sign in, ask your administrator or help desk for a Temporary Access Pass.
   *[portal] What else is known, and what can be done, is here: { $origin }/portal/people/{ $id }
}
letter-test-subject = A test of the mail
letter-test-text = This mail was sent to see whether mail arrives. It does. There is nothing to do.
letter-footer = This mail was written by { $origin }. Nobody reads answers to it. It never asks for a code or a password.
