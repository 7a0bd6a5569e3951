# Was Briefe (Mails an Personen) sagen, auf Deutsch.

letter-hello = Guten Tag { $name },
letter-own-subject = { $kind ->
    [passIssued] Sie haben einen befristeten Zugriffspass erhalten
    [passDeleted] Ihr befristeter Zugriffspass wurde gelöscht
    [passUsed] Ihr befristeter Zugriffspass wurde verwendet
    [passBlocked] Ihr befristeter Zugriffspass wurde gesperrt
    [passkeyAdded] Ihrem Konto wurde ein Passkey hinzugefügt
    [appAdded] Ihrem Konto wurde eine Authentifikator-App hinzugefügt
    [passkeyDeleted] Ein Passkey Ihres Kontos wurde gelöscht
    [appDeleted] Eine Authentifikator-App Ihres Kontos wurde gelöscht
    [passwordReset] Ihr Kennwort wurde zurückgesetzt
    [passwordChanged] Ihr Kennwort wurde geändert
   *[signInDisowned] Sie haben eine Anmeldung als nicht Ihre gemeldet
}
letter-own-text = { $kind ->
    [passIssued] Für Ihr Konto wurde ein befristeter Zugriffspass ausgestellt. Mit seinem Code melden Sie sich an und richten eine dauerhafte Anmeldemethode ein. Der Code kommt nie per Mail: Sie erhalten ihn von den Personen, die Ihnen helfen.
    [passDeleted] Der befristete Zugriffspass für Ihr Konto wurde gelöscht. Sein Code gilt nicht mehr, und Sitzungen, die mit ihm begonnen haben, sind beendet.
    [passUsed] Mit Ihrem befristeten Zugriffspass wurde sich zum ersten Mal bei Ihrem Konto angemeldet.
    [passBlocked] Zu oft wurden falsche Codes eingegeben. Deshalb wurde Ihr befristeter Zugriffspass endgültig gesperrt, und niemand kann sich damit anmelden.
    [passkeyAdded] Ab jetzt kann sich ein neuer Passkey bei Ihrem Konto anmelden.
    [appAdded] Ab jetzt erzeugt eine neue Authentifikator-App Codes für Ihr Konto.
    [passkeyDeleted] Einer Ihrer Passkeys kann sich nicht mehr bei Ihrem Konto anmelden.
    [appDeleted] Eine Ihrer Authentifikator-Apps erzeugt keine Codes mehr für Ihr Konto.
    [passwordReset] Jemand anderes hat für Ihr Konto ein neues Kennwort gesetzt und Ihre Sitzungen beendet.
    [passwordChanged] Ihr Konto hat ein neues Kennwort.
   *[signInDisowned] Sie haben uns mitgeteilt, dass eine Anmeldung mit Ihrem Namen nicht von Ihnen war. Wir haben alle Ihre Sitzungen beendet und Ihre Administratoren informiert.
}
letter-about-subject = { $kind ->
    [passIssued] { $name } hat einen befristeten Zugriffspass erhalten
    [passDeleted] Der befristete Zugriffspass von { $name } wurde gelöscht
    [passUsed] Der befristete Zugriffspass von { $name } wurde verwendet
    [passBlocked] Der befristete Zugriffspass von { $name } wurde gesperrt
    [passkeyAdded] { $name } hat einen neuen Passkey
    [appAdded] { $name } hat eine neue Authentifikator-App
    [passkeyDeleted] Ein Passkey von { $name } wurde gelöscht
    [appDeleted] Eine Authentifikator-App von { $name } wurde gelöscht
    [passwordReset] Das Kennwort von { $name } wurde zurückgesetzt
    [passwordChanged] { $name } hat das Kennwort geändert
   *[signInDisowned] { $name } meldet eine Anmeldung durch jemand anderen
}
letter-about-text = { $kind ->
    [passIssued] Für { $name } wurde ein befristeter Zugriffspass ausgestellt, um sich anzumelden und eine dauerhafte Methode einzurichten. Der Code kommt nie per Mail.
    [passDeleted] Der befristete Zugriffspass von { $name } wurde gelöscht.
    [passUsed] Mit dem befristeten Zugriffspass von { $name } wurde sich zum ersten Mal angemeldet.
    [passBlocked] Für { $name } wurden zu oft falsche Codes eingegeben. Deshalb wurde der befristete Zugriffspass endgültig gesperrt; vielleicht rät jemand.
    [passkeyAdded] Ab jetzt kann sich ein neuer Passkey als { $name } anmelden.
    [appAdded] Ab jetzt erzeugt eine neue Authentifikator-App Codes für { $name }.
    [passkeyDeleted] Ein Passkey kann sich nicht mehr als { $name } anmelden.
    [appDeleted] Eine Authentifikator-App erzeugt keine Codes mehr für { $name }.
    [passwordReset] Für { $name } wurde ein neues Kennwort gesetzt.
    [passwordChanged] { $name } hat ein neues Kennwort.
   *[signInDisowned] { $name } meldet, dass eine Anmeldung mit diesem Namen von jemand anderem war. Alle Sitzungen wurden beendet.
}
letter-account = Konto: { $upn }
letter-when = Wann: { $at }
letter-by = Durch: { $by }
letter-by-server = Durch: die Betreiber des Servers
letter-from = Von der Netzwerkadresse: { $from }
letter-valid = Der Pass gilt ab { $start } bis { $end }.
letter-sign-in = Die Anmeldung: { $at }, von der Netzwerkadresse { $from }
letter-advice = { $advice ->
    [expected] Wenn Sie das nicht erwartet haben, informieren Sie sofort Ihren Administrator oder Helpdesk.
    [own] Wenn Sie das nicht waren, kommt jemand anderes in Ihr Konto: Informieren Sie sofort Ihren Administrator oder Helpdesk. Solange Sie sich anmelden können, können Sie auch selbst etwas tun: Wählen Sie auf { $origin }/security-info unter „Letzte Anmeldungen“ die Schaltfläche „Das war ich nicht“. Das beendet alle Sitzungen.
    [blocked] Bitten Sie Ihren Administrator oder Helpdesk um einen neuen Pass. Wenn nicht Sie die falschen Codes eingegeben haben, sagen Sie es dort.
    [disowned] Melden Sie sich erneut an, ändern Sie Ihr Kennwort, falls Sie eines haben, und löschen Sie Anmeldemethoden, die Sie nicht kennen, auf { $origin }/security-info. Wenn Sie sich nicht mehr anmelden können, bitten Sie Ihren Administrator oder Helpdesk um einen befristeten Zugriffspass.
   *[portal] Was sonst bekannt ist und was zu tun ist, steht hier: { $origin }/portal/people/{ $id }
}
letter-test-subject = Eine Mail zur Probe
letter-test-text = Diese Mail wurde gesendet, um zu sehen, ob Mail ankommt. Sie kommt an. Es ist nichts zu tun.
letter-footer = Diese Mail hat { $origin } geschrieben. Antworten liest niemand. Sie fragt nie nach einem Code oder Kennwort.
