//! Why a command did not do what was asked, and the exit code that tells a script.

use std::path::PathBuf;

use http::StatusCode;
use serde_json::Value;

/// Why a command failed. Nothing was changed unless its text says so.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no login, or it no longer holds.
    #[error("not signed in: {0}\nSign in with `latchkey login URL`.")]
    NotSignedIn(String),
    /// The server refused the request.
    #[error("{message}{}", .request_id.as_ref().map(|id| format!("\n(error {code}, request {id})")).unwrap_or_default())]
    Refused {
        /// The answer's status.
        status: StatusCode,
        /// Graph's or OAuth's code of the error.
        code: String,
        /// What the server says about it.
        message: String,
        /// By this id the request is found in the server's log.
        request_id: Option<String>,
    },
    /// What was asked makes no sense, or nothing like it exists.
    #[error("{0}")]
    Usage(String),
    /// Nothing was found under this name.
    #[error("{0}")]
    NotFound(String),
    /// No answer, or one that is none of Latchkey's.
    #[error("{0}")]
    Unreachable(String),
    /// A file of this machine.
    #[error("{}: {error}", path.display())]
    File {
        /// Where it is or should be.
        path: PathBuf,
        /// What is wrong with it.
        error: std::io::Error,
    },
    /// Whoever reads the output wants no more of it.
    #[error("nobody reads the output")]
    NobodyReads,
    /// Some of many things failed; each was told of already.
    #[error("{failed} of {all} failed")]
    Some {
        /// Those that failed.
        failed: usize,
        /// All of them.
        all: usize,
    },
}

impl Failure {
    /// The exit code: 2 wrong usage, 3 not signed in, 4 not allowed, 5 not found, 6 refused as it was asked,
    /// 7 the server can't be reached or fails, 8 some of many failed, 1 anything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::NotSignedIn(_) => 3,
            Self::NotFound(_) => 5,
            Self::Unreachable(_) => 7,
            Self::Some { .. } => 8,
            Self::File { .. } => 1,
            Self::NobodyReads => 0,
            Self::Refused { status, .. } => match *status {
                StatusCode::UNAUTHORIZED => 3,
                StatusCode::FORBIDDEN => 4,
                StatusCode::NOT_FOUND => 5,
                status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => 6,
                _ => 7,
            },
        }
    }

    /// Whether it is about one of many things, so that the others are worth trying.
    pub(crate) fn is_of_one(&self) -> bool {
        matches!(self.exit_code(), 2 | 4 | 5 | 6)
    }

    /// Reads Graph's error envelope (`{"error": {"code", "message", "innerError"}}`), or OAuth's
    /// (`{"error", "error_description"}`).
    pub(crate) fn of_answer(status: StatusCode, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let error = body.get("error");
        let (code, message, request_id) = if let Some(Value::Object(error)) = error {
            let inner = error.get("innerError");
            (
                text(error.get("code")),
                text(error.get("message")),
                text(inner.and_then(|inner| inner.get("request-id"))),
            )
        } else {
            (
                text(error),
                text(body.get("error_description")),
                text(body.get("correlation_id")),
            )
        };
        let unnamed = || format!("the server answered {status}");
        Self::Refused {
            status,
            code: code.unwrap_or_default(),
            message: message.filter(|text| !text.is_empty()).unwrap_or_else(unnamed),
            request_id,
        }
    }
}
