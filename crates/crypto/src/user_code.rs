//! The short code that a person reads off one device and types on another (RFC 8628 6.1).

use zeroize::Zeroize;

use crate::{Random, Secret};

/// Consonants, so that no words come out, and nothing looks like something else: RFC 8628 6.1 proposes these.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Eight signs have 34.5 bits. They work for minutes, and wrong ones are counted.
const LENGTH: usize = 8;
/// A typed text longer than this many bytes is not read.
const MAX_TYPED: usize = 64;

/// A new code: eight signs, each drawn uniformly and independently.
pub fn generate_user_code(random: &dyn Random) -> Secret<String> {
    let mut code = String::with_capacity(LENGTH);
    let mut pool = [0; 32];
    while code.len() < LENGTH {
        random.fill(&mut pool);
        let missing = LENGTH - code.len();
        // 240 = 12 · 20 of 256 values are used, so that no sign is likelier than another.
        let signs = pool.iter().filter(|byte| **byte < 240);
        let signs = signs.filter_map(|byte| ALPHABET.get(usize::from(byte % 20)));
        code.extend(signs.map(|sign| char::from(*sign)).take(missing));
    }
    pool.zeroize();
    Secret::new(code)
}

/// How a code is shown: in two groups, `WDJB-MJHT`.
pub fn show_user_code(code: &Secret<String>) -> String {
    let (first, second) = code.expose().split_at_checked(LENGTH / 2).unwrap_or_default();
    format!("{first}-{second}")
}

/// Reads what a person typed: case, white space and hyphens don't matter. `None` when it can't be a code.
pub fn normalise_user_code(typed: &str) -> Option<Secret<String>> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    let mut code = String::with_capacity(MAX_TYPED);
    let signs = typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
    code.extend(signs.map(|sign| sign.to_ascii_uppercase()));
    let whole = code.len() == LENGTH && code.bytes().all(|sign| ALPHABET.contains(&sign));
    whole.then(|| Secret::new(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let rng = SeededRng::new(3);
        let code = generate_user_code(&rng);
        assert_ne!(code.expose(), generate_user_code(&rng).expose());
        let shown = show_user_code(&code);
        assert_eq!(shown.len(), 9);
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            format!(" {} ", shown.replace('-', " ")),
            code.expose().clone(),
        ] {
            let read = normalise_user_code(&typed);
            assert_eq!(read.unwrap().expose(), code.expose(), "{typed}");
        }
        for typed in ["", "BCDF", "BCDFGHJKL", "BCDFGHJA", "BCDFGHJ1", "ＢCDFGHJK"] {
            assert!(normalise_user_code(typed).is_none(), "{typed}");
        }
        assert!(normalise_user_code(&"B".repeat(1000)).is_none());
    }

    #[test]
    fn every_sign_is_about_as_likely() {
        let rng = SeededRng::new(4);
        let mut counts = [0_u32; 20];
        for _ in 0..2500 {
            for sign in generate_user_code(&rng).expose().bytes() {
                counts[ALPHABET.iter().position(|known| *known == sign).unwrap()] += 1;
            }
        }
        // 1000 of each are expected; 150 is almost five standard deviations.
        assert!(
            counts.iter().all(|count| count.abs_diff(1000) < 150),
            "{counts:?}"
        );
    }
}
