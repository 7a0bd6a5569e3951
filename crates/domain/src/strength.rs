//! Authentication strengths: which combinations of methods are good enough for an application.
//!
//! Sign-in contract 3.3; the names and the three built-in ones are Entra ID's.

use crate::combination::{AuthenticationMode as Mode, Combination};
use crate::{SessionMethod, SetUpGoal, StrengthId, Timestamp};

/// An authentication strength.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strength {
    /// Its id.
    pub id: StrengthId,
    /// Name to show.
    pub display_name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Each of these is enough.
    pub combinations: Vec<Combination>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

/// A wish to make or change a strength breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StrengthError {
    /// The name is empty, too long, or has control characters.
    #[error("displayName must have 1 to 256 characters.")]
    Name,
    /// The description is too long or has control characters.
    #[error("description must have at most 1024 characters.")]
    Description,
    /// There is none, one twice, or one that is no combination.
    #[error("allowedCombinations must name at least one combination of methods, each once.")]
    Combinations,
}

impl Strength {
    /// The most custom ones that a tenant may have.
    pub const MAX: usize = 100;
    /// "Multifactor authentication"
    pub const MULTIFACTOR: StrengthId = built_in_id(2);
    /// "Passwordless MFA"
    pub const PASSWORDLESS: StrengthId = built_in_id(3);
    /// "Phishing-resistant MFA"
    pub const PHISHING_RESISTANT: StrengthId = built_in_id(4);

    /// The three that every tenant has.
    pub fn built_in() -> [Self; 3] {
        let made = |id, name: &str, description: &str, combinations: Vec<Combination>| Self {
            id,
            display_name: name.to_owned(),
            description: description.to_owned(),
            combinations,
            // Entra ID's own date.
            created_at: Timestamp::from_seconds(1_638_316_800),
            modified_at: Timestamp::from_seconds(1_638_316_800),
        };
        let resistant = vec![
            Combination::one(Mode::WindowsHelloForBusiness),
            Combination::one(Mode::Fido2),
            Combination::one(Mode::X509CertificateMultiFactor),
        ];
        let mut passwordless = resistant.clone();
        passwordless.push(Combination::one(Mode::DeviceBasedPush));
        let mut multifactor = passwordless.clone();
        multifactor.extend([
            Combination::one(Mode::TemporaryAccessPassOneTime),
            Combination::one(Mode::TemporaryAccessPassMultiUse),
        ]);
        let seconds = [
            Mode::MicrosoftAuthenticatorPush,
            Mode::SoftwareOath,
            Mode::HardwareOath,
            Mode::Sms,
            Mode::Voice,
        ];
        multifactor.extend(seconds.map(|second| Combination::two(Mode::Password, second)));
        multifactor.push(Combination::one(Mode::FederatedMultiFactor));
        multifactor.extend(seconds.map(|second| Combination::two(Mode::FederatedSingleFactor, second)));
        [
            made(
                Self::MULTIFACTOR,
                "Multifactor authentication",
                "Combinations of methods that satisfy strong authentication, such as a password + SMS",
                multifactor,
            ),
            made(
                Self::PASSWORDLESS,
                "Passwordless MFA",
                "Passwordless methods that satisfy strong authentication, such as Passwordless sign-in with the \
                 Microsoft Authenticator",
                passwordless,
            ),
            made(
                Self::PHISHING_RESISTANT,
                "Phishing-resistant MFA",
                "Phishing-resistant, Passwordless methods for the strongest authentication, such as a FIDO2 security key",
                resistant,
            ),
        ]
    }

    /// Whether it is one of the three that can't be changed.
    pub fn is_built_in(&self) -> bool {
        [Self::MULTIFACTOR, Self::PASSWORDLESS, Self::PHISHING_RESISTANT].contains(&self.id)
    }

