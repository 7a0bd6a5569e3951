//! Making and changing an account.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, TextProperty, User};
use latchkey_service::{UserError, UserWish};

use super::admin::{Admin, AdminPosted};
use super::form::Entry;
use super::frame::{Frame, Section};
use super::{paths, person};
use crate::answer::{Answer, page, redirect};
use crate::view::{Problem, Site};
use crate::visit::Fields;

/// Text properties on the form, with their labels. Phones are sensitive (Graph contract 10.3): only whoever may
/// change such things sees them.
const TEXTS: [(TextProperty, &str); 8] = [
    (TextProperty::GivenName, "First name"),
    (TextProperty::Surname, "Last name"),
    (TextProperty::EmployeeId, "Employee id"),
    (TextProperty::JobTitle, "Job"),
    (TextProperty::Department, "Department"),
    (TextProperty::CompanyName, "Company"),
    (TextProperty::OfficeLocation, "Office"),
    (TextProperty::Mail, "Mail"),
];

const NAME: &str = "displayName";
const UPN: &str = "userPrincipalName";

#[derive(Template)]
#[template(path = "portal/edit.html")]
struct Edit<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    title: &'a str,
    action: &'a str,
    cancel: &'a str,
    button: &'a str,
    entries: Vec<Entry>,
    problem: Option<Problem>,
}

/// What the form holds: as it is stored, or as it was sent.
fn entries(value: impl Fn(&str) -> String, wrong: Option<&str>, names: bool) -> Vec<Entry> {
    let entry = |name: &'static str, label, hint, longest, required| Entry {
        name,
        label,
        hint,
        value: value(name),
        longest,
        required,
        wrong: wrong == Some(name),
    };
    let mut entries = vec![entry(NAME, "Name to show", "", 256, true)];
    if names {
        entries.push(entry(
            UPN,
            "Account name",
            "What the person signs in with, like name@example.com.",
            113,
            true,
        ));
    }
    entries
        .extend(TEXTS.map(|(property, label)| entry(property.name(), label, "", property.max_len(), false)));
    entries
}

fn stored(user: &User, name: &str) -> String {
    match name {
        NAME => user.display_name.clone(),
        UPN => user.upn.to_string(),
        _ => TEXTS
            .iter()
            .find(|(property, _)| property.name() == name)
            .and_then(|(property, _)| user.text.get(*property))
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The texts of a form that were sent with it; an empty one is cleared.
fn texts(fields: &Fields) -> Vec<(TextProperty, Option<String>)> {
    TEXTS
        .iter()
        .map(|(property, _)| {
            let value = fields.get(property.name()).trim();
            (*property, (!value.is_empty()).then(|| value.to_owned()))
        })
        .collect()
}

/// What is wrong, in words, and with which field.
fn problem(error: &UserError) -> (Problem, Option<&'static str>) {
    let (text, field) = match error {
        UserError::Field(wrong) => (
            "Check the marked field: it's too long, or holds signs that it can't.",
            Some(wrong.property),
        ),
        UserError::Missing(field) => ("Fill in the marked field.", Some(*field)),
        UserError::UnknownDomain => (
            "The account name must end in one of your organization's domains.",
            Some(UPN),
        ),
        UserError::NameTaken => ("Somebody has this account name already.", Some(UPN)),
        _ => ("This can't be saved as it is.", None),
    };
    (Problem::plain(text), field)
}

/// `GET /portal/people/new`
pub(super) async fn ask_new(admin: Admin) -> Answer {
    if !admin.offers.has(Action::CreateUser) {
        return Err(admin.not_allowed());
    }
    Ok(new_form(&admin, entries(|_| String::new(), None, true), None))
}

fn new_form(admin: &Admin, entries: Vec<Entry>, problem: Option<Problem>) -> Response {
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    page(
        status,
        &Edit {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            title: "New person",
            action: paths::NEW_PERSON,
            cancel: paths::PEOPLE,
            button: "Create",
            entries,
            problem,
        },
    )
}

/// `POST /portal/people/new`
pub(super) async fn create(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let upn = fields.get(UPN).trim();
    let alias: String = upn
        .split('@')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_graphic)
        .take(64)
        .collect();
    let wish = UserWish {
        upn: Some(upn.to_owned()),
        display_name: Some(fields.get(NAME).trim().to_owned()),
        mail_nickname: Some(alias),
        account_enabled: Some(true),
        text: texts(&fields),
        // The person comes in with a pass.
        without_password: true,
        ..UserWish::default()
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    match service.create_user(&admin.caller, info, wish).await {
        Ok(user) => Ok(redirect(&format!("{}?done=created", paths::person(&user.id)))),
        Err(UserError::Access(error)) => Err(admin.failed(&error)),
        Err(error) => {
            let (problem, wrong) = problem(&error);
            let entries = entries(|name| fields.get(name).to_owned(), wrong, true);
            Ok(new_form(&admin, entries, Some(problem)))
        }
    }
}

/// `GET /portal/people/{id}/edit`
pub(super) async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    let file = person::open(&admin, &admin.named(&id)?).await?;
    if !file.offers.has(Action::UpdateUser) {
        return Err(admin.not_allowed());
    }
    let names = file.offers.has(Action::UpdateUserSensitive);
    let entries = entries(|name| stored(&file.user, name), None, names);
    Ok(edit_form(&admin, &file.user, entries, None))
}

fn edit_form(admin: &Admin, user: &User, entries: Vec<Entry>, problem: Option<Problem>) -> Response {
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let path = paths::person(&user.id);
    page(
        status,
        &Edit {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            title: "Edit account",
            action: &format!("{path}/edit"),
            cancel: &path,
            button: "Save",
            entries,
            problem,
        },
    )
}

/// `POST /portal/people/{id}/edit`
pub(super) async fn save(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let user = admin.named(&id)?;
    let file = person::open(&admin, &user).await?;
    let upn = fields.get(UPN).trim();
    // Mentioned only when it changes: it is a sensitive property.
    let renamed = !upn.is_empty() && upn != file.user.upn.as_str();
    let wish = UserWish {
        upn: renamed.then(|| upn.to_owned()),
        display_name: Some(fields.get(NAME).trim().to_owned()),
        text: texts(&fields),
        ..UserWish::default()
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    match service.update_user(&admin.caller, info, &user, wish).await {
        Ok(()) => Ok(redirect(&format!("{}?done=saved", paths::person(&file.user.id)))),
        Err(UserError::Access(error)) => Err(admin.failed(&error)),
        Err(error) => {
            let (problem, wrong) = problem(&error);
            let names = file.offers.has(Action::UpdateUserSensitive);
            let entries = entries(|name| fields.get(name).to_owned(), wrong, names);
            Ok(edit_form(&admin, &file.user, entries, Some(problem)))
        }
    }
}
