//! What may be a password (sign-in contract 11.3, NIST SP 800-63B-4 3.1.1.2).
//!
//! Long and unguessable beats complicated: 8–256 characters of any script, none of the words that
//! everybody tries first, nothing of the owner's own name.

use unicode_normalization::UnicodeNormalization;

/// Fewest characters.
pub const PASSWORD_MIN: usize = 8;
/// Most characters.
pub const PASSWORD_MAX: usize = 256;

/// What of its owner a password must not hold.
#[derive(Debug, Clone, Copy)]
pub struct PasswordOwner<'a> {
    /// Sign-in name.
    pub upn: &'a str,
    /// Name to show.
    pub display_name: &'a str,
}

/// What an organisation asks of passwords beyond what holds for all. By default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PasswordRules {
    /// Three of four kinds of characters: lower case, upper case, digits, signs. A parity with Entra ID that NIST
    /// advises against.
    pub three_kinds: bool,
    /// Words of its own that passwords must not stand on.
    pub banned: BannedWords,
}

/// Words that everybody of an organisation would try: its name, its products, its town. At most 1,000 of 4 to 16
/// letters and digits, as in Entra ID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BannedWords {
    given: Vec<String>,
    /// Their letters, look-alikes put back; the longest first.
    cores: Vec<String>,
}

/// Characters that must be left of a password without the organisation's words.
const LEFT: usize = 5;

impl BannedWords {
    /// Most words.
    pub const MAX: usize = 1000;

    /// Takes the words.
    ///
    /// # Errors
    /// What is wrong with which of them.
    pub fn new(given: Vec<String>) -> Result<Self, String> {
        if given.len() > Self::MAX {
            return Err(format!("at most {} words", Self::MAX));
        }
        let fits = |word: &&String| {
            (4..=16).contains(&word.chars().count()) && word.chars().all(char::is_alphanumeric)
        };
        if let Some(wrong) = given.iter().find(|word| !fits(word)) {
            return Err(format!("'{wrong}' has not 4 to 16 letters and digits"));
        }
        let mut cores: Vec<String> = given.iter().map(|word| core_of(word)).collect();
        cores.sort_unstable_by_key(|core| std::cmp::Reverse(core.len()));
        cores.retain(|core| !core.is_empty());
        Ok(Self { given, cores })
    }

    /// As they were given.
    pub fn as_slice(&self) -> &[String] {
        &self.given
    }

    /// Whether a password, of which this is the core, is one of them with little around.
    fn hold(&self, core: &str) -> bool {
        let mut left = core.to_owned();
        for word in &self.cores {
            left = left.replace(word.as_str(), "");
        }
        left.len() < core.len() && left.chars().count() < LEFT
    }
}

/// Why a password is refused. The numbers are those of Entra (sign-in contract 6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer than 8 characters.
    #[error("Use at least 8 characters.")]
    TooShort,
    /// More than 256 characters.
    #[error("Use at most 256 characters.")]
    TooLong,
    /// A word that is tried first, or little more than one.
    #[error("This password is too easy to guess. Try a few unrelated words.")]
    TooCommon,
    /// Too few kinds of characters, where the organisation asks for three.
    #[error("Use three of these: lower case, upper case, digits, signs.")]
    TooFewKinds,
    /// Holds the owner's name.
    #[error("Don't use your name in the password.")]
    ContainsName,
    /// The same as the present one.
    #[error("Choose a password other than the present one.")]
    SameAsBefore,
}

impl PasswordRefusal {
    /// Entra's number for it.
    pub const fn number(self) -> u32 {
        match self {
            Self::TooShort | Self::TooLong | Self::TooCommon | Self::TooFewKinds => 120_002,
            Self::ContainsName => 120_003,
            Self::SameAsBefore => 120_005,
        }
    }
}

