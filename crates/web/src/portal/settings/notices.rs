//! Who hears of what by notices: kinds, audiences, addresses; how it goes; a mail to try it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, Audience, NoticeKind, NoticeSettings};
use latchkey_service::{MailSetup, NoticeDesk, NoticeError, NoticeWish};
use latchkey_store::NoticeChannel;

use crate::answer::{Answer, Stop, page, redirect};
use crate::moment::Moment;
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{Entry, STALE, conflict, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

const ADMINISTRATORS: &str = "administrators";
const WEBHOOK: &str = "webhook";
const TEST: &str = "test";

/// The audiences, in the order of the boxes, with what a box is called.
const COLUMNS: [(Audience, &str); 4] = [
    (Audience::Person, "The person"),
    (Audience::Manager, "The manager"),
    (Audience::Administrators, "Administrators"),
    (Audience::Webhook, "The webhook"),
];

/// A box to tick.
struct Choice {
    name: String,
    label: &'static str,
    ticked: bool,
}

/// A kind of notice with a box for each audience.
struct Row {
    kind: &'static str,
    about: &'static str,
    choices: Vec<Choice>,
}

/// How it goes with a way out.
struct State {
    delivered: Option<Moment>,
    /// The last failure, if nothing arrived since: when and why.
    failing: Option<(Moment, String)>,
    /// How many were given up, and when the last one was.
    lost: Option<(u32, Moment)>,
}

#[derive(Template)]
#[template(path = "portal/settings_notices.html")]
struct NoticesPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    setup: Option<MailSetup>,
    mail: State,
    webhook: State,
    has_webhook: bool,
    rows: Vec<Row>,
    administrators: Entry,
    address: Entry,
    version: String,
    problem: String,
    done: String,
}

const fn about(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::PassIssued => "A pass was issued",
        NoticeKind::PassDeleted => "A pass was deleted",
        NoticeKind::PassUsed => "A pass was used for the first time",
        NoticeKind::PassBlocked => "Wrong codes blocked a pass",
        NoticeKind::MethodAdded => "A passkey or an app was added",
        NoticeKind::MethodDeleted => "A passkey or an app was deleted",
        NoticeKind::PasswordReset => "Somebody else set the password",
        NoticeKind::PasswordChanged => "The person set the password",
        NoticeKind::SignInDisowned => "“This wasn't me”",
    }
}

fn name(kind: NoticeKind, audience: Audience) -> String {
    format!("{}.{}", kind.as_str(), audience.as_str())
}

impl State {
    fn of(channel: Option<&NoticeChannel>) -> Self {
        let failing = channel
            .filter(|channel| channel.is_failing())
            .and_then(|channel| channel.failed.clone());
        Self {
            delivered: channel.and_then(|channel| channel.delivered_at).map(Moment::from),
            failing: failing.map(|(at, reason)| (at.into(), reason)),
            lost: channel.and_then(|channel| Some((channel.lost, channel.lost_at?.into()))),
        }
    }
}

/// What the form shows: as it is stored, or as it was sent.
struct Shown {
    told: BTreeMap<NoticeKind, BTreeSet<Audience>>,
    administrators: String,
    webhook: String,
}

impl From<&NoticeSettings> for Shown {
    fn from(settings: &NoticeSettings) -> Self {
        Self {
            told: settings.told.clone(),
            administrators: settings
                .administrators
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            webhook: settings
                .webhook
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        }
    }
}

fn rows(shown: &Shown) -> Vec<Row> {
    let ticked = |kind, audience| shown.told.get(&kind).is_some_and(|told| told.contains(&audience));
    let row = |kind: NoticeKind| Row {
        kind: kind.as_str(),
        about: about(kind),
        choices: COLUMNS
            .into_iter()
            .map(|(audience, label)| Choice {
                name: name(kind, audience),
                label,
                ticked: ticked(kind, audience),
            })
            .collect(),
    };
    NoticeKind::ALL.into_iter().map(row).collect()
}

fn answer(admin: &Admin, desk: NoticeDesk, shown: &Shown, said: Said) -> Response {
    let (status, wrong, problem, done) = match said {
        Said::Nothing => (StatusCode::OK, "", String::new(), String::new()),
        Said::Done(words) => (StatusCode::OK, "", String::new(), words),
        Said::Wrong(field, words) => (StatusCode::BAD_REQUEST, field, words, String::new()),
    };
    page(
        status,
        &NoticesPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Settings),
            mail: State::of(desk.mail.as_ref()),
            webhook: State::of(desk.webhook.as_ref()),
            has_webhook: desk.settings.webhook.is_some(),
            setup: desk.setup,
            rows: rows(shown),
            administrators: Entry {
                name: ADMINISTRATORS,
                label: "The administrators' address",
                hint: "One mailbox for all, such as security@example.com. Empty: each Global, Privileged Authentication and Authentication Administrator with a mail address.",
                value: shown.administrators.clone(),
                longest: 254,
                required: false,
                wrong: wrong == ADMINISTRATORS,
            },
            address: Entry {
                name: WEBHOOK,
                label: "The webhook's address",
                hint: "Beginning with https://. Each notice is posted there as signed JSON. Empty: none.",
                value: shown.webhook.clone(),
                longest: 2048,
                required: false,
                wrong: wrong == WEBHOOK,
            },
            version: version(&desk.settings),
            problem,
            done,
        },
    )
}

