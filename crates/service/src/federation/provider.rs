//! What another `OpenID` Provider publishes: its addresses (`OpenID` Connect Discovery 1.0) and its keys.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use latchkey_crypto::{JwtError, ProviderKeys, Secret};
use latchkey_domain::{Platform, RedirectUri, Seconds, Timestamp, UpstreamClaims, UpstreamProfile};
use serde::Deserialize;

use crate::{OutboundError, OutboundRequest, Service};

/// How long what a provider publishes is believed without asking again: an hour.
const KEPT: Seconds = Seconds(3600);
/// Keys are asked for again because of one that is unknown, but not more often than once in a minute.
const KEYS_AT_MOST: Seconds = Seconds(60);

/// Another provider's addresses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    pub(crate) end_session_endpoint: Option<String>,
    #[serde(default)]
    response_types_supported: Vec<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Answers say whose they are (RFC 9207).
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

/// Why a provider can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// It does not answer.
    #[error("{url}: {error}")]
    Unreachable { url: String, error: OutboundError },
    /// It answers something else.
    #[error("{url}: status {status}")]
    Status { url: String, status: u16 },
    /// What it publishes can't be used.
    #[error("{url}: {reason}")]
    Document { url: String, reason: &'static str },
    /// Its token is not believed.
    #[error("the ID token: {0}")]
    Token(JwtError),
    /// Its token has not the claims of one.
    #[error("the ID token lacks claims")]
    Claims,
}

impl ProviderError {
    /// It may work in a moment.
    pub(crate) const fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Status { status: 500.., .. }
        )
    }
}

/// What providers published lately.
#[derive(Debug, Default)]
pub(crate) struct ProviderCache {
    addresses: Mutex<HashMap<String, (Arc<Provider>, Timestamp)>>,
    keys: Mutex<HashMap<String, (Arc<ProviderKeys>, Timestamp)>>,
}

impl Provider {
    fn check(&self, issuer: &str) -> Result<(), &'static str> {
        // Sign by sign (Discovery 4.3): another issuer could speak for this one otherwise.
        if self.issuer != issuer {
            return Err("its issuer is another one");
        }
        let addresses = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let others = [&self.userinfo_endpoint, &self.end_session_endpoint];
        let mut addresses = addresses.into_iter().chain(others.into_iter().flatten());
        if !addresses.all(|address| is_safe(address)) {
            return Err("its addresses must begin with https://");
        }
        if !self.response_types_supported.iter().any(|kind| kind == "code") {
            return Err("it does not offer the authorization code flow");
        }
        Ok(())
    }

    /// Whether our secret goes into the form; otherwise into the header, as a provider that says nothing wants it.
    pub(crate) fn takes_secret_in_form(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        let has = |method: &str| methods.is_some_and(|methods| methods.iter().any(|known| known == method));
        has("client_secret_post") && !has("client_secret_basic")
    }
}

/// https, or http on this machine.
fn is_safe(address: &str) -> bool {
    RedirectUri::parse(address, Platform::Web).is_ok()
}

fn found<T>(
    cache: &Mutex<HashMap<String, (Arc<T>, Timestamp)>>,
    key: &str,
    fresh_since: Timestamp,
) -> Option<Arc<T>> {
    let cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    let (value, at) = cache.get(key)?;
    (*at > fresh_since).then(|| Arc::clone(value))
}

fn keep<T>(
    cache: &Mutex<HashMap<String, (Arc<T>, Timestamp)>>,
    key: &str,
    value: T,
    now: Timestamp,
) -> Arc<T> {
    let value = Arc::new(value);
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    // Entries are of configured providers only; those that no domain is handed to any more are few.
    cache.insert(key.to_owned(), (Arc::clone(&value), now));
    value
}

