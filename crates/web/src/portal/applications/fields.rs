//! The form of an application: what it holds, what it asks for, what is wrong with it.

use latchkey_domain::{Platform, RegisteredApplication};
use latchkey_service::{ApplicationError, ApplicationWish};

use crate::portal::form::{Area, Entry, Tick, changed};
use crate::view::Problem;
use crate::visit::Fields;

pub(super) const NAME: &str = "displayName";
const DESCRIPTION: &str = "description";
const HOME: &str = "homePage";
const LOGOUT: &str = "logout";
const WEB: &str = "web";
const SPA: &str = "spa";
const DEVICES: &str = "publicClient";
const IDENTIFIERS: &str = "identifierUris";
const PUBLIC: &str = "publicClientFlows";
pub(super) const ASSIGNMENT: &str = "assignmentRequired";

/// The fields in the order of the page.
pub(super) struct Form {
    pub(super) names: Vec<Entry>,
    pub(super) answers: Vec<Area>,
    pub(super) addresses: Vec<Entry>,
    pub(super) identifiers: Area,
    pub(super) ticks: Vec<Tick>,
}

impl Form {
    /// Filled by what `value` says for each field; a tick is `yes`.
    fn new(value: impl Fn(&str) -> String, wrong: Option<&str>) -> Self {
        let entry = |name: &'static str, label, hint, longest, required| Entry {
            name,
            label,
            hint,
            value: value(name),
            longest,
            required,
            wrong: wrong == Some(name),
        };
        let area = |name: &'static str, label, hint| Area {
            name,
            label,
            hint,
            value: value(name),
            wrong: wrong == Some(name),
        };
        let tick = |name: &'static str, label, hint| Tick {
            name,
            label,
            hint,
            ticked: value(name) == "yes",
        };
        Self {
            names: vec![
                entry(NAME, "Name", "People see it when they sign in.", 256, true),
                entry(DESCRIPTION, "What it is for", "", 1024, false),
            ],
            answers: vec![
                area(
                    WEB,
                    "Web application",
                    "It runs on a server, and can keep a secret. One address in a line.",
                ),
                area(SPA, "Single-page application", "It runs in the browser alone."),
                area(
                    DEVICES,
                    "On devices",
                    "A program on a computer or phone, such as http://localhost.",
                ),
            ],
            addresses: vec![
                entry(HOME, "Home page", "", 255, false),
                entry(
                    LOGOUT,
                    "Sign-out address",
                    "Called in a hidden frame when a session ends.",
                    255,
                    false,
                ),
            ],
            identifiers: area(
                IDENTIFIERS,
                "Names for tokens",
                "By which other applications ask for tokens for it, such as api://files. One in a line.",
            ),
            ticks: vec![
                tick(
                    PUBLIC,
                    "May act without a secret",
                    "For device codes, and programs that can't keep one.",
                ),
                tick(ASSIGNMENT, "Only for people who were assigned to it", ""),
            ],
        }
    }

    pub(super) fn empty() -> Self {
        Self::new(|_| String::new(), None)
    }

    pub(super) fn stored(of: &RegisteredApplication) -> Self {
        Self::new(|name| stored(of, name), None)
    }

    /// As it was sent, and what is wrong with it.
    pub(super) fn sent(fields: &Fields, wrong: Option<&str>) -> Self {
        Self::new(|name| fields.get(name).to_owned(), wrong)
    }
}

/// Everything that the form shows of an application.
pub(super) fn shown(of: &RegisteredApplication) -> [String; 10] {
    [
        NAME,
        DESCRIPTION,
        HOME,
        LOGOUT,
        WEB,
        SPA,
        DEVICES,
        IDENTIFIERS,
        PUBLIC,
        ASSIGNMENT,
    ]
    .map(|name| stored(of, name))
}

