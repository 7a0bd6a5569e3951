//! Members and owners of groups (Graph contract 8.1).

use latchkey_domain::{GroupId, Member, UserId};
use latchkey_service::{Belonging, MemberView};
use latchkey_store::MemberKind;
use serde_json::json;

use crate::call::Call;
use crate::error::GraphError;
use crate::groups::{error, group_id};
use crate::mixed::{Mixed, cast};
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, page_facts, page_of_all};
use crate::routes::Outcome;

/// The directory object that an address names: any host, `directoryObjects`, `users`, `groups` or `servicePrincipals`,
/// or the id alone.
pub(crate) fn reference_id(address: &str) -> Option<UserId> {
    let address = address.trim_end_matches('/');
    if !address.contains('/') {
        return address.parse().ok();
    }
    let mut segments = address.rsplit('/');
    let id = segments.next()?.parse().ok()?;
    let set = segments.next()?;
    ["directoryObjects", "users", "groups", "servicePrincipals"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(set))
        .then_some(id)
}

pub(crate) async fn list_members(call: &Call) -> Outcome {
    list_page(call, false).await
}

pub(crate) async fn list_transitive_members(call: &Call) -> Outcome {
    list_page(call, true).await
}

/// The kind that the cast in the path names; kinds that are no members here have an empty list.
pub(crate) fn cast_in_path(call: &Call) -> Result<Option<&'static str>, GraphError> {
    let Some(segment) = call.keys.get(1) else {
        return Ok(None);
    };
    let known = cast(segment).ok_or_else(|| GraphError::unknown_segment(segment))?;
    Ok(Some(known))
}

