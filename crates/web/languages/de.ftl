# Was die Seiten für alle Menschen sagen, auf Deutsch (Anrede: Sie).

## Die Seite als Ganzes

direction = ltr
date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
date-time = { date } um { $clock } UTC

## Wörter auf mehreren Seiten

temporary-access-pass = Befristeter Zugriffspass
sign-in = Anmelden
next = Weiter
continue = Weiter
cancel = Abbrechen
yes = Ja
no = Nein
try-again = Erneut versuchen
other-ways = Andere Anmeldemöglichkeiten
back-to-name = Zurück zum Kontonamen
back-to-change-name = Zurück, um den Kontonamen zu ändern
back-to-sign-in = Zurück zur Anmeldung
password = Kennwort
code = Code
enter-code = Code eingeben
show = Anzeigen
hide = Verbergen
show-password = Kennwort anzeigen
show-pass = Befristeten Zugriffspass anzeigen
show-current-password = Aktuelles Kennwort anzeigen
show-new-password = Neues Kennwort anzeigen
show-new-password-again = Wiederholtes neues Kennwort anzeigen
new-password = Neues Kennwort
new-password-again = Neues Kennwort wiederholen
rules-title = Ein gutes Kennwort
rules-length = hat mindestens { $shortest } und höchstens { $longest } Zeichen; länger ist sicherer
rules-kinds = hat drei von diesen: Kleinbuchstaben, Großbuchstaben, Ziffern, Zeichen
rules-common = ist nicht alltäglich, wie ein Wort mit einer Jahreszahl
rules-name = enthält weder Ihren Namen noch Ihren Kontonamen
rules-note = Alle Buchstaben, Ziffern, Zeichen und Leerzeichen sind erlaubt. Einige Wörter, die nicht zusammengehören, sind leicht zu merken.
reference-number = Nummer:
reference-correlation = Korrelations-ID:
reference-time = Zeit:
time-left = Verbleibende Zeit zum Registrieren:
time-left-until = (bis { $time })

## Anmeldung

account-name = Kontoname
account-name-hint = Meist Ihre geschäftliche E-Mail-Adresse
help = Können Sie nicht auf Ihr Konto zugreifen?
sign-in-options = Anmeldeoptionen
choose-how-to-sign-in = Wählen Sie, wie Sie sich anmelden
enter-pass = Befristeten Zugriffspass eingeben
pass-hint = Der Code, den Sie von Ihrem Administrator erhalten haben. Groß- und Kleinschreibung zählt.
use-password = Stattdessen Ihr Kennwort verwenden
enter-password = Kennwort eingeben
use-pass = Stattdessen Ihren befristeten Zugriffspass verwenden
forgot-password = Kennwort vergessen
code-hint = Öffnen Sie die Authentifikator-App auf Ihrem Smartphone und geben Sie die 6 Ziffern ein, die sie für <bdi>{ $tenant }</bdi> anzeigt.
verify = Überprüfen
no-app-now = Ich kann meine Authentifikator-App gerade nicht verwenden
sign-in-with-passkey = Mit einem Passkey anmelden
passkey-heading = Gesicht, Fingerabdruck, PIN oder Sicherheitsschlüssel
passkey-lead = Ihr Gerät öffnet ein eigenes Fenster. Folgen Sie den Anweisungen dort.
passkey-demanded-by = <bdi><strong>{ $application }</strong></bdi> verlangt mehr als das, womit Sie sich angemeldet haben.
passkey-needs-script = Ein Passkey benötigt JavaScript, das in diesem Browser ausgeschaltet ist. Schalten Sie es ein oder wählen Sie eine andere Anmeldemöglichkeit.
owed-password = Wählen Sie ein neues Kennwort
owed-password-lead = Ihr bisheriges Kennwort war nur für das erste Mal gedacht oder ist abgelaufen. Wählen Sie eines, das nur Sie kennen, und Sie sind angemeldet.
way-pass = Befristeten Zugriffspass verwenden
way-pass-hint = Der Pass, den Sie von Ihrem Administrator erhalten haben
way-passkey-hint = Melden Sie sich mit einem Passkey von diesem Gerät, Ihrem Smartphone oder einem Schlüssel an
way-password = Kennwort verwenden
way-password-hint = Das Kennwort Ihres Kontos
way-code = Code aus der Authentifikator-App verwenden
way-code-hint = Die 6 Ziffern, die die App gerade anzeigt
way-organization = Bei Ihrer Organisation anmelden
way-organization-hint = Sie kommen hierher zurück, sobald sie Sie kennt
none-works = Nichts davon funktioniert bei mir
help-lead = Das kommt vor und ist schnell behoben. Sie benötigen einen <strong>befristeten Zugriffspass</strong>: einen Code, mit dem Sie für kurze Zeit hineinkommen.
help-step-ask = Bitten Sie Ihren Administrator oder Helpdesk um einen befristeten Zugriffspass. Man wird sichergehen wollen, dass Sie es sind.
help-step-type = Kommen Sie hierher zurück, geben Sie Ihren Kontonamen und dann den Pass ein.
help-step-add = Sobald Sie angemeldet sind, fügen Sie eine neue Anmeldemöglichkeit hinzu, zum Beispiel einen Passkey.
help-note = Niemand wird Sie jemals bitten, Ihren Pass oder Ihr Kennwort zu verraten. Geben Sie beides nur hier ein.
stay = Angemeldet bleiben?
stay-text = Dann werden Sie auf diesem Gerät nicht so oft gefragt. Wählen Sie Nein, wenn auch andere es benutzen.
stay-again = Nicht mehr anzeigen

