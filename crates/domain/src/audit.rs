//! The audit log: its events and the words that detection rules look for.
//!
//! Names: Graph contract 11.3, sign-in contract 12.2.

use crate::{AuditId, ClientId, CorrelationId, ServicePrincipalId, Timestamp, UserId};

macro_rules! activities {
    ($($(#[$doc:meta])* $variant:ident $name:literal $service:literal $category:literal $operation:literal;)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Activity { $($(#[$doc])* $variant,)+ }

        impl Activity {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// `activityDisplayName`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The activity with this `activityDisplayName`.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// `loggedByService`.
            pub const fn service(self) -> &'static str {
                match self { $(Self::$variant => $service,)+ }
            }

            /// `category`.
            pub const fn category(self) -> &'static str {
                match self { $(Self::$variant => $category,)+ }
            }

            /// `operationType`.
            pub const fn operation(self) -> &'static str {
                match self { $(Self::$variant => $operation,)+ }
            }
        }
    };
}

activities! {
    /// An administrator added a method, such as a pass.
    AdminRegisteredSecurityInfo "Admin registered security info" "Authentication Methods" "UserManagement" "Add";
    /// An administrator deleted a method.
    AdminDeletedSecurityInfo "Admin deleted security info" "Authentication Methods" "UserManagement" "Delete";
    /// A user, or an application for a user, added a method.
    UserRegisteredSecurityInfo "User registered security info" "Authentication Methods" "UserManagement" "Add";
    /// A user, or an application for a user, deleted a method.
    UserDeletedSecurityInfo "User deleted security info" "Authentication Methods" "UserManagement" "Delete";
    /// An administrator changed how somebody signs in.
    AdminUpdatedSecurityInfo "Admin updated security info" "Authentication Methods" "UserManagement" "Update";
    /// An administrator had somebody register anew what they sign in with.
    AdminRequiredRegistration "Admin required re-registration of MFA authentication methods." "Authentication Methods" "UserManagement" "Update";
    /// A user changed a method, such as a passkey's name.
    UserUpdatedSecurityInfo "User updated security info" "Authentication Methods" "UserManagement" "Update";
    /// The options for making a passkey were fetched.
    PasskeyOptionsFetched "Get passkey creation options" "Authentication Methods" "UserManagement" "Other";
    /// An administrator gave somebody a new password through the method's own address.
    AdminStartedPasswordReset "Admin started password reset" "Authentication Methods" "UserManagement" "Update";
    /// The method policy was changed.
    PolicyUpdate "Authentication Methods Policy Update" "Authentication Methods" "ApplicationManagement" "Update";
    /// The method policy was put back to its defaults.
    PolicyReset "Authentication Methods Policy Reset" "Authentication Methods" "ApplicationManagement" "Update";
    /// An authentication strength was made.
    AddStrength "Create authentication strength policy" "Authentication Methods" "Policy" "Add";
    /// An authentication strength was changed.
    UpdateStrength "Update authentication strength policy" "Authentication Methods" "Policy" "Update";
    /// An authentication strength was deleted.
    DeleteStrength "Delete authentication strength policy" "Authentication Methods" "Policy" "Delete";
    /// Too many wrong guesses blocked a pass for good.
    PassBlocked "Latchkey blocked a temporary access pass" "Authentication Methods" "UserManagement" "Update";
    /// A pass opened a session.
    PassRedeemed "Latchkey redeemed a temporary access pass" "Authentication Methods" "UserManagement" "Update";
    /// An account was made.
    AddUser "Add user" "Core Directory" "UserManagement" "Add";
    /// An account was changed.
    UpdateUser "Update user" "Core Directory" "UserManagement" "Update";
    /// An account was deleted.
    DeleteUser "Delete user" "Core Directory" "UserManagement" "Delete";
    /// A deleted account came back.
    RestoreUser "Restore user" "Core Directory" "UserManagement" "Update";
    /// A deleted account was removed for good.
    HardDeleteUser "Hard Delete user" "Core Directory" "UserManagement" "Delete";
    /// An account was switched off.
    DisableAccount "Disable account" "Core Directory" "UserManagement" "Update";
    /// An account was switched on.
    EnableAccount "Enable account" "Core Directory" "UserManagement" "Update";
    /// Someone else set a user's password.
    ResetUserPassword "Reset user password" "Core Directory" "UserManagement" "Update";
    /// A user set their own password.
    ChangeUserPassword "Change user password" "Core Directory" "UserManagement" "Update";
    /// A user's sessions were ended.
    SessionsRevoked "Update StsRefreshTokenValidFrom Timestamp" "Core Directory" "UserManagement" "Update";
    /// A code or a refresh token came again: everything that came of that sign-in ended.
    GrantReused "Latchkey revoked tokens after one was used again" "Core Directory" "UserManagement" "Update";
    /// An application gave its tokens back.
    GrantRevoked "Latchkey revoked tokens for an application" "Core Directory" "UserManagement" "Update";
    /// A user said that a sign-in with their name was somebody else's.
    SignInDisowned "Latchkey user disowned a sign-in" "Authentication Methods" "UserManagement" "Update";
    /// A group was made.
    AddGroup "Add group" "Core Directory" "GroupManagement" "Add";
    /// A group was changed.
    UpdateGroup "Update group" "Core Directory" "GroupManagement" "Update";
    /// A group was deleted.
    DeleteGroup "Delete group" "Core Directory" "GroupManagement" "Delete";
    /// Someone joined a group.
    AddMemberToGroup "Add member to group" "Core Directory" "GroupManagement" "Assign";
    /// Someone left a group.
    RemoveMemberFromGroup "Remove member from group" "Core Directory" "GroupManagement" "Unassign";
    /// Someone now owns a group.
    AddOwnerToGroup "Add owner to group" "Core Directory" "GroupManagement" "Assign";
    /// Someone no longer owns a group.
    RemoveOwnerFromGroup "Remove owner from group" "Core Directory" "GroupManagement" "Unassign";
    /// Someone was given a directory role.
    AddMemberToRole "Add member to role" "Core Directory" "RoleManagement" "Assign";
    /// A directory role was taken away.
    RemoveMemberFromRole "Remove member from role" "Core Directory" "RoleManagement" "Unassign";
    /// Someone was given a directory role for one administrative unit.
    AddScopedMemberToRole "Add scoped member to role" "Core Directory" "RoleManagement" "Assign";
    /// A directory role for one administrative unit was taken away.
    RemoveScopedMemberFromRole "Remove scoped member from role" "Core Directory" "RoleManagement" "Unassign";
    /// The older form of roles shows one more.
    ActivateRole "Activate directory role" "Core Directory" "RoleManagement" "Update";
    /// An administrative unit was made.
    AddUnit "Add administrative unit" "Core Directory" "AdministrativeUnit" "Add";
    /// An administrative unit was changed.
    UpdateUnit "Update administrative unit" "Core Directory" "AdministrativeUnit" "Update";
    /// An administrative unit was deleted.
    DeleteUnit "Delete administrative unit" "Core Directory" "AdministrativeUnit" "Delete";
    /// Someone or something was put into an administrative unit.
    AddMemberToUnit "Add member to administrative unit" "Core Directory" "AdministrativeUnit" "Assign";
    /// Someone or something was taken out of an administrative unit.
    RemoveMemberFromUnit "Remove member from administrative unit" "Core Directory" "AdministrativeUnit" "Unassign";
    /// A domain was handed to another provider, or taken back.
    SetFederation "Set federation settings on domain" "Core Directory" "DirectoryManagement" "Update";
    /// Somebody signed in at their domain's provider for the first time.
    LinkFederatedUser "Link user to federated identity" "Core Directory" "UserManagement" "Update";
    /// Who somebody is at other providers was forgotten.
    UnlinkFederatedUser "Unlink user from federated identity" "Core Directory" "UserManagement" "Update";
    /// An application was made.
    AddApplication "Add application" "Core Directory" "ApplicationManagement" "Add";
    /// An application was changed.
    UpdateApplication "Update application" "Core Directory" "ApplicationManagement" "Update";
    /// An application was deleted.
    DeleteApplication "Delete application" "Core Directory" "ApplicationManagement" "Delete";
    /// Someone now owns an application.
    AddOwnerToApplication "Add owner to application" "Core Directory" "ApplicationManagement" "Assign";
    /// Someone no longer owns an application.
    RemoveOwnerFromApplication "Remove owner from application" "Core Directory" "ApplicationManagement" "Unassign";
    /// An application got or lost a secret.
    UpdateApplicationSecrets "Update application – Certificates and secrets management" "Core Directory" "ApplicationManagement" "Update";
    /// An application now stands in the tenant.
    AddServicePrincipal "Add service principal" "Core Directory" "ApplicationManagement" "Add";
    /// How an application stands in the tenant was changed.
    UpdateServicePrincipal "Update service principal" "Core Directory" "ApplicationManagement" "Update";
    /// An application no longer stands in the tenant.
    RemoveServicePrincipal "Remove service principal" "Core Directory" "ApplicationManagement" "Delete";
    /// A person or an administrator consented to what an application may do.
    ConsentToApplication "Consent to application" "Core Directory" "ApplicationManagement" "Assign";
    /// An administrator granted delegated scopes.
    AddDelegatedGrant "Add delegated permission grant" "Core Directory" "ApplicationManagement" "Assign";
    /// Delegated scopes were taken back.
    RemoveDelegatedGrant "Remove delegated permission grant" "Core Directory" "ApplicationManagement" "Unassign";
    /// An app role was given to an application.
    AddAppRoleAssignment "Add app role assignment to service principal" "Core Directory" "ApplicationManagement" "Assign";
    /// An app role was taken from an application.
    RemoveAppRoleAssignment "Remove app role assignment from service principal" "Core Directory" "ApplicationManagement" "Unassign";
    /// An app role was given to a person.
    AddAppRoleToUser "Add app role assignment grant to user" "Core Directory" "UserManagement" "Assign";
    /// An app role was taken from a person.
    RemoveAppRoleFromUser "Remove app role assignment from user" "Core Directory" "UserManagement" "Unassign";
    /// An app role was given to a group.
    AddAppRoleToGroup "Add app role assignment to group" "Core Directory" "GroupManagement" "Assign";
    /// An app role was taken from a group.
    RemoveAppRoleFromGroup "Remove app role assignment from group" "Core Directory" "GroupManagement" "Unassign";
    /// Somebody subscribed to changes.
    AddSubscription "Latchkey added a subscription" "Core Directory" "ApplicationManagement" "Add";
    /// A subscription was renewed.
    UpdateSubscription "Latchkey renewed a subscription" "Core Directory" "ApplicationManagement" "Update";
    /// A subscription was deleted, by its subscriber or because what it stood on had ended.
    DeleteSubscription "Latchkey deleted a subscription" "Core Directory" "ApplicationManagement" "Delete";
    /// The tenant was made.
    TenantCreated "Latchkey created the tenant" "Core Directory" "DirectoryManagement" "Add";
    /// The tenant's name, colour or logo was changed.
    UpdateBranding "Latchkey changed the branding" "Core Directory" "DirectoryManagement" "Update";
    /// It was changed who hears of what by notices.
    UpdateNotices "Latchkey changed the notices" "Core Directory" "DirectoryManagement" "Update";
    /// A signing key was made or retired.
    KeyRotated "Latchkey rotated a signing key" "Core Directory" "Policy" "Update";
    /// What an older master key had sealed was sealed anew.
    MasterKeyRotated "Latchkey rotated the master key" "Core Directory" "Policy" "Update";
}

