//! The hashing threads: bounds, abandonment, panics, shutdown, priority. No test depends on time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use latchkey_domain::PassLength;
use tokio::task::{JoinHandle, yield_now};

use crate::{
    Arena, HashPool, HashPoolConfig, HashPoolError, Hasher, MasterKeys, Secret, SeededRng, SystemRng,
    normalise_typed_code,
};

fn pool(threads: usize, queue_capacity: usize) -> Arc<HashPool> {
    Arc::new(
        HashPool::start(HashPoolConfig {
            threads,
            queue_capacity,
        })
        .unwrap(),
    )
}

/// Runs an async test on one thread.
fn on_runtime<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(test)
}

type Task<T> = JoinHandle<Result<T, HashPoolError>>;

fn spawn<T: Send + 'static>(
    pool: &Arc<HashPool>,
    work: impl FnOnce(&mut Arena) -> T + Send + 'static,
) -> Task<T> {
    let pool = Arc::clone(pool);
    tokio::spawn(async move { pool.run(work).await })
}

/// Keeps one thread busy until the sender is dropped; returns once it is.
async fn occupy(pool: &Arc<HashPool>) -> (mpsc::Sender<()>, Task<()>) {
    let (release, wait) = mpsc::channel::<()>();
    let (started, running) = mpsc::channel();
    let task = spawn(pool, move |_| {
        started.send(()).unwrap();
        let _ = wait.recv();
    });
    while running.try_recv().is_err() {
        yield_now().await;
    }
    (release, task)
}

async fn until_depth(pool: &HashPool, depth: usize) {
    while pool.queue_depth() != depth {
        yield_now().await;
    }
}

#[test]
fn does_the_work_and_keeps_its_arena() {
    on_runtime(async {
        let pool = pool(1, 4);
        let hasher = Hasher::new(
            Arc::clone(&pool),
            Arc::new(MasterKeys::generate(&SeededRng::new(1)).peppers()),
            Arc::new(SystemRng::new()),
        );
        assert_eq!(
            pool.run(|arena| format!("{arena:?}")).await.unwrap(),
            "Arena(0 KiB)"
        );
        for signs in [8, 24] {
            let (code, stored) = hasher.new_code(PassLength::new(signs).unwrap()).await.unwrap();
            let typed = || normalise_typed_code(code.expose()).unwrap();
            assert!(hasher.check_code(typed(), Some(stored.clone())).await.unwrap());
            assert!(!hasher.check_code(typed(), None).await.unwrap());
        }
        let password = || Secret::new(String::from("correct horse"));
        let stored = hasher.new_password(password()).await.unwrap();
        assert!(hasher.check_password(password(), Some(stored)).await.unwrap());
        assert!(!hasher.check_password(password(), None).await.unwrap());
        assert_eq!(
            pool.run(|arena| format!("{arena:?}")).await.unwrap(),
            "Arena(19456 KiB)"
        );
    });
}

#[test]
fn a_full_queue_refuses_at_once() {
    on_runtime(async {
        let pool = pool(1, 2);
        let (release, busy) = occupy(&pool).await;
        let waiting = [spawn(&pool, |_| 1), spawn(&pool, |_| 2)];
        until_depth(&pool, 2).await;
        assert_eq!(pool.queue_capacity(), 2);
        assert_eq!(pool.run(|_| 3).await, Err(HashPoolError::QueueFull));

        drop(release);
        busy.await.unwrap().unwrap();
        let [first, second] = waiting;
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(second.await.unwrap(), Ok(2));
        assert_eq!(pool.run(|_| 3).await, Ok(3));
    });
}

#[test]
fn work_of_callers_that_left_is_skipped_and_makes_room() {
    on_runtime(async {
        let pool = pool(1, 1);
        let (release, busy) = occupy(&pool).await;
        let done = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&done);
        let abandoned = spawn(&pool, move |_| flag.store(true, Ordering::SeqCst));
        until_depth(&pool, 1).await;
        abandoned.abort();
        assert!(abandoned.await.unwrap_err().is_cancelled());

        let next = spawn(&pool, |_| 4);
        yield_now().await;
        drop(release);
        busy.await.unwrap().unwrap();
        assert_eq!(next.await.unwrap(), Ok(4));
        assert!(!done.load(Ordering::SeqCst));
    });
}

#[test]
fn abandoned_work_at_the_head_of_the_queue_is_skipped() {
    on_runtime(async {
        let pool = pool(1, 8);
        let (release, busy) = occupy(&pool).await;
        let done = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&done);
        let abandoned = spawn(&pool, move |_| flag.store(true, Ordering::SeqCst));
        until_depth(&pool, 1).await;
        abandoned.abort();
        assert!(abandoned.await.unwrap_err().is_cancelled());
        drop(release);
        busy.await.unwrap().unwrap();
        assert_eq!(pool.run(|_| 5).await, Ok(5));
        assert!(!done.load(Ordering::SeqCst));
    });
}

#[test]
fn a_panic_reaches_its_caller_and_no_one_else() {
    on_runtime(async {
        let pool = pool(1, 4);
        let failed: Result<(), _> = pool.run(|_| std::panic::resume_unwind(Box::new("boom"))).await;
        assert_eq!(failed, Err(HashPoolError::GivenUp));
        assert_eq!(pool.run(|_| 6).await, Ok(6));
    });
}

#[test]
fn shutdown_gives_up_what_waits_and_refuses_more() {
    on_runtime(async {
        let pool = pool(1, 4);
        let (release, busy) = occupy(&pool).await;
        let waiting = spawn(&pool, |_| 7);
        until_depth(&pool, 1).await;

        let stopping = std::thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.shutdown()
        });
        assert_eq!(waiting.await.unwrap(), Err(HashPoolError::GivenUp));
        assert_eq!(pool.run(|_| 8).await, Err(HashPoolError::GivenUp));
        drop(release);
        stopping.join().unwrap();
        assert_eq!(busy.await.unwrap(), Ok(()));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn only_the_hashing_threads_are_nice() {
    /// The nice level of the calling thread: field 19 of `proc_pid_stat(5)`, the 17th behind the name.
    fn niceness() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        fields.split(' ').nth(16).unwrap().parse().unwrap()
    }
    on_runtime(async {
        let before = niceness();
        let pool = pool(2, 4);
        assert_eq!(pool.run(|_| niceness()).await, Ok((before + 10).min(19)));
        assert_eq!(niceness(), before);
        assert_eq!(std::thread::spawn(niceness).join().unwrap(), before);
    });
}
