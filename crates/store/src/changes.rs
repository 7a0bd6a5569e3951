//! What changed in the directory since a moment: read from the audit log, in which every change is written by the
//! transaction that makes it.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use latchkey_domain::{Activity, AuditTarget, Seconds, Timestamp};

use crate::audits::{AUDIT, StoredAudit};
use crate::conditions::{Conditions, unindexed};
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, json};

/// Numbers below the newest one that are looked at for transactions still under way.
const WINDOW: u32 = 5000;
/// The most runs of them that a watermark names: the highest ones.
const MOST_OPEN: usize = 256;
/// A number that is still missing so long after a higher one was recorded never comes: no transaction is under way for
/// that long. Numbers go missing for good when a transaction fails, and 32 at once when a PostgreSQL server crashes.
const SETTLED: Seconds = Seconds(600);

/// How far somebody has read the log. With several nodes a number can be taken and committed only later, behind higher
/// ones: such numbers are named, so that nothing is missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watermark {
    last: i64,
    /// Runs of numbers below, each with its first and its last; ascending.
    open: Vec<(i64, i64)>,
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
        let gap = |pair: &[i64]| match *pair {
            [high, low] if high - low > 1 => Some((low + 1, high - 1)),
            _ => None,
        };
        let mut open: Vec<_> = newest.windows(2).filter_map(gap).take(MOST_OPEN).collect();
        open.reverse();
        Self {
            last: newest.first().copied().unwrap_or_default(),
            open,
        }
    }

    /// The mark behind the record with this number, for a reader that has begun at this mark.
    #[must_use]
    pub fn after(&self, number: i64) -> Self {
        let above = self.open.iter().filter(|(_, last)| *last > number);
        Self {
            last: self.last.max(number),
            open: above
                .map(|(first, last)| (*first.max(&(number + 1)), *last))
                .collect(),
        }
    }

    /// The same on the way to `end`, for a reader that won't look below that number again before its next way: what is
    /// open there at the end stays open.
    #[must_use]
    pub fn reached(&self, number: i64, end: &Self) -> Self {
        let mut next = self.after(number);
        let below = end.open.iter().copied().filter(|(_, last)| *last < number);
        next.open.splice(..0, below);
        next.open.drain(..next.open.len().saturating_sub(MOST_OPEN));
        next
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

    /// Whether something behind this mark may be gone from the log, whose oldest record has this number.
    pub fn is_before(&self, oldest: i64) -> bool {
        self.last.saturating_add(1) < oldest
    }

    /// Whether this mark lies behind everything that the log holds: it is of another log.
    pub fn is_ahead_of(&self, now: &Self) -> bool {
        self.last > now.last
    }
}

impl fmt::Display for Watermark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.last)?;
        self.open.iter().try_for_each(|(first, last)| {
            write!(f, ".{}", self.last - first)?;
            if first < last {
                write!(f, "-{}", self.last - last)?;
            }
            Ok(())
        })
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
        let run = |text: &str| {
            let (first, end) = text.split_once('-').unwrap_or((text, text));
            let (first, end) = (last - read(first)?, last - read(end)?);
            if first <= end {
                Ok((first, end))
            } else {
                Err(InvalidWatermark)
            }
        };
        let mut open: Vec<(i64, i64)> = numbers.map(run).collect::<std::result::Result<_, _>>()?;
        open.sort_unstable();
        if open.len() <= MOST_OPEN {
            Ok(Self { last, open })
        } else {
            Err(InvalidWatermark)
        }
    }
}

/// The newest numbers, down to that of a settled record.
pub(crate) const NEWEST: &str = "SELECT seq FROM audits WHERE seq >= ?1 ORDER BY seq DESC LIMIT ?2";

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
        Some((lowest, _)) => {
            // The lowest number keeps to the log's own order; what lies between is few.
            list.and("a.seq >= ?", lowest);
            let seq = unindexed("a.seq");
            let mut wanted = format!("({seq} > {last}");
            for (first, end) in &from.open {
                // Writing to a text can't fail.
                let _ = write!(wanted, " OR {seq} BETWEEN {first} AND {end}");
            }
            wanted.push(')');
            list.and_text(&wanted);
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
    pub async fn watermark(&mut self, now: Timestamp) -> Result<Watermark> {
        let settled = self.newest_audit_before(now - SETTLED).await?;
        let newest: Vec<(i64,)> = self.query_all(NEWEST, params![settled, WINDOW]).await?;
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

    /// The number of the log's oldest record; 0: it is empty.
    pub async fn oldest_audit(&mut self) -> Result<i64> {
        let found: Option<(i64,)> = self
            .query_opt("SELECT seq FROM audits ORDER BY seq LIMIT 1", params![])
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
        self.query_any(&sql, list.values()).await
    }

    /// The next records between two marks, refusals too, at most `limit`, in the order of the log.
    pub async fn audits_between(
        &mut self,
        from: &Watermark,
        to: &Watermark,
        limit: u32,
    ) -> Result<Vec<StoredAudit>> {
        let (sql, list) = between(AUDIT, from, to, &[], &limit);
        self.query_any(&sql, list.values()).await
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
        self.query_any(&sql, list.values()).await
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
        let holes = Watermark::of(&[9, 7, 3]);
        assert_eq!(holes.open, [(4, 6), (8, 8)]);
        assert_eq!(holes.to_string(), "9.5-3.1");
        assert_eq!(mark(&holes.to_string()), holes);
    }

    #[test]
    fn however_much_is_missing_the_newest_is_in_sight() {
        let newest: Vec<i64> = (1..=1000).rev().step_by(2).collect();
        let many = Watermark::of(&newest);
        assert_eq!((many.last, many.open.len()), (1000, MOST_OPEN));
        assert_eq!(many.open.last(), Some(&(999, 999)));
        assert_eq!(mark(&many.to_string()), many);
        // A crash, or a sequence that was set by hand, leaves one gap however wide it is.
        let jump = Watermark::of(&[1_000_000_000_000, 5]);
        assert_eq!(jump.open, [(6, 999_999_999_999)]);
    }

    #[test]
    fn only_own_texts_are_read() {
        for wrong in [
            "",
            "-1",
            "5.x",
            "5.",
            "5.1-2",
            "5.1-",
            "99999999999999999999",
            "a",
        ] {
            assert!(wrong.parse::<Watermark>().is_err(), "{wrong}");
        }
        assert!(mark("7").is_ahead_of(&mark("6")));
        assert!(!mark("6").is_ahead_of(&mark("6")));
    }

    #[test]
    fn a_mark_moves_behind_what_was_read() {
        let begun = Watermark {
            last: 10,
            open: vec![(2, 4), (8, 8)],
        };
        assert_eq!(begun.after(3).open, [(4, 4), (8, 8)]);
        assert_eq!(begun.after(4).open, [(8, 8)]);
        let further = begun.after(12);
        assert_eq!((further.last, further.open.len()), (12, 0));
    }

    #[test]
    fn what_is_open_at_the_end_of_a_way_stays_open_half_way() {
        let (begun, end) = (mark("10.2"), mark("30.22.15-13.5"));
        // Up to 20, behind 15 to 17, which are missing, and 8, which is still.
        assert_eq!(begun.reached(20, &end), mark("20.12.5-3"));
        // Among what was open before; 8 comes next.
        assert_eq!(begun.reached(6, &mark("30.25")), mark("10.5.2"));
    }
}
