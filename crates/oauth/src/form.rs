//! Reading `application/x-www-form-urlencoded` strictly: a parameter twice is an error (RFC 6749, 3.2).

use std::collections::HashMap;

use percent_encoding::percent_decode;

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FormError {
    /// Not UTF-8 after decoding, or a `%` that is no escape.
    Malformed,
    /// This parameter stands twice.
    Repeated(String),
}

/// The parameters of a form or a query.
#[derive(Debug, Default)]
pub(crate) struct Form(HashMap<String, String>);

impl Form {
    /// Reads a body or a query.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut parameters = HashMap::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = match at.and_then(|at| pair.split_at_checked(at)) {
                Some((name, rest)) => (name, rest.get(1..).unwrap_or_default()),
                None => (pair, &[][..]),
            };
            let name = decode(name).ok_or(FormError::Malformed)?;
            let value = decode(value).ok_or(FormError::Malformed)?;
            if parameters.contains_key(&name) {
                return Err(FormError::Repeated(name));
            }
            parameters.insert(name, value);
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter; an empty one counts as left out (RFC 6749, 3.2).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All that is left, for an endpoint that passes it on.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0.into_iter().collect()
    }

    /// Takes a value out, to be kept as a secret.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }
}

/// Decodes one name or value: `+` is a blank, `%41` an `A`.
pub(crate) fn decode(text: &[u8]) -> Option<String> {
    // Tokens and most other values have neither.
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return std::str::from_utf8(text).ok().map(str::to_owned);
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let mut rest = spaced.as_slice();
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let [b'%', high, low, tail @ ..] = rest.get(at..).unwrap_or_default() else {
            return None;
        };
        if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
            return None;
        }
        rest = tail;
    }
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_names_and_values() {
        let form = Form::parse(b"a=1+2%2B3&b=&c&%64=%C3%A4&&e==x").unwrap();
        assert_eq!(form.get("a"), Some("1 2+3"));
        assert_eq!(form.get("b"), None, "empty is left out");
        assert_eq!(form.get("c"), None);
        assert_eq!(form.get("d"), Some("ä"));
        assert_eq!(form.get("e"), Some("=x"));
    }

    #[test]
    fn refuses_repeated_and_malformed() {
        assert_eq!(
            Form::parse(b"a=1&b=2&%61=3").unwrap_err(),
            FormError::Repeated("a".to_owned())
        );
        for body in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"%c3=1"] {
            assert_eq!(Form::parse(body).unwrap_err(), FormError::Malformed);
        }
    }
}
