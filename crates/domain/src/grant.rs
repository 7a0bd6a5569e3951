//! What applications were granted: delegated scopes, by whom for whom, and app roles.
//!
//! Sign-in contract 9.7; Graph's `oAuth2PermissionGrant` and `appRoleAssignment`.

use uuid::uuid;

use crate::{AppRoleId, ClientId, PrincipalId, ServicePrincipalId, Timestamp, UserId};

impl ClientId {
    /// Our Graph, as the application that scopes and tokens name; the same in every tenant.
    pub const GRAPH: Self = Self::from_uuid(uuid!("00000003-0000-0000-c000-000000000000"));

    /// The public client of the command line; the same in every installation.
    pub const COMMAND_LINE: Self = Self::from_uuid(uuid!("1a7c4ce7-0000-4000-8000-000000000001"));
}

impl ServicePrincipalId {
    /// The service principal of our Graph. Entra's differs by tenant; ours is the same everywhere.
    pub const GRAPH: Self = Self::from_uuid(uuid!("00000003-0000-0000-c000-000000000001"));
}

/// What names a delegated grant: there is one at most for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DelegatedGrantKey {
    /// Who may act: the client's service principal.
    pub client: ServicePrincipalId,
    /// On what: the resource's service principal.
    pub resource: ServicePrincipalId,
    /// For whom: one person, or everyone (`AllPrincipals`) when there is none.
    pub principal: Option<UserId>,
}

/// Delegated scopes that an application may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegatedGrant {
    /// Who, on what, for whom.
    pub key: DelegatedGrantKey,
    /// The scopes by their names; the text on the wire is separated by blanks.
    pub scopes: Vec<String>,
    /// When it was first made.
    pub created_at: Timestamp,
}

/// Who holds an app role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignedKind {
    /// A person.
    User,
    /// A group: everyone who is directly in it.
    Group,
    /// Another application.
    ServicePrincipal,
}

/// What names an assignment of an app role: there is one at most for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AppRoleAssignmentKey {
    /// Who holds it; a group's id is one of these, too.
    pub principal: PrincipalId,
    /// Whose role.
    pub resource: ServicePrincipalId,
    /// Which role; [`AppRoleId::DEFAULT`] stands for "assigned, without a role".
    pub role: AppRoleId,
}

/// An app role that someone holds. Roles of our Graph are not among these: see
/// [`Application::permissions`](crate::Application::permissions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRoleAssignment {
    /// Who holds which role of whom.
    pub key: AppRoleAssignmentKey,
    /// What the holder is.
    pub kind: AssignedKind,
    /// Since when.
    pub created_at: Timestamp,
}

impl AppRoleId {
    /// What stands for "assigned" where an application has no roles.
    pub const DEFAULT: Self = Self::from_bytes([0; 16]);
}

impl DelegatedGrant {
    /// The scopes as one text.
    pub fn scope_text(&self) -> String {
        self.scopes.join(" ")
    }

    /// Reads scopes from one text; doubles count once.
    pub fn scopes_of(text: &str) -> Vec<String> {
        let mut scopes: Vec<String> = Vec::new();
        for scope in text.split_ascii_whitespace() {
            if !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                scopes.push(scope.to_owned());
            }
        }
        scopes
    }

    /// Whether the scope is in the grant, without regard to case.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known.eq_ignore_ascii_case(scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_once_each() {
        assert_eq!(
            DelegatedGrant::scopes_of(" User.Read  openid user.read "),
            ["User.Read", "openid"]
        );
    }
}