/// Whether it was done or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    /// Done.
    Success,
    /// Refused or failed; nothing changed.
    Failure,
}

impl AuditOutcome {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Initiator {
    /// A person.
    User {
        /// Object id.
        id: UserId,
        /// Sign-in name.
        upn: String,
        /// Name to show.
        display_name: String,
    },
    /// An application in its own name.
    Application {
        /// What it signed in with.
        client_id: ClientId,
        /// Its service principal.
        service_principal_id: ServicePrincipalId,
        /// Name to show.
        display_name: String,
    },
    /// Somebody at the machine's own console, or the server itself.
    Console,
}

/// What kind of thing was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TargetKind {
    /// A person.
    User,
    /// A group.
    Group,
    /// A directory role.
    Role,
    /// An administrative unit.
    AdministrativeUnit,
    /// A policy.
    Policy,
    /// An application.
    Application,
    /// An application as it stands in the tenant.
    ServicePrincipal,
    /// The tenant, its keys.
    Directory,
    /// A domain.
    Domain,
    /// A subscription to changes.
    Subscription,
}

impl TargetKind {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
            Self::AdministrativeUnit => "AdministrativeUnit",
            Self::Policy => "Policy",
            Self::Application => "Application",
            Self::ServicePrincipal => "ServicePrincipal",
            Self::Directory => "Directory",
            Self::Domain => "Domain",
            Self::Subscription => "Other",
        }
    }
}

