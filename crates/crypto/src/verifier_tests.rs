//! Verifiers: right and wrong codes, the work of a check, stored texts.

use proptest::prelude::*;

use crate::{
    Arena, MasterKeys, PassVerifier, PasswordVerifier, Peppers, Secret, SeededRng, check_code, check_password,
};

const SHORT: &str = "ABCDEFGH";
const LONG: &str = "ABCDEFGHJKLMNPQRSTUV";

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn peppers(seed: u64) -> Peppers {
    MasterKeys::generate(&SeededRng::new(seed)).peppers()
}

fn verifier(peppers: &Peppers, code: &str) -> PassVerifier {
    PassVerifier::create(peppers, &SeededRng::new(9), &secret(code), &mut Arena::new())
}

#[test]
fn only_the_right_code_passes_in_both_classes() {
    let (peppers, mut arena) = (peppers(1), Arena::new());
    for (code, wrong, form) in [
        (SHORT, "ABCDEFGj", "$argon2id$v=19$m=19456,t=2,p=1,keyid="),
        (LONG, "ABCDEFGHJKLMNPQRSTUv", "$hmac-sha256$keyid="),
    ] {
        let stored = verifier(&peppers, code);
        assert!(stored.to_text().starts_with(form));
        let stored = PassVerifier::parse(&stored.to_text()).unwrap();
        assert!(check_code(&peppers, &secret(code), Some(&stored), &mut arena));
        assert!(!check_code(&peppers, &secret(wrong), Some(&stored), &mut arena));
        assert!(!check_code(&peppers, &secret(code), None, &mut arena));
    }
}

#[test]
fn a_code_of_one_class_never_matches_a_verifier_of_the_other() {
    let (peppers, mut arena) = (peppers(1), Arena::new());
    assert!(!check_code(
        &peppers,
        &secret(SHORT),
        Some(&verifier(&peppers, LONG)),
        &mut arena
    ));
    assert!(!check_code(
        &peppers,
        &secret(LONG),
        Some(&verifier(&peppers, SHORT)),
        &mut arena
    ));
}

/// The arena tells whether Argon2id ran: it must whenever a short code was typed, and never for a long one.
#[test]
fn the_work_depends_on_what_was_typed_alone() {
    let peppers = peppers(1);
    let (short, long, foreign) = (
        verifier(&peppers, SHORT),
        verifier(&peppers, LONG),
        verifier(&self::peppers(2), SHORT),
    );
    for stored in [None, Some(&short), Some(&long), Some(&foreign)] {
        for (typed, expected) in [(SHORT, "Arena(19456 KiB)"), (LONG, "Arena(0 KiB)")] {
            let mut arena = Arena::new();
            check_code(&peppers, &secret(typed), stored, &mut arena);
            assert_eq!(format!("{arena:?}"), expected, "typed {typed}, stored {stored:?}");
        }
    }
    let mut arena = Arena::new();
    assert!(!check_password(&peppers, &secret(LONG), None, &mut arena));
    assert_eq!(format!("{arena:?}"), "Arena(19456 KiB)");
}

#[test]
fn old_peppers_work_until_they_are_removed() {
    let rng = SeededRng::new(1);
    let ring = MasterKeys::generate(&rng);
    let mut arena = Arena::new();
    let old = ring.peppers();
    let (short, long) = (verifier(&old, SHORT), verifier(&old, LONG));
    let password = PasswordVerifier::create(&old, &rng, &secret("correct horse"), &mut arena);
    assert!(!password.is_outdated(&old));

    let rotated = ring.rotated(&rng).peppers();
    assert!(check_code(&rotated, &secret(SHORT), Some(&short), &mut arena));
    assert!(check_code(&rotated, &secret(LONG), Some(&long), &mut arena));
    assert!(check_password(
        &rotated,
        &secret("correct horse"),
        Some(&password),
        &mut arena
    ));
    assert!(password.is_outdated(&rotated));

    let other = peppers(3);
    assert!(!check_code(&other, &secret(SHORT), Some(&short), &mut arena));
    assert!(!check_code(&other, &secret(LONG), Some(&long), &mut arena));
    assert!(!check_password(
        &other,
        &secret("correct horse"),
        Some(&password),
        &mut arena
    ));
}

/// The pepper takes part: a verifier moved under the id of another key fails.
#[test]
fn the_pepper_is_part_of_the_hash() {
    let rng = SeededRng::new(1);
    let ring = MasterKeys::generate(&rng);
    let old = ring.peppers();
    let ring = ring.rotated(&rng);
    let [new_id, old_id] = ring.key_ids()[..] else {
        panic!("two keys")
    };
    for code in [SHORT, LONG] {
        let moved = verifier(&old, code)
            .to_text()
            .replace(&old_id.to_string(), &new_id.to_string());
        let moved = PassVerifier::parse(&moved).unwrap();
        assert_eq!(moved.key_id(), new_id);
        assert!(!check_code(
            &ring.peppers(),
            &secret(code),
            Some(&moved),
            &mut Arena::new()
        ));
    }
}

