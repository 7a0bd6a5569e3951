//! The keeper is in nobody's way: neither of the log on its way into the database, nor of other processes.

use std::time::Duration;

use rusqlite::Connection;

use super::connection;
use crate::engine_tests::{add, make_table, stored};
use crate::testing::{TestDatabase, TestEngine};
use crate::{Store, StoreError};

const MEGABYTE: usize = 1 << 20;

async fn overwrite_a_megabyte(store: &Store) {
    store
        .write::<_, StoreError, _>(|w| {
            Box::pin(async move {
                let sql = "UPDATE probe SET data = randomblob(1048576) WHERE id = 1";
                w.execute(sql, &[]).await
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn the_log_stays_short_while_it_is_written_one_by_one() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    add(&store, 1).await.unwrap();
    for _ in 0..60 {
        overwrite_a_megabyte(&store).await;
    }
    let log = format!("{}-wal", database.url.sqlite_path().unwrap().display());
    let size = usize::try_from(std::fs::metadata(log).unwrap().len()).unwrap();
    // Taken over into the database at 16 MB.
    assert!(size < 20 * MEGABYTE, "the log has {size} bytes");
}

#[tokio::test]
async fn other_processes_write_while_it_holds_its_lock() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    add(&store, 1).await.unwrap();
    let path = database.url.sqlite_path().unwrap();
    let other: Connection = connection::open_writer(path, Duration::from_secs(1)).unwrap();
    for id in [2, 4] {
        other.execute("INSERT INTO probe (id) VALUES (?1)", [id]).unwrap();
        assert!(stored(&store).await.contains(&id), "seen at once");
        add(&store, id + 1).await.unwrap();
    }
    let (busy, log, moved): (i64, i64, i64) = other
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!((busy, log), (0, moved), "all of the log is in the database");
    assert_eq!(stored(&store).await, [1, 2, 3, 4, 5]);
}
