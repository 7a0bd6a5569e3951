# What people's pages say, in English: the catalogue that the others are held against.
#
# Text goes to the page as it stands; <strong> and <bdi> are the only marks, quotes are “typographic”. Variables are
# escaped. Every language has the same ids with the same variables and marks (tests/languages.rs).

## The page as a whole

# ltr or rtl
direction = ltr
# $day: 1 to 31, $month: 1 to 12, $year: 2026
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
# $clock: 14:05
date-time = { date }, { $clock } UTC

## Words on several pages

temporary-access-pass = Temporary Access Pass
sign-in = Sign in
next = Next
continue = Continue
cancel = Cancel
yes = Yes
no = No
try-again = Try again
other-ways = Other ways to sign in
back-to-name = Back to the account name
back-to-change-name = Back, to change the account name
back-to-sign-in = Back to sign in
password = Password
code = Code
enter-code = Enter code
show = Show
hide = Hide
show-password = Show password
show-pass = Show Temporary Access Pass
show-current-password = Show current password
show-new-password = Show new password
show-new-password-again = Show new password again
new-password = New password
new-password-again = New password again
rules-title = A good password
rules-length = has at least { $shortest } characters, and at most { $longest }; longer is safer
rules-kinds = has three of these: lower case, upper case, digits, signs
rules-common = isn't a common one, like a word with a year
rules-name = doesn't contain your name or account name
rules-note = Any letters, digits, signs and blanks may be in it. A few words that don't belong together are easy to remember.
# Small print below a message; what follows is the same in every language.
reference-number = Number:
reference-correlation = Correlation ID:
reference-time = Time:
time-left = Time left to register:
time-left-until = (until { $time })

## Sign in

account-name = Account name
account-name-hint = Usually your work email address
help = Can't access your account?
sign-in-options = Sign-in options
choose-how-to-sign-in = Choose how to sign in
enter-pass = Enter Temporary Access Pass
pass-hint = The code your administrator gave you. Capital and small letters matter.
use-password = Use your password instead
enter-password = Enter password
use-pass = Use your Temporary Access Pass instead
forgot-password = Forgot my password
code-hint = Open the authenticator app on your phone and type the 6 digits that it shows for <bdi>{ $tenant }</bdi>.
verify = Verify
no-app-now = I can't use my authenticator app right now
sign-in-with-passkey = Sign in with a passkey
passkey-heading = Face, fingerprint, PIN or security key
passkey-lead = Your device opens a window of its own. Follow what it says there.
passkey-demanded-by = <bdi><strong>{ $application }</strong></bdi> asks for more than you signed in with.
passkey-needs-script = A passkey needs JavaScript, which is turned off in this browser. Turn it on, or choose another way to sign in.
owed-password = Choose a new password
owed-password-lead = Your present password was only for the first time, or it has expired. Choose one that only you know, and you're in.
way-pass = Use your Temporary Access Pass
way-pass-hint = The pass that your administrator gave you
way-passkey-hint = Sign in with a passkey from this device, your phone or a key
way-password = Use your password
way-password-hint = The password of your account
way-code = Use a code from your authenticator app
way-code-hint = The 6 digits that the app shows right now
way-organization = Sign in at your organization
way-organization-hint = You come back here when it knows you
none-works = None of these works for me
help-lead = That happens, and it's quick to mend. You need a <strong>Temporary Access Pass</strong>: a code that lets you in for a short time.
help-step-ask = Ask your administrator or help desk for a Temporary Access Pass. They'll want to be sure that it's you.
help-step-type = Come back here, type your account name and then the pass.
help-step-add = Once you're in, add a new way to sign in, such as a passkey.
help-note = Nobody will ever ask you to tell them your pass or your password. Only type them here.
stay = Stay signed in?
stay-text = Then you aren't asked so often on this device. Choose No if others use it, too.
stay-again = Don't show this again

## For an application

