//! Delegated scopes that applications were granted (`oauth2PermissionGrants` in Graph).

use latchkey_domain::{
    Action, Activity, AuditEvent, AuditTarget, Caller, DelegatedGrant, DelegatedGrantKey, GraphPermission,
    ModifiedProperty, Permit, ServicePrincipalId, TargetKind, UserId, may,
};
use latchkey_store::{ApplicationKey, Reader, Writer};

use super::{ApplicationError, PrincipalView, target};
use crate::trail::{Trail, user_target};
use crate::{RequestInfo, Service};

/// Which grants a list is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// Those of this client.
    pub client: Option<ServicePrincipalId>,
    /// Those on this resource.
    pub resource: Option<ServicePrincipalId>,
    /// Those for this person; `Some(None)` for everyone.
    pub principal: Option<Option<UserId>>,
}

/// A grant that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantWish {
    /// Who, on what, for whom.
    pub key: DelegatedGrantKey,
    /// Scopes, separated by blanks.
    pub scope: String,
}

impl Service {
    /// A page of grants in the order of their keys, those after `after`.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::Fault`]
    pub async fn list_grants(
        &self,
        caller: &Caller,
        filter: GrantFilter,
        after: Option<&DelegatedGrantKey>,
        limit: u32,
    ) -> Result<Vec<DelegatedGrant>, ApplicationError> {
        may(caller, Action::ReadGrants, None)?;
        let mut reader = self.store.read().await?;
        Ok(reader
            .delegated_grants(filter.client, filter.resource, filter.principal, after, limit)
            .await?)
    }

    /// One grant.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchGrant`], [`ApplicationError::Fault`]
    pub async fn show_grant(
        &self,
        caller: &Caller,
        key: &DelegatedGrantKey,
    ) -> Result<DelegatedGrant, ApplicationError> {
        may(caller, Action::ReadGrants, None)?;
        let found = self.store.read().await?.delegated_grant(key).await?;
        found.ok_or(ApplicationError::NoSuchGrant)
    }

