//! This door's errors: OAuth's word, Entra's number and text (sign-in contract 9.11).

use axum::response::Response;
use http::StatusCode;
use http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use latchkey_crypto::DPOP_ALGORITHMS;
use latchkey_domain::Seconds;
use latchkey_service::Fault;
use serde_json::{Value, json};

use crate::respond::{Context, json_response};

/// The longest echo of something that was sent, in characters.
const ECHO: usize = 200;

/// An error answer before it is written.
#[derive(Debug)]
pub(crate) struct OAuthError {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) number: u32,
    text: String,
    suberror: Option<&'static str>,
    claims: Option<String>,
    header: Option<Box<(http::HeaderName, HeaderValue)>>,
}

impl OAuthError {
    pub(crate) fn new(status: StatusCode, error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self {
            status,
            error,
            number,
            text: text.into(),
            suberror: None,
            claims: None,
            header: None,
        }
    }

    pub(crate) fn invalid_request(number: u32, text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", number, text)
    }

    pub(crate) fn malformed() -> Self {
        Self::invalid_request(9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    pub(crate) fn too_large() -> Self {
        let text = "Invalid request. The request body is too large.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", 9_002_313, text)
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::invalid_request(900_144, text)
    }

    pub(crate) fn repeated(parameter: &str) -> Self {
        let text = format!(
            "The request is not properly formatted. The parameter '{}' is duplicated.",
            echo(parameter)
        );
        Self::invalid_request(9_000_411, text)
    }

    pub(crate) fn unknown_tenant(tenant: &str) -> Self {
        let text = format!(
            "Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct server.",
            echo(tenant)
        );
        Self::invalid_request(90_002, text)
    }

    pub(crate) fn not_found() -> Self {
        let text = "There is nothing at this address.";
        Self::new(StatusCode::NOT_FOUND, "invalid_request", 90_002, text)
    }

    pub(crate) fn wrong_verb(allowed: &'static str, method: &http::Method) -> Self {
        let text = format!(
            "The endpoint only accepts {allowed} requests. Received a {} request.",
            echo(method.as_str())
        );
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", 900_561, text)
            .with_header(ALLOW, HeaderValue::from_static(allowed))
    }

    pub(crate) fn invalid_client(number: u32, text: impl Into<String>, by_basic: bool) -> Self {
        let error = Self::new(StatusCode::UNAUTHORIZED, "invalid_client", number, text);
        if by_basic {
            error.with_header(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"Latchkey\""),
            )
        } else {
            error
        }
    }

    /// RFC 6750, 3.1: without a token, the schemes alone are named.
    pub(crate) fn no_token() -> Self {
        let challenge = format!("Bearer, DPoP algs=\"{}\"", DPOP_ALGORITHMS.join(" "));
        Self::unauthorized("invalid_token", "The request has no access token.", &challenge)
    }

    /// A token that is worth nothing.
    pub(crate) fn invalid_token(text: impl Into<String>) -> Self {
        Self::unauthorized("invalid_token", text, "Bearer error=\"invalid_token\"")
    }

    /// A token that is in order, and not for this (RFC 6750, 3.1).
    pub(crate) fn insufficient_scope(text: impl Into<String>) -> Self {
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"openid\"";
        Self::new(StatusCode::FORBIDDEN, "insufficient_scope", 50_027, text)
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// A token without the proof that belongs to it (RFC 9449, 7.1).
    pub(crate) fn unproved_token(word: &'static str, text: impl Into<String>) -> Self {
        let challenge = format!("DPoP error=\"{word}\", algs=\"{}\"", DPOP_ALGORITHMS.join(" "));
        Self::unauthorized(word, text, &challenge)
    }

    fn unauthorized(word: &'static str, text: impl Into<String>, challenge: &str) -> Self {
        let error = Self::new(StatusCode::UNAUTHORIZED, word, 50_027, text);
        match HeaderValue::from_str(challenge) {
            Ok(value) => error.with_header(WWW_AUTHENTICATE, value),
            Err(_) => error,
        }
    }

    /// Too many requests from one place.
    pub(crate) fn too_many(wait: Seconds, text: impl Into<String>) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "temporarily_unavailable",
            90_033,
            text,
        )
        .with_header(RETRY_AFTER, HeaderValue::from(wait.0))
    }

    /// A failure on our side. What it was goes into the log, not to the client.
    pub(crate) fn fault(fault: &Fault) -> Self {
        match fault {
            Fault::Busy | Fault::TooMany(_) | Fault::Unavailable(_) => {
                tracing::warn!(%fault, "a token request was turned away");
                let text = "A transient error has occurred. Please try again.";
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "temporarily_unavailable",
                    90_033,
                    text,
                )
                .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
            }
            Fault::Unknown | Fault::Internal(_) => {
                tracing::error!(%fault, "a token request failed");
                let text = "There was an issue on the server. Please try again later.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", 50_000, text)
            }
        }
    }

    pub(crate) fn with_suberror(self, suberror: &'static str) -> Self {
        Self {
            suberror: Some(suberror),
            ..self
        }
    }

    /// What to ask the authorization endpoint for, as its `claims` parameter.
    pub(crate) fn with_claims(self, claims: &Value) -> Self {
        Self {
            claims: Some(claims.to_string()),
            ..self
        }
    }

    fn with_header(self, name: http::HeaderName, value: HeaderValue) -> Self {
        Self {
            header: Some(Box::new((name, value))),
            ..self
        }
    }

    /// Writes the answer.
    pub(crate) fn into_response(self, context: &Context<'_>) -> Response {
        let (trace, correlation) = (&context.trace_id, &context.correlation_id);
        let service = context.service;
        let timestamp = format!("{}Z", service.now().to_plain_seconds().replace('T', " "));
        let mut body = json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
                self.number, self.text
            ),
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={}", service.settings().origin, self.number),
        });
        if let (Some(suberror), Some(body)) = (self.suberror, body.as_object_mut()) {
            body.insert("suberror".to_owned(), suberror.into());
        }
        if let (Some(claims), Some(body)) = (self.claims, body.as_object_mut()) {
            body.insert("claims".to_owned(), claims.into());
        }
        let mut response = json_response(self.status, body.to_string());
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// What was sent, fit for an error text: short and without control characters.
pub(crate) fn echo(sent: &str) -> String {
    sent.chars()
        .filter(|sign| !sign.is_control())
        .take(ECHO)
        .collect()
}
