//! What PostgreSQL's errors mean.

use std::error::Error as _;
use std::time::Duration;

use deadpool_postgres::PoolError;
use tokio::time::timeout;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// Why a statement has no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server or the connection says so.
    Told(Error),
    /// Nobody answered in time.
    Silent,
}

impl Failure {
    /// Did the transaction collide with another, so that running it again is right?
    pub(super) fn is_collision(&self) -> bool {
        matches!(self, Self::Told(error) if is_collision(error))
    }

    /// Is the connection of no use any more?
    pub(super) fn is_lost(&self) -> bool {
        match self {
            Self::Told(error) => is_lost(error),
            Self::Silent => true,
        }
    }

    /// Does the server take no changes at all?
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Told(error) if is_refusal(error))
    }

    /// Is it certain that a commit which answers this has not happened?
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Self::Told(error) if is_certain(error))
    }

    /// What it means to a use case.
    pub(super) fn meaning(&self) -> StoreError {
        match self {
            Self::Told(error) => meaning(error),
            Self::Silent => StoreError::Unavailable("no answer in time".to_owned()),
        }
    }
}

/// Waits for an answer, but no longer than this.
pub(super) async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    match timeout(limit, answer).await {
        Ok(result) => result.map_err(Failure::Told),
        Err(_) => Err(Failure::Silent),
    }
}

/// Did the transaction collide with another, so that running it again is right?
fn is_collision(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
    )
}

/// Is the connection of no use any more?
fn is_lost(error: &Error) -> bool {
    match error.code() {
        // Class 57: the server shuts down or starts; class 08: the connection itself.
        Some(state) => state.code().starts_with("57P") || state.code().starts_with("08"),
        // No answer of the server at all: the network, or this side's coding of a value.
        None => {
            error.is_closed()
                || error
                    .source()
                    .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
    }
}

/// Is it certain that a commit which answers this has not happened?
fn is_certain(error: &Error) -> bool {
    is_collision(error) || error.code().is_some_and(|state| state.code().starts_with("23"))
}

/// Does the server take no changes at all: a standby, or one whose disk is full? A standby has no serializable
/// transactions (`FEATURE_NOT_SUPPORTED`), and we ask for nothing else that a server may lack.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::DISK_FULL | &SqlState::READ_ONLY_SQL_TRANSACTION | &SqlState::FEATURE_NOT_SUPPORTED)
    )
}

/// What an error means to a use case.
pub(super) fn meaning(error: &Error) -> StoreError {
    if is_lost(error) || is_collision(error) || is_refusal(error) {
        return StoreError::Unavailable(text(error));
    }
    let Some(report) = error.as_db_error() else {
        return StoreError::Engine(text(error));
    };
    match report.code() {
        &SqlState::UNIQUE_VIOLATION => StoreError::Conflict {
            constraint: report.constraint().unwrap_or_default().to_owned(),
        },
        &SqlState::FOREIGN_KEY_VIOLATION => StoreError::Dangling,
        &SqlState::TOO_MANY_CONNECTIONS | &SqlState::QUERY_CANCELED | &SqlState::LOCK_NOT_AVAILABLE => {
            StoreError::Busy
        }
        _ => StoreError::Engine(text(error)),
    }
}

/// What the pool's error means to a use case.
pub(super) fn pool_meaning(error: &PoolError) -> StoreError {
    match error {
        PoolError::Timeout(_) => StoreError::Busy,
        PoolError::Backend(error) => match error.code() {
            Some(&SqlState::TOO_MANY_CONNECTIONS) => StoreError::Busy,
            _ => StoreError::Unavailable(text(error)),
        },
        PoolError::Closed => StoreError::Unavailable("it is shutting down".to_owned()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

/// The error in words, without the values that the server tells in its details.
pub(super) fn text(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(report), _) => format!("{} ({})", report.message(), report.code().code()),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}
