//! The way through the door: route, token, method, body, handler, headers.
//!
//! Order of checks: Graph contract 2. What becomes of the outcome is in `respond`.

use std::future::Future;
use std::io::Read;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::body::Body as HttpBody;
use axum::http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, IF_MATCH, USER_AGENT,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use latchkey_domain::{Caller, CorrelationId};
use latchkey_service::{BearerError, Possession, Presented, RequestInfo, SentProof, Service};

use crate::batch;
use crate::call::Call;
use crate::error::{Challenge, GraphError, Vocabulary};
use crate::path::{self, BadSegment, Segment, Version};
use crate::query::{PreferredPage, Query};
use crate::respond::{Answer, Ids};
use crate::routes::{self, Match, Outcome};

/// The largest request body, also after inflating: 1 MiB.
pub const MAX_BODY: usize = 1 << 20;

/// Answers one request whose path begins with `/v1.0` or `/beta`; any other is an unknown segment. The binary puts a
/// `RequestInfo` into the extensions of each request; one without it counts as from this machine.
pub async fn answer(service: Arc<Service>, request: Request<HttpBody>) -> Response<HttpBody> {
    let info = request_info(&service, &request);
    let ids = Ids::new(info.correlation_id, request.headers());
    let outcome = handle(&service, info, request).await;
    Answer::new(&service, outcome, &ids).into_response()
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
    let arrived = Arrived {
        service,
        info,
        version,
        base: base(service, &parts.headers, &parts.uri),
        authorization: parts
            .headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().unwrap_or("?")),
        possession: possession(&parts),
        method: &parts.method,
        query: parts.uri.query(),
        headers: &parts.headers,
    };
    if batch::is_batch(&segments) {
        arrived.authenticate().await?;
        if parts.method != Method::POST {
            return Err(GraphError::method_not_allowed("POST".to_owned()));
        }
        let body = read_body(&parts.headers, body).await?;
        return batch::run(&arrived, &body).await;
    }
    arrived
        .dispatch(&segments, || read_body(&parts.headers, body))
        .await
}

/// A request before its route is found: one that came by itself, or one of a batch.
pub(crate) struct Arrived<'a> {
    pub(crate) service: &'a Arc<Service>,
    pub(crate) info: RequestInfo,
    pub(crate) version: Version,
    /// Scheme, host and port by which the client reached us.
    pub(crate) base: String,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) possession: Possession<'a>,
    pub(crate) method: &'a Method,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
}

impl Arrived<'_> {
    /// The body's type as declared.
    pub(crate) fn content_type(&self) -> Option<&str> {
        text(self.headers, CONTENT_TYPE.as_str())
    }

    async fn authenticate(&self) -> Result<Caller, GraphError> {
        self.service
            .authenticate_bearer(Presented {
                authorization: self.authorization,
                possession: self.possession,
            })
            .await
            .map_err(|error| unauthenticated(&error))
    }

    /// Route, token, method, body, handler: one way for every request. The body is read when it is its turn.
    pub(crate) async fn dispatch<B>(self, segments: &[Segment], body: impl FnOnce() -> B + Send) -> Outcome
    where
        B: Future<Output = Result<Bytes, GraphError>> + Send,
    {
        let matched = routes::find(self.method, segments);
        if let Match::Unknown(segment) = &matched {
            return Err(GraphError::unknown_segment(segment));
        }
        let caller = self.authenticate().await?;
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
        self.check_match()?;
        let query = Query::parse(self.query)?;
        if *self.method != Method::GET && found.route.words != Vocabulary::Authentication {
            query.only(&["select"])?;
        }
        let body = if matches!(*self.method, Method::POST | Method::PATCH | Method::PUT) {
            body().await?
        } else {
            Bytes::new()
        };
        let call = Call {
            service: Arc::clone(self.service),
            caller,
            info: self.info,
            version: self.version,
            base: self.base,
            words: found.route.words,
            keys: found.keys,
            me,
            query,
            eventual: header_is(self.headers, "consistencylevel", "eventual"),
            preferred_page: PreferredPage::new(preferred_page(self.headers)),
            body,
            content_type: text(self.headers, CONTENT_TYPE.as_str()).map(str::to_owned),
        };
        let mut reply = (found.route.handler)(&call).await?;
        reply.page_size = call.preferred_page.applied();
        Ok(if prefers_minimal(self.headers) {
            reply.minimal()
        } else {
            reply
        })
    }

    /// No object here has an `ETag` (Graph contract 2: optional everywhere), so that a condition on one never holds.
    fn check_match(&self) -> Result<(), GraphError> {
        let changes = matches!(
            *self.method,
            Method::POST | Method::PATCH | Method::PUT | Method::DELETE
        );
        let mut wanted = self.headers.get_all(IF_MATCH).iter();
        // What can't be read names no version that there is.
        if changes && !wanted.all(|value| value.to_str().is_ok_and(|text| text.trim() == "*")) {
            return Err(GraphError::new(
                StatusCode::PRECONDITION_FAILED,
                "preconditionFailed",
                "The If-Match header names another version than that of the object. Objects have no ETag here: leave the header out.",
            ));
        }
        Ok(())
    }
}

