//! One connection in use: statements, parameters, rows.

use std::sync::Arc;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, params_from_iter};
use tokio::sync::OwnedSemaphorePermit;

use super::connection::error;
use super::pool::{Kept, Pool};
use super::{Known, Memory};
use crate::row::{EngineRow, FromRow, Row};
use crate::value::{Cell, Value};
use crate::{Result, StoreError};

/// A connection in use, by value: so it can move between threads with whoever uses it.
#[derive(Debug)]
pub(crate) struct Session {
    /// Empty only while it is dropped.
    connection: Option<Connection>,
    memory: Memory,
    home: Option<Home>,
    /// A statement has failed since this was last cleared.
    failed: bool,
    /// The database took nothing since this was last asked.
    refused: bool,
}

/// Where a reader's connection goes when it is done.
#[derive(Debug)]
struct Home {
    pool: Arc<Pool>,
    snapshot: bool,
    /// The memory was compared with the database since the connection was taken.
    compared: bool,
    _place: OwnedSemaphorePermit,
}

impl Session {
    pub(super) fn reader(
        (connection, memory): Kept,
        pool: Arc<Pool>,
        place: OwnedSemaphorePermit,
        snapshot: bool,
    ) -> Result<Self> {
        if snapshot {
            run(&connection, "BEGIN DEFERRED")?;
        }
        let home = Home {
            pool,
            snapshot,
            compared: false,
            _place: place,
        };
        Ok(Self {
            connection: Some(connection),
            memory,
            home: Some(home),
            failed: false,
            refused: false,
        })
    }

    pub(super) fn writer(connection: Connection) -> Self {
        Self {
            connection: Some(connection),
            memory: Memory::default(),
            home: None,
            failed: false,
            refused: false,
        }
    }

    pub(super) fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(super::stopped)
    }

    /// What the connection knows of the database as it was when the connection was taken, or later. None for the
    /// writer: it sees what it has written a moment ago.
    pub(crate) fn known(&mut self) -> Result<Option<&mut Known>> {
        let (Some(connection), Some(home)) = (&self.connection, &mut self.home) else {
            return Ok(None);
        };
        if home.compared {
            return Ok(Some(self.memory.known()));
        }
        let version = connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(error)?;
        home.compared = true;
        Ok(Some(self.memory.of(version)))
    }

    /// What the connection knows of whatever moment.
    pub(crate) const fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Forgets earlier failures.
    pub(super) const fn begin_job(&mut self) {
        self.failed = false;
    }

    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether the database took nothing since this was last asked.
    pub(super) const fn take_refused(&mut self) -> bool {
        std::mem::replace(&mut self.refused, false)
    }

    /// Runs one of the engine's own statements, such as `COMMIT`.
    pub(super) fn control(&self, sql: &str) -> Result<()> {
        run(self.connection()?, sql)
    }

    pub(crate) fn query_opt<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Option<T>> {
        let result = self.with_statement(sql, |statement| {
            let mut rows = statement.query(params_from_iter(params)).map_err(error)?;
            match rows.next().map_err(error)? {
                Some(row) => T::from_row(&Row(EngineRow::Sqlite(row))).map(Some),
                None => Ok(None),
            }
        });
        self.note(result)
    }

    pub(crate) fn query_all<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let result = self.with_statement(sql, |statement| {
            let mut rows = statement.query(params_from_iter(params)).map_err(error)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next().map_err(error)? {
                all.push(T::from_row(&Row(EngineRow::Sqlite(row)))?);
            }
            Ok(all)
        });
        self.note(result)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let result = self.with_statement(sql, |statement| {
            let changed = statement.execute(params_from_iter(params)).map_err(error)?;
            Ok(u64::try_from(changed).unwrap_or(u64::MAX))
        });
        self.note(result)
    }

    fn with_statement<T>(
        &self,
        sql: &str,
        work: impl FnOnce(&mut CachedStatement<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(error)?;
        work(&mut statement)
    }

    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        self.failed |= result.is_err();
        self.refused |= matches!(result, Err(StoreError::Unavailable(_)));
        result
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let (Some(connection), Some(home)) = (self.connection.take(), self.home.take()) {
            // A connection that can't end its snapshot is not used again.
            if !home.snapshot || run(&connection, "COMMIT").is_ok() {
                let memory = std::mem::take(&mut self.memory);
                home.pool.put_back((connection, memory));
            }
        }
    }
}

/// Runs one of the engine's own statements to its end.
pub(super) fn run(connection: &Connection, sql: &str) -> Result<()> {
    let mut statement = connection.prepare_cached(sql).map_err(error)?;
    let mut rows = statement.raw_query();
    while rows.next().map_err(error)?.is_some() {}
    Ok(())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Reads a column, counted from 0.
pub(crate) fn cell<'a>(row: &'a rusqlite::Row<'a>, column: usize) -> Result<Cell<'a>> {
    match row.get_ref(column).map_err(error)? {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(value) => Ok(Cell::Integer(value)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(Cell::Text)
            .map_err(|_| StoreError::Corrupt("stored text is not UTF-8".to_owned())),
        ValueRef::Blob(bytes) => Ok(Cell::Blob(bytes)),
        ValueRef::Real(_) => Err(StoreError::Corrupt("a fraction where none is stored".to_owned())),
    }
}
