//! Times as people and scripts write and read them.

use latchkey_domain::Timestamp;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem};

const DATE: &[BorrowedFormatItem<'_>] = time::macros::format_description!("[year]-[month]-[day]");
const MINUTE: &[BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]");
const SECOND: &[BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// A span such as `90`, `90m`, `8h`, `2d`; a bare number is minutes.
///
/// # Errors
/// Anything else, for clap to show.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.find(|sign: char| !sign.is_ascii_digit()) {
        Some(end) => text.split_at(end),
        None => (text, "m"),
    };
    let number: i64 = number
        .parse()
        .map_err(|_| "write it as 90, 90m, 8h or 2d".to_owned())?;
    let minutes = match unit {
        "m" | "min" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return Err(format!("'{unit}' is no unit: m, h or d")),
    };
    number
        .checked_mul(minutes)
        .filter(|minutes| *minutes <= i64::from(u32::MAX))
        .map(Duration::minutes)
        .ok_or_else(|| "too long".to_owned())
}

/// A moment: RFC 3339 (`2026-11-22T08:00:00+01:00`), or a day or minute in UTC (`2026-11-22`, `2026-11-22 08:00`).
///
/// # Errors
/// Anything else, for clap to show.
pub(crate) fn moment(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| PrimitiveDateTime::parse(text, MINUTE).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(text, DATE).map(|day| day.midnight().assume_utc()))
        .map_err(|_| {
            "write it as 2026-11-22, '2026-11-22 08:00' (both UTC) or 2026-11-22T08:00:00+01:00".to_owned()
        })
}

/// A moment of the past: one as above, or how long ago, such as `24h`.
pub(crate) fn since(text: &str) -> Result<OffsetDateTime, String> {
    match span(text) {
        Ok(span) => now().checked_sub(span).ok_or_else(|| "too long ago".to_owned()),
        Err(_) => moment(text).map_err(|error| format!("{error}, or how long ago: 90m, 24h, 7d")),
    }
}

/// The end of a span that begins now.
pub(crate) fn from_now(span: Duration) -> Option<OffsetDateTime> {
    now().checked_add(span)
}

/// The form in which it is sent.
pub(crate) fn sent(moment: OffsetDateTime) -> String {
    Timestamp::from_seconds(moment.unix_timestamp()).to_plain_seconds() + "Z"
}

/// A time of an answer for people: to the second, in UTC. What is none stays as it is.
pub(crate) fn shown(text: &str) -> String {
    with(text, SECOND)
}

/// The same to the minute, with the zone.
pub(crate) fn shown_to_the_minute(text: &str) -> String {
    with(text, MINUTE) + " UTC"
}

/// The end of a span that begins then.
pub(crate) fn end(start: &str, minutes: i64) -> Option<OffsetDateTime> {
    let start = OffsetDateTime::parse(start, &Rfc3339).ok()?;
    start.checked_add(Duration::minutes(minutes))
}

/// Whether a time of an answer is still to come.
pub(crate) fn is_to_come(text: &str) -> bool {
    OffsetDateTime::parse(text, &Rfc3339).is_ok_and(|moment| moment > now())
}

fn with(text: &str, format: &[BorrowedFormatItem<'_>]) -> String {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .and_then(|moment| moment.to_offset(time::UtcOffset::UTC).format(format).ok())
        .unwrap_or_else(|| text.to_owned())
}

fn now() -> OffsetDateTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "a command line is used at one moment, and nothing is decided by it here"
    )]
    std::time::SystemTime::now().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_minutes_hours_or_days() {
        assert_eq!(span("90"), Ok(Duration::minutes(90)));
        assert_eq!(span("90m"), Ok(Duration::minutes(90)));
        assert_eq!(span("8h"), Ok(Duration::hours(8)));
        assert_eq!(span("2d"), Ok(Duration::days(2)));
        for wrong in [
            "",
            "h",
            "-5m",
            "1.5h",
            "8 h",
            "3w",
            "99999999999999999999",
            "99999999999d",
        ] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn moments_are_sent_in_utc() {
        assert_eq!(
            moment("2026-11-22").map(sent),
            Ok("2026-11-22T00:00:00Z".to_owned())
        );
        assert_eq!(
            moment("2026-11-22 08:30").map(sent),
            Ok("2026-11-22T08:30:00Z".to_owned())
        );
        assert_eq!(
            moment("2026-11-22T08:30:00+01:00").map(sent),
            Ok("2026-11-22T07:30:00Z".to_owned())
        );
        for wrong in ["2026-20-11", "2026-11-22 8", "tomorrow", "2026-11-22T08:30:00"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_of_answers_are_shown_plainly() {
        assert_eq!(shown("2026-11-22T08:30:01.1234567Z"), "2026-11-22 08:30:01");
        assert_eq!(
            shown_to_the_minute("2026-11-22T08:30:01Z"),
            "2026-11-22 08:30 UTC"
        );
        assert_eq!(shown("-"), "-");
        assert_eq!(
            end("2026-11-22T08:30:00Z", 60).map(sent),
            Some("2026-11-22T09:30:00Z".to_owned())
        );
    }
}
