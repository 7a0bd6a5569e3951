//! How languages are named.

/// Whether a text has the shape of a language tag (BCP 47): a language of two or three letters, then what narrows it
/// down. Whether there is such a language, no rule can know.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_language =
        |part: &str| matches!(part.len(), 2 | 3) && part.bytes().all(|sign| sign.is_ascii_alphabetic());
    let narrows =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_alphanumeric());
    // A single letter only announces what follows.
    let is_whole = text.rsplit('-').next().is_some_and(|last| last.len() > 1);
    parts.next().is_some_and(is_language) && parts.all(narrows) && is_whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_other_words() {
        for tag in [
            "de",
            "fr-CA",
            "gsw",
            "zh-Hant-TW",
            "es-419",
            "DE-de",
            "sl-rozaj-biske",
            "en-u-ca-buddhist",
        ] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for other in [
            "",
            "d",
            "-",
            "de-",
            "-de",
            "de--CH",
            "de_DE",
            "klingon!!",
            "Deutsch",
            "de-u",
            "de CH",
            "d1",
            "fr-québec",
            "en-abcdefghi",
        ] {
            assert!(!is_language_tag(other), "{other}");
        }
    }
}
