//! App roles that people, groups and applications hold, the permissions of our Graph among them.
//!
//! A permission of our Graph is kept with the application that holds it, any other role as an assignment; both look the
//! same from outside.

use latchkey_domain::{
    Action, Activity, AppRole, AppRoleAssignment, AppRoleAssignmentKey, AppRoleId, AppRoleMember,
    AssignedKind, AuditEvent, AuditTarget, Caller, ClientRegistration, GraphPermission, GroupId,
    ModifiedProperty, Permit, PrincipalId, ServicePrincipalId, TargetKind, Timestamp, UserId, may,
};
use latchkey_store::{ApplicationKey, HeldPermission, Reader, StoreError, Writer};

use super::{ApplicationError, PrincipalView, target};
use crate::trail::{Trail, user_target};
use crate::{RequestInfo, Service};

/// A role that is to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppRoleGift {
    /// To whom.
    pub principal: PrincipalId,
    /// Of which resource.
    pub resource: ServicePrincipalId,
    /// Which one; [`AppRoleId::DEFAULT`] stands for "assigned, without a role".
    pub role: AppRoleId,
}

/// A role that someone holds.
#[derive(Debug, Clone)]
pub struct AppRoleView {
    /// Who holds which role of whom.
    pub key: AppRoleAssignmentKey,
    /// What the holder is.
    pub kind: AssignedKind,
    /// The holder's name to show.
    pub principal_name: String,
    /// The resource's name to show.
    pub resource_name: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Someone or something that can hold roles.
struct Holder {
    kind: AssignedKind,
    target: AuditTarget,
}

impl Holder {
    fn name(&self) -> String {
        self.target.display_name.clone().unwrap_or_default()
    }
}

impl Service {
    /// The roles that a service principal holds, those of our Graph first.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn list_roles_of_principal(
        &self,
        caller: &Caller,
        key: ApplicationKey,
    ) -> Result<Vec<AppRoleView>, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        let holder = PrincipalView::find(&mut reader, key).await?;
        let holder = holder.ok_or(ApplicationError::NoSuchApplication)?;
        let mut views: Vec<AppRoleView> = reader
            .permissions_held(holder.id())
            .await?
            .iter()
            .filter_map(view_of_permission)
            .collect();
        views.extend(assigned(&mut reader, holder.id().into()).await?);
        Ok(views)
    }

    /// The roles that a person holds directly.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn list_roles_of_user(
        &self,
        caller: &Caller,
        user: UserId,
    ) -> Result<Vec<AppRoleView>, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        assigned(&mut reader, user.into()).await
    }

    /// Who holds roles of a service principal: a page, those after `after`.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn list_holders(
        &self,
        caller: &Caller,
        key: ApplicationKey,
        after: Option<AppRoleAssignmentKey>,
        limit: u32,
    ) -> Result<Vec<AppRoleView>, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        let resource = PrincipalView::find(&mut reader, key).await?;
        let resource = resource.ok_or(ApplicationError::NoSuchApplication)?;
        if matches!(resource, PrincipalView::Graph) {
            let after = after.and_then(|after| {
                let principal = ServicePrincipalId::from_bytes(*after.principal.as_bytes());
                Some((principal, permission_of_role(after.role)?))
            });
            let held = reader.permission_holders(after, limit).await?;
            return Ok(held.iter().filter_map(view_of_permission).collect());
        }
        Ok(assigned_to(&mut reader, resource.id(), resource.display_name(), after, limit).await?)
    }

    /// One assignment.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchGrant`], [`ApplicationError::Fault`]
    pub async fn show_app_role(
        &self,
        caller: &Caller,
        key: AppRoleAssignmentKey,
    ) -> Result<AppRoleView, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        find(&mut self.store.read().await?, key)
            .await?
            .ok_or(ApplicationError::NoSuchGrant)
    }

    /// Gives a role.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn give_app_role(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        gift: AppRoleGift,
    ) -> Result<AppRoleView, ApplicationError> {
        let trail = self.trail(caller, info);
        let permit = self
            .permit_app_roles(caller, &trail, Activity::AddAppRoleAssignment, gift.resource)
            .await?;
        self.store
            .write_with((permit, trail, gift), |writer, (permit, trail, gift)| {
                Box::pin(give(writer, permit, trail, *gift))
            })
            .await
    }

    /// Takes a role away.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn take_app_role(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: AppRoleAssignmentKey,
    ) -> Result<(), ApplicationError> {
        let trail = self.trail(caller, info);
        let permit = self
            .permit_app_roles(caller, &trail, Activity::RemoveAppRoleAssignment, key.resource)
            .await?;
        self.store
            .write_with((permit, trail, key), |writer, (permit, trail, key)| {
                Box::pin(take(writer, permit, trail, *key))
            })
            .await
    }

    /// Giving needs to see what is given (Graph contract 12.1); permissions of our Graph are as good as roles.
    async fn permit_app_roles(
        &self,
        caller: &Caller,
        trail: &Trail,
        activity: Activity,
        resource: ServicePrincipalId,
    ) -> Result<Permit, ApplicationError> {
        let action = if resource == ServicePrincipalId::GRAPH {
            Action::AssignGraphPermission
        } else {
            Action::AssignAppRole
        };
        if let Some(beside) = action.beside() {
            self.permit_or_record(caller, trail, beside, activity, Vec::new())
                .await?;
        }
        Ok(self
            .permit_or_record(caller, trail, action, activity, Vec::new())
            .await?)
    }
}

