//! Who may do what to whom: the one place that decides.
//!
//! Sign-in contract 8, Graph contract 10. Three questions, in this order: does the caller hold a
//! permission for the action; for a person acting on others, a directory role; and does that role
//! reach the target. All answers but "yes" look the same from outside.

use crate::GraphPermission::{self as P};
use crate::{ClientId, PermissionSet, RoleId, ServicePrincipalId, SessionId, UserId, UserType};

/// Whoever makes a request.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A person, on our pages or through an application.
    Person {
        /// Object id.
        id: UserId,
        /// Sign-in name, for the audit log.
        upn: String,
        /// Name to show, for the audit log.
        display_name: String,
        /// Member of the tenant, or guest.
        user_type: UserType,
        /// Directory roles held at this moment.
        roles: Vec<RoleId>,
        /// What the person, or the application through which they come, may use of these roles.
        grant: Grant,
        /// The session behind the request.
        session: Option<SessionId>,
    },
    /// An application in its own name.
    Application {
        /// What it signed in with.
        client_id: ClientId,
        /// Its `oid`.
        service_principal_id: ServicePrincipalId,
        /// Name to show, for the audit log.
        display_name: String,
        /// Its application permissions.
        permissions: PermissionSet,
        /// Directory roles of its service principal.
        roles: Vec<RoleId>,
    },
    /// Somebody at the machine's own console: whoever can run the program on its data may do all.
    Console,
}

/// What a person's request may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Our own pages for people's own affairs: everything on oneself, nothing on others.
    OwnPages,
    /// Our portal for administrators: whatever the roles allow, but nothing of one's own account, for which
    /// security info is there (sign-in contract 6.8).
    Portal,
    /// The delegated scopes of an application.
    Delegated(PermissionSet),
}

/// What a caller wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See a user's pass, never its code.
    ReadPass,
    /// Issue a pass for a user.
    IssuePass,
    /// Delete a user's pass.
    DeletePass,
    /// See a user's authentication methods.
    ReadMethods,
    /// Delete a user's passkey.
    DeletePasskey,
    /// Delete a user's authenticator app.
    DeleteTotp,
    /// See the authentication methods policy.
    ReadPolicy,
    /// Change or revert the authentication methods policy.
    WritePolicy,
    /// See one user.
    ReadUser,
    /// See all users.
    ListUsers,
    /// Make an account.
    CreateUser,
    /// Change ordinary properties of an account.
    UpdateUser,
    /// Change sensitive ones, the password among them (Graph contract 10.3).
    UpdateUserSensitive,
    /// Delete an account.
    DeleteUser,
    /// See groups and their members.
    ReadGroups,
    /// Make a group.
    CreateGroup,
    /// Change or delete a group, its owners.
    WriteGroup,
    /// Change a group's members.
    WriteGroupMembers,
    /// Make a role-assignable group, or change one or its members.
    WriteRoleAssignableGroup,
    /// Consent to what an application may do in one's own name.
    ConsentForOneself,
    /// Consent to what an application may do in everyone's name.
    ConsentForEveryone,
    /// See roles and their assignments.
    ReadRoles,
    /// Give or take a role.
    AssignRole,
    /// See the sign-in log.
    ReadSignIns,
    /// See the audit log.
    ReadAudits,
    /// See the tenant and its domains.
    ReadOrganization,
    /// Give a user a new password that must be changed at once.
    ResetPassword,
    /// End a user's sessions.
    RevokeSessions,
    /// Come in to the portal.
    OpenPortal,
}

/// What matters about the user that an action is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetUser {
    /// Object id.
    pub id: UserId,
    /// Roles held.
    pub roles: Vec<RoleId>,
    /// Member or owner of a role-assignable group.
    pub in_role_assignable_group: bool,
}

/// Proof that [`may`] said yes. What changes the store asks for one, so that a forgotten check does
/// not compile.
#[derive(Debug, Clone, Copy)]
pub struct Permit(());

/// [`may`] said no. The reason is for the audit log; answers to the caller are all alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The application lacks the permission.
    #[error("the caller lacks the permission")]
    Permission,
    /// The person lacks a directory role for it.
    #[error("the caller lacks a directory role for this")]
    Role,
    /// The target's roles protect it from this caller.
    #[error("the target is protected from this caller")]
    ProtectedTarget,
    /// Not for oneself.
    #[error("this can't be done for oneself")]
    Oneself,
    /// The person changes a sign-in method of their own, and the session behind it is none, too old, or stands on a
    /// password alone (sign-in contract 5.1).
    #[error("this asks for a fresh sign-in with more than a password")]
    NotFresh,
}

