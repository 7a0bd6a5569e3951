//! What all answers of this door have in common.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use latchkey_domain::CorrelationId;
use latchkey_service::{RequestInfo, Service};

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(crate) const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
pub(crate) const ANY: HeaderValue = HeaderValue::from_static("*");

/// What an error answer says about its request.
pub(crate) struct Context<'a> {
    pub(crate) service: &'a Service,
    pub(crate) trace_id: CorrelationId,
    pub(crate) correlation_id: CorrelationId,
    echo_client_id: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn of(service: &'a Service, request: &Request) -> Self {
        let random = || CorrelationId::from_bytes(service.random_id());
        let correlation_id = request
            .extensions()
            .get::<RequestInfo>()
            .map_or_else(random, |info| info.correlation_id);
        let echo = request.headers().get("return-client-request-id");
        Self {
            service,
            trace_id: random(),
            correlation_id,
            echo_client_id: echo.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true")),
        }
    }

    /// Adds the ids by which an answer of the token endpoint is found again in the log.
    pub(crate) fn mark(&self, response: &mut Response) {
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::try_from(self.trace_id.to_string()) {
            headers.insert("x-ms-request-id", id);
        }
        if self.echo_client_id
            && let Ok(id) = HeaderValue::try_from(self.correlation_id.to_string())
        {
            headers.insert("client-request-id", id);
        }
    }
}

/// An answer that nobody may keep.
pub(crate) fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("x-ms-request-id, client-request-id"),
    );
    response
}

/// An answer that only this page may read, or none.
pub(crate) fn readable_by(mut response: Response, origin: Option<&str>) -> Response {
    let headers = response.headers_mut();
    match origin.map(HeaderValue::try_from) {
        Some(Ok(origin)) => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(VARY, HeaderValue::from_static("Origin"));
        }
        _ => {
            headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
        }
    }
    response
}

/// A public document that clients may keep for a day.
pub(crate) fn document(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=86400, private"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    response
}
