//! App roles that applications and people hold: `appRoleAssignments`, seen from the holder, and `appRoleAssignedTo`,
//! seen from the resource (Graph contract 12.1).

use latchkey_domain::{
    Action, AppRoleAssignmentKey, AppRoleId, AssignedKind, PrincipalId, ServicePrincipalId,
};
use latchkey_service::{AppRoleGift, AppRoleView};
use latchkey_store::ApplicationKey;
use serde_json::{Value, json};

use crate::applications::error;
use crate::call::Call;
use crate::compound_id;
use crate::error::GraphError;
use crate::query::page_token_expired;
use crate::reply::{Reply, page_facts, page_of_all};
use crate::routes::Outcome;
use crate::service_principals::key;

const NOBODY: [u8; 16] = [0; 16];

fn wire_id(key: &AppRoleAssignmentKey) -> String {
    compound_id::write([
        key.principal.as_bytes(),
        key.resource.as_bytes(),
        key.role.as_bytes(),
    ])
}

fn read_id(text: &str) -> Option<AppRoleAssignmentKey> {
    let [principal, resource, role] = compound_id::read(text)?;
    Some(AppRoleAssignmentKey {
        principal: PrincipalId::from_bytes(principal),
        resource: ServicePrincipalId::from_bytes(resource),
        role: AppRoleId::from_bytes(role),
    })
}

fn render(view: &AppRoleView) -> Value {
    json!({
        "id": wire_id(&view.key),
        "deletedDateTime": null,
        "appRoleId": view.key.role.to_string(),
        "createdDateTime": view.created_at.to_rfc3339(),
        "principalDisplayName": view.principal_name,
        "principalId": view.key.principal.to_string(),
        "principalType": match view.kind {
            AssignedKind::User => "User",
            AssignedKind::Group => "Group",
            AssignedKind::ServicePrincipal => "ServicePrincipal",
        },
        "resourceDisplayName": view.resource_name,
        "resourceId": view.key.resource.to_string(),
    })
}

/// What the path names, and from which side it is seen.
#[derive(Clone, Copy)]
enum Side {
    /// `servicePrincipals/{id}/appRoleAssignments`
    HolderApplication,
    /// `users/{id}/appRoleAssignments`
    HolderUser,
    /// `servicePrincipals/{id}/appRoleAssignedTo`
    Resource,
}

impl Side {
    /// The set in contexts and addresses.
    fn set(self, call: &Call) -> String {
        match self {
            Self::HolderApplication => format!("servicePrincipals('{}')/appRoleAssignments", call.key(0)),
            Self::Resource => format!("servicePrincipals('{}')/appRoleAssignedTo", call.key(0)),
            Self::HolderUser => format!("{}/appRoleAssignments", call.user_context()),
        }
    }

    /// The object that the path names.
    async fn object(self, call: &Call) -> Result<PrincipalId, GraphError> {
        match self {
            Self::HolderApplication | Self::Resource => {
                let found = call.service.show_principal(&call.caller, key(call)).await;
                Ok(found.map_err(|refused| error(call, &refused))?.id().into())
            }
            Self::HolderUser => {
                let user = call.user();
                let found = call
                    .service
                    .find_user(&call.caller, Action::ReadApplications, &user)
                    .await;
                let user = found.map_err(|refused| call.words.access(&refused, &call.user_key()))?;
                Ok(user.id.into())
            }
        }
    }

    fn fits(self, object: PrincipalId, key: &AppRoleAssignmentKey) -> bool {
        match self {
            Self::HolderApplication | Self::HolderUser => key.principal == object,
            Self::Resource => PrincipalId::from(key.resource) == object,
        }
    }
}

pub(crate) async fn list_of_application(call: &Call) -> Outcome {
    list(call, Side::HolderApplication).await
}

pub(crate) async fn list_of_user(call: &Call) -> Outcome {
    list(call, Side::HolderUser).await
}

pub(crate) async fn list_holders(call: &Call) -> Outcome {
    call.query.only(&["skiptoken", "top"])?;
    let page = call.query.page("assigned", &call.preferred_page, 100, 999)?;
    let read = |place: &str| read_id(place).ok_or_else(page_token_expired);
    let after = page.after.as_deref().map(read).transpose()?;
    let mut found = call
        .service
        .list_holders(&call.caller, key(call), after, page.limit + 1)
        .await
        .map_err(|refused| error(call, &refused))?;
    let path = match key(call) {
        ApplicationKey::Principal(id) => format!("servicePrincipals/{id}/appRoleAssignedTo"),
        _ => format!(
            "servicePrincipals(appId='{}')/appRoleAssignedTo",
            call.key(0).trim_start_matches("appId=")
        ),
    };
    let facts = page_facts(call, &path, "assigned", &mut found, page.limit, |last| {
        wire_id(&last.key)
    });
    let bodies: Vec<Value> = found.iter().map(render).collect();
    Reply::list(call, &Side::Resource.set(call), &bodies, &facts)
}

