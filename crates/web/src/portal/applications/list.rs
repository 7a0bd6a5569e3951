//! Finding applications.

use askama::Template;
use axum::extract::Query;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, ClientId, Seconds, Timestamp};
use latchkey_service::ApplicationView;
use latchkey_store::ApplicationFilter;

use crate::answer::{Answer, page};
use crate::portal::admin::Admin;
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

/// Applications on one page.
const PAGE: usize = 50;

/// How a secret stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretState {
    Works,
    /// Within a month.
    EndsSoon,
    Ended,
}

impl SecretState {
    pub(super) fn until(end: Timestamp, now: Timestamp) -> Self {
        const SOON: Seconds = Seconds(30 * 24 * 3600);
        if end <= now {
            Self::Ended
        } else if end <= now + SOON {
            Self::EndsSoon
        } else {
            Self::Works
        }
    }
}

/// An application in a list.
struct Row {
    path: String,
    name: String,
    client_id: String,
    off: bool,
    /// It never had a service principal, or lost it.
    unused: bool,
    /// What its secrets ask for, if anything.
    secret: &'static str,
}

impl Row {
    fn new(view: &ApplicationView, now: Timestamp) -> Self {
        let application = &view.application.application;
        let has = |wanted| {
            let mut secrets = view.secrets.iter();
            secrets.any(|secret| SecretState::until(secret.end_at, now) == wanted)
        };
        // One that works well makes up for those that are about to be replaced.
        let words = [
            (SecretState::Works, ""),
            (SecretState::EndsSoon, "Secret ends soon"),
            (SecretState::Ended, "Secret has ended"),
        ];
        let secret = words.into_iter().find(|(state, _)| has(*state));
        let secret = secret.map_or("", |(_, words)| words);
        Self {
            path: paths::application(&application.id),
            name: application.display_name.clone(),
            client_id: application.client_id.to_string(),
            off: view.application.principal_enabled == Some(false),
            unused: view.application.principal_enabled.is_none(),
            secret,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/applications.html")]
struct Applications<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    text: &'a str,
    rows: Vec<Row>,
    next: Option<String>,
    may_create: bool,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
    after: String,
}

/// `GET /portal/applications`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    let wanted = Query::<Wanted>::try_from_uri(&uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default();
    let text = wanted.q.trim();
    let filter = (!text.is_empty()).then(|| match text.parse() {
        Ok(client) => ApplicationFilter::Clients(vec![client]),
        Err(_) => ApplicationFilter::DisplayNameStartsWith(text.to_owned()),
    });
    let after = wanted.after.rsplit_once(' ');
    let after = after.and_then(|(key, id)| Some((key, id.parse::<ClientId>().ok()?)));
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let found = admin
        .service()
        .list_applications(&admin.caller, filter.as_ref(), after, limit)
        .await;
    let mut found = found.map_err(|error| admin.application_failed(&error))?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| {
        let last = &last.application.application;
        let place = format!("{} {}", last.display_name.to_lowercase(), last.client_id);
        let path = if text.is_empty() {
            paths::APPLICATIONS.to_owned()
        } else {
            paths::with(paths::APPLICATIONS, "q", text)
        };
        paths::with(&path, "after", &place)
    });
    let now = admin.service().now();
    Ok(page(
        StatusCode::OK,
        &Applications {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            text,
            rows: found.iter().map(|view| Row::new(view, now)).collect(),
            next,
            may_create: admin.offers.has(Action::CreateApplication),
        },
    ))
}
