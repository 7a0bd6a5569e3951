//! The page of either log.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::Action;

use super::super::admin::Admin;
use super::super::frame::{Frame, Section};
use super::super::paths;
use super::super::person::Happening;
use super::query::{Fields, Kind};
use crate::answer::page;
use crate::view::Site;

/// Records on one page.
pub(super) const PAGE: u32 = 50;

/// One of the two logs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    SignIns,
    Audits,
}

impl Log {
    const ALL: [Self; 2] = [Self::SignIns, Self::Audits];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::SignIns => "Sign-ins",
            Self::Audits => "Audit",
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::SignIns => paths::SIGN_INS,
            Self::Audits => paths::AUDITS,
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::SignIns => Action::ReadSignIns,
            Self::Audits => Action::ReadAudits,
        }
    }
}

/// A link to one of the logs.
pub(super) struct Tab {
    pub(super) label: &'static str,
    pub(super) path: &'static str,
    pub(super) current: bool,
}

pub(super) fn tabs(admin: &Admin, at: Log) -> Vec<Tab> {
    Log::ALL
        .into_iter()
        .filter(|log| admin.offers.has(log.action()))
        .map(|log| Tab {
            label: log.title(),
            path: log.path(),
            current: log == at,
        })
        .collect()
}

/// A record in the list.
pub(super) struct Row {
    pub(super) path: String,
    /// Whom it is about, or who did it.
    pub(super) who: String,
    pub(super) line: Happening,
}

/// Cuts what was read, one more than a page holds, to a page; gives the place of the last row if more follow.
pub(super) fn cut<T>(found: &mut Vec<T>, place: impl Fn(&T) -> i64) -> Option<i64> {
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    found.last().map(place).filter(|_| more)
}

/// What a list shows.
pub(super) struct Shown {
    pub(super) log: Log,
    pub(super) fields: Fields,
    pub(super) rows: Vec<Row>,
    /// The place of the last row, when there are more after it.
    pub(super) next: Option<i64>,
    /// Not the newest.
    pub(super) further: bool,
}

#[derive(Template)]
#[template(path = "portal/log.html")]
struct LogPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    tabs: Vec<Tab>,
    shown: &'a Shown,
    /// The newest that fit.
    newest: String,
    older: Option<String>,
    export: String,
}

impl LogPage<'_> {
    fn export(&self, format: &str) -> String {
        paths::with(&self.export, "format", format)
    }

    fn count(&self) -> String {
        match (self.shown.rows.len(), self.shown.further) {
            (0, true) => "There's nothing older.".to_owned(),
            (0, false) if self.shown.fields.narrow() => "Nothing fits.".to_owned(),
            (0, false) => "Nothing so far.".to_owned(),
            (1, _) => "1 record.".to_owned(),
            (count, _) if self.older.is_some() => format!("{count} records, and there are older ones."),
            (count, _) => format!("{count} records."),
        }
    }
}

pub(super) fn answer(admin: &Admin, shown: &Shown) -> Response {
    let path = shown.log.path();
    let newest = shown.fields.address(path);
    let status = if shown.fields.are_right() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    page(
        status,
        &LogPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Logs),
            tabs: tabs(admin, shown.log),
            older: shown
                .next
                .map(|place| paths::with(&newest, "before", &place.to_string())),
            export: shown.fields.address(&format!("{path}/export")),
            newest,
            shown,
        },
    )
}
