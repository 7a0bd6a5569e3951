//! Access tokens of people's applications, for our Graph and for other applications.

use latchkey_crypto::JwsAlgorithm;
use latchkey_domain::{
    ApplicationStanding, Authorization, ClientRegistration, GraphPermission, KeyThumbprint, SIGNED_IN_MEMBER,
    SessionId, TokenAlgorithm, User, token_lifetime,
};
use serde_json::{Map, Value, json};

use super::claims::GraphClaims;
use super::issue::{HANDLES_CHALLENGES, LIFETIME};
use super::possession::Confirmation;
use super::resource::is_graph;
use super::{IssuedToken, TokenError};
use crate::Service;
use crate::applications::ProvedBy;
use crate::authorization::ApiResource;

/// Graph's name in tokens that were not asked for by another one.
const GRAPH: &str = "https://graph.microsoft.com";

/// What a delegated token is to say.
#[derive(Debug)]
pub struct DelegatedTokenRequest<'a> {
    /// What it stands on.
    pub authorization: &'a Authorization,
    /// For whom it acts.
    pub user: &'a User,
    /// The application that will use it.
    pub client: &'a ApplicationStanding,
    /// The session that it ends with; none if that has ended before.
    pub session: Option<SessionId>,
    /// How the application proved who it is.
    pub proved: ProvedBy,
    /// The key that the token is to be bound to.
    pub key: Option<&'a KeyThumbprint>,
    /// What was consented to, by the names of the resource's scopes.
    pub scopes: &'a [String],
    /// Where the request came from.
    pub ip_address: &'a str,
}

