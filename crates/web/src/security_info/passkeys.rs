//! Registering and renaming passkeys (sign-in contract 6.5).

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::ChangeKind;
use latchkey_service::OwnMethodError;

use super::back_to_list;
use super::overview::{passkey_id, passkey_path};
use crate::answer::{Answer, page, redirect};
use crate::pages::passkey::{PasskeyAdd, PasskeyName};
use crate::pages::security_info::Done;
use crate::routes;
use crate::view::Problem;
use crate::visit::{Member, MemberPosted};
use crate::words;

/// `GET /security-info/passkeys`: the page with the browser's question.
pub(super) async fn show(member: Member) -> Answer {
    question(&member, None).await
}

async fn question(member: &Member, problem: Option<Problem>) -> Answer {
    let begun = member.visit.service.begin_passkey(&member.signed_in).await;
    let begun = begun.map_err(|error| member.failed(error, routes::PASSKEYS))?;
    let (site, account) = (member.visit.site(), member.account());
    let left = member.left(ChangeKind::Passkey);
    let (options, form) = (begun.options.as_str(), begun.form.as_str());
    Ok(page(
        StatusCode::OK,
        &PasskeyAdd {
            site,
            account,
            left,
            problem,
            options,
            form,
        },
    ))
}

/// `POST /security-info/passkeys`: the browser's answer.
pub(super) async fn take_answer(MemberPosted { member, fields }: MemberPosted) -> Answer {
    let (form, answer) = (fields.get("form"), fields.get("credential").as_bytes());
    match member
        .visit
        .service
        .check_made_passkey(&member.signed_in, form, answer)
        .await
    {
        Ok(draft) => {
            // The browser knows best which device it runs on.
            let told = fields.get("name").trim();
            let name = if told.is_empty() {
                draft.suggested_name.as_str()
            } else {
                told
            };
            Ok(name_page(
                &member,
                Some(&draft.form),
                routes::PASSKEY_NEW,
                name,
                None,
            ))
        }
        Err(OwnMethodError::PasskeyInvalid) => {
            question(
                &member,
                Some(Problem::numbered(
                    words::PASSKEY_REFUSED,
                    member.visit.reference(None),
                )),
            )
            .await
        }
        Err(OwnMethodError::MakeNotAllowed) => {
            question(&member, Some(Problem::plain(words::PASSKEY_MAKE_REFUSED))).await
        }
        Err(OwnMethodError::NotAttested) => {
            question(&member, Some(Problem::plain(words::PASSKEY_NOT_ATTESTED))).await
        }
        Err(OwnMethodError::AlreadyRegistered) => {
            question(&member, Some(Problem::plain(words::PASSKEY_KNOWN))).await
        }
        Err(error) => Err(member.failed(error, routes::PASSKEYS)),
    }
}

fn name_page(
    member: &Member,
    form: Option<&str>,
    action: &str,
    name: &str,
    problem: Option<Problem>,
) -> Response {
    let (site, account) = (member.visit.site(), member.account());
    page(
        StatusCode::OK,
        &PasskeyName {
            site,
            account,
            form,
            action,
            name,
            problem,
        },
    )
}

/// `POST /security-info/passkeys/new`: the name, with which the passkey is stored.
pub(super) async fn register(MemberPosted { member, fields }: MemberPosted) -> Answer {
    let (form, name) = (fields.get("form"), fields.get("name"));
    let service = &member.visit.service;
    match service
        .register_passkey(&member.signed_in, &member.visit.info, form, name)
        .await
    {
        Ok(_) => Ok(back_to_list(&member, Done::PasskeyAdded)),
        Err(OwnMethodError::BadName) => {
            let problem = Some(Problem::plain(words::DEVICE_NAME_REFUSED));
            Ok(name_page(&member, Some(form), routes::PASSKEY_NEW, name, problem))
        }
        // "Done" pressed twice: it is in the list already.
        Err(OwnMethodError::AlreadyRegistered) => Ok(redirect(&member.account().home())),
        Err(error) => Err(member.failed(error, routes::PASSKEYS)),
    }
}

/// `GET /security-info/passkeys/{id}/name`
pub(super) async fn show_name(member: Member, Path(id): Path<String>) -> Answer {
    let overview = member.overview().await?;
    let wanted = passkey_id(&id);
    let Some(passkey) = overview
        .passkeys
        .iter()
        .find(|key| Some(&key.id) == wanted.as_ref())
    else {
        return Ok(member.visit.quiet_not_found());
    };
    let action = format!("{}/name", passkey_path(&passkey.id));
    member.may_start(ChangeKind::Passkey, &action).await?;
    Ok(name_page(&member, None, &action, &passkey.name, None))
}

/// `POST /security-info/passkeys/{id}/name`
pub(super) async fn rename(Path(id): Path<String>, MemberPosted { member, fields }: MemberPosted) -> Answer {
    let Some(id) = passkey_id(&id) else {
        return Ok(member.visit.quiet_not_found());
    };
    let action = format!("{}/name", passkey_path(&id));
    let name = fields.get("name");
    match member
        .visit
        .service
        .rename_passkey(&member.signed_in, &member.visit.info, &id, name)
        .await
    {
        Ok(()) => Ok(back_to_list(&member, Done::PasskeyNamed)),
        Err(OwnMethodError::BadName) => {
            let problem = Some(Problem::plain(words::DEVICE_NAME_REFUSED));
            Ok(name_page(&member, None, &action, name, problem))
        }
        Err(error) => Err(member.failed(error, &action)),
    }
}
