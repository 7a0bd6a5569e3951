//! Which users a role reaches (sign-in contract 8.2 and 8.3, Graph contract 10.1 to 10.3).

use super::role_lists::{AUTH, GLOBAL, PRIVILEGED_AUTH};
use super::{Denied, TargetUser};
use crate::{HeldRoles, RoleId};

/// A role, and whom it lets its holder change.
pub(super) type RoleReach = (RoleId, Reach);

/// Whom a role reaches.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach {
    /// Everyone.
    Everyone,
    /// Those who hold no other roles than these, and whom no role-assignable group and no role for a
    /// restricted unit protects. A role that is not listed is protected, one that we don't know too.
    Holders(&'static [RoleId]),
}

use Reach::{Everyone, Holders};

/// Authentication methods, passes among them (Graph contract 10.1, column A).
pub(super) const METHODS: &[RoleReach] = &[
    (GLOBAL, Everyone),
    (PRIVILEGED_AUTH, Everyone),
    (AUTH, Holders(BY_AUTH)),
];

/// Ordinary properties of an account.
pub(super) const ACCOUNT: &[RoleReach] = &[
    (GLOBAL, Everyone),
    (PRIVILEGED_AUTH, Everyone),
    (AUTH, Everyone),
    (RoleId::USER_ADMINISTRATOR, Everyone),
];

/// Sensitive actions on an account (10.3).
pub(super) const SENSITIVE: &[RoleReach] = &[
    (GLOBAL, Everyone),
    (PRIVILEGED_AUTH, Everyone),
    (AUTH, Holders(BY_AUTH)),
    (RoleId::USER_ADMINISTRATOR, Holders(BY_USER_ADMINISTRATOR)),
];

/// Passwords (10.1, columns A, U, H, W).
pub(super) const PASSWORDS: &[RoleReach] = &[
    (GLOBAL, Everyone),
    (PRIVILEGED_AUTH, Everyone),
    (AUTH, Holders(BY_AUTH)),
    (RoleId::USER_ADMINISTRATOR, Holders(BY_USER_ADMINISTRATOR)),
    (RoleId::HELPDESK_ADMINISTRATOR, Holders(BY_HELPDESK)),
    (RoleId::PASSWORD_ADMINISTRATOR, Holders(BY_PASSWORD_ADMINISTRATOR)),
];

/// Ending sessions (10.1).
pub(super) const SESSIONS: &[RoleReach] = &[
    (GLOBAL, Everyone),
    (PRIVILEGED_AUTH, Everyone),
    (AUTH, Holders(BY_AUTH)),
    (RoleId::USER_ADMINISTRATOR, Holders(BY_USER_ADMINISTRATOR)),
    (RoleId::HELPDESK_ADMINISTRATOR, Holders(BY_HELPDESK)),
];

/// Roles that find something to do or to read in the portal (sign-in contract 8.1).
pub(super) const PORTAL: &[RoleId] = &[
    GLOBAL,
    PRIVILEGED_AUTH,
    AUTH,
    RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR,
    RoleId::GLOBAL_READER,
    RoleId::USER_ADMINISTRATOR,
    RoleId::HELPDESK_ADMINISTRATOR,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
    RoleId::REPORTS_READER,
    RoleId::SECURITY_READER,
    RoleId::SECURITY_OPERATOR,
    RoleId::SECURITY_ADMINISTRATOR,
    RoleId::GROUPS_ADMINISTRATOR,
    RoleId::APPLICATION_ADMINISTRATOR,
    RoleId::CLOUD_APPLICATION_ADMINISTRATOR,
];

const BY_AUTH: &[RoleId] = &[
    AUTH,
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::MESSAGE_CENTER_READER,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::REPORTS_READER,
    RoleId::USER_EXPERIENCE_SUCCESS_MANAGER,
    RoleId::USAGE_SUMMARY_REPORTS_READER,
];

const BY_USER_ADMINISTRATOR: &[RoleId] = &[
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::MESSAGE_CENTER_READER,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::REPORTS_READER,
    RoleId::USER_EXPERIENCE_SUCCESS_MANAGER,
    RoleId::USAGE_SUMMARY_REPORTS_READER,
    RoleId::HELPDESK_ADMINISTRATOR,
    RoleId::GROUPS_ADMINISTRATOR,
    RoleId::USER_ADMINISTRATOR,
];

const BY_HELPDESK: &[RoleId] = &[
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::MESSAGE_CENTER_READER,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::REPORTS_READER,
    RoleId::USER_EXPERIENCE_SUCCESS_MANAGER,
    RoleId::USAGE_SUMMARY_REPORTS_READER,
    RoleId::HELPDESK_ADMINISTRATOR,
];

const BY_PASSWORD_ADMINISTRATOR: &[RoleId] = &[
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::PASSWORD_ADMINISTRATOR,
];

impl Reach {
    fn includes(self, target: &TargetUser) -> bool {
        match self {
            Self::Everyone => true,
            Self::Holders(roles) => {
                !target.in_role_assignable_group
                    && !target.has_role_in_restricted_unit
                    && target.roles.iter().all(|role| roles.contains(role))
            }
        }
    }
}

/// Whether one of the roles held, at whatever scope, may change the target. Several add up.
pub(super) fn reaches(held: &HeldRoles, table: &[RoleReach], target: &TargetUser) -> Result<(), Denied> {
    let of = |role: RoleId| {
        table
            .iter()
            .find(|(known, _)| *known == role)
            .map(|(_, reach)| *reach)
    };
    let for_tenant: Vec<Reach> = held.tenant.iter().filter_map(|role| of(*role)).collect();
    let restricted = target.is_restricted();
    let tenant_reaches = !restricted && for_tenant.iter().any(|reach| reach.includes(target));
    if tenant_reaches || unit_role(held, target, restricted, |role| of(role).is_some()) {
        Ok(())
    } else if for_tenant.is_empty() && !held.units.iter().any(|(role, _)| of(*role).is_some()) {
        Err(Denied::Role)
    } else if restricted {
        Err(Denied::RestrictedUnit)
    } else {
        Err(Denied::ProtectedTarget)
    }
}

/// Whether one of the roles, at whatever scope, may see the target. Restricted units don't hide anyone.
pub(super) fn sees(held: &HeldRoles, allowed: &[RoleId], target: Option<&TargetUser>) -> bool {
    held.contains_any(allowed)
        || target.is_some_and(|target| unit_role(held, target, false, |role| allowed.contains(&role)))
}

/// Whether a fitting role is held for a unit of which the target is a direct member, and a restricted one if that
/// is asked for. It reaches people without any role only, whatever it reaches in the tenant (sign-in contract 8.3).
fn unit_role(held: &HeldRoles, target: &TargetUser, restricted: bool, fits: impl Fn(RoleId) -> bool) -> bool {
    !target.is_administrator()
        && held.units.iter().any(|(role, unit)| {
            let holds_target = target
                .units
                .iter()
                .any(|of| of.id == *unit && (of.restricted || !restricted));
            holds_target && fits(*role)
        })
}
