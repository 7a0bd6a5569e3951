//! `/directory/deletedItems` (Graph contract 7.4): accounts that can come back. Everything else is deleted for good.

use latchkey_domain::UserId;
use latchkey_store::DeletedUser;
use serde_json::{Map, Value};

use crate::call::Call;
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

fn typed(mut body: Map<String, Value>) -> Map<String, Value> {
    body.insert("@odata.type".to_owned(), "#microsoft.graph.user".into());
    body
}

pub(crate) async fn list_users(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    call.query.only(&["select", "skiptoken", "top"])?;
    let page = call.query.page("deleted users", &call.preferred_page, 100, 999)?;
    let read = |place: &str| place.parse::<UserId>().map_err(|_| page_token_expired());
    let after = page.after.as_deref().map(read).transpose()?;
    let found = call
        .service
        .list_deleted_users(&call.caller, after, page.limit + 1)
        .await;
    let mut found = found.map_err(|refused| error(call, &refused))?;
    let path = format!("{SET}/graph.user");
    let facts = page_facts(call, &path, "deleted users", &mut found, page.limit, |last| {
        last.user.id.to_string()
    });
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

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    call.query.only(&["select"])?;
    let found = call.service.show_deleted_user(&call.caller, id(call)).await;
    let found = found.map_err(|refused| error(call, &refused))?;
    let body = typed(body(call, &found, &selection));
    Reply::entity(call, "directoryObjects/$entity", &body)
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
