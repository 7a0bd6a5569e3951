//! Making, changing and deleting a group, and who takes care of it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, Group, UserId};
use latchkey_service::{Belonging, GroupError, GroupWish};

use super::admin::{Admin, AdminPosted};
use super::form::{Entry, STALE, Tick, changed, conflict, is_stale, version};
use super::frame::{Frame, Section};
use super::groups::{LAST_ADMINISTRATOR, Shown, answer, open};
use super::question::Question;
use super::{names, paths};
use crate::answer::{Answer, Stop, page, redirect};
use crate::view::{Problem, Site};
use crate::visit::Fields;

const NAME: &str = "displayName";
const DESCRIPTION: &str = "description";
const ROLES: &str = "roleAssignable";
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
    /// Of a group that there is.
    version: String,
    problem: Option<Problem>,
}

/// The form of a new group, or of the one that lives there.
fn form(
    admin: &Admin,
    of: Option<(&str, &Group)>,
    sent: impl Fn(&str) -> String,
    wrong: Option<&str>,
) -> Response {
    let problem = wrong.map(|field| {
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
        wrong: wrong == Some(name),
    };
    // Fixed when it is made, and for those only who may give roles.
    let offers_roles = of.is_none() && admin.offers.has(Action::WriteRoleAssignableGroup);
    let ticks = offers_roles.then(|| Tick {
        name: ROLES,
        label: "May hold roles",
        hint: "Its members are protected like administrators, and only those who give roles can change it.",
        ticked: sent(ROLES) == "yes" || !admin.offers.has(Action::CreateGroup),
    });
    let path = of.map(|(id, _)| format!("{}/{id}", paths::GROUPS));
    let action = path.as_ref().map(|path| format!("{path}/edit"));
    page(
        status,
        &Edit {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Groups),
            title: if of.is_some() { "Edit group" } else { "New group" },
            action: action.as_deref().unwrap_or(paths::NEW_GROUP),
            cancel: path.as_deref().unwrap_or(paths::GROUPS),
            button: if of.is_some() { "Save" } else { "Create" },
            entries: vec![
                entry(NAME, "Name", 256, true),
                entry(DESCRIPTION, "What it is for", 1024, false),
            ],
            ticks: ticks.into_iter().collect(),
            version: of.map_or_else(String::new, |(_, group)| version(&shown(group))),
            problem,
        },
    )
}

/// The form again with what is wrong, or the page that says why not.
fn again(admin: &Admin, of: Option<(&str, &Group)>, fields: &Fields, error: &GroupError) -> Answer {
    let wrong = match error {
        GroupError::Field(wrong) => wrong.property,
        GroupError::Missing(field) => field,
        other => return Err(admin.group_failed(other)),
    };
    Ok(form(admin, of, |name| fields.get(name).to_owned(), Some(wrong)))
}

fn wish(fields: &Fields) -> GroupWish {
    let description = fields.get(DESCRIPTION).trim();
    GroupWish {
        display_name: Some(fields.get(NAME).trim().to_owned()),
        description: Some((!description.is_empty()).then(|| description.to_owned())),
        ..GroupWish::default()
    }
}

/// A mail alias made of the name: nobody asks for one here, but each group has one.
fn alias(name: &str) -> String {
    let alias: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    if alias.is_empty() {
        "group".to_owned()
    } else {
        alias
    }
}

/// Whether the administrator may make groups of one kind or the other.
pub(super) fn may_create(admin: &Admin) -> bool {
    admin.offers.has(Action::CreateGroup) || admin.offers.has(Action::WriteRoleAssignableGroup)
}

/// `GET /portal/groups/new`
pub(super) async fn ask_new(admin: Admin) -> Answer {
    if !may_create(&admin) {
        return Err(admin.not_allowed());
    }
    Ok(form(&admin, None, |_| String::new(), None))
}

/// `POST /portal/groups/new`
pub(super) async fn create(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let wish = GroupWish {
        mail_nickname: Some(alias(fields.get(NAME))),
        role_assignable: Some(fields.get(ROLES) == "yes"),
        ..wish(&fields)
    };
    let info = &admin.member.visit.info;
    match admin.service().create_group(&admin.caller, info, wish).await {
        Ok(group) => Ok(redirect(&paths::with(
            &paths::group(&group.id),
            "done",
            "created",
        ))),
        Err(error) => again(&admin, None, &fields, &error),
    }
}

/// Whether the administrator may change this group itself.
pub(super) fn may_edit(admin: &Admin, group: &Group) -> bool {
    admin.offers.has(if group.properties.role_assignable {
        Action::WriteRoleAssignableGroup
    } else {
        Action::WriteGroup
    })
}

async fn open_to_edit(admin: &Admin, id: &str) -> Result<Group, Stop> {
    let (group, _) = open(admin, id).await?;
    if may_edit(admin, &group) {
        Ok(group)
    } else {
        Err(admin.not_allowed())
    }
}

