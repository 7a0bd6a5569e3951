//! Opening a database: the pool, the schema.

use std::sync::Arc;

use deadpool_postgres::Object;
use tokio_postgres::Row;

use super::session::Session;
use super::source::Source;
use super::{address, dialect, failure};
use crate::counters::Counters;
use crate::migrate;
use crate::session::Engine;
use crate::{Reader, Result, StoreOptions, StoreStats};

/// Which lock the nodes of one database take while they look at its schema: "latchkey" in ASCII.
const SCHEMA_LOCK: i64 = 0x6c61_7463_686b_6579;

/// An open database.
#[derive(Debug)]
pub(crate) struct Database {
    source: Source,
    pub(super) counters: Arc<Counters>,
    pub(super) attempts: u32,
}

impl Database {
    pub(crate) async fn open(url: &str, options: StoreOptions) -> Result<Self> {
        let database = Self::connect(url, options)?;
        migrate(&mut database.source.connection().await?).await?;
        Ok(database)
    }

    /// As [`Self::open`], but the schema stays as it is.
    pub(crate) async fn look(url: &str, options: StoreOptions) -> Result<Self> {
        let database = Self::connect(url, options)?;
        let client = database.source.connection().await?;
        let meaning = |error: tokio_postgres::Error| failure::meaning(&error);
        let table = client.query_one("SELECT to_regclass('schema_version') IS NOT NULL", &[]);
        let recorded = if table.await.map_err(meaning)?.get(0) {
            recorded(&client.query(migrate::RECORDED, &[]).await.map_err(meaning)?)
        } else {
            Vec::new()
        };
        migrate::check_current(&recorded)?;
        Ok(database)
    }

    fn connect(url: &str, options: StoreOptions) -> Result<Self> {
        Ok(Self {
            source: Source::new(address::parse(url)?, options)?,
            counters: Arc::new(Counters::default()),
            attempts: options.attempts.max(1),
        })
    }

    pub(super) async fn session(&self) -> Result<Session> {
        Session::open(&self.source).await
    }

    pub(crate) async fn read(&self, snapshot: bool) -> Result<Reader> {
        let session = if snapshot {
            Session::open_snapshot(&self.source).await?
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
        self.source.pool.close();
    }
}

fn recorded(rows: &[Row]) -> Vec<(i64, String)> {
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
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
    let recorded = recorded(&transaction.query(migrate::RECORDED, &[]).await.map_err(meaning)?);
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
