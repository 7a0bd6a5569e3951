//! Making and changing an account.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, TextProperty, UserId, is_language_tag};
use latchkey_service::{PersonFile, RelationError, UserError, UserWish};

use super::admin::{Admin, AdminPosted};
use super::form::{self, Entry};
use super::frame::{Frame, Section};
use super::{names, paths, person};
use crate::answer::{Answer, Stop, page, redirect};
use crate::view::{Problem, Site};
use crate::visit::Fields;

/// Text properties on the form, with their labels. Phones are sensitive (Graph contract 10.3): only whoever may
/// change such things sees them.
const TEXTS: [(TextProperty, &str); 9] = [
    (TextProperty::GivenName, "First name"),
    (TextProperty::Surname, "Last name"),
    (TextProperty::EmployeeId, "Employee id"),
    (TextProperty::JobTitle, "Job"),
    (TextProperty::Department, "Department"),
    (TextProperty::CompanyName, "Company"),
    (TextProperty::OfficeLocation, "Office"),
    (TextProperty::Mail, "Mail"),
    (TextProperty::PreferredLanguage, "Language"),
];

/// What is worth saying about some of them.
const fn hint(property: TextProperty) -> &'static str {
    match property {
        TextProperty::PreferredLanguage => "In which mail is written to this person, such as de or fr-CA.",
        _ => "",
    }
}

const NAME: &str = "displayName";
const UPN: &str = "userPrincipalName";
const MANAGER: &str = "manager";

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
    /// Of an account that there is.
    version: String,
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
    entries.extend(TEXTS.map(|(property, label)| {
        let longest = property.max_len();
        entry(property.name(), label, hint(property), longest, false)
    }));
    let about = "Account name of whoever hears of this person's passes.";
    entries.push(entry(MANAGER, "Manager", about, 113, false));
    entries
}

fn stored(file: &PersonFile, name: &str) -> String {
    let user = &file.user;
    match name {
        MANAGER => file
            .manager
            .as_ref()
            .map(|manager| manager.upn.to_string())
            .unwrap_or_default(),
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

/// Everything that the form shows of an account.
fn shown(file: &PersonFile) -> Vec<String> {
    let texts = TEXTS.iter().map(|(property, _)| property.name());
    let names = [NAME, UPN, MANAGER].into_iter().chain(texts);
    names.map(|name| stored(file, name)).collect()
}

/// A language that no language tag names, where somebody typed one.
fn wrong_language(fields: &Fields, stored: &str) -> Option<(Problem, Option<&'static str>)> {
    let name = TextProperty::PreferredLanguage.name();
    let typed = fields.get(name).trim();
    let wrong = !typed.is_empty() && typed != stored && !is_language_tag(typed);
    let words = "Write the language as its tag, such as de or fr-CA.";
    wrong.then(|| (Problem::plain(words), Some(name)))
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

/// Who is to be the manager, if somebody; or what is wrong.
async fn manager(admin: &Admin, fields: &Fields) -> Result<Result<Option<UserId>, Problem>, Stop> {
    let typed = fields.get(MANAGER).trim();
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    Ok(match names::find_person(admin, typed).await? {
        Ok(user) => Ok(Some(user.id)),
        Err(words) => Err(Problem::plain(words)),
    })
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
            version: String::new(),
            problem,
        },
    )
}

/// `POST /portal/people/new`
pub(super) async fn create(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    // Whoever may not is refused, and recorded, where the account would be made.
    let manager = if admin.offers.has(Action::CreateUser) {
        manager(&admin, &fields).await?
    } else {
        Ok(None)
    };
    let manager = match manager {
        Ok(manager) => manager,
        Err(problem) => {
            let entries = entries(|name| fields.get(name).to_owned(), Some(MANAGER), true);
            return Ok(new_form(&admin, entries, Some(problem)));
        }
    };
    if admin.offers.has(Action::CreateUser)
        && let Some((problem, wrong)) = wrong_language(&fields, "")
    {
        let entries = entries(|name| fields.get(name).to_owned(), wrong, true);
        return Ok(new_form(&admin, entries, Some(problem)));
    }
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
        manager,
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
    let entries = entries(|name| stored(&file, name), None, names);
    Ok(edit_form(&admin, &file, entries, None))
}

fn edit_form(admin: &Admin, file: &PersonFile, entries: Vec<Entry>, problem: Option<Problem>) -> Response {
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let path = paths::person(&file.user.id);
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
            version: form::version(&shown(file)),
            problem,
        },
    )
}

/// `POST /portal/people/{id}/edit`
pub(super) async fn save(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let user = admin.named(&id)?;
    let file = person::open(&admin, &user).await?;
    let names = file.offers.has(Action::UpdateUserSensitive);
    let again = |problem, wrong| {
        let entries = entries(|name| fields.get(name).to_owned(), wrong, names);
        edit_form(&admin, &file, entries, Some(problem))
    };
    // Whoever may not is refused, and recorded, where the account would be changed.
    let mut new_manager = None;
    if file.offers.has(Action::UpdateUser) {
        if form::is_stale(&fields, &shown(&file)) {
            let entries = entries(|name| stored(&file, name), None, names);
            let problem = Problem::plain(form::STALE);
            return Ok(form::conflict(edit_form(&admin, &file, entries, Some(problem))));
        }
        let language = stored(&file, TextProperty::PreferredLanguage.name());
        if let Some((problem, wrong)) = wrong_language(&fields, &language) {
            return Ok(again(problem, wrong));
        }
        match manager(&admin, &fields).await? {
            Ok(manager) if manager == file.manager.as_ref().map(|known| known.id) => {}
            Ok(Some(manager)) if manager == file.user.id => {
                let problem = Problem::plain("Nobody is their own manager.");
                return Ok(again(problem, Some(MANAGER)));
            }
            Ok(manager) => new_manager = Some(manager),
            Err(problem) => return Ok(again(problem, Some(MANAGER))),
        }
    }
    let upn = fields.get(UPN).trim();
    // Only what was changed on the form is mentioned: the name to sign in with is sensitive, and what somebody else
    // changes in other fields at the same moment stays.
    let renamed = !upn.is_empty() && upn != file.user.upn.as_str();
    let display_name = fields.get(NAME).trim();
    let mut texts = texts(&fields);
    texts.retain(|(property, value)| file.user.text.get(*property) != value.as_deref());
    let wish = UserWish {
        upn: renamed.then(|| upn.to_owned()),
        display_name: (display_name != file.user.display_name).then(|| display_name.to_owned()),
        text: texts,
        ..UserWish::default()
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    match service.update_user(&admin.caller, info, &user, wish).await {
        Ok(()) => {}
        Err(UserError::Access(error)) => return Err(admin.failed(&error)),
        Err(error) => {
            let (problem, wrong) = problem(&error);
            return Ok(again(problem, wrong));
        }
    }
    if let Some(manager) = new_manager {
        let set = service.set_manager(&admin.caller, info, &user, manager).await;
        match set {
            Ok(()) => {}
            Err(RelationError::Access(error)) => return Err(admin.failed(&error)),
            // Deleted since it was looked up.
            Err(_) => {
                let problem = Problem::plain("All but the manager is saved: nobody has this account name.");
                return Ok(again(problem, Some(MANAGER)));
            }
        }
    }
    Ok(redirect(&format!("{}?done=saved", paths::person(&file.user.id))))
}
