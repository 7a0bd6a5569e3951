//! The way through the door: route, token, method, body, handler, headers.
//!
//! Order of checks: Graph contract 2. What an answer's headers are: 1.2 and 1.3.

use std::io::Read;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::body::Body as HttpBody;
use axum::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION,
    RETRY_AFTER, USER_AGENT, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use latchkey_domain::{Caller, CorrelationId};
use latchkey_service::{BearerError, RequestInfo, Service};
use serde_json::json;

use crate::call::Call;
use crate::error::{GraphError, Vocabulary};
use crate::path::{self, BadSegment};
use crate::query::Query;
use crate::reply::{Body, Reply};
use crate::routes::{self, Match, Outcome};

/// The largest request body, also after inflating: 1 MiB.
pub const MAX_BODY: usize = 1 << 20;

const ODATA_JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Answers one request.
pub(crate) async fn answer(service: Arc<Service>, request: Request<HttpBody>) -> Response<HttpBody> {
    let info = request_info(&service, &request);
    let request_id = info.correlation_id.to_string();
    let own_id = HeaderValue::from_str(&request_id).unwrap_or(HeaderValue::from_static(""));
    let client_id = request
        .headers()
        .get(CLIENT_REQUEST_ID)
        .filter(|id| id.len() <= 128)
        .cloned()
        .unwrap_or_else(|| own_id.clone());
    let mut response = match handle(&service, info, request).await {
        Ok(reply) => success(reply),
        Err(error) => failure(&service, &error, &request_id, &client_id),
    };
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, own_id);
    headers.insert(CLIENT_REQUEST_ID, client_id);
    response
}

/// What the binary knows of the request, or as much as can be known without it.
fn request_info(service: &Service, request: &Request<HttpBody>) -> RequestInfo {
    request.extensions().get().cloned().unwrap_or_else(|| {
        let id = CorrelationId::from_bytes(service.random_id());
        let agent = request
            .headers()
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default();
        RequestInfo::new(id, IpAddr::V6(Ipv6Addr::LOCALHOST), agent)
    })
}

async fn handle(service: &Arc<Service>, info: RequestInfo, request: Request<HttpBody>) -> Outcome {
    let (parts, body) = request.into_parts();
    let (version, segments) =
        path::parse(parts.uri.path()).map_err(|BadSegment(segment)| GraphError::unknown_segment(&segment))?;
    let matched = routes::find(&parts.method, &segments);
    if let Match::Unknown(segment) = &matched {
        return Err(GraphError::unknown_segment(segment));
    }
    let authorization = parts
        .headers
        .get(AUTHORIZATION)
        .map(|value| value.to_str().unwrap_or("?"));
    let caller = service
        .authenticate_bearer(authorization)
        .await
        .map_err(|error| unauthenticated(&error))?;
    let found = match matched {
        Match::Found(found) => found,
        Match::OtherMethods(allow) => return Err(GraphError::method_not_allowed(allow)),
        Match::Unknown(segment) => return Err(GraphError::unknown_segment(&segment)),
    };
    let me = match (found.me, &caller) {
        (false, _) => None,
        (true, Caller::Person { id, .. }) => Some(*id),
        (true, _) => {
            return Err(GraphError::gateway(
                "/me request is only valid with delegated authentication flow.",
            ));
        }
    };
    let query = Query::parse(parts.uri.query())?;
    let body = if matches!(parts.method, Method::POST | Method::PATCH | Method::PUT) {
        read_body(&parts.headers, body).await?
    } else {
        Bytes::new()
    };
    let call = Call {
        service: Arc::clone(service),
        caller,
        info,
        version,
        base: base(service, &parts.headers, &parts.uri),
        words: found.route.words,
        keys: found.keys,
        me,
        query,
        eventual: header_is(&parts.headers, "consistencylevel", "eventual"),
        preferred_page: preferred_page(&parts.headers),
        body,
        content_type: text(&parts.headers, CONTENT_TYPE.as_str()).map(str::to_owned),
    };
    (found.route.handler)(&call).await
}

fn unauthenticated(error: &BearerError) -> GraphError {
    let (message, challenge) = match error {
        BearerError::Missing => ("Access token is empty.", false),
        BearerError::Malformed => (
            "IDX14100: JWT is not well formed, there are no dots (.). CompactToken parsing failed with error code: 80049217",
            false,
        ),
        BearerError::NotOurs => (
            "Access token validation failure. Invalid issuer or signature.",
            false,
        ),
        BearerError::WrongAudience => ("Access token validation failure. Invalid audience.", false),
        BearerError::NotYetValid => ("Lifetime validation failed, the token is not valid yet.", false),
        BearerError::Expired => ("Lifetime validation failed, the token is expired.", false),
        BearerError::Revoked { challenge } => (
            "Continuous access evaluation resulted in challenge: what the token stands on has ended.",
            *challenge,
        ),
        BearerError::Fault(fault) => return Vocabulary::Directory.fault(fault),
    };
    GraphError::unauthenticated(message, challenge)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn header_is(headers: &HeaderMap, name: &str, wanted: &str) -> bool {
    text(headers, name).is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
}

fn preferred_page(headers: &HeaderMap) -> Option<u32> {
    let preferences = text(headers, "prefer")?.split(',');
    preferences
        .filter_map(|one| one.trim().strip_prefix("odata.maxpagesize="))
        .find_map(|size| size.parse().ok())
}

/// Scheme, host and port by which the client reached us: links must lead back the same way.
fn base(service: &Service, headers: &HeaderMap, uri: &Uri) -> String {
    let origin = service.settings().origin.as_str();
    let scheme = origin.split_once("://").map_or("https", |(scheme, _)| scheme);
    let host = uri
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| text(headers, HOST.as_str()));
    let sane = |host: &&str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    };
    host.filter(sane)
        .map_or_else(|| origin.to_owned(), |host| format!("{scheme}://{host}"))
}

