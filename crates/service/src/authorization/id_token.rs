//! ID tokens: what an application learns of who signed in (sign-in contract 9.6).

use std::sync::Arc;

use latchkey_crypto::Secret;
use latchkey_domain::{
    ApplicationStanding, Authorization, ClientRegistration, GraphPermission, TextProperty, User,
    token_lifetime,
};
use serde_json::json;

use super::claims::ACR;
use super::scopes::ApiResource;
use crate::Service;
use crate::tokens::{LIFETIME, TokenError, algorithm_of, extend};

/// What an ID token is to say.
pub(crate) struct IdTokenRequest<'a> {
    pub(crate) authorization: &'a Authorization,
    pub(crate) user: &'a User,
    pub(crate) client: &'a ApplicationStanding,
    pub(crate) registration: &'a ClientRegistration,
    pub(crate) scope: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) code_hash: Option<String>,
    pub(crate) token_hash: Option<String>,
}

impl IdTokenRequest<'_> {
    fn asks(&self, scope: GraphPermission) -> bool {
        self.scope
            .split_ascii_whitespace()
            .any(|asked| asked.eq_ignore_ascii_case(scope.value()))
    }
}

impl Service {
    pub(crate) async fn id_token(&self, request: &IdTokenRequest<'_>) -> Result<Secret<String>, TokenError> {
        let (authorization, user) = (request.authorization, request.user);
        let now = self.now();
        let lifetime = token_lifetime(LIFETIME, authorization.end(), now).ok_or(TokenError::PassEnded)?;
        let seconds = now.as_seconds();
        let mut claims = json!({
            "aud": authorization.asked.audience,
            "iss": self.issuer(),
            "iat": seconds,
            "nbf": seconds,
            "exp": seconds + lifetime.0,
            "sub": self.subject(authorization.client_id, user.id),
            "oid": user.id,
            "tid": self.tenant.id,
            "ver": "2.0",
            "amr": authorization.method.amr(),
            "sid": authorization.session_id,
            "uti": self.token_id(),
        });
        if request.asks(GraphPermission::Profile) {
            extend(
                &mut claims,
                json!({ "preferred_username": user.upn.as_str(), "name": user.display_name }),
            );
        }
        if let (true, Some(mail)) = (
            request.asks(GraphPermission::Email),
            user.text.get(TextProperty::Mail),
        ) {
            extend(&mut claims, json!({ "email": mail }));
        }
        let contexts = authorization.method.acrs();
        if !contexts.is_empty() {
            extend(&mut claims, json!({ "acrs": contexts }));
        }
        if authorization.asked.auth_time {
            extend(
                &mut claims,
                json!({ "auth_time": authorization.authenticated_at.as_seconds() }),
            );
        }
        if authorization.asked.acr {
            extend(&mut claims, json!({ "acr": ACR }));
        }
        let provider = self
            .identity_provider(authorization.session_id, authorization.method, user)
            .await?;
        if let Some(provider) = provider {
            extend(&mut claims, json!({ "idp": provider }));
        }
        let optional = &request.registration.optional_claims.id_token;
        self.add_optional_claims(&mut claims, optional, request.registration, authorization, user)
            .await?;
        for (name, value) in [
            ("nonce", request.nonce.map(str::to_owned)),
            ("c_hash", request.code_hash.clone()),
            ("at_hash", request.token_hash.clone()),
        ] {
            if let Some(value) = value {
                extend(&mut claims, json!({ name: value }));
            }
        }
        let application = &request.client.application;
        if !request.registration.app_roles.is_empty() {
            let own = ApiResource {
                client_id: application.client_id,
                service_principal: application.service_principal_id,
                display_name: application.display_name.clone(),
                name: String::new(),
                registration: Arc::new(request.registration.clone()),
            };
            let roles = self.role_values(&own, user).await?;
            if !roles.is_empty() {
                extend(&mut claims, json!({ "roles": roles }));
            }
        }
        Ok(self.sign(algorithm_of(request.registration), &claims)?)
    }
}
