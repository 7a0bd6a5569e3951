//! What is stored of a pass code or a password, and the check of a typed one against it.
//!
//! Short codes and passwords are stored as Argon2id hashes, codes of 112 bits or more as HMAC-SHA-256 (NIST SP
//! 800-63B-4, 3.1.2.2); both under a salt of their own and a pepper that is not in the database.
//!
//! The work of a check depends on what was typed alone, never on what is stored or whether anything is: so its
//! duration tells nobody who exists and who has a pass (sign-in contract 11.4).

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::argon::{self, ArgonHash, Cost};
use crate::master_keys::{Pepper, tag_bytes};
use crate::{Arena, CodeClass, KeyId, Peppers, Random, Secret, constant_time_eq, random_array};

/// A stored text is not a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a verifier of a known form")]
pub struct VerifierError;

/// What is stored of a pass code.
#[derive(Clone, PartialEq, Eq)]
pub struct PassVerifier(Kind);

/// What is stored of a password: always Argon2id.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordVerifier(ArgonHash);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Argon2id(ArgonHash),
    Hmac(HmacHash),
}

#[derive(Clone, PartialEq, Eq)]
struct HmacHash {
    key_id: KeyId,
    salt: [u8; 16],
    mac: [u8; 32],
}

impl PassVerifier {
    /// The verifier of a new code, with a new salt and the newest pepper: HMAC for codes of [`CodeClass::High`], which
    /// leaves `arena` alone, else one Argon2id computation.
    pub fn create(peppers: &Peppers, random: &dyn Random, code: &Secret<String>, arena: &mut Arena) -> Self {
        Self(match CodeClass::of(code) {
            CodeClass::Low => Kind::Argon2id(ArgonHash::create(peppers, random, code.expose(), arena)),
            CodeClass::High => Kind::Hmac(HmacHash::create(peppers.newest(), random, code)),
        })
    }

    /// The text to store: `$argon2id$v=19$m=…,t=…,p=…,keyid=…$salt$hash` or `$hmac-sha256$keyid=…$salt$mac`, in the
    /// manner of the PHC string format. `keyid` names the master key that the pepper comes from.
    pub fn to_text(&self) -> String {
        match &self.0 {
            Kind::Argon2id(hash) => argon_text(hash),
            Kind::Hmac(hash) => hash.to_text(),
        }
    }

    /// Reads a stored text.
    pub fn parse(text: &str) -> Result<Self, VerifierError> {
        if let Some(hash) = parse_argon(text) {
            return Ok(Self(Kind::Argon2id(hash)));
        }
        HmacHash::parse(text)
            .map(|hash| Self(Kind::Hmac(hash)))
            .ok_or(VerifierError)
    }

    /// The master key that must be in the ring for this verifier to work.
    pub fn key_id(&self) -> KeyId {
        match &self.0 {
            Kind::Argon2id(hash) => hash.key_id,
            Kind::Hmac(hash) => hash.key_id,
        }
    }
}

impl PasswordVerifier {
    /// The verifier of a new password, with a new salt and the newest pepper. `password` must be in the form in which
    /// it will be checked (NFKC).
    pub fn create(
        peppers: &Peppers,
        random: &dyn Random,
        password: &Secret<String>,
        arena: &mut Arena,
    ) -> Self {
        Self(ArgonHash::create(peppers, random, password.expose(), arena))
    }

    /// The text to store, as in [`PassVerifier::to_text`].
    pub fn to_text(&self) -> String {
        argon_text(&self.0)
    }

    /// Reads a stored text.
    pub fn parse(text: &str) -> Result<Self, VerifierError> {
        parse_argon(text).map(Self).ok_or(VerifierError)
    }

    /// The master key that must be in the ring for this verifier to work.
    pub fn key_id(&self) -> KeyId {
        self.0.key_id
    }

    /// Whether it should be made anew, when the password is at hand, because parameters or pepper are newer by now.
    pub fn is_outdated(&self, peppers: &Peppers) -> bool {
        self.0.is_outdated(peppers)
    }
}

