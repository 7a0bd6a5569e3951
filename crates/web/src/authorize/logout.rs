//! The end-session endpoint (sign-in contract 9.12).

use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode, Uri};
use latchkey_service::{Departure, LogoutWish, SignedIn};

use super::endpoint::{csrf, no_such_tenant, parameters, remember};
use crate::answer::{Answer, page, redirect};
use crate::headers::Frames;
use crate::pages::authorize::{AskSignOut, SignedOutOfApps};
use crate::routes;
use crate::visit::{Posted, Visit};

/// `GET /{tenant}/oauth2/v2.0/logout`
pub(super) async fn begin(Path(tenant): Path<String>, visit: Visit, uri: Uri) -> Answer {
    if visit.service.tenant_segment(&tenant).is_none() {
        return Ok(no_such_tenant(&visit));
    }
    let query = uri.query().unwrap_or_default();
    let wish = wish(&visit, query).await?;
    let accounts = visit.accounts().await?;
    let sessions: Vec<SignedIn> = accounts.into_iter().map(|(_, member)| member).collect();
    let Some(meant) = wish.meant(&sessions) else {
        return Ok(ask(&visit, query, &sessions));
    };
    end(&visit, wish.target.as_deref(), &meant).await
}

/// `POST`, by a page of the application: the same as a GET, which carries our cookies.
pub(super) async fn begin_posted(Path(tenant): Path<String>, visit: Visit, body: Bytes) -> Answer {
    if visit.service.tenant_segment(&tenant).is_none() {
        return Ok(no_such_tenant(&visit));
    }
    let query = std::str::from_utf8(&body).unwrap_or_default();
    let plain = query.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    let query = if plain { query } else { "" };
    let id = visit.service.tenant().id;
    Ok(redirect(&format!("/{id}/oauth2/v2.0/logout?{query}")))
}

/// `POST /authorize/logout`: the person confirms.
pub(super) async fn confirmed(posted: Posted) -> Answer {
    let Posted { visit, fields } = posted.of_this_browser()?;
    let wish = wish(&visit, fields.get("query")).await?;
    let accounts = visit.accounts().await?;
    let members: Vec<&SignedIn> = accounts.iter().map(|(_, member)| member).collect();
    end(&visit, wish.target.as_deref(), &members).await
}

async fn wish(visit: &Visit, query: &str) -> Result<LogoutWish, crate::answer::Stop> {
    let parameters = parameters(query).unwrap_or_default();
    let read = visit.service.read_logout(&parameters).await;
    read.map_err(|fault| visit.fault(&fault))
}

fn ask(visit: &Visit, query: &str, sessions: &[SignedIn]) -> Response {
    let (browser, is_new) = visit.browser_or_new();
    let names: Vec<&str> = sessions.iter().map(|member| member.user.upn.as_str()).collect();
    let shown = page(
        StatusCode::OK,
        &AskSignOut {
            site: visit.site(),
            csrf: &csrf(&browser),
            query,
            names: &names,
        },
    );
    remember(shown, &browser, is_new)
}

/// Ends these sessions, and goes on: past the pages of applications, to where the person is signed out too, to `target`.
pub(crate) async fn end(visit: &Visit, target: Option<&str>, meant: &[&SignedIn]) -> Answer {
    let departure = visit.service.log_out(meant, target).await;
    let Departure { frames, next } = departure.map_err(|fault| visit.fault(&fault))?;
    let mut response = if frames.is_empty() {
        onwards(next.as_deref())
    } else {
        let target = next.as_deref();
        let site = visit.site();
        let mut response = page(
            StatusCode::OK,
            &SignedOutOfApps {
                site,
                frames: &frames,
                target,
            },
        );
        response.extensions_mut().insert(Frames::of(&frames));
        response
    };
    visit.forget_ended(&mut response).await?;
    Ok(response)
}

/// To this address, or to the page that says that the person is signed out.
fn onwards(target: Option<&str>) -> Response {
    let mut response = redirect(routes::SIGNED_OUT);
    if let Some(Ok(location)) = target.map(HeaderValue::try_from) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Returned {
    state: String,
}

/// `GET /signed-out/organization`: back from the provider.
pub(super) async fn back(visit: Visit, uri: Uri) -> Response {
    let Returned { state } = Query::try_from_uri(&uri)
        .map(|Query(query)| query)
        .unwrap_or_default();
    onwards(visit.service.after_upstream_sign_out(&state).as_deref())
}
