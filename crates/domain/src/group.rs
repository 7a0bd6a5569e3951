//! Groups and their members (Graph contract 8.1).

use std::fmt;
use std::str::FromStr;

use crate::account::is_mail_nickname;
use crate::id::InvalidId;
use crate::{GroupId, PrincipalId, ServicePrincipalId, Timestamp, UserId};

/// Who sees a group's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Members only.
    #[default]
    Private,
    /// Everyone.
    Public,
    /// Members, owners and administrators only.
    HiddenMembership,
}

impl Visibility {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "Private",
            Self::Public => "Public",
            Self::HiddenMembership => "HiddenMembership",
        }
    }

    /// Reads the word on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Private, Self::Public, Self::HiddenMembership]
            .into_iter()
            .find(|v| v.as_str() == text)
    }

    /// Whether a group that has it can get this one: members are hidden from the start and for ever, or never (Graph
    /// contract 8.1).
    pub fn may_become(self, new: Self) -> bool {
        self == new || (self != Self::HiddenMembership && new != Self::HiddenMembership)
    }
}

/// What creating a security group asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// Name to show, 1–256 characters.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Mail alias.
    pub mail_nickname: String,
    /// Whether roles may be given to it; such a group protects its members and owners.
    pub role_assignable: bool,
    /// Who sees its members.
    pub visibility: Visibility,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Object id.
    pub id: GroupId,
    /// Its properties.
    pub properties: NewGroup,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a group can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Member {
    /// A person.
    User(UserId),
    /// A group, whose members count too.
    Group(GroupId),
    /// An application as it stands in the tenant.
    Principal(ServicePrincipalId),
}

impl Member {
    /// The name of its kind in Graph.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Principal(_) => "servicePrincipal",
        }
    }

    /// Its object id.
    pub fn id(self) -> PrincipalId {
        match self {
            Self::User(id) => id.into(),
            Self::Group(id) => id.into(),
            Self::Principal(id) => id.into(),
        }
    }
}

/// Its kind and its id, as lists name the place where they go on.
impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.id())
    }
}

impl FromStr for Member {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once(' ') {
            Some(("user", id)) => id.parse().map(Self::User),
            Some(("group", id)) => id.parse().map(Self::Group),
            Some(("servicePrincipal", id)) => id.parse().map(Self::Principal),
            _ => Err(InvalidId),
        }
    }
}

/// A property whose value breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid value specified for property '{property}' of resource 'Group'.")]
pub struct GroupFieldError {
    /// The property's name in Graph.
    pub property: &'static str,
}

impl NewGroup {
    /// Checks every property against its bounds.
    ///
    /// # Errors
    /// The first property that breaks its rule.
    pub fn validate(&self) -> Result<(), GroupFieldError> {
        let name = &self.display_name;
        if name.trim().is_empty() || name.chars().count() > 256 || name.chars().any(char::is_control) {
            return Err(GroupFieldError {
                property: "displayName",
            });
        }
        if !is_mail_nickname(&self.mail_nickname) {
            return Err(GroupFieldError {
                property: "mailNickname",
            });
        }
        if self
            .description
            .as_ref()
            .is_some_and(|text| text.chars().count() > 1024 || text.contains('\0'))
        {
            return Err(GroupFieldError {
                property: "description",
            });
        }
        if self.role_assignable && self.visibility != Visibility::Private {
            return Err(GroupFieldError {
                property: "visibility",
            });
        }
        Ok(())
    }
}
