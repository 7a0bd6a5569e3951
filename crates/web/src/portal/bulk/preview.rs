//! What will happen to each, before it does.

use askama::Template;
use http::StatusCode;
use latchkey_domain::{PassId, PassRequest, UserRef};
use latchkey_service::PassDesk;

use super::super::admin::Admin;
use super::super::frame::{Frame, Section};
use super::super::issue::{desk_refusal, is_worth_a_warning};
use super::super::person::PassLine;
use super::list::{Entries, Entry};
use super::{MOST, whom, why_not};
use crate::answer::{Answer, page};
use crate::view::Site;
use crate::visit::Fields;

/// What will happen to somebody.
enum Fate {
    /// A new pass.
    New,
    /// A new pass in place of one that still works.
    Replaces(PassLine),
    /// Nothing, for this reason.
    None(String),
}

/// One entry of the list.
struct Row {
    /// The name to show, or what was asked for where nobody was found.
    name: String,
    upn: String,
    privileged: bool,
    disabled: bool,
    /// The pass that a new one takes the place of; it may be dead.
    held: Option<PassId>,
    fate: Fate,
}

#[derive(Template)]
#[template(path = "portal/bulk_preview.html")]
struct Preview<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    rows: Vec<Row>,
    cut: bool,
    most: usize,
    /// What the run is given: the entries with the passes that are shown here, and the choices as they were made.
    list: String,
    kept: Vec<(&'static str, &'a str)>,
    mark: String,
}

impl Preview<'_> {
    fn count(&self, of: impl Fn(&Fate) -> bool) -> usize {
        self.rows.iter().filter(|row| of(&row.fate)).count()
    }

    fn issued(&self) -> usize {
        self.count(|fate| !matches!(fate, Fate::None(_)))
    }

    fn fresh(&self) -> usize {
        self.count(|fate| matches!(fate, Fate::New))
    }

    fn replaced(&self) -> usize {
        self.count(|fate| matches!(fate, Fate::Replaces(_)))
    }

    fn refused(&self) -> usize {
        self.count(|fate| matches!(fate, Fate::None(_)))
    }
}

/// The choices that a run is given as they were made.
const CHOICES: [&str; 7] = [
    "lifetime",
    "other",
    "other-unit",
    "when",
    "start",
    "offset",
    "once",
];

pub(super) async fn show(admin: &Admin, fields: &Fields, entries: &Entries, request: PassRequest) -> Answer {
    let asked: Vec<_> = entries.entries.iter().map(|entry| whom(admin, entry)).collect();
    let users: Vec<UserRef> = asked.iter().flatten().cloned().collect();
    let desks = admin
        .service()
        .preview_passes(&admin.caller, &users, request)
        .await
        .map_err(|fault| admin.member.visit.fault(&fault))?;
    let (mut desks, mut rows, mut list) = (desks.into_iter(), Vec::new(), Vec::new());
    for (entry, asked) in entries.entries.iter().zip(&asked) {
        let row = match (asked, asked.is_ok().then(|| desks.next()).flatten()) {
            (Ok(_), Some(Ok(desk))) => known(&desk),
            (Ok(_), Some(Err(error))) => unknown(entry, why_not(&error)),
            (Err(words), _) => unknown(entry, words),
            (Ok(_), None) => continue,
        };
        list.push(Entry::write(entry, row.held));
        rows.push(row);
    }
    Ok(page(
        StatusCode::OK,
        &Preview {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            rows,
            cut: entries.cut,
            most: MOST,
            list: list.join("\n"),
            kept: CHOICES.map(|name| (name, fields.get(name))).into(),
            mark: admin.service().form_mark(),
        },
    ))
}

fn unknown(entry: &str, words: &str) -> Row {
    Row {
        name: entry.to_owned(),
        upn: String::new(),
        privileged: false,
        disabled: false,
        held: None,
        fate: Fate::None(words.to_owned()),
    }
}

fn known(desk: &PassDesk) -> Row {
    let fate = match (desk_refusal(desk), &desk.held) {
        (Some(words), _) => Fate::None(words),
        (None, Some(held)) if is_worth_a_warning(held) => Fate::Replaces(PassLine::new(held)),
        (None, _) => Fate::New,
    };
    let held = desk.held.as_ref().map(|held| held.pass.id);
    Row {
        name: desk.user.display_name.clone(),
        upn: desk.user.upn.to_string(),
        privileged: desk.privileged,
        disabled: !desk.user.account_enabled,
        held: held.filter(|_| !matches!(fate, Fate::None(_))),
        fate,
    }
}
