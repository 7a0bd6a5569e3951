//! The queue of deliveries, on both engines: what fills it, and that each message is in one pair of hands at a time.

use latchkey_domain::{
    Activity, AppId, Application, AskedFor, Authorization, AuthorizationId, ClientId, ClientRegistration,
    Delivery, Message, PermissionSet, Platform, Seconds, ServicePrincipalId, Session, SessionMethod,
};

use crate::Store;
use crate::fixtures::{
    NOW, add_user, change, event, id, issue, open_session, pass, permit, race, session, user, user_id,
};
use crate::testing::for_each_engine;

const LISTENS: u64 = 100;
const DEAF: u64 = 200;

/// Two applications, of which one wants to be called.
async fn applications(store: &Store) {
    for (n, back_channel_logout) in [(LISTENS, Some("https://app.example.com/out")), (DEAF, None)] {
        let application = Application {
            id: AppId::from_bytes(id(n + 1)),
            client_id: ClientId::from_bytes(id(n)),
            service_principal_id: ServicePrincipalId::from_bytes(id(n + 2)),
            display_name: "App".to_owned(),
            enabled: true,
            permissions: PermissionSet::EMPTY,
            created_at: NOW,
        };
        let registration = ClientRegistration {
            back_channel_logout: back_channel_logout.map(str::to_owned),
            ..ClientRegistration::default()
        };
        store
            .write_with((application, registration), |w, (application, registration)| {
                Box::pin(async move {
                    let client = application.client_id;
                    w.insert_application(&permit(), application, None, &event(Activity::AddApplication))
                        .await?;
                    w.save_registration(
                        &permit(),
                        client,
                        registration,
                        &event(Activity::UpdateApplication),
                    )
                    .await
                })
            })
            .await
            .unwrap();
    }
}

/// A session that let its person in to both applications, to one of them twice.
async fn session_with_applications(store: &Store, session: Session, n: u64) {
    open_session(store, session, n).await.unwrap();
    for (place, client) in [LISTENS, LISTENS, DEAF].into_iter().enumerate() {
        let authorization = Authorization {
            id: AuthorizationId::from_bytes(id(n * 1000 + place as u64)),
            client_id: ClientId::from_bytes(id(client)),
            user_id: session.user_id,
            session_id: session.id,
            method: session.method,
            pass: session.pass,
            authenticated_at: NOW,
            created_at: NOW,
            fixed_end: None,
            ended: None,
            offline: false,
            asked: AskedFor {
                audience: "a".to_owned(),
                platform: Platform::Web,
                scope: "openid".to_owned(),
                nonce: None,
                auth_time: false,
                acr: false,
                handles_challenges: false,
                key: None,
            },
        };
        store
            .write_with(authorization, |w, authorization| {
                Box::pin(async move { w.insert_authorization(authorization).await })
            })
            .await
            .unwrap();
    }
}

fn logout(session: &Session) -> Message {
    Message::Logout {
        client: ClientId::from_bytes(id(LISTENS)),
        user: session.user_id,
        session: session.id,
    }
}

/// Takes everything out of the queue.
async fn drain(store: &Store) -> Vec<Message> {
    let taken = change!(store, w => w.take_deliveries(crate::Lane::Calls, NOW, 100, &[])).unwrap();
    let mut messages = Vec::new();
    for delivery in taken {
        messages.push(delivery.message.clone());
        store
            .write_with(delivery, |w, delivery| {
                Box::pin(async move { w.finish_delivery(delivery).await })
            })
            .await
            .unwrap();
    }
    assert_eq!(store.read().await.unwrap().deliveries_waiting().await.unwrap(), 0);
    messages
}