/// Words and rows of keys that lists of leaked passwords begin with, in the form of [`core_of`].
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passwd",
    "motdepasse",
    "contrasena",
    "qwerty",
    "qwertyuiop",
    "qwertz",
    "qwertzuiop",
    "azerty",
    "azertyuiop",
    "asdfgh",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbn",
    "zxcvbnm",
    "qazwsx",
    "qazwsxedc",
    "letmein",
    "welcome",
    "willkommen",
    "bienvenue",
    "hello",
    "hallo",
    "admin",
    "administrator",
    "root",
    "login",
    "changeme",
    "default",
    "temp",
    "temporary",
    "guest",
    "user",
    "test",
    "testing",
    "secret",
    "geheim",
    "master",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "basketball",
    "soccer",
    "hockey",
    "superman",
    "batman",
    "pokemon",
    "starwars",
    "princess",
    "sunshine",
    "iloveyou",
    "iloveu",
    "lovely",
    "flower",
    "shadow",
    "michael",
    "jordan",
    "jennifer",
    "jessica",
    "daniel",
    "thomas",
    "ashley",
    "charlie",
    "andrew",
    "joshua",
    "matthew",
    "nicole",
    "trustno",
    "whatever",
    "freedom",
    "computer",
    "internet",
    "samsung",
    "google",
    "facebook",
    "microsoft",
    "windows",
    "apple",
    "iphone",
    "office",
    "company",
    "summer",
    "winter",
    "spring",
    "autumn",
    "sommer",
    "fruhling",
    "herbst",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "latchkey",
    "access",
    "accesspass",
    "temporaryaccesspass",
    "abcdef",
    "abcdefg",
    "abcdefgh",
    "abcd",
    "abc",
    "qwe",
    "asd",
    "zxc",
    "aaaa",
    "pass",
    "love",
    "fuckyou",
    "liverpool",
    "chelsea",
    "arsenal",
    "barcelona",
    "realmadrid",
    "bayern",
    "schalke",
    "london",
    "berlin",
    "paris",
    "newyork",
    "madrid",
    "vienna",
    "ferrari",
    "mercedes",
    "porsche",
    "mustang",
    "corvette",
    "harley",
    "yamaha",
    "killer",
    "hunter",
    "ranger",
    "buster",
    "tigger",
    "pepper",
    "ginger",
    "cookie",
    "cheese",
    "chocolate",
    "banana",
    "orange",
    "purple",
    "yellow",
    "silver",
    "golden",
    "diamond",
    "phoenix",
    "matrix",
    "maverick",
    "thunder",
    "family",
    "forever",
    "angel",
    "jesus",
    "blessed",
    "loveme",
    "baby",
    "babygirl",
    "unknown",
    "zaq",
    "passpass",
    "security",
    "server",
    "database",
    "oracle",
    "cisco",
    "juniper",
    "zabbix",
    "postgres",
    "mysql",
    "sqlserver",
];

