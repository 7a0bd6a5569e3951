//! "Let's set up your account" (sign-in contract 6.3).

use askama::Template;

use crate::language::Id;
use crate::moment::Moment;
use crate::view::{Account, Countdown, Kind, Site};

/// A step, in its place.
#[derive(Clone, Copy, Debug)]
pub struct SetUpRow {
    /// What is set up.
    pub kind: Kind,
    /// It is there already.
    pub done: bool,
    /// It is the one to do now.
    pub next: bool,
}

/// The steps, and the way to the next one. POST without further fields leaves.
#[derive(Template)]
#[template(path = "set_up.html")]
pub struct SetUpPage<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// The application that waits.
    pub application: Option<&'a str>,
    /// When pass and session end, where the session stands on a pass.
    pub pass_ends: Option<Moment>,
    /// Time left for the next step, in a pass session.
    pub left: Option<Countdown>,
    /// The time is over, and there is nothing to sign in with again.
    pub over: bool,
    /// All steps.
    pub rows: &'a [SetUpRow],
    /// The one to do now.
    pub next: Kind,
    /// What can be set up instead.
    pub other: Option<Kind>,
    /// The person may go on without it.
    pub optional: bool,
}

impl SetUpPage<'_> {
    fn position(&self) -> usize {
        self.rows.iter().take_while(|row| !row.next).count() + 1
    }
}

/// "You're all set".
#[derive(Template)]
#[template(path = "set_up_done.html")]
pub struct SetUpDone<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// The application that waits.
    pub application: Option<&'a str>,
    /// Where the person goes on.
    pub onward: &'a str,
    /// The application is opened only by a sign-in with the new method.
    pub signs_in_again: bool,
    /// That is a passkey.
    pub passkey: bool,
}

impl Kind {
    /// The button that begins to set it up.
    fn set_up_words(self) -> Id {
        Id(match self {
            Self::Passkey => "create-a-passkey",
            Self::App => "app-intro-title",
            Self::Password => "set-a-password",
            // Nobody sets up a pass.
            Self::Pass => "temporary-access-pass",
        })
    }

    /// The link that sets it up in another one's place.
    fn instead_words(self) -> Id {
        Id(match self {
            Self::Passkey => "set-up-passkey-instead",
            Self::App => "set-up-app-instead",
            Self::Password => "set-up-password-instead",
            Self::Pass => "temporary-access-pass",
        })
    }
}
