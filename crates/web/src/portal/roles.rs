//! Directory roles: which there are, who holds one, giving and taking it for the whole tenant.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use http::{StatusCode, Uri};
use latchkey_domain::{Action, BUILT_IN_ROLES, PrincipalId, RoleAssignmentId, RoleId, RoleScope, UNIT_ROLES};
use latchkey_service::{HeldRole, RoleError, RoleHolder, Service};
use latchkey_store::RoleAssignmentFilter;

use super::admin::{Admin, AdminPosted};
use super::frame::{Frame, Section};
use super::{names, paths};
use crate::answer::{Answer, Stop, page, redirect};
use crate::view::Site;

/// Holders on one page; whoever needs more asks Graph.
pub(super) const MOST: usize = 200;

/// The routes of this part.
pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::ROLES, get(list))
        .route("/portal/roles/{id}", get(show))
        .route("/portal/roles/{id}/give", post(give))
        .route("/portal/roles/{id}/take", post(take))
}

/// A role in the list.
struct Row {
    path: String,
    name: &'static str,
    holders: usize,
}

#[derive(Template)]
#[template(path = "portal/roles.html")]
struct Roles<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    held: Vec<Row>,
    free: Vec<Row>,
}

/// `GET /portal/roles`
async fn list(admin: Admin) -> Answer {
    let all = admin
        .service()
        .list_role_assignments(&admin.caller, &RoleAssignmentFilter::default())
        .await;
    let all = all.map_err(|error| admin.role_failed(&error))?;
    let mut counts: HashMap<RoleId, usize> = HashMap::new();
    for assignment in all {
        *counts.entry(assignment.role).or_default() += 1;
    }
    let mut rows: Vec<Row> = BUILT_IN_ROLES
        .iter()
        .map(|role| Row {
            path: paths::role(role.id),
            name: role.name,
            holders: counts.get(&role.id).copied().unwrap_or_default(),
        })
        .collect();
    rows.sort_by_key(|row| row.name);
    let (held, free) = rows.into_iter().partition(|row| row.holders > 0);
    Ok(page(
        StatusCode::OK,
        &Roles {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Roles),
            held,
            free,
        },
    ))
}

/// Somebody who holds a role.
pub(super) struct HolderRow {
    pub(super) path: String,
    pub(super) name: String,
    /// Account name, or that it is an application.
    pub(super) detail: String,
    /// The role's name.
    pub(super) role: &'static str,
    pub(super) role_path: String,
    /// The unit that it is limited to, with its page.
    pub(super) unit: Option<(String, String)>,
    /// The assignment.
    pub(super) id: String,
}

impl HolderRow {
    pub(super) fn new(held: &HeldRole) -> Self {
        let (path, name, detail) = match &held.holder {
            RoleHolder::Person(user) => {
                let upn = user.upn.to_string();
                (paths::person(&user.id), user.display_name.clone(), upn)
            }
            RoleHolder::Group(group) => {
                let name = group.properties.display_name.clone();
                (paths::group(&group.id), name, "Group, for its members".to_owned())
            }
            RoleHolder::Application(id, name) => {
                (paths::application(id), name.clone(), "Application".to_owned())
            }
        };
        let assignment = &held.assignment;
        let unit = match assignment.scope {
            RoleScope::Tenant => None,
            RoleScope::Unit(id) => held.unit.clone().map(|name| (name, paths::unit(id))),
        };
        Self {
            path,
            name,
            detail,
            role: assignment.role.built_in().map_or("A role", |role| role.name),
            role_path: paths::role(assignment.role),
            unit,
            id: assignment.id.to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "portal/role.html")]
struct RolePage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    name: &'static str,
    path: String,
    for_units: bool,
    holders: Vec<HolderRow>,
    more: bool,
    may_assign: bool,
    done: Option<&'static str>,
    /// What was typed to give it to somebody, and why it could not be.
    text: &'a str,
    problem: &'a str,
    /// What is wrong with taking it.
    trouble: &'a str,
}

