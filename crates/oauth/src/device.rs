//! The device authorization endpoint (RFC 8628 3.1 and 3.2, sign-in contract 9.8).

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use latchkey_service::{DeviceAuthorization, DeviceCodeRequest, RequestInfo, SentProof, Service};
use serde_json::json;

use crate::client;
use crate::error::OAuthError;
use crate::form::Form;
use crate::grant::{claim, finish, refusal};
use crate::respond::json_response;
use crate::token::{form_of, unreadable};

/// `POST /{tenant}/oauth2/v2.0/devicecode`
pub(crate) async fn begin(
    service: &Service,
    tenant: &str,
    info: &RequestInfo,
    request: Request,
) -> Result<Response, OAuthError> {
    if request.method() != Method::POST {
        return Err(OAuthError::wrong_verb("POST", request.method()));
    }
    let (headers, mut form) = form_of(request).await?;
    service
        .tenant_segment(tenant)
        .ok_or_else(|| OAuthError::unknown_tenant(tenant))?;
    let credentials = client::read(&headers, &mut form).map_err(unreadable)?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let scope = form.get("scope").ok_or_else(|| OAuthError::missing("scope"))?;
    let begun = service
        .begin_device_flow(&claim(&client_id, credentials, &headers, None), scope, info)
        .await;
    match begun {
        Ok(begun) => Ok(answer(&service.settings().origin, &begun)),
        Err(failure) => Err(refusal(service, &client_id, by_basic, failure)),
    }
}

/// No `verification_uri_complete`: a link that brings its code along is what a phisher would send.
fn answer(origin: &str, begun: &DeviceAuthorization) -> Response {
    let address = format!("{origin}/devicelogin");
    let body = json!({
        "user_code": begun.user_code,
        "device_code": begun.device_code.expose(),
        "verification_uri": address,
        "expires_in": begun.expires_in.0,
        "interval": begun.interval.0,
        "message": format!(
            "To sign in, use a web browser to open the page {address} and enter the code {} to authenticate.",
            begun.user_code
        ),
    });
    json_response(StatusCode::OK, body.to_string())
}

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code`
pub(crate) async fn redeem(
    service: &Service,
    info: &RequestInfo,
    headers: &HeaderMap,
    proof: Option<SentProof<'_>>,
    form: &mut Form,
) -> Result<Response, OAuthError> {
    let credentials = client::read(headers, form).map_err(unreadable)?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let request = DeviceCodeRequest {
        client: claim(&client_id, credentials, headers, proof),
        device_code: form
            .get("device_code")
            .ok_or_else(|| OAuthError::missing("device_code"))?,
        claims: form.get("claims"),
    };
    let granted = service.redeem_device_code(request, info).await;
    finish(service, &client_id, by_basic, form, granted)
}
