//! Counts of what the store does, for metrics and tests.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::StoreStats;

/// See [`StoreStats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    jobs: AtomicU64,
    commits: AtomicU64,
    retries: AtomicU64,
    unwritable: AtomicBool,
}

impl Counters {
    pub(crate) fn committed(&self, jobs: u64) {
        self.jobs.fetch_add(jobs, Relaxed);
        self.commits.fetch_add(1, Relaxed);
        if self.is_unwritable() {
            self.unwritable.store(false, Relaxed);
        }
    }

    /// The database took no change, and not because of the change.
    pub(crate) fn refused(&self) {
        self.unwritable.store(true, Relaxed);
    }

    /// Whether the last change met that.
    pub(crate) fn is_unwritable(&self) -> bool {
        self.unwritable.load(Relaxed)
    }

    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn read(&self) -> StoreStats {
        StoreStats {
            jobs: self.jobs.load(Relaxed),
            commits: self.commits.load(Relaxed),
            retries: self.retries.load(Relaxed),
        }
    }
}