async fn give(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    gift: AppRoleGift,
) -> Result<AppRoleView, ApplicationError> {
    let AppRoleGift {
        principal,
        resource,
        role,
    } = gift;
    let holder = holder(writer, principal)
        .await?
        .ok_or(ApplicationError::NoSuchPrincipal(principal))?;
    let found = PrincipalView::find(writer, ApplicationKey::Principal(resource)).await?;
    let found = found.ok_or(ApplicationError::NoSuchPrincipal(resource.into()))?;
    let value = role_value(&found, role, holder.kind).ok_or(ApplicationError::NoSuchRole(role))?;
    let key = AppRoleAssignmentKey {
        principal,
        resource,
        role,
    };
    let event = event(trail, giving(holder.kind), &found, &holder, role, &value);
    match found {
        PrincipalView::Graph => {
            let permission = permission_of_role(role).ok_or(ApplicationError::NoSuchRole(role))?;
            let id = ServicePrincipalId::from_bytes(*principal.as_bytes());
            let client = writer.client_of_service_principal(id).await?;
            let client = client.ok_or(ApplicationError::NoSuchPrincipal(principal))?;
            writer
                .insert_permission(permit, client, permission, trail.at, &event)
                .await?;
        }
        PrincipalView::Application(_) => {
            let assignment = AppRoleAssignment {
                key,
                kind: holder.kind,
                created_at: trail.at,
            };
            writer
                .insert_app_role_assignment(permit, &assignment, &event)
                .await?;
        }
    }
    Ok(AppRoleView {
        key,
        kind: holder.kind,
        principal_name: holder.name(),
        resource_name: found.display_name().to_owned(),
        created_at: trail.at,
    })
}

/// Gives a role as part of something larger that was permitted, unless it is held already.
pub(crate) async fn give_unless_held(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    gift: AppRoleGift,
) -> Result<(), ApplicationError> {
    let key = AppRoleAssignmentKey {
        principal: gift.principal,
        resource: gift.resource,
        role: gift.role,
    };
    if find(writer, key).await?.is_some() {
        return Ok(());
    }
    give(writer, permit, trail, gift).await.map(drop)
}

