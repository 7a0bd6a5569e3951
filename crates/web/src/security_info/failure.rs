//! Why a change was not made, as pages.

use http::StatusCode;
use latchkey_domain::{ChangeKind, Timestamp};
use latchkey_service::{MethodsOverview, OwnMethodError};

use crate::answer::Stop;
use crate::moment::Moment;
use crate::pages::message::Message;
use crate::view::Countdown;
use crate::visit::{Member, session_ended};
use crate::{cookies, routes};

impl Member {
    /// The page for a change that was not made. `step` is the path where it begins again.
    pub(super) fn failed(&self, error: OwnMethodError, step: &str) -> Stop {
        let visit = &self.visit;
        let page = match error {
            OwnMethodError::TooLate { possible: true } if self.set_up.is_some() => {
                let again = self.account().path(routes::SET_UP_AGAIN);
                visit.quiet_message(Message::ConfirmAgain, Some(&again))
            }
            OwnMethodError::TooLate { possible: true } => {
                let sign_in = format!("{}?return_to={step}", routes::SIGN_IN);
                visit.quiet_message(Message::ConfirmAgain, Some(&sign_in))
            }
            OwnMethodError::TooLate { possible: false } => {
                visit.message(StatusCode::OK, Message::RegistrationOver, None)
            }
            OwnMethodError::SessionEnded => session_ended(),
            OwnMethodError::StaleForm | OwnMethodError::AlreadyRegistered => {
                visit.quiet_message(Message::FormExpired, Some(&self.account().path(step)))
            }
            OwnMethodError::TooMany { .. } => visit.quiet_message(Message::LimitReached, None),
            OwnMethodError::NotOffered => visit.quiet_message(Message::NotOffered, None),
            OwnMethodError::NotFound => visit.quiet_not_found(),
            OwnMethodError::Denied(_) => visit.message(StatusCode::FORBIDDEN, Message::BadRequest, None),
            OwnMethodError::Fault(fault) => return visit.fault(&fault),
            // Each of these is told on the page of its form.
            OwnMethodError::PasskeyInvalid
            | OwnMethodError::MakeNotAllowed
            | OwnMethodError::NotAttested
            | OwnMethodError::WrongCode
            | OwnMethodError::TooManyWrongCodes
            | OwnMethodError::BadName => visit.message(StatusCode::BAD_REQUEST, Message::BadRequest, None),
        };
        page.into()
    }

    /// Whether a change may start now; its page otherwise.
    pub(super) async fn may_start(&self, change: ChangeKind, step: &str) -> Result<(), Stop> {
        let session = &self.signed_in.session;
        self.visit
            .service
            .may_start_change(session, change)
            .await
            .map_err(|error| self.failed(error, step))
    }

    pub(super) async fn overview(&self) -> Result<MethodsOverview, Stop> {
        let overview = self.visit.service.methods_overview(&self.signed_in).await;
        overview.map_err(|error| self.failed(error, routes::SECURITY_INFO))
    }

    /// Time left for such a change; only a pass session counts down, since others are renewed easily.
    pub(super) fn left(&self, change: ChangeKind) -> Option<Countdown> {
        let session = &self.signed_in.session;
        session
            .method
            .by_pass()
            .then(|| countdown(session.may_change_until(change), self.visit.service.now()))?
    }

    pub(super) fn pending_app(&self) -> Option<&str> {
        self.visit
            .cookie(cookies::PENDING_APP)
            .filter(|sealed| !sealed.is_empty())
    }
}

/// `None` once the time is over.
pub(super) fn countdown(until: Timestamp, now: Timestamp) -> Option<Countdown> {
    let seconds = (until.as_micros() - now.as_micros()).div_euclid(1_000_000);
    (seconds > 0).then(|| Countdown {
        seconds,
        until: Moment::from(until),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_whole_seconds_down_to_nothing() {
        let at = Timestamp::from_seconds;
        assert_eq!(countdown(at(600), at(1)).unwrap().seconds, 599);
        assert!(countdown(at(600), at(600)).is_none());
        assert!(countdown(at(600), at(601)).is_none());
    }
}
