//! The authorization endpoint: reads the request, and goes on as far as it can without the person.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode, Uri};
use latchkey_service::{
    AuthorizationError, AuthorizationRequest, AuthorizeFailure, AuthorizeStep, BrowserKey, ClientAnswer,
    ConsentTo, ResponseMode,
};

use super::{accounts, consent, device};
use crate::answer::{Answer, Stop, page, redirect};
use crate::cookies;
use crate::pages::authorize::{FormPost, Problem};
use crate::routes;
use crate::sign_in;
use crate::visit::{Visit, sign_in_csrf};

/// The most bytes of a request's parameters.
const MAX_QUERY: usize = 8 * 1024;

/// `GET /{tenant}/oauth2/v2.0/authorize`
pub(super) async fn begin(Path(tenant): Path<String>, visit: Visit, uri: Uri) -> Answer {
    begin_with(&tenant, visit, &uri, None).await
}

/// `GET /{tenant}/adminconsent`
pub(super) async fn begin_consent(Path(tenant): Path<String>, visit: Visit, uri: Uri) -> Answer {
    begin_with(&tenant, visit, &uri, Some(ConsentTo::Registered)).await
}

/// `GET /{tenant}/v2.0/adminconsent`
pub(super) async fn begin_consent_to_scopes(Path(tenant): Path<String>, visit: Visit, uri: Uri) -> Answer {
    begin_with(&tenant, visit, &uri, Some(ConsentTo::Scopes)).await
}

/// Reads a request to let somebody in, or for an administrator's consent, and begins with it.
async fn begin_with(tenant: &str, mut visit: Visit, uri: &Uri, consent: Option<ConsentTo>) -> Answer {
    let query = uri.query().unwrap_or_default();
    if visit.service.tenant_segment(tenant).is_none() {
        return Ok(no_such_tenant(&visit));
    }
    let parameters = (query.len() <= MAX_QUERY).then(|| parameters(query)).flatten();
    let Some(parameters) = parameters else {
        let error = problem(
            "invalid_request",
            9_002_313,
            "The request is malformed or too long.",
        );
        return Ok(problem_page(&visit, &error));
    };
    let (browser, is_new) = visit.browser_or_new();
    let (service, info) = (&visit.service, &visit.info);
    let read = match consent {
        None => {
            service
                .read_authorization_request(&parameters, &browser, info)
                .await
        }
        Some(to) => {
            service
                .read_consent_request(&parameters, to, &browser, info)
                .await
        }
    };
    let response = match read {
        Ok(request) => {
            visit.follow(&request);
            proceed(visit, &browser, request).await?
        }
        Err(failure) => failed(&visit, failure)?,
    };
    Ok(remember(response, &browser, is_new))
}

/// `POST`, by a page of the application: the same request as a GET, which carries our cookies.
pub(super) async fn begin_posted(Path(tenant): Path<String>, visit: Visit, body: Bytes) -> Answer {
    let query = std::str::from_utf8(&body).unwrap_or_default();
    let plain = query.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    if visit.service.tenant_segment(&tenant).is_none() {
        return Ok(no_such_tenant(&visit));
    }
    if query.len() > MAX_QUERY || !plain {
        let error = problem(
            "invalid_request",
            9_002_313,
            "The request is malformed or too long.",
        );
        return Ok(problem_page(&visit, &error));
    }
    let id = visit.service.tenant().id;
    Ok(redirect(&format!("/{id}/oauth2/v2.0/authorize?{query}")))
}

#[derive(serde::Deserialize)]
pub(super) struct Resume {
    #[serde(default)]
    pub(super) request: String,
}

/// Where a request goes on.
pub(crate) fn resume_path(visit: &Visit, request: &AuthorizationRequest) -> String {
    format!(
        "{}?request={}",
        routes::RESUME,
        visit.service.seal_authorization(request)
    )
}

/// `GET /authorize`: after a sign-in.
pub(super) async fn resume(visit: Visit, uri: Uri) -> Answer {
    let sealed = axum::extract::Query::<Resume>::try_from_uri(&uri).map(|query| query.0.request);
    let (visit, browser, request) = opened(visit, &sealed.unwrap_or_default())?;
    proceed(visit, &browser, request).await
}

/// The request of a form or link of ours, of this browser.
pub(super) fn opened(
    mut visit: Visit,
    sealed: &str,
) -> Result<(Visit, BrowserKey, AuthorizationRequest), Stop> {
    let opened = match visit.browser() {
        Some(browser) => visit
            .service
            .open_authorization(sealed, Some(&browser))
            .map(|request| (browser, request)),
        None => return Err(visit.restart()),
    };
    let (browser, request) = opened.map_err(|_| visit.restart())?;
    visit.info.correlation_id = request.correlation_id();
    visit.follow(&request);
    Ok((visit, browser, request))
}

