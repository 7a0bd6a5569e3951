//! Pushed authorization requests (RFC 9126): the application sends its parameters itself, and the browser brings only
//! their name along. That name is the parameters, sealed, so that nothing is kept for a request that nobody follows up.

use latchkey_crypto::{SealPurpose, sha256};
use latchkey_domain::{ClientId, ProofError, Seconds, Timestamp};
use latchkey_store::StoreError;

use super::answer::AuthorizationError;
use super::parameters::Parameters;
use super::request::AuthorizeFailure;
use super::tokens::{ClientClaim, GrantFailure, check_platform};
use crate::{Fault, RequestInfo, Service};

/// How long a pushed request may be taken up: a minute.
const LIFETIME: Seconds = Seconds(60);
/// The most bytes of a pushed request, so that its name fits into an address.
const MAX_PLAIN: usize = 4096;
/// What every name begins with (RFC 9126 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How the application proved who it is is no part of its request.
const PROOFS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// A request that was pushed.
#[derive(Debug)]
pub struct PushedRequest {
    /// Its name, for the authorization endpoint.
    pub request_uri: String,
    /// How long it works.
    pub expires_in: Seconds,
    /// The origin that may read the answer, for single-page applications.
    pub allow_origin: Option<String>,
}

/// Why a request is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PushFailure {
    /// The application did not prove who it is.
    #[error(transparent)]
    Client(#[from] GrantFailure),
    /// What the authorization endpoint would say to it.
    #[error(transparent)]
    Request(#[from] AuthorizationError),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<AuthorizeFailure> for PushFailure {
    fn from(failure: AuthorizeFailure) -> Self {
        match failure {
            AuthorizeFailure::Page(error) | AuthorizeFailure::Answer(_, error) => Self::Request(error),
            AuthorizeFailure::Stale => Self::Request(gone()),
            AuthorizeFailure::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// What a name holds. The random mark makes two of the same request two names.
#[derive(serde::Serialize, serde::Deserialize)]
struct Pushed {
    mark: [u8; 16],
    client_id: ClientId,
    expires_at: Timestamp,
    parameters: Vec<(String, String)>,
}

impl Service {
    /// Takes the parameters of an authorization request from the application itself, checked as the authorization
    /// endpoint checks them.
    ///
    /// # Errors
    /// [`PushFailure`]
    pub async fn push_authorization_request(
        &self,
        claim: &ClientClaim<'_>,
        mut parameters: Vec<(String, String)>,
        info: &RequestInfo,
    ) -> Result<PushedRequest, PushFailure> {
        let mut reader = self.store.read().await.map_err(Fault::from)?;
        let claimed = self.claimed_client(&mut reader, claim).await?;
        drop(reader);
        parameters.retain(|(name, _)| !PROOFS.contains(&name.as_str()));
        let given = Parameters(&parameters);
        if given.get("request_uri").is_some() {
            let text = "The parameter 'request_uri' can't be pushed.";
            return Err(AuthorizationError::invalid_request(9_002_313, text).into());
        }
        if given.get("client_id").is_none() {
            parameters.push(("client_id".to_owned(), claim.client_id.to_owned()));
        }
        // A proof of the application's key binds the code to it, as `dpop_jkt` does (RFC 9449 10.1). It is not used up:
        // whoever sends it again gets codes only that are worth nothing without the key.
        if let Some(proof) = &claimed.proof {
            match Parameters(&parameters).get("dpop_jkt") {
                Some(named) if named != proof.key.as_str() => {
                    return Err(PushFailure::Client(ProofError::Key.into()));
                }
                Some(_) => {}
                None => parameters.push(("dpop_jkt".to_owned(), proof.key.as_str().to_owned())),
            }
        }
        let nobody = self.new_browser_key();
        let request = self
            .read_parameters(Parameters(&parameters), true, &nobody, info)
            .await?;
        if request.client_id != claimed.client.application.client_id {
            let text = "The request is not that of the application that sends it.";
            return Err(AuthorizationError::invalid_request(9_002_313, text).into());
        }
        check_platform(&claimed, request.platform, claim.origin)?;
        let pushed = Pushed {
            mark: self.random_id(),
            client_id: claimed.client.application.client_id,
            expires_at: self.now() + LIFETIME,
            parameters,
        };
        let plain = serde_json::to_vec(&pushed).map_err(|error| Fault::Internal(error.to_string()))?;
        if plain.len() > MAX_PLAIN {
            return Err(AuthorizationError::invalid_request(900_144, "The request is too long.").into());
        }
        let sealed = self
            .master_keys
            .seal_token(&*self.random, SealPurpose::PushedRequest, &plain);
        Ok(PushedRequest {
            request_uri: format!("{PREFIX}{sealed}"),
            expires_in: LIFETIME,
            allow_origin: claimed.readable_by(claim.origin),
        })
    }

    /// The parameters that a request names instead of bringing them, once; none when it names none of ours.
    pub(super) async fn pushed_parameters(
        &self,
        parameters: Parameters<'_>,
    ) -> Result<Option<Vec<(String, String)>>, AuthorizeFailure> {
        let Some(sealed) = parameters
            .get("request_uri")
            .and_then(|name| name.strip_prefix(PREFIX))
        else {
            return Ok(None);
        };
        let opened = self.master_keys.open_token(SealPurpose::PushedRequest, sealed);
        let plain = opened.map_err(|_| gone())?;
        let pushed: Pushed = serde_json::from_slice(plain.expose()).map_err(|_| gone())?;
        let named = parameters.get("client_id").and_then(|id| id.parse().ok());
        if named != Some(pushed.client_id) || self.now() >= pushed.expires_at {
            return Err(gone().into());
        }
        let input = (sha256(sealed.as_bytes()), pushed.expires_at);
        let first = self
            .store
            .write_with(input, |writer, (hash, end)| {
                Box::pin(async move { writer.spend_challenge(hash, *end).await })
            })
            .await
            .map_err(|error: StoreError| Fault::from(error))?;
        if first {
            Ok(Some(pushed.parameters))
        } else {
            Err(gone().into())
        }
    }
}

fn gone() -> AuthorizationError {
    let text = "The request_uri is unknown, has expired, was used before, or is of another application.";
    AuthorizationError::new("invalid_request_uri", 90_009, text)
}
