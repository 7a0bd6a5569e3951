//! The public client by which people sign in to the command line (`latchkey login`), the same in every installation.
//!
//! Nothing is granted to it beforehand: whoever signs in is asked what it may do for them, and an administrator consents
//! to what only administrators can. What it may do never exceeds what the person may.

use latchkey_domain::{
    Action, Activity, AppId, Application, AuditEvent, AuditTarget, Caller, ClientId, ClientRegistration,
    GraphPermission, PermissionSet, Permit, RequiredResource, ScopeId, ServicePrincipalId, TargetKind, may,
};
use latchkey_store::{StoreError, Writer};

use crate::{AccessError, RequestInfo, Service};

/// What the command line's commands need.
const PERMISSIONS: &[GraphPermission] = &[
    GraphPermission::UserReadWriteAll,
    GraphPermission::UserAuthenticationMethodReadWriteAll,
    GraphPermission::GroupReadWriteAll,
    GraphPermission::RoleManagementReadWriteDirectory,
    GraphPermission::ApplicationReadWriteAll,
    GraphPermission::AppRoleAssignmentReadWriteAll,
    GraphPermission::PolicyReadWriteAuthenticationMethod,
    GraphPermission::AuditLogReadAll,
];

/// An application that is registered once, with its two audit events.
pub(crate) struct Registered {
    pub(crate) permit: Permit,
    pub(crate) application: Application,
    pub(crate) registration: ClientRegistration,
    pub(crate) events: [AuditEvent; 2],
}

impl Registered {
    /// Writes all of it, or nothing.
    pub(crate) async fn insert(&self, writer: &mut Writer) -> Result<(), StoreError> {
        let [added, updated] = &self.events;
        writer
            .insert_application(&self.permit, &self.application, None, added)
            .await?;
        writer
            .save_registration(
                &self.permit,
                self.application.client_id,
                &self.registration,
                updated,
            )
            .await
    }
}

impl Service {
    /// Registers the command line's client, if this installation has none yet. A client that was disabled stays so.
    ///
    /// # Errors
    /// [`AccessError::Fault`]
    pub async fn ensure_command_line_client(&self, info: &RequestInfo) -> Result<(), AccessError> {
        let known = self
            .store
            .read()
            .await?
            .application(ClientId::COMMAND_LINE)
            .await?;
        if known.is_some() {
            return Ok(());
        }
        let registration = ClientRegistration {
            public_client_flows: true,
            required_resources: vec![RequiredResource {
                resource: ClientId::GRAPH,
                scopes: PERMISSIONS
                    .iter()
                    .filter_map(|permission| permission.delegated_id())
                    .map(ScopeId::from_uuid)
                    .collect(),
                roles: Vec::new(),
            }],
            ..ClientRegistration::default()
        };
        let registered = self.registered_by_console(
            "Latchkey command line",
            ClientId::COMMAND_LINE,
            registration,
            info,
        )?;
        let made = self
            .store
            .write_with(registered, |writer, registered: &Registered| {
                Box::pin(registered.insert(writer))
            })
            .await;
        match made {
            // Another node was first.
            Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A public application without permissions of its own, registered at the machine's console.
    pub(crate) fn registered_by_console(
        &self,
        display_name: &str,
        client_id: ClientId,
        registration: ClientRegistration,
        info: &RequestInfo,
    ) -> Result<Registered, AccessError> {
        let trail = self.trail(&Caller::Console, info);
        let permit = may(&Caller::Console, Action::AssignRole, None)?;
        let application = Application {
            id: AppId::from_bytes(self.random_id()),
            client_id,
            service_principal_id: ServicePrincipalId::from_bytes(self.random_id()),
            display_name: display_name.to_owned(),
            enabled: true,
            permissions: PermissionSet::EMPTY,
            created_at: trail.at,
        };
        let target = AuditTarget {
            kind: TargetKind::Application,
            id: application.id.to_string(),
            display_name: Some(display_name.to_owned()),
            upn: None,
            modified: Vec::new(),
        };
        let events = [Activity::AddApplication, Activity::UpdateApplication]
            .map(|activity| trail.done(activity, "", vec![target.clone()]));
        Ok(Registered {
            permit,
            application,
            registration,
            events,
        })
    }
}
