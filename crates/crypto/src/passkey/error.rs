//! Why a passkey's ceremony fails, and how the library's many reasons become our few.

use webauthn_rp::response::auth::error::{AuthCeremonyErr, AuthenticatorDataErr};
use webauthn_rp::response::register::error::{AttestationErr, AttestationObjectErr, RegCeremonyErr};

/// The configured host or origin can't be used for passkeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelyingPartyError {
    /// Browsers accept host names only, no IP addresses.
    #[error("passkeys need a host name, not an IP address or a URL")]
    Host,
    /// Not `https://host[:port]` of that host or one below it (`http://` for localhost alone).
    #[error("the origin must be https://host[:port], with the relying party's host or one below it")]
    Origin,
}

/// Why a ceremony was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The answer is not what a browser sends: too long, no JSON, broken base64url or CBOR.
    #[error("the browser's answer can't be read")]
    Malformed,
    /// The state is not one that the matching `start_…` gave.
    #[error("the ceremony's state can't be used here")]
    State,
    /// More than five minutes have passed since the start.
    #[error("the ceremony has expired")]
    Expired,
    /// Well-formed, but one of `WebAuthn`'s checks failed.
    #[error("the passkey's answer is not valid: {0}")]
    Invalid(PasskeyFault),
    /// Valid perhaps, but of a kind that we don't take: algorithm, attestation format, extension, not discoverable.
    #[error("the authenticator answered with something that is not supported")]
    Unsupported,
    /// The passkey or the ceremony belongs to somebody else.
    #[error("the passkey belongs to another user")]
    WrongUser,
    /// A sign-in was to be limited to a user's passkeys, but there is none.
    #[error("there is no passkey to ask for")]
    NoPasskey,
    /// What the store holds about the passkey can't be read.
    #[error("the stored passkey is damaged")]
    Stored,
}

/// Which of `WebAuthn`'s checks failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyFault {
    /// A registration's answer for a sign-in, or the other way round.
    #[error("type")]
    Type,
    /// Another challenge than this ceremony's.
    #[error("challenge")]
    Challenge,
    /// Made for another web origin, or inside a frame of one.
    #[error("origin")]
    Origin,
    /// Made for another relying party.
    #[error("relying party id")]
    RelyingPartyId,
    /// Nobody touched the authenticator.
    #[error("user presence")]
    UserPresence,
    /// The authenticator did not verify who uses it.
    #[error("user verification")]
    UserVerification,
    /// The signature is not the passkey's.
    #[error("signature")]
    Signature,
    /// The maker's certificate is not one for attestations of this make.
    #[error("attestation certificate")]
    AttestationCertificate,
    /// The counter went back or stood still: the passkey may have been copied.
    #[error("signature counter")]
    Counter,
    /// Another credential than the one looked up, or none of those asked for.
    #[error("credential id")]
    Credential,
    /// A device-bound passkey says now that it can be copied, or the other way round.
    #[error("backup eligibility")]
    BackupEligibility,
}

impl From<PasskeyFault> for PasskeyError {
    fn from(fault: PasskeyFault) -> Self {
        Self::Invalid(fault)
    }
}

impl From<RegCeremonyErr> for PasskeyError {
    fn from(error: RegCeremonyErr) -> Self {
        use RegCeremonyErr as E;
        match error {
            E::Timeout => Self::Expired,
            E::AttestationSignature => PasskeyFault::Signature.into(),
            E::OriginMismatch | E::CrossOrigin | E::TopOriginMismatch => PasskeyFault::Origin.into(),
            E::ChallengeMismatch => PasskeyFault::Challenge.into(),
            E::RpIdHashMismatch => PasskeyFault::RelyingPartyId.into(),
            E::UserNotPresent => PasskeyFault::UserPresence.into(),
            E::UserNotVerified => PasskeyFault::UserVerification.into(),
            E::BackupEligible | E::BackupNotEligible | E::BackupDoesNotExist => {
                PasskeyFault::BackupEligibility.into()
            }
            E::AttestationObject(AttestationObjectErr::Attestation(
                AttestationErr::UnsupportedFormat | AttestationErr::PackedFormatUnsupportedAlg,
            ))
            | E::MissingAuthenticatorAttachment
            | E::AuthenticatorAttachmentMismatch
            | E::Extension(_)
            | E::PublicKeyAlgorithmMismatch
            | E::Credential(_) => Self::Unsupported,
            E::CollectedClientData(_)
            | E::CollectedClientDataRelaxed(_)
            | E::AttestationObject(_)
            | E::PubKey(_) => Self::Malformed,
        }
    }
}

impl From<AuthCeremonyErr> for PasskeyError {
    fn from(error: AuthCeremonyErr) -> Self {
        use AuthCeremonyErr as E;
        match error {
            E::Timeout => Self::Expired,
            E::CollectedClientData(_) | E::CollectedClientDataRelaxed(_) | E::MissingUserHandle => {
                Self::Malformed
            }
            E::AuthenticatorData(AuthenticatorDataErr::UserNotPresent) => PasskeyFault::UserPresence.into(),
            E::AuthenticatorData(_) => Self::Malformed,
            E::AssertionSignature => PasskeyFault::Signature.into(),
            E::OriginMismatch | E::CrossOrigin | E::TopOriginMismatch => PasskeyFault::Origin.into(),
            E::ChallengeMismatch => PasskeyFault::Challenge.into(),
            E::RpIdHashMismatch => PasskeyFault::RelyingPartyId.into(),
            E::UserNotVerified => PasskeyFault::UserVerification.into(),
            E::BackupEligible | E::BackupNotEligible | E::BackupDoesNotExist => {
                PasskeyFault::BackupEligibility.into()
            }
            E::SignatureCounter => PasskeyFault::Counter.into(),
            E::CredentialIdMismatch | E::NoMatchingAllowedCredential => PasskeyFault::Credential.into(),
            E::UserHandleMismatch => Self::WrongUser,
            E::MissingAuthenticatorAttachment
            | E::AuthenticatorAttachmentMismatch
            | E::Extension(_)
            | E::Credential(_) => Self::Unsupported,
            // At a sign-in the key comes from the store, not from the answer.
            E::PubKey(_) => Self::Stored,
        }
    }
}