/// What the page shows besides the role.
#[derive(Default)]
struct Shown<'a> {
    done: Option<&'static str>,
    text: &'a str,
    problem: &'a str,
    trouble: &'a str,
}

fn open(admin: &Admin, id: &str) -> Result<(RoleId, &'static str), Stop> {
    let role = id.parse::<RoleId>().ok();
    let known = role.and_then(|role| Some((role, role.built_in()?.name)));
    known.ok_or_else(|| admin.not_found().into())
}

async fn answer(admin: &Admin, (role, name): (RoleId, &'static str), shown: Shown<'_>) -> Answer {
    let filter = RoleAssignmentFilter {
        role: Some(role),
        ..RoleAssignmentFilter::default()
    };
    let held = admin.service().role_holders(&admin.caller, &filter, MOST).await;
    let (held, more) = held.map_err(|error| admin.role_failed(&error))?;
    let status = if shown.problem.is_empty() && shown.trouble.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok(page(
        status,
        &RolePage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Roles),
            name,
            path: paths::role(role),
            for_units: UNIT_ROLES.contains(&role),
            holders: held.iter().map(HolderRow::new).collect(),
            more,
            may_assign: admin.offers.has(Action::AssignRole),
            done: shown.done,
            text: shown.text,
            problem: shown.problem,
            trouble: shown.trouble,
        },
    ))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/roles/{id}`
async fn show(admin: Admin, Path(id): Path<String>, uri: Uri) -> Answer {
    let role = open(&admin, &id)?;
    let wanted = Query::<Wanted>::try_from_uri(&uri).map(|Query(wanted)| wanted);
    let done = match wanted.unwrap_or_default().done.as_str() {
        "given" => Some("The role is given, and counts at once."),
        "taken" => Some("The role is taken away."),
        _ => None,
    };
    let shown = Shown {
        done,
        ..Shown::default()
    };
    answer(&admin, role, shown).await
}

/// `POST /portal/roles/{id}/give`
async fn give(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let role = open(&admin, &id)?;
    let text = fields.get("name");
    let again = async |problem| {
        let shown = Shown {
            text,
            problem,
            ..Shown::default()
        };
        answer(&admin, role, shown).await
    };
    // Whoever may not is refused, and recorded, where the role would be given.
    let mut somebody = PrincipalId::from_bytes([0; 16]);
    if admin.offers.has(Action::AssignRole) {
        match names::find_role_holder(&admin, text).await? {
            Ok(holder) => somebody = holder,
            Err(words) => return again(words).await,
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let given = service
        .assign_role(&admin.caller, info, role.0, somebody, RoleScope::Tenant)
        .await;
    match given {
        Ok(_) => Ok(redirect(&paths::with(&paths::role(role.0), "done", "given"))),
        Err(RoleError::AlreadyAssigned) => again("This person or group holds the role already.").await,
        Err(other) => Err(admin.role_failed(&other)),
    }
}

/// `POST /portal/roles/{id}/take`
async fn take(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let role = open(&admin, &id)?;
    match unassign(&admin, fields.get("assignment")).await? {
        Ok(()) => Ok(redirect(&paths::with(&paths::role(role.0), "done", "taken"))),
        Err(trouble) => {
            let shown = Shown {
                trouble,
                ..Shown::default()
            };
            answer(&admin, role, shown).await
        }
    }
}

/// Takes a role away, or tells why it stays.
pub(super) async fn unassign(admin: &Admin, id: &str) -> Result<Result<(), &'static str>, Stop> {
    let id = id.parse().unwrap_or(RoleAssignmentId::from_bytes([0; 16]));
    let info = &admin.member.visit.info;
    match admin.service().unassign_role(&admin.caller, info, id).await {
        // Gone already is as good as taken.
        Ok(()) | Err(RoleError::NoSuchAssignment) => Ok(Ok(())),
        Err(RoleError::LastAdministrator) => Ok(Err(
            "This is the last Global Administrator. Give the role to somebody else first.",
        )),
        Err(other) => Err(admin.role_failed(&other)),
    }
}
