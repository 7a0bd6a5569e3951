//! Sealed values, on both engines: all are found, and each is replaced once.

use latchkey_domain::{Activity, SessionId, SessionMethod, TotpApp, TotpId};

use crate::fixtures::{
    NOW, add_user, change, event, events, id, open_session, permit, session, user, user_id,
};
use crate::subscription_tests::{add as subscribe, subscription};
use crate::testing::for_each_engine;
use crate::{SealedTable, SealedValue, Store, StoredSigningKey};

async fn values(store: &Store, table: SealedTable) -> Vec<SealedValue> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|value: &SealedValue| &value.name);
        let page = store
            .read()
            .await
            .unwrap()
            .sealed_values(table, after)
            .await
            .unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[tokio::test]
async fn everything_sealed_is_found_and_replaced() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        let key = StoredSigningKey {
            kid: "one".to_owned(),
            algorithm: "ES256".to_owned(),
            sealed: vec![1, 2],
            created_at: NOW,
            use_from: NOW,
            retired_at: None,
        };
        store
            .write_with(key, |w, key| {
                Box::pin(async move { w.insert_signing_key(key, &event(Activity::KeyRotated)).await })
            })
            .await
            .unwrap();
        change!(store, w => w.keep_tenant_key("subjects", &[1, 2])).unwrap();
        let sql = "INSERT INTO federations (domain, document, secret) VALUES ('a.example', '{}', ?1), \
            ('b.example', '{}', NULL)";
        change!(store, w => w.execute(sql, crate::value::params![vec![1_u8, 2]])).unwrap();
        subscribe(&store, &subscription(1)).await;
        let mut plain = subscription(2);
        plain.client_state = None;
        subscribe(&store, &plain).await;
        for n in 1..=501 {
            let app = TotpApp {
                id: TotpId::from_bytes(id(n)),
                user_id: user_id(1),
                name: "Phone".to_owned(),
                sealed_key: vec![1, 2],
                last_step: 0,
                created_at: NOW,
                last_used_at: None,
            };
            let registered = Activity::UserRegisteredSecurityInfo;
            store
                .write_with(app, move |w, app| {
                    Box::pin(async move { w.insert_totp(app, &event(registered)).await })
                })
                .await
                .unwrap();
        }
        for n in 1..=2 {
            open_session(&store, session(n, 1, SessionMethod::Password, None), n)
                .await
                .unwrap();
        }
        change!(store, w => w.keep_upstream_token(SessionId::from_bytes(id(1)), &[1, 2])).unwrap();

        for table in SealedTable::ALL {
            let old = values(&store, table).await;
            let many = if table == SealedTable::TotpApps { 501 } else { 1 };
            assert_eq!(old.len(), many, "{table:?}");
            assert!(old.iter().all(|value| value.sealed == [1, 2]), "{table:?}");
            let new: Vec<_> = old.iter().map(|old| (old.clone(), vec![3, 4, 5])).collect();
            for replaced in [many, 0] {
                let done = store.write_with(new.clone(), move |w, new| {
                    let event = event(Activity::MasterKeyRotated);
                    Box::pin(async move { w.reseal(&permit(), table, new, &event).await })
                });
                assert_eq!(done.await.unwrap(), u64::try_from(replaced).unwrap(), "{table:?}");
            }
            let now = values(&store, table).await;
            assert!(now.iter().all(|value| value.sealed == [3, 4, 5]), "{table:?}");
            assert_eq!(now.len(), many, "{table:?}");
        }
        assert_eq!(events(&store, Activity::MasterKeyRotated).await, 6);
    })
    .await;
}
