//! Lists of people by what they have or belong to, on both engines.

use latchkey_domain::{Activity, Member, TotpApp, TotpId, User, UserId};

use crate::fixtures::{NOW, add_user, change, event, id, issue, pass, permit, user, user_id};
use crate::group_tests::{group, group_id};
use crate::people_lists::{DELETED, IN_GROUP, WITH_APP, WITH_PASS, WITH_PASSKEY, WITH_PASSWORD};
use crate::testing::{TestDatabase, TestEngine, for_each_engine};
use crate::value::params;
use crate::{RegisteredKind, Store};

fn app(n: u64, of: u64) -> TotpApp {
    TotpApp {
        id: TotpId::from_bytes(id(n)),
        user_id: user_id(of),
        name: "phone".to_owned(),
        sealed_key: vec![1],
        last_step: 0,
        created_at: NOW,
        last_used_at: None,
    }
}

async fn people(store: &Store, count: u64) {
    for n in 1..=count {
        add_user(store, user(n, &format!("u{n}@example.com")))
            .await
            .unwrap();
    }
}

/// In the order of ids.
fn ordered(numbers: &[u64]) -> Vec<UserId> {
    let mut ids: Vec<_> = numbers.iter().map(|n| user_id(*n)).collect();
    ids.sort_unstable();
    ids
}

fn ids(found: Vec<User>) -> Vec<UserId> {
    found.into_iter().map(|user| user.id).collect()
}

#[tokio::test]
async fn whoever_has_several_of_a_kind_comes_once() {
    for_each_engine(|store| async move {
        people(&store, 4).await;
        for (n, of) in [(10, 1), (11, 1), (12, 3), (13, 4)] {
            change!(store, w => w.insert_totp(&app(n, of), &event(Activity::UserRegisteredSecurityInfo)))
                .unwrap();
        }
        change!(store, w => w.delete_user(&permit(), user_id(4), NOW, &event(Activity::DeleteUser))).unwrap();
        let mut reader = store.read().await.unwrap();
        let all = reader.people_with(RegisteredKind::App, None, 10).await.unwrap();
        let all = ids(all);
        assert_eq!(all, ordered(&[1, 3]));
        let rest = reader
            .people_with(RegisteredKind::App, Some(all[0]), 10)
            .await
            .unwrap();
        assert_eq!(ids(rest), all[1..]);
        assert!(
            reader
                .has_registered(user_id(1), RegisteredKind::App)
                .await
                .unwrap()
        );
        assert!(
            !reader
                .has_registered(user_id(2), RegisteredKind::App)
                .await
                .unwrap()
        );
        for kind in [RegisteredKind::Passkey, RegisteredKind::App] {
            let known = reader.has_registered(user_id(3), kind).await.unwrap();
            assert_eq!(known, kind == RegisteredKind::App);
        }
        assert_eq!(
            reader
                .people_with(RegisteredKind::Passkey, None, 10)
                .await
                .unwrap(),
            []
        );
    })
    .await;
}

