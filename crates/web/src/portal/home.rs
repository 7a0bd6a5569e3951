//! The first page: a search, and what needs attention today.

use std::borrow::Cow;

use askama::Template;
use http::StatusCode;
use latchkey_domain::{Action, Activity, Seconds, SignInError, Timestamp, User};
use latchkey_service::{Attention, RefusedPerson};
use latchkey_store::PassOfUser;

use super::admin::Admin;
use super::chart::Chart;
use super::frame::{Frame, Section};
use super::paths;
use super::person::sign_in_line;
use crate::answer::{Answer, page};
use crate::moment::Moment;
use crate::view::Site;

/// One line: somebody, and why.
struct Line {
    path: String,
    name: String,
    words: Cow<'static, str>,
    when: Option<Moment>,
}

/// Lines of one kind.
struct Part {
    id: &'static str,
    title: &'static str,
    lines: Vec<Line>,
    /// Said of those that are left out.
    rest: String,
    /// Where they are: words and address.
    more: Option<(&'static str, String)>,
}

/// Entries of each part.
const MOST: usize = 6;

impl Part {
    fn new(id: &'static str, title: &'static str, mut lines: Vec<Line>) -> Self {
        let rest = match lines.len() {
            0..=MOST => String::new(),
            Attention::MOST.. => "And more.".to_owned(),
            count => format!("And {} more.", count - MOST),
        };
        lines.truncate(MOST);
        Self {
            id,
            title,
            lines,
            rest,
            more: None,
        }
    }

    fn with_more(self, words: &'static str, path: String) -> Self {
        Self {
            more: Some((words, path)),
            ..self
        }
    }
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct Home<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    parts: Vec<Part>,
    /// There was something to look at for this role.
    looked: bool,
    chart: Option<Chart>,
}

/// `GET /portal`
pub(super) async fn show(admin: Admin) -> Answer {
    let attention = admin.service().attention(&admin.caller).await;
    let attention = attention.map_err(|error| admin.failed(&error))?;
    let mut parts = parts(&admin, &attention);
    let looked = !parts.is_empty();
    parts.retain(|part| !part.lines.is_empty());
    let (site, frame) = (admin.member.visit.site(), admin.frame(Section::Home));
    Ok(page(
        StatusCode::OK,
        &Home {
            site,
            frame,
            parts,
            looked,
            chart: attention.days.as_ref().map(Chart::new),
        },
    ))
}

const ALL: &str = "All of them";

fn parts(admin: &Admin, attention: &Attention) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(disowned) = &attention.disowned {
        let lines = disowned.iter().filter_map(|stored| {
            let target = stored.event.targets.first()?;
            Some(Line {
                path: target.id.parse().map(|id| paths::person(&id)).unwrap_or_default(),
                name: target.display_name.clone().unwrap_or_else(|| target.id.clone()),
                words: "said so".into(),
                when: Some(stored.event.at.into()),
            })
        });
        let part = Part::new("disowned", "Sign-ins by somebody else", lines.collect());
        parts.push(if admin.offers.has(Action::ReadAudits) {
            let activity = Activity::SignInDisowned.name();
            part.with_more(ALL, paths::with(paths::AUDITS, "activity", activity))
        } else {
            part
        });
    }
    if let Some(silent) = &attention.silent {
        let lines = silent.iter().map(|channel| Line {
            path: paths::SETTINGS_NOTICES.to_owned(),
            name: if channel.is_webhook { "Webhook" } else { "Mail" }.to_owned(),
            words: if channel.failing {
                "the last attempt failed".into()
            } else {
                "some were given up, the last one".into()
            },
            when: Some(channel.since.into()),
        });
        parts.push(Part::new("silent", "Notices that don't arrive", lines.collect()));
    }
    if let Some(locked) = &attention.locked {
        let lines = locked
            .iter()
            .map(|found| line(&found.user, "locked until", Some(Moment::rounded_up(found.until))));
        let part = Part::new("locked", "Locked accounts", lines.collect());
        parts.push(part.with_more(ALL, paths::with(paths::PEOPLE, "state", "locked")));
    }
    if let Some(passes) = &attention.passes {
        let lines = |passes: &[PassOfUser], words, end: bool| {
            let line = |found: &PassOfUser| {
                let at = if end {
                    found.pass.end()
                } else {
                    found.pass.start_at
                };
                line(&found.user, words, Some(at.into()))
            };
            passes.iter().map(line).collect()
        };
        parts.push(Part::new(
            "unused",
            "Passes that ended unused",
            lines(&passes.unused, "ended", true),
        ));
        let ending = lines(&passes.ending, "ends", true);
        let ending = Part::new("ending", "Passes about to end", ending);
        parts.push(ending.with_more(
            "All passes that work now",
            paths::with(paths::PEOPLE, "method", "pass"),
        ));
        parts.push(Part::new(
            "starting",
            "Passes about to start",
            lines(&passes.starting, "starts", false),
        ));
    }
    if let Some(bare) = &attention.bare {
        let lines = bare
            .iter()
            .map(|user| line(user, "account made", Some(user.created_at.into())));
        let part = Part::new("bare", "No lasting way to sign in", lines.collect());
        parts.push(part.with_more(ALL, paths::with(paths::PEOPLE, "method", "none")));
    }
    if let Some(refused) = &attention.refused {
        let lines = refused.iter().map(|person| {
            let record = &person.last.record;
            let known = record.user_display_name.clone();
            Line {
                path: record.user_id.map(|id| paths::person(&id)).unwrap_or_default(),
                name: known
                    .or_else(|| record.user_principal_name.clone())
                    .unwrap_or_else(|| "Unknown name".to_owned()),
                words: refusal(person),
                when: Some(sign_in_line(&person.last).when),
            }
        });
        let yesterday = admin.service().now() - Seconds(24 * 3600);
        let part = Part::new("refused", "Refused sign-ins today", lines.collect());
        parts.push(part.with_more(
            "All sign-ins of the last 24 hours",
            paths::with(paths::SIGN_INS, "from", &to_the_minute(yesterday)),
        ));
    }
    parts
}

/// As a field for date and time holds it.
fn to_the_minute(at: Timestamp) -> String {
    at.to_rfc3339().chars().take(16).collect()
}

/// Why the last attempt was refused, and how many there were.
fn refusal(person: &RefusedPerson) -> Cow<'static, str> {
    let error = person.last.record.error;
    let reason = error.map(SignInError::reason).unwrap_or_default();
    match (person.tries, person.more) {
        (1, false) => reason.into(),
        (tries, false) => format!("{reason} {tries} tries, the last").into(),
        (tries, true) => format!("{reason} {tries} tries or more, the last").into(),
    }
}

fn line(user: &User, words: &'static str, when: Option<Moment>) -> Line {
    Line {
        path: paths::person(&user.id),
        name: user.display_name.clone(),
        words: words.into(),
        when,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted_only_where_all_are_known() {
        let rest = |count| {
            let line = || Line {
                path: String::new(),
                name: String::new(),
                words: "".into(),
                when: None,
            };
            Part::new("", "", std::iter::repeat_with(line).take(count).collect()).rest
        };
        assert_eq!(rest(6), "");
        assert_eq!(rest(7), "And 1 more.");
        assert_eq!(rest(Attention::MOST - 1), "And 33 more.");
        assert_eq!(rest(Attention::MOST), "And more.");
    }
}
