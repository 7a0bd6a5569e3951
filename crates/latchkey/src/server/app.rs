//! The way of a request: its id and source, its door, its figures.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, EXPECT, HeaderName, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as _, Incoming};
use latchkey_domain::CorrelationId;
use latchkey_service::{RequestInfo, Service};
use tower::Service as _;

use super::answer::Answer;
use super::metrics::{Door, Metrics};
use super::origin::{request_info, vouched_address};
use super::pulse::UnderWay;
use super::unread::Unread;
use crate::config::{Config, Networks};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All doors behind one listener.
pub(crate) struct App {
    service: Arc<Service>,
    oauth: latchkey_oauth::Door,
    web: Router,
    metrics: Metrics,
    proxies: Networks,
    metrics_allow: Networks,
    max_body: usize,
    request_time: Duration,
    /// Plain HTTP away from loopback: only the proxies may come.
    proxies_only: bool,
    /// The host is `localhost`, where other programs of the same machine speak plain HTTP.
    on_localhost: bool,
}

/// Bodies up to this size are read before the doors see the request. A door may answer without reading the body; the
/// rest of it would then stand in the way of the connection's next request.
const READ_AHEAD: u64 = 64 * 1024;

impl App {
    pub(crate) fn new(service: Arc<Service>, config: &Config, demo: bool) -> Self {
        let web = if demo {
            latchkey_web::demo_router
        } else {
            latchkey_web::router
        };
        Self {
            oauth: latchkey_oauth::Door::new(Arc::clone(&service)),
            web: web(Arc::clone(&service)),
            metrics: Metrics::new(Arc::clone(&service)),
            on_localhost: service.settings().host == "localhost",
            service,
            proxies: config.trusted_proxies.clone(),
            metrics_allow: config.metrics_allow.clone(),
            max_body: config.max_body.get(),
            request_time: Duration::from_secs(u64::from(config.request_seconds.0)),
            proxies_only: config.http && !config.listen.ip().is_loopback(),
        }
    }

    /// Whether somebody at this address may connect at all.
    pub(super) fn admits(&self, peer: IpAddr) -> bool {
        !self.proxies_only || self.is_proxy(peer)
    }

    pub(super) fn connection_opened(&self) {
        self.metrics.connections.inc();
    }

    pub(super) fn connection_closed(&self) {
        self.metrics.connections.dec();
    }

    pub(super) fn connection_refused(&self) {
        self.metrics.refused.inc();
    }

