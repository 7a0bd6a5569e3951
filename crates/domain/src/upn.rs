//! User principal names: what people sign in with.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::UserId;

/// A user principal name, `alias@domain`, as it was given and as it is compared.
///
/// Compared without regard to case after NFKC normalisation (sign-in contract 2.2).
#[derive(Debug, Clone)]
pub struct Upn {
    shown: String,
    key: String,
}

/// Why a text is no user principal name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpnError {
    /// Longer than 113 characters.
    #[error("longer than 113 characters")]
    TooLong,
    /// Not of the form `alias@domain`, or with characters that may not stand there.
    #[error("not of the form alias@domain")]
    Malformed,
}

/// How a request names a user: by object id or by name (Graph contract 1.1).
#[derive(Debug, Clone)]
pub enum UserRef {
    /// The object id.
    Id(UserId),
    /// The user principal name.
    Name(Upn),
}

impl Upn {
    /// The longest name, in characters (Graph contract 7.3).
    pub const MAX: usize = 113;

    /// Trims, checks and normalises a name.
    ///
    /// The alias may hold letters, digits and `' . - _ ! # ^ ~` (Graph contract 7.3), the domain
    /// letters, digits, `-` and `.`.
    ///
    /// # Errors
    /// [`UpnError`] when it is too long or of another form.
    pub fn parse(text: &str) -> Result<Self, UpnError> {
        let shown: String = text.trim().to_owned();
        let key = if shown.is_ascii() {
            shown.to_ascii_lowercase()
        } else {
            shown.nfkc().flat_map(char::to_lowercase).collect()
        };
        if shown.chars().count() > Self::MAX || key.chars().count() > Self::MAX {
            return Err(UpnError::TooLong);
        }
        let (alias, domain) = key.split_once('@').ok_or(UpnError::Malformed)?;
        let alias_ok = !alias.is_empty()
            && !alias.starts_with('.')
            && !alias.ends_with('.')
            && alias
                .chars()
                .all(|c| c.is_alphanumeric() || "'.-_!#^~".contains(c));
        let domain_ok = !domain.is_empty()
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        if alias_ok && domain_ok {
            Ok(Self { shown, key })
        } else {
            Err(UpnError::Malformed)
        }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// What is compared and indexed: normalised, lower case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part before `@`, normalised.
    pub fn alias(&self) -> &str {
        self.key
            .split_once('@')
            .map_or(self.key.as_str(), |(alias, _)| alias)
    }

    /// The part behind `@`, normalised.
    pub fn domain(&self) -> &str {
        self.key.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether this is an external guest's name (`ada_example.com#EXT#@tenant`): someone whose
    /// home is another tenant (sign-in contract 5.4).
    pub fn is_external_guest(&self) -> bool {
        self.alias().contains("#ext#")
    }
}

impl PartialEq for Upn {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Upn {}

impl fmt::Display for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl UserRef {
    /// Reads a path segment: a GUID is an id, anything else must be a name.
    ///
    /// # Errors
    /// [`UpnError`] when it is neither.
    pub fn parse(text: &str) -> Result<Self, UpnError> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => Upn::parse(text).map(Self::Name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_and_width() {
        let ada = Upn::parse("  Ada@Example.com ").unwrap();
        assert_eq!(ada.as_str(), "Ada@Example.com");
        assert_eq!(ada, Upn::parse("ada@EXAMPLE.com").unwrap());
        assert_eq!(
            Upn::parse("ａda@example.com").unwrap(),
            ada,
            "full-width letters are the same letters"
        );
    }

    #[test]
    fn refuses_what_is_no_name() {
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a b@example.com",
            "ada@exa mple.com",
            "ada@@example.com",
            "ada@.com",
            "ada@-x.com",
            "a\0b@example.com",
            "<b>@example.com",
        ] {
            assert_eq!(Upn::parse(wrong), Err(UpnError::Malformed), "{wrong}");
        }
        assert_eq!(
            Upn::parse(&format!("{}@example.com", "a".repeat(102))),
            Err(UpnError::TooLong)
        );
        assert!(Upn::parse(&format!("{}@example.com", "a".repeat(101))).is_ok());
    }

    #[test]
    fn external_guests_are_known_by_their_name() {
        assert!(
            Upn::parse("ada_other.org#EXT#@example.com")
                .unwrap()
                .is_external_guest()
        );
        assert!(!Upn::parse("ada#x@example.com").unwrap().is_external_guest());
    }
}
