//! `manager` and `directReports` (Graph contract 7.1).

use latchkey_domain::{User, UserId};
use latchkey_service::{MemberView, RelationError, UserSight};
use serde_json::json;

use crate::call::Call;
use crate::error::GraphError;
use crate::members::{cast_in_path, reference_in_body, with_cast};
use crate::mixed::{Mixed, cast};
use crate::query::page_token_expired;
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;

/// What a use case of relations answers, on the wire.
pub(crate) fn error(call: &Call, error: &RelationError) -> GraphError {
    let words = call.words;
    match error {
        RelationError::Access(access) => words.access(access, &call.user_key()),
        RelationError::NoManager => words.not_found("manager"),
        RelationError::NoSuchManager(id) | RelationError::NoSuchReport(id) => {
            words.not_found(&id.to_string())
        }
        RelationError::NotDeleted => words.not_found(call.key(0)),
        RelationError::OwnManager => words.bad_request(error.to_string()),
        RelationError::NameTaken => words
            .bad_request(error.to_string())
            .with_detail("ObjectConflict", "userPrincipalName"),
    }
}

/// A person, to somebody who sees people.
pub(crate) fn shown(user: User) -> MemberView {
    MemberView::User(Box::new(user), UserSight::Whole)
}

async fn manager(call: &Call) -> Result<MemberView, GraphError> {
    let found = call.service.show_manager(&call.caller, &call.user()).await;
    let found = found.map_err(|refused| error(call, &refused))?;
    Ok(shown(found))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let mixed = Mixed::of(call)?;
    call.query.only(&["select"])?;
    let body = mixed.member(&manager(call).await?);
    Reply::entity(call, "directoryObjects/$entity", &body)
}

pub(crate) async fn show_reference(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let MemberView::User(user, _) = manager(call).await? else {
        return Err(call.words.not_found("manager"));
    };
    let address = call.url(&format!("directoryObjects/{}/microsoft.graph.user", user.id));
    Reply::entity(call, "$ref", &json!({"@odata.id": address}))
}

pub(crate) async fn set(call: &Call) -> Outcome {
    let manager = reference_in_body(call)?;
    put(call, Some(manager)).await
}

pub(crate) async fn remove(call: &Call) -> Outcome {
    put(call, None).await
}

async fn put(call: &Call, manager: Option<UserId>) -> Outcome {
    call.service
        .set_manager(&call.caller, &call.info, &call.user(), manager)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn list_reports(call: &Call) -> Outcome {
    list_of_kind(call, None).await
}

/// The reports of a kind: they are people.
async fn list_of_kind(call: &Call, kind: Option<&str>) -> Outcome {
    let mixed = Mixed::of(call)?;
    call.query.only(&["count", "select", "skiptoken", "top"])?;
    let page = call.query.page("reports", &call.preferred_page, 100, 999)?;
    let read = |place: &str| place.parse::<UserId>().map_err(|_| page_token_expired());
    let after = page.after.as_deref().map(read).transpose()?;
    let refused = |refused| error(call, &refused);
    let found = call
        .service
        .list_reports(&call.caller, &call.user(), after, page.limit + 1)
        .await;
    let mut found = found.map_err(refused)?;
    let none = kind.is_some_and(|kind| kind != "user");
    if none {
        found.clear();
    }
    let path = with_cast(format!("users/{}/directReports", call.user_key()), kind);
    let mut facts = page_facts(call, &path, "reports", &mut found, page.limit, |last| {
        last.id.to_string()
    });
    if call.query.count()? && call.eventual && after.is_none() {
        let count = call.service.count_reports(&call.caller, &call.user()).await;
        let count = count.map_err(refused)?;
        facts.count = Some(if none { 0 } else { count });
    }
    let bodies: Vec<_> = found.into_iter().map(|user| mixed.member(&shown(user))).collect();
    Reply::list(call, "directoryObjects", &bodies, &facts)
}

/// One report by its id, or those of the kind that a cast names.
pub(crate) async fn show_report(call: &Call) -> Outcome {
    if let Some(kind) = cast(call.key(1)) {
        return list_of_kind(call, Some(kind)).await;
    }
    let mixed = Mixed::of(call)?;
    call.query.only(&["select"])?;
    // What is no id is nobody's; to know that takes permission first.
    let report = call.key(1).parse().unwrap_or(UserId::from_bytes([0; 16]));
    let found = call
        .service
        .show_report(&call.caller, &call.user(), report)
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = mixed.member(&shown(found));
    Reply::entity(call, "directoryObjects/$entity", &body)
}

pub(crate) async fn count_reports(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let kind = cast_in_path(call)?;
    let count = call.service.count_reports(&call.caller, &call.user()).await;
    let mut count = count.map_err(|refused| error(call, &refused))?;
    if kind.is_some_and(|kind| kind != "user") {
        count = 0;
    }
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}
