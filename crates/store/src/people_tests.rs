//! Finding people, on both engines.

use latchkey_domain::{Activity, TextProperty, Timestamp, TotpApp, TotpId, User, UserId};

use crate::attention::{ENDING, STARTING};
use crate::fixtures::{NOW, add_user, change, event, id, permit, user, user_id};
use crate::people::{BARE, BARE_AFTER, by_part, parts};
use crate::testing::{TestDatabase, TestEngine, for_each_engine};
use crate::value::params;
use crate::{Reader, Store};

const MIGRATION: &str = include_str!("../migrations/0005_people.sql");

fn person(n: u64, upn: &str, name: &str, employee: Option<&str>) -> User {
    let mut person = user(n, upn);
    name.clone_into(&mut person.display_name);
    person
        .text
        .set(TextProperty::EmployeeId, employee.map(str::to_owned));
    person
}

fn people() -> [User; 5] {
    [
        person(1, "ada.okafor@example.com", "Ada Okafor", Some("E-1042")),
        person(2, "bruno@example.com", "Bruno Keller-Okoye", None),
        person(3, "q@example.com", "  Zoë   O'Kane ", Some("x")),
        person(4, "odd@example.com", "A@b C", Some("")),
        person(5, "long@example.com", &"Ö".repeat(200), None),
    ]
}

async fn found(store: &Store, start: &str) -> Vec<(String, UserId)> {
    let mut reader = store.read().await.unwrap();
    let all = reader.people_by_part(start, None, 100).await.unwrap();
    // Page by page is the same.
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let cursor = after
            .as_ref()
            .map(|(part, user): &(String, UserId)| (part.as_str(), *user));
        let page = reader.people_by_part(start, cursor, 1).await.unwrap();
        let Some(one) = page.into_iter().next() else { break };
        after = Some((one.part.clone(), one.user.id));
        paged.push(one);
    }
    assert_eq!(paged, all);
    all.into_iter().map(|found| (found.part, found.user.id)).collect()
}

#[test]
fn every_part_of_a_name_begins_something_to_find() {
    let parts: Vec<_> = people()
        .iter()
        .map(|person| parts(person).into_iter().collect::<Vec<_>>())
        .collect();
    assert_eq!(
        parts[0],
        [
            "1042",
            "ada okafor",
            "ada.okafor@example.com",
            "e-1042",
            "okafor",
            "okafor@example.com"
        ]
    );
    assert_eq!(
        parts[1],
        ["bruno keller-okoye", "bruno@example.com", "keller-okoye", "okoye"]
    );
    assert_eq!(
        parts[2],
        ["kane ", "o'kane ", "q@example.com", "x", "zoë   o'kane "]
    );
    assert_eq!(parts[3], ["a@b c", "odd@example.com"]);
    assert_eq!(parts[4], ["long@example.com".to_owned(), "ö".repeat(64)]);
}

#[tokio::test]
async fn people_are_found_by_what_a_part_begins_with() {
    for_each_engine(|store| async move {
        for person in people() {
            add_user(&store, person).await.unwrap();
        }
        let ids = |found: Vec<(String, UserId)>| found.into_iter().map(|(_, id)| id).collect::<Vec<_>>();
        assert_eq!(ids(found(&store, "okafor").await), [user_id(1), user_id(1)]);
        assert_eq!(ids(found(&store, "ok").await), [user_id(1), user_id(1), user_id(2)]);
        assert_eq!(ids(found(&store, "104").await), [user_id(1)]);
        assert_eq!(ids(found(&store, "zoë").await), [user_id(3)]);
        assert_eq!(found(&store, "example").await, []);

        change!(store, w => w.update_user(&permit(), &person(1, "ada.okafor@example.com", "Ada Byron", None), &[event(Activity::UpdateUser)])).unwrap();
        assert_eq!(ids(found(&store, "byron").await), [user_id(1)]);
        assert_eq!(ids(found(&store, "okafor").await), [user_id(1)], "by the sign-in name");
        change!(store, w => w.delete_user(&permit(), user_id(1), NOW, &event(Activity::DeleteUser))).unwrap();
        assert_eq!(found(&store, "byron").await, []);
        assert_eq!(found(&store, "okafor").await, []);
    })
    .await;
}

async fn all_parts(reader: &mut Reader) -> Vec<(String, UserId)> {
    let sql = "SELECT part, user_id FROM people_parts ORDER BY part, user_id";
    reader.query_all(sql, &[]).await.unwrap()
}

