//! What each action asks for: permissions, and directory roles of people who act on others.

use super::reach::{self, RoleReach, reaches, sees};
use super::role_lists::{
    APPLICATION_EDITORS, AUDIT_READERS, DIRECTORY_READERS, GLOBAL, GROUP_EDITORS, HIDDEN_GROUP_READERS,
    HIDDEN_MEMBER_READERS, KEY_READERS, METHOD_READERS, POLICY_EDITORS, POLICY_READERS, REGISTRATION_READERS,
    ROLE_GIVERS, SIGN_IN_READERS, USER_CREATORS,
};
use super::{Action, Denied, TargetUser};
use crate::GraphPermission::{self as P};
use crate::{HeldRoles, PermissionSet, RoleId, UserType};

/// Which roles an action asks of a person who acts on others.
pub(super) enum RoleRule {
    /// Any member, with the delegated scope; of guests only those with a role that reads the directory (Graph
    /// contract 6.2).
    AnyMember,
    /// One of these, whoever the target is.
    OneOf(&'static [RoleId]),
    /// It changes a user: a role of the table that reaches the target.
    Reaching(&'static [RoleReach]),
    /// As [`Self::Reaching`]; an application, too, needs a role to do it to someone who holds one (Graph contract
    /// 10.3).
    ReachingForAll(&'static [RoleReach]),
}

impl RoleRule {
    /// Whether one of the caller's roles is enough, for this target where the action is aimed at one.
    pub(super) fn check(
        &self,
        roles: &HeldRoles,
        user_type: UserType,
        target: Option<&TargetUser>,
    ) -> Result<(), Denied> {
        match (self, target) {
            (Self::AnyMember, _) if user_type == UserType::Member => Ok(()),
            (Self::AnyMember, _) if roles.contains_any(DIRECTORY_READERS) => Ok(()),
            (Self::OneOf(allowed), target) if sees(roles, allowed, target) => Ok(()),
            (Self::AnyMember | Self::OneOf(_), _) => Err(Denied::Role),
            (Self::Reaching(table) | Self::ReachingForAll(table), Some(target)) => {
                reaches(roles, table, target)
            }
            (Self::Reaching(_) | Self::ReachingForAll(_), None) => Err(Denied::ProtectedTarget),
        }
    }

    /// Whether it is about changing somebody's account or methods.
    pub(super) const fn manages_target(&self) -> bool {
        !matches!(self, Self::AnyMember | Self::OneOf(_))
    }
}

/// What an action asks for.
pub(super) struct Rule {
    /// Delegated scopes that suffice on oneself.
    pub(super) own: &'static [P],
    /// Delegated scopes for others (and oneself).
    pub(super) delegated: &'static [P],
    /// Application permissions.
    pub(super) application: &'static [P],
    pub(super) roles: RoleRule,
}

impl Rule {
    /// The same permissions for people's applications and for applications in their own name.
    const fn same(permissions: &'static [P], roles: RoleRule) -> Self {
        Self {
            own: &[],
            delegated: permissions,
            application: permissions,
            roles,
        }
    }
}

const GROUP_WRITERS: &[P] = &[P::GroupReadWriteAll, P::DirectoryReadWriteAll];
const MEMBER_WRITERS: &[P] = &[
    P::GroupMemberReadWriteAll,
    P::GroupReadWriteAll,
    P::DirectoryReadWriteAll,
];

/// Whether one of these permissions is held, with the one beside which it counts.
pub(super) fn holds(held: PermissionSet, sufficient: &[P]) -> bool {
    let counts = |permission: P| beside(permission).is_none_or(|other| held.contains(other));
    sufficient
        .iter()
        .any(|permission| held.contains(*permission) && counts(*permission))
}

/// The permission without which this one does nothing (Graph contract 7.1).
pub(super) const fn beside(permission: P) -> Option<P> {
    match permission {
        P::UserEnableDisableAccountAll => Some(P::UserReadAll),
        _ => None,
    }
}

/// What the action asks for.
pub(super) const fn rule(action: Action) -> Rule {
    match action {
        Action::ReadPass => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadAll,
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodTAPReadAll,
                P::UserAuthMethodTAPReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodRead,
                    P::UserAuthenticationMethodReadWrite,
                    P::UserAuthMethodTAPRead,
                    P::UserAuthMethodTAPReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(METHOD_READERS),
            }
        }
        Action::IssuePass | Action::DeletePass => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodTAPReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodReadWrite,
                    P::UserAuthMethodTAPReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::Reaching(reach::METHODS),
            }
        }
        Action::ReadMethods => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadAll,
                P::UserAuthenticationMethodReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodRead,
                    P::UserAuthenticationMethodReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(METHOD_READERS),
            }
        }
        Action::ReadPasswords => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadAll,
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodPasswordReadAll,
                P::UserAuthMethodPasswordReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodRead,
                    P::UserAuthenticationMethodReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(METHOD_READERS),
            }
        }
        Action::ReadPasskeys => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadAll,
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodPasskeyReadAll,
                P::UserAuthMethodPasskeyReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodRead,
                    P::UserAuthenticationMethodReadWrite,
                    P::UserAuthMethodPasskeyRead,
                    P::UserAuthMethodPasskeyReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(METHOD_READERS),
            }
        }
        Action::ReadTotpApps => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadAll,
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodSoftwareOATHReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodRead,
                    P::UserAuthenticationMethodReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(METHOD_READERS),
            }
        }
        Action::AddPasskey | Action::DeletePasskey => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodPasskeyReadWriteAll,
            ];
            Rule {
                own: &[
                    P::UserAuthenticationMethodReadWrite,
                    P::UserAuthMethodPasskeyReadWrite,
                ],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::Reaching(reach::METHODS),
            }
        }
        Action::DeleteTotp => {
            const ALL: &[P] = &[
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodSoftwareOATHReadWriteAll,
            ];
            Rule {
                own: &[P::UserAuthenticationMethodReadWrite],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::Reaching(reach::METHODS),
            }
        }
        Action::WriteSignInPreferences => Rule {
            own: &[P::UserAuthenticationMethodReadWrite],
            ..Rule::same(
                &[P::UserAuthenticationMethodReadWriteAll],
                RoleRule::Reaching(reach::METHODS),
            )
        },
        Action::ReadRequirements => Rule::same(
            &[P::PolicyReadAll, P::PolicyReadWriteAuthenticationMethod],
            RoleRule::OneOf(METHOD_READERS),
        ),
        Action::WriteRequirements => Rule::same(
            &[P::PolicyReadWriteAuthenticationMethod],
            RoleRule::Reaching(reach::METHODS),
        ),
        Action::RequireRegistration => Rule::same(
            &[P::UserAuthenticationMethodReadWriteAll],
            RoleRule::Reaching(reach::METHODS),
        ),
        Action::ResetPassword => Rule {
            own: &[],
            delegated: &[
                P::UserAuthenticationMethodReadWriteAll,
                P::UserAuthMethodPasswordReadWriteAll,
            ],
            // Graph contract 6.2: for people only.
            application: &[],
            roles: RoleRule::Reaching(reach::PASSWORDS),
        },
        Action::ReadPolicy => Rule::same(
            &[
                P::PolicyReadAll,
                P::PolicyReadAuthenticationMethod,
                P::PolicyReadWriteAuthenticationMethod,
            ],
            RoleRule::OneOf(POLICY_READERS),
        ),
        Action::WritePolicy => Rule::same(
            &[P::PolicyReadWriteAuthenticationMethod],
            RoleRule::OneOf(POLICY_EDITORS),
        ),
        Action::ReadUser | Action::ListUsers => {
            const ALL: &[P] = &[
                P::UserReadAll,
                P::UserReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: if matches!(action, Action::ReadUser) {
                    &[P::UserRead, P::UserReadWrite]
                } else {
                    &[]
                },
                delegated: ALL,
                application: ALL,
                roles: RoleRule::AnyMember,
            }
        }
        Action::ReadUserBasics | Action::ListUserBasics => {
            const ALL: &[P] = &[
                P::UserReadBasicAll,
                P::UserReadAll,
                P::UserReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: if matches!(action, Action::ReadUserBasics) {
                    &[P::UserRead, P::UserReadWrite]
                } else {
                    &[]
                },
                delegated: ALL,
                application: ALL,
                roles: RoleRule::AnyMember,
            }
        }
        Action::SwitchAccount => Rule::same(
            &[
                P::UserReadWriteAll,
                P::DirectoryReadWriteAll,
                P::UserEnableDisableAccountAll,
            ],
            RoleRule::ReachingForAll(reach::SENSITIVE),
        ),
        Action::WritePasswordProfile => Rule::same(
            &[
                P::UserReadWriteAll,
                P::DirectoryReadWriteAll,
                P::UserPasswordProfileReadWriteAll,
            ],
            RoleRule::ReachingForAll(reach::SENSITIVE),
        ),
        Action::WritePhones => Rule {
            own: &[P::UserReadWrite],
            ..Rule::same(
                &[P::UserReadWriteAll, P::DirectoryReadWriteAll],
                RoleRule::ReachingForAll(reach::SENSITIVE),
            )
        },
        Action::CreateUser | Action::UpdateUser | Action::UpdateUserSensitive => {
            const ALL: &[P] = &[P::UserReadWriteAll, P::DirectoryReadWriteAll];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: match action {
                    Action::CreateUser => RoleRule::OneOf(USER_CREATORS),
                    Action::UpdateUser => RoleRule::Reaching(reach::ACCOUNT),
                    _ => RoleRule::ReachingForAll(reach::SENSITIVE),
                },
            }
        }
        Action::DeleteUser => Rule::same(
            &[P::UserDeleteRestoreAll, P::UserReadWriteAll],
            RoleRule::ReachingForAll(reach::SENSITIVE),
        ),
        Action::ReadGroups | Action::ReadHiddenGroupMembers => Rule::same(
            &[
                P::GroupMemberReadAll,
                P::GroupReadAll,
                P::GroupReadWriteAll,
                P::GroupMemberReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ],
            if matches!(action, Action::ReadGroups) {
                RoleRule::AnyMember
            } else {
                RoleRule::OneOf(HIDDEN_GROUP_READERS)
            },
        ),
        Action::CreateGroup => Rule {
            own: &[],
            delegated: &[P::GroupReadWriteAll, P::DirectoryReadWriteAll],
            application: &[P::GroupReadWriteAll, P::DirectoryReadWriteAll, P::GroupCreate],
            roles: RoleRule::OneOf(GROUP_EDITORS),
        },
        Action::WriteGroup | Action::WriteGroupMembers => Rule::same(
            if matches!(action, Action::WriteGroup) {
                GROUP_WRITERS
            } else {
                MEMBER_WRITERS
            },
            RoleRule::OneOf(GROUP_EDITORS),
        ),
        Action::WriteOwnedGroup | Action::WriteOwnedGroupMembers => Rule {
            own: &[],
            delegated: if matches!(action, Action::WriteOwnedGroup) {
                GROUP_WRITERS
            } else {
                MEMBER_WRITERS
            },
            // To an application its permission says all.
            application: &[],
            // Whose it is, is asked before.
            roles: RoleRule::AnyMember,
        },
        Action::WriteRoleAssignableGroup | Action::AssignRole => Rule::same(
            &[P::RoleManagementReadWriteDirectory],
            RoleRule::OneOf(ROLE_GIVERS),
        ),
        Action::ReadRoles => Rule::same(
            &[
                P::RoleManagementReadDirectory,
                P::RoleManagementReadAll,
                P::RoleManagementReadWriteDirectory,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ],
            RoleRule::AnyMember,
        ),
        Action::ReadUnits => Rule::same(
            &[
                P::AdministrativeUnitReadAll,
                P::AdministrativeUnitReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ],
            RoleRule::AnyMember,
        ),
        Action::ReadHiddenMembers => Rule::same(
            &[P::AdministrativeUnitReadAll, P::AdministrativeUnitReadWriteAll],
            RoleRule::OneOf(HIDDEN_MEMBER_READERS),
        ),
        Action::WriteUnits => Rule::same(&[P::AdministrativeUnitReadWriteAll], RoleRule::OneOf(ROLE_GIVERS)),
        Action::ReadApplications => {
            const ALL: &[P] = &[
                P::ApplicationReadAll,
                P::ApplicationReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: &[],
                delegated: ALL,
                application: &[
                    P::ApplicationReadAll,
                    P::ApplicationReadWriteAll,
                    P::ApplicationReadWriteOwnedBy,
                    P::DirectoryReadAll,
                    P::DirectoryReadWriteAll,
                ],
                roles: RoleRule::AnyMember,
            }
        }
        Action::WriteApplication => Rule::same(
            &[P::ApplicationReadWriteAll],
            RoleRule::OneOf(APPLICATION_EDITORS),
        ),
        Action::CreateApplication | Action::WriteOwnedApplication => Rule {
            own: &[],
            delegated: &[P::ApplicationReadWriteAll],
            application: &[P::ApplicationReadWriteAll, P::ApplicationReadWriteOwnedBy],
            roles: match action {
                Action::CreateApplication => RoleRule::OneOf(APPLICATION_EDITORS),
                // Whose it is, is asked before.
                _ => RoleRule::AnyMember,
            },
        },
        Action::AssignAppRole => Rule::same(
            &[P::AppRoleAssignmentReadWriteAll],
            RoleRule::OneOf(APPLICATION_EDITORS),
        ),
        Action::AssignGraphPermission => {
            Rule::same(&[P::AppRoleAssignmentReadWriteAll], RoleRule::OneOf(ROLE_GIVERS))
        }
        Action::ReadGrants => Rule::same(
            &[
                P::DelegatedPermissionGrantReadAll,
                P::DelegatedPermissionGrantReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ],
            RoleRule::AnyMember,
        ),
        Action::GrantScopes => Rule::same(
            &[P::DelegatedPermissionGrantReadWriteAll],
            RoleRule::OneOf(APPLICATION_EDITORS),
        ),
        Action::ReadSignIns => Rule::same(&[P::AuditLogReadAll], RoleRule::OneOf(SIGN_IN_READERS)),
        Action::ReadRegistrations => Rule::same(&[P::AuditLogReadAll], RoleRule::OneOf(REGISTRATION_READERS)),
        Action::ReadAudits => Rule::same(&[P::AuditLogReadAll], RoleRule::OneOf(AUDIT_READERS)),
        Action::ConsentForOneself => Rule {
            own: &[P::DelegatedPermissionGrantReadWriteAll],
            ..Rule::same(
                &[P::DelegatedPermissionGrantReadWriteAll],
                RoleRule::OneOf(ROLE_GIVERS),
            )
        },
        Action::ConsentForEveryone | Action::GrantGraphScopes => Rule::same(
            &[P::DelegatedPermissionGrantReadWriteAll],
            RoleRule::OneOf(ROLE_GIVERS),
        ),
        Action::ReadOrganization => Rule {
            own: &[],
            delegated: &[
                P::UserRead,
                P::OrganizationReadAll,
                P::DomainReadAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ],
            application: &[
                P::OrganizationReadAll,
                P::DomainReadAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ],
            roles: RoleRule::AnyMember,
        },
        Action::RevokeSessions => {
            const ALL: &[P] = &[
                P::UserRevokeSessionsAll,
                P::UserReadWriteAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: ALL,
                delegated: ALL,
                application: ALL,
                roles: RoleRule::Reaching(reach::SESSIONS),
            }
        }
        // By the portal and at the console only: Graph has no such call.
        Action::ReadSigningKeys | Action::ReadFederation => Rule::same(&[], RoleRule::OneOf(KEY_READERS)),
        // Whoever names a domain's provider can come in as anyone of that domain.
        Action::RotateSigningKeys
        | Action::WriteBranding
        | Action::WriteFederation
        | Action::WriteNotices => Rule::same(&[], RoleRule::OneOf(&[GLOBAL])),
        Action::OpenPortal => Rule {
            own: &[],
            delegated: &[],
            application: &[],
            roles: RoleRule::OneOf(reach::PORTAL),
        },
    }
}
