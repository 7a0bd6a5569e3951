//! The revocation (RFC 7009) and introspection (RFC 7662) endpoints.

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use latchkey_service::{RequestInfo, Service};

use crate::client::{self, Credentials};
use crate::error::OAuthError;
use crate::grant::{claim, refusal};
use crate::respond::{json_response, readable_by};
use crate::token::{form_of, preflight, unreadable};

/// `POST /{tenant}/oauth2/v2.0/revoke`
pub(crate) async fn revoke(
    service: &Service,
    tenant: &str,
    info: &RequestInfo,
    request: Request,
) -> Result<Response, OAuthError> {
    if request.method() == Method::OPTIONS {
        return Ok(preflight());
    }
    let Asked {
        credentials,
        headers,
        token,
    } = Asked::read(service, tenant, request).await?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let claim = claim(&client_id, credentials, &headers, None);
    match service.revoke_token(&claim, &token, info).await {
        Ok(origin) => Ok(readable_by(
            json_response(StatusCode::OK, "{}"),
            origin.as_deref(),
        )),
        Err(failure) => Err(refusal(service, &client_id, by_basic, failure)),
    }
}

/// `POST /{tenant}/oauth2/v2.0/introspect`
pub(crate) async fn introspect(
    service: &Service,
    tenant: &str,
    request: Request,
) -> Result<Response, OAuthError> {
    let Asked {
        credentials,
        headers,
        token,
    } = Asked::read(service, tenant, request).await?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let claim = claim(&client_id, credentials, &headers, None);
    match service.introspect_token(&claim, &token).await {
        // Not for pages to read.
        Ok(told) => Ok(readable_by(
            json_response(StatusCode::OK, Bytes::from_owner(told)),
            None,
        )),
        Err(failure) => Err(refusal(service, &client_id, by_basic, failure)),
    }
}

/// What both endpoints read. A `token_type_hint` is not needed: tokens tell their kind.
struct Asked {
    credentials: Credentials,
    headers: HeaderMap,
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
        let credentials = client::read(&headers, &mut form).map_err(unreadable)?;
        let token = form.take("token").ok_or_else(|| OAuthError::missing("token"))?;
        Ok(Self {
            credentials,
            headers,
            token,
        })
    }
}