## Für eine Anwendung

pick-account = Konto auswählen
pick-account-for = um mit <bdi><strong>{ $application }</strong></bdi> fortzufahren
another-account = Anderes Konto verwenden
permissions-requested = Angeforderte Berechtigungen
approval-required = Genehmigung erforderlich
approval-required-text = Nur ein Administrator kann dies erlauben. Fragen Sie Ihren und melden Sie sich dann erneut bei der Anwendung an.
consent-wants = <bdi><strong>{ $application }</strong></bdi> möchte{ $everyone ->
    [true] , für alle in Ihrer Organisation
   *[false] { "" }
}:
consent-wants-by = <bdi><strong>{ $application }</strong></bdi> von <bdi>{ $publisher }</bdi> möchte{ $everyone ->
    [true] , für alle in Ihrer Organisation
   *[false] { "" }
}:
needs-administrator = benötigt einen Administrator
consent-answers-to-host = Die Antwort geht an <bdi><strong>{ $host }</strong></bdi>.
consent-answers-to-this-device = Die Antwort geht an <strong>dieses Gerät</strong>.
consent-answers-to-app = Die Antwort geht an <strong>eine App auf diesem Gerät</strong>.
consent-answers-to-device = Die Antwort geht an <strong>ein Gerät unter { $place }</strong>.
consent-trust = Akzeptieren Sie nur, wenn Sie dieser Anwendung vertrauen.
consent-read-both = Lesen Sie die { $terms } und die { $privacy }.
consent-read-terms = Lesen Sie die { $terms }.
consent-read-privacy = Lesen Sie die { $privacy }.
terms-of-service = Nutzungsbedingungen
privacy-statement = Datenschutzerklärung
consent-for-everyone = Im Namen Ihrer Organisation zustimmen
consent-for-everyone-hint = Dann wird niemand mehr gefragt, und die Anwendung darf dies für alle, die sich bei ihr anmelden.
accept = Akzeptieren
scope-user-read = Sie anmelden und Ihr Profil lesen
scope-user-read-write = Ihr Profil lesen und ändern
scope-user-read-basic-all = Die einfachen Profile aller Personen lesen
scope-openid = Sie anmelden
scope-profile = Ihren Namen und Kontonamen sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-offline-access = Den Zugriff behalten, den Sie gewähren, auch wenn Sie die Anwendung nicht verwenden
scope-methods-read = Ihre Anmeldemethoden lesen
scope-methods-read-write = Ihre Anmeldemethoden lesen und ändern
scope-directory = In Ihrem Namen auf das Verzeichnis zugreifen
scope-other-detail = Eine Berechtigung des Verzeichnisses, soweit Ihre eigenen Rollen reichen
scope-itself = Als sie selbst, ohne dass jemand angemeldet ist
back-to-application = Zurück zur Anwendung
form-post-text = Sie sind angemeldet. Wenn gleich nichts geschieht, wählen Sie Weiter.
authorize-problem = Diese Anmeldung kann nicht fortgesetzt werden
authorize-problem-text = Die Anwendung, von der Sie kommen, hat einen Fehler gemacht. Es hat sich nichts geändert. Gehen Sie zu ihr zurück und versuchen Sie es erneut; wenn das nicht hilft, teilen Sie dem Betreiber mit, was unten steht.
device-code-lead = Geben Sie den Code ein, den Ihr Gerät oder Ihre App anzeigt, um sich dort anzumelden.
device-code-hint = Geben Sie keinen Code ein, den Ihnen jemand geschickt hat. Diese Person wäre dann als Sie angemeldet.
device-confirm = Ist das Ihr Gerät?
device-confirm-lead = Sie sind dabei, sich bei <bdi><strong>{ $application }</strong></bdi> auf einem anderen Gerät mit der Netzwerkadresse <strong>{ $place }</strong> anzumelden.
device-confirm-lead-by = Sie sind dabei, sich bei <bdi><strong>{ $application }</strong></bdi> von <bdi>{ $publisher }</bdi> auf einem anderen Gerät mit der Netzwerkadresse <strong>{ $place }</strong> anzumelden.
device-confirm-note = Fahren Sie nur fort, wenn Sie dies eben selbst auf einem eigenen Gerät oder in einem eigenen Programm begonnen haben. Wenn Ihnen jemand den Code geschickt oder Sie aufgefordert hat, ihn einzugeben, wählen Sie Nein: Diese Person wäre dann als Sie angemeldet.
yes-sign-in = Ja, anmelden
signed-in = Sie sind angemeldet
nothing-signed-in = Es wurde nichts angemeldet
device-done-text = Gehen Sie auf Ihrem Gerät zu <bdi><strong>{ $application }</strong></bdi> zurück. Sie können dieses Fenster schließen.
device-declined-text = Dem Gerät wurde mitgeteilt, dass Sie dies nicht möchten. Wenn jemand Sie gebeten hat, den Code einzugeben, sagen Sie es Ihrem Administrator. Sie können dieses Fenster schließen.
sign-out-question = Abmelden?
ask-sign-out-lead = Eine Anwendung möchte Sie abmelden. Sie sind hier angemeldet als:
sign-out-of-all = Von allen abmelden
stay-signed-in = Angemeldet bleiben
signed-out-of-apps = Ihre Anwendungen erfahren es auch.
go-on-in-a-moment = Es geht gleich weiter.
signing-out-frame = Abmeldung von einer Anwendung

