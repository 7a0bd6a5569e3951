# Ce que disent les pages destinées à tous, en français.

## La page dans son ensemble

direction = ltr
date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
date-time = { date } à { $clock } UTC

## Mots communs à plusieurs pages

temporary-access-pass = Passe d’accès temporaire
sign-in = Se connecter
next = Suivant
continue = Continuer
cancel = Annuler
yes = Oui
no = Non
try-again = Réessayer
other-ways = Autres façons de se connecter
back-to-name = Retour au nom de compte
back-to-change-name = Retour, pour modifier le nom de compte
back-to-sign-in = Retour à la connexion
password = Mot de passe
code = Code
enter-code = Entrer le code
show = Afficher
hide = Masquer
show-password = Afficher le mot de passe
show-pass = Afficher le passe d’accès temporaire
show-current-password = Afficher le mot de passe actuel
show-new-password = Afficher le nouveau mot de passe
show-new-password-again = Afficher la confirmation du nouveau mot de passe
new-password = Nouveau mot de passe
new-password-again = Confirmer le nouveau mot de passe
rules-title = Un bon mot de passe
rules-length = compte au moins { $shortest } caractères et au plus { $longest } ; plus il est long, plus il est sûr
rules-kinds = contient trois de ces éléments : minuscules, majuscules, chiffres, signes
rules-common = n’est pas courant, comme un mot suivi d’une année
rules-name = ne contient ni votre nom ni votre nom de compte
rules-note = Toutes les lettres, tous les chiffres, les signes et les espaces sont permis. Quelques mots sans rapport entre eux sont faciles à retenir.
reference-number = Numéro :
reference-correlation = ID de corrélation :
reference-time = Heure :
time-left = Temps restant pour l’enregistrement :
time-left-until = (fin : { $time })

## Connexion

account-name = Nom de compte
account-name-hint = En général, votre adresse e-mail professionnelle
help = Votre compte n’est pas accessible ?
sign-in-options = Options de connexion
choose-how-to-sign-in = Choisissez comment vous connecter
enter-pass = Entrer le passe d’accès temporaire
pass-hint = Le code que votre administrateur vous a donné. Respectez les majuscules et les minuscules.
use-password = Utiliser plutôt votre mot de passe
enter-password = Entrer le mot de passe
use-pass = Utiliser plutôt votre passe d’accès temporaire
forgot-password = J’ai oublié mon mot de passe
code-hint = Ouvrez l’application d’authentification sur votre téléphone et tapez les 6 chiffres qu’elle affiche pour <bdi>{ $tenant }</bdi>.
verify = Vérifier
no-app-now = Je ne peux pas utiliser mon application d’authentification pour le moment
sign-in-with-passkey = Se connecter avec une clé d’accès
passkey-heading = Visage, empreinte digitale, code PIN ou clé de sécurité
passkey-lead = Votre appareil ouvre sa propre fenêtre. Suivez les instructions qui s’y affichent.
passkey-demanded-by = <bdi><strong>{ $application }</strong></bdi> demande plus que ce avec quoi vous vous êtes connecté.
passkey-needs-script = Une clé d’accès nécessite JavaScript, qui est désactivé dans ce navigateur. Activez-le, ou choisissez une autre façon de vous connecter.
owed-password = Choisissez un nouveau mot de passe
owed-password-lead = Votre mot de passe actuel ne servait qu’à la première connexion, ou il a expiré. Choisissez-en un que vous seul connaissez, et vous serez connecté.
way-pass = Utiliser votre passe d’accès temporaire
way-pass-hint = Le passe que votre administrateur vous a donné
way-passkey-hint = Connectez-vous avec une clé d’accès de cet appareil, de votre téléphone ou d’une clé
way-password = Utiliser votre mot de passe
way-password-hint = Le mot de passe de votre compte
way-code = Utiliser un code de votre application d’authentification
way-code-hint = Les 6 chiffres que l’application affiche en ce moment
way-organization = Se connecter auprès de votre organisation
way-organization-hint = Vous reviendrez ici dès qu’elle vous aura reconnu
none-works = Rien de tout cela ne fonctionne pour moi
help-lead = Cela arrive, et c’est vite réglé. Il vous faut un <strong>passe d’accès temporaire</strong> : un code qui vous donne accès pour une courte durée.
help-step-ask = Demandez un passe d’accès temporaire à votre administrateur ou à votre support technique. Ils voudront s’assurer que c’est bien vous.
help-step-type = Revenez ici, tapez votre nom de compte, puis le passe.
help-step-add = Une fois connecté, ajoutez une nouvelle façon de vous connecter, par exemple une clé d’accès.
help-note = Personne ne vous demandera jamais votre passe ni votre mot de passe. Ne les tapez qu’ici.
stay = Rester connecté ?
stay-text = Vous serez alors moins souvent sollicité sur cet appareil. Choisissez Non si d’autres personnes l’utilisent aussi.
stay-again = Ne plus afficher ce message

