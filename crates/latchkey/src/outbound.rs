//! The way out: the one HTTPS client for all that the server asks of others.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{Request, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use latchkey_service::{Outbound, OutboundAnswer, OutboundError, OutboundFuture, OutboundRequest, Reach};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::open_internet::{Hosts, ResolveError, Resolver};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer; well below `Delivery::LEASE`.
const TOTAL: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request.
const IDLE: Duration = Duration::from_secs(30);
/// No answer that we read is longer than this.
const LONGEST_ANSWER: usize = 256 * 1024;

const NOT_PUBLIC: OutboundError = OutboundError::Address("it is not on the open internet");

type Https = Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>;

/// One client for each reach: connections of one are never used for the other.
struct Clients {
    anywhere: Https,
    open_internet: Https,
}

/// Sends the server's own requests: https only, but http to this machine; bounded in time and size; redirects are
/// answers like others.
pub(crate) struct HttpsClient {
    extra: Vec<CertificateDer<'static>>,
    /// Hosts that requests to the open internet reach, too.
    private: Arc<Hosts>,
    /// Made at the first request: reading the machine's CAs takes a while, and many servers never call anyone.
    clients: OnceLock<Result<Clients, String>>,
}

impl HttpsClient {
    /// A client that trusts the machine's CAs and these. Requests to the open internet reach the hosts `private`, too.
    pub(crate) fn new(extra: Vec<CertificateDer<'static>>, private: Hosts) -> Self {
        Self {
            extra,
            private: Arc::new(private),
            clients: OnceLock::new(),
        }
    }

    fn client(&self, reach: Reach) -> Result<&Https, OutboundError> {
        let clients = self
            .clients
            .get_or_init(|| clients(&self.extra, &self.private))
            .as_ref()
            .map_err(|error| OutboundError::Unreachable(error.clone()))?;
        Ok(match reach {
            Reach::Anywhere => &clients.anywhere,
            Reach::OpenInternet => &clients.open_internet,
        })
    }

    /// What we say may hold tokens: it travels encrypted, or stays on this machine. Where somebody outside names the
    /// address, it is one on the open internet.
    fn check(&self, url: &Uri, reach: Reach) -> Result<(), OutboundError> {
        let host = url.host().unwrap_or_default();
        match (url.scheme_str(), reach) {
            (Some("https"), Reach::OpenInternet) if !host.is_empty() => {
                let may = self.private.let_pass(host);
                may.then_some(()).ok_or(NOT_PUBLIC)
            }
            (Some("https"), Reach::Anywhere) if !host.is_empty() => Ok(()),
            (Some("http"), Reach::Anywhere) if matches!(host, "localhost" | "127.0.0.1" | "[::1]") => Ok(()),
            _ => Err(OutboundError::Address("it must begin with https://")),
        }
    }

    async fn fetch(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        let uri: Uri = request
            .url
            .parse()
            .map_err(|_| OutboundError::Address("it is not an address"))?;
        self.check(&uri, request.reach)?;
        let mut head = Request::builder()
            .uri(uri)
            .header(USER_AGENT, concat!("latchkey/", env!("CARGO_PKG_VERSION")));
        head = head.header(ACCEPT, "application/json, */*;q=0.1");
        if let Some(authorization) = &request.authorization {
            head = head.header(AUTHORIZATION, authorization.expose());
        }
        for (name, value) in &request.headers {
            head = head.header(*name, value);
        }
        let body = match request.body {
            None => Bytes::new(),
            Some(body) => {
                head = head.method("POST").header(CONTENT_TYPE, body.content_type);
                Bytes::copy_from_slice(body.text.expose().as_bytes())
            }
        };
        let prepared = head
            .body(Full::new(body))
            .map_err(|_| OutboundError::Address("it is not an address"))?;
        let answer = self
            .client(request.reach)?
            .request(prepared)
            .await
            .map_err(|error| unreachable(&error))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
                Some(_) => OutboundError::TooLong,
                None => unreachable(&*error),
            })?;
        Ok(OutboundAnswer {
            status: head.status.as_u16(),
            body: body.to_bytes().to_vec(),
        })
    }
}

impl Outbound for HttpsClient {
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
        Box::pin(async move {
            tokio::time::timeout(TOTAL, self.fetch(request))
                .await
                .unwrap_or(Err(OutboundError::TimedOut))
        })
    }
}

/// The CAs in the PEM file of `outbound.ca`.
pub(crate) fn certificates(ca: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    let Some(path) = ca else {
        return Ok(Vec::new());
    };
    let read = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    if read.is_empty() {
        return Err(format!("{}: there is no certificate in it", path.display()));
    }
    Ok(read)
}

fn clients(extra: &[CertificateDer<'static>], private: &Arc<Hosts>) -> Result<Clients, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in extra {
        roots
            .add(certificate.clone())
            .map_err(|error| format!("outbound.ca: {error}"))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = |resolver: Resolver| {
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.set_connect_timeout(Some(CONNECT));
        http.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector)
    };
    Ok(Clients {
        anywhere: client(Resolver::anywhere()),
        open_internet: client(Resolver::open_internet(Arc::clone(private))),
    })
}

