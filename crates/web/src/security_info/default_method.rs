//! Which second factor is asked for first (sign-in contract 6.2).

use http::StatusCode;
use latchkey_domain::ChangeKind;

use super::back_to_list;
use crate::answer::{Answer, page, redirect};
use crate::pages::security_info::{DefaultMethod, Done};
use crate::routes;
use crate::visit::{Member, MemberPosted};

/// `GET /security-info/default-method`
pub(super) async fn show(member: Member) -> Answer {
    let Some(app_first) = member.overview().await?.app_first else {
        return Ok(redirect(routes::SECURITY_INFO));
    };
    member
        .may_start(ChangeKind::Other, routes::DEFAULT_METHOD)
        .await?;
    let shown = DefaultMethod {
        site: member.visit.site(),
        account: member.account(),
        left: member.left(ChangeKind::Other),
        app_first,
    };
    Ok(page(StatusCode::OK, &shown))
}

/// `POST /security-info/default-method`
pub(super) async fn choose(MemberPosted { member, fields }: MemberPosted) -> Answer {
    let visit = &member.visit;
    let strongest = match fields.get("default") {
        DefaultMethod::STRONGEST => true,
        DefaultMethod::APP => false,
        _ => return Err(visit.bad_request()),
    };
    let chosen = visit
        .service
        .choose_default_method(&member.signed_in, &visit.info, strongest)
        .await;
    chosen.map_err(|error| member.failed(error, routes::DEFAULT_METHOD))?;
    Ok(back_to_list(&member, Done::DefaultChanged))
}
