//! One record of a log with everything that is known.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::Timestamp;

use super::super::admin::Admin;
use super::super::frame::{Frame, Section};
use super::super::person::Happening;
use super::list::Log;
use crate::answer::page;
use crate::moment::Moment;
use crate::view::Site;

/// Something known.
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// Where there is more of it.
    pub(super) path: Option<String>,
    /// The value is this moment.
    pub(super) when: Option<Moment>,
}

impl Fact {
    pub(super) fn new(label: &str, value: &str) -> Self {
        Self::linked(label, value.to_owned(), None)
    }

    pub(super) fn linked(label: &str, value: String, path: Option<String>) -> Self {
        Self {
            label: label.to_owned(),
            value,
            path,
            when: None,
        }
    }

    pub(super) fn at(label: &str, at: Timestamp) -> Self {
        let when = Moment::from(at);
        Self {
            when: Some(when.clone()),
            ..Self::linked(label, when.words, None)
        }
    }
}

/// Facts that belong together.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) facts: Vec<Fact>,
}

#[derive(Template)]
#[template(path = "portal/record.html")]
struct RecordPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    log: &'static str,
    back: &'static str,
    line: &'a Happening,
    /// To the second, in UTC.
    exact: String,
    facts: Vec<Fact>,
    parts: Vec<Part>,
}

pub(super) fn answer(
    admin: &Admin,
    log: Log,
    line: &Happening,
    facts: Vec<Fact>,
    parts: Vec<Part>,
) -> Response {
    page(
        StatusCode::OK,
        &RecordPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Logs),
            log: log.title(),
            back: log.path(),
            exact: line.when.iso.clone(),
            line,
            facts,
            parts,
        },
    )
}