/// The proof that came with the request; one that came twice is none (RFC 9449 4.3).
fn possession(parts: &Parts) -> Possession<'_> {
    let mut proofs = parts.headers.get_all("dpop").iter();
    match (proofs.next(), proofs.next()) {
        (Some(proof), None) => Possession::Proved(SentProof {
            proof: proof.to_str().unwrap_or_default(),
            method: parts.method.as_str(),
            path: parts.uri.path(),
        }),
        _ => Possession::Unproved,
    }
}

fn unauthenticated(error: &BearerError) -> GraphError {
    let (message, challenge) = match error {
        BearerError::Missing => ("Access token is empty.", Challenge::Token),
        BearerError::Malformed => (
            "IDX14100: JWT is not well formed, there are no dots (.). CompactToken parsing failed with error code: 80049217",
            Challenge::Token,
        ),
        BearerError::NotOurs => (
            "Access token validation failure. Invalid issuer or signature.",
            Challenge::Token,
        ),
        BearerError::WrongAudience | BearerError::InsufficientScope => (
            "Access token validation failure. Invalid audience.",
            Challenge::Token,
        ),
        BearerError::NotYetValid => (
            "Lifetime validation failed, the token is not valid yet.",
            Challenge::Token,
        ),
        BearerError::Expired => (
            "Lifetime validation failed, the token is expired.",
            Challenge::Token,
        ),
        BearerError::Revoked { challenge } => (
            "Continuous access evaluation resulted in challenge: what the token stands on has ended.",
            if *challenge {
                Challenge::Claims
            } else {
                Challenge::Token
            },
        ),
        BearerError::OtherScheme => (
            "Access token validation failure. The token is bound to a key and must come with a DPoP proof, or is not and must not.",
            Challenge::Proof("invalid_token"),
        ),
        BearerError::Proof(_) => (
            "Access token validation failure. Invalid DPoP proof.",
            Challenge::Proof("invalid_dpop_proof"),
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

/// What is preferred in any of the headers under this name; names are read in any case (RFC 7240 2).
fn preferences<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers
        .get_all("prefer")
        .iter()
        .filter_map(|line| line.to_str().ok());
    let pairs = lines
        .flat_map(|line| line.split([',', ';']))
        .filter_map(|one| one.split_once('='));
    let named = pairs.filter(move |(given, _)| given.trim().eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().trim_matches('"'))
}

fn prefers_minimal(headers: &HeaderMap) -> bool {
    preferences(headers, "return").any(|value| value.eq_ignore_ascii_case("minimal"))
}

fn preferred_page(headers: &HeaderMap) -> Option<u32> {
    preferences(headers, "odata.maxpagesize").find_map(|size| size.parse().ok().filter(|size| *size > 0))
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
