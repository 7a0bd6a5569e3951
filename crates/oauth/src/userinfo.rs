//! The `UserInfo` endpoint (sign-in contract 9.13, `OpenID` Connect Core 5.3, RFC 6750).

use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, AUTHORIZATION};
use http::{HeaderValue, Method, StatusCode};
use latchkey_service::{BearerError, Possession, Presented, SentProof, Service};

use crate::error::OAuthError;
use crate::respond::json_response;

/// Answers a request to the endpoint.
pub(crate) async fn answer(service: &Service, request: Request) -> Result<Response, OAuthError> {
    let (request, _) = request.into_parts();
    if request.method == Method::OPTIONS {
        let mut response = json_response(StatusCode::NO_CONTENT, "");
        response.headers_mut().insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type, dpop"),
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
    let mut proofs = request.headers.get_all("dpop").iter();
    let possession = match (proofs.next(), proofs.next()) {
        (Some(proof), None) => Possession::Proved(SentProof {
            proof: proof.to_str().unwrap_or_default(),
            method: request.method.as_str(),
            path: request.uri.path(),
        }),
        _ => Possession::Unproved,
    };
    let presented = Presented {
        authorization: header,
        possession,
    };
    match service.user_info(presented).await {
        Ok(claims) => Ok(json_response(StatusCode::OK, claims.to_string())),
        Err(BearerError::Fault(fault)) => Err(OAuthError::fault(&fault)),
        Err(BearerError::Missing) => Err(OAuthError::no_token()),
        Err(error @ BearerError::InsufficientScope) => Err(OAuthError::insufficient_scope(error.to_string())),
        Err(error @ (BearerError::Proof(_) | BearerError::OtherScheme)) => {
            let word = match error {
                BearerError::Proof(_) => "invalid_dpop_proof",
                _ => "invalid_token",
            };
            Err(OAuthError::unproved_token(word, error.to_string()))
        }
        Err(error) => Err(OAuthError::invalid_token(error.to_string())),
    }
}
