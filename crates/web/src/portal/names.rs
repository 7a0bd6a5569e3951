//! Account names as people type them.

use latchkey_domain::Upn;

/// The account name that is meant; a name alone is of the organization's own domain.
///
/// # Errors
/// The words to show.
pub(super) fn account_name(text: &str, domain: &str) -> Result<Upn, &'static str> {
    let whole = if text.contains('@') {
        text.to_owned()
    } else {
        format!("{text}@{domain}")
    };
    Upn::parse(&whole).map_err(|_| "Write an account name like ada@example.com.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_of_the_own_domain() {
        let name = |text| account_name(text, "example.com").map(|name| name.to_string());
        assert_eq!(name("ada"), Ok("ada@example.com".to_owned()));
        assert_eq!(name("ada@other.example"), Ok("ada@other.example".to_owned()));
        assert!(name("<b>").is_err());
    }
}
