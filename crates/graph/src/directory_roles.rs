//! Roles in the older form (Graph contract 9.2), and those that are given for an administrative unit (9.3).
//!
//! Both show the same assignments as `roleManagement`.

use latchkey_domain::{BUILT_IN_ROLES, BuiltInRole, PrincipalId, RoleAssignment, RoleId, RoleScope, UserId};
use latchkey_service::{MemberView, RoleError};
use latchkey_store::RoleAssignmentFilter;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};
use crate::json::Object;
use crate::members::{self, reference_id};
use crate::reply::{ListFacts, Reply};
use crate::roles::{error, read_id, wire_id};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};
use crate::units::{self, unit_id};

/// The object id of a role, which is not that of its template.
pub(crate) fn object_id(call: &Call, role: RoleId) -> RoleId {
    call.service.role_object_id(role)
}

/// The role with this object id.
fn by_object_id(call: &Call, id: &str) -> Option<&'static BuiltInRole> {
    call.service.role_of_object(id.parse().ok()?)?.built_in()
}

/// The role that the path names, by its object id or by `roleTemplateId`. To know it takes permission first.
async fn role_in_path(call: &Call) -> Result<&'static BuiltInRole, GraphError> {
    let activated = activated(call).await?;
    let role = match call.alternate_key(0, "roleTemplateId") {
        Some(template) => template.parse().ok().and_then(RoleId::built_in),
        None => by_object_id(call, call.key(0)),
    };
    role.filter(|role| activated.contains(&role.id))
        .ok_or_else(|| call.words.not_found(call.key(0)))
}

async fn activated(call: &Call) -> Result<Vec<RoleId>, GraphError> {
    call.service
        .list_activated_roles(&call.caller)
        .await
        .map_err(|refused| error(call, &refused))
}

/// The declared properties of a role in this form.
pub(crate) const ROLE: ObjectType = ObjectType {
    name: "microsoft.graph.directoryRole",
    properties: &[
        "deletedDateTime",
        "description",
        "displayName",
        "id",
        "roleTemplateId",
    ],
    default: &[
        "id",
        "deletedDateTime",
        "description",
        "displayName",
        "roleTemplateId",
    ],
};

/// A property of the role with this object id.
pub(crate) fn role_property(id: &str, role: &BuiltInRole, name: &str) -> Option<Value> {
    Some(match name {
        "description" => role.description.into(),
        "displayName" => role.name.into(),
        "id" => id.into(),
        "roleTemplateId" => role.id.to_string().into(),
        _ => return None,
    })
}

fn role_body(call: &Call, role: &BuiltInRole, selection: &Selection) -> Map<String, Value> {
    let id = object_id(call, role.id).to_string();
    selection.render(&ROLE, |name| role_property(&id, role, name))
}

fn matches_filter(filter: &Filter, role: &BuiltInRole) -> Result<bool, GraphError> {
    if let Filter::Compare(property, Operator::Eq, Literal::Text(value)) = filter {
        match &*property.to_ascii_lowercase() {
            "displayname" => return Ok(role.name.to_lowercase() == value.to_lowercase()),
            "roletemplateid" => return Ok(role.id.to_string().eq_ignore_ascii_case(value)),
            _ => {}
        }
    }
    Err(filter::unsupported(filter, "DirectoryRole"))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &ROLE)?;
    call.query.only(&["filter", "select"])?;
    let filter = call.query.get("filter").map(Filter::parse).transpose()?;
    let activated = activated(call).await?;
    let mut bodies = Vec::new();
    for role in BUILT_IN_ROLES.iter().filter(|role| activated.contains(&role.id)) {
        if filter
            .as_ref()
            .map_or(Ok(true), |filter| matches_filter(filter, role))?
        {
            bodies.push(role_body(call, role, &selection));
        }
    }
    Reply::list(
        call,
        &selection.context("directoryRoles"),
        &bodies,
        &ListFacts::default(),
    )
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &ROLE)?;
    call.query.only(&["select"])?;
    let role = role_in_path(call).await?;
    let context = format!("{}/$entity", selection.context("directoryRoles"));
    Reply::entity(call, &context, &role_body(call, role, &selection))
}

pub(crate) async fn activate(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("directoryRole")?;
    let template = body.text("roleTemplateId")?.ok_or_else(|| {
        call.words
            .bad_request("Property roleTemplateId value is required but is empty or missing.")
    })?;
    body.finish_read_only(&["id", "deletedDateTime", "description", "displayName"])?;
    let role = template.parse().unwrap_or(RoleId::from_bytes([0; 16]));
    call.service
        .activate_role(&call.caller, &call.info, role)
        .await
        .map_err(|refused| error(call, &refused))?;
    let role = role.built_in().ok_or_else(|| call.words.not_found(&template))?;
    let location = call.url(&format!("directoryRoles/{}", object_id(call, role.id)));
    let body = role_body(call, role, &Selection::of_names(None, &ROLE)?);
    Ok(Reply::entity(call, "directoryRoles/$entity", &body)?.created(Some(location)))
}

