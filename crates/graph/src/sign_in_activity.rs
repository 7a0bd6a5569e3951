//! `signInActivity` of users: only where it is asked for, and for who may read the sign-in log (Graph contract 7.2).

use latchkey_domain::{User, UserRef};
use latchkey_service::SignInActivity;
use latchkey_store::SignInMoment;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::select::Selection;

const NAME: &str = "signInActivity";

/// Refuses it where it can't be had: for one person it takes their id.
///
/// # Errors
/// It is asked for, and the path names the person by another key.
pub(crate) fn check_key(call: &Call, selection: &Selection) -> Result<(), GraphError> {
    match call.user() {
        UserRef::Name(_) if selection.has(NAME) => Err(GraphError::gateway(
            "Get By Key only supports UserId and the key has to be a valid Guid",
        )),
        _ => Ok(()),
    }
}

/// Refuses it in answers that don't tell it.
///
/// # Errors
/// It is asked for.
pub(crate) fn refuse(selection: &Selection) -> Result<(), GraphError> {
    if selection.has(NAME) {
        return Err(GraphError::unsupported_query(format!(
            "Property '{NAME}' can be selected of users and of users/{{id}} only."
        )));
    }
    Ok(())
}

/// Puts it into the users' answers, which stand in the order of the users.
///
/// # Errors
/// It is asked for, and the caller may not read the sign-in log.
pub(crate) async fn put(
    call: &Call,
    selection: &Selection,
    users: &[User],
    bodies: &mut [Map<String, Value>],
) -> Result<(), GraphError> {
    if !selection.has(NAME) {
        return Ok(());
    }
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let found = call.service.sign_in_activity(&call.caller, &ids).await;
    let found = found.map_err(|refused| call.words.access(&refused, ""))?;
    for (body, activity) in bodies.iter_mut().zip(&found) {
        body.insert(NAME.to_owned(), activity.as_ref().map_or(Value::Null, render));
    }
    Ok(())
}

fn render(activity: &SignInActivity) -> Value {
    let at = |moment: Option<SignInMoment>| moment.map(|moment| moment.at.to_rfc3339());
    let id = |moment: Option<SignInMoment>| moment.map(|moment| moment.id.to_string());
    let (last, successful, silent) = (activity.last, activity.last_successful, activity.last_silent);
    json!({
        "lastSignInDateTime": at(last),
        "lastSignInRequestId": id(last),
        "lastSuccessfulSignInDateTime": at(successful),
        "lastSuccessfulSignInRequestId": id(successful),
        "lastNonInteractiveSignInDateTime": at(silent),
        "lastNonInteractiveSignInRequestId": id(silent),
    })
}