async fn list(call: &Call, side: Side) -> Outcome {
    call.query.only(&["count", "skiptoken", "top"])?;
    let refused = |refused| error(call, &refused);
    let mut found = match side {
        Side::HolderUser => {
            let user = latchkey_domain::UserId::from_bytes(*side.object(call).await?.as_bytes());
            call.service
                .list_roles_of_user(&call.caller, user)
                .await
                .map_err(refused)?
        }
        Side::HolderApplication | Side::Resource => {
            let found = call
                .service
                .list_roles_of_principal(&call.caller, key(call))
                .await;
            found.map_err(refused)?
        }
    };
    let path = side.set(call);
    let facts = page_of_all(call, &path, "roles held", &mut found, |view| wire_id(&view.key))?;
    let bodies: Vec<Value> = found.iter().map(render).collect();
    Reply::list(call, &path, &bodies, &facts)
}

pub(crate) async fn give_to_application(call: &Call) -> Outcome {
    give(call, Side::HolderApplication).await
}

pub(crate) async fn give_to_user(call: &Call) -> Outcome {
    give(call, Side::HolderUser).await
}

pub(crate) async fn give_of_resource(call: &Call) -> Outcome {
    give(call, Side::Resource).await
}

async fn give(call: &Call, side: Side) -> Outcome {
    let mut body = call.json()?;
    body.check_type("appRoleAssignment")?;
    let (principal, resource, role) = (
        body.text("principalId")?,
        body.text("resourceId")?,
        body.text("appRoleId")?,
    );
    body.finish_read_only(&[
        "id",
        "createdDateTime",
        "deletedDateTime",
        "principalDisplayName",
        "principalType",
        "resourceDisplayName",
    ])?;
    let gift = AppRoleGift {
        principal: id(call, principal, "principalId", PrincipalId::from_bytes(NOBODY))?,
        resource: id(
            call,
            resource,
            "resourceId",
            ServicePrincipalId::from_bytes(NOBODY),
        )?,
        role: id(call, role, "appRoleId", AppRoleId::from_bytes([255; 16]))?,
    };
    let key = AppRoleAssignmentKey {
        principal: gift.principal,
        resource: gift.resource,
        role: gift.role,
    };
    let object = side.object(call).await?;
    if !side.fits(object, &key) {
        return Err(call
            .words
            .bad_request("The ids in the body do not fit the object that the path names."));
    }
    let given = call
        .service
        .give_app_role(&call.caller, &call.info, gift)
        .await
        .map_err(|refused| error(call, &refused))?;
    let location = match side {
        Side::HolderUser => format!("users/{object}/appRoleAssignments/{}", wire_id(&key)),
        Side::HolderApplication => format!("servicePrincipals/{object}/appRoleAssignments/{}", wire_id(&key)),
        Side::Resource => format!("servicePrincipals/{object}/appRoleAssignedTo/{}", wire_id(&key)),
    };
    let context = format!("{}/$entity", side.set(call));
    Ok(Reply::entity(call, &context, &render(&given))?.created(Some(call.url(&location))))
}

/// What is no id names nothing; to know that takes permission first.
fn id<T: std::str::FromStr>(
    call: &Call,
    text: Option<String>,
    property: &'static str,
    nothing: T,
) -> Result<T, GraphError> {
    let text = text.filter(|text| !text.is_empty()).ok_or_else(|| {
        call.words.bad_request(format!(
            "Property {property} value is required but is empty or missing."
        ))
    })?;
    Ok(text.parse().unwrap_or(nothing))
}

pub(crate) async fn show_of_application(call: &Call) -> Outcome {
    show(call, Side::HolderApplication).await
}

pub(crate) async fn show_of_user(call: &Call) -> Outcome {
    show(call, Side::HolderUser).await
}

pub(crate) async fn show_of_resource(call: &Call) -> Outcome {
    show(call, Side::Resource).await
}

/// The assignment that the path names, if it is the named object's.
async fn named(call: &Call, side: Side) -> Result<AppRoleView, GraphError> {
    let object = side.object(call).await?;
    let unknown = || call.words.not_found(call.key(1));
    let key = read_id(call.key(1))
        .filter(|key| side.fits(object, key))
        .ok_or_else(unknown)?;
    let found = call.service.show_app_role(&call.caller, key).await;
    found.map_err(|refused| error(call, &refused))
}

async fn show(call: &Call, side: Side) -> Outcome {
    call.query.only(&[])?;
    let view = named(call, side).await?;
    Reply::entity(call, &format!("{}/$entity", side.set(call)), &render(&view))
}

pub(crate) async fn take_from_application(call: &Call) -> Outcome {
    take(call, Side::HolderApplication).await
}

pub(crate) async fn take_from_user(call: &Call) -> Outcome {
    take(call, Side::HolderUser).await
}

pub(crate) async fn take_of_resource(call: &Call) -> Outcome {
    take(call, Side::Resource).await
}

async fn take(call: &Call, side: Side) -> Outcome {
    let view = named(call, side).await?;
    call.service
        .take_app_role(&call.caller, &call.info, view.key)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