const TEMPLATE: ObjectType = ObjectType::whole(
    "microsoft.graph.directoryRoleTemplate",
    &["id", "deletedDateTime", "description", "displayName"],
);

fn template_body(role: &BuiltInRole, selection: &Selection) -> Map<String, Value> {
    let id = role.id.to_string();
    selection.render(&TEMPLATE, |name| role_property(&id, role, name))
}

pub(crate) async fn list_templates(call: &Call) -> Outcome {
    let selection = Selection::of(call, &TEMPLATE)?;
    call.query.only(&["select"])?;
    call.service
        .may_read_roles(&call.caller)
        .map_err(|_| call.words.denied())?;
    let bodies: Vec<_> = BUILT_IN_ROLES
        .iter()
        .map(|role| template_body(role, &selection))
        .collect();
    Reply::list(
        call,
        &selection.context("directoryRoleTemplates"),
        &bodies,
        &ListFacts::default(),
    )
}

pub(crate) async fn show_template(call: &Call) -> Outcome {
    let selection = Selection::of(call, &TEMPLATE)?;
    call.query.only(&["select"])?;
    call.service
        .may_read_roles(&call.caller)
        .map_err(|_| call.words.denied())?;
    let id: RoleId = call.id(0)?;
    let role = id.built_in().ok_or_else(|| call.words.not_found(call.key(0)))?;
    let context = format!("{}/$entity", selection.context("directoryRoleTemplates"));
    Reply::entity(call, &context, &template_body(role, &selection))
}

async fn assignments(call: &Call, filter: &RoleAssignmentFilter) -> Result<Vec<RoleAssignment>, GraphError> {
    call.service
        .list_role_assignments(&call.caller, filter)
        .await
        .map_err(|refused| error(call, &refused))
}

/// Who holds the role for the tenant, of a kind or all; each is in the answer, without paging (Graph contract 3.1).
async fn holders(call: &Call, kind: Option<&str>) -> Result<Vec<MemberView>, GraphError> {
    let filter = RoleAssignmentFilter {
        role: Some(role_in_path(call).await?.id),
        scope: Some(RoleScope::Tenant),
        principal: None,
    };
    let mut views: Vec<MemberView> = Vec::new();
    for held in assignments(call, &filter).await? {
        views.extend(holder(call, &held).await?);
    }
    members::keep(&mut views, kind);
    Ok(views)
}

async fn holder(call: &Call, held: &RoleAssignment) -> Result<Option<MemberView>, GraphError> {
    let found = call.service.show_role_holder(&call.caller, held.principal).await;
    found.map_err(|refused| error(call, &refused))
}

pub(crate) async fn list_members(call: &Call) -> Outcome {
    call.refuse_search()?;
    call.query.only(&["count", "select"])?;
    let views = holders(call, members::cast_in_path(call)?).await?;
    let counted = call.query.count()? && call.eventual;
    let facts = ListFacts {
        count: counted.then_some(i64::try_from(views.len()).unwrap_or(i64::MAX)),
        ..ListFacts::default()
    };
    members::list(call, &views, &facts)
}

pub(crate) async fn count_members(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let views = holders(call, members::cast_in_path(call)?).await?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(i64::try_from(views.len()).unwrap_or(i64::MAX)))
}

pub(crate) async fn list_member_references(call: &Call) -> Outcome {
    call.query.only(&[])?;
    members::references(call, &holders(call, None).await?, &ListFacts::default())
}

pub(crate) async fn add_member(call: &Call) -> Outcome {
    let object = members::reference_in_body(call)?;
    let role = role_in_path(call).await?;
    call.service
        .assign_role(&call.caller, &call.info, role.id, object.into(), RoleScope::Tenant)
        .await
        .map_err(|refused| match refused {
            RoleError::AlreadyAssigned => call.words.bad_request(
                "One or more added object references already exist for the following modified properties: 'members'.",
            ),
            other => error(call, &other),
        })?;
    Ok(Reply::no_content())
}

