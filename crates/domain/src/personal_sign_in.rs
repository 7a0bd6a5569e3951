//! How one person signs in where that differs from everybody else (Graph contract 6.4, sign-in contract 2.6 and 6.8).

use crate::{LastingMethods, SessionMethod};

/// Whether one person must prove several factors, whatever their applications demand (`perUserMfaState` in Graph).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PerUserMfa {
    /// As their applications demand.
    #[default]
    Disabled,
    /// They must, and have nothing registered for it yet.
    Enabled,
    /// They must.
    Enforced,
}

impl PerUserMfa {
    const ALL: [Self; 3] = [Self::Disabled, Self::Enabled, Self::Enforced];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Enforced => "enforced",
        }
    }

    /// Reads the word on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Enabled becomes enforced with the first second factor, as in Entra ID.
    #[must_use]
    pub const fn with(self, methods: LastingMethods) -> Self {
        match self {
            Self::Enabled if methods.has_second_factor() => Self::Enforced,
            other => other,
        }
    }
}

/// How one person signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalSignIn {
    /// The strongest second factor is asked for first. Otherwise the authenticator app is: it is the only one that
    /// Graph has a name for.
    pub system_preferred: bool,
    /// Whether several factors are a must.
    pub mfa: PerUserMfa,
    /// An administrator wants them to register anew what they sign in with.
    pub must_register: bool,
}

impl Default for PersonalSignIn {
    fn default() -> Self {
        Self {
            system_preferred: true,
            mfa: PerUserMfa::default(),
            must_register: false,
        }
    }
}

impl PersonalSignIn {
    /// Whether a session that was opened so proved too little for this person.
    pub fn is_short_of_factors(self, method: SessionMethod) -> bool {
        self.mfa != PerUserMfa::Disabled && !method.is_multifactor()
    }

    /// Whether the person must have a second factor registered, if they have none.
    pub const fn wants_registration(self) -> bool {
        self.must_register || !matches!(self.mfa, PerUserMfa::Disabled)
    }

    /// Whether the person must register a second factor before any application opens. Another provider's word for
    /// several factors is enough.
    pub const fn owes_registration(self, method: SessionMethod, methods: LastingMethods) -> bool {
        self.wants_registration()
            && !methods.has_second_factor()
            && !matches!(method, SessionMethod::Federated { multifactor: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: LastingMethods = LastingMethods {
        passkey: false,
        app: false,
        password: true,
    };
    const APP: LastingMethods = LastingMethods { app: true, ..NOTHING };
    const PASS: SessionMethod = SessionMethod::Pass { one_time: true };

    #[test]
    fn words_are_graphs() {
        for state in PerUserMfa::ALL {
            assert_eq!(PerUserMfa::parse(state.as_str()), Some(state));
        }
        assert_eq!(PerUserMfa::parse("Enforced"), None);
    }

    #[test]
    fn enabled_becomes_enforced_with_a_second_factor() {
        assert_eq!(PerUserMfa::Enabled.with(NOTHING), PerUserMfa::Enabled);
        assert_eq!(PerUserMfa::Enabled.with(APP), PerUserMfa::Enforced);
        assert_eq!(PerUserMfa::Disabled.with(APP), PerUserMfa::Disabled);
    }

    #[test]
    fn nobody_owes_anything_unless_somebody_said_so() {
        let ordinary = PersonalSignIn::default();
        for method in [PASS, SessionMethod::Password] {
            assert!(!ordinary.owes_registration(method, NOTHING) && !ordinary.is_short_of_factors(method));
        }
    }

    #[test]
    fn a_password_is_too_little_for_whoever_must_prove_more() {
        let enforced = PersonalSignIn {
            mfa: PerUserMfa::Enforced,
            ..PersonalSignIn::default()
        };
        assert!(enforced.is_short_of_factors(SessionMethod::Password));
        for enough in [PASS, SessionMethod::PasswordAndTotp, SessionMethod::Passkey] {
            assert!(!enforced.is_short_of_factors(enough), "{enough:?}");
        }
        assert!(enforced.owes_registration(PASS, NOTHING) && !enforced.owes_registration(PASS, APP));
        let elsewhere = SessionMethod::Federated { multifactor: true };
        assert!(!enforced.owes_registration(elsewhere, NOTHING));
    }

    #[test]
    fn registering_anew_is_owed_until_it_is_done() {
        let anew = PersonalSignIn {
            must_register: true,
            ..PersonalSignIn::default()
        };
        assert!(
            anew.owes_registration(PASS, NOTHING) && anew.owes_registration(SessionMethod::Password, NOTHING)
        );
        assert!(!anew.owes_registration(PASS, APP));
    }
}
