//! Everything about one application, as far as the caller may see and change it.

use latchkey_domain::{
    Action, AppRole, AppRoleAssignmentKey, AppRoleId, AppRoleMember, Caller, DelegatedGrantKey,
    RegisteredApplication, RoleId, ServicePrincipalId, Strength, Timestamp, may, may_change_application,
};
use latchkey_store::{ApplicationKey, Reader, StoreError};

use crate::registry::{assigned_to, owners, role_name, standing};
use crate::{AppRoleView, ApplicationError, ApplicationView, OwnerView, PrincipalView, Service};

/// An application's page.
#[derive(Debug, Clone)]
pub struct ApplicationFile {
    /// The application and its secrets.
    pub view: ApplicationView,
    /// Who takes care of it.
    pub owners: Vec<OwnerView>,
    /// Directory roles that it holds, for the tenant or a unit.
    pub roles: Vec<RoleId>,
    /// App roles that it holds, permissions of our Graph first.
    pub permissions: Vec<HeldAppRole>,
    /// Who was assigned to it, at most [`ApplicationFile::MOST_ASSIGNED`].
    pub assigned: Vec<AppRoleView>,
    /// There are more of them.
    pub more_assigned: bool,
    /// What it may do in people's names, at most [`ApplicationFile::MOST_CONSENTS`].
    pub consents: Vec<Consent>,
    /// There are more consents.
    pub more_consents: bool,
    /// The strength that it demands, where the caller may see those.
    pub strength: Option<Strength>,
    /// What it can be made to demand; empty when the caller may not.
    pub strengths: Vec<Strength>,
    /// The caller may change or delete it.
    pub may_change: bool,
    /// The caller could change it if it held nothing: what it holds protects it.
    pub is_protected: bool,
    /// The caller may give and take permissions of our Graph.
    pub may_grant_graph: bool,
    /// The caller may take other app roles.
    pub may_assign_roles: bool,
    /// The caller may take back consents to scopes of our Graph.
    pub may_revoke_graph: bool,
    /// The same for scopes of other applications.
    pub may_revoke: bool,
    /// The moment of all this.
    pub now: Timestamp,
}

impl ApplicationFile {
    /// So many consents are named.
    pub const MOST_CONSENTS: u32 = 50;
    /// So many of those who were assigned are named.
    pub const MOST_ASSIGNED: u32 = 50;

    /// The roles of its own that people and groups can be assigned to; empty: they are assigned without a role.
    pub fn assignable(&self) -> impl Iterator<Item = &AppRole> {
        let roles = &self.view.application.registration.app_roles;
        let fits = |role: &&AppRole| role.enabled && role.allowed_member_types.contains(&AppRoleMember::User);
        roles.iter().filter(fits)
    }
}

/// An app role that an application holds.
#[derive(Debug, Clone)]
pub struct HeldAppRole {
    /// Who holds which role of whom.
    pub key: AppRoleAssignmentKey,
    /// The role's name in tokens; empty when it only stands for "assigned".
    pub value: String,
    /// Whose role it is.
    pub resource_name: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// What an application may do in people's names.
#[derive(Debug, Clone)]
pub struct Consent {
    /// On what, for whom.
    pub key: DelegatedGrantKey,
    /// On what.
    pub resource_name: String,
    /// For whom; `None` for everyone.
    pub person: Option<String>,
    /// Names of the scopes.
    pub scopes: Vec<String>,
    /// Since when.
    pub created_at: Timestamp,
}

impl Service {
    /// An application's page.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn application_file(
        &self,
        caller: &Caller,
        key: ApplicationKey,
    ) -> Result<ApplicationFile, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.snapshot().await?;
        let found = reader.registered_application(key).await?;
        let application = found.ok_or(ApplicationError::NoSuchApplication)?;
        let target = standing(&mut reader, &application).await?;
        let may_change = may_change_application(caller, &target).is_ok();
        let allows = |action| may(caller, action, None).is_ok();
        let principal = application.application.service_principal_id;
        let (strength, strengths) = strengths(&mut reader, caller, &application, may_change).await?;
        let (assigned, more_assigned) = assigned(&mut reader, &application).await?;
        let (consents, more_consents) = consents(&mut reader, caller, principal).await?;
        Ok(ApplicationFile {
            owners: owners(&mut reader, &application).await?,
            permissions: permissions(&mut reader, principal).await?,
            assigned,
            more_assigned,
            consents,
            more_consents,
            strength,
            strengths,
            may_change,
            is_protected: !may_change && allows(Action::WriteApplication),
            may_grant_graph: allows(Action::AssignGraphPermission),
            may_assign_roles: allows(Action::AssignAppRole),
            may_revoke_graph: allows(Action::GrantGraphScopes),
            may_revoke: allows(Action::GrantScopes),
            roles: target.roles,
            view: ApplicationView {
                secrets: reader
                    .app_secrets(application.application.client_id)
                    .await?
                    .to_vec(),
                application,
            },
            now: self.now(),
        })
    }
}

