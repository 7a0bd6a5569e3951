//! Members and owners of groups (Graph contract 8.1).

use latchkey_domain::{GroupId, Member, UserId};
use latchkey_service::{Belonging, MemberView};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::GraphError;
use crate::groups::{self, GROUP, error, group_id};
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, page_facts};
use crate::routes::Outcome;
use crate::select::Selection;
use crate::user_view::{self, USER};

/// The directory object that an address names: any host, `directoryObjects`, `users` or `groups`, or the
/// id alone.
pub(crate) fn reference_id(address: &str) -> Option<UserId> {
    let address = address.trim_end_matches('/');
    if !address.contains('/') {
        return address.parse().ok();
    }
    let mut segments = address.rsplit('/');
    let id = segments.next()?.parse().ok()?;
    let set = segments.next()?;
    ["directoryObjects", "users", "groups"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(set))
        .then_some(id)
}

pub(crate) async fn list_members(call: &Call) -> Outcome {
    check_options(call)?;
    let page = call.query.page("members", call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let mut members = call
        .service
        .list_members(&call.caller, group_id(call), after, page.limit + 1)
        .await
        .map_err(|refused| error(call, &refused))?;
    let path = format!("groups/{}/members", group_id(call));
    let facts = page_facts(call, &path, "members", &mut members, page.limit, place);
    list(call, &members, &facts)
}

pub(crate) async fn list_owners(call: &Call) -> Outcome {
    check_options(call)?;
    let owners = call
        .service
        .list_owners(&call.caller, group_id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    list(call, &owners, &ListFacts::default())
}

pub(crate) async fn add_member(call: &Call) -> Outcome {
    add(call, Belonging::Member).await
}

pub(crate) async fn add_owner(call: &Call) -> Outcome {
    add(call, Belonging::Owner).await
}

pub(crate) async fn remove_member(call: &Call) -> Outcome {
    remove(call, Belonging::Member).await
}

pub(crate) async fn remove_owner(call: &Call) -> Outcome {
    remove(call, Belonging::Owner).await
}

/// The object that a body names.
///
/// # Errors
/// Another body.
pub(crate) fn reference_in_body(call: &Call) -> Result<UserId, GraphError> {
    let mut body = call.json()?;
    let address = body.text("@odata.id")?;
    body.finish()?;
    address.as_deref().and_then(reference_id).ok_or_else(|| {
        call.words
            .bad_request("The body must be {\"@odata.id\": \"…/directoryObjects/{id}\"}.")
    })
}

/// The object that is named in the path, or in `?@id=`.
///
/// # Errors
/// Neither names one.
pub(crate) fn named_object(call: &Call) -> Result<&str, GraphError> {
    let named = if call.keys.len() > 1 {
        Some(call.key(1))
    } else {
        call.query.get("@id")
    };
    named.ok_or_else(|| call.words.bad_request("Name the object in the path or as ?@id=…"))
}

async fn add(call: &Call, belonging: Belonging) -> Outcome {
    let object = reference_in_body(call)?;
    call.service
        .join_group(&call.caller, &call.info, group_id(call), belonging, object)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

async fn remove(call: &Call, belonging: Belonging) -> Outcome {
    let address = named_object(call)?;
    // What is no id is nobody's; to know that takes permission first.
    let object = reference_id(address).unwrap_or(UserId::from_bytes([0; 16]));
    call.service
        .leave_group(&call.caller, &call.info, group_id(call), belonging, object)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) fn check_options(call: &Call) -> Result<(), GraphError> {
    call.query.refuse(&["expand", "skip", "filter", "orderby"])?;
    call.refuse_search()
}

/// Each item says what it is: SDKs choose their class by it. `$select` names properties of either kind.
pub(crate) fn list(call: &Call, items: &[MemberView], facts: &ListFacts) -> Outcome {
    let (of_users, of_groups) = (Selection::of(call, &USER), Selection::of(call, &GROUP));
    // A name that neither kind has is a mistake; one that only one kind has is absent from the other.
    let (of_users, of_groups) = match (of_users, of_groups) {
        (Err(unknown), Err(_)) => return Err(unknown),
        (users, groups) => (users.ok(), groups.ok()),
    };
    let bodies: Vec<Map<String, Value>> = items
        .iter()
        .map(|item| {
            let (kind, mut body) = match item {
                MemberView::User(user) => (
                    "user",
                    of_users
                        .as_ref()
                        .map(|chosen| user_view::render(user, chosen))
                        .unwrap_or_default(),
                ),
                MemberView::Group(group) => (
                    "group",
                    of_groups
                        .as_ref()
                        .map(|chosen| groups::render(group, chosen))
                        .unwrap_or_default(),
                ),
            };
            body.insert(
                "@odata.type".to_owned(),
                format!("#microsoft.graph.{kind}").into(),
            );
            // Whatever is selected, an object in a mixed list is known by its id.
            body.insert("id".to_owned(), id(item).into());
            body
        })
        .collect();
    Reply::list(call, "directoryObjects", &bodies, facts)
}

fn id(item: &MemberView) -> String {
    match item {
        MemberView::User(user) => user.id.to_string(),
        MemberView::Group(group) => group.id.to_string(),
    }
}

pub(crate) fn place(item: &MemberView) -> String {
    match item {
        MemberView::User(user) => format!("user {}", user.id),
        MemberView::Group(group) => format!("group {}", group.id),
    }
}

pub(crate) fn read_place(place: &str) -> Result<Member, GraphError> {
    let read = || match place.split_once(' ')? {
        ("user", id) => id.parse().ok().map(Member::User),
        ("group", id) => id.parse::<GroupId>().ok().map(Member::Group),
        _ => None,
    };
    read().ok_or_else(page_token_expired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_objects() {
        let id = "11111111-2222-3333-4444-555555555555";
        for address in [
            format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}"),
            format!("https://id.example.com:8443/v1.0/users/{id}"),
            format!("https://x/beta/groups/{id}/"),
            id.to_owned(),
        ] {
            assert_eq!(reference_id(&address).unwrap().to_string(), id, "{address}");
        }
        for wrong in [
            "",
            "https://x/v1.0/directoryObjects/ada@example.com",
            "https://x/v1.0/applications/1",
            "x",
        ] {
            assert_eq!(reference_id(wrong), None, "{wrong}");
        }
        assert_eq!(reference_id(&format!("https://x/v1.0/applications/{id}")), None);
    }
}