## Was in einem Formular schiefging

problem-name-empty = Geben Sie Ihren Kontonamen ein, um fortzufahren.
problem-name-malformed = Das sieht nicht wie ein Kontoname aus. Meist ist es Ihre geschäftliche E-Mail-Adresse, wie name@example.com.
problem-pass-empty = Geben Sie Ihren befristeten Zugriffspass ein, um fortzufahren.
problem-password-empty = Geben Sie Ihr Kennwort ein, um fortzufahren.
problem-code-malformed = Geben Sie die 6 Ziffern ein, die Ihre Authentifikator-App gerade anzeigt.
problem-device-name-refused = Geben Sie einen Namen mit höchstens 64 Zeichen ein, damit Sie Ihre Geräte unterscheiden können.
problem-device-code-empty = Geben Sie den Code ein, den Ihr Gerät anzeigt, um fortzufahren.
problem-passwords-differ = Die beiden neuen Kennwörter stimmen nicht überein. Geben Sie sie erneut ein.
problem-passkey-refused = Der Passkey konnte nicht überprüft werden. Es hat sich nichts geändert. Versuchen Sie es erneut oder verwenden Sie ein anderes Gerät.
problem-passkey-known = Auf diesem Gerät oder Schlüssel gibt es bereits einen Passkey für Ihr Konto.
problem-passkey-make = Ihre Organisation nimmt keine Passkeys von dieser Art von Gerät oder App an. Es hat sich nichts geändert. Verwenden Sie ein anderes Gerät oder fragen Sie Ihren Administrator, welche geeignet sind.
problem-passkey-attestation = Ihre Organisation nimmt nur Passkeys an, die nachweisen können, auf welchem Gerät sie sind; dieser kann das nicht. Es hat sich nichts geändert. Verwenden Sie einen Sicherheitsschlüssel oder ein Gerät, das Ihre Organisation kennt, und erlauben Sie dem Browser, den Hersteller zu sehen, wenn er fragt.
problem-new-key = Es gab zu viele falsche Codes, daher erhalten Sie hier einen neuen QR-Code. Löschen Sie den alten Eintrag in Ihrer App und scannen Sie diesen.
problem-first-code-wrong = Dieser Code hat nicht funktioniert. Geben Sie den ein, den die App gerade anzeigt, und prüfen Sie, ob die Uhrzeit Ihres Smartphones stimmt.
problem-wrong-password = Ihr Kontoname oder Kennwort ist falsch. Wenn Sie sich nicht an Ihr Kennwort erinnern, wählen Sie unten „Kennwort vergessen“.
problem-locked = Zu Ihrer Sicherheit ist die Anmeldung nach zu vielen Fehlversuchen unterbrochen. Warten Sie einige Minuten und versuchen Sie es dann erneut.
problem-locked-until = Zu Ihrer Sicherheit ist die Anmeldung nach zu vielen Fehlversuchen unterbrochen. Versuchen Sie es wieder ab { $from }.
problem-password-expired = Ihr Kennwort ist abgelaufen. Bitten Sie Ihren Administrator um einen befristeten Zugriffspass.
problem-account-disabled = Ihr Konto ist deaktiviert. Bitten Sie Ihren Administrator, es wieder zu aktivieren.
problem-second-factor-missing = Ihr Konto benötigt eine zweite Bestätigung, dass Sie es sind, und noch ist keine eingerichtet. Bitten Sie Ihren Administrator um einen befristeten Zugriffspass und fügen Sie dann eine hinzu.
problem-signed-out = Sie wurden abgemeldet, weil sich an Ihrem Konto etwas geändert hat. Melden Sie sich erneut an.
problem-not-allowed = Ihre Organisation erlaubt diese Anmeldung nicht. Bitten Sie Ihren Administrator um Hilfe.
problem-not-assigned = Diese Anwendung ist Ihnen nicht zugewiesen. Bitten Sie Ihren Administrator um Hilfe.
problem-organization-silent = Die Anmeldung Ihrer Organisation antwortet nicht. Versuchen Sie es gleich noch einmal, und wenden Sie sich an Ihren Administrator, wenn es wieder geschieht.
problem-organization-refused = Die Anmeldung Ihrer Organisation hat Sie nicht eingelassen. Versuchen Sie es noch einmal, und wenden Sie sich an Ihren Administrator, wenn es wieder geschieht.
problem-organization-unknown = Die Anmeldung Ihrer Organisation kennt Sie, aber hier gibt es kein Konto für Sie. Wenden Sie sich an Ihren Administrator.
problem-code-wrong = Dieser Code hat nicht funktioniert. Geben Sie den ein, den Ihre Authentifikator-App gerade anzeigt; jeder Code gilt nur einmal.
problem-code-too-old = Dieser Code ist zu alt. Geben Sie den ein, den Ihre Authentifikator-App gerade anzeigt.
problem-device-code-wrong = Dieser Code hat nicht funktioniert. Prüfen Sie ihn auf Ihrem Gerät; er gilt 15 Minuten lang und nur einmal. Wenn er älter ist, beginnen Sie dort erneut.
problem-pass-blocked = Die Regeln Ihrer Organisation lassen diesen befristeten Zugriffspass derzeit nicht zu. Melden Sie sich auf andere Weise an oder wenden Sie sich an Ihren Administrator.
problem-pass-wrong = Ihr befristeter Zugriffspass ist falsch. Wenn Sie Ihren Pass nicht kennen, wenden Sie sich an Ihren Administrator.
problem-pass-early = Ihr befristeter Zugriffspass ist richtig, aber es ist noch zu früh. Er gilt ab { $from }.
problem-pass-expired = Ihr befristeter Zugriffspass ist abgelaufen. Wenden Sie sich an Ihren Administrator, um einen neuen zu erhalten.
problem-pass-used = Ihr befristeter Zugriffspass zur einmaligen Verwendung wurde bereits verwendet. Wenden Sie sich an Ihren Administrator, um einen neuen zu erhalten.
problem-pass-withdrawn = Ihr befristeter Zugriffspass wurde zurückgezogen. Wenden Sie sich an Ihren Administrator, um einen neuen zu erhalten.
problem-passkey-failed = Dieser Passkey hat hier nicht funktioniert. Versuchen Sie es erneut oder wählen Sie eine andere Anmeldemöglichkeit.
problem-passkeys-off = Ihre Organisation erlaubt derzeit keine Passkeys. Wählen Sie eine andere Anmeldemöglichkeit.
problem-present-password-wrong = Ihr aktuelles Kennwort ist falsch.
problem-unknown = Etwas hat nicht funktioniert. Versuchen Sie es erneut und wenden Sie sich an Ihren Administrator, wenn es wieder geschieht.
refusal-too-short = Verwenden Sie mindestens 8 Zeichen.
refusal-too-long = Verwenden Sie höchstens 256 Zeichen.
refusal-too-common = Dieses Kennwort ist zu leicht zu erraten. Versuchen Sie einige Wörter, die nicht zusammengehören.
refusal-too-few-kinds = Verwenden Sie drei von diesen: Kleinbuchstaben, Großbuchstaben, Ziffern, Zeichen.
refusal-contains-name = Verwenden Sie nicht Ihren Namen im Kennwort.
refusal-same-as-before = Wählen Sie ein anderes Kennwort als das bisherige.

