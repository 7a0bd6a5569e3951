//! `latchkey keys rotate-master`

use std::error::Error;

use latchkey_crypto::{KeyId, MasterKeys, SystemRng};
use latchkey_domain::Caller;

use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{Installation, block_on, console_request};
use crate::printing::print;

/// Puts a new key, or the one that is named, in front of the file's others, and seals with it what they had sealed. With
/// `prepare` the new key is only added.
pub(crate) fn rotate(
    folder: &DataFolder,
    config: &Config,
    prepare: bool,
    use_key: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    let path = folder.master_key_file(config);
    let place = path.display();
    let wrong = |error| format!("{place}: {error}");
    // Nothing is changed where these keys don't open what is there.
    block_on(async {
        let service = open(folder, config).await?;
        service.store().close().await;
        Ok(())
    })?;
    let keys = MasterKeys::load(&path).map_err(wrong)?;
    let random = SystemRng::new();
    let keys = match use_key {
        Some(id) => KeyId::parse(id)
            .and_then(|id| keys.led_by(id))
            .ok_or_else(|| format!("{place} has no key {id}"))?,
        None if prepare => keys.prepared(&random),
        None => keys.rotated(&random),
    };
    // In the file first: nothing may be sealed with a key that can be lost.
    keys.save(&path).map_err(wrong)?;
    let ids = keys.key_ids();
    let id = |place: usize| ids.get(place).map(ToString::to_string).unwrap_or_default();
    if prepare {
        return print(&format!(
            "{place} holds the new key {0}, which is not used yet\n\
             once every server was started with this file: latchkey keys rotate-master --use {0}",
            id(1)
        ));
    }
    let resealed = block_on(async {
        let service = open(folder, config).await?;
        let resealed = service
            .reseal(&Caller::Console, &console_request(&service))
            .await?;
        service.store().close().await;
        Ok(resealed)
    })?;
    print(&format!(
        "{place} begins with the key {}; {} values were sealed anew\n\
         start every server anew with this file, and keep the older keys in it: passwords and passes stand on them",
        id(0),
        resealed.done
    ))?;
    if resealed.unreadable > 0 {
        return Err(format!("{} values are opened by none of the keys", resealed.unreadable).into());
    }
    Ok(())
}

async fn open(folder: &DataFolder, config: &Config) -> Result<latchkey_service::Service, Box<dyn Error>> {
    let origin = config.origin(config.listen.port());
    Installation::open(folder, config)
        .await?
        .into_service(config, &origin)
        .await
}
