//! Rows of an answer, and types that are read from them.

use crate::value::{Cell, Column};
use crate::{Result, StoreError};

/// One row of an answer, on loan from its engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a>(pub(crate) EngineRow<'a>);

#[derive(Clone, Copy)]
pub(crate) enum EngineRow<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl std::fmt::Debug for EngineRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Row<'_> {
    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column holds something else, [`StoreError::Engine`] when there is no
    /// such column.
    pub(crate) fn get<T: Column>(&self, column: usize) -> Result<T> {
        T::from_cell(self.cell(column)?)
    }

    /// The text of a column, counted from 0, without copying it.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub(crate) fn text(&self, column: usize) -> Result<&str> {
        match self.cell(column)? {
            Cell::Text(text) => Ok(text),
            _ => Err(StoreError::Corrupt(
                "something else where text should be".to_owned(),
            )),
        }
    }

    fn cell(&self, column: usize) -> Result<Cell<'_>> {
        match self.0 {
            EngineRow::Sqlite(row) => crate::sqlite::cell(row, column),
            EngineRow::Postgres(row) => crate::postgres::cell(row, column),
        }
    }
}

/// A type that is made from one row.
pub(crate) trait FromRow: Sized {
    /// Reads the row's columns in the order of the statement.
    ///
    /// # Errors
    /// As [`Row::get`].
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))+) => {$(
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$name>($index)?,)+))
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}
