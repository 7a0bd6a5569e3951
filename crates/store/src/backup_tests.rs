//! Copies of a database in use, and looking at one without changing it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine_tests::{add, make_table, stored};
use crate::testing::{TestDatabase, TestEngine, TestFolder};
use crate::{DatabaseUrl, Store, StoreError, StoreOptions, back_up};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_writes_is_one_state_of_its_own() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    make_table(&store).await;
    for id in 0..200 {
        add(&store, id).await.unwrap();
    }
    let ended = Arc::new(AtomicBool::new(false));
    let writes = {
        let (store, ended) = (store.clone(), Arc::clone(&ended));
        tokio::spawn(async move {
            let mut id = 200;
            while !ended.load(Ordering::Relaxed) {
                add(&store, id).await.unwrap();
                id += 1;
            }
            id
        })
    };
    let folder = TestFolder::new();
    let copy = folder.path().join("copy.db");
    let (from, to) = (database.url.sqlite_path().unwrap().to_owned(), copy.clone());
    let copied = tokio::task::spawn_blocking(move || back_up(&from, &to))
        .await
        .unwrap();
    ended.store(true, Ordering::Relaxed);
    let written = writes.await.unwrap();
    copied.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // What was acknowledged before is in it, in the log or not, and of what came meanwhile a beginning.
    let restored = Store::open(&DatabaseUrl::sqlite(&copy), StoreOptions::default())
        .await
        .unwrap();
    let found = stored(&restored).await;
    assert!(found.len() >= 200 && i64::try_from(found.len()).unwrap() <= written);
    assert_eq!(
        found,
        (0..i64::try_from(found.len()).unwrap()).collect::<Vec<_>>()
    );
    restored.close().await;
    // Nothing is overwritten.
    let error = back_up(database.url.sqlite_path().unwrap(), &copy).unwrap_err();
    assert!(matches!(error, StoreError::Exists(_)), "{error}");
    assert_eq!(stored(&store).await.len(), usize::try_from(written).unwrap());
    store.close().await;
}

#[test]
fn without_success_there_is_no_backup() {
    let folder = TestFolder::new();
    let at = |name: &str| folder.path().join(name);
    assert!(back_up(&at("absent.db"), &at("copy.db")).is_err());
    std::fs::write(
        at("broken.db"),
        "this is no database, however long it may be".repeat(100),
    )
    .unwrap();
    let error = back_up(&at("broken.db"), &at("copy.db")).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    let left = std::fs::read_dir(folder.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["broken.db"]);
}

#[tokio::test]
async fn looking_makes_and_changes_nothing() {
    for engine in TestEngine::all() {
        let database = TestDatabase::new(*engine).await;
        let look = || Store::look(&database.url, StoreOptions::default());
        let empty = look().await.unwrap_err();
        assert!(!matches!(empty, StoreError::Engine(_)), "{empty}");
        let store = database.open().await;
        make_table(&store).await;
        add(&store, 1).await.unwrap();
        let looked = look().await.unwrap();
        assert_eq!(stored(&looked).await, [1]);
        assert!(looked.read().await.unwrap().damage().unwrap().is_empty());
        if looked.engine() == "sqlite" {
            assert!(add(&looked, 2).await.is_err(), "it only reads");
        }
        looked.close().await;
        // Of a schema that is not of this program it says so, and leaves it.
        store
            .write::<_, StoreError, _>(|w| {
                Box::pin(async move {
                    let sql = "DELETE FROM schema_version WHERE version = (SELECT MAX(version) FROM schema_version)";
                    w.execute(sql, &[]).await
                })
            })
            .await
            .unwrap();
        let error = look().await.unwrap_err();
        assert!(matches!(error, StoreError::Schema(_)), "{error}");
        store.close().await;
    }
}
