//! Asking people what an application may do.

use axum::response::Response;
use http::StatusCode;
use latchkey_service::{AccessError, AuthorizationRequest, BrowserKey, ConsentQuestion};

use super::endpoint::{csrf, decline, opened, proceed};
use crate::answer::{Answer, page};
use crate::pages::authorize::Consent;
use crate::pages::message::Message;
use crate::visit::{Posted, Visit};

/// The page with what the application asks for.
pub(super) fn show(
    visit: &Visit,
    browser: &BrowserKey,
    request: &AuthorizationRequest,
    question: &ConsentQuestion,
) -> Response {
    page(
        StatusCode::OK,
        &Consent {
            site: visit.site(),
            request: &visit.service.seal_authorization(&request.with_shown(question)),
            csrf: &csrf(browser),
            account: question.user.session.id.to_string(),
            upn: question.user.user.upn.as_str(),
            application: &question.application,
            publisher: question.publisher.as_deref(),
            terms: question.terms_of_service.as_deref(),
            privacy: question.privacy_statement.as_deref(),
            answers_to: &question.answers_to,
            items: &question.items,
            allowed: question.allowed,
            for_everyone: question.for_everyone,
            everyone_only: question.everyone_only,
        },
    )
}

/// `POST /authorize/consent`
pub(super) async fn take(posted: Posted) -> Answer {
    let Posted { visit, fields } = posted.of_this_browser()?;
    let (visit, browser, request) = opened(visit, fields.get("request"))?;
    if fields.get("answer") != "accept" {
        return decline(&visit, &browser, &request).await;
    }
    let accounts = visit.accounts().await?;
    let account = fields.get("account");
    let member = accounts
        .into_iter()
        .find_map(|(_, member)| (member.session.id.to_string() == account).then_some(member));
    let Some(member) = member else {
        return proceed(visit, &browser, request).await;
    };
    let for_everyone = fields.get("everyone") == "on";
    let accepted = visit
        .service
        .accept_authorization(&request, &member, for_everyone, &visit.info)
        .await;
    match accepted {
        Ok(request) => proceed(visit, &browser, request).await,
        Err(AccessError::Fault(fault)) => Err(visit.fault(&fault)),
        Err(AccessError::Denied(_) | AccessError::NoSuchUser) => {
            Ok(visit.message(StatusCode::FORBIDDEN, Message::BadRequest, Some(65_001)))
        }
    }
}
