//! Applications as their administrators see and change them, on both engines.

use latchkey_domain::{
    Activity, AppId, AppRoleAssignment, AppRoleAssignmentKey, AppRoleId, AppSecret, Application,
    AssignedKind, ClientId, ClientRegistration, DelegatedGrant, DelegatedGrantKey, GraphPermission, Member,
    PermissionSet, RegisteredApplication, RoleId, SecretId, ServicePrincipalId,
};

use crate::fixtures::{NOW, change, event, events, permit};
use crate::group_tests::{add_group, group, group_id, join};
use crate::role_tests::give;
use crate::testing::for_each_engine;
use crate::{ApplicationFilter, ApplicationKey, MemberKind, Result, Store};

pub(crate) fn client(n: u8) -> ClientId {
    ClientId::from_bytes([n; 16])
}

pub(crate) fn principal(n: u8) -> ServicePrincipalId {
    ServicePrincipalId::from_bytes([100 + n; 16])
}

pub(crate) fn registered(n: u8, name: &str, principal_enabled: Option<bool>) -> RegisteredApplication {
    RegisteredApplication {
        application: Application {
            id: AppId::from_bytes([200 + n; 16]),
            client_id: client(n),
            service_principal_id: principal(n),
            display_name: name.to_owned(),
            enabled: principal_enabled == Some(true),
            permissions: PermissionSet::EMPTY,
            created_at: NOW,
        },
        principal_enabled,
        registration: ClientRegistration {
            identifier_uris: vec![format!("api://{n}")],
            ..ClientRegistration::default()
        },
    }
}

pub(crate) async fn register(store: &Store, new: RegisteredApplication) -> Result<()> {
    store
        .write_with(new, |w, new| {
            Box::pin(async move {
                w.register_application(&permit(), new, &event(Activity::AddApplication))
                    .await
            })
        })
        .await
}

async fn update(store: &Store, new: RegisteredApplication) -> Result<()> {
    store
        .write_with(new, |w, new| {
            Box::pin(async move {
                w.update_application(&permit(), new, &event(Activity::UpdateApplication))
                    .await
            })
        })
        .await
}

async fn names(
    store: &Store,
    principals: bool,
    filter: Option<ApplicationFilter>,
    after: Option<(&str, ClientId)>,
) -> Vec<String> {
    let mut r = store.read().await.unwrap();
    let page = r
        .applications_page(principals, filter.as_ref(), after, 10)
        .await
        .unwrap();
    if after.is_none() {
        let count = r.count_applications(principals, filter.as_ref()).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), page.len(), "{filter:?}");
    }
    page.into_iter()
        .map(|found| found.application.display_name)
        .collect()
}

#[tokio::test]
async fn applications_are_found_and_listed_by_name() {
    for_each_engine(|store| async move {
        for (n, name, state) in [
            (1, "mail", Some(true)),
            (2, "Files", None),
            (3, "files 2", Some(false)),
        ] {
            register(&store, registered(n, name, state)).await.unwrap();
        }
        assert_eq!(events(&store, Activity::AddApplication).await, 3);
        assert_eq!(
            names(&store, false, None, None).await,
            ["Files", "files 2", "mail"]
        );
        assert_eq!(names(&store, true, None, None).await, ["files 2", "mail"]);
        let after = Some(("files", client(2)));
        assert_eq!(names(&store, false, None, after).await, ["files 2", "mail"]);
        for (filter, expected) in [
            (
                ApplicationFilter::DisplayNameEquals("FILES".into()),
                vec!["Files"],
            ),
            (
                ApplicationFilter::DisplayNameStartsWith("Fi".into()),
                vec!["Files", "files 2"],
            ),
            (
                ApplicationFilter::Clients(vec![client(3), client(9)]),
                vec!["files 2"],
            ),
            (ApplicationFilter::Clients(vec![]), vec![]),
            (
                ApplicationFilter::Objects(vec![AppId::from_bytes([202; 16])]),
                vec!["Files"],
            ),
            (ApplicationFilter::Principals(vec![principal(1)]), vec!["mail"]),
        ] {
            assert_eq!(names(&store, false, Some(filter), None).await, expected);
        }
        let mut r = store.read().await.unwrap();
        for key in [
            ApplicationKey::Client(client(1)),
            ApplicationKey::Object(AppId::from_bytes([201; 16])),
            ApplicationKey::Principal(principal(1)),
        ] {
            let found = r.registered_application(key).await.unwrap();
            assert_eq!(found, Some(registered(1, "mail", Some(true))), "{key:?}");
        }
        let key = ApplicationKey::Principal(principal(2));
        assert_eq!(r.registered_application(key).await.unwrap(), None, "it has none");
        for (n, enabled) in [(1, true), (2, false), (3, false)] {
            let standing = r.application(client(n)).await.unwrap().unwrap();
            assert_eq!(standing.application.enabled, enabled, "{n}");
        }
    })
    .await;
}

