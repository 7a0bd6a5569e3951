//! The tenant's signing keys: made, sealed, published, used, retired.
//!
//! A new key is published a day before it signs, because clients fetch keys daily; an old one signs until then, and is
//! believed until its last token has ended (sign-in contract 9.3).

use std::sync::Arc;

use latchkey_crypto::{
    JwsAlgorithm, KeyEntry, KeySet, KeyState, MasterKeys, Random, SigningKey, SigningKeyError,
};
use latchkey_domain::{
    Activity, AuditEvent, AuditTarget, Caller, ModifiedProperty, Seconds, TargetKind, Timestamp,
};
use latchkey_store::{StoreError, StoredSigningKey};

use crate::trail::Trail;
use crate::{Fault, OpenError, RequestInfo, Service};

/// The algorithms that a tenant has keys for.
const ALGORITHMS: [JwsAlgorithm; 2] = [JwsAlgorithm::Rs256, JwsAlgorithm::Es256];
/// How long a new key is published before it signs.
const PUBLISHED_FIRST: Seconds = Seconds(24 * 3600);
/// How long a key is believed after its successor took over: longer than any token lives.
const BELIEVED_AFTER: Seconds = Seconds(25 * 3600);
/// After how long in use a key gets a successor by itself.
const IN_USE: Seconds = Seconds(180 * 24 * 3600);

/// New keys of every algorithm, to be stored; they sign from `use_from` on.
///
/// RSA takes a while, so this runs on a thread that nothing waits for.
///
/// # Errors
/// [`Fault::Internal`] when the library makes no key.
pub(crate) async fn new_keys(
    master_keys: &Arc<MasterKeys>,
    random: &Arc<dyn Random>,
    now: Timestamp,
    use_from: Timestamp,
) -> Result<Vec<StoredSigningKey>, Fault> {
    let (master_keys, random) = (Arc::clone(master_keys), Arc::clone(random));
    let work = move || {
        ALGORITHMS
            .into_iter()
            .map(|algorithm| {
                let key = SigningKey::generate(algorithm)?;
                let kid = key.key_id().to_owned();
                let sealed = master_keys.seal(&*random, &context(&kid), key.to_pkcs8()?.expose());
                Ok(StoredSigningKey {
                    kid,
                    algorithm: algorithm.as_str().to_owned(),
                    sealed,
                    created_at: now,
                    use_from,
                    retired_at: None,
                })
            })
            .collect::<Result<Vec<_>, SigningKeyError>>()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Fault::Internal(error.to_string()))?
        .map_err(|error| Fault::Internal(error.to_string()))
}

/// The event of a key that was made or retired.
pub(crate) fn key_event(trail: &Trail, kid: &str, property: &str, value: &str) -> AuditEvent {
    let target = AuditTarget {
        kind: TargetKind::Directory,
        id: kid.to_owned(),
        display_name: Some("Signing key".to_owned()),
        upn: None,
        modified: vec![ModifiedProperty::text(property, None, Some(value))],
    };
    trail.done(Activity::KeyRotated, "", vec![target])
}

/// What a sealed key is bound to.
fn context(kid: &str) -> String {
    format!("signing-key:{kid}")
}

impl Service {
    /// The document that publishes the keys (RFC 7517, 5), ready to send.
    pub fn jwks(&self) -> Arc<[u8]> {
        self.token_state.jwks()
    }

    pub(crate) async fn load_signing_keys(&self) -> Result<(), OpenError> {
        let stored = self.store.read().await?.signing_keys().await?;
        let entries = stored
            .iter()
            .map(|key| self.open_key(key))
            .collect::<Result<Vec<_>, _>>()?;
        let keys = KeySet::new(entries);
        let issuer = format!("{}/{}/v2.0", self.settings.origin, self.tenant.id);
        self.token_state.publish(keys.jwks(Some(&issuer), self.now()));
        self.replace_key_set(keys);
        self.token_state.forget_verified();
        Ok(())
    }

    /// Reads the keys again, because another node may have changed them.
    pub(crate) async fn reload_signing_keys(&self) -> Result<(), Fault> {
        self.load_signing_keys().await.map_err(|error| match error {
            OpenError::Store(error) => error.into(),
            other => Fault::Internal(other.to_string()),
        })
    }

    fn open_key(&self, stored: &StoredSigningKey) -> Result<KeyEntry, OpenError> {
        // Opened already: a private key is not parsed again at each reload.
        if let Some(known) = self
            .key_set()
            .entries()
            .iter()
            .find(|entry| entry.key.key_id() == stored.kid)
        {
            return Ok(KeyEntry {
                key: Arc::clone(&known.key),
                active_from: stored.use_from,
                retired_until: stored.retired_at,
            });
        }
        let rejected = || OpenError::SigningKey(stored.kid.clone());
        let algorithm = JwsAlgorithm::parse(&stored.algorithm).ok_or_else(rejected)?;
        let pkcs8 = self
            .master_keys
            .open(&context(&stored.kid), &stored.sealed)
            .map_err(|_| rejected())?;
        let key = SigningKey::from_pkcs8(algorithm, pkcs8.expose()).map_err(|_| rejected())?;
        Ok(KeyEntry {
            key: Arc::new(key),
            active_from: stored.use_from,
            retired_until: stored.retired_at,
        })
    }

    /// Publishes new keys, which take over a day from now.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn rotate_signing_keys(&self, info: &RequestInfo) -> Result<Vec<String>, Fault> {
        let trail = self.trail(&Caller::Console, info);
        let use_from = trail.at + PUBLISHED_FIRST;
        let keys = new_keys(&self.master_keys, &self.random, trail.at, use_from).await?;
        let kids = keys.iter().map(|key| key.kid.clone()).collect();
        self.store
            .write_with((keys, trail), |writer, (keys, trail)| {
                Box::pin(async move {
                    for key in keys {
                        let event = key_event(trail, &key.kid, "UseFrom", &key.use_from.to_rfc3339());
                        writer.insert_signing_key(key, &event).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        self.reload_signing_keys().await?;
        Ok(kids)
    }

    /// What has to be done with the keys now and then, hourly or so: hears of other nodes' rotations, retires keys
    /// whose successor has taken over, and rotates those that are half a year old.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn maintain_signing_keys(&self, info: &RequestInfo) -> Result<(), Fault> {
        self.reload_signing_keys().await?;
        let now = self.now();
        let keys = self.key_set();
        let superseded: Vec<String> = keys
            .entries()
            .iter()
            .filter(|entry| entry.state(now) == KeyState::Active)
            .filter(|entry| {
                keys.signing_key(entry.key.algorithm(), now)
                    .is_some_and(|signing| signing.key_id() != entry.key.key_id())
            })
            .map(|entry| entry.key.key_id().to_owned())
            .collect();
        if !superseded.is_empty() {
            let input = (
                superseded,
                now + BELIEVED_AFTER,
                self.trail(&Caller::Console, info),
            );
            self.store
                .write_with(input, |writer, (kids, until, trail)| {
                    Box::pin(async move {
                        for kid in kids {
                            let event = key_event(trail, kid, "BelievedUntil", &until.to_rfc3339());
                            writer.retire_signing_key(kid, *until, &event).await?;
                        }
                        Ok::<_, StoreError>(())
                    })
                })
                .await?;
            self.reload_signing_keys().await?;
        }
        if keys
            .entries()
            .iter()
            .all(|entry| now >= entry.active_from + IN_USE)
        {
            self.rotate_signing_keys(info).await?;
        }
        Ok(())
    }
}
