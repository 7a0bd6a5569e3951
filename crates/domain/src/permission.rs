//! Who may do what to whom: the one place that decides.
//!
//! Sign-in contract 8, Graph contract 10. Three questions, in this order: does the caller hold a
//! permission for the action; for a person acting on others, a directory role; and does that role reach
//! the target. All answers but "yes" look the same from outside.

mod applications;
mod caller;
mod groups;
mod hidden;
mod reach;
mod role_lists;
mod rules;

pub use applications::{TargetApplication, may_change_application};
pub use caller::{Caller, Delegation, Grant, TargetUnit, TargetUser};
pub use groups::{TargetGroup, may_change_group};
pub use hidden::{Sight, sight, sight_of};
use reach::reaches;
use role_lists::ROLE_GIVERS;
use rules::{RoleRule, holds, rule};

macro_rules! actions {
    ($($(#[doc = $words:literal])+ $variant:ident,)+) => {
        /// What a caller wants to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[doc = $words])+ $variant,)+ }

        #[cfg(test)]
        impl Action {
            /// All of them, with what they are.
            const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, concat!($($words),+)),)+];
        }
    };
}

actions! {
    /// See a user's pass, never its code.
    ReadPass,
    /// Issue a pass for a user.
    IssuePass,
    /// Delete a user's pass.
    DeletePass,
    /// See a user's authentication methods.
    ReadMethods,
    /// See that a user has a password, and since when.
    ReadPasswords,
    /// See a user's passkeys.
    ReadPasskeys,
    /// See a user's authenticator apps.
    ReadTotpApps,
    /// Add a passkey for a user.
    AddPasskey,
    /// Delete a user's passkey.
    DeletePasskey,
    /// Delete a user's authenticator app.
    DeleteTotp,
    /// Change how a user signs in.
    WriteSignInPreferences,
    /// See whether a user must prove several factors.
    ReadRequirements,
    /// Change whether a user must prove several factors.
    WriteRequirements,
    /// Make a user register anew what they sign in with.
    RequireRegistration,
    /// See the authentication methods policy.
    ReadPolicy,
    /// Change or revert the authentication methods policy.
    WritePolicy,
    /// See one user.
    ReadUser,
    /// See all users.
    ListUsers,
    /// See one user's names and mail address.
    ReadUserBasics,
    /// See all users' names and mail addresses.
    ListUserBasics,
    /// Make an account.
    CreateUser,
    /// Change ordinary properties of an account.
    UpdateUser,
    /// Change sensitive ones, the sign-in name above all (Graph contract 10.3).
    UpdateUserSensitive,
    /// Enable or disable an account.
    SwitchAccount,
    /// Give an account another password, or say that it must be changed.
    WritePasswordProfile,
    /// Change somebody's telephone numbers.
    WritePhones,
    /// Delete an account.
    DeleteUser,
    /// See groups and their members.
    ReadGroups,
    /// See the members of a group whose membership is hidden, without being in it.
    ReadHiddenGroupMembers,
    /// Make a group.
    CreateGroup,
    /// Change or delete a group, its owners.
    WriteGroup,
    /// Change a group's members.
    WriteGroupMembers,
    /// Change a group that the person owns, its owners; delete it unless a policy names it; not a role-assignable one.
    WriteOwnedGroup,
    /// Change the members of a group that the person owns; not of a role-assignable one.
    WriteOwnedGroupMembers,
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
    /// See administrative units and their members.
    ReadUnits,
    /// See the members of a unit whose membership is hidden, without being in it.
    ReadHiddenMembers,
    /// Make, change or delete an administrative unit, its members too.
    WriteUnits,
    /// See applications, service principals and app roles.
    ReadApplications,
    /// Register an application.
    CreateApplication,
    /// Change or delete an application, its secrets too.
    WriteApplication,
    /// The same for an application that the caller owns, or for itself.
    WriteOwnedApplication,
    /// Give or take an app role of an application.
    AssignAppRole,
    /// Give or take a permission of Graph, as which an app role of it is known.
    AssignGraphPermission,
    /// See what applications may do in people's names.
    ReadGrants,
    /// Grant delegated scopes of an application.
    GrantScopes,
    /// Grant delegated scopes of Graph.
    GrantGraphScopes,
    /// See the sign-in log.
    ReadSignIns,
    /// See who registered what to sign in with.
    ReadRegistrations,
    /// See the audit log.
    ReadAudits,
    /// See the tenant and its domains.
    ReadOrganization,
    /// Give a user a new password that must be changed at once.
    ResetPassword,
    /// End a user's sessions.
    RevokeSessions,
    /// See the keys that sign tokens, never the keys themselves.
    ReadSigningKeys,
    /// Give the signing keys successors.
    RotateSigningKeys,
    /// See which domains are handed to other providers, never the secrets.
    ReadFederation,
    /// Hand a domain to another provider or take it back, forget who a person is there.
    WriteFederation,
    /// Change the tenant's name, colour and logo.
    WriteBranding,
    /// Change who hears of what by notices.
    WriteNotices,
    /// Come in to the portal.
    OpenPortal,
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
    /// A restricted-management unit keeps the target from everyone whose role is not given there.
    #[error("the target is in a restricted management administrative unit")]
    RestrictedUnit,
    /// Not for oneself.
    #[error("this can't be done for oneself")]
    Oneself,
    /// The person changes a sign-in method of their own, and the session behind it is none, too old, or stands on a
    /// password alone (sign-in contract 5.1).
    #[error("this asks for a fresh sign-in with more than a password")]
    NotFresh,
}

