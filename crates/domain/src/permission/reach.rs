//! Who comes in to the portal, and whose passwords and sessions a role reaches (Graph contract 10.1).

use super::{
    AUTH, AUTH_REACHES, Denied, GLOBAL, PRIVILEGED_AUTH, TargetUser, USER_ADMIN_REACHES, all_within,
};
use crate::RoleId;

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
];

/// Targets' roles that the Helpdesk Administrator reaches.
const HELPDESK_REACHES: &[RoleId] = &[
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::MESSAGE_CENTER_READER,
    RoleId::REPORTS_READER,
    RoleId::USER_EXPERIENCE_SUCCESS_MANAGER,
    RoleId::USAGE_SUMMARY_REPORTS_READER,
    RoleId::HELPDESK_ADMINISTRATOR,
];

/// Targets' roles that the Password Administrator reaches.
const PASSWORD_REACHES: &[RoleId] = &[
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::PASSWORD_ADMINISTRATOR,
];

const SESSION_ENDERS: &[(RoleId, &[RoleId])] = &[
    (AUTH, AUTH_REACHES),
    (RoleId::USER_ADMINISTRATOR, USER_ADMIN_REACHES),
    (RoleId::HELPDESK_ADMINISTRATOR, HELPDESK_REACHES),
];

const PASSWORD_GIVERS: &[(RoleId, &[RoleId])] = &[
    (AUTH, AUTH_REACHES),
    (RoleId::USER_ADMINISTRATOR, USER_ADMIN_REACHES),
    (RoleId::HELPDESK_ADMINISTRATOR, HELPDESK_REACHES),
    (RoleId::PASSWORD_ADMINISTRATOR, PASSWORD_REACHES),
];

/// Whether one of the caller's roles may give the target a new password.
pub(super) fn password(roles: &[RoleId], target: &TargetUser) -> Result<(), Denied> {
    reaches(PASSWORD_GIVERS, roles, target)
}

/// Whether one of the caller's roles may end the target's sessions.
pub(super) fn sessions(roles: &[RoleId], target: &TargetUser) -> Result<(), Denied> {
    reaches(SESSION_ENDERS, roles, target)
}

fn reaches(table: &[(RoleId, &[RoleId])], roles: &[RoleId], target: &TargetUser) -> Result<(), Denied> {
    if roles.contains(&GLOBAL) || roles.contains(&PRIVILEGED_AUTH) {
        return Ok(());
    }
    let mut held = table.iter().filter(|(role, _)| roles.contains(role)).peekable();
    if held.peek().is_none() {
        Err(Denied::Role)
    } else if held.any(|(_, reachable)| all_within(target, reachable)) {
        Ok(())
    } else {
        Err(Denied::ProtectedTarget)
    }
}