pub(crate) async fn remove_member(call: &Call) -> Outcome {
    let address = members::named_object(call)?;
    let role = role_in_path(call).await?;
    let object = reference_id(address).unwrap_or(UserId::from_bytes([0; 16]));
    let filter = RoleAssignmentFilter {
        principal: Some(object.into()),
        role: Some(role.id),
        scope: Some(RoleScope::Tenant),
    };
    let held = assignments(call, &filter).await?;
    let held = held
        .first()
        .ok_or_else(|| call.words.not_found(&object.to_string()))?;
    call.service
        .unassign_role(&call.caller, &call.info, held.id)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

/// An assignment for a unit, as the older form writes it.
async fn scoped_body(call: &Call, held: &RoleAssignment) -> Result<Value, GraphError> {
    let holder = holder(call, held).await?;
    let mut who = json!({"id": held.principal.to_string(), "displayName": null});
    match (holder, who.as_object_mut()) {
        (Some(MemberView::User(user, _)), Some(who)) => {
            who.insert("displayName".to_owned(), user.display_name.into());
            who.insert("userPrincipalName".to_owned(), user.upn.to_string().into());
        }
        (Some(MemberView::Group(group)), Some(who)) => {
            who.insert("displayName".to_owned(), group.properties.display_name.into());
        }
        (Some(MemberView::Principal(principal)), Some(who)) => {
            who.insert("displayName".to_owned(), principal.display_name().into());
        }
        _ => {}
    }
    let unit = match held.scope {
        RoleScope::Unit(unit) => unit.to_string(),
        RoleScope::Tenant => String::new(),
    };
    Ok(json!({
        "id": wire_id(held.id),
        "roleId": object_id(call, held.role).to_string(),
        "administrativeUnitId": unit,
        "roleMemberInfo": who,
    }))
}

async fn scoped_list(call: &Call, held: &[RoleAssignment]) -> Outcome {
    let mut bodies = Vec::new();
    for one in held.iter().filter(|one| one.scope != RoleScope::Tenant) {
        bodies.push(scoped_body(call, one).await?);
    }
    Reply::list(call, "scopedRoleMemberships", &bodies, &ListFacts::default())
}

pub(crate) async fn list_scoped_members(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let filter = RoleAssignmentFilter {
        role: Some(role_in_path(call).await?.id),
        ..RoleAssignmentFilter::default()
    };
    scoped_list(call, &assignments(call, &filter).await?).await
}

pub(crate) async fn list_unit_roles(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let filter = RoleAssignmentFilter {
        scope: Some(RoleScope::Unit(unit_id(call))),
        ..RoleAssignmentFilter::default()
    };
    let held = assignments(call, &filter).await?;
    call.service
        .check_unit(&call.caller, unit_id(call))
        .await
        .map_err(|refused| units::error(call, &refused))?;
    scoped_list(call, &held).await
}

/// The assignment that the path names, if it is one for the unit in the path.
async fn unit_role(call: &Call) -> Result<RoleAssignment, GraphError> {
    let held = call
        .service
        .show_role_assignment(&call.caller, read_id(call.key(1)))
        .await
        .map_err(|refused| match refused {
            RoleError::NoSuchAssignment => call.words.not_found(call.key(1)),
            other => error(call, &other),
        })?;
    if held.scope == RoleScope::Unit(unit_id(call)) {
        Ok(held)
    } else {
        Err(call.words.not_found(call.key(1)))
    }
}

pub(crate) async fn show_unit_role(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let held = unit_role(call).await?;
    Reply::entity(
        call,
        "scopedRoleMemberships/$entity",
        &scoped_body(call, &held).await?,
    )
}

pub(crate) async fn add_unit_role(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("scopedRoleMembership")?;
    let role = body.text("roleId")?;
    // Names may stand beside the id, which decides.
    let info = body.object("roleMemberInfo")?;
    let id = |mut info: Object| {
        info.check_type("identity")?;
        info.text("id")
    };
    let member = info.map(id).transpose()?.flatten();
    body.finish_read_only(&["id", "administrativeUnitId"])?;
    let required = |value: Option<String>, property| {
        value.ok_or_else(|| {
            call.words.bad_request(format!(
                "Property {property} value is required but is empty or missing."
            ))
        })
    };
    let (role, member) = (required(role, "roleId")?, required(member, "roleMemberInfo")?);
    // What is no id is nobody's; to know that takes permission first.
    let role = by_object_id(call, &role).map_or_else(
        || role.parse().unwrap_or(RoleId::from_bytes([0; 16])),
        |role| role.id,
    );
    let principal = member.parse().unwrap_or(PrincipalId::from_bytes([0; 16]));
    let scope = RoleScope::Unit(unit_id(call));
    let given = call
        .service
        .assign_role(&call.caller, &call.info, role, principal, scope)
        .await
        .map_err(|refused| error(call, &refused))?;
    let path = format!(
        "directory/administrativeUnits/{}/scopedRoleMembers/{}",
        unit_id(call),
        wire_id(given.id)
    );
    let body = scoped_body(call, &given).await?;
    Ok(Reply::entity(call, "scopedRoleMemberships/$entity", &body)?.created(Some(call.url(&path))))
}

pub(crate) async fn remove_unit_role(call: &Call) -> Outcome {
    call.service
        .may_assign_roles(&call.caller)
        .map_err(|_| call.words.denied())?;
    let held = unit_role(call).await?;
    call.service
        .unassign_role(&call.caller, &call.info, held.id)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