## Pour une application

pick-account = Choisir un compte
pick-account-for = pour continuer vers <bdi><strong>{ $application }</strong></bdi>
another-account = Utiliser un autre compte
permissions-requested = Autorisations demandées
approval-required = Approbation requise
approval-required-text = Seul un administrateur peut autoriser cela. Adressez-vous au vôtre, puis reconnectez-vous à l’application.
consent-wants = <bdi><strong>{ $application }</strong></bdi> souhaite{ $everyone ->
    [true] , pour tous les membres de votre organisation
   *[false] { "" }
} :
consent-wants-by = <bdi><strong>{ $application }</strong></bdi> de <bdi>{ $publisher }</bdi> souhaite{ $everyone ->
    [true] , pour tous les membres de votre organisation
   *[false] { "" }
} :
needs-administrator = nécessite un administrateur
consent-answers-to-host = La réponse est envoyée à <bdi><strong>{ $host }</strong></bdi>.
consent-answers-to-this-device = La réponse est envoyée à <strong>cet appareil</strong>.
consent-answers-to-app = La réponse est envoyée à <strong>une application de cet appareil</strong>.
consent-answers-to-device = La réponse est envoyée à <strong>un appareil à l’adresse { $place }</strong>.
consent-trust = N’acceptez que si vous faites confiance à cette application.
consent-read-both = Lisez ses { $terms } et sa { $privacy }.
consent-read-terms = Lisez ses { $terms }.
consent-read-privacy = Lisez sa { $privacy }.
terms-of-service = conditions d’utilisation
privacy-statement = déclaration de confidentialité
consent-for-everyone = Donner son consentement au nom de votre organisation
consent-for-everyone-hint = Plus personne ne sera alors interrogé, et l’application pourra le faire pour tous ceux qui s’y connectent.
accept = Accepter
scope-user-read = Vous connecter et lire votre profil
scope-user-read-write = Lire et modifier votre profil
scope-user-read-basic-all = Lire les profils de base de toutes les personnes
scope-openid = Vous connecter
scope-profile = Voir votre nom et votre nom de compte
scope-email = Voir votre adresse e-mail
scope-offline-access = Conserver l’accès que vous lui accordez, même lorsque vous ne l’utilisez pas
scope-methods-read = Lire vos méthodes de connexion
scope-methods-read-write = Lire et modifier vos méthodes de connexion
scope-directory = Accéder à l’annuaire en votre nom
scope-other-detail = Une autorisation de l’annuaire, dans la limite de vos propres rôles
scope-itself = En son propre nom, sans que personne soit connecté
back-to-application = Retour à l’application
form-post-text = Vous êtes connecté. Si rien ne se passe dans un instant, choisissez Continuer.
authorize-problem = Cette connexion ne peut pas se poursuivre
authorize-problem-text = L’application qui vous a envoyé ici a fait une erreur. Rien n’a changé. Revenez-y et réessayez ; si cela ne suffit pas, transmettez ce qui figure ci-dessous à son responsable.
device-code-lead = Tapez le code que votre appareil ou application affiche, pour vous y connecter.
device-code-hint = Ne tapez pas un code que quelqu’un vous a envoyé. Cette personne serait connectée à votre place.
device-confirm = Est-ce votre appareil ?
device-confirm-lead = Vous êtes sur le point de vous connecter à <bdi><strong>{ $application }</strong></bdi> sur un autre appareil, à l’adresse réseau <strong>{ $place }</strong>.
device-confirm-lead-by = Vous êtes sur le point de vous connecter à <bdi><strong>{ $application }</strong></bdi> de <bdi>{ $publisher }</bdi> sur un autre appareil, à l’adresse réseau <strong>{ $place }</strong>.
device-confirm-note = Ne continuez que si vous avez commencé cela vous-même il y a un instant, sur un appareil ou dans un programme à vous. Si quelqu’un vous a envoyé le code ou demandé de le taper, choisissez Non : cette personne serait connectée à votre place.
yes-sign-in = Oui, se connecter
signed-in = Vous êtes connecté
nothing-signed-in = Aucune connexion n’a eu lieu
device-done-text = Retournez à <bdi><strong>{ $application }</strong></bdi> sur votre appareil. Vous pouvez fermer cette fenêtre.
device-declined-text = L’appareil a été informé que vous ne le souhaitez pas. Si quelqu’un vous a demandé de taper le code, prévenez votre administrateur. Vous pouvez fermer cette fenêtre.
sign-out-question = Se déconnecter ?
ask-sign-out-lead = Une application demande à vous déconnecter. Vous êtes connecté ici en tant que :
sign-out-of-all = Tout déconnecter
stay-signed-in = Rester connecté
signed-out-of-apps = Vos applications en sont également informées.
go-on-in-a-moment = La suite arrive dans un instant.
signing-out-frame = Déconnexion d’une application

