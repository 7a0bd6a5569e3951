//! The kinds of values that a key can have, each with its text form.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use http::Uri;
use latchkey_domain::{AfterPassSignIn, BannedWords, PassSessionUse, Seconds};

use super::Networks;
use crate::open_internet::Hosts;

/// Reads the address to listen on, for a flag.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    Value::parse(text)
}

/// Reads an address that was kept.
pub(crate) fn read_origin(text: &str) -> Option<Origin> {
    Value::parse(text).ok()
}

/// A value that is read from text and shown as text.
pub(super) trait Value: Sized {
    /// Reads it; the error says what would be right.
    fn parse(text: &str) -> Result<Self, String>;
    /// Shows it, a secret masked.
    fn show(&self) -> String;
}

impl Value for bool {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "must be true or false".to_owned())
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for SocketAddr {
    fn parse(text: &str) -> Result<Self, String> {
        // The name is this machine's everywhere; others would have to be looked up.
        let port = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
        port.map(|port: u16| Self::from(([127, 0, 0, 1], port)))
            .or_else(|| text.parse().ok())
            .ok_or_else(|| "must be ADDRESS:PORT, such as 127.0.0.1:8443 or [::]:8443".to_owned())
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Value for Networks {
    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for Hosts {
    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

/// Words, separated by commas.
impl Value for BannedWords {
    fn parse(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        Self::new(words.map(str::to_owned).collect())
    }
    fn show(&self) -> String {
        self.as_slice().join(", ")
    }
}

/// An empty text leaves the choice to the program.
impl<T: Value> Value for Option<T> {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            Ok(None)
        } else {
            T::parse(text).map(Some)
        }
    }
    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
}

/// A whole number within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count<const MIN: u32, const MAX: u32>(pub(crate) u32);

impl<const MIN: u32, const MAX: u32> Count<MIN, MAX> {
    pub(crate) fn get(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl<const MIN: u32, const MAX: u32> Value for Count<MIN, MAX> {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| format!("must be a whole number from {MIN} to {MAX}"))
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// For how many days something is kept: from 30, or 0 for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DaysKept(u32);

impl DaysKept {
    /// As a span of time; none: for ever.
    pub(crate) fn span(self) -> Option<Seconds> {
        (self.0 > 0).then(|| Seconds(i64::from(self.0) * 24 * 3600))
    }
}

impl Value for DaysKept {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|days| *days == 0 || (30..=36_500).contains(days))
            .map(Self)
            .ok_or_else(|| "must be 0, for ever, or a whole number from 30 to 36500".to_owned())
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// A text that may hold a password and is not shown.
#[derive(Clone)]
pub(crate) struct Masked(pub(crate) String);

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for Masked {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse::<latchkey_store::DatabaseUrl>()
            .map(|_| Self(text.to_owned()))
            .map_err(|error| format!("is no address of a database: {error}"))
    }
    fn show(&self) -> String {
        self.0
            .parse::<latchkey_store::DatabaseUrl>()
            .map_or_else(|_| "***".to_owned(), |url| url.to_string())
    }
}

/// Scheme, host and port, without anything behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    text: String,
    host: String,
}

impl Origin {
    pub(crate) fn localhost(https: bool, port: u16) -> Self {
        let (scheme, usual) = if https { ("https", 443) } else { ("http", 80) };
        let port = if port == usual {
            String::new()
        } else {
            format!(":{port}")
        };
        Self {
            text: format!("{scheme}://localhost{port}"),
            host: "localhost".to_owned(),
        }
    }

    /// Without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }
}

impl Value for Origin {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "must be https://HOST or https://HOST:PORT, without a path".to_owned();
        let uri: Uri = text
            .strip_suffix('/')
            .unwrap_or(text)
            .parse()
            .map_err(|_| wrong())?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| matches!(*scheme, "https" | "http"))
            .ok_or_else(wrong)?;
        let host = uri.host().ok_or_else(wrong)?.to_ascii_lowercase();
        let named = uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'));
        if named || host.is_empty() || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong());
        }
        if host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
            return Err("must have a host name: passkeys don't work with addresses".to_owned());
        }
        let port = match (scheme, uri.port_u16()) {
            (_, None) | ("https", Some(443)) | ("http", Some(80)) => String::new(),
            (_, Some(port)) => format!(":{port}"),
        };
        Ok(Self {
            text: format!("{scheme}://{host}{port}"),
            host,
        })
    }
    fn show(&self) -> String {
        self.text.clone()
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Value for LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json".to_owned()),
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Json => "json".to_owned(),
        }
    }
}

impl Value for AfterPassSignIn {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "application" => Ok(Self::Application),
            "registration_first" => Ok(Self::RegistrationFirst),
            _ => Err("must be application or registration_first".to_owned()),
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Application => "application".to_owned(),
            Self::RegistrationFirst => "registration_first".to_owned(),
        }
    }
}

impl Value for PassSessionUse {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "registration_only" => Ok(Self::RegistrationOnly),
            _ => Err("must be full or registration_only".to_owned()),
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Full => "full".to_owned(),
            Self::RegistrationOnly => "registration_only".to_owned(),
        }
    }
}

/// What is logged: directives of `tracing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLevel(pub(crate) String);

impl Default for LogLevel {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl Value for LogLevel {
    fn parse(text: &str) -> Result<Self, String> {
        let known = ["error", "warn", "info", "debug", "trace"].contains(&text) || text.contains('=');
        if known && tracing_subscriber::EnvFilter::try_new(text).is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "must be error, warn, info, debug or trace, or directives such as info,latchkey=debug"
                    .to_owned(),
            )
        }
    }
    fn show(&self) -> String {
        self.0.clone()
    }
}
