//! Pages between an application and its person.

use askama::Template;
use latchkey_service::ConsentItem;

use crate::view::{Problem as Slip, Reference, Site};

/// Something is wrong with what the application asked.
#[derive(Template)]
#[template(path = "authorize_problem.html")]
pub struct Problem<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// What, for developers.
    pub text: &'a str,
    /// Small print.
    pub reference: Reference,
}

/// An account to choose.
#[derive(Debug)]
pub struct Account<'a> {
    /// Names its session in the form.
    pub id: String,
    /// Display name.
    pub name: &'a str,
    /// Account name.
    pub upn: &'a str,
}

/// "Pick an account".
#[derive(Template)]
#[template(path = "accounts.html")]
pub struct Accounts<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// The sealed request.
    pub request: &'a str,
    /// Form token.
    pub csrf: &'a str,
    /// The application's name.
    pub application: &'a str,
    /// Who is signed in.
    pub accounts: &'a [Account<'a>],
}

/// "Permissions requested".
#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// The sealed request.
    pub request: &'a str,
    /// Form token.
    pub csrf: &'a str,
    /// Names the session of whoever is asked.
    pub account: String,
    /// Who is asked.
    pub upn: &'a str,
    /// The application's name.
    pub application: &'a str,
    /// Who made it.
    pub publisher: Option<&'a str>,
    /// Links.
    pub terms: Option<&'a str>,
    /// See above.
    pub privacy: Option<&'a str>,
    /// Where the answer goes.
    pub answers_to: &'a str,
    /// What is asked for.
    pub items: &'a [ConsentItem],
    /// The person may say yes.
    pub allowed: bool,
    /// … for everyone, too.
    pub for_everyone: bool,
    /// … only for everyone.
    pub everyone_only: bool,
}

/// The answer as a form (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Where it goes.
    pub target: &'a str,
    /// Names and values.
    pub fields: &'a [(&'static str, String)],
}

/// "Sign out?", when it isn't clear whom an application means.
#[derive(Template)]
#[template(path = "ask_sign_out.html")]
pub struct AskSignOut<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Form token.
    pub csrf: &'a str,
    /// The application's request.
    pub query: &'a str,
    /// Who is signed in.
    pub names: &'a [&'a str],
}

/// "You're signed out", while applications are told so in frames.
#[derive(Template)]
#[template(path = "signed_out_of_apps.html")]
pub struct SignedOutOfApps<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Pages of applications.
    pub frames: &'a [String],
    /// Where the person goes on.
    pub target: Option<&'a str>,
}

/// "Stay signed in?"
#[derive(Template)]
#[template(path = "stay.html")]
pub struct Stay<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is asked.
    pub upn: &'a str,
    /// The sealed request.
    pub request: &'a str,
    /// Form token.
    pub csrf: &'a str,
}

/// "Enter code": the code that a device shows.
#[derive(Template)]
#[template(path = "device_code.html")]
pub struct DeviceCode<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Form token.
    pub csrf: &'a str,
    /// What was typed before.
    pub typed: &'a str,
    /// What was wrong with it.
    pub problem: Option<Slip>,
}

/// "Is this your device?"
#[derive(Template)]
#[template(path = "device_confirm.html")]
pub struct DeviceConfirm<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// The sealed request.
    pub request: &'a str,
    /// Form token.
    pub csrf: &'a str,
    /// Names the session of whoever is asked.
    pub account: String,
    /// Who is asked.
    pub upn: &'a str,
    /// The application's name.
    pub application: &'a str,
    /// Who made it.
    pub publisher: Option<&'a str>,
    /// The address that the device asked from.
    pub place: &'a str,
}

/// The end of a device's sign-in.
#[derive(Template)]
#[template(path = "device_done.html")]
pub struct DeviceDone<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// The application that was let in; none: the person said no.
    pub application: Option<&'a str>,
}
