//! How SQLite goes about the statements that must stay quick in a big directory: through an index, and for lists in
//! the order of that index, so that a page costs the same however long the list is.

use latchkey_domain::{AuditId, AuditOutcome, ClientId, CorrelationId, Timestamp, UserId};

use crate::sign_ins::Keys;
use crate::testing::{TestDatabase, TestEngine};
use crate::value::{Value, params};
use crate::{
    AuditFilter, Reader, SignInFilter, application_owners, applications, audits, changes, grants, groups,
    notices, registrations, retention, roles, sign_in_activity, sign_ins, subscriptions,
};

const TABLES: [&str; 17] = [
    "application_owners",
    "client_registrations",
    "identifier_uris",
    "delegated_grants",
    "app_role_assignments",
    "groups",
    "group_members",
    "group_owners",
    "role_assignments",
    "applications",
    "app_secrets",
    "a",
    "s",
    "t",
    "m",
    "r",
    "g",
];

async fn plan(r: &mut Reader, sql: &str, values: &[Value<'_>]) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    let rows: Vec<(i64, i64, i64, String)> = r.query_all(&sql, values).await.unwrap();
    let steps: Vec<String> = rows.into_iter().map(|row| row.3).collect();
    for step in &steps {
        let mut words = step.split(' ');
        let scanned = words.next() == Some("SCAN") && words.next().is_some_and(|name| TABLES.contains(&name));
        assert!(!scanned || step.contains("INDEX"), "{sql}\n{steps:#?}");
    }
    steps
}

/// As [`plan`], and the first step must use this index; nothing may be sorted.
async fn walks(r: &mut Reader, sql: &str, values: &[Value<'_>], index: &str) {
    let steps = plan(r, sql, values).await;
    assert!(
        steps.first().is_some_and(|step| step.contains(index)),
        "{index}: {sql}\n{steps:#?}"
    );
    assert!(
        !steps.iter().any(|step| step.contains("TEMP B-TREE")),
        "{sql}\n{steps:#?}"
    );
}

#[tokio::test]
async fn hot_statements_use_indexes() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut r = store.read().await.unwrap();
    let id = UserId::from_bytes([1; 16]);
    plan(&mut r, roles::TARGET_STANDING, params![id]).await;
    plan(&mut r, roles::IN_ROLE_ASSIGNABLE_GROUP, params![id]).await;
    plan(&mut r, groups::GROUPS_OF, params![id, 0_i64, 1_i64]).await;
    plan(&mut r, roles::ROLES_OF, params![id]).await;
    plan(&mut r, roles::OWN_ROLES, params![id]).await;
    plan(&mut r, roles::HELD_ROLES, params![id]).await;
    plan(&mut r, roles::COUNT_HOLDERS, params![id]).await;
    plan(&mut r, roles::HOLDERS, params![id, 5_u32]).await;
    plan(&mut r, applications::APPLICATION, params![id]).await;
    plan(&mut r, applications::APP_SECRETS, params![id]).await;
    plan(&mut r, registrations::REGISTRATION, params![id]).await;
    plan(&mut r, registrations::BY_IDENTIFIER, params!["api://files"]).await;
    plan(&mut r, registrations::BY_SERVICE_PRINCIPAL, params![id]).await;
    plan(&mut r, grants::GRANTS_FOR, params![id, id, id]).await;
    plan(&mut r, grants::APP_ROLES_OF, params![id, id]).await;
    walks(&mut r, application_owners::OWNERS_OF, params![id], "PRIMARY KEY").await;
}

#[tokio::test]
async fn changes_follow_the_log() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut r = store.read().await.unwrap();
    walks(
        &mut r,
        changes::NEWEST,
        params![1i64, 9u32],
        "INTEGER PRIMARY KEY",
    )
    .await;
    for from in ["7", "7.5-3.2"] {
        let (from, to) = (from.parse().unwrap(), "9".parse().unwrap());
        let activities = ["Add user", "Update user"];
        for activities in [&activities[..], &[]] {
            let (sql, list) = changes::between(changes::CHANGE, &from, &to, activities, &200);
            walks(&mut r, &sql, list.values(), "INTEGER PRIMARY KEY").await;
        }
    }
}