/// Which roles an action asks of a person who acts on others.
enum RoleRule {
    /// Any member, with the delegated scope; of guests only those with a role that reads the directory (Graph
    /// contract 6.2).
    AnyMember,
    /// One of these, whoever the target is.
    OneOf(&'static [RoleId]),
    /// One of those that manage authentication methods, if it reaches the target (Graph contract 10.1).
    MethodsOfTarget,
    /// One of those that do sensitive things to accounts, if it reaches the target (10.3).
    AccountOfTarget,
    /// One of those that reset passwords, if it reaches the target (10.1).
    PasswordOfTarget,
    /// One of those that end sessions, if it reaches the target (10.1).
    SessionsOfTarget,
}

impl RoleRule {
    /// Whether one of the caller's roles is enough, for this target where the action is aimed at one.
    fn check(
        &self,
        roles: &[RoleId],
        user_type: UserType,
        target: Option<&TargetUser>,
    ) -> Result<(), Denied> {
        match (self, target) {
            (Self::AnyMember, _) if user_type == UserType::Member => Ok(()),
            (Self::AnyMember, _) if roles.iter().any(|role| DIRECTORY_READERS.contains(role)) => Ok(()),
            (Self::OneOf(allowed), _) if roles.iter().any(|role| allowed.contains(role)) => Ok(()),
            (Self::AnyMember | Self::OneOf(_), _) => Err(Denied::Role),
            (Self::MethodsOfTarget, Some(target)) => reaches_methods(roles, target),
            (Self::AccountOfTarget, Some(target)) => reaches_account(roles, target),
            (Self::PasswordOfTarget, Some(target)) => reach::password(roles, target),
            (Self::SessionsOfTarget, Some(target)) => reach::sessions(roles, target),
            (_, None) => Err(Denied::ProtectedTarget),
        }
    }

    /// Whether it is about changing somebody's account or methods.
    const fn manages_target(&self) -> bool {
        !matches!(self, Self::AnyMember | Self::OneOf(_))
    }
}

struct Rule {
    /// Delegated scopes that suffice on oneself.
    own: &'static [P],
    /// Delegated scopes for others (and oneself).
    delegated: &'static [P],
    /// Application permissions.
    application: &'static [P],
    roles: RoleRule,
}

const GLOBAL: RoleId = RoleId::GLOBAL_ADMINISTRATOR;
const PRIVILEGED_AUTH: RoleId = RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
const AUTH: RoleId = RoleId::AUTHENTICATION_ADMINISTRATOR;

/// Roles that read the directory even as guests.
const DIRECTORY_READERS: &[RoleId] = &[
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
const METHOD_READERS: &[RoleId] = &[GLOBAL, PRIVILEGED_AUTH, AUTH, RoleId::GLOBAL_READER];
const USER_CREATORS: &[RoleId] = &[GLOBAL, RoleId::USER_ADMINISTRATOR];
const USER_EDITORS: &[RoleId] = &[GLOBAL, RoleId::USER_ADMINISTRATOR, PRIVILEGED_AUTH, AUTH];
const GROUP_EDITORS: &[RoleId] = &[
    GLOBAL,
    RoleId::USER_ADMINISTRATOR,
    RoleId::GROUPS_ADMINISTRATOR,
    RoleId::DIRECTORY_WRITERS,
];
const ROLE_GIVERS: &[RoleId] = &[GLOBAL, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR];
const POLICY_EDITORS: &[RoleId] = &[GLOBAL, RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR];
const POLICY_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR,
    RoleId::GLOBAL_READER,
];
const SIGN_IN_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::GLOBAL_READER,
    RoleId::REPORTS_READER,
    RoleId::SECURITY_READER,
    RoleId::SECURITY_OPERATOR,
    RoleId::SECURITY_ADMINISTRATOR,
];
const AUDIT_READERS: &[RoleId] = &[
    GLOBAL,
    RoleId::GLOBAL_READER,
    RoleId::REPORTS_READER,
    RoleId::SECURITY_READER,
    RoleId::SECURITY_ADMINISTRATOR,
];

