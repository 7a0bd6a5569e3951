//! Sign-ins counted by day, for the portal's chart.
//!
//! Now and then, apart from signing in: what a chart needs must not slow down what it shows
//! (`docs/decisions/0011-sign-ins-are-counted-afterwards.md`).

use std::collections::BTreeMap;
use std::time::Duration;

use latchkey_domain::{SignInKind, Timestamp};
use latchkey_store::DayCount;

use crate::{Fault, Service};

const DAY: i64 = 24 * 3600 * 1_000_000;
/// So many days are shown, and kept.
pub(crate) const DAYS: i64 = 30;
/// Younger records are left for the next time: on several nodes one may still be on its way into the log.
const SETTLED: i64 = 60 * 1_000_000;
/// Records read in one go: less than a millisecond of work, for which whoever signs in meanwhile may have to wait.
const PIECE: u32 = 250;
/// Pieces whose counts are stored together. With each change the readers' connections forget what they have read.
const PIECES: u32 = 80;
/// Between two pieces.
const BREATH: Duration = Duration::from_millis(5);

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
        let counted = self.store.read().await?.sign_ins_counted_until().await?;
        let begin = Timestamp::from_micros(first_day * DAY);
        let mut until = counted.unwrap_or(begin).max(begin);
        if until >= settled {
            return Ok(false);
        }
        let mut counts = BTreeMap::new();
        let mut more = true;
        for _ in 0..PIECES {
            let mut reader = self.store.read().await?;
            let found = reader.sign_ins_between(until, settled, PIECE).await?;
            drop(reader);
            let from = until;
            more = found.len() >= usize::try_from(PIECE).unwrap_or(usize::MAX);
            until = match found.last().filter(|_| more) {
                // Others of the last one's moment may have been cut off: they come next time, unless all are of it.
                Some((last, _)) if *last > from => *last,
                Some((last, _)) => Timestamp::from_micros(last.as_micros() + 1),
                None => settled,
            };
            tally(found.iter().filter(|(at, _)| *at < until), &mut counts);
            if !more {
                break;
            }
            tokio::time::sleep(BREATH).await;
        }
        let counts: Vec<DayCount> = counts
            .into_iter()
            .map(|((day, kind), sign_ins)| DayCount { day, kind, sign_ins })
            .collect();
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

fn tally<'a>(
    found: impl Iterator<Item = &'a (Timestamp, SignInKind)>,
    counts: &mut BTreeMap<(i64, SignInKind), i64>,
) {
    for (at, kind) in found {
        *counts.entry((day_of(*at), *kind)).or_default() += 1;
    }
}
