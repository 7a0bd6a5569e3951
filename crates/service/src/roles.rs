//! Directory roles: who holds which, giving and taking them, for the tenant or for an administrative unit.
//!
//! Graph contract 9.1 and 9.2.

use latchkey_domain::{
    Action, Activity, AuditEvent, AuditTarget, Caller, Denied, GroupId, Permit, PrincipalId, RoleAssignment,
    RoleAssignmentId, RoleId, RoleScope, TargetKind, TenantId, UNIT_ROLES, UnitId, may,
};
use latchkey_store::{Reader, RoleAssignmentFilter, StoreError, Writer};

use crate::member_view::{ObjectSight, directory_object};
use crate::trail::{Trail, relation, unit_target};
use crate::{AccessError, Fault, MemberView, RequestInfo, Service};

/// Why roles were not shown, given or taken. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such role.
    #[error("no such role: {0}")]
    NoSuchRole(RoleId),
    /// No such administrative unit to give a role for.
    #[error("no such administrative unit: {0}")]
    NoSuchUnit(UnitId),
    /// The role does nothing for a unit.
    #[error("The given built-in role is not supported to be assigned to a single resource scope.")]
    NotForUnits,
    /// The older form shows the role already.
    #[error(
        "A conflicting object with one or more of the specified property values is present in the directory."
    )]
    AlreadyActivated,
    /// Nobody of that id to give a role to.
    #[error("no such principal")]
    NoSuchPrincipal(PrincipalId),
    /// The group was not made to hold roles.
    #[error("Roles can be given to groups whose isAssignableToRole is true only.")]
    GroupNotAssignable,
    /// No such assignment.
    #[error("no such role assignment")]
    NoSuchAssignment,
    /// The principal holds the role already.
    #[error(
        "A conflicting object with one or more of the specified property values is present in the directory."
    )]
    AlreadyAssigned,
    /// Without this assignment nobody could administer the tenant.
    #[error("The last assignment of the Global Administrator role cannot be removed.")]
    LastAdministrator,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RoleError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::AlreadyAssigned,
            other => Self::Fault(other.into()),
        }
    }
}

