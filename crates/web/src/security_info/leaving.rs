//! Signing out, here and everywhere.

use axum::extract::Query;
use axum::response::Response;
use http::{StatusCode, Uri};

use crate::answer::{Answer, page, redirect};
use crate::authorize;
use crate::cookies;
use crate::pages::message::Message;
use crate::pages::security_info::{SignOut, SignOutEverywhere};
use crate::routes;
use crate::visit::{Member, MemberPosted, SignOutForm, Visit};

/// `GET /sign-out`: asks, since a link must not sign out.
pub(super) async fn ask(member: Member) -> Response {
    page(
        StatusCode::OK,
        &SignOut {
            site: member.visit.site(),
            account: member.account(),
        },
    )
}

/// `POST /sign-out`, whatever the session stands on.
pub(super) async fn sign_out(SignOutForm { visit, signed_in }: SignOutForm) -> Answer {
    let Some(signed_in) = signed_in else {
        return gone(&visit, routes::SIGNED_OUT).await;
    };
    // Other accounts of this browser stay signed in.
    let mut response = authorize::end(&visit, None, &[&signed_in]).await?;
    cookies::remove(response.headers_mut(), cookies::PENDING_APP);
    Ok(response)
}

/// Takes the cookie of whoever is signed out. Other accounts of this browser stay.
pub(super) async fn gone(visit: &Visit, path: &str) -> Answer {
    let mut response = redirect(path);
    cookies::remove(response.headers_mut(), cookies::PENDING_APP);
    visit.forget_ended(&mut response).await?;
    Ok(response)
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Why {
    why: String,
}

/// `GET /signed-out`
pub(super) async fn signed_out(visit: Visit, uri: Uri) -> Answer {
    let Why { why } = Query::try_from_uri(&uri)
        .map(|Query(query)| query)
        .unwrap_or_default();
    let message = match why.as_str() {
        "pass" => Message::PassDeleted,
        "ended" => Message::SessionEnded,
        "disowned" => Message::SignInDisowned,
        "everywhere" => Message::SignedOutEverywhere,
        _ => Message::SignedOut,
    };
    let mut response = visit.quiet_message(message, None);
    visit.forget_ended(&mut response).await?;
    Ok(response)
}

/// `GET /security-info/sign-out-everywhere`
pub(super) async fn ask_everywhere(member: Member) -> Answer {
    let overview = member.overview().await?;
    let once = member.signed_in.session.method.by_one_time_pass();
    let one_time_pass = once && !overview.may_sign_in_again;
    let (site, account) = (member.visit.site(), member.account());
    Ok(page(
        StatusCode::OK,
        &SignOutEverywhere {
            site,
            account,
            one_time_pass,
        },
    ))
}

/// `POST /security-info/sign-out-everywhere`
pub(super) async fn everywhere(MemberPosted { member, .. }: MemberPosted) -> Answer {
    let visit = &member.visit;
    let ended = visit
        .service
        .sign_out_everywhere(&member.signed_in, &visit.info)
        .await;
    ended.map_err(|fault| visit.fault(&fault))?;
    gone(visit, &format!("{}?why=everywhere", routes::SIGNED_OUT)).await
}
