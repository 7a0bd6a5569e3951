//! Holds the readers' common lock while nobody writes.
//!
//! A read takes a shared lock on the state of the log that it sees, and gives it back. SQLite counts those who share a
//! lock inside the process, and only the first and the last of them ask the operating system, with everybody else
//! waiting: with two reads at a time nearly each was first or last. As long as the keeper holds the lock, nobody is.
//!
//! It lets go before each write, so that the log finds its way into the database as if there were no keeper, and now and
//! then, because the lock is that of one state: readers of what another process has written meanwhile take another one.

use rusqlite::Connection;

use super::session::run;

/// A connection that only holds the state of the last commit.
#[derive(Debug)]
pub(super) struct Keeper {
    connection: Connection,
}

impl Keeper {
    pub(super) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Holds the present state. Should that fail, reads are merely slower.
    pub(super) fn hold(&self) {
        let begun = run(&self.connection, "BEGIN DEFERRED");
        // The first read takes the lock; this one needs no table.
        if begun.is_ok() && run(&self.connection, "PRAGMA data_version").is_err() {
            self.release();
        }
    }

    /// Lets go of it.
    pub(super) fn release(&self) {
        // Without a transaction there is nothing to end.
        let _ = run(&self.connection, "COMMIT");
    }
}
