//! The parameters of a request, none twice (RFC 6749, 3.1).

/// Names and values as they came, in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters<'a>(pub(crate) &'a [(String, String)]);

impl<'a> Parameters<'a> {
    /// A value; an empty one counts as left out, of several the first one counts.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find_map(|(known, value)| (known == name).then_some(value.as_str()))
            .filter(|value| !value.is_empty())
    }

    /// A name that came twice.
    pub(crate) fn repeated(self) -> Option<&'a str> {
        self.0.iter().enumerate().find_map(|(place, (name, _))| {
            let before = self.0.get(..place).unwrap_or_default();
            before
                .iter()
                .any(|(known, _)| known == name)
                .then_some(name.as_str())
        })
    }

    /// Whether this name came twice.
    pub(crate) fn is_repeated(self, name: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == name).count() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_found_and_empty_is_nothing() {
        let pairs =
            [("a", "1"), ("b", ""), ("a", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let parameters = Parameters(&pairs);
        assert_eq!(parameters.get("a"), Some("1"));
        assert_eq!(parameters.get("b"), None);
        assert_eq!(parameters.repeated(), Some("a"));
        assert!(parameters.is_repeated("a") && !parameters.is_repeated("b"));
        assert_eq!(Parameters(&pairs[..2]).repeated(), None);
    }
}
