//! Registrations, grants and app roles, on both engines.

use latchkey_domain::{
    Activity, AppId, AppRoleAssignment, AppRoleAssignmentKey, AppRoleId, Application, AssignedKind, ClientId,
    ClientRegistration, DelegatedGrant, DelegatedGrantKey, Member, PermissionSet, Platform, PrincipalId,
    RedirectUri, RegisteredRedirect, ServicePrincipalId,
};

use crate::fixtures::{NOW, add_user, change, event, events, permit, user, user_id};
use crate::group_tests::{add_group, group, group_id, join};
use crate::testing::for_each_engine;
use crate::{Result, Store, StoreError};

fn client(n: u8) -> ClientId {
    ClientId::from_bytes([n; 16])
}

fn principal(n: u8) -> ServicePrincipalId {
    ServicePrincipalId::from_bytes([100 + n; 16])
}

async fn add(store: &Store, n: u8) {
    let application = Application {
        id: AppId::from_bytes([200 + n; 16]),
        client_id: client(n),
        service_principal_id: principal(n),
        display_name: "Files".to_owned(),
        enabled: true,
        permissions: PermissionSet::EMPTY,
        created_at: NOW,
    };
    store
        .write_with(application, |w, application| {
            Box::pin(async move {
                w.insert_application(&permit(), application, None, &event(Activity::AddApplication))
                    .await
            })
        })
        .await
        .unwrap();
}

async fn register(store: &Store, n: u8, registration: &ClientRegistration) -> Result<()> {
    store
        .write_with(registration.clone(), move |w, registration| {
            Box::pin(async move {
                w.save_registration(
                    &permit(),
                    client(n),
                    registration,
                    &event(Activity::UpdateApplication),
                )
                .await
            })
        })
        .await
}

fn named(uris: &[&str]) -> ClientRegistration {
    ClientRegistration {
        identifier_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(),
        ..ClientRegistration::default()
    }
}

