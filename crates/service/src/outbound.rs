//! Requests that the server itself makes of others, and how they get out.

use std::pin::Pin;

use latchkey_crypto::Secret;

/// A request of ours.
#[derive(Debug)]
pub struct OutboundRequest {
    /// Where to: https, or http on this machine.
    pub url: String,
    /// `Authorization`, where somebody wants to know who asks.
    pub authorization: Option<Secret<String>>,
    /// What is posted; none: the address is read.
    pub body: Option<OutboundBody>,
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
/// and lets nothing leave this machine unencrypted.
pub trait Outbound: Send + Sync {
    /// Sends a request and reads the answer.
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_>;
}

/// No way out.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoOutbound;

impl Outbound for NoOutbound {
    fn send(&self, _: OutboundRequest) -> OutboundFuture<'_> {
        Box::pin(async { Err(OutboundError::Address("this program makes no requests")) })
    }
}
