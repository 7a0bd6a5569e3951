//! What is done at the machine's own console, besides serving.

use std::error::Error;
use std::path::Path;

use latchkey_domain::{ClientId, Upn, UserRef};

use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{Installation, block_on, console_request};

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
    println!(
        "{}\n  pass  {}\n  works once, until {} UTC; any earlier pass of this person is void\n  sign in at {}/security-info",
        issued.user.upn,
        issued.code.expose(),
        issued.view.pass.end().to_plain_seconds().replace('T', " "),
        origin.as_str(),
    );
    Ok(())
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
    println!(
        "added\n  key id  {}\n  works from {} to {} UTC",
        added.id,
        added.start_at.to_plain_seconds().replace('T', " "),
        added.end_at.to_plain_seconds().replace('T', " "),
    );
    Ok(())
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
    println!("published; they sign from 24 hours from now on:");
    for kid in kids {
        println!("  {kid}");
    }
    Ok(())
}

/// `latchkey config`, with what each key does if `explain`.
pub(crate) fn show_config(config: &Config, explain: bool) {
    let width = Config::KEYS.iter().map(|key| key.path.len()).max().unwrap_or(0);
    for ((key, value), source) in Config::KEYS.iter().zip(config.shown()).zip(&config.sources) {
        if explain {
            println!("#{}", key.doc);
        }
        println!("{:width$} = {value:?}  # {source}", key.path);
    }
}