#[tokio::test]
async fn registrations_are_replaced_whole() {
    for_each_engine(|store| async move {
        add(&store, 1).await;
        let mut r = store.read().await.unwrap();
        assert_eq!(
            r.registration(client(1)).await.unwrap(),
            Some(ClientRegistration::default().into())
        );
        assert_eq!(r.registration(client(9)).await.unwrap(), None);
        assert_eq!(
            r.client_of_service_principal(principal(1)).await.unwrap(),
            Some(client(1))
        );
        drop(r);

        let full = ClientRegistration {
            redirect_uris: vec![RegisteredRedirect {
                uri: RedirectUri::parse("https://app.example.com/cb", Platform::Web).unwrap(),
                platform: Platform::Web,
            }],
            implicit_id_token: true,
            ..named(&["api://files", "https://files.example.com"])
        };
        register(&store, 1, &full).await.unwrap();
        let mut r = store.read().await.unwrap();
        assert_eq!(r.registration(client(1)).await.unwrap(), Some(full.into()));
        assert_eq!(
            r.client_of_identifier("api://files").await.unwrap(),
            Some(client(1))
        );
        assert_eq!(r.client_of_identifier("api://FILES").await.unwrap(), None);
        drop(r);

        register(&store, 1, &named(&["api://other"])).await.unwrap();
        let mut r = store.read().await.unwrap();
        assert_eq!(r.client_of_identifier("api://files").await.unwrap(), None);
        assert_eq!(
            r.client_of_identifier("api://other").await.unwrap(),
            Some(client(1))
        );
        assert_eq!(events(&store, Activity::UpdateApplication).await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_identifier_has_one_application() {
    for_each_engine(|store| async move {
        add(&store, 1).await;
        add(&store, 2).await;
        register(&store, 1, &named(&["api://files"])).await.unwrap();
        let taken = register(&store, 2, &named(&["api://mine", "api://files"]))
            .await
            .unwrap_err();
        assert!(taken.is_conflict("identifier_uris_pkey"), "{taken}");
        let mut r = store.read().await.unwrap();
        assert_eq!(
            r.client_of_identifier("api://mine").await.unwrap(),
            None,
            "nothing is changed"
        );
        assert_eq!(events(&store, Activity::UpdateApplication).await, 1);
        drop(r);
        let nobody = register(&store, 9, &named(&[])).await.unwrap_err();
        assert!(matches!(nobody, StoreError::Dangling), "{nobody}");
    })
    .await;
}

fn grant(n: u8, for_user: Option<u64>, scopes: &str) -> DelegatedGrant {
    DelegatedGrant {
        key: DelegatedGrantKey {
            client: principal(n),
            resource: ServicePrincipalId::GRAPH,
            principal: for_user.map(user_id),
        },
        scopes: DelegatedGrant::scopes_of(scopes),
        created_at: NOW,
    }
}

async fn save(store: &Store, grant: DelegatedGrant) {
    store
        .write_with(grant, |w, grant| {
            Box::pin(async move {
                w.save_delegated_grant(&permit(), grant, &event(Activity::ConsentToApplication))
                    .await
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn grants_are_for_one_or_for_everyone() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        for grant in [
            grant(1, None, "User.Read"),
            grant(1, Some(1), "Mail.Read openid"),
            grant(1, Some(2), "Other.Read"),
            grant(2, Some(1), "Another.Read"),
        ] {
            save(&store, grant).await;
        }
        save(&store, grant(1, Some(1), "Mail.Read")).await;
        let mut r = store.read().await.unwrap();
        let scopes: Vec<String> = r
            .grants_for(principal(1), user_id(1))
            .await
            .unwrap()
            .iter()
            .map(DelegatedGrant::scope_text)
            .collect();
        assert_eq!(
            scopes,
            ["User.Read", "Mail.Read"],
            "the newer scopes, everyone's first"
        );

        let first = r.delegated_grants(None, None, None, None, 3).await.unwrap();
        let rest = r
            .delegated_grants(None, None, None, Some(&first[2].key), 3)
            .await
            .unwrap();
        assert_eq!((first.len(), rest.len()), (3, 1));
        let of_all = r
            .delegated_grants(
                Some(principal(1)),
                Some(ServicePrincipalId::GRAPH),
                Some(None),
                None,
                9,
            )
            .await
            .unwrap();
        assert_eq!(of_all, [grant(1, None, "User.Read")]);
        drop(r);

        change!(store, w => async {
            let event = event(Activity::RemoveDelegatedGrant);
            let key = grant(1, None, "").key;
            assert!(w.delete_delegated_grant(&permit(), &key, &event).await?);
            assert!(!w.delete_delegated_grant(&permit(), &key, &event).await?);
            w.delete_user(&permit(), user_id(1), NOW, &crate::fixtures::event(Activity::DeleteUser)).await
        })
        .unwrap();
        let mut r = store.read().await.unwrap();
        let left = r.delegated_grants(None, None, None, None, 9).await.unwrap();
        assert_eq!(
            left,
            [grant(1, Some(2), "Other.Read")],
            "what a deleted user granted is gone"
        );
        assert_eq!(events(&store, Activity::RemoveDelegatedGrant).await, 1);
    })
    .await;
}

async fn assign(store: &Store, principal_id: PrincipalId, kind: AssignedKind, role: u8) -> Result<()> {
    let assignment = AppRoleAssignment {
        key: AppRoleAssignmentKey {
            principal: principal_id,
            resource: principal(1),
            role: AppRoleId::from_bytes([role; 16]),
        },
        kind,
        created_at: NOW,
    };
    store
        .write_with(assignment, |w, assignment| {
            Box::pin(async move {
                w.insert_app_role_assignment(&permit(), assignment, &event(Activity::AddAppRoleAssignment))
                    .await
            })
        })
        .await
}

#[tokio::test]
async fn app_roles_come_directly_or_by_a_group() {
    for_each_engine(|store| async move {
        let ada = crate::group_tests::user(7);
        add_group(&store, group(1, "Staff")).await.unwrap();
        join(&store, group_id(1), Member::User(ada), 1).await.unwrap();
        assign(&store, ada.into(), AssignedKind::User, 1).await.unwrap();
        assign(&store, group_id(1).into(), AssignedKind::Group, 2)
            .await
            .unwrap();
        assign(&store, group_id(2).into(), AssignedKind::Group, 3)
            .await
            .unwrap();
        assign(&store, principal(2).into(), AssignedKind::ServicePrincipal, 4)
            .await
            .unwrap();
        let twice = assign(&store, ada.into(), AssignedKind::User, 1)
            .await
            .unwrap_err();
        assert!(twice.is_conflict("app_role_assignments_pkey"), "{twice}");

        let mut r = store.read().await.unwrap();
        let mut roles = r.app_roles_of(ada, principal(1)).await.unwrap();
        roles.sort_unstable();
        assert_eq!(
            roles,
            [AppRoleId::from_bytes([1; 16]), AppRoleId::from_bytes([2; 16])]
        );
        assert_eq!(r.app_roles_of(ada, principal(3)).await.unwrap(), []);
        assert_eq!(
            r.app_role_assignments(None, Some(principal(1)))
                .await
                .unwrap()
                .len(),
            4
        );
        let own = r
            .app_role_assignments(Some(principal(2).into()), None)
            .await
            .unwrap();
        assert_eq!(own[0].kind, AssignedKind::ServicePrincipal);
        let key = own[0].key;
        drop(r);

        change!(store, w => async {
            let event = event(Activity::RemoveAppRoleAssignment);
            w.delete_app_role_assignment(&permit(), &key, &event).await?;
            w.delete_group(&permit(), group_id(1), &crate::fixtures::event(Activity::DeleteGroup)).await
        })
        .unwrap();
        let mut r = store.read().await.unwrap();
        assert_eq!(r.app_role_assignments(None, None).await.unwrap().len(), 2);
        assert_eq!(events(&store, Activity::RemoveAppRoleAssignment).await, 1);
    })
    .await;
}
