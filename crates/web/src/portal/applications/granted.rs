//! What an application was granted: permissions in its own name, consents in people's.

use axum::extract::Path;
use latchkey_domain::{
    AppRoleAssignmentKey, AppRoleId, DelegatedGrantKey, GraphPermission, ServicePrincipalId,
};
use latchkey_service::{AppRoleGift, ApplicationError};

use super::{open, show};
use crate::answer::{Answer, Stop, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::paths;

/// The application's page, with what was done.
fn back(id: &str, done: &str) -> axum::response::Response {
    redirect(&format!("{}/{id}?done={done}", paths::APPLICATIONS))
}

/// Two ids, or an id and a word, that a button of the page sends.
fn pair<'a>(admin: &Admin, text: &'a str) -> Result<(ServicePrincipalId, &'a str), Stop> {
    let parts = text.split_once(' ');
    let parts = parts.and_then(|(resource, rest)| Some((resource.parse().ok()?, rest)));
    parts.ok_or_else(|| admin.member.visit.bad_request())
}

/// `POST /portal/applications/{id}/permissions`
pub(super) async fn give(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let wanted = GraphPermission::from_value(fields.get("permission"));
    let Some(role) = wanted.and_then(GraphPermission::application_id) else {
        return Ok(show::answer(
            &admin,
            &file,
            show::Shown::wrong("Choose a permission from the list."),
        ));
    };
    let gift = AppRoleGift {
        principal: file.view.application.application.service_principal_id.into(),
        resource: ServicePrincipalId::GRAPH,
        role: AppRoleId::from_uuid(role),
    };
    let info = &admin.member.visit.info;
    match admin.service().give_app_role(&admin.caller, info, gift).await {
        // It has it already: that is what was wanted.
        Ok(_) | Err(ApplicationError::AlreadyAssigned) => Ok(back(&id, "granted")),
        Err(error) => Err(admin.application_failed(&error)),
    }
}

/// `POST /portal/applications/{id}/permissions/remove`
pub(super) async fn take(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let (resource, role) = pair(&admin, fields.get("key"))?;
    let key = AppRoleAssignmentKey {
        principal: file.view.application.application.service_principal_id.into(),
        resource,
        role: role.parse().map_err(|_| admin.member.visit.bad_request())?,
    };
    let info = &admin.member.visit.info;
    match admin.service().take_app_role(&admin.caller, info, key).await {
        Ok(()) | Err(ApplicationError::NoSuchGrant) => Ok(back(&id, "taken")),
        Err(error) => Err(admin.application_failed(&error)),
    }
}

/// `POST /portal/applications/{id}/consents/remove`
pub(super) async fn revoke(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let (resource, whom) = pair(&admin, fields.get("key"))?;
    let principal = match whom {
        "everyone" => None,
        person => Some(person.parse().map_err(|_| admin.member.visit.bad_request())?),
    };
    let key = DelegatedGrantKey {
        client: file.view.application.application.service_principal_id,
        resource,
        principal,
    };
    let info = &admin.member.visit.info;
    match admin.service().delete_grant(&admin.caller, info, key).await {
        Ok(()) | Err(ApplicationError::NoSuchGrant) => Ok(back(&id, "revoked")),
        Err(error) => Err(admin.application_failed(&error)),
    }
}
