//! The keys by which another `OpenID` Provider signs its tokens, as it publishes them (RFC 7517).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::{JwsAlgorithm, JwtError, MAX_JWT_BYTES};

/// Another provider's keys for signatures, those that we can use.
#[derive(Debug, Default)]
pub struct ProviderKeys(Vec<ProviderKey>);

#[derive(Debug)]
struct ProviderKey {
    kid: Option<String>,
    public: Public,
}

enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(ParsedPublicKey),
}

impl std::fmt::Debug for Public {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.algorithm().as_str())
    }
}

/// The document is not a set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a set of keys")]
pub struct ProviderKeysError;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
}

impl ProviderKeys {
    /// Reads a JWK set. Keys of other kinds, and those for encryption, are left out.
    ///
    /// # Errors
    /// [`ProviderKeysError`] when it is no JWK set.
    pub fn read(document: &[u8]) -> Result<Self, ProviderKeysError> {
        let document: Document = serde_json::from_slice(document).map_err(|_| ProviderKeysError)?;
        Ok(Self(document.keys.into_iter().filter_map(Entry::key).collect()))
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The claims of a token in the compact form (RFC 7515 7.1), as the JSON that was signed, if one of these keys has
    /// signed it: the one that it names, or, if it names none, any. What the claims say is not judged. A key signs with
    /// its own algorithm and no other (RFC 8725 3.1).
    ///
    /// # Errors
    /// [`JwtError::UnknownKey`] when no key fits: there may be new ones by now.
    pub fn verify(&self, token: &str) -> Result<Vec<u8>, JwtError> {
        if token.len() > MAX_JWT_BYTES {
            return Err(JwtError::Malformed);
        }
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed);
        let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);
        let header: Header = serde_json::from_slice(&header).map_err(|_| JwtError::Malformed)?;
        if header.crit.is_some() {
            return Err(JwtError::Malformed);
        }
        let mut outcome = Err(JwtError::UnknownKey);
        for key in &self.0 {
            if header.kid.is_some() && header.kid != key.kid {
                continue;
            }
            if header.alg == key.public.algorithm().as_str()
                && key.public.verifies(message.as_bytes(), &signature)
            {
                return Ok(claims);
            }
            outcome = Err(JwtError::BadSignature);
        }
        outcome
    }
}

impl Entry {
    fn key(self) -> Option<ProviderKey> {
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let decode = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        let public = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let n = decode(&self.n)?;
                // 2048 to 8192 bits.
                (256..=1024).contains(&n.len()).then_some(())?;
                Public::Rsa {
                    n,
                    e: decode(&self.e)?,
                }
            }
            ("EC", Some("P-256")) => {
                let point = [vec![0x04], decode(&self.x)?, decode(&self.y)?].concat();
                Public::P256(ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()?)
            }
            _ => return None,
        };
        let other = self
            .alg
            .as_deref()
            .is_some_and(|named| named != public.algorithm().as_str());
        (!other).then_some(ProviderKey {
            kid: self.kid,
            public,
        })
    }
}

impl Public {
    const fn algorithm(&self) -> JwsAlgorithm {
        match self {
            Self::Rsa { .. } => JwsAlgorithm::Rs256,
            Self::P256(_) => JwsAlgorithm::Es256,
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            Self::P256(key) => key.verify_sig(message, signature).is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use latchkey_domain::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::{KeyEntry, KeySet, SigningKey};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const CLAIMS: &[u8] = br#"{"sub":"ada"}"#;

    fn key(algorithm: JwsAlgorithm) -> Arc<SigningKey> {
        Arc::new(SigningKey::generate(algorithm).unwrap())
    }

    /// What a provider with these keys publishes.
    fn published(keys: &[&Arc<SigningKey>]) -> Value {
        let entry = |key: &&Arc<SigningKey>| KeyEntry {
            key: Arc::clone(key),
            active_from: NOW,
            retired_until: None,
        };
        let set = KeySet::new(keys.iter().map(entry).collect());
        serde_json::from_str(&set.jwks(None, NOW)).unwrap()
    }

    fn read(document: &Value) -> ProviderKeys {
        ProviderKeys::read(document.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn published_keys_verify_what_they_signed_and_nothing_else() {
        let (rsa, ec, other) = (
            key(JwsAlgorithm::Rs256),
            key(JwsAlgorithm::Es256),
            key(JwsAlgorithm::Es256),
        );
        let keys = read(&published(&[&rsa, &ec]));
        assert_eq!(keys.len(), 2);
        for key in [&rsa, &ec] {
            assert_eq!(keys.verify(&key.sign(CLAIMS).unwrap()).unwrap(), CLAIMS);
        }
        let unknown = other.sign(CLAIMS).unwrap();
        assert_eq!(keys.verify(&unknown), Err(JwtError::UnknownKey));

        let good = ec.sign(CLAIMS).unwrap();
        let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
            panic!()
        };
        let evil = URL_SAFE_NO_PAD.encode(br#"{"sub":"eve"}"#);
        assert_eq!(
            keys.verify(&format!("{header}.{evil}.{signature}")),
            Err(JwtError::BadSignature)
        );
        let with_header = |header: Value| {
            let header = URL_SAFE_NO_PAD.encode(header.to_string());
            keys.verify(&format!("{header}.{claims}.{signature}"))
        };
        for alg in ["none", "HS256", "RS256", "ES256"] {
            let header = json!({"alg": alg, "kid": ec.key_id()});
            assert_eq!(with_header(header), Err(JwtError::BadSignature), "{alg}");
        }
        let demanding = json!({"alg": "ES256", "kid": ec.key_id(), "crit": ["b64"]});
        assert_eq!(with_header(demanding), Err(JwtError::Malformed));
        for malformed in ["", "..", "a.b", "e30.e30.!"] {
            assert_eq!(keys.verify(malformed), Err(JwtError::Malformed), "{malformed}");
        }
    }

    #[test]
    fn only_keys_for_signatures_of_known_algorithms_are_taken() {
        let (rsa, ec) = (key(JwsAlgorithm::Rs256), key(JwsAlgorithm::Es256));
        let changed = |name: &str, value: Value| {
            let mut document = published(&[&rsa, &ec]);
            for key in document["keys"].as_array_mut().unwrap() {
                key[name] = value.clone();
            }
            read(&document).len()
        };
        assert_eq!(changed("use", json!("enc")), 0);
        assert_eq!(changed("kty", json!("oct")), 0);
        assert_eq!(changed("alg", json!("RS512")), 0);
        assert_eq!(changed("x", json!("AAAA")), 1, "not on the curve");
        assert_eq!(changed("n", json!("AQAB")), 1, "too short");
        assert!(read(&json!({"keys": []})).is_empty());
        for document in ["", "{}", "[]", r#"{"keys": 1}"#] {
            assert!(ProviderKeys::read(document.as_bytes()).is_err(), "{document}");
        }
    }
}
