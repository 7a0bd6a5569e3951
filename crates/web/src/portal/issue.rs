//! Issuing a pass (sign-in contract 7.2 and 7.3).

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Minutes, PassPolicy, PassRefusal, PassRequest, Seconds, Timestamp};
use latchkey_service::{NoPass, PassDesk, PassError, Replaces};

use super::admin::{Admin, AdminPosted};
use super::form::conflict;
use super::frame::{Frame, Section};
use super::person::PassLine;
use super::sheet::Sheet;
use super::span::Unit;
use super::{paths, span};
use crate::answer::{Answer, page};
use crate::moment::Moment;
use crate::view::Site;
use crate::visit::Fields;
use crate::{qr, routes};

/// Lifetimes that are offered where the policy allows them, minutes.
const PRESETS: [u32; 8] = [60, 240, 480, 1440, 2880, 4320, 10_080, 43_200];

const ANOTHER_PASS: &str = "Nothing was issued: somebody else issued another pass while this page was open. Below is how \
    it is now.";

/// A lifetime to choose.
pub(super) struct Preset {
    pub(super) minutes: u32,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// What the policy leaves to choose, and what was chosen.
pub(super) struct Choices {
    pub(super) presets: Vec<Preset>,
    /// What was typed instead of a preset.
    pub(super) other: String,
    pub(super) other_unit: Unit,
    pub(super) other_chosen: bool,
    pub(super) bounds: String,
    /// The policy demands one-time passes.
    pub(super) must_be_once: bool,
    pub(super) once: bool,
    pub(super) later: bool,
    /// What the date field held.
    pub(super) start: String,
}

impl Choices {
    pub(super) fn new(policy: &PassPolicy, fields: Option<&Fields>) -> Self {
        let (minimum, maximum) = (policy.minimum(), policy.maximum());
        let asked = |name| fields.map(|fields| fields.get(name)).unwrap_or_default();
        let default = policy.default_lifetime().0.to_string();
        let chosen = fields.map_or(default.as_str(), |fields| fields.get("lifetime"));
        let mut spans: Vec<u32> = PRESETS
            .into_iter()
            .chain([policy.default_lifetime().0])
            .filter(|minutes| (minimum..=maximum).contains(&Minutes(*minutes)))
            .collect();
        spans.sort_unstable();
        spans.dedup();
        let presets = spans.into_iter().map(|minutes| Preset {
            minutes,
            label: span::in_words(Minutes(minutes)),
            chosen: minutes.to_string() == chosen,
        });
        Self {
            presets: presets.collect(),
            other: asked("other").to_owned(),
            // As the usual lifetime is said, until something else is chosen.
            other_unit: Unit::parse(asked("other-unit"))
                .unwrap_or_else(|| span::in_largest_unit(policy.default_lifetime()).1),
            other_chosen: chosen == "other",
            bounds: format!("{} to {}", span::in_words(minimum), span::in_words(maximum)),
            must_be_once: policy.is_one_time_only(),
            once: policy.is_one_time_only() || asked("once") == "yes",
            later: asked("when") == "later",
            start: asked("start").to_owned(),
        }
    }
}

/// What a form asks for.
///
/// # Errors
/// The words to show.
pub(super) fn request(fields: &Fields) -> Result<PassRequest, &'static str> {
    let lifetime = match fields.get("lifetime") {
        "" => None,
        "other" => Some((
            fields.get("other").trim(),
            Unit::parse(fields.get("other-unit")).unwrap_or(Unit::Minutes),
        )),
        preset => Some((preset, Unit::Minutes)),
    };
    let lifetime = lifetime.map(|(text, unit)| {
        let count: Result<i64, _> = text.parse();
        count
            .map(|count| count.saturating_mul(i64::from(unit.minutes())))
            .map_err(|_| "Type the lifetime as a whole number.")
    });
    let start_at = if fields.get("when") == "later" {
        Some(start(fields).ok_or("Choose the date and the time at which the pass starts.")?)
    } else {
        None
    };
    Ok(PassRequest {
        start_at,
        lifetime: lifetime.transpose()?,
        // Nothing said: the policy decides.
        one_time: (fields.get("once") == "yes").then_some(true),
    })
}

/// The start: as the script worked it out in the administrator's zone, or as it was typed, in UTC.
fn start(fields: &Fields) -> Option<Timestamp> {
    let typed = fields.get("start").trim();
    // The browser leaves seconds out where they are none.
    let utc = match typed.len() {
        16 => format!("{typed}:00Z"),
        _ => format!("{typed}Z"),
    };
    let typed = Timestamp::parse_rfc3339(&utc).ok()?;
    let offset = fields.get("offset");
    if offset.is_empty() {
        return Some(typed);
    }
    // Minutes to add to local time to get UTC; no zone is further off than 14 hours.
    let minutes: i64 = offset
        .parse()
        .ok()
        .filter(|minutes| (-840..=840).contains(minutes))?;
    Some(typed + Seconds(minutes * 60))
}

/// Why not, in words for the form.
pub(super) fn refusal_words(refusal: &PassRefusal) -> String {
    match refusal {
        PassRefusal::ExternalGuest => {
            "This person's home is another organization. A pass for them has to be issued there.".to_owned()
        }
        PassRefusal::PolicyForbids => "The pass policy doesn't allow a pass for this person.".to_owned(),
        PassRefusal::Lifetime { minimum, maximum } => format!(
            "The policy allows lifetimes from {} to {}.",
            span::in_words(*minimum),
            span::in_words(*maximum)
        ),
        PassRefusal::MustBeOneTime => "The policy demands that each pass can be used only once.".to_owned(),
        PassRefusal::StartInPast => {
            "The start lies in the past. Choose a later one, or start now.".to_owned()
        }
        PassRefusal::StartTooFar => {
            "The start lies more than 30 days ahead. Choose an earlier one.".to_owned()
        }
    }
}

