//! Opening a database: the pool, the schema.

use std::sync::Arc;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::NoTls;

use super::session::Session;
use super::{address, dialect, failure};
use crate::counters::Counters;
use crate::migrate;
use crate::session::Engine;
use crate::{Reader, Result, StoreError, StoreOptions, StoreStats};

/// For every connection. Without sequential scans each query reads through an index however small the table is,
/// so that serializable transactions lock what they read and not the whole table. The two time limits end what
/// hangs.
const SETTINGS: &str = "SET enable_seqscan = off; \
    SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";

/// Which lock the nodes of one database take while they look at its schema: "latchkey" in ASCII.
const SCHEMA_LOCK: i64 = 0x6c61_7463_686b_6579;

/// An open database.
#[derive(Debug)]
pub(crate) struct Database {
    pool: Pool,
    pub(super) counters: Arc<Counters>,
    pub(super) attempts: u32,
}

impl Database {
    pub(crate) async fn open(url: &str, options: StoreOptions) -> Result<Self> {
        let target = address::parse(url)?;
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match target.tls {
            Some(tls) => Manager::from_config(target.config, tls, manager_config),
            None => Manager::from_config(target.config, NoTls, manager_config),
        };
        let pool = Pool::builder(manager)
            .max_size(options.connections.max(1))
            .wait_timeout(Some(options.wait))
            .create_timeout(Some(options.wait))
            .recycle_timeout(Some(options.wait))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(
                |client: &mut deadpool_postgres::ClientWrapper, _| {
                    Box::pin(async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) })
                },
            ))
            .build()
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        let database = Self {
            pool,
            counters: Arc::new(Counters::default()),
            attempts: options.attempts.max(1),
        };
        let mut client = database
            .pool
            .get()
            .await
            .map_err(|error| failure::pool_meaning(&error))?;
        migrate(&mut client).await?;
        Ok(database)
    }

    pub(super) async fn session(&self) -> Result<Session> {
        Session::open(&self.pool).await
    }

    pub(crate) async fn read(&self, snapshot: bool) -> Result<Reader> {
        let session = if snapshot {
            Session::open_snapshot(&self.pool).await?
        } else {
            self.session().await?
        };
        Ok(Reader {
            engine: Engine::Postgres(session),
        })
    }

    pub(crate) fn is_unwritable(&self) -> bool {
        self.counters.is_unwritable()
    }

    pub(crate) fn stats(&self) -> StoreStats {
        self.counters.read()
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// Brings the schema up to date, one node at a time.
async fn migrate(client: &mut Object) -> Result<()> {
    let meaning = |error: tokio_postgres::Error| failure::meaning(&error);
    let transaction = client.transaction().await.map_err(meaning)?;
    transaction
        .batch_execute("SET LOCAL statement_timeout = 0")
        .await
        .map_err(meaning)?;
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&SCHEMA_LOCK])
        .await
        .map_err(meaning)?;
    transaction
        .batch_execute(migrate::VERSION_TABLE)
        .await
        .map_err(meaning)?;
    let recorded: Vec<(i64, String)> = transaction
        .query(migrate::RECORDED, &[])
        .await
        .map_err(meaning)?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    for migration in migrate::pending(&recorded)? {
        transaction
            .batch_execute(&dialect::schema(migration.sql))
            .await
            .map_err(meaning)?;
        let record = dialect::statement(migrate::RECORD);
        transaction
            .execute(
                &*record,
                &[&migration.version, &migration.name, &migration.checksum()],
            )
            .await
            .map_err(meaning)?;
    }
    transaction.commit().await.map_err(meaning)
}
