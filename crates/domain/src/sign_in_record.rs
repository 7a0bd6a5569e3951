//! The sign-in log: one record per attempt, failed ones too (sign-in contract 12.1).

use crate::{CorrelationId, SessionId, SignInError, SignInId, Timestamp, UserId};

/// What a sign-in had to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// One factor.
    SingleFactor,
    /// Several factors, or one that counts as several.
    MultiFactor,
}

/// One step of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuthenticationStep {
    /// When.
    pub at: Timestamp,
    /// `Temporary Access Pass`, `Password`, …: the words that hunting queries look for.
    pub method: String,
    /// More of the method, such as `One-time`.
    pub detail: Option<String>,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// What came of it, such as `MFA completed`.
    pub result: String,
    /// `Primary authentication` or `Multifactor authentication`.
    pub requirement: String,
}

/// A record of the sign-in log. Never holds a code, nor any part or hash of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRecord {
    /// Its id.
    pub id: SignInId,
    /// When.
    pub at: Timestamp,
    /// Who, if the name is known.
    pub user_id: Option<UserId>,
    /// The typed name: only a known user's, or a well-formed one of our domains, since people type
    /// passwords into that field.
    pub user_principal_name: Option<String>,
    /// The user's name to show.
    pub user_display_name: Option<String>,
    /// Which application asked.
    pub app_id: String,
    /// Its name.
    pub app_name: String,
    /// The source address.
    pub ip_address: String,
    /// The browser's own description.
    pub user_agent: String,
    /// What the error page told the person.
    pub correlation_id: CorrelationId,
    /// `None` for success.
    pub error: Option<SignInError>,
    /// What had to be proved.
    pub requirement: Requirement,
    /// The steps.
    pub steps: Vec<AuthenticationStep>,
    /// The session that came of it.
    pub session_id: Option<SessionId>,
    /// A person took part; otherwise an application came with what an earlier sign-in had left it.
    pub interactive: bool,
}

impl Requirement {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SingleFactor => "singleFactorAuthentication",
            Self::MultiFactor => "multiFactorAuthentication",
        }
    }
}

/// What a sign-in was done with, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignInKind {
    /// A Temporary Access Pass.
    Pass,
    /// A passkey.
    Passkey,
    /// A password with an authenticator app.
    App,
    /// A password alone.
    Password,
    /// Anything else.
    Other,
}

impl SignInKind {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 5] = [Self::Passkey, Self::App, Self::Password, Self::Pass, Self::Other];

    /// The strongest of the steps that succeeded.
    pub fn of(steps: &[AuthenticationStep]) -> Self {
        let used = |method: &str| steps.iter().any(|step| step.succeeded && step.method == method);
        if used("Temporary Access Pass") {
            Self::Pass
        } else if used("Passkey") {
            Self::Passkey
        } else if used("OATH verification code") {
            Self::App
        } else if used("Password") {
            Self::Password
        } else {
            Self::Other
        }
    }

    /// As it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Passkey => "passkey",
            Self::App => "app",
            Self::Password => "password",
            Self::Other => "other",
        }
    }

    /// The kind that is stored so.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_counts_as_its_strongest_step() {
        let step = |method: &str, succeeded| AuthenticationStep {
            at: Timestamp::from_seconds(0),
            method: method.to_owned(),
            detail: None,
            succeeded,
            result: String::new(),
            requirement: String::new(),
        };
        let kind = |methods: &[&str]| {
            let steps: Vec<_> = methods.iter().map(|method| step(method, true)).collect();
            SignInKind::of(&steps)
        };
        assert_eq!(kind(&["Password"]), SignInKind::Password);
        assert_eq!(kind(&["Password", "OATH verification code"]), SignInKind::App);
        assert_eq!(kind(&["Password", "Temporary Access Pass"]), SignInKind::Pass);
        assert_eq!(kind(&["Passkey"]), SignInKind::Passkey);
        assert_eq!(kind(&[]), SignInKind::Other);
        assert_eq!(SignInKind::of(&[step("Password", false)]), SignInKind::Other);
        for kind in SignInKind::ALL {
            assert_eq!(SignInKind::from_name(kind.name()), Some(kind));
        }
    }
}
