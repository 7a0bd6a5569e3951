//! The pass policy (sign-in contract 7.1).

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, PassPolicyChange};
use latchkey_service::{AccessError, PolicyChangeError, PolicyDesk};
use latchkey_store::GroupFilter;

use super::admin::{Admin, AdminPosted};
use super::frame::{Frame, Section};
use super::policy_form::{Limits, Targets, strength};
use super::{paths, what_if};
use crate::answer::{Answer, Stop, page, redirect};
use crate::view::Site;

/// Groups that a search offers.
const MOST_GROUPS: u32 = 12;
/// A code that has to last, as for recovery, should have so many signs (sign-in contract 13.1).
const GOOD_LENGTH: usize = 12;

#[derive(Template)]
#[template(path = "portal/policy.html")]
struct PolicyPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    done: bool,
    problem: Option<&'a str>,
    may_write: bool,
    desk: &'a PolicyDesk,
    targets: Targets,
    limits: Limits,
    /// Whose case is asked about.
    text: &'a str,
    answers: Vec<what_if::Answer>,
    more: bool,
}

impl PolicyPage<'_> {
    fn strength(&self) -> String {
        strength(self.desk.policy.length())
    }

    fn is_short(&self) -> bool {
        self.desk.policy.length().get() < GOOD_LENGTH
    }
}

/// What a page shows besides the policy in force.
#[derive(Default)]
struct Shown<'a> {
    done: bool,
    problem: Option<&'a str>,
    targets: Option<Targets>,
    limits: Option<Limits>,
    text: &'a str,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    done: String,
}

async fn desk(admin: &Admin) -> Result<PolicyDesk, Stop> {
    let desk = admin.service().policy_desk(&admin.caller).await;
    desk.map_err(|error| admin.failed(&error))
}

async fn answer(admin: &Admin, desk: &PolicyDesk, status: StatusCode, shown: Shown<'_>) -> Answer {
    let text = shown.text.trim();
    let (found, more) = if text.is_empty() {
        (Vec::new(), false)
    } else {
        let found = admin.service().what_if(&admin.caller, text).await;
        found.map_err(|error| admin.failed(&error))?
    };
    let answers = found
        .iter()
        .map(|found| what_if::Answer::new(found, &desk.policy));
    Ok(page(
        status,
        &PolicyPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Policy),
            done: shown.done,
            problem: shown.problem,
            may_write: admin.offers.has(Action::WritePolicy),
            targets: shown.targets.unwrap_or_else(|| Targets::stored(desk)),
            limits: shown.limits.unwrap_or_else(|| Limits::stored(&desk.policy)),
            text,
            answers: answers.collect(),
            more,
            desk,
        },
    ))
}

/// `GET /portal/policy`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    let asked: Asked = Query::try_from_uri(&uri)
        .map(|Query(asked)| asked)
        .unwrap_or_default();
    let desk = desk(&admin).await?;
    let shown = Shown {
        done: asked.done == "saved",
        text: &asked.q,
        ..Shown::default()
    };
    answer(&admin, &desk, StatusCode::OK, shown).await
}

const WRONG: &str = "Nothing was saved. Look at the marked field.";

