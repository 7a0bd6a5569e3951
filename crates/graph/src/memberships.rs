//! What users and groups are in: `memberOf`, `transitiveMemberOf`, and the questions about it (Graph contract 7.1, 8.1
//! and 8.3).

use latchkey_domain::{PrincipalId, RoleId};
use latchkey_service::{Container, DirectoryObject, Holder, MembershipError};
use serde_json::json;

use crate::call::Call;
use crate::directory_roles::object_id;
use crate::error::GraphError;
use crate::groups::group_id;
use crate::mixed::{Mixed, cast, kind_of};
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, page_facts};
use crate::routes::Outcome;

/// The most ids in one question.
const MAX_IDS: usize = 20;

/// What a use case of memberships answers, on the wire.
pub(crate) fn error(call: &Call, error: &MembershipError) -> GraphError {
    match error {
        MembershipError::Denied(_) => call.words.denied(),
        MembershipError::NoSuchObject => call.words.not_found(&call.user_key()),
        MembershipError::Fault(fault) => call.words.fault(fault),
    }
}

fn of_user(call: &Call) -> Holder {
    Holder::User(call.user())
}

fn of_group(call: &Call) -> Holder {
    Holder::Group(group_id(call))
}

/// The address of what is listed, without the name of the relation.
fn address(call: &Call, holder: &Holder) -> String {
    match holder {
        Holder::User(_) => format!("users/{}", call.user_key()),
        Holder::Group(id) => format!("groups/{id}"),
        Holder::Principal(id) => format!("servicePrincipals/{id}"),
    }
}

pub(crate) async fn user_direct(call: &Call) -> Outcome {
    list(call, &of_user(call), false).await
}

pub(crate) async fn user_all(call: &Call) -> Outcome {
    list(call, &of_user(call), true).await
}

pub(crate) async fn group_direct(call: &Call) -> Outcome {
    list(call, &of_group(call), false).await
}

pub(crate) async fn group_all(call: &Call) -> Outcome {
    list(call, &of_group(call), true).await
}

pub(crate) async fn count_user_direct(call: &Call) -> Outcome {
    count(call, &of_user(call), false).await
}

pub(crate) async fn count_user_all(call: &Call) -> Outcome {
    count(call, &of_user(call), true).await
}

pub(crate) async fn count_group_direct(call: &Call) -> Outcome {
    count(call, &of_group(call), false).await
}

pub(crate) async fn count_group_all(call: &Call) -> Outcome {
    count(call, &of_group(call), true).await
}

/// What is behind the relation's name: nothing, a cast, or the id of one of them.
enum Rest {
    All,
    Cast(&'static str),
    One(String),
}

impl Rest {
    fn of(call: &Call) -> Self {
        match call.keys.get(1) {
            None => Self::All,
            Some(text) => cast(text).map_or_else(|| Self::One(text.clone()), Self::Cast),
        }
    }
}

/// The id of a container on the wire.
fn wire_id(call: &Call, container: Container) -> String {
    match container {
        Container::Group(id) => id.to_string(),
        Container::Unit(id) => id.to_string(),
        Container::Role(id) => object_id(call, id).to_string(),
    }
}

async fn fitting(
    call: &Call,
    holder: &Holder,
    transitive: bool,
    rest: &Rest,
) -> Result<Vec<Container>, GraphError> {
    let found = call.service.containers_of(&call.caller, holder, transitive).await;
    let mut found = found.map_err(|refused| error(call, &refused))?;
    match rest {
        Rest::All => {}
        Rest::Cast(kind) => found.retain(|container| kind_of(*container) == *kind),
        Rest::One(id) => found.retain(|container| wire_id(call, *container).eq_ignore_ascii_case(id)),
    }
    Ok(found)
}

async fn list(call: &Call, holder: &Holder, transitive: bool) -> Outcome {
    let mixed = Mixed::of(call)?;
    let rest = Rest::of(call);
    if let Rest::One(id) = &rest {
        call.query.only(&["select"])?;
        let found = fitting(call, holder, transitive, &rest).await?;
        let views = call.service.show_containers(&call.caller, &found).await;
        let views = views.map_err(|refused| error(call, &refused))?;
        let view = views.first().ok_or_else(|| call.words.not_found(id))?;
        return Reply::entity(call, "directoryObjects/$entity", &mixed.container(view));
    }
    call.query.only(&["count", "select", "skiptoken", "top"])?;
    let page = call.query.page("containers", &call.preferred_page, 100, 999)?;
    let found = fitting(call, holder, transitive, &rest).await?;
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    // What is no place of this list begins nowhere.
    let start = match &page.after {
        None => 0,
        Some(place) => {
            let known = found
                .iter()
                .position(|container| wire_id(call, *container) == *place);
            known.ok_or_else(page_token_expired)? + 1
        }
    };
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut shown: Vec<Container> = found
        .into_iter()
        .skip(start)
        .take(limit.saturating_add(1))
        .collect();
    let relation = if transitive {
        "transitiveMemberOf"
    } else {
        "memberOf"
    };
    let mut path = format!("{}/{relation}", address(call, holder));
    if let Rest::Cast(kind) = rest {
        path = format!("{path}/graph.{kind}");
    }
    let mut facts: ListFacts = page_facts(call, &path, "containers", &mut shown, page.limit, |last| {
        wire_id(call, *last)
    });
    if call.query.count()? && call.eventual && start == 0 {
        facts.count = Some(total);
    }
    let views = call.service.show_containers(&call.caller, &shown).await;
    let views = views.map_err(|refused| error(call, &refused))?;
    let bodies: Vec<_> = views.iter().map(|view| mixed.container(view)).collect();
    let context = match rest {
        Rest::Cast("group") => "groups",
        Rest::Cast("directoryRole") => "directoryRoles",
        Rest::Cast("administrativeUnit") => "administrativeUnits",
        _ => "directoryObjects",
    };
    Reply::list(call, context, &bodies, &facts)
}

async fn count(call: &Call, holder: &Holder, transitive: bool) -> Outcome {
    call.query.only(&[])?;
    let rest = Rest::of(call);
    if let Rest::One(segment) = &rest {
        return Err(GraphError::unknown_segment(segment));
    }
    let found = fitting(call, holder, transitive, &rest).await?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(i64::try_from(found.len()).unwrap_or(i64::MAX)))
}

