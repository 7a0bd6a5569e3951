//! What the token endpoint gives for a code or a refresh token.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::Secret;
use latchkey_domain::{
    ApplicationStanding, Authorization, ClientRegistration, DeviceError, GrantError, GraphPermission,
    KeyThumbprint, Platform, ProofError, Seconds, ServicePrincipalId, TenantId, User, UserId,
};
use latchkey_store::{Reader, StoreError};
use serde_json::json;

use super::claims::{ClaimsError, Unmet};
use super::id_token::IdTokenRequest;
use super::scopes::{Resource, ScopeError, Wanted, grants_of, wanted};
use crate::applications::{ClientAuthError, ClientProof, ProvedBy};
use crate::tokens::{DelegatedTokenRequest, FreshProof, IssuedToken, SentProof, TokenError};
use crate::{Fault, RequestInfo, Service};

/// Who asks at the token endpoint, as it says itself.
#[derive(Debug)]
pub struct ClientClaim<'a> {
    /// Its id, as sent.
    pub client_id: &'a str,
    /// What it sent to prove that.
    pub proof: ClientProof,
    /// The page that sent the request, if a script in a browser did.
    pub origin: Option<&'a str>,
    /// The proof of a key that came along.
    pub proof_of_key: Option<SentProof<'a>>,
}

/// Tokens for a person's application.
#[derive(Debug)]
pub struct TokenGrant {
    /// For the resource.
    pub access_token: Secret<String>,
    /// How long that lives.
    pub expires_in: Seconds,
    /// It is worth nothing without the key that it is bound to.
    pub bound: bool,
    /// What was granted.
    pub scope: String,
    /// Who signed in.
    pub id_token: Option<Secret<String>>,
    /// For the next ones.
    pub refresh_token: Option<Secret<String>>,
    /// Names the account, for client libraries.
    pub client_info: String,
    /// The origin that may read the answer, for single-page applications.
    pub allow_origin: Option<String>,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum GrantFailure {
    /// The application did not prove who it is.
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// The code or refresh token is worth nothing.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The device code gives nothing, at least not yet.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// Too many devices ask for codes from one place.
    #[error("Too many devices are waiting at this address. Try again in a few minutes.")]
    TooManyDevices {
        /// How long none gets any.
        wait: Seconds,
    },
    /// The scopes can't be asked for.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The proof of the client's key proves nothing.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The application gets bound tokens only, and showed no key.
    #[error("The application's tokens are bound to a key: the request must have a DPoP header.")]
    ProofMissing,
    /// The `claims` parameter says nothing that can be given.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
    /// The person must sign in with more, or anew.
    #[error(transparent)]
    Unmet(#[from] Unmet),
    /// The token is an application's own: nothing stands behind it that could end.
    #[error(
        "An application's own access token can't be revoked: it ends with its hour, or when the application is disabled."
    )]
    NotRevocable,
    /// The person has not consented to these.
    #[error("The user or administrator has not consented to use the application.")]
    Consent,
    /// A single-page application's code came from somewhere else than its page.
    #[error(
        "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."
    )]
    OriginMissing,
    /// A page wants to redeem what is not for single-page applications.
    #[error("Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.")]
    OriginForbidden,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for GrantFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<TokenError> for GrantFailure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::PassEnded => Self::Grant(GrantError::PassExpired),
            TokenError::Fault(fault) => Self::Fault(fault),
            TokenError::Client(error) => Self::Client(error),
            TokenError::UnknownResource(name) => Self::Scope(ScopeError::UnknownResource(name)),
            TokenError::Proof(error) => Self::Proof(error),
            TokenError::ProofMissing => Self::ProofMissing,
            // Said of applications in their own name only.
            TokenError::ScopeForm | TokenError::NotAssigned { .. } => Self::Scope(ScopeError::Malformed),
        }
    }
}

/// An application that said who it is; whether it had to prove it depends on what it redeems.
pub(crate) struct Claimed {
    pub(crate) client: Arc<ApplicationStanding>,
    pub(crate) registration: Arc<ClientRegistration>,
    pub(crate) proved: ProvedBy,
    /// The key that it showed.
    pub(crate) proof: Option<FreshProof>,
}

impl Claimed {
    /// The page that may read an answer, if it is one of the application's own.
    pub(crate) fn readable_by(&self, origin: Option<&str>) -> Option<String> {
        let origin = origin?;
        let mut redirects = self.registration.redirect_uris.iter();
        redirects
            .any(|known| known.platform == Platform::Spa && known.uri.is_of_origin(origin))
            .then(|| origin.to_owned())
    }