/// `POST /portal/policy/targets`
pub(super) async fn save_targets(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    // Whoever may not is refused, and recorded, where the policy would be changed.
    let desk = if admin.offers.has(Action::WritePolicy) {
        desk(&admin).await?
    } else {
        return save(&admin, PassPolicyChange::default(), String::new())
            .await
            .map(|_| redirect(paths::POLICY));
    };
    let mut names = Vec::new();
    for id in fields
        .names_after("include-group-")
        .chain(fields.names_after("exclude-group-"))
    {
        if let Ok(id) = id.parse()
            && let Ok(group) = admin.service().show_group(&admin.caller, id).await
        {
            names.push((id, group.properties.display_name));
        }
    }
    let name_of = |id| {
        let mut names = names.iter();
        names
            .find(|(known, _)| *known == id)
            .map(|(_, name)| name.clone())
    };
    let mut targets = Targets::sent(&fields, name_of);
    if fields.get("do") == "find" || find_is_open(&targets) {
        for list in [&mut targets.include, &mut targets.exclude] {
            find_groups(&admin, list).await?;
        }
        let shown = Shown {
            targets: Some(targets),
            ..Shown::default()
        };
        return answer(&admin, &desk, StatusCode::OK, shown).await;
    }
    let wrong = match save(&admin, targets.change(), fields.get("version").to_owned()).await? {
        Outcome::Saved => return Ok(saved()),
        Outcome::Stale => return stale(&admin).await,
        Outcome::Invalid(wrong) => wrong,
    };
    targets.mark(&wrong);
    let shown = Shown {
        problem: Some(WRONG),
        targets: Some(targets),
        ..Shown::default()
    };
    answer(&admin, &desk, StatusCode::BAD_REQUEST, shown).await
}

/// `POST /portal/policy/limits`
pub(super) async fn save_limits(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    if !admin.offers.has(Action::WritePolicy) {
        return save(&admin, PassPolicyChange::default(), String::new())
            .await
            .map(|_| redirect(paths::POLICY));
    }
    let desk = desk(&admin).await?;
    let mut limits = Limits::sent(&desk.policy, &fields);
    if let Some(change) = limits.change() {
        match save(&admin, change, fields.get("version").to_owned()).await? {
            Outcome::Saved => return Ok(saved()),
            Outcome::Stale => return stale(&admin).await,
            Outcome::Invalid(wrong) => limits.mark(&wrong),
        }
    }
    let shown = Shown {
        problem: Some(WRONG),
        limits: Some(limits),
        ..Shown::default()
    };
    answer(&admin, &desk, StatusCode::BAD_REQUEST, shown).await
}

/// What came of saving.
enum Outcome {
    Saved,
    Stale,
    Invalid(latchkey_domain::PolicyError),
}

async fn save(admin: &Admin, change: PassPolicyChange, version: String) -> Result<Outcome, Stop> {
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let outcome = service
        .change_known_pass_policy(&admin.caller, info, change, version)
        .await;
    match outcome {
        Ok(_) => Ok(Outcome::Saved),
        Err(PolicyChangeError::Stale) => Ok(Outcome::Stale),
        Err(PolicyChangeError::Invalid(wrong)) => Ok(Outcome::Invalid(wrong)),
        Err(PolicyChangeError::Denied(denied)) => Err(admin.failed(&AccessError::Denied(denied))),
        Err(PolicyChangeError::Fault(fault)) => Err(admin.member.visit.fault(&fault)),
    }
}

fn saved() -> Response {
    redirect(&paths::with(paths::POLICY, "done", "saved"))
}

async fn stale(admin: &Admin) -> Answer {
    let shown = Shown {
        problem: Some(
            "Nothing was saved: somebody else changed the policy while this page was open. Below is how it is now.",
        ),
        ..Shown::default()
    };
    answer(admin, &desk(admin).await?, StatusCode::CONFLICT, shown).await
}

/// Something was typed to find a group, and nothing came of it yet: it must not get lost.
fn find_is_open(targets: &Targets) -> bool {
    !targets.include.text.is_empty() || !targets.exclude.text.is_empty()
}

async fn find_groups(admin: &Admin, list: &mut super::policy_form::GroupList) -> Result<(), Stop> {
    if list.text.is_empty() {
        return Ok(());
    }
    let filter = GroupFilter::DisplayNameStartsWith(list.text.clone());
    let found = admin
        .service()
        .list_groups(&admin.caller, Some(&filter), None, MOST_GROUPS)
        .await;
    let found = found.map_err(|error| admin.group_failed(&error))?;
    list.found = if found.is_empty() {
        "No group has a name that begins like this.".to_owned()
    } else {
        "Tick the groups that you mean, then save.".to_owned()
    };
    for group in found {
        list.add(group.id, &group.properties.display_name, false);
    }
    list.text.clear();
    Ok(())
}
