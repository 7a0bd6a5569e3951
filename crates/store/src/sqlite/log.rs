//! The write-ahead log's way into the database, beside the writer.
//!
//! Whoever brings 4,000 pages over and flushes them is busy for some 60 ms, for which all changes would wait if it was the
//! writer. So a thread of its own does it, a quarter as much at a time, while the writer goes on. What is left when the
//! log gets long is the writer's, because a log can begin anew only when all of it is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rusqlite::Connection;

use super::connection::error;
use super::session::run;
use crate::{Result, StoreError};

/// Pages that the log grows by until they are brought over, 4 MB.
const PIECE: u32 = 1000;
/// Pages at which the writer sees to it that the log begins anew, 16 MB.
const LONG: u32 = 4000;

/// As much of the log as no reader stands in the way of; waits for nobody (SQLite, "Checkpoint modes").
const BRING_OVER: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// How long the log is, and who is to do something about it.
#[derive(Debug)]
pub(super) struct Log {
    /// Pages in the log as of the writer's last commit.
    pages: Arc<AtomicU32>,
    /// At this length the thread was woken last.
    woken_at: u32,
    wake: SyncSender<()>,
}

impl Log {
    /// Watches what the writer's connection commits. The other one is the thread's.
    pub(super) fn watch(writer: &mut Connection, other: Connection) -> Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let told = Arc::clone(&pages);
        writer
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
                told.store(u32::try_from(pages).unwrap_or_default(), Ordering::Relaxed);
                Ok(())
            }))
            .map_err(error)?;
        // One call waits at most: it brings over what later ones would have.
        let (wake, called) = sync_channel(1);
        thread::Builder::new()
            .name("store-log".to_owned())
            .spawn(move || bring_over(&other, &called))
            .map_err(|error| StoreError::Unavailable(format!("no thread for the log: {error}")))?;
        Ok(Self {
            pages,
            woken_at: 0,
            wake,
        })
    }

    /// After a commit, and after those who waited for it were answered.
    pub(super) fn look_after(&mut self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.woken_at {
            // It began anew.
            self.woken_at = 0;
        }
        if pages >= LONG {
            // Readers may stand in the way: then it is tried again after the next commit.
            let _ = run(writer, BRING_OVER);
        } else if pages >= self.woken_at + PIECE {
            self.woken_at = pages;
            let _ = self.wake.try_send(());
        }
    }
}

/// The thread: until the log is not watched any more.
fn bring_over(connection: &Connection, called: &Receiver<()>) {
    while called.recv().is_ok() {
        // What can't be brought over now is brought over later, by whoever comes next.
        let _ = run(connection, BRING_OVER);
    }
}
