//! A ceremony's state between its halves: kind, end, and the library's own bytes.

use std::num::NonZeroU32;

use latchkey_domain::{Minutes, Timestamp};

use super::{PasskeyCeremony, PasskeyError};
use crate::sha256;

/// How long an answer is accepted after the start (sign-in contract 6.5).
pub(super) const LIFETIME: Minutes = Minutes(5);

/// The library's own timeout in milliseconds, 49 days: ours decides, by the caller's clock.
pub(super) const LIBRARY_TIMEOUT: NonZeroU32 = NonZeroU32::MAX;

/// Which ceremony a state belongs to, so that none can be finished as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Registration = 1,
    /// A sign-in with any passkey.
    Discoverable = 2,
    /// A sign-in with one of a known user's passkeys.
    Allowed = 3,
}

const HEADER: usize = 1 + 8;

/// Puts together what the caller gets at the start.
pub(super) fn ceremony(
    kind: Kind,
    (now, lifetime): (Timestamp, Minutes),
    challenge: u128,
    library: &[u8],
    options: &serde_json::Value,
) -> PasskeyCeremony {
    let mut state = Vec::with_capacity(HEADER + library.len());
    state.push(kind as u8);
    state.extend_from_slice(&(now + lifetime).as_micros().to_be_bytes());
    state.extend_from_slice(library);
    PasskeyCeremony {
        options: options.to_string(),
        state,
        challenge_hash: challenge_hash(challenge),
    }
}

/// Takes a state apart and refuses it when its time is over.
pub(super) fn open(now: Timestamp, state: &[u8]) -> Result<(Kind, &[u8]), PasskeyError> {
    let (kind, rest) = state.split_first().ok_or(PasskeyError::State)?;
    let (end, library) = rest.split_first_chunk::<8>().ok_or(PasskeyError::State)?;
    let kind = [Kind::Registration, Kind::Discoverable, Kind::Allowed]
        .into_iter()
        .find(|known| *known as u8 == *kind)
        .ok_or(PasskeyError::State)?;
    if now >= Timestamp::from_micros(i64::from_be_bytes(*end)) {
        return Err(PasskeyError::Expired);
    }
    Ok((kind, library))
}

/// The challenge's bytes as browsers get them: the library writes its number in little-endian order.
pub(super) fn challenge_bytes(challenge: u128) -> [u8; 16] {
    challenge.to_le_bytes()
}

pub(super) fn challenge_hash(challenge: u128) -> [u8; 32] {
    sha256(&challenge_bytes(challenge))
}
