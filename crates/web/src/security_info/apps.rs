//! The authenticator app's wizard (sign-in contract 6.4). The pending key travels sealed in a cookie of the
//! wizard, so that its pages are links, and is in no list before its first code.

use axum::response::Response;
use http::StatusCode;
use latchkey_domain::ChangeKind;
use latchkey_service::{OwnMethodError, TotpRegistration};

use crate::answer::{Answer, page, redirect};
use crate::cookies;
use crate::pages::app::{AppCode, AppDone, AppIntro, AppScan};
use crate::qr;
use crate::routes;
use crate::view::Problem;
use crate::visit::{Member, MemberPosted};
use crate::words;

/// `GET /security-info/apps`: the wizard starts again, with a new key.
pub(super) async fn intro(member: Member) -> Answer {
    member.may_start(ChangeKind::Other, routes::APPS).await?;
    let (site, account) = (member.visit.site(), member.account());
    let left = member.left(ChangeKind::Other);
    let mut response = page(StatusCode::OK, &AppIntro { site, account, left });
    if member.pending_app().is_some() {
        cookies::remove(response.headers_mut(), cookies::PENDING_APP);
    }
    Ok(response)
}

/// `GET /security-info/apps/scan`: the pending key, or a new one.
pub(super) async fn scan(member: Member) -> Answer {
    let service = &member.visit.service;
    let pending = member
        .pending_app()
        .and_then(|form| service.resume_totp(&member.signed_in, form).ok());
    match pending {
        Some(registration) => {
            member.may_start(ChangeKind::Other, routes::APPS).await?;
            Ok(scan_page(&member, &registration, None))
        }
        None => new_key(&member, None).await,
    }
}

async fn new_key(member: &Member, problem: Option<Problem>) -> Answer {
    let begun = member.visit.service.begin_totp(&member.signed_in).await;
    let registration = begun.map_err(|error| member.failed(error, routes::APPS))?;
    Ok(scan_page(member, &registration, problem))
}

fn scan_page(member: &Member, registration: &TotpRegistration, problem: Option<Problem>) -> Response {
    let (site, account) = (member.visit.site(), member.account());
    let left = member.left(ChangeKind::Other);
    let picture = site.say("app-scan-picture").to_string();
    let qr = qr::svg(registration.uri.expose(), &picture);
    let (label, key) = (registration.account.as_str(), registration.key.expose().as_str());
    let mut response = page(
        StatusCode::OK,
        &AppScan {
            site,
            account,
            left,
            problem,
            qr,
            label,
            key,
        },
    );
    let headers = response.headers_mut();
    cookies::set(
        headers,
        cookies::PENDING_APP,
        &registration.form,
        cookies::THIS_BROWSER_SESSION,
    );
    response
}

fn code_page(member: &Member, problem: Option<Problem>) -> Response {
    let (site, account) = (member.visit.site(), member.account());
    page(
        StatusCode::OK,
        &AppCode {
            site,
            account,
            left: member.left(ChangeKind::Other),
            problem,
        },
    )
}

/// `GET /security-info/apps/code`
pub(super) async fn show_code(member: Member) -> Answer {
    if member.pending_app().is_none() {
        return Ok(redirect(&member.account().path(routes::APPS)));
    }
    member.may_start(ChangeKind::Other, routes::APPS).await?;
    Ok(code_page(&member, None))
}

/// `POST /security-info/apps/code`
pub(super) async fn take_code(MemberPosted { member, fields }: MemberPosted) -> Answer {
    let code = fields.get("otc");
    if code.chars().filter(char::is_ascii_digit).count() != 6 {
        return Ok(code_page(&member, Some(Problem::plain(words::CODE_MALFORMED))));
    }
    let Some(form) = member.pending_app() else {
        return Ok(redirect(&member.account().path(routes::APPS)));
    };
    let overview = member.overview().await?;
    let visit = &member.visit;
    let name = match overview.totp_apps.len() {
        0 => visit.site().say("authenticator-app").to_string(),
        others => visit
            .site()
            .say("app-numbered")
            .number("number", others + 1)
            .to_string(),
    };
    match visit
        .service
        .register_totp(&member.signed_in, &visit.info, form, code, &name)
        .await
    {
        Ok(()) if member.set_up.is_some() => {
            let mut response = redirect(&member.account().home());
            cookies::remove(response.headers_mut(), cookies::PENDING_APP);
            Ok(response)
        }
        Ok(()) => {
            let needs_first_factor = !overview.has_own_password;
            let (site, account) = (visit.site(), member.account());
            let mut response = page(
                StatusCode::OK,
                &AppDone {
                    site,
                    account,
                    needs_first_factor,
                },
            );
            cookies::remove(response.headers_mut(), cookies::PENDING_APP);
            Ok(response)
        }
        Err(OwnMethodError::WrongCode) => {
            Ok(code_page(&member, Some(Problem::plain(words::FIRST_CODE_WRONG))))
        }
        Err(OwnMethodError::TooManyWrongCodes) => {
            new_key(&member, Some(Problem::plain(words::NEW_KEY))).await
        }
        Err(error) => Err(member.failed(error, routes::APPS)),
    }
}
