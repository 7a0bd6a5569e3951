//! The first page, and the pages around it: other ways, help.

use axum::extract::Query;
use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::SessionId;
use latchkey_service::{AuthorizationRequest, BrowserKey, FirstPage, StepUp};

use super::federated;
use super::passkey::ask_passkey;
use super::under_way::{FlowQuery, UnderWay, passkey_mark, stronger_needed};
use crate::answer::{Answer, Stop, page};
use crate::cookies;
use crate::pages::sign_in::{Help, PasskeyRequest, Username, Way, Ways};
use crate::view::{self, Problem};
use crate::visit::{Posted, Visit, sign_in_csrf};
use crate::words;

/// What a link brought; nothing when it was not one of ours.
pub(super) fn query_of(uri: &Uri) -> FlowQuery {
    Query::try_from_uri(uri)
        .map(|Query(query)| query)
        .unwrap_or_default()
}

/// The flow of the link, or a new one; and the browser's key when it had none.
async fn flow_or_new(visit: Visit, uri: &Uri) -> Result<(UnderWay, Option<BrowserKey>, String), Stop> {
    match UnderWay::from_link(visit, query_of(uri)) {
        Ok(under_way) => {
            let name = under_way.flow.name().unwrap_or_default().to_owned();
            Ok((under_way, None, name))
        }
        Err(unknown) => {
            let (visit, query) = *unknown;
            begin(visit, &query.return_to).await
        }
    }
}

async fn begin(visit: Visit, return_to: &str) -> Result<(UnderWay, Option<BrowserKey>, String), Stop> {
    let signed_in = visit.signed_in().await?;
    let (browser, is_new) = match visit.browser() {
        Some(browser) => (browser, false),
        None => (visit.service.new_browser_key(), true),
    };
    // Whoever is signed in proves themselves anew: the name is known.
    let name = signed_in
        .as_ref()
        .map(|member| member.user.upn.to_string())
        .unwrap_or_default();
    let replaces = signed_in.map(|member| member.session.id);
    let flow = visit
        .service
        .begin_flow(&browser, &visit.info, return_to, replaces);
    let under_way = UnderWay::new(visit, flow, sign_in_csrf(&browser), "");
    Ok((under_way, is_new.then_some(browser), name))
}

fn remember(mut response: Response, new_browser: Option<&BrowserKey>) -> Response {
    if let Some(browser) = new_browser {
        let headers = response.headers_mut();
        cookies::set(
            headers,
            cookies::BROWSER,
            browser.expose(),
            cookies::THIS_BROWSER_SESSION,
        );
    }
    response
}

/// `GET /sign-in`
pub(super) async fn show(visit: Visit, uri: Uri) -> Answer {
    let (under_way, new_browser, name) = flow_or_new(visit, &uri).await?;
    Ok(remember(
        username_page(&under_way, &name, None).await,
        new_browser.as_ref(),
    ))
}

async fn username_page(under_way: &UnderWay, name: &str, problem: Option<Problem>) -> Response {
    let service = &under_way.visit.service;
    // The name field offers passkeys; where that can't be prepared, the page does without.
    let armed = match problem {
        None => service.begin_passkey_sign_in(&under_way.flow).await.ok(),
        Some(_) => None,
    };
    let armed = armed.map(|(options, flow)| (options, service.seal_flow(&flow)));
    let passkey = armed
        .as_ref()
        .map(|(options, flow)| PasskeyRequest { options, flow });
    let flow = view::Flow {
        name,
        ..under_way.view()
    };
    page(
        StatusCode::OK,
        &Username {
            site: under_way.visit.site(),
            flow,
            problem,
            passkey,
        },
    )
}

/// The sign-in of a person whom an application sent here; a name that is known already is not asked for.
pub(crate) async fn begin_for(
    visit: Visit,
    browser: &BrowserKey,
    request: AuthorizationRequest,
    name: Option<&str>,
    replaces: Option<SessionId>,
    step_up: Option<StepUp>,
) -> Answer {
    let application = request.application_name().to_owned();
    let flow = visit
        .service
        .begin_flow(browser, &visit.info, crate::routes::SECURITY_INFO, replaces)
        .for_authorization(request);
    let flow = if step_up.is_some() {
        flow.without_pass()
    } else {
        flow
    };
    let under_way = UnderWay::new(visit, flow, sign_in_csrf(browser), "");
    match name.map(|name| (name, under_way.flow.with_name(name))) {
        Some((name, Ok(flow))) => {
            let under_way = under_way.with_flow(flow);
            match step_up {
                Some(StepUp::Passkey) => ask_passkey(under_way, None, Some(&application)).await,
                Some(StepUp::Password) => under_way.password_page(None).await,
                None => after_name(under_way, name).await,
            }
        }
        // What is no name is shown as one that was typed.
        _ => Ok(username_page(&under_way, name.unwrap_or_default(), None).await),
    }
}

