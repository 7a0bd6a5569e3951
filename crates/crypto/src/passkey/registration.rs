//! Registering a passkey (`WebAuthn` Level 3, 7.1; sign-in contract 6.5).

use latchkey_domain::{Minutes, Passkey, PasskeyId, Timestamp, UserId};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::TimedCeremony;
use webauthn_rp::request::register::{
    CoseAlgorithmIdentifier, CoseAlgorithmIdentifiers, Extension, PublicKeyCredentialCreationOptions,
    PublicKeyCredentialUserEntity, RegistrationServerState, RegistrationVerificationOptions,
};
use webauthn_rp::response::register::Registration;
use webauthn_rp::response::{AuthTransports, AuthenticatorTransport, Backup};

use super::attestation::{AttestationChain, take_statement};
use super::relying_party::user_handle;
use super::state::{self, Kind, LIBRARY_TIMEOUT};
use super::{PasskeyCeremony, PasskeyError, RelyingParty, answer, options};

/// Whose passkey is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewPasskeyOwner<'a> {
    /// The user's object id; its bytes become the passkey's user handle.
    pub id: UserId,
    /// The user principal name, which the browser's account chooser shows.
    pub upn: &'a str,
    /// The name that people know the user by.
    pub display_name: &'a str,
}

/// What a registration asks for.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationTerms {
    /// Within what time it has to be finished. By default five minutes.
    pub lifetime: Minutes,
    /// Whether the authenticator is asked to let its maker vouch for it. By default not.
    pub attestation: bool,
}

impl Default for RegistrationTerms {
    fn default() -> Self {
        Self {
            lifetime: state::LIFETIME,
            attestation: false,
        }
    }
}

/// A passkey that has passed all checks. To be stored only if its id is unused in the whole tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// Credential id.
    pub id: PasskeyId,
    /// Public key and fixed facts, in the library's encoding.
    pub static_state: Vec<u8>,
    /// Counter and flags, in the library's encoding.
    pub dynamic_state: Vec<u8>,
    /// The make of the authenticator; all zero when it doesn't tell.
    pub aaguid: [u8; 16],
    /// The certificates by which its maker vouches for it. Whether they are to be believed is for
    /// [`AuthenticatorMetadata::check`](super::AuthenticatorMetadata::check).
    pub attestation: Option<AttestationChain>,
    /// Whether it can be copied between devices (the flag "backup eligible").
    pub synced: bool,
    /// Comma-separated transports, as the browser told them; may be empty.
    pub transports: String,
    /// SHA-256 of the challenge, which the caller spends together with storing the passkey.
    pub challenge_hash: [u8; 32],
}

impl RelyingParty {
    /// Starts a registration at `now`. `existing` are the user's own passkeys, whose authenticators will refuse to
    /// make a second one.
    ///
    /// # Errors
    /// [`PasskeyError::State`] when the system's clock stands before 1970.
    pub fn start_registration(
        &self,
        now: Timestamp,
        terms: RegistrationTerms,
        owner: &NewPasskeyOwner<'_>,
        existing: &[Passkey],
    ) -> Result<PasskeyCeremony, PasskeyError> {
        let handle = user_handle(owner.id);
        // The library is told only what it checks later. Names and known passkeys go to the browser alone, whose
        // options we write ourselves: the library would refuse names that its string profiles don't allow.
        let entity = PublicKeyCredentialUserEntity::from(&handle);
        let mut ceremony = PublicKeyCredentialCreationOptions::first_passkey(&self.id, entity);
        ceremony.timeout = LIBRARY_TIMEOUT;
        ceremony.extensions = Extension::default();
        ceremony.pub_key_cred_params =
            CoseAlgorithmIdentifiers::default().remove(CoseAlgorithmIdentifier::Es384);
        let (server, _) = ceremony.start_ceremony().map_err(|_| PasskeyError::State)?;
        let challenge = server.sent_challenge().0;
        let library = server.encode().map_err(|_| PasskeyError::State)?;
        let options = options::creation(self, challenge, terms, owner, existing);
        Ok(state::ceremony(
            Kind::Registration,
            (now, terms.lifetime),
            challenge,
            &library,
            &options,
        ))
    }

    /// SHA-256 of the challenge that this answer says it was made for: what finds the ceremony's state where it is kept
    /// by that. Nothing of the answer is checked.
    ///
    /// # Errors
    /// [`PasskeyError::Malformed`]
    pub fn challenge_of(&self, answer: &[u8]) -> Result<[u8; 32], PasskeyError> {
        answer::challenge_of(answer)
    }

    /// Finishes a registration at `now`: checks type, challenge, origin with port, relying party id, user presence
    /// and verification, algorithm and attestation (but not the maker's good name) of `answer` (the JSON of the
    /// browser's `PublicKeyCredential.toJSON()`), and that the ceremony was started for `user`.
    ///
    /// The same state and answer pass any number of times within five minutes; see
    /// [`challenge_hash`](NewPasskey::challenge_hash).
    pub fn finish_registration(
        &self,
        now: Timestamp,
        user: UserId,
        state: &[u8],
        answer: &[u8],
    ) -> Result<NewPasskey, PasskeyError> {
        let (Kind::Registration, library) = state::open(now, state)? else {
            return Err(PasskeyError::State);
        };
        let server = RegistrationServerState::<16>::decode(library).map_err(|_| PasskeyError::State)?;
        let challenge = server.sent_challenge().0;
        answer::look_at(answer, "webauthn.create", challenge)?;
        let (answer, statement) = take_statement(answer);
        let answer = Registration::from_json_relaxed(&answer).map_err(|_| PasskeyError::Malformed)?;
        let checks = RegistrationVerificationOptions::<'_, '_, &str, &str> {
            allowed_origins: &[&self.origin],
            // Authenticators may answer with more than was asked (WebAuthn 9: "MUST be prepared to handle").
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let made = server.verify(&self.id, &answer, &checks)?;
        if *made.user_id() != user_handle(user) {
            return Err(PasskeyError::WrongUser);
        }
        let aaguid = made
            .metadata()
            .aaguid
            .data()
            .try_into()
            .map_err(|_| PasskeyError::Malformed)?;
        let attestation = statement.map(|statement| statement.verify(aaguid)).transpose()?;
        let Ok(static_state) = made.static_state().encode();
        let Ok(dynamic_state) = made.dynamic_state().encode();
        Ok(NewPasskey {
            id: PasskeyId::new(made.id().as_ref().to_vec()).ok_or(PasskeyError::Malformed)?,
            static_state,
            dynamic_state: dynamic_state.to_vec(),
            aaguid,
            attestation,
            synced: !matches!(made.dynamic_state().backup, Backup::NotEligible),
            transports: transports_text(made.transports()),
            challenge_hash: state::challenge_hash(challenge),
        })
    }
}

fn transports_text(transports: AuthTransports) -> String {
    let names = [
        (AuthenticatorTransport::Ble, "ble"),
        (AuthenticatorTransport::Hybrid, "hybrid"),
        (AuthenticatorTransport::Internal, "internal"),
        (AuthenticatorTransport::Nfc, "nfc"),
        (AuthenticatorTransport::SmartCard, "smart-card"),
        (AuthenticatorTransport::Usb, "usb"),
    ];
    let told = names
        .into_iter()
        .filter(|(transport, _)| transports.contains(*transport));
    told.map(|(_, name)| name).collect::<Vec<_>>().join(",")
}
