//! A unit's page: who is in it, who holds a role for it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::{
    Action, AdministrativeUnit, Member, PrincipalId, RoleId, RoleScope, UNIT_ROLES, UserId,
};
use latchkey_service::{RoleError, UnitError};
use latchkey_store::RoleAssignmentFilter;

use super::open;
use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::frame::{Frame, Section};
use crate::portal::groups::MemberRow;
use crate::portal::roles::{HolderRow, MOST, unassign};
use crate::portal::{names, paths};
use crate::view::Site;

/// Members on one page.
const PAGE: usize = 50;

/// A role that can be given for a unit.
struct UnitRole {
    id: String,
    name: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "portal/unit.html")]
struct UnitPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    unit: &'a AdministrativeUnit,
    path: String,
    /// None: hidden from this administrator.
    members: Option<Vec<MemberRow>>,
    next: Option<String>,
    holders: Vec<HolderRow>,
    may_write: bool,
    may_assign: bool,
    roles: Vec<UnitRole>,
    shown: Shown<'a>,
}

/// What the page shows besides the unit.
#[derive(Default)]
struct Shown<'a> {
    after: Option<Member>,
    done: Option<&'static str>,
    /// What was typed to add a member, and why it could not be.
    text: &'a str,
    problem: &'a str,
    /// The same for giving a role.
    role: Option<RoleId>,
    role_text: &'a str,
    role_problem: &'a str,
}

async fn answer(admin: &Admin, unit: &AdministrativeUnit, shown: Shown<'_>) -> Answer {
    let (service, caller) = (admin.service(), &admin.caller);
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let members = service
        .list_unit_members(caller, unit.id, shown.after, limit)
        .await;
    let mut members = match members {
        Ok(members) => Some(members),
        Err(UnitError::Denied(_)) => None,
        Err(other) => return Err(admin.unit_failed(&other)),
    };
    let path = paths::unit(unit.id);
    let next = members.as_mut().and_then(|members| {
        let more = members.len() > PAGE;
        members.truncate(PAGE);
        let last = members.last().filter(|_| more)?;
        Some(paths::with(&path, "after", &last.member().to_string()))
    });
    let filter = RoleAssignmentFilter {
        scope: Some(RoleScope::Unit(unit.id)),
        ..RoleAssignmentFilter::default()
    };
    let held = service.role_holders(caller, &filter, MOST).await;
    let (held, _) = held.map_err(|error| admin.role_failed(&error))?;
    let status = if shown.problem.is_empty() && shown.role_problem.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let roles = UNIT_ROLES.iter().map(|role| UnitRole {
        id: role.to_string(),
        name: role.built_in().map_or("", |role| role.name),
        chosen: shown.role == Some(*role),
    });
    Ok(page(
        status,
        &UnitPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Units),
            unit,
            path,
            members: members.map(|members| members.iter().map(MemberRow::new).collect()),
            next,
            holders: held.iter().map(HolderRow::new).collect(),
            may_write: admin.offers.has(Action::WriteUnits),
            may_assign: admin.offers.has(Action::AssignRole),
            roles: roles.collect(),
            shown,
        },
    ))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    after: String,
    done: String,
}

/// `GET /portal/units/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>, uri: Uri) -> Answer {
    let unit = open(&admin, &id).await?;
    let wanted = Query::<Wanted>::try_from_uri(&uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default();
    let after = wanted.after.parse().ok();
    let done = match wanted.done.as_str() {
        "created" => Some("The unit is made. Add people, and give somebody a role for it."),
        "saved" => Some("Saved."),
        "joined" => Some("Added to the unit."),
        "left" => Some("Removed from the unit."),
        "given" => Some("The role is given, and counts at once."),
        "taken" => Some("The role is taken away."),
        _ => None,
    };
    let shown = Shown {
        after,
        done,
        ..Shown::default()
    };
    answer(&admin, &unit, shown).await
}

/// The unit's page, with what was done.
fn back(unit: &AdministrativeUnit, done: &str) -> Response {
    redirect(&paths::with(&paths::unit(unit.id), "done", done))
}

/// `POST /portal/units/{id}/add`
pub(super) async fn add(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let unit = open(&admin, &id).await?;
    let text = fields.get("name");
    let again = async |problem| {
        let shown = Shown {
            text,
            problem,
            ..Shown::default()
        };
        answer(&admin, &unit, shown).await
    };
    // Whoever may not is refused, and recorded, where the unit would be changed.
    let mut somebody = UserId::from_bytes([0; 16]);
    if admin.offers.has(Action::WriteUnits) {
        match names::find_person(&admin, text).await? {
            Ok(user) => somebody = user.id,
            Err(words) => return again(words).await,
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    match service.join_unit(&admin.caller, info, unit.id, somebody).await {
        Ok(()) => Ok(back(&unit, "joined")),
        Err(UnitError::AlreadyThere) => again("This person is in the unit already.").await,
        Err(other) => Err(admin.unit_failed(&other)),
    }
}

/// `POST /portal/units/{id}/remove`
pub(super) async fn remove(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let unit = open(&admin, &id).await?;
    let member = fields
        .get("member")
        .parse()
        .unwrap_or(UserId::from_bytes([0; 16]));
    let (service, info) = (admin.service(), &admin.member.visit.info);
    match service.leave_unit(&admin.caller, info, unit.id, member).await {
        // Gone already is as good as removed.
        Ok(()) | Err(UnitError::NoSuchObject(_)) => Ok(back(&unit, "left")),
        Err(other) => Err(admin.unit_failed(&other)),
    }
}

/// `POST /portal/units/{id}/give`
pub(super) async fn give(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let unit = open(&admin, &id).await?;
    let role = fields.get("role").parse::<RoleId>().ok();
    let role_text = fields.get("holder");
    let again = async |role_problem| {
        let shown = Shown {
            role,
            role_text,
            role_problem,
            ..Shown::default()
        };
        answer(&admin, &unit, shown).await
    };
    let Some(wanted) = role else {
        return again("Choose a role.").await;
    };
    // Whoever may not is refused, and recorded, where the role would be given.
    let mut somebody = PrincipalId::from_bytes([0; 16]);
    if admin.offers.has(Action::AssignRole) {
        match names::find_role_holder(&admin, role_text).await? {
            Ok(holder) => somebody = holder,
            Err(words) => return again(words).await,
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let scope = RoleScope::Unit(unit.id);
    let given = service
        .assign_role(&admin.caller, info, wanted, somebody, scope)
        .await;
    match given {
        Ok(_) => Ok(back(&unit, "given")),
        Err(RoleError::AlreadyAssigned) => again("This person holds the role for this unit already.").await,
        Err(RoleError::NotForUnits | RoleError::NoSuchRole(_)) => {
            again("This role can't be given for a unit.").await
        }
        Err(other) => Err(admin.role_failed(&other)),
    }
}

/// `POST /portal/units/{id}/take`
pub(super) async fn take(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let unit = open(&admin, &id).await?;
    match unassign(&admin, fields.get("assignment")).await? {
        Ok(()) => Ok(back(&unit, "taken")),
        Err(role_problem) => {
            let shown = Shown {
                role_problem,
                ..Shown::default()
            };
            answer(&admin, &unit, shown).await
        }
    }
}