async fn take(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    key: AppRoleAssignmentKey,
) -> Result<(), ApplicationError> {
    let found = PrincipalView::find(writer, ApplicationKey::Principal(key.resource)).await?;
    let found = found.ok_or(ApplicationError::NoSuchGrant)?;
    let holder = holder(writer, key.principal)
        .await?
        .ok_or(ApplicationError::NoSuchGrant)?;
    let value = role_value(&found, key.role, holder.kind).unwrap_or_default();
    let event = event(trail, taking(holder.kind), &found, &holder, key.role, &value);
    let taken = match found {
        PrincipalView::Graph => {
            let id = ServicePrincipalId::from_bytes(*key.principal.as_bytes());
            let client = writer.client_of_service_principal(id).await?;
            match (client, permission_of_role(key.role)) {
                (Some(client), Some(permission)) => {
                    writer
                        .delete_permission(permit, client, permission, &event)
                        .await?
                }
                _ => false,
            }
        }
        PrincipalView::Application(_) => writer.delete_app_role_assignment(permit, &key, &event).await?,
    };
    if taken {
        Ok(())
    } else {
        Err(ApplicationError::NoSuchGrant)
    }
}

/// The permission of our Graph whose application role has this id.
pub(crate) fn permission_of_role(role: AppRoleId) -> Option<GraphPermission> {
    GraphPermission::ALL
        .iter()
        .copied()
        .find(|known| known.application_id().map(AppRoleId::from_uuid) == Some(role))
}

/// The name of a role that this kind of holder can have. None: there is no such role for it.
fn role_value(resource: &PrincipalView, role: AppRoleId, kind: AssignedKind) -> Option<String> {
    match resource {
        PrincipalView::Graph => {
            let is_grantable =
                |known: &GraphPermission| known.is_used() && kind == AssignedKind::ServicePrincipal;
            let known = permission_of_role(role).filter(is_grantable);
            known.map(|permission| permission.value().to_owned())
        }
        PrincipalView::Application(found) => role_of_application(&found.registration, role, kind),
    }
}

fn role_of_application(
    registration: &ClientRegistration,
    role: AppRoleId,
    kind: AssignedKind,
) -> Option<String> {
    let member = match kind {
        AssignedKind::User | AssignedKind::Group => AppRoleMember::User,
        AssignedKind::ServicePrincipal => AppRoleMember::Application,
    };
    let fits = |known: &&AppRole| known.enabled && known.allowed_member_types.contains(&member);
    let mut fitting = registration.app_roles.iter().filter(fits);
    if role == AppRoleId::DEFAULT {
        // "Assigned, without a role": only where there is none to be assigned to.
        return fitting.next().is_none().then(String::new);
    }
    let found = fitting.find(|known| known.id == role)?;
    Some(found.value.clone().unwrap_or_default())
}

/// The name of an application's role in tokens; empty when it has none, or is gone.
pub(crate) fn role_name(registration: &ClientRegistration, role: AppRoleId) -> String {
    let mut known = registration.app_roles.iter();
    let found = known.find(|known| known.id == role);
    found.and_then(|role| role.value.clone()).unwrap_or_default()
}

async fn holder(reader: &mut Reader, id: PrincipalId) -> Result<Option<Holder>, StoreError> {
    let bytes = *id.as_bytes();
    if let Some(user) = reader.user_by_id(UserId::from_bytes(bytes)).await? {
        let (kind, target) = (AssignedKind::User, user_target(&user));
        return Ok(Some(Holder { kind, target }));
    }
    if let Some(group) = reader.group(GroupId::from_bytes(bytes)).await? {
        let target = target(TargetKind::Group, id.to_string(), &group.properties.display_name);
        let kind = AssignedKind::Group;
        return Ok(Some(Holder { kind, target }));
    }
    let key = ApplicationKey::Principal(ServicePrincipalId::from_bytes(bytes));
    let found = reader.registered_application(key).await?;
    Ok(found.map(|found| Holder {
        kind: AssignedKind::ServicePrincipal,
        target: super::principal_target(&found),
    }))
}

async fn assigned(reader: &mut Reader, principal: PrincipalId) -> Result<Vec<AppRoleView>, ApplicationError> {
    let mut views = Vec::new();
    for assignment in reader.app_role_assignments(Some(principal), None).await? {
        views.extend(view(reader, assignment, None).await?);
    }
    Ok(views)
}

