//! What an application must say when it signs a token to prove who it is (RFC 7523 3, sign-in contract 9.5).

use crate::{ClientId, Seconds, Timestamp};

/// The longest life of such a token, from now on: 10 minutes.
pub const ASSERTION_LIFETIME: Seconds = Seconds(600);
/// How far an application's clock may be ahead of ours: 5 minutes.
const SKEW: Seconds = Seconds(300);

/// The claims that count. Times are seconds since 1970, and not always whole ones.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct AssertionClaims {
    /// The application.
    pub iss: String,
    /// The application.
    pub sub: String,
    /// For whom it was signed.
    pub aud: AssertionAudience,
    /// Until when it counts.
    pub exp: f64,
    /// From when.
    #[serde(default)]
    pub nbf: Option<f64>,
    /// When it was signed.
    #[serde(default)]
    pub iat: Option<f64>,
}

/// `aud` (RFC 7519 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum AssertionAudience {
    /// A single one.
    One(String),
    /// A list.
    Several(Vec<String>),
}

impl AssertionAudience {
    /// The audience, if there is one alone: who is meant together with others could have got the token from them.
    fn alone(&self) -> Option<&str> {
        match self {
            Self::One(audience) => Some(audience),
            Self::Several(audiences) => match audiences.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }
}

/// Why such a token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AssertionError {
    /// Not a token, or claims are missing.
    #[error("Client assertion is malformed.")]
    Malformed,
    /// Signed by none of the application's certificates.
    #[error("Client assertion is not signed by a certificate of the application.")]
    Key,
    /// `iss` and `sub` are not the application.
    #[error("Client assertion issuer and subject must be the application's client ID.")]
    Subject,
    /// It is for somebody else.
    #[error(
        "Client assertion audience must be the issuer, the token endpoint or that of pushed requests, alone."
    )]
    Audience,
    /// Too old, too early, or with too long a life.
    #[error("Client assertion is not within its valid time range, which may last ten minutes.")]
    Time,
}

impl AssertionError {
    /// Entra's number.
    pub const fn number(self) -> u32 {
        match self {
            Self::Malformed => 50_027,
            Self::Key => 700_027,
            Self::Subject => 700_021,
            Self::Audience => 700_023,
            Self::Time => 700_024,
        }
    }
}

impl AssertionClaims {
    /// Whether this is the application's own word, to us, now. `audiences` are our names.
    ///
    /// # Errors
    /// [`AssertionError::Subject`], [`AssertionError::Audience`], [`AssertionError::Time`]
    pub fn check(
        &self,
        client_id: ClientId,
        audiences: &[String],
        now: Timestamp,
    ) -> Result<(), AssertionError> {
        let is_client = |text: &str| text.parse() == Ok(client_id);
        if !is_client(&self.iss) || !is_client(&self.sub) {
            return Err(AssertionError::Subject);
        }
        let known = |audience| audiences.iter().any(|known| known == audience);
        if !self.aud.alone().is_some_and(known) {
            return Err(AssertionError::Audience);
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let (now, skew, life) = (
            now.as_seconds() as f64,
            SKEW.0 as f64,
            ASSERTION_LIFETIME.0 as f64,
        );
        let begun = |at: Option<f64>| at.is_none_or(|at| at <= now + skew);
        // The life is that of the application's own clock, if it tells the time; parts of a second don't count.
        let from = [self.iat, self.nbf].into_iter().flatten().fold(now, f64::max);
        if now < self.exp && self.exp < from + life + 1.0 && begun(self.nbf) && begun(self.iat) {
            Ok(())
        } else {
            Err(AssertionError::Time)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: ClientId = ClientId::from_bytes([7; 16]);

    fn check(text: &str) -> Result<(), AssertionError> {
        let ours = ["https://id.example.com/t/v2.0".to_owned()];
        let claims: AssertionClaims =
            serde_json::from_str(&text.replace("CLIENT", &CLIENT.to_string())).unwrap();
        claims.check(CLIENT, &ours, Timestamp::from_seconds(1000))
    }

    #[test]
    fn only_the_applications_own_fresh_word_to_us_counts() {
        let good = r#"{"iss":"CLIENT","sub":"CLIENT","aud":"https://id.example.com/t/v2.0","exp":1600.5,"iat":1000,"jti":"1"}"#;
        assert_eq!(check(good), Ok(()));
        let changed = |from: &str, to: &str| check(&good.replace(from, to));
        assert_eq!(
            changed(r#""iss":"CLIENT""#, r#""iss":"other""#),
            Err(AssertionError::Subject)
        );
        assert_eq!(
            changed(r#""sub":"CLIENT""#, r#""sub":"other""#),
            Err(AssertionError::Subject)
        );
        let audience = r#""https://id.example.com/t/v2.0""#;
        let (one, two) = (
            format!("[{audience}]"),
            format!("[{audience},\"https://evil.example\"]"),
        );
        assert_eq!(changed(audience, &one), Ok(()));
        for other in [&two, "[]", "\"https://id.example.com/t/v2.0/\"", "\"\""] {
            assert_eq!(changed(audience, other), Err(AssertionError::Audience), "{other}");
        }
        for (exp, outcome) in [
            ("1000", Err(AssertionError::Time)),
            ("1001", Ok(())),
            ("1600", Ok(())),
            ("1601", Err(AssertionError::Time)),
            ("-1e300", Err(AssertionError::Time)),
            ("1e300", Err(AssertionError::Time)),
        ] {
            assert_eq!(changed("1600.5", exp), outcome, "{exp}");
        }
        assert_eq!(
            changed(r#""iat":1000"#, r#""iat":1301"#),
            Err(AssertionError::Time)
        );
        // Five minutes ahead of us, and for ten minutes.
        let ahead = |exp: &str| {
            check(
                &good
                    .replace("1600.5", exp)
                    .replace(r#""iat":1000"#, r#""iat":1300"#),
            )
        };
        assert_eq!(ahead("1900"), Ok(()));
        assert_eq!(ahead("1901"), Err(AssertionError::Time));
        assert_eq!(
            changed(r#""iat":1000"#, r#""nbf":1301"#),
            Err(AssertionError::Time)
        );
        assert_eq!(changed(r#""iat":1000"#, r#""nbf":1300"#), Ok(()));
    }
}
