//! The revocation (RFC 7009) and introspection (RFC 7662) endpoints.

use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use http::{Method, StatusCode};
use latchkey_service::{ClientClaim, Service};

use crate::client::{self, Credentials};
use crate::error::OAuthError;
use crate::grant::refusal;
use crate::respond::json_response;
use crate::token::{form_of, unreadable};

/// `POST /{tenant}/oauth2/v2.0/revoke`
pub(crate) async fn revoke(
    service: &Service,
    tenant: &str,
    request: Request,
) -> Result<Response, OAuthError> {
    let asked = Asked::read(service, tenant, request).await?;
    match service.revoke_token(&asked.claim(), &asked.token).await {
        Ok(()) => Ok(private(json_response(StatusCode::OK, "{}"))),
        Err(failure) => Err(refusal(service, &asked.client_id, asked.by_basic, failure)),
    }
}

/// `POST /{tenant}/oauth2/v2.0/introspect`
pub(crate) async fn introspect(
    service: &Service,
    tenant: &str,
    request: Request,
) -> Result<Response, OAuthError> {
    let asked = Asked::read(service, tenant, request).await?;
    match service.introspect_token(&asked.claim(), &asked.token).await {
        Ok(told) => Ok(private(json_response(StatusCode::OK, told.to_string()))),
        Err(failure) => Err(refusal(service, &asked.client_id, asked.by_basic, failure)),
    }
}

/// What both endpoints read. A `token_type_hint` is not needed: tokens tell their kind.
struct Asked {
    client_id: String,
    secret: Option<latchkey_crypto::Secret<String>>,
    by_basic: bool,
    origin: Option<String>,
    token: String,
}

impl Asked {
    async fn read(service: &Service, tenant: &str, request: Request) -> Result<Self, OAuthError> {
        if request.method() != Method::POST {
            return Err(OAuthError::wrong_verb("POST", request.method()));
        }
        let (headers, mut form) = form_of(request).await?;
        service
            .tenant_segment(tenant)
            .ok_or_else(|| OAuthError::unknown_tenant(tenant))?;
        let Credentials {
            client_id,
            secret,
            by_basic,
        } = client::read(&headers, &mut form).map_err(unreadable)?;
        let token = form.take("token").ok_or_else(|| OAuthError::missing("token"))?;
        let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        Ok(Self {
            client_id,
            secret,
            by_basic,
            origin: origin.map(str::to_owned),
            token,
        })
    }

    fn claim(&self) -> ClientClaim<'_> {
        ClientClaim {
            client_id: &self.client_id,
            secret: self
                .secret
                .as_ref()
                .map(|secret| latchkey_crypto::Secret::new(secret.expose().clone())),
            origin: self.origin.as_deref(),
        }
    }
}

/// Not for pages of others to read.
fn private(mut response: Response) -> Response {
    response.headers_mut().remove(ACCESS_CONTROL_ALLOW_ORIGIN);
    response
}
