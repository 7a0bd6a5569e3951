//! A copy of a database that is in use: its last commit, nothing older and nothing in part.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::connection;
use crate::{Result, StoreError};

/// How long the copy may wait for the database: somebody may be making its schema anew.
const WAIT: Duration = Duration::from_mins(1);

/// Copies the SQLite database in the file `from` to the new file `to`, for its owner's eyes only, checks the copy from
/// end to end, and makes it durable. Whoever serves the database goes on; it is left as it is, also by an older or newer
/// program's schema. Without success there is no `to`.
///
/// # Errors
/// [`StoreError::Unavailable`] when a file can't be read or written; [`StoreError::Exists`];
/// [`StoreError::Corrupt`] when the database is damaged.
pub fn back_up(from: &Path, to: &Path) -> Result<()> {
    let failed = |error: io::Error| StoreError::Unavailable(format!("{}: {error}", to.display()));
    if fs::symlink_metadata(to).is_ok() {
        return Err(StoreError::Exists(to.display().to_string()));
    }
    // Only a whole copy gets the name that was asked for.
    let mut part = OsString::from(to);
    part.push(".part");
    let part = PathBuf::from(part);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let copied = copy(from, &part).and_then(|()| {
        fs::rename(&part, to)
            .and_then(|()| sync_folder_of(to))
            .map_err(failed)
    });
    if copied.is_err() {
        // What is no backup should not lie about.
        let _ = fs::remove_file(&part);
    }
    copied
}

fn copy(from: &Path, part: &Path) -> Result<()> {
    let source = connection::open(from, WAIT)?;
    connection::create_file(part)?;
    let name = part
        .to_str()
        .ok_or_else(|| StoreError::Address(format!("{} is no text", part.display())))?;
    // Reads one state, however long it takes; SQLite takes an empty file for a new one.
    source
        .execute("VACUUM INTO ?1", [name])
        .map_err(connection::error)?;
    let damage = damage_of(part)?;
    if let Some(first) = damage.first() {
        return Err(StoreError::Corrupt(first.clone()));
    }
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", part.display())))
}

/// What is wrong with a database that nobody writes to; nothing if all is well.
fn damage_of(path: &Path) -> Result<Vec<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(connection::error)?;
    let mut statement = connection
        .prepare("PRAGMA integrity_check(10)")
        .map_err(connection::error)?;
    let found = statement
        .query_map([], |row| row.get::<_, String>(0))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(connection::error)?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// A new name in a folder survives a power loss only when the folder is synced too.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