    /// Checks what an administrator wants it to be.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn validate(&self) -> Result<(), StrengthError> {
        let is_text =
            |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
        if self.display_name.trim().is_empty() || !is_text(&self.display_name, 256) {
            return Err(StrengthError::Name);
        }
        if !is_text(&self.description, 1024) {
            return Err(StrengthError::Description);
        }
        let all = &self.combinations;
        let differ = all
            .iter()
            .enumerate()
            .all(|(place, one)| !all.iter().take(place).any(|other| other == one));
        if all.is_empty() || !differ {
            return Err(StrengthError::Combinations);
        }
        Ok(())
    }

    /// Whether whoever meets it has proved several factors (`requirementsSatisfied` in Graph).
    pub fn is_multifactor(&self) -> bool {
        self.combinations
            .iter()
            .all(|combination| combination.is_multifactor())
    }

    /// Whether a session that was opened so is good enough.
    pub fn is_met_by(&self, method: SessionMethod) -> bool {
        let proved = modes_of(method);
        self.combinations
            .iter()
            .any(|combination| combination.is_within(proved))
    }

    /// What somebody who can't meet it is to set up. `None`: nothing that can be registered here meets it.
    pub fn goal(&self) -> Option<SetUpGoal> {
        let passkey = self.is_met_by(SessionMethod::Passkey);
        let app = self.is_met_by(SessionMethod::PasswordAndTotp);
        SetUpGoal::new(passkey, app, false)
    }
}

const fn built_in_id(last: u8) -> StrengthId {
    StrengthId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last])
}

