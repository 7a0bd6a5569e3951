//! Groups, their members and owners, on both engines; and what the tests of roles and applications share.

use latchkey_domain::{
    Action, Activity, AuditEvent, AuditId, AuditOutcome, Caller, CorrelationId, Group, GroupId, Initiator,
    Member, NewGroup, Permit, PrincipalId, Timestamp, UserId, Visibility, may,
};

use crate::testing::for_each_engine;
use crate::{AuditFilter, GroupFilter, Result, Store, StoreError, Writer};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) fn permit() -> Permit {
    may(&Caller::Console, Action::WriteGroup, None).unwrap()
}

pub(crate) fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

pub(crate) fn group_id(n: u8) -> GroupId {
    GroupId::from_bytes([n; 16])
}

pub(crate) fn group(n: u8, name: &str) -> Group {
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
pub(crate) fn event(activity: Activity, n: u8) -> AuditEvent {
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

/// `change!(store, w => w.delete_group(...))`: one change in one transaction.
macro_rules! change {
    ($store:expr, $w:ident => $work:expr) => {
        $store
            .write(move |$w: &mut Writer| Box::pin(async move { $work.await }))
            .await
    };
}
pub(crate) use change;

pub(crate) async fn count(store: &Store, activity: Activity) -> usize {
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

pub(crate) async fn add_group(store: &Store, group: Group) -> Result<()> {
    let added = event(Activity::AddGroup, group.id.as_bytes()[0]);
    store
        .write_with((group, added), |w, (group, added)| {
            Box::pin(w.insert_group_for_test(group, added))
        })
        .await
}

pub(crate) async fn join(store: &Store, group: GroupId, member: Member, n: u8) -> Result<()> {
    change!(store, w => w.add_member(&permit(), group, member, &event(Activity::AddMemberToGroup, n)))
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
        change!(store, w => w.add_owner(&permit(), group_id(1), user(8).into(), &event(Activity::AddOwnerToGroup, 1)))
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
    change!(store, w => w.delete_group(&permit(), group_id(1), &event(Activity::DeleteGroup, n)))
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
                change!(store, w => w.remove_member(
                    &permit(), group_id(1), Member::User(user(3)), &event(Activity::RemoveMemberFromGroup, n)
                ))
            }
        };
        assert!(leave(1).await.unwrap());
        assert!(!leave(2).await.unwrap());
        assert_eq!(count(&store, Activity::RemoveMemberFromGroup).await, 1);

        for owner in [5, 3] {
            change!(store, w => w.add_owner(
                &permit(), group_id(1), user(owner).into(), &event(Activity::AddOwnerToGroup, owner)
            ))
            .unwrap();
        }
        let twice = change!(store, w => w.add_owner(
            &permit(), group_id(1), user(3).into(), &event(Activity::AddOwnerToGroup, 9)
        ))
        .unwrap_err();
        assert!(twice.is_conflict("group_owners_pkey"), "{twice}");
        assert_eq!(
            store.read().await.unwrap().owners_of(group_id(1)).await.unwrap(),
            [user(3), user(5)].map(PrincipalId::from)
        );
        let disown = |n| {
            let store = store.clone();
            async move {
                change!(store, w => w.remove_owner(
                    &permit(), group_id(1), user(3).into(), &event(Activity::RemoveOwnerFromGroup, n)
                ))
            }
        };
        assert!(disown(1).await.unwrap());
        assert!(!disown(2).await.unwrap());
        assert_eq!(
            store.read().await.unwrap().owners_of(group_id(1)).await.unwrap(),
            [PrincipalId::from(user(5))]
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