#[tokio::test]
async fn the_migration_cuts_as_the_program_does() {
    for_each_engine(|store| async move {
        for person in people() {
            add_user(&store, person).await.unwrap();
        }
        let kept = all_parts(&mut store.read().await.unwrap()).await;
        for table in ["people_parts", "bare_people"] {
            change!(store, w => w.execute(&format!("DELETE FROM {table}"), &[])).unwrap();
            let start = MIGRATION.find(&format!("INSERT INTO {table}")).unwrap();
            let statement = MIGRATION[start..].split(';').next().unwrap();
            change!(store, w => w.execute(statement, &[])).unwrap();
        }
        assert_eq!(all_parts(&mut store.read().await.unwrap()).await, kept);
        assert_eq!(bare(&store).await.len(), 5);
    })
    .await;
}

async fn bare(store: &Store) -> Vec<UserId> {
    let mut reader = store.read().await.unwrap();
    let all = reader.bare_people(None, 100).await.unwrap();
    let mut after = None;
    for one in &all {
        let next = reader.bare_people(after, 1).await.unwrap();
        assert_eq!(next.first(), Some(one), "page by page");
        after = Some((one.created_at, one.id));
    }
    all.into_iter().map(|user| user.id).collect()
}

fn app() -> TotpApp {
    TotpApp {
        id: TotpId::from_bytes(id(9)),
        user_id: user_id(2),
        name: "phone".to_owned(),
        sealed_key: vec![1],
        last_step: 0,
        created_at: NOW,
        last_used_at: None,
    }
}

#[tokio::test]
async fn whoever_has_a_lasting_method_is_off_the_list() {
    for_each_engine(|store| async move {
        for n in 1..=3 {
            let mut new = user(n, &format!("u{n}@example.com"));
            new.created_at = Timestamp::from_seconds(1_700_000_000 + i64::try_from(n).unwrap());
            add_user(&store, new).await.unwrap();
        }
        assert_eq!(bare(&store).await, [user_id(3), user_id(2), user_id(1)], "newest first");
        change!(store, w => w.insert_totp(&app(), &event(Activity::UserRegisteredSecurityInfo))).unwrap();
        assert_eq!(bare(&store).await, [user_id(3), user_id(1)]);
        change!(store, w => w.set_password(user_id(3), "v", false, NOW, &event(Activity::ChangeUserPassword))).unwrap();
        assert_eq!(bare(&store).await, [user_id(1)]);
        // A password from someone else is none of their own.
        change!(store, w => w.set_password(user_id(3), "v", true, NOW, &event(Activity::ResetUserPassword))).unwrap();
        assert_eq!(bare(&store).await, [user_id(3), user_id(1)]);
        change!(store, w => w.delete_totp(&permit(), TotpId::from_bytes(id(9)), &event(Activity::UserDeletedSecurityInfo))).unwrap();
        assert_eq!(bare(&store).await.len(), 3);
        change!(store, w => w.delete_user(&permit(), user_id(1), NOW, &event(Activity::DeleteUser))).unwrap();
        assert_eq!(bare(&store).await, [user_id(3), user_id(2)]);
    })
    .await;
}

#[tokio::test]
async fn lists_of_people_follow_an_index() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut r = store.read().await.unwrap();
    let range = ("a".to_owned(), "b".to_owned());
    let cursor = ("a", user_id(1));
    let (first, first_list) = by_part(&range, None, &10);
    let (next, next_list) = by_part(&range, Some(&cursor), &10);
    for (sql, values) in [
        (first.as_str(), first_list.values()),
        (next.as_str(), next_list.values()),
        (BARE.as_str(), params![10_u32, 1_i64]),
        (BARE_AFTER.as_str(), params![10_u32, 1_i64, user_id(1)]),
        (STARTING.as_str(), params![1_i64, 2_i64, 10_u32]),
        (ENDING.as_str(), params![1_i64, 2_i64, 10_u32]),
    ] {
        let rows: Vec<(i64, i64, i64, String)> = r
            .query_all(&format!("EXPLAIN QUERY PLAN {sql}"), values)
            .await
            .unwrap();
        assert!(
            rows.iter().all(|row| row.3.starts_with("SEARCH")) && rows.len() == 2,
            "{sql}\n{rows:#?}"
        );
    }
}
