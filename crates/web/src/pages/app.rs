//! The authenticator app's wizard (sign-in contract 6.4).

use askama::Template;

use crate::view::{Account, Countdown, Problem, Site};

/// Step 1: explains. Only a link to the next step.
#[derive(Template)]
#[template(path = "app_intro.html")]
pub struct AppIntro<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
}

/// Step 2: the QR code and, for those who can't scan it, its text.
#[derive(Template)]
#[template(path = "app_scan.html")]
pub struct AppScan<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
    /// Shown above the code: why there is a new one.
    pub problem: Option<Problem>,
    /// From [`crate::qr::svg`]; written as it is. `None` when the text is too long for a QR code.
    pub qr: Option<String>,
    /// Issuer and account, as the app will show them: `Contoso:ada@example.com`.
    pub label: &'a str,
    /// The key, base32 without padding or blanks.
    pub key: &'a str,
}

impl AppScan<'_> {
    fn grouped(&self) -> String {
        crate::view::in_fours(self.key)
    }
}

/// Step 3: "Enter code". POST field `otc`.
#[derive(Template)]
#[template(path = "app_code.html")]
pub struct AppCode<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
    /// Shown above the field.
    pub problem: Option<Problem>,
}

/// "Authenticator app successfully registered".
#[derive(Template)]
#[template(path = "app_done.html")]
pub struct AppDone<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// There is no password yet, without which the app can't be used: advised to add one or a passkey.
    pub needs_first_factor: bool,
}