/// What was proved, in the words of strengths. A pass for several sign-ins stays one when it is used once.
const fn modes_of(method: SessionMethod) -> &'static [Mode] {
    match method {
        SessionMethod::Pass { one_time: true } => &[Mode::TemporaryAccessPassOneTime],
        SessionMethod::Pass { one_time: false } => &[Mode::TemporaryAccessPassMultiUse],
        SessionMethod::Password => &[Mode::Password],
        SessionMethod::PasswordAndTotp => &[Mode::Password, Mode::SoftwareOath],
        SessionMethod::PasswordAndPass { one_time: true } => {
            &[Mode::Password, Mode::TemporaryAccessPassOneTime]
        }
        SessionMethod::PasswordAndPass { one_time: false } => {
            &[Mode::Password, Mode::TemporaryAccessPassMultiUse]
        }
        SessionMethod::PasswordAndPasskey => &[Mode::Password, Mode::Fido2],
        SessionMethod::Passkey => &[Mode::Fido2],
        SessionMethod::Federated { multifactor: true } => &[Mode::FederatedMultiFactor],
        SessionMethod::Federated { multifactor: false } => &[Mode::FederatedSingleFactor],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LastingMethods, SetUpStep};

    const ONE_TIME: SessionMethod = SessionMethod::Pass { one_time: true };
    const MULTI_USE: SessionMethod = SessionMethod::Pass { one_time: false };

    fn custom(combinations: &[&str]) -> Strength {
        let [strength, ..] = Strength::built_in();
        Strength {
            id: StrengthId::from_bytes([9; 16]),
            combinations: combinations
                .iter()
                .map(|text| Combination::parse(text).unwrap())
                .collect(),
            ..strength
        }
    }

    #[test]
    fn the_table_of_the_contract() {
        let [multifactor, passwordless, resistant] = Strength::built_in();
        for (method, expected) in [
            (ONE_TIME, [true, false, false]),
            (MULTI_USE, [true, false, false]),
            (SessionMethod::Password, [false; 3]),
            (SessionMethod::PasswordAndTotp, [true, false, false]),
            (
                SessionMethod::PasswordAndPass { one_time: true },
                [true, false, false],
            ),
            (SessionMethod::PasswordAndPasskey, [true; 3]),
            (SessionMethod::Passkey, [true; 3]),
            (
                SessionMethod::Federated { multifactor: true },
                [true, false, false],
            ),
            (SessionMethod::Federated { multifactor: false }, [false; 3]),
        ] {
            let met = [&multifactor, &passwordless, &resistant].map(|strength| strength.is_met_by(method));
            assert_eq!(met, expected, "{method:?}");
        }
        let once_only = custom(&["fido2", "temporaryAccessPassOneTime"]);
        assert!(once_only.is_met_by(ONE_TIME) && !once_only.is_met_by(MULTI_USE));
    }

    #[test]
    fn ids_and_combinations_are_entras() {
        let all = Strength::built_in();
        assert_eq!(all[0].id.to_string(), "00000000-0000-0000-0000-000000000002");
        assert_eq!(
            all.each_ref().map(|strength| strength.combinations.len()),
            [17, 4, 3]
        );
        assert!(
            all.iter()
                .all(|strength| strength.is_built_in() && strength.is_multifactor())
        );
        assert!(all.iter().all(|strength| strength.validate().is_ok()));
        assert!(!custom(&["password"]).is_multifactor());
    }

    #[test]
    fn combinations_are_read_in_any_order_and_nothing_else_is() {
        let read = |text| Combination::parse(text).map(|combination| combination.to_string());
        assert_eq!(
            read("password, softwareOath").as_deref(),
            Some("password,softwareOath")
        );
        assert_eq!(
            read("sms,federatedSingleFactor").as_deref(),
            Some("federatedSingleFactor,sms")
        );
        for wrong in [
            "",
            "softwareOath",
            "fido2,password",
            "password,sms,voice",
            "Password",
            "password,password",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        for mode in Mode::ALL {
            assert_eq!(Mode::from_name(mode.name()), Some(*mode));
        }
    }

    #[test]
    fn what_is_offered_can_be_proved_and_nothing_else_can() {
        let methods = [
            ONE_TIME,
            MULTI_USE,
            SessionMethod::Password,
            SessionMethod::PasswordAndTotp,
            SessionMethod::Passkey,
            SessionMethod::Federated { multifactor: true },
            SessionMethod::Federated { multifactor: false },
        ];
        let meets = |method: &SessionMethod, combination: Combination| {
            custom(&[&combination.to_string()]).is_met_by(*method)
        };
        for combination in Combination::OFFERED {
            assert!(
                methods.iter().any(|method| meets(method, combination)),
                "{combination}"
            );
        }
        for method in methods {
            let mut offered = Combination::OFFERED.into_iter();
            assert!(
                offered.any(|combination| meets(&method, combination)),
                "{method:?}"
            );
        }
        let [multifactor, ..] = Strength::built_in();
        for combination in multifactor.combinations {
            let proved = methods.iter().any(|method| meets(method, combination));
            assert_eq!(
                proved,
                Combination::OFFERED.contains(&combination),
                "{combination}"
            );
        }
    }

    #[test]
    fn what_is_to_be_set_up_follows_from_the_combinations() {
        let nothing = LastingMethods::default();
        let [multifactor, _, resistant] = Strength::built_in();
        assert_eq!(resistant.goal().unwrap().other_way(nothing), None);
        assert_eq!(
            multifactor.goal().unwrap().other_way(nothing),
            Some(SetUpStep::App)
        );
        let app = custom(&["password,softwareOath"]).goal().unwrap();
        assert_eq!(app.steps(nothing), [SetUpStep::App, SetUpStep::Password]);
        assert_eq!(custom(&["temporaryAccessPassOneTime"]).goal(), None);
    }

    #[test]
    fn wishes_are_checked() {
        let strength = custom(&["fido2"]);
        let with = |change: fn(&mut Strength)| {
            let mut wish = strength.clone();
            change(&mut wish);
            wish.validate()
        };
        assert_eq!(with(|_| ()), Ok(()));
        assert_eq!(with(|s| s.display_name = " ".into()), Err(StrengthError::Name));
        assert_eq!(
            with(|s| s.display_name = "x".repeat(257)),
            Err(StrengthError::Name)
        );
        assert_eq!(
            with(|s| s.description = "\u{7}".into()),
            Err(StrengthError::Description)
        );
        assert_eq!(with(|s| s.combinations.clear()), Err(StrengthError::Combinations));
        assert_eq!(
            with(|s| s.combinations.push(Combination::one(Mode::Fido2))),
            Err(StrengthError::Combinations)
        );
    }
}
