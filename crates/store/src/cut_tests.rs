//! A network that fails at the worst moment: between the commit and its answer, or without a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::fixtures::{add_user, user, user_id};
use crate::testing::{TestDatabase, TestEngine, TestFolder};
use crate::{DatabaseUrl, Result, Store, StoreError, StoreOptions};

const PASS_ON: u8 = 0;
const CUT_BEFORE_COMMIT: u8 = 1;
const CUT_AFTER_COMMIT: u8 = 2;

/// Stands between the store and the server, and cuts one connection when it is told to.
#[derive(Clone)]
struct Proxy {
    url: DatabaseUrl,
    mode: Arc<AtomicU8>,
    /// Connections so far, and how many of them were silenced.
    connections: Arc<(AtomicU32, AtomicU32)>,
}

impl Proxy {
    async fn start(database: &TestDatabase) -> Self {
        let url = database.url.expose();
        let (server, name) = url
            .strip_prefix("postgres://latchkey@")
            .unwrap()
            .rsplit_once('/')
            .unwrap();
        let socket = format!("{}/.s.PGSQL.5432", server.replace("%2F", "/"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(AtomicU8::new(PASS_ON));
        let told = Arc::clone(&mode);
        let connections = Arc::<(AtomicU32, AtomicU32)>::default();
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                let number = counted.0.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(carry(
                    client,
                    server,
                    Arc::clone(&told),
                    (number, Arc::clone(&counted)),
                ));
            }
        });
        Self {
            url: format!("postgres://latchkey@127.0.0.1:{port}/{name}")
                .parse()
                .unwrap(),
            mode,
            connections,
        }
    }

    /// From now on nothing passes through the connections that there are, nor is one of them closed.
    fn silence(&self) {
        let so_far = self.connections.0.load(Ordering::SeqCst);
        self.connections.1.store(so_far, Ordering::SeqCst);
    }
}

/// Carries bytes both ways until one side ends, or a commit passes that shall not be answered.
async fn carry(
    mut client: TcpStream,
    mut server: UnixStream,
    mode: Arc<AtomicU8>,
    (number, connections): (u32, Arc<(AtomicU32, AtomicU32)>),
) {
    let silent = || number < connections.1.load(Ordering::SeqCst);
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                if silent() {
                    continue;
                }
                let commits = up[..count].windows(6).any(|bytes| bytes == b"COMMIT");
                let cut = if commits { mode.swap(PASS_ON, Ordering::SeqCst) } else { PASS_ON };
                if cut == CUT_BEFORE_COMMIT || server.write_all(&up[..count]).await.is_err() {
                    return;
                }
                if cut == CUT_AFTER_COMMIT {
                    let answered = server.read(&mut down).await.unwrap();
                    assert!(answered > 0);
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                if silent() {
                    continue;
                }
                if client.write_all(&down[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test]
async fn an_unanswered_commit_is_reported_as_such_and_not_repeated() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    for (mode, happened) in [(CUT_BEFORE_COMMIT, false), (CUT_AFTER_COMMIT, true)] {
        let database = TestDatabase::new(TestEngine::Postgres).await;
        let proxy = Proxy::start(&database).await;
        let store = Store::open(&proxy.url, StoreOptions::default()).await.unwrap();
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        proxy.mode.store(mode, Ordering::SeqCst);
        let runs = Arc::new(AtomicU32::new(0));
        let result: Result<()> = store
            .write_with(Arc::clone(&runs), |w, runs| {
                Box::pin(async move {
                    runs.fetch_add(1, Ordering::SeqCst);
                    w.touch_for_test().await
                })
            })
            .await;
        assert!(matches!(result, Err(StoreError::OutcomeUnknown)), "{result:?}");
        assert_eq!(runs.load(Ordering::SeqCst), 1, "it must not run twice");
        // The next one finds a new connection.
        let mut reader = store.read().await.unwrap();
        let seen = reader.user_by_id(user_id(1)).await.unwrap().unwrap();
        assert_eq!(seen.must_change_password, happened);
    }
}

/// A server without TLS, or somebody between who says so, gets no password and no query.
#[tokio::test]
async fn encryption_that_was_asked_for_is_never_left_out() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let database = TestDatabase::new(TestEngine::Postgres).await;
    let proxy = Proxy::start(&database).await;
    let folder = TestFolder::new();
    let roots = folder.path().join("ca.pem");
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&roots, certificate.cert.pem()).unwrap();
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!(
            "{}?sslmode={mode}&sslrootcert={}",
            proxy.url.expose(),
            roots.display()
        );
        let refused = Store::open(&url.parse().unwrap(), StoreOptions::default()).await;
        assert!(
            matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("TLS")),
            "{refused:?}"
        );
    }
    Store::open(&proxy.url, StoreOptions::default()).await.unwrap();
}