#[tokio::test]
async fn applications_change_and_no_two_share_an_identifier() {
    for_each_engine(|store| async move {
        register(&store, registered(1, "mail", None)).await.unwrap();
        register(&store, registered(2, "files", None)).await.unwrap();
        let mut new = registered(1, "Mail", Some(true));
        new.registration.notes = Some("ours".to_owned());
        update(&store, new.clone()).await.unwrap();
        let mut r = store.read().await.unwrap();
        let found = r.registered_application(ApplicationKey::Client(client(1))).await;
        assert_eq!(found.unwrap(), Some(new.clone()));
        drop(r);
        new.registration.identifier_uris = vec!["api://2".to_owned()];
        let conflict = update(&store, new.clone()).await.unwrap_err();
        assert!(conflict.is_conflict("identifier_uris_pkey"), "{conflict}");
        let mut third = registered(3, "third", None);
        third.registration.identifier_uris = vec!["api://2".to_owned()];
        let conflict = register(&store, third).await.unwrap_err();
        assert!(conflict.is_conflict("identifier_uris_pkey"), "{conflict}");
        assert_eq!(events(&store, Activity::AddApplication).await, 2);
        assert_eq!(events(&store, Activity::UpdateApplication).await, 1);
    })
    .await;
}

#[tokio::test]
async fn secrets_and_permissions_come_and_go() {
    for_each_engine(|store| async move {
        register(&store, registered(1, "mail", Some(true))).await.unwrap();
        register(&store, registered(2, "files", Some(true))).await.unwrap();
        let secret = AppSecret {
            id: SecretId::from_bytes([7; 16]),
            client_id: client(1),
            display_name: Some("ci".to_owned()),
            hash: [8; 32],
            hint: "abc".to_owned(),
            start_at: NOW,
            end_at: NOW,
        };
        let kept = secret.clone();
        store
            .write_with(kept, |w, kept| {
                Box::pin(async move {
                    w.insert_app_secret(&permit(), kept, &event(Activity::UpdateApplicationSecrets))
                        .await
                })
            })
            .await
            .unwrap();
        assert_eq!(
            store.read().await.unwrap().app_secrets(client(1)).await.unwrap(),
            std::slice::from_ref(&secret).into()
        );
        let activity = Activity::UpdateApplicationSecrets;
        for (of, gone) in [(2, false), (1, true), (1, false)] {
            let deleted = change!(&store, w => w
                .delete_app_secret(&permit(), client(of), SecretId::from_bytes([7; 16]), &event(activity)));
            assert_eq!(deleted.unwrap(), gone, "{of}");
        }
        let permissions = [GraphPermission::UserReadAll, GraphPermission::GroupReadAll];
        let activity = Activity::AddAppRoleAssignment;
        for (of, permission) in [(1, permissions[0]), (1, permissions[1]), (2, permissions[0])] {
            change!(&store, w => w.insert_permission(&permit(), client(of), permission, NOW, &event(activity)))
                .unwrap();
        }
        let again = change!(&store, w => w
            .insert_permission(&permit(), client(1), GraphPermission::UserReadAll, NOW, &event(activity)));
        assert!(again.unwrap_err().is_conflict("application_permissions_pkey"));
        let mut r = store.read().await.unwrap();
        assert_eq!(r.permissions_held(principal(1)).await.unwrap().len(), 2);
        let mut all = Vec::new();
        let mut after = None;
        while let [held] = r.permission_holders(after, 1).await.unwrap().as_slice() {
            after = Some((held.principal, held.permission));
            all.push((held.display_name.clone(), held.permission));
        }
        let expected = [
            ("mail", permissions[1]),
            ("mail", permissions[0]),
            ("files", permissions[0]),
        ];
        assert_eq!(all, expected.map(|(name, permission)| (name.to_owned(), permission)));
        drop(r);
        for gone in [true, false] {
            let deleted = change!(&store, w => w
                .delete_permission(&permit(), client(1), GraphPermission::UserReadAll, &event(activity)));
            assert_eq!(deleted.unwrap(), gone);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_leaves_nothing_that_was_granted() {
    for_each_engine(|store| async move {
        for (n, name) in [(1, "mail"), (2, "files")] {
            register(&store, registered(n, name, Some(true))).await.unwrap();
            let activity = Activity::AddAppRoleAssignment;
            change!(&store, w => w
                .insert_permission(&permit(), client(n), GraphPermission::UserReadAll, NOW, &event(activity)))
            .unwrap();
        }
        for (holder, resource) in [(1, 2), (2, 1)] {
            let assignment = AppRoleAssignment {
                key: AppRoleAssignmentKey {
                    principal: principal(holder).into(),
                    resource: principal(resource),
                    role: AppRoleId::DEFAULT,
                },
                kind: AssignedKind::ServicePrincipal,
                created_at: NOW,
            };
            let grant = DelegatedGrant {
                key: DelegatedGrantKey {
                    client: principal(holder),
                    resource: principal(resource),
                    principal: None,
                },
                scopes: vec!["a".to_owned()],
                created_at: NOW,
            };
            store
                .write_with((assignment, grant), |w, (assignment, grant)| {
                    Box::pin(async move {
                        let event = event(Activity::AddAppRoleAssignment);
                        w.insert_app_role_assignment(&permit(), assignment, &event)
                            .await?;
                        w.save_delegated_grant(
                            &permit(),
                            grant,
                            &crate::fixtures::event(Activity::AddDelegatedGrant),
                        )
                        .await
                    })
                })
                .await
                .unwrap();
        }
        let holders = store
            .read()
            .await
            .unwrap()
            .role_holders(principal(2), None, 10)
            .await;
        assert_eq!(holders.unwrap().len(), 1);
        let of = registered(1, "mail", Some(true)).application;
        store
            .write_with(of, |w, of| {
                Box::pin(async move {
                    w.remove_principal(
                        &permit(),
                        of,
                        principal(9),
                        &event(Activity::RemoveServicePrincipal),
                    )
                    .await
                })
            })
            .await
            .unwrap();
        let mut r = store.read().await.unwrap();
        assert!(r.role_holders(principal(2), None, 10).await.unwrap().is_empty());
        assert!(
            r.delegated_grants(None, None, None, None, 10)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(r.app_role_assignments(None, None).await.unwrap().is_empty());
        let left = r
            .registered_application(ApplicationKey::Client(client(1)))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (left.principal_enabled, left.application.service_principal_id),
            (None, principal(9))
        );
        assert_eq!(left.application.permissions, PermissionSet::EMPTY);
        drop(r);
        for gone in [true, false] {
            let of = registered(2, "files", Some(true)).application;
            let deleted = store
                .write_with(of, |w, of| {
                    Box::pin(async move {
                        w.delete_application(&permit(), of, &event(Activity::DeleteApplication))
                            .await
                    })
                })
                .await;
            assert_eq!(deleted.unwrap(), gone);
        }
        assert_eq!(names(&store, false, None, None).await, ["mail"]);
    })
    .await;
}

#[tokio::test]
async fn principals_are_in_groups_hold_what_those_hold_and_leave_with_their_deletion() {
    for_each_engine(|store| async move {
        register(&store, registered(1, "mail", Some(true))).await.unwrap();
        let mut admins = group(1, "Admins");
        admins.properties.role_assignable = true;
        add_group(&store, admins).await.unwrap();
        add_group(&store, group(2, "Staff")).await.unwrap();
        let own = Member::Principal(principal(1));
        for (n, (container, member)) in [(1, own), (2, own), (2, Member::Group(group_id(1)))]
            .into_iter()
            .enumerate()
        {
            join(&store, group_id(container), member, u8::try_from(n).unwrap())
                .await
                .unwrap();
        }
        change!(store, w => w.add_owner(&permit(), group_id(2), principal(1).into(), &event(Activity::AddOwnerToGroup)))
            .unwrap();
        give(&store, 1, group_id(1).into(), RoleId::GLOBAL_READER)
            .await
            .unwrap();
        let mut r = store.read().await.unwrap();
        assert_eq!(r.roles_of(principal(1).into()).await.unwrap(), [RoleId::GLOBAL_READER]);
        let held = r.held_roles(principal(1).into()).await.unwrap();
        assert_eq!(held.tenant, [RoleId::GLOBAL_READER]);
        let holding = r.all_groups_holding(own).await.unwrap();
        assert_eq!(holding, [group_id(1), group_id(2)]);
        let all = r.members_page(group_id(2), None, 10).await.unwrap();
        assert_eq!(all, [Member::Group(group_id(1)), own], "service principals come last");
        let after = Some(Member::Group(group_id(1)));
        assert_eq!(r.members_page(group_id(2), after, 10).await.unwrap(), [own]);
        let kind = Some(MemberKind::Principal);
        assert_eq!(r.count_members(group_id(2), true, None, kind).await.unwrap(), 1);
        assert_eq!(r.owners_of(group_id(2)).await.unwrap(), [principal(1).into()]);
        drop(r);
        let of = registered(1, "mail", Some(true)).application;
        store
            .write_with(of, |w, of| {
                Box::pin(async move {
                    let event = event(Activity::RemoveServicePrincipal);
                    w.remove_principal(&permit(), of, principal(9), &event).await
                })
            })
            .await
            .unwrap();
        let mut r = store.read().await.unwrap();
        assert!(r.all_groups_holding(own).await.unwrap().is_empty());
        assert!(r.owners_of(group_id(2)).await.unwrap().is_empty());
        assert!(r.held_roles(principal(1).into()).await.unwrap().tenant.is_empty());
    })
    .await;
}
