//! The one thread that changes the database, and its group commit.
//!
//! A durable commit waits for the disk, however little it writes. So the writer takes every job that waits, runs
//! them one after the other in one transaction, and commits once for all of them. Each job has a savepoint, so
//! one that fails is undone alone. Nobody is answered before the commit.

use std::sync::Arc;
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::job::Job;
use super::session::Session;
use crate::counters::Counters;
use crate::session::Engine;
use crate::{Reader, Result, StoreError, Writer};

/// What the writer is asked.
pub(super) enum Message {
    /// Run this.
    Job(Box<dyn Job>),
    /// Run what waits already, take nothing new, tidy up, tell when done.
    Close(oneshot::Sender<()>),
}

/// Starts the thread. It ends when all senders are gone or one of them says so.
pub(super) fn start(
    connection: Connection,
    waiting: mpsc::Receiver<Message>,
    group: usize,
    counters: Arc<Counters>,
) -> Result<()> {
    let session = Session::writer(connection);
    let writer = Writer {
        reader: Reader {
            engine: Engine::Sqlite(session),
        },
    };
    let mut thread = WriterThread {
        writer,
        waiting,
        group,
        counters,
        closing: Vec::new(),
    };
    thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || thread.run())
        .map(drop)
        .map_err(|error| StoreError::Unavailable(format!("no thread for the writer: {error}")))
}

struct WriterThread {
    writer: Writer,
    waiting: mpsc::Receiver<Message>,
    group: usize,
    counters: Arc<Counters>,
    closing: Vec<oneshot::Sender<()>>,
}

impl WriterThread {
    fn run(&mut self) {
        while let Some(message) = self.waiting.blocking_recv() {
            if let Some(job) = self.job(message) {
                self.commit_group(job);
            }
        }
        // Best effort: what stays in the log is found again at the next start.
        let _ = self.control("PRAGMA wal_checkpoint(TRUNCATE)");
        for closed in self.closing.drain(..) {
            let _ = closed.send(());
        }
    }

    fn job(&mut self, message: Message) -> Option<Box<dyn Job>> {
        match message {
            Message::Job(job) => Some(job),
            Message::Close(done) => {
                self.waiting.close();
                self.closing.push(done);
                None
            }
        }
    }

    /// Runs the job and all that wait behind it, then answers them.
    fn commit_group(&mut self, first: Box<dyn Job>) {
        let mut ran = Vec::new();
        let result = self.run_group(first, &mut ran);
        if result.is_err() {
            // Fails when SQLite has already given the transaction up, which is as good.
            let _ = self.control("ROLLBACK");
        }
        if let Ok(changed @ 1..) = result {
            self.counters.committed(changed);
        }
        for job in ran {
            job.answer(result.clone().map(drop));
        }
    }

    /// Fills `ran` and counts the jobs whose change is now committed. After an error none is.
    fn run_group(&mut self, first: Box<dyn Job>, ran: &mut Vec<Box<dyn Job>>) -> Result<u64> {
        let mut next = Some(first);
        let mut changed = 0;
        while let Some(mut job) = next {
            // The first change needs no savepoint: undoing it is undoing the transaction.
            let start = if changed == 0 {
                "BEGIN IMMEDIATE"
            } else {
                "SAVEPOINT job"
            };
            if let Err(error) = self.control(start) {
                ran.push(job);
                return Err(error);
            }
            let keep = job.run(&mut self.writer);
            ran.push(job);
            if self.transaction_is_lost()? {
                // Some errors, such as a full disk, make SQLite roll the whole transaction back.
                if changed > 0 || keep {
                    return Err(StoreError::Unavailable("it gave the transaction up".to_owned()));
                }
            } else {
                match (keep, changed) {
                    (true, 0) => {}
                    (true, _) => self.control("RELEASE job")?,
                    (false, 0) => self.control("ROLLBACK")?,
                    (false, _) => {
                        self.control("ROLLBACK TO job")?;
                        self.control("RELEASE job")?;
                    }
                }
            }
            changed += u64::from(keep);
            next = if ran.len() < self.group {
                self.waiting_job()
            } else {
                None
            };
        }
        if changed > 0 {
            self.control("COMMIT")?;
        }
        Ok(changed)
    }

    fn waiting_job(&mut self) -> Option<Box<dyn Job>> {
        loop {
            let message = self.waiting.try_recv().ok()?;
            if let Some(job) = self.job(message) {
                return Some(job);
            }
        }
    }

    fn transaction_is_lost(&self) -> Result<bool> {
        Ok(self.session()?.connection()?.is_autocommit())
    }

    fn control(&self, sql: &str) -> Result<()> {
        self.session()?.control(sql)
    }

    fn session(&self) -> Result<&Session> {
        match &self.writer.reader.engine {
            Engine::Sqlite(session) => Ok(session),
            Engine::Postgres(_) => Err(super::stopped()),
        }
    }
}
