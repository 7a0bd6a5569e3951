//! Administrative units: parts of the directory that a role can be limited to (Graph contract 9.3).

use crate::{RoleId, Timestamp, UnitId};

/// What creating an administrative unit asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnit {
    /// Name to show, 1–256 characters.
    pub display_name: String,
    /// What it is for, at most 1024 characters.
    pub description: Option<String>,
    /// Whether only administrators and its members see its members; fixed when it is made.
    pub hidden_membership: bool,
    /// Whether only roles that are given at this unit may change its members; fixed when it is made
    /// (sign-in contract 8.3).
    pub restricted: bool,
}

/// An administrative unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministrativeUnit {
    /// Object id.
    pub id: UnitId,
    /// Its properties.
    pub properties: NewUnit,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A property whose value breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid value specified for property '{property}' of resource 'AdministrativeUnit'.")]
pub struct UnitFieldError {
    /// The property's name in Graph.
    pub property: &'static str,
}

impl NewUnit {
    /// Checks every property against its bounds.
    ///
    /// # Errors
    /// The first property that breaks its rule.
    pub fn validate(&self) -> Result<(), UnitFieldError> {
        let name = &self.display_name;
        if name.trim().is_empty() || name.chars().count() > 256 || name.chars().any(char::is_control) {
            return Err(UnitFieldError {
                property: "displayName",
            });
        }
        let too_long = |text: &String| text.chars().count() > 1024 || text.contains('\0');
        if self.description.as_ref().is_some_and(too_long) {
            return Err(UnitFieldError {
                property: "description",
            });
        }
        Ok(())
    }
}

/// Roles that may be given for one unit only: of the Graph contract's list (9.3), those that do something to the
/// people in a unit here.
pub const UNIT_ROLES: &[RoleId] = &[
    RoleId::AUTHENTICATION_ADMINISTRATOR,
    RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    RoleId::HELPDESK_ADMINISTRATOR,
    RoleId::PASSWORD_ADMINISTRATOR,
    RoleId::USER_ADMINISTRATOR,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_have_bounds() {
        let unit = |name: &str, description: Option<String>| NewUnit {
            display_name: name.to_owned(),
            description,
            hidden_membership: false,
            restricted: false,
        };
        assert!(unit("Plant 7", Some("a".repeat(1024))).validate().is_ok());
        for (wrong, property) in [
            (unit(" ", None), "displayName"),
            (unit(&"a".repeat(257), None), "displayName"),
            (unit("a\nb", None), "displayName"),
            (unit("a", Some("a".repeat(1025))), "description"),
            (unit("a", Some("\0".to_owned())), "description"),
        ] {
            assert_eq!(wrong.validate(), Err(UnitFieldError { property }));
        }
    }
}
