//! What applications were granted: delegated scopes and app roles.

use latchkey_domain::{
    AppRoleAssignment, AppRoleAssignmentKey, AppRoleId, AssignedKind, AuditEvent, DelegatedGrant,
    DelegatedGrantKey, Permit, PrincipalId, ServicePrincipalId, UserId,
};

use crate::conditions::Conditions;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

/// Stands for everyone where a grant's principal is stored.
const EVERYONE: UserId = UserId::from_bytes([0; 16]);

const GRANT: &str = "client_id, resource_id, principal_id, scopes, created_at";
const ASSIGNMENT: &str = "principal_id, resource_id, role_id, kind, created_at";

pub(crate) const GRANTS_FOR: &str = "SELECT client_id, resource_id, principal_id, scopes, created_at \
    FROM delegated_grants WHERE client_id = ?1 AND principal_id IN (?2, ?3) ORDER BY resource_id, principal_id";

/// Directly, or by a group that the user is directly in (Entra does not look into groups of groups here either).
pub(crate) const APP_ROLES_OF: &str = "SELECT role_id FROM app_role_assignments \
    WHERE principal_id = ?1 AND resource_id = ?2 AND kind = 0 \
    UNION \
    SELECT r.role_id FROM group_members m \
    CROSS JOIN app_role_assignments r WHERE m.member_id = ?1 AND m.kind = 0 \
    AND r.principal_id = m.group_id AND r.resource_id = ?2 AND r.kind = 1";

impl FromRow for DelegatedGrant {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let principal: UserId = row.get(2)?;
        Ok(Self {
            key: DelegatedGrantKey {
                client: row.get(0)?,
                resource: row.get(1)?,
                principal: (principal != EVERYONE).then_some(principal),
            },
            scopes: DelegatedGrant::scopes_of(row.text(3)?),
            created_at: row.get(4)?,
        })
    }
}

impl FromRow for AppRoleAssignment {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            key: AppRoleAssignmentKey {
                principal: row.get(0)?,
                resource: row.get(1)?,
                role: row.get(2)?,
            },
            kind: match row.get::<i64>(3)? {
                0 => AssignedKind::User,
                1 => AssignedKind::Group,
                2 => AssignedKind::ServicePrincipal,
                _ => {
                    return Err(StoreError::Corrupt(
                        "an app role of an unknown kind of holder".to_owned(),
                    ));
                }
            },
            created_at: row.get(4)?,
        })
    }
}

const fn kind_number(kind: AssignedKind) -> i64 {
    match kind {
        AssignedKind::User => 0,
        AssignedKind::Group => 1,
        AssignedKind::ServicePrincipal => 2,
    }
}

impl Reader {
    /// What a client may do for this person: their own grants and those for everyone.
    pub async fn grants_for(
        &mut self,
        client: ServicePrincipalId,
        user: UserId,
    ) -> Result<Vec<DelegatedGrant>> {
        self.query_all(GRANTS_FOR, params![client, EVERYONE, user]).await
    }

    /// The grant of this key.
    pub async fn delegated_grant(&mut self, key: &DelegatedGrantKey) -> Result<Option<DelegatedGrant>> {
        let sql = format!(
            "SELECT {GRANT} FROM delegated_grants WHERE client_id = ?1 AND resource_id = ?2 AND principal_id = ?3"
        );
        let principal = key.principal.unwrap_or(EVERYONE);
        self.query_opt(&sql, params![key.client, key.resource, principal])
            .await
    }

