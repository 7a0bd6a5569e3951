//! `/directory/deletedItems` (Graph contract 7.4): accounts that can come back. Everything else is deleted for good.

use latchkey_domain::{Timestamp, UserId};
use latchkey_store::{DeletedOrder, DeletedUser};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::GraphError;
use crate::groups::GROUP;
use crate::managers::error;
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, page_facts};
use crate::routes::Outcome;
use crate::select::Selection;
use crate::user_view::{USER, render};

const SET: &str = "directory/deletedItems";

/// What is no id is nobody's; to know that takes permission first.
fn id(call: &Call) -> UserId {
    call.key(0).parse().unwrap_or(UserId::from_bytes([0; 16]))
}

fn body(call: &Call, deleted: &DeletedUser, selection: &Selection) -> Map<String, Value> {
    let mut body = render(&deleted.user, selection);
    if call.query.select().is_none() || body.contains_key("deletedDateTime") {
        let at = deleted.deleted_at.to_rfc3339();
        body.insert("deletedDateTime".to_owned(), at.into());
    }
    body
}

/// By the moment of their deletion in advanced queries, either way (Graph contract 3.1).
fn order(call: &Call) -> Result<DeletedOrder, GraphError> {
    let Some(text) = call.query.get("orderby") else {
        return Ok(DeletedOrder::Id);
    };
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["deleteddatetime"] | ["deleteddatetime", "asc"] if call.advanced()? => Ok(DeletedOrder::Oldest),
        ["deleteddatetime", "desc"] if call.advanced()? => Ok(DeletedOrder::Newest),
        _ => Err(GraphError::unsupported_query(format!(
            "Unsupported sort property '{}' for 'User'.",
            text.split_whitespace().next().unwrap_or_default()
        ))),
    }
}

fn read_place(place: &str) -> Result<(Timestamp, UserId), GraphError> {
    let read = || {
        let (at, id) = place.split_once(' ')?;
        Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
    };
    read().ok_or_else(page_token_expired)
}

fn typed(mut body: Map<String, Value>) -> Map<String, Value> {
    body.insert("@odata.type".to_owned(), "#microsoft.graph.user".into());
    body
}

pub(crate) async fn list_users(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    call.query
        .only(&["count", "orderby", "select", "skiptoken", "top"])?;
    let order = order(call)?;
    let page = call.query.page("deleted users", &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let refused = |refused| error(call, &refused);
    let found = call
        .service
        .list_deleted_users(&call.caller, order, after, page.limit + 1)
        .await;
    let mut found = found.map_err(refused)?;
    let path = format!("{SET}/graph.user");
    let mut facts = page_facts(call, &path, "deleted users", &mut found, page.limit, |last| {
        format!("{} {}", last.deleted_at.as_micros(), last.user.id)
    });
    if call.query.count()? && call.eventual && after.is_none() {
        let count = call.service.count_deleted_users(&call.caller).await;
        facts.count = Some(count.map_err(refused)?);
    }
    let bodies: Vec<_> = found.iter().map(|one| body(call, one, &selection)).collect();
    Reply::list(call, &selection.context("users"), &bodies, &facts)
}

/// Security groups are deleted for good (Graph contract 8.1), and there are no others.
pub(crate) async fn list_groups(call: &Call) -> Outcome {
    let selection = Selection::of(call, &GROUP)?;
    call.query.only(&["select", "skiptoken", "top"])?;
    call.query
        .page("deleted groups", &call.preferred_page, 100, 999)?;
    call.service
        .may_read_groups(&call.caller)
        .map_err(|_| call.words.denied())?;
    Reply::list::<Value>(call, &selection.context("groups"), &[], &ListFacts::default())
}

async fn found(call: &Call) -> Result<(Map<String, Value>, Selection), GraphError> {
    let selection = Selection::of(call, &USER)?;
    call.query.only(&["select"])?;
    let found = call.service.show_deleted_user(&call.caller, id(call)).await;
    let found = found.map_err(|refused| error(call, &refused))?;
    Ok((body(call, &found, &selection), selection))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let (body, _) = found(call).await?;
    Reply::entity(call, "directoryObjects/$entity", &typed(body))
}

/// The same as a user.
pub(crate) async fn show_user(call: &Call) -> Outcome {
    let (body, selection) = found(call).await?;
    let context = format!("{}/$entity", selection.context("users"));
    Reply::entity(call, &context, &body)
}

pub(crate) async fn restore(call: &Call) -> Outcome {
    call.no_parameters()?;
    let user = call
        .service
        .restore_user(&call.caller, &call.info, id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = Selection::of(call, &USER).map(|selection| typed(render(&user, &selection)))?;
    Reply::entity(call, "directoryObjects/$entity", &body)
}

pub(crate) async fn purge(call: &Call) -> Outcome {
    call.service
        .purge_user(&call.caller, &call.info, id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
