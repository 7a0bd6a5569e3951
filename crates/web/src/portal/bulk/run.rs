//! The run: one pass after the other, each told as soon as it is issued, in the answer itself.
//!
//! The answer is made while it is read: whoever stops reading stops the run, so that no pass is issued whose code
//! nobody sees. Each pass goes the way of a single one.

use std::collections::VecDeque;

use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use latchkey_domain::{Action, PassRequest};
use latchkey_service::{PassDesk, PassError, Replaces};

use super::super::admin::{Admin, AdminPosted};
use super::super::csv;
use super::super::frame::{Frame, Section};
use super::super::issue::{self, is_worth_a_warning, no_pass_words, refusal_words, sign_in_link};
use super::super::sheet::Sheet;
use super::list::Entry;
use super::{MOST, whom, why_not};
use crate::answer::Answer;
use crate::qr;
use crate::view::Site;

/// How the result is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A page with a sheet for each.
    Sheets,
    /// A table to download.
    Csv,
}

const COLUMNS: [&str; 9] = [
    "accountName",
    "displayName",
    "issued",
    "pass",
    "validFrom",
    "validUntil",
    "canBeUsed",
    "signInAt",
    "problem",
];

const ANOTHER_PASS: &str = "Somebody else issued another pass since the preview. It was left alone.";

/// One entry, done.
enum Outcome {
    Issued(Box<Sheet>),
    Not {
        name: String,
        upn: String,
        words: String,
    },
}

/// A run under way.
struct Run {
    admin: Admin,
    form: Form,
    request: PassRequest,
    replace: bool,
    link: String,
    entries: VecDeque<Entry>,
    total: usize,
    done: usize,
    issued: usize,
    /// What is sent before the first entry, and after the last.
    head: Option<String>,
    tail: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/bulk_run.html")]
struct RunPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    total: usize,
    qr: Option<String>,
    /// Stand where rows and the sum go.
    rows: Marker,
    sum: Marker,
}

#[derive(Template)]
#[template(path = "portal/bulk_row.html")]
struct RunRow<'a> {
    outcome: &'a Outcome,
    link: &'a str,
    place: usize,
    total: usize,
}

