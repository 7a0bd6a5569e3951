//! What people are told when something went wrong: what happened, then what to do next.

use std::borrow::Cow;

use crate::moment::Moment;
use crate::view::{Problem, Reference};

/// The account name is missing.
pub const NAME_EMPTY: &str = "Type your account name to go on.";
/// The account name can't be one.
pub const NAME_MALFORMED: &str =
    "That doesn't look like an account name. It's usually your work email address, like name@example.com.";
/// The pass field was empty.
pub const PASS_EMPTY: &str = "Type your Temporary Access Pass to go on.";
/// The password field was empty.
pub const PASSWORD_EMPTY: &str = "Type your password to go on.";
/// The code is not six digits.
pub const CODE_MALFORMED: &str = "Type the 6 digits that your authenticator app shows right now.";
/// A name for a passkey is missing or too long.
pub const DEVICE_NAME_REFUSED: &str =
    "Type a name of at most 64 characters, so that you can tell your devices apart.";
/// The field for a device's code was empty (90119).
pub const DEVICE_CODE_EMPTY: &str = "Type the code that your device shows to go on.";
/// The two new passwords differ.
pub const PASSWORDS_DIFFER: &str = "The two new passwords aren't the same. Type them again.";

/// The passkey's answer did not pass its checks at registration.
pub const PASSKEY_REFUSED: &str =
    "The passkey couldn't be checked. Nothing has changed. Try again, or use another device.";
/// The passkey is registered already.
pub const PASSKEY_KNOWN: &str = "This device or key already has a passkey for your account.";
/// The policy doesn't take passkeys of this make.
pub const PASSKEY_MAKE_REFUSED: &str = "Your organization doesn't take passkeys from this kind of device or app. Nothing has changed. Use another one, or ask your administrator which ones work.";
/// Ten wrong codes in the wizard.
pub const NEW_KEY: &str = "There were too many wrong codes, so here's a new QR code. Delete the old entry in your app and scan this one.";
/// A wrong code in the wizard.
pub const FIRST_CODE_WRONG: &str = "That code didn't work. Type the one that the app shows right now, and check that your phone's time is right.";

/// The words for a number of sign-in contract 2.4, 2.5 and 6.7; a general sentence for any other number.
///
/// 130503 has one text for a wrong code, no pass and an unknown name (sign-in contract 11.4).
pub fn for_number(number: u32) -> &'static str {
    match number {
        50_126 => {
            "Your account name or password is incorrect. If you don't remember your password, choose \
             “Forgot my password” below."
        }
        50_053 => {
            "For safety, sign-in is paused after too many wrong tries. Wait a few minutes, then try again."
        }
        50_055 => "Your password has expired. Ask your administrator for a Temporary Access Pass.",
        50_057 => "Your account is turned off. Ask your administrator to turn it on again.",
        50_072 | 50_079 => {
            "Your account needs a second way to confirm it's you, and none is set up yet. Ask your \
             administrator for a Temporary Access Pass, then add one."
        }
        50_173 => "You've been signed out, because something about your account changed. Sign in again.",
        53_003 => "Your organization doesn't allow this sign-in. Ask your administrator for help.",
        50_181 | 500_121 => {
            "That code didn't work. Type the one that your authenticator app shows right now; each code \
             works once."
        }
        50_182 => "That code is too old. Type the one that your authenticator app shows right now.",
        70_018 => {
            "That code didn't work. Check it on your device; it works for 15 minutes, and once. If it is \
             older, start again there."
        }
        130_502 => {
            "Your organization's rules don't allow this Temporary Access Pass right now. Sign in another \
             way, or contact your administrator."
        }
        130_503 => {
            "Your Temporary Access Pass is incorrect. If you don't know your pass, contact your \
             administrator."
        }
        130_504 => "Your Temporary Access Pass has expired. Contact your administrator to get a new one.",
        130_505 => {
            "Your one-time Temporary Access Pass has already been used. Contact your administrator to get \
             a new one."
        }
        130_507 => "Your Temporary Access Pass was withdrawn. Contact your administrator to get a new one.",
        135_000 | 135_010 | 135_011 => {
            "That passkey didn't work here. Try again, or choose another way to sign in."
        }
        135_016 => "Your organization doesn't allow passkeys right now. Choose another way to sign in.",
        120_000 => "Your current password is incorrect.",
        120_002 => {
            "That password is too easy to guess. Choose a longer one, such as a few words that don't \
             belong together."
        }
        120_003 => "Your password can't contain your name or account name. Choose another one.",
        120_005 => "That's your present password. Choose a different one.",
        120_001..=120_021 => "That password can't be used. Choose another one.",
        _ => "Something didn't work. Try again, and contact your administrator if it happens again.",
    }
}

/// 50053, with the moment from which tries count again.
pub fn locked(until: Option<Moment>, reference: Reference) -> Problem {
    let text = match until {
        Some(_) => "For safety, sign-in is paused after too many wrong tries. Try again from",
        None => for_number(50_053),
    };
    Problem {
        text: Cow::Borrowed(text),
        from: until,
        reference: Some(reference),
    }
}

/// 130503 for the holder of a right code whose time has not come (sign-in contract 2.4, row 9).
pub fn pass_not_yet_valid(from: Moment, reference: Reference) -> Problem {
    Problem {
        text: Cow::Borrowed("Your Temporary Access Pass is right, but it's too early. It will work from"),
        from: Some(from),
        reference: Some(reference),
    }
}

#[cfg(test)]
mod tests {
    use super::for_number;

    #[test]
    fn every_number_of_the_pass_page_has_words_of_its_own() {
        let general = for_number(0);
        let numbers = [50_053, 50_057, 53_003, 130_502, 130_503, 130_504, 130_505];
        for (place, number) in numbers.iter().enumerate() {
            assert_ne!(for_number(*number), general, "{number}");
            for other in &numbers[place + 1..] {
                assert_ne!(for_number(*number), for_number(*other), "{number} {other}");
            }
        }
    }
}
