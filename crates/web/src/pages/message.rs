//! Pages that only tell something and say what to do next.

use askama::Template;

use crate::language::Id;
use crate::routes;
use crate::view::{Reference, Site};

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The flow is stale or its token doesn't fit (50089).
    Restart,
    /// The hashing queue is full (503, with `Retry-After`).
    Busy,
    /// Signed out of this browser.
    SignedOut,
    /// Signed out of all browsers.
    SignedOutEverywhere,
    /// Signed out of all browsers, after a sign-in that was somebody else's.
    SignInDisowned,
    /// Deleted the pass that this session stood on.
    PassDeleted,
    /// What the session stood on has ended, was revoked or replaced.
    SessionEnded,
    /// The 10-minute rule, with nothing left to authenticate with (sign-in contract 5.1).
    RegistrationOver,
    /// The 10-minute rule, and the person can authenticate again.
    ConfirmAgain,
    /// A password alone proves too little, and there is no second factor (50079).
    StrongerNeeded,
    /// A form of security info was open too long, or in another session.
    FormExpired,
    /// As many passkeys or apps as one account may have.
    LimitReached,
    /// The organization doesn't let this person add such a method.
    NotOffered,
    /// The portal is for people with an administrative role (403).
    NotAdministrator,
    /// A pass is for registering sign-in methods, and this is something else (403).
    PassOnlyRegisters,
    /// A form that shows a secret was sent a second time (409).
    FormUsed,
    /// The administrator's roles don't allow this (403).
    NotAllowed,
    /// No such page (404).
    NotFound,
    /// The form was larger or other than this page sends (400, 413, 415).
    BadRequest,
    /// Something broke on our side (500).
    Broken,
}

/// Which picture stands at the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Done,
    Wait,
    Problem,
}

impl Message {
    /// The heading.
    pub fn title(self) -> Id {
        Id(match self {
            Self::Restart => "restart-title",
            Self::Busy => "busy-title",
            Self::SignedOut | Self::PassDeleted => "signed-out-title",
            Self::SignedOutEverywhere | Self::SignInDisowned => "signed-out-everywhere-title",
            Self::SessionEnded => "session-ended-title",
            Self::RegistrationOver => "registration-over-title",
            Self::ConfirmAgain => "confirm-again-title",
            Self::StrongerNeeded => "stronger-needed-title",
            Self::FormExpired => "form-expired-title",
            Self::LimitReached => "limit-reached-title",
            Self::NotOffered => "not-offered-title",
            Self::NotAdministrator => "not-administrator-title",
            Self::PassOnlyRegisters => "pass-only-registers-title",
            Self::FormUsed => "form-used-title",
            Self::NotAllowed => "not-allowed-title",
            Self::NotFound => "not-found-title",
            Self::BadRequest => "bad-request-title",
            Self::Broken => "broken-title",
        })
    }

    fn text(self) -> Id {
        Id(match self {
            Self::Restart => "restart-text",
            Self::Busy => "busy-text",
            Self::SignedOut => "signed-out-text",
            Self::SignedOutEverywhere => "signed-out-everywhere-text",
            Self::SignInDisowned => "disowned-text",
            Self::PassDeleted => "pass-deleted-text",
            Self::SessionEnded => "session-ended-text",
            Self::RegistrationOver => "registration-over-text",
            Self::ConfirmAgain => "confirm-again-text",
            Self::StrongerNeeded => "stronger-needed-text",
            Self::FormExpired => "form-expired-text",
            Self::LimitReached => "limit-reached-text",
            Self::NotOffered => "not-offered-text",
            Self::NotAdministrator => "not-administrator-text",
            Self::PassOnlyRegisters => "pass-only-registers-text",
            Self::FormUsed => "form-used-text",
            Self::NotAllowed => "not-allowed-text",
            Self::NotFound => "not-found-text",
            Self::BadRequest => "bad-request-text",
            Self::Broken => "broken-text",
        })
    }

    /// Label and path of the one button.
    fn next(self) -> (Id, &'static str) {
        match self {
            Self::Restart | Self::Busy => (Id("back-to-sign-in"), routes::SIGN_IN),
            Self::SignedOut
            | Self::SignedOutEverywhere
            | Self::SignInDisowned
            | Self::PassDeleted
            | Self::SessionEnded => (Id("sign-in-again"), routes::SIGN_IN),
            Self::ConfirmAgain => (Id("confirm-it-is-you"), routes::SIGN_IN),
            Self::StrongerNeeded => (Id("sign-in-another-way"), routes::SIGN_IN),
            Self::FormExpired => (Id("start-again"), routes::SECURITY_INFO),
            Self::RegistrationOver | Self::LimitReached | Self::NotOffered | Self::PassOnlyRegisters => {
                (Id("back-to-security-info"), routes::SECURITY_INFO)
            }
            Self::FormUsed | Self::NotAllowed => (Id("back-to-portal"), crate::portal::paths::HOME),
            Self::NotAdministrator | Self::NotFound | Self::BadRequest | Self::Broken => {
                (Id("go-to-security-info"), routes::SECURITY_INFO)
            }
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::SignedOut | Self::SignedOutEverywhere | Self::SignInDisowned | Self::PassDeleted => {
                Tone::Done
            }
            Self::Busy
            | Self::FormUsed
            | Self::Restart
            | Self::ConfirmAgain
            | Self::SessionEnded
            | Self::StrongerNeeded
            | Self::FormExpired
            | Self::PassOnlyRegisters
            | Self::RegistrationOver => Tone::Wait,
            Self::LimitReached
            | Self::NotOffered
            | Self::NotAdministrator
            | Self::NotAllowed
            | Self::NotFound
            | Self::BadRequest
            | Self::Broken => Tone::Problem,
        }
    }
}

/// A page with one message.
#[derive(Template)]
#[template(path = "message.html")]
pub struct MessagePage<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// What to tell.
    pub message: Message,
    /// Where the button leads instead of its usual place, for example back to the step that asked for a
    /// fresh sign-in.
    pub next: Option<&'a str>,
    /// Small print.
    pub reference: Option<Reference>,
}

impl MessagePage<'_> {
    fn href(&self) -> &str {
        self.next.unwrap_or(self.message.next().1)
    }
}
