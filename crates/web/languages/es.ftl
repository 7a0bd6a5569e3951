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
rules-kinds = tiene tres de estos: minúsculas, mayúsculas, cifras, signos
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
way-organization = Iniciar sesión en su organización
way-organization-hint = Volverá aquí cuando ella le reconozca
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
scope-itself = En nombre propio, sin que nadie haya iniciado sesión
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
problem-passkey-attestation = Su organización solo acepta claves de acceso que puedan demostrar en qué dispositivo están, y esta no puede. No ha cambiado nada. Use una llave de seguridad o un dispositivo que su organización conozca y permita que el navegador vea su modelo cuando lo pregunte.
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
problem-not-assigned = Esta aplicación no le está asignada. Pida ayuda a su administrador.
problem-organization-silent = El inicio de sesión de su organización no responde. Inténtelo de nuevo en un momento y, si vuelve a ocurrir, póngase en contacto con su administrador.
problem-organization-refused = El inicio de sesión de su organización no le dejó entrar. Inténtelo de nuevo y, si vuelve a ocurrir, póngase en contacto con su administrador.
problem-organization-unknown = El inicio de sesión de su organización le conoce, pero aquí no hay ninguna cuenta para usted. Póngase en contacto con su administrador.
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
refusal-too-few-kinds = Use tres de estos: minúsculas, mayúsculas, cifras, signos.
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

## Información de seguridad: lo que rodea cada página

skip-to-main = Ir al contenido principal
sign-out = Cerrar sesión
my-account = Mi cuenta
security-info = Información de seguridad
recent-sign-ins = Inicios de sesión recientes
portal = Portal
sign-out-everywhere = Cerrar sesión en todas partes
done = Listo
save = Guardar
back = Atrás
delete = Eliminar
passkey = Clave de acceso
authenticator-app = Aplicación de autenticación
minutes-left = { $minutes ->
    [one] Queda 1 minuto para el registro.
   *[other] Quedan { $minutes } minutos para el registro.
}
time-over = El tiempo para el registro ha terminado. Recargue la página para ver cómo continuar.

## Información de seguridad: la lista

info-lead = Sus formas de iniciar sesión en su cuenta. Dos son mejor que una, por si pierde un dispositivo.
done-passkey-added = Su clave de acceso está lista. Desde ahora puede iniciar sesión con ella.
done-passkey-named = Su clave de acceso tiene su nuevo nombre.
done-password-set = Su nueva contraseña está establecida. Se han cerrado las sesiones que abrió con la anterior.
done-password-set-freely = Su nueva contraseña está establecida. Se han cerrado todas sus demás sesiones.
done-deleted = El método se ha eliminado. Ya no sirve para iniciar sesión.
done-default = Se ha cambiado su método de inicio de sesión predeterminado.
default-is-strongest = Método de inicio de sesión predeterminado: el más seguro que tiene
default-is-app = Método de inicio de sesión predeterminado: aplicación de autenticación
default-title = Cambiar el método de inicio de sesión predeterminado
default-text = Es lo primero que se le pide después de la contraseña. Siempre podrá elegir otra forma en ese momento.
default-strongest = El más seguro que tengo
banner-title = Agregue ahora una forma de iniciar sesión
banner-text = Su pase de acceso temporal funciona hasta: { $time }. Después necesitará otra forma de entrar. Una clave de acceso es la más rápida de agregar.
pass-session = Ha iniciado sesión con un pase de acceso temporal. Esta sesión termina cuando termine él: { $time }.
changes-renewable = Para agregar o cambiar un método, se le pedirá que inicie sesión una vez más.
changes-over = <strong>El tiempo para agregar o cambiar métodos ha terminado.</strong> Pida a su administrador un pase nuevo si todavía lo necesita.
lost-title = ¿Ha perdido un teléfono, un portátil o una llave?
lost-text = Estos se configuraron antes de que recibiera su pase. Elimine lo que ya no tenga, para que nadie más pueda usarlo. Conserve el resto.
lost-device = ¿Ha perdido un dispositivo?
add-method = Agregar método de inicio de sesión
your-methods = Sus métodos de inicio de sesión
delete-named = Eliminar { $name }
rename = Cambiar nombre
rename-named = Cambiar nombre de { $name }
change = Cambiar
change-password = Cambiar contraseña
pass-once = Un solo uso
pass-several = Varios usos
pass-until = caduca: { $time }
pass-from = empieza: { $time }
pass-over = caducado: { $time }
pass-used = usado
pass-used-until = usado; su sesión dura hasta: { $time }
pass-stopped = no se puede usar en este momento según las reglas de su organización
password-changed = Último cambio: { $day }
pass-issued = Emitido: { $day }
method-added = Agregado: { $day }
method-used = último uso: { $day }
method-unused = sin usar todavía
passkey-synced = sincronizada entre sus dispositivos
passkey-on-one-device = en un solo dispositivo