/// What it demands, and what it can be made to demand.
async fn strengths(
    reader: &mut Reader,
    caller: &Caller,
    application: &RegisteredApplication,
    may_change: bool,
) -> Result<(Option<Strength>, Vec<Strength>), StoreError> {
    let demanded = match application.registration.required_strength {
        Some(id) if may(caller, Action::ReadPolicy, None).is_ok() => reader.strength(id).await?,
        _ => None,
    };
    let exists = application.principal_enabled.is_some();
    let may_demand = exists && may_change && may(caller, Action::WritePolicy, None).is_ok();
    let all = if may_demand {
        let custom = reader.custom_strengths().await?;
        Strength::built_in().into_iter().chain(custom).collect()
    } else {
        Vec::new()
    };
    Ok((demanded, all))
}

async fn permissions(
    reader: &mut Reader,
    principal: ServicePrincipalId,
) -> Result<Vec<HeldAppRole>, StoreError> {
    let mut all = Vec::new();
    for held in reader.permissions_held(principal).await? {
        let Some(id) = held.permission.application_id() else {
            continue;
        };
        all.push(HeldAppRole {
            key: AppRoleAssignmentKey {
                principal: principal.into(),
                resource: ServicePrincipalId::GRAPH,
                role: AppRoleId::from_uuid(id),
            },
            value: held.permission.value().to_owned(),
            resource_name: PrincipalView::GRAPH_NAME.to_owned(),
            created_at: held.created_at,
        });
    }
    for held in reader.app_role_assignments(Some(principal.into()), None).await? {
        // What is gone meanwhile is not shown.
        if let Some(resource) = resource(reader, held.key.resource).await? {
            all.push(HeldAppRole {
                value: role_name(&resource.registration, held.key.role),
                resource_name: resource.application.display_name,
                key: held.key,
                created_at: held.created_at,
            });
        }
    }
    Ok(all)
}

/// Who was assigned to it, and whether there are more of them.
async fn assigned(
    reader: &mut Reader,
    application: &RegisteredApplication,
) -> Result<(Vec<AppRoleView>, bool), StoreError> {
    let RegisteredApplication { application, .. } = application;
    let (id, name) = (application.service_principal_id, &application.display_name);
    let most = usize::try_from(ApplicationFile::MOST_ASSIGNED).unwrap_or(usize::MAX);
    let mut found = assigned_to(reader, id, name, None, ApplicationFile::MOST_ASSIGNED + 1).await?;
    let more = found.len() > most;
    found.truncate(most);
    Ok((found, more))
}

async fn resource(
    reader: &mut Reader,
    id: ServicePrincipalId,
) -> Result<Option<RegisteredApplication>, StoreError> {
    reader.registered_application(ApplicationKey::Principal(id)).await
}

/// What the application may do in people's names, and whether there is more of it.
async fn consents(
    reader: &mut Reader,
    caller: &Caller,
    client: ServicePrincipalId,
) -> Result<(Vec<Consent>, bool), StoreError> {
    if may(caller, Action::ReadGrants, None).is_err() {
        return Ok((Vec::new(), false));
    }
    let limit = ApplicationFile::MOST_CONSENTS + 1;
    let mut grants = reader
        .delegated_grants(Some(client), None, None, None, limit)
        .await?;
    let most = usize::try_from(ApplicationFile::MOST_CONSENTS).unwrap_or(usize::MAX);
    let more = grants.len() > most;
    grants.truncate(most);
    let mut all = Vec::new();
    for grant in grants {
        let resource_name = if grant.key.resource == ServicePrincipalId::GRAPH {
            PrincipalView::GRAPH_NAME.to_owned()
        } else {
            match resource(reader, grant.key.resource).await? {
                Some(found) => found.application.display_name,
                None => continue,
            }
        };
        let person = match grant.key.principal {
            Some(id) => match reader.user_by_id(id).await? {
                Some(user) => Some(user.display_name),
                None => continue,
            },
            None => None,
        };
        all.push(Consent {
            key: grant.key,
            resource_name,
            person,
            scopes: grant.scopes,
            created_at: grant.created_at,
        });
    }
    Ok((all, more))
}