#[tokio::test]
async fn whatever_ends_a_session_tells_its_applications() {
    for_each_engine(|store| async move {
        applications(&store).await;
        add_user(&store, user(2, "ada@example.com")).await.unwrap();
        let revoked = || event(Activity::SessionsRevoked);
        let mut next = 10;
        let mut fresh = |with_pass: bool| {
            next += 1;
            let pass = pass(next, 2, false);
            let (method, pass) = if with_pass {
                (SessionMethod::Pass { one_time: false }, Some(&pass))
            } else {
                (SessionMethod::Passkey, None)
            };
            session(next, 2, method, pass)
        };

        let one = fresh(false);
        session_with_applications(&store, one, 1).await;
        assert!(change!(store, w => w.delete_session(one.id, NOW)).unwrap());
        assert_eq!(drain(&store).await, [logout(&one)]);

        let (kept, other) = (fresh(false), fresh(false));
        session_with_applications(&store, kept, 2).await;
        session_with_applications(&store, other, 3).await;
        change!(store, w => w.end_sessions(user_id(2), Some(kept.id), NOW, &revoked())).unwrap();
        assert_eq!(drain(&store).await, [logout(&other)]);
        change!(store, w => w.end_sessions(user_id(2), None, NOW, &revoked())).unwrap();
        assert_eq!(drain(&store).await, [logout(&kept)]);

        let (without, on_pass) = (fresh(false), fresh(true));
        issue(&store, pass(70, 2, false)).await.unwrap();
        session_with_applications(&store, without, 4).await;
        session_with_applications(&store, on_pass, 5).await;
        issue(&store, pass(71, 2, false)).await.unwrap();
        assert_eq!(
            drain(&store).await,
            [logout(&on_pass)],
            "a new pass ends the old one"
        );

        let mut ada = user(2, "ada@example.com");
        ada.account_enabled = false;
        let disabled = event(Activity::DisableAccount);
        store
            .write_with((ada, disabled), |w, (ada, disabled)| {
                Box::pin(async move {
                    w.update_user(&permit(), ada, std::slice::from_ref(disabled))
                        .await
                })
            })
            .await
            .unwrap();
        assert_eq!(drain(&store).await, [logout(&without)]);

        let over = change!(store, w => w.purge(NOW + Seconds(100 * 24 * 3600))).unwrap();
        assert_eq!(over.sessions, 1);
        let late =
            change!(store, w => w.take_deliveries(crate::Lane::Calls, NOW + Seconds(100 * 24 * 3600), 9, &[]))
                .unwrap();
        assert_eq!(late.len(), 1, "the end by itself is told, too");
        let never = change!(store, w => w.purge(NOW + Seconds(101 * 24 * 3600))).unwrap();
        assert_eq!(never.unheard, 1);
    })
    .await;
}

async fn three_waiting(store: &Store) {
    applications(store).await;
    add_user(store, user(2, "ada@example.com")).await.unwrap();
    for n in [11, 12, 13] {
        let session = session(n, 2, SessionMethod::Passkey, None);
        session_with_applications(store, session, n).await;
    }
    change!(store, w => w.end_sessions(user_id(2), None, NOW, &event(Activity::SessionsRevoked))).unwrap();
}

#[tokio::test]
async fn a_delivery_is_in_one_pair_of_hands_and_comes_back_from_lost_ones() {
    for_each_engine(|store| async move {
        three_waiting(&store).await;
        let taken = race(&store, 20, |w| {
            Box::pin(async move {
                Ok(!w
                    .take_deliveries(crate::Lane::Calls, NOW, 1, &[])
                    .await?
                    .is_empty())
            })
        });
        assert_eq!(taken.await, 3);
        assert!(
            !store
                .read()
                .await
                .unwrap()
                .is_delivery_due(crate::Lane::Calls, NOW, &[])
                .await
                .unwrap()
        );

        // Whoever took them was heard of no more.
        let early = NOW + Seconds(Delivery::LEASE.0 - 1);
        assert!(
            change!(store, w => w.take_deliveries(crate::Lane::Calls, early, 9, &[]))
                .unwrap()
                .is_empty()
        );
        let later = NOW + Delivery::LEASE;
        assert!(
            store
                .read()
                .await
                .unwrap()
                .is_delivery_due(crate::Lane::Calls, later, &[])
                .await
                .unwrap()
        );
        let again = change!(store, w => w.take_deliveries(crate::Lane::Calls, later, 9, &[])).unwrap();
        assert_eq!(again.len(), 3);
        assert!(
            again
                .iter()
                .all(|delivery| delivery.attempts == 2 && delivery.created_at == NOW)
        );

        // The first one comes late: what it says of its failure changes nothing.
        let [second, ..] = &again[..] else { panic!() };
        let first = Delivery {
            attempts: 1,
            ..second.clone()
        };
        let postpone = |delivery: Delivery, next| {
            let store = store.clone();
            async move {
                store
                    .write_with(delivery, move |w, delivery| {
                        Box::pin(async move { w.postpone_delivery(delivery, next).await })
                    })
                    .await
                    .unwrap();
            }
        };
        postpone(first, later).await;
        assert!(
            !store
                .read()
                .await
                .unwrap()
                .is_delivery_due(crate::Lane::Calls, later, &[])
                .await
                .unwrap()
        );
        postpone(second.clone(), later + Seconds(10)).await;
        assert!(
            change!(store, w => w.take_deliveries(crate::Lane::Calls, later + Seconds(9), 9, &[]))
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            change!(store, w => w.take_deliveries(crate::Lane::Calls, later + Seconds(10), 9, &[]))
                .unwrap()
                .len(),
            1
        );
    })
    .await;
}