impl Service {
    /// A provider's addresses.
    pub(crate) async fn provider(&self, issuer: &str) -> Result<Arc<Provider>, ProviderError> {
        let now = self.now();
        let kept = found(&self.providers.addresses, issuer, now - KEPT);
        if let Some(provider) = kept {
            return Ok(provider);
        }
        if !is_safe(issuer) {
            return Err(ProviderError::Document {
                url: issuer.to_owned(),
                reason: "an issuer begins with https://",
            });
        }
        let url = format!(
            "{}/.well-known/openid-configuration",
            issuer.strip_suffix('/').unwrap_or(issuer)
        );
        let body = self.read_document(&url).await?;
        let bad = |reason| ProviderError::Document {
            url: url.clone(),
            reason,
        };
        let provider: Provider =
            serde_json::from_slice(&body).map_err(|_| bad("it is no discovery document"))?;
        provider.check(issuer).map_err(bad)?;
        Ok(keep(&self.providers.addresses, issuer, provider, now))
    }

    /// A provider's keys; `anew`: because one was unknown.
    pub(crate) async fn provider_keys(
        &self,
        provider: &Provider,
        anew: bool,
    ) -> Result<Arc<ProviderKeys>, ProviderError> {
        let now = self.now();
        let span = if anew { KEYS_AT_MOST } else { KEPT };
        if let Some(keys) = found(&self.providers.keys, &provider.jwks_uri, now - span) {
            return Ok(keys);
        }
        let body = self.read_document(&provider.jwks_uri).await?;
        let bad = |reason| ProviderError::Document {
            url: provider.jwks_uri.clone(),
            reason,
        };
        let keys = ProviderKeys::read(&body).map_err(|_| bad("it is no set of keys"))?;
        if keys.is_empty() {
            return Err(bad("it has no key for RS256 or ES256"));
        }
        Ok(keep(&self.providers.keys, &provider.jwks_uri, keys, now))
    }

    /// The claims of a provider's token, if it signed it. What they say is not judged.
    pub(crate) async fn verify_upstream(
        &self,
        provider: &Provider,
        token: &str,
    ) -> Result<UpstreamClaims, ProviderError> {
        let keys = self.provider_keys(provider, false).await?;
        let claims = match keys.verify(token) {
            Err(JwtError::UnknownKey) => self.provider_keys(provider, true).await?.verify(token),
            outcome => outcome,
        };
        let claims = claims.map_err(ProviderError::Token)?;
        serde_json::from_slice(&claims).map_err(|_| ProviderError::Claims)
    }

    /// What a provider says of the person beside the ID token, if it says so anywhere.
    pub(crate) async fn upstream_profile(
        &self,
        provider: &Provider,
        access_token: &Secret<String>,
    ) -> Result<Option<UpstreamProfile>, ProviderError> {
        let Some(url) = &provider.userinfo_endpoint else {
            return Ok(None);
        };
        let bearer = Secret::new(format!("Bearer {}", access_token.expose()));
        let body = self.read_as(url, Some(bearer)).await?;
        let profile = serde_json::from_slice(&body);
        profile.map(Some).map_err(|_| ProviderError::Document {
            url: url.clone(),
            reason: "it says nothing of the person",
        })
    }

    async fn read_document(&self, url: &str) -> Result<Vec<u8>, ProviderError> {
        self.read_as(url, None).await
    }

    async fn read_as(
        &self,
        url: &str,
        authorization: Option<Secret<String>>,
    ) -> Result<Vec<u8>, ProviderError> {
        let request = OutboundRequest {
            url: url.to_owned(),
            authorization,
            ..OutboundRequest::default()
        };
        self.answer_of(url, request).await
    }

    async fn answer_of(&self, url: &str, request: OutboundRequest) -> Result<Vec<u8>, ProviderError> {
        let answer = self
            .outbound
            .send(request)
            .await
            .map_err(|error| ProviderError::Unreachable {
                url: url.to_owned(),
                error,
            })?;
        if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(ProviderError::Status {
                url: url.to_owned(),
                status: answer.status,
            })
        }
    }
}
