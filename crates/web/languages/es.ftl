# Lo que dicen las páginas para todos, en español.

## La página en conjunto

direction = ltr
date = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
date-time = { date } a las { $clock } UTC

## Palabras de varias páginas

temporary-access-pass = Pase de acceso temporal
sign-in = Iniciar sesión
next = Siguiente
continue = Continuar
cancel = Cancelar
yes = Sí
no = No
try-again = Reintentar
other-ways = Otras formas de iniciar sesión
back-to-name = Volver al nombre de cuenta
back-to-change-name = Volver, para cambiar el nombre de cuenta
back-to-sign-in = Volver al inicio de sesión
password = Contraseña
code = Código
enter-code = Escribir código
show = Mostrar
hide = Ocultar
show-password = Mostrar contraseña
show-pass = Mostrar pase de acceso temporal
show-current-password = Mostrar contraseña actual
show-new-password = Mostrar contraseña nueva
show-new-password-again = Mostrar contraseña nueva repetida
new-password = Contraseña nueva
new-password-again = Repetir contraseña nueva
rules-title = Una buena contraseña
rules-length = tiene al menos { $shortest } caracteres y como máximo { $longest }; cuanto más larga, más segura
rules-common = no es habitual, como una palabra con un año
rules-name = no contiene su nombre ni su nombre de cuenta
rules-note = Se admiten letras, cifras, signos y espacios. Unas cuantas palabras sin relación entre sí son fáciles de recordar.
reference-number = Número:
reference-correlation = Id. de correlación:
reference-time = Hora:
time-left = Tiempo restante para el registro:
time-left-until = (hasta: { $time })

## Inicio de sesión

account-name = Nombre de cuenta
account-name-hint = Normalmente, su dirección de correo del trabajo
help = ¿No puede acceder a su cuenta?
sign-in-options = Opciones de inicio de sesión
choose-how-to-sign-in = Elija cómo iniciar sesión
enter-pass = Escribir el pase de acceso temporal
pass-hint = El código que le dio su administrador. Se distinguen mayúsculas y minúsculas.
use-password = Usar su contraseña en su lugar
enter-password = Escribir contraseña
use-pass = Usar su pase de acceso temporal en su lugar
forgot-password = He olvidado mi contraseña
code-hint = Abra la aplicación de autenticación en su teléfono y escriba los 6 dígitos que muestra para <bdi>{ $tenant }</bdi>.
verify = Comprobar
no-app-now = No puedo usar mi aplicación de autenticación en este momento
sign-in-with-passkey = Iniciar sesión con una clave de acceso
passkey-heading = Cara, huella digital, PIN o llave de seguridad
passkey-lead = Su dispositivo abre una ventana propia. Siga las indicaciones que aparecen en ella.
passkey-demanded-by = <bdi><strong>{ $application }</strong></bdi> pide más de lo que usó para iniciar sesión.
passkey-needs-script = Una clave de acceso necesita JavaScript, que está desactivado en este explorador. Actívelo o elija otra forma de iniciar sesión.
owed-password = Elija una contraseña nueva
owed-password-lead = Su contraseña actual era solo para la primera vez o ha caducado. Elija una que solo usted conozca y habrá entrado.
way-pass = Usar su pase de acceso temporal
way-pass-hint = El pase que le dio su administrador
way-passkey-hint = Inicie sesión con una clave de acceso de este dispositivo, de su teléfono o de una llave
way-password = Usar su contraseña
way-password-hint = La contraseña de su cuenta
way-code = Usar un código de su aplicación de autenticación
way-code-hint = Los 6 dígitos que la aplicación muestra en este momento
none-works = Nada de esto me funciona
help-lead = Suele pasar y se arregla rápido. Necesita un <strong>pase de acceso temporal</strong>: un código que le permite entrar durante un tiempo breve.
help-step-ask = Pida a su administrador o al servicio de asistencia un pase de acceso temporal. Querrán asegurarse de que es usted.
help-step-type = Vuelva aquí, escriba su nombre de cuenta y después el pase.
help-step-add = Una vez dentro, agregue una nueva forma de iniciar sesión, por ejemplo una clave de acceso.
help-note = Nadie le pedirá nunca que le diga su pase o su contraseña. Escríbalos únicamente aquí.
stay = ¿Quiere mantener la sesión iniciada?
stay-text = Así no se le preguntará tan a menudo en este dispositivo. Elija No si también lo usan otras personas.
stay-again = No volver a mostrar esto

## Para una aplicación

