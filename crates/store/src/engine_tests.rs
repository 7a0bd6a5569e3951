//! What both engines promise, tried on a table of the tests' own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::fixtures::change;
use crate::testing::{TestDatabase, TestEngine, for_each_engine};
use crate::value::params;
use crate::{Reader, Result, Store, StoreError, StoreOptions, Writer};

pub(crate) async fn make_table(store: &Store) {
    store
        .write::<_, StoreError, _>(|w| {
            Box::pin(async move {
                w.execute(
                    "CREATE TABLE probe (id BIGINT PRIMARY KEY, name TEXT, data BYTEA, UNIQUE (name))",
                    &[],
                )
                .await
            })
        })
        .await
        .unwrap();
}

pub(crate) async fn insert(w: &mut Writer, id: i64) -> Result<u64> {
    w.execute(
        "INSERT INTO probe (id, name) VALUES (?1, ?2)",
        params![id, format!("name {id}")],
    )
    .await
}

pub(crate) async fn add(store: &Store, id: i64) -> Result<u64> {
    store.write(move |w| Box::pin(insert(w, id))).await
}

async fn ids(r: &mut Reader) -> Vec<i64> {
    let rows = r
        .query_all::<(i64,)>("SELECT id FROM probe ORDER BY id", &[])
        .await
        .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

pub(crate) async fn stored(store: &Store) -> Vec<i64> {
    ids(&mut store.read().await.unwrap()).await
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        store
            .write::<_, StoreError, _>(|w| {
                Box::pin(async move {
                    let sql = "INSERT INTO probe (id, name, data) VALUES (?1, ?2, ?3)";
                    w.execute(sql, params![i64::MIN, "Zoë ? ' \u{1f511}", [0_u8, 255, 7]])
                        .await?;
                    w.execute(sql, params![i64::MAX, None::<&str>, None::<Vec<u8>>])
                        .await
                })
            })
            .await
            .unwrap();
        let mut reader = store.read().await.unwrap();
        let sql = "SELECT id, name, data FROM probe WHERE id = ?1";
        let row: (i64, String, Vec<u8>) = reader.query_one(sql, params![i64::MIN]).await.unwrap();
        assert_eq!(row, (i64::MIN, "Zoë ? ' \u{1f511}".to_owned(), vec![0, 255, 7]));
        let row: (i64, Option<String>, Option<Vec<u8>>) =
            reader.query_one(sql, params![i64::MAX]).await.unwrap();
        assert_eq!(row, (i64::MAX, None, None));
        assert!(
            reader
                .query_opt::<(i64,)>(sql, params![5_i64])
                .await
                .unwrap()
                .is_none()
        );
        // Another kind of value than asked for is damage, not a panic.
        let wrong = reader.query_one::<(String,)>(sql, params![i64::MAX]).await;
        assert!(matches!(wrong, Err(StoreError::Corrupt(_))), "{wrong:?}");
        assert!(
            reader
                .query_one::<([u8; 4],)>("SELECT data FROM probe WHERE id = ?1", params![i64::MIN])
                .await
                .is_err()
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_is_seen_once_it_is_answered_and_counts_its_rows() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        for id in 0..20 {
            assert_eq!(add(&store, id).await.unwrap(), 1);
            assert!(stored(&store).await.contains(&id));
        }
        let sql = "DELETE FROM probe WHERE id < ?1";
        let gone: Result<u64> = store
            .write(move |w| Box::pin(async move { w.execute(sql, params![5_i64]).await }))
            .await;
        assert_eq!(gone.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_failed_job_leaves_nothing_and_takes_nobody_with_it() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        let mut jobs = JoinSet::new();
        for id in 0..60_i64 {
            let store = store.clone();
            jobs.spawn(async move {
                let result: Result<()> = store
                    .write(move |w| {
                        Box::pin(async move {
                            insert(w, id).await?;
                            if id % 3 == 0 {
                                Err(StoreError::Corrupt("on purpose".to_owned()))
                            } else {
                                Ok(())
                            }
                        })
                    })
                    .await;
                assert_eq!(result.is_ok(), id % 3 != 0, "{result:?}");
            });
        }
        jobs.join_all().await;
        let expected: Vec<i64> = (0..60).filter(|id| id % 3 != 0).collect();
        assert_eq!(stored(&store).await, expected);
    })
    .await;
}

#[tokio::test]
async fn unique_violations_have_the_same_name_everywhere() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        add(&store, 1).await.unwrap();
        let same_id: Result<u64> = store
            .write(|w| {
                let sql = "INSERT INTO probe (id, name) VALUES (?1, ?2)";
                Box::pin(async move { w.execute(sql, params![1_i64, "another"]).await })
            })
            .await;
        assert!(
            same_id
                .as_ref()
                .is_err_and(|error| error.is_conflict("probe_pkey")),
            "{same_id:?}"
        );
        let same_name: Result<u64> = store
            .write(|w| {
                let sql = "INSERT INTO probe (id, name) VALUES (?1, ?2)";
                Box::pin(async move { w.execute(sql, params![2_i64, "name 1"]).await })
            })
            .await;
        assert!(
            same_name
                .as_ref()
                .is_err_and(|error| error.is_conflict("probe_name_key")),
            "{same_name:?}"
        );
        assert_eq!(stored(&store).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn a_job_cannot_go_on_after_a_failed_statement() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        add(&store, 1).await.unwrap();
        let result: Result<()> = store
            .write(|w| {
                Box::pin(async move {
                    let _ignored = insert(w, 1).await;
                    let _ignored = insert(w, 2).await;
                    Ok(())
                })
            })
            .await;
        assert!(matches!(result, Err(StoreError::Job(_))), "{result:?}");
        assert_eq!(stored(&store).await, [1]);
        add(&store, 3).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn counting_up_at_once_loses_nothing() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        add(&store, 0).await.unwrap();
        let mut jobs = JoinSet::new();
        for _ in 0..40 {
            let store = store.clone();
            jobs.spawn(async move {
                // Read, then write what follows from it: right only if nobody comes between.
                let result: Result<u64> = store
                    .write(|w| {
                        Box::pin(async move {
                            let (n,): (i64,) = w.query_one("SELECT max(id) FROM probe", &[]).await?;
                            insert(w, n + 1).await
                        })
                    })
                    .await;
                result.unwrap();
            });
        }
        jobs.join_all().await;
        assert_eq!(stored(&store).await, (0..=40).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_stays_as_it_was() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        add(&store, 1).await.unwrap();
        let mut snapshot = store.snapshot().await.unwrap();
        assert_eq!(ids(&mut snapshot).await, [1]);
        add(&store, 2).await.unwrap();
        assert_eq!(ids(&mut snapshot).await, [1]);
        drop(snapshot);
        for _ in 0..50 {
            // The connection goes back clean, however often.
            let mut snapshot = store.snapshot().await.unwrap();
            assert_eq!(ids(&mut snapshot).await, [1, 2]);
        }
        assert_eq!(stored(&store).await, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_reader_changes_nothing() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    let reader = store.read().await.unwrap();
    let mut writer = Writer { reader };
    assert!(insert(&mut writer, 1).await.is_err());
}

#[tokio::test]
async fn closing_finishes_what_waits_and_refuses_the_rest() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        let mut jobs = JoinSet::new();
        for id in 0..50 {
            let store = store.clone();
            jobs.spawn(async move { (id, add(&store, id).await) });
        }
        tokio::task::yield_now().await;
        store.close().await;
        for (id, result) in jobs.join_all().await {
            assert!(
                matches!(result, Ok(1) | Err(StoreError::Unavailable(_))),
                "{id} {result:?}"
            );
        }
        assert!(matches!(add(&store, 99).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(store.read().await, Err(StoreError::Unavailable(_))));
    })
    .await;
}

#[tokio::test]
async fn data_outlives_the_store_and_a_newer_schema_is_refused() {
    for &engine in TestEngine::all() {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        make_table(&store).await;
        add(&store, 1).await.unwrap();
        store.close().await;
        let store = database.open().await;
        assert_eq!(stored(&store).await, [1]);
        let newer: Result<u64> = store
            .write(|w| {
                let sql = "INSERT INTO schema_version (version, name, checksum) VALUES (999, 'x', 'x')";
                Box::pin(async move { w.execute(sql, &[]).await })
            })
            .await;
        newer.unwrap();
        store.close().await;
        let refused = Store::open(&database.url, StoreOptions::default()).await;
        assert!(
            matches!(&refused, Err(StoreError::Schema(text)) if text.contains("999")),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn opening_at_once_makes_one_schema() {
    for &engine in TestEngine::all() {
        let database = Arc::new(TestDatabase::new(engine).await);
        let mut opening = JoinSet::new();
        for _ in 0..8 {
            let database = Arc::clone(&database);
            opening.spawn(async move { database.open().await.close().await });
        }
        opening.join_all().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    let path = database.url.sqlite_path().unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", path.display());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
}

#[tokio::test]
async fn unreachable_databases_say_so() {
    let options = StoreOptions {
        wait: Duration::from_millis(500),
        ..StoreOptions::default()
    };
    for url in ["sqlite:/nowhere/at/all.db", "postgres://me@127.0.0.1:1/none"] {
        let result = Store::open(&url.parse().unwrap(), options).await;
        assert!(
            matches!(result, Err(StoreError::Unavailable(_))),
            "{url} {result:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_is_replaced() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let database = TestDatabase::new(TestEngine::Postgres).await;
    let store = database.open().await;
    make_table(&store).await;
    let runs = Arc::new(AtomicU32::new(0));
    let result: Result<u64> = store
        .write_with(Arc::clone(&runs), |w, runs| {
            Box::pin(async move {
                let rows = insert(w, 1).await?;
                if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                    w.query_one::<(bool,)>("SELECT pg_terminate_backend(pg_backend_pid())", &[])
                        .await?;
                }
                Ok(rows)
            })
        })
        .await;
    assert_eq!(result.unwrap(), 1);
    assert_eq!(runs.load(Ordering::Relaxed), 3);
    assert_eq!(stored(&store).await, [1]);
    assert_eq!(store.stats().retries, 2);
}

#[tokio::test]
async fn a_request_given_up_half_way_leaves_a_clean_connection() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let database = TestDatabase::new(TestEngine::Postgres).await;
    let options = StoreOptions {
        connections: 1,
        ..StoreOptions::default()
    };
    let store = Store::open(&database.url, options).await.unwrap();
    make_table(&store).await;
    let given_up = tokio::time::timeout(
        Duration::from_millis(200),
        store.write::<(), StoreError, _>(|w| {
            Box::pin(async move {
                insert(w, 1).await?;
                std::future::pending().await
            })
        }),
    );
    given_up.await.unwrap_err();
    add(&store, 2).await.unwrap();
    assert_eq!(stored(&store).await, [2]);
}

/// A disk that is full, or a server that became a standby: known from the first change that it refuses until it takes
/// one again.
#[tokio::test]
async fn a_database_that_takes_no_changes_is_known() {
    for_each_engine(|store| async move {
        make_table(&store).await;
        store.check_writable().await.unwrap();
        let no_room = if store.engine() == "postgres" {
            "SET LOCAL transaction_read_only = on"
        } else {
            "PRAGMA max_page_count = 1"
        };
        let refused: Result<u64> = store
            .write_with(no_room, |w, no_room| {
                Box::pin(async move {
                    w.query_opt::<(i64,)>(no_room, &[]).await?;
                    w.execute(
                        "INSERT INTO probe (id, data) VALUES (1, ?1)",
                        params![vec![7_u8; 1 << 20]],
                    )
                    .await
                })
            })
            .await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        assert!(store.is_unwritable());
        if store.engine() == "sqlite" {
            let still = store.check_writable().await;
            assert!(matches!(still, Err(StoreError::Unavailable(_))), "{still:?}");
            assert!(store.is_unwritable());
            let room = "PRAGMA max_page_count = 4294967294";
            change!(store, w => w.query_opt::<(i64,)>(room, &[])).unwrap();
        }
        store.check_writable().await.unwrap();
        assert!(!store.is_unwritable());
    })
    .await;
}
