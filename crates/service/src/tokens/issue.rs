//! Issuing access tokens to applications in their own name.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::{JwsAlgorithm, Secret, SigningKey, SigningKeyError, random_array};
use latchkey_domain::{ClientId, GraphPermission, ProofError, Seconds, UserId};
use latchkey_store::StoreError;
use serde::Serialize;

use super::application_for_api::ApplicationTokenRequest;
use super::claims::GraphClaims;
use super::possession::{Confirmation, SentProof};
use super::resource::is_graph;
use crate::applications::{ClientAuthError, ClientProof};
use crate::authorization::{Resource, ScopeError};
use crate::{Fault, Service};

/// Ordinary lifetime of an access token, in seconds: an hour, counted as Entra counts it (sign-in contract 4).
pub(crate) const LIFETIME: Seconds = Seconds(3599);
/// What a client declares that understands claims challenges (sign-in contract 9.10).
pub(super) const HANDLES_CHALLENGES: &[&str] = &["CP1"];

/// What an application sends for a token in its own name.
#[derive(Debug)]
pub struct ClientCredentialsRequest<'a> {
    /// Its client id, as sent.
    pub client_id: &'a str,
    /// What it sent to prove that.
    pub proof: ClientProof,
    /// The scope, as sent.
    pub scope: &'a str,
    /// It declared that it understands claims challenges.
    pub handles_challenges: bool,
    /// The proof of a key that the token is to be bound to.
    pub proof_of_key: Option<SentProof<'a>>,
}

/// A token that was issued a moment ago.
#[derive(Debug)]
pub struct IssuedToken {
    /// The token, a JWT in the compact form.
    pub access_token: Secret<String>,
    /// How long it lives.
    pub expires_in: Seconds,
    /// It is worth nothing without the key that it is bound to.
    pub bound: bool,
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The application did not prove who it is.
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// The scope is not exactly one `{resource}/.default`.
    #[error("the scope is not exactly one resource with /.default")]
    ScopeForm,
    /// There is no such resource here.
    #[error("there is no resource {0}")]
    UnknownResource(String),
    /// The resource demands an assignment, and the application holds no role of it.
    #[error("Application '{client}' is not assigned to a role for the application '{resource}'.")]
    NotAssigned {
        /// Who asks.
        client: ClientId,
        /// For what.
        resource: ClientId,
    },
    /// The proof of the client's key proves nothing.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The application gets bound tokens only, and showed no key.
    #[error("The application's tokens are bound to a key: the request must have a DPoP header.")]
    ProofMissing,
    /// Too little is left of the pass behind the session.
    #[error("the pass behind the session has ended")]
    PassEnded,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// A token for an application in its own name (client credentials, RFC 6749 4.4).
    ///
    /// # Errors
    /// [`TokenError`]
    pub async fn issue_application_token(
        &self,
        request: ClientCredentialsRequest<'_>,
    ) -> Result<IssuedToken, TokenError> {
        let (standing, proved) = self
            .authenticate_client(request.client_id, &request.proof)
            .await?;
        let resource = self.resource_of(request.scope).await?;
        let application = &standing.application;
        let proof = request
            .proof_of_key
            .map(|sent| self.read_proof(sent, None))
            .transpose()?;
        match &proof {
            Some(proof) if !self.spend_proof(proof).await? => return Err(ProofError::Replayed.into()),
            Some(_) => {}
            None => {
                let mut reader = self.store.read().await?;
                let registration = reader.registration(application.client_id).await?;
                if registration.is_some_and(|registration| registration.bound_tokens_only) {
                    return Err(TokenError::ProofMissing);
                }
            }
        }
        let audience = match &resource {
            Resource::Graph { name } => name.as_deref().unwrap_or(request.scope),
            Resource::Api(api) => {
                let wanted = ApplicationTokenRequest {
                    client: &standing,
                    proved,
                    key: proof.as_ref().map(|proof| &proof.key),
                    handles_challenges: request.handles_challenges,
                };
                return self.issue_application_api_token(&wanted, api).await;
            }
        };
        let bound = proof.is_some();
        let oid = application.service_principal_id.to_string();
        let tenant = self.tenant.id.to_string();
        let now = self.now();
        let seconds = now.as_seconds();
        self.sign(
            JwsAlgorithm::Rs256,
            &GraphClaims {
                aud: audience,
                iss: &self.token_issuer(),
                iat: seconds,
                nbf: seconds,
                exp: seconds + LIFETIME.0,
                acr: None,
                acrs: &[],
                amr: None,
                app_displayname: &application.display_name,
                appid: application.client_id,
                appidacr: proved.code(),
                auth_time: None,
                cnf: proof.map(|proof| Confirmation { jkt: proof.key }),
                fid: None,
                idtyp: "app",
                ipaddr: None,
                name: None,
                oid: &oid,
                roles: Some(
                    application
                        .permissions
                        .iter()
                        .map(GraphPermission::value)
                        .collect(),
                ),
                scp: None,
                sid: None,
                sub: &oid,
                tid: &tenant,
                unique_name: None,
                upn: None,
                uti: &self.token_id(),
                ver: "1.0",
                wids: None,
                xms_cc: request.handles_challenges.then_some(HANDLES_CHALLENGES),
            },
        )
        .map(|access_token| IssuedToken {
            access_token,
            expires_in: LIFETIME,
            bound,
        })
        .map_err(TokenError::from)
    }