## Seiten mit einer einzigen Nachricht

restart-title = Bitte beginnen Sie noch einmal
busy-title = Einen Moment bitte
signed-out-title = Sie sind abgemeldet
signed-out-everywhere-title = Sie sind überall abgemeldet
session-ended-title = Ihre Sitzung ist beendet
registration-over-title = Die Zeit zum Registrieren ist abgelaufen
confirm-again-title = Bitte bestätigen Sie, dass Sie es sind
stronger-needed-title = Es fehlt noch etwas
form-expired-title = Bitte beginnen Sie diesen Schritt noch einmal
limit-reached-title = Sie können keine weitere hinzufügen
not-offered-title = Das wird Ihnen nicht angeboten
not-administrator-title = Dieser Bereich ist für Administratoren
pass-only-registers-title = Ein Pass öffnet das nicht
form-used-title = Das wurde bereits erledigt
not-allowed-title = Ihre Rolle erlaubt das nicht
not-found-title = Seite nicht gefunden
bad-request-title = Das kam nicht an wie erwartet
broken-title = Bei uns ist etwas schiefgegangen
restart-text = Diese Seite war eine Weile oder in einem anderen Tab geöffnet. Es hat sich nichts geändert. Melden Sie sich von Anfang an neu an; es dauert nur einen Moment.
busy-text = Viele Personen melden sich gerade gleichzeitig an. Es hat sich nichts geändert, und Ihr Pass wurde nicht verbraucht. Versuchen Sie es gleich noch einmal.
signed-out-text = Sie können dieses Fenster jetzt schließen.
signed-out-everywhere-text = Alle Ihre Sitzungen sind beendet, auf diesem Gerät und auf jedem anderen. Wenn Sie ein Gerät verloren haben, melden Sie sich erneut an und löschen Sie dessen Passkey oder Authentifikator-App in Ihren Sicherheitsinformationen.
disowned-text = Alle Sitzungen sind beendet, Ihre und die andere, und Ihre Administratoren können sehen, was geschehen ist. Melden Sie sich erneut an, ändern Sie Ihr Kennwort, falls Sie eines haben, und löschen Sie Anmeldemethoden, die Sie nicht kennen.
pass-deleted-text = Ihr befristeter Zugriffspass ist gelöscht und mit ihm die Sitzung, die er geöffnet hat. Melden Sie sich mit einer anderen Methode an. Wenn Sie keine haben, bitten Sie Ihren Administrator um einen neuen Pass.
session-ended-text = Womit Sie sich angemeldet haben, ist abgelaufen oder wurde ersetzt. Melden Sie sich erneut an. Wenn Sie keine andere Anmeldemöglichkeit haben, bitten Sie Ihren Administrator um einen neuen befristeten Zugriffspass.
registration-over-text = Zu Ihrer Sicherheit können Anmeldemethoden nur kurz nach der Anmeldung geändert werden, und Ihr Pass zur einmaligen Verwendung kann nicht erneut verwendet werden. Es hat sich nichts geändert. Bitten Sie Ihren Administrator um einen neuen befristeten Zugriffspass.
confirm-again-text = Zu Ihrer Sicherheit können Anmeldemethoden nur kurz nach der Anmeldung geändert werden. Melden Sie sich noch einmal an, dann kommen Sie hierher zurück.
stronger-needed-text = Ihre Anmeldemethoden sind durch mehr als ein Kennwort geschützt, und Ihr Konto hat noch nichts anderes. Bitten Sie Ihren Administrator um einen befristeten Zugriffspass; damit können Sie einen Passkey oder eine Authentifikator-App hinzufügen.
form-expired-text = Die Seite war eine Weile geöffnet, oder Sie haben sich inzwischen neu angemeldet. Es hat sich nichts geändert.
limit-reached-text = Ihr Konto hat davon so viele, wie es haben kann. Löschen Sie eine, die Sie nicht mehr verwenden, und versuchen Sie es dann erneut.
not-offered-text = Ihre Organisation lässt Sie diese Art von Anmeldemethode nicht selbst hinzufügen. Es hat sich nichts geändert. Wählen Sie eine andere oder fragen Sie Ihren Administrator.
not-administrator-text = Ihr Konto hat keine Administratorrolle, daher gibt es hier für Sie nichts zu tun. Wenn Sie die Konten anderer betreuen, bitten Sie Ihren Administrator um eine.
pass-only-registers-text = Hier dient ein befristeter Zugriffspass nur dazu, Anmeldemethoden hinzuzufügen. Fügen Sie in Ihren Sicherheitsinformationen eine hinzu und melden Sie sich dann mit ihr an.
form-used-text = Das Formular wurde schon gesendet, und seine Antwort wird nur einmal angezeigt. Seitdem hat sich nichts geändert. Wenn ein Code oder Kennwort verloren ist, gehen Sie wieder zu der Person und erstellen Sie ein neues.
not-allowed-text = Es hat sich nichts geändert. Entweder braucht es eine andere Administratorrolle, oder das Konto ist wegen seiner eigenen Rollen geschützt. Fragen Sie jemanden mit mehr Rechten.
not-found-text = Unter dieser Adresse gibt es nichts. Prüfen Sie sie auf Tippfehler.
bad-request-text = Es hat sich nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es erneut.
broken-text = Es liegt nicht an Ihnen. Versuchen Sie es in einigen Minuten erneut. Wenn es wieder geschieht, nennen Sie Ihrem Administrator die Nummer unten.
sign-in-again = Erneut anmelden
confirm-it-is-you = Bestätigen, dass Sie es sind
sign-in-another-way = Auf andere Weise anmelden
start-again = Erneut beginnen
back-to-security-info = Zurück zu den Sicherheitsinformationen
back-to-portal = Zurück zum Portal
go-to-security-info = Zu den Sicherheitsinformationen

