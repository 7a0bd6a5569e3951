//! What people are told when something went wrong: what happened, then what to do next.

use latchkey_domain::PasswordRefusal;

use crate::language::Id;
use crate::moment::Moment;
use crate::view::{Problem, Reference};

/// The account name is missing.
pub const NAME_EMPTY: Id = Id("problem-name-empty");
/// The account name can't be one.
pub const NAME_MALFORMED: Id = Id("problem-name-malformed");
/// The pass field was empty.
pub const PASS_EMPTY: Id = Id("problem-pass-empty");
/// The password field was empty.
pub const PASSWORD_EMPTY: Id = Id("problem-password-empty");
/// The code is not six digits.
pub const CODE_MALFORMED: Id = Id("problem-code-malformed");
/// A name for a passkey is missing or too long.
pub const DEVICE_NAME_REFUSED: Id = Id("problem-device-name-refused");
/// The field for a device's code was empty (90119).
pub const DEVICE_CODE_EMPTY: Id = Id("problem-device-code-empty");
/// The two new passwords differ.
pub const PASSWORDS_DIFFER: Id = Id("problem-passwords-differ");

/// The passkey's answer did not pass its checks at registration.
pub const PASSKEY_REFUSED: Id = Id("problem-passkey-refused");
/// The passkey is registered already.
pub const PASSKEY_KNOWN: Id = Id("problem-passkey-known");
/// The policy doesn't take passkeys of this make.
pub const PASSKEY_MAKE_REFUSED: Id = Id("problem-passkey-make");
/// The policy takes only passkeys for which their maker vouches.
pub const PASSKEY_NOT_ATTESTED: Id = Id("problem-passkey-attestation");
/// Ten wrong codes in the wizard.
pub const NEW_KEY: Id = Id("problem-new-key");
/// A wrong code in the wizard.
pub const FIRST_CODE_WRONG: Id = Id("problem-first-code-wrong");

/// The words for a number of sign-in contract 2.4 and 2.5; a general sentence for any other number.
///
/// 130503 has one text for a wrong code, no pass and an unknown name (sign-in contract 11.4).
pub fn for_number(number: u32) -> Id {
    Id(match number {
        40_010 => "problem-organization-silent",
        40_015 => "problem-organization-refused",
        51_004 => "problem-organization-unknown",
        50_126 => "problem-wrong-password",
        50_053 => "problem-locked",
        50_055 => "problem-password-expired",
        50_057 => "problem-account-disabled",
        50_072 | 50_079 => "problem-second-factor-missing",
        50_173 => "problem-signed-out",
        50_105 => "problem-not-assigned",
        53_003 => "problem-not-allowed",
        50_181 | 500_121 => "problem-code-wrong",
        50_182 => "problem-code-too-old",
        70_018 => "problem-device-code-wrong",
        130_502 => "problem-pass-blocked",
        130_503 => "problem-pass-wrong",
        130_504 => "problem-pass-expired",
        130_505 => "problem-pass-used",
        130_507 => "problem-pass-withdrawn",
        135_000 | 135_010 | 135_011 => "problem-passkey-failed",
        135_016 => "problem-passkeys-off",
        120_000 => "problem-present-password-wrong",
        _ => "problem-unknown",
    })
}

/// The words for a new password that can't be one.
pub fn for_refusal(refusal: PasswordRefusal) -> Id {
    Id(match refusal {
        PasswordRefusal::TooShort => "refusal-too-short",
        PasswordRefusal::TooLong => "refusal-too-long",
        PasswordRefusal::TooCommon => "refusal-too-common",
        PasswordRefusal::TooFewKinds => "refusal-too-few-kinds",
        PasswordRefusal::ContainsName => "refusal-contains-name",
        PasswordRefusal::SameAsBefore => "refusal-same-as-before",
    })
}

/// 50053, with the moment from which tries count again.
pub fn locked(until: Option<Moment>, reference: Reference) -> Problem {
    let id = match until {
        Some(_) => Id("problem-locked-until"),
        None => for_number(50_053),
    };
    Problem {
        from: until,
        ..Problem::numbered(id, reference)
    }
}

/// 130503 for the holder of a right code whose time has not come (sign-in contract 2.4, row 9).
pub fn pass_not_yet_valid(from: Moment, reference: Reference) -> Problem {
    Problem {
        from: Some(from),
        ..Problem::numbered(Id("problem-pass-early"), reference)
    }
}

#[cfg(test)]
mod tests {
    use super::for_number;

    #[test]
    fn every_number_of_the_pass_page_has_words_of_its_own() {
        let general = for_number(0);
        let numbers = [50_053, 50_057, 50_105, 53_003, 130_502, 130_503, 130_504, 130_505];
        for (place, number) in numbers.iter().enumerate() {
            assert_ne!(for_number(*number), general, "{number}");
            for other in &numbers[place + 1..] {
                assert_ne!(for_number(*number), for_number(*other), "{number} {other}");
            }
        }
    }
}
