//! Directory roles: Entra's built-in ones, by their template ids, and their assignments.
//!
//! Ids: Graph contract 16.1.

use std::fmt;
use std::str::FromStr;

use uuid::{Uuid, uuid};

use crate::{PrincipalId, RoleAssignmentId, Timestamp, UnitId, UserId};

/// A role's template id, which is also its definition's id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(Uuid);

/// A role that every tenant has.
#[derive(Debug, Clone, Copy)]
pub struct BuiltInRole {
    /// Template id.
    pub id: RoleId,
    /// Name in Entra.
    pub name: &'static str,
    /// What its holders can do here.
    pub description: &'static str,
}

/// How far a role reaches that was given to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleScope {
    /// The whole tenant.
    Tenant,
    /// The direct members of one administrative unit (sign-in contract 8.3).
    Unit(UnitId),
}

/// A role given to someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The assignment's own id.
    pub id: RoleAssignmentId,
    /// Which role.
    pub role: RoleId,
    /// Who holds it: a person or an application's service principal.
    pub principal: PrincipalId,
    /// For what.
    pub scope: RoleScope,
    /// Since when.
    pub created_at: Timestamp,
}

/// The roles that somebody holds at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldRoles {
    /// For the whole tenant.
    pub tenant: Vec<RoleId>,
    /// For the direct members of a unit.
    pub units: Vec<(RoleId, UnitId)>,
}

impl HeldRoles {
    /// Whether the role is held for the whole tenant.
    pub fn contains(&self, role: RoleId) -> bool {
        self.tenant.contains(&role)
    }

    /// Whether any of these is held for the whole tenant.
    pub fn contains_any(&self, roles: &[RoleId]) -> bool {
        self.tenant.iter().any(|role| roles.contains(role))
    }
}

impl From<Vec<RoleId>> for HeldRoles {
    fn from(tenant: Vec<RoleId>) -> Self {
        Self {
            tenant,
            units: Vec::new(),
        }
    }
}

/// What `wids` holds for every signed-in member, beside directory roles (sign-in contract 8.5).
pub const SIGNED_IN_MEMBER: Uuid = uuid!("b79fbf4d-3ef9-4689-8143-76b194e85509");

