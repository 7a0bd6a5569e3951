//! The ring of master keys, and the keys for each purpose that are derived from them.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, AES_256_GCM_SIV, Algorithm, LessSafeKey, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::hmac;

use crate::{Random, SealPurpose, Secret, random_array};

/// Names a master key, in everything that was made with it: eight hexadecimal digits in text, four bytes in headers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// From its four bytes.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Its four bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    /// Reads exactly eight lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits_only = text.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 8 || !digits_only {
            return None;
        }
        u32::from_str_radix(text, 16)
            .ok()
            .map(|number| Self(number.to_be_bytes()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The master keys, newest first. The newest makes, all of them open: so a key is replaced without downtime by adding
/// a new one in front, and removed when nothing that was made with it is left.
///
/// What is kept in memory for daily work are keys derived by HKDF-SHA-256 (RFC 5869), one per purpose.
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

pub(crate) struct MasterKey {
    pub(crate) id: KeyId,
    pub(crate) bytes: Secret<[u8; 32]>,
    pub(crate) envelope: LessSafeKey,
    pub(crate) flow_state: LessSafeKey,
    pub(crate) device_cookie: LessSafeKey,
    pub(crate) authorization_request: LessSafeKey,
    pub(crate) pushed_request: LessSafeKey,
    pub(crate) login_hint: LessSafeKey,
    throttle: hmac::Key,
}

impl MasterKeys {
    /// A ring with one new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self {
            newest: MasterKey::generate(random),
            older: Vec::new(),
        }
    }

    /// The same ring with a new key in front.
    #[must_use]
    pub fn rotated(self, random: &dyn Random) -> Self {
        let newest = loop {
            let candidate = MasterKey::generate(random);
            if self.find(candidate.id).is_none() {
                break candidate;
            }
        };
        let mut older = self.older;
        older.insert(0, self.newest);
        Self { newest, older }
    }

    /// The same ring with a new key, second in line: it opens what others seal with it, and seals nothing yet.
    #[must_use]
    pub fn prepared(self, random: &dyn Random) -> Self {
        let Self { newest, older } = self.rotated(random);
        let mut keys = older;
        let first = keys.remove(0);
        keys.insert(0, newest);
        Self::from_keys(first, keys)
    }

    /// The same ring with this one of its keys in front; none: it has no such key.
    pub fn led_by(self, id: KeyId) -> Option<Self> {
        let mut keys: Vec<MasterKey> = std::iter::once(self.newest).chain(self.older).collect();
        let place = keys.iter().position(|key| key.id == id)?;
        let newest = keys.remove(place);
        Some(Self::from_keys(newest, keys))
    }

    pub(crate) fn from_keys(newest: MasterKey, older: Vec<MasterKey>) -> Self {
        Self { newest, older }
    }

    pub(crate) fn newest(&self) -> &MasterKey {
        &self.newest
    }

    pub(crate) fn find(&self, id: KeyId) -> Option<&MasterKey> {
        self.iter().find(|key| key.id == id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// The ids of all keys, newest first.
    pub fn key_ids(&self) -> Vec<KeyId> {
        self.iter().map(|key| key.id).collect()
    }

    /// The peppers that belong to these keys.
    pub fn peppers(&self) -> Peppers {
        Peppers {
            newest: Pepper::derive(&self.newest),
            older: self.older.iter().map(Pepper::derive).collect(),
        }
    }

    /// A keyed hash of a user name or a source address, under which its wrong guesses are counted: a copy of the
    /// database does not tell whom the counters belong to. `kind` keeps the kinds of counters apart.
    ///
    /// It changes with a new master key; counters then start anew.
    pub fn throttle_key(&self, kind: &str, value: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.newest.throttle);
        context.update(kind.as_bytes());
        context.update(&[0]);
        context.update(value);
        tag_bytes(&context.sign())
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MasterKeys").field(&self.key_ids()).finish()
    }
}

impl MasterKey {
    fn generate(random: &dyn Random) -> Self {
        Self::new(KeyId(random_array(random)), Secret::new(random_array(random)))
    }

    pub(crate) fn new(id: KeyId, bytes: Secret<[u8; 32]>) -> Self {
        let prk = Salt::new(HKDF_SHA256, b"latchkey master key").extract(bytes.expose());
        Self {
            id,
            envelope: sealing_key(&prk, "envelope", &AES_256_GCM),
            flow_state: sealing_key(&prk, "flow-state", &AES_256_GCM_SIV),
            device_cookie: sealing_key(&prk, "device-cookie", &AES_256_GCM_SIV),
            authorization_request: sealing_key(&prk, "authorization-request", &AES_256_GCM_SIV),
            pushed_request: sealing_key(&prk, "pushed-request", &AES_256_GCM_SIV),
            login_hint: sealing_key(&prk, "login-hint", &AES_256_GCM_SIV),
            throttle: hmac::Key::new(hmac::HMAC_SHA256, subkey(&prk, "throttle-key").expose()),
            bytes,
        }
    }

    pub(crate) fn token_key(&self, purpose: SealPurpose) -> &LessSafeKey {
        match purpose {
            SealPurpose::FlowState => &self.flow_state,
            SealPurpose::DeviceCookie => &self.device_cookie,
            SealPurpose::AuthorizationRequest => &self.authorization_request,
            SealPurpose::PushedRequest => &self.pushed_request,
            SealPurpose::LoginHint => &self.login_hint,
        }
    }
}

/// The secrets that verifiers are keyed with, one for each master key, newest first.
pub struct Peppers {
    newest: Pepper,
    older: Vec<Pepper>,
}

pub(crate) struct Pepper {
    pub(crate) id: KeyId,
    /// Argon2's secret input.
    pub(crate) argon2: Secret<[u8; 32]>,
    pub(crate) hmac: hmac::Key,
}

impl Peppers {
    pub(crate) fn newest(&self) -> &Pepper {
        &self.newest
    }

    pub(crate) fn find(&self, id: KeyId) -> Option<&Pepper> {
        std::iter::once(&self.newest)
            .chain(&self.older)
            .find(|pepper| pepper.id == id)
    }
}

impl fmt::Debug for Peppers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peppers(***)")
    }
}