#[tokio::test]
async fn members_passes_and_passwords_come_page_by_page() {
    for_each_engine(|store| async move {
        people(&store, 5).await;
        let staff = group_id(9);
        change!(store, w => w.insert_group(&permit(), &group(9, "Staff"), &event(Activity::AddGroup))).unwrap();
        for n in [2, 3, 5] {
            let member = Member::User(user_id(n));
            change!(store, w => w.add_member(&permit(), staff, member, &event(Activity::AddMemberToGroup))).unwrap();
        }
        issue(&store, pass(20, 2, true)).await.unwrap();
        let mut longer = pass(21, 4, true);
        longer.lifetime = latchkey_domain::Minutes(120);
        issue(&store, longer).await.unwrap();
        for (n, at) in [(1, 100), (5, 50), (4, 200)] {
            let at = NOW + latchkey_domain::Seconds(at);
            // Of these the last is from somebody else.
            let given = n == 4;
            change!(store, w => w.set_password(user_id(n), "v", given, at, &event(Activity::ChangeUserPassword))).unwrap();
        }
        let mut reader = store.read().await.unwrap();
        let members = ids(reader.people_in_group(staff, None, 10).await.unwrap());
        assert_eq!(members, ordered(&[2, 3, 5]));
        let next = reader.people_in_group(staff, Some(members[1]), 10).await.unwrap();
        assert_eq!(ids(next), members[2..]);

        let passes = reader.people_with_pass(NOW, None, 10).await.unwrap();
        let found: Vec<_> = passes.iter().map(|found| found.user.id).collect();
        assert_eq!(found, [user_id(2), user_id(4)]);
        let after = Some((passes[0].at, passes[0].user.id));
        assert_eq!(reader.people_with_pass(NOW, after, 10).await.unwrap(), passes[1..]);
        let later = NOW + latchkey_domain::Seconds(3600);
        assert_eq!(reader.people_with_pass(later, None, 10).await.unwrap(), passes[1..]);

        let passwords = reader.people_with_password(None, 10).await.unwrap();
        let found: Vec<_> = passwords.iter().map(|found| found.user.id).collect();
        assert_eq!(found, [user_id(1), user_id(5)], "the last change first");
        let after = Some((passwords[0].at, passwords[0].user.id));
        assert_eq!(reader.people_with_password(after, 10).await.unwrap(), passwords[1..]);
    })
    .await;
}

#[tokio::test]
async fn deleted_people_come_last_deletion_first_until_they_are_back_or_gone() {
    for_each_engine(|store| async move {
        people(&store, 5).await;
        for (n, seconds) in [(1, 30), (2, 10), (4, 30), (5, 20)] {
            let at = NOW + latchkey_domain::Seconds(seconds);
            change!(store, w => w.delete_user(&permit(), user_id(n), at, &event(Activity::DeleteUser)))
                .unwrap();
        }
        let mut reader = store.read().await.unwrap();
        let all = reader.deleted_people(None, 10).await.unwrap();
        let found: Vec<_> = all.iter().map(|found| found.user.id).collect();
        let mut together = ordered(&[1, 4]);
        together.reverse();
        assert_eq!(found, [together[0], together[1], user_id(5), user_id(2)]);
        let after = Some((all[0].at, all[0].user.id));
        assert_eq!(reader.deleted_people(after, 2).await.unwrap(), all[1..3]);
        drop(reader);
        change!(store, w => w.restore_user(&permit(), user_id(5), &event(Activity::RestoreUser))).unwrap();
        change!(store, w => w.purge_user(&permit(), user_id(2), &event(Activity::HardDeleteUser))).unwrap();
        let mut reader = store.read().await.unwrap();
        let left = reader.deleted_people(None, 10).await.unwrap();
        assert_eq!(left, all[..2]);
    })
    .await;
}

#[tokio::test]
async fn each_list_follows_its_index() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut r = store.read().await.unwrap();
    let user = user_id(1);
    for (sql, values, index) in [
        (&IN_GROUP, params![user, user, 10_u32], "PRIMARY KEY"),
        (&WITH_PASSKEY, params![user, 10_u32], "passkeys_by_user"),
        (&WITH_APP, params![user, 10_u32], "totp_apps_by_user"),
        (&WITH_PASS, params![NOW, user, 10_u32], "passes_by_end"),
        (
            &WITH_PASSWORD,
            params![NOW, user, 10_u32],
            "users_by_own_password",
        ),
        (&DELETED, params![NOW, user, 10_u32], "users_by_deletion"),
    ] {
        let rows: Vec<(i64, i64, i64, String)> = r
            .query_all(&format!("EXPLAIN QUERY PLAN {}", sql.as_str()), values)
            .await
            .unwrap();
        assert!(rows[0].3.contains(index), "{index}\n{rows:#?}");
        let steps = rows
            .iter()
            .all(|row| !row.3.starts_with("SCAN") && !row.3.contains("TEMP B-TREE"));
        assert!(steps, "{rows:#?}");
    }
}
