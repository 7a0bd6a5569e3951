//! Parts that several pages share, as plain strings and small enums: templates know no service types.

use std::borrow::Cow;
use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

use crate::language::{Id, Language, Said};
use crate::moment::{Moment, TimeElement};

/// What every page shows: whose sign-in this is, and in which language.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The tenant's display name.
    pub tenant: &'a str,
    /// The page's language.
    pub language: Language,
    /// Names the tenant's own colours, if it has some.
    pub colours: Option<&'a str>,
    /// Names its own logo, if it has one.
    pub own_logo: Option<&'a str>,
}

impl Site<'_> {
    /// The tenant's name, where it may be broken besides its blanks: after dots, since it may be a domain.
    pub fn tenant_parts(&self) -> impl Iterator<Item = &str> {
        self.tenant.split_inclusive('.')
    }

    /// Path of the logo.
    pub fn logo(&self) -> String {
        self.own_logo.map_or_else(
            || crate::assets::logo().to_owned(),
            |tag| format!("/assets/brand/{tag}/logo.png"),
        )
    }

    /// What the logo is.
    pub fn logo_type(&self) -> &'static str {
        if self.own_logo.is_some() {
            "image/png"
        } else {
            "image/svg+xml"
        }
    }

    /// A message of the catalogue.
    pub fn say<'v>(&self, id: impl Into<Id>) -> Said<'v> {
        self.language.say(id)
    }

    /// A point in time: date and hour.
    pub fn time<'v>(&self, moment: &'v Moment) -> TimeElement<'v> {
        moment.element(self.language)
    }

    /// A point in time: the date alone.
    pub fn day<'v>(&self, moment: &'v Moment) -> TimeElement<'v> {
        moment.day_element(self.language)
    }

    /// A point in time as plain text: date and hour.
    pub fn words(&self, moment: &Moment) -> String {
        moment.words_in(self.language)
    }

    /// What went wrong.
    pub(crate) fn problem<'v>(&self, problem: &'v Problem) -> Told<'v> {
        match &problem.words {
            Words::Text(text) => Told::Text(text),
            Words::Id(id) => {
                let said = self.say(*id);
                Told::Said(match &problem.from {
                    Some(from) => said.time("from", from),
                    None => said,
                })
            }
        }
    }
}

/// The words of a problem, for a page.
pub(crate) enum Told<'a> {
    Said(Said<'a>),
    Text(&'a str),
}

impl HtmlSafe for Told<'_> {}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(said) => said.fmt(f),
            Self::Text(text) => Html.write_escaped_str(f, text),
        }
    }
}

/// A sign-in under way. Its two tokens go into every form, its id into every link of the flow.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Names the flow; base64url or another text that needs no escaping in a URL. Form field and query
    /// parameter `flow`.
    pub id: &'a str,
    /// Form field `csrf`.
    pub csrf: &'a str,
    /// The account name as it was typed; empty while there is none.
    pub name: &'a str,
    /// After the password: the second factors to choose from, a letter each (see `pages::sign_in::Way`).
    /// Form field and query parameter `ways`. Empty before.
    pub ways: &'a str,
}

/// Whoever is signed in, for security info.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// Display name.
    pub name: &'a str,
    /// User principal name.
    pub upn: &'a str,
    /// Form field `csrf` of every form.
    pub csrf: &'a str,
    /// The setting up of the account that is under way, sealed: form field and query parameter `trip`. Empty when the
    /// pages are looked at for themselves.
    pub trip: &'a str,
}

impl Account<'_> {
    /// Whether the pages are steps of a set-up.
    pub fn sets_up(&self) -> bool {
        !self.trip.is_empty()
    }

    /// A path of these pages, with the set-up that is under way.
    pub fn path(&self, to: &str) -> String {
        if self.sets_up() {
            format!("{to}?trip={}", self.trip)
        } else {
            to.to_owned()
        }
    }

    /// Where "Cancel" and "Done" lead.
    pub fn home(&self) -> String {
        self.path(if self.sets_up() {
            crate::routes::SET_UP
        } else {
            crate::routes::SECURITY_INFO
        })
    }
}

/// Something went wrong: what to tell, above the form.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What happened and what to do next.
    pub words: Words,
    /// When trying again makes sense: `$from` of the message.
    pub from: Option<Moment>,
    /// Small print for the help desk.
    pub reference: Option<Reference>,
}

