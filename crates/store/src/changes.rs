//! What changed in the directory since a moment: read from the audit log, in which every change is written by the
//! transaction that makes it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use latchkey_domain::{Activity, AuditTarget};

use crate::audits::{AUDIT, StoredAudit};
use crate::conditions::{Conditions, unindexed};
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, json};

/// Numbers below the newest one that are looked at for transactions still under way.
const WINDOW: u32 = 5000;
/// The most of them that a watermark names.
const MOST_OPEN: usize = 64;

/// How far somebody has read the log. With several nodes a number can be taken and committed only later, behind higher
/// ones: such numbers are named, so that nothing is missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watermark {
    last: i64,
    open: BTreeSet<i64>,
}

/// The text is none that a [`Watermark`] was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a watermark")]
pub struct InvalidWatermark;

/// A change that the log tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub seq: i64,
    /// What was done.
    pub activity: Activity,
    /// To what.
    pub targets: Vec<AuditTarget>,
}

impl FromRow for Change {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let activity = Activity::from_name(row.text(1)?)
            .ok_or_else(|| StoreError::Corrupt("a stored activity is unknown".to_owned()))?;
        Ok(Self {
            seq: row.get(0)?,
            activity,
            targets: json::read(row.text(2)?)?,
        })
    }
}

impl Watermark {
    /// What these numbers, the newest of the log, say: `newest` is in descending order.
    fn of(newest: &[i64]) -> Self {
        let (Some(last), Some(first)) = (newest.first(), newest.last()) else {
            return Self::default();
        };
        let seen: BTreeSet<i64> = newest.iter().copied().collect();
        let mut missing = (*first..*last).filter(|seq| !seen.contains(seq));
        let open = missing.by_ref().take(MOST_OPEN).collect();
        // With too many, everything from there on is read again.
        let last = missing.next().map_or(*last, |next| next - 1);
        Self { last, open }
    }

    /// The mark behind the record with this number, for a reader that has begun at this mark.
    #[must_use]
    pub fn after(&self, number: i64) -> Self {
        Self {
            last: self.last.max(number),
            open: self.open.iter().copied().filter(|seq| *seq > number).collect(),
        }
    }

    /// This mark, or the one behind the record with this number if that is further; what was open below it is left out.
    #[must_use]
    pub fn after_all(&self, number: i64) -> Self {
        if self.last < number {
            self.after(number)
        } else {
            self.clone()
        }
    }

    /// Whether the log has nothing behind this mark, if its newest record has this number.
    pub fn is_at(&self, newest: i64) -> bool {
        self.last == newest && self.open.is_empty()
    }

    /// Whether this mark lies behind everything that the log holds: it is of another log.
    pub fn is_ahead_of(&self, now: &Self) -> bool {
        self.last > now.last && now.open.is_empty()
    }
}

impl fmt::Display for Watermark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.last)?;
        self.open
            .iter()
            .try_for_each(|seq| write!(f, ".{}", self.last - seq))
    }
}

impl FromStr for Watermark {
    type Err = InvalidWatermark;

    fn from_str(text: &str) -> std::result::Result<Self, InvalidWatermark> {
        let read = |number: &str| match number.parse::<u64>() {
            Ok(number) => i64::try_from(number).map_err(|_| InvalidWatermark),
            Err(_) => Err(InvalidWatermark),
        };
        let mut numbers = text.split('.');
        let last = read(numbers.next().unwrap_or_default())?;
        let open = numbers.map(|back| Ok(last - read(back)?));
        let open: BTreeSet<i64> = open.collect::<std::result::Result<_, _>>()?;
        if open.len() <= MOST_OPEN {
            Ok(Self { last, open })
        } else {
            Err(InvalidWatermark)
        }
    }
}

/// Columns of a [`Change`].
pub(crate) const CHANGE: &str = "a.seq, a.activity, a.targets";

