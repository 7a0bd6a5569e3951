//! Pages that only tell something and say what to do next.

use askama::Template;

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
    pub fn title(self) -> &'static str {
        match self {
            Self::Restart => "Let's start again",
            Self::Busy => "Just a moment",
            Self::SignedOut | Self::PassDeleted => "You're signed out",
            Self::SignedOutEverywhere | Self::SignInDisowned => "You're signed out everywhere",
            Self::SessionEnded => "Your session has ended",
            Self::RegistrationOver => "The time for registering is over",
            Self::ConfirmAgain => "Please confirm it's you",
            Self::StrongerNeeded => "One more thing is needed",
            Self::FormExpired => "Please start this step again",
            Self::NotOffered => "This isn't offered to you",
            Self::LimitReached => "You can't add another one",
            Self::NotAdministrator => "This part is for administrators",
            Self::PassOnlyRegisters => "A pass doesn't open this",
            Self::FormUsed => "This was done already",
            Self::NotAllowed => "Your role doesn't allow this",
            Self::NotFound => "Page not found",
            Self::BadRequest => "That didn't arrive as expected",
            Self::Broken => "Something went wrong on our side",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Restart => {
                "This page was open for a while, or in another tab. Nothing has changed. Sign in again from \
                 the start; it only takes a moment."
            }
            Self::Busy => {
                "Many people are signing in at the same time. Nothing has changed, and your pass hasn't been \
                 used up. Try again in a moment."
            }
            Self::SignedOut => "You can close this window now.",
            Self::SignedOutEverywhere => {
                "All your sessions have ended, on this device and on every other. If you lost a device, sign \
                 in again and delete its passkey or authenticator app from your security info."
            }
            Self::SignInDisowned => {
                "All sessions have ended, yours and the other one, and your administrators can see what \
                 happened. Sign in again, change your password if you have one, and delete sign-in methods that \
                 you don't know."
            }
            Self::PassDeleted => {
                "Your Temporary Access Pass is deleted, and with it the session that it opened. Sign in with \
                 another method. If you don't have one, ask your administrator for a new pass."
            }
            Self::SessionEnded => {
                "What you signed in with has ended or was replaced. Sign in again. If you don't have another \
                 way to sign in, ask your administrator for a new Temporary Access Pass."
            }
            Self::RegistrationOver => {
                "For your safety, sign-in methods can be changed only shortly after signing in, and your \
                 one-time pass can't be used again. Nothing has changed. Ask your administrator for a new \
                 Temporary Access Pass."
            }
            Self::ConfirmAgain => {
                "For your safety, sign-in methods can be changed only shortly after signing in. Sign in once \
                 more, and you'll come back to where you were."
            }
            Self::StrongerNeeded => {
                "Your sign-in methods are protected by more than a password, and your account has nothing else \
                 yet. Ask your administrator for a Temporary Access Pass; with it you can add a passkey or an \
                 authenticator app."
            }
            Self::FormExpired => {
                "The page was open for a while, or you signed in again meanwhile. Nothing has changed."
            }
            Self::LimitReached => {
                "Your account has as many of these as it can have. Delete one that you no longer use, then \
                 try again."
            }
            Self::NotOffered => {
                "Your organization doesn't let you add this kind of sign-in method yourself. Nothing has changed. \
                 Choose another one, or ask your administrator."
            }
            Self::NotAdministrator => {
                "Your account has no administrator role, so there's nothing for you to do here. If you look \
                 after other people's accounts, ask your administrator to give you one."
            }
            Self::PassOnlyRegisters => {
                "Here, a Temporary Access Pass is for adding sign-in methods and nothing else. Add one in your \
                 security info, then sign in with it."
            }
            Self::FormUsed => {
                "The form was sent before, and its answer is shown only once. Nothing has changed since. If a \
                 code or password is lost, go to the person again and make a new one."
            }
            Self::NotAllowed => {
                "Nothing has changed. Either it takes another administrator role, or the account is protected \
                 because of the roles it holds itself. Ask someone with more rights."
            }
            Self::NotFound => "There's nothing at this address. Check it for a typing mistake.",
            Self::BadRequest => "Nothing has changed. Go back, reload the page and try again.",
            Self::Broken => {
                "It isn't your fault. Try again in a few minutes. If it happens again, tell your \
                 administrator the number below."
            }
        }
    }

    /// Label and path of the one button.
    fn next(self) -> (&'static str, &'static str) {
        match self {
            Self::Restart | Self::Busy => ("Back to sign in", routes::SIGN_IN),
            Self::SignedOut
            | Self::SignedOutEverywhere
            | Self::SignInDisowned
            | Self::PassDeleted
            | Self::SessionEnded => ("Sign in again", routes::SIGN_IN),
            Self::ConfirmAgain => ("Confirm it's you", routes::SIGN_IN),
            Self::StrongerNeeded => ("Sign in another way", routes::SIGN_IN),
            Self::FormExpired => ("Start again", routes::SECURITY_INFO),
            Self::RegistrationOver | Self::LimitReached | Self::NotOffered | Self::PassOnlyRegisters => {
                ("Back to security info", routes::SECURITY_INFO)
            }
            Self::FormUsed | Self::NotAllowed => ("Back to the portal", crate::portal::paths::HOME),
            Self::NotAdministrator | Self::NotFound | Self::BadRequest | Self::Broken => {
                ("Go to security info", routes::SECURITY_INFO)
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