/// What a problem says.
#[derive(Clone, Debug)]
pub enum Words {
    /// A message of the catalogue.
    Id(Id),
    /// In the portal, which is English.
    Text(Cow<'static, str>),
}

impl From<Id> for Words {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}

impl From<&'static str> for Words {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl Problem {
    /// Words without small print, for slips such as an empty field.
    pub fn plain(words: impl Into<Words>) -> Self {
        Self {
            words: words.into(),
            from: None,
            reference: None,
        }
    }

    /// Words with small print.
    pub fn numbered(words: impl Into<Words>, reference: Reference) -> Self {
        Self {
            words: words.into(),
            from: None,
            reference: Some(reference),
        }
    }
}

/// Number, correlation id and time, in small print below a message (sign-in contract 2.5).
#[derive(Clone, Debug)]
pub struct Reference {
    /// The error number, such as 130503; `None` where the contract has none.
    pub number: Option<u32>,
    /// Finds this attempt in the logs.
    pub correlation: String,
    /// When it happened.
    pub time: Moment,
}

/// Kinds of authentication methods that this product lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Temporary Access Pass.
    Pass,
    /// Password.
    Password,
    /// Passkey (FIDO2).
    Passkey,
    /// Authenticator app (TOTP).
    App,
}

impl Kind {
    /// As headings and lists call it.
    pub fn title(self) -> Id {
        Id(match self {
            Self::Pass => "temporary-access-pass",
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::App => "authenticator-app",
        })
    }

    /// Chooses the words for it in the middle of a sentence.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::App => "app",
        }
    }

    /// What its day of creation means.
    pub(crate) fn created(self) -> Id {
        Id(match self {
            Self::Pass => "pass-issued",
            Self::Password => "password-changed",
            Self::Passkey | Self::App => "method-added",
        })
    }
}

/// One row of the list of methods.
#[derive(Clone, Debug)]
pub struct Method<'a> {
    /// What it is.
    pub kind: Kind,
    /// The name that its owner gave it; empty for pass and password.
    pub name: &'a str,
    /// Its type, shown after the kind.
    pub model: Option<Id>,
    /// Its own path below `/security-info`; `/delete` and `/name` are appended.
    pub path: String,
    /// When it was added, or the password last changed.
    pub created: Option<Moment>,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// Only for a pass.
    pub pass: Option<PassDetail>,
}

impl Method<'_> {
    /// What its heading says: the given name, or the kind.
    pub fn heading(&self, site: &Site<'_>) -> Cow<'_, str> {
        if self.name.is_empty() {
            // A title has no marks and no values: as HTML and as text it is the same.
            site.say(self.kind.title()).to_string().into()
        } else {
            self.name.into()
        }
    }

    /// Whether the kind is to be shown as well as the heading.
    pub(crate) fn shows_kind(&self, site: &Site<'_>) -> bool {
        self.heading(site) != site.say(self.kind.title()).to_string()
    }
}

/// What the list says about a pass; never its code.
#[derive(Clone, Debug)]
pub struct PassDetail {
    /// Can be used only once.
    pub once: bool,
    /// Whether it can be used.
    pub state: PassState,
}

/// A pass's state, in the owner's words.
#[derive(Clone, Debug)]
pub enum PassState {
    /// Usable now.
    Until(Moment),
    /// Usable later.
    From(Moment),
    /// Its time is over.
    Expired(Moment),
    /// One-time and redeemed; the session that it opened, if this is it, stands until then.
    Used(Option<Moment>),
    /// Stopped by the policy.
    Blocked,
}

/// Time that runs out while the page is open.
#[derive(Clone, Debug)]
pub struct Countdown {
    /// Whole seconds left when the page was made; the script counts on from there, so the browser's clock
    /// doesn't matter.
    pub seconds: i64,
    /// The same as a point in time.
    pub until: Moment,
}

impl Countdown {
    /// `9:05`, what the clock shows before the script takes over.
    pub fn clock(&self) -> String {
        let left = self.seconds.max(0);
        format!("{}:{:02}", left / 60, left % 60)
    }
}

/// The key of an authenticator app, in groups of four as people type it.
pub fn in_fours(key: &str) -> String {
    let mut grouped = String::with_capacity(key.len() + key.len() / 4);
    for (place, sign) in key.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(sign);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_four() {
        assert_eq!(in_fours("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(in_fours(""), "");
    }

    #[test]
    fn clock_never_goes_below_nothing() {
        let until = Moment::from_micros(0);
        assert_eq!(
            Countdown {
                seconds: 545,
                until: until.clone()
            }
            .clock(),
            "9:05"
        );
        assert_eq!(Countdown { seconds: -3, until }.clock(), "0:00");
    }
}
