//! `/groups` (Graph contract 8.1); their members and owners are in `members`.

use latchkey_domain::{Group, GroupId, Visibility};
use latchkey_service::{GroupError, GroupWish};
use latchkey_store::ListQuery;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::claims::Claims;
use crate::error::GraphError;
use crate::expand;
use crate::group_filter::{GROUPS, SORTABLE};
use crate::json::Object;
use crate::members::reference_id;
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, next_link};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

/// The most members and owners together that a group is made with.
pub(crate) const MAX_BINDS: usize = 20;
const MEMBERS: &str = "members@odata.bind";

/// The declared properties of a group and those of an answer without `$select`.
pub(crate) const GROUP: ObjectType = ObjectType {
    name: "microsoft.graph.group",
    properties: &[
        "assignedLabels[]",
        "assignedLicenses[]",
        "classification",
        "createdDateTime",
        "deletedDateTime",
        "description",
        "displayName",
        "expirationDateTime",
        "groupTypes[]",
        "id",
        "isAssignableToRole",
        "isManagementRestricted",
        "mail",
        "mailEnabled",
        "mailNickname",
        "membershipRule",
        "membershipRuleProcessingState",
        "onPremisesDomainName",
        "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName",
        "onPremisesProvisioningErrors[]",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "preferredDataLocation",
        "preferredLanguage",
        "proxyAddresses[]",
        "renewedDateTime",
        "resourceBehaviorOptions[]",
        "resourceProvisioningOptions[]",
        "securityEnabled",
        "securityIdentifier",
        "serviceProvisioningErrors[]",
        "theme",
        "uniqueName",
        "visibility",
    ],
    default: &[
        "classification",
        "createdDateTime",
        "deletedDateTime",
        "description",
        "displayName",
        "expirationDateTime",
        "groupTypes",
        "id",
        "isAssignableToRole",
        "mail",
        "mailEnabled",
        "mailNickname",
        "membershipRule",
        "membershipRuleProcessingState",
        "onPremisesDomainName",
        "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName",
        "onPremisesProvisioningErrors",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "preferredDataLocation",
        "preferredLanguage",
        "proxyAddresses",
        "renewedDateTime",
        "resourceBehaviorOptions",
        "resourceProvisioningOptions",
        "securityEnabled",
        "securityIdentifier",
        "theme",
        "visibility",
    ],
};

/// The group with the selected properties.
pub(crate) fn render(group: &Group, selection: &Selection) -> Map<String, Value> {
    let of = &group.properties;
    selection.render(&GROUP, |name| {
        Some(match name {
            "createdDateTime" | "renewedDateTime" => group.created_at.to_rfc3339().into(),
            "description" => of.description.as_deref()?.into(),
            "displayName" => of.display_name.as_str().into(),
            "id" => group.id.to_string().into(),
            "isAssignableToRole" => of.role_assignable.into(),
            "mailEnabled" => false.into(),
            "mailNickname" => of.mail_nickname.as_str().into(),
            "securityEnabled" => true.into(),
            "visibility" => of.visibility.as_str().into(),
            _ => return None,
        })
    })
}

/// What a use case of groups answers, on the wire.
pub(crate) fn error(call: &Call, error: &GroupError) -> GraphError {
    let words = call.words;
    match error {
        GroupError::Denied(_) | GroupError::Hidden => words.denied(),
        GroupError::NoSuchGroup => words.not_found(call.key(0)),
        GroupError::NoSuchObject(id) => words.not_found(&id.to_string()),
        GroupError::Field(field) => words
            .bad_request(field.to_string())
            .with_detail("InvalidValue", field.property),
        GroupError::VisibilityIsFixed => words.bad_request(error.to_string()).with_target("visibility"),
        GroupError::Missing(_)
        | GroupError::AlreadyThere(_)
        | GroupError::InItself
        | GroupError::NestedInRoleAssignable
        | GroupError::LastAdministrator
        | GroupError::OwnerIsGroup => words.bad_request(error.to_string()),
        GroupError::Fault(fault) => words.fault(fault),
    }
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &GROUP)?;
    let expansions = expand::read(call, &GROUP, expand::OF_GROUPS)?;
    call.query.only(&[
        "count",
        "expand",
        "filter",
        "orderby",
        "search",
        "select",
        "skiptoken",
        "top",
    ])?;
    let page = call.query.page("groups", &call.preferred_page, 100, 999)?;
    let query = ListQuery {
        condition: GROUPS.condition(call, call.advanced()?)?,
        order: GROUPS.order(call, SORTABLE)?,
        after: page.after,
        limit: page.limit,
    };
    if !query.has_known_place() {
        return Err(page_token_expired());
    }
    let refused = |refused| call.words.access(&refused, "");
    let found = call
        .service
        .query_groups(&call.caller, &query)
        .await
        .map_err(refused)?;
    let mut facts = ListFacts {
        next: next_link(call, "groups", "groups", found.next.as_deref()),
        ..ListFacts::default()
    };
    if call.query.count()? && call.eventual && query.after.is_none() {
        let count = call
            .service
            .count_groups_with(&call.caller, &query.condition)
            .await;
        facts.count = Some(count.map_err(refused)?);
    }
    let mut bodies = Vec::with_capacity(found.items.len());
    for group in &found.items {
        let mut body = render(group, &selection);
        expand::into_group(call, &expansions, group, &mut body).await?;
        bodies.push(body);
    }
    Reply::list(call, &selection.context("groups"), &bodies, &facts)
}

