//! Security info: the list of one's own methods and what surrounds it (sign-in contract 6.2).

use askama::Template;

use crate::language::Id;
use crate::moment::Moment;
use crate::view::{Account, Countdown, Kind, Method, PassState, Site};

/// The session stands on a pass.
#[derive(Clone, Debug)]
pub struct PassSession {
    /// When pass and session end.
    pub ends: Moment,
    /// Time left for changes; `None` when it is over.
    pub left: Option<Countdown>,
    /// When the time is over, there is something left to sign in with again.
    pub renewable: bool,
    /// There is no other usable method: the banner.
    pub alone: bool,
}

/// What has just been done, told once above the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A new passkey is stored.
    PasskeyAdded,
    /// A passkey has another name.
    PasskeyNamed,
    /// The password is set in place of the one that was typed for it.
    PasswordSet,
    /// The password is set, and nobody typed one for it.
    PasswordSetFreely,
    /// A method is deleted.
    Deleted,
    /// Another second factor is asked for first.
    DefaultChanged,
}

impl Done {
    const ALL: [Self; 6] = [
        Self::PasskeyAdded,
        Self::PasskeyNamed,
        Self::PasswordSet,
        Self::PasswordSetFreely,
        Self::Deleted,
        Self::DefaultChanged,
    ];

    /// From the query parameter `done`.
    pub fn from_query(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.query() == value)
    }

    /// The query parameter's value.
    pub fn query(self) -> &'static str {
        match self {
            Self::PasskeyAdded => "passkey",
            Self::PasskeyNamed => "named",
            Self::PasswordSet => "password",
            Self::PasswordSetFreely => "new-password",
            Self::Deleted => "deleted",
            Self::DefaultChanged => "default",
        }
    }

    fn text(self) -> Id {
        Id(match self {
            Self::PasskeyAdded => "done-passkey-added",
            Self::PasskeyNamed => "done-passkey-named",
            Self::PasswordSet => "done-password-set",
            Self::PasswordSetFreely => "done-password-set-freely",
            Self::Deleted => "done-deleted",
            Self::DefaultChanged => "done-default",
        })
    }
}

/// "Security info".
#[derive(Template)]
#[template(path = "security_info.html")]
pub struct SecurityInfo<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Told once.
    pub done: Option<Done>,
    /// Set when the session stands on a pass.
    pub pass: Option<PassSession>,
    /// The portal is open to this person: a link leads there.
    pub portal: bool,
    /// Whether the authenticator app is asked for first, where there is a choice.
    pub app_first: Option<bool>,
    /// All methods.
    pub methods: &'a [Method<'a>],
    /// After a recovery: methods older than the session's pass, offered for deletion. Empty otherwise.
    pub older: &'a [Method<'a>],
}

/// "Add a sign-in method": what this user may register now.
#[derive(Template)]
#[template(path = "add.html")]
pub struct Add<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
    /// In the order in which they are shown; may be empty.
    pub kinds: &'a [Kind],
}

impl Kind {
    pub(super) fn add_hint(self) -> Id {
        Id(match self {
            Self::Passkey => "add-passkey-hint",
            Self::App => "add-app-hint",
            Self::Password => "add-password-hint",
            Self::Pass => "add-pass-hint",
        })
    }

    pub(super) fn add_path(self) -> &'static str {
        match self {
            Self::Passkey => crate::routes::PASSKEYS,
            Self::App => crate::routes::APPS,
            Self::Password => crate::routes::MY_PASSWORD,
            Self::Pass => crate::routes::MY_PASS,
        }
    }
}

/// "Change your default sign-in method". POST field `default`: [`DefaultMethod::APP`] or [`DefaultMethod::STRONGEST`].
#[derive(Template)]
#[template(path = "default_method.html")]
pub struct DefaultMethod<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
    /// What it is now.
    pub app_first: bool,
}

impl DefaultMethod<'_> {
    /// The authenticator app.
    pub const APP: &'static str = "app";
    /// The most secure one.
    pub const STRONGEST: &'static str = "strongest";
}

/// "Delete …?" POST without further fields.
#[derive(Template)]
#[template(path = "delete.html")]
pub struct Delete<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// What would be deleted.
    pub method: Method<'a>,
    /// It is the last usable method besides the pass.
    pub last: bool,
    /// It is the pass that this session stands on.
    pub signs_out: bool,
}

/// "Sign out?", for those who came by the address. POST without further fields.
#[derive(Template)]
#[template(path = "sign_out.html")]
pub struct SignOut<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
}

/// "Sign out everywhere?" POST without further fields.
#[derive(Template)]
#[template(path = "sign_out_everywhere.html")]
pub struct SignOutEverywhere<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// The session stands on a one-time pass, which can't open another one: warned about.
    pub one_time_pass: bool,
}