/// Whether a typed code is the stored one.
///
/// Always exactly one computation, of the class of the typed code: Argon2id with `arena` below
/// [`HIGH_ENTROPY_LENGTH`](crate::HIGH_ENTROPY_LENGTH) signs, else one HMAC. Where nothing is stored, or something of
/// the other class, or under an unknown pepper, it is computed all the same and the answer is no.
pub fn check_code(
    peppers: &Peppers,
    typed: &Secret<String>,
    stored: Option<&PassVerifier>,
    arena: &mut Arena,
) -> bool {
    match CodeClass::of(typed) {
        CodeClass::Low => {
            let stored = stored.and_then(|stored| match &stored.0 {
                Kind::Argon2id(hash) => Some(hash),
                Kind::Hmac(_) => None,
            });
            argon::check(peppers, typed.expose(), stored, arena)
        }
        CodeClass::High => {
            let stored = stored.and_then(|stored| match &stored.0 {
                Kind::Argon2id(_) => None,
                Kind::Hmac(hash) => Some(hash),
            });
            check_hmac(peppers, typed, stored)
        }
    }
}

/// Whether a typed password is the stored one: always exactly one Argon2id computation.
pub fn check_password(
    peppers: &Peppers,
    typed: &Secret<String>,
    stored: Option<&PasswordVerifier>,
    arena: &mut Arena,
) -> bool {
    argon::check(peppers, typed.expose(), stored.map(|stored| &stored.0), arena)
}

fn check_hmac(peppers: &Peppers, typed: &Secret<String>, stored: Option<&HmacHash>) -> bool {
    let found = stored.and_then(|stored| Some((stored, peppers.find(stored.key_id)?)));
    let (pepper, salt, mac) = found.map_or((peppers.newest(), &[0; 16], &[0; 32]), |(stored, pepper)| {
        (pepper, &stored.salt, &stored.mac)
    });
    constant_time_eq(&salted_mac(pepper, salt, typed), mac) & found.is_some()
}

fn salted_mac(pepper: &Pepper, salt: &[u8; 16], code: &Secret<String>) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&pepper.hmac);
    context.update(salt);
    context.update(code.expose().as_bytes());
    tag_bytes(&context.sign())
}

impl HmacHash {
    fn create(pepper: &Pepper, random: &dyn Random, code: &Secret<String>) -> Self {
        let salt = random_array(random);
        Self {
            key_id: pepper.id,
            salt,
            mac: salted_mac(pepper, &salt, code),
        }
    }

    fn to_text(&self) -> String {
        let Self { key_id, salt, mac } = self;
        format!(
            "$hmac-sha256$keyid={key_id}${}${}",
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(mac)
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$hmac-sha256$keyid=")?.split('$');
        let key_id = KeyId::parse(parts.next()?)?;
        let (salt, mac) = (bytes(parts.next()?)?, bytes(parts.next()?)?);
        parts.next().is_none().then_some(Self { key_id, salt, mac })
    }
}

fn argon_text(hash: &ArgonHash) -> String {
    let ArgonHash {
        cost,
        key_id,
        salt,
        hash,
    } = hash;
    format!(
        "$argon2id$v=19${cost},keyid={key_id}${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(hash)
    )
}

fn parse_argon(text: &str) -> Option<ArgonHash> {
    let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut parameters = parts.next()?.split(',');
    let cost = Cost::parse(parameters.next()?, parameters.next()?, parameters.next()?)?;
    let key_id = KeyId::parse(parameters.next()?.strip_prefix("keyid=")?)?;
    let (salt, hash) = (bytes(parts.next()?)?, bytes(parts.next()?)?);
    (parameters.next().is_none() && parts.next().is_none()).then_some(ArgonHash {
        cost,
        key_id,
        salt,
        hash,
    })
}

fn bytes<const N: usize>(base64: &str) -> Option<[u8; N]> {
    STANDARD_NO_PAD.decode(base64).ok()?.try_into().ok()
}

impl fmt::Debug for PassVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Argon2id(_) => "PassVerifier(argon2id)",
            Kind::Hmac(_) => "PassVerifier(hmac-sha256)",
        })
    }
}

impl fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordVerifier(argon2id)")
    }
}
