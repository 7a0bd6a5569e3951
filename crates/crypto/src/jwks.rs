//! The tenant's signing keys over time, and the document that publishes them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{JwsAlgorithm, SigningKey, sha256};

/// A signing key with its times. Publish a key at least 24 h before `active_from` (clients fetch keys daily) and keep
/// it until its last token has ended (sign-in contract 9.3).
#[derive(Debug, Clone)]
pub struct KeyEntry {
    /// The key.
    pub key: Arc<SigningKey>,
    /// From when it signs.
    pub active_from: Timestamp,
    /// When set, it signs no more and its tokens are believed until then.
    pub retired_until: Option<Timestamp>,
}

/// What a key does at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// In the document, but not yet signing.
    Published,
    /// Signs, if no key of its algorithm became active later.
    Active,
    /// Signs no more; its tokens are still believed.
    Retired,
    /// Its tokens are not believed any more; it can be deleted.
    Ended,
}

impl KeyEntry {
    /// Its state at `now`.
    pub fn state(&self, now: Timestamp) -> KeyState {
        match self.retired_until {
            Some(until) if now >= until => KeyState::Ended,
            Some(_) => KeyState::Retired,
            None if now < self.active_from => KeyState::Published,
            None => KeyState::Active,
        }
    }
}

/// All keys of a tenant.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    entries: Vec<KeyEntry>,
}

impl KeySet {
    /// The set of these keys.
    pub fn new(entries: Vec<KeyEntry>) -> Self {
        Self { entries }
    }

    /// Its keys.
    pub fn entries(&self) -> &[KeyEntry] {
        &self.entries
    }

    /// The key that signs at `now`: of the active ones of this algorithm the one that became active last.
    pub fn signing_key(&self, algorithm: JwsAlgorithm, now: Timestamp) -> Option<&Arc<SigningKey>> {
        self.entries
            .iter()
            .filter(|entry| entry.key.algorithm() == algorithm && entry.state(now) == KeyState::Active)
            .max_by_key(|entry| entry.active_from)
            .map(|entry| &entry.key)
    }

    /// The key by which a token with this `kid` is verified at `now`.
    pub(crate) fn verifying_key(&self, kid: &str, now: Timestamp) -> Option<&SigningKey> {
        self.entries
            .iter()
            .find(|entry| entry.key.key_id() == kid && entry.state(now) != KeyState::Ended)
            .map(|entry| &*entry.key)
    }

    /// The JWK Set (RFC 7517, 5) to publish at `now`; with `issuer`, each key names it as Entra's do.
    pub fn jwks(&self, issuer: Option<&str>, now: Timestamp) -> String {
        let keys: Vec<Published<'_>> = self
            .entries
            .iter()
            .filter(|entry| entry.state(now) != KeyState::Ended)
            .map(|entry| Published {
                jwk: entry.key.jwk(),
                issuer,
            })
            .collect();
        serde_json::json!({ "keys": keys }).to_string()
    }
}

/// The public part of a key.
pub(crate) struct Jwk {
    pub(crate) algorithm: JwsAlgorithm,
    pub(crate) kid: String,
    pub(crate) numbers: PublicNumbers,
}

/// The numbers of a public key, in base64url.
pub(crate) enum PublicNumbers {
    Rsa { n: String, e: String },
    P256 { x: String, y: String },
    Ed25519 { x: String },
}

impl PublicNumbers {
    /// The key's thumbprint: 43 signs of base64url.
    pub(crate) fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(sha256(self.thumbprint_text().as_bytes()))
    }

    /// The text whose SHA-256 is the key's thumbprint (RFC 7638 3, RFC 8037 2).
    pub(crate) fn thumbprint_text(&self) -> String {
        match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::P256 { x, y } => format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
        }
    }
}

struct Published<'a> {
    jwk: &'a Jwk,
    issuer: Option<&'a str>,
}

impl Serialize for Published<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("use", "sig")?;
        map.serialize_entry("alg", self.jwk.algorithm.as_str())?;
        map.serialize_entry("kid", &self.jwk.kid)?;
        match &self.jwk.numbers {
            PublicNumbers::Rsa { n, e } => {
                map.serialize_entry("kty", "RSA")?;
                map.serialize_entry("n", n)?;
                map.serialize_entry("e", e)?;
            }
            PublicNumbers::P256 { x, y } => {
                map.serialize_entry("kty", "EC")?;
                map.serialize_entry("crv", "P-256")?;
                map.serialize_entry("x", x)?;
                map.serialize_entry("y", y)?;
            }
            PublicNumbers::Ed25519 { x } => {
                map.serialize_entry("kty", "OKP")?;
                map.serialize_entry("crv", "Ed25519")?;
                map.serialize_entry("x", x)?;
            }
        }
        if let Some(issuer) = self.issuer {
            map.serialize_entry("issuer", issuer)?;
        }
        map.end()
    }
}
