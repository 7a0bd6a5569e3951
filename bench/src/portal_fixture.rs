//! What the portal looks at in a large tenant: parts of names, groups, a log of millions; written past the program.

use std::path::Path;

use latchkey_domain::{AuthenticationStep, SignInError, Timestamp};
use latchkey_service::{Clock, SystemClock};
use rusqlite::{Connection, Transaction, params};

use crate::Result;
use crate::fixture::indexes_of;

/// Groups; the first of them holds everyone.
pub(crate) const GROUPS: u32 = 10_000;
/// The logs go back so far, in microseconds: 240 days.
const SPAN: i64 = 240 * 24 * 3600 * 1_000_000;

/// Adds to people that are there what their names begin with, that they have nothing lasting, groups, and so many log
/// records: four sign-ins for each change. Indexes are made afterwards, and nothing is read that is written.
pub(crate) fn fill(database: &Path, people: u64, records: u64) -> Result<()> {
    let mut connection = Connection::open(database)?;
    connection.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = FILE;",
    )?;
    let transaction = connection.transaction()?;
    let indexes = indexes_of(
        &transaction,
        &["sign_ins", "audits", "bare_people", "group_members"],
    )?;
    for (name, _) in &indexes {
        transaction.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    names(&transaction)?;
    groups(&transaction)?;
    let sign_ins = records / 5 * 4;
    self::sign_ins(&transaction, people, sign_ins)?;
    audits(&transaction, people, records - sign_ins)?;
    for (_, sql) in &indexes {
        transaction.execute_batch(sql)?;
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

/// As the program cuts names, and as it lists those without a lasting way to sign in.
fn names(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "INSERT OR IGNORE INTO people_parts (part, user_id) SELECT part, id FROM ( \
             SELECT display_name_key AS part, id FROM users \
             UNION ALL SELECT substr(display_name_key, 8), id FROM users WHERE display_name_key LIKE 'person %' \
             UNION ALL SELECT upn_key, id FROM users) ORDER BY part, id; \
         INSERT OR IGNORE INTO bare_people (user_id, created_at) SELECT id, created_at FROM users ORDER BY id;",
    )?;
    Ok(())
}

fn groups(transaction: &Transaction<'_>) -> Result<()> {
    // A version-4 id whose first half is the number, so that rows go in by the order of their keys.
    let id = "unhex(printf('%08x00004000800000000000abcd', n))";
    transaction.execute(
        &format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1) \
             INSERT INTO groups (id, display_name, display_name_key, description, mail_nickname, role_assignable, \
             visibility, created_at) \
             SELECT {id}, printf('Group %05d', n), printf('group %05d', n), 'For a part of the tenant', 'group', 0, \
             'Private', ?2 FROM numbers"
        ),
        params![GROUPS, SystemClock.now().as_micros()],
    )?;
    transaction.execute_batch(&format!(
        "INSERT INTO group_members (group_id, kind, member_id) SELECT {id}, 0, u.id FROM (SELECT 1 AS n), users u \
         ORDER BY u.id"
    ))?;
    Ok(())
}

/// So many records, in the order of their times, one for each person after the other; every sixteenth was refused.
fn sign_ins(transaction: &Transaction<'_>, people: u64, count: u64) -> Result<()> {
    let now = SystemClock.now().as_micros();
    let step = AuthenticationStep {
        at: Timestamp::from_micros(now),
        method: "Temporary Access Pass".to_owned(),
        detail: Some("Multiple use".to_owned()),
        succeeded: true,
        result: "MFA completed in Latchkey".to_owned(),
        requirement: "Primary authentication".to_owned(),
    };
    let rounds = count.div_ceil(people.max(1)).max(1);
    let refused = SignInError::InvalidPass;
    transaction.execute(
        "WITH RECURSIVE rounds (round) AS (SELECT 0 UNION ALL SELECT round + 1 FROM rounds WHERE round + 1 < ?1), \
         somebody AS (SELECT id, upn, upn_key, display_name, \
             CAST(substr(display_name, 8) AS INTEGER) AS number FROM users WHERE display_name LIKE 'Person %'), \
         records AS (SELECT *, round * ?2 + number AS n, ?3 - ?4 + (round * ?2 + number) * (?4 / (?1 * ?2)) AS moment \
             FROM rounds CROSS JOIN somebody) \
         INSERT INTO sign_ins (id, at, user_id, upn, upn_key, user_display_name, app_id, app_name, ip_address, \
             user_agent, correlation_id, error, error_number, multi_factor, steps, session_id) \
         SELECT unhex(printf('%012x70008%015x', moment / 1000, n)), moment, id, upn, upn_key, display_name, \
             'security-info', 'My sign-ins', printf('10.%d.%d.%d', n >> 16 & 255, n >> 8 & 255, n & 255), \
             'Mozilla/5.0', unhex(printf('%012x70008%015x', moment / 1000, n)), \
             CASE WHEN n % 16 THEN NULL ELSE ?5 END, CASE WHEN n % 16 THEN 0 ELSE ?6 END, 1, ?7, NULL FROM records",
        params![
            i64::try_from(rounds)?,
            i64::try_from(people)?,
            now,
            SPAN,
            refused.name(),
            refused.number(),
            serde_json::to_string(&[step])?
        ],
    )?;
    Ok(())
}

/// So many copies of what the making of the tenant wrote, each about somebody else.
fn audits(transaction: &Transaction<'_>, people: u64, count: u64) -> Result<()> {
    let now = SystemClock.now().as_micros();
    let (templates, last): (i64, i64) =
        transaction.query_row("SELECT count(*), max(seq) FROM audits", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    transaction.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1), \
         template AS MATERIALIZED (SELECT row_number() OVER (ORDER BY seq) - 1 AS place, * FROM audits) \
         INSERT INTO audits (seq, id, at, activity, succeeded, reason, initiator, initiator_user, initiator_app, \
             ip_address, targets, details, correlation_id) \
         SELECT ?5 + n, unhex(printf('%012x70008%015x', (?3 - ?4 + n * (?4 / ?1)) / 1000, n)), \
             ?3 - ?4 + n * (?4 / ?1), activity, succeeded, reason, initiator, initiator_user, initiator_app, ip_address, \
             targets, details, unhex(printf('%012x70008%015x', (?3 - ?4 + n * (?4 / ?1)) / 1000, n)) \
         FROM numbers CROSS JOIN template WHERE place = n % ?2",
        params![i64::try_from(count)?, templates, now, SPAN, last],
    )?;
    transaction.execute(
        "INSERT OR IGNORE INTO audit_targets (target_id, at, seq) \
         SELECT target, at, seq FROM (SELECT lower(printf('%s-%s-%s-%s-%s', substr(key, 1, 8), substr(key, 9, 4), \
             substr(key, 13, 4), substr(key, 17, 4), substr(key, 21))) AS target, a.at, a.seq \
             FROM (SELECT hex(id) AS key, CAST(substr(display_name, 8) AS INTEGER) AS number FROM users \
                 WHERE display_name LIKE 'Person %') CROSS JOIN (SELECT 0 AS round UNION ALL SELECT 1) \
             JOIN audits a ON a.seq = ?1 + 1 + number + round * ?2) ORDER BY 1, 2, 3",
        params![last, i64::try_from(people)?],
    )?;
    Ok(())
}