pick-account = Pick an account
pick-account-for = to go on to <bdi><strong>{ $application }</strong></bdi>
another-account = Use another account
permissions-requested = Permissions requested
approval-required = Approval required
approval-required-text = Only an administrator can allow this. Ask yours, then sign in to the application again.
# $everyone: whether it is asked for everyone
consent-wants = <bdi><strong>{ $application }</strong></bdi> would like to{ $everyone ->
    [true] , for everyone in your organization
   *[false] { "" }
}:
consent-wants-by = <bdi><strong>{ $application }</strong></bdi> by <bdi>{ $publisher }</bdi> would like to{ $everyone ->
    [true] , for everyone in your organization
   *[false] { "" }
}:
needs-administrator = needs an administrator
consent-answers-to-host = The answer goes to <bdi><strong>{ $host }</strong></bdi>.
consent-answers-to-this-device = The answer goes to <strong>this device</strong>.
consent-answers-to-app = The answer goes to <strong>an app on this device</strong>.
consent-answers-to-device = The answer goes to <strong>a device at { $place }</strong>.
consent-trust = Only accept if you trust this application.
consent-read-both = Read its { $terms } and { $privacy }.
consent-read-terms = Read its { $terms }.
consent-read-privacy = Read its { $privacy }.
terms-of-service = terms of service
privacy-statement = privacy statement
consent-for-everyone = Consent on behalf of your organization
consent-for-everyone-hint = Then nobody is asked again, and the application may do this for everyone who signs in to it.
accept = Accept
scope-user-read = Sign you in and read your profile
scope-user-read-write = Read and change your profile
scope-user-read-basic-all = Read the basic profiles of all people
scope-openid = Sign you in
scope-profile = See your name and account name
scope-email = See your email address
scope-offline-access = Keep the access that you give it, also while you don't use it
scope-methods-read = Read your sign-in methods
scope-methods-read-write = Read and change your sign-in methods
scope-directory = Access the directory as you
scope-other-detail = A permission of the directory, as far as your own roles reach
scope-itself = As itself, with nobody signed in
back-to-application = Back to the application
form-post-text = You're signed in. If nothing happens in a moment, choose Continue.
authorize-problem = This sign-in can't go on
authorize-problem-text = The application that sent you here made a mistake. Nothing has changed. Go back to it and try again; if that doesn't help, tell whoever runs it what stands below.
device-code-lead = Type the code that your device or app shows, to sign in to it.
device-code-hint = Don't type a code that somebody sent you. Whoever sent it would be signed in as you.
device-confirm = Is this your device?
device-confirm-lead = You're about to sign in to <bdi><strong>{ $application }</strong></bdi> on another device, at the network address <strong>{ $place }</strong>.
device-confirm-lead-by = You're about to sign in to <bdi><strong>{ $application }</strong></bdi> by <bdi>{ $publisher }</bdi> on another device, at the network address <strong>{ $place }</strong>.
device-confirm-note = Only go on if you started this yourself a moment ago, on a device or in a program of your own. If somebody sent you the code or told you to type it, choose No: they would be signed in as you.
yes-sign-in = Yes, sign in
signed-in = You're signed in
nothing-signed-in = Nothing was signed in
device-done-text = Go back to <bdi><strong>{ $application }</strong></bdi> on your device. You can close this window.
device-declined-text = The device was told that you don't want this. If somebody asked you to type the code, tell your administrator. You can close this window.
sign-out-question = Sign out?
ask-sign-out-lead = An application asks to sign you out. You're signed in here as:
sign-out-of-all = Sign out of all
stay-signed-in = Stay signed in
signed-out-of-apps = Your applications are told so, too.
go-on-in-a-moment = You go on in a moment.
signing-out-frame = Signing out of an application

## What went wrong on a form

