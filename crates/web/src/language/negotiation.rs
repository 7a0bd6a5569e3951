//! Which language a page is in.

use super::Language;

/// More entries of a list than this are no wish.
const MOST: usize = 32;

impl Language {
    /// The language of a tag, whatever its script or region: `de-AT` is German.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The first that there is of `ui_locales`: tags with blanks between, best first (`OpenID` Connect Core 3.1.2.1).
    pub(crate) fn of_ui_locales(tags: &str) -> Option<Self> {
        tags.split_whitespace().take(MOST).find_map(Self::of_tag)
    }

    /// The best that there is of an `Accept-Language` (RFC 9110, 12.5.4): the highest quality, of equals the first.
    /// `*` stands for English.
    pub(crate) fn of_accept_language(list: &str) -> Option<Self> {
        let mut best = None;
        for entry in list.split(',').take(MOST) {
            let Some((language, quality)) = accepted(entry) else {
                continue;
            };
            if quality > best.map_or(0.0, |(_, quality)| quality) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// One entry: a language that there is, and its quality from 0 to 1.
fn accepted(entry: &str) -> Option<(Language, f32)> {
    let mut parts = entry.split(';').map(str::trim);
    let tag = parts.next()?;
    let language = if tag == "*" {
        Language::English
    } else {
        Language::of_tag(tag)?
    };
    let quality = match parts.next() {
        None => 1.0,
        Some(weight) => weight
            .strip_prefix("q=")
            .or(weight.strip_prefix("Q="))?
            .trim()
            .parse()
            .ok()?,
    };
    (0.0..=1.0).contains(&quality).then_some((language, quality))
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, French, German, Japanese, Spanish};

    #[test]
    fn the_browsers_best_language_that_there_is() {
        for (list, language) in [
            ("de", Some(German)),
            ("de-AT", Some(German)),
            ("DE-at", Some(German)),
            ("ja-Jpan-JP", Some(Japanese)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(German)),
            ("en;q=0.8, fr;q=0.9", Some(French)),
            ("sv, da;q=0.9, es-419;q=0.5, en;q=0.4", Some(Spanish)),
            // Of equals the first.
            ("es;q=0.5, fr;q=0.5", Some(Spanish)),
            // Zero is "not this one".
            ("de;q=0, fr;q=0.1", Some(French)),
            ("de;q=0", None),
            ("*", Some(English)),
            ("sv, *;q=0.5, fr;q=0.1", Some(English)),
            ("sv", None),
            ("", None),
            // "den" is not "de".
            ("den", None),
            // What is no quality is no wish.
            ("de;q=2, fr;q=0.2", Some(French)),
            ("de;q=NaN, fr;q=0.2", Some(French)),
            ("de;level=1, fr;q=0.2", Some(French)),
            (",,;q=1,de;q=0.3,", Some(German)),
        ] {
            assert_eq!(Language::of_accept_language(list), language, "{list}");
        }
    }

    #[test]
    fn the_applications_first_language_that_there_is() {
        for (tags, language) in [
            ("fr-CA fr en", Some(French)),
            ("se sv  ja", Some(Japanese)),
            ("de_CH", Some(German)),
            ("se", None),
            ("", None),
        ] {
            assert_eq!(Language::of_ui_locales(tags), language, "{tags}");
        }
    }

    #[test]
    fn a_list_without_end_is_not_read_to_its_end() {
        let long = format!("{}de", "sv,".repeat(100));
        assert_eq!(Language::of_accept_language(&long), None);
    }
}
