//! One connection in use: statements, parameters, rows.

use std::error::Error;

use deadpool_postgres::{Object, Pool};
use tokio::runtime::Handle;
use tokio_postgres::Statement;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::{dialect, failure};
use crate::row::{EngineRow, FromRow, Row};
use crate::value::{Cell, Value};
use crate::{Result, StoreError};

type BoxedError = Box<dyn Error + Sync + Send>;

/// A connection in use, with or without a transaction.
#[derive(Debug)]
pub(crate) struct Session {
    /// Empty only while it is dropped.
    client: Option<Object>,
    /// Where another connection comes from.
    pool: Pool,
    in_transaction: bool,
    trouble: Trouble,
    /// The server takes no changes.
    refused: bool,
    /// The connection is dead, which its pool may not have noticed yet.
    lost: bool,
}

/// How many connections are tried that may have died in the pool, with the server that they led to.
const CONNECTIONS: u32 = 3;

/// The worst that has happened in the transaction so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    /// Nothing.
    None,
    /// A statement failed for good.
    Failed,
    /// It collided with another transaction, or its connection is gone: it may succeed another time.
    Passing,
}

impl Session {
    pub(super) async fn open(pool: &Pool) -> Result<Self> {
        let client = pool.get().await.map_err(|error| failure::pool_meaning(&error))?;
        Ok(Self {
            client: Some(client),
            pool: pool.clone(),
            in_transaction: false,
            trouble: Trouble::None,
            refused: false,
            lost: false,
        })
    }

    /// Opens a connection with a transaction that only reads.
    pub(super) async fn open_snapshot(pool: &Pool) -> Result<Self> {
        let mut tried = 1;
        loop {
            let mut session = Self::open(pool).await?;
            match session
                .begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await
            {
                Ok(()) => return Ok(session),
                Err(_) if session.lost && tried < CONNECTIONS => tried += 1,
                Err(error) => return Err(failure::meaning(&error)),
            }
        }
    }

    pub(super) const fn trouble(&self) -> Trouble {
        self.trouble
    }

    pub(super) const fn is_refused(&self) -> bool {
        self.refused
    }

    /// Opens a transaction.
    pub(super) async fn begin(&mut self, begin: &str) -> Result<(), tokio_postgres::Error> {
        // Set first: whoever drops this future half-way must leave a clean connection behind.
        self.in_transaction = true;
        self.control(begin).await
    }

    /// Ends the transaction with `COMMIT` or `ROLLBACK`.
    pub(super) async fn end(&mut self, end: &str) -> Result<(), tokio_postgres::Error> {
        let result = self.control(end).await;
        self.in_transaction = result.is_err();
        result
    }

    async fn control(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        let result = match &self.client {
            Some(client) => client.batch_execute(sql).await,
            None => Ok(()),
        };
        self.lost |= result.as_ref().is_err_and(failure::is_lost);
        self.refused |= result.as_ref().is_err_and(failure::is_refusal);
        result
    }

    pub(crate) async fn query_opt<T: FromRow>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Option<T>> {
        let rows = self.rows(sql, params).await?;
        rows.first()
            .map(|row| T::from_row(&Row(EngineRow::Postgres(row))))
            .transpose()
    }

    pub(crate) async fn query_all<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let rows = self.rows(sql, params).await?;
        rows.iter()
            .map(|row| T::from_row(&Row(EngineRow::Postgres(row))))
            .collect()
    }

    /// As [`Self::query_all`] with a statement that is prepared for this once.
    pub(crate) async fn query_any<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let text = dialect::parameters(sql);
        let result = self.client()?.query(&text, &references(params)).await;
        let rows = self.note(result)?;
        rows.iter()
            .map(|row| T::from_row(&Row(EngineRow::Postgres(row))))
            .collect()
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(closed)
    }

    pub(crate) async fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let (client, statement) = self.prepare(sql).await?;
        let result = client.execute(&statement, &references(params)).await;
        self.note(result)
    }

    async fn rows(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        let mut tried = 1;
        loop {
            let result = self.try_rows(sql, params).await;
            if result.is_ok() || self.in_transaction || !self.lost || tried == CONNECTIONS {
                return result;
            }
            // One read alone can go anywhere.
            *self = Self::open(&self.pool).await?;
            tried += 1;
        }
    }

    async fn try_rows(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        let (client, statement) = self.prepare(sql).await?;
        let result = client.query(&statement, &references(params)).await;
        self.note(result)
    }

    async fn prepare(&mut self, sql: &str) -> Result<(&Object, Statement)> {
        let text = dialect::statement(sql);
        let prepared = match &self.client {
            Some(client) => client.prepare_cached(&text).await,
            None => return Err(closed()),
        };
        let statement = self.note(prepared)?;
        let client = self.client.as_ref().ok_or_else(closed)?;
        Ok((client, statement))
    }

    fn note<T>(&mut self, result: Result<T, tokio_postgres::Error>) -> Result<T> {
        result.map_err(|error| {
            self.lost |= failure::is_lost(&error);
            self.refused |= failure::is_refusal(&error);
            let passing = failure::is_collision(&error) || self.lost;
            self.trouble = self.trouble.max(if passing {
                Trouble::Passing
            } else {
                Trouble::Failed
            });
            failure::meaning(&error)
        })
    }
}

impl Drop for Session {
    /// A connection goes back to its pool only alive, and without an open transaction, such as that of a snapshot, or
    /// of a request that was given up half-way.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if self.lost {
            drop(Object::take(client));
            return;
        }
        if !self.in_transaction {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if client.batch_execute("ROLLBACK").await.is_err() {
                    drop(Object::take(client));
                }
            });
        } else {
            drop(Object::take(client));
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the connection is closed".to_owned())
}

fn references<'a>(params: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, BoxedError> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(value) if *kind == Type::INT4 => i32::try_from(value)?.to_sql(kind, out),
            Self::Integer(value) if *kind == Type::BOOL => (value != 0).to_sql(kind, out),
            Self::Integer(value) if *kind == Type::INT8 => value.to_sql(kind, out),
            Self::Text(text) if <&str as ToSql>::accepts(kind) => text.to_sql(kind, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            _ => Err(format!("{self:?} as a parameter of type {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Cell::Integer),
            Type::INT4 => i32::from_sql(kind, raw).map(|value| Cell::Integer(value.into())),
            Type::BOOL => bool::from_sql(kind, raw).map(|value| Cell::Integer(value.into())),
            Type::BYTEA => Ok(Cell::Blob(raw)),
            _ => <&str>::from_sql(kind, raw).map(Cell::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxedError> {
        Ok(Cell::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::INT4 | Type::BOOL | Type::BYTEA)
            || <&str as FromSql>::accepts(kind)
    }
}

/// Reads a column, counted from 0.
pub(crate) fn cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell<'_>> {
    row.try_get(column)
        .map_err(|error| StoreError::Engine(failure::text(&error)))
}