impl Action {
    /// What the caller must be allowed, too: whoever gives a role must see which there are (Graph contract 12.1).
    pub const fn beside(self) -> Option<Self> {
        match self {
            Self::AssignAppRole | Self::AssignGraphPermission => Some(Self::ReadApplications),
            _ => None,
        }
    }

    /// Whether nobody may do it to themselves, whatever they hold (sign-in contract 6.8 and 8.1).
    const fn is_never_for_oneself(self) -> bool {
        matches!(
            self,
            Self::IssuePass | Self::ResetPassword | Self::WriteRequirements | Self::RequireRegistration
        )
    }
}

/// Decides whether the caller may do this, to this user where the action is aimed at one: such an action must come
/// with its target; without one it is refused.
///
/// # Errors
/// Why not; the caller is told no more than that.
pub fn may(caller: &Caller, action: Action, target: Option<&TargetUser>) -> Result<Permit, Denied> {
    let rule = rule(action);
    match caller {
        Caller::Console => Ok(()),
        Caller::Application {
            permissions,
            roles,
            reaches_admins,
            ..
        } => {
            if !holds(*permissions, rule.application) {
                return Err(Denied::Permission);
            }
            let (table, for_all) = match rule.roles {
                RoleRule::AnyMember | RoleRule::OneOf(_) => return Ok(Permit(())),
                RoleRule::Reaching(table) => (table, false),
                RoleRule::ReachingForAll(table) => (table, true),
            };
            let target = target.ok_or(Denied::ProtectedTarget)?;
            // An application's permission reaches everybody but those whom a restricted unit keeps, and those with
            // a role where the action or the tenant says so. Then it takes a role, as for people.
            let needs_role =
                target.is_restricted() || (target.is_administrator() && (for_all || !reaches_admins));
            if needs_role {
                reaches(roles, table, target)
            } else {
                Ok(())
            }
        }
        Caller::Person {
            id,
            roles,
            grant,
            user_type,
            ..
        } => {
            let check = |target| rule.roles.check(roles, *user_type, target);
            let oneself = target.is_some_and(|target| target.id == *id);
            if oneself && action.is_never_for_oneself() {
                return Err(Denied::Oneself);
            }
            let scopes = match grant {
                Grant::OwnPages if oneself && !rule.own.is_empty() => return Ok(Permit(())),
                // The consent page is everyone's own; an administrator may answer it for all.
                Grant::OwnPages if action == Action::ConsentForEveryone => {
                    let may = roles.contains_any(ROLE_GIVERS);
                    return may.then_some(Permit(())).ok_or(Denied::Role);
                }
                Grant::OwnPages => return Err(Denied::Permission),
                Grant::Portal if oneself && rule.roles.manages_target() => return Err(Denied::Oneself),
                Grant::Portal => return check(target).map(Permit),
                Grant::Delegated(delegation) => delegation.scopes,
            };
            let has_own = oneself && !rule.own.is_empty();
            if has_own && (holds(scopes, rule.own) || holds(scopes, rule.delegated)) {
                return Ok(Permit(()));
            }
            if !holds(scopes, rule.delegated) {
                return Err(Denied::Permission);
            }
            check(target)
        }
    }
    .map(Permit)
}

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;
