//! Reading the proofs by which clients show that they hold a key (`DPoP`, RFC 9449 4).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::jwks::PublicNumbers;
use crate::{JwtError, sha256};

/// The algorithms of proofs: none with a shared secret, and not `none` (RFC 9449 4.3).
pub const DPOP_ALGORITHMS: [&str; 4] = ["ES256", "EdDSA", "RS256", "PS256"];
/// A longer proof is refused unread; the largest honest one, with a key of 4096 bits, has less than 3 KB.
const MAX_PROOF_BYTES: usize = 8 * 1024;
/// The largest RSA key, so that nobody makes us compute with larger ones.
const MAX_MODULUS_BYTES: usize = 512;
/// … and the largest exponent; nearly everybody has 65537.
const MAX_EXPONENT_BYTES: usize = 4;

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Jwk,
    crit: Option<serde::de::IgnoredAny>,
}

/// The key that a proof brings along (RFC 7518 6, RFC 8037 2). One with a private part is refused.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
}

/// A proof whose signature is by the key that it brings along. What it says is not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DpopProof {
    /// The thumbprint of the key (RFC 7638), 43 signs of base64url.
    pub key: String,
    /// The claims, as the JSON that was signed.
    pub claims: Vec<u8>,
}

impl DpopProof {
    /// Takes a proof apart and checks its signature (RFC 9449 4.3, numbers 2 and 4 to 7).
    ///
    /// # Errors
    /// [`JwtError::Malformed`], [`JwtError::BadSignature`]
    pub fn verify(proof: &str) -> Result<Self, JwtError> {
        if proof.len() > MAX_PROOF_BYTES {
            return Err(JwtError::Malformed);
        }
        let (message, signature) = proof.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let (claims, signature) = (decode(claims)?, decode(signature)?);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwtError::Malformed)?;
        if header.typ != "dpop+jwt" || header.crit.is_some() {
            return Err(JwtError::Malformed);
        }
        let key = header.jwk.verify(&header.alg, message.as_bytes(), &signature)?;
        Ok(Self { key, claims })
    }
}

impl Jwk {
    /// The key's thumbprint, if it made the signature.
    fn verify(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Result<String, JwtError> {
        if self.d.is_some() || self.k.is_some() {
            return Err(JwtError::Malformed);
        }
        let part = |part: &Option<String>| decode(part.as_deref().ok_or(JwtError::Malformed)?);
        let curve = self.crv.as_deref();
        let (verified, numbers) = match (self.kty.as_str(), curve, algorithm) {
            ("EC", Some("P-256"), "ES256") => {
                let (x, y) = (part(&self.x)?, part(&self.y)?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(JwtError::Malformed);
                }
                // SEC 1, 2.3.3.
                let point = [&[0x04], x.as_slice(), y.as_slice()].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                (key.verify(message, signature), PublicNumbers::P256 { x, y })
            }
            ("OKP", Some("Ed25519"), "EdDSA") => {
                let point = part(&self.x)?;
                let x = URL_SAFE_NO_PAD.encode(&point);
                let key = UnparsedPublicKey::new(&ED25519, point);
                (key.verify(message, signature), PublicNumbers::Ed25519 { x })
            }
            ("RSA", None, "RS256" | "PS256") => {
                let (n, e) = (part(&self.n)?, part(&self.e)?);
                if n.len() > MAX_MODULUS_BYTES || e.len() > MAX_EXPONENT_BYTES {
                    return Err(JwtError::Malformed);
                }
                let parameters = if algorithm == "RS256" {
                    &RSA_PKCS1_2048_8192_SHA256
                } else {
                    &RSA_PSS_2048_8192_SHA256
                };
                let numbers = PublicNumbers::Rsa {
                    n: URL_SAFE_NO_PAD.encode(&n),
                    e: URL_SAFE_NO_PAD.encode(&e),
                };
                let key = RsaPublicKeyComponents { n, e };
                (key.verify(parameters, message, signature), numbers)
            }
            _ => return Err(JwtError::Malformed),
        };
        verified.map_err(|_| JwtError::BadSignature)?;
        Ok(numbers.thumbprint())
    }
}

/// Strict base64url: no padding, no white space, no stray bits.
fn decode(part: &str) -> Result<Vec<u8>, JwtError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed)
}