/// The error with its causes: hyper's own text says little.
fn unreachable(error: &dyn std::error::Error) -> OutboundError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(ResolveError::NotPublic) = error.downcast_ref() {
            return NOT_PUBLIC;
        }
        text = format!("{text}: {error}");
        cause = error.source();
    }
    OutboundError::Unreachable(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use latchkey_service::OutboundBody;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request with these bytes, and hands out what came.
    async fn answering(answer: Vec<u8>) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 4096];
            let length = stream.read(&mut heard).await.unwrap();
            // The other side may hang up when it has read enough.
            let _ = stream.write_all(&answer).await;
            String::from_utf8_lossy(&heard[..length]).into_owned()
        });
        (url, heard)
    }

    fn read(url: &str) -> OutboundRequest {
        OutboundRequest {
            url: url.to_owned(),
            ..OutboundRequest::default()
        }
    }

    #[tokio::test]
    async fn a_request_says_who_asks_and_the_answer_is_read() {
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\noh no";
        let (url, heard) = answering(answer.to_vec()).await;
        let request = OutboundRequest {
            url,
            authorization: Some(latchkey_crypto::Secret::new("Basic eDp5".to_owned())),
            body: Some(OutboundBody {
                content_type: "text/plain",
                text: latchkey_crypto::Secret::new("hello".to_owned()),
            }),
            headers: vec![("x-signature", "abc".to_owned())],
            reach: Reach::Anywhere,
        };
        let answer = HttpsClient::new(Vec::new(), Hosts::default())
            .send(request)
            .await
            .unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (400, &b"oh n"[..]));
        let heard = heard.await.unwrap();
        assert!(
            heard.starts_with("POST /hook HTTP/1.1\r\n") && heard.ends_with("hello"),
            "{heard}"
        );
        assert!(heard.contains("user-agent: latchkey/"), "{heard}");
        assert!(heard.contains("authorization: Basic eDp5\r\n"), "{heard}");
        assert!(heard.contains("x-signature: abc\r\n"), "{heard}");
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let away = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let (url, _heard) = answering(away.to_vec()).await;
        let answer = HttpsClient::new(Vec::new(), Hosts::default())
            .send(read(&url))
            .await
            .unwrap();
        assert_eq!(answer.status, 302);
    }

    #[tokio::test]
    async fn endless_answers_are_cut_off() {
        let mut answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
        answer.resize(LONGEST_ANSWER + 1000, b'x');
        let (url, _heard) = answering(answer).await;
        let outcome = HttpsClient::new(Vec::new(), Hosts::default())
            .send(read(&url))
            .await;
        assert_eq!(outcome, Err(OutboundError::TooLong));
    }

    #[tokio::test]
    async fn nothing_leaves_this_machine_unencrypted() {
        let client = HttpsClient::new(Vec::new(), Hosts::default());
        for url in [
            "http://app.example.com/",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "ftp://localhost/",
            "/hook",
            "",
        ] {
            let outcome = client.send(read(url)).await;
            assert!(
                matches!(outcome, Err(OutboundError::Address(_))),
                "{url}: {outcome:?}"
            );
        }
    }

    #[tokio::test]
    async fn who_may_not_know_our_network_does_not_reach_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let outside = |host: &str, scheme: &str| OutboundRequest {
            url: format!("{scheme}://{host}:{port}/"),
            reach: Reach::OpenInternet,
            ..OutboundRequest::default()
        };
        let client = HttpsClient::new(Vec::new(), Hosts::default());
        for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"] {
            let outcome = client.send(outside(host, "https")).await;
            assert!(
                matches!(outcome, Err(OutboundError::Address(_))),
                "{host}: {outcome:?}"
            );
        }
        // Other spellings, some of which are no names for TLS to begin with.
        for host in ["LOCALHOST.", "127.1", "2130706433", "0x7f.1"] {
            assert!(client.send(outside(host, "https")).await.is_err(), "{host}");
        }
        let plain = client.send(outside("localhost", "http")).await;
        assert!(matches!(plain, Err(OutboundError::Address(_))), "{plain:?}");
        let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(nobody.is_err(), "no connection was tried");

        // Named by the operator: reached, if not understood.
        let client = HttpsClient::new(Vec::new(), Hosts::parse("localhost").unwrap());
        let (outcome, ()) = tokio::join!(client.send(outside("localhost", "https")), async {
            drop(listener.accept().await);
        });
        assert!(
            matches!(outcome, Err(OutboundError::Unreachable(_))),
            "{outcome:?}"
        );
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(certificates(Some(&file)).is_err());
        assert!(certificates(Some(Path::new("/nowhere/ca.pem"))).is_err());
        assert!(certificates(None).unwrap().is_empty());
    }
}
