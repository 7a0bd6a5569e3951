//! Deleting one's own methods, each after a question.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{ChangeKind, TotpId};

use super::back_to_list;
use super::overview::{app_row, pass_row, passkey_id, passkey_path, passkey_row};
use crate::answer::{Answer, page, redirect};
use crate::pages::security_info::{Delete, Done};
use crate::routes;
use crate::view::Method;
use crate::visit::{Member, MemberPosted};

fn question(member: &Member, method: Method<'_>, last: bool, signs_out: bool) -> Response {
    let (site, account) = (member.visit.site(), member.account());
    page(
        StatusCode::OK,
        &Delete {
            site,
            account,
            method,
            last,
            signs_out,
        },
    )
}

/// `GET /security-info/passkeys/{id}/delete`
pub(super) async fn ask_passkey(member: Member, Path(id): Path<String>) -> Answer {
    let overview = member.overview().await?;
    let wanted = passkey_id(&id);
    let Some(passkey) = overview
        .passkeys
        .iter()
        .find(|key| Some(&key.id) == wanted.as_ref())
    else {
        return Ok(member.visit.quiet_not_found());
    };
    member
        .may_start(
            ChangeKind::Passkey,
            &format!("{}/delete", passkey_path(&passkey.id)),
        )
        .await?;
    Ok(question(
        &member,
        passkey_row(passkey),
        overview.lasting_methods() == 1,
        false,
    ))
}

/// `POST /security-info/passkeys/{id}/delete`
pub(super) async fn passkey(Path(id): Path<String>, MemberPosted { member, .. }: MemberPosted) -> Answer {
    let Some(id) = passkey_id(&id) else {
        return Ok(member.visit.quiet_not_found());
    };
    let visit = &member.visit;
    let deleted = visit
        .service
        .delete_own_passkey(&member.signed_in, &visit.info, &id)
        .await;
    deleted.map_err(|error| member.failed(error, &format!("{}/delete", passkey_path(&id))))?;
    Ok(back_to_list(&member, Done::Deleted))
}

/// `GET /security-info/apps/{id}/delete`
pub(super) async fn ask_app(member: Member, Path(id): Path<String>) -> Answer {
    let overview = member.overview().await?;
    let wanted: Option<TotpId> = id.parse().ok();
    let Some(app) = overview.totp_apps.iter().find(|app| Some(app.id) == wanted) else {
        return Ok(member.visit.quiet_not_found());
    };
    member
        .may_start(ChangeKind::Other, &format!("{}/{}/delete", routes::APPS, app.id))
        .await?;
    Ok(question(&member, app_row(app), false, false))
}

/// `POST /security-info/apps/{id}/delete`
pub(super) async fn app(Path(id): Path<String>, MemberPosted { member, .. }: MemberPosted) -> Answer {
    let Ok(id) = id.parse::<TotpId>() else {
        return Ok(member.visit.quiet_not_found());
    };
    let visit = &member.visit;
    let deleted = visit
        .service
        .delete_own_totp(&member.signed_in, &visit.info, id)
        .await;
    deleted.map_err(|error| member.failed(error, &format!("{}/{id}/delete", routes::APPS)))?;
    Ok(back_to_list(&member, Done::Deleted))
}

/// `GET /security-info/pass/delete`
pub(super) async fn ask_pass(member: Member) -> Answer {
    let overview = member.overview().await?;
    let Some(status) = &overview.pass else {
        return Ok(member.visit.quiet_not_found());
    };
    member.may_start(ChangeKind::Other, &delete_pass_path()).await?;
    let last = overview.lasting_methods() == 0;
    Ok(question(
        &member,
        pass_row(status),
        last,
        status.opened_this_session,
    ))
}

/// `POST /security-info/pass/delete`
pub(super) async fn pass(MemberPosted { member, .. }: MemberPosted) -> Answer {
    let overview = member.overview().await?;
    let signs_out = overview.pass.is_some_and(|status| status.opened_this_session);
    let visit = &member.visit;
    let deleted = visit
        .service
        .delete_own_pass(&member.signed_in, &visit.info)
        .await;
    deleted.map_err(|error| member.failed(error, &delete_pass_path()))?;
    if !signs_out {
        return Ok(back_to_list(&member, Done::Deleted));
    }
    let mut response = redirect(&format!("{}?why=pass", routes::SIGNED_OUT));
    visit.forget_ended(&mut response).await?;
    Ok(response)
}

fn delete_pass_path() -> String {
    format!("{}/delete", routes::MY_PASS)
}