## Información de seguridad: agregar

add-title = Agregar un método de inicio de sesión
add-nothing = No hay nada que pueda agregar en este momento. Si necesita otra forma de iniciar sesión, consulte a su administrador.
add-question = ¿Cuál quiere agregar?
add-passkey-hint = La mejor opción. Inicie sesión con su cara, su huella digital, el PIN del dispositivo o una llave de seguridad.
add-app-hint = Una aplicación de su teléfono muestra un código de 6 dígitos. Se usa junto con una contraseña.
add-password-hint = Un secreto que usted recuerda y escribe.
add-pass-hint = Solo un administrador puede emitirlo.
step = Paso { $step } de { $steps }
app-intro-title = Configurar una aplicación de autenticación
app-intro-what = Una aplicación de autenticación en su teléfono muestra un nuevo código de 6 dígitos cada medio minuto. Lo escribirá después de su contraseña, para que una contraseña sola no abra nada.
app-intro-which = Sirve cualquier aplicación de autenticación, por ejemplo Microsoft Authenticator, Google Authenticator, Aegis o 2FAS. Instale una desde la tienda de aplicaciones de su teléfono, ábrala y elija <strong>agregar una cuenta</strong>.
app-scan-title = Escanear el código QR
app-scan-text = En la aplicación, elija «Escanear un código QR» y apunte aquí con la cámara de su teléfono.
app-scan-picture = Código QR para su aplicación de autenticación
app-scan-by-hand = ¿No puede escanear la imagen?
app-scan-by-hand-text = Elija «Escribir una clave de configuración» en la aplicación y escriba estos dos datos:
secret-key = Clave secreta
copy = Copiar
copied = Copiado
copy-by-keyboard = Seleccionado. Cópielo con el teclado.
copy-account-name = Copiar nombre de cuenta
copy-secret-key = Copiar clave secreta
secret-key-hint = Guarde la clave para usted: quien la tenga puede generar sus códigos.
app-code-hint = Los 6 dígitos que la aplicación muestra en este momento para <bdi>{ $tenant }</bdi>. Si cambian mientras escribe, use simplemente los nuevos.
app-numbered = Aplicación de autenticación { $number }
app-done-title = Aplicación de autenticación registrada
app-done-heading = Aplicación de autenticación registrada correctamente
app-done-alone = La aplicación es su segundo paso después de una contraseña, así que establezca ahora una contraseña propia. O agregue una clave de acceso, que no necesita ninguna de las dos.
app-done-text = Desde ahora, tenga a mano su teléfono cuando inicie sesión con su contraseña.
add-a-passkey = Agregar una clave de acceso
create-a-passkey = Crear una clave de acceso
create-passkey = Crear clave de acceso
create-passkey-what = Con una clave de acceso inicia sesión como desbloquea su dispositivo: con su cara, su huella digital o su PIN. También sirve una llave de seguridad. No hay nada que recordar ni nada que una página falsa pueda robarle.
create-passkey-step-keep = Su dispositivo abre una ventana propia. Elija dónde guardar la clave de acceso.
create-passkey-step-confirm = Confirme con su cara, huella digital, PIN o llave.
create-passkey-step-name = Vuelva aquí y dé un nombre a la clave de acceso.
create-passkey-needs-script = Una clave de acceso necesita JavaScript, que está desactivado en este explorador. Actívelo y recargue la página, o vuelva atrás y elija otro método.
passkey-created = Clave de acceso creada
passkey-created-text = Queda un paso: dele un nombre, para saber más adelante en qué dispositivo está. Después podrá iniciar sesión con ella.
rename-passkey = Cambiar nombre de la clave de acceso
passkey-name = Nombre de la clave de acceso
passkey-name-hint = Por ejemplo, «Portátil del trabajo» o «Llave de seguridad azul»
name-android = Teléfono Android
name-windows = PC con Windows
name-linux = PC con Linux
name-security-key = Llave de seguridad
passkey-cancelled = Se canceló o tardó demasiado. No ha cambiado nada. Inténtelo de nuevo cuando quiera.
passkey-wrong-address = Las claves de acceso no funcionan en esta dirección. Avise a su administrador.
passkey-unsupported = Este dispositivo no puede crear ese tipo de clave de acceso. Pruebe con otro dispositivo o con una llave de seguridad.
passkey-not-created = No se pudo crear la clave de acceso. Inténtelo de nuevo o elija otro método.
passkey-not-used = No se pudo usar la clave de acceso. Inténtelo de nuevo o elija otra forma de iniciar sesión.
passkey-unknown-to-browser = Este explorador no puede usar claves de acceso. Elija otra forma o pruebe con un explorador más reciente.
set-a-password = Establecer una contraseña
set-password = Establecer contraseña
change-your-password = Cambiar su contraseña
current-password = Contraseña actual
set-password-hint = Se cerrarán sus otras sesiones.
set-password-hint-known = Se cerrarán sus otras sesiones que abrió con su contraseña.