/// A changed property: values as JSON text, as Entra writes them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ModifiedProperty {
    /// The property.
    pub name: String,
    /// Its value before, JSON text.
    pub old: Option<String>,
    /// Its value now, JSON text.
    pub new: Option<String>,
}

/// What was touched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuditTarget {
    /// What kind of thing.
    pub kind: TargetKind,
    /// Its id.
    pub id: String,
    /// Its name to show.
    pub display_name: Option<String>,
    /// A user's sign-in name.
    pub upn: Option<String>,
    /// What changed.
    pub modified: Vec<ModifiedProperty>,
}

/// One of `additionalDetails`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuditDetail {
    /// Name.
    pub key: String,
    /// Value.
    pub value: String,
}

/// An event of the audit log. Never holds a code, a secret, nor any part or hash of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub activity: Activity,
    /// Done or refused.
    pub outcome: AuditOutcome,
    /// `resultReason`.
    pub reason: String,
    /// Who did it.
    pub initiator: Initiator,
    /// From where.
    pub ip_address: String,
    /// What was touched.
    pub targets: Vec<AuditTarget>,
    /// Anything more.
    pub details: Vec<AuditDetail>,
    /// Ties together the events of one request.
    pub correlation_id: CorrelationId,
}

impl ModifiedProperty {
    /// A property that was a text and is one now.
    pub fn text(name: &str, old: Option<&str>, new: Option<&str>) -> Self {
        let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        Self {
            name: name.to_owned(),
            old: old.map(quoted),
            new: new.map(quoted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_detection_rules() {
        assert_eq!(
            Activity::AdminRegisteredSecurityInfo.name(),
            "Admin registered security info"
        );
        assert_eq!(
            Activity::AdminRegisteredSecurityInfo.service(),
            "Authentication Methods"
        );
        assert_eq!(
            Activity::AdminRequiredRegistration.name(),
            "Admin required re-registration of MFA authentication methods."
        );
        assert_eq!(Activity::PolicyUpdate.category(), "ApplicationManagement");
        let mut names: Vec<_> = Activity::ALL.iter().map(|a| a.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Activity::ALL.len(), "a name stands for one activity");
        for activity in Activity::ALL {
            assert_eq!(Activity::from_name(activity.name()), Some(*activity));
        }
        assert_eq!(Activity::from_name(""), None);
    }
}
