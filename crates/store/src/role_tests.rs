//! Roles, applications and signing keys, on both engines.

use latchkey_domain::{
    Activity, AppId, AppSecret, Application, ClientId, GraphPermission, Member, PrincipalId, RoleAssignment,
    RoleAssignmentId, RoleId, RoleScope, SecretId, ServicePrincipalId, Timestamp,
};

use crate::group_tests::{NOW, add_group, change, count, event, group, group_id, join, permit, user};
use crate::testing::for_each_engine;
use crate::{Result, RoleAssignmentFilter, Store, StoreError, StoredSigningKey, Writer};

pub(crate) async fn give(store: &Store, n: u8, principal: PrincipalId, role: RoleId) -> Result<()> {
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_bytes([n; 16]),
        role,
        principal,
        scope: RoleScope::Tenant,
        created_at: Timestamp::from_seconds(i64::from(n)),
    };
    store
        .write_with(assignment, move |w, assignment| {
            Box::pin(async move {
                w.insert_role_assignment(&permit(), assignment, &event(Activity::AddMemberToRole, n))
                    .await
            })
        })
        .await
}

/// An account with this id.
async fn person(store: &Store, n: u8, enabled: bool) {
    let mut account = crate::fixtures::user(u64::from(n), &format!("u{n}@example.com"));
    account.id = user(n);
    account.account_enabled = enabled;
    crate::fixtures::add_user(store, account).await.unwrap();
}

