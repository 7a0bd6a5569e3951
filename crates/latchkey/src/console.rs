//! What is done at the machine's own console, besides serving.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use latchkey_domain::{ClientId, Upn, UserRef};

use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{Installation, block_on, console_request};
use crate::printing::{print, print_once};

/// `latchkey admin recover`
pub(crate) fn recover(folder: &DataFolder, config: &Config, upn: &str) -> Result<(), Box<dyn Error>> {
    let name = Upn::parse(upn).map_err(|error| format!("'{upn}' is {error}"))?;
    let origin = config.origin(config.listen.port());
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
    let origin = config.origin(config.listen.port());
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
    let origin = config.origin(config.listen.port());
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
