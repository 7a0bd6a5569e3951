//! A new master key: what older ones sealed is sealed anew under it.

use latchkey_crypto::{KeyId, MasterKeys};
use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, ModifiedProperty, Permit, SessionId, SubscriptionId, TargetKind,
    TotpId,
};
use latchkey_store::{Reader, SealedName, SealedTable, SealedValue, StoreError};

use crate::sign_in::totp_seal_context;
use crate::trail::Trail;
use crate::{AccessError, RequestInfo, Service, federation, signing_keys, subscriptions};

/// What became of what older master keys had sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// Values that only need the newest key now.
    pub done: u64,
    /// Values that none of the keys opens.
    pub unreadable: u64,
}

impl Service {
    /// Writes down that the file of master keys changes: which keys it has, the one in front first.
    ///
    /// # Errors
    /// [`AccessError::Denied`], which is in the audit log then; [`AccessError::Fault`]
    pub async fn record_master_keys(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        old: &[KeyId],
        new: &[KeyId],
    ) -> Result<(), AccessError> {
        let trail = self.trail(caller, info);
        let (old, new) = (listed(old), listed(new));
        let changed = ModifiedProperty::text("MasterKeys", Some(&old), Some(&new));
        let targets = vec![target("MasterKeys", changed)];
        let activity = Activity::MasterKeyRotated;
        self.permit_or_record(
            caller,
            &trail,
            Action::RotateSigningKeys,
            activity,
            targets.clone(),
        )
        .await?;
        let event = trail.done(activity, "", targets);
        self.store
            .write_with(event, |writer, event| {
                Box::pin(async move { writer.record(event).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Seals everything in the store under the newest master key that is not yet. Verifiers of passwords and passes are
    /// hashes, and keep the key that they were made with.
    ///
    /// # Errors
    /// [`AccessError::Denied`], which is in the audit log then; [`AccessError::Fault`]
    pub async fn reseal(&self, caller: &Caller, info: &RequestInfo) -> Result<Resealed, AccessError> {
        let trail = self.trail(caller, info);
        let activity = Activity::MasterKeyRotated;
        let mut resealed = Resealed::default();
        for table in SealedTable::ALL {
            let mut after = None;
            loop {
                let page = self
                    .store
                    .read()
                    .await?
                    .sealed_values(table, after.as_ref())
                    .await?;
                let Some(last) = page.last() else { break };
                after = Some(last.name.clone());
                let permit = self
                    .permit_or_record(caller, &trail, Action::RotateSigningKeys, activity, Vec::new())
                    .await?;
                let values = self.sealed_anew(table, page, &mut resealed.unreadable);
                resealed.done += self.replace_sealed(permit, table, values, &trail).await?;
            }
        }
        Ok(resealed)
    }

    /// Those values that an older key sealed, each with what takes its place.
    fn sealed_anew(
        &self,
        table: SealedTable,
        page: Vec<SealedValue>,
        unreadable: &mut u64,
    ) -> Vec<(SealedValue, Vec<u8>)> {
        let mut anew = Vec::new();
        for value in page {
            if !self.master_keys.is_sealed_by_older_key(&value.sealed) {
                continue;
            }
            let context = context(table, &value.name);
            if let Ok(plain) = self.master_keys.open(&context, &value.sealed) {
                let sealed = self.master_keys.seal(&*self.random, &context, plain.expose());
                anew.push((value, sealed));
            } else {
                *unreadable += 1;
            }
        }
        anew
    }

    async fn replace_sealed(
        &self,
        permit: Permit,
        table: SealedTable,
        values: Vec<(SealedValue, Vec<u8>)>,
        trail: &Trail,
    ) -> Result<u64, StoreError> {
        if values.is_empty() {
            return Ok(0);
        }
        let count = values.len().to_string();
        let changed = ModifiedProperty::text("Resealed", None, Some(&count));
        let targets = vec![target(&format!("{table:?}"), changed)];
        let event = trail.done(Activity::MasterKeyRotated, "", targets);
        self.store
            .write_with((permit, values, event), move |writer, (permit, values, event)| {
                Box::pin(async move { writer.reseal(permit, table, values, event).await })
            })
            .await
    }
}

fn listed(keys: &[KeyId]) -> String {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.join(", ")
}

fn target(what: &str, changed: ModifiedProperty) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::Directory,
        id: what.to_owned(),
        display_name: Some("Master key".to_owned()),
        upn: None,
        modified: vec![changed],
    }
}

/// What the database's sealed values need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SealedState {
    /// Those that none of the master keys opens.
    pub closed: Vec<String>,
    /// So many need a master key that is not the newest.
    pub by_older: u64,
}

/// Opens everything that is sealed in the database.
///
/// # Errors
/// [`StoreError`]
pub async fn sealed_state(reader: &mut Reader, master_keys: &MasterKeys) -> Result<SealedState, StoreError> {
    let mut state = SealedState::default();
    for table in SealedTable::ALL {
        let mut after = None;
        loop {
            let page = reader.sealed_values(table, after.as_ref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.name.clone());
            for value in &page {
                let context = context(table, &value.name);
                if master_keys.open(&context, &value.sealed).is_err() {
                    state.closed.push(context);
                } else if master_keys.is_sealed_by_older_key(&value.sealed) {
                    state.by_older += 1;
                }
            }
        }
    }
    Ok(state)
}

/// What a value is sealed for.
fn context(table: SealedTable, name: &SealedName) -> String {
    match (table, name) {
        (SealedTable::SigningKeys, SealedName::Text(kid)) => signing_keys::context(kid),
        (SealedTable::Federations, SealedName::Text(domain)) => federation::seal_context(domain),
        (_, SealedName::Text(name)) => name.clone(),
        (SealedTable::Subscriptions, SealedName::Id(id)) => {
            subscriptions::seal_context(SubscriptionId::from_bytes(*id))
        }
        (SealedTable::Sessions, SealedName::Id(id)) => {
            federation::sign_out::token_context(SessionId::from_bytes(*id))
        }
        (_, SealedName::Id(id)) => totp_seal_context(TotpId::from_bytes(*id)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use latchkey_store::testing::TestFolder;

    use super::*;
    use crate::testing::{World, open};

    /// Whatever was sealed is sealed for somebody: with another context it would not open.
    #[tokio::test]
    async fn what_an_older_key_sealed_needs_only_the_newest_then() {
        let world = World::new().await;
        let totp = TotpId::from_bytes([5; 16]);
        let session = SessionId::from_bytes([6; 16]);
        let subscription = SubscriptionId::from_bytes([7; 16]);
        let places = [
            (
                SealedTable::TotpApps,
                SealedName::Id([5; 16]),
                totp_seal_context(totp),
            ),
            (
                SealedTable::Sessions,
                SealedName::Id([6; 16]),
                federation::sign_out::token_context(session),
            ),
            (
                SealedTable::Subscriptions,
                SealedName::Id([7; 16]),
                subscriptions::seal_context(subscription),
            ),
            (
                SealedTable::Federations,
                SealedName::Text("a.example".to_owned()),
                federation::seal_context("a.example"),
            ),
        ];
        let store = world.service.store().clone();
        let folder = TestFolder::new();
        let file = folder.path().join("master.key");
        world.master_keys.save(&file).unwrap();
        let ring = Arc::new(MasterKeys::load(&file).unwrap().rotated(&*world.random));
        let service = open(
            store.clone(),
            &world.clock,
            &ring,
            &world.hash_pool,
            &world.random,
        )
        .await;
        for (table, name, context) in places {
            let sealed = world.master_keys.seal(&*world.random, &context, b"x");
            let value = SealedValue { name, sealed };
            let mut unreadable = 0;
            let anew = service.sealed_anew(table, vec![value.clone()], &mut unreadable);
            assert_eq!(unreadable, 0, "{table:?}");
            assert_eq!(
                service.master_keys.open(&context, &anew[0].1).unwrap().expose(),
                b"x"
            );
            assert!(!service.master_keys.is_sealed_by_older_key(&anew[0].1));
            assert!(
                service
                    .sealed_anew(
                        table,
                        vec![SealedValue {
                            sealed: anew[0].1.clone(),
                            ..value
                        }],
                        &mut unreadable
                    )
                    .is_empty()
            );
        }
        let info = world.info();
        let done = service.reseal(&Caller::Console, &info).await.unwrap();
        // Three signing keys and the key of pairwise subjects.
        assert_eq!(
            done,
            Resealed {
                done: 4,
                unreadable: 0
            }
        );
        let again = service.reseal(&Caller::Console, &info).await.unwrap();
        assert_eq!(again, Resealed::default());
    }
}