## Ce qui n’a pas fonctionné dans un formulaire

problem-name-empty = Tapez votre nom de compte pour continuer.
problem-name-malformed = Cela ne ressemble pas à un nom de compte. C’est en général votre adresse e-mail professionnelle, comme name@example.com.
problem-pass-empty = Tapez votre passe d’accès temporaire pour continuer.
problem-password-empty = Tapez votre mot de passe pour continuer.
problem-code-malformed = Tapez les 6 chiffres que votre application d’authentification affiche en ce moment.
problem-device-name-refused = Tapez un nom de 64 caractères au plus, afin de distinguer vos appareils.
problem-device-code-empty = Tapez le code que votre appareil affiche pour continuer.
problem-passwords-differ = Les deux nouveaux mots de passe ne sont pas identiques. Tapez-les à nouveau.
problem-passkey-refused = La clé d’accès n’a pas pu être vérifiée. Rien n’a changé. Réessayez, ou utilisez un autre appareil.
problem-passkey-known = Cet appareil ou cette clé possède déjà une clé d’accès pour votre compte.
problem-passkey-make = Votre organisation n’accepte pas les clés d’accès de ce type d’appareil ou d’application. Rien n’a changé. Utilisez-en un autre, ou demandez à votre administrateur lesquels conviennent.
problem-passkey-attestation = Votre organisation n’accepte que les clés d’accès capables de prouver sur quel appareil elles se trouvent, et celle-ci ne le peut pas. Rien n’a changé. Utilisez une clé de sécurité ou un appareil que votre organisation connaît, et autorisez le navigateur à voir son modèle s’il le demande.
problem-new-key = Il y a eu trop de codes incorrects ; voici donc un nouveau code QR. Supprimez l’ancienne entrée de votre application et scannez celui-ci.
problem-first-code-wrong = Ce code n’a pas fonctionné. Tapez celui que l’application affiche en ce moment, et vérifiez que votre téléphone est à l’heure.
problem-wrong-password = Votre nom de compte ou votre mot de passe est incorrect. Si vous ne vous souvenez pas de votre mot de passe, choisissez « J’ai oublié mon mot de passe » ci-dessous.
problem-locked = Par sécurité, la connexion est suspendue après trop de tentatives incorrectes. Patientez quelques minutes, puis réessayez.
problem-locked-until = Par sécurité, la connexion est suspendue après trop de tentatives incorrectes. Réessayez à partir de : { $from }.
problem-password-expired = Votre mot de passe a expiré. Demandez un passe d’accès temporaire à votre administrateur.
problem-account-disabled = Votre compte est désactivé. Demandez à votre administrateur de le réactiver.
problem-second-factor-missing = Votre compte nécessite une seconde façon de confirmer que c’est bien vous, et aucune n’est encore configurée. Demandez un passe d’accès temporaire à votre administrateur, puis ajoutez-en une.
problem-signed-out = Vous avez été déconnecté, car quelque chose a changé dans votre compte. Reconnectez-vous.
problem-not-allowed = Votre organisation n’autorise pas cette connexion. Demandez de l’aide à votre administrateur.
problem-not-assigned = Cette application ne vous est pas attribuée. Demandez de l’aide à votre administrateur.
problem-organization-silent = La connexion de votre organisation ne répond pas. Réessayez dans un instant et, si cela se reproduit, contactez votre administrateur.
problem-organization-refused = La connexion de votre organisation ne vous a pas laissé entrer. Réessayez et, si cela se reproduit, contactez votre administrateur.
problem-organization-unknown = La connexion de votre organisation vous connaît, mais aucun compte n’existe ici pour vous. Contactez votre administrateur.
problem-code-wrong = Ce code n’a pas fonctionné. Tapez celui que votre application d’authentification affiche en ce moment ; chaque code ne sert qu’une fois.
problem-code-too-old = Ce code est trop ancien. Tapez celui que votre application d’authentification affiche en ce moment.
problem-device-code-wrong = Ce code n’a pas fonctionné. Vérifiez-le sur votre appareil ; il est valable 15 minutes, et une seule fois. S’il est plus ancien, recommencez là-bas.
problem-pass-blocked = Les règles de votre organisation n’autorisent pas ce passe d’accès temporaire pour le moment. Connectez-vous autrement, ou contactez votre administrateur.
problem-pass-wrong = Votre passe d’accès temporaire est incorrect. Si vous ne connaissez pas votre passe, contactez votre administrateur.
problem-pass-early = Votre passe d’accès temporaire est correct, mais il est trop tôt. Il fonctionnera à partir de : { $from }.
problem-pass-expired = Votre passe d’accès temporaire a expiré. Contactez votre administrateur pour en obtenir un nouveau.
problem-pass-used = Votre passe d’accès temporaire à usage unique a déjà été utilisé. Contactez votre administrateur pour en obtenir un nouveau.
problem-pass-withdrawn = Votre passe d’accès temporaire a été retiré. Contactez votre administrateur pour en obtenir un nouveau.
problem-passkey-failed = Cette clé d’accès n’a pas fonctionné ici. Réessayez, ou choisissez une autre façon de vous connecter.
problem-passkeys-off = Votre organisation n’autorise pas les clés d’accès pour le moment. Choisissez une autre façon de vous connecter.
problem-present-password-wrong = Votre mot de passe actuel est incorrect.
problem-unknown = Quelque chose n’a pas fonctionné. Réessayez, et contactez votre administrateur si cela se reproduit.
refusal-too-short = Utilisez au moins 8 caractères.
refusal-too-long = Utilisez au plus 256 caractères.
refusal-too-common = Ce mot de passe est trop facile à deviner. Essayez quelques mots sans rapport entre eux.
refusal-too-few-kinds = Utilisez trois de ces éléments : minuscules, majuscules, chiffres, signes.
refusal-contains-name = N’utilisez pas votre nom dans le mot de passe.
refusal-same-as-before = Choisissez un mot de passe différent de l’actuel.