/// What a page says on top.
enum Said {
    Nothing,
    Done(String),
    /// The field that it is about, and the words.
    Wrong(&'static str, String),
}

fn failed(admin: &Admin, error: &NoticeError) -> Stop {
    match error {
        NoticeError::Denied(_) => admin.not_allowed(),
        NoticeError::Fault(fault) => admin.member.visit.fault(fault),
        NoticeError::Administrators
        | NoticeError::Webhook(_)
        | NoticeError::WebhookInside
        | NoticeError::NoAddress
        | NoticeError::Mail(_) => admin.member.visit.bad_request(),
    }
}

async fn desk(admin: &Admin) -> Result<NoticeDesk, Stop> {
    let desk = admin.service().show_notice_settings(&admin.caller).await;
    desk.map_err(|error| failed(admin, &error))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/settings/notices`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    admin.needs(Action::WriteNotices)?;
    let wanted = Query::<Wanted>::try_from_uri(&uri).map(|Query(wanted)| wanted);
    let said = if wanted.unwrap_or_default().done == "saved" {
        Said::Done("Saved. It counts from now on.".to_owned())
    } else {
        Said::Nothing
    };
    let desk = desk(&admin).await?;
    let shown = Shown::from(&desk.settings);
    Ok(answer(&admin, desk, &shown, said))
}

/// `POST /portal/settings/notices`: the settings, or a mail to try it.
pub(super) async fn save(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    if fields.get(TEST) == "yes" {
        return test(&admin).await;
    }
    // Whoever may not is refused, and recorded, where the settings would be changed.
    if admin.offers.has(Action::WriteNotices) {
        let desk = desk(&admin).await?;
        if is_stale(&fields, &desk.settings) {
            let shown = Shown::from(&desk.settings);
            let said = Said::Wrong("", STALE.to_owned());
            return Ok(conflict(answer(&admin, desk, &shown, said)));
        }
    }
    let audiences = |kind| {
        let told = COLUMNS.into_iter().map(|(audience, _)| audience);
        told.filter(|audience| fields.get(&name(kind, *audience)) == "yes")
            .collect()
    };
    let wish = NoticeWish {
        told: NoticeKind::ALL
            .into_iter()
            .map(|kind| (kind, audiences(kind)))
            .collect(),
        administrators: fields.get(ADMINISTRATORS).trim().to_owned(),
        webhook: fields.get(WEBHOOK).trim().to_owned(),
    };
    let info = &admin.member.visit.info;
    let saved = admin
        .service()
        .change_notice_settings(&admin.caller, info, wish.clone())
        .await;
    let (field, words) = match saved {
        Ok(()) => return Ok(redirect(&paths::with(paths::SETTINGS_NOTICES, "done", "saved"))),
        Err(NoticeError::Administrators) => (ADMINISTRATORS, "This is not a mail address."),
        Err(NoticeError::Webhook(_)) => (
            WEBHOOK,
            "The webhook's address begins with https:// and has no user name.",
        ),
        Err(NoticeError::WebhookInside) => (
            WEBHOOK,
            "The webhook's address is in a network of your own, where nothing is posted to, unless the operator names its \
             host in outbound.private_hosts.",
        ),
        Err(error) => return Err(failed(&admin, &error)),
    };
    let shown = Shown {
        told: wish.told,
        administrators: wish.administrators,
        webhook: wish.webhook,
    };
    let desk = desk(&admin).await?;
    Ok(answer(&admin, desk, &shown, Said::Wrong(field, words.to_owned())))
}

/// Sends a mail to the administrator and says what became of it.
async fn test(admin: &Admin) -> Answer {
    let said = match admin.service().send_test_mail(&admin.caller).await {
        Ok(address) => Said::Done(format!(
            "The mail server took a mail to {address}. Look into your mailbox."
        )),
        Err(NoticeError::NoAddress) => Said::Wrong(
            TEST,
            "Your account has no mail address to send a test to.".to_owned(),
        ),
        Err(NoticeError::Mail(error)) => Said::Wrong(TEST, format!("The mail did not leave: {error}")),
        Err(error) => return Err(failed(admin, &error)),
    };
    let desk = desk(admin).await?;
    let shown = Shown::from(&desk.settings);
    Ok(answer(admin, desk, &shown, said))
}
