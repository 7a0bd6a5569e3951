//! A small HTTP/1.1 client with TLS and keep-alive, cheap enough to leave the machine to the server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Result;

/// Where the server is and whom it is trusted to be.
#[derive(Clone)]
pub(crate) struct Target {
    address: SocketAddr,
    /// `localhost:PORT`
    pub(crate) host: String,
    tls: TlsConnector,
}

impl Target {
    /// A server on this port of the machine whose certificate is from this CA (PEM).
    pub(crate) fn new(port: u16, ca: &Path) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca)?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            host: format!("localhost:{port}"),
            tls: TlsConnector::from(Arc::new(config)),
        })
    }

    pub(crate) async fn connect(&self) -> Result<Connection> {
        self.connect_from(Ipv4Addr::LOCALHOST).await
    }

    /// Connects from this address of the loopback network.
    pub(crate) async fn connect_from(&self, source: Ipv4Addr) -> Result<Connection> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::V4(source), 0))?;
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        let stream = self
            .tls
            .connect(ServerName::try_from("localhost")?, stream)
            .await?;
        Ok(Connection {
            stream,
            received: Vec::with_capacity(64 * 1024),
            host: self.host.clone(),
        })
    }

    pub(crate) async fn connect_many(&self, count: usize) -> Result<Vec<Connection>> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            connections.push(self.connect().await?);
        }
        Ok(connections)
    }
}

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TlsStream<TcpStream>,
    received: Vec<u8>,
    host: String,
}

/// What the server answered.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a str,
}

impl Connection {
    pub(crate) async fn get(&mut self, path: &str, headers: &str) -> Result<Answer<'_>> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", self.host);
        self.send(&request).await
    }

    /// Sends a form, from a page of the same site.
    pub(crate) async fn post(&mut self, path: &str, headers: &str, form: &str) -> Result<Answer<'_>> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: https://{host}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n{headers}\r\n{form}",
            form.len(),
            host = self.host,
        );
        self.send(&request).await
    }

    /// Sends a body of this type, as programs do: from no page.
    pub(crate) async fn post_from_program(
        &mut self,
        path: &str,
        kind: &str,
        headers: &str,
        body: &str,
    ) -> Result<Answer<'_>> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            self.host,
            body.len(),
        );
        self.send(&request).await
    }

    /// Sends a complete request and waits for the complete answer.
    pub(crate) async fn send(&mut self, request: &str) -> Result<Answer<'_>> {
        self.stream.write_all(request.as_bytes()).await?;
        self.stream.flush().await?;
        self.received.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(end) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let length = {
            let text = std::str::from_utf8(self.received.get(..head).unwrap_or_default())?;
            if header(text, "transfer-encoding").is_some() {
                return Err("this client reads no chunked answers".into());
            }
            header(text, "content-length").unwrap_or("0").parse::<usize>()?
        };
        while self.received.len() < head + length {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the server closed the connection within an answer".into());
            }
        }
        let text = std::str::from_utf8(&self.received)?;
        let (head, body) = text
            .split_at_checked(head)
            .ok_or("the head ends within a character")?;
        let status = head.get(9..12).ok_or("no status line")?.parse()?;
        Ok(Answer { status, head, body })
    }
}

impl Answer<'_> {
    /// An error that shows the answer, unless it has this status.
    pub(crate) fn expect(&self, status: u16) -> Result<()> {
        if self.status == status {
            return Ok(());
        }
        let body: String = self.body.chars().take(2000).collect();
        Err(format!("expected {status}, got:\n{}{body}", self.head).into())
    }

    /// The cookies that it sets, ready for the `cookie` header, separated by `; `.
    pub(crate) fn cookies(&self) -> String {
        let values = self.head.lines().filter_map(|line| named(line, "set-cookie"));
        let pairs: Vec<&str> = values.filter_map(|value| value.split(';').next()).collect();
        pairs.join("; ")
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> Option<&str> {
        header(self.head, "location")
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| named(line, name))
}

/// The value of a header line, if it has this name.
fn named<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}