## Pages avec un seul message

restart-title = Reprenons du début
busy-title = Un instant
signed-out-title = Vous êtes déconnecté
signed-out-everywhere-title = Vous êtes déconnecté partout
session-ended-title = Votre session est terminée
registration-over-title = Le temps d’enregistrement est écoulé
confirm-again-title = Confirmez que c’est bien vous
stronger-needed-title = Il manque encore une chose
form-expired-title = Veuillez reprendre cette étape
limit-reached-title = Vous ne pouvez pas en ajouter d’autre
not-offered-title = Cela ne vous est pas proposé
not-administrator-title = Cette partie est réservée aux administrateurs
pass-only-registers-title = Un passe n’ouvre pas ceci
form-used-title = Cela a déjà été fait
not-allowed-title = Votre rôle ne le permet pas
not-found-title = Page introuvable
bad-request-title = Cela n’est pas arrivé comme prévu
broken-title = Un problème est survenu de notre côté
restart-text = Cette page est restée ouverte un moment, ou dans un autre onglet. Rien n’a changé. Reconnectez-vous depuis le début ; cela ne prend qu’un instant.
busy-text = De nombreuses personnes se connectent en même temps. Rien n’a changé, et votre passe n’a pas été consommé. Réessayez dans un instant.
signed-out-text = Vous pouvez maintenant fermer cette fenêtre.
signed-out-everywhere-text = Toutes vos sessions sont terminées, sur cet appareil et sur tous les autres. Si vous avez perdu un appareil, reconnectez-vous et supprimez sa clé d’accès ou son application d’authentification de vos informations de sécurité.
disowned-text = Toutes les sessions sont terminées, la vôtre et l’autre, et vos administrateurs peuvent voir ce qui s’est passé. Reconnectez-vous, changez votre mot de passe si vous en avez un, et supprimez les méthodes de connexion que vous ne connaissez pas.
pass-deleted-text = Votre passe d’accès temporaire est supprimé, ainsi que la session qu’il avait ouverte. Connectez-vous avec une autre méthode. Si vous n’en avez pas, demandez un nouveau passe à votre administrateur.
session-ended-text = Ce avec quoi vous vous êtes connecté a expiré ou a été remplacé. Reconnectez-vous. Si vous n’avez pas d’autre façon de vous connecter, demandez un nouveau passe d’accès temporaire à votre administrateur.
registration-over-text = Pour votre sécurité, les méthodes de connexion ne peuvent être modifiées que peu après la connexion, et votre passe à usage unique ne peut pas resservir. Rien n’a changé. Demandez un nouveau passe d’accès temporaire à votre administrateur.
confirm-again-text = Pour votre sécurité, les méthodes de connexion ne peuvent être modifiées que peu après la connexion. Connectez-vous encore une fois, et vous reviendrez là où vous étiez.
stronger-needed-text = Vos méthodes de connexion sont protégées par plus qu’un mot de passe, et votre compte n’a encore rien d’autre. Demandez un passe d’accès temporaire à votre administrateur ; il vous permettra d’ajouter une clé d’accès ou une application d’authentification.
form-expired-text = La page est restée ouverte un moment, ou vous vous êtes reconnecté entre-temps. Rien n’a changé.
limit-reached-text = Votre compte en possède autant qu’il peut en avoir. Supprimez-en une que vous n’utilisez plus, puis réessayez.
not-offered-text = Votre organisation ne vous permet pas d’ajouter vous-même ce type de méthode de connexion. Rien n’a changé. Choisissez-en une autre, ou adressez-vous à votre administrateur.
not-administrator-text = Votre compte n’a aucun rôle d’administrateur ; il n’y a donc rien à faire ici pour vous. Si vous gérez les comptes d’autres personnes, demandez un rôle à votre administrateur.
pass-only-registers-text = Ici, un passe d’accès temporaire sert uniquement à ajouter des méthodes de connexion. Ajoutez-en une dans vos informations de sécurité, puis connectez-vous avec elle.
form-used-text = Le formulaire a déjà été envoyé, et sa réponse n’est affichée qu’une fois. Rien n’a changé depuis. Si un code ou un mot de passe est perdu, revenez à la personne et créez-en un nouveau.
not-allowed-text = Rien n’a changé. Soit un autre rôle d’administrateur est nécessaire, soit le compte est protégé par les rôles qu’il détient lui-même. Adressez-vous à quelqu’un qui a plus de droits.
not-found-text = Il n’y a rien à cette adresse. Vérifiez qu’elle ne contient pas de faute de frappe.
bad-request-text = Rien n’a changé. Revenez en arrière, rechargez la page et réessayez.
broken-text = Vous n’y êtes pour rien. Réessayez dans quelques minutes. Si cela se reproduit, indiquez à votre administrateur le numéro ci-dessous.
sign-in-again = Se reconnecter
confirm-it-is-you = Confirmer que c’est bien vous
sign-in-another-way = Se connecter autrement
start-again = Recommencer
back-to-security-info = Retour aux informations de sécurité
back-to-portal = Retour au portail
go-to-security-info = Aller aux informations de sécurité

