//! Groups, roles, applications and keys, on both engines.

use latchkey_domain::{
    Action, Activity, AppId, AppSecret, Application, AuditEvent, AuditId, AuditOutcome, Caller, ClientId,
    CorrelationId, GraphPermission, Group, GroupId, Initiator, Member, NewGroup, Permit, PrincipalId,
    RoleAssignment, RoleAssignmentId, RoleId, SecretId, ServicePrincipalId, Timestamp, UserId, Visibility,
    may,
};

use crate::testing::for_each_engine;
use crate::{AuditFilter, GroupFilter, Result, Store, StoreError, StoredSigningKey, Writer};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn permit() -> Permit {
    may(&Caller::Console, Action::WriteGroup, None).unwrap()
}

fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

fn group_id(n: u8) -> GroupId {
    GroupId::from_bytes([n; 16])
}

fn group(n: u8, name: &str) -> Group {
    let properties = NewGroup {
        display_name: name.to_owned(),
        description: None,
        mail_nickname: "nick".to_owned(),
        role_assignable: false,
        visibility: Visibility::Private,
    };
    Group {
        id: group_id(n),
        properties,
        created_at: NOW,
    }
}

/// An event whose id is made of these two numbers.
fn event(activity: Activity, n: u8) -> AuditEvent {
    let mut id = [n; 16];
    id[0] = u8::try_from(Activity::ALL.iter().position(|a| *a == activity).unwrap()).unwrap();
    AuditEvent {
        id: AuditId::from_bytes(id),
        at: NOW,
        activity,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: Vec::new(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([n; 16]),
    }
}

/// `write!(store, w => w.delete_group(...))`: one change in one transaction.
macro_rules! write {
    ($store:expr, $w:ident => $work:expr) => {
        $store
            .write(move |$w: &mut Writer| Box::pin(async move { $work.await }))
            .await
    };
}

async fn count(store: &Store, activity: Activity) -> usize {
    let filter = AuditFilter {
        activity: Some(activity.name().to_owned()),
        ..AuditFilter::default()
    };
    store
        .read()
        .await
        .unwrap()
        .audits_page(&filter, None, 1000)
        .await
        .unwrap()
        .len()
}

async fn add_group(store: &Store, group: Group) -> Result<()> {
    let added = event(Activity::AddGroup, group.id.as_bytes()[0]);
    store
        .write_with((group, added), |w, (group, added)| {
            Box::pin(w.insert_group_for_test(group, added))
        })
        .await
}

async fn join(store: &Store, group: GroupId, member: Member, n: u8) -> Result<()> {
    write!(store, w => w.add_member(&permit(), group, member, &event(Activity::AddMemberToGroup, n)))
}

impl Writer {
    async fn insert_group_for_test(&mut self, group: &Group, event: &AuditEvent) -> Result<()> {
        self.insert_group(&permit(), group, event).await
    }
}

#[tokio::test]
async fn groups_are_made_changed_and_deleted() {
    for_each_engine(|store| async move {
        let mut staff = group(1, "Staff ÄÖ");
        staff.properties.description = Some("everybody".to_owned());
        staff.properties.role_assignable = true;
        add_group(&store, staff.clone()).await.unwrap();
        let twice = add_group(&store, staff.clone()).await.unwrap_err();
        assert!(twice.is_conflict("groups_pkey"), "{twice}");

        let mut r = store.read().await.unwrap();
        assert_eq!(r.group(staff.id).await.unwrap(), Some(staff.clone()));
        assert!(r.group_exists(staff.id).await.unwrap());
        assert!(!r.group_exists(group_id(2)).await.unwrap());
        drop(r);

        staff.properties.display_name = "People".to_owned();
        staff.properties.visibility = Visibility::HiddenMembership;
        let changed = staff.clone();
        let update = |group: Group, n| {
            let store = store.clone();
            async move {
                store
                    .write_with((group, event(Activity::UpdateGroup, n)), |w, (group, event)| {
                        Box::pin(async move { w.update_group(&permit(), group, event).await })
                    })
                    .await
            }
        };
        assert!(update(changed, 1).await.unwrap());
        assert!(!update(group(9, "Nobody"), 2).await.unwrap());
        assert_eq!(count(&store, Activity::UpdateGroup).await, 1);
        assert_eq!(
            store.read().await.unwrap().group(staff.id).await.unwrap(),
            Some(staff.clone())
        );

        // In another group, with a member and an owner: all that goes with it.
        add_group(&store, group(2, "All")).await.unwrap();
        join(&store, group_id(2), Member::Group(staff.id), 1)
            .await
            .unwrap();
        join(&store, staff.id, Member::User(user(7)), 2).await.unwrap();
        write!(store, w => w.add_owner(&permit(), group_id(1), user(8), &event(Activity::AddOwnerToGroup, 1)))
            .unwrap();
        let delete = |n| write_delete(&store, n);
        assert!(delete(1).await.unwrap());
        assert!(!delete(2).await.unwrap());
        assert_eq!(count(&store, Activity::DeleteGroup).await, 1);
        let mut r = store.read().await.unwrap();
        assert_eq!(r.group(staff.id).await.unwrap(), None);
        assert_eq!(r.members_page(group_id(2), None, 10).await.unwrap(), []);
        assert_eq!(r.groups_of(user(7)).await.unwrap(), []);
        assert_eq!(r.owners_of(staff.id).await.unwrap(), []);
    })
    .await;
}

async fn write_delete(store: &Store, n: u8) -> Result<bool> {
    write!(store, w => w.delete_group(&permit(), group_id(1), &event(Activity::DeleteGroup, n)))
}

#[tokio::test]
async fn groups_are_listed_by_name() {
    for_each_engine(|store| async move {
        let names = [
            "alpha", "Beta", "ALPHA", "alphabet", "gamma", "Älpha", "a", "beta", "alpha_x", "alph%",
        ];
        for (n, name) in (1..).zip(names) {
            add_group(&store, group(n, name)).await.unwrap();
        }
        let mut r = store.read().await.unwrap();
        for filter in [
            None,
            Some(GroupFilter::DisplayNameEquals("Alpha".to_owned())),
            Some(GroupFilter::DisplayNameEquals("ÄLPHA".to_owned())),
            Some(GroupFilter::DisplayNameStartsWith("ALPHA".to_owned())),
            Some(GroupFilter::DisplayNameStartsWith("alph%".to_owned())),
            Some(GroupFilter::DisplayNameStartsWith("z".to_owned())),
            Some(GroupFilter::DisplayNameStartsWith(String::new())),
        ] {
            let mut wanted: Vec<_> = (1..)
                .zip(names)
                .map(|(n, name)| (name.to_lowercase(), group_id(n)))
                .filter(|(key, _)| match &filter {
                    None => true,
                    Some(GroupFilter::DisplayNameEquals(name)) => *key == name.to_lowercase(),
                    Some(GroupFilter::DisplayNameStartsWith(name)) => key.starts_with(&name.to_lowercase()),
                })
                .collect();
            wanted.sort();
            for limit in [1, 2, 3, 100] {
                let mut found: Vec<(String, GroupId)> = Vec::new();
                loop {
                    let after = found.last().map(|(key, id)| (key.as_str(), *id));
                    let page = r.groups_page(filter.as_ref(), after, limit).await.unwrap();
                    assert!(page.len() <= limit as usize);
                    if page.is_empty() {
                        break;
                    }
                    found.extend(
                        page.into_iter()
                            .map(|g| (g.properties.display_name.to_lowercase(), g.id)),
                    );
                }
                assert_eq!(found, wanted, "{filter:?} by {limit}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn members_and_owners_come_and_go() {
    for_each_engine(|store| async move {
        add_group(&store, group(1, "One")).await.unwrap();
        add_group(&store, group(2, "Two")).await.unwrap();
        let members = [
            Member::User(user(3)),
            Member::User(user(5)),
            Member::Group(group_id(2)),
            Member::Group(group_id(4)),
        ];
        for (n, member) in (1..).zip(members.iter().rev()) {
            join(&store, group_id(1), *member, n).await.unwrap();
        }
        let twice = join(&store, group_id(1), members[0], 9).await.unwrap_err();
        assert!(twice.is_conflict("group_members_pkey"), "{twice}");
        let nowhere = join(&store, group_id(9), members[0], 9).await.unwrap_err();
        assert!(matches!(nowhere, StoreError::Dangling), "{nowhere}");
        assert_eq!(count(&store, Activity::AddMemberToGroup).await, 4);

        let mut r = store.read().await.unwrap();
        let mut found = Vec::new();
        loop {
            let page = r
                .members_page(group_id(1), found.last().copied(), 1)
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, members);
        assert!(r.is_member(group_id(1), members[2]).await.unwrap());
        assert!(
            !r.is_member(group_id(1), Member::User(user(2))).await.unwrap(),
            "the kind counts"
        );
        drop(r);

        let leave = |n| {
            let store = store.clone();
            async move {
                write!(store, w => w.remove_member(
                    &permit(), group_id(1), Member::User(user(3)), &event(Activity::RemoveMemberFromGroup, n)
                ))
            }
        };
        assert!(leave(1).await.unwrap());
        assert!(!leave(2).await.unwrap());
        assert_eq!(count(&store, Activity::RemoveMemberFromGroup).await, 1);

        for owner in [5, 3] {
            write!(store, w => w.add_owner(
                &permit(), group_id(1), user(owner), &event(Activity::AddOwnerToGroup, owner)
            ))
            .unwrap();
        }
        let twice = write!(store, w => w.add_owner(
            &permit(), group_id(1), user(3), &event(Activity::AddOwnerToGroup, 9)
        ))
        .unwrap_err();
        assert!(twice.is_conflict("group_owners_pkey"), "{twice}");
        assert_eq!(
            store.read().await.unwrap().owners_of(group_id(1)).await.unwrap(),
            [user(3), user(5)]
        );
        let disown = |n| {
            let store = store.clone();
            async move {
                write!(store, w => w.remove_owner(
                    &permit(), group_id(1), user(3), &event(Activity::RemoveOwnerFromGroup, n)
                ))
            }
        };
        assert!(disown(1).await.unwrap());
        assert!(!disown(2).await.unwrap());
        assert_eq!(
            store.read().await.unwrap().owners_of(group_id(1)).await.unwrap(),
            [user(5)]
        );
    })
    .await;
}

#[tokio::test]
async fn membership_is_transitive_and_ends_in_circles() {
    for_each_engine(|store| async move {
        for n in 1..=5 {
            add_group(&store, group(n, "Group")).await.unwrap();
        }
        // 1 is in 2, 2 in 3, 3 in 1 again; 4 stands apart.
        for (n, (outer, inner)) in (1..).zip([(2, 1), (3, 2), (1, 3)]) {
            join(&store, group_id(outer), Member::Group(group_id(inner)), n)
                .await
                .unwrap();
        }
        join(&store, group_id(1), Member::User(user(9)), 4).await.unwrap();
        join(&store, group_id(4), Member::User(user(8)), 5).await.unwrap();
        // Same bytes as group 1, which is no reason to be where it is.
        join(&store, group_id(5), Member::User(user(1)), 6).await.unwrap();
        let mut r = store.read().await.unwrap();
        assert_eq!(
            r.groups_of(user(9)).await.unwrap(),
            [group_id(1), group_id(2), group_id(3)]
        );
        assert_eq!(r.groups_of(user(8)).await.unwrap(), [group_id(4)]);
        assert_eq!(r.groups_of(user(1)).await.unwrap(), [group_id(5)]);
        assert_eq!(r.groups_of(user(7)).await.unwrap(), []);
    })
    .await;
}

async fn give(store: &Store, n: u8, principal: PrincipalId, role: RoleId) -> Result<()> {
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_bytes([n; 16]),
        role,
        principal,
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

#[tokio::test]
async fn roles_are_given_and_taken() {
    for_each_engine(|store| async move {
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
            let found = r.role_assignments(principal, role).await.unwrap();
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
                write!(store, w => w.delete_role_assignment(
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
            write!(store, w => w.add_owner(
                &permit(), group_id(group), user(owner), &event(Activity::AddOwnerToGroup, owner)
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
            join(&store, group_id(1), Member::User(member), n).await.unwrap();
            write!(store, w => w.add_owner(
                &permit(), group_id(2), member, &event(Activity::AddOwnerToGroup, n)
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
        write!(store, w => w.forget_principal(user(7))).unwrap();
        let mut r = store.read().await.unwrap();
        let left = r.members_page(group_id(1), None, 10).await.unwrap();
        assert_eq!(left, [Member::User(user(8)), Member::Group(group_id(7))]);
        assert_eq!(r.owners_of(group_id(2)).await.unwrap(), [user(8)]);
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
                    secret,
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
                    w.insert_application(&permit(), application, secret, &event).await
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
        assert_eq!(r.app_secrets(application.client_id).await.unwrap(), [secret]);
        assert_eq!(r.app_secrets(bare.client_id).await.unwrap(), [other]);
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
            async move { write!(store, w => w.retire_signing_key(kid, NOW, &event(Activity::KeyRotated, n))) }
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