pub(crate) async fn count(call: &Call) -> Outcome {
    call.query.only(&["filter", "search"])?;
    let condition = GROUPS.condition(call, call.eventual)?;
    let count = call.service.count_groups_with(&call.caller, &condition).await;
    let count = count.map_err(|refused| call.words.access(&refused, ""))?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &GROUP)?;
    let expansions = expand::read(call, &GROUP, expand::OF_GROUPS)?;
    call.query.only(&["expand", "select"])?;
    let group = call
        .service
        .show_group(&call.caller, group_id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    let context = format!("{}/$entity", selection.context("groups"));
    let mut body = render(&group, &selection);
    expand::into_group(call, &expansions, &group, &mut body).await?;
    Reply::entity(call, &context, &body)
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let (wish, _) = parse(call, call.json()?, true)?;
    let group = call
        .service
        .create_group(&call.caller, &call.info, wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = Selection::of(call, &GROUP).map(|selection| render(&group, &selection))?;
    let location = call.url(&format!("groups/{}", group.id));
    Ok(Reply::entity(call, "groups/$entity", &body)?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let (wish, mut claims) = parse(call, call.json()?, false)?;
    claims.settle("id", call.key(0));
    if !claims.is_empty() {
        let found = call.service.show_group(&call.caller, group_id(call)).await;
        let found = found.map_err(|refused| error(call, &refused))?;
        claims.check(&render(&found, &Selection::these(claims.names())))?;
    }
    call.service
        .update_group(&call.caller, &call.info, group_id(call), wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_group(&call.caller, &call.info, group_id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

/// The group that the path names first. What is no id is nobody's; to know that takes permission first.
pub(crate) fn group_id(call: &Call) -> GroupId {
    call.key(0).parse().unwrap_or(GroupId::from_bytes([0; 16]))
}

/// What is wished for; of a group that there is, also what the body says of properties that can't be written.
fn parse(call: &Call, mut body: Object, new: bool) -> Result<(GroupWish, Claims), GraphError> {
    let words = call.words;
    let invalid = |property: &'static str| {
        words
            .bad_request(format!(
                "Invalid value specified for property '{property}' of resource 'Group'."
            ))
            .with_detail("InvalidValue", property)
    };
    body.check_type("group")?;
    if !new {
        body.refuse_nulls(&["mailEnabled", "securityEnabled", "visibility"], "Group")?;
    }
    let visibility = match body.text("visibility")? {
        None => None,
        Some(text) => Some(Visibility::parse(&text).ok_or_else(|| invalid("visibility"))?),
    };
    let mut wish = GroupWish {
        display_name: body.text_not_null("displayName", "Group")?,
        description: body.nullable_text("description")?,
        mail_nickname: body.text_not_null("mailNickname", "Group")?,
        visibility,
        ..GroupWish::default()
    };
    wish.members = references(call, &mut body, MEMBERS)?;
    if !new && wish.members.len() > MAX_BINDS {
        let message = "At most 20 members can be added to a group at once.";
        return Err(words.bad_request(message));
    }
    if new {
        wish.role_assignable = body.boolean("isAssignableToRole")?;
    }
    // Security groups are all there is: other kinds say so.
    let (mail, security) = (body.boolean("mailEnabled")?, body.boolean("securityEnabled")?);
    if mail == Some(true) || security == Some(false) {
        return Err(words.bad_request(
            "Only security groups can be made here: mailEnabled must be false, securityEnabled true.",
        ));
    }
    if body.texts("groupTypes")?.is_some_and(|kinds| !kinds.is_empty()) {
        return Err(words
            .bad_request(
                "Microsoft 365 groups and dynamic groups can't be made here: groupTypes must be empty.",
            )
            .with_target("groupTypes"));
    }
    if new {
        for (given, property) in [(mail, "mailEnabled"), (security, "securityEnabled")] {
            if given.is_none() {
                return Err(words.bad_request(format!(
                    "Property {property} value is required but is empty or missing."
                )));
            }
        }
        wish.owners = references(call, &mut body, "owners@odata.bind")?;
        if wish.members.len() + wish.owners.len() > MAX_BINDS {
            return Err(words.bad_request("A group can be made with at most 20 members and owners together."));
        }
    }
    let claims = if new {
        body.finish_new(&GROUP.names())?;
        Claims::default()
    } else {
        body.finish_with_claims(&GROUP.names())?
    };
    Ok((wish, claims))
}

/// The directory objects that a list of addresses names; an empty one where there is none.
pub(crate) fn references(
    call: &Call,
    body: &mut Object,
    property: &'static str,
) -> Result<Vec<latchkey_domain::UserId>, GraphError> {
    let addresses = body.texts(property)?.unwrap_or_default();
    addresses
        .iter()
        .map(|address| {
            reference_id(address).ok_or_else(|| {
                call.words
                    .bad_request(format!("'{address}' is no reference to a directory object."))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_property_is_declared() {
        for name in GROUP.default {
            let declared = GROUP
                .properties
                .iter()
                .any(|known| known.trim_end_matches("[]") == *name);
            assert!(declared, "{name}");
        }
    }
}