pub(crate) async fn list_member_references(call: &Call) -> Outcome {
    call.query.only(&["skiptoken", "top"])?;
    let page = call
        .query
        .page("member references", &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let group = group_id(call);
    let found = call
        .service
        .list_members(&call.caller, group, after, page.limit + 1)
        .await;
    let mut found = found.map_err(|refused| error(call, &refused))?;
    let path = format!("groups/{group}/members/$ref");
    let facts = page_facts(call, &path, "member references", &mut found, page.limit, place);
    references(call, &found, &facts)
}

pub(crate) async fn list_owner_references(call: &Call) -> Outcome {
    call.query.only(&["skiptoken", "top"])?;
    let mut owners = owners(call, None).await?;
    let path = format!("groups/{}/owners/$ref", group_id(call));
    let facts = page_of_all(call, &path, "owner references", &mut owners, place)?;
    references(call, &owners, &facts)
}

/// Where the objects are, instead of what.
pub(crate) fn references(call: &Call, items: &[MemberView], facts: &ListFacts) -> Outcome {
    let address = |item: &MemberView| {
        let member = item.member();
        call.url(&format!(
            "directoryObjects/{}/microsoft.graph.{}",
            member.id(),
            member.kind()
        ))
    };
    let bodies: Vec<_> = items
        .iter()
        .map(|item| json!({"@odata.id": address(item)}))
        .collect();
    Reply::list(call, "Collection($ref)", &bodies, facts)
}

/// Where the members of a kind begin in a list of all: behind the last one that there could be of the kind before.
pub(crate) fn start_of(kind: Option<&str>) -> Option<Member> {
    match kind? {
        "group" => Some(Member::User(UserId::from_bytes([u8::MAX; 16]))),
        "servicePrincipal" => Some(Member::Group(GroupId::from_bytes([u8::MAX; 16]))),
        _ => None,
    }
}

/// Leaves those of a kind.
pub(crate) fn keep(members: &mut Vec<MemberView>, kind: Option<&str>) {
    members.retain(|member| kind.is_none_or(|kind| kind == member.member().kind()));
}

/// The path of a list, with the cast that is in it.
pub(crate) fn with_cast(path: String, kind: Option<&str>) -> String {
    match kind {
        None => path,
        Some(kind) => format!("{path}/graph.{kind}"),
    }
}

async fn list_page(call: &Call, transitive: bool) -> Outcome {
    check_options(call)?;
    let kind = cast_in_path(call)?;
    let page = call.query.page("members", &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let after = after.or(start_of(kind));
    let (caller, group, limit) = (&call.caller, group_id(call), page.limit + 1);
    let found = if transitive {
        call.service
            .list_transitive_members(caller, group, after, limit)
            .await
    } else {
        call.service.list_members(caller, group, after, limit).await
    };
    let mut members = found.map_err(|refused| error(call, &refused))?;
    keep(&mut members, kind);
    let relation = if transitive {
        "transitiveMembers"
    } else {
        "members"
    };
    let path = with_cast(format!("groups/{group}/{relation}"), kind);
    let mut facts = page_facts(call, &path, "members", &mut members, page.limit, place);
    if call.query.count()? && call.eventual && page.after.is_none() {
        facts.count = Some(number(call, transitive, kind).await?);
    }
    list(call, &members, &facts)
}

pub(crate) async fn count_members(call: &Call) -> Outcome {
    count(call, false).await
}

pub(crate) async fn count_transitive_members(call: &Call) -> Outcome {
    count(call, true).await
}

async fn count(call: &Call, transitive: bool) -> Outcome {
    call.query.only(&[])?;
    let count = number(call, transitive, cast_in_path(call)?).await?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

async fn number(call: &Call, transitive: bool, kind: Option<&str>) -> Result<i64, GraphError> {
    let (kind, none) = stored_kind(kind);
    let count = call
        .service
        .count_members(&call.caller, group_id(call), transitive, kind)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(if none { 0 } else { count })
}

/// The kind of members that a cast names, and whether there are none of it.
pub(crate) fn stored_kind(kind: Option<&str>) -> (Option<MemberKind>, bool) {
    match kind {
        None => (None, false),
        Some("user") => (Some(MemberKind::User), false),
        Some("group") => (Some(MemberKind::Group), false),
        Some("servicePrincipal") => (Some(MemberKind::Principal), false),
        Some(_) => (None, true),
    }
}

pub(crate) async fn list_owners(call: &Call) -> Outcome {
    check_options(call)?;
    let kind = cast_in_path(call)?;
    let mut owners = owners(call, kind).await?;
    let path = with_cast(format!("groups/{}/owners", group_id(call)), kind);
    let facts = page_of_all(call, &path, "owners", &mut owners, place)?;
    list(call, &owners, &facts)
}

/// The owners of a kind, or all.
async fn owners(call: &Call, kind: Option<&str>) -> Result<Vec<MemberView>, GraphError> {
    let owners = call.service.list_owners(&call.caller, group_id(call)).await;
    let mut owners = owners.map_err(|refused| error(call, &refused))?;
    keep(&mut owners, kind);
    Ok(owners)
}

pub(crate) async fn count_owners(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let owners = owners(call, cast_in_path(call)?).await?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(i64::try_from(owners.len()).unwrap_or(i64::MAX)))
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

/// What can be named in the body of a reference: what is referred to, or the reference itself, as SDKs call it.
const REFERRED: [&str; 6] = [
    "directoryObject",
    "user",
    "group",
    "servicePrincipal",
    "referenceCreate",
    "referenceUpdate",
];

/// The object that a body names.
///
/// # Errors
/// Another body.
pub(crate) fn reference_in_body(call: &Call) -> Result<UserId, GraphError> {
    let mut body = call.json()?;
    body.check_types(&REFERRED)?;
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

/// Refuses the options that lists of members and owners don't have.
///
/// # Errors
/// Such an option.
pub(crate) fn check_options(call: &Call) -> Result<(), GraphError> {
    call.refuse_search()?;
    call.query.only(&["count", "select", "skiptoken", "top"])
}

/// A list of users, groups and service principals.
pub(crate) fn list(call: &Call, items: &[MemberView], facts: &ListFacts) -> Outcome {
    let mixed = Mixed::of(call)?;
    let bodies: Vec<_> = items.iter().map(|item| mixed.member(item)).collect();
    Reply::list(call, "directoryObjects", &bodies, facts)
}

pub(crate) fn place(item: &MemberView) -> String {
    item.member().to_string()
}

pub(crate) fn read_place(place: &str) -> Result<Member, GraphError> {
    place.parse().map_err(|_| page_token_expired())
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
