//! A network that fails at the worst moment: between the commit and its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::fixtures::{add_user, user, user_id};
use crate::testing::{TestDatabase, TestEngine, TestFolder};
use crate::{DatabaseUrl, Result, Store, StoreError, StoreOptions};

const PASS_ON: u8 = 0;
const CUT_BEFORE_COMMIT: u8 = 1;
const CUT_AFTER_COMMIT: u8 = 2;

/// Stands between the store and the server, and cuts one connection when it is told to.
struct Proxy {
    url: DatabaseUrl,
    mode: Arc<AtomicU8>,
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
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&told)));
            }
        });
        Self {
            url: format!("postgres://latchkey@127.0.0.1:{port}/{name}")
                .parse()
                .unwrap(),
            mode,
        }
    }
}

/// Carries bytes both ways until one side ends, or a commit passes that shall not be answered.
async fn carry(mut client: TcpStream, mut server: UnixStream, mode: Arc<AtomicU8>) {
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
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