#[tokio::test]
async fn old_records_are_found_by_their_age() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let mut r = database.open().await.read().await.unwrap();
    walks(
        &mut r,
        retention::OLDEST,
        params![9i64, 9u32],
        "INTEGER PRIMARY KEY",
    )
    .await;
    for table in ["sign_ins", "silent_sign_ins"] {
        let steps = plan(&mut r, &retention::forget(table), params![9i64, 9u32]).await;
        assert!(
            steps
                .iter()
                .all(|step| !step.starts_with("SCAN") || step.contains("_by_time")),
            "{steps:?}"
        );
    }
}

#[tokio::test]
async fn waiting_changes_are_a_range_of_keys() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let mut r = database.open().await.read().await.unwrap();
    let steps = plan(&mut r, subscriptions::CHANGES_WAITING, &[]).await;
    assert!(
        steps
            .iter()
            .all(|step| step.starts_with("SEARCH deliveries USING PRIMARY KEY")),
        "{steps:?}"
    );
}

#[tokio::test]
async fn notices_are_looked_for_by_indexes() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let mut r = database.open().await.read().await.unwrap();
    let now = Timestamp::from_seconds(1);
    walks(&mut r, notices::NEWEST_BEFORE, params![now], "audits_by_time").await;
    let steps = plan(&mut r, notices::WAITING, params!["notice mail ", "notice mail!"]).await;
    assert!(
        steps
            .iter()
            .all(|step| step.starts_with("SEARCH deliveries USING PRIMARY KEY")),
        "{steps:?}"
    );
}

#[tokio::test]
async fn pages_of_audits_follow_an_index() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut r = store.read().await.unwrap();
    let time = Some(Timestamp::from_seconds(1));
    let rest = AuditFilter {
        from: time,
        to: time,
        outcome: Some(AuditOutcome::Success),
        ..AuditFilter::default()
    };
    let name = |text: &str| Some(text.to_owned());
    let user = Some(UserId::from_bytes([1; 16]));
    let target = AuditFilter {
        target_id: name("x"),
        initiator_user: user,
        activity: name("Add user"),
        ..rest.clone()
    };
    let record = AuditFilter {
        id: Some(AuditId::from_bytes([1; 16])),
        ..target.clone()
    };
    let app = AuditFilter {
        initiator_app: Some(ClientId::from_bytes([1; 16])),
        activity: name("Add user"),
        ..rest.clone()
    };
    for before in [None, Some((Timestamp::from_seconds(1), 1))] {
        for (filter, index) in [
            (AuditFilter::default(), "audits_by_time"),
            (rest.clone(), "audits_by_time"),
            (
                AuditFilter {
                    outcome: Some(AuditOutcome::Failure),
                    ..rest.clone()
                },
                "audits_refused",
            ),
            (
                AuditFilter {
                    activity: name("Add user"),
                    ..rest.clone()
                },
                "audits_by_activity",
            ),
            (
                AuditFilter {
                    initiator_user: user,
                    activity: name("Add user"),
                    ..rest.clone()
                },
                "audits_by_user",
            ),
            (app.clone(), "audits_by_app"),
            (target.clone(), "SEARCH t USING PRIMARY KEY"),
        ] {
            let activities = filter.activities();
            let (sql, list) = audits::page(&filter, activities.as_deref(), before.as_ref(), &10);
            walks(&mut r, &sql, list.values(), index).await;
        }
        // One record has an id: it may be sorted.
        let activities = record.activities();
        let (sql, list) = audits::page(&record, activities.as_deref(), before.as_ref(), &10);
        let steps = plan(&mut r, &sql, list.values()).await;
        assert!(
            steps[0].starts_with("SEARCH a ") && steps[0].contains("(id=?)"),
            "{steps:#?}"
        );
        assert!(steps[1].starts_with("SEARCH t USING PRIMARY KEY"), "{steps:#?}");
        // Few records share a correlation id: they may be sorted.
        let filter = AuditFilter {
            correlation: Some(CorrelationId::from_bytes([1; 16])),
            initiator_user: user,
            ..rest.clone()
        };
        let (sql, list) = audits::page(&filter, None, before.as_ref(), &10);
        let steps = plan(&mut r, &sql, list.values()).await;
        assert!(
            steps
                .first()
                .is_some_and(|step| step.contains("audits_by_correlation")),
            "{steps:#?}"
        );
        // Several activities: each from its index, then the newest of each.
        let filter = AuditFilter {
            category: name("RoleManagement"),
            ..rest.clone()
        };
        let activities = filter.activities();
        let (sql, list) = audits::page(&filter, activities.as_deref(), before.as_ref(), &10);
        let steps = plan(&mut r, &sql, list.values()).await;
        // SQLite names some branches twice, so that there are at least as many walks as activities.
        let walks = steps
            .iter()
            .filter(|step| step.contains("audits_by_activity (activity=? AND "))
            .count();
        let wanted = activities.as_ref().map_or(0, Vec::len);
        assert!(wanted > 1 && walks >= wanted, "{steps:#?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN a")), "{steps:#?}");
    }
}

