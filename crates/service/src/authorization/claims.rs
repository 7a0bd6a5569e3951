//! What is understood of the `claims` parameter (sign-in contract 9.10); the rest is voluntary.

use latchkey_domain::{AuthenticationContext, Seconds, SessionMethod, Timestamp};
use serde_json::{Value, json};

use super::decide::FRESH;

/// What a request asks for by `claims`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    /// More than one factor.
    pub(crate) multifactor: bool,
    /// … not older than ten minutes.
    pub(crate) fresh: bool,
    /// An authentication context that the token must have.
    pub(crate) context: Option<AuthenticationContext>,
    /// The `sub` of whom the ID token must be about.
    pub(crate) subject: Option<String>,
    /// The ID token is to have `auth_time`.
    pub(crate) auth_time: bool,
    /// … and `acr`.
    pub(crate) acr: bool,
    /// The client understands challenges.
    pub(crate) handles_challenges: bool,
}

/// What a sign-in lacks of what `claims` demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The person must sign in with something that satisfies this authentication context.
    #[error("The resource demands a stronger authentication method (authentication context '{0}').")]
    Context(AuthenticationContext),
    /// … with more than one factor.
    #[error("The resource demands multifactor authentication.")]
    Multifactor,
    /// … and anew.
    #[error("The resource demands multifactor authentication that is not older than ten minutes.")]
    Fresh,
}

impl Unmet {
    /// What to ask the authorization endpoint for, as its `claims` parameter.
    pub fn claims(self) -> Value {
        match self {
            Self::Context(context) => {
                json!({"access_token": {"acrs": {"essential": true, "value": context.name()}}})
            }
            Self::Multifactor => json!({"access_token": {"amr": {"essential": true, "values": ["mfa"]}}}),
            Self::Fresh => json!({"access_token": {"amr": {"essential": true, "values": ["ngcmfa"]}}}),
        }
    }
}

/// The one `acr` that there is: the person signed in, by themselves.
pub(super) const ACR: &str = "1";

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
            subject: claims
                .pointer("/id_token/sub/value")
                .and_then(Value::as_str)
                .map(str::to_owned),
            auth_time: claims.pointer("/id_token/auth_time").is_some(),
            acr: asks_acr(&claims)?,
            handles_challenges: values("/access_token/xms_cc").iter().any(|able| able == "cp1"),
        })
    }

    /// Whether a sign-in of this kind and time is enough.
    ///
    /// # Errors
    /// [`Unmet`]
    pub(super) fn check(
        &self,
        method: SessionMethod,
        authenticated_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Unmet> {
        if let Some(context) = self.context.filter(|context| !context.is_met_by(method)) {
            return Err(Unmet::Context(context));
        }
        if self.multifactor && !method.is_multifactor() {
            return Err(Unmet::Multifactor);
        }
        if self.fresh && Seconds::between(authenticated_at, now) > FRESH {
            return Err(Unmet::Fresh);
        }
        Ok(())
    }
}

/// Whether the ID token is to have `acr`.
fn asks_acr(claims: &Value) -> Result<bool, ClaimsError> {
    let wanted = claims.pointer("/id_token/acr");
    let essential = wanted.and_then(|wanted| wanted.get("essential")) == Some(&Value::Bool(true));
    let values = values_at(claims, "/id_token/acr");
    if essential && !values.is_empty() && !values.iter().any(|value| value == ACR) {
        return Err(ClaimsError::NoSuchContext);
    }
    Ok(wanted.is_some())
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
    fn claims_of_the_id_token_are_asked_for() {
        let read = |text| Claims::read(text).map(|claims| (claims.subject, claims.auth_time, claims.acr));
        assert_eq!(
            read(r#"{"id_token":{"sub":{"value":"aB-c"},"auth_time":{"essential":true},"acr":null}}"#),
            Ok((Some("aB-c".to_owned()), true, true))
        );
        assert_eq!(
            read(r#"{"id_token":{"auth_time":null,"sub":null}}"#),
            Ok((None, true, false))
        );
        assert_eq!(
            read(r#"{"id_token":{"acr":{"essential":true,"values":["9","1"]}}}"#),
            Ok((None, false, true))
        );
        let unmet = r#"{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:silver"]}}}"#;
        assert_eq!(read(unmet), Err(ClaimsError::NoSuchContext));
        assert_eq!(
            read(r#"{"id_token":{"acr":{"values":["urn:mace:incommon:iap:silver"]}}}"#),
            Ok((None, false, true)),
            "voluntary: what there is"
        );
    }

    #[test]
    fn a_sign_in_is_held_against_all_that_is_demanded() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let check = |text: &str, method, age: i64| {
            let claims = Claims::read(text).unwrap();
            claims.check(method, Timestamp::from_seconds(now.as_seconds() - age), now)
        };
        let (mfa, fresh) = (
            r#"{"id_token":{"amr":{"values":["mfa"]}}}"#,
            r#"{"access_token":{"amr":{"essential":true,"values":["ngcmfa"]}}}"#,
        );
        let c3 = r#"{"access_token":{"acrs":{"essential":true,"value":"c3"}}}"#;
        let (weak, strong) = (SessionMethod::Password, SessionMethod::Passkey);
        assert_eq!(check("{}", weak, 9999), Ok(()));
        assert_eq!(check(mfa, weak, 0), Err(Unmet::Multifactor));
        assert_eq!(check(mfa, strong, 9999), Ok(()));
        assert_eq!(check(fresh, weak, 0), Err(Unmet::Multifactor));
        assert_eq!(check(fresh, strong, 600), Ok(()));
        assert_eq!(check(fresh, strong, 601), Err(Unmet::Fresh));
        let context = AuthenticationContext::PhishingResistant;
        assert_eq!(check(c3, weak, 0), Err(Unmet::Context(context)));
        for unmet in [Unmet::Context(context), Unmet::Multifactor, Unmet::Fresh] {
            let back = Claims::read(&unmet.claims().to_string()).unwrap();
            assert!(back.check(weak, now, now).is_err(), "{unmet}");
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