problem-name-empty = Type your account name to go on.
problem-name-malformed = That doesn't look like an account name. It's usually your work email address, like name@example.com.
problem-pass-empty = Type your Temporary Access Pass to go on.
problem-password-empty = Type your password to go on.
problem-code-malformed = Type the 6 digits that your authenticator app shows right now.
problem-device-name-refused = Type a name of at most 64 characters, so that you can tell your devices apart.
problem-device-code-empty = Type the code that your device shows to go on.
problem-passwords-differ = The two new passwords aren't the same. Type them again.
problem-passkey-refused = The passkey couldn't be checked. Nothing has changed. Try again, or use another device.
problem-passkey-known = This device or key already has a passkey for your account.
problem-passkey-make = Your organization doesn't take passkeys from this kind of device or app. Nothing has changed. Use another one, or ask your administrator which ones work.
problem-passkey-attestation = Your organization only takes passkeys that can prove which device they're on, and this one can't. Nothing has changed. Use a security key or a device that your organization knows, and allow the browser to see its make when it asks.
problem-new-key = There were too many wrong codes, so here's a new QR code. Delete the old entry in your app and scan this one.
problem-first-code-wrong = That code didn't work. Type the one that the app shows right now, and check that your phone's time is right.
problem-wrong-password = Your account name or password is incorrect. If you don't remember your password, choose “Forgot my password” below.
problem-locked = For safety, sign-in is paused after too many wrong tries. Wait a few minutes, then try again.
problem-locked-until = For safety, sign-in is paused after too many wrong tries. Try again from { $from }.
problem-password-expired = Your password has expired. Ask your administrator for a Temporary Access Pass.
problem-account-disabled = Your account is turned off. Ask your administrator to turn it on again.
problem-second-factor-missing = Your account needs a second way to confirm it's you, and none is set up yet. Ask your administrator for a Temporary Access Pass, then add one.
problem-signed-out = You've been signed out, because something about your account changed. Sign in again.
problem-not-allowed = Your organization doesn't allow this sign-in. Ask your administrator for help.
problem-not-assigned = You aren't assigned to this application. Ask your administrator for help.
problem-organization-silent = Your organization's sign-in doesn't answer. Try again in a moment, and contact your administrator if it happens again.
problem-organization-refused = Your organization's sign-in didn't let you in. Try again, and contact your administrator if it happens again.
problem-organization-unknown = Your organization's sign-in knows you, but there's no account for you here. Contact your administrator.
problem-code-wrong = That code didn't work. Type the one that your authenticator app shows right now; each code works once.
problem-code-too-old = That code is too old. Type the one that your authenticator app shows right now.
problem-device-code-wrong = That code didn't work. Check it on your device; it works for 15 minutes, and once. If it is older, start again there.
problem-pass-blocked = Your organization's rules don't allow this Temporary Access Pass right now. Sign in another way, or contact your administrator.
problem-pass-wrong = Your Temporary Access Pass is incorrect. If you don't know your pass, contact your administrator.
problem-pass-early = Your Temporary Access Pass is right, but it's too early. It will work from { $from }.
problem-pass-expired = Your Temporary Access Pass has expired. Contact your administrator to get a new one.
problem-pass-used = Your one-time Temporary Access Pass has already been used. Contact your administrator to get a new one.
problem-pass-withdrawn = Your Temporary Access Pass was withdrawn. Contact your administrator to get a new one.
problem-passkey-failed = That passkey didn't work here. Try again, or choose another way to sign in.
problem-passkeys-off = Your organization doesn't allow passkeys right now. Choose another way to sign in.
problem-present-password-wrong = Your current password is incorrect.
problem-unknown = Something didn't work. Try again, and contact your administrator if it happens again.
refusal-too-short = Use at least 8 characters.
refusal-too-long = Use at most 256 characters.
refusal-too-common = This password is too easy to guess. Try a few unrelated words.
refusal-too-few-kinds = Use three of these: lower case, upper case, digits, signs.
refusal-contains-name = Don't use your name in the password.
refusal-same-as-before = Choose a password other than the present one.

## Pages with one message

restart-title = Let's start again
busy-title = Just a moment
signed-out-title = You're signed out
signed-out-everywhere-title = You're signed out everywhere
session-ended-title = Your session has ended
registration-over-title = The time for registering is over
confirm-again-title = Please confirm it's you
stronger-needed-title = One more thing is needed
form-expired-title = Please start this step again
limit-reached-title = You can't add another one
not-offered-title = This isn't offered to you
not-administrator-title = This part is for administrators
pass-only-registers-title = A pass doesn't open this
form-used-title = This was done already
not-allowed-title = Your role doesn't allow this
not-found-title = Page not found
bad-request-title = That didn't arrive as expected
broken-title = Something went wrong on our side
restart-text = This page was open for a while, or in another tab. Nothing has changed. Sign in again from the start; it only takes a moment.
busy-text = Many people are signing in at the same time. Nothing has changed, and your pass hasn't been used up. Try again in a moment.
signed-out-text = You can close this window now.
signed-out-everywhere-text = All your sessions have ended, on this device and on every other. If you lost a device, sign in again and delete its passkey or authenticator app from your security info.
disowned-text = All sessions have ended, yours and the other one, and your administrators can see what happened. Sign in again, change your password if you have one, and delete sign-in methods that you don't know.
pass-deleted-text = Your Temporary Access Pass is deleted, and with it the session that it opened. Sign in with another method. If you don't have one, ask your administrator for a new pass.
session-ended-text = What you signed in with has ended or was replaced. Sign in again. If you don't have another way to sign in, ask your administrator for a new Temporary Access Pass.
registration-over-text = For your safety, sign-in methods can be changed only shortly after signing in, and your one-time pass can't be used again. Nothing has changed. Ask your administrator for a new Temporary Access Pass.
confirm-again-text = For your safety, sign-in methods can be changed only shortly after signing in. Sign in once more, and you'll come back to where you were.
stronger-needed-text = Your sign-in methods are protected by more than a password, and your account has nothing else yet. Ask your administrator for a Temporary Access Pass; with it you can add a passkey or an authenticator app.
form-expired-text = The page was open for a while, or you signed in again meanwhile. Nothing has changed.
limit-reached-text = Your account has as many of these as it can have. Delete one that you no longer use, then try again.
not-offered-text = Your organization doesn't let you add this kind of sign-in method yourself. Nothing has changed. Choose another one, or ask your administrator.
not-administrator-text = Your account has no administrator role, so there's nothing for you to do here. If you look after other people's accounts, ask your administrator to give you one.
pass-only-registers-text = Here, a Temporary Access Pass is for adding sign-in methods and nothing else. Add one in your security info, then sign in with it.
form-used-text = The form was sent before, and its answer is shown only once. Nothing has changed since. If a code or password is lost, go to the person again and make a new one.
not-allowed-text = Nothing has changed. Either it takes another administrator role, or the account is protected because of the roles it holds itself. Ask someone with more rights.
not-found-text = There's nothing at this address. Check it for a typing mistake.
bad-request-text = Nothing has changed. Go back, reload the page and try again.
broken-text = It isn't your fault. Try again in a few minutes. If it happens again, tell your administrator the number below.
sign-in-again = Sign in again
confirm-it-is-you = Confirm it's you
sign-in-another-way = Sign in another way
start-again = Start again
back-to-security-info = Back to security info
back-to-portal = Back to the portal
go-to-security-info = Go to security info