## Informations de sécurité : ce qui entoure chaque page

skip-to-main = Passer au contenu principal
sign-out = Se déconnecter
my-account = Mon compte
security-info = Informations de sécurité
recent-sign-ins = Connexions récentes
portal = Portail
sign-out-everywhere = Se déconnecter partout
done = Terminé
save = Enregistrer
back = Précédent
delete = Supprimer
passkey = Clé d’accès
authenticator-app = Application d’authentification
minutes-left = { $minutes ->
    [one] Il reste 1 minute pour l’enregistrement.
   *[other] Il reste { $minutes } minutes pour l’enregistrement.
}
time-over = Le temps d’enregistrement est écoulé. Rechargez la page pour savoir comment continuer.

## Informations de sécurité : la liste

info-lead = Vos façons de vous connecter à votre compte. Mieux vaut en avoir deux, au cas où vous perdriez un appareil.
done-passkey-added = Votre clé d’accès est prête. Vous pouvez désormais l’utiliser pour vous connecter.
done-passkey-named = Votre clé d’accès a son nouveau nom.
done-password-set = Votre nouveau mot de passe est défini. Les sessions ouvertes avec l’ancien ont été déconnectées.
done-password-set-freely = Votre nouveau mot de passe est défini. Toutes vos autres sessions ont été déconnectées.
done-deleted = La méthode est supprimée. Elle ne permet plus de se connecter.
done-default = Votre méthode de connexion par défaut a été modifiée.
default-is-strongest = Méthode de connexion par défaut : la plus sûre que vous avez
default-is-app = Méthode de connexion par défaut : application d’authentification
default-title = Modifier votre méthode de connexion par défaut
default-text = Elle vous est demandée en premier après votre mot de passe. Vous pouvez toujours en choisir une autre à ce moment-là.
default-strongest = La plus sûre que j’ai
banner-title = Ajoutez dès maintenant une façon de vous connecter
banner-text = Votre passe d’accès temporaire fonctionne jusqu’à cette échéance : { $time }. Ensuite, il vous faudra une autre façon d’entrer. Une clé d’accès est la plus rapide à ajouter.
pass-session = Vous vous êtes connecté avec un passe d’accès temporaire. Cette session se termine en même temps que lui : { $time }.
changes-renewable = Pour ajouter ou modifier une méthode, il vous sera demandé de vous connecter encore une fois.
changes-over = <strong>Le temps d’ajout ou de modification des méthodes est écoulé.</strong> Demandez un nouveau passe à votre administrateur si vous en avez encore besoin.
lost-title = Téléphone, ordinateur portable ou clé perdus ?
lost-text = Ces méthodes ont été configurées avant que vous ne receviez votre passe. Supprimez ce que vous n’avez plus, afin que personne d’autre ne puisse l’utiliser. Gardez le reste.
lost-device = Appareil perdu ?
add-method = Ajouter une méthode de connexion
your-methods = Vos méthodes de connexion
delete-named = Supprimer { $name }
rename = Renommer
rename-named = Renommer { $name }
change = Modifier
change-password = Modifier le mot de passe
pass-once = À usage unique
pass-several = À usages multiples
pass-until = expire : { $time }
pass-from = commence : { $time }
pass-over = expiré : { $time }
pass-used = utilisé
pass-used-until = utilisé ; fin de votre session : { $time }
pass-stopped = ne peut pas être utilisé pour le moment selon les règles de votre organisation
password-changed = Dernière modification : { $day }
pass-issued = Émis : { $day }
method-added = Ajout : { $day }
method-used = dernière utilisation : { $day }
method-unused = pas encore utilisée
passkey-synced = synchronisée entre vos appareils
passkey-on-one-device = sur un seul appareil