fn stored(group: &Group, name: &str) -> String {
    let (display_name, description) = shown(group);
    match name {
        NAME => display_name.to_owned(),
        DESCRIPTION => description.unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// Everything that the form shows of a group.
fn shown(group: &Group) -> (&str, Option<&str>) {
    let properties = &group.properties;
    (&properties.display_name, properties.description.as_deref())
}

/// `GET /portal/groups/{id}/edit`
pub(super) async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    let group = open_to_edit(&admin, &id).await?;
    Ok(form(
        &admin,
        Some((&id, &group)),
        |name| stored(&group, name),
        None,
    ))
}

/// `POST /portal/groups/{id}/edit`
pub(super) async fn save(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (group, _) = open(&admin, &id).await?;
    let of = Some((id.as_str(), &group));
    // Whoever may not is refused, and recorded, where the group would be changed.
    if may_edit(&admin, &group) && is_stale(&fields, &shown(&group)) {
        let again = form(&admin, of, |name| stored(&group, name), Some(OUT_OF_DATE));
        return Ok(conflict(again));
    }
    let (sent, shown) = (wish(&fields), &group.properties);
    let wish = GroupWish {
        display_name: changed(sent.display_name, Some(&shown.display_name)),
        description: changed(sent.description, Some(&shown.description)),
        ..GroupWish::default()
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let saved = service.update_group(&admin.caller, info, group.id, wish);
    match saved.await {
        Ok(()) => Ok(redirect(&paths::with(&paths::group(&group.id), "done", "saved"))),
        Err(error) => again(&admin, of, &fields, &error),
    }
}

/// `GET /portal/groups/{id}/delete`
pub(super) async fn ask_delete(admin: Admin, Path(id): Path<String>) -> Answer {
    let group = open_to_edit(&admin, &id).await?;
    let path = paths::group(&group.id);
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Groups),
            action: format!("{path}/delete"),
            path,
            name: &group.properties.display_name,
            upn: "",
            title: "Delete the group?",
            text: "Its members stay, but lose what they got by it: passes that the policy allows to this group, \
                   applications that were assigned to it, roles that it holds. This can't be undone.",
            object: "",
            when: None,
            mark: String::new(),
            button: "Delete group",
            harmless: false,
            problem: None,
        },
    ))
}

/// `POST /portal/groups/{id}/delete`
pub(super) async fn delete(Path(id): Path<String>, AdminPosted { admin, .. }: AdminPosted) -> Answer {
    let (group, may_write) = open(&admin, &id).await?;
    let info = &admin.member.visit.info;
    match admin.service().delete_group(&admin.caller, info, group.id).await {
        Ok(()) => Ok(redirect(paths::GROUPS)),
        Err(GroupError::LastAdministrator) => {
            let shown = Shown {
                problem: LAST_ADMINISTRATOR,
                ..Shown::default()
            };
            answer(&admin, &group, may_write, shown).await
        }
        Err(other) => Err(admin.group_failed(&other)),
    }
}

/// `POST /portal/groups/{id}/owners/add`
pub(super) async fn add_owner(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (group, may_write) = open(&admin, &id).await?;
    let owner_text = fields.get("owner");
    let again = async |owner_problem| {
        let shown = Shown {
            owner_text,
            owner_problem,
            ..Shown::default()
        };
        answer(&admin, &group, may_write, shown).await
    };
    // Whoever may not is refused, and recorded, where the group would be changed.
    let mut somebody = UserId::from_bytes([0; 16]);
    if may_edit(&admin, &group) {
        match names::find_person(&admin, owner_text).await? {
            Ok(user) => somebody = user.id,
            Err(words) => return again(words).await,
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let joined = service
        .join_group(&admin.caller, info, group.id, Belonging::Owner, somebody)
        .await;
    match joined {
        Ok(()) => Ok(redirect(&paths::with(&paths::group(&group.id), "done", "owner"))),
        Err(GroupError::AlreadyThere(_)) => again("This person owns the group already.").await,
        Err(other) => Err(admin.group_failed(&other)),
    }
}

/// `POST /portal/groups/{id}/owners/remove`
pub(super) async fn remove_owner(
    Path(id): Path<String>,
    AdminPosted { admin, fields }: AdminPosted,
) -> Answer {
    let (group, _) = open(&admin, &id).await?;
    let owner = fields.get("owner").parse().unwrap_or(UserId::from_bytes([0; 16]));
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let left = service
        .leave_group(&admin.caller, info, group.id, Belonging::Owner, owner)
        .await;
    match left {
        // Gone already is as good as removed.
        Ok(()) | Err(GroupError::NoSuchObject(_)) => Ok(redirect(&paths::with(
            &paths::group(&group.id),
            "done",
            "disowned",
        ))),
        Err(other) => Err(admin.group_failed(&other)),
    }
}
