//! The records of sign-ins that an earlier one is good for (sign-in contract 12.1).

use latchkey_domain::{
    AuthenticationStep, Requirement, SessionId, SessionMethod, SignInError, SignInId, SignInRecord,
    Timestamp, User,
};

use crate::{RequestInfo, Service};

/// The sign-in that was there before.
pub(super) struct Earlier<'a> {
    pub(super) user: &'a User,
    pub(super) method: SessionMethod,
    pub(super) session: SessionId,
}

/// Who comes now, for which application, and from where.
pub(super) struct Coming {
    id: SignInId,
    at: Timestamp,
    /// Id and name.
    application: (String, String),
    info: RequestInfo,
}

impl Service {
    pub(super) fn coming(&self, application: (String, String), info: &RequestInfo) -> Coming {
        Coming {
            id: SignInId::from_bytes(self.ordered_id()),
            at: self.now(),
            application,
            info: info.clone(),
        }
    }
}

/// The record of somebody whom the earlier sign-in does not help.
pub(super) fn refused(record: SignInRecord, error: SignInError) -> SignInRecord {
    let mut record = SignInRecord {
        error: Some(error),
        ..record
    };
    for step in &mut record.steps {
        step.succeeded = false;
        error.reason().clone_into(&mut step.result);
    }
    record
}

impl Earlier<'_> {
    /// The record of what it is good for now; `interactive`: with a person at the screen.
    pub(super) fn record(&self, coming: &Coming, interactive: bool) -> SignInRecord {
        let (app_id, app_name) = coming.application.clone();
        SignInRecord {
            id: coming.id,
            at: coming.at,
            user_id: Some(self.user.id),
            user_principal_name: Some(self.user.upn.key().to_owned()),
            user_display_name: Some(self.user.display_name.clone()),
            app_id,
            app_name,
            ip_address: coming.info.ip_address.to_string(),
            user_agent: coming.info.user_agent.clone(),
            correlation_id: coming.info.correlation_id,
            error: None,
            requirement: if self.method.is_multifactor() {
                Requirement::MultiFactor
            } else {
                Requirement::SingleFactor
            },
            steps: vec![AuthenticationStep {
                at: coming.at,
                method: "Previously satisfied".to_owned(),
                detail: None,
                succeeded: true,
                result: "First factor requirement satisfied by claim in the token".to_owned(),
                requirement: "Primary authentication".to_owned(),
            }],
            session_id: Some(self.session),
            interactive,
        }
    }
}
