//! Pages of the sign-in flow (sign-in contract 2.1).

use askama::Template;

use crate::language::Id;
use crate::view::{Flow, Problem, Site};

/// What the browser needs to ask for a passkey.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyRequest<'a> {
    /// `PublicKeyCredentialRequestOptionsJSON` (`WebAuthn` Level 3), as it is or inside `publicKey`.
    pub options: &'a str,
    /// The flow that remembers this question, sealed.
    pub flow: &'a str,
}

/// "Sign in": asks for the account name. POST field `loginfmt`.
#[derive(Template)]
#[template(path = "username.html")]
pub struct Username<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// `name` fills the field.
    pub flow: Flow<'a>,
    /// Shown above the field.
    pub problem: Option<Problem>,
    /// Lets browsers offer passkeys in the name field (conditional mediation).
    pub passkey: Option<PasskeyRequest<'a>>,
}

/// "Enter Temporary Access Pass". POST field `accesspass`.
#[derive(Template)]
#[template(path = "pass.html")]
pub struct Pass<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Names the account.
    pub flow: Flow<'a>,
    /// Shown above the field.
    pub problem: Option<Problem>,
}

/// "Enter password". POST field `passwd`.
#[derive(Template)]
#[template(path = "password.html")]
pub struct Password<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Names the account.
    pub flow: Flow<'a>,
    /// Shown above the field.
    pub problem: Option<Problem>,
    /// Whether a pass is promptable, the only thing about an account that pages tell (sign-in contract 11.4).
    pub pass_offered: bool,
}

/// "Enter code": second factor by authenticator app. POST field `otc`.
#[derive(Template)]
#[template(path = "code.html")]
pub struct Code<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Names the account.
    pub flow: Flow<'a>,
    /// Shown above the field.
    pub problem: Option<Problem>,
}

/// "Face, fingerprint, PIN or security key". POST field `credential`.
#[derive(Template)]
#[template(path = "passkey.html")]
pub struct Passkey<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// The name may be empty: then the passkey says who it is.
    pub flow: Flow<'a>,
    /// Shown above the button; keeps the browser's dialog from opening by itself again.
    pub problem: Option<Problem>,
    /// The application that asks for it although its person is signed in.
    pub demanded_by: Option<&'a str>,
    /// For the browser's dialog.
    pub request: PasskeyRequest<'a>,
}

/// A way to sign in that the choice page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Temporary Access Pass.
    Pass,
    /// Passkey.
    Passkey,
    /// Password.
    Password,
    /// Code from an authenticator app; only as second factor.
    Code,
    /// The provider of the name's domain.
    Organization,
}

impl Way {
    /// The letter that stands for it in the field `ways`.
    pub const fn letter(self) -> char {
        match self {
            Self::Pass => 't',
            Self::Passkey => 'k',
            Self::Password => 'p',
            Self::Code => 'c',
            Self::Organization => 'o',
        }
    }

    /// The second factors that a field `ways` names, in its order. It only says what to show: whether the
    /// account has them is asked when one is used.
    pub fn from_letters(letters: &str) -> Vec<Self> {
        let known = [Self::Pass, Self::Passkey, Self::Code];
        let named = letters.chars().take(known.len());
        named
            .filter_map(|letter| known.into_iter().find(|way| way.letter() == letter))
            .collect()
    }

    fn path(self) -> &'static str {
        match self {
            Self::Pass => crate::routes::PASS,
            Self::Passkey => crate::routes::PASSKEY,
            Self::Password => crate::routes::PASSWORD,
            Self::Code => crate::routes::CODE,
            Self::Organization => crate::routes::ORGANIZATION,
        }
    }

    fn kind(self) -> crate::view::Kind {
        match self {
            Self::Pass => crate::view::Kind::Pass,
            Self::Passkey => crate::view::Kind::Passkey,
            Self::Password | Self::Organization => crate::view::Kind::Password,
            Self::Code => crate::view::Kind::App,
        }
    }

    fn title(self) -> Id {
        Id(match self {
            Self::Pass => "way-pass",
            Self::Passkey => "passkey-heading",
            Self::Password => "way-password",
            Self::Code => "way-code",
            Self::Organization => "way-organization",
        })
    }

    fn hint(self) -> Id {
        Id(match self {
            Self::Pass => "way-pass-hint",
            Self::Passkey => "way-passkey-hint",
            Self::Password => "way-password-hint",
            Self::Code => "way-code-hint",
            Self::Organization => "way-organization-hint",
        })
    }
}

/// "Other ways to sign in"; without a name, "Sign-in options"; as the first page, "Choose how to sign in". Only links.
#[derive(Template)]
#[template(path = "ways.html")]
pub struct Ways<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// The name may be empty.
    pub flow: Flow<'a>,
    /// Shown above the choices.
    pub problem: Option<Problem>,
    /// In the order in which they are shown.
    pub ways: &'a [Way],
    /// Every sign-in comes here first.
    pub first: bool,
}

impl Ways<'_> {
    fn heading(&self) -> Id {
        Id(if self.flow.name.is_empty() {
            "sign-in-options"
        } else if self.first {
            "choose-how-to-sign-in"
        } else {
            "other-ways"
        })
    }
}

/// "Can't access your account?"
#[derive(Template)]
#[template(path = "help.html")]
pub struct Help<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Where "Back to sign in" leads.
    pub flow: Flow<'a>,
}

/// "Choose a new password", owed before the sign-in can end. POST fields `newpassword`, `confirmpassword`.
#[derive(Template)]
#[template(path = "owed_password.html")]
pub struct OwedPassword<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Names the account.
    pub flow: Flow<'a>,
    /// Fewest characters.
    pub shortest: usize,
    /// Most characters.
    pub longest: usize,
    /// Three of four kinds of characters are asked for.
    pub three_kinds: bool,
    /// Shown above the form.
    pub problem: Option<Problem>,
}
