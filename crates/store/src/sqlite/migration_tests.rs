//! Databases of earlier versions: what is in them stays, references are watched afterwards.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::connection;
use crate::StoreError;
use crate::migrate::{self, MIGRATIONS};
use crate::testing::TestFolder;

const USER: &str = "INSERT INTO users (id, upn, upn_key, display_name, display_name_key, mail_nickname, account_enabled, \
    user_type, created_at, must_change_password, sessions_valid_from, postal_code) \
    VALUES (?1, 'Ada@example.com', 'ada@example.com', 'Ada', 'ada', 'ada', 1, 'Member', 1, 0, 2, '1815')";
const PASS: &str = "INSERT INTO passes (user_id, id, created_at, start_at, lifetime, end_at, one_time, from_console, \
    wrong_guesses, verifier) VALUES (?1, ?2, 1, 2, 60, 3, 1, 0, 0, 'v')";

/// A database as the program left it when this was the newest version.
fn database_of(version: usize, path: &Path) -> Connection {
    connection::create_file(path).unwrap();
    let connection = connection::open_writer(path, Duration::from_secs(1)).unwrap();
    connection.execute_batch(migrate::VERSION_TABLE).unwrap();
    for step in MIGRATIONS.iter().take(version) {
        connection.execute_batch(step.sql).unwrap();
        connection
            .execute(migrate::RECORD, (step.version, step.name, step.checksum()))
            .unwrap();
    }
    connection
}

fn version(connection: &Connection) -> usize {
    let mut recorded = connection.prepare(migrate::RECORDED).unwrap();
    recorded.query_map([], |_| Ok(())).unwrap().count()
}

#[test]
fn users_stay_when_their_table_is_made_anew() {
    let folder = TestFolder::new();
    let mut connection = database_of(29, &folder.path().join("latchkey.db"));
    connection.execute(USER, ([1; 16],)).unwrap();
    connection.execute(PASS, ([1; 16], [2; 16])).unwrap();

    connection::migrate(&mut connection).unwrap();
    assert_eq!(version(&connection), MIGRATIONS.len());
    let sql =
        "SELECT upn, postal_code, verifier FROM users u JOIN passes p ON p.user_id = u.id WHERE u.id = ?1";
    let found: (String, String, String) = connection
        .query_row(sql, ([1; 16],), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!(
        found,
        ("Ada@example.com".to_owned(), "1815".to_owned(), "v".to_owned())
    );

    let nobodys = connection.execute(PASS, ([3; 16], [4; 16]));
    assert!(matches!(
        nobodys.map_err(connection::error),
        Err(StoreError::Dangling)
    ));
    let twice = connection.execute(USER, ([1; 16],)).map_err(connection::error);
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
}

#[test]
fn a_database_with_a_dangling_reference_stays_as_it_was() {
    let folder = TestFolder::new();
    let mut connection = database_of(29, &folder.path().join("latchkey.db"));
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute(PASS, ([1; 16], [2; 16])).unwrap();

    let refused = connection::migrate(&mut connection).unwrap_err();
    assert!(refused.to_string().contains("passes"), "{refused}");
    assert_eq!(version(&connection), 29);
}
