//! Columns that hold JSON text: lists that are only read together with their row.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::row::Row;
use crate::{Result, StoreError};

/// The text to store.
///
/// # Errors
/// [`StoreError::Engine`], when a value can't be JSON; the types that are stored can.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Engine(error.to_string()))
}

/// Reads a column that holds such a text.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is something else.
pub(crate) fn read<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    serde_json::from_str(row.text(column)?).map_err(|error| StoreError::Corrupt(error.to_string()))
}