## Informations de sécurité : ajouter

add-title = Ajouter une méthode de connexion
add-nothing = Vous ne pouvez rien ajouter pour le moment. S’il vous faut une autre façon de vous connecter, adressez-vous à votre administrateur.
add-question = Laquelle souhaitez-vous ajouter ?
add-passkey-hint = Le meilleur choix. Connectez-vous avec votre visage, votre empreinte digitale, le code PIN de l’appareil ou une clé de sécurité.
add-app-hint = Une application de votre téléphone affiche un code à 6 chiffres. Vous l’utilisez avec un mot de passe.
add-password-hint = Un secret que vous retenez et tapez.
add-pass-hint = Seul un administrateur peut en émettre un.
step = Étape { $step } sur { $steps }
app-intro-title = Configurer une application d’authentification
app-intro-what = Une application d’authentification sur votre téléphone affiche un nouveau code à 6 chiffres toutes les 30 secondes. Vous le taperez après votre mot de passe ; ainsi, un mot de passe seul n’ouvre rien.
app-intro-which = Toute application d’authentification convient, par exemple Microsoft Authenticator, Google Authenticator, Aegis ou 2FAS. Installez-en une depuis le magasin d’applications de votre téléphone, ouvrez-la et choisissez <strong>Ajouter un compte</strong>.
app-scan-title = Scanner le code QR
app-scan-text = Dans l’application, choisissez « Scanner un code QR » et pointez l’appareil photo de votre téléphone ici.
app-scan-picture = Code QR pour votre application d’authentification
app-scan-by-hand = Impossible de scanner l’image ?
app-scan-by-hand-text = Choisissez « Entrer une clé de configuration » dans l’application, et tapez ces deux informations :
secret-key = Clé secrète
copy = Copier
copied = Copié
copy-by-keyboard = Sélectionné. Copiez-le avec votre clavier.
copy-account-name = Copier le nom de compte
copy-secret-key = Copier la clé secrète
secret-key-hint = Gardez la clé pour vous : quiconque la possède peut générer vos codes.
app-code-hint = Les 6 chiffres que l’application affiche en ce moment pour <bdi>{ $tenant }</bdi>. S’ils changent pendant que vous tapez, utilisez simplement les nouveaux.
app-numbered = Application d’authentification { $number }
app-done-title = Application d’authentification enregistrée
app-done-heading = Application d’authentification enregistrée avec succès
app-done-alone = L’application est votre seconde étape après un mot de passe ; définissez donc maintenant votre propre mot de passe. Ou ajoutez une clé d’accès, qui n’a besoin ni de l’un ni de l’autre.
app-done-text = Ayez désormais votre téléphone à portée de main lorsque vous vous connectez avec votre mot de passe.
add-a-passkey = Ajouter une clé d’accès
create-a-passkey = Créer une clé d’accès
create-passkey = Créer la clé d’accès
create-passkey-what = Avec une clé d’accès, vous vous connectez comme vous déverrouillez votre appareil : avec votre visage, votre empreinte digitale ou son code PIN. Une clé de sécurité convient aussi. Il n’y a rien à retenir, et rien qu’une fausse page puisse vous voler.
create-passkey-step-keep = Votre appareil ouvre sa propre fenêtre. Choisissez où conserver la clé d’accès.
create-passkey-step-confirm = Confirmez avec votre visage, votre empreinte digitale, votre code PIN ou votre clé.
create-passkey-step-name = Revenez ici et donnez un nom à la clé d’accès.
create-passkey-needs-script = Une clé d’accès nécessite JavaScript, qui est désactivé dans ce navigateur. Activez-le et rechargez la page, ou revenez en arrière et choisissez une autre méthode.
passkey-created = Clé d’accès créée
passkey-created-text = Il reste une étape : donnez-lui un nom, afin de savoir plus tard sur quel appareil elle se trouve. Vous pourrez ensuite l’utiliser pour vous connecter.
rename-passkey = Renommer la clé d’accès
passkey-name = Nom de la clé d’accès
passkey-name-hint = Par exemple « Portable du bureau » ou « Clé de sécurité bleue »
name-android = Téléphone Android
name-windows = PC Windows
name-linux = PC Linux
name-security-key = Clé de sécurité
passkey-cancelled = L’opération a été annulée ou a pris trop de temps. Rien n’a changé. Réessayez quand vous serez prêt.
passkey-wrong-address = Les clés d’accès ne fonctionnent pas à cette adresse. Prévenez votre administrateur.
passkey-unsupported = Cet appareil ne peut pas créer ce type de clé d’accès. Essayez un autre appareil ou une clé de sécurité.
passkey-not-created = La clé d’accès n’a pas pu être créée. Réessayez, ou choisissez une autre méthode.
passkey-not-used = La clé d’accès n’a pas pu être utilisée. Réessayez, ou choisissez une autre façon de vous connecter.
passkey-unknown-to-browser = Ce navigateur ne peut pas utiliser de clés d’accès. Choisissez une autre façon, ou essayez un navigateur plus récent.
set-a-password = Définir un mot de passe
set-password = Définir le mot de passe
change-your-password = Modifier votre mot de passe
current-password = Mot de passe actuel
set-password-hint = Vos autres sessions seront déconnectées.
set-password-hint-known = Vos autres sessions ouvertes avec votre mot de passe seront déconnectées.

