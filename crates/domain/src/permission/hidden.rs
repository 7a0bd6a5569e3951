//! Who sees the members of a group or a unit whose membership is hidden, whichever way round is asked: who is in it,
//! or what somebody is in (Graph contract 8.1 and 9.3).

use super::{Action, Caller, may};
use crate::{Member, UserId};

/// How much somebody sees of hidden memberships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All of them.
    Everything,
    /// Those of groups and units that this person is in or owns.
    Inside(UserId),
}

impl Sight {
    /// Whose own memberships are all that is seen; none: everything is seen.
    pub const fn viewer(self) -> Option<UserId> {
        match self {
            Self::Everything => None,
            Self::Inside(id) => Some(id),
        }
    }
}

/// How much the caller sees of who is in things; `action` is [`Action::ReadHiddenMembers`] or
/// [`Action::ReadHiddenGroupMembers`].
pub fn sight(caller: &Caller, action: Action) -> Sight {
    match caller {
        _ if may(caller, action, None).is_ok() => Sight::Everything,
        Caller::Person { id, .. } => Sight::Inside(*id),
        // An application is in nothing.
        _ => Sight::Inside(UserId::from_bytes([0; 16])),
    }
}

/// How much the caller sees of what this member is in: of oneself everything.
pub fn sight_of(caller: &Caller, action: Action, member: Member) -> Sight {
    match (caller, member) {
        (Caller::Person { id, .. }, Member::User(user)) if *id == user => Sight::Everything,
        _ => sight(caller, action),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{app, person};
    use super::*;
    use crate::{GraphPermission as P, RoleId};

    #[test]
    fn hidden_members_are_seen_by_administrators_and_from_within() {
        for (action, scope) in [
            (Action::ReadHiddenGroupMembers, P::GroupReadAll),
            (Action::ReadHiddenMembers, P::AdministrativeUnitReadAll),
        ] {
            let reader = person(1, &[RoleId::GLOBAL_READER], &[scope]);
            assert_eq!(sight(&reader, action), Sight::Everything);
            let ada = UserId::from_bytes([1; 16]);
            for roles in [&[][..], &[RoleId::HELPDESK_ADMINISTRATOR]] {
                let caller = person(1, roles, &[scope]);
                assert_eq!(sight(&caller, action), Sight::Inside(ada));
                let bob = Member::User(UserId::from_bytes([2; 16]));
                assert_eq!(sight_of(&caller, action, bob), Sight::Inside(ada));
                let oneself = Member::User(ada);
                assert_eq!(sight_of(&caller, action, oneself), Sight::Everything);
            }
            assert_eq!(sight(&app(&[scope], &[]), action), Sight::Everything);
            let nobody = Some(UserId::from_bytes([0; 16]));
            assert_eq!(sight(&app(&[P::UserReadAll], &[]), action).viewer(), nobody);
            assert_eq!(sight(&Caller::Console, action).viewer(), None);
        }
    }
}