    /// The application, if its people must be assigned to it.
    pub(crate) fn assigned_to(&self) -> Option<ServicePrincipalId> {
        let principal = self.client.application.service_principal_id;
        self.registration.assignment_required.then_some(principal)
    }

    /// The key that refresh tokens are bound to from now on. Whoever has a secret is known by that: their refresh
    /// tokens may go on with another key (RFC 9449 5).
    pub(crate) fn refresh_key(&self) -> Option<KeyThumbprint> {
        let proof = self.proof.as_ref().filter(|_| !self.proved.is_proof());
        proof.map(|proof| proof.key.clone())
    }

    /// Whether the key that it showed, if any, will do: for what is bound to `key` only that one.
    ///
    /// # Errors
    /// [`GrantFailure::Proof`], [`GrantFailure::ProofMissing`]
    pub(crate) fn check_key(&self, key: Option<&KeyThumbprint>) -> Result<(), GrantFailure> {
        let shown = self.proof.as_ref().map(|proof| &proof.key);
        if key.is_some() && key != shown {
            return Err(ProofError::Key.into());
        }
        if shown.is_none() && self.registration.bound_tokens_only {
            return Err(GrantFailure::ProofMissing);
        }
        Ok(())
    }
}

/// Whether somebody lacks the assignment that an application demands.
pub(super) async fn lacks_assignment(
    reader: &mut Reader,
    user: UserId,
    assigned_to: Option<ServicePrincipalId>,
) -> Result<bool, StoreError> {
    match assigned_to {
        Some(application) => Ok(reader.app_roles_of(user, application).await?.is_empty()),
        None => Ok(false),
    }
}

/// The one resource of a token, and its scopes.
pub(crate) struct TokenWish {
    pub(crate) resource: Resource,
    pub(crate) scopes: Vec<String>,
}

impl TokenWish {
    pub(crate) fn first(wants: &[Wanted]) -> Self {
        match wants.first() {
            Some(wanted) => Self {
                resource: wanted.resource.clone(),
                scopes: wanted.scopes.clone(),
            },
            None => Self {
                resource: Resource::Graph { name: None },
                scopes: Vec::new(),
            },
        }
    }
}

/// What goes into one token answer.
pub(crate) struct Issue<'a> {
    pub(crate) claimed: &'a Claimed,
    pub(crate) authorization: &'a Authorization,
    pub(crate) user: &'a User,
    /// The session goes on, and the access token ends with it.
    pub(crate) in_session: bool,
    pub(crate) wants: &'a [Wanted],
    pub(crate) nonce: Option<&'a str>,
    pub(crate) refresh_token: Option<Secret<String>>,
    pub(crate) origin: Option<&'a str>,
}

impl Service {
    /// The application, and whether it proved who it is.
    pub(crate) async fn claimed_client(
        &self,
        reader: &mut Reader,
        claim: &ClientClaim<'_>,
    ) -> Result<Claimed, GrantFailure> {
        let (client, proved) = self
            .identify_client(reader, claim.client_id, &claim.proof)
            .await?;
        let registration = reader
            .registration(client.application.client_id)
            .await?
            .unwrap_or_default();
        let proof = claim
            .proof_of_key
            .map(|sent| self.read_proof(sent, None))
            .transpose()?;
        Ok(Claimed {
            client,
            registration,
            proved,
            proof,
        })
    }

    /// What is to be in the token: of the request's own scopes, or of those of the authorization.
    pub(crate) async fn wants_of(
        &self,
        claimed: &Claimed,
        user: UserId,
        asked: &str,
        scope: Option<&str>,
    ) -> Result<Vec<Wanted>, GrantFailure> {
        let mut reader = self.store.read().await?;
        let wish = self.read_scopes(&mut reader, scope.unwrap_or(asked)).await?;
        if scope.is_some() && wish.resources.len() > 1 {
            return Err(ScopeError::SeveralResources.into());
        }
        let principal = claimed.client.application.service_principal_id;
        let grants = grants_of(&mut reader, principal, user).await?;
        let wants = wanted(&wish, &claimed.registration, &grants);
        if wants.iter().any(|wanted| !wanted.missing.is_empty()) {
            return Err(GrantFailure::Consent);
        }
        Ok(wants)
    }