fn stored(of: &RegisteredApplication, name: &str) -> String {
    let registration = &of.registration;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let tick = |ticked: bool| if ticked { "yes" } else { "" }.to_owned();
    let answers = |platform| {
        let all = registration.redirect_uris.iter();
        let fitting = all.filter(|known| known.platform == platform);
        let lines: Vec<_> = fitting.map(|known| known.uri.as_str()).collect();
        lines.join("\n")
    };
    match name {
        NAME => of.application.display_name.clone(),
        DESCRIPTION => text(&registration.description),
        HOME => text(&registration.home_page),
        LOGOUT => text(&registration.front_channel_logout),
        WEB => answers(Platform::Web),
        SPA => answers(Platform::Spa),
        DEVICES => answers(Platform::PublicClient),
        IDENTIFIERS => registration.identifier_uris.join("\n"),
        PUBLIC => tick(registration.public_client_flows),
        ASSIGNMENT => tick(registration.assignment_required),
        _ => String::new(),
    }
}

/// What the form asks for; an empty field is cleared.
pub(super) fn wish(fields: &Fields) -> ApplicationWish {
    wish_of(&|name| fields.get(name).to_owned())
}

/// The same, without what is as the form showed it.
pub(super) fn changes(fields: &Fields, of: &RegisteredApplication) -> ApplicationWish {
    let (sent, shown) = (wish(fields), wish_of(&|name| stored(of, name)));
    ApplicationWish {
        display_name: changed(sent.display_name, shown.display_name.as_ref()),
        description: changed(sent.description, shown.description.as_ref()),
        home_page: changed(sent.home_page, shown.home_page.as_ref()),
        front_channel_logout: changed(sent.front_channel_logout, shown.front_channel_logout.as_ref()),
        web: changed(sent.web, shown.web.as_ref()),
        spa: changed(sent.spa, shown.spa.as_ref()),
        public_client: changed(sent.public_client, shown.public_client.as_ref()),
        identifier_uris: changed(sent.identifier_uris, shown.identifier_uris.as_ref()),
        public_client_flows: changed(sent.public_client_flows, shown.public_client_flows.as_ref()),
        ..ApplicationWish::default()
    }
}

fn wish_of(get: &dyn Fn(&str) -> String) -> ApplicationWish {
    let text = |name| {
        let value = get(name).trim().to_owned();
        Some((!value.is_empty()).then_some(value))
    };
    let lines = |name| Some(Area::lines(&get(name)));
    ApplicationWish {
        display_name: Some(get(NAME).trim().to_owned()),
        description: text(DESCRIPTION),
        home_page: text(HOME),
        front_channel_logout: text(LOGOUT),
        web: lines(WEB),
        spa: lines(SPA),
        public_client: lines(DEVICES),
        identifier_uris: lines(IDENTIFIERS),
        public_client_flows: Some(get(PUBLIC) == "yes"),
        ..ApplicationWish::default()
    }
}

/// What is wrong, in words, and with which field. None: nothing that the form could mend.
pub(super) fn problem(error: &ApplicationError) -> Option<(Problem, Option<&'static str>)> {
    let (text, field) = match error {
        ApplicationError::Redirect {
            property,
            uri,
            reason,
        } => {
            let words = Problem::plain(format!("“{uri}” can't be an address for answers: {reason}."));
            return Some((words, Some(*property)));
        }
        ApplicationError::Missing(field) => ("Give it a name.", Some(*field)),
        ApplicationError::IdentifierTaken => (
            "Another application has one of the names for tokens already.",
            Some(IDENTIFIERS),
        ),
        ApplicationError::Field(wrong) => match wrong.property {
            NAME => ("A name has 1 to 256 characters.", Some(NAME)),
            "homePageUrl" => (
                "The home page is a web address, like https://app.example.com/.",
                Some(HOME),
            ),
            "logoutUrl" => (
                "The sign-out address begins with https, like https://app.example.com/signed-out.",
                Some(LOGOUT),
            ),
            IDENTIFIERS => (
                "A name for tokens is an address without “?” and “#”, like api://files; each only once.",
                Some(IDENTIFIERS),
            ),
            property => (
                "Check the marked field: it's too long, or holds signs that it can't.",
                Some(property),
            ),
        },
        _ => return None,
    };
    Some((Problem::plain(text), field))
}
