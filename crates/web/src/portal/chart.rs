//! The chart of sign-ins by day, drawn here as SVG; the same as a table for whoever can't see it.

use latchkey_domain::{SignInKind, Timestamp};
use latchkey_service::SignInDays;

use crate::moment::Moment;

const DAYS: i64 = 30;
const DAY: i64 = 24 * 3600 * 1_000_000;
/// Units of the drawing: it is stretched to the room that there is.
const HEIGHT: i64 = 100;
/// A day's width, the gap to the next one included.
const STEP: i64 = 10;
const BAR: i64 = 8;

/// A part of a day's bar.
pub(super) struct Bar {
    /// Which colour: the kind's place in the legend.
    pub(super) series: usize,
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) height: i64,
}

/// A day: its bar, and its line of the table.
pub(super) struct Day {
    pub(super) label: String,
    /// What a pointer that rests on the bar is told.
    pub(super) title: String,
    pub(super) bars: Vec<Bar>,
    /// How many of each kind in the legend.
    pub(super) counts: Vec<i64>,
    pub(super) total: i64,
}

/// The chart.
pub(super) struct Chart {
    /// The kinds that occur.
    pub(super) legend: Vec<&'static str>,
    pub(super) days: Vec<Day>,
    /// Sign-ins of the day that had most.
    pub(super) most: i64,
    pub(super) total: i64,
    /// The drawing's width.
    pub(super) width: i64,
}

const fn label(kind: SignInKind) -> &'static str {
    match kind {
        SignInKind::Passkey => "Passkey",
        SignInKind::App => "Password and app",
        SignInKind::Password => "Password alone",
        SignInKind::Pass => "Temporary Access Pass",
        SignInKind::Other => "Something else",
    }
}

impl Chart {
    /// Draws the counts.
    pub(super) fn new(of: &SignInDays) -> Self {
        let count = |day: i64, kind: SignInKind| {
            let mut fitting = of.counts.iter();
            let found = fitting.find(|count| count.day == day && count.kind == kind);
            found.map_or(0, |count| count.sign_ins)
        };
        let first = of.today - DAYS + 1;
        let kinds: Vec<SignInKind> = SignInKind::ALL
            .into_iter()
            .filter(|kind| (first..=of.today).any(|day| count(day, *kind) > 0))
            .collect();
        let total_of = |day| kinds.iter().map(|kind| count(day, *kind)).sum::<i64>();
        let most = (first..=of.today).map(total_of).max().unwrap_or(0);
        let days = (first..=of.today).zip(0..).map(|(day, place)| {
            let counts: Vec<i64> = kinds.iter().map(|kind| count(day, *kind)).collect();
            let total = counts.iter().sum();
            let label = Moment::from(Timestamp::from_micros(day * DAY)).day;
            Day {
                title: format!("{label}: {total}"),
                bars: bars(&counts, place * STEP, most),
                label,
                counts,
                total,
            }
        });
        Self {
            days: days.collect(),
            legend: kinds.iter().map(|kind| label(*kind)).collect(),
            most,
            width: DAYS * STEP,
            total: (first..=of.today).map(total_of).sum(),
        }
    }

    /// What it tells, in a sentence.
    pub(super) fn words(&self) -> String {
        let noun = if self.total == 1 { "sign-in" } else { "sign-ins" };
        format!("{} {noun}; at most {} on one day.", self.total, self.most)
    }

    pub(super) fn first(&self) -> &str {
        self.days.first().map_or("", |day| &day.label)
    }

    pub(super) fn last(&self) -> &str {
        self.days.last().map_or("", |day| &day.label)
    }
}

/// The parts of a day's bar, from the bottom up.
fn bars(counts: &[i64], x: i64, most: i64) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut below = 0;
    for (series, count) in counts.iter().enumerate() {
        let (from, to) = (below, below + count);
        below = to;
        let height_of = |count: i64| count * HEIGHT / most.max(1);
        let height = height_of(to) - height_of(from);
        if height > 0 {
            bars.push(Bar {
                series,
                x: x + (STEP - BAR) / 2,
                y: HEIGHT - height_of(to),
                height,
            });
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use latchkey_store::DayCount;

    #[test]
    fn bars_stand_on_each_other_and_reach_the_top() {
        let count = |day, kind, sign_ins| DayCount { day, kind, sign_ins };
        let chart = Chart::new(&SignInDays {
            today: 20_000,
            counts: vec![
                count(19_000, SignInKind::Other, 99),
                count(19_999, SignInKind::Pass, 10),
                count(19_999, SignInKind::Passkey, 30),
                count(20_000, SignInKind::Passkey, 10),
            ],
        });
        assert_eq!(chart.legend, ["Passkey", "Temporary Access Pass"]);
        assert_eq!((chart.most, chart.total, chart.days.len()), (40, 50, 30));
        let day = chart.days.get(28).unwrap();
        assert_eq!(day.counts, [30, 10]);
        let spans: Vec<_> = day.bars.iter().map(|bar| (bar.y, bar.height)).collect();
        assert_eq!(spans, [(25, 75), (0, 25)]);
        assert_eq!(chart.last(), "4 October 2024");
        let empty = Chart::new(&SignInDays {
            today: 20_000,
            counts: Vec::new(),
        });
        assert!(empty.total == 0 && empty.legend.is_empty() && empty.days.len() == 30);
    }
}