    /// Makes the tokens of an answer.
    pub(crate) async fn issue(
        &self,
        issue: Issue<'_>,
        info: &RequestInfo,
    ) -> Result<TokenGrant, GrantFailure> {
        let wish = TokenWish::first(issue.wants);
        let asked = &issue.authorization.asked;
        let access = self
            .access_token(
                &DelegatedTokenRequest {
                    authorization: issue.authorization,
                    user: issue.user,
                    client: &issue.claimed.client,
                    session: issue.in_session.then_some(issue.authorization.session_id),
                    proved: issue.claimed.proved,
                    key: issue.claimed.proof.as_ref().map(|proof| &proof.key),
                    scopes: &wish.scopes,
                    ip_address: &info.ip_address.to_string(),
                },
                &wish.resource,
            )
            .await?;
        let openid = asked
            .scope
            .split_ascii_whitespace()
            .any(|scope| scope.eq_ignore_ascii_case(GraphPermission::Openid.value()));
        let id_token = if openid {
            let request = IdTokenRequest {
                authorization: issue.authorization,
                user: issue.user,
                client: &issue.claimed.client,
                registration: &issue.claimed.registration,
                scope: &asked.scope,
                nonce: issue.nonce,
                code_hash: None,
                token_hash: None,
            };
            Some(self.id_token(&request).await?)
        } else {
            None
        };
        let spa = asked.platform == Platform::Spa;
        Ok(TokenGrant {
            access_token: access.access_token,
            expires_in: access.expires_in,
            bound: access.bound,
            scope: token_scopes(issue.wants),
            id_token,
            refresh_token: issue.refresh_token,
            client_info: client_info(issue.user.id, self.tenant.id),
            allow_origin: issue.origin.filter(|_| spa).map(str::to_owned),
        })
    }

    /// The proof that came along counts once.
    pub(crate) async fn use_proof(&self, claimed: &Claimed) -> Result<(), GrantFailure> {
        match &claimed.proof {
            Some(proof) if !self.spend_proof(proof).await? => Err(ProofError::Replayed.into()),
            _ => Ok(()),
        }
    }

    /// An access token for whatever resource it is.
    pub(crate) async fn access_token(
        &self,
        request: &DelegatedTokenRequest<'_>,
        resource: &Resource,
    ) -> Result<IssuedToken, TokenError> {
        match resource {
            Resource::Graph { name } => self.issue_delegated_token(request, name.as_deref()).await,
            Resource::Api(api) => self.issue_api_token(request, api).await,
        }
    }
}

/// Whether this kind of application may redeem from where it does, and proved what it must (sign-in contract 9.5).
pub(crate) fn check_platform(
    claimed: &Claimed,
    platform: Platform,
    origin: Option<&str>,
) -> Result<(), GrantFailure> {
    match (platform, origin) {
        (Platform::Web, None) if claimed.proved.is_proof() => Ok(()),
        (Platform::Web, None) => Err(ClientAuthError::SecretMissing.into()),
        (Platform::Spa | Platform::PublicClient, _) if claimed.proved.is_proof() => {
            Err(ClientAuthError::SecretOfPublicClient.into())
        }
        (Platform::PublicClient, None) => Ok(()),
        (Platform::Spa, origin @ Some(_)) if claimed.readable_by(origin).is_some() => Ok(()),
        (Platform::Spa, None) => Err(GrantFailure::OriginMissing),
        (_, Some(_)) => Err(GrantFailure::OriginForbidden),
    }
}

/// What the answer's `scope` says: Graph's by their short names, others as they were asked for.
pub(crate) fn token_scopes(wants: &[Wanted]) -> String {
    let oidc = |scope: &str| {
        GraphPermission::from_value(scope).is_some_and(|scope| {
            matches!(
                scope,
                GraphPermission::Openid
                    | GraphPermission::Profile
                    | GraphPermission::Email
                    | GraphPermission::OfflineAccess
            )
        })
    };
    let mut names = Vec::new();
    for (place, wanted) in wants.iter().enumerate() {
        for scope in &wanted.scopes {
            match &wanted.resource {
                Resource::Graph { .. } if place == 0 || oidc(scope) => names.push(scope.clone()),
                Resource::Api(api) if place == 0 => names.push(format!("{}/{scope}", api.name)),
                _ => {}
            }
        }
    }
    names.join(" ")
}

/// base64url of `{"uid":…,"utid":…}`: how client libraries name an account (sign-in contract 9.5).
pub(crate) fn client_info(user: UserId, tenant: TenantId) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "uid": user, "utid": tenant }).to_string())
}
