//! What goes back to the application through the browser.

use latchkey_domain::CorrelationId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Service;

/// How parameters come back (OAuth 2.0 Multiple Response Types 2.1, Form Post Response Mode 1.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ResponseMode {
    /// Behind `?`.
    Query,
    /// Behind `#`.
    Fragment,
    /// As a form that the browser posts.
    FormPost,
}

/// Where and how an application is answered. Its address is one that was registered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct ReplyTo {
    pub(crate) target: String,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
}

/// How the answer gets to the application.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Reply {
    /// Through the browser.
    Browser(ReplyTo),
    /// A device waits for it.
    Device(DeviceReply),
    /// Through the browser, and only that an administrator consented.
    Consent(ReplyTo),
}

impl Reply {
    /// Where the browser goes with the answer; none: a device waits for it.
    pub(crate) const fn in_browser(&self) -> Option<&ReplyTo> {
        match self {
            Self::Browser(reply) | Self::Consent(reply) => Some(reply),
            Self::Device(_) => None,
        }
    }
}

/// The device that waits.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct DeviceReply {
    /// SHA-256 of its device code.
    pub(crate) hash: [u8; 32],
    /// Where it asked from.
    pub(crate) ip_address: String,
    /// The person said that it is theirs.
    pub(crate) confirmed: bool,
}

/// An answer to an application, good or bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAnswer {
    /// Where it goes.
    pub target: String,
    /// How.
    pub mode: ResponseMode,
    /// Names and values.
    pub parameters: Vec<(&'static str, String)>,
}

/// Why an application or a person is refused at the authorization endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("AADSTS{number}: {text}")]
pub struct AuthorizationError {
    /// OAuth's word.
    pub error: &'static str,
    /// Entra's number.
    pub number: u32,
    /// What happened, for developers.
    pub text: String,
    /// `error_subcode`.
    pub subcode: Option<&'static str>,
}

impl AuthorizationError {
    pub(crate) fn new(error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self {
            error,
            number,
            text: text.into(),
            subcode: None,
        }
    }

    pub(crate) fn invalid_request(number: u32, text: impl Into<String>) -> Self {
        Self::new("invalid_request", number, text)
    }

    /// The person did not set up what the application demands (sign-in contract 6.3).
    pub(crate) fn set_up_left() -> Self {
        Self {
            subcode: Some("cancel"),
            ..Self::new(
                "access_denied",
                53_003,
                "The user left before registering a sign-in method that is good enough for this application.",
            )
        }
    }

    /// The person said no.
    pub(crate) fn declined() -> Self {
        Self {
            subcode: Some("cancel"),
            ..Self::new(
                "access_denied",
                65_004,
                "User declined to consent to access the app.",
            )
        }
    }
}

/// What is kept as it is in a parameter: RFC 3986's unreserved signs.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl ClientAnswer {
    /// The address to send the browser to, unless the answer is a form.
    pub fn location(&self) -> String {
        let pairs: Vec<String> = self
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, KEPT)))
            .collect();
        let sign = match self.mode {
            ResponseMode::Fragment => '#',
            _ if self.target.contains('?') => '&',
            _ => '?',
        };
        format!("{}{sign}{}", self.target, pairs.join("&"))
    }
}

impl Service {
    /// An answer with these parameters, `state`, and who answers (RFC 9207).
    pub(crate) fn answer(
        &self,
        reply: &ReplyTo,
        mut parameters: Vec<(&'static str, String)>,
    ) -> ClientAnswer {
        if let Some(state) = &reply.state {
            parameters.push(("state", state.clone()));
        }
        parameters.push(("iss", self.issuer()));
        ClientAnswer {
            target: reply.target.clone(),
            mode: reply.mode,
            parameters,
        }
    }

    pub(crate) fn error_answer(
        &self,
        reply: &ReplyTo,
        error: &AuthorizationError,
        correlation: CorrelationId,
    ) -> ClientAnswer {
        let timestamp = self.now().to_plain_seconds().replace('T', " ");
        let description = format!("{error} Correlation ID: {correlation} Timestamp: {timestamp}Z");
        let mut parameters = vec![
            ("error", error.error.to_owned()),
            ("error_description", description),
            (
                "error_uri",
                format!("{}/error?code={}", self.settings.origin, error.number),
            ),
        ];
        if let Some(subcode) = error.subcode {
            parameters.push(("error_subcode", subcode.to_owned()));
        }
        self.answer(reply, parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(target: &str, mode: ResponseMode) -> String {
        ClientAnswer {
            target: target.to_owned(),
            mode,
            parameters: vec![("code", "a_b".to_owned()), ("state", "x&y=\u{e9}#".to_owned())],
        }
        .location()
    }

    #[test]
    fn parameters_are_encoded_and_appended() {
        assert_eq!(
            answer("https://app.example/cb", ResponseMode::Query),
            "https://app.example/cb?code=a_b&state=x%26y%3D%C3%A9%23"
        );
        assert_eq!(
            answer("https://app.example/cb?x=1", ResponseMode::Query),
            "https://app.example/cb?x=1&code=a_b&state=x%26y%3D%C3%A9%23"
        );
        assert!(answer("myapp://auth?x=1", ResponseMode::Fragment).starts_with("myapp://auth?x=1#code=a_b"));
    }
}