## Security info: what stands around every page

skip-to-main = Skip to main content
sign-out = Sign out
my-account = My account
security-info = Security info
recent-sign-ins = Recent sign-ins
portal = Portal
sign-out-everywhere = Sign out everywhere
done = Done
save = Save
back = Back
delete = Delete
passkey = Passkey
authenticator-app = Authenticator app
# A screen reader hears these three as the countdown goes on.
minutes-left = { $minutes ->
    [one] 1 minute left to register.
   *[other] { $minutes } minutes left to register.
}
time-over = The time for registering is over. Reload the page to see how to go on.

## Security info: the list

info-lead = The ways you sign in to your account. Two are better than one, in case you lose a device.
done-passkey-added = Your passkey is ready. From now on you can sign in with it.
done-passkey-named = Your passkey has its new name.
done-password-set = Your new password is set. Sessions that you opened with the old one have been signed out.
done-password-set-freely = Your new password is set. All your other sessions have been signed out.
done-deleted = The method is deleted. It can't be used to sign in any more.
done-default = Your default sign-in method has been changed.
default-is-strongest = Default sign-in method: the most secure one you have
default-is-app = Default sign-in method: authenticator app
default-title = Change your default sign-in method
default-text = You're asked for it first after your password. You can always choose another way then.
default-strongest = The most secure one I have
banner-title = Add a way to sign in now
banner-text = Your Temporary Access Pass works until { $time }. After that you need another way in. A passkey is the quickest to add.
pass-session = You signed in with a Temporary Access Pass. This session ends when it does: { $time }.
changes-renewable = To add or change a method, you'll be asked to sign in once more.
changes-over = <strong>The time for adding or changing methods is over.</strong> Ask your administrator for a new pass if you still need to.
lost-title = Lost a phone, a laptop or a key?
lost-text = These were set up before you got your pass. Delete what you no longer have, so that nobody else can use it. Keep the rest.
lost-device = Lost device?
add-method = Add sign-in method
your-methods = Your sign-in methods
delete-named = Delete { $name }
rename = Rename
rename-named = Rename { $name }
change = Change
change-password = Change password
pass-once = One-time
pass-several = Multiple use
pass-until = expires { $time }
pass-from = starts { $time }
pass-over = expired { $time }
pass-used = used
pass-used-until = used; your session lasts until { $time }
pass-stopped = can't be used under your organization's rules right now
password-changed = Last changed { $day }
pass-issued = Issued { $day }
method-added = Added { $day }
method-used = last used { $day }
method-unused = not used yet
passkey-synced = kept in sync between your devices
passkey-on-one-device = on one device

## Security info: adding