/// A comment in the page, where something is put in later. No text of a person's can look like it, as it is escaped.
#[derive(Clone, Copy)]
struct Marker(&'static str);

const ROWS: Marker = Marker("<!--rows-->");
const SUM: Marker = Marker("<!--sum-->");

/// `POST /portal/passes/run`
pub(super) async fn run(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    admin.needs(Action::IssuePass)?;
    let visit = &admin.member.visit;
    let Ok(request) = issue::request(&fields) else {
        return Err(visit.bad_request());
    };
    let entries: VecDeque<_> = fields.get("list").lines().map(Entry::read).collect();
    if entries.is_empty() || entries.len() > MOST {
        return Err(visit.bad_request());
    }
    admin.take_form(&fields).await?;
    let form = match fields.get("form") {
        "csv" => Form::Csv,
        _ => Form::Sheets,
    };
    let link = sign_in_link(&admin);
    let (head, tail) = match form {
        Form::Csv => {
            let mut head = String::new();
            csv::write_row(&mut head, &COLUMNS);
            (head, String::new())
        }
        Form::Sheets => {
            let whole = RunPage {
                site: visit.site(),
                frame: admin.frame(Section::People),
                total: entries.len(),
                qr: qr::svg(&link, "QR code of the sign-in link"),
                rows: ROWS,
                sum: SUM,
            };
            let whole = whole.render().unwrap_or_default();
            match whole.split_once(ROWS.0) {
                Some((head, tail)) => (head.to_owned(), tail.to_owned()),
                None => return Err(visit.bad_request()),
            }
        }
    };
    let run = Run {
        form,
        request,
        replace: fields.get("replace") == "yes",
        link,
        total: entries.len(),
        entries,
        done: 0,
        issued: 0,
        head: Some(head),
        tail: Some(tail),
        admin,
    };
    Ok(run.into_answer())
}

impl Run {
    fn into_answer(self) -> Response {
        let kind = match self.form {
            Form::Sheets => "text/html; charset=utf-8",
            Form::Csv => "text/csv; charset=utf-8",
        };
        let as_file = self.form == Form::Csv;
        let body = Body::from_stream(stream::unfold(self, Self::step));
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if as_file {
            let value = HeaderValue::from_static("attachment; filename=\"passes.csv\"");
            headers.insert(CONTENT_DISPOSITION, value);
        }
        response
    }

    /// The next piece of the answer.
    async fn step(mut self) -> Option<(Result<String, std::io::Error>, Self)> {
        if let Some(head) = self.head.take() {
            return Some((Ok(head), self));
        }
        if let Some(entry) = self.entries.pop_front() {
            let outcome = self.issue(&entry).await;
            self.done += 1;
            self.issued += usize::from(matches!(outcome, Outcome::Issued(_)));
            return Some((self.write(&outcome), self));
        }
        let sum = format!(
            "{} of {} passes issued{}",
            self.issued,
            self.total,
            if self.issued < self.total {
                "; look at those in red."
            } else {
                "."
            }
        );
        let tail = self.tail.take()?;
        Some((Ok(tail.replace(SUM.0, &sum)), self))
    }

    /// One pass, as a single one is issued.
    async fn issue(
        &self,
        Entry {
            whom: entry,
            held: shown,
        }: &Entry,
    ) -> Outcome {
        let not = |name: &str, upn: &str, words: String| Outcome::Not {
            name: name.to_owned(),
            upn: upn.to_owned(),
            words,
        };
        let admin = &self.admin;
        let user = match whom(admin, entry) {
            Ok(user) => user,
            Err(words) => return not(entry, "", words.to_owned()),
        };
        // The roles of this very moment: a run takes its time.
        let Some(caller) = admin.caller_now().await else {
            let words = "You were signed out, or lost your role, before this one's turn.";
            return not(entry, "", words.to_owned());
        };
        let (service, info) = (admin.service(), &admin.member.visit.info);
        let desk = service.pass_desk(&caller, &user).await.ok();
        let named = |desk: &Option<PassDesk>| {
            desk.as_ref().map_or_else(
                || (entry.to_owned(), String::new()),
                |desk| (desk.user.display_name.clone(), desk.user.upn.to_string()),
            )
        };
        let (name, upn) = named(&desk);
        let held = desk.as_ref().and_then(|desk| desk.held.as_ref());
        if !self.replace && held.is_some_and(is_worth_a_warning) {
            return not(
                &name,
                &upn,
                "There is a pass already that still works.".to_owned(),
            );
        }
        // The tick counts for what the preview showed.
        let replaces = Replaces::OnlyThis(*shown);
        let issued = service.issue_pass(&caller, info, &user, self.request, replaces);
        match issued.await {
            Ok(issued) => Outcome::Issued(Box::new(Sheet::new(&issued, service.now()))),
            Err(PassError::Refused(refusal)) => {
                let exactly = desk.as_ref().and_then(|desk| desk.no_pass.as_ref());
                not(
                    &name,
                    &upn,
                    exactly.map_or_else(|| refusal_words(&refusal), no_pass_words),
                )
            }
            Err(PassError::Access(error)) => not(&name, &upn, why_not(&error).to_owned()),
            Err(PassError::AnotherPass | PassError::NoSuchPass) => not(&name, &upn, ANOTHER_PASS.to_owned()),
        }
    }

    fn write(&self, outcome: &Outcome) -> Result<String, std::io::Error> {
        match self.form {
            Form::Csv => {
                let mut row = String::new();
                csv::write_row(&mut row, &self.cells(outcome));
                Ok(row)
            }
            Form::Sheets => RunRow {
                outcome,
                link: &self.link,
                place: self.done,
                total: self.total,
            }
            .render()
            .map_err(std::io::Error::other),
        }
    }

    fn cells(&self, outcome: &Outcome) -> [String; COLUMNS.len()] {
        match outcome {
            Outcome::Issued(sheet) => [
                sheet.upn.clone(),
                sheet.name.clone(),
                "yes".to_owned(),
                sheet.code.clone(),
                sheet.from.iso.clone(),
                sheet.until.iso.clone(),
                if sheet.once { "once" } else { "several times" }.to_owned(),
                self.link.clone(),
                String::new(),
            ],
            Outcome::Not { name, upn, words } => {
                let mut cells: [String; COLUMNS.len()] = Default::default();
                let [account, display, issued, .., problem] = &mut cells;
                if upn.is_empty() {
                    // Nobody was found: what was asked for tells whose row it is.
                    name.clone_into(account);
                } else {
                    upn.clone_into(account);
                    name.clone_into(display);
                }
                "no".clone_into(issued);
                words.clone_into(problem);
                cells
            }
        }
    }
}
