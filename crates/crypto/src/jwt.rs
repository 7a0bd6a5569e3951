//! Verifying the tokens that our own keys signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::Timestamp;
use serde::Deserialize;

use crate::KeySet;

/// A longer token is refused unread.
pub const MAX_JWT_BYTES: usize = 16 * 1024;

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not three parts of strict base64url, too long, or a header that is not ours.
    #[error("not a token")]
    Malformed,
    /// Signed by none of the keys that are believed now.
    #[error("the token names an unknown key")]
    UnknownKey,
    /// Changed, or not signed by the key that it names, with that key's algorithm.
    #[error("the token's signature does not verify")]
    BadSignature,
}

/// What is read of the JOSE header. A header with `crit` demands something that we do not do (RFC 7515, 4.1.11).
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    crit: Option<serde::de::IgnoredAny>,
}

impl KeySet {
    /// The claims of a token in the compact form (RFC 7515, 7.1), as the JSON that was signed, if the key that its
    /// `kid` names has signed it and is believed at `now`. What the claims say is not judged.
    ///
    /// The algorithm is that of the key; a header that names another one, or `none`, is refused (RFC 8725, 3.1).
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Vec<u8>, JwtError> {
        if token.len() > MAX_JWT_BYTES {
            return Err(JwtError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);

        let header: Header = serde_json::from_slice(&header).map_err(|_| JwtError::Malformed)?;
        if header.crit.is_some() {
            return Err(JwtError::Malformed);
        }
        let key = self.verifying_key(&header.kid, now).ok_or(JwtError::UnknownKey)?;
        if header.alg != key.algorithm().as_str() || !key.verifies(message.as_bytes(), &signature) {
            return Err(JwtError::BadSignature);
        }
        Ok(claims)
    }
}

/// Strict base64url: no padding, no white space, no stray bits; a further dot is no sign of it either.
fn decode(part: &str) -> Result<Vec<u8>, JwtError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed)
}
