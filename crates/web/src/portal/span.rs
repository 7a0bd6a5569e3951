//! Spans of time in words.

use latchkey_domain::Minutes;

/// A unit in which spans are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
}

impl Unit {
    pub(super) const ALL: [Self; 3] = [Self::Minutes, Self::Hours, Self::Days];

    /// The word for several.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word)
    }

    pub(super) const fn minutes(self) -> u32 {
        match self {
            Self::Minutes => 1,
            Self::Hours => 60,
            Self::Days => 24 * 60,
        }
    }
}

/// A span in the largest unit that it is a whole number of.
pub(super) fn in_largest_unit(span: Minutes) -> (u32, Unit) {
    let whole = |unit: &Unit| span.0 > 0 && span.0.is_multiple_of(unit.minutes());
    let unit = Unit::ALL.into_iter().rev().find(whole).unwrap_or(Unit::Minutes);
    (span.0 / unit.minutes(), unit)
}

/// `45 minutes`, `1 hour`, `8 hours`, `3 days`: in the largest unit that it is a whole number of.
pub(super) fn in_words(span: Minutes) -> String {
    let (count, unit) = in_largest_unit(span);
    let word = unit.word();
    let word = if count == 1 {
        word.strip_suffix('s').unwrap_or(word)
    } else {
        word
    };
    format!("{count} {word}")
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