impl RoleId {
    /// Global Administrator
    pub const GLOBAL_ADMINISTRATOR: Self = Self(uuid!("62e90394-69f5-4237-9190-012177145e10"));
    /// Privileged Authentication Administrator
    pub const PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: Self =
        Self(uuid!("7be44c8a-adaf-4e2a-84d6-ab2649e08a13"));
    /// Authentication Administrator
    pub const AUTHENTICATION_ADMINISTRATOR: Self = Self(uuid!("c4e39bd9-1100-46d3-8c65-fb160da0071f"));
    /// Authentication Policy Administrator
    pub const AUTHENTICATION_POLICY_ADMINISTRATOR: Self = Self(uuid!("0526716b-113d-4c15-b2c8-68e3c22b9f80"));
    /// Global Reader
    pub const GLOBAL_READER: Self = Self(uuid!("f2ef992c-3afb-46b9-b7cf-a126ee74c451"));
    /// User Administrator
    pub const USER_ADMINISTRATOR: Self = Self(uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1"));
    /// Helpdesk Administrator
    pub const HELPDESK_ADMINISTRATOR: Self = Self(uuid!("729827e3-9c14-49f7-bb1b-9608f156bbb8"));
    /// Password Administrator
    pub const PASSWORD_ADMINISTRATOR: Self = Self(uuid!("966707d0-3269-4727-9be2-8c3a10f19b9d"));
    /// Privileged Role Administrator
    pub const PRIVILEGED_ROLE_ADMINISTRATOR: Self = Self(uuid!("e8611ab8-c189-46e8-94e1-60213ab1f814"));
    /// Reports Reader
    pub const REPORTS_READER: Self = Self(uuid!("4a5d8f65-41da-4de4-8968-e035b65339cf"));
    /// Security Reader
    pub const SECURITY_READER: Self = Self(uuid!("5d6b6bb7-de71-4623-b4af-96380a352509"));
    /// Security Administrator
    pub const SECURITY_ADMINISTRATOR: Self = Self(uuid!("194ae4cb-b126-40b2-bd5b-6091b380977d"));
    /// Security Operator
    pub const SECURITY_OPERATOR: Self = Self(uuid!("5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"));
    /// Directory Readers
    pub const DIRECTORY_READERS: Self = Self(uuid!("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"));
    /// Directory Writers
    pub const DIRECTORY_WRITERS: Self = Self(uuid!("9360feb5-f418-4baa-8175-e2a00bac4301"));
    /// Groups Administrator
    pub const GROUPS_ADMINISTRATOR: Self = Self(uuid!("fdd7a751-b60b-444a-984c-02652fe8fa1c"));
    /// License Administrator
    pub const LICENSE_ADMINISTRATOR: Self = Self(uuid!("4d6ac14f-3453-41d0-bef9-a3e0c569773a"));
    /// Guest Inviter
    pub const GUEST_INVITER: Self = Self(uuid!("95e79109-95c0-4d8e-aee3-d01accf2d47b"));
    /// Message Center Reader
    pub const MESSAGE_CENTER_READER: Self = Self(uuid!("790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"));
    /// Usage Summary Reports Reader
    pub const USAGE_SUMMARY_REPORTS_READER: Self = Self(uuid!("75934031-6c7e-415a-99d7-48dbd49e875e"));
    /// User Experience Success Manager
    pub const USER_EXPERIENCE_SUCCESS_MANAGER: Self = Self(uuid!("27460883-1df1-4691-b032-3b79643e5e63"));
    /// Application Administrator
    pub const APPLICATION_ADMINISTRATOR: Self = Self(uuid!("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"));
    /// Cloud Application Administrator
    pub const CLOUD_APPLICATION_ADMINISTRATOR: Self = Self(uuid!("158c047a-c907-4556-b7ef-446551a6b5f7"));
    /// Application Developer
    pub const APPLICATION_DEVELOPER: Self = Self(uuid!("cf1c38e5-3621-4004-a7cb-879624dced7c"));
    /// Conditional Access Administrator
    pub const CONDITIONAL_ACCESS_ADMINISTRATOR: Self = Self(uuid!("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"));
    /// Lifecycle Workflows Administrator
    pub const LIFECYCLE_WORKFLOWS_ADMINISTRATOR: Self = Self(uuid!("59d46f88-662b-457b-bceb-5c3809e5908f"));
    /// Identity Governance Administrator
    pub const IDENTITY_GOVERNANCE_ADMINISTRATOR: Self = Self(uuid!("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e"));

    /// From the 16 bytes that are stored.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The built-in role with this id.
    pub fn built_in(self) -> Option<&'static BuiltInRole> {
        BUILT_IN_ROLES.iter().find(|role| role.id == self)
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.built_in() {
            Some(role) => f.write_str(role.name),
            None => write!(f, "RoleId({self})"),
        }
    }
}

impl FromStr for RoleId {
    type Err = crate::id::InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<UserId>().map(|id| Self::from_bytes(*id.as_bytes()))
    }
}

