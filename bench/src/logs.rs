//! A sign-in log with a record per person, written past the program.

use std::path::Path;

use latchkey_domain::{AuthenticationStep, Timestamp};
use latchkey_service::{Clock, SystemClock};
use rusqlite::{Connection, params};

use crate::Result;
use crate::fixture::{indexes_of, source, upn, user_id};

/// The log goes back so far, in microseconds: 30 days.
const SPAN: i64 = 30 * 24 * 3600 * 1_000_000;

/// Everyone signed in once, one after the other, the last a moment ago.
pub(crate) fn fill(database: &Path, people: u64) -> Result<()> {
    let mut connection = Connection::open(database)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    let now = SystemClock.now().as_micros();
    let transaction = connection.transaction()?;
    let indexes = indexes_of(&transaction, &["sign_ins"])?;
    for (name, _) in &indexes {
        transaction.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    {
        let mut insert = transaction.prepare(
            "INSERT INTO sign_ins (id, at, user_id, upn, upn_key, user_display_name, app_id, app_name, ip_address, \
             user_agent, correlation_id, error, error_number, multi_factor, steps, session_id) \
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, 'security-info', 'My sign-ins', ?6, 'Mozilla/5.0', ?1, NULL, 0, 1, ?7, ?1)",
        )?;
        let apart = SPAN / i64::try_from(people.max(1))?;
        for person in 0..people {
            let at = now - SPAN + apart * i64::try_from(person)?;
            let step = AuthenticationStep {
                at: Timestamp::from_micros(at),
                method: "Temporary Access Pass".to_owned(),
                detail: Some("Multiple use".to_owned()),
                succeeded: true,
                result: "MFA completed in Latchkey".to_owned(),
                requirement: "Primary authentication".to_owned(),
            };
            let milliseconds = u128::try_from(at / 1000)?;
            // As the program makes them: the time first.
            let id = (milliseconds << 80 | 0x7 << 76 | 0x8 << 60 | u128::from(person)).to_be_bytes();
            insert.execute(params![
                id,
                at,
                user_id(person).as_bytes(),
                upn(person),
                format!("Person {person:07}"),
                source(person).to_string(),
                serde_json::to_string(&[step])?,
            ])?;
        }
    }
    for (_, sql) in &indexes {
        transaction.execute_batch(sql)?;
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}
