//! What can go wrong between a use case and its database.
//!
//! One type for both engines: a use case decides by the variant, never by an engine's own code.

/// A failure of the store. Nothing was changed, except where [`StoreError::OutcomeUnknown`] says so.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Too much is waiting already. Trying again in a moment is right.
    #[error("the database has too much waiting; try again in a moment")]
    Busy,
    /// The database can't be reached, or is shutting down, or its disk is full.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The connection broke while the commit was under way: it may or may not have happened.
    #[error("the connection broke during a commit, whose outcome is unknown")]
    OutcomeUnknown,
    /// A row with the same unique values exists. The name is the same on both engines:
    /// `<table>_<column>_<column>_key`, or `<table>_pkey` for the primary key.
    /// Of several that are violated at once, it is any one.
    #[error("a row with the same values exists ({constraint})")]
    Conflict {
        /// The name of the constraint, such as `users_upn_key`.
        constraint: String,
    },
    /// A row points to another that does not exist, or is still pointed to.
    #[error("a row refers to another that doesn't exist, or is still referred to")]
    Dangling,
    /// A stored value is not what its column holds, such as an id of 15 bytes.
    #[error("stored data is damaged: {0}")]
    Corrupt(String),
    /// The database's schema is newer than this program, or was changed behind its back.
    #[error("{0}")]
    Schema(String),
    /// There is a file already where one was to be made.
    #[error("{0} is there already")]
    Exists(String),
    /// The database's address can't be used.
    #[error("{0}")]
    Address(String),
    /// A job broke the rules of [`Store::write`](crate::Store::write): it panicked, waited for something else
    /// than its writer, or went on after a statement had failed.
    #[error("a transaction was given up: {0}")]
    Job(&'static str),
    /// Anything else that an engine reports.
    #[error("the database reports: {0}")]
    Engine(String),
}

/// A result of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// Is this the violation of the unique constraint of that name?
    pub fn is_conflict(&self, constraint: &str) -> bool {
        matches!(self, Self::Conflict { constraint: found } if found == constraint)
    }

    /// May the same work succeed in a moment, unchanged?
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_))
    }

    /// For inserts that do nothing when the row exists: [`StoreError::Conflict`] then. A statement that fails
    /// would end the transaction; this lets the job go on.
    pub(crate) fn conflict_unless(inserted: bool, constraint: &str) -> Result<()> {
        if inserted {
            Ok(())
        } else {
            Err(Self::Conflict {
                constraint: constraint.to_owned(),
            })
        }
    }
}
