//! `users/delta` and `groups/delta`: what changed since the client last asked (Graph contract 7.5).

use axum::http::StatusCode;
use latchkey_domain::{GroupId, Member, UserId};
use latchkey_service::{DELTA_PAGE, DeltaError, DeltaNext, DeltaPlace, GroupDelta, UserDelta};
use latchkey_store::{Condition, GroupKey, Test, UserKey, Watermark};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::group_filter::GROUPS;
use crate::groups::{self, GROUP};
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};
use crate::sign_in_activity;
use crate::user_filter::USERS;
use crate::user_view::{self, USER};

/// The most objects that a filter may name.
const MAX_FILTERED: usize = 50;
/// What `$deltatoken` says to get nothing but a link for the next round.
const LATEST: &str = "latest";

/// What a request asks for, whatever its objects are.
struct Request {
    place: DeltaPlace,
    selection: Selection,
    /// Whether `$select` names the members, or nothing is selected.
    members: bool,
}

/// Reads the options; `set` is `users` or `groups`.
fn read(call: &Call, set: &str, kind: &ObjectType) -> Result<Request, GraphError> {
    call.query
        .only(&["deltatoken", "filter", "select", "skiptoken"])?;
    let mut names = call.query.select();
    let members = names
        .as_ref()
        .is_none_or(|names| names.iter().any(|name| name.eq_ignore_ascii_case("members")));
    if let Some(names) = &mut names {
        // What changed is known by its id, whatever is selected.
        names.retain(|name| !name.eq_ignore_ascii_case("members") && !name.eq_ignore_ascii_case("id"));
        names.push("id");
    }
    Ok(Request {
        place: place(call, set)?,
        selection: Selection::of_names(names.as_deref(), kind)?,
        members,
    })
}

fn place(call: &Call, set: &str) -> Result<DeltaPlace, GraphError> {
    let resource = resource(set);
    if call.query.get("skiptoken").is_some() && call.query.get("deltatoken").is_some() {
        return Err(GraphError::gateway(
            "$skiptoken and $deltatoken can't stand together.",
        ));
    }
    if call
        .query
        .get("deltatoken")
        .is_some_and(|text| text.eq_ignore_ascii_case(LATEST))
    {
        return Ok(DeltaPlace::Latest);
    }
    let mark = |text: &str| text.parse::<Watermark>().map_err(|_| page_token_expired());
    if let Some(text) = call.query.token("deltatoken", &resource)? {
        return Ok(DeltaPlace::Since(mark(&text)?));
    }
    let Some(text) = call.query.token("skiptoken", &resource)? else {
        return Ok(DeltaPlace::Start);
    };
    let mut parts = text.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("all"), Some(to), Some(after)) => Ok(DeltaPlace::All {
            to: mark(to)?,
            after: after.to_owned(),
        }),
        (Some("between"), Some(from), Some(to)) => Ok(DeltaPlace::Between {
            from: mark(from)?,
            to: mark(to)?,
        }),
        _ => Err(page_token_expired()),
    }
}

/// The size of the page: `$top` is not for delta, the preferred size is.
fn limit(call: &Call) -> u32 {
    call.preferred_page.take(DELTA_PAGE).unwrap_or(DELTA_PAGE)
}

fn resource(set: &str) -> String {
    format!("{set}/delta")
}

/// The links behind a page.
fn facts(call: &Call, set: &str, next: &DeltaNext) -> ListFacts {
    let path = call.url(&resource(set));
    let link =
        |option: &str, place: &str| format!("{path}?{}", call.query.link(option, &resource(set), place));
    let mut facts = ListFacts::default();
    match next {
        DeltaNext::Round(mark) => facts.delta = Some(link("deltatoken", &mark.to_string())),
        DeltaNext::Page(place) => {
            let place = match place {
                DeltaPlace::All { to, after } => format!("all {to} {after}"),
                DeltaPlace::Between { from, to } => format!("between {from} {to}"),
                DeltaPlace::Start | DeltaPlace::Latest | DeltaPlace::Since(_) => String::new(),
            };
            facts.next = Some(link("skiptoken", &place));
        }
    }
    facts
}