/// Lower case, look-alikes of letters put back, digits and signs at both ends taken off.
fn core_of(password: &str) -> String {
    let letters: String = password
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .collect();
    let trimmed = letters.trim_matches(|c: char| !c.is_alphabetic() && !"@$€".contains(c));
    trimmed
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn few_different_signs(password: &str) -> bool {
    let mut signs: Vec<char> = password.chars().flat_map(char::to_lowercase).collect();
    signs.sort_unstable();
    signs.dedup();
    signs.len() < 4
}

fn is_counting(password: &str) -> bool {
    let digits: Vec<u32> = password.chars().filter_map(|c| c.to_digit(10)).collect();
    let all_digits = digits.len() == password.chars().count();
    let steps: Vec<i64> = digits
        .iter()
        .zip(digits.iter().skip(1))
        .map(|(a, b)| (i64::from(*b) - i64::from(*a)).rem_euclid(10))
        .collect();
    all_digits
        && steps
            .first()
            .is_some_and(|first| steps.iter().all(|step| step == first))
}

/// Kinds of characters: lower case (and letters without case), upper case, digits, all others.
fn kinds(password: &str) -> usize {
    let lower = |c: char| c.is_alphabetic() && !c.is_uppercase();
    let kinds: [&dyn Fn(char) -> bool; 4] = [&lower, &char::is_uppercase, &char::is_numeric, &|c| {
        !c.is_alphanumeric()
    }];
    kinds
        .into_iter()
        .filter(|kind| password.chars().any(kind))
        .count()
}

/// Checks a new password against the rules that hold for all and those of the organisation.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_password_rules(
    password: &str,
    owner: PasswordOwner<'_>,
    rules: &PasswordRules,
) -> Result<(), PasswordRefusal> {
    let normalised: String = password.nfkc().collect();
    let length = normalised.chars().count();
    if length < PASSWORD_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    if length > PASSWORD_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    let lower = normalised.to_lowercase();
    let alias = owner.upn.split('@').next().unwrap_or_default();
    let parts = [owner.display_name, alias];
    let names = parts
        .into_iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()))
        .chain([alias]);
    if names
        .map(str::to_lowercase)
        .any(|name| name.chars().count() >= 4 && lower.contains(&name))
    {
        return Err(PasswordRefusal::ContainsName);
    }
    let core = core_of(&normalised);
    let doubled = core.len().is_multiple_of(2) && {
        let (first, second) = core.split_at_checked(core.len() / 2).unwrap_or_default();
        first == second && COMMON.contains(&first)
    };
    let common = COMMON.contains(&core.as_str()) || (core.is_empty() && length < 15) || doubled;
    let common = common || rules.banned.hold(&core);
    if common || few_different_signs(&normalised) || is_counting(&normalised) {
        return Err(PasswordRefusal::TooCommon);
    }
    if rules.three_kinds && kinds(&normalised) < 3 {
        return Err(PasswordRefusal::TooFewKinds);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), PasswordRefusal> {
        check_by(&PasswordRules::default(), password)
    }

    fn check_by(rules: &PasswordRules, password: &str) -> Result<(), PasswordRefusal> {
        let owner = PasswordOwner {
            upn: "ada.l@example.com",
            display_name: "Ada Lovelace",
        };
        check_password_rules(password, owner, rules)
    }

    fn words(words: &[&str]) -> Result<BannedWords, String> {
        BannedWords::new(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn an_organisation_bans_its_own_words() {
        let rules = PasswordRules {
            banned: words(&["Contoso", "Widget", "W1dgetPlus"]).unwrap(),
            ..PasswordRules::default()
        };
        for wrong in [
            "Contoso2026!",
            "C0nt0so-W1dget",
            "!!contosowidgetplus",
            "contosoblue",
        ] {
            assert_eq!(
                check_by(&rules, wrong),
                Err(PasswordRefusal::TooCommon),
                "{wrong}"
            );
        }
        assert_eq!(
            check_by(&rules, "contoso rainy tuesday"),
            Ok(()),
            "enough besides"
        );
        assert_eq!(check_by(&rules, "blue rain"), Ok(()), "none of them");
        for wrong in [&["abc"][..], &["seventeenletterss"], &["two words"], &["pla-net"]] {
            assert!(words(wrong).is_err(), "{wrong:?}");
        }
        assert!(BannedWords::new(vec!["word".to_owned(); 1001]).is_err());
    }

    #[test]
    fn three_kinds_of_characters_where_they_are_asked_for() {
        let rules = PasswordRules {
            three_kinds: true,
            ..PasswordRules::default()
        };
        for right in ["Rainy7blue", "rainy-7-blue", "Rainy blue", "ÄÖü-rain"] {
            assert_eq!(check_by(&rules, right), Ok(()), "{right}");
        }
        for wrong in ["rainyblue", "RainyBlue", "rainy7blue", "rainy blue"] {
            assert_eq!(
                check_by(&rules, wrong),
                Err(PasswordRefusal::TooFewKinds),
                "{wrong}"
            );
            assert_eq!(check(wrong), Ok(()), "{wrong}, where nobody asks");
        }
    }

    #[test]
    fn length_in_characters_of_any_script() {
        assert_eq!(check("kurz€7x"), Err(PasswordRefusal::TooShort));
        assert_eq!(check("пароль-и-ещё"), Ok(()));
        assert_eq!(check(&"ab1x".repeat(64)), Ok(()));
        assert_eq!(check(&"ab1x".repeat(65)), Err(PasswordRefusal::TooLong));
        assert_eq!(
            check("correct horse battery"),
            Ok(()),
            "no demand for signs or digits"
        );
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for wrong in [
            "password",
            "P@ssw0rd!",
            "Passwort2026",
            "Summer2026!",
            "qwertyuiop",
            "12345678",
            "87654321",
            "11111111",
            "abababab",
            "19283746",
            "!!Welcome123",
            "passwordpassword",
        ] {
            assert_eq!(check(wrong), Err(PasswordRefusal::TooCommon), "{wrong}");
        }
    }

    #[test]
    fn own_names_are_refused() {
        assert_eq!(check("lovelace-is-great"), Err(PasswordRefusal::ContainsName));
        assert_eq!(check("xxADA.Lxx77"), Err(PasswordRefusal::ContainsName));
        assert_eq!(
            check("adamant rivers"),
            Ok(()),
            "names under four letters may occur in words"
        );
        let owner = PasswordOwner {
            upn: "lovelace.augusta@example.com",
            display_name: "Countess",
        };
        let refused = check_password_rules("lovelace2026!", owner, &PasswordRules::default());
        assert_eq!(refused, Err(PasswordRefusal::ContainsName));
    }
}
