//! Combinations of methods in words.

use latchkey_domain::{AuthenticationMode as Mode, Combination};

/// A method in the middle of a sentence.
const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Password => "password",
        Mode::Voice => "telephone call",
        Mode::HardwareOath => "hardware token",
        Mode::SoftwareOath => "authenticator app",
        Mode::Sms => "text message",
        Mode::Fido2 => "passkey",
        Mode::WindowsHelloForBusiness => "Windows Hello for Business",
        Mode::MicrosoftAuthenticatorPush => "notification to a phone",
        Mode::DeviceBasedPush => "notification to a phone, without a password",
        Mode::TemporaryAccessPassOneTime => "pass for one sign-in",
        Mode::TemporaryAccessPassMultiUse => "pass for several sign-ins",
        Mode::Email => "code by mail",
        Mode::X509CertificateSingleFactor => "certificate that counts as one factor",
        Mode::X509CertificateMultiFactor => "certificate that counts as several factors",
        Mode::FederatedSingleFactor => "another provider's one factor",
        Mode::FederatedMultiFactor => "another provider's several factors",
    }
}

/// `Password and authenticator app`
pub(super) fn in_words(combination: Combination) -> String {
    let (first, second) = combination.modes();
    let mut text = String::new();
    let mut letters = word(first).chars();
    text.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
    text.push_str(letters.as_str());
    if let Some(second) = second {
        text.push_str(" and ");
        text.push_str(word(second));
    }
    text
}

/// Whether somebody can sign in so here.
pub(super) fn is_offered(combination: Combination) -> bool {
    Combination::OFFERED.contains(&combination)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_said_as_people_would() {
        let said = |text| Combination::parse(text).map(in_words);
        assert_eq!(
            said("password,softwareOath").as_deref(),
            Some("Password and authenticator app")
        );
        assert_eq!(
            said("windowsHelloForBusiness").as_deref(),
            Some("Windows Hello for Business")
        );
        assert!(!Combination::parse("password,sms").is_some_and(is_offered));
    }
}
