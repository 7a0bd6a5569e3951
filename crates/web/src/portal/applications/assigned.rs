//! Who may use an application: people and groups are assigned to it by their names.

use axum::extract::Path;
use latchkey_domain::{AppRoleAssignmentKey, AppRoleId, AssignedKind, GroupId, PrincipalId, UserId};
use latchkey_service::{AppRoleGift, AppRoleView, ApplicationError, ApplicationFile};

use super::open;
use super::show::{self, Shown};
use crate::answer::{Answer, redirect};
use crate::portal::admin::AdminPosted;
use crate::portal::{names, paths};

/// Somebody who was assigned.
pub(super) struct Assigned {
    /// Their own page, where there is one.
    pub(super) path: Option<String>,
    pub(super) name: String,
    /// What it is, and the role.
    pub(super) detail: String,
    /// What takes the assignment away.
    pub(super) key: Option<String>,
}

impl Assigned {
    pub(super) fn new(file: &ApplicationFile, view: &AppRoleView) -> Self {
        let AppRoleAssignmentKey {
            principal, role: id, ..
        } = view.key;
        let bytes = *principal.as_bytes();
        let (path, kind) = match view.kind {
            AssignedKind::User => (Some(paths::person(&UserId::from_bytes(bytes))), "Person"),
            AssignedKind::Group => (Some(paths::group(&GroupId::from_bytes(bytes))), "Group"),
            AssignedKind::ServicePrincipal => (None, "Application"),
        };
        let mut roles = file.view.application.registration.app_roles.iter();
        let role = roles.find(|role| role.id == id);
        Self {
            path,
            name: view.principal_name.clone(),
            detail: match role {
                Some(role) => format!("{kind} · {}", role.display_name),
                None => kind.to_owned(),
            },
            key: file.may_assign_roles.then(|| format!("{principal} {id}")),
        }
    }
}

/// `POST /portal/applications/{id}/assigned`
pub(super) async fn add(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let text = fields.get("assignee");
    let again = |problem| {
        let shown = Shown {
            assignee: (text, problem),
            role: fields.get("role"),
            ..Shown::default()
        };
        Ok(show::answer(&admin, &file, shown))
    };
    // Whoever may not is refused, and recorded, where the role would be given.
    let mut principal = PrincipalId::from_bytes([0; 16]);
    if file.may_assign_roles {
        match names::find_principal(&admin, text, |_| true).await? {
            Ok(found) => principal = found,
            Err(words) => return again(words),
        }
    }
    let gift = AppRoleGift {
        principal,
        resource: file.view.application.application.service_principal_id,
        role: fields.get("role").parse().unwrap_or(AppRoleId::DEFAULT),
    };
    let info = &admin.member.visit.info;
    match admin.service().give_app_role(&admin.caller, info, gift).await {
        Ok(_) => Ok(redirect(&format!("{}/{id}?done=assigned", paths::APPLICATIONS))),
        Err(ApplicationError::AlreadyAssigned) => again("Assigned to it already."),
        Err(ApplicationError::NoSuchRole(_)) => again("Choose one of the application's roles."),
        Err(error) => Err(admin.application_failed(&error)),
    }
}

/// `POST /portal/applications/{id}/assigned/remove`
pub(super) async fn remove(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let parts = fields.get("key").split_once(' ');
    let parts = parts.and_then(|(principal, role)| Some((principal.parse().ok()?, role.parse().ok()?)));
    let (principal, role) = parts.ok_or_else(|| admin.member.visit.bad_request())?;
    let key = AppRoleAssignmentKey {
        principal,
        resource: file.view.application.application.service_principal_id,
        role,
    };
    let info = &admin.member.visit.info;
    match admin.service().take_app_role(&admin.caller, info, key).await {
        // Gone already is as good as removed.
        Ok(()) | Err(ApplicationError::NoSuchGrant) => {
            Ok(redirect(&format!("{}/{id}?done=unassigned", paths::APPLICATIONS)))
        }
        Err(error) => Err(admin.application_failed(&error)),
    }
}