#[tokio::test]
async fn pages_of_sign_ins_follow_an_index() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let store = database.open().await;
    let mut r = store.read().await.unwrap();
    let time = Some(Timestamp::from_seconds(1));
    let name = |text: &str| Some(text.to_owned());
    let rest = SignInFilter {
        from: time,
        to: time,
        app_id: name("x"),
        ..SignInFilter::default()
    };
    let keys = |upn: Option<&str>, prefix: Option<&str>| Keys {
        upn: upn.map(str::to_owned),
        prefix: prefix.map(|prefix| (prefix.to_owned(), prefix.to_owned())),
    };
    let user = Some(UserId::from_bytes([1; 16]));
    for before in [None, Some((Timestamp::from_seconds(1), 1))] {
        for (filter, keys, index) in [
            (SignInFilter::default(), keys(None, None), "sign_ins_by_time"),
            (rest.clone(), keys(None, Some("a")), "sign_ins_by_time"),
            (
                SignInFilter {
                    error_number: Some(0),
                    ..rest.clone()
                },
                keys(None, None),
                "sign_ins_by_time",
            ),
            (
                SignInFilter {
                    error_number: Some(50126),
                    ..rest.clone()
                },
                keys(None, None),
                "sign_ins_by_error",
            ),
            (
                SignInFilter {
                    error_number: Some(50126),
                    ip: name("x"),
                    ..rest.clone()
                },
                keys(None, None),
                "sign_ins_by_ip",
            ),
            (
                SignInFilter {
                    error_number: Some(50126),
                    user_id: user,
                    ..rest.clone()
                },
                keys(None, None),
                "sign_ins_by_user",
            ),
            (
                SignInFilter {
                    error_number: Some(50126),
                    ..rest.clone()
                },
                keys(Some("a"), Some("a")),
                "sign_ins_by_upn",
            ),
        ] {
            let (sql, list) = sign_ins::page(&filter, &keys, before.as_ref(), &10);
            walks(&mut r, &sql, list.values(), index).await;
        }
        let silent = SignInFilter {
            silent: true,
            ..SignInFilter::default()
        };
        let by_user = SignInFilter {
            user_id: user,
            error_number: Some(50173),
            ..silent.clone()
        };
        let by_error = SignInFilter {
            error_number: Some(50173),
            ip: name("x"),
            correlation: Some(CorrelationId::from_bytes([1; 16])),
            ..silent.clone()
        };
        for (filter, index) in [
            (silent, "silent_sign_ins_by_time"),
            (by_user, "silent_sign_ins_by_user"),
            (by_error, "silent_sign_ins_by_error"),
        ] {
            let none = keys(None, None);
            let (sql, list) = sign_ins::page(&filter, &none, before.as_ref(), &10);
            walks(&mut r, &sql, list.values(), index).await;
        }
        for (table, condition) in [
            ("sign_ins", String::new()),
            ("sign_ins", sign_in_activity::successful()),
            ("silent_sign_ins", String::new()),
        ] {
            let sql = sign_in_activity::newest(table, &condition);
            let of = UserId::from_bytes([1; 16]);
            walks(&mut r, &sql, params![of], &format!("{table}_by_user")).await;
        }
        let filter = SignInFilter {
            correlation: Some(CorrelationId::from_bytes([1; 16])),
            user_id: user,
            ..rest.clone()
        };
        let none = Keys::default();
        let (sql, list) = sign_ins::page(&filter, &none, before.as_ref(), &10);
        let steps = plan(&mut r, &sql, list.values()).await;
        assert!(
            steps
                .first()
                .is_some_and(|step| step.contains("sign_ins_by_correlation")),
            "{steps:#?}"
        );
    }
}
