//! The store: one way in for reads, one for changes, whatever the engine.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::url::Address;
use crate::{DatabaseUrl, Reader, Result, StoreError, Writer, postgres, sqlite};

/// The future of a job, as [`Store::write`] takes it.
pub type JobFuture<'a, T, E> = Pin<Box<dyn Future<Output = std::result::Result<T, E>> + Send + 'a>>;

/// Sizes and waits. The defaults suit a server with a few cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// Most readers at a time (SQLite), or most connections (PostgreSQL). From 1.
    pub connections: usize,
    /// Most jobs that wait for the writer (SQLite); more are refused as [`StoreError::Busy`]. From 1.
    pub write_queue: usize,
    /// Most jobs in one durable commit (SQLite). From 1.
    pub write_group: usize,
    /// Longest wait for a connection or for another process's lock.
    pub wait: Duration,
    /// Longest wait for the answer to a statement, which PostgreSQL itself ends after 30 seconds: then its connection
    /// is given up.
    pub answer: Duration,
    /// Whether a connection still leads anywhere is asked before it is used again after so long (PostgreSQL only).
    pub idle: Duration,
    /// Most runs of one job when PostgreSQL finds that it collided with another. From 1.
    pub attempts: u32,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            write_queue: 4096,
            write_group: 512,
            wait: Duration::from_secs(5),
            answer: Duration::from_secs(35),
            idle: Duration::from_secs(30),
            attempts: 12,
        }
    }
}

/// What the store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreStats {
    /// Jobs whose change is committed.
    pub jobs: u64,
    /// Durable commits that carried them: fewer than jobs when several share one.
    pub commits: u64,
    /// Jobs that were run again after a collision (PostgreSQL only).
    pub retries: u64,
}

/// A handle on the database; clones share it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Backend>);

#[derive(Debug)]
enum Backend {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Store {
    /// Opens the database, creates it if it is an absent SQLite file, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Address`] for an address that can't be used, [`StoreError::Schema`] when the database
    /// belongs to a newer program, [`StoreError::Unavailable`] when it can't be reached.
    pub async fn open(url: &DatabaseUrl, options: StoreOptions) -> Result<Self> {
        let backend = match &url.0 {
            Address::Sqlite(path) => Backend::Sqlite(sqlite::Database::open(path, options)?),
            Address::Postgres(url) => Backend::Postgres(postgres::Database::open(url, options).await?),
        };
        Ok(Self(Arc::new(backend)))
    }

    /// Opens the database to look at it: nothing is made, nothing is changed, no change can be made.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Schema`] when the schema is not the one of this program.
    pub async fn look(url: &DatabaseUrl, options: StoreOptions) -> Result<Self> {
        let backend = match &url.0 {
            Address::Sqlite(path) => Backend::Sqlite(sqlite::Database::look(path, options)?),
            Address::Postgres(url) => Backend::Postgres(postgres::Database::look(url, options).await?),
        };
        Ok(Self(Arc::new(backend)))
    }

    /// A reader. It sees every change whose [`Store::write`] has answered.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection came free in time, [`StoreError::Unavailable`].
    pub async fn read(&self) -> Result<Reader> {
        match &*self.0 {
            Backend::Sqlite(database) => database.read(false).await,
            Backend::Postgres(database) => database.read(false).await,
        }
    }

    /// A reader whose statements all see the state at its first one. It holds that state until it is dropped,
    /// so drop it soon.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn snapshot(&self) -> Result<Reader> {
        match &*self.0 {
            Backend::Sqlite(database) => database.read(true).await,
            Backend::Postgres(database) => database.read(true).await,
        }
    }

    /// Runs a job in a transaction and answers when its change is durable. A job that returns an error has
    /// changed nothing.
    ///
    /// The job may run several times, of which only the last one counts, and must wait for nothing else than
    /// its writer: hash passwords before, send mail after.
    ///
    /// ```ignore
    /// store.write(move |w| Box::pin(async move { w.delete_pass(&id, &event).await })).await
    /// ```
    ///
    /// # Errors
    /// The job's own; [`StoreError::Busy`] when too many wait; [`StoreError::OutcomeUnknown`] when the
    /// connection broke during the commit; other [`StoreError`]s, after which nothing is changed.
    pub async fn write<T, E, F>(&self, job: F) -> std::result::Result<T, E>
    where
        F: for<'a> Fn(&'a mut Writer) -> JobFuture<'a, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_with((), move |writer, ()| job(writer)).await
    }

    /// As [`Store::write`], with the job's input apart, so that the job can borrow it each time that it runs.
    ///
    /// ```ignore
    /// store.write_with((id, event), |w, (id, event)| Box::pin(async move { w.delete_pass(id, event).await })).await
    /// ```
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_with<I, T, E, F>(&self, input: I, job: F) -> std::result::Result<T, E>
    where
        I: Send + Sync + 'static,
        F: for<'a> Fn(&'a mut Writer, &'a I) -> JobFuture<'a, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.0 {
            Backend::Sqlite(database) => database.write(input, job).await,
            Backend::Postgres(database) => database.write(&input, &job).await,
        }
    }

    /// Counts since the start.
    pub fn stats(&self) -> StoreStats {
        match &*self.0 {
            Backend::Sqlite(database) => database.stats(),
            Backend::Postgres(database) => database.stats(),
        }
    }

    /// Whether changes can be made, as far as is known: while the last one failed for want of a disk or a server that
    /// takes it, one is tried that means nothing to anybody.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn check_writable(&self) -> Result<()> {
        if !self.is_unwritable() {
            return Ok(());
        }
        self.write(|writer| Box::pin(async move { writer.probe().await }))
            .await
    }

    /// Whether the last change failed for such a reason.
    pub(crate) fn is_unwritable(&self) -> bool {
        match &*self.0 {
            Backend::Sqlite(database) => database.is_unwritable(),
            Backend::Postgres(database) => database.is_unwritable(),
        }
    }

    /// The engine's name: `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match &*self.0 {
            Backend::Sqlite(_) => "sqlite",
            Backend::Postgres(_) => "postgres",
        }
    }

    /// Finishes the jobs that wait, refuses new ones, and tidies up. Dropping the store does the same, without
    /// telling when it is done.
    pub async fn close(&self) {
        match &*self.0 {
            Backend::Sqlite(database) => database.close().await,
            Backend::Postgres(database) => database.close(),
        }
    }
}
