//! How far the log can be read, on both engines: numbers that never come hide nothing, those that come late are not
//! missed.

use std::sync::Arc;

use latchkey_domain::{Activity, AuditId, Seconds};
use tokio::sync::Notify;

use crate::fixtures::{NOW, event};
use crate::testing::for_each_engine;
use crate::{Store, StoreError, Watermark};

async fn mark(store: &Store, later: i64) -> Watermark {
    let mut reader = store.read().await.unwrap();
    reader.watermark(NOW + Seconds(later)).await.unwrap()
}

async fn record(store: &Store) -> AuditId {
    let event = event(Activity::UpdateUser);
    let id = event.id;
    store
        .write_with::<_, (), StoreError, _>(event, |w, event| Box::pin(async move { w.record(event).await }))
        .await
        .unwrap();
    id
}

/// Takes a number that nothing is ever recorded under, where the engine leaves it out.
async fn fail(store: &Store) {
    let failed = store
        .write_with::<_, (), StoreError, _>(event(Activity::UpdateUser), |w, event| {
            Box::pin(async move {
                w.record(event).await?;
                Err(StoreError::Dangling)
            })
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Dangling)));
}

async fn told(store: &Store, from: &Watermark, to: &Watermark, limit: u32) -> Vec<(i64, AuditId)> {
    let mut reader = store.read().await.unwrap();
    let found = reader.audits_between(from, to, limit).await.unwrap();
    found
        .into_iter()
        .map(|stored| (stored.seq, stored.event.id))
        .collect()
}

#[tokio::test]
async fn however_many_numbers_never_come_what_is_new_is_told_once() {
    for_each_engine(|store| async move {
        for _ in 0..100 {
            fail(&store).await;
            record(&store).await;
        }
        let mut from = mark(&store, 0).await;
        for _ in 0..3 {
            fail(&store).await;
            let new = record(&store).await;
            let to = mark(&store, 0).await;
            let found: Vec<_> = told(&store, &from, &to, 500)
                .await
                .iter()
                .map(|(_, id)| *id)
                .collect();
            assert_eq!(found, [new]);
            from = to.to_string().parse().unwrap();
        }
        // After a while they are waited for no more.
        let settled = mark(&store, 3600).await;
        assert!(!settled.to_string().contains('.'), "{settled}");
        assert!(told(&store, &from, &settled, 500).await.is_empty());
    })
    .await;
}

/// SQLite gives numbers in the order of commits.
#[tokio::test]
async fn who_commits_late_is_told_later_even_half_way() {
    for_each_engine(|store| async move {
        if store.engine() == "sqlite" {
            return;
        }
        let begun = mark(&store, 0).await;
        let first = record(&store).await;
        let gates = Arc::new((Notify::new(), Notify::new()));
        let late = event(Activity::UpdateUser);
        let late_id = late.id;
        let slow = tokio::spawn({
            let (store, gates) = (store.clone(), Arc::clone(&gates));
            async move {
                store
                    .write_with::<_, (), StoreError, _>((late, gates), |w, (late, gates)| {
                        Box::pin(async move {
                            w.record(late).await?;
                            gates.0.notify_one();
                            gates.1.notified().await;
                            Ok(())
                        })
                    })
                    .await
            }
        });
        gates.0.notified().await;
        let (second, third) = (record(&store).await, record(&store).await);
        let end = mark(&store, 0).await;
        // A reader that takes two at a time.
        let found = told(&store, &begun, &end, 2).await;
        assert_eq!(
            found.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            [first, second]
        );
        let half_way = begun.reached(found[1].0, &end);
        gates.1.notify_one();
        slow.await.unwrap().unwrap();
        let end = mark(&store, 0).await;
        let found = told(&store, &half_way, &end, 9).await;
        assert_eq!(
            found.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            [late_id, third]
        );
        assert!(!end.to_string().contains('.'), "{end}");
    })
    .await;
}
