//! Settings of signing in: the names of the domains, who is asked to add a method, and the operator's choices.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::{
    Action, Campaign, CampaignChange, CampaignMethod, CampaignState, CampaignTarget, IncludeTarget,
    LockoutRule, MethodPolicyChange,
};
use latchkey_service::PolicyChangeError;

use super::options::{Choice, choices};
use crate::answer::{Answer, Stop, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{Entry, STALE, Tick, changed, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

const RUNS: &str = "runs";
const DAYS: &str = "snoozeDays";
const LIMITED: &str = "limitedSnoozes";
const METHOD: &str = "method";

/// A domain of the tenant.
struct Domain {
    name: String,
    default: bool,
}

/// The form for the campaign.
struct CampaignForm {
    runs: Tick,
    days: Entry,
    limited: Tick,
    /// Whom it asks for what can be shown by this form.
    shows_method: bool,
    /// The passkey is asked for, not the app.
    passkey: bool,
}

#[derive(Template)]
#[template(path = "portal/settings_sign_in.html")]
struct SignInSettings<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    may_look: bool,
    domains: Vec<Domain>,
    campaign: CampaignForm,
    /// What the campaign does, for those who can't change it.
    words: String,
    may_write: bool,
    choices: Vec<Choice>,
    /// Wrong guesses in a row that block a pass.
    guesses: u32,
    version: String,
    problem: &'a str,
    done: bool,
}

/// Everybody is asked for one method: the one case that the form shows.
fn asks_everybody_for(campaign: &Campaign) -> Option<CampaignMethod> {
    match (campaign.include.as_slice(), campaign.exclude.is_empty()) {
        ([], true) => Some(CampaignMethod::Passkey),
        ([one], true) if one.who == IncludeTarget::AllUsers => Some(one.method),
        _ => None,
    }
}

fn words(campaign: &Campaign) -> String {
    if campaign.state != CampaignState::Enabled {
        return "Nobody is asked.".to_owned();
    }
    let whom = match asks_everybody_for(campaign) {
        Some(CampaignMethod::Passkey) => "Everybody without a passkey is asked to add one.",
        Some(CampaignMethod::App) => "Everybody without an authenticator app is asked to add one.",
        None => "Some groups are asked.",
    };
    format!("{whom} One can put it off for {} days.", campaign.snooze_days)
}

fn campaign_form(campaign: &Campaign, days: Option<&str>) -> CampaignForm {
    CampaignForm {
        runs: Tick {
            name: RUNS,
            label: "Ask people to add a method when they sign in",
            hint: "It says so after the sign-in, to those who don't have it yet.",
            ticked: campaign.state == CampaignState::Enabled,
        },
        days: Entry {
            name: DAYS,
            label: "Days that one can put it off",
            hint: "From 0, which asks at each sign-in, to 14.",
            value: days.map_or_else(|| campaign.snooze_days.to_string(), str::to_owned),
            longest: 2,
            required: true,
            wrong: days.is_some(),
        },
        limited: Tick {
            name: LIMITED,
            label: "It can be put off three times, no more",
            hint: "",
            ticked: campaign.limited_snoozes,
        },
        shows_method: asks_everybody_for(campaign).is_some(),
        passkey: asks_everybody_for(campaign) == Some(CampaignMethod::Passkey),
    }
}

fn failed(admin: &Admin, error: &PolicyChangeError) -> Stop {
    match error {
        PolicyChangeError::Denied(_) => admin.not_allowed(),
        PolicyChangeError::Fault(fault) => admin.member.visit.fault(fault),
        PolicyChangeError::Invalid(_) | PolicyChangeError::Stale => admin.member.visit.bad_request(),
    }
}

/// What a page says above the form.
#[derive(Clone, Copy)]
enum Said<'a> {
    Nothing,
    Done,
    Stale,
    /// These are no days.
    Wrong(&'a str),
}

/// The page with the campaign as it is `stored`, or as it was sent.
fn answer(admin: &Admin, stored: &Campaign, sent: Option<&Campaign>, said: Said<'_>) -> Response {
    let campaign = sent.unwrap_or(stored);
    let (status, problem) = match said {
        Said::Nothing | Said::Done => (StatusCode::OK, ""),
        Said::Stale => (StatusCode::CONFLICT, STALE),
        Said::Wrong(_) => (
            StatusCode::BAD_REQUEST,
            "The days are a whole number from 0 to 14.",
        ),
    };
    let wrong_days = match said {
        Said::Wrong(days) => Some(days),
        _ => None,
    };
    let tenant = admin.service().tenant();
    let domain = |name: &String| Domain {
        name: name.clone(),
        default: *name == tenant.default_domain,
    };
    page(
        status,
        &SignInSettings {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Settings),
            may_look: admin.offers.has(Action::WriteBranding),
            domains: tenant.domains.iter().map(domain).collect(),
            campaign: campaign_form(campaign, wrong_days),
            words: words(campaign),
            may_write: admin.offers.has(Action::WritePolicy),
            choices: choices(admin.service().settings()),
            guesses: LockoutRule::PASS_GUESSES,
            version: version(stored),
            problem,
            done: matches!(said, Said::Done),
        },
    )
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/settings/sign-in`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    let policies = admin.service().show_method_policies(&admin.caller).await;
    let policies = policies.map_err(|error| failed(&admin, &error))?;
    let wanted = Query::<Wanted>::try_from_uri(&uri).map(|Query(wanted)| wanted);
    let said = if wanted.unwrap_or_default().done == "saved" {
        Said::Done
    } else {
        Said::Nothing
    };
    Ok(answer(&admin, policies.campaign(), None, said))
}

/// `POST /portal/settings/sign-in`
pub(super) async fn save(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let method = match fields.get(METHOD) {
        "passkey" => Some(CampaignMethod::Passkey),
        "app" => Some(CampaignMethod::App),
        _ => None,
    };
    let everybody = |method| {
        vec![CampaignTarget {
            who: IncludeTarget::AllUsers,
            method,
        }]
    };
    let days = fields.get(DAYS).trim();
    let state = if fields.get(RUNS) == "yes" {
        CampaignState::Enabled
    } else {
        CampaignState::Disabled
    };
    let limited_snoozes = fields.get(LIMITED) == "yes";
    let mut change = CampaignChange {
        state: Some(state),
        // What is no number is out of range, too.
        snooze_days: Some(days.parse().unwrap_or(-1)),
        limited_snoozes: Some(limited_snoozes),
        // Whoever is asked for what stays where the form could not show it.
        include: method.map(everybody),
        exclude: None,
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    // Whoever may not is refused, and recorded, where the campaign would be changed.
    if admin.offers.has(Action::WritePolicy) {
        let stored = service.show_method_policies(&admin.caller).await;
        let stored = stored.map_err(|error| failed(&admin, &error))?;
        if is_stale(&fields, stored.campaign()) {
            return Ok(answer(&admin, stored.campaign(), None, Said::Stale));
        }
        let shown = stored.campaign();
        change = CampaignChange {
            state: changed(change.state, Some(&shown.state)),
            snooze_days: changed(change.snooze_days, Some(&shown.snooze_days.into())),
            limited_snoozes: changed(change.limited_snoozes, Some(&shown.limited_snoozes)),
            include: changed(change.include, Some(&shown.include)),
            exclude: None,
        };
    }
    let change = MethodPolicyChange::Campaign(change);
    match service.change_method_policies(&admin.caller, info, change).await {
        Ok(_) => Ok(redirect(&paths::with(paths::SETTINGS_SIGN_IN, "done", "saved"))),
        Err(PolicyChangeError::Invalid(_)) => {
            let stored = service.show_method_policies(&admin.caller).await;
            let stored = stored.map_err(|error| failed(&admin, &error))?;
            let stored = stored.campaign();
            // As it was sent, so that only the days have to be typed again.
            let sent = Campaign {
                state,
                limited_snoozes,
                include: method.map_or_else(|| stored.include.clone(), everybody),
                ..stored.clone()
            };
            Ok(answer(&admin, stored, Some(&sent), Said::Wrong(days)))
        }
        Err(error) => Err(failed(&admin, &error)),
    }
}
