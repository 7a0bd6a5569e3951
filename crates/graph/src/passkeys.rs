//! Passkeys made for a user: options, and the answer (Graph contract 6.3).

use latchkey_domain::Minutes;
use latchkey_service::AddPasskeyError;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::json::{UNREADABLE, wrong_type};
use crate::methods::passkey;
use crate::reply::Reply;
use crate::routes::Outcome;

const TIMEOUT: &str = "challengeTimeoutInMinutes";
/// Without a word on it.
const DEFAULT_MINUTES: u32 = 5;

fn error(call: &Call, error: &AddPasskeyError) -> GraphError {
    let words = call.words;
    let target = match error {
        AddPasskeyError::Access(access) => return words.access(access, &call.user_key()),
        AddPasskeyError::Lifetime => TIMEOUT,
        AddPasskeyError::Name => "displayName",
        AddPasskeyError::NotOffered
        | AddPasskeyError::MakeNotAllowed
        | AddPasskeyError::NotAttested
        | AddPasskeyError::TooMany(_)
        | AddPasskeyError::Challenge
        | AddPasskeyError::Invalid
        | AddPasskeyError::AlreadyRegistered => "publicKeyCredential",
    };
    words.bad_request(error.to_string()).with_target(target)
}

/// `creationOptions(challengeTimeoutInMinutes=10)`. SDKs put `@challengeTimeoutInMinutes` there and the number into the
/// query, with and without the `@`; people leave the parentheses out.
fn lifetime(call: &Call) -> Result<Minutes, GraphError> {
    let in_query = |name: &str| {
        let plain = name.trim_start_matches('@');
        let name = format!("@{plain}");
        call.query.get(&name).or_else(|| call.query.get(plain))
    };
    let given = match call.key(1) {
        "" => in_query(&TIMEOUT.to_ascii_lowercase()),
        text if text.starts_with('@') => Some(in_query(&text.to_ascii_lowercase()).unwrap_or_default()),
        text => Some(text),
    };
    let Some(given) = given else {
        return Ok(Minutes(DEFAULT_MINUTES));
    };
    let minutes = given.parse().map_err(|_| wrong_type(TIMEOUT, "Edm.Int32"))?;
    Ok(Minutes(minutes))
}

pub(crate) async fn options(call: &Call) -> Outcome {
    let made = call
        .service
        .passkey_options_for(&call.caller, &call.info, &call.user(), lifetime(call)?)
        .await
        .map_err(|refused| error(call, &refused))?;
    let public_key: Value = serde_json::from_str(&made.options).unwrap_or_default();
    let body = json!({
        "challengeTimeoutDateTime": made.expires_at.to_rfc3339(),
        "publicKey": public_key,
    });
    Reply::entity(call, "microsoft.graph.webauthnCredentialCreationOptions", &body)
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("fido2AuthenticationMethod")?;
    let name = body.text("displayName")?.unwrap_or_default();
    let credential = body.object("publicKeyCredential")?;
    body.finish_read_only(&[
        "aaGuid",
        "attestationCertificates",
        "attestationLevel",
        "createdDateTime",
        "id",
        "lastUsedDateTime",
        "model",
        "passkeyType",
    ])?;
    let mut credential = credential.ok_or_else(|| {
        call.words
            .bad_request("Property publicKeyCredential value is required but is empty or missing.")
            .with_target("publicKeyCredential")
    })?;
    credential.check_type("webauthnPublicKeyCredential")?;
    let mut answer = credential.into_members();
    answer.retain(|name, _| !name.starts_with("@odata."));
    // What browsers add to it, and Graph leaves out.
    let id = answer.get("id").cloned().unwrap_or_default();
    answer.entry("rawId").or_insert(id);
    answer.entry("type").or_insert("public-key".into());
    answer.entry("clientExtensionResults").or_insert(json!({}));
    let answer = serde_json::to_vec(&answer).map_err(|_| GraphError::gateway(UNREADABLE))?;
    let user = call.user();
    let made = call
        .service
        .add_passkey_for(&call.caller, &call.info, &user, &name, answer)
        .await
        .map_err(|refused| error(call, &refused))?;
    let method = passkey(call, &made);
    let path = format!(
        "users/{}/authentication/fido2Methods/{}",
        made.user_id,
        method.id()
    );
    let context = format!("{}/authentication/fido2Methods/$entity", call.user_context());
    Ok(Reply::entity(call, &context, &method)?.created(Some(call.url(&path))))
}