/// Targets' roles that the Authentication Administrator reaches (sign-in contract 8.2). A role that is
/// not listed is protected, one that we don't know too.
const AUTH_REACHES: &[RoleId] = &[
    AUTH,
    RoleId::DIRECTORY_READERS,
    RoleId::GUEST_INVITER,
    RoleId::MESSAGE_CENTER_READER,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::REPORTS_READER,
    RoleId::USER_EXPERIENCE_SUCCESS_MANAGER,
    RoleId::USAGE_SUMMARY_REPORTS_READER,
];

/// Targets' roles that the User Administrator reaches with sensitive changes (Graph contract 10.3).
const USER_ADMIN_REACHES: &[RoleId] = &[
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

const fn rule(action: Action) -> Rule {
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
                roles: RoleRule::MethodsOfTarget,
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
        Action::DeletePasskey => {
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
                roles: RoleRule::MethodsOfTarget,
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
                roles: RoleRule::MethodsOfTarget,
            }
        }
        Action::ReadPolicy => {
            const ALL: &[P] = &[
                P::PolicyReadAll,
                P::PolicyReadAuthenticationMethod,
                P::PolicyReadWriteAuthenticationMethod,
            ];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(POLICY_READERS),
            }
        }
        Action::WritePolicy => {
            const ALL: &[P] = &[P::PolicyReadWriteAuthenticationMethod];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(POLICY_EDITORS),
            }
        }
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
        Action::CreateUser | Action::UpdateUser | Action::UpdateUserSensitive => {
            const ALL: &[P] = &[P::UserReadWriteAll, P::DirectoryReadWriteAll];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: match action {
                    Action::CreateUser => RoleRule::OneOf(USER_CREATORS),
                    Action::UpdateUser => RoleRule::OneOf(USER_EDITORS),
                    _ => RoleRule::AccountOfTarget,
                },
            }
        }
        Action::DeleteUser => {
            const ALL: &[P] = &[P::UserDeleteRestoreAll, P::UserReadWriteAll];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::AccountOfTarget,
            }
        }
        Action::ReadGroups => {
            const ALL: &[P] = &[
                P::GroupMemberReadAll,
                P::GroupReadAll,
                P::GroupReadWriteAll,
                P::GroupMemberReadWriteAll,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::AnyMember,
            }
        }
        Action::CreateGroup => Rule {
            own: &[],
            delegated: &[P::GroupReadWriteAll, P::DirectoryReadWriteAll],
            application: &[P::GroupReadWriteAll, P::DirectoryReadWriteAll, P::GroupCreate],
            roles: RoleRule::OneOf(GROUP_EDITORS),
        },
        Action::WriteGroup => {
            const ALL: &[P] = &[P::GroupReadWriteAll, P::DirectoryReadWriteAll];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(GROUP_EDITORS),
            }
        }
        Action::WriteGroupMembers => {
            const ALL: &[P] = &[
                P::GroupMemberReadWriteAll,
                P::GroupReadWriteAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(GROUP_EDITORS),
            }
        }
        Action::WriteRoleAssignableGroup | Action::AssignRole => {
            const ALL: &[P] = &[P::RoleManagementReadWriteDirectory];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::OneOf(ROLE_GIVERS),
            }
        }
        Action::ReadRoles => {
            const ALL: &[P] = &[
                P::RoleManagementReadDirectory,
                P::RoleManagementReadAll,
                P::RoleManagementReadWriteDirectory,
                P::DirectoryReadAll,
                P::DirectoryReadWriteAll,
            ];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::AnyMember,
            }
        }
        Action::ReadSignIns => Rule {
            own: &[],
            delegated: &[P::AuditLogReadAll],
            application: &[P::AuditLogReadAll],
            roles: RoleRule::OneOf(SIGN_IN_READERS),
        },
        Action::ReadAudits => Rule {
            own: &[],
            delegated: &[P::AuditLogReadAll],
            application: &[P::AuditLogReadAll],
            roles: RoleRule::OneOf(AUDIT_READERS),
        },
        Action::ConsentForOneself => Rule {
            own: &[P::DelegatedPermissionGrantReadWriteAll],
            delegated: &[P::DelegatedPermissionGrantReadWriteAll],
            application: &[P::DelegatedPermissionGrantReadWriteAll],
            roles: RoleRule::OneOf(ROLE_GIVERS),
        },
        Action::ConsentForEveryone => Rule {
            own: &[],
            delegated: &[P::DelegatedPermissionGrantReadWriteAll],
            application: &[P::DelegatedPermissionGrantReadWriteAll],
            roles: RoleRule::OneOf(ROLE_GIVERS),
        },
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
        Action::ResetPassword => {
            const ALL: &[P] = &[P::UserAuthenticationMethodReadWriteAll];
            Rule {
                own: &[],
                delegated: ALL,
                application: ALL,
                roles: RoleRule::PasswordOfTarget,
            }
        }
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
                roles: RoleRule::SessionsOfTarget,
            }
        }
        Action::OpenPortal => Rule {
            own: &[],
            delegated: &[],
            application: &[],
            roles: RoleRule::OneOf(reach::PORTAL),
        },
    }
}