add-title = Add a sign-in method
add-nothing = There is nothing that you could add right now. If you need another way to sign in, ask your administrator.
add-question = Which one would you like to add?
add-passkey-hint = Best choice. Sign in with your face, fingerprint, device PIN or a security key.
add-app-hint = An app on your phone shows a 6-digit code. You use it together with a password.
add-password-hint = A secret that you remember and type.
add-pass-hint = Only an administrator can issue one.
step = Step { $step } of { $steps }
app-intro-title = Set up an authenticator app
app-intro-what = An authenticator app on your phone shows a new 6-digit code every half minute. You'll type it after your password, so that a password alone opens nothing.
app-intro-which = Any authenticator app works, for example Microsoft Authenticator, Google Authenticator, Aegis or 2FAS. Install one from your phone's app store, open it, and choose to <strong>add an account</strong>.
app-scan-title = Scan the QR code
app-scan-text = In the app, choose “Scan a QR code” and point your phone's camera here.
app-scan-picture = QR code for your authenticator app
app-scan-by-hand = Can't scan the image?
app-scan-by-hand-text = Choose “Enter a setup key” in the app, and type these two:
secret-key = Secret key
copy = Copy
copied = Copied
copy-by-keyboard = Selected. Copy it with your keyboard.
copy-account-name = Copy account name
copy-secret-key = Copy secret key
secret-key-hint = Keep the key to yourself: whoever has it can make your codes.
app-code-hint = The 6 digits that the app shows for <bdi>{ $tenant }</bdi> right now. If they change while you type, just use the new ones.
# The name of a second app, and so on.
app-numbered = Authenticator app { $number }
app-done-title = Authenticator app registered
app-done-heading = Authenticator app successfully registered
app-done-alone = The app is your second step after a password, so set a password of your own now. Or add a passkey, which needs neither.
app-done-text = From now on, have your phone at hand when you sign in with your password.
add-a-passkey = Add a passkey
create-a-passkey = Create a passkey
create-passkey = Create passkey
create-passkey-what = With a passkey you sign in the way you unlock your device: with your face, your fingerprint or its PIN. A security key works too. There's nothing to remember and nothing that could be stolen from you by a false page.
create-passkey-step-keep = Your device opens a window of its own. Choose where to keep the passkey.
create-passkey-step-confirm = Confirm with your face, fingerprint, PIN or key.
create-passkey-step-name = Come back here and give the passkey a name.
create-passkey-needs-script = A passkey needs JavaScript, which is turned off in this browser. Turn it on and reload the page, or go back and choose another method.
passkey-created = Passkey created
passkey-created-text = One step is left: give it a name, so that you know later which device it's on. Then you can sign in with it.
rename-passkey = Rename passkey
passkey-name = Name of the passkey
passkey-name-hint = For example “Work laptop” or “Blue security key”
# Names to begin with.
name-android = Android phone
name-windows = Windows PC
name-linux = Linux PC
name-security-key = Security key
# What the browser's own window came to.
passkey-cancelled = That was cancelled or took too long. Nothing has changed. Try again when you're ready.
passkey-wrong-address = Passkeys don't work at this address. Tell your administrator.
passkey-unsupported = This device can't make that kind of passkey. Try another device or a security key.
passkey-not-created = The passkey couldn't be created. Try again, or choose another method.
passkey-not-used = The passkey couldn't be used. Try again, or choose another way to sign in.
passkey-unknown-to-browser = This browser can't use passkeys. Choose another way, or try a newer browser.
set-a-password = Set a password
set-password = Set password
change-your-password = Change your password
current-password = Current password
set-password-hint = Your other sessions will be signed out.
set-password-hint-known = Your other sessions that you opened with your password will be signed out.

## Security info: deleting, signing out, one's own sign-ins

