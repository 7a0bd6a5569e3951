//! Passkeys: the cryptographic part of a `WebAuthn` relying party (W3C Web Authentication Level 3; sign-in contract
//! 6.5), without any state of its own.
//!
//! A ceremony has two halves. `start_…` gives the options for the browser and the ceremony's state as bytes, which
//! the caller seals into a form field; `finish_…` takes both the state and the browser's answer back. A state is good
//! for five minutes and may be presented any number of times, therefore **the caller must spend its challenge**
//! (`challenge_hash`) in the transaction that stores what the ceremony proved.
//!
//! Times come from the caller. The library below (`webauthn_rp`) reads two things by itself: the challenge's 16
//! bytes from `rand`'s thread generator (`ChaCha12`, seeded and reseeded by the operating system), and the system's
//! clock for an expiry of its own, which is set to 49 days so that it never decides.

mod answer;
mod attestation;
#[cfg(any(test, feature = "testing"))]
mod authenticator;
mod error;
#[cfg(any(test, feature = "testing"))]
mod maker;
mod metadata;
mod options;
mod registration;
mod relying_party;
mod sign_in;
mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use attestation::AttestationChain;
pub use error::{PasskeyError, PasskeyFault, RelyingPartyError};
pub use metadata::{AuthenticatorMetadata, Distrust, MetadataError};
pub use registration::{NewPasskey, NewPasskeyOwner, RegistrationTerms};
pub use relying_party::{MAX_PASSKEY_ANSWER_BYTES, PasskeyCeremony, RelyingParty};
pub use sign_in::PasskeyAnswer;