/// Whether every role of the target is in the list, and no role-assignable group protects it.
fn all_within(target: &TargetUser, reachable: &[RoleId]) -> bool {
    !target.in_role_assignable_group && target.roles.iter().all(|role| reachable.contains(role))
}

/// Whether one of the caller's roles may manage the target's authentication methods.
fn reaches_methods(roles: &[RoleId], target: &TargetUser) -> Result<(), Denied> {
    if roles.contains(&GLOBAL) || roles.contains(&PRIVILEGED_AUTH) {
        Ok(())
    } else if !roles.contains(&AUTH) {
        Err(Denied::Role)
    } else if all_within(target, AUTH_REACHES) {
        Ok(())
    } else {
        Err(Denied::ProtectedTarget)
    }
}

/// Whether one of the caller's roles may do sensitive things to the target's account.
fn reaches_account(roles: &[RoleId], target: &TargetUser) -> Result<(), Denied> {
    if roles.contains(&GLOBAL) || roles.contains(&PRIVILEGED_AUTH) {
        return Ok(());
    }
    let auth = roles.contains(&AUTH);
    let user_admin = roles.contains(&RoleId::USER_ADMINISTRATOR);
    if (auth && all_within(target, AUTH_REACHES)) || (user_admin && all_within(target, USER_ADMIN_REACHES)) {
        Ok(())
    } else if auth || user_admin {
        Err(Denied::ProtectedTarget)
    } else {
        Err(Denied::Role)
    }
}

/// Decides whether the caller may do this, to this user where the action is aimed at one.
///
/// An action that is aimed at a user must come with its target; without one it is refused.
///
/// # Errors
/// Why not; the caller is told no more than that.
pub fn may(caller: &Caller, action: Action, target: Option<&TargetUser>) -> Result<Permit, Denied> {
    let rule = rule(action);
    match caller {
        Caller::Console => Ok(Permit(())),
        Caller::Application {
            permissions, roles, ..
        } => {
            if !permissions.contains_any(rule.application) {
                return Err(Denied::Permission);
            }
            // Sensitive things to role holders ask for a role of the application, too (Graph contract 10.3).
            match (&rule.roles, target) {
                (RoleRule::AccountOfTarget, None) => Err(Denied::ProtectedTarget),
                (RoleRule::AccountOfTarget, Some(target)) if !all_within(target, &[]) => {
                    reaches_account(roles, target).map(|()| Permit(()))
                }
                _ => Ok(Permit(())),
            }
        }
        Caller::Person {
            id,
            roles,
            grant,
            user_type,
            ..
        } => {
            let check = |target| rule.roles.check(roles, *user_type, target).map(|()| Permit(()));
            let oneself = target.is_some_and(|target| target.id == *id);
            if oneself && action == Action::IssuePass {
                return Err(Denied::Oneself);
            }
            let scopes = match grant {
                Grant::OwnPages if oneself && !rule.own.is_empty() => return Ok(Permit(())),
                // The consent page is everyone's own; an administrator may answer it for all.
                Grant::OwnPages if action == Action::ConsentForEveryone => {
                    let may = roles.iter().any(|role| ROLE_GIVERS.contains(role));
                    return if may { Ok(Permit(())) } else { Err(Denied::Role) };
                }
                Grant::OwnPages => return Err(Denied::Permission),
                Grant::Portal if oneself && rule.roles.manages_target() => return Err(Denied::Oneself),
                Grant::Portal => return check(target),
                Grant::Delegated(scopes) => *scopes,
            };
            let has_own = oneself && !rule.own.is_empty();
            if has_own && (scopes.contains_any(rule.own) || scopes.contains_any(rule.delegated)) {
                return Ok(Permit(()));
            }
            if !scopes.contains_any(rule.delegated) {
                return Err(Denied::Permission);
            }
            check(target)
        }
    }
}

mod reach;
#[cfg(test)]
mod tests;