    /// Whether this is one of the trusted proxies.
    pub(super) fn is_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.contains(peer.to_canonical())
    }

    /// Answers one request.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
        under_way: UnderWay,
    ) -> Result<Response<Answer>, Infallible> {
        let queued = request.version() == Version::HTTP_2;
        let start = Instant::now();
        let door = door_of(request.uri().path());
        let info = request_info(&self.service, request.headers(), peer, &self.proxies, door);
        let id = info.correlation_id;
        let line = Line::of(&request, &info);
        let answer = async {
            let expects = request.headers().contains_key(EXPECT);
            let Some((mut request, unread)) = self.read_ahead(request).await else {
                return plain(StatusCode::BAD_REQUEST, "the request's body broke off\n");
            };
            request.extensions_mut().insert(info);
            let mut response = self.pass_on(door, request, peer).await;
            if let Some(unread) = unread.filter(|_| response.status().as_u16() >= 400) {
                let sent = !expects || unread.is_begun();
                if !(sent && unread.throw_away().await) {
                    response
                        .headers_mut()
                        .insert(CONNECTION, HeaderValue::from_static("close"));
                }
            }
            response
        };
        let mut response = tokio::time::timeout(self.request_time, answer)
            .await
            .unwrap_or_else(|_| plain(StatusCode::REQUEST_TIMEOUT, "the request took too long\n"));
        if let Ok(id) = HeaderValue::try_from(id.to_string()) {
            response.headers_mut().entry(REQUEST_ID).or_insert(id);
        }
        if self.on_localhost {
            // Browsers would hold it against every port of this name.
            response.headers_mut().remove(STRICT_TRANSPORT_SECURITY);
        }
        let (status, took) = (response.status().as_u16(), start.elapsed());
        self.metrics.count(door, status, took);
        line.write(&id, door, status, took);
        under_way.step();
        Ok(response.map(|body| Answer::new(body, under_way, queued)))
    }

    /// Reads a body of moderate size. A larger one over HTTP/1.1 comes beside the request, too. None for a body that
    /// broke off.
    async fn read_ahead(&self, request: Request<Incoming>) -> Option<(Request<Body>, Option<Unread>)> {
        let (head, body) = request.into_parts();
        if body.is_end_stream() {
            return Some((Request::from_parts(head, Body::empty()), None));
        }
        let most = READ_AHEAD.min(u64::try_from(self.max_body).unwrap_or(u64::MAX));
        if body.size_hint().upper().is_none_or(|size| size > most) {
            if head.version == Version::HTTP_2 {
                let body = Body::new(Limited::new(body, self.max_body));
                return Some((Request::from_parts(head, body), None));
            }
            let unread = Unread::new(body);
            let body = Body::new(Limited::new(unread.clone(), self.max_body));
            return Some((Request::from_parts(head, body), Some(unread)));
        }
        let body = Body::from(body.collect().await.ok()?.to_bytes());
        Some((Request::from_parts(head, body), None))
    }

    async fn pass_on(&self, door: Door, request: Request<Body>, peer: IpAddr) -> Response<Body> {
        // In boxes: the server moves what comes out of here around, and these are 5 to 10 KB large.
        // Routers are always ready, and cheap to clone.
        let answered = match door {
            Door::Graph => Ok(Box::pin(latchkey_graph::answer(Arc::clone(&self.service), request)).await),
            Door::Oauth => Ok(Box::pin(self.oauth.answer(request)).await),
            Door::Web => self.web.clone().call(request).await,
            Door::Operation => Ok(self.operation(request, peer).await),
        };
        match answered {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    async fn operation(&self, request: Request<Body>, peer: IpAddr) -> Response<Body> {
        let request = request.map(drop);
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET\n");
        }
        match request.uri().path() {
            "/healthz" => plain(StatusCode::OK, "ok\n"),
            "/readyz" => Box::pin(self.readiness()).await,
            _ => self.figures(request.headers(), peer),
        }
    }

    async fn readiness(&self) -> Response<Body> {
        let store = self.service.store();
        let read = async { store.read().await?.tenant().await };
        let asked = match read.await {
            Ok(_) => store
                .check_writable()
                .await
                .map_err(|error| (error, "the database takes no changes\n")),
            Err(error) => Err((error, "the database can't be reached\n")),
        };
        match asked {
            Ok(()) => plain(StatusCode::OK, "ready\n"),
            Err((error, text)) => {
                tracing::warn!(%error, "not ready");
                let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, text);
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from_static("1"));
                response
            }
        }
    }

    fn figures(&self, headers: &HeaderMap, peer: IpAddr) -> Response<Body> {
        let source = vouched_address(headers, peer, &self.proxies);
        if !source.is_some_and(|address| self.metrics_allow.contains(address)) {
            return plain(
                StatusCode::FORBIDDEN,
                "the key metrics.allow says who may read this\n",
            );
        }
        let mut response = plain(StatusCode::OK, self.metrics.text());
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        );
        response
    }
}

/// What of a request goes into its log line: never a body, a query or a header's secret.
struct Line {
    method: Method,
    uri: Uri,
    ip: IpAddr,
}

impl Line {
    fn of(request: &Request<Incoming>, info: &RequestInfo) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            ip: info.ip_address,
        }
    }

    /// Changes and refusals are for everyone, what was only looked at for those who want to see all.
    fn write(&self, id: &CorrelationId, door: Door, status: u16, took: Duration) {
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    request_id = %id, door = door.name(), method = %self.method, path = self.uri.path(), status,
                    micros = took.as_micros(), ip = %self.ip, "request"
                )
            };
        }
        if status >= 500 {
            line!(warn);
        } else if status >= 400 || !(self.method.is_safe() || latchkey_oauth::only_asks(self.uri.path())) {
            line!(info);
        } else {
            line!(debug);
        }
    }
}

/// Which door a path belongs to.
fn door_of(path: &str) -> Door {
    if matches!(path, "/healthz" | "/readyz" | "/metrics") {
        return Door::Operation;
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if first.eq_ignore_ascii_case("v1.0") || first.eq_ignore_ascii_case("beta") {
        Door::Graph
    } else if latchkey_oauth::owns(path) {
        Door::Oauth
    } else {
        Door::Web
    }
}

fn plain(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_one_door() {
        for (path, door) in [
            ("/v1.0/users", Door::Graph),
            ("/beta/me", Door::Graph),
            ("//v1.0//users", Door::Graph),
            ("/common/oauth2/v2.0/token", Door::Oauth),
            ("/example.com/v2.0/.well-known/openid-configuration", Door::Oauth),
            ("/healthz", Door::Operation),
            ("/", Door::Web),
            ("/sign-in", Door::Web),
            ("/v1.0x", Door::Web),
        ] {
            assert_eq!(door_of(path), door, "{path}");
        }
    }
}