## Sicherheitsinformationen: was um jede Seite steht

skip-to-main = Zum Hauptinhalt springen
sign-out = Abmelden
my-account = Mein Konto
security-info = Sicherheitsinformationen
recent-sign-ins = Letzte Anmeldungen
portal = Portal
sign-out-everywhere = Überall abmelden
done = Fertig
save = Speichern
back = Zurück
delete = Löschen
passkey = Passkey
authenticator-app = Authentifikator-App
minutes-left = { $minutes ->
    [one] Noch 1 Minute zum Registrieren.
   *[other] Noch { $minutes } Minuten zum Registrieren.
}
time-over = Die Zeit zum Registrieren ist abgelaufen. Laden Sie die Seite neu, um zu sehen, wie es weitergeht.

## Sicherheitsinformationen: die Liste

info-lead = Ihre Anmeldemethoden. Zwei sind besser als eine, falls Sie ein Gerät verlieren.
done-passkey-added = Ihr Passkey ist bereit. Ab jetzt können Sie sich mit ihm anmelden.
done-passkey-named = Ihr Passkey hat seinen neuen Namen.
done-password-set = Ihr neues Kennwort ist festgelegt. Sitzungen, die Sie mit dem alten geöffnet hatten, wurden abgemeldet.
done-password-set-freely = Ihr neues Kennwort ist festgelegt. Alle Ihre anderen Sitzungen wurden abgemeldet.
done-deleted = Die Methode ist gelöscht. Mit ihr kann man sich nicht mehr anmelden.
done-default = Ihre Standardmethode für die Anmeldung wurde geändert.
default-is-strongest = Standardmethode für die Anmeldung: die sicherste, die Sie haben
default-is-app = Standardmethode für die Anmeldung: Authentifikator-App
default-title = Standardmethode für die Anmeldung ändern
default-text = Nach ihr werden Sie im Anschluss an Ihr Kennwort zuerst gefragt. Sie können dann immer einen anderen Weg wählen.
default-strongest = Die sicherste, die ich habe
banner-title = Fügen Sie jetzt eine Anmeldemethode hinzu
banner-text = Ihr befristeter Zugriffspass gilt bis { $time }. Danach benötigen Sie eine andere Anmeldemöglichkeit. Am schnellsten hinzugefügt ist ein Passkey.
pass-session = Sie haben sich mit einem befristeten Zugriffspass angemeldet. Diese Sitzung endet mit ihm: { $time }.
changes-renewable = Um eine Methode hinzuzufügen oder zu ändern, müssen Sie sich noch einmal anmelden.
changes-over = <strong>Die Zeit zum Hinzufügen oder Ändern von Methoden ist abgelaufen.</strong> Bitten Sie Ihren Administrator um einen neuen Pass, wenn Sie das noch müssen.
lost-title = Smartphone, Laptop oder Schlüssel verloren?
lost-text = Diese wurden eingerichtet, bevor Sie Ihren Pass erhielten. Löschen Sie, was Sie nicht mehr haben, damit niemand sonst es verwenden kann. Behalten Sie den Rest.
lost-device = Gerät verloren?
add-method = Anmeldemethode hinzufügen
your-methods = Ihre Anmeldemethoden
delete-named = { $name } löschen
rename = Umbenennen
rename-named = { $name } umbenennen
change = Ändern
change-password = Kennwort ändern
pass-once = Einmalige Verwendung
pass-several = Mehrmalige Verwendung
pass-until = läuft ab: { $time }
pass-from = beginnt: { $time }
pass-over = abgelaufen: { $time }
pass-used = verwendet
pass-used-until = verwendet; Ihre Sitzung dauert bis { $time }
pass-stopped = kann nach den Regeln Ihrer Organisation derzeit nicht verwendet werden
password-changed = Zuletzt geändert: { $day }
pass-issued = Ausgestellt: { $day }
method-added = Hinzugefügt: { $day }
method-used = zuletzt verwendet: { $day }
method-unused = noch nicht verwendet
passkey-synced = zwischen Ihren Geräten synchronisiert
passkey-on-one-device = auf einem einzigen Gerät

