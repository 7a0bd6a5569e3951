//! Lists by conditions, against the same conditions over users in memory.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is wrong must stop the test"
)]

use latchkey_domain::{Activity, TextProperty, Timestamp, Upn, User, UserType};

use crate::fixtures::{NOW, add_user, change, event, permit, user, user_id};
use crate::query::{self, Condition, ListQuery, Test};
use crate::testing::{TestDatabase, TestEngine, for_each_engine};
use crate::{Store, UserKey, terms};

type Wanted = Condition<UserKey>;

fn people() -> Vec<User> {
    let names = [
        "Ada Lovelace",
        "ada-marie King",
        "Bob",
        "Élodie Dupont",
        "ÉLODIE",
        "Zoë 42",
        "%_",
    ];
    let cities = [None, Some("Paris"), Some("paris"), Some("Pa%"), Some("Zürich")];
    (0..40_u64)
        .map(|n| {
            let at = usize::try_from(n).unwrap();
            let mut one = user(n, &format!("u{n:02}@example.com"));
            one.display_name = names[at % names.len()].to_owned();
            one.account_enabled = n % 3 != 0;
            one.user_type = if n % 5 == 0 {
                UserType::Guest
            } else {
                UserType::Member
            };
            one.created_at = Timestamp::from_seconds(1_800_000_000 + i64::try_from(n % 7).unwrap());
            one.employee_hire_date = (n % 4 == 0).then_some(NOW);
            one.text
                .set(TextProperty::City, cities[at % cities.len()].map(str::to_owned));
            one.text.set(
                TextProperty::Mail,
                (n % 2 == 0).then(|| format!("M{}@Partner{}.com", n % 6, n % 4)),
            );
            one.text.set(
                TextProperty::OtherMails,
                (n % 3 == 0).then(|| format!("O{}@One.org\no{}@two.net", n % 4, n % 2)),
            );
            one
        })
        .collect()
}

fn texts(user: &User, key: UserKey) -> Option<String> {
    match key {
        UserKey::Upn => Some(user.upn.key().to_owned()),
        UserKey::DisplayName => Some(user.display_name.to_lowercase()),
        UserKey::MailNickname => Some(user.mail_nickname.to_lowercase()),
        UserKey::Type => Some(user.user_type.as_str().to_owned()),
        UserKey::Text(property) => user.text.get(property).map(str::to_lowercase),
        _ => None,
    }
}

fn number(user: &User, key: UserKey) -> Option<i64> {
    match key {
        UserKey::Enabled => Some(i64::from(user.account_enabled)),
        UserKey::Created => Some(user.created_at.as_micros()),
        UserKey::Hired => user.employee_hire_date.map(Timestamp::as_micros),
        _ => None,
    }
}

fn holds(user: &User, condition: &Wanted) -> bool {
    let (key, test) = match condition {
        Condition::All(inner) => return inner.iter().all(|one| holds(user, one)),
        Condition::Any(inner) => return inner.iter().any(|one| holds(user, one)),
        Condition::Not(inner) => return !holds(user, inner),
        Condition::Is(key, test) => (*key, test),
    };
    // Of several lines each is a value.
    let text =
        |check: &dyn Fn(&str) -> bool| texts(user, key).is_some_and(|text| text.split('\n').any(check));
    match test {
        Test::Equals(wanted) => text(&|text| text == wanted.to_lowercase()),
        Test::Exactly(wanted) => text(&|text| text == *wanted),
        Test::StartsWith(start) => text(&|text| text.starts_with(&start.to_lowercase())),
        Test::EndsWith(end) => text(&|text| text.ends_with(&end.to_lowercase())),
        Test::Word(start) => terms::words(&user.display_name)
            .iter()
            .any(|word| word.starts_with(start)),
        Test::AtLeast(bound) => text(&|text| text >= bound.to_lowercase().as_str()),
        Test::AtMost(bound) => text(&|text| text <= bound.to_lowercase().as_str()),
        Test::Number(wanted) => number(user, key) == Some(*wanted),
        Test::NumberAtLeast(bound) => number(user, key).is_some_and(|number| number >= *bound),
        Test::NumberAtMost(bound) => number(user, key).is_some_and(|number| number <= *bound),
        Test::Id(id) => user.id.as_bytes() == id,
        Test::Null => texts(user, key).is_none() && number(user, key).is_none(),
    }
}

