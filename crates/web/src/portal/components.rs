//! Every component of the portal in every state, for whoever builds or judges its pages. Only with `--demo`.

use askama::Template;
use axum::Router;
use axum::routing::get;
use http::StatusCode;
use latchkey_domain::{SignInKind, Timestamp};
use latchkey_service::{Service, SignInDays};
use latchkey_store::DayCount;
use std::sync::Arc;

use super::admin::Admin;
use super::chart::Chart;
use super::form::{Area, Entry, Tick};
use super::frame::{Frame, Section};
use super::person::Happening;
use crate::answer::{Answer, page};
use crate::moment::Moment;
use crate::view::{Countdown, Problem, Site};

/// Where they are.
const COMPONENTS: &str = "/portal/components";

/// The page's route.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new().route(COMPONENTS, get(show))
}

#[derive(Template)]
#[template(path = "portal/components.html")]
struct Components<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    entries: [Entry; 4],
    areas: [Area; 2],
    ticks: [Tick; 3],
    happenings: [Happening; 2],
    nothing: [Happening; 0],
    chart: Chart,
    problem: Problem,
    left: Countdown,
    moment: Moment,
}

fn entry(name: &'static str, label: &'static str, hint: &'static str, value: &str) -> Entry {
    Entry {
        name,
        label,
        hint,
        value: value.to_owned(),
        longest: 256,
        required: false,
        wrong: false,
    }
}

fn area(name: &'static str, label: &'static str, hint: &'static str, wrong: bool) -> Area {
    Area {
        name,
        label,
        hint,
        value: "https://app.example.com/back\nhttps://app.example.com/other".to_owned(),
        wrong,
    }
}

const fn tick(name: &'static str, label: &'static str, hint: &'static str, ticked: bool) -> Tick {
    Tick {
        name,
        label,
        hint,
        ticked,
    }
}

fn happening(at: Timestamp, what: &str, detail: &str, refused: bool) -> Happening {
    Happening {
        when: at.into(),
        what: what.to_owned(),
        detail: detail.to_owned(),
        refused,
    }
}

/// A month of sign-ins of each kind that has a colour.
fn chart(today: i64) -> Chart {
    let kinds = SignInKind::ALL.into_iter().zip(1_i64..);
    let counts = kinds.flat_map(|(kind, weight)| {
        (0..30).map(move |back| DayCount {
            day: today - back,
            kind,
            sign_ins: (back * 7 + weight * 5) % 13 * weight,
        })
    });
    Chart::new(&SignInDays {
        today,
        counts: counts.collect(),
    })
}

/// `GET /portal/components`
async fn show(admin: Admin) -> Answer {
    let now = admin.service().now();
    let visit = &admin.member.visit;
    Ok(page(
        StatusCode::OK,
        &Components {
            site: visit.site(),
            frame: admin.frame(Section::Home),
            entries: [
                entry("plain", "A field", "", ""),
                entry(
                    "hinted",
                    "With a hint",
                    "What it is good for, in a sentence.",
                    "Filled in",
                ),
                Entry {
                    required: true,
                    ..entry("needed", "That must be filled in", "", "")
                },
                Entry {
                    wrong: true,
                    ..entry("wrong", "That is wrong", "What it should be.", "Something else")
                },
            ],
            areas: [
                area("lines", "Several lines", "One address in a line.", false),
                area("wrong-lines", "One of them is wrong", "", true),
            ],
            ticks: [
                tick("box", "A box to tick", "", false),
                tick("ticked", "That is ticked", "", true),
                tick("hinted-box", "With a hint", "What follows from it.", false),
            ],
            happenings: [
                happening(now, "Signed in", "Passkey · 192.0.2.7", false),
                happening(now, "Wrong password (50126)", "192.0.2.7", true),
            ],
            nothing: [],
            chart: chart(now.as_seconds() / (24 * 3600)),
            problem: Problem::numbered(
                "Something went wrong, and what to do next.",
                visit.reference(Some(50_126)),
            ),
            left: Countdown {
                seconds: 545,
                until: (now + latchkey_domain::Seconds(545)).into(),
            },
            moment: now.into(),
        },
    ))
}
