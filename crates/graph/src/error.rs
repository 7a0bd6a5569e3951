//! Errors on the wire: the one place where they are made.
//!
//! Graph contract 2. Which prefix a code has depends on the service that answers: directory objects and
//! authentication methods have vocabularies of their own, and the gateway before both has a third.

use std::borrow::Cow;

use axum::http::StatusCode;
use latchkey_service::{AccessError, Fault};

/// The vocabulary of the service that a path belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    /// Users, groups, roles, the tenant, logs.
    #[default]
    Directory,
    /// Authentication methods and their policy.
    Authentication,
    /// Subscriptions to changes.
    Subscriptions,
}

/// One of `details`.
#[derive(Debug)]
pub(crate) struct Detail {
    /// The kind of the trouble.
    pub(crate) code: &'static str,
    /// For people.
    pub(crate) message: Cow<'static, str>,
    /// The property.
    pub(crate) target: &'static str,
}

/// An error answer; ids and date are put in at the door.
#[derive(Debug)]
pub(crate) struct GraphError(Box<Content>);

/// What a 401 tells the client to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Fetch a token.
    Token,
    /// The token no longer counts, though it is well-formed: fetch a new one with the claims that are told.
    Claims,
    /// Send a token with a proof of its key, or another proof; with the error's word (RFC 9449 7.1).
    Proof(&'static str),
}

/// What an error answer says.
#[derive(Debug)]
pub(crate) struct Content {
    /// Status of the answer.
    pub(crate) status: StatusCode,
    /// What clients decide on.
    pub(crate) code: &'static str,
    /// For people; some scripts match on it.
    pub(crate) message: Cow<'static, str>,
    /// The property that it is about.
    pub(crate) target: Option<&'static str>,
    /// More of it.
    pub(crate) details: Vec<Detail>,
    /// Seconds to wait before trying again.
    pub(crate) retry_after: Option<u32>,
    /// `Allow`, on 405.
    pub(crate) allow: Option<String>,
    /// `Location`, on 410: where to begin anew.
    pub(crate) location: Option<String>,
    /// On 401.
    pub(crate) challenge: Challenge,
}

impl GraphError {
    /// An error with nothing but status, code and message.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Content {
            status,
            code,
            message: message.into(),
            target: None,
            details: Vec::new(),
            retry_after: None,
            allow: None,
            location: None,
            challenge: Challenge::Token,
        }))
    }

    /// The gateway's error for a request that can't be read.
    pub(crate) fn gateway(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// A path that we don't know.
    pub(crate) fn unknown_segment(segment: &str) -> Self {
        Self::gateway(format!("Resource not found for the segment '{segment}'."))
    }

    /// A query that is understood, and can't be served.
    pub(crate) fn unsupported_query(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// No token, or none that counts.
    pub(crate) fn unauthenticated(message: &'static str, challenge: Challenge) -> Self {
        let mut error = Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
        error.0.challenge = challenge;
        error
    }

    /// A method that the path does not have.
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let mut error = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        );
        error.0.allow = Some(allow);
        error
    }

    /// Tells where to go instead.
    pub(crate) fn with_location(mut self, location: String) -> Self {
        self.0.location = Some(location);
        self
    }

    /// Names the property that it is about.
    pub(crate) fn with_target(mut self, target: &'static str) -> Self {
        self.0.target = Some(target);
        self
    }

    /// Adds a detail with the error's own message.
    pub(crate) fn with_detail(mut self, code: &'static str, target: &'static str) -> Self {
        let message = self.0.message.clone();
        self.0.details.push(Detail {
            code,
            message,
            target,
        });
        self
    }

    /// Adds a detail with a message of its own.
    pub(crate) fn with_inner_detail(
        mut self,
        code: &'static str,
        target: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.0.details.push(Detail {
            code,
            message: message.into(),
            target,
        });
        self
    }

    /// What to send.
    pub(crate) fn content(&self) -> &Content {
        &self.0
    }
}

impl Vocabulary {
    /// A request that breaks a rule.
    pub(crate) fn bad_request(self, message: impl Into<Cow<'static, str>>) -> GraphError {
        let code = match self {
            Self::Directory => "Request_BadRequest",
            Self::Authentication => "badRequest",
            Self::Subscriptions => "InvalidRequest",
        };
        GraphError::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// The caller may not, for whatever reason.
    pub(crate) fn denied(self) -> GraphError {
        let (code, message) = match self {
            Self::Directory => (
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
            Self::Authentication => ("accessDenied", "Request Authorization failed"),
            Self::Subscriptions => (
                "accessDenied",
                "Insufficient privileges to complete the operation.",
            ),
        };
        GraphError::new(StatusCode::FORBIDDEN, code, message)
    }

    /// There is no such object.
    pub(crate) fn not_found(self, key: &str) -> GraphError {
        match self {
            Self::Directory => GraphError::new(
                StatusCode::NOT_FOUND,
                "Request_ResourceNotFound",
                format!(
                    "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
                ),
            ),
            Self::Authentication => GraphError::new(
                StatusCode::NOT_FOUND,
                "resourceNotFound",
                format!("The resource '{key}' could not be found."),
            ),
            Self::Subscriptions => GraphError::new(
                StatusCode::NOT_FOUND,
                "ResourceNotFound",
                format!("The object '{key}' was not found."),
            ),
        }
    }

    /// Not the caller's fault.
    pub(crate) fn fault(self, fault: &Fault) -> GraphError {
        match fault {
            Fault::Busy | Fault::Unavailable(_) => {
                if let Fault::Unavailable(reason) = fault {
                    tracing::warn!(reason, "the database is unavailable");
                }
                let mut error = GraphError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "serviceNotAvailable",
                    "The service is busy. Try again in a moment; nothing was changed.",
                );
                error.0.retry_after = Some(2);
                error
            }
            Fault::TooMany(wait) => {
                let (status, message) = (StatusCode::TOO_MANY_REQUESTS, "Please retry again later.");
                let mut error = GraphError::new(status, "TooManyRequests", message);
                error.0.retry_after = u32::try_from(wait.0).ok();
                error
            }
            Fault::Unknown | Fault::Internal(_) => {
                tracing::error!(%fault, "a request failed");
                let code = match self {
                    Self::Directory => "Service_InternalServerError",
                    Self::Authentication | Self::Subscriptions => "generalException",
                };
                let message = match fault {
                    Fault::Unknown => {
                        "It is unknown whether the change was made. Read the object before repeating it."
                    }
                    _ => "An unexpected error occurred. The server's log has more under this request id.",
                };
                GraphError::new(StatusCode::INTERNAL_SERVER_ERROR, code, message)
            }
        }
    }

    /// What use cases on a user answer when they stop at the door.
    pub(crate) fn access(self, error: &AccessError, key: &str) -> GraphError {
        match error {
            AccessError::Denied(_) => self.denied(),
            AccessError::NoSuchUser => self.not_found(key),
            AccessError::Fault(fault) => self.fault(fault),
        }
    }
}