# $kind: pass, password, passkey or app
delete-title = Delete { $kind ->
    [pass] Temporary Access Pass
    [password] password
    [passkey] passkey
   *[app] authenticator app
}
delete-question = { delete-title }?
delete-text = Your { $kind ->
    [pass] Temporary Access Pass
    [password] password
    [passkey] passkey
   *[app] authenticator app
} will be deleted. It can't be used to sign in after that, and this can't be undone.
delete-text-named = <strong><bdi>{ $name }</bdi></strong> ({ $kind ->
    [pass] Temporary Access Pass
    [password] password
    [passkey] passkey
   *[app] authenticator app
}) will be deleted. It can't be used to sign in after that, and this can't be undone.
delete-signs-out = <strong>This signs you out.</strong> You're signed in with this pass, and your session ends with it. Add another method first if you don't have one.
delete-last = <strong>This is your last way to sign in</strong>. Without another one you'd need a new pass from your administrator.
delete-last-besides-pass = <strong>This is your last way to sign in</strong> besides a Temporary Access Pass. Without another one you'd need a new pass from your administrator.
delete-and-sign-out = Delete and sign out
keep-it = Keep it
sign-out-text = This ends your session in this browser. Sessions on other devices stay.
sign-out-now = Sign out now
sign-out-everywhere-question = Sign out everywhere?
sign-out-everywhere-what = This ends all your sessions: in this browser, on your phone, and wherever else you're signed in. Do it if a device is lost or if you think somebody else is using your account.
sign-out-everywhere-methods = Your sign-in methods stay. Delete the ones that were on a lost device, too.
sign-out-everywhere-once = <strong>Your one-time pass can't be used again.</strong> Add another way to sign in first, or you'll need a new pass from your administrator.
sign-ins-lead = Who signed in to your account in the last 30 days. Say so if one wasn't you.
sign-ins-none = There is nothing more.
sign-ins-older = Older
this-session = This session
sign-in-refused = Refused: { $reason }
not-me = This wasn't me
not-me-question = This wasn't you?
not-me-text = We'll end all your sessions at once, this one too, and tell your administrators. Sign in again afterwards, change your password if you have one, and delete methods that you don't know.
not-me-once = <strong>Your one-time pass can't be used again.</strong> Add another way to sign in first, or ask your administrator for a new pass.
not-me-do = It wasn't me, sign out everywhere
browser-on-system = { $browser } on { $system }
method-code = OATH verification code
method-organization = Your organization's sign-in
refused-stale = Authentication failed: the flow token has expired.
refused-locked = The account is locked because of too many attempts with an incorrect credential.
refused-password = Invalid username or password.
refused-disabled = The user account is disabled.
refused-pass = Your Temporary Access Pass is incorrect. If you don't know your pass, contact your administrator.
refused-pass-expired = Your Temporary Access Pass has expired. Contact your administrator to obtain a new pass.
refused-pass-used = Your one-time Temporary Access Pass has been redeemed. Contact your admin to get a new pass.
refused-pass-policy = Temporary Access Pass sign in was blocked due to User Credential Policy.
refused-pass-not-found = An access pass could not be found or verified for the user.
refused-second-factor = Authentication failed during the strong authentication request.
refused-code = The one-time code is not valid.
refused-passkey = The passkey could not be verified.
refused-passkey-unknown = The passkey is not registered for a user.
refused-passkey-policy = The policy does not allow this passkey.
refused-organization-silent = Your organization's sign-in did not answer.
refused-organization = Your organization's sign-in let nobody in.
refused-organization-unknown = Your organization's sign-in named somebody without an account here.

## Setting up an account

set-up-title = Set up your account
set-up-heading = Let's set up your account
set-up-pass = Your Temporary Access Pass works until { $time }. Set up a way to sign in that lasts.
set-up-pass-for = Your Temporary Access Pass works until { $time }. Set up a way to sign in that lasts, then go on to <bdi><strong>{ $application }</strong></bdi>.
set-up-demanded = <bdi><strong>{ $application }</strong></bdi> asks for a stronger way to sign in than you have. Set it up, then go on.
set-up-over = <strong>The time for registering is over</strong>, and your one-time pass can't be used again. Ask your administrator for a new one.
set-up-needs-script = A passkey needs JavaScript, which is turned off in this browser. Turn it on and reload the page.
set-up-needs-script-or = A passkey needs JavaScript, which is turned off in this browser. Turn it on and reload the page, or choose the other way.
set-up-passkey-instead = Create a passkey instead
set-up-app-instead = Set up an authenticator app instead
set-up-password-instead = Set a password instead
set-up-skip = Skip for now
set-up-skip-hint = If you skip it, you'll be asked again the next time you sign in with a pass. After that, you can't sign in without.
set-up-skip-hint-until = If you skip it, you'll be asked again the next time you sign in with a pass. After { $time }, you can't sign in without.
all-set = You're all set
all-set-passkey = From now on you sign in with your passkey. You don't need a pass any more.
all-set-app = From now on you sign in with your password and the code of your authenticator app. You don't need a pass any more.
all-set-again = One step is left: sign in with it now, and <bdi><strong>{ $application }</strong></bdi> opens.
all-set-passkey-hint = Add another method later in your <strong>security info</strong>, in case you lose this device.
all-set-app-hint = A passkey is quicker and safer still. You can add one later in your <strong>security info</strong>.
sign-in-with-your-passkey = Sign in with your passkey
