//! Passes that ask for attention: about to start, about to end, ended without use.

use std::sync::LazyLock;

use latchkey_domain::{Pass, Timestamp, User};

use crate::passes::StoredPass;
use crate::row::{FromRow, Row};
use crate::users::{user_at, user_columns};
use crate::value::params;
use crate::{Reader, Result};

/// A pass and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassOfUser {
    /// The pass.
    pub pass: Pass,
    /// Whose.
    pub user: User,
}

/// As [`StoredPass`] reads them, without the verifier, which nobody needs here.
const PASS: &str = "p.id, p.user_id, p.created_at, p.start_at, p.lifetime, p.one_time, p.used_at, p.blocked_at, \
    p.from_console, '', p.wrong_guesses";
const PASS_COLUMNS: usize = 11;

/// So many of the passes that ended last are looked at for unused ones.
const MOST_ENDED: u32 = 300;

impl FromRow for PassOfUser {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            pass: StoredPass::from_row(row)?.pass,
            user: user_at(row, PASS_COLUMNS)?,
        })
    }
}

pub(crate) static STARTING: LazyLock<String> =
    LazyLock::new(|| select("passes p", "p.start_at > ?1 AND p.start_at <= ?2", "p.start_at"));
pub(crate) static ENDING: LazyLock<String> =
    LazyLock::new(|| select("passes p", "p.end_at > ?1 AND p.end_at <= ?2", "p.end_at"));
pub(crate) static UNUSED: LazyLock<String> = LazyLock::new(|| {
    let last = format!(
        "(SELECT * FROM passes WHERE end_at > ?1 AND end_at <= ?2 ORDER BY end_at DESC LIMIT {MOST_ENDED}) p"
    );
    select(&last, "p.used_at IS NULL", "p.end_at DESC")
});

/// CROSS tells SQLite to start from the passes.
fn select(passes: &str, condition: &str, order: &str) -> String {
    format!(
        "SELECT {PASS}, {} FROM {passes} CROSS JOIN users u \
         WHERE {condition} AND u.id = p.user_id AND u.deleted_at IS NULL ORDER BY {order} LIMIT ?3",
        user_columns("u.")
    )
}

impl Reader {
    /// The first `limit` passes that start after `from` and up to `to`, the next one first.
    pub async fn passes_starting(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<PassOfUser>> {
        self.query_all(&STARTING, params![from, to, limit]).await
    }

    /// The first `limit` passes that end after `from` and up to `to`, the next one first.
    pub async fn passes_ending(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<PassOfUser>> {
        self.query_all(&ENDING, params![from, to, limit]).await
    }

    /// The first `limit` passes that ended after `from` and up to `to` without having been used, the last one
    /// first; among the 300 that ended last.
    pub async fn passes_ended_unused(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<PassOfUser>> {
        self.query_all(&UNUSED, params![from, to, limit]).await
    }
}
