//! The code of a pass: how it is made, how strong it is, and how a typed one is read.

use latchkey_domain::PassLength;
use zeroize::Zeroize;

use crate::{Random, Secret};

/// The signs of a code: upper and lower case letters and digits without those that look alike when read or spelled
/// out, `0 O o 1 l I` (sign-in contract 1.2).
pub const ALPHABET: &[u8; 56] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

/// From this many signs up a code has 112 bits or more, the line that NIST SP 800-63B-4, 3.1.2.2, draws for look-up
/// secrets: 20 signs have 116.1 bits, 19 have 110.3.
pub const HIGH_ENTROPY_LENGTH: usize = 20;

/// A typed code longer than this many bytes is refused unread.
pub const MAX_TYPED_BYTES: usize = 256;

/// Makes a new code: each sign is drawn uniformly and independently from [`ALPHABET`].
pub fn generate_code(random: &dyn Random, length: PassLength) -> Secret<String> {
    let length = length.get();
    // The string must not grow: a growing one would leave copies of its beginning behind.
    let mut code = String::with_capacity(length);
    let mut pool = [0; 64];
    while code.len() < length {
        random.fill(&mut pool);
        let missing = length - code.len();
        code.extend(pool.iter().filter_map(|byte| sign(*byte)).take(missing));
    }
    pool.zeroize();
    Secret::new(code)
}

/// The sign that a random byte stands for, or none: bytes that would favour the first signs of the alphabet are
/// rejected (224 = 4 · 56 of 256 values are used).
fn sign(byte: u8) -> Option<char> {
    let usable = u8::MAX - u8::MAX % 56 - 1;
    if byte > usable {
        return None;
    }
    ALPHABET.get(usize::from(byte % 56)).map(|sign| char::from(*sign))
}

/// Bits of entropy of a code of `length` signs: length · log2(56).
#[expect(clippy::cast_precision_loss, reason = "at most 48")]
pub fn entropy_bits(length: PassLength) -> f64 {
    length.get() as f64 * 56_f64.log2()
}

/// Reads what a person typed or pasted as a code: white space and hyphens, which people add to group signs and which
/// occur in no code, are dropped; case is kept.
///
/// `None` if nothing remains or if the text is longer than [`MAX_TYPED_BYTES`].
pub fn normalise_typed_code(typed: &str) -> Option<Secret<String>> {
    if typed.len() > MAX_TYPED_BYTES {
        return None;
    }
    let mut code = String::with_capacity(typed.len());
    code.extend(typed.chars().filter(|c| !c.is_whitespace() && *c != '-'));
    (!code.is_empty()).then(|| Secret::new(code))
}

/// How much work a code takes to check; it depends on the code's length alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeClass {
    /// Fewer than [`HIGH_ENTROPY_LENGTH`] signs: one Argon2id computation.
    Low,
    /// The others: one HMAC-SHA-256.
    High,
}

impl CodeClass {
    /// The class of a generated or a normalised typed code.
    pub fn of(code: &Secret<String>) -> Self {
        if code.expose().chars().count() < HIGH_ENTROPY_LENGTH {
            Self::Low
        } else {
            Self::High
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::SeededRng;

    fn length(signs: i64) -> PassLength {
        PassLength::new(signs).unwrap()
    }

    #[test]
    fn alphabet_is_letters_and_digits_without_look_alikes() {
        let signs: BTreeSet<u8> = ALPHABET.iter().copied().collect();
        let expected: BTreeSet<u8> = (b'0'..=b'9')
            .chain(b'A'..=b'Z')
            .chain(b'a'..=b'z')
            .filter(|sign| !b"0Oo1lI".contains(sign))
            .collect();
        assert_eq!(signs, expected);
        assert_eq!(ALPHABET.len(), 56);
    }

    #[test]
    fn accepts_four_bytes_for_each_sign_and_no_others() {
        for wanted in ALPHABET {
            let count = (0..=u8::MAX)
                .filter(|byte| sign(*byte) == Some(char::from(*wanted)))
                .count();
            assert_eq!(count, 4);
        }
        assert_eq!((0..=u8::MAX).filter(|byte| sign(*byte).is_none()).count(), 32);
    }

    /// Chi-square over signs, for every position: 55 degrees of freedom, so that a uniform source exceeds 110 with a
    /// probability of about 1 in 10⁵, and modulo bias of a byte (5 values for some signs, 4 for others) gives > 700.
    #[test]
    fn signs_are_uniform_at_every_position() {
        const CODES: u32 = 60_000;
        let rng = SeededRng::new(20_260_101);
        let mut counts = [[0_u32; 256]; 8];
        for _ in 0..CODES {
            let code = generate_code(&rng, length(8));
            for (position, sign) in code.expose().bytes().enumerate() {
                counts[position][usize::from(sign)] += 1;
            }
        }
        let expected = f64::from(CODES) / 56.0;
        for count in counts {
            let chi_square: f64 = ALPHABET
                .iter()
                .map(|sign| (f64::from(count[usize::from(*sign)]) - expected).powi(2) / expected)
                .sum();
            assert!((20.0..110.0).contains(&chi_square), "chi-square {chi_square}");
        }
    }

    #[test]
    fn entropy_draws_the_line_at_twenty_signs() {
        assert!((entropy_bits(length(8)) - 46.46).abs() < 0.01);
        assert!(entropy_bits(length(19)) < 112.0);
        assert!(entropy_bits(length(20)) > 112.0);
        assert_eq!(CodeClass::of(&"a".repeat(19).into()), CodeClass::Low);
        assert_eq!(CodeClass::of(&"a".repeat(20).into()), CodeClass::High);
    }

    #[test]
    fn reads_grouped_and_padded_codes() {
        let read = |typed: &str| normalise_typed_code(typed).map(|code| code.expose().clone());
        assert_eq!(read(" abCD-efGH 23\t\n"), Some("abCDefGH23".into()));
        assert_eq!(read("  - - "), None);
        assert_eq!(read(""), None);
        assert_eq!(read(&"a".repeat(256)).map(|code| code.len()), Some(256));
        assert_eq!(read(&"a".repeat(257)), None);
        assert_eq!(read(&" ".repeat(257)), None);
    }

    proptest! {
        #[test]
        fn a_code_has_its_length_and_reads_as_itself(seed: u64, signs in 8_i64..=48, every in 1_usize..8) {
            let code = generate_code(&SeededRng::new(seed), length(signs));
            prop_assert_eq!(code.expose().len(), length(signs).get());
            prop_assert!(code.expose().bytes().all(|sign| ALPHABET.contains(&sign)));

            let groups: Vec<String> =
                code.expose().as_bytes().chunks(every).map(|group| String::from_utf8_lossy(group).into()).collect();
            let typed = normalise_typed_code(&format!(" {} ", groups.join("-")));
            prop_assert!(typed.is_some_and(|typed| typed.expose() == code.expose()));
        }

        #[test]
        fn reading_never_panics_and_is_stable(typed: String) {
            if let Some(once) = normalise_typed_code(&typed) {
                let twice = normalise_typed_code(once.expose());
                prop_assert!(twice.is_some_and(|twice| twice.expose() == once.expose()));
            }
        }
    }
}