impl Pepper {
    fn derive(key: &MasterKey) -> Self {
        let prk = Salt::new(HKDF_SHA256, b"latchkey master key").extract(key.bytes.expose());
        Self {
            id: key.id,
            argon2: subkey(&prk, "pepper argon2id"),
            hmac: hmac::Key::new(hmac::HMAC_SHA256, subkey(&prk, "pepper hmac-sha256").expose()),
        }
    }
}

/// 32 bytes, as HKDF wants to be told.
struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

#[expect(
    clippy::expect_used,
    reason = "HKDF-SHA-256 fails only for an output of more than 8160 bytes"
)]
fn subkey(prk: &Prk, label: &str) -> Secret<[u8; 32]> {
    let mut bytes = [0; 32];
    prk.expand(&[label.as_bytes()], Bytes32)
        .and_then(|okm| okm.fill(&mut bytes))
        .expect("32 bytes of HKDF output");
    Secret::new(bytes)
}

#[expect(
    clippy::expect_used,
    reason = "both algorithms take keys of 32 bytes and no others"
)]
fn sealing_key(prk: &Prk, label: &str, algorithm: &'static Algorithm) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(algorithm, subkey(prk, label).expose()).expect("a key of 32 bytes"))
}

/// The 32 bytes of an HMAC-SHA-256.
pub(crate) fn tag_bytes(tag: &hmac::Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn key_ids_read_back_and_refuse_other_texts() {
        let id = KeyId::from_bytes([0, 1, 0xab, 0xff]);
        assert_eq!(id.to_string(), "0001abff");
        assert_eq!(KeyId::parse("0001abff"), Some(id));
        for text in [
            "",
            "0001abf",
            "0001abff0",
            "0001ABFF",
            "+001abff",
            "0001abfg",
            "0001ab\u{e9}",
        ] {
            assert_eq!(KeyId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn rotation_puts_a_new_key_in_front() {
        let rng = SeededRng::new(1);
        let ring = MasterKeys::generate(&rng);
        let old = ring.key_ids();
        let ring = ring.rotated(&rng);
        assert_eq!(ring.key_ids().len(), 2);
        assert_eq!(ring.key_ids()[1..], old);
    }

    #[test]
    fn a_prepared_key_opens_before_it_seals() {
        let rng = SeededRng::new(1);
        let ring = MasterKeys::generate(&rng);
        let [old] = ring.key_ids()[..] else { panic!() };
        let ring = ring.prepared(&rng);
        let [first, new] = ring.key_ids()[..] else {
            panic!()
        };
        assert!(first == old && new != old);
        let sealed = ring.seal(&rng, "x", b"y");
        assert!(!ring.is_sealed_by_older_key(&sealed));
        assert!(MasterKeys::generate(&rng).led_by(new).is_none());
        let ring = ring.led_by(new).unwrap();
        assert_eq!(ring.key_ids(), [new, old]);
        assert!(ring.is_sealed_by_older_key(&sealed));
        assert_eq!(ring.open("x", &sealed).unwrap().expose(), b"y");
    }

    #[test]
    fn throttle_keys_differ_by_kind_value_and_ring() {
        let ring = MasterKeys::generate(&SeededRng::new(1));
        let key = ring.throttle_key("pass", b"ada@example.com");
        assert_eq!(key, ring.throttle_key("pass", b"ada@example.com"));
        assert_ne!(key, ring.throttle_key("password", b"ada@example.com"));
        assert_ne!(key, ring.throttle_key("pass", b"bob@example.com"));
        assert_ne!(
            key,
            MasterKeys::generate(&SeededRng::new(2)).throttle_key("pass", b"ada@example.com")
        );
    }

    #[test]
    fn debug_shows_no_key() {
        let ring = MasterKeys::generate(&SeededRng::new(1));
        assert_eq!(format!("{ring:?}"), format!("MasterKeys({:?})", ring.key_ids()));
        assert_eq!(format!("{:?}", ring.peppers()), "Peppers(***)");
    }
}