    /// `iss` of access tokens in the v1 shape.
    pub(crate) fn token_issuer(&self) -> String {
        format!("{}/{}/", self.settings.origin, self.tenant.id)
    }

    /// The resource of a scope that must be exactly one `{resource}/.default`, as the client named it.
    async fn resource_of(&self, scope: &str) -> Result<Resource, TokenError> {
        let mut scopes = scope.split_ascii_whitespace();
        let (Some(scope), None) = (scopes.next(), scopes.next()) else {
            return Err(TokenError::ScopeForm);
        };
        let name = scope.strip_suffix("/.default").ok_or(TokenError::ScopeForm)?;
        let name = if is_graph(name, &self.settings.origin) {
            name
        } else {
            name.trim_end_matches('/')
        };
        let mut reader = self.store.read().await?;
        match self.find_resource(&mut reader, Some(name)).await {
            Ok(resource) => Ok(resource),
            Err(ScopeError::UnknownResource(name)) => Err(TokenError::UnknownResource(name)),
            Err(ScopeError::Fault(fault)) => Err(fault.into()),
            Err(_) => Err(TokenError::ScopeForm),
        }
    }

    /// Signs claims with the tenant's key of this algorithm.
    pub(crate) fn sign(
        &self,
        algorithm: JwsAlgorithm,
        claims: &impl Serialize,
    ) -> Result<Secret<String>, Fault> {
        signed(self.active_key(algorithm)?.sign(&json_text(claims)?))
    }

    /// As [`Self::sign`], for a token of another type than `JWT`.
    pub(crate) fn sign_typed(
        &self,
        algorithm: JwsAlgorithm,
        kind: &str,
        claims: &impl Serialize,
    ) -> Result<Secret<String>, Fault> {
        signed(self.active_key(algorithm)?.sign_typed(kind, &json_text(claims)?))
    }

    fn active_key(&self, algorithm: JwsAlgorithm) -> Result<Arc<SigningKey>, Fault> {
        self.key_set()
            .signing_key(algorithm, self.now())
            .cloned()
            .ok_or_else(|| Fault::Internal("no signing key is active".to_owned()))
    }

    /// `uti`: names one token.
    pub(crate) fn token_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(random_array::<16>(&*self.random))
    }

    /// A person's `sub` for one application: equal for one application, different for others (sign-in contract 9.6).
    pub(crate) fn subject(&self, client: ClientId, user: UserId) -> String {
        self.subjects.subject(&client.to_string(), &user.to_string())
    }
}

fn json_text(claims: &impl Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(claims).map_err(|error| Fault::Internal(error.to_string()))
}

fn signed(token: Result<String, SigningKeyError>) -> Result<Secret<String>, Fault> {
    token
        .map(Secret::new)
        .map_err(|error| Fault::Internal(error.to_string()))
}