#[tokio::test]
async fn members_of_a_group_hold_what_it_holds() {
    for_each_engine(|store| async move {
        let mut admins = group(1, "Admins");
        admins.properties.role_assignable = true;
        add_group(&store, admins).await.unwrap();
        for (n, enabled) in [(11, true), (12, false), (13, true)] {
            person(&store, n, enabled).await;
            join(&store, group_id(1), Member::User(user(n)), n).await.unwrap();
        }
        let (global, reader) = (RoleId::GLOBAL_ADMINISTRATOR, RoleId::GLOBAL_READER);
        give(&store, 1, group_id(1).into(), global).await.unwrap();
        give(&store, 2, user(11).into(), global).await.unwrap();
        give(&store, 3, user(11).into(), reader).await.unwrap();

        let mut r = store.read().await.unwrap();
        let mut both = [global, reader];
        both.sort();
        assert_eq!(r.roles_of(user(11).into()).await.unwrap(), both);
        assert_eq!(r.held_roles(user(11).into()).await.unwrap().tenant, both);
        assert_eq!(r.roles_of(user(13).into()).await.unwrap(), [global]);
        assert_eq!(r.held_roles(user(13).into()).await.unwrap().tenant, [global]);
        assert_eq!(r.own_roles_of(user(13).into()).await.unwrap(), []);
        assert_eq!(r.own_roles_of(group_id(1).into()).await.unwrap(), [global]);
        let standing = r.target_standing(user(13)).await.unwrap();
        assert_eq!(standing.roles, [global]);
        assert!(standing.in_role_assignable_group);
        // Twice one person, and one who is switched off.
        assert_eq!(r.count_role_holders(global).await.unwrap(), 2);
        let mail = r.role_holders_with_mail(&[global], 9).await.unwrap();
        assert_eq!(mail, [user(11), user(13)]);
        drop(r);

        change!(store, w => w.delete_group(&permit(), group_id(1), &event(Activity::DeleteGroup, 1)))
            .unwrap();
        let mut r = store.read().await.unwrap();
        assert_eq!(r.roles_of(user(13).into()).await.unwrap(), []);
        assert_eq!(r.own_roles_of(group_id(1).into()).await.unwrap(), []);
        assert_eq!(r.count_role_holders(global).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_and_taken() {
    for_each_engine(|store| async move {
        person(&store, 1, true).await;
        person(&store, 2, true).await;
        let (ada, bob) = (PrincipalId::from(user(1)), PrincipalId::from(user(2)));
        let (global, reader) = (RoleId::GLOBAL_ADMINISTRATOR, RoleId::GLOBAL_READER);
        give(&store, 1, ada, global).await.unwrap();
        give(&store, 2, ada, reader).await.unwrap();
        give(&store, 3, bob, global).await.unwrap();
        let twice = give(&store, 4, ada, global).await.unwrap_err();
        assert!(
            twice.is_conflict("role_assignments_principal_id_role_id_key"),
            "{twice}"
        );
        // An application's service principal holds it too, but is nobody.
        let (application, secret) = application();
        let service_principal = application.service_principal_id;
        insert_application(&store, application, secret).await.unwrap();
        give(&store, 5, PrincipalId::from(service_principal), global)
            .await
            .unwrap();

        let mut r = store.read().await.unwrap();
        let list = async |principal, role| {
            let mut r = store.read().await.unwrap();
            let found = r
                .role_assignments(&RoleAssignmentFilter {
                    principal,
                    role,
                    scope: None,
                })
                .await
                .unwrap();
            found.iter().map(|a| a.id.as_bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!(list(None, None).await, [1, 2, 3, 5]);
        assert_eq!(list(Some(ada), None).await, [1, 2]);
        assert_eq!(list(None, Some(global)).await, [1, 3, 5]);
        assert_eq!(list(Some(bob), Some(reader)).await, [] as [u8; 0]);
        assert_eq!(r.count_role_holders(global).await.unwrap(), 2);
        let one = r
            .role_assignment(RoleAssignmentId::from_bytes([2; 16]))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (one.principal, one.role, one.created_at),
            (ada, reader, Timestamp::from_seconds(2))
        );
        let mut roles = r.roles_of(ada).await.unwrap();
        roles.sort();
        let mut wanted = [global, reader];
        wanted.sort();
        assert_eq!(roles, wanted);
        drop(r);

        let take = |n| {
            let store = store.clone();
            async move {
                let id = RoleAssignmentId::from_bytes([1; 16]);
                change!(store, w => w.delete_role_assignment(
                    &permit(), id, &event(Activity::RemoveMemberFromRole, n)
                ))
            }
        };
        assert!(take(1).await.unwrap());
        assert!(!take(2).await.unwrap());
        assert_eq!(count(&store, Activity::RemoveMemberFromRole).await, 1);
        assert_eq!(
            store
                .read()
                .await
                .unwrap()
                .count_role_holders(global)
                .await
                .unwrap(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn role_assignable_groups_protect_whoever_can_get_into_them() {
    for_each_engine(|store| async move {
        let mut protected = group(1, "Admins");
        protected.properties.role_assignable = true;
        add_group(&store, protected).await.unwrap();
        add_group(&store, group(2, "Inside")).await.unwrap();
        add_group(&store, group(3, "Apart")).await.unwrap();
        join(&store, group_id(1), Member::Group(group_id(2)), 1)
            .await
            .unwrap();
        join(&store, group_id(1), Member::User(user(11)), 2)
            .await
            .unwrap();
        join(&store, group_id(2), Member::User(user(12)), 3)
            .await
            .unwrap();
        join(&store, group_id(3), Member::User(user(13)), 4)
            .await
            .unwrap();
        for (group, owner) in [(1, 14), (2, 15), (3, 16)] {
            change!(store, w => w.add_owner(
                &permit(), group_id(group), user(owner).into(), &event(Activity::AddOwnerToGroup, owner)
            ))
            .unwrap();
        }
        give(&store, 1, PrincipalId::from(user(13)), RoleId::REPORTS_READER)
            .await
            .unwrap();
        give(&store, 2, PrincipalId::from(user(12)), RoleId::REPORTS_READER)
            .await
            .unwrap();
        let mut r = store.read().await.unwrap();
        for (n, inside) in [
            (11, true),
            (12, true),
            (13, false),
            (14, true),
            (15, true),
            (16, false),
            (17, false),
        ] {
            let standing = r.target_standing(user(n)).await.unwrap();
            assert_eq!(standing.in_role_assignable_group, inside, "{n}");
            assert_eq!(standing.id, user(n));
            let roles: &[RoleId] = if n == 12 || n == 13 {
                &[RoleId::REPORTS_READER]
            } else {
                &[]
            };
            assert_eq!(standing.roles, roles, "{n}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_user_is_in_no_group_and_holds_no_role() {
    for_each_engine(|store| async move {
        add_group(&store, group(1, "One")).await.unwrap();
        add_group(&store, group(2, "Two")).await.unwrap();
        for (n, member) in [(1, user(7)), (2, user(8))] {
            person(&store, 6 + n, true).await;
            join(&store, group_id(1), Member::User(member), n).await.unwrap();
            change!(store, w => w.add_owner(
                &permit(), group_id(2), member.into(), &event(Activity::AddOwnerToGroup, n)
            ))
            .unwrap();
            give(&store, n, PrincipalId::from(member), RoleId::GLOBAL_READER)
                .await
                .unwrap();
        }
        // A group of the same bytes is somebody else.
        join(&store, group_id(1), Member::Group(group_id(7)), 3)
            .await
            .unwrap();
        change!(store, w => w.forget_principal(user(7))).unwrap();
        let mut r = store.read().await.unwrap();
        let left = r.members_page(group_id(1), None, 10).await.unwrap();
        assert_eq!(left, [Member::User(user(8)), Member::Group(group_id(7))]);
        assert_eq!(
            r.owners_of(group_id(2)).await.unwrap(),
            [PrincipalId::from(user(8))]
        );
        assert_eq!(r.roles_of(PrincipalId::from(user(7))).await.unwrap(), []);
        assert_eq!(r.count_role_holders(RoleId::GLOBAL_READER).await.unwrap(), 1);
    })
    .await;
}

fn application() -> (Application, AppSecret) {
    let client_id = ClientId::from_bytes([1; 16]);
    let application = Application {
        id: AppId::from_bytes([2; 16]),
        client_id,
        service_principal_id: ServicePrincipalId::from_bytes([3; 16]),
        display_name: "HR".to_owned(),
        enabled: true,
        permissions: [
            GraphPermission::UserReadAll,
            GraphPermission::UserAuthMethodTAPReadWriteAll,
        ]
        .into_iter()
        .collect(),
        created_at: NOW,
    };
    let secret = AppSecret {
        id: SecretId::from_bytes([4; 16]),
        client_id,
        display_name: None,
        hash: [5; 32],
        hint: "abc".to_owned(),
        start_at: NOW,
        end_at: Timestamp::from_micros(NOW.as_micros() + 1),
    };
    (application, secret)
}

async fn insert_application(store: &Store, application: Application, secret: AppSecret) -> Result<()> {
    store
        .write_with((application, secret), |w, (application, secret)| {
            Box::pin(async move {
                w.insert_application(
                    &permit(),
                    application,
                    Some(secret),
                    &event(Activity::AddApplication, 1),
                )
                .await
            })
        })
        .await
}

#[tokio::test]
async fn applications_come_with_permissions_roles_and_secrets() {
    for_each_engine(|store| async move {
        let (application, secret) = application();
        insert_application(&store, application.clone(), secret.clone())
            .await
            .unwrap();
        let bare = Application {
            id: AppId::from_bytes([12; 16]),
            client_id: ClientId::from_bytes([11; 16]),
            service_principal_id: ServicePrincipalId::from_bytes([13; 16]),
            permissions: [].into_iter().collect(),
            enabled: false,
            ..application.clone()
        };
        let mut other = secret.clone();
        other.id = SecretId::from_bytes([14; 16]);
        other.client_id = bare.client_id;
        let conflict = insert_application(&store, bare.clone(), other.clone())
            .await
            .unwrap_err();
        assert!(
            conflict.is_conflict("audits_id_key"),
            "the same event can't be recorded twice: {conflict}"
        );
        store
            .write_with((bare.clone(), other.clone()), |w, (application, secret)| {
                Box::pin(async move {
                    let event = event(Activity::AddApplication, 2);
                    w.insert_application(&permit(), application, Some(secret), &event)
                        .await
                })
            })
            .await
            .unwrap();
        give(
            &store,
            1,
            PrincipalId::from(application.service_principal_id),
            RoleId::GLOBAL_READER,
        )
        .await
        .unwrap();

        let mut r = store.read().await.unwrap();
        let standing = r.application(application.client_id).await.unwrap().unwrap();
        assert_eq!(standing.application, application);
        assert_eq!(standing.roles, [RoleId::GLOBAL_READER]);
        let standing = r.application(bare.client_id).await.unwrap().unwrap();
        assert_eq!(standing.application, bare);
        assert_eq!(standing.roles, []);
        assert_eq!(
            r.app_secrets(application.client_id).await.unwrap(),
            [secret].into()
        );
        assert_eq!(r.app_secrets(bare.client_id).await.unwrap(), [other].into());
        assert_eq!(r.application(ClientId::from_bytes([9; 16])).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn signing_keys_are_kept_until_after_they_are_retired() {
    for_each_engine(|store| async move {
        let key = |n: u8| StoredSigningKey {
            kid: format!("key-{n}"),
            algorithm: "RS256".to_owned(),
            sealed: vec![n; 100],
            created_at: NOW,
            use_from: Timestamp::from_seconds(i64::from(n)),
            retired_at: None,
        };
        for n in [2, 1] {
            store
                .write_with(key(n), move |w, key| {
                    Box::pin(async move { w.insert_signing_key(key, &event(Activity::KeyRotated, n)).await })
                })
                .await
                .unwrap();
        }
        let twice = store
            .write_with(key(2), |w, key| {
                Box::pin(async move { w.insert_signing_key(key, &event(Activity::KeyRotated, 3)).await })
            })
            .await
            .unwrap_err();
        assert!(StoreError::is_conflict(&twice, "signing_keys_pkey"), "{twice}");
        let retire = |kid: &'static str, n| {
            let store = store.clone();
            async move { change!(store, w => w.retire_signing_key(kid, NOW, &event(Activity::KeyRotated, n))) }
        };
        assert!(retire("key-1", 4).await.unwrap());
        assert!(!retire("key-1", 5).await.unwrap());
        assert!(!retire("key-3", 6).await.unwrap());
        let retired = StoredSigningKey {
            retired_at: Some(NOW),
            ..key(1)
        };
        assert_eq!(
            store.read().await.unwrap().signing_keys().await.unwrap(),
            [retired, key(2)]
        );
        assert_eq!(count(&store, Activity::KeyRotated).await, 3);
    })
    .await;
}
