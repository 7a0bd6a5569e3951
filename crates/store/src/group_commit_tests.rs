//! SQLite's one writer: which jobs share a commit, and what happens to the others when one fails.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use tokio::task::JoinSet;

use crate::engine_tests::{add, insert, make_table, stored};
use crate::testing::{TestDatabase, TestEngine};
use crate::value::params;
use crate::{Result, Store, StoreError, StoreOptions};

/// Keeps the SQLite writer busy until the sender is used or dropped, so that what follows waits together.
async fn hold_writer(store: &Store) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<()>>) {
    let (release, held) = mpsc::channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel();
    let gate = std::sync::Mutex::new((held, Some(started)));
    let store = store.clone();
    let handle = tokio::spawn(async move {
        store
            .write_with(gate, |_, gate| {
                Box::pin(async move {
                    let mut gate = gate.lock().unwrap();
                    // When its group runs again, the gate is open.
                    if let Some(started) = gate.1.take() {
                        let _ = started.send(());
                        let _ = gate.0.recv();
                    }
                    Ok(())
                })
            })
            .await
    });
    running.await.unwrap();
    (release, handle)
}

#[tokio::test]
async fn jobs_that_wait_share_one_commit_and_are_isolated() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    let before = store.stats();
    let (release, held) = hold_writer(&store).await;
    let mut jobs = JoinSet::new();
    for id in 0..100_i64 {
        let store = store.clone();
        jobs.spawn(async move {
            let result: Result<u64> = store
                .write(move |w| {
                    Box::pin(async move {
                        RUNS.fetch_add(1, Ordering::Relaxed);
                        let rows = insert(w, id).await?;
                        assert_ne!(id, 30, "a panic on purpose");
                        if id == 60 {
                            return Err(StoreError::Busy);
                        }
                        if id == 90 {
                            tokio::task::yield_now().await;
                        }
                        Ok(rows)
                    })
                })
                .await;
            match id {
                30 | 90 => assert!(matches!(result, Err(StoreError::Job(_))), "{result:?}"),
                60 => assert!(matches!(result, Err(StoreError::Busy)), "{result:?}"),
                _ => assert_eq!(result.unwrap(), 1),
            }
        });
    }
    // All of them are in the queue once they have run up to their wait, which a single thread does in order.
    tokio::task::yield_now().await;
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    jobs.join_all().await;
    let expected: Vec<i64> = (0..100).filter(|id| ![30, 60, 90].contains(id)).collect();
    assert_eq!(stored(&store).await, expected);
    let after = store.stats();
    assert_eq!(
        after.jobs - before.jobs,
        98,
        "97 inserts and the one that held the writer"
    );
    assert!(after.commits - before.commits <= 2, "{before:?} {after:?}");
}

/// A job that fails before it has written anything costs its group nothing.
#[tokio::test]
async fn refusals_are_not_undone() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    let (release, held) = hold_writer(&store).await;
    let mut jobs = JoinSet::new();
    for id in 0..20_i64 {
        let store = store.clone();
        jobs.spawn(async move {
            store
                .write(move |w| {
                    Box::pin(async move {
                        RUNS.fetch_add(1, Ordering::Relaxed);
                        if id % 2 == 0 {
                            Err(StoreError::Busy)
                        } else {
                            insert(w, id).await
                        }
                    })
                })
                .await
        });
    }
    tokio::task::yield_now().await;
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(
        jobs.join_all()
            .await
            .iter()
            .filter(|result| result.is_ok())
            .count(),
        10
    );
    assert_eq!(
        stored(&store).await,
        (0..20).filter(|id| id % 2 == 1).collect::<Vec<_>>()
    );
    assert_eq!(RUNS.load(Ordering::Relaxed), 20, "each ran once");
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let options = StoreOptions {
        write_queue: 2,
        ..StoreOptions::default()
    };
    let store = Store::open(&database.url, options).await.unwrap();
    make_table(&store).await;
    let (release, held) = hold_writer(&store).await;
    let mut waiting = JoinSet::new();
    for id in 0..2 {
        let store = store.clone();
        waiting.spawn(async move { add(&store, id).await });
    }
    tokio::task::yield_now().await;
    let refused = add(&store, 5).await;
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    drop(release);
    held.await.unwrap().unwrap();
    assert!(waiting.join_all().await.iter().all(Result::is_ok));
    assert_eq!(stored(&store).await, [0, 1]);
}

#[tokio::test]
async fn a_full_disk_fails_the_group_and_not_the_store() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    let limit = |pages: i64| {
        let store = store.clone();
        async move {
            let sql = format!("PRAGMA max_page_count = {pages}");
            let result: Result<i64> = store
                .write_with(sql, |w, sql| {
                    Box::pin(async move { Ok(w.query_one::<(i64,)>(sql, &[]).await?.0) })
                })
                .await;
            result.unwrap()
        }
    };
    limit(1).await;
    let (release, held) = hold_writer(&store).await;
    let mut jobs = JoinSet::new();
    for id in 0..3_i64 {
        let store = store.clone();
        jobs.spawn(async move {
            let result: Result<u64> = store
                .write(move |w| {
                    Box::pin(async move {
                        let data = vec![7_u8; if id == 1 { 1 << 20 } else { 1 }];
                        w.execute("INSERT INTO probe (id, data) VALUES (?1, ?2)", params![id, data])
                            .await
                    })
                })
                .await;
            (id, result)
        });
    }
    tokio::task::yield_now().await;
    release.send(()).unwrap();
    let _ = held.await.unwrap();
    let results = jobs.join_all().await;
    let (_, full) = results.iter().find(|(id, _)| *id == 1).unwrap();
    assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
    // Whoever was told so is stored, and nobody else.
    let mut acknowledged: Vec<i64> = results
        .iter()
        .filter(|(_, r)| r.is_ok())
        .map(|(id, _)| *id)
        .collect();
    acknowledged.sort_unstable();
    assert_eq!(stored(&store).await, acknowledged);
    limit(1 << 30).await;
    add(&store, 10).await.unwrap();
}