/// The statement for the next records between two marks: of changes of these kinds, or all that there are if none is
/// named.
pub(crate) fn between<'a>(
    columns: &str,
    from: &'a Watermark,
    to: &'a Watermark,
    activities: &'a [&'static str],
    limit: &'a u32,
) -> (String, Conditions<'a>) {
    let mut list = Conditions::default();
    let limit = list.bind(limit);
    let last = list.bind(&from.last);
    list.and("a.seq <= ?", &to.last);
    match from.open.first() {
        None => list.and_text(&format!("a.seq > {last}")),
        Some(lowest) => {
            // The lowest number keeps to the log's own order; what lies between is few.
            list.and("a.seq >= ?", lowest);
            let open: Vec<_> = from.open.iter().map(|seq| list.bind(seq)).collect();
            list.and_text(&format!("(a.seq > {last} OR a.seq IN ({}))", open.join(", ")));
        }
    }
    if !activities.is_empty() {
        let names: Vec<_> = activities.iter().map(|name| list.bind(name)).collect();
        // The log's own order leads, not the index of activities.
        let activity = unindexed("a.activity");
        list.and_text(&format!(
            "a.succeeded = 1 AND {activity} IN ({})",
            names.join(", ")
        ));
    }
    let sql = format!(
        "SELECT {columns} FROM audits a {} ORDER BY a.seq LIMIT {limit}",
        list.text()
    );
    (sql, list)
}

impl Reader {
    /// How far the log can be read at this moment. To be asked for before what is to be known at it.
    pub async fn watermark(&mut self) -> Result<Watermark> {
        let sql = "SELECT seq FROM audits ORDER BY seq DESC LIMIT ?1";
        let newest: Vec<(i64,)> = self.query_all(sql, params![WINDOW]).await?;
        let newest: Vec<i64> = newest.into_iter().map(|(seq,)| seq).collect();
        Ok(Watermark::of(&newest))
    }

    /// The number of the log's newest record; 0: it is empty.
    pub async fn newest_audit(&mut self) -> Result<i64> {
        let found: Option<(i64,)> = self
            .query_opt("SELECT seq FROM audits ORDER BY seq DESC LIMIT 1", params![])
            .await?;
        Ok(found.map_or(0, |(seq,)| seq))
    }

    /// The next changes of these kinds between two marks, at most `limit`, in the order of the log.
    pub async fn changes_between(
        &mut self,
        from: &Watermark,
        to: &Watermark,
        activities: &[Activity],
        limit: u32,
    ) -> Result<Vec<Change>> {
        let names: Vec<&'static str> = activities.iter().map(|activity| activity.name()).collect();
        let (sql, list) = between(CHANGE, from, to, &names, &limit);
        self.query_all(&sql, list.values()).await
    }

    /// The next records between two marks, refusals too, at most `limit`, in the order of the log.
    pub async fn audits_between(
        &mut self,
        from: &Watermark,
        to: &Watermark,
        limit: u32,
    ) -> Result<Vec<StoredAudit>> {
        let (sql, list) = between(AUDIT, from, to, &[], &limit);
        self.query_all(&sql, list.values()).await
    }

    /// The next records between two marks of changes of these kinds, at most `limit`, in the order of the log.
    pub async fn audits_of_between(
        &mut self,
        from: &Watermark,
        to: &Watermark,
        activities: &[Activity],
        limit: u32,
    ) -> Result<Vec<StoredAudit>> {
        let names: Vec<&'static str> = activities.iter().map(|activity| activity.name()).collect();
        let (sql, list) = between(AUDIT, from, to, &names, &limit);
        self.query_all(&sql, list.values()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Watermark {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_missing_below_the_newest_is_open() {
        assert_eq!(Watermark::of(&[]).to_string(), "0");
        assert_eq!(Watermark::of(&[9, 8, 7]).to_string(), "9");
        let holes = Watermark::of(&[9, 7, 5]);
        assert_eq!(holes.open, [6, 8].into());
        assert_eq!(mark(&holes.to_string()), holes);
        // Every second one is missing: more than can be named.
        let newest: Vec<i64> = (1..=300).rev().step_by(2).collect();
        let many = Watermark::of(&newest);
        assert_eq!(many.open.len(), MOST_OPEN);
        assert!(many.last < 300 && many.open.iter().all(|seq| *seq <= many.last));
        let covered =
            (2..300).all(|seq| seq > many.last || many.open.contains(&seq) || newest.contains(&seq));
        assert!(covered, "every missing number is named or read again");
    }

    #[test]
    fn only_own_texts_are_read() {
        for wrong in ["", "-1", "5.x", "5.", "99999999999999999999", "a"] {
            assert!(wrong.parse::<Watermark>().is_err(), "{wrong}");
        }
        assert!(mark("7").is_ahead_of(&mark("6")));
        assert!(!mark("6").is_ahead_of(&mark("6")));
    }

    #[test]
    fn a_mark_moves_behind_what_was_read() {
        let begun = Watermark {
            last: 10,
            open: [4, 8].into(),
        };
        assert_eq!(begun.after(4).open, [8].into());
        let further = begun.after(12);
        assert_eq!((further.last, further.open.len()), (12, 0));
    }
}
