//! What people sign in with besides a pass: passkeys, authenticator apps, the password.

use crate::{Timestamp, TotpId, UserId};

/// The id of everyone's password method in Graph (Graph contract 6.1).
pub const PASSWORD_METHOD_ID: &str = "28c10230-6103-485e-b985-444c60001490";

/// A passkey's credential id, as its authenticator chose it: 16–1023 bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PasskeyId(Vec<u8>);

impl PasskeyId {
    /// Checks the length that `WebAuthn` allows (Level 2, 4 "Credential ID": at most 1023 bytes).
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (16..=1023).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The bytes to store and to compare.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A registered passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Credential id, unique in the tenant.
    pub id: PasskeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// The name that its owner gave it, 1–64 characters.
    pub name: String,
    /// Public key and fixed facts, in the `WebAuthn` library's own encoding.
    pub static_state: Vec<u8>,
    /// Counter and flags as of the last use, in the `WebAuthn` library's own encoding.
    pub dynamic_state: Vec<u8>,
    /// The make of the authenticator.
    pub aaguid: [u8; 16],
    /// SHA-1 of the certificate by which its maker vouched for it at the registration; none: nobody did, or nobody
    /// to believe.
    pub attested_by: Option<[u8; 20]>,
    /// Whether it can be copied between devices.
    pub synced: bool,
    /// Comma-separated transports, as the browser told them.
    pub transports: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Option<Timestamp>,
}

impl Passkey {
    /// The most passkeys one user may have (sign-in contract 6.2).
    pub const MAX_PER_USER: usize = 10;
}

/// A registered authenticator app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotpApp {
    /// Its id in Graph.
    pub id: TotpId,
    /// Whose it is.
    pub user_id: UserId,
    /// The name that its owner gave it.
    pub name: String,
    /// The seed under envelope encryption.
    pub sealed_key: Vec<u8>,
    /// The last 30-second step whose code was used; it and earlier ones are refused.
    pub last_step: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Option<Timestamp>,
}

impl TotpApp {
    /// The most authenticator apps one user may have (sign-in contract 6.2).
    pub const MAX_PER_USER: usize = 5;
}