async fn read_body(headers: &HeaderMap, body: HttpBody) -> Result<Bytes, GraphError> {
    let declared: Option<usize> = text(headers, CONTENT_LENGTH.as_str()).and_then(|size| size.parse().ok());
    if declared.is_some_and(|size| size > MAX_BODY) {
        return Err(too_large());
    }
    let bytes = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                too_large()
            } else {
                GraphError::gateway(crate::json::UNREADABLE)
            }
        })?
        .to_bytes();
    match text(headers, CONTENT_ENCODING.as_str()).map(str::trim) {
        None | Some("" | "identity") => Ok(bytes),
        Some(coding) if coding.eq_ignore_ascii_case("gzip") => inflate(&bytes),
        Some(_) => Err(GraphError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            "Send the body as it is, or compressed with gzip.",
        )),
    }
}

/// Inflates a body, no further than its limit.
fn inflate(bytes: &[u8]) -> Result<Bytes, GraphError> {
    let mut inflated = Vec::new();
    let limit = u64::try_from(MAX_BODY).unwrap_or(u64::MAX) + 1;
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut inflated)
        .map_err(|_| GraphError::gateway(crate::json::UNREADABLE))?;
    if inflated.len() > MAX_BODY {
        Err(too_large())
    } else {
        Ok(inflated.into())
    }
}

fn too_large() -> GraphError {
    GraphError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLarge",
        "The request body is larger than 1 MiB, as it came or after inflating.",
    )
}

fn success(reply: Reply) -> Response<HttpBody> {
    let (kind, body) = match reply.body {
        Body::Empty => (None, HttpBody::empty()),
        Body::Json(bytes) => (Some(ODATA_JSON), HttpBody::from(bytes)),
        Body::Text(text) => (Some(HeaderValue::from_static("text/plain")), HttpBody::from(text)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    let cache = if reply.secret { "no-store" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(kind) = kind {
        headers.insert(CONTENT_TYPE, kind);
        headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    }
    if let Some(location) = reply
        .location
        .and_then(|address| HeaderValue::try_from(address).ok())
    {
        headers.insert(LOCATION, location);
    }
    response
}

fn failure(
    service: &Service,
    error: &GraphError,
    request_id: &str,
    client_id: &HeaderValue,
) -> Response<HttpBody> {
    let content = error.content();
    let mut inner = json!({
        "code": content.code,
        "message": content.message,
        "innerError": {
            "date": service.now().to_plain_seconds(),
            "request-id": request_id,
            "client-request-id": String::from_utf8_lossy(client_id.as_bytes()),
        },
    });
    if let Some(members) = inner.as_object_mut() {
        if let Some(target) = content.target {
            members.insert("target".to_owned(), target.into());
        }
        if !content.details.is_empty() {
            let details = content.details.iter().map(
                |detail| json!({"code": detail.code, "message": detail.message, "target": detail.target}),
            );
            members.insert("details".to_owned(), details.collect());
        }
    }
    let mut response = Response::new(HttpBody::from(json!({ "error": inner }).to_string()));
    *response.status_mut() = content.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Some(seconds) = content.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let Some(allow) = content
        .allow
        .as_deref()
        .and_then(|allow| HeaderValue::from_str(allow).ok())
    {
        headers.insert(ALLOW, allow);
    }
    if content.status == StatusCode::UNAUTHORIZED
        && let Ok(value) = HeaderValue::try_from(challenge(service, content.claims_challenge))
    {
        headers.insert(WWW_AUTHENTICATE, value);
    }
    response
}

/// `WWW-Authenticate`: where to fetch a token, and, where one has lost its ground, with which claims.
fn challenge(service: &Service, claims: bool) -> String {
    let (origin, tenant) = (&service.settings().origin, service.tenant().id);
    let mut value = format!(
        "Bearer realm=\"\", authorization_uri=\"{origin}/{tenant}/oauth2/v2.0/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\""
    );
    if claims {
        let wanted = json!({"access_token": {"nbf": {"essential": true, "value": service.now().as_seconds().to_string()}}});
        value.push_str(", error=\"insufficient_claims\", claims=\"");
        BASE64_STANDARD.encode_string(wanted.to_string(), &mut value);
        value.push('"');
    }
    value
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn inflating_stops_at_the_limit() {
        assert_eq!(inflate(&gzip(b"{}")).unwrap(), "{}");
        assert!(inflate(&gzip(&vec![b' '; MAX_BODY])).is_ok());
        let bomb = inflate(&gzip(&vec![b' '; 10 * MAX_BODY])).unwrap_err();
        assert_eq!(bomb.content().status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(inflate(b"no gzip").unwrap_err().content().code, "BadRequest");
    }
}
