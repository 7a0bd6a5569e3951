//! Signing in with a passkey (`WebAuthn` Level 3, 7.2; sign-in contract 6.5).

use latchkey_domain::{Passkey, PasskeyId, Timestamp, UserId};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{AllowedCredential, AllowedCredentials, AuthenticationVerificationOptions};
use webauthn_rp::request::{
    Credentials, PublicKeyCredentialDescriptor, TimedCeremony, UserVerificationRequirement,
};
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication16, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, NonDiscoverableAuthentication16,
    NonDiscoverableAuthenticationServerState, NonDiscoverableCredentialRequestOptions,
};

use super::relying_party::user_handle;
use super::state::{self, Kind, LIBRARY_TIMEOUT};
use super::{PasskeyCeremony, PasskeyError, RelyingParty, answer, options};

/// The stored keys as the library reads them: Ed25519, P-256, P-384 (never registered here), RSA.
type StoredKey = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// A browser's answer that has been read but **proves nothing yet**: it only says which passkey to load for
/// [`RelyingParty::finish_authentication`].
#[derive(Debug)]
pub struct PasskeyAnswer {
    passkey: PasskeyId,
    user: Option<UserId>,
    challenge_hash: [u8; 32],
    ceremony: Ceremony,
}

#[derive(Debug)]
enum Ceremony {
    Discoverable(
        DiscoverableAuthenticationServerState,
        DiscoverableAuthentication16,
    ),
    Allowed(
        NonDiscoverableAuthenticationServerState,
        NonDiscoverableAuthentication16,
    ),
}

impl PasskeyAnswer {
    /// The passkey that claims to have answered.
    pub fn passkey_id(&self) -> &PasskeyId {
        &self.passkey
    }

    /// The user that it claims to be of; always there unless the sign-in was limited to certain passkeys.
    pub fn user_id(&self) -> Option<UserId> {
        self.user
    }

    /// SHA-256 of the challenge, which the caller spends in the transaction that opens the session.
    pub fn challenge_hash(&self) -> [u8; 32] {
        self.challenge_hash
    }
}

impl RelyingParty {
    /// Starts a sign-in at `now`, with any passkey of this relying party (`None`) or with one of `allowed`. The state
    /// has 39 bytes, and in the second case the id of each passkey (16–1023 bytes) in addition.
    ///
    /// # Errors
    /// [`PasskeyError::NoPasskey`] when `allowed` is empty, which browsers would take as "any";
    /// [`PasskeyError::State`] when the system's clock stands before 1970.
    pub fn start_authentication(
        &self,
        now: Timestamp,
        allowed: Option<&[Passkey]>,
    ) -> Result<PasskeyCeremony, PasskeyError> {
        let (kind, challenge, library) = match allowed {
            None => {
                let mut ceremony = DiscoverableCredentialRequestOptions::passkey(&self.id);
                ceremony.0.timeout = LIBRARY_TIMEOUT;
                let (server, _) = ceremony.start_ceremony().map_err(|_| PasskeyError::State)?;
                let library = server.encode().map_err(|_| PasskeyError::State)?;
                (Kind::Discoverable, server.sent_challenge().0, library)
            }
            Some(passkeys) => {
                let mut ceremony =
                    NonDiscoverableCredentialRequestOptions::second_factor(&self.id, allow_list(passkeys)?)
                        .map_err(|_| PasskeyError::NoPasskey)?;
                ceremony.options().timeout = LIBRARY_TIMEOUT;
                ceremony.options().user_verification = UserVerificationRequirement::Required;
                let (server, _) = ceremony.start_ceremony().map_err(|_| PasskeyError::State)?;
                let library = server.encode().map_err(|_| PasskeyError::State)?;
                (Kind::Allowed, server.sent_challenge().0, library)
            }
        };
        let options = options::request(self, challenge, allowed.unwrap_or_default());
        Ok(state::ceremony(
            kind,
            (now, state::LIFETIME),
            challenge,
            &library,
            &options,
        ))
    }

