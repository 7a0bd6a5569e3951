//! The languages of people's pages: which one a page is in, and what it says in it.
//!
//! Every string stands in a catalogue, one per language, in `languages/` (Fluent syntax). Templates ask for one by
//! its id, `site.say("sign-in")`, and give it its values: `.text("name", name)`. The words of letters stand in
//! `languages/letters/`.

mod catalogue;
mod negotiation;
mod said;

pub(crate) use said::in_one_line;
pub use said::{Id, Said};

/// A language that there is a catalogue for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, for whoever asks for none that there is.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese.
    Japanese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Japanese,
    ];

    /// Its tag (BCP 47), such as `de`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
        }
    }

    /// What it says under an id of its catalogue.
    pub fn say<'a>(self, id: impl Into<Id>) -> Said<'a> {
        Said::new(self, id.into())
    }

    /// The plural category of a count (CLDR's cardinal rules; none of these languages has more than two for whole
    /// numbers below a million).
    const fn plural(self, count: u64) -> &'static str {
        let one = match self {
            Self::English | Self::German | Self::Spanish => count == 1,
            Self::French => count <= 1,
            Self::Japanese => false,
        };
        if one { "one" } else { "other" }
    }

    /// A whole number as people write it.
    fn number(self, number: u64) -> String {
        let (separator, shortest) = match self {
            Self::English | Self::Japanese => (",", 4),
            Self::German => (".", 4),
            Self::French => ("\u{202f}", 4),
            Self::Spanish => (".", 5),
        };
        let digits = number.to_string();
        if digits.len() < shortest {
            return digits;
        }
        let mut written = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                written.push_str(separator);
            }
            written.push(digit);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French, German, Japanese, Spanish};

    #[test]
    fn numbers_are_grouped_as_people_do() {
        for (language, thousand, million) in [
            (English, "1,000", "1,234,567"),
            (German, "1.000", "1.234.567"),
            (French, "1\u{202f}000", "1\u{202f}234\u{202f}567"),
            (Spanish, "1000", "1.234.567"),
            (Japanese, "1,000", "1,234,567"),
        ] {
            assert_eq!(language.number(0), "0");
            assert_eq!(language.number(256), "256");
            assert_eq!(language.number(1000), thousand);
            assert_eq!(language.number(1_234_567), million);
        }
    }

    #[test]
    fn one_is_not_the_same_everywhere() {
        let categories =
            |count| [English, German, French, Spanish, Japanese].map(|language| language.plural(count));
        assert_eq!(categories(0), ["other", "other", "one", "other", "other"]);
        assert_eq!(categories(1), ["one", "one", "one", "one", "other"]);
        assert_eq!(categories(2), ["other"; 5]);
    }
}