fn leaves() -> Vec<Wanted> {
    let city = UserKey::Text(TextProperty::City);
    let mail = UserKey::Text(TextProperty::Mail);
    let others = UserKey::Text(TextProperty::OtherMails);
    let second = 1_800_000_002_000_000;
    let is = |key, test| Condition::Is(key, test);
    vec![
        is(UserKey::Id, Test::Id(*user_id(7).as_bytes())),
        is(UserKey::Upn, Test::StartsWith("U1".into())),
        is(UserKey::Upn, Test::EndsWith("5@EXAMPLE.com".into())),
        is(UserKey::Upn, Test::AtLeast("u30".into())),
        is(UserKey::DisplayName, Test::Equals("élodie".into())),
        is(UserKey::DisplayName, Test::StartsWith("AD".into())),
        is(UserKey::DisplayName, Test::Word("ad".into())),
        is(UserKey::DisplayName, Test::Word("king".into())),
        is(UserKey::Enabled, Test::Number(0)),
        is(UserKey::Type, Test::Exactly("Guest")),
        is(UserKey::Created, Test::NumberAtLeast(second)),
        is(UserKey::Created, Test::NumberAtMost(second)),
        is(UserKey::Hired, Test::Number(NOW.as_micros())),
        is(UserKey::Hired, Test::Null),
        is(city, Test::Equals("PARIS".into())),
        is(city, Test::StartsWith("pa%".into())),
        is(city, Test::StartsWith(String::new())),
        is(city, Test::AtMost("paris".into())),
        is(city, Test::Null),
        is(mail, Test::StartsWith("m2".into())),
        is(mail, Test::EndsWith("partner2.COM".into())),
        is(mail, Test::Null),
        is(others, Test::Equals("o1@ONE.org".into())),
        is(others, Test::StartsWith("O".into())),
        is(others, Test::EndsWith("Two.NET".into())),
        is(others, Test::AtLeast("o2".into())),
        is(others, Test::Null),
    ]
}

/// All leaves, their contraries, and pairs of them.
fn conditions() -> Vec<Wanted> {
    let not = |one: &Wanted| Condition::Not(Box::new(one.clone()));
    let leaves = leaves();
    let mut all = vec![Condition::All(Vec::new()), Condition::Any(Vec::new())];
    for (place, one) in leaves.iter().enumerate() {
        all.extend([one.clone(), not(one)]);
        for step in [1, 5, 9] {
            let other = &leaves[(place + step) % leaves.len()];
            all.extend([
                Condition::All(vec![one.clone(), other.clone()]),
                Condition::Any(vec![one.clone(), other.clone()]),
                Condition::All(vec![one.clone(), not(other)]),
                not(&Condition::Any(vec![one.clone(), not(other)])),
            ]);
        }
    }
    all
}