/// Why nobody can issue one, whatever is asked for.
pub(super) fn no_pass_words(no_pass: &NoPass) -> String {
    match no_pass {
        NoPass::ExternalGuest => return refusal_words(&PassRefusal::ExternalGuest),
        NoPass::Off => "No pass can be issued: the pass policy has passes switched off.",
        NoPass::LeftOut(Some(group)) => {
            return format!("No pass can be issued: the pass policy leaves out the members of “{group}”.");
        }
        NoPass::LeftOut(None) => {
            "No pass can be issued: the pass policy leaves out a group that this person is in."
        }
        NoPass::Outside => {
            "No pass can be issued: this person is in none of the groups that the pass policy is for."
        }
    }
    .to_owned()
}

/// The same for what was asked for, as exactly as it is known.
pub(super) fn desk_refusal(desk: &PassDesk) -> Option<String> {
    let refusal = desk.refusal.as_ref().map(refusal_words);
    desk.no_pass.as_ref().map(no_pass_words).or(refusal)
}

#[derive(Template)]
#[template(path = "portal/issue.html")]
struct IssueForm<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    path: String,
    desk: &'a PassDesk,
    choices: Choices,
    /// The pass that would be replaced.
    held: Option<PassLine>,
    /// It was ticked that it shall be.
    replaces: bool,
    /// Wrong guesses lock passes of this name until then.
    locked: Option<Moment>,
    mark: String,
    problem: Option<String>,
    /// Why there is no form at all.
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/issued.html")]
struct Issued<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    path: String,
    sheet: Sheet,
    link: &'a str,
    qr: Option<String>,
}

fn form(admin: &Admin, desk: &PassDesk, fields: Option<&Fields>, problem: Option<String>) -> Response {
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let refusal = desk_refusal(desk);
    let held = desk.held.as_ref().map(PassLine::new);
    let shown = held.as_ref().map_or("", |held| &held.id);
    let ticked = |fields: &Fields| fields.get("replace") == "yes" && fields.get("held") == shown;
    page(
        status,
        &IssueForm {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            path: paths::person(&desk.user.id),
            choices: Choices::new(&desk.policy, fields),
            replaces: fields.is_some_and(ticked),
            held,
            locked: desk.locked_until.map(Moment::rounded_up),
            mark: admin.service().form_mark(),
            // The refusal says it all.
            problem: problem.filter(|_| refusal.is_none()),
            refusal,
            desk,
        },
    )
}

/// `GET /portal/people/{id}/pass`
pub(super) async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    let desk = admin.service().pass_desk(&admin.caller, &admin.named(&id)?).await;
    let desk = desk.map_err(|error| admin.failed(&error))?;
    Ok(form(&admin, &desk, None, None))
}

/// `POST /portal/people/{id}/pass`
pub(super) async fn issue(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let user = admin.named(&id)?;
    let (service, visit) = (admin.service(), &admin.member.visit);
    let again = async |words: String| {
        let desk = service.pass_desk(&admin.caller, &user).await;
        let desk = desk.map_err(|error| admin.failed(&error))?;
        Ok(form(&admin, &desk, Some(&fields), Some(words)))
    };
    let request = match request(&fields) {
        Ok(request) => request,
        Err(words) => return again(words.to_owned()).await,
    };
    // Whoever may not is refused, and recorded, where the pass would be issued.
    if let Ok(desk) = service.pass_desk(&admin.caller, &user).await {
        let held = desk.held.as_ref().map(PassLine::new);
        if let Some(held) = held.filter(|held| held.alive) {
            let shown = fields.get("held");
            if !shown.is_empty() && shown != held.id {
                return again(ANOTHER_PASS.to_owned()).await.map(conflict);
            }
            if fields.get("replace") != "yes" {
                return again("Tick the box if the present pass shall be replaced.".to_owned()).await;
            }
        }
        admin.take_form(&fields).await?;
    }
    // What the form showed to be replaced, or that there was nothing.
    let replaces = Replaces::OnlyThis(fields.get("held").parse().ok());
    match service
        .issue_pass(&admin.caller, &visit.info, &user, request, replaces)
        .await
    {
        Ok(issued) => {
            let link = sign_in_link(&admin);
            Ok(page(
                StatusCode::OK,
                &Issued {
                    site: visit.site(),
                    frame: admin.frame(Section::People),
                    path: paths::person(&issued.user.id),
                    sheet: Sheet::new(&issued, service.now()),
                    qr: qr::svg(&link, "QR code of the sign-in link"),
                    link: &link,
                },
            ))
        }
        Err(PassError::Refused(refusal)) => again(refusal_words(&refusal)).await,
        Err(PassError::AnotherPass) => again(ANOTHER_PASS.to_owned()).await.map(conflict),
        Err(PassError::NoSuchPass) => Ok(admin.not_found()),
        Err(PassError::Access(error)) => Err(admin.failed(&error)),
    }
}

/// Whether it still works or will: replacing a dead pass needs no warning.
pub(super) fn is_worth_a_warning(held: &latchkey_service::PassView) -> bool {
    use latchkey_domain::Usability as U;
    matches!(
        held.usability,
        U::EnabledByPolicy | U::NotYetValid | U::OneTimeUsed
    )
}

/// Where somebody with a pass goes.
pub(super) fn sign_in_link(admin: &Admin) -> String {
    format!("{}{}", admin.service().settings().origin, routes::SECURITY_INFO)
}