/// Goes on with a request: answers the application, or shows what the person must do first.
pub(super) async fn proceed(visit: Visit, browser: &BrowserKey, request: AuthorizationRequest) -> Answer {
    let accounts = visit.accounts().await?;
    let sessions: Vec<_> = accounts.into_iter().map(|(_, member)| member).collect();
    let step = visit
        .service
        .continue_authorization(&request, &sessions, &visit.info)
        .await
        .map_err(|fault| visit.fault(&fault))?;
    match step {
        AuthorizeStep::Answer(answer) => Ok(client_answer(&visit, &answer)),
        AuthorizeStep::SignIn {
            name: None,
            replaces: None,
            ..
        } => {
            let domain = visit.service.hinted_domain(&request).await;
            match domain.map_err(|fault| visit.fault(&fault))? {
                Some(domain) => sign_in::begin_in_domain(visit, browser, request, domain).await,
                None => sign_in::begin_for(visit, browser, request, None, None, None).await,
            }
        }
        AuthorizeStep::SignIn {
            name,
            replaces,
            step_up,
        } => sign_in::begin_for(visit, browser, request, name.as_deref(), replaces, step_up).await,
        AuthorizeStep::SetUp(set_up) => Ok(redirect(&sign_in::set_up_path(&visit, &set_up))),
        AuthorizeStep::PickAccount => Ok(accounts::show(&visit, browser, &request, &sessions)),
        AuthorizeStep::Consent(question) => Ok(consent::show(&visit, browser, &request, &question)),
        AuthorizeStep::Device(step) => Ok(device::show(&visit, browser, &request, &step)),
    }
}

/// Tells the application that the person does not want to.
pub(super) async fn decline(visit: &Visit, browser: &BrowserKey, request: &AuthorizationRequest) -> Answer {
    let declined = visit.service.decline_authorization(request).await;
    let step = declined.map_err(|fault| visit.fault(&fault))?;
    refused(visit, browser, request, step)
}

/// Tells the application, or the device's person, that nothing comes of the request.
pub(crate) fn refused(
    visit: &Visit,
    browser: &BrowserKey,
    request: &AuthorizationRequest,
    step: AuthorizeStep,
) -> Answer {
    match step {
        AuthorizeStep::Answer(answer) => Ok(client_answer(visit, &answer)),
        AuthorizeStep::Device(step) => Ok(device::show(visit, browser, request, &step)),
        AuthorizeStep::SignIn { .. }
        | AuthorizeStep::SetUp(_)
        | AuthorizeStep::PickAccount
        | AuthorizeStep::Consent(_) => Err(visit.restart()),
    }
}

/// Sends the answer to the application, through the browser.
pub(super) fn client_answer(visit: &Visit, answer: &ClientAnswer) -> Response {
    if answer.mode == ResponseMode::FormPost {
        let fields = &answer.parameters;
        return page(
            StatusCode::OK,
            &FormPost {
                site: visit.site(),
                target: &answer.target,
                fields,
            },
        );
    }
    let Ok(location) = HeaderValue::try_from(answer.location()) else {
        let error = problem("server_error", 50_000, "The answer can't be written.");
        return problem_page(visit, &error);
    };
    let mut response = redirect("/");
    response.headers_mut().insert(LOCATION, location);
    response
}

fn failed(visit: &Visit, failure: AuthorizeFailure) -> Answer {
    match failure {
        AuthorizeFailure::Page(error) => Ok(problem_page(visit, &error)),
        AuthorizeFailure::Answer(answer, _) => Ok(client_answer(visit, &answer)),
        AuthorizeFailure::Stale => Err(visit.restart()),
        AuthorizeFailure::Fault(fault) => Err(visit.fault(&fault)),
    }
}

fn problem(error: &'static str, number: u32, text: &str) -> AuthorizationError {
    AuthorizationError {
        error,
        number,
        text: text.to_owned(),
        subcode: None,
    }
}

/// The tenant in the address is none of ours.
pub(super) fn no_such_tenant(visit: &Visit) -> Response {
    let error = problem("invalid_request", 90_002, "There is no such tenant here.");
    problem_page(visit, &error)
}

/// Tells the person of an application's mistake, since it is not known whom else to tell.
pub(super) fn problem_page(visit: &Visit, error: &AuthorizationError) -> Response {
    page(
        StatusCode::BAD_REQUEST,
        &Problem {
            site: visit.site(),
            text: &error.text,
            reference: visit.reference(Some(error.number)),
        },
    )
}

/// The form token of the pages around a request.
pub(super) fn csrf(browser: &BrowserKey) -> String {
    sign_in_csrf(browser)
}

pub(super) fn remember(mut response: Response, browser: &BrowserKey, is_new: bool) -> Response {
    if is_new {
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

/// The pairs of a query, in order, doubles too.
pub(super) fn parameters(query: &str) -> Option<Vec<(String, String)>> {
    let uri: Uri = format!("/?{query}").parse().ok()?;
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri)
        .ok()
        .map(|query| query.0)
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn parameters_keep_their_order_and_doubles() {
        let pairs = parameters("a=1&b=%C3%A4+x&a=2&c").unwrap();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "1"), ("b", "\u{e4} x"), ("a", "2"), ("c", "")]);
    }
}
