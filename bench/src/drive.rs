//! Keeps a number of workers busy for a while and counts what they get done.

use std::time::{Duration, Instant};

use crate::Result;

/// Does one piece of work again and again, such as one request on its own connection.
pub(crate) trait Worker: Send + 'static {
    /// Does it once.
    fn step(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// How long to measure, after how long a run-up that does not count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) run_up: Duration,
    pub(crate) measured: Duration,
}

/// What was done in how much time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rate {
    pub(crate) count: u64,
    pub(crate) elapsed: Duration,
    /// How long each took; empty where only the count matters.
    pub(crate) latencies: Vec<Duration>,
}

impl Rate {
    pub(crate) fn new(count: u64, elapsed: Duration) -> Self {
        Self {
            count,
            elapsed,
            latencies: Vec::new(),
        }
    }

    /// Adds another round of the same.
    pub(crate) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.elapsed += other.elapsed;
        self.latencies.extend(other.latencies);
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn per_second(&self) -> f64 {
        self.count as f64 / self.elapsed.as_secs_f64()
    }

    /// The time that this share (0–1) of the work stayed within.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    pub(crate) fn within(&self, share: f64) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let place = (sorted.len() as f64 * share).ceil() as usize;
        sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// Lets all workers work at once and gives them back for the next round.
///
/// What is done during the run-up, or is not done at the end, does not count.
pub(crate) async fn drive<W: Worker>(workers: Vec<W>, timing: Timing) -> Result<(Rate, Vec<W>)> {
    let start = Instant::now() + timing.run_up;
    let end = start + timing.measured;
    let tasks: Vec<_> = workers
        .into_iter()
        .map(|worker| tokio::spawn(work(worker, start, end)))
        .collect();
    let mut rate = Rate::new(0, timing.measured);
    let mut workers = Vec::with_capacity(tasks.len());
    for task in tasks {
        let (latencies, worker) = task.await??;
        rate.latencies.extend(latencies);
        workers.push(worker);
    }
    rate.count = rate.latencies.len() as u64;
    Ok((rate, workers))
}

async fn work<W: Worker>(mut worker: W, start: Instant, end: Instant) -> Result<(Vec<Duration>, W)> {
    let mut latencies = Vec::new();
    let mut began = Instant::now();
    while began < end {
        worker.step().await?;
        let ended = Instant::now();
        if ended >= start && ended < end {
            latencies.push(ended - began);
        }
        began = ended;
    }
    Ok((latencies, worker))
}

/// Every worker has its times at which it asks, spread evenly, whatever the answers before took: so many per second in
/// all.
pub(crate) async fn calm<W: Worker>(workers: Vec<W>, per_second: u32, measured: Duration) -> Result<Rate> {
    let count = u32::try_from(workers.len()).unwrap_or(1);
    let apart = Duration::from_secs(1) / per_second;
    let start = Instant::now() + Duration::from_millis(500);
    let tasks: Vec<_> = workers
        .into_iter()
        .zip(0_u32..)
        .map(|(mut worker, place)| {
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut due = start + apart * place;
                // The first two of each open what is opened once.
                let counted = due + apart * count * 2;
                while due < start + measured {
                    // Late because of the answer before: that counts. Late because of the timer: it doesn't.
                    let began = if due > Instant::now() {
                        tokio::time::sleep_until(due.into()).await;
                        Instant::now()
                    } else {
                        due
                    };
                    worker.step().await?;
                    if due >= counted {
                        latencies.push(began.elapsed());
                    }
                    due += apart * count;
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(latencies)
            })
        })
        .collect();
    let mut rate = Rate::new(0, measured);
    for task in tasks {
        rate.latencies.extend(task.await??);
    }
    rate.count = rate.latencies.len() as u64;
    Ok(rate)
}
