//! From what a handler came to, to status, headers and body (Graph contract 1.2, 1.3 and 2).

use axum::body::Body as HttpBody;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use latchkey_crypto::DPOP_ALGORITHMS;
use latchkey_domain::CorrelationId;
use latchkey_service::Service;
use serde_json::{Value, json};

use crate::error::{Challenge, GraphError};
use crate::reply::{Body, Reply};
use crate::routes::Outcome;

const ODATA_JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const ODATA_ENTITY_ID: HeaderName = HeaderName::from_static("odata-entityid");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// The ids that an answer carries, in headers and errors alike.
pub(crate) struct Ids {
    own: String,
    own_header: HeaderValue,
    client_header: HeaderValue,
}

impl Ids {
    /// Our own id, and the client's if it sent one.
    pub(crate) fn new(own: CorrelationId, headers: &HeaderMap) -> Self {
        let own = own.to_string();
        let own_header = HeaderValue::from_str(&own).unwrap_or(HeaderValue::from_static(""));
        let client = headers
            .get(CLIENT_REQUEST_ID)
            .filter(|id| id.len() <= 128)
            .cloned();
        Self {
            own,
            client_header: client.unwrap_or_else(|| own_header.clone()),
            own_header,
        }
    }
}

/// A whole answer, to be sent by itself or in a batch's.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

impl Answer {
    /// What to send for an outcome.
    pub(crate) fn new(service: &Service, outcome: Outcome, ids: &Ids) -> Self {
        let mut answer = match outcome {
            Ok(reply) => success(reply),
            Err(error) => failure(service, &error, ids),
        };
        answer.headers.insert(REQUEST_ID, ids.own_header.clone());
        answer
            .headers
            .insert(CLIENT_REQUEST_ID, ids.client_header.clone());
        answer
    }

    /// By itself.
    pub(crate) fn into_response(self) -> Response<HttpBody> {
        let mut response = Response::new(match self.body {
            Body::Empty => HttpBody::empty(),
            Body::Json(bytes) => HttpBody::from(bytes),
            Body::Text(text) => HttpBody::from(text),
        });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// Whether nothing on the way may keep it.
    pub(crate) fn is_secret(&self) -> bool {
        self.headers
            .get(CACHE_CONTROL)
            .is_some_and(|value| value == NO_STORE)
    }
}

const NO_STORE: &str = "no-store";

fn success(reply: Reply) -> Answer {
    let kind = match reply.body {
        Body::Empty => None,
        Body::Json(_) => Some(ODATA_JSON),
        Body::Text(_) => Some(HeaderValue::from_static("text/plain")),
    };
    let mut headers = HeaderMap::with_capacity(8);
    let cache = if reply.secret { NO_STORE } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(kind) = kind {
        headers.insert(CONTENT_TYPE, kind);
        headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    }
    if let Some(size) = reply.page_size
        && let Ok(applied) = HeaderValue::try_from(format!("odata.maxpagesize={size}"))
    {
        headers.insert(PREFERENCE_APPLIED, applied);
    }
    if let Some(location) = reply
        .location
        .and_then(|address| HeaderValue::try_from(address).ok())
    {
        if reply.minimal {
            headers.insert(PREFERENCE_APPLIED, HeaderValue::from_static("return=minimal"));
            headers.insert(ODATA_ENTITY_ID, location.clone());
            headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
        }
        headers.insert(LOCATION, location);
    }
    Answer {
        status: reply.status,
        headers,
        body: reply.body,
    }
}

fn failure(service: &Service, error: &GraphError, ids: &Ids) -> Answer {
    let content = error.content();
    let mut inner = json!({
        "code": content.code,
        "message": content.message,
        "innerError": {
            "date": service.now().to_plain_seconds(),
            "request-id": ids.own,
            "client-request-id": String::from_utf8_lossy(ids.client_header.as_bytes()),
        },
    });
    if content.status == StatusCode::TOO_MANY_REQUESTS
        && let Some(members) = inner.get_mut("innerError").and_then(Value::as_object_mut)
    {
        for (name, value) in [
            ("code", "429"),
            ("status", "429"),
            ("message", "Please retry after"),
        ] {
            members.insert(name.to_owned(), value.into());
        }
    }
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
    let mut headers = HeaderMap::with_capacity(8);
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
    if let Some(location) = content
        .location
        .as_deref()
        .and_then(|location| HeaderValue::from_str(location).ok())
    {
        headers.insert(LOCATION, location);
    }
    if content.status == StatusCode::UNAUTHORIZED
        && let Ok(value) = HeaderValue::try_from(challenge(service, content.challenge))
    {
        headers.insert(WWW_AUTHENTICATE, value);
    }
    Answer {
        status: content.status,
        headers,
        body: Body::Json(json!({ "error": inner }).to_string().into_bytes()),
    }
}

/// `WWW-Authenticate`: where to fetch a token, and, where one has lost its ground, with which claims; or what was wrong
/// with a token that is bound to a key.
fn challenge(service: &Service, wanted: Challenge) -> String {
    if let Challenge::Proof(error) = wanted {
        return format!("DPoP error=\"{error}\", algs=\"{}\"", DPOP_ALGORITHMS.join(" "));
    }
    let (origin, tenant) = (&service.settings().origin, service.tenant().id);
    let mut value = format!(
        "Bearer realm=\"\", authorization_uri=\"{origin}/{tenant}/oauth2/v2.0/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\""
    );
    if wanted == Challenge::Claims {
        let wanted = json!({"access_token": {"nbf": {"essential": true, "value": service.now().as_seconds().to_string()}}});
        value.push_str(", error=\"insufficient_claims\", claims=\"");
        BASE64_STANDARD.encode_string(wanted.to_string(), &mut value);
        value.push('"');
    }
    value
}