pick-account = Elegir una cuenta
pick-account-for = para continuar en <bdi><strong>{ $application }</strong></bdi>
another-account = Usar otra cuenta
permissions-requested = Permisos solicitados
approval-required = Se necesita aprobación
approval-required-text = Solo un administrador puede permitirlo. Consulte al suyo y vuelva a iniciar sesión en la aplicación.
consent-wants = <bdi><strong>{ $application }</strong></bdi> quiere{ $everyone ->
    [true] , para todos en su organización
   *[false] { "" }
}:
consent-wants-by = <bdi><strong>{ $application }</strong></bdi> de <bdi>{ $publisher }</bdi> quiere{ $everyone ->
    [true] , para todos en su organización
   *[false] { "" }
}:
needs-administrator = necesita un administrador
consent-answers-to-host = La respuesta se envía a <bdi><strong>{ $host }</strong></bdi>.
consent-answers-to-this-device = La respuesta se envía a <strong>este dispositivo</strong>.
consent-answers-to-app = La respuesta se envía a <strong>una aplicación de este dispositivo</strong>.
consent-answers-to-device = La respuesta se envía a <strong>un dispositivo en { $place }</strong>.
consent-trust = Acepte solo si confía en esta aplicación.
consent-read-both = Lea sus { $terms } y su { $privacy }.
consent-read-terms = Lea sus { $terms }.
consent-read-privacy = Lea su { $privacy }.
terms-of-service = condiciones del servicio
privacy-statement = declaración de privacidad
consent-for-everyone = Dar el consentimiento en nombre de su organización
consent-for-everyone-hint = Entonces no se preguntará a nadie más, y la aplicación podrá hacerlo para todos los que inicien sesión en ella.
accept = Aceptar
scope-user-read = Iniciar su sesión y leer su perfil
scope-user-read-write = Leer y cambiar su perfil
scope-user-read-basic-all = Leer los perfiles básicos de todas las personas
scope-openid = Iniciar su sesión
scope-profile = Ver su nombre y su nombre de cuenta
scope-email = Ver su dirección de correo
scope-offline-access = Conservar el acceso que usted le dé, también cuando no la use
scope-methods-read = Leer sus métodos de inicio de sesión
scope-methods-read-write = Leer y cambiar sus métodos de inicio de sesión
scope-directory = Acceder al directorio en su nombre
scope-other-detail = Un permiso del directorio, hasta donde llegan sus propios roles
back-to-application = Volver a la aplicación
form-post-text = Ha iniciado sesión. Si no ocurre nada en un momento, elija Continuar.
authorize-problem = Este inicio de sesión no puede continuar
authorize-problem-text = La aplicación que le envió aquí cometió un error. No ha cambiado nada. Vuelva a ella e inténtelo de nuevo; si no sirve, comunique a su responsable lo que aparece abajo.
device-code-lead = Escriba el código que muestra su dispositivo o aplicación para iniciar sesión en él.
device-code-hint = No escriba un código que alguien le haya enviado. Esa persona tendría la sesión iniciada como usted.
device-confirm = ¿Es este su dispositivo?
device-confirm-lead = Está a punto de iniciar sesión en <bdi><strong>{ $application }</strong></bdi> en otro dispositivo, en la dirección de red <strong>{ $place }</strong>.
device-confirm-lead-by = Está a punto de iniciar sesión en <bdi><strong>{ $application }</strong></bdi> de <bdi>{ $publisher }</bdi> en otro dispositivo, en la dirección de red <strong>{ $place }</strong>.
device-confirm-note = Continúe solo si usted mismo empezó esto hace un momento, en un dispositivo o programa propio. Si alguien le envió el código o le pidió que lo escribiera, elija No: esa persona tendría la sesión iniciada como usted.
yes-sign-in = Sí, iniciar sesión
signed-in = Ha iniciado sesión
nothing-signed-in = No se ha iniciado ninguna sesión
device-done-text = Vuelva a <bdi><strong>{ $application }</strong></bdi> en su dispositivo. Puede cerrar esta ventana.
device-declined-text = Se ha comunicado al dispositivo que usted no quiere hacerlo. Si alguien le pidió que escribiera el código, avise a su administrador. Puede cerrar esta ventana.
sign-out-question = ¿Cerrar sesión?
ask-sign-out-lead = Una aplicación pide cerrar su sesión. Aquí tiene la sesión iniciada como:
sign-out-of-all = Cerrar todas las sesiones
stay-signed-in = Mantener la sesión
signed-out-of-apps = También se comunica a sus aplicaciones.
go-on-in-a-moment = Continuará en un momento.
signing-out-frame = Cierre de sesión de una aplicación

## Lo que no fue bien en un formulario

