//! What the clients of this folder share: where the server is, a place for answers, and a line of JSON for the test.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use openidconnect::core::{CoreClient, CoreProviderMetadata};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, OAuth2TokenResponse, Scope};
use serde_json::Value;

/// Whatever goes wrong ends the client and is told.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where the server is, and who this client is to it.
pub struct Place {
    /// Scheme, host and port.
    pub url: String,
    /// The tenant's id.
    pub tenant: String,
    /// The administrative application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl Place {
    /// From the environment, as the test has set it.
    pub fn from_environment() -> Result<Self> {
        Ok(Self {
            url: std::env::var("LATCHKEY_URL")?,
            tenant: std::env::var("TENANT")?,
            client_id: std::env::var("CLIENT_ID")?,
            client_secret: std::env::var("CLIENT_SECRET")?,
        })
    }

    /// The issuer, which is also where discovery begins.
    pub fn issuer(&self) -> Result<IssuerUrl> {
        Ok(IssuerUrl::new(format!("{}/{}/v2.0", self.url, self.tenant))?)
    }

    /// A token for Graph by client credentials.
    pub async fn graph_token(&self, http: &reqwest::Client) -> Result<String> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer()?, http).await?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.client_id.clone()),
            Some(ClientSecret::new(self.client_secret.clone())),
        );
        let answer = client
            .exchange_client_credentials()?
            .add_scope(Scope::new("https://graph.microsoft.com/.default".to_owned()))
            .request_async(http)
            .await?;
        Ok(answer.access_token().secret().clone())
    }
}

/// A client for HTTP that follows no redirect, as `openidconnect` advises.
pub fn http_client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?)
}

/// Tells the test what to do next, or what came of it.
pub fn tell(message: &Value) {
    println!("{message}");
}

/// A loopback address where one answer of the authorization endpoint arrives.
pub struct Listener(TcpListener);

impl Listener {
    /// On a free port.
    pub fn new() -> Result<Self> {
        Ok(Self(TcpListener::bind("localhost:0")?))
    }

    /// The address to redirect to.
    pub fn url(&self) -> Result<String> {
        Ok(format!(
            "http://localhost:{}/callback",
            self.0.local_addr()?.port()
        ))
    }

    /// Waits for the answer; its parameter `code`, after a look at `state` and `iss` (RFC 9207).
    pub fn code(self, state: &str, issuer: &str) -> Result<String> {
        let (mut stream, _) = self.0.accept()?;
        let mut request = String::new();
        BufReader::new(&stream).read_line(&mut request)?;
        let page = "<!doctype html><title>Done</title><h1>Done</h1>";
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        )?;
        let path = request.split(' ').nth(1).ok_or("a request without a path")?;
        let answer = reqwest::Url::parse(&format!("http://localhost{path}"))?;
        let value = |name: &str| {
            let found = answer.query_pairs().find(|(key, _)| key == name);
            found
                .map(|(_, value)| value.into_owned())
                .ok_or_else(|| format!("no {name} in {answer}"))
        };
        if value("state")? != state || value("iss")? != issuer {
            return Err(format!("an answer of another request or server: {answer}").into());
        }
        Ok(value("code")?)
    }
}