fn error(call: &Call, set: &str, error: &DeltaError) -> GraphError {
    match error {
        DeltaError::Access(access) => call.words.access(access, ""),
        DeltaError::UnknownMark => GraphError::new(
            StatusCode::GONE,
            "syncStateNotFound",
            "The sync state generation is not found; begin again without a token.",
        )
        .with_location(call.url(&resource(set))),
    }
}

/// The ids that a filter names, if it names nothing else.
fn ids<K: PartialEq>(condition: &Condition<K>, key: &K) -> Option<Vec<[u8; 16]>> {
    match condition {
        Condition::Is(found, Test::Id(id)) if found == key => Some(vec![*id]),
        Condition::All(parts) => match parts.as_slice() {
            [part] => ids(part, key),
            _ => None,
        },
        Condition::Any(parts) => {
            let lists: Option<Vec<_>> = parts.iter().map(|part| ids(part, key)).collect();
            lists.map(|lists| lists.concat())
        }
        Condition::Not(_) | Condition::Is(..) => None,
    }
}

fn only<K: PartialEq, T>(
    call: &Call,
    condition: &Condition<K>,
    key: &K,
    make: impl Fn([u8; 16]) -> T,
) -> Result<Option<Vec<T>>, GraphError> {
    if call.query.get("filter").is_none() {
        return Ok(None);
    }
    let found = ids(condition, key).filter(|ids| ids.len() <= MAX_FILTERED);
    let found = found.ok_or_else(|| {
        GraphError::unsupported_query(format!(
            "Unsupported or invalid query filter clause: delta takes 'id eq' joined by 'or', at most {MAX_FILTERED} of them."
        ))
    })?;
    Ok(Some(found.into_iter().map(make).collect()))
}

fn removed(id: &str, for_good: bool) -> Map<String, Value> {
    let reason = if for_good { "deleted" } else { "changed" };
    let mut body = Map::new();
    body.insert("id".to_owned(), id.into());
    body.insert("@removed".to_owned(), json!({"reason": reason}));
    body
}

pub(crate) async fn users(call: &Call) -> Outcome {
    let request = read(call, "users", &USER)?;
    sign_in_activity::refuse(&request.selection)?;
    let only = only(
        call,
        &USERS.condition(call, false)?,
        &UserKey::Id,
        UserId::from_bytes,
    )?;
    let page = call
        .service
        .delta_of_users(&call.caller, &request.place, only.as_deref(), limit(call))
        .await
        .map_err(|refused| error(call, "users", &refused))?;
    let body = |change: &UserDelta| match change {
        UserDelta::Is(user) => user_view::render(user, &request.selection),
        UserDelta::Gone { id, for_good } => removed(&id.to_string(), *for_good),
    };
    let bodies: Vec<_> = page.changes.iter().map(body).collect();
    let facts = facts(call, "users", &page.next);
    Reply::list(call, &request.selection.context("users"), &bodies, &facts)
}

pub(crate) async fn groups(call: &Call) -> Outcome {
    let request = read(call, "groups", &GROUP)?;
    let only = only(
        call,
        &GROUPS.condition(call, false)?,
        &GroupKey::Id,
        GroupId::from_bytes,
    )?;
    let page = call
        .service
        .delta_of_groups(
            &call.caller,
            &request.place,
            only.as_deref(),
            request.members,
            limit(call),
        )
        .await
        .map_err(|refused| error(call, "groups", &refused))?;
    let body = |change: &GroupDelta| match change {
        GroupDelta::Is(group, members) => {
            let mut body = groups::render(group, &request.selection);
            if !members.is_empty() {
                body.insert("members@delta".to_owned(), members.iter().map(member).collect());
            }
            body
        }
        GroupDelta::Gone(id) => removed(&id.to_string(), true),
    };
    let bodies: Vec<_> = page.changes.iter().map(body).collect();
    let facts = facts(call, "groups", &page.next);
    Reply::list(call, &request.selection.context("groups"), &bodies, &facts)
}

/// Somebody who came, or went.
fn member((member, is_member): &(Member, bool)) -> Value {
    let mut body = json!({
        "@odata.type": format!("#microsoft.graph.{}", member.kind()),
        "id": member.id().to_string(),
    });
    if !is_member && let Some(members) = body.as_object_mut() {
        members.insert("@removed".to_owned(), json!({"reason": "deleted"}));
    }
    body
}
