//! Connections for readers: opened when needed, a few kept open.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio::time::timeout;

use super::session::Session;
use super::{Memory, connection, stopped};
use crate::{Result, StoreError, StoreOptions};

/// Connections that stay open while nobody reads; each holds up to 2 MiB of pages and its statements.
const KEPT: usize = 4;

/// A connection with what it remembers.
pub(super) type Kept = (Connection, Memory);

#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    options: StoreOptions,
    free: Mutex<Vec<Kept>>,
    places: Arc<Semaphore>,
    closed: AtomicBool,
}

impl Pool {
    pub(super) fn new(path: &Path, options: StoreOptions) -> Self {
        Self {
            path: path.to_owned(),
            options,
            free: Mutex::new(Vec::with_capacity(KEPT)),
            places: Arc::new(Semaphore::new(options.connections.max(1))),
            closed: AtomicBool::new(false),
        }
    }

    pub(super) async fn take(self: &Arc<Self>, snapshot: bool) -> Result<Session> {
        let place = self.place().await?;
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let kept = match free {
            Some(kept) => kept,
            None if self.closed.load(Ordering::Acquire) => return Err(stopped()),
            None => (
                connection::open_reader(&self.path, self.options.wait)?,
                Memory::default(),
            ),
        };
        Session::reader(kept, Arc::clone(self), place, snapshot)
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit> {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => Ok(place),
            Err(TryAcquireError::Closed) => Err(stopped()),
            Err(TryAcquireError::NoPermits) => {
                match timeout(self.options.wait, Arc::clone(&self.places).acquire_owned()).await {
                    Ok(Ok(place)) => Ok(place),
                    Ok(Err(_closed)) => Err(stopped()),
                    Err(_elapsed) => Err(StoreError::Busy),
                }
            }
        }
    }

    pub(super) fn put_back(&self, kept: Kept) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT && !self.closed.load(Ordering::Acquire) {
            free.push(kept);
        }
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.places.close();
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