async fn listed(store: &Store, condition: &Wanted, order: Option<(UserKey, bool)>, limit: u32) -> Vec<User> {
    let mut reader = store.read().await.unwrap();
    let mut query = ListQuery {
        condition: condition.clone(),
        order,
        after: None,
        limit,
    };
    let mut all = Vec::new();
    loop {
        assert!(query.has_known_place());
        let page = reader.list_users(&query).await.unwrap();
        assert!(page.items.len() <= usize::try_from(limit).unwrap());
        all.extend(page.items);
        query.after = page.next;
        if query.after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn lists_hold_what_their_conditions_say() {
    for_each_engine(|store| async move {
        let people = people();
        for one in &people {
            add_user(&store, one.clone()).await.unwrap();
        }
        for (place, condition) in conditions().iter().enumerate() {
            let mut wanted: Vec<_> = people
                .iter()
                .filter(|one| holds(one, condition))
                .map(|one| one.upn.key().to_owned())
                .collect();
            let limit = [1, 3, 7, 100][place % 4];
            let mut found: Vec<_> = listed(&store, condition, None, limit)
                .await
                .iter()
                .map(|one| one.upn.key().to_owned())
                .collect();
            found.sort();
            wanted.sort();
            assert_eq!(found, wanted, "{condition:?}");
            let count = store
                .read()
                .await
                .unwrap()
                .count_users_with(condition)
                .await
                .unwrap();
            assert_eq!(usize::try_from(count).unwrap(), wanted.len(), "{condition:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn lists_come_in_their_order() {
    for_each_engine(|store| async move {
        let people = people();
        for one in &people {
            add_user(&store, one.clone()).await.unwrap();
        }
        let all = Condition::All(Vec::new());
        let ada = Condition::Is(UserKey::DisplayName, Test::StartsWith("a".into()));
        for condition in [&all, &ada] {
            for backwards in [false, true] {
                for key in [UserKey::DisplayName, UserKey::Upn, UserKey::Created] {
                    let mut wanted: Vec<_> = people
                        .iter()
                        .filter(|one| holds(one, condition))
                        .cloned()
                        .collect();
                    wanted.sort_by_key(|one| {
                        let key = match key {
                            UserKey::Created => one.created_at.to_rfc3339(),
                            UserKey::DisplayName => one.display_name.to_lowercase(),
                            _ => String::new(),
                        };
                        (key, one.upn.key().to_owned())
                    });
                    if backwards {
                        wanted.reverse();
                    }
                    let found = listed(&store, condition, Some((key, backwards)), 3).await;
                    assert_eq!(found, wanted, "{key:?} {backwards}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn changed_and_deleted_people_are_found_as_they_are() {
    for_each_engine(|store| async move {
        let mut ada = user(1, "ada@example.com");
        ada.display_name = "Ada Lovelace".into();
        ada.text.set(TextProperty::City, Some("Paris".into()));
        add_user(&store, ada.clone()).await.unwrap();
        let word = |word: &str| Condition::Is(UserKey::DisplayName, Test::Word(word.into()));
        let city = |city: &str| Condition::Is(UserKey::Text(TextProperty::City), Test::Equals(city.into()));
        let paris = Condition::All(vec![word("love"), city("paris")]);
        assert_eq!(listed(&store, &paris, None, 10).await, [ada.clone()]);
        ada.display_name = "Ada King".into();
        ada.upn = Upn::parse("king@example.com").unwrap();
        ada.text.set(TextProperty::City, Some("Zürich".into()));
        let changed: crate::Result<()> = store
            .write_with(ada.clone(), |w, ada| {
                Box::pin(async move { w.update_user(&permit(), ada, &[]).await })
            })
            .await;
        changed.unwrap();
        assert!(listed(&store, &paris, None, 10).await.is_empty());
        let zurich = Condition::All(vec![word("king"), city("ZÜRICH")]);
        assert_eq!(listed(&store, &zurich, None, 10).await, [ada.clone()]);
        change!(store, w => w.delete_user(&permit(), user_id(1), NOW, &event(Activity::DeleteUser))).unwrap();
        assert!(listed(&store, &zurich, None, 10).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn single_conditions_walk_an_index() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut reader = store.read().await.unwrap();
    let city = UserKey::Text(TextProperty::City);
    for (condition, index) in [
        (Condition::All(Vec::new()), "users_upn_key_key"),
        (
            Condition::Is(UserKey::Upn, Test::StartsWith("a".into())),
            "users_upn_key_key",
        ),
        (
            Condition::Is(UserKey::DisplayName, Test::StartsWith("a".into())),
            "users_by_display_name",
        ),
        (
            Condition::Is(UserKey::DisplayName, Test::Equals("a".into())),
            "users_by_display_name",
        ),
        (
            Condition::Is(UserKey::Text(TextProperty::Mail), Test::Equals("a".into())),
            "users_by_mail",
        ),
        (
            Condition::Is(UserKey::Enabled, Test::Number(0)),
            "users_by_enabled",
        ),
        (
            Condition::Is(UserKey::Type, Test::Exactly("Guest")),
            "users_by_type",
        ),
        (
            Condition::Is(UserKey::Created, Test::NumberAtLeast(0)),
            "users_by_created",
        ),
        (
            Condition::Is(UserKey::Hired, Test::NumberAtLeast(0)),
            "users_by_hire_date",
        ),
        (Condition::Is(city, Test::Equals("a".into())), "directory_terms"),
        (
            Condition::Is(city, Test::StartsWith("a".into())),
            "SEARCH t USING PRIMARY KEY",
        ),
        (
            Condition::Is(UserKey::Upn, Test::EndsWith("a".into())),
            "SEARCH t USING PRIMARY KEY",
        ),
    ] {
        for after in [None, Some("1 1".to_owned())] {
            let query = ListQuery {
                condition: condition.clone(),
                order: None,
                after,
                limit: 10,
            };
            let (statement, ..) = query::page::<User>(&query);
            let sql = format!("EXPLAIN QUERY PLAN {}", statement.text);
            let rows: Vec<(i64, i64, i64, String)> =
                reader.query_all(&sql, &statement.values()).await.unwrap();
            let steps: Vec<String> = rows.into_iter().map(|row| row.3).collect();
            assert!(
                steps[0].contains(index) || (index == "directory_terms" && steps[0].starts_with("SEARCH t ")),
                "{index}: {}\n{steps:#?}",
                statement.text
            );
            assert!(
                !steps.iter().any(|step| step.contains("TEMP B-TREE")),
                "{}\n{steps:#?}",
                statement.text
            );
        }
    }
}
