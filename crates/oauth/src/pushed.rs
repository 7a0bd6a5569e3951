//! The pushed authorization request endpoint (RFC 9126).

use axum::extract::Request;
use axum::response::Response;
use http::{Method, StatusCode};
use latchkey_service::{PushFailure, RequestInfo, Service};
use serde_json::json;

use crate::client;
use crate::error::OAuthError;
use crate::grant::{claim, refusal};
use crate::possession::proof_of_key;
use crate::respond::{json_response, readable_by};
use crate::token::{form_of, preflight, unreadable};

/// `POST /{tenant}/oauth2/v2.0/par`
pub(crate) async fn take(
    service: &Service,
    tenant: &str,
    info: &RequestInfo,
    request: Request,
) -> Result<Response, OAuthError> {
    if request.method() == Method::OPTIONS {
        return Ok(preflight());
    }
    if request.method() != Method::POST {
        return Err(OAuthError::wrong_verb("POST", request.method()));
    }
    let path = request.uri().path().to_owned();
    let (headers, mut form) = form_of(request).await?;
    service
        .tenant_segment(tenant)
        .ok_or_else(|| OAuthError::unknown_tenant(tenant))?;
    let credentials = client::read(&headers, &mut form).map_err(unreadable)?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let proof = proof_of_key(&headers, &path)?;
    let claim = claim(&client_id, credentials, &headers, proof);
    let pushed = service
        .push_authorization_request(&claim, form.into_pairs(), info)
        .await;
    match pushed {
        Ok(pushed) => {
            let body = json!({"request_uri": pushed.request_uri, "expires_in": pushed.expires_in.0});
            let response = json_response(StatusCode::CREATED, body.to_string());
            Ok(readable_by(response, pushed.allow_origin.as_deref()))
        }
        Err(PushFailure::Client(failure)) => Err(refusal(service, &client_id, by_basic, failure)),
        Err(PushFailure::Request(error)) => Err(OAuthError::new(
            StatusCode::BAD_REQUEST,
            error.error,
            error.number,
            error.text,
        )),
        Err(PushFailure::Fault(fault)) => Err(OAuthError::fault(&fault)),
    }
}
