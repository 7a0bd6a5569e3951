//! What administrators do to somebody's access: a new password, an end to all sessions (Graph contract 6.2 and 6.4).

use latchkey_crypto::Secret;
use latchkey_domain::{AuditId, PASSWORD_METHOD_ID};
use latchkey_service::ResetError;
use serde_json::json;

use crate::call::Call;
use crate::error::GraphError;
use crate::reply::Reply;
use crate::routes::Outcome;

fn error(call: &Call, error: &ResetError) -> GraphError {
    let words = call.words;
    match error {
        ResetError::Access(access) => words.access(access, &call.user_key()),
        ResetError::Password(refusal) => words
            .bad_request(
                "The specified password does not comply with password complexity requirements. Please provide a different password.",
            )
            .with_inner_detail("PasswordRefused", "newPassword", refusal.to_string()),
    }
}

/// Gives somebody the password in the body, or one of ours, which is in this answer and never again. It must be changed
/// at the next sign-in with it.
pub(crate) async fn reset_password(call: &Call) -> Outcome {
    if !call.key(1).eq_ignore_ascii_case(PASSWORD_METHOD_ID) {
        return Err(call.words.not_found(call.key(1)));
    }
    // The body may be left out.
    let chosen = if call.body.is_empty() {
        None
    } else {
        let mut body = call.json()?;
        let chosen = body.text("newPassword")?.filter(|text| !text.is_empty());
        body.finish()?;
        chosen
    };
    let reset = call
        .service
        .start_password_reset(&call.caller, &call.info, &call.user(), chosen.map(Secret::new))
        .await
        .map_err(|refused| error(call, &refused))?;
    let location = call.url(&format!(
        "users/{}/authentication/operations/{}",
        reset.user, reset.operation
    ));
    let body = match &reset.made {
        Some(password) => json!({"newPassword": password.expose()}),
        None => json!({}),
    };
    let reply = Reply::entity(call, "microsoft.graph.passwordResetResponse", &body)?;
    Ok(reply.accepted(location).with_secret())
}

/// How the reset went: it is done when it is answered.
pub(crate) async fn show_operation(call: &Call) -> Outcome {
    let id = call.key(1).parse().unwrap_or(AuditId::from_bytes([0; 16]));
    let done = call
        .service
        .show_password_reset(&call.caller, &call.user(), id)
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let (user, at) = done.ok_or_else(|| call.words.not_found(call.key(1)))?;
    let method = format!("users/{user}/authentication/methods/{PASSWORD_METHOD_ID}");
    let body = json!({
        "id": id.to_string(),
        "createdDateTime": at.to_rfc3339(),
        "lastActionDateTime": at.to_rfc3339(),
        "resourceLocation": call.url(&method),
        "status": "succeeded",
        "statusDetail": "ResetSuccess",
    });
    Reply::entity(call, "longRunningOperation", &body)
}

/// Ends somebody's sessions, or one's own.
pub(crate) async fn revoke_sessions(call: &Call) -> Outcome {
    call.no_parameters()?;
    call.service
        .revoke_sessions(&call.caller, &call.info, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    Reply::entity(call, "Edm.Boolean", &json!({"value": true}))
}
