//! Points in time, as pages show them.

use std::fmt;

use askama::filters::HtmlSafe;
use latchkey_domain::Timestamp;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::language::Language;

/// A point in time in two spellings: for machines (`datetime` attribute) and for people.
///
/// The server doesn't know the reader's time zone, so it writes UTC and says so; the script turns it into
/// local time where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    at: OffsetDateTime,
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
        // The format names only parts that every date has; formatting cannot fail.
        Self {
            at,
            iso: iso.unwrap_or_default(),
            words: say(at, "date-time", Language::English),
            day: say(at, "date", Language::English),
        }
    }

    /// A `<time>` in a language: date and hour.
    pub fn element(&self, language: Language) -> TimeElement<'_> {
        self.shown(language, false)
    }

    /// A `<time>` in a language: the date alone.
    pub fn day_element(&self, language: Language) -> TimeElement<'_> {
        self.shown(language, true)
    }

    fn shown(&self, language: Language, day: bool) -> TimeElement<'_> {
        TimeElement {
            moment: self,
            language,
            day,
        }
    }

    /// `22 November 2026, 14:05 UTC` in a language.
    pub fn words_in(&self, language: Language) -> String {
        say(self.at, "date-time", language)
    }

    /// The next whole minute: pages show no seconds, and "try again from" must not be too early.
    pub(crate) fn rounded_up(at: Timestamp) -> Self {
        const MINUTE: i64 = 60_000_000;
        let micros = at.as_micros();
        Self::from_micros(micros + (MINUTE - micros.rem_euclid(MINUTE)) % MINUTE)
    }
}

/// A date by its language's own pattern.
fn say(at: OffsetDateTime, pattern: &'static str, language: Language) -> String {
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    // A year is not a number to group.
    let (day, year) = (at.day().to_string(), at.year().to_string());
    let said = language.say(pattern).text("day", &day).text("year", &year);
    said.number("month", usize::from(u8::from(at.month())))
        .text("clock", &clock)
        .to_string()
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self::from_micros(at.as_micros())
    }
}

/// What a page shows of a moment.
#[derive(Clone, Copy, Debug)]
pub struct TimeElement<'a> {
    moment: &'a Moment,
    language: Language,
    day: bool,
}

// A date's words are the catalogue's.
impl HtmlSafe for TimeElement<'_> {}

impl fmt::Display for TimeElement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, pattern) = if self.day {
            ("day", "date")
        } else {
            ("time", "date-time")
        };
        let words = say(self.moment.at, pattern, self.language);
        let iso = &self.moment.iso;
        write!(f, "<time datetime=\"{iso}\" data-local=\"{kind}\">{words}</time>")
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Moment, Timestamp};

    #[test]
    fn both_spellings() {
        let moment = Moment::from_micros(1_795_356_300_999_999);
        assert_eq!(moment.iso, "2026-11-22T14:05:00Z");
        assert_eq!(moment.words, "22 November 2026, 14:05 UTC");
        assert_eq!(moment.day, "22 November 2026");
    }

    #[test]
    fn each_language_has_its_own_order() {
        let moment = Moment::from_micros(1_795_356_300_999_999);
        let words = Language::ALL.map(|language| moment.words_in(language));
        assert_eq!(
            words,
            [
                "22 November 2026, 14:05 UTC",
                "22. November 2026 um 14:05 UTC",
                "22 novembre 2026 à 14:05 UTC",
                "22 de noviembre de 2026 a las 14:05 UTC",
                "2026年11月22日 14:05 UTC",
            ]
        );
        assert_eq!(
            moment.day_element(Language::German).to_string(),
            "<time datetime=\"2026-11-22T14:05:00Z\" data-local=\"day\">22. November 2026</time>"
        );
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
