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
