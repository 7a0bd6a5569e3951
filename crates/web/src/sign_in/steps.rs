//! Pass, password, second factor, owed password.

use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::{PASSWORD_MAX, PASSWORD_MIN};
use latchkey_service::OwedPasswordError;

use super::first::query_of;
use super::passkey::ask_passkey;
use super::under_way::{UnderWay, signed_in};
use crate::answer::{Answer, page, paused};
use crate::cookies;
use crate::pages::sign_in::{Code, OwedPassword, Way};
use crate::view::Problem;
use crate::visit::{Posted, Visit};
use crate::words;

/// `GET /sign-in/pass`
pub(super) async fn show_pass(visit: Visit, uri: Uri) -> Answer {
    Ok(UnderWay::named_from_link(visit, query_of(&uri))?.pass_page(None))
}

/// `POST /sign-in/pass`
pub(super) async fn take_pass(posted: Posted) -> Answer {
    let (under_way, fields) = UnderWay::from_form(posted)?;
    let typed = fields.get("accesspass");
    if typed.trim().is_empty() {
        return Ok(under_way.pass_page(Some(Problem::plain(words::PASS_EMPTY))));
    }
    let visit = &under_way.visit;
    let device = visit.cookie(cookies::DEVICE);
    match visit
        .service
        .sign_in_with_pass(&under_way.flow, &visit.info, device, typed)
        .await
    {
        Ok(step) => under_way.go_on(step).await,
        Err(failure) => {
            let pause = under_way.pause(&failure);
            let shown = under_way.pass_page(Some(under_way.refusal(failure)?));
            Ok(paused(shown, pause))
        }
    }
}

/// `GET /sign-in/password`
pub(super) async fn show_password(visit: Visit, uri: Uri) -> Answer {
    UnderWay::named_from_link(visit, query_of(&uri))?
        .password_page(None)
        .await
}

/// `POST /sign-in/password`
pub(super) async fn take_password(posted: Posted) -> Answer {
    let (under_way, fields) = UnderWay::from_form(posted)?;
    let typed = fields.get("passwd");
    if typed.is_empty() {
        return under_way
            .password_page(Some(Problem::plain(words::PASSWORD_EMPTY)))
            .await;
    }
    let visit = &under_way.visit;
    let device = visit.cookie(cookies::DEVICE);
    match visit
        .service
        .sign_in_with_password(&under_way.flow, &visit.info, device, typed)
        .await
    {
        Ok(step) => under_way.go_on(step).await,
        Err(failure) => {
            let pause = under_way.pause(&failure);
            let shown = under_way.password_page(Some(under_way.refusal(failure)?)).await?;
            Ok(paused(shown, pause))
        }
    }
}

/// The page for the preferred second factor (sign-in contract 2.6).
pub(super) async fn second_factor(under_way: UnderWay) -> Answer {
    match under_way.second_factors().first() {
        Some(Way::Pass) => Ok(under_way.pass_page(None)),
        Some(Way::Passkey) => ask_passkey(under_way, None, None).await,
        _ => Ok(code_page(&under_way, None)),
    }
}

fn code_page(under_way: &UnderWay, problem: Option<Problem>) -> Response {
    page(
        StatusCode::OK,
        &Code {
            site: under_way.visit.site(),
            flow: under_way.view(),
            problem,
        },
    )
}

/// `GET /sign-in/code`
pub(super) async fn show_code(visit: Visit, uri: Uri) -> Answer {
    let under_way = UnderWay::named_from_link(visit, query_of(&uri))?;
    if under_way.flow.has_password() {
        Ok(code_page(&under_way, None))
    } else {
        Err(under_way.visit.restart())
    }
}

/// `POST /sign-in/code`
pub(super) async fn take_code(posted: Posted) -> Answer {
    let (under_way, fields) = UnderWay::from_form(posted)?;
    let typed = fields.get("otc");
    let signs: String = typed.split_whitespace().collect();
    // What can't be a code is no guess.
    if signs.len() != 6 || !signs.bytes().all(|sign| sign.is_ascii_digit()) {
        return Ok(code_page(&under_way, Some(Problem::plain(words::CODE_MALFORMED))));
    }
    let visit = &under_way.visit;
    let device = visit.cookie(cookies::DEVICE);
    match visit
        .service
        .sign_in_with_totp(&under_way.flow, &visit.info, device, typed)
        .await
    {
        Ok(step) => under_way.go_on(step).await,
        Err(failure) => {
            let pause = under_way.pause(&failure);
            let shown = code_page(&under_way, Some(under_way.refusal(failure)?));
            Ok(paused(shown, pause))
        }
    }
}

pub(super) fn owed_password(under_way: &UnderWay, problem: Option<Problem>) -> Response {
    let (site, flow) = (under_way.visit.site(), under_way.view());
    let (shortest, longest) = (PASSWORD_MIN, PASSWORD_MAX);
    page(
        StatusCode::OK,
        &OwedPassword {
            site,
            flow,
            shortest,
            longest,
            three_kinds: under_way.visit.service.settings().password_rules.three_kinds,
            problem,
        },
    )
}

/// `POST /sign-in/new-password`
pub(super) async fn take_owed_password(posted: Posted) -> Answer {
    let (under_way, fields) = UnderWay::from_form(posted)?;
    if !under_way.flow.owes_password_change() {
        return Err(under_way.visit.restart());
    }
    let new = fields.get("newpassword");
    if new != fields.get("confirmpassword") {
        return Ok(owed_password(
            &under_way,
            Some(Problem::plain(words::PASSWORDS_DIFFER)),
        ));
    }
    let visit = &under_way.visit;
    match visit
        .service
        .change_owed_password(&under_way.flow, &visit.info, new)
        .await
    {
        Ok(opened) => signed_in(visit, &opened).await,
        Err(OwedPasswordError::Rule(refusal)) => {
            let reference = visit.reference(Some(refusal.number()));
            Ok(owed_password(
                &under_way,
                Some(Problem::numbered(words::for_refusal(refusal), reference)),
            ))
        }
        Err(OwedPasswordError::SignIn(failure)) => {
            Ok(owed_password(&under_way, Some(under_way.refusal(failure)?)))
        }
    }
}