    /// Makes a grant, in place of the consent of whom it is for.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn create_grant(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: GrantWish,
    ) -> Result<DelegatedGrant, ApplicationError> {
        let trail = self.trail(caller, info);
        let activity = Activity::AddDelegatedGrant;
        let permit = self
            .permit_grants(caller, &trail, activity, wish.key.resource)
            .await?;
        self.store
            .write_with((permit, trail, wish), |writer, (permit, trail, wish)| {
                Box::pin(create(writer, permit, trail, wish))
            })
            .await
    }

    /// Puts other scopes into a grant.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn update_grant(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: GrantWish,
    ) -> Result<(), ApplicationError> {
        let trail = self.trail(caller, info);
        let activity = Activity::AddDelegatedGrant;
        let permit = self
            .permit_grants(caller, &trail, activity, wish.key.resource)
            .await?;
        self.store
            .write_with((permit, trail, wish), |writer, (permit, trail, wish)| {
                Box::pin(async move {
                    let old = writer.delegated_grant(&wish.key).await?;
                    let old = old.ok_or(ApplicationError::NoSuchGrant)?;
                    let scopes = known_scopes(writer, wish).await?;
                    if scopes == old.scopes {
                        return Ok(());
                    }
                    let grant = DelegatedGrant {
                        scopes,
                        ..old.clone()
                    };
                    let text = (old.scope_text(), grant.scope_text());
                    let event = event(writer, trail, Activity::AddDelegatedGrant, &grant.key, &text).await?;
                    writer.save_delegated_grant(permit, &grant, &event).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Takes a grant back.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_grant(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: DelegatedGrantKey,
    ) -> Result<(), ApplicationError> {
        let trail = self.trail(caller, info);
        let activity = Activity::RemoveDelegatedGrant;
        let permit = self.permit_grants(caller, &trail, activity, key.resource).await?;
        self.store
            .write_with((permit, trail, key), |writer, (permit, trail, key)| {
                Box::pin(async move {
                    let old = writer.delegated_grant(key).await?;
                    let old = old.ok_or(ApplicationError::NoSuchGrant)?;
                    let text = (old.scope_text(), String::new());
                    let event = event(writer, trail, Activity::RemoveDelegatedGrant, key, &text).await?;
                    writer.delete_delegated_grant(permit, key, &event).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn permit_grants(
        &self,
        caller: &Caller,
        trail: &Trail,
        activity: Activity,
        resource: ServicePrincipalId,
    ) -> Result<Permit, ApplicationError> {
        let action = if resource == ServicePrincipalId::GRAPH {
            Action::GrantGraphScopes
        } else {
            Action::GrantScopes
        };
        Ok(self
            .permit_or_record(caller, trail, action, activity, Vec::new())
            .await?)
    }
}

async fn create(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    wish: &GrantWish,
) -> Result<DelegatedGrant, ApplicationError> {
    let key = wish.key;
    let client = PrincipalView::find(writer, ApplicationKey::Principal(key.client)).await?;
    if !matches!(client, Some(PrincipalView::Application(_))) {
        return Err(ApplicationError::NoSuchPrincipal(key.client.into()));
    }
    if let Some(user) = key.principal
        && writer.user_by_id(user).await?.is_none()
    {
        return Err(ApplicationError::NoSuchPrincipal(user.into()));
    }
    let scopes = known_scopes(writer, wish).await?;
    if writer.delegated_grant(&key).await?.is_some() {
        return Err(ApplicationError::AlreadyGranted);
    }
    let grant = DelegatedGrant {
        key,
        scopes,
        created_at: trail.at,
    };
    let text = (String::new(), grant.scope_text());
    let event = event(writer, trail, Activity::AddDelegatedGrant, &key, &text).await?;
    writer.save_delegated_grant(permit, &grant, &event).await?;
    Ok(grant)
}

/// The scopes in the resource's own spelling.
async fn known_scopes(reader: &mut Reader, wish: &GrantWish) -> Result<Vec<String>, ApplicationError> {
    let resource = wish.key.resource;
    let found = PrincipalView::find(reader, ApplicationKey::Principal(resource)).await?;
    let found = found.ok_or(ApplicationError::NoSuchPrincipal(resource.into()))?;
    let known = |scope: &String| match &found {
        PrincipalView::Graph => GraphPermission::from_value(scope)
            .filter(|permission| permission.delegated_id().is_some())
            .map(|permission| permission.value().to_owned()),
        PrincipalView::Application(found) => found.registration.scope(scope).map(|scope| scope.value.clone()),
    };
    DelegatedGrant::scopes_of(&wish.scope)
        .into_iter()
        .map(|scope| known(&scope).ok_or(ApplicationError::NoSuchScope(scope)))
        .collect()
}

/// As Entra ID writes it: the resource with the scopes before and now, then the client, then whom it is for.
async fn event(
    reader: &mut Reader,
    trail: &Trail,
    activity: Activity,
    key: &DelegatedGrantKey,
    (old, new): &(String, String),
) -> Result<AuditEvent, ApplicationError> {
    let mut targets = Vec::new();
    for id in [key.resource, key.client] {
        let found = PrincipalView::find(reader, ApplicationKey::Principal(id)).await?;
        let name = found.as_ref().map_or("", PrincipalView::display_name);
        targets.push(target(TargetKind::ServicePrincipal, id.to_string(), name));
    }
    if let Some(resource) = targets.first_mut() {
        let consent = if key.principal.is_some() {
            "Principal"
        } else {
            "AllPrincipals"
        };
        resource.modified = vec![
            ModifiedProperty::text("DelegatedPermissionGrant.Scope", Some(old), Some(new)),
            ModifiedProperty::text("DelegatedPermissionGrant.ConsentType", None, Some(consent)),
        ];
    }
    if let Some(user) = key.principal {
        let found = reader.user_by_id(user).await?;
        let whom: Option<AuditTarget> = found.as_ref().map(user_target);
        targets.extend(whom);
    }
    Ok(trail.done(activity, "", targets))
}
