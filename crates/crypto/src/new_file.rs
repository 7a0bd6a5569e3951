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

/// Writes a file in the place of the one that is there, in one step: after a power loss there is the old or the new. The
/// new one has the old one's owner and permissions; without an old one, these (Unix). A link stays one. Where others may do
/// the same at the same time, [`lock_file`] comes first.
///
/// # Errors
/// What the file system says; the old file is there then.
pub fn replace_file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        found => found?,
    };
    // One that a crash left behind was never in use.
    match fs::remove_file(beside(&path, 0)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let temporary = write_beside(&path, bytes, mode)?;
    let placed = make_alike(&path, &temporary).and_then(|()| fs::rename(&temporary, &path));
    if placed.is_err() {
        // Best effort: it was never in use.
        let _ = fs::remove_file(&temporary);
    }
    placed?;
    sync_folder_of(&path)
}

/// Gives a file the permissions of another, and its owner too: whoever replaces it may be another than who reads it.
#[cfg(unix)]
fn make_alike(old: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};

    let old = match fs::metadata(old) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    let made = fs::metadata(new)?;
    if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
        chown(new, Some(old.uid()), Some(old.gid()))?;
    }
    fs::set_permissions(new, old.permissions())
}

#[cfg(not(unix))]
fn make_alike(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Waits until nobody else has this file's lock, and holds it until what is returned is dropped: whoever reads the file,
/// changes it and writes it again loses nothing that another does at the same time. The lock is a file of its own beside
/// it, which stays.
///
/// # Errors
/// What the file system says.
pub fn lock_file(path: &Path) -> io::Result<File> {
    let mut name = fs::canonicalize(path)?.into_os_string();
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(name)?;
    file.lock()?;
    Ok(file)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SystemRng, random_id_bytes};

    fn folder() -> PathBuf {
        let name = u128::from_be_bytes(random_id_bytes(&SystemRng::new()));
        let path = std::env::temp_dir().join(format!("latchkey-files-{name:032x}"));
        fs::create_dir(&path).unwrap();
        path
    }

    #[test]
    fn what_is_changed_under_a_lock_is_changed_by_one_at_a_time() {
        let folder = folder();
        let path = folder.join("number");
        write_new_file(&path, b"0", 0o600).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let _lock = lock_file(&path).unwrap();
                    let number: u32 = fs::read_to_string(&path).unwrap().parse().unwrap();
                    replace_file(&path, (number + 1).to_string().as_bytes(), 0o600).unwrap();
                });
            }
        });
        assert_eq!(fs::read_to_string(&path).unwrap(), "8");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "the file and its lock");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_takes_anothers_place_is_read_by_the_same_people() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

        let folder = folder();
        let (path, link) = (folder.join("there"), folder.join("here"));
        write_new_file(&path, b"old", 0o640).unwrap();
        // Only root can give files away.
        let given = chown(&path, Some(4711), Some(4712)).is_ok();
        symlink(&path, &link).unwrap();
        replace_file(&link, b"new", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(link.is_symlink());
        let data = fs::metadata(&path).unwrap();
        assert_eq!(data.permissions().mode() & 0o777, 0o640);
        assert_eq!((data.uid(), data.gid()) == (4711, 4712), given);
        fs::remove_dir_all(folder).unwrap();
    }
}
