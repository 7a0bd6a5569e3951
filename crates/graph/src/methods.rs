//! All authentication methods of a user, and each kind by itself (Graph contract 6.1).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use latchkey_domain::{Aaguid, PASSWORD_METHOD_ID, Passkey, PasskeyId, Timestamp, TotpApp, TotpId, User};
use latchkey_service::{MethodError, Methods};
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::passes::PassBody;
use crate::path::Version;
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;

/// A kind of method: what it is called in paths and types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Password,
    Passkey,
    Totp,
    Pass,
}

impl Kind {
    const fn set(self) -> &'static str {
        match self {
            Self::Password => "passwordMethods",
            Self::Passkey => "fido2Methods",
            Self::Totp => "softwareOathMethods",
            Self::Pass => "temporaryAccessPassMethods",
        }
    }

    const fn type_name(self) -> &'static str {
        match self {
            Self::Password => "#microsoft.graph.passwordAuthenticationMethod",
            Self::Passkey => "#microsoft.graph.fido2AuthenticationMethod",
            Self::Totp => "#microsoft.graph.softwareOathAuthenticationMethod",
            Self::Pass => "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
        }
    }
}

/// A method on the wire.
#[derive(Serialize)]
pub(crate) struct MethodBody {
    #[serde(rename = "@odata.type")]
    type_name: &'static str,
    #[serde(flatten)]
    inner: Value,
    #[serde(skip)]
    kind: Kind,
}

impl MethodBody {
    pub(crate) fn id(&self) -> &str {
        self.inner.get("id").and_then(Value::as_str).unwrap_or_default()
    }
}

fn body(call: &Call, kind: Kind, mut inner: Value, last_used: Option<Timestamp>) -> MethodBody {
    if call.version == Version::Beta
        && kind != Kind::Pass
        && let Some(members) = inner.as_object_mut()
    {
        members.insert(
            "lastUsedDateTime".to_owned(),
            last_used.map(Timestamp::to_rfc3339).into(),
        );
    }
    MethodBody {
        type_name: kind.type_name(),
        inner,
        kind,
    }
}

fn password(call: &Call, user: &User) -> MethodBody {
    let created = user.password_changed_at.map(Timestamp::to_rfc3339);
    let inner = json!({"id": PASSWORD_METHOD_ID, "createdDateTime": created, "password": null});
    body(call, Kind::Password, inner, None)
}

pub(crate) fn passkey(call: &Call, passkey: &Passkey) -> MethodBody {
    let make = Aaguid::from_bytes(passkey.aaguid);
    let makes = call.service.authenticators();
    let model = makes.as_ref().and_then(|makes| makes.model(make));
    let hex = |thumbprint: &[u8; 20]| {
        let digits = thumbprint.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    };
    let certificates: Vec<String> = passkey.attested_by.iter().map(hex).collect();
    let inner = json!({
        "id": BASE64_URL_SAFE_NO_PAD.encode(passkey.id.as_bytes()),
        "createdDateTime": passkey.created_at.to_rfc3339(),
        "displayName": passkey.name,
        "aaGuid": make.to_string(),
        "model": model,
        "attestationLevel": if certificates.is_empty() { "notAttested" } else { "attested" },
        "attestationCertificates": certificates,
        "passkeyType": if passkey.synced { "synced" } else { "deviceBound" },
    });
    body(call, Kind::Passkey, inner, passkey.last_used_at)
}

fn totp(call: &Call, app: &TotpApp) -> MethodBody {
    let inner = json!({
        "id": app.id.to_string(),
        "createdDateTime": app.created_at.to_rfc3339(),
        "secretKey": null,
    });
    body(call, Kind::Totp, inner, app.last_used_at)
}

/// Everything that the user can sign in with, in the order of Graph's documentation.
async fn all(call: &Call) -> Result<Vec<MethodBody>, GraphError> {
    let methods: Methods = call
        .service
        .list_methods(&call.caller, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let mut bodies = Vec::new();
    if methods.has_password() {
        bodies.push(password(call, &methods.user));
    }
    bodies.extend(methods.passkeys.iter().map(|one| passkey(call, one)));
    bodies.extend(methods.totp_apps.iter().map(|one| totp(call, one)));
    if let Some(view) = &methods.pass {
        let inner = serde_json::to_value(PassBody::new(view, call.version, None)).unwrap_or_default();
        bodies.push(body(call, Kind::Pass, inner, None));
    }
    Ok(bodies)
}

async fn passwords(call: &Call) -> Result<Vec<MethodBody>, GraphError> {
    let found = call
        .service
        .show_password_method(&call.caller, &call.user())
        .await;
    let user = found.map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let has_password = user.password_changed_at.is_some();
    Ok(has_password.then(|| password(call, &user)).into_iter().collect())
}

async fn passkeys(call: &Call) -> Result<Vec<MethodBody>, GraphError> {
    let found = call.service.list_passkeys(&call.caller, &call.user()).await;
    let found = found.map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    Ok(found.iter().map(|one| passkey(call, one)).collect())
}

async fn totp_apps(call: &Call) -> Result<Vec<MethodBody>, GraphError> {
    let found = call.service.list_totp_apps(&call.caller, &call.user()).await;
    let found = found.map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    Ok(found.iter().map(|one| totp(call, one)).collect())
}

fn find<'a>(call: &Call, methods: &'a [MethodBody]) -> Result<&'a MethodBody, GraphError> {
    // Passkey ids are base64url, in which case matters; GUIDs are read in any case.
    let wanted = call.key(1);
    let same = |method: &&MethodBody| match method.kind {
        Kind::Passkey => method.id() == wanted,
        _ => method.id().eq_ignore_ascii_case(wanted),
    };
    methods
        .iter()
        .find(same)
        .ok_or_else(|| call.words.not_found(wanted))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let context = format!("{}/authentication/methods", call.user_context());
    Reply::list(call, &context, &all(call).await?, &ListFacts::default())
}

