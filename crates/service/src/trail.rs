//! Building audit events: who, when, from where, in one place.

use latchkey_crypto::{Rng, time_ordered_id_bytes};
use latchkey_domain::{
    Activity, AdministrativeUnit, Application, AuditDetail, AuditEvent, AuditId, AuditOutcome, AuditTarget,
    Caller, Initiator, ModifiedProperty, TargetKind, Timestamp, User,
};

use crate::{RequestInfo, Service};

/// What the events of one use case have in common.
#[derive(Clone)]
pub(crate) struct Trail {
    random: Rng,
    /// The moment of the use case.
    pub(crate) at: Timestamp,
    pub(crate) info: RequestInfo,
    pub(crate) initiator: Initiator,
}

impl Service {
    /// The trail of a caller's use case, at this moment.
    pub(crate) fn trail(&self, caller: &Caller, info: &RequestInfo) -> Trail {
        let initiator = match caller {
            Caller::Person {
                id,
                upn,
                display_name,
                ..
            } => Initiator::User {
                id: *id,
                upn: upn.clone(),
                display_name: display_name.clone(),
            },
            Caller::Application {
                client_id,
                service_principal_id,
                display_name,
                ..
            } => Initiator::Application {
                client_id: *client_id,
                service_principal_id: *service_principal_id,
                display_name: display_name.clone(),
            },
            Caller::Console => Initiator::Console,
        };
        Trail {
            random: self.random.clone(),
            at: self.now(),
            info: info.clone(),
            initiator,
        }
    }

    /// The trail of what an application does at the token endpoint.
    pub(crate) fn trail_of_application(&self, application: &Application, info: &RequestInfo) -> Trail {
        Trail {
            random: self.random.clone(),
            at: self.now(),
            info: info.clone(),
            initiator: Initiator::Application {
                client_id: application.client_id,
                service_principal_id: application.service_principal_id,
                display_name: application.display_name.clone(),
            },
        }
    }

    /// The trail of someone who is signing in.
    pub(crate) fn trail_of_user(&self, user: &User, info: &RequestInfo) -> Trail {
        Trail {
            random: self.random.clone(),
            at: self.now(),
            info: info.clone(),
            initiator: Initiator::User {
                id: user.id,
                upn: user.upn.to_string(),
                display_name: user.display_name.clone(),
            },
        }
    }
}

impl Trail {
    /// An event of something that was done.
    pub(crate) fn done(&self, activity: Activity, reason: &str, targets: Vec<AuditTarget>) -> AuditEvent {
        self.event(activity, AuditOutcome::Success, reason, targets)
    }

    /// An event of something that was refused.
    pub(crate) fn refused(&self, activity: Activity, reason: &str, targets: Vec<AuditTarget>) -> AuditEvent {
        self.event(activity, AuditOutcome::Failure, reason, targets)
    }

    fn event(
        &self,
        activity: Activity,
        outcome: AuditOutcome,
        reason: &str,
        targets: Vec<AuditTarget>,
    ) -> AuditEvent {
        AuditEvent {
            id: AuditId::from_bytes(time_ordered_id_bytes(&*self.random, self.at)),
            at: self.at,
            activity,
            outcome,
            reason: reason.to_owned(),
            initiator: self.initiator.clone(),
            ip_address: self.info.ip_address.to_string(),
            targets,
            details: vec![detail("User-Agent", &self.info.user_agent)],
            correlation_id: self.info.correlation_id,
        }
    }
}

/// A user as the target of an event.
pub(crate) fn user_target(user: &User) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::User,
        id: user.id.to_string(),
        display_name: Some(user.display_name.clone()),
        upn: Some(user.upn.to_string()),
        modified: Vec::new(),
    }
}

/// An administrative unit as the target of an event.
pub(crate) fn unit_target(unit: &AdministrativeUnit) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::AdministrativeUnit,
        id: unit.id.to_string(),
        display_name: Some(unit.properties.display_name.clone()),
        upn: None,
        modified: Vec::new(),
    }
}

/// Who came to something or left it, with what that is, as detection rules look for it: in `newValue`, or `oldValue`.
pub(crate) fn relation(mut who: AuditTarget, words: &[(&str, String)], came: bool) -> AuditTarget {
    let property = |(name, value): &(&str, String)| {
        let (old, new) = if came {
            (None, Some(value.as_str()))
        } else {
            (Some(value.as_str()), None)
        };
        ModifiedProperty::text(name, old, new)
    };
    who.modified = words.iter().map(property).collect();
    who
}

/// One of `additionalDetails`.
pub(crate) fn detail(key: &str, value: &str) -> AuditDetail {
    AuditDetail {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

impl Trail {
    /// The same trail, initiated by this user.
    pub(crate) fn as_user(&self, user: &User) -> Self {
        let initiator = Initiator::User {
            id: user.id,
            upn: user.upn.to_string(),
            display_name: user.display_name.clone(),
        };
        Self {
            initiator,
            ..self.clone()
        }
    }
}

impl Trail {
    /// The trail of work at the machine's own console, before there is a tenant.
    pub(crate) fn console(random: Rng, at: Timestamp, info: RequestInfo) -> Self {
        Self {
            random,
            at,
            info,
            initiator: Initiator::Console,
        }
    }
}
