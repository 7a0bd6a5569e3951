//! The tenant's signing keys: made, sealed, published, used, retired.
//!
//! A new key is published a day before it signs, because clients fetch keys daily; an old one signs until then, and is
//! believed until its last token has ended (sign-in contract 9.3).

use std::sync::Arc;

use latchkey_crypto::{
    JwsAlgorithm, KeyEntry, KeySet, KeyState, MasterKeys, Random, SigningKey, SigningKeyError,
};
use latchkey_domain::{
    Action, Activity, AuditEvent, AuditTarget, Caller, CorrelationId, ModifiedProperty, Seconds, TargetKind,
    Timestamp, may,
};
use latchkey_store::{StoreError, StoredSigningKey, Writer};

use crate::trail::Trail;
use crate::{AccessError, Fault, OpenError, RequestInfo, Service};

/// How long a new key is published before it signs.
const PUBLISHED_FIRST: Seconds = Seconds(24 * 3600);
/// How long a key is believed after its successor took over: longer than any token lives.
const BELIEVED_AFTER: Seconds = Seconds(25 * 3600);

/// New keys of these algorithms, to be stored; they sign from `use_from` on.
///
/// RSA takes a while, so this runs on a thread that nothing waits for.
///
/// # Errors
/// [`Fault::Internal`] when the library makes no key.
pub(crate) async fn new_keys(
    master_keys: &Arc<MasterKeys>,
    random: &Arc<dyn Random>,
    algorithms: Vec<JwsAlgorithm>,
    now: Timestamp,
    use_from: Timestamp,
) -> Result<Vec<StoredSigningKey>, Fault> {
    let (master_keys, random) = (Arc::clone(master_keys), Arc::clone(random));
    let work = move || {
        algorithms
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

/// What a transaction needs to publish keys.
struct Publication {
    keys: Vec<StoredSigningKey>,
    /// A key is left out if its algorithm has one that began to sign after this moment, or will: another node was
    /// quicker then.
    unless_after: Option<Timestamp>,
    trail: Trail,
}

impl Publication {
    /// The names of the keys that are published by it.
    async fn write(&self, writer: &mut Writer) -> Result<Vec<String>, StoreError> {
        let known = writer.signing_keys().await?;
        let mut published = Vec::new();
        for key in &self.keys {
            let mut others = known.iter().filter(|other| other.algorithm == key.algorithm);
            let superfluous = self.unless_after.is_some_and(|moment| {
                others.any(|other| other.retired_at.is_none() && other.use_from > moment)
            });
            if superfluous {
                continue;
            }
            let event = key_event(&self.trail, &key.kid, "UseFrom", &key.use_from.to_rfc3339());
            writer.insert_signing_key(key, &event).await?;
            published.push(key.kid.clone());
        }
        Ok(published)
    }
}

/// What is told of a key that signs tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeyView {
    /// Its name in tokens, `kid`.
    pub id: String,
    /// The algorithm's name, such as `RS256`.
    pub algorithm: &'static str,
    /// What it does now.
    pub state: KeyState,
    /// It is the one that signs new tokens of its algorithm.
    pub signs: bool,
    /// When it begins, or began, to sign.
    pub use_from: Timestamp,
    /// Until when its tokens are believed; `None` while it may sign.
    pub believed_until: Option<Timestamp>,
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
pub(crate) fn context(kid: &str) -> String {
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

    /// Makes keys of algorithms that have none: a database of an earlier version gets what it lacks.
    pub(crate) async fn complete_signing_keys(&self) -> Result<(), OpenError> {
        let keys = self.key_set();
        let lacks = |algorithm: &JwsAlgorithm| {
            let mut known = keys.entries().iter();
            !known.any(|entry| entry.key.algorithm() == *algorithm && entry.retired_until.is_none())
        };
        let missing: Vec<JwsAlgorithm> = JwsAlgorithm::ALL.into_iter().filter(lacks).collect();
        if !missing.is_empty() {
            let info = RequestInfo::console(CorrelationId::from_bytes(self.random_id()));
            let before = Some(Timestamp::from_seconds(0));
            // Nobody can have the old document of keys for a new algorithm: it signs at once.
            let trail = self.trail(&Caller::Console, &info);
            self.publish_keys(missing, self.now(), before, trail).await?;
        }
        Ok(())
    }

    /// Publishes new keys, which take over a day from now.
    ///
    /// # Errors
    /// [`AccessError::Denied`], which is in the audit log then; [`AccessError::Fault`]
    pub async fn rotate_signing_keys(
        &self,
        caller: &Caller,
        info: &RequestInfo,
    ) -> Result<Vec<String>, AccessError> {
        let trail = self.trail(caller, info);
        let activity = Activity::KeyRotated;
        self.permit_or_record(caller, &trail, Action::RotateSigningKeys, activity, Vec::new())
            .await?;
        let use_from = self.now() + PUBLISHED_FIRST;
        let published = self
            .publish_keys(JwsAlgorithm::ALL.to_vec(), use_from, None, trail)
            .await?;
        Ok(published)
    }

    /// The keys as they stand, those of one algorithm together, the newest first.
    ///
    /// # Errors
    /// [`AccessError::Denied`], [`AccessError::Fault`]
    pub async fn list_signing_keys(&self, caller: &Caller) -> Result<Vec<SigningKeyView>, AccessError> {
        may(caller, Action::ReadSigningKeys, None)?;
        // Another node may have changed them.
        self.reload_signing_keys().await?;
        let (keys, now) = (self.key_set(), self.now());
        let view = |entry: &KeyEntry| {
            let algorithm = entry.key.algorithm();
            let signs = keys
                .signing_key(algorithm, now)
                .is_some_and(|signing| signing.key_id() == entry.key.key_id());
            SigningKeyView {
                id: entry.key.key_id().to_owned(),
                algorithm: algorithm.as_str(),
                state: entry.state(now),
                signs,
                use_from: entry.active_from,
                believed_until: entry.retired_until,
            }
        };
        let mut views: Vec<_> = keys.entries().iter().map(view).collect();
        views.sort_by_key(|view| (view.algorithm, std::cmp::Reverse(view.use_from)));
        Ok(views)
    }

    async fn publish_keys(
        &self,
        algorithms: Vec<JwsAlgorithm>,
        use_from: Timestamp,
        unless_after: Option<Timestamp>,
        trail: Trail,
    ) -> Result<Vec<String>, Fault> {
        let publication = Publication {
            keys: new_keys(&self.master_keys, &self.random, algorithms, trail.at, use_from).await?,
            unless_after,
            trail,
        };
        let published = self
            .store
            .write_with(publication, |writer, publication| {
                Box::pin(publication.write(writer))
            })
            .await?;
        self.reload_signing_keys().await?;
        Ok(published)
    }

    /// What has to be done with the keys now and then, hourly or so: hears of other nodes' rotations, retires keys
    /// whose successor has taken over, and gives a successor to those that have signed for as long as they shall.
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
        if let Some(in_use) = self.settings.keys_in_use {
            let moment = now - in_use;
            let is_due = |algorithm: &JwsAlgorithm| {
                let mut of_it = keys
                    .entries()
                    .iter()
                    .filter(|entry| entry.key.algorithm() == *algorithm);
                !of_it.any(|entry| entry.active_from > moment)
            };
            let due: Vec<JwsAlgorithm> = JwsAlgorithm::ALL.into_iter().filter(is_due).collect();
            if !due.is_empty() {
                let trail = self.trail(&Caller::Console, info);
                self.publish_keys(due, now + PUBLISHED_FIRST, Some(moment), trail)
                    .await?;
            }
        }
        Ok(())
    }
}
