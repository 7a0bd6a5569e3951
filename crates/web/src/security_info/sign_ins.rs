//! One's own sign-ins, and "This wasn't me" (sign-in contract 6.2).

use axum::extract::{Path, Query};
use http::{StatusCode, Uri};
use latchkey_domain::{SignInError, SignInId};
use latchkey_service::{SignedIn, may_be_disowned};
use latchkey_store::StoredSignIn;

use super::leaving::gone;
use crate::agent;
use crate::answer::{Answer, page};
use crate::language::Id;
use crate::pages::own_sign_ins::{Disown, OwnSignIn, OwnSignIns};
use crate::routes;
use crate::view::Site;
use crate::visit::{Member, MemberPosted};

/// Sign-ins on one page.
const PAGE: u32 = 30;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Place {
    before: Option<i64>,
}

fn line(stored: &StoredSignIn, signed_in: &SignedIn, site: Site<'_>) -> OwnSignIn {
    let record = &stored.record;
    let methods = record.steps.iter().map(|step| method(&step.method, site));
    let methods: Vec<_> = methods.collect();
    let place = [
        agent::in_words(&record.user_agent, site.language),
        record.ip_address.clone(),
    ];
    OwnSignIn {
        when: record.at.into(),
        method: methods.join(", "),
        application: record.app_name.clone(),
        place: place
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        refused: record.error.filter(|error| !error.is_interrupt()).map(reason),
        this_session: record.session_id == Some(signed_in.session.id),
        disown: may_be_disowned(stored, signed_in)
            .then(|| format!("{}/{}/not-me", routes::OWN_SIGN_INS, record.id)),
    }
}

/// A method by the words of the log.
fn method(logged: &str, site: Site<'_>) -> String {
    let id = match logged {
        "Temporary Access Pass" => "temporary-access-pass",
        "Password" => "password",
        "Passkey" => "passkey",
        "OATH verification code" => "method-code",
        "Federated" => "method-organization",
        other => return other.to_owned(),
    };
    site.say(id).to_string()
}

/// Why a sign-in was refused, by the log's reasons.
fn reason(error: SignInError) -> Id {
    Id(match error {
        // What happens to refresh tokens is in no list of one's own.
        SignInError::StaleFlow
        | SignInError::RefreshTokenReused
        | SignInError::RefreshTokenIdle
        | SignInError::RefreshTokenOver
        | SignInError::GrantRevoked => "refused-stale",
        SignInError::Locked | SignInError::SourceLocked => "refused-locked",
        SignInError::WrongPassword => "refused-password",
        SignInError::AccountDisabled => "refused-disabled",
        SignInError::InvalidPass | SignInError::PassNotYetValid => "refused-pass",
        SignInError::PassExpired => "refused-pass-expired",
        SignInError::PassAlreadyUsed => "refused-pass-used",
        SignInError::PassBlockedByPolicy => "refused-pass-policy",
        SignInError::NotAllowed => "problem-not-allowed",
        SignInError::NotAssigned => "problem-not-assigned",
        SignInError::PassNotFound => "refused-pass-not-found",
        // All but the last are interrupts, which are shown without a reason.
        SignInError::SecondFactorNeeded
        | SignInError::SecondFactorNotRegistered
        | SignInError::PasswordExpired
        | SignInError::RegistrationLeft
        | SignInError::SecondFactorFailed => "refused-second-factor",
        SignInError::WrongTotpCode => "refused-code",
        SignInError::PasskeyInvalid => "refused-passkey",
        SignInError::PasskeyNotAllowed => "refused-passkey-policy",
        SignInError::PasskeyUnknown => "refused-passkey-unknown",
        SignInError::FederationUnavailable => "refused-organization-silent",
        SignInError::FederationFailed => "refused-organization",
        SignInError::FederatedUserUnknown => "refused-organization-unknown",
    })
}

/// `GET /security-info/sign-ins`
pub(super) async fn list(member: Member, uri: Uri) -> Answer {
    let Place { before } = Query::try_from_uri(&uri)
        .map(|Query(place)| place)
        .unwrap_or_default();
    let (visit, signed_in) = (&member.visit, &member.signed_in);
    let found = visit.service.own_sign_ins(signed_in, before, PAGE + 1).await;
    let mut found = found.map_err(|fault| visit.fault(&fault))?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let last = found.last().filter(|_| more);
    Ok(page(
        StatusCode::OK,
        &OwnSignIns {
            site: visit.site(),
            account: member.account(),
            older: last.map(|last| format!("{}?before={}", routes::OWN_SIGN_INS, last.seq)),
            sign_ins: found
                .iter()
                .map(|stored| line(stored, signed_in, visit.site()))
                .collect(),
        },
    ))
}

fn id(segment: &str) -> SignInId {
    segment.parse().unwrap_or(SignInId::from_bytes([0; 16]))
}

/// `GET /security-info/sign-ins/{id}/not-me`
pub(super) async fn ask(member: Member, Path(segment): Path<String>) -> Answer {
    let (visit, signed_in) = (&member.visit, &member.signed_in);
    let found = visit.service.own_sign_in(signed_in, id(&segment)).await;
    let found = found.map_err(|fault| visit.fault(&fault))?;
    let Some(stored) = found.filter(|stored| may_be_disowned(stored, signed_in)) else {
        return Ok(visit.quiet_not_found());
    };
    let overview = member.overview().await?;
    let once = signed_in.session.method.by_one_time_pass();
    Ok(page(
        StatusCode::OK,
        &Disown {
            site: visit.site(),
            account: member.account(),
            action: format!("{}/{}/not-me", routes::OWN_SIGN_INS, stored.record.id),
            sign_in: line(&stored, signed_in, visit.site()),
            one_time_pass: once && !overview.may_sign_in_again,
        },
    ))
}

/// `POST /security-info/sign-ins/{id}/not-me`
pub(super) async fn disown(Path(segment): Path<String>, MemberPosted { member, .. }: MemberPosted) -> Answer {
    let visit = &member.visit;
    let done = visit
        .service
        .disown_sign_in(&member.signed_in, &visit.info, id(&segment))
        .await;
    if done.map_err(|fault| visit.fault(&fault))? {
        gone(visit, &format!("{}?why=disowned", routes::SIGNED_OUT)).await
    } else {
        Ok(visit.quiet_not_found())
    }
}
