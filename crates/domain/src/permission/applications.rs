//! Who may change an application: whoever can give it a secret can act as it.

use super::role_lists::ROLE_GIVERS;
use super::{Action, Caller, Denied, Permit, may};
use crate::{PermissionSet, PrincipalId, RoleId, ServicePrincipalId};

/// What matters about the application that a change is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetApplication {
    /// Its service principal.
    pub service_principal: ServicePrincipalId,
    /// Who takes care of it: people and service principals.
    pub owners: Vec<PrincipalId>,
    /// Directory roles of its service principal, at whatever scope.
    pub roles: Vec<RoleId>,
    /// It is in a role-assignable group or owns one: it may get roles by that.
    pub in_role_assignable_group: bool,
    /// What it may do in Graph in its own name.
    pub permissions: PermissionSet,
}

impl TargetApplication {
    /// Whether it holds no role and can get none by a group, as for people.
    fn is_outside_of_roles(&self) -> bool {
        self.roles.is_empty() && !self.in_role_assignable_group
    }

    /// Whether it can do nothing in its own name.
    fn is_powerless(&self) -> bool {
        self.is_outside_of_roles() && self.permissions == PermissionSet::EMPTY
    }
}

/// Decides whether the caller may change or delete this application, its secrets, redirect URIs and owners among it.
///
/// An owner needs no directory role for it, and as an application only the narrow permission. Beside the action's own
/// permission and role: an application that has roles or permissions of its own, or that a role-assignable group
/// protects, is changed only by who could give these, or, for applications, by who has all the permissions where there is
/// no role. Otherwise a secret for it would be a way to more than one holds (Graph contract 12.1; stricter than Entra ID,
/// where such an administrator is warned only).
///
/// # Errors
/// Why not; the caller is told no more than that.
pub fn may_change_application(caller: &Caller, target: &TargetApplication) -> Result<Permit, Denied> {
    let is_owner = match caller {
        Caller::Application {
            service_principal_id, ..
        } => {
            target.service_principal == *service_principal_id
                || target.owners.contains(&PrincipalId::from(*service_principal_id))
        }
        Caller::Person { id, .. } => target.owners.contains(&PrincipalId::from(*id)),
        Caller::Console => false,
    };
    let action = if is_owner {
        Action::WriteOwnedApplication
    } else {
        Action::WriteApplication
    };
    let permit = may(caller, action, None)?;
    let within_reach = match caller {
        Caller::Console => true,
        Caller::Person { roles, .. } => target.is_powerless() || roles.contains_any(ROLE_GIVERS),
        Caller::Application {
            service_principal_id,
            roles,
            permissions,
            ..
        } => {
            *service_principal_id == target.service_principal
                || roles.contains_any(ROLE_GIVERS)
                || (target.is_outside_of_roles()
                    && target
                        .permissions
                        .iter()
                        .all(|permission| permissions.contains(permission)))
        }
    };
    if within_reach {
        Ok(permit)
    } else {
        Err(Denied::ProtectedTarget)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{app, person};
    use super::*;
    use crate::BUILT_IN_ROLES;
    use crate::GraphPermission::{self as P};

    const WRITE: &[P] = &[P::ApplicationReadWriteAll];

    fn target(roles: &[RoleId], permissions: &[P]) -> TargetApplication {
        TargetApplication {
            service_principal: ServicePrincipalId::from_bytes([50; 16]),
            owners: Vec::new(),
            roles: roles.to_vec(),
            in_role_assignable_group: false,
            permissions: permissions.iter().copied().collect(),
        }
    }

    fn grouped() -> TargetApplication {
        TargetApplication {
            in_role_assignable_group: true,
            ..target(&[], &[])
        }
    }

    fn id_of(caller: &Caller) -> ServicePrincipalId {
        match caller {
            Caller::Application {
                service_principal_id, ..
            } => *service_principal_id,
            _ => panic!("no application"),
        }
    }

    #[test]
    fn people_need_the_scope_and_a_role_that_fits_the_application() {
        let plain = target(&[], &[]);
        let strong = [
            target(&[RoleId::REPORTS_READER], &[]),
            target(&[], &[P::UserAuthMethodTAPReadWriteAll]),
            grouped(),
        ];
        for role in BUILT_IN_ROLES {
            let caller = person(1, &[role.id], WRITE);
            let gives_roles = ["Global Administrator", "Privileged Role Administrator"].contains(&role.name);
            let edits = ["Application Administrator", "Cloud Application Administrator"].contains(&role.name);
            let answer = may_change_application(&caller, &plain);
            assert_eq!(answer.is_ok(), gives_roles || edits, "{}", role.name);
            for target in &strong {
                let answer = may_change_application(&caller, target);
                assert_eq!(answer.is_ok(), gives_roles, "{} {target:?}", role.name);
            }
            let without = may_change_application(&person(1, &[role.id], &[P::ApplicationReadAll]), &plain);
            assert_eq!(without.unwrap_err(), Denied::Permission, "{}", role.name);
        }
    }

    #[test]
    fn applications_change_what_can_do_no_more_than_they() {
        let same = target(&[], WRITE);
        let more = target(&[], &[P::ApplicationReadWriteAll, P::UserReadAll]);
        let role = target(&[RoleId::DIRECTORY_READERS], &[]);
        let caller = app(WRITE, &[]);
        assert!(may_change_application(&caller, &target(&[], &[])).is_ok());
        assert!(may_change_application(&caller, &same).is_ok());
        for target in [more.clone(), role.clone(), grouped()] {
            let denied = may_change_application(&caller, &target).unwrap_err();
            assert_eq!(denied, Denied::ProtectedTarget, "{target:?}");
            let giver = app(WRITE, &[RoleId::PRIVILEGED_ROLE_ADMINISTRATOR]);
            assert!(may_change_application(&giver, &target).is_ok(), "{target:?}");
        }
        assert!(may_change_application(&Caller::Console, &more).is_ok());
    }

    #[test]
    fn people_who_own_it_need_no_role() {
        let owned = |permissions: &[P]| TargetApplication {
            owners: vec![crate::UserId::from_bytes([1; 16]).into()],
            ..target(&[], permissions)
        };
        let ada = person(1, &[], WRITE);
        assert!(may_change_application(&ada, &owned(&[])).is_ok());
        let denied = may_change_application(&ada, &owned(&[P::UserReadAll])).unwrap_err();
        assert_eq!(
            denied,
            Denied::ProtectedTarget,
            "owning is no way to its permissions"
        );
        let denied = may_change_application(&ada, &target(&[], &[])).unwrap_err();
        assert_eq!(denied, Denied::Role, "somebody else's");
        let denied = may_change_application(&person(2, &[], WRITE), &owned(&[])).unwrap_err();
        assert_eq!(denied, Denied::Role, "somebody else");
        let denied =
            may_change_application(&person(1, &[], &[P::ApplicationReadAll]), &owned(&[])).unwrap_err();
        assert_eq!(denied, Denied::Permission, "through an application that may not");
    }

    #[test]
    fn applications_that_own_it_need_the_narrow_permission_only() {
        let caller = app(&[P::ApplicationReadWriteOwnedBy], &[]);
        let owned = TargetApplication {
            owners: vec![id_of(&caller).into()],
            ..target(&[], &[])
        };
        assert!(may_change_application(&caller, &owned).is_ok());
        let strong = TargetApplication {
            owners: vec![id_of(&caller).into()],
            ..target(&[], &[P::UserReadAll])
        };
        assert!(
            may_change_application(&caller, &strong).is_err(),
            "owning is no way to its permissions"
        );
        let itself = TargetApplication {
            service_principal: id_of(&caller),
            ..target(&[RoleId::GLOBAL_ADMINISTRATOR], &[P::UserReadAll])
        };
        assert!(
            may_change_application(&caller, &itself).is_ok(),
            "its own secrets"
        );
        let denied = may_change_application(&caller, &target(&[], &[])).unwrap_err();
        assert_eq!(denied, Denied::Permission);
    }
}
