//! Finding people.

use askama::Template;
use axum::extract::Query;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, TextProperty};
use latchkey_service::{FoundUser, PeopleQuery, PeopleState};

use super::admin::Admin;
use super::frame::{Frame, Section};
use super::paths;
use crate::answer::{Answer, page};
use crate::view::Site;

/// People on one page.
const PAGE: usize = 25;

/// A person in a list.
pub(super) struct PersonRow {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) upn: String,
    /// Job and department, as far as known.
    pub(super) place: String,
    pub(super) disabled: bool,
    pub(super) guest: bool,
    pub(super) may_issue: bool,
}

impl PersonRow {
    pub(super) fn new(found: &FoundUser) -> Self {
        let user = &found.user;
        let known = [TextProperty::JobTitle, TextProperty::Department]
            .into_iter()
            .filter_map(|property| user.text.get(property));
        Self {
            path: paths::person(&user.id),
            name: user.display_name.clone(),
            upn: user.upn.to_string(),
            place: known.collect::<Vec<_>>().join(" · "),
            disabled: !user.account_enabled,
            guest: user.user_type == latchkey_domain::UserType::Guest,
            may_issue: found.may_issue_pass,
        }
    }
}

/// A choice of which people are listed.
struct Filter {
    label: &'static str,
    path: String,
    current: bool,
}

const STATES: [(PeopleState, &str, &str); 4] = [
    (PeopleState::Any, "", "Everyone"),
    (PeopleState::Enabled, "on", "Can sign in"),
    (PeopleState::Disabled, "off", "Turned off"),
    (PeopleState::Bare, "bare", "No lasting method"),
];

#[derive(Template)]
#[template(path = "portal/people.html")]
struct People<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    text: &'a str,
    state: &'a str,
    filters: Vec<Filter>,
    rows: Vec<PersonRow>,
    /// Address of the next page.
    next: Option<String>,
    /// Not the first page.
    further: bool,
    may_create: bool,
    may_issue: bool,
}

impl People<'_> {
    fn count(&self) -> String {
        let more = if self.next.is_some() {
            " shown, and there are more"
        } else {
            ""
        };
        match (self.rows.len(), self.further) {
            (0, _) if self.next.is_some() => {
                "Nobody found so far. Type more of the name, or look further.".to_owned()
            }
            (0, true) => "There's nobody further.".to_owned(),
            (0, false) => "Nobody found.".to_owned(),
            (1, _) => format!("1 person{more}."),
            (count, _) => format!("{count} people{more}."),
        }
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
    state: String,
    after: String,
}

/// `GET /portal/people`
pub(super) async fn list(admin: Admin, uri: Uri) -> Answer {
    let wanted = Query::<Wanted>::try_from_uri(&uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default();
    let (state, word, _) = STATES
        .into_iter()
        .find(|(_, word, _)| *word == wanted.state)
        .unwrap_or((PeopleState::Any, "", ""));
    let query = PeopleQuery {
        text: wanted.q.clone(),
        state,
        after: (!wanted.after.is_empty()).then(|| wanted.after.clone()),
        limit: PAGE,
    };
    let found = admin.service().find_people(&admin.caller, &query).await;
    let found = found.map_err(|error| admin.failed(&error))?;
    let address = |state: &str| {
        let mut path = paths::PEOPLE.to_owned();
        for (name, value) in [("q", wanted.q.as_str()), ("state", state)] {
            if !value.is_empty() {
                path = paths::with(&path, name, value);
            }
        }
        path
    };
    let filters = STATES
        .into_iter()
        .filter(|(state, ..)| *state != PeopleState::Bare || admin.offers.has(Action::ReadMethods))
        .map(|(_, value, label)| Filter {
            label,
            path: address(value),
            current: value == word,
        });
    Ok(page(
        StatusCode::OK,
        &People {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            text: &wanted.q,
            state: word,
            filters: filters.collect(),
            rows: found.people.iter().map(PersonRow::new).collect(),
            next: found
                .next
                .map(|place| paths::with(&address(word), "after", &place)),
            further: query.after.is_some(),
            may_create: admin.offers.has(Action::CreateUser),
            may_issue: admin.offers.has(Action::IssuePass),
        },
    ))
}
