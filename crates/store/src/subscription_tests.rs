//! Subscriptions, on both engines: what they are told, once each, and how they end.

use latchkey_domain::{
    Activity, AuditTarget, ChangeType, ClientId, Delivery, HookUrl, LifecycleEvent, Message, News,
    NewsSubject, Seconds, ServicePrincipalId, Subscriber, Subscription, SubscriptionId, TargetKind, Watched,
};

use crate::fixtures::{NOW, change, event, id, permit, race, user_id};
use crate::testing::for_each_engine;
use crate::{Store, Watermark};

pub(crate) fn subscription(n: u64) -> Subscription {
    Subscription {
        id: SubscriptionId::from_bytes(id(n)),
        subscriber: Subscriber::Application {
            client: ClientId::from_bytes(id(90)),
            principal: ServicePrincipalId::from_bytes(id(91)),
        },
        watched: Watched::Users,
        resource: "users".to_owned(),
        changes: [ChangeType::Updated].into(),
        notification_url: HookUrl::parse("https://app.example.com/").unwrap(),
        lifecycle_url: None,
        client_state: Some(vec![1, 2]),
        tls_version: None,
        created_at: NOW + Seconds(i64::try_from(n).unwrap()),
        expires_at: NOW + Seconds(7200),
    }
}

async fn mark(store: &Store) -> Watermark {
    store.read().await.unwrap().watermark(NOW).await.unwrap()
}

pub(crate) async fn add(store: &Store, subscription: &Subscription) {
    let told = mark(store).await;
    store
        .write_with((subscription.clone(), told), |w, (subscription, told)| {
            Box::pin(async move {
                let event = event(Activity::AddSubscription);
                w.insert_subscription(&permit(), subscription, told, &event).await
            })
        })
        .await
        .unwrap();
}

fn news(id: SubscriptionId, first: i64) -> Message {
    Message::Changes {
        subscription: id,
        first,
        news: vec![News {
            change: ChangeType::Updated,
            subject: NewsSubject::User(user_id(2)),
        }],
    }
}

async fn waiting(store: &Store) -> Vec<Message> {
    let taken = change!(store, w => w.take_deliveries(crate::Lane::Calls, NOW, 100, &[])).unwrap();
    taken.into_iter().map(|delivery| delivery.message).collect()
}

