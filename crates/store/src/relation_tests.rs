//! Who is in what and whose manager is who, and accounts that come back, on both engines.

use latchkey_domain::{Activity, Member, UserRef, Visibility};

use crate::fixtures::{add_user, change, event, permit, user, user_id};
use crate::group_tests::{add_group, group, group_id, join};
use crate::testing::for_each_engine;
use crate::{DeletedOrder, MemberKind, StoreError};

#[tokio::test]
async fn members_are_found_through_groups_in_groups() {
    for_each_engine(|store| async move {
        for n in 1..=2 {
            add_user(&store, user(n, &format!("user{n}@example.com")))
                .await
                .unwrap();
        }
        for n in 1..=3 {
            add_group(&store, group(n, &format!("group {n}"))).await.unwrap();
        }
        // The first two groups hold each other; the third holds nobody.
        let (ada, bob) = (Member::User(user_id(1)), Member::User(user_id(2)));
        for (n, (container, member)) in [
            (1, ada),
            (2, bob),
            (1, Member::Group(group_id(2))),
            (2, Member::Group(group_id(1))),
        ]
        .into_iter()
        .enumerate()
        {
            join(&store, group_id(container), member, 10 + u8::try_from(n).unwrap())
                .await
                .unwrap();
        }
        let mut r = store.read().await.unwrap();
        assert_eq!(r.direct_groups_holding(ada).await.unwrap(), [group_id(1)]);
        assert_eq!(
            r.all_groups_holding(ada).await.unwrap(),
            [group_id(1), group_id(2)]
        );
        let own = r.all_groups_holding(Member::Group(group_id(1))).await.unwrap();
        assert_eq!(own, [group_id(1), group_id(2)], "in itself, by the other");
        assert!(r.units_holding(ada).await.unwrap().is_empty());
        let mut all = Vec::new();
        let mut after = None;
        while let [member] = r
            .transitive_members_page(group_id(1), None, after, 1)
            .await
            .unwrap()
            .as_slice()
        {
            after = Some(*member);
            all.push(*member);
        }
        let mut people = [user_id(1), user_id(2)];
        people.sort_unstable();
        let [first, second] = people.map(Member::User);
        let groups = [1, 2].map(|n| Member::Group(group_id(n)));
        assert_eq!(all, [first, second, groups[0], groups[1]]);
        for (group, transitive, kind, expected) in [
            (1, true, None, 4),
            (1, true, Some(MemberKind::User), 2),
            (1, false, Some(MemberKind::Group), 1),
            (1, false, None, 2),
            (3, true, None, 0),
        ] {
            let count = r
                .count_members(group_id(group), transitive, None, kind)
                .await
                .unwrap();
            assert_eq!(count, expected, "{group} {transitive} {kind:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn hidden_members_are_shown_to_those_inside() {
    for_each_engine(|store| async move {
        // Ada is in the hidden group 1, Bob owns it; it is in the open group 2, where Eve is.
        let mut hidden = group(1, "hidden");
        hidden.properties.visibility = Visibility::HiddenMembership;
        add_group(&store, hidden).await.unwrap();
        add_group(&store, group(2, "open")).await.unwrap();
        let [ada, bob, eve] = [1, 2, 3].map(user_id);
        for (n, (container, member)) in [
            (1, Member::User(ada)),
            (2, Member::Group(group_id(1))),
            (2, Member::User(eve)),
        ]
        .into_iter()
        .enumerate()
        {
            join(&store, group_id(container), member, 10 + u8::try_from(n).unwrap())
                .await
                .unwrap();
        }
        change!(&store, w => w.add_owner(&permit(), group_id(1), bob.into(), &event(Activity::AddOwnerToGroup)))
            .unwrap();
        let mut r = store.read().await.unwrap();
        for (viewer, inside) in [
            (Some(ada), true),
            (Some(bob), true),
            (Some(eve), false),
            (None, true),
        ] {
            if let Some(viewer) = viewer {
                assert_eq!(r.is_inside(group_id(1), viewer).await.unwrap(), inside);
                let whose = Member::User(ada);
                let direct = r.shown_groups_holding(whose, false, viewer).await.unwrap();
                let all = r.shown_groups_holding(whose, true, viewer).await.unwrap();
                if inside {
                    assert_eq!(direct, [group_id(1)]);
                    assert_eq!(all, [group_id(1), group_id(2)]);
                } else {
                    assert_eq!((direct.len(), all.len()), (0, 0));
                }
                let of_eve = r
                    .shown_groups_holding(Member::User(eve), true, viewer)
                    .await
                    .unwrap();
                assert_eq!(of_eve, [group_id(2)]);
            }
            let found = r
                .transitive_members_page(group_id(2), viewer, None, 9)
                .await
                .unwrap();
            assert_eq!(found.contains(&Member::User(ada)), inside, "{viewer:?}");
            assert!(found.contains(&Member::User(eve)) && found.contains(&Member::Group(group_id(1))));
            let rest = r
                .transitive_members_page(group_id(2), viewer, Some(found[0]), 9)
                .await
                .unwrap();
            assert_eq!(rest, found[1..]);
            let count = r
                .count_members(group_id(2), true, viewer, Some(MemberKind::User))
                .await;
            assert_eq!(count.unwrap(), if inside { 2 } else { 1 });
            assert_eq!(
                r.count_members(group_id(2), false, viewer, None).await.unwrap(),
                2
            );
        }
    })
    .await;
}

#[tokio::test]
async fn managers_come_and_go() {
    for_each_engine(|store| async move {
        for n in 1..=3 {
            add_user(&store, user(n, &format!("user{n}@example.com")))
                .await
                .unwrap();
        }
        let set = async |of: u64, manager: Option<u64>| {
            let manager = manager.map(user_id);
            change!(&store, w => w.set_manager(&permit(), user_id(of), manager, &event(Activity::UpdateUser)))
                .unwrap();
        };
        set(1, Some(2)).await;
        set(1, Some(3)).await;
        set(2, Some(3)).await;
        let mut r = store.read().await.unwrap();
        assert_eq!(r.manager_of(user_id(1)).await.unwrap().unwrap().id, user_id(3));
        let first = r.direct_reports(user_id(3), None, 1).await.unwrap();
        let rest = r.direct_reports(user_id(3), Some(first[0].id), 5).await.unwrap();
        let mut people = [user_id(1), user_id(2)];
        people.sort_unstable();
        assert_eq!([first[0].id, rest[0].id], people);
        assert_eq!(rest.len(), 1);
        assert_eq!(r.count_direct_reports(user_id(3)).await.unwrap(), 2);
        drop(r);
        set(1, None).await;
        let mut r = store.read().await.unwrap();
        assert!(r.manager_of(user_id(1)).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn deleted_accounts_come_back_unless_their_name_is_taken() {
    for_each_engine(|store| async move {
        let delete = async |n: u64| {
            change!(&store, w => w
                .delete_user(&permit(), user_id(n), crate::fixtures::NOW, &event(Activity::DeleteUser)))
            .unwrap()
        };
        let restore = async |n: u64| {
            change!(&store, w => w.restore_user(&permit(), user_id(n), &event(Activity::RestoreUser)))
        };
        let purge = async |n: u64| {
            change!(&store, w => w.purge_user(&permit(), user_id(n), &event(Activity::HardDeleteUser))).unwrap()
        };
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        assert!(!restore(1).await.unwrap(), "it was not deleted");
        assert!(!purge(1).await, "it was not deleted");
        assert!(delete(1).await);
        let found = store.read().await.unwrap().deleted_user(user_id(1)).await.unwrap();
        assert_eq!(found.unwrap().deleted_at, crate::fixtures::NOW);
        add_user(&store, user(2, "ada@example.com")).await.unwrap();
        let taken: StoreError = restore(1).await.unwrap_err();
        assert!(taken.is_conflict("users_upn_key_key"), "{taken}");
        assert!(delete(2).await);
        assert!(restore(1).await.unwrap());
        let mut r = store.read().await.unwrap();
        let name = UserRef::parse("ada@example.com").unwrap();
        assert_eq!(r.user(&name).await.unwrap().unwrap().id, user_id(1));
        assert_eq!(r.deleted_users(DeletedOrder::Id, None, 5).await.unwrap().len(), 1);
        drop(r);
        assert!(purge(2).await);
        assert!(!purge(2).await);
        let mut r = store.read().await.unwrap();
        for order in [DeletedOrder::Id, DeletedOrder::Oldest, DeletedOrder::Newest] {
            assert!(r.deleted_users(order, None, 5).await.unwrap().is_empty());
        }
        assert_eq!(r.count_deleted_users().await.unwrap(), 0);
        drop(r);
        // Two of the same moment, and one later: each list goes on where it ended.
        for n in 3..=5 {
            add_user(&store, user(n, &format!("user{n}@example.com")))
                .await
                .unwrap();
            let at = crate::fixtures::NOW + latchkey_domain::Seconds(i64::from(n == 3) * 60);
            change!(&store, w => w.delete_user(&permit(), user_id(n), at, &event(Activity::DeleteUser))).unwrap();
        }
        let mut r = store.read().await.unwrap();
        assert_eq!(r.count_deleted_users().await.unwrap(), 3);
        let (mut all, mut tied) = ([3, 4, 5], [4, 5]);
        all.sort_by_key(|n| user_id(*n));
        tied.sort_by_key(|n| user_id(*n));
        for (order, wanted) in [
            (DeletedOrder::Id, all),
            (DeletedOrder::Oldest, [tied[0], tied[1], 3]),
            (DeletedOrder::Newest, [3, tied[1], tied[0]]),
        ] {
            let mut after = None;
            for n in wanted {
                let page = r.deleted_users(order, after, 1).await.unwrap();
                assert_eq!(page[0].user.id, user_id(n), "{order:?}");
                after = Some((page[0].deleted_at, page[0].user.id));
            }
            assert!(r.deleted_users(order, after, 1).await.unwrap().is_empty(), "{order:?}");
        }
    })
    .await;
}
