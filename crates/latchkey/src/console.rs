//! What is done at the machine's own console, besides serving.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use latchkey_domain::{ClientId, Upn, UserRef};
use latchkey_service::{Clock, SystemClock};

use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{Installation, block_on, check_there, console_request};
use crate::printing::{print, print_once};

/// `latchkey admin recover`
pub(crate) fn recover(folder: &DataFolder, config: &Config, upn: &str) -> Result<(), Box<dyn Error>> {
    let name = Upn::parse(upn).map_err(|error| format!("'{upn}' is {error}"))?;
    let origin = folder.origin(config);
    let issued = block_on(async {
        let service = Installation::open(folder, config)
            .await?
            .into_service(config, &origin)
            .await?;
        let issued = service
            .issue_console_pass(&console_request(&service), &UserRef::Name(name))
            .await?;
        service.store().close().await;
        Ok(issued)
    })?;
    let text = format!(
        "{}\n  pass  {}\n  works once, until {} UTC; any earlier pass of this person is void\n  sign in at {}/security-info",
        issued.user.upn,
        issued.code.expose(),
        issued.view.pass.end().to_plain_seconds().replace('T', " "),
        origin.as_str(),
    );
    let hint = format!(
        "Run `latchkey admin recover {}` again for another pass.",
        issued.user.upn
    );
    print_once(&text, &hint)
}

/// `latchkey admin add-certificate`
pub(crate) fn add_certificate(
    folder: &DataFolder,
    config: &Config,
    client_id: &str,
    file: &Path,
    name: &str,
) -> Result<(), Box<dyn Error>> {
    let client_id: ClientId = client_id
        .parse()
        .map_err(|_| format!("'{client_id}' is no client id"))?;
    let certificate = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let origin = folder.origin(config);
    let added = block_on(async {
        let service = Installation::open(folder, config)
            .await?
            .into_service(config, &origin)
            .await?;
        let request = console_request(&service);
        let added = service
            .add_certificate(client_id, name, &certificate, &request)
            .await?;
        service.store().close().await;
        Ok(added)
    })?;
    print(&format!(
        "added\n  key id  {}\n  works from {} to {} UTC",
        added.id,
        added.start_at.to_plain_seconds().replace('T', " "),
        added.end_at.to_plain_seconds().replace('T', " "),
    ))
}

/// `latchkey keys rotate`
pub(crate) fn rotate_keys(folder: &DataFolder, config: &Config) -> Result<(), Box<dyn Error>> {
    let origin = folder.origin(config);
    let kids = block_on(async {
        let service = Installation::open(folder, config)
            .await?
            .into_service(config, &origin)
            .await?;
        let kids = service
            .rotate_signing_keys(&latchkey_domain::Caller::Console, &console_request(&service))
            .await?;
        service.store().close().await;
        Ok(kids)
    })?;
    let mut text = "published; they sign from 24 hours from now on:".to_owned();
    for kid in kids {
        // Writing to a String does not fail.
        let _ = write!(text, "\n  {kid}");
    }
    print(&text)
}

/// `latchkey backup`
pub(crate) fn back_up(folder: &DataFolder, config: &Config, file: &Path) -> Result<(), Box<dyn Error>> {
    let database = folder.database(config)?;
    let Some(path) = database.sqlite_path() else {
        return Err(format!(
            "{database} is backed up by PostgreSQL's own means, such as pg_dump (docs/backup.md)"
        )
        .into());
    };
    check_there(&database)?;
    let start = SystemClock.now();
    latchkey_store::back_up(path, file)?;
    let took = SystemClock.now().as_micros() - start.as_micros();
    print(&format!(
        "{}\n  {} of the database in {}.{} s, read back and in order\n  not in it: the master keys, without which it is \
         worth nothing ({})",
        file.display(),
        amount(std::fs::metadata(file)?.len()),
        took / 1_000_000,
        took / 100_000 % 10,
        folder.master_key_file(config).display(),
    ))
}

/// Bytes for people: `12.3 MiB`.
pub(crate) fn amount(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) >> 20;
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

/// `latchkey config`, with what each key does if `explain`.
pub(crate) fn show_config(config: &Config, explain: bool) -> Result<(), Box<dyn Error>> {
    let width = Config::KEYS.iter().map(|key| key.path.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for ((key, value), source) in Config::KEYS.iter().zip(config.shown()).zip(&config.sources) {
        if explain {
            lines.push(format!("#{}", key.doc));
        }
        lines.push(format!("{:width$} = {value:?}  # {source}", key.path));
    }
    print(&lines.join("\n"))
}