/// A store through a proxy, with a person and two connections in its pool, which then fall silent.
async fn silenced(answer: u64, idle: Duration, connections: usize) -> (TestDatabase, Proxy, Store) {
    let database = TestDatabase::new(TestEngine::Postgres).await;
    let proxy = Proxy::start(&database).await;
    let options = StoreOptions {
        connections,
        answer: Duration::from_millis(answer),
        idle,
        ..StoreOptions::default()
    };
    let store = Store::open(&proxy.url, options).await.unwrap();
    add_user(&store, user(1, "ada@example.com")).await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..connections {
        let mut reader = store.read().await.unwrap();
        reader.user_by_id(user_id(1)).await.unwrap();
        readers.push(reader);
    }
    drop(readers);
    proxy.silence();
    (database, proxy, store)
}

const LONG: Duration = Duration::from_hours(1);

#[tokio::test]
async fn who_gets_no_answer_finds_another_connection() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let (_database, proxy, store) = silenced(500, LONG, 3).await;
    let mut reader = store.read().await.unwrap();
    assert!(reader.user_by_id(user_id(1)).await.unwrap().is_some());
    assert_eq!(
        proxy.connections.0.load(Ordering::SeqCst),
        4,
        "a new connection, and the other silent ones are not tried"
    );
    proxy.silence();
    drop(reader);
    add_user(&store, user(2, "bob@example.com")).await.unwrap();
    // In the middle of a transaction.
    let runs = Arc::new(AtomicU32::new(0));
    let input = (Arc::clone(&runs), proxy.clone());
    let result: Result<()> = store
        .write_with(input, |w, (runs, proxy)| {
            Box::pin(async move {
                w.touch_for_test().await?;
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    proxy.silence();
                }
                w.touch_for_test().await
            })
        })
        .await;
    result.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    proxy.silence();
    assert!(
        store
            .snapshot()
            .await
            .unwrap()
            .user_by_id(user_id(2))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_connection_is_asked_after_a_rest() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let (_database, proxy, store) = silenced(500, Duration::ZERO, 2).await;
    // Its own statements would get no second attempt.
    add_user(&store, user(2, "bob@example.com")).await.unwrap();
    assert_eq!(store.stats().retries, 0);
    assert_eq!(proxy.connections.0.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_silent_connection_given_up_half_way_is_not_kept() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let (_database, proxy, store) = silenced(500, LONG, 1).await;
    for in_transaction in [false, true] {
        let asking = async {
            let mut reader = if in_transaction {
                store.snapshot().await.unwrap()
            } else {
                store.read().await.unwrap()
            };
            reader.user_by_id(user_id(1)).await
        };
        assert!(
            tokio::time::timeout(Duration::from_millis(20), asking)
                .await
                .is_err(),
            "there is no answer"
        );
        // Its place in the pool comes free.
        let mut reader = store.read().await.unwrap();
        assert!(reader.user_by_id(user_id(1)).await.unwrap().is_some());
        drop(reader);
        proxy.silence();
    }
}

#[tokio::test]
async fn a_read_survives_the_loss_of_its_connection() {
    if !TestEngine::all().contains(&TestEngine::Postgres) {
        return;
    }
    let database = TestDatabase::new(TestEngine::Postgres).await;
    let store = database.open().await;
    add_user(&store, user(1, "ada@example.com")).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let (backend,): (i64,) = reader.query_one("SELECT pg_backend_pid()", &[]).await.unwrap();
    let mut other = store.read().await.unwrap();
    let sql = format!("SELECT pg_terminate_backend({backend})");
    let (done,): (bool,) = other.query_one(&sql, &[]).await.unwrap();
    assert!(done);
    assert!(reader.user_by_id(user_id(1)).await.unwrap().is_some());
    // Several statements that must agree can't move to another connection.
    let mut snapshot = store.snapshot().await.unwrap();
    let (backend,): (i64,) = snapshot.query_one("SELECT pg_backend_pid()", &[]).await.unwrap();
    let sql = format!("SELECT pg_terminate_backend({backend})");
    other.query_one::<(bool,)>(&sql, &[]).await.unwrap();
    let lost = snapshot.user_by_id(user_id(1)).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
}

impl crate::Writer {
    async fn touch_for_test(&mut self) -> Result<()> {
        self.execute("UPDATE users SET must_change_password = 1", &[])
            .await
            .map(drop)
    }
}
