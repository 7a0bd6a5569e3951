//! Pages between an application and its person.

use askama::Template;
use latchkey_domain::GraphPermission;
use latchkey_service::{AnswersTo, ConsentItem};

use crate::language::Said;
use crate::view::{Problem as Slip, Reference, Site, Told};

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
    pub answers_to: &'a AnswersTo,
    /// What is asked for.
    pub items: &'a [ConsentItem],
    /// The person may say yes.
    pub allowed: bool,
    /// … for everyone, too.
    pub for_everyone: bool,
    /// … only for everyone.
    pub everyone_only: bool,
}

impl Consent<'_> {
    /// The person, and not only an administrator, may answer.
    fn may_answer(&self) -> bool {
        self.allowed && (self.for_everyone || !self.everyone_only)
    }

    fn title<'v>(&self, item: &'v ConsentItem) -> Told<'v> {
        match our_scope(item) {
            Some(id) => Told::Said(self.site.say(id)),
            None => Told::Text(&item.title),
        }
    }

    fn detail<'v>(&self, item: &'v ConsentItem) -> Told<'v> {
        match our_scope(item) {
            None if item.ours => Told::Said(self.site.say("scope-other-detail")),
            _ => Told::Text(&item.detail),
        }
    }

    fn answers_to(&self) -> Said<'_> {
        match self.answers_to {
            AnswersTo::Host(host) => self.site.say("consent-answers-to-host").text("host", host),
            AnswersTo::ThisDevice => self.site.say("consent-answers-to-this-device"),
            AnswersTo::AnApp => self.site.say("consent-answers-to-app"),
            AnswersTo::DeviceAt(place) => self.site.say("consent-answers-to-device").text("place", place),
        }
    }
}

/// A permission of our own Graph in people's words; `None` for those that only administrators know.
fn our_scope(item: &ConsentItem) -> Option<&'static str> {
    use GraphPermission as Graph;
    match Graph::from_value(&item.scope).filter(|_| item.ours && !item.itself)? {
        Graph::UserRead => Some("scope-user-read"),
        Graph::UserReadWrite => Some("scope-user-read-write"),
        Graph::UserReadBasicAll => Some("scope-user-read-basic-all"),
        Graph::Openid => Some("scope-openid"),
        Graph::Profile => Some("scope-profile"),
        Graph::Email => Some("scope-email"),
        Graph::OfflineAccess => Some("scope-offline-access"),
        Graph::UserAuthMethodTAPRead | Graph::UserAuthenticationMethodRead => Some("scope-methods-read"),
        Graph::UserAuthMethodTAPReadWrite
        | Graph::UserAuthenticationMethodReadWrite
        | Graph::UserAuthMethodPasskeyReadWrite => Some("scope-methods-read-write"),
        Graph::DirectoryAccessAsUserAll => Some("scope-directory"),
        _ => None,
    }
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
    /// The session that is to stay.
    pub session: &'a str,
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
