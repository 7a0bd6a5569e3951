//! Points in time and spans. The clock itself lives in `service`; rules here take the time as a value.

use std::fmt;
use std::ops::{Add, Sub};

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The text is no ISO 8601 date and time with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 8601 date and time with an offset, such as 2026-11-02T09:00:00Z")]
pub struct TimestampError;

/// A span in whole minutes, as passes and their policy count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u32);

/// A span in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seconds(pub i64);

const MICROS: i64 = 1_000_000;

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * MICROS)
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down, as tokens count them.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// Reads ISO 8601 with any offset (`Z`, `+01:00`) and 0–9 fraction digits.
    ///
    /// # Errors
    /// Anything else, a date and time without a zone included: whose noon it is must not be guessed.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimestampError> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampError)?;
        i64::try_from(parsed.unix_timestamp_nanos() / 1000)
            .map(Self)
            .map_err(|_| TimestampError)
    }

    /// Writes ISO 8601 in UTC with `Z`; a fraction only where there is one (Graph contract 1.2).
    pub fn to_rfc3339(self) -> String {
        let mut text = self.to_plain_seconds();
        let fraction = self.0.rem_euclid(MICROS);
        if fraction != 0 {
            text.push('.');
            push_digits(&mut text, fraction, 6);
        }
        text.push('Z');
        text
    }

    /// Writes `2026-11-02T09:00:12`: UTC without zone or fraction, as Graph's `innerError.date`.
    pub fn to_plain_seconds(self) -> String {
        // i64 microseconds reach ±292,000 years, OffsetDateTime ±9,999: outside it, the ends are shown.
        let seconds = self.as_seconds().clamp(-377_705_116_800, 253_402_300_799);
        let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let mut text = String::with_capacity("-2026-11-02T09:00:12.123456Z".len());
        if at.year() < 0 {
            text.push('-');
        }
        push_digits(&mut text, i64::from(at.year().abs()), 4);
        for (mark, part) in [
            ('-', u8::from(at.month())),
            ('-', at.day()),
            ('T', at.hour()),
            (':', at.minute()),
            (':', at.second()),
        ] {
            text.push(mark);
            push_digits(&mut text, i64::from(part), 2);
        }
        text
    }
}

/// Writes a number that is not negative with so many digits. Answers are full of times, and the formatter of the
/// standard library takes ten times as long for them.
fn push_digits(text: &mut String, number: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        text.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

impl Minutes {
    /// The same span in seconds.
    pub const fn seconds(self) -> Seconds {
        Seconds(self.0 as i64 * 60)
    }
}

impl Seconds {
    /// The span from `start` to `end`, rounded down; negative when `end` is earlier.
    pub const fn between(start: Timestamp, end: Timestamp) -> Self {
        Self((end.0 - start.0).div_euclid(MICROS))
    }
}

impl Add<Minutes> for Timestamp {
    type Output = Self;
    fn add(self, span: Minutes) -> Self {
        self + span.seconds()
    }
}

impl Add<Seconds> for Timestamp {
    type Output = Self;
    fn add(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0.saturating_mul(MICROS)))
    }
}

impl Sub<Seconds> for Timestamp {
    type Output = Self;
    fn sub(self, span: Seconds) -> Self {
        Self(self.0.saturating_sub(span.0.saturating_mul(MICROS)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_offsets_and_fractions_and_writes_utc() {
        let read = |text| Timestamp::parse_rfc3339(text).map(Timestamp::to_rfc3339);
        assert_eq!(read("2026-11-02T09:00:00Z").unwrap(), "2026-11-02T09:00:00Z");
        assert_eq!(read("2026-11-02T10:00:00+01:00").unwrap(), "2026-11-02T09:00:00Z");
        assert_eq!(
            read("2026-11-02T09:00:00.1234567Z").unwrap(),
            "2026-11-02T09:00:00.123456Z"
        );
        assert_eq!(
            Timestamp::from_seconds(0).to_plain_seconds(),
            "1970-01-01T00:00:00"
        );
        assert_eq!(
            Timestamp::from_micros(-1).to_rfc3339(),
            "1969-12-31T23:59:59.999999Z"
        );
        assert_eq!(
            Timestamp::from_seconds(-62_198_755_200).to_rfc3339(),
            "-0001-01-01T00:00:00Z"
        );
        assert_eq!(
            Timestamp::from_micros(1_500).to_rfc3339(),
            "1970-01-01T00:00:00.001500Z"
        );
    }

    #[test]
    fn refuses_other_forms() {
        for wrong in [
            "",
            "2021-20-11 11:19:00",
            "2026-11-02T09:00:00",
            "2026-11-02",
            "2026-13-02T09:00:00Z",
            "1730538000",
        ] {
            assert!(Timestamp::parse_rfc3339(wrong).is_err(), "{wrong}");
        }
    }
}
