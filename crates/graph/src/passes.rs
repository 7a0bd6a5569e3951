//! `temporaryAccessPassMethods` (Graph contract 4).

use latchkey_domain::PassId;
use latchkey_domain::PassRequest;
use latchkey_service::{PassError, PassView, Replaces};
use serde::Serialize;

use crate::call::Call;
use crate::error::GraphError;
use crate::path::Version;
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;

const SET: &str = "authentication/temporaryAccessPassMethods";
const TYPE: &str = "temporaryAccessPassAuthenticationMethod";
const READ_ONLY: &[&str] = &[
    "id",
    "temporaryAccessPass",
    "createdDateTime",
    "isUsable",
    "methodUsabilityReason",
    "lastUsedDateTime",
];

/// A pass on the wire. `isUsable` and its reason go out on beta too (Graph contract 17.3).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassBody<'a> {
    id: PassId,
    created_date_time: String,
    start_date_time: String,
    lifetime_in_minutes: u32,
    is_usable_once: bool,
    is_usable: bool,
    method_usability_reason: &'static str,
    temporary_access_pass: Option<&'a str>,
    /// Beta has it on every method; `None` leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things on the wire"
    )]
    last_used_date_time: Option<Option<String>>,
}

impl<'a> PassBody<'a> {
    pub(crate) fn new(view: &PassView, version: Version, code: Option<&'a str>) -> Self {
        let pass = &view.pass;
        // Of a pass that works several times only the first use is known.
        let last_used = pass
            .used_at
            .filter(|_| pass.one_time)
            .map(latchkey_domain::Timestamp::to_rfc3339);
        Self {
            id: pass.id,
            created_date_time: pass.created_at.to_rfc3339(),
            start_date_time: pass.start_at.to_rfc3339(),
            lifetime_in_minutes: pass.lifetime.0,
            is_usable_once: pass.one_time,
            is_usable: view.usability.is_usable(),
            method_usability_reason: view.usability.as_str(),
            temporary_access_pass: code,
            last_used_date_time: (version == Version::Beta).then_some(last_used),
        }
    }
}

fn error(call: &Call, error: &PassError) -> GraphError {
    match error {
        PassError::Access(access) => call.words.access(access, &call.user_key()),
        PassError::Refused(refusal) => call.words.bad_request(refusal.to_string()),
        PassError::NoSuchPass | PassError::AnotherPass => call.words.not_found(call.key(1)),
    }
}

async fn held(call: &Call) -> Result<Option<PassView>, GraphError> {
    let found = call.service.show_pass(&call.caller, &call.user()).await;
    found.map_err(|error| call.words.access(&error, &call.user_key()))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let held = held(call).await?;
    let bodies: Vec<_> = held
        .iter()
        .map(|view| PassBody::new(view, call.version, None))
        .collect();
    let context = format!("{}/{SET}", call.user_context());
    Reply::list(call, &context, &bodies, &ListFacts::default())
}

pub(crate) async fn count(call: &Call) -> Outcome {
    Ok(Reply::count(held(call).await?.map_or(0, |_| 1)))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let held = held(call).await?;
    let wanted: PassId = call.id(1)?;
    let view = held
        .filter(|view| view.pass.id == wanted)
        .ok_or_else(|| call.words.not_found(call.key(1)))?;
    let context = format!("{}/{SET}/$entity", call.user_context());
    Reply::entity(call, &context, &PassBody::new(&view, call.version, None))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type(TYPE)?;
    let request = PassRequest {
        start_at: body.nullable_date("startDateTime")?.flatten(),
        lifetime: body.integer("lifetimeInMinutes")?,
        one_time: body.boolean("isUsableOnce")?,
    };
    body.finish_read_only(READ_ONLY)?;
    let issued = call
        .service
        .issue_pass(
            &call.caller,
            &call.info,
            &call.user(),
            request,
            Replaces::Whatever,
        )
        .await
        .map_err(|refused| error(call, &refused))?;
    let context = format!("{}/{SET}/$entity", call.user_context());
    let pass = PassBody::new(&issued.view, call.version, Some(issued.code.expose().as_str()));
    Ok(Reply::entity(call, &context, &pass)?.created(None).with_secret())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    // What is no id is no pass of anybody's; permission is asked for first all the same.
    let pass = call.key(1).parse().unwrap_or(PassId::from_bytes([0; 16]));
    call.service
        .delete_pass(&call.caller, &call.info, &call.user(), pass)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