#[tokio::test]
async fn subscriptions_are_kept_until_they_end() {
    for_each_engine(|store| async move {
        let (first, second) = (subscription(1), subscription(2));
        add(&store, &second).await;
        add(&store, &first).await;
        let all = store.read().await.unwrap().subscriptions(NOW).await.unwrap();
        let kept: Vec<_> = all.iter().map(|stored| &stored.subscription).collect();
        assert_eq!(kept, [&first, &second], "oldest first");
        assert!(all.iter().all(|stored| !stored.reminded && !stored.removed));

        let longer = Subscription {
            expires_at: NOW + Seconds(9000),
            ..first.clone()
        };
        let renew = longer.clone();
        let renewed = store
            .write_with(renew, |w, longer| {
                Box::pin(async move {
                    w.update_subscription(&permit(), longer, &event(Activity::UpdateSubscription))
                        .await
                })
            })
            .await;
        assert!(renewed.unwrap());
        let late = NOW + Seconds(8000);
        let mut reader = store.read().await.unwrap();
        let found = reader.subscription(first.id, late).await.unwrap().unwrap();
        assert_eq!(found.subscription, longer);
        assert_eq!(reader.subscription(second.id, late).await.unwrap(), None);
        drop(reader);
        assert_eq!(change!(store, w => w.purge(late)).unwrap().grants, 1);

        let gone = || event(Activity::DeleteSubscription);
        assert!(change!(store, w => w.delete_subscription(&permit(), first.id, &gone())).unwrap());
        assert!(!change!(store, w => w.delete_subscription(&permit(), first.id, &gone())).unwrap());
        assert!(
            store
                .read()
                .await
                .unwrap()
                .subscriptions(NOW)
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn what_happened_is_told_once_by_whichever_node() {
    for_each_engine(|store| async move {
        let one = subscription(1);
        add(&store, &one).await;
        let from = store
            .read()
            .await
            .unwrap()
            .subscription(one.id, NOW)
            .await
            .unwrap()
            .unwrap()
            .told;
        let mut happened = event(Activity::UpdateUser);
        happened.targets.push(AuditTarget {
            kind: TargetKind::User,
            id: user_id(2).to_string(),
            display_name: None,
            upn: None,
            modified: Vec::new(),
        });
        store
            .write_with::<_, (), crate::StoreError, _>(happened, |w, happened| {
                Box::pin(async move { w.record(happened).await })
            })
            .await
            .unwrap();
        let to = mark(&store).await;
        let mut reader = store.read().await.unwrap();
        let found = reader.audits_between(&from, &to, 10).await.unwrap();
        let activities: Vec<_> = found.iter().map(|stored| stored.event.activity).collect();
        assert_eq!(
            activities,
            [Activity::AddSubscription, Activity::UpdateUser],
            "what the mark lies before"
        );
        assert!(reader.audits_between(&to, &to, 10).await.unwrap().is_empty());
        drop(reader);

        let seq = found[1].seq;
        let (id, marks): (_, &'static _) = (one.id, Box::leak(Box::new((from, to))));
        let told = race(&store, 10, move |w| {
            let messages = [news(id, seq)];
            Box::pin(async move {
                w.tell_subscription(id, (&marks.0, &marks.1), &messages, NOW)
                    .await
            })
        });
        assert_eq!(told.await, 1);
        let busy = store.read().await.unwrap().subscriptions_waiting().await.unwrap();
        assert_eq!(busy, [id].into());
        assert_eq!(waiting(&store).await, [news(one.id, seq)]);
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_is_reminded_once_for_each_end() {
    for_each_engine(|store| async move {
        let one = subscription(1);
        add(&store, &one).await;
        let kept: &'static Subscription = Box::leak(Box::new(one.clone()));
        let reminded = race(&store, 5, move |w| {
            Box::pin(async move { w.remind_subscriber(kept, NOW).await })
        });
        assert_eq!(reminded.await, 1);
        let reminder = Message::Lifecycle {
            subscription: one.id,
            event: LifecycleEvent::ReauthorizationRequired,
        };
        assert_eq!(waiting(&store).await, [reminder]);
        let stored = store
            .read()
            .await
            .unwrap()
            .subscription(one.id, NOW)
            .await
            .unwrap();
        assert!(stored.unwrap().reminded);
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_subscription_stays_until_its_subscriber_was_told() {
    for_each_engine(|store| async move {
        let one = subscription(1);
        add(&store, &one).await;
        let gone = || event(Activity::DeleteSubscription);
        assert!(change!(store, w => w.withdraw_subscription(&permit(), one.id, &gone())).unwrap());
        assert!(!change!(store, w => w.withdraw_subscription(&permit(), one.id, &gone())).unwrap());
        let removed = Message::Lifecycle {
            subscription: one.id,
            event: LifecycleEvent::SubscriptionRemoved,
        };
        assert_eq!(waiting(&store).await, [removed]);
        let stored = store
            .read()
            .await
            .unwrap()
            .subscription(one.id, NOW)
            .await
            .unwrap();
        assert!(stored.unwrap().removed);
        let renewed = store
            .write_with(one, |w, one| {
                Box::pin(async move {
                    w.update_subscription(&permit(), one, &event(Activity::UpdateSubscription))
                        .await
                })
            })
            .await;
        assert!(!renewed.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_given_up_is_told_of() {
    for_each_engine(|store| async move {
        let one = subscription(1);
        let given_up = Delivery {
            message: news(one.id, 7),
            created_at: NOW,
            attempts: 30,
        };
        store
            .write_with(given_up, |w, given_up| {
                Box::pin(async move { w.give_up_delivery(given_up, NOW).await })
            })
            .await
            .unwrap();
        let missed = Message::Lifecycle {
            subscription: one.id,
            event: LifecycleEvent::Missed,
        };
        assert_eq!(waiting(&store).await, std::slice::from_ref(&missed));
        let again = Delivery {
            message: missed,
            created_at: NOW,
            attempts: 30,
        };
        store
            .write_with(again, |w, again| {
                Box::pin(async move { w.give_up_delivery(again, NOW).await })
            })
            .await
            .unwrap();
        assert_eq!(store.read().await.unwrap().deliveries_waiting().await.unwrap(), 0);
    })
    .await;
}
