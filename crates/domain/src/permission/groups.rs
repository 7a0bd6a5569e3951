//! Who may change a group: administrators, and whoever owns it.

use super::{Action, Caller, Denied, Grant, Permit, may};
use crate::PrincipalId;

/// What matters about the group that a change is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetGroup {
    /// Whether roles may be given to it.
    pub role_assignable: bool,
    /// Who takes care of it: people and service principals.
    pub owners: Vec<PrincipalId>,
    /// Whether the change takes it out of a policy that names it.
    pub leaves_policy: bool,
}

/// Decides whether the caller may change this group; `action` is [`Action::WriteGroup`] or
/// [`Action::WriteGroupMembers`].
///
/// A role-assignable group asks for more, also of its owners: who changes it changes who holds roles and who is
/// protected. Of other groups the owner needs no directory role, as in Entra ID, unless a policy names the group and would
/// change with its deletion. In the portal roles count alone: whoever has none does not come in.
///
/// # Errors
/// Why not; the caller is told no more than that.
pub fn may_change_group(caller: &Caller, action: Action, target: &TargetGroup) -> Result<Permit, Denied> {
    if target.role_assignable {
        return may(caller, Action::WriteRoleAssignableGroup, None);
    }
    let owned = match (caller, action) {
        (
            Caller::Person {
                id,
                grant: Grant::Delegated(_),
                ..
            },
            Action::WriteGroup | Action::WriteGroupMembers,
        ) => !target.leaves_policy && target.owners.contains(&PrincipalId::from(*id)),
        _ => false,
    };
    let permit = may(caller, action, None);
    match action {
        _ if !owned || permit.is_ok() => permit,
        Action::WriteGroup => may(caller, Action::WriteOwnedGroup, None),
        _ => may(caller, Action::WriteOwnedGroupMembers, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{app, person};
    use super::*;
    use crate::GraphPermission::{self as P};
    use crate::{RoleId, UserId, UserType};

    fn group(owner: u8, role_assignable: bool) -> TargetGroup {
        TargetGroup {
            role_assignable,
            owners: vec![UserId::from_bytes([owner; 16]).into()],
            leaves_policy: false,
        }
    }

    #[test]
    fn owners_need_the_scope_and_no_role() {
        use Action::{WriteGroup, WriteGroupMembers};
        for (action, scope, enough) in [
            (WriteGroup, P::GroupReadWriteAll, true),
            (WriteGroup, P::GroupMemberReadWriteAll, false),
            (WriteGroup, P::GroupReadAll, false),
            (WriteGroupMembers, P::GroupReadWriteAll, true),
            (WriteGroupMembers, P::GroupMemberReadWriteAll, true),
            (WriteGroupMembers, P::GroupMemberReadAll, false),
        ] {
            let ada = person(1, &[], &[scope]);
            let answer = may_change_group(&ada, action, &group(1, false));
            assert_eq!(answer.is_ok(), enough, "{action:?} {scope}");
            let denied = may_change_group(&ada, action, &group(2, false)).unwrap_err();
            let why = if enough { Denied::Role } else { Denied::Permission };
            assert_eq!(denied, why, "{action:?} {scope}: somebody else's");
            assert!(
                may_change_group(&ada, action, &group(1, true)).is_err(),
                "{action:?} {scope}: a role-assignable one"
            );
            let editor = person(1, &[RoleId::GROUPS_ADMINISTRATOR], &[scope]);
            let answer = may_change_group(&editor, action, &group(2, false));
            assert_eq!(answer.is_ok(), enough, "{action:?} {scope}, with a role");
        }
        let giver = person(
            1,
            &[RoleId::PRIVILEGED_ROLE_ADMINISTRATOR],
            &[P::RoleManagementReadWriteDirectory],
        );
        assert!(may_change_group(&giver, Action::WriteGroup, &group(2, true)).is_ok());
    }

    #[test]
    fn owning_a_group_changes_no_policy() {
        let named = TargetGroup {
            leaves_policy: true,
            ..group(1, false)
        };
        let delete = |caller| may_change_group(&caller, Action::WriteGroup, &named);
        let ada = person(1, &[], &[P::GroupReadWriteAll]);
        assert_eq!(delete(ada).unwrap_err(), Denied::Role);
        let editor = person(1, &[RoleId::GROUPS_ADMINISTRATOR], &[P::GroupReadWriteAll]);
        assert!(delete(editor).is_ok());
        assert!(delete(app(&[P::GroupReadWriteAll], &[])).is_ok());
    }

    #[test]
    fn guests_portal_and_applications_gain_nothing_by_owning() {
        let action = Action::WriteGroupMembers;
        let mut guest = person(1, &[], &[P::GroupReadWriteAll]);
        if let Caller::Person { user_type, .. } = &mut guest {
            *user_type = UserType::Guest;
        }
        let mut portal = person(1, &[RoleId::HELPDESK_ADMINISTRATOR], &[]);
        if let Caller::Person { grant, .. } = &mut portal {
            *grant = Grant::Portal;
        }
        for caller in [guest, portal] {
            let denied = may_change_group(&caller, action, &group(1, false)).unwrap_err();
            assert_eq!(denied, Denied::Role);
        }
        let reader = app(&[P::GroupReadAll], &[]);
        let Caller::Application {
            service_principal_id, ..
        } = &reader
        else {
            panic!("no application");
        };
        let own = TargetGroup {
            owners: vec![(*service_principal_id).into()],
            ..TargetGroup::default()
        };
        assert!(may_change_group(&reader, action, &own).is_err());
        let writer = app(&[P::GroupMemberReadWriteAll], &[]);
        assert!(may_change_group(&writer, action, &group(9, false)).is_ok());
    }
}