/// All built-in roles, in the order of the Graph contract.
pub const BUILT_IN_ROLES: &[BuiltInRole] = &[
    BuiltInRole {
        id: RoleId::GLOBAL_ADMINISTRATOR,
        name: "Global Administrator",
        description: "Can do everything: manages people, methods, roles, applications and settings.",
    },
    BuiltInRole {
        id: RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        name: "Privileged Authentication Administrator",
        description: "Can see, set and reset how anybody signs in, administrators among them.",
    },
    BuiltInRole {
        id: RoleId::AUTHENTICATION_ADMINISTRATOR,
        name: "Authentication Administrator",
        description: "Can see, set and reset how people without an administrator role, and holders of some lesser roles, sign in.",
    },
    BuiltInRole {
        id: RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR,
        name: "Authentication Policy Administrator",
        description: "Can change which methods there are to sign in with, and for whom; no person's own methods.",
    },
    BuiltInRole {
        id: RoleId::GLOBAL_READER,
        name: "Global Reader",
        description: "Can read everything that a Global Administrator can, and change nothing.",
    },
    BuiltInRole {
        id: RoleId::USER_ADMINISTRATOR,
        name: "User Administrator",
        description: "Can manage people and groups, and reset passwords of people and of holders of lesser roles.",
    },
    BuiltInRole {
        id: RoleId::HELPDESK_ADMINISTRATOR,
        name: "Helpdesk Administrator",
        description: "Can reset passwords of people and of holders of lesser roles, and end their sessions.",
    },
    BuiltInRole {
        id: RoleId::PASSWORD_ADMINISTRATOR,
        name: "Password Administrator",
        description: "Can reset passwords of people without an administrator role and of other Password Administrators.",
    },
    BuiltInRole {
        id: RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
        name: "Privileged Role Administrator",
        description: "Can give and take roles, and manage role-assignable groups and administrative units.",
    },
    BuiltInRole {
        id: RoleId::REPORTS_READER,
        name: "Reports Reader",
        description: "Can read the sign-in log, the audit log and the registration report.",
    },
    BuiltInRole {
        id: RoleId::SECURITY_READER,
        name: "Security Reader",
        description: "Can read the sign-in log, the audit log and the registration report.",
    },
    BuiltInRole {
        id: RoleId::SECURITY_ADMINISTRATOR,
        name: "Security Administrator",
        description: "Can read the logs, the registration report and how the tenant is secured.",
    },
    BuiltInRole {
        id: RoleId::SECURITY_OPERATOR,
        name: "Security Operator",
        description: "Can read the sign-in log and the registration report.",
    },
    BuiltInRole {
        id: RoleId::DIRECTORY_READERS,
        name: "Directory Readers",
        description: "Can read people, groups and other basic information of the directory.",
    },
    BuiltInRole {
        id: RoleId::DIRECTORY_WRITERS,
        name: "Directory Writers",
        description: "Can read the directory, and make and change groups.",
    },
    BuiltInRole {
        id: RoleId::GROUPS_ADMINISTRATOR,
        name: "Groups Administrator",
        description: "Can make, change and delete groups that hold no roles, their members and owners.",
    },
    BuiltInRole {
        id: RoleId::LICENSE_ADMINISTRATOR,
        name: "License Administrator",
        description: "Can assign licences in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::GUEST_INVITER,
        name: "Guest Inviter",
        description: "Can invite guests in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::MESSAGE_CENTER_READER,
        name: "Message Center Reader",
        description: "Can read the message center in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::USAGE_SUMMARY_REPORTS_READER,
        name: "Usage Summary Reports Reader",
        description: "Can read usage reports in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::USER_EXPERIENCE_SUCCESS_MANAGER,
        name: "User Experience Success Manager",
        description: "Can read feedback and adoption reports in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::APPLICATION_ADMINISTRATOR,
        name: "Application Administrator",
        description: "Can register, change and delete applications, and grant what is not of Microsoft Graph.",
    },
    BuiltInRole {
        id: RoleId::CLOUD_APPLICATION_ADMINISTRATOR,
        name: "Cloud Application Administrator",
        description: "Can register, change and delete applications, and grant what is not of Microsoft Graph.",
    },
    BuiltInRole {
        id: RoleId::APPLICATION_DEVELOPER,
        name: "Application Developer",
        description: "Can register applications of their own in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::CONDITIONAL_ACCESS_ADMINISTRATOR,
        name: "Conditional Access Administrator",
        description: "Can manage Conditional Access in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::LIFECYCLE_WORKFLOWS_ADMINISTRATOR,
        name: "Lifecycle Workflows Administrator",
        description: "Can manage lifecycle workflows in Entra ID; does nothing here.",
    },
    BuiltInRole {
        id: RoleId::IDENTITY_GOVERNANCE_ADMINISTRATOR,
        name: "Identity Governance Administrator",
        description: "Can manage access reviews and entitlements in Entra ID; does nothing here.",
    },
];
