//! What can go wrong in any use case, whoever asks for what.

use latchkey_crypto::HashPoolError;
use latchkey_domain::Seconds;
use latchkey_store::StoreError;

/// A failure that is not the caller's. Nothing was changed, except where [`Fault::Unknown`] says so.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Too much is waiting for the hashing threads or the database: try again in a moment (503, Retry-After).
    #[error("too much is waiting; try again in a moment")]
    Busy,
    /// The caller asked for too much in a short time: try again after this (429, Retry-After).
    #[error("too many requests; try again in {} seconds", .0.0)]
    TooMany(Seconds),
    /// The database can't be reached (503, Retry-After).
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// The change may or may not have happened; it must not be repeated blindly (500).
    #[error("it is unknown whether the change was made")]
    Unknown,
    /// Stored data or the program itself is wrong (500).
    #[error("internal error: {0}")]
    Internal(String),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Unavailable(reason) => Self::Unavailable(reason),
            StoreError::OutcomeUnknown => Self::Unknown,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<HashPoolError> for Fault {
    fn from(error: HashPoolError) -> Self {
        match error {
            HashPoolError::QueueFull | HashPoolError::GivenUp => Self::Busy,
        }
    }
}