## Sicherheitsinformationen: hinzufügen

add-title = Eine Anmeldemethode hinzufügen
add-nothing = Sie können derzeit nichts hinzufügen. Wenn Sie eine andere Anmeldemöglichkeit benötigen, fragen Sie Ihren Administrator.
add-question = Welche möchten Sie hinzufügen?
add-passkey-hint = Die beste Wahl. Melden Sie sich mit Gesicht, Fingerabdruck, Geräte-PIN oder einem Sicherheitsschlüssel an.
add-app-hint = Eine App auf Ihrem Smartphone zeigt einen 6-stelligen Code an. Sie verwenden ihn zusammen mit einem Kennwort.
add-password-hint = Ein Geheimnis, das Sie sich merken und eingeben.
add-pass-hint = Nur ein Administrator kann einen ausstellen.
step = Schritt { $step } von { $steps }
app-intro-title = Authentifikator-App einrichten
app-intro-what = Eine Authentifikator-App auf Ihrem Smartphone zeigt jede halbe Minute einen neuen 6-stelligen Code an. Sie geben ihn nach Ihrem Kennwort ein, damit ein Kennwort allein nichts öffnet.
app-intro-which = Jede Authentifikator-App ist geeignet, zum Beispiel Microsoft Authenticator, Google Authenticator, Aegis oder 2FAS. Installieren Sie eine aus dem App-Store Ihres Smartphones, öffnen Sie sie und wählen Sie <strong>Konto hinzufügen</strong>.
app-scan-title = QR-Code scannen
app-scan-text = Wählen Sie in der App „QR-Code scannen“ und richten Sie die Kamera Ihres Smartphones hierher.
app-scan-picture = QR-Code für Ihre Authentifikator-App
app-scan-by-hand = Können Sie das Bild nicht scannen?
app-scan-by-hand-text = Wählen Sie in der App „Einrichtungsschlüssel eingeben“ und geben Sie diese beiden Angaben ein:
secret-key = Geheimer Schlüssel
copy = Kopieren
copied = Kopiert
copy-by-keyboard = Markiert. Kopieren Sie es mit der Tastatur.
copy-account-name = Kontonamen kopieren
copy-secret-key = Geheimen Schlüssel kopieren
secret-key-hint = Behalten Sie den Schlüssel für sich: Wer ihn hat, kann Ihre Codes erzeugen.
app-code-hint = Die 6 Ziffern, die die App gerade für <bdi>{ $tenant }</bdi> anzeigt. Wenn sie sich während der Eingabe ändern, verwenden Sie einfach die neuen.
app-numbered = Authentifikator-App { $number }
app-done-title = Authentifikator-App registriert
app-done-heading = Authentifikator-App erfolgreich registriert
app-done-alone = Die App ist Ihr zweiter Schritt nach einem Kennwort; legen Sie daher jetzt ein eigenes Kennwort fest. Oder fügen Sie einen Passkey hinzu, der beides nicht braucht.
app-done-text = Halten Sie ab jetzt Ihr Smartphone bereit, wenn Sie sich mit Ihrem Kennwort anmelden.
add-a-passkey = Einen Passkey hinzufügen
create-a-passkey = Einen Passkey erstellen
create-passkey = Passkey erstellen
create-passkey-what = Mit einem Passkey melden Sie sich so an, wie Sie Ihr Gerät entsperren: mit Gesicht, Fingerabdruck oder PIN. Auch ein Sicherheitsschlüssel ist geeignet. Sie müssen sich nichts merken, und keine gefälschte Seite kann Ihnen etwas stehlen.
create-passkey-step-keep = Ihr Gerät öffnet ein eigenes Fenster. Wählen Sie, wo der Passkey aufbewahrt werden soll.
create-passkey-step-confirm = Bestätigen Sie mit Gesicht, Fingerabdruck, PIN oder Schlüssel.
create-passkey-step-name = Kommen Sie hierher zurück und geben Sie dem Passkey einen Namen.
create-passkey-needs-script = Ein Passkey benötigt JavaScript, das in diesem Browser ausgeschaltet ist. Schalten Sie es ein und laden Sie die Seite neu, oder gehen Sie zurück und wählen Sie eine andere Methode.
passkey-created = Passkey erstellt
passkey-created-text = Ein Schritt fehlt noch: Geben Sie ihm einen Namen, damit Sie später wissen, auf welchem Gerät er ist. Danach können Sie sich mit ihm anmelden.
rename-passkey = Passkey umbenennen
passkey-name = Name des Passkeys
passkey-name-hint = Zum Beispiel „Arbeitslaptop“ oder „Blauer Sicherheitsschlüssel“
name-android = Android-Smartphone
name-windows = Windows-PC
name-linux = Linux-PC
name-security-key = Sicherheitsschlüssel
passkey-cancelled = Das wurde abgebrochen oder hat zu lange gedauert. Es hat sich nichts geändert. Versuchen Sie es erneut, wenn Sie bereit sind.
passkey-wrong-address = Passkeys funktionieren unter dieser Adresse nicht. Sagen Sie es Ihrem Administrator.
passkey-unsupported = Dieses Gerät kann einen solchen Passkey nicht erstellen. Versuchen Sie es mit einem anderen Gerät oder einem Sicherheitsschlüssel.
passkey-not-created = Der Passkey konnte nicht erstellt werden. Versuchen Sie es erneut oder wählen Sie eine andere Methode.
passkey-not-used = Der Passkey konnte nicht verwendet werden. Versuchen Sie es erneut oder wählen Sie eine andere Anmeldemöglichkeit.
passkey-unknown-to-browser = Dieser Browser kann keine Passkeys verwenden. Wählen Sie eine andere Möglichkeit oder versuchen Sie es mit einem neueren Browser.
set-a-password = Ein Kennwort festlegen
set-password = Kennwort festlegen
change-your-password = Ihr Kennwort ändern
current-password = Aktuelles Kennwort
set-password-hint = Ihre anderen Sitzungen werden abgemeldet.
set-password-hint-known = Ihre anderen Sitzungen, die Sie mit Ihrem Kennwort geöffnet haben, werden abgemeldet.