/// The sign-in of a person of whom nothing is known but the domain that the application hints at: its provider knows
/// more (sign-in contract 2.2).
pub(crate) async fn begin_in_domain(
    visit: Visit,
    browser: &BrowserKey,
    request: AuthorizationRequest,
    domain: String,
) -> Answer {
    let flow = visit
        .service
        .begin_flow(browser, &visit.info, crate::routes::SECURITY_INFO, None)
        .for_authorization(request)
        .with_domain(domain);
    federated::leave(UnderWay::new(visit, flow, sign_in_csrf(browser), "")).await
}

/// `POST /sign-in`
pub(super) async fn take_name(posted: Posted) -> Answer {
    let (under_way, fields) = UnderWay::from_form(posted)?;
    let typed = fields.get("loginfmt");
    let Ok(flow) = under_way.flow.with_name(typed) else {
        let words = if typed.trim().is_empty() {
            words::NAME_EMPTY
        } else {
            words::NAME_MALFORMED
        };
        return Ok(username_page(&under_way, typed, Some(Problem::plain(words))).await);
    };
    after_name(under_way.with_flow(flow), typed).await
}

/// The page that asks for the first credential.
async fn after_name(under_way: UnderWay, typed: &str) -> Answer {
    match under_way.first_page().await? {
        FirstPage::Pass => return Ok(under_way.pass_page(None)),
        FirstPage::Choice => return ways_page(&under_way, None).await,
        FirstPage::Federated => return federated::leave(under_way).await,
        FirstPage::Password => {}
    }
    let marked = under_way.visit.cookie(cookies::PASSKEY_USER);
    if marked.is_some() && marked == passkey_mark(typed).as_deref() {
        return ask_passkey(under_way, None, None).await;
    }
    under_way.password_page(None).await
}

/// `GET /sign-in/ways`
pub(super) async fn ways(visit: Visit, uri: Uri) -> Answer {
    let (under_way, new_browser, _) = flow_or_new(visit, &uri).await?;
    Ok(remember(ways_page(&under_way, None).await?, new_browser.as_ref()))
}

pub(super) async fn ways_page(under_way: &UnderWay, problem: Option<Problem>) -> Answer {
    let second = under_way.second_factors();
    let ways = if !second.is_empty() {
        second
    } else if under_way.flow.name().is_none() {
        vec![Way::Passkey]
    } else {
        let visit = &under_way.visit;
        let federated = visit.service.is_federated(&under_way.flow).await;
        let federated = federated.map_err(|fault| visit.fault(&fault))?;
        let last = if federated {
            Way::Organization
        } else {
            Way::Password
        };
        match under_way.first_page().await? {
            FirstPage::Password | FirstPage::Federated => vec![Way::Passkey, last],
            FirstPage::Pass | FirstPage::Choice => vec![Way::Pass, Way::Passkey, last],
        }
    };
    let (site, flow) = (under_way.visit.site(), under_way.view());
    Ok(page(
        StatusCode::OK,
        &Ways {
            site,
            flow,
            problem,
            ways: &ways,
            first: under_way.visit.service.settings().uniform_prompt && under_way.second_factors().is_empty(),
        },
    ))
}

/// `GET /sign-in/help`
pub(super) async fn help(visit: Visit, uri: Uri) -> Answer {
    let (under_way, new_browser, _) = flow_or_new(visit, &uri).await?;
    let shown = page(
        StatusCode::OK,
        &Help {
            site: under_way.visit.site(),
            flow: under_way.view(),
        },
    );
    Ok(remember(shown, new_browser.as_ref()))
}

/// `GET /sign-in/stronger`
pub(super) async fn stronger(visit: Visit) -> Response {
    stronger_needed(&visit)
}