## Información de seguridad: eliminar, cerrar sesión, los propios inicios de sesión

delete-title = Eliminar { $kind ->
    [pass] el pase de acceso temporal
    [password] la contraseña
    [passkey] la clave de acceso
   *[app] la aplicación de autenticación
}
delete-question = ¿{ delete-title }?
delete-text = Se eliminará { $kind ->
    [pass] su pase de acceso temporal
    [password] su contraseña
    [passkey] su clave de acceso
   *[app] su aplicación de autenticación
}. Después ya no servirá para iniciar sesión, y esto no se puede deshacer.
delete-text-named = Se eliminará <strong><bdi>{ $name }</bdi></strong> ({ $kind ->
    [pass] pase de acceso temporal
    [password] contraseña
    [passkey] clave de acceso
   *[app] aplicación de autenticación
}). Después ya no servirá para iniciar sesión, y esto no se puede deshacer.
delete-signs-out = <strong>Esto cierra su sesión.</strong> Ha iniciado sesión con este pase, y su sesión termina con él. Agregue antes otro método si no tiene ninguno.
delete-last = <strong>Es su última forma de iniciar sesión</strong>. Sin otra, necesitaría un pase nuevo de su administrador.
delete-last-besides-pass = <strong>Es su última forma de iniciar sesión</strong> aparte de un pase de acceso temporal. Sin otra, necesitaría un pase nuevo de su administrador.
delete-and-sign-out = Eliminar y cerrar sesión
keep-it = Conservar
sign-out-text = Esto termina su sesión en este explorador. Las sesiones en otros dispositivos siguen abiertas.
sign-out-now = Cerrar sesión ahora
sign-out-everywhere-question = ¿Cerrar sesión en todas partes?
sign-out-everywhere-what = Esto termina todas sus sesiones: en este explorador, en su teléfono y dondequiera que haya iniciado sesión. Hágalo si ha perdido un dispositivo o si cree que otra persona usa su cuenta.
sign-out-everywhere-methods = Sus métodos de inicio de sesión se conservan. Elimine también los que estaban en un dispositivo perdido.
sign-out-everywhere-once = <strong>Su pase de un solo uso no se puede volver a usar.</strong> Agregue antes otra forma de iniciar sesión, o necesitará un pase nuevo de su administrador.
sign-ins-lead = Quién ha iniciado sesión en su cuenta en los últimos 30 días. Avise si alguno no fue usted.
sign-ins-none = No hay nada más.
sign-ins-older = Anteriores
this-session = Esta sesión
sign-in-refused = Rechazado: { $reason }
not-me = No fui yo
not-me-question = ¿No fue usted?
not-me-text = Terminaremos de inmediato todas sus sesiones, también esta, y avisaremos a sus administradores. Después vuelva a iniciar sesión, cambie su contraseña si tiene una y elimine los métodos que no conozca.
not-me-once = <strong>Su pase de un solo uso no se puede volver a usar.</strong> Agregue antes otra forma de iniciar sesión o pida a su administrador un pase nuevo.
not-me-do = No fui yo, cerrar sesión en todas partes
browser-on-system = { $browser } en { $system }
method-code = Código de verificación OATH
method-organization = Inicio de sesión de su organización
refused-stale = Error de inicio de sesión: tardó demasiado.
refused-locked = La cuenta está bloqueada por demasiados intentos incorrectos.
refused-password = Nombre de cuenta o contraseña incorrectos.
refused-disabled = La cuenta está desactivada.
refused-pass = El pase de acceso temporal era incorrecto.
refused-pass-expired = El pase de acceso temporal había caducado.
refused-pass-used = El pase de acceso temporal de un solo uso ya se había utilizado.
refused-pass-policy = La directiva bloqueó el inicio de sesión con el pase de acceso temporal.
refused-pass-not-found = No se pudo encontrar o comprobar un pase de acceso temporal.
refused-second-factor = La segunda comprobación falló.
refused-code = El código de un solo uso no es válido.
refused-passkey = No se pudo comprobar la clave de acceso.
refused-passkey-unknown = La clave de acceso no está registrada para nadie.
refused-passkey-policy = La directiva no permite esta clave de acceso.
refused-organization-silent = El inicio de sesión de su organización no respondió.
refused-organization = El inicio de sesión de su organización no dejó entrar a nadie.
refused-organization-unknown = El inicio de sesión de su organización indicó a alguien que no tiene cuenta aquí.

