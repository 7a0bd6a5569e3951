//! `roleManagement/directory` (Graph contract 9.1): built-in roles and their assignments for the tenant.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use latchkey_domain::{
    BUILT_IN_ROLES, BuiltInRole, PrincipalId, RoleAssignment, RoleAssignmentId, RoleId, RoleScope, UnitId,
};
use latchkey_service::{Container, RoleError};
use latchkey_store::RoleAssignmentFilter;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};
use crate::memberships;
use crate::mixed::Mixed;
use crate::path::Version;
use crate::reply::{ListFacts, Reply, page_of_all};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

pub(crate) fn error(call: &Call, error: &RoleError) -> GraphError {
    let words = call.words;
    match error {
        RoleError::Denied(_) => words.denied(),
        RoleError::NoSuchRole(role) => words.not_found(&role.to_string()),
        RoleError::NoSuchPrincipal(principal) => words.not_found(&principal.to_string()),
        RoleError::NoSuchAssignment => words.not_found(call.key(0)),
        RoleError::NoSuchUnit(unit) => words.not_found(&unit.to_string()),
        RoleError::AlreadyAssigned
        | RoleError::AlreadyActivated
        | RoleError::NotForUnits
        | RoleError::GroupNotAssignable
        | RoleError::LastAdministrator => words.bad_request(error.to_string()),
        RoleError::Fault(fault) => words.fault(fault),
    }
}

const DEFINITION: ObjectType = ObjectType::whole(
    "microsoft.graph.unifiedRoleDefinition",
    &[
        "id",
        "templateId",
        "displayName",
        "description",
        "isBuiltIn",
        "isEnabled",
        "resourceScopes[]",
        "rolePermissions[]",
        "version",
    ],
);

/// On beta a definition also says whether it is a powerful one.
const DEFINITION_BETA: ObjectType = ObjectType::whole(
    DEFINITION.name,
    &[
        "id",
        "templateId",
        "displayName",
        "description",
        "isBuiltIn",
        "isEnabled",
        "resourceScopes[]",
        "rolePermissions[]",
        "version",
        "isPrivileged",
    ],
);

const fn definition_type(call: &Call) -> &'static ObjectType {
    match call.version {
        Version::V1 => &DEFINITION,
        Version::Beta => &DEFINITION_BETA,
    }
}

fn definition(call: &Call, role: &BuiltInRole) -> Value {
    let actions = role.allowed_actions().iter();
    let actions: Vec<String> = actions
        .map(|action| format!("microsoft.directory/{action}"))
        .collect();
    let mut body = json!({
        "id": role.id.to_string(),
        "templateId": role.id.to_string(),
        "displayName": role.name,
        "description": role.description,
        "isBuiltIn": true,
        "isEnabled": true,
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": actions, "condition": null}],
        "version": "1",
    });
    if call.version == Version::Beta
        && let Some(members) = body.as_object_mut()
    {
        members.insert(
            "isPrivileged".to_owned(),
            (role.id == RoleId::GLOBAL_ADMINISTRATOR).into(),
        );
    }
    body
}

/// An assignment's id on the wire is opaque text, no GUID.
pub(crate) fn wire_id(id: RoleAssignmentId) -> String {
    format!("{}-1", BASE64_URL_SAFE_NO_PAD.encode(id.as_bytes()))
}

/// What is no id is nobody's; to know that takes permission first.
pub(crate) fn read_id(text: &str) -> RoleAssignmentId {
    let read = || {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.strip_suffix("-1")?).ok()?;
        Some(RoleAssignmentId::from_bytes(bytes.try_into().ok()?))
    };
    read().unwrap_or(RoleAssignmentId::from_bytes([0; 16]))
}

const UNIT_SCOPE: &str = "/administrativeUnits/";

/// `/`, or `/administrativeUnits/{id}`.
fn scope_text(scope: RoleScope) -> String {
    match scope {
        RoleScope::Tenant => "/".to_owned(),
        RoleScope::Unit(unit) => format!("{UNIT_SCOPE}{unit}"),
    }
}

