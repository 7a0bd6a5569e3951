//! `signInPreferences`, `requirements` and `latchkey.requireRegistration` of a user's authentication (Graph contract 6.4,
//! sign-in contract 6.8).

use latchkey_domain::PerUserMfa;
use latchkey_service::{PreferencesError, PreferencesWish};
use serde_json::json;

use crate::call::Call;
use crate::error::GraphError;
use crate::reply::Reply;
use crate::routes::Outcome;

const SYSTEM: &str = "isSystemPreferredAuthenticationMethodEnabled";
const PREFERRED: &str = "userPreferredMethodForSecondaryAuthentication";
const STATE: &str = "perUserMfaState";
/// An authenticator app's code, as Graph calls it.
const APP: &str = "oath";

/// Which second factor is asked for first.
pub(crate) async fn show(call: &Call) -> Outcome {
    let preferences = call
        .service
        .sign_in_preferences(&call.caller, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let body = json!({
        SYSTEM: preferences.system_preferred,
        PREFERRED: preferences.has_app.then_some(APP),
    });
    let context = format!("{}/authentication/signInPreferences", call.user_context());
    Reply::entity(call, &context, &body)
}

/// Changes which second factor is asked for first. Of those that Graph has names for, people have one.
pub(crate) async fn update(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("signInPreferences")?;
    let system_preferred = body.boolean(SYSTEM)?;
    let preferred = body.text(PREFERRED)?;
    body.finish()?;
    if preferred.as_deref().is_some_and(|method| method != APP) {
        let message = format!("Property '{PREFERRED}' can only be '{APP}': there is no other method.");
        return Err(call.words.bad_request(message).with_target(PREFERRED));
    }
    let wish = PreferencesWish {
        system_preferred,
        app: preferred.is_some(),
    };
    call.service
        .change_sign_in_preferences(&call.caller, &call.info, &call.user(), wish)
        .await
        .map_err(|refused| match &refused {
            PreferencesError::Access(access) => call.words.access(access, &call.user_key()),
            PreferencesError::NoApp => call.words.bad_request(refused.to_string()).with_target(PREFERRED),
        })?;
    Ok(Reply::no_content())
}

/// Whether somebody must prove several factors.
pub(crate) async fn show_requirements(call: &Call) -> Outcome {
    let state = call
        .service
        .per_user_mfa(&call.caller, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let context = format!("{}/authentication/requirements", call.user_context());
    Reply::entity(call, &context, &json!({ STATE: state.as_str() }))
}

/// Makes several factors a must for somebody, or not.
pub(crate) async fn update_requirements(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("strongAuthenticationRequirements")?;
    let state = body.text(STATE)?;
    body.finish()?;
    let state = state.as_deref().and_then(PerUserMfa::parse);
    let state = state.ok_or_else(|| unknown_state(call))?;
    call.service
        .set_per_user_mfa(&call.caller, &call.info, &call.user(), state)
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    Ok(Reply::no_content())
}

fn unknown_state(call: &Call) -> GraphError {
    call.words
        .bad_request("Property 'perUserMfaState' must be 'disabled', 'enabled' or 'enforced'.")
        .with_target(STATE)
}

/// Deletes somebody's authenticator apps and has them register anew.
pub(crate) async fn require_registration(call: &Call) -> Outcome {
    call.no_parameters()?;
    call.service
        .require_registration(&call.caller, &call.info, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    Ok(Reply::no_content())
}