    /// Reads a sign-in's `answer` (the JSON of the browser's `PublicKeyCredential.toJSON()`) at `now`. Type,
    /// challenge and the state's age are checked here, all else in
    /// [`finish_authentication`](Self::finish_authentication).
    pub fn read_authentication(
        &self,
        now: Timestamp,
        state: &[u8],
        answer: &[u8],
    ) -> Result<PasskeyAnswer, PasskeyError> {
        match state::open(now, state)? {
            (Kind::Registration, _) => Err(PasskeyError::State),
            (Kind::Discoverable, library) => {
                let server = DiscoverableAuthenticationServerState::decode(library)
                    .map_err(|_| PasskeyError::State)?;
                let challenge = server.sent_challenge().0;
                answer::look_at(answer, "webauthn.get", challenge)?;
                let answer = DiscoverableAuthentication16::from_json_relaxed(answer)
                    .map_err(|_| PasskeyError::Malformed)?;
                let Ok(user) = answer.response().user_handle().encode();
                Ok(PasskeyAnswer {
                    passkey: passkey_id(answer.raw_id())?,
                    user: Some(UserId::from_bytes(user)),
                    challenge_hash: state::challenge_hash(challenge),
                    ceremony: Ceremony::Discoverable(server, answer),
                })
            }
            (Kind::Allowed, library) => {
                let server = NonDiscoverableAuthenticationServerState::decode(library)
                    .map_err(|_| PasskeyError::State)?;
                let challenge = server.sent_challenge().0;
                answer::look_at(answer, "webauthn.get", challenge)?;
                let answer = NonDiscoverableAuthentication16::from_json_relaxed(answer)
                    .map_err(|_| PasskeyError::Malformed)?;
                let user = answer.response().user_handle().map(|handle| {
                    let Ok(bytes) = handle.encode();
                    UserId::from_bytes(bytes)
                });
                Ok(PasskeyAnswer {
                    passkey: passkey_id(answer.raw_id())?,
                    user,
                    challenge_hash: state::challenge_hash(challenge),
                    ceremony: Ceremony::Allowed(server, answer),
                })
            }
        }
    }

    /// Checks the answer against the stored passkey with its id: signature, origin with port, relying party id, user
    /// presence and verification, user handle, and a counter that goes up unless it always is zero. Gives the
    /// passkey's new dynamic state to store.
    ///
    /// # Errors
    /// [`PasskeyError::Stored`] when `passkey` holds no readable states; otherwise what was wrong with the answer.
    pub fn finish_authentication(
        &self,
        answer: PasskeyAnswer,
        passkey: &Passkey,
    ) -> Result<Vec<u8>, PasskeyError> {
        let owner = user_handle(passkey.user_id);
        let static_state =
            StaticState::<StoredKey>::decode(&passkey.static_state).map_err(|_| PasskeyError::Stored)?;
        let dynamic_state = passkey
            .dynamic_state
            .as_slice()
            .try_into()
            .map_err(|_| PasskeyError::Stored)?;
        let dynamic_state = DynamicState::decode(dynamic_state).map_err(|_| PasskeyError::Stored)?;
        let id = CredentialId::<&[u8]>::decode(passkey.id.as_bytes()).map_err(|_| PasskeyError::Stored)?;
        let mut credential = AuthenticatedCredential::new(id, &owner, static_state, dynamic_state)
            .map_err(|_| PasskeyError::Stored)?;
        let checks = AuthenticationVerificationOptions::<'_, '_, &str, &str> {
            allowed_origins: &[&self.origin],
            // As at registration: more extensions than asked for are no error.
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        match answer.ceremony {
            Ceremony::Discoverable(server, answer) => {
                server.verify(&self.id, &answer, &mut credential, &checks)?
            }
            Ceremony::Allowed(server, answer) => {
                server.verify(&self.id, &answer, &mut credential, &checks)?
            }
        };
        let Ok(dynamic_state) = credential.dynamic_state().encode();
        Ok(dynamic_state.to_vec())
    }
}

fn allow_list(passkeys: &[Passkey]) -> Result<AllowedCredentials, PasskeyError> {
    let mut list = AllowedCredentials::with_capacity(passkeys.len());
    for passkey in passkeys {
        let id = CredentialId::<Vec<u8>>::decode(passkey.id.as_bytes().to_vec())
            .map_err(|_| PasskeyError::Stored)?;
        // The browser's options, transports included, are written by us; the library only compares ids.
        let transports = AuthTransports::decode(0).map_err(|_| PasskeyError::Stored)?;
        list.push(AllowedCredential::from(PublicKeyCredentialDescriptor {
            id,
            transports,
        }));
    }
    Ok(list)
}

fn passkey_id(id: CredentialId<&[u8]>) -> Result<PasskeyId, PasskeyError> {
    PasskeyId::new(id.as_ref().to_vec()).ok_or(PasskeyError::Malformed)
}
