# Ce que disent les lettres (courriels aux personnes), en français.

letter-hello = Bonjour { $name },
letter-own-subject = { $kind ->
    [passIssued] Vous avez reçu un passe d’accès temporaire
    [passDeleted] Votre passe d’accès temporaire a été supprimé
    [passUsed] Votre passe d’accès temporaire a été utilisé
    [passBlocked] Votre passe d’accès temporaire a été bloqué
    [passkeyAdded] Une clé d’accès a été ajoutée à votre compte
    [appAdded] Une application d’authentification a été ajoutée à votre compte
    [passkeyDeleted] Une clé d’accès de votre compte a été supprimée
    [appDeleted] Une application d’authentification de votre compte a été supprimée
    [passwordReset] Votre mot de passe a été réinitialisé
    [passwordChanged] Votre mot de passe a été modifié
   *[signInDisowned] Vous avez signalé une connexion qui n’était pas la vôtre
}
letter-own-text = { $kind ->
    [passIssued] Un passe d’accès temporaire a été créé pour votre compte. Avec son code, vous vous connectez et configurez une façon durable de vous connecter. Le code n’arrive jamais par courriel : il vous est donné par les personnes qui vous aident.
    [passDeleted] Le passe d’accès temporaire de votre compte a été supprimé. Son code ne fonctionne plus, et les sessions ouvertes avec lui sont terminées.
    [passUsed] Quelqu’un s’est connecté à votre compte avec votre passe d’accès temporaire, pour la première fois.
    [passBlocked] Des codes erronés ont été saisis trop souvent. Votre passe d’accès temporaire a donc été bloqué définitivement, et personne ne peut s’en servir.
    [passkeyAdded] Une nouvelle clé d’accès peut désormais se connecter à votre compte.
    [appAdded] Une nouvelle application d’authentification produit désormais des codes pour votre compte.
    [passkeyDeleted] L’une de vos clés d’accès ne peut plus se connecter à votre compte.
    [appDeleted] L’une de vos applications d’authentification ne produit plus de codes pour votre compte.
    [passwordReset] Quelqu’un d’autre a défini un nouveau mot de passe pour votre compte et mis fin à vos sessions.
    [passwordChanged] Votre compte a un nouveau mot de passe.
   *[signInDisowned] Vous nous avez dit qu’une connexion à votre nom n’était pas de vous. Nous avons mis fin à toutes vos sessions et prévenu vos administrateurs.
}
letter-about-subject = { $kind ->
    [passIssued] { $name } a reçu un passe d’accès temporaire
    [passDeleted] Le passe d’accès temporaire de { $name } a été supprimé
    [passUsed] Le passe d’accès temporaire de { $name } a été utilisé
    [passBlocked] Le passe d’accès temporaire de { $name } a été bloqué
    [passkeyAdded] { $name } a une nouvelle clé d’accès
    [appAdded] { $name } a une nouvelle application d’authentification
    [passkeyDeleted] Une clé d’accès de { $name } a été supprimée
    [appDeleted] Une application d’authentification de { $name } a été supprimée
    [passwordReset] Le mot de passe de { $name } a été réinitialisé
    [passwordChanged] { $name } a changé de mot de passe
   *[signInDisowned] { $name } signale une connexion par quelqu’un d’autre
}
letter-about-text = { $kind ->
    [passIssued] Un passe d’accès temporaire a été créé pour { $name }, afin de se connecter et de configurer une façon durable de le faire. Le code n’arrive jamais par courriel.
    [passDeleted] Le passe d’accès temporaire de { $name } a été supprimé.
    [passUsed] Quelqu’un s’est connecté avec le passe d’accès temporaire de { $name }, pour la première fois.
    [passBlocked] Des codes erronés ont été saisis trop souvent pour { $name }. Le passe d’accès temporaire a donc été bloqué définitivement ; quelqu’un cherche peut-être à deviner.
    [passkeyAdded] Une nouvelle clé d’accès peut désormais se connecter au nom de { $name }.
    [appAdded] Une nouvelle application d’authentification produit désormais des codes pour { $name }.
    [passkeyDeleted] Une clé d’accès ne peut plus se connecter au nom de { $name }.
    [appDeleted] Une application d’authentification ne produit plus de codes pour { $name }.
    [passwordReset] Un nouveau mot de passe a été défini pour { $name }.
    [passwordChanged] { $name } a un nouveau mot de passe.
   *[signInDisowned] { $name } signale qu’une connexion à ce nom était le fait de quelqu’un d’autre. Toutes les sessions ont été terminées.
}
letter-account = Compte : { $upn }
letter-when = Quand : { $at }
letter-by = Par : { $by }
letter-by-server = Par : les exploitants du serveur
letter-from = Depuis l’adresse réseau : { $from }
letter-valid = Le passe fonctionne du { $start } au { $end }.
letter-sign-in = La connexion : { $at }, depuis l’adresse réseau { $from }
letter-advice = { $advice ->
    [expected] Si vous ne vous y attendiez pas, prévenez aussitôt votre administrateur ou votre support technique.
    [own] Si ce n’était pas vous, quelqu’un d’autre peut entrer dans votre compte : prévenez aussitôt votre administrateur ou votre support technique. Tant que vous pouvez vous connecter, vous pouvez aussi agir : sur { $origin }/security-info, sous « Connexions récentes », choisissez « Ce n’était pas moi ». Cela met fin à toutes les sessions.
    [blocked] Demandez un nouveau passe à votre administrateur ou à votre support technique. Si ce n’est pas vous qui avez saisi les codes erronés, dites-le-leur.
    [disowned] Reconnectez-vous, changez votre mot de passe si vous en avez un, et supprimez les façons de vous connecter que vous ne connaissez pas, sur { $origin }/security-info. Si vous ne pouvez plus vous connecter, demandez un passe d’accès temporaire à votre administrateur ou à votre support technique.
   *[portal] Ce que l’on sait d’autre, et ce que l’on peut faire, se trouve ici : { $origin }/portal/people/{ $id }
}
letter-test-subject = Un courriel d’essai
letter-test-text = Ce courriel a été envoyé pour voir si les courriels arrivent. Ils arrivent. Il n’y a rien à faire.
letter-footer = Ce courriel a été écrit par { $origin }. Personne ne lit les réponses. Il ne demande jamais de code ni de mot de passe.
