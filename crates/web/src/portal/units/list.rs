//! Finding units.

use askama::Template;
use axum::extract::Query;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, AdministrativeUnit, UnitId};
use latchkey_store::UnitFilter;

use crate::answer::{Answer, page};
use crate::portal::admin::Admin;
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

/// Units on one page.
const PAGE: usize = 50;

/// A unit in a list.
struct Row {
    path: String,
    name: String,
    description: String,
    restricted: bool,
}

impl Row {
    fn new(unit: &AdministrativeUnit) -> Self {
        let properties = &unit.properties;
        Self {
            path: paths::unit(unit.id),
            name: properties.display_name.clone(),
            description: properties.description.clone().unwrap_or_default(),
            restricted: properties.restricted,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/units.html")]
struct Units<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    text: &'a str,
    rows: Vec<Row>,
    next: Option<String>,
    may_write: bool,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
    after: String,
}

/// `GET /portal/units`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    let wanted = Query::<Wanted>::try_from_uri(&uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default();
    let text = wanted.q.trim();
    let filter = (!text.is_empty()).then(|| UnitFilter::DisplayNameStartsWith(text.to_owned()));
    let after = wanted.after.rsplit_once(' ');
    let after = after.and_then(|(key, id)| Some((key, id.parse::<UnitId>().ok()?)));
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let found = admin
        .service()
        .list_units(&admin.caller, filter.as_ref(), after, limit)
        .await;
    let mut found = found.map_err(|error| admin.unit_failed(&error))?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| {
        let place = format!("{} {}", last.properties.display_name.to_lowercase(), last.id);
        let path = if text.is_empty() {
            paths::UNITS.to_owned()
        } else {
            paths::with(paths::UNITS, "q", text)
        };
        paths::with(&path, "after", &place)
    });
    Ok(page(
        StatusCode::OK,
        &Units {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Units),
            text,
            rows: found.iter().map(Row::new).collect(),
            next,
            may_write: admin.offers.has(Action::WriteUnits),
        },
    ))
}
