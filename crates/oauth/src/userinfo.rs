//! The `UserInfo` endpoint (sign-in contract 9.13, `OpenID` Connect Core 5.3, RFC 6750).

use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, AUTHORIZATION};
use http::{HeaderValue, Method, StatusCode};
use latchkey_service::{BearerError, Service};

use crate::error::OAuthError;
use crate::respond::json_response;

/// Answers a request to the endpoint.
pub(crate) async fn answer(service: &Service, request: Request) -> Result<Response, OAuthError> {
    let (request, _) = request.into_parts();
    if request.method == Method::OPTIONS {
        let mut response = json_response(StatusCode::NO_CONTENT, "");
        response.headers_mut().insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        );
        return Ok(response);
    }
    if !matches!(request.method, Method::GET | Method::POST | Method::HEAD) {
        return Err(OAuthError::wrong_verb("GET, POST", &request.method));
    }
    let header = request
        .headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok());
    match service.user_info(header).await {
        Ok(claims) => Ok(json_response(StatusCode::OK, claims.to_string())),
        Err(BearerError::Fault(fault)) => Err(OAuthError::fault(&fault)),
        Err(BearerError::Missing) => Err(OAuthError::invalid_token(
            "The request has no access token.",
            true,
        )),
        Err(error) => Err(OAuthError::invalid_token(error.to_string(), false)),
    }
}
