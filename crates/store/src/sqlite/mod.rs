//! SQLite, embedded: readers that run on the calling thread, one writer on a thread of its own.
//!
//! A read takes microseconds and mostly finds its pages in memory, less than handing it to another thread would
//! cost. Changes go to the [`writer`], which commits those that wait together.

mod connection;
mod job;
mod keeper;
#[cfg(test)]
mod keeper_tests;
mod log;
mod memory;
#[cfg(test)]
mod migration_tests;
mod pool;
mod session;
mod writer;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

pub(crate) use memory::{Known, Memory};
pub(crate) use session::{Session, cell};

use self::job::Typed;
use self::keeper::Keeper;
use self::log::Log;
use self::pool::Pool;
use self::writer::Message;
use crate::counters::Counters;
use crate::session::Engine;
use crate::store::JobFuture;
use crate::{Reader, Result, StoreError, StoreOptions, StoreStats, Writer};

/// An open database file.
#[derive(Debug)]
pub(crate) struct Database {
    pool: Arc<Pool>,
    jobs: mpsc::Sender<Message>,
    counters: Arc<Counters>,
}

impl Database {
    pub(crate) fn open(path: &Path, options: StoreOptions) -> Result<Self> {
        connection::create_file(path)?;
        let mut connection = connection::open_writer(path, options.wait)?;
        connection::migrate(&mut connection)?;
        let counters = Arc::new(Counters::default());
        let (jobs, waiting) = mpsc::channel(options.write_queue.max(1));
        let keeper = Keeper::new(connection::open_reader(path, options.wait)?);
        let log = Log::watch(&mut connection, connection::open_writer(path, options.wait)?)?;
        writer::start(
            connection,
            (keeper, log),
            waiting,
            options.write_group.max(1),
            Arc::clone(&counters),
        )?;
        let pool = Arc::new(Pool::new(path, options));
        Ok(Self { pool, jobs, counters })
    }

    pub(crate) async fn read(&self, snapshot: bool) -> Result<Reader> {
        let session = self.pool.take(snapshot).await?;
        Ok(Reader {
            engine: Engine::Sqlite(session),
        })
    }

    pub(crate) async fn write<I, T, E, F>(&self, input: I, job: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        F: for<'a> Fn(&'a mut Writer, &'a I) -> JobFuture<'a, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Typed::new(input, job, reply));
        self.jobs
            .try_send(Message::Job(job))
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => stopped(),
            })?;
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    pub(crate) fn is_unwritable(&self) -> bool {
        self.counters.is_unwritable()
    }

    pub(crate) fn stats(&self) -> StoreStats {
        self.counters.read()
    }

    pub(crate) async fn close(&self) {
        self.pool.close();
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Message::Close(done)).await.is_ok() {
            // An error means that the writer is gone already, which is what is waited for.
            let _ = closed.await;
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("it is shutting down".to_owned())
}