## Configurar una cuenta

set-up-title = Configurar su cuenta
set-up-heading = Configuremos su cuenta
set-up-pass = Su pase de acceso temporal funciona hasta: { $time }. Configure una forma duradera de iniciar sesión.
set-up-pass-for = Su pase de acceso temporal funciona hasta: { $time }. Configure una forma duradera de iniciar sesión y continúe después en <bdi><strong>{ $application }</strong></bdi>.
set-up-demanded = <bdi><strong>{ $application }</strong></bdi> pide una forma de iniciar sesión más segura que la que usted tiene. Configúrela y continúe después.
set-up-over = <strong>El tiempo para el registro ha terminado</strong>, y su pase de un solo uso no se puede volver a usar. Pida uno nuevo a su administrador.
set-up-needs-script = Una clave de acceso necesita JavaScript, que está desactivado en este explorador. Actívelo y recargue la página.
set-up-needs-script-or = Una clave de acceso necesita JavaScript, que está desactivado en este explorador. Actívelo y recargue la página, o elija la otra forma.
set-up-passkey-instead = Crear en su lugar una clave de acceso
set-up-app-instead = Configurar en su lugar una aplicación de autenticación
set-up-password-instead = Establecer en su lugar una contraseña
set-up-skip = Omitir por ahora
set-up-skip-hint = Si lo omite, se le volverá a preguntar la próxima vez que inicie sesión con un pase. Después no podrá iniciar sesión sin este método.
set-up-skip-hint-until = Si lo omite, se le volverá a preguntar la próxima vez que inicie sesión con un pase. Pasado ese momento no podrá iniciar sesión sin este método: { $time }.
all-set = Todo está listo
all-set-passkey = Desde ahora inicia sesión con su clave de acceso. Ya no necesita un pase.
all-set-app = Desde ahora inicia sesión con su contraseña y el código de su aplicación de autenticación. Ya no necesita un pase.
all-set-again = Queda un paso: inicie sesión ahora con este método y se abrirá <bdi><strong>{ $application }</strong></bdi>.
all-set-passkey-hint = Agregue más adelante otro método en su <strong>información de seguridad</strong>, por si pierde este dispositivo.
all-set-app-hint = Una clave de acceso es aún más rápida y segura. Puede agregar una más adelante en su <strong>información de seguridad</strong>.
sign-in-with-your-passkey = Iniciar sesión con su clave de acceso
