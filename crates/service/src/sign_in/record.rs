//! The sign-in log's records: one per attempt, in the words that hunting queries look for
//! (sign-in contract 12.1).

use latchkey_domain::{
    AuthenticationStep, Requirement, SessionId, SessionMethod, SignInError, SignInId, SignInRecord,
    Timestamp, Upn, User,
};

use super::flow::Flow;
use crate::{RequestInfo, Service};

/// The application that people sign in to when they come for their own pages, as Entra names it.
pub(crate) const OWN_PAGES_APP: (&str, &str) = ("19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins");

/// The same, as records keep it.
pub(crate) fn own_pages() -> (String, String) {
    (OWN_PAGES_APP.0.to_owned(), OWN_PAGES_APP.1.to_owned())
}

/// What the records of one attempt have in common.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    id: SignInId,
    pub(super) at: Timestamp,
    pub(super) info: RequestInfo,
    /// The typed name, if it may be kept though nobody has it.
    typed: Option<String>,
    /// Id and name of what the person signs in to.
    application: (String, String),
}

/// One step of an attempt, before it is known how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Pass { one_time: Option<bool> },
    Password,
    Totp,
    Passkey,
    Federated,
}

impl Step {
    const fn method(self) -> &'static str {
        match self {
            Self::Pass { .. } => "Temporary Access Pass",
            Self::Password => "Password",
            Self::Totp => "OATH verification code",
            Self::Passkey => "Passkey",
            Self::Federated => "Federated",
        }
    }

    const fn detail(self) -> Option<&'static str> {
        match self {
            Self::Pass { one_time: Some(true) } => Some("One-time"),
            Self::Pass {
                one_time: Some(false),
            } => Some("Multi-use"),
            Self::Totp => Some("Software OATH token"),
            Self::Pass { one_time: None } | Self::Password | Self::Passkey | Self::Federated => None,
        }
    }
}

impl Service {
    /// Begins the record of an attempt. A typed name that nobody has is kept only if it is of one of our
    /// domains, since people type passwords into that field.
    pub(super) fn attempt(&self, flow: &Flow, name: Option<&Upn>, info: &RequestInfo) -> Attempt {
        let typed = name.filter(|name| self.tenant.domains.iter().any(|domain| domain == name.domain()));
        Attempt {
            id: SignInId::from_bytes(self.ordered_id()),
            at: self.now(),
            info: info.clone(),
            typed: typed.map(|name| name.key().to_owned()),
            application: match flow.authorization() {
                Some(request) => request.application(),
                None => own_pages(),
            },
        }
    }
}

impl Attempt {
    /// The record of a success.
    pub(super) fn succeeded(
        &self,
        user: &User,
        steps: &[Step],
        session: SessionId,
        method: SessionMethod,
    ) -> SignInRecord {
        let multi = method.amr().contains(&"mfa");
        let last = steps.len().saturating_sub(1);
        let steps = steps.iter().enumerate().map(|(n, step)| {
            let result = if n == last && multi {
                "MFA completed"
            } else {
                "Correct credential"
            };
            self.step(*step, n, true, result)
        });
        let mut record = self.record(Some(user), steps.collect());
        record.requirement = if multi {
            Requirement::MultiFactor
        } else {
            Requirement::SingleFactor
        };
        record.session_id = Some(session);
        record
    }

    /// The record of a refusal or an interruption; the last step is the one that ended it.
    pub(super) fn refused(&self, user: Option<&User>, steps: &[Step], error: SignInError) -> SignInRecord {
        let last = steps.len().saturating_sub(1);
        let steps = steps.iter().enumerate().map(|(n, step)| {
            let good = n < last || error.is_interrupt();
            self.step(
                *step,
                n,
                good,
                if good {
                    "Correct credential"
                } else {
                    error.reason()
                },
            )
        });
        let mut record = self.record(user, steps.collect());
        record.error = Some(error);
        record
    }

    fn step(&self, step: Step, n: usize, succeeded: bool, result: &str) -> AuthenticationStep {
        AuthenticationStep {
            at: self.at,
            method: step.method().to_owned(),
            detail: step.detail().map(str::to_owned),
            succeeded,
            result: result.to_owned(),
            requirement: if n == 0 {
                "Primary authentication"
            } else {
                "Multifactor authentication"
            }
            .to_owned(),
        }
    }

    fn record(&self, user: Option<&User>, steps: Vec<AuthenticationStep>) -> SignInRecord {
        SignInRecord {
            id: self.id,
            at: self.at,
            user_id: user.map(|user| user.id),
            user_principal_name: user
                .map(|user| user.upn.key().to_owned())
                .or_else(|| self.typed.clone()),
            user_display_name: user.map(|user| user.display_name.clone()),
            app_id: self.application.0.clone(),
            app_name: self.application.1.clone(),
            ip_address: self.info.ip_address.to_string(),
            user_agent: self.info.user_agent.clone(),
            correlation_id: self.info.correlation_id,
            error: None,
            requirement: Requirement::MultiFactor,
            steps,
            session_id: None,
            interactive: true,
        }
    }
}
