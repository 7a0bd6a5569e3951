//! What use cases hold while they work on the database: a [`Reader`], or a [`Writer`] inside a transaction.
//!
//! Queries are methods on these two, in files by subject. This file has the handful of steps that they are made
//! of; a statement's text is the same for both engines, with parameters `?1` … `?N`.

use std::ops::{Deref, DerefMut};

use crate::row::FromRow;
use crate::value::Value;
use crate::{Result, StoreError, postgres, sqlite};

/// Reads the database. One statement sees one state; for several that must agree, see
/// [`Store::snapshot`](crate::Store::snapshot).
#[derive(Debug)]
pub struct Reader {
    pub(crate) engine: Engine,
}

#[derive(Debug)]
pub(crate) enum Engine {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

impl Reader {
    /// What is known without asking again; none where the engine can't tell that nothing has changed.
    pub(crate) fn known(&mut self) -> Result<Option<&mut sqlite::Known>> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.known(),
            Engine::Postgres(_) => Ok(None),
        }
    }

    /// What was read at some time, where connections keep anything.
    pub(crate) fn memory(&mut self) -> Option<&mut sqlite::Memory> {
        match &mut self.engine {
            Engine::Sqlite(session) => Some(session.memory()),
            Engine::Postgres(_) => None,
        }
    }

    /// What is wrong with the database's own structure, where the engine can tell; nothing if all is well. Reads all
    /// of it.
    pub fn damage(&mut self) -> Result<Vec<String>> {
        match &mut self.engine {
            Engine::Sqlite(session) => {
                let found: Vec<(String,)> = session.query_all("PRAGMA quick_check(10)", &[])?;
                let lines = found.into_iter().map(|(line,)| line);
                Ok(lines.filter(|line| line != "ok").collect())
            }
            // It checks what it reads, as it reads it.
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// The first row of the answer, if there is one.
    pub(crate) async fn query_opt<T: FromRow>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Option<T>> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.query_opt(sql, params),
            Engine::Postgres(session) => session.query_opt(sql, params).await,
        }
    }

    /// As [`Self::query_all`], for statements of countless forms: they are not kept.
    pub(crate) async fn query_any<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        match &mut self.engine {
            // Keeps only the statements that were used last.
            Engine::Sqlite(session) => session.query_all(sql, params),
            Engine::Postgres(session) => session.query_any(sql, params).await,
        }
    }

    /// The only row of the answer.
    pub(crate) async fn query_one<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<T> {
        self.query_opt(sql, params)
            .await?
            .ok_or_else(|| StoreError::Corrupt("a row that must exist is missing".to_owned()))
    }

    /// All rows of the answer, in its order.
    pub(crate) async fn query_all<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.query_all(sql, params),
            Engine::Postgres(session) => session.query_all(sql, params).await,
        }
    }
}

/// Changes the database, inside a transaction; reads what it has written.
///
/// After a statement has failed, the transaction can only be given up: the job must return an error.
#[derive(Debug)]
pub struct Writer {
    pub(crate) reader: Reader,
}

impl Writer {
    /// Runs a change and counts the rows that it touched.
    pub(crate) async fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        match &mut self.reader.engine {
            Engine::Sqlite(session) => session.execute(sql, params),
            Engine::Postgres(session) => session.execute(sql, params).await,
        }
    }
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}