/// A scope as [`scope_text`] writes it. None: roles can't be given for that.
fn read_scope(text: &str) -> Option<RoleScope> {
    if text == "/" {
        return Some(RoleScope::Tenant);
    }
    let (start, id) = text.split_at_checked(UNIT_SCOPE.len())?;
    let is_unit = start.eq_ignore_ascii_case(UNIT_SCOPE);
    // What is no id is no unit; to know that takes permission first.
    is_unit.then(|| RoleScope::Unit(id.parse().unwrap_or(UnitId::from_bytes([0; 16]))))
}

const ASSIGNMENT: ObjectType = ObjectType::whole(
    "microsoft.graph.unifiedRoleAssignment",
    &[
        "id",
        "roleDefinitionId",
        "principalId",
        "directoryScopeId",
        "principalOrganizationId",
    ],
);

/// On beta an assignment names its scope under a second name.
const ASSIGNMENT_BETA: ObjectType = ObjectType::whole(
    ASSIGNMENT.name,
    &[
        "id",
        "roleDefinitionId",
        "principalId",
        "directoryScopeId",
        "principalOrganizationId",
        "resourceScope",
    ],
);

const fn assignment_type(call: &Call) -> &'static ObjectType {
    match call.version {
        Version::V1 => &ASSIGNMENT,
        Version::Beta => &ASSIGNMENT_BETA,
    }
}

fn assignment(call: &Call, one: &RoleAssignment) -> Value {
    let mut body = json!({
        "id": wire_id(one.id),
        "roleDefinitionId": one.role.to_string(),
        "principalId": one.principal.to_string(),
        "directoryScopeId": scope_text(one.scope),
    });
    if let Some(members) = body.as_object_mut() {
        members.insert(
            "principalOrganizationId".to_owned(),
            call.service.tenant().id.to_string().into(),
        );
        if call.version == Version::Beta {
            members.insert("resourceScope".to_owned(), scope_text(one.scope).into());
        }
    }
    body
}

const DEFINITIONS: &str = "roleManagement/directory/roleDefinitions";
const ASSIGNMENTS: &str = "roleManagement/directory/roleAssignments";

pub(crate) async fn list_definitions(call: &Call) -> Outcome {
    let kind = definition_type(call);
    let selection = Selection::of(call, kind)?;
    call.query.only(&["filter", "select"])?;
    let filter = call.query.get("filter").map(Filter::parse).transpose()?;
    call.service
        .may_read_roles(&call.caller)
        .map_err(|_| call.words.denied())?;
    let mut roles = Vec::new();
    for role in BUILT_IN_ROLES {
        if filter
            .as_ref()
            .map_or(Ok(true), |filter| matches_role(filter, role))?
        {
            roles.push(selection.of_whole(kind, definition(call, role)));
        }
    }
    Reply::list(
        call,
        &selection.context(DEFINITIONS),
        &roles,
        &ListFacts::default(),
    )
}

fn matches_role(filter: &Filter, role: &BuiltInRole) -> Result<bool, GraphError> {
    let name = role.name.to_lowercase();
    match filter {
        Filter::Compare(property, Operator::Eq, literal) => {
            match (&*property.to_ascii_lowercase(), literal) {
                ("displayname", Literal::Text(value)) => Ok(name == value.to_lowercase()),
                ("id" | "templateid", Literal::Text(value)) => {
                    Ok(value.eq_ignore_ascii_case(&role.id.to_string()))
                }
                ("isbuiltin", Literal::Bool(value)) => Ok(*value),
                _ => Err(filter::unsupported(filter, "UnifiedRoleDefinition")),
            }
        }
        Filter::Function(function, property, value)
            if function == "startswith" && property.eq_ignore_ascii_case("displayName") =>
        {
            Ok(name.starts_with(&value.to_lowercase()))
        }
        _ => Err(filter::unsupported(filter, "UnifiedRoleDefinition")),
    }
}

pub(crate) async fn show_definition(call: &Call) -> Outcome {
    let kind = definition_type(call);
    let selection = Selection::of(call, kind)?;
    call.query.only(&["select"])?;
    call.service
        .may_read_roles(&call.caller)
        .map_err(|_| call.words.denied())?;
    let id: RoleId = call.id(0)?;
    let role = id.built_in().ok_or_else(|| call.words.not_found(call.key(0)))?;
    let context = format!("{}/$entity", selection.context(DEFINITIONS));
    Reply::entity(call, &context, &selection.of_whole(kind, definition(call, role)))
}

