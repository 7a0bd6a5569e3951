# Lo que dicen las cartas (correos a personas), en español.

letter-hello = Hola, { $name }:
letter-own-subject = { $kind ->
    [passIssued] Ha recibido un pase de acceso temporal
    [passDeleted] Se eliminó su pase de acceso temporal
    [passUsed] Se usó su pase de acceso temporal
    [passBlocked] Se bloqueó su pase de acceso temporal
    [passkeyAdded] Se agregó una clave de acceso a su cuenta
    [appAdded] Se agregó una aplicación de autenticación a su cuenta
    [passkeyDeleted] Se eliminó una clave de acceso de su cuenta
    [appDeleted] Se eliminó una aplicación de autenticación de su cuenta
    [passwordReset] Se restableció su contraseña
    [passwordChanged] Se cambió su contraseña
   *[signInDisowned] Usted dijo que un inicio de sesión no era suyo
}
letter-own-text = { $kind ->
    [passIssued] Se creó un pase de acceso temporal para su cuenta. Con su código usted inicia sesión y configura una forma duradera de hacerlo. El código nunca llega por correo: se lo dan las personas que le ayudan.
    [passDeleted] Se eliminó el pase de acceso temporal de su cuenta. Su código ya no funciona, y las sesiones que empezaron con él han terminado.
    [passUsed] Alguien inició sesión en su cuenta con su pase de acceso temporal, por primera vez.
    [passBlocked] Se escribieron códigos incorrectos demasiadas veces. Por eso su pase de acceso temporal quedó bloqueado para siempre, y nadie puede usarlo.
    [passkeyAdded] Desde ahora una nueva clave de acceso puede iniciar sesión en su cuenta.
    [appAdded] Desde ahora una nueva aplicación de autenticación crea códigos para su cuenta.
    [passkeyDeleted] Una de sus claves de acceso ya no puede iniciar sesión en su cuenta.
    [appDeleted] Una de sus aplicaciones de autenticación ya no crea códigos para su cuenta.
    [passwordReset] Otra persona estableció una nueva contraseña para su cuenta y terminó sus sesiones.
    [passwordChanged] Su cuenta tiene una nueva contraseña.
   *[signInDisowned] Usted nos dijo que un inicio de sesión con su nombre fue de otra persona. Terminamos todas sus sesiones y avisamos a sus administradores.
}
letter-about-subject = { $kind ->
    [passIssued] { $name } ha recibido un pase de acceso temporal
    [passDeleted] Se eliminó el pase de acceso temporal de { $name }
    [passUsed] Se usó el pase de acceso temporal de { $name }
    [passBlocked] Se bloqueó el pase de acceso temporal de { $name }
    [passkeyAdded] { $name } tiene una nueva clave de acceso
    [appAdded] { $name } tiene una nueva aplicación de autenticación
    [passkeyDeleted] Se eliminó una clave de acceso de { $name }
    [appDeleted] Se eliminó una aplicación de autenticación de { $name }
    [passwordReset] Se restableció la contraseña de { $name }
    [passwordChanged] { $name } cambió la contraseña
   *[signInDisowned] { $name } dice que un inicio de sesión fue de otra persona
}
letter-about-text = { $kind ->
    [passIssued] Se creó un pase de acceso temporal para { $name }, para iniciar sesión y configurar una forma duradera de hacerlo. El código nunca llega por correo.
    [passDeleted] Se eliminó el pase de acceso temporal de { $name }.
    [passUsed] Alguien inició sesión con el pase de acceso temporal de { $name }, por primera vez.
    [passBlocked] Se escribieron códigos incorrectos demasiadas veces para { $name }. Por eso el pase de acceso temporal quedó bloqueado para siempre; quizá alguien esté adivinando.
    [passkeyAdded] Desde ahora una nueva clave de acceso puede iniciar sesión como { $name }.
    [appAdded] Desde ahora una nueva aplicación de autenticación crea códigos para { $name }.
    [passkeyDeleted] Una clave de acceso ya no puede iniciar sesión como { $name }.
    [appDeleted] Una aplicación de autenticación ya no crea códigos para { $name }.
    [passwordReset] Se estableció una nueva contraseña para { $name }.
    [passwordChanged] { $name } tiene una nueva contraseña.
   *[signInDisowned] { $name } dice que un inicio de sesión con este nombre fue de otra persona. Se terminaron todas las sesiones.
}
letter-account = Cuenta: { $upn }
letter-when = Cuándo: { $at }
letter-by = Por: { $by }
letter-by-server = Por: quienes operan el servidor
letter-from = Desde la dirección de red: { $from }
letter-valid = El pase funciona desde el { $start } hasta el { $end }.
letter-sign-in = El inicio de sesión: { $at }, desde la dirección de red { $from }
letter-advice = { $advice ->
    [expected] Si no lo esperaba, avise de inmediato a su administrador o al servicio de asistencia.
    [own] Si no fue usted, otra persona puede entrar en su cuenta: avise de inmediato a su administrador o al servicio de asistencia. Mientras pueda iniciar sesión, también puede hacer algo usted: en { $origin }/security-info, bajo «Inicios de sesión recientes», elija «No fui yo». Eso termina todas las sesiones.
    [blocked] Pida un pase nuevo a su administrador o al servicio de asistencia. Si no fue usted quien escribió códigos incorrectos, dígaselo.
    [disowned] Vuelva a iniciar sesión, cambie su contraseña si tiene una y elimine las formas de iniciar sesión que no conozca, en { $origin }/security-info. Si ya no puede iniciar sesión, pida un pase de acceso temporal a su administrador o al servicio de asistencia.
   *[portal] Lo demás que se sabe, y lo que se puede hacer, está aquí: { $origin }/portal/people/{ $id }
}
letter-test-subject = Un correo de prueba
letter-test-text = Este correo se envió para ver si los correos llegan. Llegan. No hay nada que hacer.
letter-footer = Este correo lo escribió { $origin }. Nadie lee las respuestas. Nunca pide un código ni una contraseña.