## Informations de sécurité : supprimer, se déconnecter, ses propres connexions

delete-title = Supprimer { $kind ->
    [pass] le passe d’accès temporaire
    [password] le mot de passe
    [passkey] la clé d’accès
   *[app] l’application d’authentification
}
delete-question = { delete-title } ?
delete-text = { $kind ->
    [pass] Votre passe d’accès temporaire sera supprimé
    [password] Votre mot de passe sera supprimé
    [passkey] Votre clé d’accès sera supprimée
   *[app] Votre application d’authentification sera supprimée
}. Il ne sera plus possible de s’en servir pour se connecter, et cette action est irréversible.
delete-text-named = Suppression de <strong><bdi>{ $name }</bdi></strong> ({ $kind ->
    [pass] passe d’accès temporaire
    [password] mot de passe
    [passkey] clé d’accès
   *[app] application d’authentification
}). Il ne sera plus possible de s’en servir pour se connecter, et cette action est irréversible.
delete-signs-out = <strong>Cela vous déconnecte.</strong> Vous êtes connecté avec ce passe, et votre session se termine avec lui. Ajoutez d’abord une autre méthode si vous n’en avez pas.
delete-last = <strong>C’est votre dernière façon de vous connecter</strong>. Sans une autre, il vous faudrait un nouveau passe de votre administrateur.
delete-last-besides-pass = <strong>C’est votre dernière façon de vous connecter</strong> en dehors d’un passe d’accès temporaire. Sans une autre, il vous faudrait un nouveau passe de votre administrateur.
delete-and-sign-out = Supprimer et se déconnecter
keep-it = Conserver
sign-out-text = Cela met fin à votre session dans ce navigateur. Les sessions sur d’autres appareils restent ouvertes.
sign-out-now = Se déconnecter maintenant
sign-out-everywhere-question = Se déconnecter partout ?
sign-out-everywhere-what = Cela met fin à toutes vos sessions : dans ce navigateur, sur votre téléphone et partout ailleurs où vous êtes connecté. Faites-le si un appareil est perdu ou si vous pensez que quelqu’un d’autre utilise votre compte.
sign-out-everywhere-methods = Vos méthodes de connexion sont conservées. Supprimez aussi celles qui se trouvaient sur un appareil perdu.
sign-out-everywhere-once = <strong>Votre passe à usage unique ne peut pas resservir.</strong> Ajoutez d’abord une autre façon de vous connecter, sinon il vous faudra un nouveau passe de votre administrateur.
sign-ins-lead = Les connexions à votre compte au cours des 30 derniers jours. Signalez celles qui ne viennent pas de vous.
sign-ins-none = Il n’y a rien de plus.
sign-ins-older = Plus anciennes
this-session = Cette session
sign-in-refused = Refusée : { $reason }
not-me = Ce n’était pas moi
not-me-question = Ce n’était pas vous ?
not-me-text = Nous allons mettre fin immédiatement à toutes vos sessions, y compris celle-ci, et prévenir vos administrateurs. Reconnectez-vous ensuite, changez votre mot de passe si vous en avez un, et supprimez les méthodes que vous ne connaissez pas.
not-me-once = <strong>Votre passe à usage unique ne peut pas resservir.</strong> Ajoutez d’abord une autre façon de vous connecter, ou demandez un nouveau passe à votre administrateur.
not-me-do = Ce n’était pas moi, déconnecter partout
browser-on-system = { $browser } sur { $system }
method-code = Code de vérification OATH
method-organization = Connexion de votre organisation
refused-stale = Échec de la connexion : elle a pris trop de temps.
refused-locked = Le compte est verrouillé en raison d’un trop grand nombre de tentatives incorrectes.
refused-password = Nom de compte ou mot de passe incorrect.
refused-disabled = Le compte est désactivé.
refused-pass = Le passe d’accès temporaire était incorrect.
refused-pass-expired = Le passe d’accès temporaire avait expiré.
refused-pass-used = Le passe d’accès temporaire à usage unique avait déjà été utilisé.
refused-pass-policy = La connexion par passe d’accès temporaire a été bloquée par la stratégie.
refused-pass-not-found = Aucun passe d’accès temporaire n’a pu être trouvé ou vérifié.
refused-second-factor = La seconde vérification a échoué.
refused-code = Le code à usage unique n’est pas valide.
refused-passkey = La clé d’accès n’a pas pu être vérifiée.
refused-passkey-unknown = La clé d’accès n’est enregistrée pour personne.
refused-passkey-policy = La stratégie n’autorise pas cette clé d’accès.
refused-organization-silent = La connexion de votre organisation n’a pas répondu.
refused-organization = La connexion de votre organisation n’a laissé entrer personne.
refused-organization-unknown = La connexion de votre organisation a désigné une personne qui n’a pas de compte ici.