## Sicherheitsinformationen: löschen, abmelden, eigene Anmeldungen

delete-title = { $kind ->
    [pass] Befristeten Zugriffspass
    [password] Kennwort
    [passkey] Passkey
   *[app] Authentifikator-App
} löschen
delete-question = { delete-title }?
delete-text = { $kind ->
    [pass] Ihr befristeter Zugriffspass
    [password] Ihr Kennwort
    [passkey] Ihr Passkey
   *[app] Ihre Authentifikator-App
} wird gelöscht. Eine Anmeldung damit ist danach nicht mehr möglich, und dies kann nicht rückgängig gemacht werden.
delete-text-named = <strong><bdi>{ $name }</bdi></strong> ({ $kind ->
    [pass] befristeter Zugriffspass
    [password] Kennwort
    [passkey] Passkey
   *[app] Authentifikator-App
}) wird gelöscht. Eine Anmeldung damit ist danach nicht mehr möglich, und dies kann nicht rückgängig gemacht werden.
delete-signs-out = <strong>Dadurch werden Sie abgemeldet.</strong> Sie sind mit diesem Pass angemeldet, und Ihre Sitzung endet mit ihm. Fügen Sie zuerst eine andere Methode hinzu, wenn Sie keine haben.
delete-last = <strong>Das ist Ihre letzte Anmeldemöglichkeit</strong>. Ohne eine andere benötigen Sie einen neuen Pass von Ihrem Administrator.
delete-last-besides-pass = <strong>Das ist Ihre letzte Anmeldemöglichkeit</strong> außer einem befristeten Zugriffspass. Ohne eine andere benötigen Sie einen neuen Pass von Ihrem Administrator.
delete-and-sign-out = Löschen und abmelden
keep-it = Behalten
sign-out-text = Das beendet Ihre Sitzung in diesem Browser. Sitzungen auf anderen Geräten bleiben bestehen.
sign-out-now = Jetzt abmelden
sign-out-everywhere-question = Überall abmelden?
sign-out-everywhere-what = Das beendet alle Ihre Sitzungen: in diesem Browser, auf Ihrem Smartphone und wo immer Sie sonst angemeldet sind. Tun Sie es, wenn ein Gerät verloren ist oder wenn Sie glauben, dass jemand anderes Ihr Konto benutzt.
sign-out-everywhere-methods = Ihre Anmeldemethoden bleiben bestehen. Löschen Sie auch die, die auf einem verlorenen Gerät waren.
sign-out-everywhere-once = <strong>Ihr Pass zur einmaligen Verwendung kann nicht erneut verwendet werden.</strong> Fügen Sie zuerst eine andere Anmeldemethode hinzu, sonst benötigen Sie einen neuen Pass von Ihrem Administrator.
sign-ins-lead = Wer sich in den letzten 30 Tagen bei Ihrem Konto angemeldet hat. Sagen Sie Bescheid, wenn Sie es einmal nicht waren.
sign-ins-none = Mehr gibt es nicht.
sign-ins-older = Ältere
this-session = Diese Sitzung
sign-in-refused = Abgelehnt: { $reason }
not-me = Das war ich nicht
not-me-question = Waren Sie das nicht?
not-me-text = Wir beenden sofort alle Ihre Sitzungen, auch diese, und informieren Ihre Administratoren. Melden Sie sich danach erneut an, ändern Sie Ihr Kennwort, falls Sie eines haben, und löschen Sie Methoden, die Sie nicht kennen.
not-me-once = <strong>Ihr Pass zur einmaligen Verwendung kann nicht erneut verwendet werden.</strong> Fügen Sie zuerst eine andere Anmeldemethode hinzu oder bitten Sie Ihren Administrator um einen neuen Pass.
not-me-do = Das war ich nicht, überall abmelden
browser-on-system = { $browser } unter { $system }
method-code = OATH-Prüfcode
method-organization = Anmeldung Ihrer Organisation
refused-stale = Die Anmeldung ist fehlgeschlagen: Sie hat zu lange gedauert.
refused-locked = Das Konto ist wegen zu vieler Versuche mit falschen Angaben gesperrt.
refused-password = Falscher Kontoname oder falsches Kennwort.
refused-disabled = Das Konto ist deaktiviert.
refused-pass = Der befristete Zugriffspass war falsch.
refused-pass-expired = Der befristete Zugriffspass war abgelaufen.
refused-pass-used = Der befristete Zugriffspass zur einmaligen Verwendung war bereits verwendet.
refused-pass-policy = Die Anmeldung mit dem befristeten Zugriffspass wurde durch die Richtlinie blockiert.
refused-pass-not-found = Ein befristeter Zugriffspass konnte nicht gefunden oder überprüft werden.
refused-second-factor = Die zweite Bestätigung ist fehlgeschlagen.
refused-code = Der Einmalcode ist ungültig.
refused-passkey = Der Passkey konnte nicht überprüft werden.
refused-passkey-unknown = Der Passkey ist für niemanden registriert.
refused-passkey-policy = Die Richtlinie lässt diesen Passkey nicht zu.
refused-organization-silent = Die Anmeldung Ihrer Organisation hat nicht geantwortet.
refused-organization = Die Anmeldung Ihrer Organisation hat niemanden eingelassen.
refused-organization-unknown = Die Anmeldung Ihrer Organisation nannte jemanden, der hier kein Konto hat.