/// Who holds app roles of an application: a page, those after `after`.
pub(crate) async fn assigned_to(
    reader: &mut Reader,
    resource: ServicePrincipalId,
    resource_name: &str,
    after: Option<AppRoleAssignmentKey>,
    limit: u32,
) -> Result<Vec<AppRoleView>, StoreError> {
    let mut views = Vec::new();
    for assignment in reader.role_holders(resource, after, limit).await? {
        views.extend(view(reader, assignment, Some(resource_name)).await?);
    }
    Ok(views)
}

async fn find(
    reader: &mut Reader,
    key: AppRoleAssignmentKey,
) -> Result<Option<AppRoleView>, ApplicationError> {
    if key.resource == ServicePrincipalId::GRAPH {
        let id = ServicePrincipalId::from_bytes(*key.principal.as_bytes());
        let held = reader.permissions_held(id).await?;
        let mut views = held.iter().filter_map(view_of_permission);
        return Ok(views.find(|view| view.key == key));
    }
    let held = reader
        .app_role_assignments(Some(key.principal), Some(key.resource))
        .await?;
    match held.into_iter().find(|held| held.key == key) {
        Some(held) => Ok(view(reader, held, None).await?),
        None => Ok(None),
    }
}

fn view_of_permission(held: &HeldPermission) -> Option<AppRoleView> {
    Some(AppRoleView {
        key: AppRoleAssignmentKey {
            principal: held.principal.into(),
            resource: ServicePrincipalId::GRAPH,
            // One that applications can't hold opens nothing, and is not shown.
            role: AppRoleId::from_uuid(held.permission.application_id()?),
        },
        kind: AssignedKind::ServicePrincipal,
        principal_name: held.display_name.clone(),
        resource_name: PrincipalView::GRAPH_NAME.to_owned(),
        created_at: held.created_at,
    })
}

/// None: the holder or the resource is gone.
async fn view(
    reader: &mut Reader,
    assignment: AppRoleAssignment,
    resource_name: Option<&str>,
) -> Result<Option<AppRoleView>, StoreError> {
    let key = assignment.key;
    let Some(holder) = holder(reader, key.principal).await? else {
        return Ok(None);
    };
    let resource_name = match resource_name {
        Some(name) => name.to_owned(),
        None => match PrincipalView::find(reader, ApplicationKey::Principal(key.resource)).await? {
            Some(resource) => resource.display_name().to_owned(),
            None => return Ok(None),
        },
    };
    Ok(Some(AppRoleView {
        key,
        kind: assignment.kind,
        principal_name: holder.name(),
        resource_name,
        created_at: assignment.created_at,
    }))
}

const fn giving(kind: AssignedKind) -> Activity {
    match kind {
        AssignedKind::User => Activity::AddAppRoleToUser,
        AssignedKind::Group => Activity::AddAppRoleToGroup,
        AssignedKind::ServicePrincipal => Activity::AddAppRoleAssignment,
    }
}

const fn taking(kind: AssignedKind) -> Activity {
    match kind {
        AssignedKind::User => Activity::RemoveAppRoleFromUser,
        AssignedKind::Group => Activity::RemoveAppRoleFromGroup,
        AssignedKind::ServicePrincipal => Activity::RemoveAppRoleAssignment,
    }
}

/// As Entra ID writes it: the resource with the role and who holds it, then the holder.
fn event(
    trail: &Trail,
    activity: Activity,
    resource: &PrincipalView,
    holder: &Holder,
    role: AppRoleId,
    value: &str,
) -> AuditEvent {
    let mut of = target(
        TargetKind::ServicePrincipal,
        resource.id().to_string(),
        resource.display_name(),
    );
    let property = |name: &str, value: &str| ModifiedProperty::text(name, None, Some(value));
    of.modified = vec![
        property("AppRole.Id", &role.to_string()),
        property("AppRole.Value", value),
        property("ServicePrincipal.ObjectID", &holder.target.id),
        property("ServicePrincipal.DisplayName", &holder.name()),
    ];
    trail.done(activity, "", vec![of, holder.target.clone()])
}