problem-name-empty = Escriba su nombre de cuenta para continuar.
problem-name-malformed = No parece un nombre de cuenta. Normalmente es su dirección de correo del trabajo, como name@example.com.
problem-pass-empty = Escriba su pase de acceso temporal para continuar.
problem-password-empty = Escriba su contraseña para continuar.
problem-code-malformed = Escriba los 6 dígitos que su aplicación de autenticación muestra en este momento.
problem-device-name-refused = Escriba un nombre de 64 caracteres como máximo, para poder distinguir sus dispositivos.
problem-device-code-empty = Escriba el código que muestra su dispositivo para continuar.
problem-passwords-differ = Las dos contraseñas nuevas no coinciden. Vuelva a escribirlas.
problem-passkey-refused = No se pudo comprobar la clave de acceso. No ha cambiado nada. Inténtelo de nuevo o use otro dispositivo.
problem-passkey-known = Este dispositivo o llave ya tiene una clave de acceso para su cuenta.
problem-passkey-make = Su organización no acepta claves de acceso de este tipo de dispositivo o aplicación. No ha cambiado nada. Use otro o pregunte a su administrador cuáles sirven.
problem-new-key = Hubo demasiados códigos incorrectos, así que aquí tiene un nuevo código QR. Elimine la entrada anterior de su aplicación y escanee este.
problem-first-code-wrong = Ese código no funcionó. Escriba el que la aplicación muestra en este momento y compruebe que la hora de su teléfono sea correcta.
problem-wrong-password = Su nombre de cuenta o contraseña son incorrectos. Si no recuerda su contraseña, elija «He olvidado mi contraseña» más abajo.
problem-locked = Por seguridad, el inicio de sesión está en pausa tras demasiados intentos incorrectos. Espere unos minutos e inténtelo de nuevo.
problem-locked-until = Por seguridad, el inicio de sesión está en pausa tras demasiados intentos incorrectos. Vuelva a intentarlo a partir de: { $from }.
problem-password-expired = Su contraseña ha caducado. Pida a su administrador un pase de acceso temporal.
problem-account-disabled = Su cuenta está desactivada. Pida a su administrador que vuelva a activarla.
problem-second-factor-missing = Su cuenta necesita una segunda forma de confirmar que es usted, y aún no hay ninguna configurada. Pida a su administrador un pase de acceso temporal y después agregue una.
problem-signed-out = Se ha cerrado su sesión porque algo de su cuenta ha cambiado. Vuelva a iniciar sesión.
problem-not-allowed = Su organización no permite este inicio de sesión. Pida ayuda a su administrador.
problem-code-wrong = Ese código no funcionó. Escriba el que su aplicación de autenticación muestra en este momento; cada código sirve una sola vez.
problem-code-too-old = Ese código es demasiado antiguo. Escriba el que su aplicación de autenticación muestra en este momento.
problem-device-code-wrong = Ese código no funcionó. Compruébelo en su dispositivo; sirve durante 15 minutos y una sola vez. Si es más antiguo, empiece allí de nuevo.
problem-pass-blocked = Las reglas de su organización no permiten este pase de acceso temporal en este momento. Inicie sesión de otra forma o póngase en contacto con su administrador.
problem-pass-wrong = Su pase de acceso temporal es incorrecto. Si no conoce su pase, póngase en contacto con su administrador.
problem-pass-early = Su pase de acceso temporal es correcto, pero es demasiado pronto. Funcionará a partir de: { $from }.
problem-pass-expired = Su pase de acceso temporal ha caducado. Póngase en contacto con su administrador para obtener uno nuevo.
problem-pass-used = Su pase de acceso temporal de un solo uso ya se ha utilizado. Póngase en contacto con su administrador para obtener uno nuevo.
problem-pass-withdrawn = Su pase de acceso temporal se ha retirado. Póngase en contacto con su administrador para obtener uno nuevo.
problem-passkey-failed = Esa clave de acceso no funcionó aquí. Inténtelo de nuevo o elija otra forma de iniciar sesión.
problem-passkeys-off = Su organización no permite claves de acceso en este momento. Elija otra forma de iniciar sesión.
problem-present-password-wrong = Su contraseña actual es incorrecta.
problem-unknown = Algo no funcionó. Inténtelo de nuevo y póngase en contacto con su administrador si vuelve a ocurrir.
refusal-too-short = Use al menos 8 caracteres.
refusal-too-long = Use como máximo 256 caracteres.
refusal-too-common = Esta contraseña es demasiado fácil de adivinar. Pruebe con unas cuantas palabras sin relación entre sí.
refusal-contains-name = No use su nombre en la contraseña.
refusal-same-as-before = Elija una contraseña distinta de la actual.

## Páginas con un solo mensaje