impl From<AccessError> for RoleError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::NoSuchAssignment,
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// Whether the caller may see roles.
    ///
    /// # Errors
    /// [`Denied`]
    pub fn may_read_roles(&self, caller: &Caller) -> Result<(), Denied> {
        may(caller, Action::ReadRoles, None).map(drop)
    }

    /// Whether the caller may give and take roles.
    ///
    /// # Errors
    /// [`Denied`]
    pub fn may_assign_roles(&self, caller: &Caller) -> Result<(), Denied> {
        may(caller, Action::AssignRole, None).map(drop)
    }

    /// Who holds a role, as it may be shown to whoever sees roles. None: they are gone.
    ///
    /// # Errors
    /// [`RoleError::Denied`], [`RoleError::Fault`]
    pub async fn show_role_holder(
        &self,
        caller: &Caller,
        holder: PrincipalId,
    ) -> Result<Option<MemberView>, RoleError> {
        may(caller, Action::ReadRoles, None)?;
        let mut reader = self.store.read().await?;
        Ok(ObjectSight::of(caller).view_of(&mut reader, holder).await?)
    }

    /// The role assignments that fit the filter.
    ///
    /// # Errors
    /// [`RoleError::Denied`], [`RoleError::Fault`]
    pub async fn list_role_assignments(
        &self,
        caller: &Caller,
        filter: &RoleAssignmentFilter,
    ) -> Result<Vec<RoleAssignment>, RoleError> {
        may(caller, Action::ReadRoles, None)?;
        Ok(self.store.read().await?.role_assignments(filter).await?)
    }

    /// One role assignment.
    ///
    /// # Errors
    /// [`RoleError::Denied`], [`RoleError::NoSuchAssignment`], [`RoleError::Fault`]
    pub async fn show_role_assignment(
        &self,
        caller: &Caller,
        id: RoleAssignmentId,
    ) -> Result<RoleAssignment, RoleError> {
        may(caller, Action::ReadRoles, None)?;
        self.store
            .read()
            .await?
            .role_assignment(id)
            .await?
            .ok_or(RoleError::NoSuchAssignment)
    }

    /// Gives a person, an application or a role-assignable group a role; of a group, its direct members hold it.
    ///
    /// # Errors
    /// [`RoleError`]; a refusal for lack of permission is in the audit log.
    pub async fn assign_role(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        role: RoleId,
        principal: PrincipalId,
        scope: RoleScope,
    ) -> Result<RoleAssignment, RoleError> {
        let trail = self.trail(caller, info);
        let activity = giving(scope);
        let targets = vec![role_target(role)];
        let permit = self
            .permit_or_record(caller, &trail, Action::AssignRole, activity, targets)
            .await?;
        role.built_in().ok_or(RoleError::NoSuchRole(role))?;
        if matches!(scope, RoleScope::Unit(_)) && !UNIT_ROLES.contains(&role) {
            return Err(RoleError::NotForUnits);
        }
        let assignment = RoleAssignment {
            id: RoleAssignmentId::from_bytes(self.random_id()),
            role,
            principal,
            scope,
            created_at: trail.at,
        };
        let tenant = self.tenant.id;
        self.store
            .write_with(
                (permit, trail, assignment),
                move |writer, (permit, trail, assignment)| {
                    Box::pin(async move {
                        let (principal, role) = (assignment.principal, assignment.role);
                        let found = directory_object(writer, principal).await?;
                        let (_, target) = found.ok_or(RoleError::NoSuchPrincipal(principal))?;
                        let target = relation(target, &role_words(tenant, role), true);
                        check_group(writer, principal).await?;
                        let mut targets = vec![target, role_target(role)];
                        targets.extend(scope_target(writer, assignment.scope).await?);
                        let event = trail.done(giving(assignment.scope), "", targets);
                        writer.insert_role_assignment(permit, assignment, &event).await?;
                        Ok(assignment.clone())
                    })
                },
            )
            .await
    }

    /// Takes a role away; the last Global Administrator keeps theirs.
    ///
    /// # Errors
    /// [`RoleError`]; a refusal for lack of permission is in the audit log.
    pub async fn unassign_role(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: RoleAssignmentId,
    ) -> Result<(), RoleError> {
        let trail = self.trail(caller, info);
        let activity = Activity::RemoveMemberFromRole;
        let permit = self
            .permit_or_record(caller, &trail, Action::AssignRole, activity, Vec::new())
            .await?;
        self.store
            .write_with((permit, trail, id), |writer, (permit, trail, id)| {
                Box::pin(async move {
                    let held = writer
                        .role_assignment(*id)
                        .await?
                        .ok_or(RoleError::NoSuchAssignment)?;
                    let before = administrators(writer).await?;
                    let event = removal(writer, trail, &held).await?;
                    writer.delete_role_assignment(permit, *id, &event).await?;
                    if lost_last_administrator(writer, before).await? {
                        return Err(RoleError::LastAdministrator);
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The roles that the older form shows (Graph contract 9.2): those that were activated, or ever given.
    ///
    /// # Errors
    /// [`RoleError::Denied`], [`RoleError::Fault`]
    pub async fn list_activated_roles(&self, caller: &Caller) -> Result<Vec<RoleId>, RoleError> {
        may(caller, Action::ReadRoles, None)?;
        Ok(self.store.read().await?.activated_roles().await?)
    }

    /// The object id of a role in the older form: its template id and the tenant's mixed, so that it differs from both
    /// and stays the same.
    pub fn role_object_id(&self, role: RoleId) -> RoleId {
        mixed(self.tenant.id, role)
    }

    /// The role with this object id.
    pub fn role_of_object(&self, id: RoleId) -> Option<RoleId> {
        by_object_id(self.tenant.id, id)
    }

    /// Lets the older form show a role.
    ///
    /// # Errors
    /// [`RoleError`]; a refusal for lack of permission is in the audit log.
    pub async fn activate_role(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        role: RoleId,
    ) -> Result<(), RoleError> {
        let trail = self.trail(caller, info);
        let activity = Activity::ActivateRole;
        let targets = vec![role_target(role)];
        let permit = self
            .permit_or_record(caller, &trail, Action::AssignRole, activity, targets)
            .await?;
        role.built_in().ok_or(RoleError::NoSuchRole(role))?;
        let event = trail.done(activity, "", vec![role_target(role)]);
        let activated = self
            .store
            .write_with((permit, role, event), |writer, (permit, role, event)| {
                Box::pin(async move { writer.activate_role(permit, *role, event).await })
            })
            .await?;
        if activated {
            Ok(())
        } else {
            Err(RoleError::AlreadyActivated)
        }
    }
}

fn mixed(tenant: TenantId, role: RoleId) -> RoleId {
    let mut id = *role.as_bytes();
    for (byte, other) in id.iter_mut().zip(tenant.as_bytes()) {
        *byte ^= other;
    }
    RoleId::from_bytes(id)
}

/// The role with this object id.
pub(crate) fn by_object_id(tenant: TenantId, id: RoleId) -> Option<RoleId> {
    // Mixing twice gives the template id back.
    mixed(tenant, id).built_in().map(|role| role.id)
}

/// The words for giving a role.
const fn giving(scope: RoleScope) -> Activity {
    match scope {
        RoleScope::Tenant => Activity::AddMemberToRole,
        RoleScope::Unit(_) => Activity::AddScopedMemberToRole,
    }
}

/// The unit that a role is given for.
async fn scope_target(reader: &mut Reader, scope: RoleScope) -> Result<Option<AuditTarget>, RoleError> {
    match scope {
        RoleScope::Tenant => Ok(None),
        RoleScope::Unit(id) => {
            let unit = reader.unit(id).await?.ok_or(RoleError::NoSuchUnit(id))?;
            Ok(Some(unit_target(&unit)))
        }
    }
}

/// A role as the log's detection rules look for it beside who got or lost it, in Entra's order.
pub(crate) fn role_words(tenant: TenantId, role: RoleId) -> Vec<(&'static str, String)> {
    let name = role.built_in().map_or("", |role| role.name);
    let mut words = vec![
        ("Role.ObjectID", mixed(tenant, role).to_string()),
        ("Role.DisplayName", name.to_owned()),
        ("Role.TemplateId", role.to_string()),
    ];
    let well_known = match role {
        RoleId::GLOBAL_ADMINISTRATOR => "TenantAdmins",
        RoleId::PRIVILEGED_ROLE_ADMINISTRATOR => "PrivilegedRoleAdmins",
        RoleId::USER_ADMINISTRATOR => "UserAccountAdmins",
        _ => return words,
    };
    words.push(("Role.WellKnownObjectName", well_known.to_owned()));
    words
}

/// Who may add members to any other group would give roles by it.
async fn check_group(reader: &mut Reader, principal: PrincipalId) -> Result<(), RoleError> {
    let group = reader.group(GroupId::from_bytes(*principal.as_bytes())).await?;
    if group.is_some_and(|group| !group.properties.role_assignable) {
        return Err(RoleError::GroupNotAssignable);
    }
    Ok(())
}

/// The record of taking a role away.
async fn removal(
    reader: &mut Reader,
    trail: &Trail,
    held: &RoleAssignment,
) -> Result<AuditEvent, StoreError> {
    let tenant = reader.tenant().await?.map(|tenant| tenant.id);
    let words = tenant
        .map(|tenant| role_words(tenant, held.role))
        .unwrap_or_default();
    let found = directory_object(reader, held.principal).await?;
    let target = found.map(|(_, target)| relation(target, &words, false));
    let (activity, unit) = match held.scope {
        RoleScope::Tenant => (Activity::RemoveMemberFromRole, None),
        RoleScope::Unit(unit) => (Activity::RemoveScopedMemberFromRole, reader.unit(unit).await?),
    };
    let unit = unit.as_ref().map(unit_target);
    let targets = target.into_iter().chain([role_target(held.role)]).chain(unit);
    Ok(trail.done(activity, "", targets.collect()))
}

/// Takes away the roles that fit, each with its record, since who holds them or what they are for is being deleted.
pub(crate) async fn take_roles(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    filter: &RoleAssignmentFilter,
) -> Result<(), StoreError> {
    for held in writer.role_assignments(filter).await? {
        let event = removal(writer, trail, &held).await?;
        writer.delete_role_assignment(permit, held.id, &event).await?;
    }
    Ok(())
}

/// As [`take_roles`], all that this principal holds.
pub(crate) async fn take_roles_of(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    principal: PrincipalId,
) -> Result<(), StoreError> {
    let filter = RoleAssignmentFilter {
        principal: Some(principal),
        ..RoleAssignmentFilter::default()
    };
    take_roles(writer, permit, trail, &filter).await
}

/// How many people could repair everything. Only people count: an application may hold the role, but can't be signed
/// in with.
pub(crate) async fn administrators(reader: &mut Reader) -> Result<i64, StoreError> {
    reader.count_role_holders(RoleId::GLOBAL_ADMINISTRATOR).await
}

/// Whether a change has left nobody of these.
pub(crate) async fn lost_last_administrator(reader: &mut Reader, before: i64) -> Result<bool, StoreError> {
    Ok(before > 0 && administrators(reader).await? == 0)
}

fn role_target(role: RoleId) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::Role,
        id: role.to_string(),
        display_name: role.built_in().map(|role| role.name.to_owned()),
        upn: None,
        modified: Vec::new(),
    }
}
