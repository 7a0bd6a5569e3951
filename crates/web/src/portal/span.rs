//! Spans of time in words.

use latchkey_domain::Minutes;

/// `45 minutes`, `1 hour`, `8 hours`, `3 days`: in the largest unit that it is a whole number of.
pub(super) fn in_words(span: Minutes) -> String {
    let (count, unit) = match span.0 {
        minutes if minutes > 0 && minutes % 1440 == 0 => (minutes / 1440, "day"),
        minutes if minutes > 0 && minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_whole_unit() {
        let words = |minutes| in_words(Minutes(minutes));
        assert_eq!(words(10), "10 minutes");
        assert_eq!(words(60), "1 hour");
        assert_eq!(words(90), "90 minutes");
        assert_eq!(words(480), "8 hours");
        assert_eq!(words(1440), "1 day");
        assert_eq!(words(43_200), "30 days");
    }
}