restart-title = Empecemos de nuevo
busy-title = Un momento
signed-out-title = Ha cerrado sesión
signed-out-everywhere-title = Ha cerrado sesión en todas partes
session-ended-title = Su sesión ha terminado
registration-over-title = El tiempo para el registro ha terminado
confirm-again-title = Confirme que es usted
stronger-needed-title = Falta una cosa más
form-expired-title = Empiece este paso de nuevo
limit-reached-title = No puede agregar otro
not-offered-title = Esto no se le ofrece
not-administrator-title = Esta parte es para administradores
pass-only-registers-title = Un pase no abre esto
form-used-title = Esto ya se hizo
not-allowed-title = Su rol no lo permite
not-found-title = Página no encontrada
bad-request-title = Eso no llegó como se esperaba
broken-title = Algo falló por nuestra parte
restart-text = Esta página estuvo abierta un rato o en otra pestaña. No ha cambiado nada. Inicie sesión de nuevo desde el principio; solo lleva un momento.
busy-text = Muchas personas están iniciando sesión al mismo tiempo. No ha cambiado nada y su pase no se ha gastado. Inténtelo de nuevo en un momento.
signed-out-text = Ya puede cerrar esta ventana.
signed-out-everywhere-text = Todas sus sesiones han terminado, en este dispositivo y en todos los demás. Si perdió un dispositivo, vuelva a iniciar sesión y elimine su clave de acceso o aplicación de autenticación de su información de seguridad.
disowned-text = Todas las sesiones han terminado, la suya y la otra, y sus administradores pueden ver lo ocurrido. Vuelva a iniciar sesión, cambie su contraseña si tiene una y elimine los métodos de inicio de sesión que no conozca.
pass-deleted-text = Su pase de acceso temporal se ha eliminado, y con él la sesión que abrió. Inicie sesión con otro método. Si no tiene ninguno, pida a su administrador un pase nuevo.
session-ended-text = Aquello con lo que inició sesión ha terminado o se ha sustituido. Vuelva a iniciar sesión. Si no tiene otra forma de hacerlo, pida a su administrador un nuevo pase de acceso temporal.
registration-over-text = Por su seguridad, los métodos de inicio de sesión solo se pueden cambiar poco después de iniciar sesión, y su pase de un solo uso no se puede volver a usar. No ha cambiado nada. Pida a su administrador un nuevo pase de acceso temporal.
confirm-again-text = Por su seguridad, los métodos de inicio de sesión solo se pueden cambiar poco después de iniciar sesión. Inicie sesión una vez más y volverá a donde estaba.
stronger-needed-text = Sus métodos de inicio de sesión están protegidos por algo más que una contraseña, y su cuenta aún no tiene nada más. Pida a su administrador un pase de acceso temporal; con él puede agregar una clave de acceso o una aplicación de autenticación.
form-expired-text = La página estuvo abierta un rato o ha vuelto a iniciar sesión entretanto. No ha cambiado nada.
limit-reached-text = Su cuenta tiene tantos como puede tener. Elimine uno que ya no use e inténtelo de nuevo.
not-offered-text = Su organización no le permite agregar por su cuenta este tipo de método de inicio de sesión. No ha cambiado nada. Elija otro o consulte a su administrador.
not-administrator-text = Su cuenta no tiene ningún rol de administrador, así que aquí no hay nada que pueda hacer. Si se ocupa de las cuentas de otras personas, pida un rol a su administrador.
pass-only-registers-text = Aquí, un pase de acceso temporal sirve únicamente para agregar métodos de inicio de sesión. Agregue uno en su información de seguridad e inicie sesión con él.
form-used-text = El formulario ya se envió y su respuesta se muestra una sola vez. No ha cambiado nada desde entonces. Si se perdió un código o una contraseña, vuelva a la persona y cree otro.
not-allowed-text = No ha cambiado nada. O bien se necesita otro rol de administrador, o bien la cuenta está protegida por los roles que ella misma tiene. Consulte a alguien con más permisos.
not-found-text = No hay nada en esta dirección. Compruebe que no tenga un error de escritura.
bad-request-text = No ha cambiado nada. Vuelva atrás, recargue la página e inténtelo de nuevo.
broken-text = No es culpa suya. Inténtelo de nuevo en unos minutos. Si vuelve a ocurrir, indique a su administrador el número de abajo.
sign-in-again = Volver a iniciar sesión
confirm-it-is-you = Confirmar que es usted
sign-in-another-way = Iniciar sesión de otra forma
start-again = Empezar de nuevo
back-to-security-info = Volver a la información de seguridad
back-to-portal = Volver al portal
go-to-security-info = Ir a la información de seguridad
