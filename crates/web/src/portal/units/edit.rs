//! Making, changing and deleting a unit.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, AdministrativeUnit as Unit, UnitId};
use latchkey_service::{UnitError, UnitWish};

use super::open;
use crate::answer::{Answer, Stop, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{Entry, STALE, Tick, changed, conflict, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::portal::question::Question;
use crate::view::{Problem, Site};
use crate::visit::Fields;

const NAME: &str = "displayName";
const DESCRIPTION: &str = "description";
const RESTRICTED: &str = "restricted";
const HIDDEN: &str = "hidden";
/// In place of the field that is wrong: all of them were changed by somebody else.
const OUT_OF_DATE: &str = "version";

#[derive(Template)]
#[template(path = "portal/form.html")]
struct Edit<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    title: &'a str,
    action: &'a str,
    cancel: &'a str,
    button: &'a str,
    entries: Vec<Entry>,
    ticks: Vec<Tick>,
    /// Of a unit that there is.
    version: String,
    problem: Option<Problem>,
}

/// The form of a new unit, or of the one that lives there.
fn form(
    admin: &Admin,
    of: Option<(&str, &Unit)>,
    sent: impl Fn(&str) -> String,
    field: Option<&str>,
) -> Response {
    let problem = field.map(|field| {
        Problem::plain(match field {
            NAME => "A name has 1 to 256 characters.",
            OUT_OF_DATE => STALE,
            _ => "Check the marked field: it's too long.",
        })
    });
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let entry = |name, label, longest, required| Entry {
        name,
        label,
        hint: "",
        value: sent(name),
        longest,
        required,
        wrong: field == Some(name),
    };
    let tick = |name, label, hint| Tick {
        name,
        label,
        hint,
        ticked: sent(name) == "yes",
    };
    // Fixed when it is made.
    let ticks = match of {
        Some(_) => Vec::new(),
        None => vec![
            tick(
                RESTRICTED,
                "Restricted management",
                "Only those who hold a role for this unit can change its members, not even Global Administrators.",
            ),
            tick(
                HIDDEN,
                "Hidden membership",
                "Only administrators see who is in it.",
            ),
        ],
    };
    let path = of.map(|(id, _)| format!("{}/{id}", paths::UNITS));
    let action = path.as_ref().map(|path| format!("{path}/edit"));
    page(
        status,
        &Edit {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Units),
            title: if of.is_some() { "Edit unit" } else { "New unit" },
            action: action.as_deref().unwrap_or(paths::NEW_UNIT),
            cancel: path.as_deref().unwrap_or(paths::UNITS),
            button: if of.is_some() { "Save" } else { "Create" },
            entries: vec![
                entry(NAME, "Name", 256, true),
                entry(DESCRIPTION, "What it is for", 1024, false),
            ],
            ticks,
            version: of.map_or_else(String::new, |(_, unit)| version(&shown(unit))),
            problem,
        },
    )
}

fn wish(fields: &Fields) -> UnitWish {
    let description = fields.get(DESCRIPTION).trim();
    UnitWish {
        display_name: Some(fields.get(NAME).trim().to_owned()),
        description: Some((!description.is_empty()).then(|| description.to_owned())),
        ..UnitWish::default()
    }
}

/// The form again with what is wrong, or the page that says why not.
fn again(admin: &Admin, of: Option<(&str, &Unit)>, fields: &Fields, error: &UnitError) -> Answer {
    let wrong = match error {
        UnitError::Field(wrong) => wrong.property,
        UnitError::Missing(field) => field,
        other => return Err(admin.unit_failed(other)),
    };
    Ok(form(admin, of, |name| fields.get(name).to_owned(), Some(wrong)))
}

/// `GET /portal/units/new`
pub(super) async fn ask_new(admin: Admin) -> Answer {
    admin.needs(Action::WriteUnits)?;
    Ok(form(&admin, None, |_| String::new(), None))
}

/// `POST /portal/units/new`
pub(super) async fn create(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let wish = UnitWish {
        restricted: Some(fields.get(RESTRICTED) == "yes"),
        hidden_membership: Some(fields.get(HIDDEN) == "yes"),
        ..wish(&fields)
    };
    let info = &admin.member.visit.info;
    match admin.service().create_unit(&admin.caller, info, wish).await {
        Ok(unit) => Ok(redirect(&paths::with(&paths::unit(unit.id), "done", "created"))),
        Err(error) => again(&admin, None, &fields, &error),
    }
}

fn stored(unit: &Unit, name: &str) -> String {
    let (display_name, description) = shown(unit);
    match name {
        NAME => display_name.to_owned(),
        DESCRIPTION => description.unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// Everything that the form shows of a unit.
fn shown(unit: &Unit) -> (&str, Option<&str>) {
    let properties = &unit.properties;
    (&properties.display_name, properties.description.as_deref())
}

/// `GET /portal/units/{id}/edit`
pub(super) async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    admin.needs(Action::WriteUnits)?;
    let unit = open(&admin, &id).await?;
    Ok(form(&admin, Some((&id, &unit)), |name| stored(&unit, name), None))
}

fn unit_id(admin: &Admin, id: &str) -> Result<UnitId, Stop> {
    id.parse().map_err(|_| admin.not_found().into())
}

/// `POST /portal/units/{id}/edit`
pub(super) async fn save(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let unit = open(&admin, &id).await?;
    let of = Some((id.as_str(), &unit));
    // Whoever may not is refused, and recorded, where the unit would be changed.
    if admin.offers.has(Action::WriteUnits) && is_stale(&fields, &shown(&unit)) {
        let again = form(&admin, of, |name| stored(&unit, name), Some(OUT_OF_DATE));
        return Ok(conflict(again));
    }
    let (sent, shown) = (wish(&fields), &unit.properties);
    let wish = UnitWish {
        display_name: changed(sent.display_name, Some(&shown.display_name)),
        description: changed(sent.description, Some(&shown.description)),
        ..UnitWish::default()
    };
    let info = &admin.member.visit.info;
    let saved = admin.service().update_unit(&admin.caller, info, unit.id, wish);
    match saved.await {
        Ok(()) => Ok(redirect(&paths::with(&paths::unit(unit.id), "done", "saved"))),
        Err(error) => again(&admin, of, &fields, &error),
    }
}

/// `GET /portal/units/{id}/delete`
pub(super) async fn ask_delete(admin: Admin, Path(id): Path<String>) -> Answer {
    admin.needs(Action::WriteUnits)?;
    let unit = open(&admin, &id).await?;
    let path = paths::unit(unit.id);
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Units),
            action: format!("{path}/delete"),
            path,
            name: &unit.properties.display_name,
            upn: "",
            title: "Delete the unit?",
            text: "The roles that were given for it end now. Its members stay what they are. This can't be undone.",
            object: "",
            when: None,
            mark: String::new(),
            button: "Delete unit",
            harmless: false,
            problem: None,
        },
    ))
}

/// `POST /portal/units/{id}/delete`
pub(super) async fn delete(Path(id): Path<String>, AdminPosted { admin, .. }: AdminPosted) -> Answer {
    let unit = unit_id(&admin, &id)?;
    let info = &admin.member.visit.info;
    let deleted = admin.service().delete_unit(&admin.caller, info, unit).await;
    deleted.map_err(|error| admin.unit_failed(&error))?;
    Ok(redirect(paths::UNITS))
}
