//! Notices, on both engines: queued once by whichever node, in a lane of their own, and what is kept of their fate.

use latchkey_domain::{
    Activity, AuditId, Message, NoticeReader, PrincipalId, RoleAssignment, RoleAssignmentId, RoleId,
    RoleScope, Seconds, TextProperty,
};

use crate::fixtures::{NOW, add_user, change, event, id, permit, race, user, user_id};
use crate::testing::for_each_engine;
use crate::{Lane, NoticeAttempt, Store, Watermark};

const MAIL: &str = "mail";

fn notice(n: u64) -> Message {
    Message::Notice {
        record: AuditId::from_bytes(id(n)),
        reader: NoticeReader::Person,
    }
}

async fn mark(store: &Store) -> Watermark {
    store.read().await.unwrap().watermark(NOW).await.unwrap()
}

async fn begin(store: &Store, told: &Watermark) {
    store
        .write_with(told.clone(), |w, told| {
            Box::pin(async move { w.begin_notices(MAIL, told).await })
        })
        .await
        .unwrap();
}

async fn queue(store: &Store, from: &Watermark, to: &Watermark, n: u64) -> bool {
    store
        .write_with((from.clone(), to.clone()), move |w, (from, to)| {
            Box::pin(async move { w.queue_notices(MAIL, (from, to), &[notice(n)], NOW).await })
        })
        .await
        .unwrap()
}

async fn note(store: &Store, attempt: NoticeAttempt, seconds: i64) {
    store
        .write_with(attempt, move |w, attempt| {
            Box::pin(async move { w.note_attempt(MAIL, attempt, NOW + Seconds(seconds)).await })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn what_lies_between_two_marks_is_queued_once() {
    for_each_engine(|store| async move {
        assert_eq!(
            store.read().await.unwrap().notice_channel(MAIL).await.unwrap(),
            None
        );
        let from = mark(&store).await;
        begin(&store, &from).await;
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        let to = mark(&store).await;
        assert_ne!(from, to);
        // Another node begins later: nothing that happened in between is lost.
        begin(&store, &to).await;
        let channel = store
            .read()
            .await
            .unwrap()
            .notice_channel(MAIL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(channel.told, from);

        let moved = race(&store, 4, |w| {
            Box::pin(async move {
                let channel = w.notice_channel(MAIL).await?.unwrap();
                let to = w.watermark(NOW).await?;
                if channel.told == to {
                    return Ok(false);
                }
                w.queue_notices(MAIL, (&channel.told, &to), &[notice(7)], NOW)
                    .await
            })
        })
        .await;
        assert_eq!(moved, 1);
        assert!(!queue(&store, &from, &to, 8).await, "the mark is elsewhere");
        let mut reader = store.read().await.unwrap();
        assert_eq!(reader.notice_channel(MAIL).await.unwrap().unwrap().told, to);
        assert_eq!(reader.notices_waiting(MAIL).await.unwrap(), 1);
        assert_eq!(reader.notices_waiting("other").await.unwrap(), 0);
        assert!(
            to.is_at(reader.newest_audit().await.unwrap())
                && !from.is_at(reader.newest_audit().await.unwrap())
        );
        assert_eq!(
            reader.newest_audit_before(NOW + Seconds(1)).await.unwrap(),
            reader.newest_audit().await.unwrap()
        );
        assert_eq!(reader.newest_audit_before(NOW).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn notices_are_in_a_lane_of_their_own() {
    for_each_engine(|store| async move {
        let from = mark(&store).await;
        begin(&store, &from).await;
        assert!(queue(&store, &from, &from, 7).await);
        let mut reader = store.read().await.unwrap();
        assert!(!reader.is_delivery_due(Lane::Calls, NOW, &[]).await.unwrap());
        assert!(reader.is_delivery_due(Lane::Mail, NOW, &[]).await.unwrap());
        assert!(!reader.is_delivery_due(Lane::Webhook, NOW, &[]).await.unwrap());
        drop(reader);
        assert!(
            change!(store, w => w.take_deliveries(Lane::Calls, NOW, 9, &[]))
                .unwrap()
                .is_empty()
        );
        let taken = change!(store, w => w.take_deliveries(Lane::Mail, NOW, 9, &[])).unwrap();
        assert_eq!(
            taken.iter().map(|delivery| &delivery.message).collect::<Vec<_>>(),
            [&notice(7)]
        );
        assert!(
            change!(store, w => w.take_deliveries(Lane::Mail, NOW, 9, &[]))
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn how_it_goes_is_kept() {
    for_each_engine(|store| async move {
        begin(&store, &mark(&store).await).await;
        note(&store, NoticeAttempt::Failed("no route".to_owned()), 1).await;
        note(&store, NoticeAttempt::Lost("no such box".to_owned()), 2).await;
        note(&store, NoticeAttempt::Delivered, 3).await;
        let channel = store
            .read()
            .await
            .unwrap()
            .notice_channel(MAIL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(channel.failed, Some((NOW + Seconds(2), "no such box".to_owned())));
        assert_eq!((channel.lost, channel.lost_at), (1, Some(NOW + Seconds(2))));
        assert_eq!(channel.delivered_at, Some(NOW + Seconds(3)));
    })
    .await;
}

async fn give(store: &Store, n: u64, role: RoleId) {
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_bytes(id(n)),
        role,
        principal: PrincipalId::from(user_id(n)),
        scope: RoleScope::Tenant,
        created_at: NOW,
    };
    store
        .write_with(assignment, |w, assignment| {
            Box::pin(async move {
                w.insert_role_assignment(&permit(), assignment, &event(Activity::AddMemberToRole))
                    .await
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn administrators_are_told_where_they_can_be() {
    for_each_engine(|store| async move {
        let (global, other) = (RoleId::GLOBAL_ADMINISTRATOR, RoleId::GLOBAL_READER);
        // With mail; without; with mail and another role; with mail, but switched off.
        for (n, mail, role, enabled) in [
            (1, true, global, true),
            (2, false, global, true),
            (3, true, other, true),
            (4, true, global, false),
        ] {
            let mut user = user(n, &format!("u{n}@example.com"));
            user.account_enabled = enabled;
            user.text
                .set(TextProperty::Mail, mail.then(|| format!("u{n}@example.com")));
            add_user(&store, user).await.unwrap();
            give(&store, n, role).await;
        }
        let mut reader = store.read().await.unwrap();
        let roles = [global, RoleId::AUTHENTICATION_ADMINISTRATOR];
        assert_eq!(
            reader.role_holders_with_mail(&roles, 9).await.unwrap(),
            [user_id(1)]
        );
        assert_eq!(
            reader.role_holders_with_mail(&[global, other], 9).await.unwrap(),
            [user_id(1), user_id(3)]
        );
        assert_eq!(
            reader.role_holders_with_mail(&[global, other], 1).await.unwrap(),
            [user_id(1)]
        );
    })
    .await;
}
