//! The threads that compute Argon2id, behind a bounded queue.
//!
//! They are kept apart from the threads that answer requests, run at a lower priority, and each has one arena that it
//! reuses. Nothing waits for a place in the queue: when it is full, the caller hears so at once.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::Arena;

/// How much lower the priority of the hashing threads is, in nice levels: with 10, a request thread that wakes up
/// takes the core from a hash at once, and a busy server still gives hashes a tenth of each core.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// How many threads hash and how many computations may wait for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashPoolConfig {
    /// Threads, at least one; each holds 19 MiB once it has hashed.
    pub threads: usize,
    /// Computations that may wait, at least one, beside those that run.
    pub queue_capacity: usize,
}

impl HashPoolConfig {
    /// This many threads and 64 waiting computations for each.
    pub const fn with_threads(threads: usize) -> Self {
        Self {
            threads,
            queue_capacity: threads.saturating_mul(64),
        }
    }
}

impl Default for HashPoolConfig {
    /// One thread per core.
    fn default() -> Self {
        Self::with_threads(thread::available_parallelism().map_or(1, Into::into))
    }
}

/// Why a computation was not done. Either way the service is busy: 503 with Retry-After.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashPoolError {
    /// Too many wait already.
    #[error("too many password computations are waiting")]
    QueueFull,
    /// The pool is shutting down, or the computation itself failed.
    #[error("the password computation was given up")]
    GivenUp,
}

/// The hashing threads. Dropping it is [`shutdown`](Self::shutdown).
#[derive(Debug)]
pub struct HashPool {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    wake: Condvar,
    capacity: usize,
}

struct State {
    queue: VecDeque<Box<dyn Job>>,
    stopping: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "State {{ waiting: {}, stopping: {} }}",
            self.queue.len(),
            self.stopping
        )
    }
}

/// A computation in the queue.
trait Job: Send {
    /// Whether nobody waits for the result any more.
    fn is_abandoned(&self) -> bool;
    fn run(self: Box<Self>, arena: &mut Arena);
}

struct Asked<T, F> {
    work: F,
    answer: oneshot::Sender<T>,
}

impl<T: Send, F: FnOnce(&mut Arena) -> T + Send> Job for Asked<T, F> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(self: Box<Self>, arena: &mut Arena) {
        // A caller that is gone by now needs no answer.
        let _ = self.answer.send((self.work)(arena));
    }
}

impl HashPool {
    /// Starts the threads. Fails if the system gives none.
    pub fn start(config: HashPoolConfig) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                stopping: false,
            }),
            wake: Condvar::new(),
            capacity: config.queue_capacity.max(1),
        });
        let pool = Self {
            shared,
            threads: Mutex::new(Vec::new()),
        };
        for number in 0..config.threads.max(1) {
            let shared = Arc::clone(&pool.shared);
            let thread = thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || shared.work())?;
            lock(&pool.threads).push(thread);
        }
        Ok(pool)
    }

    /// Has one of the threads do `work` and waits for what it returns.
    ///
    /// If the future is dropped before a thread gets to it, the work is not done.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Arena) -> T + Send + 'static,
    ) -> Result<T, HashPoolError> {
        let (answer, result) = oneshot::channel();
        self.shared.push(Box::new(Asked { work, answer }))?;
        result.await.map_err(|_| HashPoolError::GivenUp)
    }

    /// How many computations wait right now.
    pub fn queue_depth(&self) -> usize {
        lock(&self.shared.state).queue.len()
    }

    /// How many may wait.
    pub fn queue_capacity(&self) -> usize {
        self.shared.capacity
    }

    /// Gives up what waits, lets the running computations end (some 20 ms each) and joins the threads.
    pub fn shutdown(&self) {
        let given_up = {
            let mut state = lock(&self.shared.state);
            state.stopping = true;
            std::mem::take(&mut state.queue)
        };
        drop(given_up);
        self.shared.wake.notify_all();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            // Its panics, if any, were caught and told to the callers.
            let _ = thread.join();
        }
    }
}

impl Drop for HashPool {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Shared {
    fn push(&self, job: Box<dyn Job>) -> Result<(), HashPoolError> {
        let mut state = lock(&self.state);
        if state.stopping {
            return Err(HashPoolError::GivenUp);
        }
        if state.queue.len() >= self.capacity {
            // Callers that hung up must not keep others out.
            state.queue.retain(|job| !job.is_abandoned());
        }
        if state.queue.len() >= self.capacity {
            return Err(HashPoolError::QueueFull);
        }
        state.queue.push_back(job);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// The life of one thread.
    fn work(&self) {
        lower_priority();
        let mut arena = Arena::new();
        while let Some(job) = self.next() {
            if job.is_abandoned() {
                continue;
            }
            // The thread outlives a panic; the caller hears of it because its sender is dropped.
            if catch_unwind(AssertUnwindSafe(|| job.run(&mut arena))).is_err() {
                arena = Arena::new();
            }
        }
    }

    /// The next job, waited for; none when the pool stops.
    fn next(&self) -> Option<Box<dyn Job>> {
        let state = lock(&self.state);
        let mut state = self
            .wake
            .wait_while(state, |state| state.queue.is_empty() && !state.stopping)
            .unwrap_or_else(PoisonError::into_inner);
        state.queue.pop_front()
    }
}

/// Locks whatever happened: nothing in here panics while it holds a lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Linux counts priorities per thread; elsewhere this would slow down the whole process, so it is left.
#[cfg(target_os = "linux")]
fn lower_priority() {
    // Lowering is always allowed. Should it fail even so, hashing works, only less politely.
    let _ = rustix::process::setpriority_process(None, NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {}