pub(crate) async fn user_check_groups(call: &Call) -> Outcome {
    check(call, &of_user(call), true).await
}

pub(crate) async fn user_check_objects(call: &Call) -> Outcome {
    check(call, &of_user(call), false).await
}

pub(crate) async fn user_get_groups(call: &Call) -> Outcome {
    get(call, &of_user(call), true).await
}

pub(crate) async fn user_get_objects(call: &Call) -> Outcome {
    get(call, &of_user(call), false).await
}

pub(crate) async fn group_check_groups(call: &Call) -> Outcome {
    check(call, &of_group(call), true).await
}

pub(crate) async fn group_check_objects(call: &Call) -> Outcome {
    check(call, &of_group(call), false).await
}

pub(crate) async fn group_get_groups(call: &Call) -> Outcome {
    get(call, &of_group(call), true).await
}

pub(crate) async fn group_get_objects(call: &Call) -> Outcome {
    get(call, &of_group(call), false).await
}

pub(crate) async fn object_check_groups(call: &Call) -> Outcome {
    check(call, &of_object(call).await?, true).await
}

pub(crate) async fn object_check_objects(call: &Call) -> Outcome {
    check(call, &of_object(call).await?, false).await
}

pub(crate) async fn object_get_groups(call: &Call) -> Outcome {
    get(call, &of_object(call).await?, true).await
}

pub(crate) async fn object_get_objects(call: &Call) -> Outcome {
    get(call, &of_object(call).await?, false).await
}

/// The user, group or service principal that `directoryObjects/{id}` names; nothing else is in anything.
async fn of_object(call: &Call) -> Result<Holder, GraphError> {
    let id = call.key(0).parse().unwrap_or(PrincipalId::from_bytes([0; 16]));
    let found = call.service.show_object(&call.caller, id).await;
    match found.map_err(|refused| error(call, &refused))? {
        DirectoryObject::User(user) => Ok(Holder::User(latchkey_domain::UserRef::Id(user.id))),
        DirectoryObject::Group(group) => Ok(Holder::Group(group.id)),
        DirectoryObject::Principal(principal) => Ok(Holder::Principal(principal.id())),
        _ => Err(call
            .words
            .bad_request("Only users, groups and service principals are members of something here.")),
    }
}

/// Which of the given ids hold it.
async fn check(call: &Call, holder: &Holder, groups_only: bool) -> Outcome {
    let property = if groups_only { "groupIds" } else { "ids" };
    let mut body = call.json()?;
    let ids = body.texts(property)?;
    body.finish()?;
    let ids = ids.ok_or_else(|| {
        call.words.bad_request(format!(
            "Property {property} value is required but is empty or missing."
        ))
    })?;
    if ids.len() > MAX_IDS {
        return Err(call
            .words
            .bad_request(format!("Too many ids: at most {MAX_IDS} can be asked for."))
            .with_target(property));
    }
    let held = fitting(call, holder, true, &Rest::All).await?;
    let is_held = |id: &String| {
        held.iter().any(|container| match container {
            Container::Group(_) => wire_id(call, *container).eq_ignore_ascii_case(id),
            _ if groups_only => false,
            // A role may be named by its template, too.
            Container::Role(role) => {
                id.parse::<RoleId>() == Ok(*role) || wire_id(call, *container).eq_ignore_ascii_case(id)
            }
            Container::Unit(_) => wire_id(call, *container).eq_ignore_ascii_case(id),
        })
    };
    let found: Vec<&String> = ids.iter().filter(|id| is_held(id)).collect();
    Reply::entity(call, "Collection(Edm.String)", &json!({"value": found}))
}

/// All that hold it.
async fn get(call: &Call, holder: &Holder, groups_only: bool) -> Outcome {
    let mut body = call.json()?;
    let security = body.boolean("securityEnabledOnly")?;
    body.finish()?;
    if security == Some(true) && !groups_only && matches!(holder, Holder::Group(_)) {
        let message = "securityEnabledOnly can be true for users only.";
        return Err(call.words.bad_request(message).with_target("securityEnabledOnly"));
    }
    // All groups here are security groups; for that reason alone the rest is left out.
    let groups_only = groups_only || security == Some(true);
    let rest = if groups_only {
        Rest::Cast("group")
    } else {
        Rest::All
    };
    let held = fitting(call, holder, true, &rest).await?;
    let ids: Vec<String> = held
        .into_iter()
        .map(|container| wire_id(call, container))
        .collect();
    Reply::entity(call, "Collection(Edm.String)", &json!({"value": ids}))
}
