//! Directory roles: who holds which, giving and taking them.
//!
//! Graph contract 9.1.

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Denied, PrincipalId, RoleAssignment, RoleAssignmentId, RoleId,
    TargetKind, UserId, may,
};
use latchkey_store::{Reader, StoreError};

use crate::trail::user_target;
use crate::{AccessError, Fault, RequestInfo, Service};

/// Why roles were not shown, given or taken. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such role.
    #[error("no such role: {0}")]
    NoSuchRole(RoleId),
    /// Nobody of that id to give a role to.
    #[error("no such principal")]
    NoSuchPrincipal(PrincipalId),
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

    /// The role assignments, those of one principal or of one role if so asked.
    ///
    /// # Errors
    /// [`RoleError::Denied`], [`RoleError::Fault`]
    pub async fn list_role_assignments(
        &self,
        caller: &Caller,
        principal: Option<PrincipalId>,
        role: Option<RoleId>,
    ) -> Result<Vec<RoleAssignment>, RoleError> {
        may(caller, Action::ReadRoles, None)?;
        Ok(self.store.read().await?.role_assignments(principal, role).await?)
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

    /// Gives a person a role for the whole tenant.
    ///
    /// # Errors
    /// [`RoleError`]; a refusal for lack of permission is in the audit log.
    pub async fn assign_role(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        role: RoleId,
        principal: PrincipalId,
    ) -> Result<RoleAssignment, RoleError> {
        let trail = self.trail(caller, info);
        let activity = Activity::AddMemberToRole;
        let targets = vec![role_target(role)];
        let permit = self
            .permit_or_record(caller, &trail, Action::AssignRole, activity, targets)
            .await?;
        role.built_in().ok_or(RoleError::NoSuchRole(role))?;
        let assignment = RoleAssignment {
            id: RoleAssignmentId::from_bytes(self.random_id()),
            role,
            principal,
            created_at: trail.at,
        };
        self.store
            .write_with(
                (permit, trail, assignment),
                |writer, (permit, trail, assignment)| {
                    Box::pin(async move {
                        let (principal, role) = (assignment.principal, assignment.role);
                        let target = principal_target(writer, principal)
                            .await?
                            .ok_or(RoleError::NoSuchPrincipal(principal))?;
                        let event =
                            trail.done(Activity::AddMemberToRole, "", vec![target, role_target(role)]);
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
                    let target = principal_target(writer, held.principal).await?;
                    // Only people count: an application may hold the role, but can't be signed in with.
                    let global = RoleId::GLOBAL_ADMINISTRATOR;
                    if held.role == global
                        && is_enabled_person(writer, held.principal).await?
                        && writer.count_role_holders(global).await? <= 1
                    {
                        return Err(RoleError::LastAdministrator);
                    }
                    let targets = target.into_iter().chain([role_target(held.role)]).collect();
                    let event = trail.done(Activity::RemoveMemberFromRole, "", targets);
                    writer.delete_role_assignment(permit, *id, &event).await?;
                    Ok(())
                })
            })
            .await
    }
}

async fn principal_target(
    reader: &mut Reader,
    principal: PrincipalId,
) -> Result<Option<AuditTarget>, StoreError> {
    let user = reader
        .user_by_id(UserId::from_bytes(*principal.as_bytes()))
        .await?;
    Ok(user.as_ref().map(user_target))
}

/// Whether the principal is a person who may sign in.
async fn is_enabled_person(reader: &mut Reader, principal: PrincipalId) -> Result<bool, StoreError> {
    let user = reader
        .user_by_id(UserId::from_bytes(*principal.as_bytes()))
        .await?;
    Ok(user.is_some_and(|user| user.account_enabled))
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
