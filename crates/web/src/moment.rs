//! Points in time, as pages show them.

use latchkey_domain::Timestamp;
use time::OffsetDateTime;
use time::macros::format_description;

/// A point in time in two spellings: for machines (`datetime` attribute) and for people.
///
/// The server doesn't know the reader's time zone, so it writes UTC and says so; the script turns it into
/// local time where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339 in UTC, whole seconds: `2026-11-22T14:05:00Z`.
    pub iso: String,
    /// `22 November 2026, 14:05 UTC`.
    pub words: String,
    /// `22 November 2026`.
    pub day: String,
}

impl Moment {
    /// The moment that many microseconds after 1970-01-01T00:00:00Z. What no calendar can hold shows as the
    /// beginning of 1970.
    pub fn from_micros(micros: i64) -> Self {
        let at = OffsetDateTime::from_unix_timestamp(micros.div_euclid(1_000_000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let iso = at.format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
        ));
        let words = at.format(format_description!(
            "[day padding:none] [month repr:long] [year], [hour]:[minute] UTC"
        ));
        let day = at.format(format_description!("[day padding:none] [month repr:long] [year]"));
        // These formats name only parts that every date has; formatting cannot fail.
        Self {
            iso: iso.unwrap_or_default(),
            words: words.unwrap_or_default(),
            day: day.unwrap_or_default(),
        }
    }
}

impl Moment {
    /// The next whole minute: pages show no seconds, and "try again from" must not be too early.
    pub(crate) fn rounded_up(at: Timestamp) -> Self {
        const MINUTE: i64 = 60_000_000;
        let micros = at.as_micros();
        Self::from_micros(micros + (MINUTE - micros.rem_euclid(MINUTE)) % MINUTE)
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self::from_micros(at.as_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Timestamp};

    #[test]
    fn both_spellings() {
        let moment = Moment::from_micros(1_795_356_300_999_999);
        assert_eq!(moment.iso, "2026-11-22T14:05:00Z");
        assert_eq!(moment.words, "22 November 2026, 14:05 UTC");
        assert_eq!(moment.day, "22 November 2026");
    }

    #[test]
    fn rounds_up_to_the_minute() {
        let at = |seconds| Moment::rounded_up(Timestamp::from_seconds(seconds)).iso;
        assert_eq!(at(60), "1970-01-01T00:01:00Z");
        assert_eq!(at(61), "1970-01-01T00:02:00Z");
    }

    #[test]
    fn before_1970_and_beyond_the_calendar() {
        assert_eq!(Moment::from_micros(-1).iso, "1969-12-31T23:59:59Z");
        assert_eq!(Moment::from_micros(i64::MAX).iso, "1970-01-01T00:00:00Z");
    }
}