    /// Grants in the order of their keys, those after `after`, filtered by what is given; `principal` is
    /// `Some(None)` for those for everyone.
    pub async fn delegated_grants(
        &mut self,
        client: Option<ServicePrincipalId>,
        resource: Option<ServicePrincipalId>,
        principal: Option<Option<UserId>>,
        after: Option<&DelegatedGrantKey>,
        limit: u32,
    ) -> Result<Vec<DelegatedGrant>> {
        let principal = principal.map(|principal| principal.unwrap_or(EVERYONE));
        let after = after.map(|key| (key.client, key.resource, key.principal.unwrap_or(EVERYONE)));
        let mut list = Conditions::default();
        if let Some(client) = &client {
            list.and("client_id = ?", client);
        }
        if let Some(resource) = &resource {
            list.and("resource_id = ?", resource);
        }
        if let Some(principal) = &principal {
            list.and("principal_id = ?", principal);
        }
        if let Some((client, resource, principal)) = &after {
            let (client, resource, principal) =
                (list.bind(client), list.bind(resource), list.bind(principal));
            list.and_text(&format!(
                "(client_id, resource_id, principal_id) > ({client}, {resource}, {principal})"
            ));
        }
        let sql = format!(
            "SELECT {GRANT} FROM delegated_grants {} ORDER BY client_id, resource_id, principal_id LIMIT {limit}",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// The app roles that a person holds of a resource, directly or by a group.
    pub async fn app_roles_of(
        &mut self,
        user: UserId,
        resource: ServicePrincipalId,
    ) -> Result<Vec<AppRoleId>> {
        let rows: Vec<(AppRoleId,)> = self.query_all(APP_ROLES_OF, params![user, resource]).await?;
        Ok(rows.into_iter().map(|(role,)| role).collect())
    }

    /// All app roles that a principal itself holds, or of a resource, or both; ordered by their keys.
    pub async fn app_role_assignments(
        &mut self,
        principal: Option<PrincipalId>,
        resource: Option<ServicePrincipalId>,
    ) -> Result<Vec<AppRoleAssignment>> {
        let mut list = Conditions::default();
        if let Some(principal) = &principal {
            list.and("principal_id = ?", principal);
        }
        if let Some(resource) = &resource {
            list.and("resource_id = ?", resource);
        }
        let sql = format!(
            "SELECT {ASSIGNMENT} FROM app_role_assignments {} ORDER BY principal_id, resource_id, role_id",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// Who holds app roles of a resource: the next `limit` after this key, ordered by holder and role.
    pub async fn role_holders(
        &mut self,
        resource: ServicePrincipalId,
        after: Option<AppRoleAssignmentKey>,
        limit: u32,
    ) -> Result<Vec<AppRoleAssignment>> {
        let mut list = Conditions::default();
        list.and("resource_id = ?", &resource);
        if let Some(after) = &after {
            let (principal, role) = (list.bind(&after.principal), list.bind(&after.role));
            list.and_text(&format!("(principal_id, role_id) > ({principal}, {role})"));
        }
        let limit = list.bind(&limit);
        let sql = format!(
            "SELECT {ASSIGNMENT} FROM app_role_assignments {} ORDER BY principal_id, role_id LIMIT {limit}",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }
}

impl Writer {
    /// Makes a grant, or puts its scopes in place of those before.
    pub async fn save_delegated_grant(
        &mut self,
        _: &Permit,
        grant: &DelegatedGrant,
        event: &AuditEvent,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO delegated_grants (client_id, resource_id, principal_id, scopes, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (client_id, resource_id, principal_id) DO UPDATE SET scopes = excluded.scopes",
            params![
                grant.key.client,
                grant.key.resource,
                grant.key.principal.unwrap_or(EVERYONE),
                grant.scope_text(),
                grant.created_at
            ],
        )
        .await?;
        self.insert_audit(event).await
    }

    /// Takes a grant back. False: there is none.
    pub async fn delete_delegated_grant(
        &mut self,
        _: &Permit,
        key: &DelegatedGrantKey,
        event: &AuditEvent,
    ) -> Result<bool> {
        let deleted = self
            .execute(
                "DELETE FROM delegated_grants WHERE client_id = ?1 AND resource_id = ?2 AND principal_id = ?3",
                params![key.client, key.resource, key.principal.unwrap_or(EVERYONE)],
            )
            .await?;
        self.recorded(deleted, event).await
    }

    /// Gives an app role. That holder and role exist is the caller's to check, in the same job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `app_role_assignments_pkey` when the holder has it already; the job may go on, to
    /// record the refusal.
    pub async fn insert_app_role_assignment(
        &mut self,
        _: &Permit,
        assignment: &AppRoleAssignment,
        event: &AuditEvent,
    ) -> Result<()> {
        let key = &assignment.key;
        let inserted = self
            .execute(
                "INSERT INTO app_role_assignments (principal_id, resource_id, role_id, kind, created_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                params![
                    key.principal,
                    key.resource,
                    key.role,
                    kind_number(assignment.kind),
                    assignment.created_at
                ],
            )
            .await?;
        StoreError::conflict_unless(inserted == 1, "app_role_assignments_pkey")?;
        self.insert_audit(event).await
    }

    /// Takes an app role away. False: there is no such assignment.
    pub async fn delete_app_role_assignment(
        &mut self,
        _: &Permit,
        key: &AppRoleAssignmentKey,
        event: &AuditEvent,
    ) -> Result<bool> {
        let deleted = self
            .execute(
                "DELETE FROM app_role_assignments WHERE principal_id = ?1 AND resource_id = ?2 AND role_id = ?3",
                params![key.principal, key.resource, key.role],
            )
            .await?;
        self.recorded(deleted, event).await
    }

    /// Removes what someone who is being deleted was granted. The deletion is what is recorded.
    pub(crate) async fn forget_grants(&mut self, principal: PrincipalId) -> Result<()> {
        self.execute(
            "DELETE FROM delegated_grants WHERE principal_id = ?1",
            params![principal],
        )
        .await?;
        self.execute(
            "DELETE FROM app_role_assignments WHERE principal_id = ?1",
            params![principal],
        )
        .await?;
        Ok(())
    }
}
