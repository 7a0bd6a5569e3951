//! Who asks, and at whom it is aimed.

use crate::{
    AuthorizationId, ClientId, HeldRoles, PermissionSet, RoleId, ServicePrincipalId, SessionId, UnitId,
    UserId, UserType,
};

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
        roles: HeldRoles,
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
        roles: HeldRoles,
        /// Whether its permissions alone reach users who hold a directory role (sign-in contract 8.1,
        /// `apps_may_act_on_admins`).
        reaches_admins: bool,
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
    /// What the person let an application do.
    Delegated(Delegation),
}

/// What a person let an application do in their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delegation {
    /// The application.
    pub client: ClientId,
    /// What its tokens stand on.
    pub authorization: AuthorizationId,
    /// The delegated scopes.
    pub scopes: PermissionSet,
}

/// What matters about the user that an action is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetUser {
    /// Object id.
    pub id: UserId,
    /// Roles held, whatever their scope.
    pub roles: Vec<RoleId>,
    /// Member or owner of a role-assignable group.
    pub in_role_assignable_group: bool,
    /// Holds a role for a restricted-management unit.
    pub has_role_in_restricted_unit: bool,
    /// The administrative units that hold the user directly.
    pub units: Vec<TargetUnit>,
}

/// An administrative unit that a target is a direct member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetUnit {
    /// Object id.
    pub id: UnitId,
    /// Whether only roles that are given at this unit may change its members.
    pub restricted: bool,
}

impl TargetUser {
    /// A user without roles, in no group and no unit.
    pub const fn ordinary(id: UserId) -> Self {
        Self {
            id,
            roles: Vec::new(),
            in_role_assignable_group: false,
            has_role_in_restricted_unit: false,
            units: Vec::new(),
        }
    }

    /// Whether a role or a role-assignable group makes the user somebody who administers.
    pub const fn is_administrator(&self) -> bool {
        !self.roles.is_empty() || self.in_role_assignable_group
    }

    /// Whether a restricted-management unit holds the user.
    pub fn is_restricted(&self) -> bool {
        self.units.iter().any(|unit| unit.restricted)
    }
}
