//! Which roles do what, where it does not matter to whom.

use crate::RoleId;

pub(super) const GLOBAL: RoleId = RoleId::GLOBAL_ADMINISTRATOR;
pub(super) const PRIVILEGED_AUTH: RoleId = RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
pub(super) const AUTH: RoleId = RoleId::AUTHENTICATION_ADMINISTRATOR;
/// Roles that read the directory even as guests.
pub(super) const DIRECTORY_READERS: &[RoleId] = &[
    GLOBAL,
    PRIVILEGED_AUTH,
    AUTH,
    RoleId::GLOBAL_READER,
    RoleId::DIRECTORY_READERS,
    RoleId::DIRECTORY_WRITERS,
    RoleId::USER_ADMINISTRATOR,
    RoleId::GROUPS_ADMINISTRATOR,
    RoleId::HELPDESK_ADMINISTRATOR,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
];
/// Who sees passes and methods of others.
pub(super) const METHOD_READERS: &[RoleId] = &[GLOBAL, PRIVILEGED_AUTH, AUTH, RoleId::GLOBAL_READER];
pub(super) const USER_CREATORS: &[RoleId] = &[GLOBAL, RoleId::USER_ADMINISTRATOR];
pub(super) const GROUP_EDITORS: &[RoleId] = &[
    GLOBAL,
    RoleId::USER_ADMINISTRATOR,
    RoleId::GROUPS_ADMINISTRATOR,
    RoleId::DIRECTORY_WRITERS,
];
/// Who gives roles, and what is as good as a role.
pub(super) const ROLE_GIVERS: &[RoleId] = &[GLOBAL, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR];
pub(super) const APPLICATION_EDITORS: &[RoleId] = &[
    GLOBAL,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
    RoleId::APPLICATION_ADMINISTRATOR,
    RoleId::CLOUD_APPLICATION_ADMINISTRATOR,
];
pub(super) const HIDDEN_MEMBER_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
    RoleId::GLOBAL_READER,
    RoleId::USER_ADMINISTRATOR,
];
pub(super) const HIDDEN_GROUP_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
    RoleId::GLOBAL_READER,
    RoleId::USER_ADMINISTRATOR,
    RoleId::GROUPS_ADMINISTRATOR,
    RoleId::DIRECTORY_WRITERS,
];
pub(super) const POLICY_EDITORS: &[RoleId] = &[GLOBAL, RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR];
pub(super) const POLICY_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR,
    RoleId::GLOBAL_READER,
];
pub(super) const SIGN_IN_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::GLOBAL_READER,
    RoleId::REPORTS_READER,
    RoleId::SECURITY_READER,
    RoleId::SECURITY_OPERATOR,
    RoleId::SECURITY_ADMINISTRATOR,
];
pub(super) const REGISTRATION_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::GLOBAL_READER,
    RoleId::REPORTS_READER,
    RoleId::SECURITY_READER,
    RoleId::SECURITY_OPERATOR,
    RoleId::SECURITY_ADMINISTRATOR,
    RoleId::APPLICATION_ADMINISTRATOR,
    RoleId::CLOUD_APPLICATION_ADMINISTRATOR,
];
pub(super) const AUDIT_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::GLOBAL_READER,
    RoleId::REPORTS_READER,
    RoleId::SECURITY_READER,
    RoleId::SECURITY_ADMINISTRATOR,
];

pub(super) const KEY_READERS: &[RoleId] = &[GLOBAL, RoleId::GLOBAL_READER, RoleId::SECURITY_ADMINISTRATOR];