## Ein Konto einrichten

set-up-title = Ihr Konto einrichten
set-up-heading = Richten wir Ihr Konto ein
set-up-pass = Ihr befristeter Zugriffspass gilt bis { $time }. Richten Sie eine dauerhafte Anmeldemethode ein.
set-up-pass-for = Ihr befristeter Zugriffspass gilt bis { $time }. Richten Sie eine dauerhafte Anmeldemethode ein und fahren Sie dann mit <bdi><strong>{ $application }</strong></bdi> fort.
set-up-demanded = <bdi><strong>{ $application }</strong></bdi> verlangt eine stärkere Anmeldemethode, als Sie haben. Richten Sie sie ein und fahren Sie dann fort.
set-up-over = <strong>Die Zeit zum Registrieren ist abgelaufen</strong>, und Ihr Pass zur einmaligen Verwendung kann nicht erneut verwendet werden. Bitten Sie Ihren Administrator um einen neuen.
set-up-needs-script = Ein Passkey benötigt JavaScript, das in diesem Browser ausgeschaltet ist. Schalten Sie es ein und laden Sie die Seite neu.
set-up-needs-script-or = Ein Passkey benötigt JavaScript, das in diesem Browser ausgeschaltet ist. Schalten Sie es ein und laden Sie die Seite neu, oder wählen Sie die andere Möglichkeit.
set-up-passkey-instead = Stattdessen einen Passkey erstellen
set-up-app-instead = Stattdessen eine Authentifikator-App einrichten
set-up-password-instead = Stattdessen ein Kennwort festlegen
set-up-skip = Vorerst überspringen
set-up-skip-hint = Wenn Sie dies überspringen, werden Sie bei Ihrer nächsten Anmeldung mit einem Pass wieder gefragt. Danach können Sie sich ohne diese Methode nicht anmelden.
set-up-skip-hint-until = Wenn Sie dies überspringen, werden Sie bei Ihrer nächsten Anmeldung mit einem Pass wieder gefragt. Ab { $time } können Sie sich ohne diese Methode nicht mehr anmelden.
all-set = Alles ist eingerichtet
all-set-passkey = Ab jetzt melden Sie sich mit Ihrem Passkey an. Einen Pass benötigen Sie nicht mehr.
all-set-app = Ab jetzt melden Sie sich mit Ihrem Kennwort und dem Code Ihrer Authentifikator-App an. Einen Pass benötigen Sie nicht mehr.
all-set-again = Ein Schritt fehlt noch: Melden Sie sich jetzt damit an, dann öffnet sich <bdi><strong>{ $application }</strong></bdi>.
all-set-passkey-hint = Fügen Sie später in Ihren <strong>Sicherheitsinformationen</strong> eine weitere Methode hinzu, falls Sie dieses Gerät verlieren.
all-set-app-hint = Ein Passkey ist noch schneller und sicherer. Sie können später in Ihren <strong>Sicherheitsinformationen</strong> einen hinzufügen.
sign-in-with-your-passkey = Mit Ihrem Passkey anmelden
