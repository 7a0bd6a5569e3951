//! Access tokens from the OAuth door, the way every other client gets them.

use std::io::Write;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::Failure;
use crate::http_client::{Answer, HttpClient};
use crate::login::{Credential, Login};

/// Graph's resource: the name that clients know it by, whatever the server's address is.
const SCOPE: &str = "https://graph.microsoft.com/.default";
/// The longest pause between two polls, whatever the server asks for.
const LONGEST_PAUSE: u64 = 60;

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
}

/// RFC 8628, section 3.2.
#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names that stand in the RFC")]
struct DeviceCode {
    device_code: String,
    user_code: String,
    verification_uri: String,
    #[serde(default = "five")]
    interval: u64,
}

const fn five() -> u64 {
    5
}

impl Login {
    /// Gets a new access token with what the login holds.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`] when it no longer holds.
    pub(crate) async fn renew(&mut self, http: &HttpClient) -> Result<(), Failure> {
        let url = self.endpoint("token");
        let client = ("client_id", self.client_id.as_str());
        let answer = match &self.credential {
            Credential::ClientSecret(secret) => {
                let grant = ("grant_type", "client_credentials");
                let fields = [grant, client, ("client_secret", secret), ("scope", SCOPE)];
                http.post_form(&url, &fields).await?
            }
            Credential::RefreshToken(token) => {
                let grant = ("grant_type", "refresh_token");
                let scope = ("scope", "https://graph.microsoft.com/.default offline_access");
                http.post_form(&url, &[grant, client, ("refresh_token", token), scope])
                    .await?
            }
        };
        let tokens = read(&answer).map_err(|failure| match failure {
            Failure::Refused { status, message, .. } if status.is_client_error() => {
                Failure::NotSignedIn(message)
            }
            other => other,
        })?;
        self.keep(tokens);
        Ok(())
    }

    /// Signs a person in by the device code (RFC 8628): they confirm in a browser, anywhere.
    pub(crate) async fn by_device_code(&mut self, http: &HttpClient) -> Result<(), Failure> {
        let scope = (
            "scope",
            "https://graph.microsoft.com/.default offline_access openid profile",
        );
        let client_id = self.client_id.clone();
        let client = ("client_id", client_id.as_str());
        let answer = http
            .post_form(&self.endpoint("devicecode"), &[client, scope])
            .await?;
        let device: DeviceCode = read(&answer)?;
        let mut out = std::io::stderr();
        // Without standard error nobody can be told anything.
        let _ = writeln!(
            out,
            "In a browser, open  {}\nand type            {}\nWaiting …",
            device.verification_uri, device.user_code
        );
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        let mut pause = device.interval;
        loop {
            tokio::time::sleep(Duration::from_secs(pause.clamp(1, LONGEST_PAUSE))).await;
            let code = ("device_code", device.device_code.as_str());
            let answer = http
                .post_form(&self.endpoint("token"), &[grant, client, code])
                .await?;
            match read(&answer) {
                Ok(tokens) => {
                    self.keep(tokens);
                    return Ok(());
                }
                Err(Failure::Refused { code, .. }) if code == "authorization_pending" => {}
                Err(Failure::Refused { code, .. }) if code == "slow_down" => pause += 5,
                Err(failure) => return Err(failure),
            }
        }
    }

    fn keep(&mut self, tokens: Tokens) {
        self.access_token = tokens.access_token;
        if let (Credential::RefreshToken(kept), Some(token)) = (&mut self.credential, tokens.refresh_token) {
            *kept = token;
        }
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/{}/oauth2/v2.0/{name}", self.url, self.tenant)
    }
}

fn read<T: for<'a> Deserialize<'a>>(answer: &Answer) -> Result<T, Failure> {
    if answer.status != StatusCode::OK {
        return Err(Failure::of_answer(answer.status, &answer.body));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|error| Failure::Unreachable(format!("this is not a token endpoint of Latchkey: {error}")))
}
