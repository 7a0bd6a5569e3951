//! Requests that the server itself makes of others, mail that it sends, and how they get out.

use std::pin::Pin;

use latchkey_crypto::Secret;

use crate::{Letter, MailError, MailFuture, MailSetup};

/// How far a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Anywhere: the operator, or an administrator, named the address.
    #[default]
    Anywhere,
    /// To the open internet only, and to hosts that the operator names: somebody who may not know our network named the
    /// address.
    OpenInternet,
}

/// A request of ours.
#[derive(Debug, Default)]
pub struct OutboundRequest {
    /// Where to: https, or http on this machine.
    pub url: String,
    /// `Authorization`, where somebody wants to know who asks.
    pub authorization: Option<Secret<String>>,
    /// What is posted; none: the address is read.
    pub body: Option<OutboundBody>,
    /// Further headers: names in lower case, values of visible ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// How far it may go.
    pub reach: Reach,
}

/// What is posted.
#[derive(Debug)]
pub struct OutboundBody {
    /// Its media type.
    pub content_type: &'static str,
    /// Itself; it may hold tokens, so it is not shown.
    pub text: Secret<String>,
}

/// An answer, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundAnswer {
    /// The HTTP status. Redirects are not followed.
    pub status: u16,
    /// What came with it.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Requests don't go there.
    #[error("no request goes to this address: {0}")]
    Address(&'static str),
    /// Nobody answered, or not by TLS as we trust it.
    #[error("{0}")]
    Unreachable(String),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is longer than anything expected.
    #[error("the answer is too long")]
    TooLong,
}

/// The future of an answer.
pub type OutboundFuture<'a> =
    Pin<Box<dyn Future<Output = Result<OutboundAnswer, OutboundError>> + Send + 'a>>;

/// The only way out. Whoever implements it bounds each request in time and each answer in size, follows no redirects,
/// lets nothing leave this machine unencrypted, and keeps to the request's [`Reach`] whatever a name stands for at the
/// moment of the connection.
pub trait Outbound: Send + Sync {
    /// Sends a request and reads the answer.
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_>;

    /// Whether requests of [`Reach::OpenInternet`] may go to this host, as far as its name alone tells.
    fn lets_pass(&self, _host: &str) -> bool {
        true
    }

    /// How mail leaves; none: it doesn't.
    fn mail(&self) -> Option<MailSetup> {
        None
    }

    /// Sends a letter, within half a minute.
    fn send_mail(&self, _: Letter) -> MailFuture<'_> {
        Box::pin(async { Err(MailError::NotNow("no mail server is set up".to_owned())) })
    }
}

/// No way out.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoOutbound;

impl Outbound for NoOutbound {
    fn send(&self, _: OutboundRequest) -> OutboundFuture<'_> {
        Box::pin(async { Err(OutboundError::Address("this program makes no requests")) })
    }
}