/// The permission matrix is fixed, so that there are no custom roles.
pub(crate) async fn create_definition(call: &Call) -> Outcome {
    check_may_define(call)?;
    Err(call
        .words
        .bad_request("Custom roles can't be made here: there are the built-in ones only."))
}

/// Changing or deleting one.
pub(crate) async fn change_definition(call: &Call) -> Outcome {
    check_may_define(call)?;
    let id: RoleId = call.id(0)?;
    id.built_in().ok_or_else(|| call.words.not_found(call.key(0)))?;
    Err(call
        .words
        .bad_request("Built-in roles can't be changed or deleted."))
}

fn check_may_define(call: &Call) -> Result<(), GraphError> {
    let may = call.service.may_assign_roles(&call.caller);
    may.map_err(|_| call.words.denied())
}

/// What `$expand` puts beside an assignment, one at a time (Graph contract 3.1).
#[derive(Clone, Copy)]
enum Related {
    Principal,
    Definition,
    Scope,
}

impl Related {
    const ALL: [(&'static str, Self); 3] = [
        ("principal", Self::Principal),
        ("roleDefinition", Self::Definition),
        ("directoryScope", Self::Scope),
    ];

    fn of(call: &Call) -> Result<Option<(&'static str, Self)>, GraphError> {
        let Some(text) = call.query.get("expand") else {
            return Ok(None);
        };
        let found = Self::ALL
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(Some).ok_or_else(|| {
            GraphError::unsupported_query(
                "The query option '$expand' takes one of principal, roleDefinition, directoryScope here, without options.",
            )
        })
    }

    /// The object, of which the id alone where the caller may not see it; null where there is none.
    async fn value(self, call: &Call, one: &RoleAssignment) -> Result<Value, GraphError> {
        let (service, caller) = (&call.service, &call.caller);
        let mixed = Mixed::with(call, None)?;
        Ok(match (self, one.scope) {
            (Self::Principal, _) => {
                let found = service.show_role_holder(caller, one.principal).await;
                let found = found.map_err(|refused| error(call, &refused))?;
                found.map_or(Value::Null, |holder| mixed.member(&holder).into())
            }
            (Self::Scope, RoleScope::Unit(unit)) => {
                let found = service.show_containers(caller, &[Container::Unit(unit)]).await;
                let found = found.map_err(|refused| memberships::error(call, &refused))?;
                let unit = found.first();
                unit.map_or(Value::Null, |unit| mixed.container(unit).into())
            }
            (Self::Scope, RoleScope::Tenant) => Value::Null,
            (Self::Definition, _) => {
                let role = one.role.built_in();
                role.map_or(Value::Null, |role| definition(call, role))
            }
        })
    }
}

/// The assignment as it was selected, with what `$expand` asks for.
async fn expanded(
    call: &Call,
    one: &RoleAssignment,
    selection: &Selection,
    related: Option<(&'static str, Related)>,
) -> Result<Value, GraphError> {
    let mut body = selection.of_whole(assignment_type(call), assignment(call, one));
    if let (Some((name, related)), Some(members)) = (related, body.as_object_mut()) {
        members.insert(name.to_owned(), related.value(call, one).await?);
    }
    Ok(body)
}

pub(crate) async fn list_assignments(call: &Call) -> Outcome {
    let selection = Selection::of(call, assignment_type(call))?;
    call.query
        .only(&["count", "expand", "filter", "select", "skiptoken", "top"])?;
    let related = Related::of(call)?;
    let mut wanted = RoleAssignmentFilter::default();
    let filter = call.query.get("filter").map(Filter::parse).transpose()?;
    for condition in filter.map(Filter::conjuncts).unwrap_or_default() {
        let unsupported = || filter::unsupported(&condition, "UnifiedRoleAssignment");
        let Filter::Compare(property, Operator::Eq, Literal::Text(value)) = &condition else {
            return Err(unsupported());
        };
        let bad_id = |_| GraphError::gateway(format!("Invalid filter clause: '{value}' is no id."));
        match &*property.to_ascii_lowercase() {
            "principalid" if wanted.principal.is_none() => {
                wanted.principal = Some(value.parse::<PrincipalId>().map_err(bad_id)?);
            }
            "roledefinitionid" if wanted.role.is_none() => {
                wanted.role = Some(value.parse::<RoleId>().map_err(bad_id)?);
            }
            "directoryscopeid" if wanted.scope.is_none() => {
                wanted.scope = Some(read_scope(value).ok_or_else(unsupported)?);
            }
            _ => return Err(unsupported()),
        }
    }
    let mut found = call
        .service
        .list_role_assignments(&call.caller, &wanted)
        .await
        .map_err(|refused| error(call, &refused))?;
    let facts = page_of_all(call, ASSIGNMENTS, "role assignments", &mut found, |one| {
        wire_id(one.id)
    })?;
    let mut bodies = Vec::new();
    for one in &found {
        bodies.push(expanded(call, one, &selection, related).await?);
    }
    Reply::list(call, &selection.context(ASSIGNMENTS), &bodies, &facts)
}

pub(crate) async fn show_assignment(call: &Call) -> Outcome {
    let selection = Selection::of(call, assignment_type(call))?;
    call.query.only(&["expand", "select"])?;
    let related = Related::of(call)?;
    let found = call
        .service
        .show_role_assignment(&call.caller, read_id(call.key(0)))
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = expanded(call, &found, &selection, related).await?;
    let context = format!("{}/$entity", selection.context(ASSIGNMENTS));
    Reply::entity(call, &context, &body)
}

pub(crate) async fn create_assignment(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("unifiedRoleAssignment")?;
    let role = body.text("roleDefinitionId")?;
    let principal = body.text("principalId")?;
    let scope = body.text("directoryScopeId")?;
    body.finish_read_only(&[
        "id",
        "principalOrganizationId",
        "resourceScope",
        "appScopeId",
        "condition",
    ])?;
    let required = |value: Option<String>, property| {
        value.filter(|text| !text.is_empty()).ok_or_else(|| {
            call.words.bad_request(format!(
                "Property {property} value is required but is empty or missing."
            ))
        })
    };
    let (role, principal) = (
        required(role, "roleDefinitionId")?,
        required(principal, "principalId")?,
    );
    let scope = required(scope, "directoryScopeId")?;
    let scope = read_scope(&scope).ok_or_else(|| {
        let message = "Roles can be given for the tenant or an administrative unit: directoryScopeId must be '/' or \
            '/administrativeUnits/{id}'.";
        call.words.bad_request(message).with_target("directoryScopeId")
    })?;
    // What is no id is nobody's; to know that takes permission first.
    let role = role.parse().unwrap_or(RoleId::from_bytes([0; 16]));
    let principal = principal.parse().unwrap_or(PrincipalId::from_bytes([0; 16]));
    let given = call
        .service
        .assign_role(&call.caller, &call.info, role, principal, scope)
        .await
        .map_err(|refused| error(call, &refused))?;
    let location = call.url(&format!("{ASSIGNMENTS}/{}", wire_id(given.id)));
    Ok(
        Reply::entity(call, &format!("{ASSIGNMENTS}/$entity"), &assignment(call, &given))?
            .created(Some(location)),
    )
}

pub(crate) async fn delete_assignment(call: &Call) -> Outcome {
    call.service
        .unassign_role(&call.caller, &call.info, read_id(call.key(0)))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_back() {
        let unit = RoleScope::Unit(UnitId::from_bytes([7; 16]));
        assert_eq!(read_scope(&scope_text(unit)), Some(unit));
        assert_eq!(read_scope("/"), Some(RoleScope::Tenant));
        for wrong in ["", "x", "/users/1", "/administrativeUnit"] {
            assert_eq!(read_scope(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn assignment_ids_are_opaque_and_come_back() {
        let id = RoleAssignmentId::from_bytes([7; 16]);
        assert!(wire_id(id).ends_with("-1"));
        assert_eq!(read_id(&wire_id(id)), id);
        assert_eq!(read_id(&id.to_string()), RoleAssignmentId::from_bytes([0; 16]));
    }
}
