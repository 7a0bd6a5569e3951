//! Daily counts of sign-ins, kept beside the log so that a chart costs the same however long the log is.

use latchkey_domain::{AuthenticationStep, SignInKind, Timestamp};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer, json};

/// Sign-ins of one day that succeeded by the same means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayCount {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// By what.
    pub kind: SignInKind,
    /// How many.
    pub sign_ins: i64,
}

/// A count of a kind that this program doesn't know: left out.
struct CountRow(Option<DayCount>);

impl FromRow for CountRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let Some(kind) = SignInKind::from_name(row.text(1)?) else {
            return Ok(Self(None));
        };
        Ok(Self(Some(DayCount {
            day: row.get(0)?,
            kind,
            sign_ins: row.get(2)?,
        })))
    }
}

/// When a sign-in succeeded, and its steps.
struct Success(Timestamp, Vec<AuthenticationStep>);

impl FromRow for Success {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get(0)?, json::read(row.text(1)?)?))
    }
}

impl Reader {
    /// Counts of this day and later ones, in their order.
    pub async fn sign_in_days(&mut self, from_day: i64) -> Result<Vec<DayCount>> {
        let rows: Vec<CountRow> = self
            .query_all(
                "SELECT day, kind, sign_ins FROM sign_in_days WHERE day >= ?1 ORDER BY day, kind",
                params![from_day],
            )
            .await?;
        Ok(rows.into_iter().filter_map(|row| row.0).collect())
    }

    /// Up to which moment sign-ins were counted; none: nothing was yet.
    pub async fn sign_ins_counted_until(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT counted_until FROM sign_in_days_state WHERE id = 1";
        let found = self.query_opt::<(Timestamp,)>(sql, params![]).await?;
        Ok(found.map(|(until,)| until))
    }

    /// When sign-ins succeeded, and how, from `from` on and before `to`: the first `limit` of them.
    pub async fn sign_ins_between(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<(Timestamp, SignInKind)>> {
        let rows: Vec<Success> = self
            .query_all(
                "SELECT at, steps FROM sign_ins WHERE at >= ?1 AND at < ?2 AND error_number = 0 \
                 ORDER BY at, seq LIMIT ?3",
                params![from, to, limit],
            )
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.0, SignInKind::of(&row.1)))
            .collect())
    }
}

impl Writer {
    /// Adds to the counts what was counted from `from` (none: from the very beginning) up to `until`. False, and
    /// nothing is added, when another node was quicker.
    pub async fn add_sign_in_days(
        &mut self,
        from: Option<Timestamp>,
        until: Timestamp,
        counts: &[DayCount],
    ) -> Result<bool> {
        let moved = match from {
            Some(from) => {
                self.execute(
                    "UPDATE sign_in_days_state SET counted_until = ?2 WHERE id = 1 AND counted_until = ?1",
                    params![from, until],
                )
                .await?
            }
            None => {
                self.execute(
                    "INSERT INTO sign_in_days_state (id, counted_until) VALUES (1, ?1) ON CONFLICT DO NOTHING",
                    params![until],
                )
                .await?
            }
        };
        if moved == 0 {
            return Ok(false);
        }
        for count in counts {
            self.execute(
                "INSERT INTO sign_in_days (day, kind, sign_ins) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (day, kind) DO UPDATE SET sign_ins = sign_in_days.sign_ins + excluded.sign_ins",
                params![count.day, count.kind.name(), count.sign_ins],
            )
            .await?;
        }
        Ok(true)
    }

    /// Forgets the counts of days before this one.
    pub async fn forget_sign_in_days(&mut self, before_day: i64) -> Result<u64> {
        self.execute("DELETE FROM sign_in_days WHERE day < ?1", params![before_day])
            .await
    }
}
