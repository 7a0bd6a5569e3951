//! Letting a device in by the code that it shows (sign-in contract 9.8; RFC 8628 3.3 and 5.4).

use axum::response::Response;
use http::StatusCode;
use latchkey_domain::Seconds;
use latchkey_service::{AuthorizationRequest, BrowserKey, DeviceStep, UserCodeFailure};

use super::endpoint::{csrf, decline, opened, problem_page, proceed, remember};
use crate::answer::{Answer, page, paused};
use crate::moment::Moment;
use crate::pages::authorize::{DeviceCode, DeviceConfirm, DeviceDone};
use crate::view::Problem;
use crate::visit::{Posted, Visit};
use crate::words;

/// `GET /devicelogin`
pub(super) async fn ask(visit: Visit) -> Response {
    let (browser, is_new) = visit.browser_or_new();
    let shown = code_page(&visit, &browser, "", None);
    remember(shown, &browser, is_new)
}

fn code_page(visit: &Visit, browser: &BrowserKey, typed: &str, problem: Option<Problem>) -> Response {
    page(
        StatusCode::OK,
        &DeviceCode {
            site: visit.site(),
            csrf: &csrf(browser),
            typed,
            problem,
        },
    )
}

/// `POST /devicelogin`
pub(super) async fn take_code(posted: Posted) -> Answer {
    let Posted { visit, fields } = posted.of_this_browser()?;
    let browser = visit.browser().ok_or_else(|| visit.restart())?;
    let typed = fields.get("code");
    let opened = visit.service.open_device(typed, &browser, &visit.info).await;
    let mut pause = None;
    let problem = match opened {
        Ok(request) => return proceed(visit, &browser, request).await,
        Err(UserCodeFailure::Fault(fault)) => return Err(visit.fault(&fault)),
        Err(UserCodeFailure::Empty) => Problem::plain(words::DEVICE_CODE_EMPTY),
        Err(UserCodeFailure::Unknown) => {
            Problem::numbered(words::for_number(70_018), visit.reference(Some(70_018)))
        }
        Err(UserCodeFailure::Locked { until }) => {
            pause = Some(Seconds::between(visit.service.now(), until));
            words::locked(Some(Moment::rounded_up(until)), visit.reference(Some(50_053)))
        }
    };
    let typed: String = typed.chars().take(32).collect();
    Ok(paused(code_page(&visit, &browser, &typed, Some(problem)), pause))
}

/// What comes next for a device.
pub(super) fn show(
    visit: &Visit,
    browser: &BrowserKey,
    request: &AuthorizationRequest,
    step: &DeviceStep,
) -> Response {
    let done = |application: Option<&str>| {
        let site = visit.site();
        page(StatusCode::OK, &DeviceDone { site, application })
    };
    match step {
        DeviceStep::Confirm(question) => page(
            StatusCode::OK,
            &DeviceConfirm {
                site: visit.site(),
                request: &visit.service.seal_authorization(request),
                csrf: &csrf(browser),
                account: question.user.session.id.to_string(),
                upn: question.user.user.upn.as_str(),
                application: &question.application,
                publisher: question.publisher.as_deref(),
                place: &question.ip_address,
            },
        ),
        DeviceStep::Approved { application } => done(Some(application)),
        DeviceStep::Declined => done(None),
        DeviceStep::Refused(error) => problem_page(visit, error),
    }
}

/// `POST /authorize/device`
pub(super) async fn take_answer(posted: Posted) -> Answer {
    let Posted { visit, fields } = posted.of_this_browser()?;
    let (visit, browser, request) = opened(visit, fields.get("request"))?;
    if fields.get("answer") != "yes" {
        return decline(&visit, &browser, &request).await;
    }
    let accounts = visit.accounts().await?;
    let account = fields.get("account");
    let member = accounts
        .iter()
        .find(|(_, member)| member.session.id.to_string() == account);
    let request = match member {
        Some((_, member)) => request.with_chosen(member.session.id).with_device_confirmed(),
        // Its session ended while the page was open.
        None => request,
    };
    proceed(visit, &browser, request).await
}
