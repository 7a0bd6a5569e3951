//! The one thread that changes the database, and its group commit.
//!
//! A durable commit waits for the disk, however little it writes. So the writer takes every job that waits, runs
//! them one after the other in one transaction, and commits once for all of them. Nobody is answered before that.
//!
//! A job that fails is undone alone. A savepoint for each would do it, but costs a quarter of the speed, since
//! SQLite then copies every page that a job touches. So at first there is none: most failures have written nothing,
//! and there is nothing to undo. When one has, the whole group is undone and run again, and for a while each
//! job gets its savepoint.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::job::Job;
use super::keeper::Keeper;
use super::log::Log;
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
    (keeper, log): (Keeper, Log),
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
    let clock = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let clock =
        clock.map_err(|error| StoreError::Unavailable(format!("no clock for the writer: {error}")))?;
    let mut thread = WriterThread {
        writer,
        keeper,
        log,
        clock,
        waiting,
        group,
        counters,
        careful: 0,
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
    keeper: Keeper,
    log: Log,
    /// Wakes the thread now and then.
    clock: Runtime,
    waiting: mpsc::Receiver<Message>,
    group: usize,
    counters: Arc<Counters>,
    /// So many groups still get savepoints.
    careful: u32,
    closing: Vec<oneshot::Sender<()>>,
}

/// How long the keeper holds one state: another process may have written a newer one, which readers see then.
const HELD: Duration = Duration::from_secs(1);

/// Groups with savepoints after one had to run again.
const CAREFUL_GROUPS: u32 = 64;

/// Jobs that share a commit.
struct Group {
    to_run: VecDeque<Box<dyn Job>>,
    ran: Vec<Box<dyn Job>>,
    /// Those of `ran` that shall be kept.
    changed: u64,
    /// The transaction is open.
    open: bool,
}

impl Group {
    fn new(first: Box<dyn Job>) -> Self {
        Self {
            to_run: VecDeque::from([first]),
            ran: Vec::new(),
            changed: 0,
            open: false,
        }
    }

    /// After the transaction was undone: what had succeeded in it runs again, and so does what failed behind it.
    fn start_again(&mut self) {
        if self.changed > 0 {
            self.to_run.extend(self.ran.drain(..));
            self.changed = 0;
        }
        self.open = false;
    }
}

impl WriterThread {
    fn run(&mut self) {
        while let Some(message) = self.next_message() {
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

    /// What is asked next, with the readers' lock held while nothing is.
    fn next_message(&mut self) -> Option<Message> {
        if let Ok(message) = self.waiting.try_recv() {
            return Some(message);
        }
        loop {
            self.keeper.hold();
            let message = self
                .clock
                .block_on(async { timeout(HELD, self.waiting.recv()).await });
            self.keeper.release();
            if let Ok(message) = message {
                return message;
            }
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
        let mut group = Group::new(first);
        let result = self.run_group(&mut group);
        if result.is_err() {
            // Fails when SQLite has already given the transaction up, which is as good.
            let _ = self.control("ROLLBACK");
        }
        let refused = match &mut self.writer.reader.engine {
            Engine::Sqlite(session) => session.take_refused(),
            Engine::Postgres(_) => false,
        };
        if let Ok(changed @ 1..) = result {
            self.counters.committed(changed);
        }
        if refused || matches!(result, Err(StoreError::Unavailable(_))) {
            self.counters.refused();
        }
        // After an error some may not have run yet.
        for job in group.ran.into_iter().chain(group.to_run) {
            job.answer(result.clone().map(drop));
        }
        if let Engine::Sqlite(session) = &self.writer.reader.engine
            && let Ok(connection) = session.connection()
        {
            self.log.look_after(connection);
        }
    }

    /// Runs jobs until none waits or the group is full, and counts those whose change is now committed. After an
    /// error none is.
    fn run_group(&mut self, group: &mut Group) -> Result<u64> {
        while let Some(mut job) = self.next_of(group) {
            let careful = self.careful > 0 && group.changed > 0;
            let start = match (group.open, careful) {
                (false, _) => Some("BEGIN IMMEDIATE"),
                (true, true) => Some("SAVEPOINT job"),
                (true, false) => None,
            };
            let started = start.map_or(Ok(()), |start| self.control(start));
            if let Err(error) = started {
                group.ran.push(job);
                return Err(error);
            }
            group.open = true;
            let before = self.connection()?.total_changes();
            let keep = job.run(&mut self.writer);
            group.ran.push(job);
            let connection = self.connection()?;
            let wrote = connection.total_changes() != before;
            if connection.is_autocommit() {
                // Some errors, such as a full disk, make SQLite roll the whole transaction back.
                if group.changed > 0 || keep {
                    return Err(StoreError::Unavailable("it gave the transaction up".to_owned()));
                }
                group.open = false;
                continue;
            }
            match (keep || !wrote, careful) {
                (true, true) => self.control("RELEASE job")?,
                (true, false) => {}
                (false, true) => {
                    self.control("ROLLBACK TO job")?;
                    self.control("RELEASE job")?;
                }
                (false, false) => {
                    self.control("ROLLBACK")?;
                    if group.changed > 0 {
                        self.careful = CAREFUL_GROUPS;
                    }
                    group.start_again();
                    continue;
                }
            }
            group.changed += u64::from(keep);
        }
        if group.open {
            self.control("COMMIT")?;
        }
        self.careful = self.careful.saturating_sub(1);
        Ok(group.changed)
    }

    fn next_of(&mut self, group: &mut Group) -> Option<Box<dyn Job>> {
        group.to_run.pop_front().or_else(|| {
            if group.ran.len() < self.group {
                self.waiting_job()
            } else {
                None
            }
        })
    }

    fn waiting_job(&mut self) -> Option<Box<dyn Job>> {
        loop {
            let message = self.waiting.try_recv().ok()?;
            if let Some(job) = self.job(message) {
                return Some(job);
            }
        }
    }

    fn connection(&self) -> Result<&Connection> {
        self.session()?.connection()
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
