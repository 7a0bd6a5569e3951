//! Databases for tests, on both engines. Behind the feature `testing`.
//!
//! The PostgreSQL server belongs to the test process: it is started with the first database that is asked for, in
//! a temporary folder, and goes with the process, however that ends.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{DatabaseUrl, Store, StoreOptions};

mod postgres;

/// An engine to test on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestEngine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on the tests' own server.
    Postgres,
}

/// An empty database of its own.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where it is.
    pub url: DatabaseUrl,
    /// Which engine.
    pub engine: TestEngine,
    _folder: Option<TestFolder>,
}

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub struct TestFolder(PathBuf);

impl TestEngine {
    /// Those to test on: both, but only SQLite where the environment says `LATCHKEY_TEST_POSTGRES=off`.
    pub fn all() -> &'static [Self] {
        if std::env::var("LATCHKEY_TEST_POSTGRES").as_deref() == Ok("off") {
            &[Self::Sqlite]
        } else {
            &[Self::Sqlite, Self::Postgres]
        }
    }
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When there is no PostgreSQL on this machine, with what to do about it.
    pub async fn new(engine: TestEngine) -> Self {
        match engine {
            TestEngine::Sqlite => {
                let folder = TestFolder::new();
                let url = DatabaseUrl::sqlite(folder.path().join("test.db"));
                Self {
                    url,
                    engine,
                    _folder: Some(folder),
                }
            }
            TestEngine::Postgres => Self {
                url: postgres::new_database().await,
                engine,
                _folder: None,
            },
        }
    }

    /// Opens it with default options.
    ///
    /// # Panics
    /// When it can't be opened.
    #[expect(clippy::expect_used, reason = "a test can't go on without its database")]
    pub async fn open(&self) -> Store {
        Store::open(&self.url, StoreOptions::default())
            .await
            .expect("opening the test database")
    }
}

impl TestFolder {
    /// Makes an empty one.
    ///
    /// # Panics
    /// When there is no place for temporary files.
    #[expect(clippy::panic, reason = "a test can't go on without its folder")]
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!(
                "latchkey-{}-{}",
                std::process::id(),
                COUNT.fetch_add(1, Ordering::Relaxed)
            );
            let path = std::env::temp_dir().join(name);
            match std::fs::create_dir(&path) {
                Ok(()) => return Self(path),
                // Left behind by a killed process with the same number.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => panic!("making a temporary folder: {error}"),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for TestFolder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a test once on an empty database of each engine, and says which one it was when the test fails.
///
/// # Panics
/// When the test does.
pub async fn for_each_engine<F>(test: impl Fn(Store) -> F)
where
    F: Future<Output = ()>,
{
    for &engine in TestEngine::all() {
        let _told = TellOnPanic(engine);
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        test(store.clone()).await;
        store.close().await;
    }
}

struct TellOnPanic(TestEngine);

impl Drop for TellOnPanic {
    #[expect(clippy::print_stderr, reason = "the test's own report")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("… on {:?}", self.0);
        }
    }
}
