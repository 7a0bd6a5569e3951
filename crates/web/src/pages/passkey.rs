//! Passkey registration (sign-in contract 6.5).

use askama::Template;

use crate::view::{Account, Countdown, Problem, Site};

/// The longest name of a passkey, in characters.
pub const NAME_MAX: usize = 64;

/// "Create a passkey". POST fields `form`, `credential` (JSON of the browser's answer) and `name` (a
/// suggestion made from the platform, may be empty).
#[derive(Template)]
#[template(path = "passkey_add.html")]
pub struct PasskeyAdd<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
    /// Shown above the button.
    pub problem: Option<Problem>,
    /// `PublicKeyCredentialCreationOptionsJSON` (`WebAuthn` Level 3), as it is or inside `publicKey`.
    pub options: &'a str,
    /// Remembers the question that the browser answers, sealed. Form field `form`.
    pub form: &'a str,
}

/// "Passkey created" with its name, or the name alone. POST field `name`.
#[derive(Template)]
#[template(path = "passkey_name.html")]
pub struct PasskeyName<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// It has just been created and is not stored yet: what remembers it, sealed. Form field `form`.
    pub form: Option<&'a str>,
    /// Where the form goes.
    pub action: &'a str,
    /// The present name.
    pub name: &'a str,
    /// Shown above the field.
    pub problem: Option<Problem>,
}