impl Service {
    /// A token for our Graph; it ends with the pass behind the session at the latest. `resource` is the name of Graph
    /// that was asked for; none for its usual one.
    ///
    /// # Errors
    /// [`TokenError::UnknownResource`], [`TokenError::PassEnded`], [`TokenError::Fault`]
    pub async fn issue_delegated_token(
        &self,
        request: &DelegatedTokenRequest<'_>,
        resource: Option<&str>,
    ) -> Result<IssuedToken, TokenError> {
        let (authorization, user) = (request.authorization, request.user);
        let application = &request.client.application;
        let audience = resource.unwrap_or(GRAPH);
        if !is_graph(audience, &self.settings.origin) {
            return Err(TokenError::UnknownResource(audience.to_owned()));
        }
        let now = self.now();
        let lifetime = token_lifetime(LIFETIME, authorization.end(), now).ok_or(TokenError::PassEnded)?;
        let roles = self.store.read().await?.roles_of(user.id.into()).await?;
        let wids = roles
            .iter()
            .map(ToString::to_string)
            .chain([SIGNED_IN_MEMBER.to_string()])
            .collect();
        let scopes: Vec<&str> = request
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| *scope != GraphPermission::OfflineAccess.value())
            .collect();
        let (oid, tenant, seconds) = (user.id.to_string(), self.tenant.id.to_string(), now.as_seconds());
        let claims = GraphClaims {
            aud: audience,
            iss: &self.token_issuer(),
            iat: seconds,
            nbf: seconds,
            exp: seconds + lifetime.0,
            fid: Some(authorization.id),
            acr: Some("1"),
            acrs: authorization.method.acrs(),
            amr: Some(authorization.method.amr()),
            app_displayname: &application.display_name,
            appid: application.client_id,
            appidacr: request.proved.code(),
            auth_time: Some(authorization.authenticated_at.as_seconds()),
            cnf: confirmation(request.key),
            idtyp: "user",
            ipaddr: Some(request.ip_address),
            name: Some(&user.display_name),
            oid: &oid,
            roles: None,
            scp: Some(&scopes.join(" ")),
            sid: request.session,
            sub: &self.subject(application.client_id, user.id),
            tid: &tenant,
            unique_name: Some(user.upn.as_str()),
            upn: Some(user.upn.as_str()),
            uti: &self.token_id(),
            ver: "1.0",
            wids: Some(wids),
            xms_cc: authorization
                .asked
                .handles_challenges
                .then_some(HANDLES_CHALLENGES),
        };
        let access_token = self.sign(JwsAlgorithm::Rs256, &claims)?;
        Ok(IssuedToken {
            access_token,
            expires_in: lifetime,
            bound: request.key.is_some(),
        })
    }

    /// A token for another application of this tenant, in the shape that it wants.
    ///
    /// # Errors
    /// [`TokenError::PassEnded`], [`TokenError::Fault`]
    pub(crate) async fn issue_api_token(
        &self,
        request: &DelegatedTokenRequest<'_>,
        api: &ApiResource,
    ) -> Result<IssuedToken, TokenError> {
        let (authorization, user) = (request.authorization, request.user);
        let client = &request.client.application;
        let now = self.now();
        let lifetime = token_lifetime(LIFETIME, authorization.end(), now).ok_or(TokenError::PassEnded)?;
        let seconds = now.as_seconds();
        let mut claims = json!({
            "iat": seconds,
            "nbf": seconds,
            "exp": seconds + lifetime.0,
            "oid": user.id,
            "tid": self.tenant.id,
            "sub": self.subject(api.client_id, user.id),
            "name": user.display_name,
            "scp": request.scopes.join(" "),
            "fid": authorization.id,
            "uti": self.token_id(),
        });
        if let Some(session) = request.session {
            extend(&mut claims, json!({ "sid": session }));
        }
        let roles = self.role_values(api, user).await?;
        let versioned = if api.registration.access_token_version == Some(2) {
            json!({
                "aud": api.client_id,
                "iss": self.issuer(),
                "ver": "2.0",
                "azp": client.client_id,
                "azpacr": request.proved.code(),
                "preferred_username": user.upn.as_str(),
            })
        } else {
            json!({
                "aud": api.name,
                "iss": self.token_issuer(),
                "ver": "1.0",
                "appid": client.client_id,
                "appidacr": request.proved.code(),
                "acr": "1",
                "amr": authorization.method.amr(),
                "auth_time": authorization.authenticated_at.as_seconds(),
                "idtyp": "user",
                "upn": user.upn.as_str(),
                "unique_name": user.upn.as_str(),
            })
        };
        extend(&mut claims, versioned);
        if authorization.asked.handles_challenges {
            extend(&mut claims, json!({ "xms_cc": HANDLES_CHALLENGES }));
        }
        let contexts = authorization.method.acrs();
        if !contexts.is_empty() {
            extend(&mut claims, json!({ "acrs": contexts }));
        }
        let optional = &api.registration.optional_claims.access_token;
        self.add_optional_claims(&mut claims, optional, &api.registration, authorization, user)
            .await?;
        if let Some(confirmation) = confirmation(request.key) {
            extend(&mut claims, json!({ "cnf": confirmation }));
        }
        if !roles.is_empty() {
            extend(&mut claims, json!({ "roles": roles }));
        }
        let access_token = self.sign(algorithm_of(&api.registration), &claims)?;
        Ok(IssuedToken {
            access_token,
            expires_in: lifetime,
            bound: request.key.is_some(),
        })
    }

    /// `iss` of ID tokens and of access tokens in the v2 shape (sign-in contract 9.3).
    pub fn issuer(&self) -> String {
        format!("{}/{}/v2.0", self.settings.origin, self.tenant.id)
    }

    /// The values of the app roles that a person holds of an application.
    pub(crate) async fn role_values(
        &self,
        api: &ApiResource,
        user: &User,
    ) -> Result<Vec<String>, crate::Fault> {
        let held = self
            .store
            .read()
            .await?
            .app_roles_of(user.id, api.service_principal)
            .await?;
        let roles = api.registration.app_roles.iter();
        Ok(roles
            .filter(|role| role.enabled && held.contains(&role.id))
            .filter_map(|role| role.value.clone())
            .collect())
    }
}

/// What binds a token to a key.
pub(super) fn confirmation(key: Option<&KeyThumbprint>) -> Option<Confirmation> {
    key.map(|jkt| Confirmation { jkt: jkt.clone() })
}

/// The algorithm of an application's tokens.
pub(crate) fn algorithm_of(registration: &ClientRegistration) -> JwsAlgorithm {
    match registration.token_algorithm {
        TokenAlgorithm::Rs256 => JwsAlgorithm::Rs256,
        TokenAlgorithm::Es256 => JwsAlgorithm::Es256,
        TokenAlgorithm::EdDsa => JwsAlgorithm::EdDsa,
    }
}

/// Adds the members of one object to another.
pub(crate) fn extend(claims: &mut Value, more: Value) {
    if let (Value::Object(claims), Value::Object(more)) = (claims, more) {
        claims.extend::<Map<String, Value>>(more);
    }
}
