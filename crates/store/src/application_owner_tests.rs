//! Owners of applications, on both engines.

use latchkey_domain::{Activity, ClientId, PrincipalId};

use crate::fixtures::{add_user, change, event, events, permit, user, user_id};
use crate::registered_tests::{client, principal, register, registered};
use crate::testing::for_each_engine;
use crate::{ApplicationKey, Result, Store};

async fn own(store: &Store, of: ClientId, owner: PrincipalId) -> Result<()> {
    let activity = Activity::AddOwnerToApplication;
    change!(store, w => w.add_application_owner(&permit(), of, owner, &event(activity)))
}

async fn owners(store: &Store, of: ClientId) -> Vec<PrincipalId> {
    let mut r = store.read().await.unwrap();
    r.application_owners(of).await.unwrap()
}

fn person(n: u64) -> PrincipalId {
    user_id(n).into()
}

#[tokio::test]
async fn owners_come_and_go_with_their_records() {
    for_each_engine(|store| async move {
        register(&store, registered(1, "mail", Some(true))).await.unwrap();
        register(&store, registered(2, "files", Some(true)))
            .await
            .unwrap();
        for owner in [person(1), person(2), principal(2).into()] {
            own(&store, client(1), owner).await.unwrap();
        }
        let mut expected = vec![person(1), person(2), principal(2).into()];
        expected.sort_unstable();
        assert_eq!(owners(&store, client(1)).await, expected);
        assert!(owners(&store, client(2)).await.is_empty());

        let twice = own(&store, client(1), person(1)).await.unwrap_err();
        assert!(twice.is_conflict("application_owners_pkey"), "{twice}");
        assert!(
            own(&store, client(9), person(1)).await.is_err(),
            "no such application"
        );
        assert_eq!(events(&store, Activity::AddOwnerToApplication).await, 3);

        let activity = Activity::RemoveOwnerFromApplication;
        for (of, gone) in [(2, false), (1, true), (1, false)] {
            let removed = change!(&store, w => w
                .remove_application_owner(&permit(), client(of), person(1), &event(activity)));
            assert_eq!(removed.unwrap(), gone, "{of}");
        }
        assert_eq!(events(&store, activity).await, 1);
    })
    .await;
}

#[tokio::test]
async fn who_or_what_is_deleted_owns_nothing_and_is_nobodys() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        for (n, name) in [(1, "mail"), (2, "files")] {
            register(&store, registered(n, name, Some(true))).await.unwrap();
        }
        for (of, owner) in [(1, person(1)), (1, principal(2).into()), (2, person(1))] {
            own(&store, client(of), owner).await.unwrap();
        }
        let deleted = change!(&store, w => w
            .delete_user(&permit(), user_id(1), crate::fixtures::NOW, &event(Activity::DeleteUser)));
        assert!(deleted.unwrap());
        assert_eq!(owners(&store, client(1)).await, [PrincipalId::from(principal(2))]);
        let application = registered(2, "files", Some(true)).application;
        let deleted = store
            .write_with(application, |w, application| {
                Box::pin(async move {
                    w.delete_application(&permit(), application, &event(Activity::DeleteApplication))
                        .await
                })
            })
            .await;
        assert!(deleted.unwrap());
        assert!(owners(&store, client(1)).await.is_empty());
        assert!(owners(&store, client(2)).await.is_empty());
        let mut r = store.read().await.unwrap();
        let key = ApplicationKey::Client(client(1));
        assert!(r.registered_application(key).await.unwrap().is_some());
    })
    .await;
}
