//! "Stay signed in?" (sign-in contract 2.7), for whoever came for an application.

use axum::extract::Query;
use http::{StatusCode, Uri};

use super::endpoint::{Resume, csrf, opened, resume_path};
use crate::answer::{Answer, page, redirect};
use crate::cookies;
use crate::pages::authorize::Stay;
use crate::visit::{Posted, Visit};

/// `GET /sign-in/stay`
pub(super) async fn ask(visit: Visit, uri: Uri) -> Answer {
    let sealed = Query::<Resume>::try_from_uri(&uri).map(|query| query.0.request);
    let (visit, browser, request) = opened(visit, &sealed.unwrap_or_default())?;
    let member = visit.signed_in().await?;
    let offered = visit.service.settings().offer_to_stay;
    let asked = member.filter(|member| offered && member.session.may_persist(&member.user));
    let Some(member) = asked.filter(|_| visit.cookie(cookies::DONT_ASK).is_none()) else {
        return Ok(redirect(&resume_path(&visit, &request)));
    };
    Ok(page(
        StatusCode::OK,
        &Stay {
            site: visit.site(),
            upn: member.user.upn.as_str(),
            session: &member.session.id.to_string(),
            request: &visit.service.seal_authorization(&request),
            csrf: &csrf(&browser),
        },
    ))
}

/// `POST /sign-in/stay`
pub(super) async fn take(posted: Posted) -> Answer {
    let Posted { visit, fields } = posted.of_this_browser()?;
    let (visit, _, request) = opened(visit, fields.get("request"))?;
    let mut response = redirect(&resume_path(&visit, &request));
    let yes = fields.get("answer") == "yes";
    let accounts = visit.accounts().await?;
    // Somebody else may have signed in since the question: it is answered for whom it named.
    let named = accounts
        .iter()
        .find(|(_, member)| member.session.id.to_string() == fields.get("session"));
    if let Some((_, member)) = named.filter(|_| yes) {
        let kept = visit.service.stay_signed_in(member).await;
        kept.map_err(|fault| visit.fault(&fault))?;
        visit.keep_accounts(&mut response).await?;
    }
    if fields.get("DontShowAgain") == "true" {
        cookies::set(
            response.headers_mut(),
            cookies::DONT_ASK,
            "1",
            cookies::NINETY_DAYS,
        );
    }
    Ok(response)
}
