//! Files that are there whole or not at all, whatever happens while they are written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file that was not there, with these permissions (Unix).
///
/// # Errors
/// Of kind `AlreadyExists` when there is one: it is never overwritten.
pub fn write_new_file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = write_beside(path, bytes, mode)?;
    // A link never takes the place of another file, but not every file system has links.
    let placed = match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !path.exists() => {
            fs::rename(&temporary, path)
        }
        linked => {
            // Best effort: it was never in use.
            let _ = fs::remove_file(&temporary);
            linked
        }
    };
    placed?;
    sync_folder_of(path)
}

/// Writes a file in the place of the one that is there, in one step: after a power loss there is the old or the new.
///
/// # Errors
/// What the file system says; the old file is there then.
pub fn replace_file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // One that a crash left behind was never in use.
    match fs::remove_file(beside(path, 0)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::rename(write_beside(path, bytes, mode)?, path)?;
    sync_folder_of(path)
}

fn beside(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    if number > 0 {
        name.push(number.to_string());
    }
    name.into()
}

/// Writes a file of its own beside this one, down to the disk.
fn write_beside(path: &Path, bytes: &[u8], mode: u32) -> io::Result<PathBuf> {
    let mut number = 0;
    let (temporary, mut file) = loop {
        let temporary = beside(path, number);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        match options.open(&temporary) {
            Ok(file) => break (temporary, file),
            // Another process's, or left behind by a crash.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            Err(error) => return Err(error),
        }
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Best effort: what counts is why it could not be written.
        let _ = fs::remove_file(&temporary);
    }
    written.map(|()| temporary)
}

/// A new name in a folder survives a power loss only when the folder is synced too.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
