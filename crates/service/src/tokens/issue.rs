//! Issuing access tokens: to applications for their own name, and to people's applications.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::{JwsAlgorithm, Secret, random_array, sha256};
use latchkey_domain::{
    ApplicationStanding, ClientId, GraphPermission, PermissionSet, SIGNED_IN_MEMBER, Seconds, Session, User,
    token_lifetime,
};
use latchkey_store::StoreError;

use super::claims::GraphClaims;
use super::resource::is_graph;
use crate::applications::ClientAuthError;
use crate::{Fault, Service};

/// Ordinary lifetime of an access token, in seconds: an hour, counted as Entra counts it (sign-in contract 4).
const LIFETIME: Seconds = Seconds(3599);
/// Graph's name in tokens that were not asked for by another one.
const GRAPH: &str = "https://graph.microsoft.com";
/// What a client declares that understands claims challenges (sign-in contract 9.10).
const HANDLES_CHALLENGES: &[&str] = &["CP1"];

/// What an application sends for a token in its own name.
#[derive(Debug)]
pub struct ClientCredentialsRequest<'a> {
    /// Its client id, as sent.
    pub client_id: &'a str,
    /// Its secret, as sent.
    pub secret: Option<Secret<String>>,
    /// The scope, as sent.
    pub scope: &'a str,
    /// It declared that it understands claims challenges.
    pub handles_challenges: bool,
}

/// What a delegated token is to say.
#[derive(Debug)]
pub struct DelegatedTokenRequest<'a> {
    /// The session that it stands on.
    pub session: &'a Session,
    /// Whose session that is.
    pub user: &'a User,
    /// The application that will use it.
    pub client: &'a ApplicationStanding,
    /// The application proved who it is with a secret.
    pub confidential: bool,
    /// What was consented to.
    pub scopes: PermissionSet,
    /// The name of Graph that was asked for; none for its usual one.
    pub resource: Option<&'a str>,
    /// Where the request came from.
    pub ip_address: &'a str,
    /// The application declared that it understands claims challenges.
    pub handles_challenges: bool,
}

/// A token that was issued a moment ago.
#[derive(Debug)]
pub struct IssuedToken {
    /// The token, a JWT in the compact form.
    pub access_token: Secret<String>,
    /// How long it lives.
    pub expires_in: Seconds,
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
        let standing = self
            .authenticate_client(request.client_id, request.secret.as_ref())
            .await?;
        let audience = self.resource_of(request.scope)?;
        let application = &standing.application;
        let oid = application.service_principal_id.to_string();
        let tenant = self.tenant.id.to_string();
        let now = self.now();
        let seconds = now.as_seconds();
        self.sign(&GraphClaims {
            aud: audience,
            iss: &self.token_issuer(),
            iat: seconds,
            nbf: seconds,
            exp: seconds + LIFETIME.0,
            acr: None,
            amr: None,
            app_displayname: &application.display_name,
            appid: application.client_id,
            appidacr: "1",
            auth_time: None,
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
        })
        .map(|access_token| IssuedToken {
            access_token,
            expires_in: LIFETIME,
        })
    }

    /// A token for a person's application; it ends with the pass behind the session at the latest.
    ///
    /// # Errors
    /// [`TokenError::UnknownResource`], [`TokenError::PassEnded`], [`TokenError::Fault`]
    pub async fn issue_delegated_token(
        &self,
        request: DelegatedTokenRequest<'_>,
    ) -> Result<IssuedToken, TokenError> {
        let (session, user, application) = (request.session, request.user, &request.client.application);
        let audience = request.resource.unwrap_or(GRAPH);
        if !is_graph(audience, &self.settings.origin) {
            return Err(TokenError::UnknownResource(audience.to_owned()));
        }
        let now = self.now();
        let end = session.pass.map(|pass| pass.end.min(session.not_after));
        let lifetime = token_lifetime(LIFETIME, end, now).ok_or(TokenError::PassEnded)?;
        let roles = self.store.read().await?.roles_of(user.id.into()).await?;
        let wids = roles
            .iter()
            .map(ToString::to_string)
            .chain([SIGNED_IN_MEMBER.to_string()])
            .collect();
        let scopes: Vec<&str> = request
            .scopes
            .iter()
            .filter(|scope| *scope != GraphPermission::OfflineAccess)
            .map(GraphPermission::value)
            .collect();
        let (oid, tenant, seconds) = (user.id.to_string(), self.tenant.id.to_string(), now.as_seconds());
        self.sign(&GraphClaims {
            aud: audience,
            iss: &self.token_issuer(),
            iat: seconds,
            nbf: seconds,
            exp: seconds + lifetime.0,
            acr: Some("1"),
            amr: Some(session.method.amr()),
            app_displayname: &application.display_name,
            appid: application.client_id,
            appidacr: if request.confidential { "1" } else { "0" },
            auth_time: Some(session.authenticated_at.as_seconds()),
            idtyp: "user",
            ipaddr: Some(request.ip_address),
            name: Some(&user.display_name),
            oid: &oid,
            roles: None,
            scp: Some(&scopes.join(" ")),
            sid: Some(session.id),
            sub: &self.subject(application.client_id, &oid),
            tid: &tenant,
            unique_name: Some(user.upn.as_str()),
            upn: Some(user.upn.as_str()),
            uti: &self.token_id(),
            ver: "1.0",
            wids: Some(wids),
            xms_cc: request.handles_challenges.then_some(HANDLES_CHALLENGES),
        })
        .map(|access_token| IssuedToken {
            access_token,
            expires_in: lifetime,
        })
    }

    /// `iss` of access tokens in the v1 shape.
    pub(super) fn token_issuer(&self) -> String {
        format!("{}/{}/", self.settings.origin, self.tenant.id)
    }

    /// The resource of a scope that must be exactly one `{resource}/.default`, as the client named it.
    fn resource_of<'a>(&self, scope: &'a str) -> Result<&'a str, TokenError> {
        let mut scopes = scope.split_ascii_whitespace();
        let (Some(scope), None) = (scopes.next(), scopes.next()) else {
            return Err(TokenError::ScopeForm);
        };
        let resource = scope.strip_suffix("/.default").ok_or(TokenError::ScopeForm)?;
        if is_graph(resource, &self.settings.origin) {
            Ok(resource)
        } else {
            Err(TokenError::UnknownResource(resource.to_owned()))
        }
    }

    fn sign(&self, claims: &GraphClaims<'_>) -> Result<Secret<String>, TokenError> {
        let internal = |error: String| TokenError::Fault(Fault::Internal(error));
        let keys = self.key_set();
        let key = keys
            .signing_key(JwsAlgorithm::Rs256, self.now())
            .ok_or_else(|| internal("no signing key is active".to_owned()))?;
        let claims = serde_json::to_vec(claims).map_err(|error| internal(error.to_string()))?;
        key.sign(&claims)
            .map(Secret::new)
            .map_err(|error| internal(error.to_string()))
    }

    /// `uti`: names one token.
    fn token_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(random_array::<16>(&*self.random))
    }

    /// A person's `sub` for one application: equal for one application, different for others. The `oid` stands
    /// beside it, so nothing needs to be hidden; it must only never change.
    fn subject(&self, client: ClientId, oid: &str) -> String {
        let value = [
            self.tenant.id.as_bytes().as_slice(),
            client.as_bytes(),
            oid.as_bytes(),
        ]
        .concat();
        URL_SAFE_NO_PAD.encode(sha256(&value))
    }
}
