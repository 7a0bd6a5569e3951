//! Choosing one of several accounts.

use axum::response::Response;
use http::StatusCode;
use latchkey_service::{AuthorizationRequest, BrowserKey, SignedIn};

use super::endpoint::{csrf, opened, proceed};
use crate::answer::{Answer, page};
use crate::pages::authorize::{Account, Accounts};
use crate::sign_in;
use crate::visit::{Posted, Visit};

/// What the form says for "another account".
const ANOTHER: &str = "another";

/// The page with the accounts.
pub(super) fn show(
    visit: &Visit,
    browser: &BrowserKey,
    request: &AuthorizationRequest,
    sessions: &[SignedIn],
) -> Response {
    let accounts: Vec<Account<'_>> = sessions
        .iter()
        .map(|member| Account {
            id: member.session.id.to_string(),
            name: &member.user.display_name,
            upn: member.user.upn.as_str(),
        })
        .collect();
    page(
        StatusCode::OK,
        &Accounts {
            site: visit.site(),
            request: &visit.service.seal_authorization(request),
            csrf: &csrf(browser),
            application: request.application_name(),
            accounts: &accounts,
        },
    )
}

/// `POST /authorize/account`
pub(super) async fn take(posted: Posted) -> Answer {
    let Posted { visit, fields } = posted.of_this_browser()?;
    let (visit, browser, request) = opened(visit, fields.get("request"))?;
    let wanted = fields.get("account");
    if wanted == ANOTHER {
        return sign_in::begin_for(visit, &browser, request, None, None, None).await;
    }
    let accounts = visit.accounts().await?;
    let chosen = accounts
        .iter()
        .find(|(_, member)| member.session.id.to_string() == wanted);
    let request = match chosen {
        Some((_, member)) => request.with_chosen(member.session.id),
        // Its session ended while the page was open.
        None => request,
    };
    proceed(visit, &browser, request).await
}
