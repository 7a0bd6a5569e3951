//! Everything of Latchkey that handles secrets: pass codes and their verifiers, the threads that hash, envelope
//! encryption, signing keys and JSON Web Tokens, opaque tokens, and one-time codes of authenticator apps.
//!
//! The primitives come from AWS-LC (through `aws-lc-rs`) and, for Argon2id, from the `argon2` crate. Randomness
//! comes in through [`Random`], time as a parameter; nothing here reads a clock.

mod argon;
mod assertion;
mod certificate;
mod code;
mod constant_time;
mod dpop;
mod envelope;
mod hash_pool;
mod hasher;
mod jwks;
mod jwt;
mod key_file;
mod master_keys;
mod new_file;
mod pairwise;
mod passkey;
mod provider_keys;
mod rng;
mod sealed_token;
mod secret;
mod signing_key;
mod token;
mod totp;
mod user_code;
mod verifier;

#[cfg(test)]
mod hash_pool_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod jwt_tests;
#[cfg(test)]
mod verifier_tests;

pub use argon::Arena;
pub use assertion::ClientAssertion;
pub use certificate::{CertificateError, ClientCertificate, certificate_validity};
pub use code::{
    ALPHABET, CodeClass, HIGH_ENTROPY_LENGTH, MAX_TYPED_BYTES, entropy_bits, generate_code,
    normalise_typed_code,
};
pub use constant_time::constant_time_eq;
pub use dpop::{DPOP_ALGORITHMS, DpopProof, access_token_hash};
pub use envelope::OpenError;
pub use hash_pool::{HashPool, HashPoolConfig, HashPoolError};
pub use hasher::Hasher;
pub use jwks::{KeyEntry, KeySet, KeyState};
pub use jwt::{JwtError, MAX_JWT_BYTES};
pub use key_file::KeyFileError;
pub use master_keys::{KeyId, MasterKeys, Peppers};
pub use new_file::{lock_file, replace_file, write_new_file};
pub use pairwise::PairwiseKey;
#[cfg(any(test, feature = "testing"))]
pub use passkey::testing;
pub use passkey::{
    AttestationChain, AuthenticatorMetadata, Distrust, MAX_PASSKEY_ANSWER_BYTES, MetadataError, NewPasskey,
    NewPasskeyOwner, PasskeyAnswer, PasskeyCeremony, PasskeyError, PasskeyFault, RegistrationTerms,
    RelyingParty, RelyingPartyError,
};
pub use provider_keys::{ProviderKeys, ProviderKeysError};
pub use rng::{Random, Rng, SeededRng, SystemRng, random_array, random_id_bytes, time_ordered_id_bytes};
pub use sealed_token::{MAX_SEALED_TOKEN_BYTES, SealPurpose};
pub use secret::Secret;
pub use signing_key::{JwsAlgorithm, SigningKey, SigningKeyError};
pub use token::{TokenKind, generate_token, is_token, sha256, token_hash};
pub use totp::{TOTP_KEY_BYTES, TOTP_STEP_SECONDS, TotpKey};
pub use user_code::{generate_user_code, normalise_user_code, show_user_code};
pub use verifier::{PassVerifier, PasswordVerifier, VerifierError, check_code, check_password};
