//! `latchkey keys rotate-master`

use std::error::Error;

use latchkey_crypto::{KeyId, MasterKeys, SystemRng, lock_file};
use latchkey_domain::Caller;

use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{Installation, block_on, console_request};
use crate::printing::print;

/// Puts a new key, or the one that is named, in front of the file's others, and seals with it what they had sealed. With
/// `prepare` the new key is only added. Each step is recorded before it counts.
pub(crate) fn rotate(
    folder: &DataFolder,
    config: &Config,
    prepare: bool,
    use_key: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    let path = folder.master_key_file(config);
    let place = path.display();
    let wrong = |error| format!("{place}: {error}");
    // Until the end: whoever does the same meanwhile would write a file without this one's key.
    let lock = lock_file(&path).map_err(|error| format!("{place}: {error}"))?;
    let old = MasterKeys::load(&path).map_err(wrong)?;
    let old_ids = old.key_ids();
    let random = SystemRng::new();
    let keys = match use_key {
        Some(id) => KeyId::parse(id)
            .and_then(|id| old.led_by(id))
            .ok_or_else(|| format!("{place} has no key {id}"))?,
        None if prepare => old.prepared(&random),
        None => old.rotated(&random),
    };
    let ids = keys.key_ids();
    // With the old keys: nothing is changed where they don't open what is there.
    block_on(async {
        let service = open(folder, config).await?;
        let info = console_request(&service);
        service
            .record_master_keys(&Caller::Console, &info, &old_ids, &ids)
            .await?;
        service.store().close().await;
        Ok(())
    })?;
    // In the file first: nothing may be sealed with a key that can be lost.
    keys.save(&path).map_err(wrong)?;
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
    drop(lock);
    print(&format!(
        "{place} begins with the key {0}; {1} values were sealed anew\n\
         start every server anew with this file, then: latchkey keys rotate-master --use {0}\n\
         keep the older keys in it: passwords and passes stand on them",
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
