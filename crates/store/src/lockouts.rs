//! Counters of wrong guesses, and what may be used only once.

use latchkey_domain::{Lockout, RecentWrongPasswords, Timestamp};

use crate::conditions::Conditions;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer};

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

impl FromRow for Lockout {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            failures: row.get(0)?,
            locks: row.get(1)?,
            locked_until: row.get(2)?,
            window_start: row.get(3)?,
            last_failure: row.get(4)?,
            wrong_passwords: RecentWrongPasswords::from_bits(row.get(5)?),
        })
    }
}

/// A counter with what is known of its guesses.
struct Known([u8; 32], Lockout);

impl FromRow for Known {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get(6)?, Lockout::from_row(row)?))
    }
}

impl Reader {
    /// What is known of the guesses at this counter, which is a keyed hash of what is guessed at.
    pub async fn lockout(&mut self, counter: &[u8; 32]) -> Result<Option<Lockout>> {
        let sql = "SELECT failures, locks, locked_until, window_start, last_failure, wrong_passwords \
            FROM lockouts WHERE counter = ?1";
        self.query_opt(sql, params![counter]).await
    }

    /// The same for several counters at once, in no order; those of which nothing is known are missing.
    pub async fn lockouts(&mut self, counters: &[[u8; 32]]) -> Result<Vec<([u8; 32], Lockout)>> {
        if counters.is_empty() {
            return Ok(Vec::new());
        }
        let mut list = Conditions::default();
        let places: Vec<_> = counters.iter().map(|counter| list.bind(counter)).collect();
        list.and_text(&format!("counter IN ({})", places.join(", ")));
        let sql = format!(
            "SELECT failures, locks, locked_until, window_start, last_failure, wrong_passwords, counter \
             FROM lockouts {}",
            list.text()
        );
        let known: Vec<Known> = self.query_any(&sql, list.values()).await?;
        Ok(known
            .into_iter()
            .map(|Known(counter, lockout)| (counter, lockout))
            .collect())
    }
}

impl Writer {
    /// Keeps a counter.
    pub async fn save_lockout(&mut self, counter: &[u8; 32], lockout: &Lockout) -> Result<()> {
        let sql = "INSERT INTO lockouts \
            (counter, failures, locks, locked_until, window_start, last_failure, wrong_passwords, last_day) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (counter) DO UPDATE SET \
            failures = excluded.failures, locks = excluded.locks, locked_until = excluded.locked_until, \
            window_start = excluded.window_start, last_failure = excluded.last_failure, \
            wrong_passwords = excluded.wrong_passwords, last_day = excluded.last_day";
        let last = lockout.last_failure.max(lockout.locked_until);
        let last_day = last.map_or(0, |at| at.as_micros().div_euclid(DAY));

        self.execute(
            sql,
            params![
                counter,
                lockout.failures,
                lockout.locks,
                lockout.locked_until,
                lockout.window_start,
                lockout.last_failure,
                lockout.wrong_passwords.to_bits(),
                last_day,
            ],
        )
        .await
        .map(drop)
    }

    /// Forgets a counter.
    pub async fn clear_lockout(&mut self, counter: &[u8; 32]) -> Result<()> {
        self.execute("DELETE FROM lockouts WHERE counter = ?1", params![counter])
            .await
            .map(drop)
    }

    /// Uses up a challenge or a flow token, known by its hash. False: it was used before.
    pub async fn spend_challenge(&mut self, challenge: &[u8; 32], expires_at: Timestamp) -> Result<bool> {
        let sql =
            "INSERT INTO spent_challenges (challenge, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        Ok(self.execute(sql, params![challenge, expires_at]).await? == 1)
    }
}
