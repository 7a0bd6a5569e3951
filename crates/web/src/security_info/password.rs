//! Setting and changing one's own password (sign-in contract 5.3, 6.7).

use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{ChangeKind, PASSWORD_MAX, PASSWORD_MIN, SignInError};
use latchkey_service::{MethodsOverview, PasswordChangeError};

use super::back_to_list;
use crate::answer::{Answer, page};
use crate::cookies;
use crate::pages::password::{Field, SetPassword};
use crate::pages::security_info::Done;
use crate::routes;
use crate::view::Problem;
use crate::visit::{Member, MemberPosted};
use crate::words;

/// Entra's number for a wrong present password (sign-in contract 6.7).
const WRONG_PRESENT: u32 = 120_000;

/// `GET /security-info/password`
pub(super) async fn show(member: Member) -> Answer {
    member.may_start(ChangeKind::Other, routes::MY_PASSWORD).await?;
    let overview = member.overview().await?;
    Ok(form(&member, &overview, None))
}

fn form(member: &Member, overview: &MethodsOverview, problem: Option<(Field, Problem)>) -> Response {
    let shown = SetPassword {
        site: member.visit.site(),
        account: member.account(),
        left: member.left(ChangeKind::Other),
        change: overview.has_password,
        ask_current: !overview.may_set_password_freely,
        shortest: PASSWORD_MIN,
        longest: PASSWORD_MAX,
        three_kinds: member.visit.service.settings().password_rules.three_kinds,
        problem,
    };
    page(StatusCode::OK, &shown)
}

/// `POST /security-info/password`
pub(super) async fn set(MemberPosted { member, fields }: MemberPosted) -> Answer {
    let overview = member.overview().await?;
    let (present, new) = (fields.get("oldpassword"), fields.get("newpassword"));
    if new != fields.get("confirmpassword") {
        let problem = (Field::Again, Problem::plain(words::PASSWORDS_DIFFER));
        return Ok(form(&member, &overview, Some(problem)));
    }
    let visit = &member.visit;
    let (device, present) = (
        visit.cookie(cookies::DEVICE),
        (!present.is_empty()).then_some(present),
    );
    let problem = match visit
        .service
        .set_own_password(&member.signed_in, &visit.info, device, present, new)
        .await
    {
        // Which sessions it ended depends on whether the present one was asked for.
        Ok(()) if overview.may_set_password_freely => {
            return Ok(back_to_list(&member, Done::PasswordSetFreely));
        }
        Ok(()) => return Ok(back_to_list(&member, Done::PasswordSet)),
        Err(PasswordChangeError::WrongPresent) => {
            let reference = visit.reference(Some(WRONG_PRESENT));
            (
                Field::Current,
                Problem::numbered(words::for_number(WRONG_PRESENT), reference),
            )
        }
        Err(PasswordChangeError::Locked { until }) => {
            let reference = visit.reference(Some(SignInError::Locked.number()));
            (
                Field::Current,
                words::locked(Some(crate::moment::Moment::rounded_up(until)), reference),
            )
        }
        Err(PasswordChangeError::Rule(refusal)) => {
            let reference = visit.reference(Some(refusal.number()));
            (
                Field::New,
                Problem::numbered(words::for_refusal(refusal), reference),
            )
        }
        Err(PasswordChangeError::Method(error)) => return Err(member.failed(error, routes::MY_PASSWORD)),
    };
    Ok(form(&member, &overview, Some(problem)))
}
