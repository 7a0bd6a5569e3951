//! Directory roles: who holds them, and what protects a user from other administrators.

use latchkey_domain::{
    AuditEvent, Permit, PrincipalId, RoleAssignment, RoleAssignmentId, RoleId, TargetUser, UserId,
};

use crate::conditions::Conditions;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

const ASSIGNMENT: &str = "id, role_id, principal_id, created_at";

impl FromRow for RoleAssignment {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            role: row.get(1)?,
            principal: row.get(2)?,
            created_at: row.get(3)?,
        })
    }
}

/// One row per role, and one without a role if a role-assignable group protects the user: whoever is in it or
/// owns it, or is in or owns a group that is in it. CROSS tells SQLite to start from what was found.
pub(crate) const TARGET_STANDING: &str = "WITH RECURSIVE found (id) AS (
    SELECT group_id FROM group_members WHERE member_id = ?1 AND kind = 0
    UNION
    SELECT group_id FROM group_owners WHERE user_id = ?1
    UNION
    SELECT m.group_id FROM found f CROSS JOIN group_members m WHERE m.member_id = f.id AND m.kind = 1
)
SELECT role_id FROM role_assignments WHERE principal_id = ?1
UNION ALL
SELECT NULL WHERE EXISTS (SELECT 1 FROM found f CROSS JOIN groups g WHERE g.id = f.id AND g.role_assignable = 1)";

pub(crate) const ROLES_OF: &str =
    "SELECT role_id FROM role_assignments WHERE principal_id = ?1 ORDER BY role_id";

impl Reader {
    /// What matters about a user whom someone else wants to manage.
    pub async fn target_standing(&mut self, user: UserId) -> Result<TargetUser> {
        let rows: Vec<(Option<RoleId>,)> = self.query_all(TARGET_STANDING, params![user]).await?;
        Ok(TargetUser {
            id: user,
            in_role_assignable_group: rows.iter().any(|(role,)| role.is_none()),
            roles: rows.into_iter().filter_map(|(role,)| role).collect(),
        })
    }

    /// The roles that a user or a service principal holds, ordered by id.
    pub async fn roles_of(&mut self, principal: PrincipalId) -> Result<Vec<RoleId>> {
        let rows: Vec<(RoleId,)> = self.query_all(ROLES_OF, params![principal]).await?;
        Ok(rows.into_iter().map(|(role,)| role).collect())
    }

    /// All assignments, or those of this principal, of this role, or both; oldest first.
    pub async fn role_assignments(
        &mut self,
        principal: Option<PrincipalId>,
        role: Option<RoleId>,
    ) -> Result<Vec<RoleAssignment>> {
        let mut list = Conditions::default();
        if let Some(principal) = &principal {
            list.and("principal_id = ?", principal);
        }
        if let Some(role) = &role {
            list.and("role_id = ?", role);
        }
        let sql = format!(
            "SELECT {ASSIGNMENT} FROM role_assignments {} ORDER BY created_at, id",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// The assignment with this id.
    pub async fn role_assignment(&mut self, id: RoleAssignmentId) -> Result<Option<RoleAssignment>> {
        let sql = format!("SELECT {ASSIGNMENT} FROM role_assignments WHERE id = ?1");
        self.query_opt(&sql, params![id]).await
    }

    /// How many people hold the role; applications don't count.
    pub async fn count_role_holders(&mut self, role: RoleId) -> Result<i64> {
        let (count,) = self
            .query_one::<(i64,)>(
                "SELECT COUNT(*) FROM role_assignments r WHERE r.role_id = ?1 AND NOT EXISTS \
                 (SELECT 1 FROM applications a WHERE a.service_principal_id = r.principal_id) AND NOT EXISTS \
                 (SELECT 1 FROM users u WHERE u.id = r.principal_id \
                 AND (u.account_enabled = 0 OR u.deleted_at IS NOT NULL))",
                params![role],
            )
            .await?;
        Ok(count)
    }
}

impl Writer {
    /// Gives a role. That the principal exists is the caller's to check, in the same job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `role_assignments_principal_id_role_id_key` when the principal holds it already; the
    /// job may go on, to record the refusal.
    pub async fn insert_role_assignment(
        &mut self,
        _: &Permit,
        assignment: &RoleAssignment,
        event: &AuditEvent,
    ) -> Result<()> {
        let inserted = self
            .execute(
                "INSERT INTO role_assignments (id, role_id, principal_id, created_at) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (principal_id, role_id) DO NOTHING",
                params![assignment.id, assignment.role, assignment.principal, assignment.created_at],
            )
            .await?;
        StoreError::conflict_unless(inserted == 1, "role_assignments_principal_id_role_id_key")?;
        self.insert_audit(event).await
    }

    /// Takes a role away. False: there is no such assignment.
    pub async fn delete_role_assignment(
        &mut self,
        _: &Permit,
        id: RoleAssignmentId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let deleted = self
            .execute("DELETE FROM role_assignments WHERE id = ?1", params![id])
            .await?;
        self.recorded(deleted, event).await
    }

    /// Removes a user who is being deleted from every group and every role, with what they
    /// were granted. The deletion is what is recorded.
    pub(crate) async fn forget_principal(&mut self, user: UserId) -> Result<()> {
        self.leave_groups(user).await?;
        let principal = PrincipalId::from(user);
        self.execute(
            "DELETE FROM role_assignments WHERE principal_id = ?1",
            params![principal],
        )
        .await?;
        self.forget_grants(principal).await
    }
}
