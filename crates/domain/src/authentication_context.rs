//! Authentication contexts: short names by which an application asks for a stronger sign-in for what it guards.
//!
//! Sign-in contract 3.2 and 9.10. Each stands for a built-in strength, and whoever meets one meets those before it.

use std::fmt;

use crate::{SessionMethod, Strength, StrengthId};

/// A context, from the least to the most that it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum AuthenticationContext {
    /// `c1`: "Multifactor authentication".
    #[serde(rename = "c1")]
    Multifactor,
    /// `c2`: "Passwordless MFA".
    #[serde(rename = "c2")]
    Passwordless,
    /// `c3`: "Phishing-resistant MFA".
    #[serde(rename = "c3")]
    PhishingResistant,
}

impl AuthenticationContext {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Multifactor, Self::Passwordless, Self::PhishingResistant];

    /// Its name in `acrs`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Multifactor => "c1",
            Self::Passwordless => "c2",
            Self::PhishingResistant => "c3",
        }
    }

    /// The context of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// The strength that it stands for.
    pub const fn strength(self) -> StrengthId {
        match self {
            Self::Multifactor => Strength::MULTIFACTOR,
            Self::Passwordless => Strength::PASSWORDLESS,
            Self::PhishingResistant => Strength::PHISHING_RESISTANT,
        }
    }

    /// Whether a session that was opened so satisfies it.
    pub fn is_met_by(self, method: SessionMethod) -> bool {
        method.acrs().contains(&self.name())
    }
}

impl fmt::Display for AuthenticationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl SessionMethod {
    /// The `acrs` values: the contexts that are satisfied by it.
    pub const fn acrs(self) -> &'static [&'static str] {
        match self {
            Self::Passkey | Self::PasswordAndPasskey => &["c1", "c2", "c3"],
            _ if self.is_multifactor() => &["c1"],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [SessionMethod; 10] = [
        SessionMethod::Pass { one_time: false },
        SessionMethod::Pass { one_time: true },
        SessionMethod::Password,
        SessionMethod::PasswordAndTotp,
        SessionMethod::PasswordAndPass { one_time: false },
        SessionMethod::PasswordAndPass { one_time: true },
        SessionMethod::PasswordAndPasskey,
        SessionMethod::Passkey,
        SessionMethod::Federated { multifactor: false },
        SessionMethod::Federated { multifactor: true },
    ];

    #[test]
    fn contexts_and_their_strengths_agree() {
        let strengths = Strength::built_in();
        for context in AuthenticationContext::ALL {
            let strength = strengths
                .iter()
                .find(|known| known.id == context.strength())
                .unwrap();
            for method in METHODS {
                let met = strength.is_met_by(method);
                assert_eq!(context.is_met_by(method), met, "{context} {method:?}");
            }
            assert_eq!(AuthenticationContext::parse(context.name()), Some(context));
        }
    }

    #[test]
    fn whoever_meets_one_meets_those_before_it() {
        for method in METHODS {
            let met = AuthenticationContext::ALL.map(|context| context.is_met_by(method));
            assert!(met.is_sorted_by(|before, after| before >= after), "{method:?}");
        }
        for name in ["", "c0", "c4", "c11", "1"] {
            assert_eq!(AuthenticationContext::parse(name), None, "{name}");
        }
    }
}
