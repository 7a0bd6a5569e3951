//! Files: are they there, for the right eyes only, and is there room?

use std::fs::{self, File, Metadata};
use std::path::Path;

use latchkey_store::DatabaseUrl;

use crate::config::Config;
use crate::console::amount;
use crate::data::DataFolder;

use super::Findings;

/// With less room nothing may be written soon.
const LEAST: u64 = 100 << 20;
/// With less room it is time to make some.
const LITTLE: u64 = 1 << 30;

/// The files that the configuration names.
pub(super) fn check_configured(config: &Config, findings: &mut Findings) {
    let named = [
        ("passkeys.metadata", &config.passkeys_metadata),
        ("outbound.ca", &config.outbound_ca),
        ("mail.password_file", &config.mail_password_file),
    ];
    let mut all_there = true;
    for (key, path) in named {
        if let Some(path) = path
            && let Err(error) = File::open(path)
        {
            all_there = false;
            findings.problem("configuration", format!("{key}: {}: {error}", path.display()));
        }
    }
    if all_there {
        findings.ok("configuration", "`latchkey config` shows it");
    }
}

/// The data folder, and who may read what is secret in it.
pub(super) fn check_folder(folder: &DataFolder, config: &Config, findings: &mut Findings) {
    let check = "data folder";
    let path = folder.path();
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return findings.problem(check, format!("{shown} is a file")),
        // With everything else elsewhere, a start makes it.
        Err(error) if config.database_url.is_some() => {
            return findings.warning(check, format!("{shown}: {error}"));
        }
        Err(error) => return findings.problem(check, format!("{shown}: {error}; is --data right?")),
    };
    let before = findings.0.len();
    if let Some(mode) = open_to(&metadata, 0o077) {
        findings.problem(
            check,
            format!("{shown} is open to others ({mode:o}): chmod 700 {shown}"),
        );
    }
    let mut secret = vec![
        folder.master_key_file(config),
        folder.tls().join("ca.key"),
        folder.tls().join("server.key"),
    ];
    secret.extend(config.tls_key.clone());
    if let Ok(database) = folder.database(config)
        && let Some(path) = database.sqlite_path()
    {
        // SQLite gives those beside it the same mode.
        secret.push(path.to_owned());
    }
    for file in secret {
        check_file(&file, (path, &metadata), findings);
    }
    if findings.0.len() == before {
        findings.ok(check, format!("{shown}, for its owner's eyes only"));
    }
}

/// A file with a secret. One that is missing is another check's matter.
fn check_file(file: &Path, (folder, of_folder): (&Path, &Metadata), findings: &mut Findings) {
    let Ok(metadata) = fs::metadata(file) else { return };
    let shown = file.display();
    let is_ours = file.starts_with(folder);
    // Elsewhere a group may share it, as those of certificates often do.
    if let Some(mode) = open_to(&metadata, if is_ours { 0o077 } else { 0o007 }) {
        let text = format!("{shown} can be read by others ({mode:o}): chmod 600 {shown}");
        findings.problem("data folder", text);
    }
    if is_ours && let Some((user, owner)) = differ(&metadata, of_folder) {
        let text = format!(
            "{shown} belongs to user {user}, the folder to user {owner}: who serves may not write it"
        );
        findings.warning("data folder", text);
    }
}

/// The mode, if others have any of these rights.
#[cfg(unix)]
fn open_to(metadata: &Metadata, rights: u32) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    (mode & rights != 0).then_some(mode)
}

/// The owners, if they are two.
#[cfg(unix)]
fn differ(one: &Metadata, other: &Metadata) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    (one.uid() != other.uid()).then(|| (one.uid(), other.uid()))
}

#[cfg(not(unix))]
fn open_to(_: &Metadata, _: u32) -> Option<u32> {
    None
}

#[cfg(not(unix))]
fn differ(_: &Metadata, _: &Metadata) -> Option<(u32, u32)> {
    None
}

/// Room for what is written, and for a new version's migrations or a backup, which need as much again.
pub(super) fn check_space(folder: &DataFolder, config: &Config, findings: &mut Findings) {
    let database = folder.database(config).ok();
    let file = database.as_ref().and_then(DatabaseUrl::sqlite_path);
    let place = file.and_then(Path::parent).unwrap_or(folder.path());
    let Ok(space) = rustix::fs::statvfs(place) else {
        // That the place is not there is told already.
        return;
    };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let size = file
        .and_then(|file| fs::metadata(file).ok())
        .map_or(0, |data| data.len());
    let text = format!(
        "{} free in {}, the database has {}",
        amount(free),
        place.display(),
        amount(size)
    );
    if free < LEAST {
        findings.problem("disk", text);
    } else if free < LITTLE.max(size.saturating_mul(2)) {
        findings.warning("disk", text);
    } else {
        findings.ok("disk", text);
    }
}