## Configurer un compte

set-up-title = Configurer votre compte
set-up-heading = Configurons votre compte
set-up-pass = Votre passe d’accès temporaire fonctionne jusqu’à cette échéance : { $time }. Configurez une façon durable de vous connecter.
set-up-pass-for = Votre passe d’accès temporaire fonctionne jusqu’à cette échéance : { $time }. Configurez une façon durable de vous connecter, puis continuez vers <bdi><strong>{ $application }</strong></bdi>.
set-up-demanded = <bdi><strong>{ $application }</strong></bdi> demande une façon de se connecter plus forte que la vôtre. Configurez-la, puis continuez.
set-up-over = <strong>Le temps d’enregistrement est écoulé</strong>, et votre passe à usage unique ne peut pas resservir. Demandez-en un nouveau à votre administrateur.
set-up-needs-script = Une clé d’accès nécessite JavaScript, qui est désactivé dans ce navigateur. Activez-le et rechargez la page.
set-up-needs-script-or = Une clé d’accès nécessite JavaScript, qui est désactivé dans ce navigateur. Activez-le et rechargez la page, ou choisissez l’autre façon.
set-up-passkey-instead = Créer plutôt une clé d’accès
set-up-app-instead = Configurer plutôt une application d’authentification
set-up-password-instead = Définir plutôt un mot de passe
set-up-skip = Ignorer pour l’instant
set-up-skip-hint = Si vous ignorez cette étape, la question vous sera reposée lors de votre prochaine connexion avec un passe. Ensuite, vous ne pourrez plus vous connecter sans cette méthode.
set-up-skip-hint-until = Si vous ignorez cette étape, la question vous sera reposée lors de votre prochaine connexion avec un passe. Passé cette échéance, vous ne pourrez plus vous connecter sans cette méthode : { $time }.
all-set = Tout est prêt
all-set-passkey = Vous vous connectez désormais avec votre clé d’accès. Vous n’avez plus besoin de passe.
all-set-app = Vous vous connectez désormais avec votre mot de passe et le code de votre application d’authentification. Vous n’avez plus besoin de passe.
all-set-again = Il reste une étape : connectez-vous maintenant avec cette méthode, et <bdi><strong>{ $application }</strong></bdi> s’ouvrira.
all-set-passkey-hint = Ajoutez plus tard une autre méthode dans vos <strong>informations de sécurité</strong>, au cas où vous perdriez cet appareil.
all-set-app-hint = Une clé d’accès est encore plus rapide et plus sûre. Vous pourrez en ajouter une plus tard dans vos <strong>informations de sécurité</strong>.
sign-in-with-your-passkey = Se connecter avec votre clé d’accès