#[test]
fn passwords_are_argon2id_whatever_their_length() {
    let (peppers, mut arena) = (peppers(1), Arena::new());
    for password in ["", "pässwörd", &"long ".repeat(50)] {
        let stored = PasswordVerifier::create(&peppers, &SeededRng::new(4), &secret(password), &mut arena);
        let stored = PasswordVerifier::parse(&stored.to_text()).unwrap();
        assert!(stored.to_text().starts_with("$argon2id$"));
        assert!(check_password(
            &peppers,
            &secret(password),
            Some(&stored),
            &mut arena
        ));
        assert!(!check_password(
            &peppers,
            &secret("other"),
            Some(&stored),
            &mut arena
        ));
    }
}

/// Texts that this version stored must be read and matched by every later one. They were computed by other
/// implementations: Python's `hmac` (with HKDF by hand) and OpenSSL's Argon2id.
#[test]
fn stored_texts_of_today_work_for_ever() {
    let (peppers, mut arena) = (peppers(1), Arena::new());
    for (code, text) in [
        (
            SHORT,
            "$argon2id$v=19$m=19456,t=2,p=1,keyid=391b8850$9hjiWMk6ShyezkgGIhma5A$DUShe8K+QPuUTQUQIvKhy9q3HAaJlk9xMKTqwQQAhdA",
        ),
        (
            LONG,
            "$hmac-sha256$keyid=391b8850$9hjiWMk6ShyezkgGIhma5A$RSU35T6CBuTwuI6pYOaijdXbuc6I1i0NUUunPV9+Fqg",
        ),
        // The same with another cost: parameters are read from the text.
        (
            SHORT,
            "$argon2id$v=19$m=64,t=3,p=2,keyid=391b8850$9hjiWMk6ShyezkgGIhma5A$y8Z6kK3Zu3YhRDGGH3kvPuZZffPRiGBkIKnpmafVc9I",
        ),
    ] {
        let stored = PassVerifier::parse(text).unwrap();
        assert_eq!(stored.to_text(), text);
        assert!(check_code(&peppers, &secret(code), Some(&stored), &mut arena));
    }
}

#[test]
fn refuses_other_texts_and_unaffordable_costs() {
    let good = verifier(&peppers(1), SHORT).to_text();
    assert!(PassVerifier::parse(&good).is_ok());
    for (from, to) in [
        ("$argon2id", "$argon2i"),
        ("v=19", "v=16"),
        ("m=19456", "m=1000000"),
        ("m=19456", "m=1"),
        ("m=19456", "m=-1"),
        ("t=2", "t=0"),
        ("t=2", "t=1000"),
        ("p=1", "p=64"),
        ("p=1", "p=1,x=1"),
        (",keyid=", ",k="),
        ("$argon2id", "x$argon2id"),
    ] {
        assert!(good.contains(from));
        assert!(
            PassVerifier::parse(&good.replacen(from, to, 1)).is_err(),
            "{from} -> {to}"
        );
    }
    assert!(PassVerifier::parse(&format!("{good}$")).is_err());
    assert!(PassVerifier::parse(&format!("{good}=")).is_err());
    assert!(PasswordVerifier::parse(&verifier(&peppers(1), LONG).to_text()).is_err());
}

#[test]
fn debug_shows_no_hash() {
    let peppers = peppers(1);
    assert_eq!(
        format!("{:?}", verifier(&peppers, SHORT)),
        "PassVerifier(argon2id)"
    );
    assert_eq!(
        format!("{:?}", verifier(&peppers, LONG)),
        "PassVerifier(hmac-sha256)"
    );
}

proptest! {
    #[test]
    fn long_codes_match_themselves_alone(code in "[A-Za-z2-9]{20,48}", other in "[A-Za-z2-9]{20,48}", seed: u64) {
        let peppers = peppers(seed);
        let stored = PassVerifier::create(&peppers, &SeededRng::new(seed), &secret(&code), &mut Arena::new());
        let check = |typed: &str| check_code(&peppers, &secret(typed), Some(&stored), &mut Arena::new());
        prop_assert!(check(&code));
        prop_assert_eq!(check(&other), code == other);
    }

    #[test]
    fn garbage_is_refused(text: String) {
        prop_assert!(PassVerifier::parse(&text).is_err());
        let tail = format!("$argon2id$v=19$m=19456,t=2,p=1,{text}");
        prop_assert!(PassVerifier::parse(&tail).is_err());
    }
}