/// The hash of an access token that a proof names (`ath`, RFC 9449 4.2).
pub fn access_token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use latchkey_domain::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::{JwsAlgorithm, KeyEntry, KeySet, SigningKey};

    /// RFC 9449, 4.1.
    const OF_THE_RFC: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    fn signed(key: &SigningKey, header: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(&json!({"jti": "1"})));
        let signature = key.signature(message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(crate) fn jwk(key: &Arc<SigningKey>) -> Value {
        let entry = KeyEntry {
            key: Arc::clone(key),
            active_from: Timestamp::from_seconds(0),
            retired_until: None,
        };
        let document = KeySet::new(vec![entry]).jwks(None, Timestamp::from_seconds(0));
        let mut document: Value = serde_json::from_str(&document).unwrap();
        let mut jwk = document["keys"][0].take();
        jwk.as_object_mut()
            .unwrap()
            .retain(|name, _| !["use", "alg", "kid"].contains(&name.as_str()));
        jwk
    }

    #[test]
    fn the_example_of_the_rfc_is_a_proof() {
        let proof = DpopProof::verify(OF_THE_RFC).unwrap();
        // RFC 9449, 6.1.
        assert_eq!(proof.key, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        let claims: Value = serde_json::from_slice(&proof.claims).unwrap();
        assert_eq!(claims["htu"], "https://server.example.com/token");
        // RFC 9449, 7.1.
        assert_eq!(
            access_token_hash("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"),
            "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
        );
    }

    #[test]
    fn each_algorithm_counts_with_its_own_kind_of_key() {
        for algorithm in JwsAlgorithm::ALL {
            let key = Arc::new(SigningKey::generate(algorithm).unwrap());
            let header = |alg: &str| json!({"typ": "dpop+jwt", "alg": alg, "jwk": jwk(&key)});
            let proof = DpopProof::verify(&signed(&key, &header(algorithm.as_str()))).unwrap();
            assert_eq!(proof.key, key.key_id());
            for other in DPOP_ALGORITHMS.into_iter().chain(["none", "HS256", "RS1", ""]) {
                if other != algorithm.as_str() {
                    assert!(
                        DpopProof::verify(&signed(&key, &header(other))).is_err(),
                        "{other}"
                    );
                }
            }
        }
    }

    #[test]
    fn other_headers_other_keys_and_changes_are_refused() {
        let key = Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap());
        let other = Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap());
        let good = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(&key)});
        assert!(DpopProof::verify(&signed(&key, &good)).is_ok());
        assert_eq!(
            DpopProof::verify(&signed(&other, &good)),
            Err(JwtError::BadSignature)
        );
        let changed = |path: &str, value: Value| {
            let mut header = good.clone();
            let (parent, name) = path.rsplit_once('/').unwrap();
            header.pointer_mut(parent).unwrap()[name] = value;
            header
        };
        for header in [
            changed("/typ", json!("JWT")),
            changed("/crit", json!(["exp"])),
            changed("/jwk", Value::Null),
            changed("/jwk/d", json!("AAAA")),
            changed("/jwk/x", json!("AAAA")),
            changed("/jwk/x", Value::Null),
            changed("/jwk/crv", json!("P-384")),
            changed("/jwk/kty", json!("oct")),
        ] {
            let proof = signed(&key, &header);
            assert_eq!(DpopProof::verify(&proof), Err(JwtError::Malformed), "{header}");
        }
        let long = "a".repeat(MAX_PROOF_BYTES + 1);
        for text in ["", ".", "..", "a.b.c", "e30.e30.e30", &long] {
            assert_eq!(DpopProof::verify(text), Err(JwtError::Malformed));
        }
        let large = json!({"kty": "RSA", "e": "AQAB", "n": "_".repeat(MAX_MODULUS_BYTES * 2)});
        let header = json!({"typ": "dpop+jwt", "alg": "RS256", "jwk": large});
        assert_eq!(
            DpopProof::verify(&signed(&key, &header)),
            Err(JwtError::Malformed)
        );
    }
}
