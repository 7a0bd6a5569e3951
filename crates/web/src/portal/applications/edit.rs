//! Registering and changing an application.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, RegisteredApplication};
use latchkey_service::{ApplicationError, PrincipalWish};
use latchkey_store::ApplicationKey;

use super::fields::{self, Form};
use super::{key, open};
use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{STALE, conflict, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::{Problem, Site};
use crate::visit::Fields;

#[derive(Template)]
#[template(path = "portal/application_edit.html")]
struct Edit<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    title: &'a str,
    action: &'a str,
    cancel: &'a str,
    button: &'a str,
    form: Form,
    /// Of an application that there is.
    version: String,
    problem: Option<Problem>,
}

/// An application that there is, with the id that the path has.
type Known<'a> = (&'a str, &'a RegisteredApplication);

/// The form of a new application, or of the one that lives there.
fn form(admin: &Admin, of: Option<Known<'_>>, form: Form, problem: Option<Problem>) -> Response {
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let path = of.map(|(id, _)| format!("{}/{id}", paths::APPLICATIONS));
    let action = path.as_ref().map(|path| format!("{path}/edit"));
    page(
        status,
        &Edit {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            title: if of.is_some() {
                "Edit application"
            } else {
                "New application"
            },
            action: action.as_deref().unwrap_or(paths::NEW_APPLICATION),
            cancel: path.as_deref().unwrap_or(paths::APPLICATIONS),
            button: if of.is_some() { "Save" } else { "Register" },
            form,
            version: of.map_or_else(String::new, |(_, known)| version(&fields::shown(known))),
            problem,
        },
    )
}

/// The form again with what is wrong, or the page that says why not.
fn again(admin: &Admin, of: Option<Known<'_>>, sent: &Fields, error: &ApplicationError) -> Answer {
    match fields::problem(error) {
        Some((problem, wrong)) => Ok(form(admin, of, Form::sent(sent, wrong), Some(problem))),
        None => Err(admin.application_failed(error)),
    }
}

/// `GET /portal/applications/new`
pub(super) async fn ask_new(admin: Admin) -> Answer {
    admin.needs(Action::CreateApplication)?;
    Ok(form(&admin, None, Form::empty(), None))
}

/// `POST /portal/applications/new`
pub(super) async fn create(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let made = service
        .create_application(&admin.caller, info, fields::wish(&fields))
        .await;
    let made = match made {
        Ok(view) => view.application.application,
        Err(error) => return again(&admin, None, &fields, &error),
    };
    // From now on it gets tokens; should this fail, its page offers to turn it on.
    let principal = service
        .create_principal(&admin.caller, info, made.client_id, principal_wish(&fields))
        .await;
    principal.map_err(|error| admin.application_failed(&error))?;
    Ok(redirect(&format!(
        "{}?done=created",
        paths::application(&made.id)
    )))
}

fn principal_wish(fields: &Fields) -> PrincipalWish {
    PrincipalWish {
        assignment_required: Some(fields.get(fields::ASSIGNMENT) == "yes"),
        ..PrincipalWish::default()
    }
}

/// `GET /portal/applications/{id}/edit`
pub(super) async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    let file = open(&admin, &id).await?;
    if !file.may_change {
        return Err(admin.not_allowed());
    }
    let known = &file.view.application;
    Ok(form(&admin, Some((&id, known)), Form::stored(known), None))
}

/// `POST /portal/applications/{id}/edit`
pub(super) async fn save(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let key = key(&admin, &id)?;
    let file = open(&admin, &id).await?;
    let application = &file.view.application;
    let of = Some((id.as_str(), application));
    // Whoever may not is refused, and recorded, where the application would be changed.
    if file.may_change && is_stale(&fields, &fields::shown(application)) {
        let problem = Problem::plain(STALE);
        return Ok(conflict(form(
            &admin,
            of,
            Form::stored(application),
            Some(problem),
        )));
    }
    let saved = service
        .update_application(&admin.caller, info, key, fields::changes(&fields, application))
        .await;
    if let Err(error) = saved {
        return again(&admin, of, &fields, &error);
    }
    let assignment =
        (fields.get(fields::ASSIGNMENT) == "yes") != application.registration.assignment_required;
    if assignment && application.principal_enabled.is_some() {
        let key = ApplicationKey::Principal(application.application.service_principal_id);
        let saved = service
            .update_principal(&admin.caller, info, key, principal_wish(&fields))
            .await;
        saved.map_err(|error| admin.application_failed(&error))?;
    }
    Ok(redirect(&format!("{}/{id}?done=saved", paths::APPLICATIONS)))
}
