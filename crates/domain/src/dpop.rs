//! What a proof of possession must say, and what is bound to its key (`DPoP`, RFC 9449).

use crate::{Seconds, Timestamp};

/// How far a client's clock may be off, each way: a proof counts for so long, and once.
pub const PROOF_WINDOW: Seconds = Seconds(300);
/// The longest name of a proof that is read.
const MAX_JTI: usize = 256;

/// A public key by its thumbprint: SHA-256 in base64url (RFC 7638), 43 signs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyThumbprint(String);

/// Not a thumbprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the thumbprint of a key")]
pub struct InvalidThumbprint;

impl KeyThumbprint {
    /// Its 43 signs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyThumbprint {
    type Error = InvalidThumbprint;

    fn try_from(text: String) -> Result<Self, InvalidThumbprint> {
        let fits = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits {
            Ok(Self(text))
        } else {
            Err(InvalidThumbprint)
        }
    }
}

impl From<KeyThumbprint> for String {
    fn from(key: KeyThumbprint) -> Self {
        key.0
    }
}

/// What a proof says (RFC 9449 4.2).
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct ProofClaims {
    /// Its name, never used twice.
    pub jti: String,
    /// The method of the request that it is for.
    pub htm: String,
    /// The address of that request, without query and fragment.
    pub htu: String,
    /// When it was made, in seconds since 1970, and not always whole ones.
    pub iat: f64,
    /// The hash of the access token that is sent along.
    #[serde(default)]
    pub ath: Option<String>,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ProofError {
    /// Not a proof, or claims are missing, or it came twice.
    #[error("The DPoP header is not one well-formed proof.")]
    Malformed,
    /// Not signed by the key that it brings along.
    #[error("The signature of the DPoP proof does not verify.")]
    Signature,
    /// For another method or address.
    #[error("The DPoP proof is for another request.")]
    Request,
    /// Made too long ago, or too far ahead.
    #[error("The DPoP proof is too old, or the clock that it was made by is wrong.")]
    Time,
    /// For another access token, or for none where one was sent.
    #[error("The DPoP proof is for another access token.")]
    AccessToken,
    /// By another key than that of the token.
    #[error("The DPoP proof is by another key than the one that was bound before.")]
    Key,
    /// It was used before.
    #[error("The DPoP proof was used before.")]
    Replayed,
}

impl ProofClaims {
    /// Whether the proof is for this request, with this access token if one came along (its hash), at this moment.
    ///
    /// # Errors
    /// [`ProofError::Malformed`], [`ProofError::Request`], [`ProofError::Time`], [`ProofError::AccessToken`]
    pub fn check(
        &self,
        method: &str,
        address: &str,
        token_hash: Option<&str>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        if self.jti.is_empty() || self.jti.len() > MAX_JTI {
            return Err(ProofError::Malformed);
        }
        if self.htm != method || comparable(&self.htu) != comparable(address) {
            return Err(ProofError::Request);
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let (now, window) = (now.as_seconds() as f64, PROOF_WINDOW.0 as f64);
        // What is no number is not fresh either.
        let fresh = (self.iat - now).abs() < window;
        if !fresh {
            return Err(ProofError::Time);
        }
        match (token_hash, &self.ath) {
            (Some(hash), Some(named)) if hash == named => Ok(()),
            (Some(_), _) => Err(ProofError::AccessToken),
            (None, _) => Ok(()),
        }
    }
}

/// An address in the one of its spellings that is compared: without query and fragment, scheme and host in lower case,
/// no default port, and what need not be escaped in the path not escaped (RFC 3986 6.2.2 and 6.2.3). None for what is
/// no address.
fn comparable(address: &str) -> Option<String> {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let (scheme, rest) = address.get(..end)?.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let slash = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(slash)?;
    let authority = authority.to_ascii_lowercase();
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let host = authority.strip_suffix(default_port).unwrap_or(&authority);
    let path = if path.is_empty() { "/" } else { path };
    Some(format!("{scheme}://{host}{}", unescaped(path)))
}

/// A path in which letters, digits and `-._~` stand for themselves, and other escapes are in capitals.
fn unescaped(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (digits, part.get(..2), part.get(2..)) {
            (Some(byte), _, Some(rest)) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                plain.push(char::from(byte));
                plain.push_str(rest);
            }
            (Some(_), Some(digits), Some(rest)) => {
                plain.push('%');
                plain.push_str(&digits.to_ascii_uppercase());
                plain.push_str(rest);
            }
            _ => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn proof() -> ProofClaims {
        ProofClaims {
            jti: "1".to_owned(),
            htm: "GET".to_owned(),
            htu: "https://id.example.com/v1.0/users".to_owned(),
            iat: 1_800_000_000.0,
            ath: Some("hash".to_owned()),
        }
    }

    fn check(change: impl FnOnce(&mut ProofClaims)) -> Result<(), ProofError> {
        let mut proof = proof();
        change(&mut proof);
        proof.check("GET", "https://id.example.com/v1.0/users", Some("hash"), NOW)
    }

    #[test]
    fn a_proof_is_for_one_request_with_one_token_now() {
        assert_eq!(check(|_| {}), Ok(()));
        assert_eq!(check(|p| p.htm = "POST".into()), Err(ProofError::Request));
        assert_eq!(check(|p| p.htm = "get".into()), Err(ProofError::Request));
        assert_eq!(check(|p| p.ath = None), Err(ProofError::AccessToken));
        assert_eq!(
            check(|p| p.ath = Some("other".into())),
            Err(ProofError::AccessToken)
        );
        for jti in [String::new(), "x".repeat(MAX_JTI + 1)] {
            assert_eq!(check(|p| p.jti = jti), Err(ProofError::Malformed));
        }
        for (off, outcome) in [
            (299.0, Ok(())),
            (-299.0, Ok(())),
            (300.0, Err(ProofError::Time)),
            (-300.0, Err(ProofError::Time)),
            (f64::NAN, Err(ProofError::Time)),
        ] {
            assert_eq!(check(|p| p.iat += off), outcome, "{off}");
        }
    }

    #[test]
    fn addresses_are_compared_in_one_spelling() {
        for same in [
            "https://id.example.com/v1.0/users?$top=1#x",
            "HTTPS://ID.example.com:443/v1.0/users",
            "https://id.example.com/v1%2E0/%75sers",
        ] {
            assert_eq!(check(|p| p.htu = same.into()), Ok(()), "{same}");
        }
        for other in [
            "http://id.example.com/v1.0/users",
            "https://id.example.com:8443/v1.0/users",
            "https://id.example.com/v1.0/users/",
            "https://id.example.com/v1.0/Users",
            "https://id.example.com/v1.0%2Fusers",
            "https://id.example.com.evil.example/v1.0/users",
            "https://ada@id.example.com/v1.0/users",
            "/v1.0/users",
            "",
        ] {
            assert_eq!(
                check(|p| p.htu = other.into()),
                Err(ProofError::Request),
                "{other}"
            );
        }
        assert_eq!(comparable("https://x"), comparable("https://x:443/"));
        assert_eq!(
            comparable("https://x/%c3%a4%zz%"),
            Some("https://x/%C3%A4%zz%".to_owned())
        );
    }

    #[test]
    fn thumbprints_have_their_form() {
        let good = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        assert!(KeyThumbprint::try_from(good.to_owned()).is_ok());
        for bad in [&good[1..], "", &good.replace('-', "+"), &format!("{good}=")] {
            assert!(KeyThumbprint::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
