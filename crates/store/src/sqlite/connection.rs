//! Opening SQLite files: settings, schema, and what SQLite's errors mean.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, ffi};

use crate::migrate;
use crate::{Result, StoreError};

/// Prepared statements that a connection keeps: more than the program has, at 2 to 6 KB each when used.
const STATEMENTS: usize = 256;

/// Creates an absent file for its owner's eyes only. SQLite gives the files beside it the same mode.
pub(super) fn create_file(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))
}

/// The connection that changes the database. `FULL` makes each commit survive a loss of power.
pub(super) fn open_writer(path: &Path, wait: Duration) -> Result<Connection> {
    let connection = open(path, wait)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA cache_size = -8192;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = 67108864;",
        )
        .map_err(error)?;
    Ok(connection)
}

/// A connection that can't change anything.
pub(super) fn open_reader(path: &Path, wait: Duration) -> Result<Connection> {
    let connection = open(path, wait)?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2048;")
        .map_err(error)?;
    Ok(connection)
}

pub(super) fn open(path: &Path, wait: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(error)?;
    connection.busy_timeout(wait).map_err(error)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite parses and plans statements anew whenever a parameter is bound whose value might call for
    // another plan. Ours have one good plan for all values, and planning costs several times their execution.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(error)?;
    connection
        .execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")
        .map_err(error)?;
    Ok(connection)
}

/// Brings the schema up to date, one process at a time. References between tables are watched from then on: while
/// they are, no table can be made anew that others refer to (`SQLite`, "Making Other Kinds Of Table Schema Changes").
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    connection
        .pragma_update(None, "foreign_keys", false)
        .map_err(error)?;
    apply_migrations(connection)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(error)
}

fn apply_migrations(connection: &mut Connection) -> Result<()> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(error)?;
    transaction.execute_batch(migrate::VERSION_TABLE).map_err(error)?;
    let pending = migrate::pending(&recorded(&transaction)?)?;
    for migration in pending {
        transaction.execute_batch(migration.sql).map_err(error)?;
        transaction
            .execute(
                migrate::RECORD,
                (migration.version, migration.name, migration.checksum()),
            )
            .map_err(error)?;
    }
    if !pending.is_empty() {
        check_references(&transaction)?;
    }
    transaction.commit().map_err(error)
}

fn recorded(connection: &Connection) -> Result<Vec<(i64, String)>> {
    connection
        .prepare(migrate::RECORDED)
        .and_then(|mut statement| {
            statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .map_err(error)
}

/// That the schema is the one of this program.
pub(super) fn check_current(connection: &Connection) -> Result<()> {
    let has_any = connection.table_exists(None, "schema_version").map_err(error)?;
    let recorded = if has_any {
        recorded(connection)?
    } else {
        Vec::new()
    };
    migrate::check_current(&recorded)
}

/// That no row refers to one that is not there.
fn check_references(connection: &Connection) -> Result<()> {
    let dangling = connection
        .query_row(
            "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1",
            [],
            |row| row.get::<_, String>(0),
        )
        .optional()
        .map_err(error)?;
    match dangling {
        None => Ok(()),
        Some(table) => Err(StoreError::Corrupt(format!(
            "a row of {table} refers to another that is not there"
        ))),
    }
}

/// What an error of SQLite means to a use case.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err` can name it")]
pub(super) fn error(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return StoreError::Engine(error.to_string());
    };
    let text = || message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::OutOfMemory => StoreError::Unavailable(text()),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text()),
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE => conflict(&text(), "key"),
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => conflict(&text(), "pkey"),
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::Dangling,
            _ => StoreError::Engine(text()),
        },
        _ => StoreError::Engine(text()),
    }
}

/// From `UNIQUE constraint failed: users.tenant, users.upn` the name that PostgreSQL gives: `users_tenant_upn_key`.
fn conflict(message: &str, kind: &str) -> StoreError {
    let columns = message.split_once(": ").map_or(message, |(_, columns)| columns);
    let mut constraint = String::new();
    for (position, column) in columns.split(", ").enumerate() {
        let (table, name) = column.split_once('.').unwrap_or(("", column));
        if position == 0 {
            constraint.push_str(table);
        }
        if kind == "key" {
            constraint.push('_');
            constraint.push_str(name);
        }
    }
    constraint.push('_');
    constraint.push_str(kind);
    StoreError::Conflict { constraint }
}
