//! What is understood of the `claims` parameter (sign-in contract 9.10); the rest is voluntary.

use latchkey_domain::AuthenticationContext;
use serde_json::Value;

/// What a request asks for by `claims`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    /// More than one factor.
    pub(crate) multifactor: bool,
    /// … not older than ten minutes.
    pub(crate) fresh: bool,
    /// An authentication context that the token must have.
    pub(crate) context: Option<AuthenticationContext>,
    /// The client understands challenges.
    pub(crate) handles_challenges: bool,
}

/// Why a `claims` parameter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// It is no JSON object.
    #[error("The parameter 'claims' is not valid.")]
    Malformed,
    /// It demands an authentication context that there is none of: what can't be met fails (Core 5.5.1.1).
    #[error("The parameter 'claims' demands an authentication context that does not exist.")]
    NoSuchContext,
}

impl Claims {
    /// What a parameter says, if there is one.
    ///
    /// # Errors
    /// [`ClaimsError`]
    pub(crate) fn of(text: Option<&str>) -> Result<Self, ClaimsError> {
        text.map_or_else(|| Ok(Self::default()), Self::read)
    }

    /// # Errors
    /// [`ClaimsError`]
    pub(crate) fn read(text: &str) -> Result<Self, ClaimsError> {
        let claims: Value = serde_json::from_str(text).map_err(|_| ClaimsError::Malformed)?;
        if !claims.is_object() {
            return Err(ClaimsError::Malformed);
        }
        let values = |pointer: &str| values_at(&claims, pointer);
        let amr = [values("/id_token/amr"), values("/access_token/amr")].concat();
        let fresh = amr.iter().any(|method| method == "ngcmfa");
        Ok(Self {
            multifactor: fresh || amr.iter().any(|method| method == "mfa"),
            fresh,
            context: context_of(&claims)?,
            handles_challenges: values("/access_token/xms_cc").iter().any(|able| able == "cp1"),
        })
    }
}

/// The value or values that a claim is asked for with, in lower case.
fn values_at(claims: &Value, pointer: &str) -> Vec<String> {
    let wanted = claims.pointer(pointer);
    let several = wanted
        .and_then(|wanted| wanted.get("values"))
        .and_then(Value::as_array);
    let one = wanted.and_then(|wanted| wanted.get("value"));
    several
        .into_iter()
        .flatten()
        .chain(one)
        .filter_map(Value::as_str)
        .map(str::to_ascii_lowercase)
        .collect()
}

/// The context that both tokens together must have. Of several values each is enough, and one that asks for less is met
/// wherever another one is.
fn context_of(claims: &Value) -> Result<Option<AuthenticationContext>, ClaimsError> {
    let mut demanded = None;
    for pointer in ["/id_token/acrs", "/access_token/acrs"] {
        let essential = claims.pointer(pointer).and_then(|wanted| wanted.get("essential"));
        if essential != Some(&Value::Bool(true)) {
            continue;
        }
        let values = values_at(claims, pointer);
        let known = values
            .iter()
            .filter_map(|name| AuthenticationContext::parse(name));
        let least = known.min();
        if least.is_none() && !values.is_empty() {
            return Err(ClaimsError::NoSuchContext);
        }
        demanded = demanded.max(least);
    }
    Ok(demanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_as_far_as_they_are_known() {
        let read = |text| Claims::read(text).map(|c| (c.multifactor, c.fresh, c.handles_challenges));
        assert_eq!(
            read(r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#),
            Ok((false, false, true))
        );
        assert_eq!(
            read(r#"{"id_token":{"amr":{"values":["mfa"]}}}"#),
            Ok((true, false, false))
        );
        assert_eq!(
            read(r#"{"access_token":{"amr":{"essential":true,"values":["ngcmfa"]}}}"#),
            Ok((true, true, false))
        );
        assert_eq!(
            read(r#"{"id_token":{"signin_state":{"essential":false}}}"#),
            Ok((false, false, false))
        );
        assert_eq!(read("{}"), Ok((false, false, false)));
        for broken in ["", "[]", "1", "{", "null"] {
            assert_eq!(read(broken), Err(ClaimsError::Malformed), "{broken}");
        }
    }

    #[test]
    fn contexts_are_demanded_only_where_they_are_essential() {
        use AuthenticationContext as Context;
        let read = |text| Claims::read(text).map(|claims| claims.context);
        for (text, wanted) in [
            (
                r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#,
                Some(Context::Multifactor),
            ),
            (
                r#"{"access_token":{"acrs":{"essential":true,"values":["c3","C2"]}}}"#,
                Some(Context::Passwordless),
            ),
            (
                r#"{"id_token":{"acrs":{"essential":true,"values":["c9","c3"]}}}"#,
                Some(Context::PhishingResistant),
            ),
            (
                r#"{"id_token":{"acrs":{"essential":true,"value":"c1"}},"access_token":{"acrs":{"essential":true,"value":"c3"}}}"#,
                Some(Context::PhishingResistant),
            ),
            (r#"{"access_token":{"acrs":{"essential":true}}}"#, None),
            (r#"{"access_token":{"acrs":{"value":"c3"}}}"#, None),
            (
                r#"{"access_token":{"acrs":{"essential":"true","value":"c3"}}}"#,
                None,
            ),
            (r#"{"access_token":{"acrs":null}}"#, None),
        ] {
            assert_eq!(read(text), Ok(wanted), "{text}");
        }
        let unknown = r#"{"access_token":{"acrs":{"essential":true,"value":"c77"}}}"#;
        assert_eq!(read(unknown), Err(ClaimsError::NoSuchContext));
    }
}
