//! Sign-ins counted by day, for the portal's chart.
//!
//! Now and then, apart from signing in: what a chart needs must not slow down what it shows
//! (`docs/decisions/0011-sign-ins-are-counted-afterwards.md`).

use std::collections::BTreeMap;

use latchkey_domain::{SignInKind, Timestamp};
use latchkey_store::DayCount;

use crate::{Fault, Service};

const DAY: i64 = 24 * 3600 * 1_000_000;
/// So many days are shown, and kept.
pub(crate) const DAYS: i64 = 30;
/// Younger records are left for the next time: on several nodes one may still be on its way into the log.
const SETTLED: i64 = 60 * 1_000_000;
/// Records in one go.
const BATCH: u32 = 2000;

/// The day of a moment, since 1970-01-01, UTC.
pub(crate) const fn day_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(DAY)
}

impl Service {
    /// Counts sign-ins that were not counted yet, some of them. True: there may be more, call again.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn count_sign_ins(&self) -> Result<bool, Fault> {
        let now = self.now();
        let first_day = day_of(now) - DAYS + 1;
        let settled = Timestamp::from_micros(now.as_micros() - SETTLED);
        let mut reader = self.store.snapshot().await?;
        let counted = reader.sign_ins_counted_until().await?;
        let begin = Timestamp::from_micros(first_day * DAY);
        let from = counted.unwrap_or(begin).max(begin);
        if from >= settled {
            return Ok(false);
        }
        let mut found = reader.sign_ins_between(from, settled, BATCH).await?;
        drop(reader);
        let more = found.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX);
        let until = match found.last().filter(|_| more) {
            // Others of the last one's moment may have been cut off: they come next time, unless all are of it.
            Some((last, _)) if *last > from => *last,
            Some((last, _)) => Timestamp::from_micros(last.as_micros() + 1),
            None => settled,
        };
        found.retain(|(at, _)| *at < until);
        let counts = tally(&found);
        self.store
            .write_with(
                (counted, until, counts),
                move |writer, (counted, until, counts)| {
                    Box::pin(async move {
                        if writer.add_sign_in_days(*counted, *until, counts).await? {
                            writer.forget_sign_in_days(first_day).await?;
                        }
                        Ok::<_, latchkey_store::StoreError>(())
                    })
                },
            )
            .await?;
        Ok(more)
    }
}

fn tally(found: &[(Timestamp, SignInKind)]) -> Vec<DayCount> {
    let mut counts: BTreeMap<(i64, SignInKind), i64> = BTreeMap::new();
    for (at, kind) in found {
        *counts.entry((day_of(*at), *kind)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((day, kind), sign_ins)| DayCount { day, kind, sign_ins })
        .collect()
}
