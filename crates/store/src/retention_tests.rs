//! Old records of the logs, on both engines: what goes, what stays, and that nobody misses it.

use std::sync::atomic::{AtomicU64, Ordering};

use latchkey_domain::{
    Activity, AuditEvent, AuditTarget, CorrelationId, Requirement, Seconds, SignInId, SignInRecord,
    TargetKind, Timestamp,
};

use crate::fixtures::{NOW, change, event, id, user_id};
use crate::testing::for_each_engine;
use crate::{Retention, Store, StoreError, Watermark};

const DAY: i64 = 24 * 3600;

fn day(days: i64) -> Timestamp {
    NOW + Seconds(days * DAY)
}

async fn write(store: &Store, days: i64) {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let target = AuditTarget {
        kind: TargetKind::User,
        id: user_id(2).to_string(),
        display_name: None,
        upn: None,
        modified: Vec::new(),
    };
    let audit = AuditEvent {
        at: day(days),
        targets: vec![target],
        ..event(Activity::UpdateUser)
    };
    let record = |interactive| SignInRecord {
        id: SignInId::from_bytes(id(COUNT.fetch_add(1, Ordering::Relaxed))),
        at: day(days),
        user_id: Some(user_id(2)),
        user_principal_name: None,
        user_display_name: None,
        app_id: "app".to_owned(),
        app_name: "App".to_owned(),
        ip_address: "192.0.2.1".to_owned(),
        user_agent: "Browser/1.0".to_owned(),
        correlation_id: CorrelationId::from_bytes([9; 16]),
        error: None,
        requirement: Requirement::SingleFactor,
        steps: Vec::new(),
        session_id: None,
        interactive,
    };
    store
        .write_with::<_, (), StoreError, _>(
            (audit, record(true), record(false)),
            |w, (audit, loud, silent)| {
                Box::pin(async move {
                    w.record(audit).await?;
                    w.insert_sign_in(loud).await?;
                    w.insert_sign_in(silent).await
                })
            },
        )
        .await
        .unwrap();
}

/// Records in the logs: of changes, what finds them, sign-ins, silent ones.
async fn counts(store: &Store) -> [i64; 4] {
    let mut reader = store.read().await.unwrap();
    let mut counts = [0; 4];
    for (count, table) in counts
        .iter_mut()
        .zip(["audits", "audit_targets", "sign_ins", "silent_sign_ins"])
    {
        let sql = format!("SELECT count(*) FROM {table}");
        (*count,) = reader.query_one(&sql, &[]).await.unwrap();
    }
    counts
}

async fn forget(store: &Store, sign_ins: Option<i64>, audits: Option<i64>, today: i64) {
    let span = |days: i64| Seconds(days * DAY);
    let retention = Retention {
        sign_ins: sign_ins.map(span),
        audits: audits.map(span),
    };
    let more = change!(store, w => w.forget_logs(retention, day(today))).unwrap();
    assert!(!more);
}

async fn mark(store: &Store) -> Watermark {
    store.read().await.unwrap().watermark(NOW).await.unwrap()
}

#[tokio::test]
async fn what_is_old_goes_where_somebody_wants_that() {
    for_each_engine(|store| async move {
        write(&store, 0).await;
        let first = mark(&store).await;
        for days in [1, 2, 40, 50] {
            write(&store, days).await;
        }
        let last = mark(&store).await;
        forget(&store, None, None, 1000).await;
        assert_eq!(counts(&store).await, [5; 4]);
        forget(&store, Some(30), None, 60).await;
        assert_eq!(counts(&store).await, [5, 5, 2, 2]);
        let oldest = |store: Store| async move { store.read().await.unwrap().oldest_audit().await.unwrap() };
        assert!(!first.is_before(oldest(store.clone()).await));
        forget(&store, None, Some(30), 60).await;
        assert_eq!(counts(&store).await, [2; 4]);
        // Who has read the first record alone misses two; who has read everything misses nothing.
        let now = oldest(store.clone()).await;
        assert!(first.is_before(now) && !last.is_before(now));
        // The last record stays, so that numbers go on and marks are known.
        forget(&store, Some(30), Some(30), 1000).await;
        assert_eq!(counts(&store).await, [1, 1, 0, 0]);
        assert_eq!(mark(&store).await, last);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_was_wrong_takes_nothing_new_away() {
    for_each_engine(|store| async move {
        for days in [50, 0, 50, 51] {
            write(&store, days).await;
        }
        forget(&store, None, Some(30), 60).await;
        assert_eq!(
            counts(&store).await[0],
            4,
            "in the log's own order, up to what is not old"
        );
        forget(&store, None, Some(30), 81).await;
        assert_eq!(counts(&store).await[0], 1);
    })
    .await;
}

#[tokio::test]
async fn much_is_removed_in_pieces() {
    for_each_engine(|store| async move {
        for _ in 0..205 {
            write(&store, 0).await;
        }
        let days = Some(Seconds(30 * DAY));
        let retention = Retention {
            sign_ins: days,
            audits: days,
        };
        assert!(change!(store, w => w.forget_logs(retention, day(60))).unwrap());
        assert_eq!(counts(&store).await, [5; 4]);
        assert!(!change!(store, w => w.forget_logs(retention, day(60))).unwrap());
        assert_eq!(counts(&store).await, [1, 1, 0, 0]);
    })
    .await;
}
