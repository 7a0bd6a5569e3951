//! Signing in: from the name to the session.
//!
//! Sign-in contract 2 (the flow), 11 (guesses) and 12.1 (the log). Between two pages the state travels in
//! the form, sealed and bound to the browser ([`flow`]), so that looking around writes nothing.

mod federated;
mod first_page;
mod flow;
mod guesses;
mod opening;
mod pass;
mod passkey;
mod password;
mod record;
mod totp;

use latchkey_crypto::Secret;
use latchkey_domain::{Session, SignInError, Timestamp, User};
use latchkey_store::StoreError;

pub use federated::UpstreamAnswer;
pub use first_page::FirstPage;
pub(crate) use first_page::has_promptable_pass;
pub use flow::{BrowserKey, Flow, NameError};
pub(crate) use guesses::{Guessed, guess_counters, password_counter};
pub(crate) use passkey::CHALLENGE_KEPT;
pub use password::OwedPasswordError;
pub(crate) use password::{normalise_password, own_pages_caller};
pub(crate) use record::own_pages;
pub(crate) use totp::totp_seal_context;

use crate::{AuthorizationRequest, Fault};

/// How a step of signing in ended well.
#[derive(Debug)]
pub enum SignInStep {
    /// The person is in.
    Opened(Box<OpenedSession>),
    /// The password was right; a second factor is needed. The flow remembers the password.
    SecondFactor(Box<Flow>, SecondFactors),
    /// All was right, but the password must be changed first. The flow remembers the rest.
    ChangePassword(Box<Flow>),
}

/// A session that was opened a moment ago.
#[derive(Debug)]
pub struct OpenedSession {
    /// Goes into the session cookie; the store knows only its hash.
    pub token: Secret<String>,
    /// Goes into a long-lived cookie, by which the person's own device is known again.
    pub device: String,
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
    /// Where the person wanted to go: a path of ours.
    pub return_to: String,
    /// What the application asked for that sent the person here; it is answered next.
    pub authorization: Option<AuthorizationRequest>,
}

/// The second factors that a person can give, to be offered in this order (sign-in contract 2.6), unless the person's
/// own preferences put the app first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SecondFactors {
    /// A usable pass.
    pub pass: bool,
    /// A passkey.
    pub passkey: bool,
    /// An authenticator app.
    pub totp: bool,
    /// The app comes first.
    pub totp_first: bool,
}

impl SecondFactors {
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.pass || self.passkey || self.totp
    }
}

/// How a step of signing in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInFailure {
    /// Refused, with the number for the page.
    #[error("sign-in refused: {}", .error.number())]
    Refused {
        /// Why.
        error: SignInError,
        /// Until when a lock lasts, or from when an early pass works.
        when: Option<Timestamp>,
    },
    /// Not the person's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<SignInError> for SignInFailure {
    fn from(error: SignInError) -> Self {
        Self::Refused { error, when: None }
    }
}

impl From<StoreError> for SignInFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
