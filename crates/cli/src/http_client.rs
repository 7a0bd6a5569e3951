//! One HTTPS client for everything that the command line asks of a server.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::Failure;

/// No answer takes longer, except over a broken line.
const PATIENCE: Duration = Duration::from_mins(1);
/// No answer of the server is longer than this; more is not Latchkey.
const LONGEST_ANSWER: usize = 32 * 1024 * 1024;

/// Sends requests; clones share connections.
#[derive(Clone)]
pub(crate) struct HttpClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl HttpClient {
    /// A client that trusts the CAs of this machine and, if given, those of a PEM file.
    pub(crate) fn new(ca: Option<&Path>) -> Result<Self, Failure> {
        let mut roots = RootCertStore::empty();
        // Machines without any CA are fine with the CA of an installation.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = ca {
            let unusable = |error: String| Failure::File {
                path: path.to_owned(),
                error: std::io::Error::other(error),
            };
            let certificates = CertificateDer::pem_file_iter(path)
                .map_err(|error| unusable(format!("not a readable file of certificates: {error}")))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| unusable(error.to_string()))?;
            }
        }
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::Unreachable(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        // A request is written at once; waiting to fill a packet would only delay it.
        connector.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        check(request.uri())?;
        request.headers_mut().insert(
            USER_AGENT,
            http::HeaderValue::from_static(concat!("latchkey/", env!("CARGO_PKG_VERSION"))),
        );
        let place = request
            .uri()
            .authority()
            .map_or_else(String::new, ToString::to_string);
        let unreachable = |error: &dyn std::error::Error| {
            let mut text = format!("no answer from {place}: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                text = format!("{text}: {error}");
                cause = error.source();
            }
            if text.contains("UnknownIssuer") {
                text.push_str(
                    "\nGive the installation's own CA with --ca FILE (tls/ca.pem in its data folder).",
                );
            }
            Failure::Unreachable(text)
        };
        let work = async {
            let answer = self
                .0
                .request(request)
                .await
                .map_err(|error| unreachable(&error))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER)
                .collect()
                .await
                .map_err(|error| unreachable(&*error))?;
            Ok(Answer {
                status: head.status,
                body: body.to_bytes(),
            })
        };
        tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| {
            Err(Failure::Unreachable(format!(
                "{place} did not answer within a minute"
            )))
        })
    }

    /// Sends a form.
    pub(crate) async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Result<Answer, Failure> {
        let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        let form: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let request = Request::post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(form.join("&")))
            .map_err(|error| Failure::Usage(format!("{url}: {error}")))?;
        self.send(request).await
    }
}

/// Whether a server's address is one that secrets may be sent to, as a person writes it.
pub(crate) fn check_address(text: &str) -> Result<(), Failure> {
    if !text.contains("://") {
        return Err(Failure::Usage(format!(
            "{text}: the address must begin with https://, such as https://{text}"
        )));
    }
    let url = text
        .parse()
        .map_err(|error| Failure::Usage(format!("{text}: this is no address ({error})")))?;
    check(&url)
}

/// Secrets travel encrypted, or not at all: plain HTTP is for this machine only.
fn check(url: &Uri) -> Result<(), Failure> {
    let host = url.host().unwrap_or_default();
    match url.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if matches!(host, "localhost" | "127.0.0.1" | "[::1]") => Ok(()),
        _ => Err(Failure::Usage(format!(
            "{url}: the address must begin with https://"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in [
            "https://id.example.com",
            "http://localhost:8080/x",
            "http://[::1]:80/",
        ] {
            assert!(check(&good.parse().unwrap()).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example.com",
            "http://localhost.example.com/",
            "/users",
            "ftp://localhost",
        ] {
            assert!(check(&bad.parse().unwrap()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_without_a_scheme_is_told_with_one() {
        for bad in ["localhost:9543", "id.example.com", "id.example.com/portal"] {
            let failure = check_address(bad).unwrap_err();
            assert_eq!(failure.exit_code(), 2);
            assert!(
                failure.to_string().contains(&format!("https://{bad}")),
                "{failure}"
            );
        }
        assert!(check_address("https://a b").is_err());
        assert!(check_address("https://localhost:9543").is_ok());
    }
}
