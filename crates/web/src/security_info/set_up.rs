//! "Let's set up your account": what is led to after a pass (sign-in contract 6.3).
//!
//! Its steps are the pages of security info, which carry the set-up along and come back here.

use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{ChangeKind, LastingMethods, SetUpGoal, SetUpStep};
use latchkey_service::{AuthorizationRequest, MethodsOverview, SetUp};

use super::failure::countdown;
use crate::answer::{Answer, page, redirect};
use crate::authorize::{refused, resume_path};
use crate::moment::Moment;
use crate::pages::set_up::{SetUpDone, SetUpPage, SetUpRow};
use crate::routes;
use crate::sign_in;
use crate::view::Kind;
use crate::visit::{Member, MemberPosted};

const fn kind(step: SetUpStep) -> Kind {
    match step {
        SetUpStep::Passkey => Kind::Passkey,
        SetUpStep::App => Kind::App,
        SetUpStep::Password => Kind::Password,
    }
}

fn lasting(overview: &MethodsOverview) -> LastingMethods {
    LastingMethods {
        passkey: !overview.passkeys.is_empty(),
        app: !overview.totp_apps.is_empty(),
        password: overview.has_own_password,
    }
}

/// Where the person goes on when all is done, or without it.
fn onward(member: &Member, set_up: &SetUp, skipped: bool) -> String {
    match set_up.authorization() {
        Some(request) if skipped => resume_path(&member.visit, &request.with_set_up_skipped()),
        Some(request) => resume_path(&member.visit, request),
        None => set_up.return_to().to_owned(),
    }
}

/// `GET /set-up`
pub(super) async fn show(member: Member) -> Answer {
    let Some(set_up) = &member.set_up else {
        return Ok(redirect(routes::SECURITY_INFO));
    };
    let overview = member.overview().await?;
    let methods = lasting(&overview);
    Ok(match set_up.goal().next(methods) {
        Some(next) => steps(&member, set_up, &overview, next),
        None => done(&member, set_up, methods),
    })
}

fn steps(member: &Member, set_up: &SetUp, overview: &MethodsOverview, next: SetUpStep) -> Response {
    let (goal, methods, account) = (set_up.goal(), lasting(overview), member.account());
    let session = &member.signed_in.session;
    let rows: Vec<SetUpRow> = goal
        .steps(methods)
        .into_iter()
        .map(|step| SetUpRow {
            kind: kind(step),
            done: SetUpGoal::is_done(step, methods),
            next: step == next,
        })
        .collect();
    let change = match next {
        SetUpStep::Passkey => ChangeKind::Passkey,
        SetUpStep::App | SetUpStep::Password => ChangeKind::Other,
    };
    let left = countdown(session.may_change_until(change), overview.now);
    let over = left.is_none() && session.method.by_one_time_pass() && overview.lasting_methods() == 0;
    page(
        StatusCode::OK,
        &SetUpPage {
            site: member.visit.site(),
            account,
            application: set_up.authorization().map(AuthorizationRequest::application_name),
            pass_ends: overview.pass_session_end.map(Moment::from),
            left: left.filter(|_| session.method.by_pass()),
            over,
            rows: &rows,
            next: kind(next),
            other: goal.other_way(methods).map(kind),
            optional: set_up.is_optional(),
        },
    )
}

fn done(member: &Member, set_up: &SetUp, methods: LastingMethods) -> Response {
    page(
        StatusCode::OK,
        &SetUpDone {
            site: member.visit.site(),
            account: member.account(),
            application: set_up.authorization().map(AuthorizationRequest::application_name),
            onward: &onward(member, set_up, false),
            signs_in_again: !set_up.is_optional(),
            passkey: methods.passkey,
        },
    )
}

/// `POST /set-up`: the person goes on, or back, without it.
pub(super) async fn leave(MemberPosted { member, .. }: MemberPosted) -> Answer {
    let Some(set_up) = &member.set_up else {
        return Ok(redirect(routes::SECURITY_INFO));
    };
    let visit = &member.visit;
    let left = visit
        .service
        .leave_set_up(set_up, &member.signed_in, &visit.info)
        .await;
    let told = left.map_err(|fault| visit.fault(&fault))?;
    match (told, set_up.authorization()) {
        (Some(step), Some(request)) => refused(visit, &visit.browser_or_new().0, request, step),
        _ => Ok(redirect(&onward(&member, set_up, true))),
    }
}

/// `GET /set-up/again`: the sign-in is too long ago for a change; afterwards it is decided anew what is owed.
pub(super) async fn again(member: Member) -> Answer {
    let Member {
        visit,
        signed_in,
        set_up,
        ..
    } = member;
    let Some(set_up) = set_up else {
        return Ok(redirect(routes::SECURITY_INFO));
    };
    let Some(request) = set_up.authorization() else {
        let back = format!("{}?return_to={}", routes::SIGN_IN, set_up.return_to());
        return Ok(redirect(&back));
    };
    let Some(browser) = visit.browser() else {
        return Err(visit.restart());
    };
    let (name, session) = (signed_in.user.upn.to_string(), signed_in.session.id);
    sign_in::begin_for(visit, &browser, request.clone(), Some(&name), Some(session), None).await
}