pub(crate) async fn count(call: &Call) -> Outcome {
    Ok(Reply::count(
        i64::try_from(all(call).await?.len()).unwrap_or(i64::MAX),
    ))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let methods = all(call).await?;
    let context = format!("{}/authentication/methods/$entity", call.user_context());
    Reply::entity(call, &context, find(call, &methods)?)
}

/// What all the methods hang on; it has nothing of its own but the id of whose they are.
pub(crate) async fn show_all_kinds(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let methods = call
        .service
        .list_methods(&call.caller, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let context = format!("{}/authentication/$entity", call.user_context());
    Reply::entity(call, &context, &json!({"id": methods.user.id.to_string()}))
}

fn list_kind(call: &Call, kind: Kind, methods: &[MethodBody]) -> Outcome {
    let context = format!("{}/authentication/{}", call.user_context(), kind.set());
    Reply::list(call, &context, methods, &ListFacts::default())
}

fn show_kind(call: &Call, kind: Kind, methods: &[MethodBody]) -> Outcome {
    let context = format!("{}/authentication/{}/$entity", call.user_context(), kind.set());
    Reply::entity(call, &context, find(call, methods)?)
}

pub(crate) async fn list_passwords(call: &Call) -> Outcome {
    list_kind(call, Kind::Password, &passwords(call).await?)
}

pub(crate) async fn show_password(call: &Call) -> Outcome {
    show_kind(call, Kind::Password, &passwords(call).await?)
}

pub(crate) async fn list_passkeys(call: &Call) -> Outcome {
    list_kind(call, Kind::Passkey, &passkeys(call).await?)
}

pub(crate) async fn show_passkey(call: &Call) -> Outcome {
    show_kind(call, Kind::Passkey, &passkeys(call).await?)
}

pub(crate) async fn list_totp(call: &Call) -> Outcome {
    list_kind(call, Kind::Totp, &totp_apps(call).await?)
}

pub(crate) async fn show_totp(call: &Call) -> Outcome {
    show_kind(call, Kind::Totp, &totp_apps(call).await?)
}

/// Of a kind that Latchkey doesn't have nobody has any; scripts look through all kinds.
pub(crate) async fn list_none(call: &Call) -> Outcome {
    all(call).await?;
    let context = format!("{}/authentication/methods", call.user_context());
    Reply::list::<Value>(call, &context, &[], &ListFacts::default())
}

/// As [`list_none`].
pub(crate) async fn show_none(call: &Call) -> Outcome {
    all(call).await?;
    Err(call.words.not_found(call.key(1)))
}

pub(crate) async fn delete_passkey(call: &Call) -> Outcome {
    let id = BASE64_URL_SAFE_NO_PAD
        .decode(call.key(1))
        .ok()
        .and_then(PasskeyId::new);
    // What is no id is no passkey of anybody's; permission is asked for first all the same.
    let id = id
        .or_else(|| PasskeyId::new(vec![0; 16]))
        .ok_or_else(|| call.words.not_found(call.key(1)))?;
    let done = call
        .service
        .delete_passkey_of(&call.caller, &call.info, &call.user(), id)
        .await;
    deleted(call, done)
}

pub(crate) async fn delete_totp(call: &Call) -> Outcome {
    let id = call.key(1).parse().unwrap_or(TotpId::from_bytes([0; 16]));
    let done = call
        .service
        .delete_totp_of(&call.caller, &call.info, &call.user(), id)
        .await;
    deleted(call, done)
}

fn deleted(call: &Call, done: Result<(), MethodError>) -> Outcome {
    match done {
        Ok(()) => Ok(Reply::no_content()),
        Err(MethodError::Access(access)) => Err(call.words.access(&access, &call.user_key())),
        Err(MethodError::NoSuchMethod) => Err(call.words.not_found(call.key(1))),
    }
}
