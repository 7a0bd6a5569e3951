//! Directory roles: who holds them, and what protects a user from other administrators.

use latchkey_domain::{
    AuditEvent, HeldRoles, Member, Permit, PrincipalId, RoleAssignment, RoleAssignmentId, RoleId, RoleScope,
    ServicePrincipalId, TargetUnit, TargetUser, UnitId, UserId,
};

use crate::conditions::Conditions;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

const ASSIGNMENT: &str = "id, role_id, principal_id, created_at, unit_id";
/// Those for the tenant and those for a unit, in one list.
const ASSIGNMENTS: &str = "(SELECT id, role_id, principal_id, created_at, NULL AS unit_id FROM role_assignments \
    UNION ALL SELECT id, role_id, principal_id, created_at, unit_id FROM unit_role_assignments) a";

/// Which assignments a list is about: those that fit all that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleAssignmentFilter {
    /// Who holds the role.
    pub principal: Option<PrincipalId>,
    /// Which role.
    pub role: Option<RoleId>,
    /// For what.
    pub scope: Option<RoleScope>,
}

impl FromRow for RoleAssignment {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let unit: Option<UnitId> = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            role: row.get(1)?,
            principal: row.get(2)?,
            scope: unit.map_or(RoleScope::Tenant, RoleScope::Unit),
            created_at: row.get(3)?,
        })
    }
}

/// What a row of [`TARGET_STANDING`] tells.
mod fact {
    pub(super) const ROLE: i64 = 0;
    pub(super) const ROLE_IN_RESTRICTED_UNIT: i64 = 1;
    pub(super) const UNIT: i64 = 2;
    pub(super) const RESTRICTED_UNIT: i64 = 3;
    pub(super) const ROLE_ASSIGNABLE_GROUP: i64 = 4;
}

/// One row per role and per unit, and one if a role-assignable group protects the user: whoever is in it or
/// owns it, or is in or owns a group that is in it. CROSS tells SQLite to start from what was found.
pub(crate) const TARGET_STANDING: &str = "WITH RECURSIVE found (id) AS (
    SELECT group_id FROM group_members WHERE member_id = ?1 AND kind = 0
    UNION
    SELECT group_id FROM group_owners WHERE user_id = ?1
    UNION
    SELECT m.group_id FROM found f CROSS JOIN group_members m WHERE m.member_id = f.id AND m.kind = 1
)
SELECT 0, role_id FROM role_assignments WHERE principal_id = ?1
UNION ALL
SELECT 0, r.role_id FROM group_members m CROSS JOIN role_assignments r
    WHERE m.member_id = ?1 AND m.kind = 0 AND r.principal_id = m.group_id
UNION ALL
SELECT u.restricted, r.role_id FROM unit_role_assignments r CROSS JOIN administrative_units u
    WHERE r.principal_id = ?1 AND u.id = r.unit_id
UNION ALL
SELECT u.restricted, r.role_id FROM group_members m CROSS JOIN unit_role_assignments r
    CROSS JOIN administrative_units u
    WHERE m.member_id = ?1 AND m.kind = 0 AND r.principal_id = m.group_id AND u.id = r.unit_id
UNION ALL
SELECT 2 + u.restricted, u.id FROM unit_members m CROSS JOIN administrative_units u
    WHERE m.member_id = ?1 AND m.kind = 0 AND u.id = m.unit_id
UNION ALL
SELECT 4, NULL WHERE EXISTS (SELECT 1 FROM found f CROSS JOIN groups g WHERE g.id = f.id AND g.role_assignable = 1)";

/// A row if a role-assignable group protects the service principal: it is in it or owns it.
pub(crate) const IN_ROLE_ASSIGNABLE_GROUP: &str = "SELECT g.role_assignable FROM (\
    SELECT group_id FROM group_members WHERE member_id = ?1 AND kind = 2 \
    UNION ALL SELECT group_id FROM group_owners WHERE user_id = ?1\
    ) f CROSS JOIN groups g WHERE g.id = f.group_id AND g.role_assignable = 1 LIMIT 1";

/// What was given to the principal itself.
pub(crate) const OWN_ROLES: &str =
    "SELECT role_id FROM role_assignments WHERE principal_id = ?1 ORDER BY role_id";

/// What was given to the principal or to a group that it is a direct member of: only role-assignable groups get
/// roles, and no group is in one of these.
pub(crate) const ROLES_OF: &str = "SELECT role_id FROM role_assignments WHERE principal_id = ?1 \
    UNION SELECT r.role_id FROM group_members m CROSS JOIN role_assignments r \
    WHERE m.member_id = ?1 AND m.kind IN (0, 2) AND r.principal_id = m.group_id ORDER BY role_id";

/// As [`ROLES_OF`], those for units too. What has units comes first, so that PostgreSQL knows what a NULL stands for.
pub(crate) const HELD_ROLES: &str = "SELECT role_id, unit_id FROM unit_role_assignments WHERE principal_id = ?1 \
    UNION SELECT r.role_id, r.unit_id FROM group_members m CROSS JOIN unit_role_assignments r \
    WHERE m.member_id = ?1 AND m.kind IN (0, 2) AND r.principal_id = m.group_id \
    UNION SELECT role_id, NULL FROM role_assignments WHERE principal_id = ?1 \
    UNION SELECT r.role_id, NULL FROM group_members m CROSS JOIN role_assignments r \
    WHERE m.member_id = ?1 AND m.kind IN (0, 2) AND r.principal_id = m.group_id ORDER BY role_id";

/// People who may sign in and hold a role for the tenant, themselves or by a group.
pub(crate) const COUNT_HOLDERS: &str = "SELECT COUNT(*) FROM (\
    SELECT principal_id AS id FROM role_assignments WHERE role_id = ?1 \
    UNION SELECT m.member_id FROM role_assignments r CROSS JOIN group_members m \
    WHERE r.role_id = ?1 AND m.group_id = r.principal_id AND m.kind = 0\
    ) h CROSS JOIN users u WHERE u.id = h.id AND u.account_enabled = 1 AND u.deleted_at IS NULL";

/// Those people, by their ids.
pub(crate) const HOLDERS: &str = "SELECT h.id FROM (\
    SELECT principal_id AS id FROM role_assignments WHERE role_id = ?1 \
    UNION SELECT m.member_id FROM role_assignments r CROSS JOIN group_members m \
    WHERE r.role_id = ?1 AND m.group_id = r.principal_id AND m.kind = 0\
    ) h CROSS JOIN users u WHERE u.id = h.id AND u.account_enabled = 1 AND u.deleted_at IS NULL \
    ORDER BY h.id LIMIT ?2";

impl Reader {
    /// What matters about a user whom someone else wants to manage.
    pub async fn target_standing(&mut self, user: UserId) -> Result<TargetUser> {
        let rows: Vec<(i64, Option<[u8; 16]>)> = self.query_all(TARGET_STANDING, params![user]).await?;
        let mut target = TargetUser::ordinary(user);
        for (fact, id) in rows {
            match (fact, id) {
                (fact::ROLE | fact::ROLE_IN_RESTRICTED_UNIT, Some(id)) => {
                    let role = RoleId::from_bytes(id);
                    // Held twice, by a group too, is held once.
                    if !target.roles.contains(&role) {
                        target.roles.push(role);
                    }
                    target.has_role_in_restricted_unit |= fact == fact::ROLE_IN_RESTRICTED_UNIT;
                }
                (fact::UNIT | fact::RESTRICTED_UNIT, Some(id)) => target.units.push(TargetUnit {
                    id: UnitId::from_bytes(id),
                    restricted: fact == fact::RESTRICTED_UNIT,
                }),
                (fact::ROLE_ASSIGNABLE_GROUP, _) => target.in_role_assignable_group = true,
                (other, _) => return Err(StoreError::Corrupt(format!("a fact of kind {other}"))),
            }
        }
        Ok(target)
    }

    /// Whether a service principal is in a role-assignable group or owns one.
    pub async fn is_in_role_assignable_group(&mut self, principal: ServicePrincipalId) -> Result<bool> {
        let found: Option<(i64,)> = self
            .query_opt(IN_ROLE_ASSIGNABLE_GROUP, params![principal])
            .await?;
        Ok(found.is_some())
    }

    /// The roles that were given for the tenant to this user, group or service principal itself, ordered by id.
    pub async fn own_roles_of(&mut self, principal: PrincipalId) -> Result<Vec<RoleId>> {
        let rows: Vec<(RoleId,)> = self.query_all(OWN_ROLES, params![principal]).await?;
        Ok(rows.into_iter().map(|(role,)| role).collect())
    }

    /// The roles that a user, a group or a service principal holds for the tenant, by groups too; ordered by id.
    pub async fn roles_of(&mut self, principal: PrincipalId) -> Result<Vec<RoleId>> {
        let rows: Vec<(RoleId,)> = self.query_all(ROLES_OF, params![principal]).await?;
        Ok(rows.into_iter().map(|(role,)| role).collect())
    }

    /// The roles that a user or a service principal holds, for the tenant and for units, by groups too.
    pub async fn held_roles(&mut self, principal: PrincipalId) -> Result<HeldRoles> {
        if let Some(known) = self.known()?.and_then(|known| known.roles.get(&principal)) {
            return Ok(known);
        }
        let rows: Vec<(RoleId, Option<UnitId>)> = self.query_all(HELD_ROLES, params![principal]).await?;
        let mut held = HeldRoles::default();
        for (role, unit) in rows {
            match unit {
                None => held.tenant.push(role),
                Some(unit) => held.units.push((role, unit)),
            }
        }
        if let Some(known) = self.known()? {
            known.roles.keep(principal, &held);
        }
        Ok(held)
    }

    /// The assignments that fit the filter, oldest first.
    pub async fn role_assignments(&mut self, filter: &RoleAssignmentFilter) -> Result<Vec<RoleAssignment>> {
        let mut list = Conditions::default();
        if let Some(principal) = &filter.principal {
            list.and("principal_id = ?", principal);
        }
        if let Some(role) = &filter.role {
            list.and("role_id = ?", role);
        }
        match &filter.scope {
            None => {}
            Some(RoleScope::Tenant) => list.and_text("unit_id IS NULL"),
            Some(RoleScope::Unit(unit)) => list.and("unit_id = ?", unit),
        }
        let sql = format!(
            "SELECT {ASSIGNMENT} FROM {ASSIGNMENTS} {} ORDER BY created_at, id",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// The assignment with this id.
    pub async fn role_assignment(&mut self, id: RoleAssignmentId) -> Result<Option<RoleAssignment>> {
        let sql = format!("SELECT {ASSIGNMENT} FROM {ASSIGNMENTS} WHERE id = ?1");
        self.query_opt(&sql, params![id]).await
    }

    /// The roles that were activated, ordered by id.
    pub async fn activated_roles(&mut self) -> Result<Vec<RoleId>> {
        let sql = "SELECT role_id FROM activated_roles ORDER BY role_id";
        let rows: Vec<(RoleId,)> = self.query_all(sql, &[]).await?;
        Ok(rows.into_iter().map(|(role,)| role).collect())
    }

    /// How many people who may sign in hold the role for the tenant, by a group too; applications don't count.
    pub async fn count_role_holders(&mut self, role: RoleId) -> Result<i64> {
        let (count,) = self.query_one::<(i64,)>(COUNT_HOLDERS, params![role]).await?;
        Ok(count)
    }

    /// At most `limit` of the people whom [`Self::count_role_holders`] counts, ordered by id.
    pub async fn people_with_role(&mut self, role: RoleId, limit: u32) -> Result<Vec<UserId>> {
        let rows: Vec<(UserId,)> = self.query_all(HOLDERS, params![role, limit]).await?;
        Ok(rows.into_iter().map(|(user,)| user).collect())
    }
}

const ALREADY_HELD: &str = "role_assignments_principal_id_role_id_key";

impl Writer {
    /// Gives a role. That the principal and the unit exist is the caller's to check, in the same job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `role_assignments_principal_id_role_id_key` when the principal holds it already for
    /// the same; the job may go on, to record the refusal.
    pub async fn insert_role_assignment(
        &mut self,
        _: &Permit,
        assignment: &RoleAssignment,
        event: &AuditEvent,
    ) -> Result<()> {
        let RoleAssignment {
            id,
            role,
            principal,
            scope,
            created_at,
        } = assignment;
        let inserted = match scope {
            RoleScope::Tenant => {
                self.execute(
                    "INSERT INTO role_assignments (id, role_id, principal_id, created_at) \
                     VALUES (?1, ?2, ?3, ?4) ON CONFLICT (principal_id, role_id) DO NOTHING",
                    params![id, role, principal, created_at],
                )
                .await?
            }
            RoleScope::Unit(unit) => {
                self.execute(
                    "INSERT INTO unit_role_assignments (id, role_id, principal_id, created_at, unit_id) \
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (principal_id, role_id, unit_id) DO NOTHING",
                    params![id, role, principal, created_at, unit],
                )
                .await?
            }
        };
        StoreError::conflict_unless(inserted == 1, ALREADY_HELD)?;
        self.activate(*role).await?;
        self.insert_audit(event).await
    }

    /// Takes a role away. False: there is no such assignment.
    pub async fn delete_role_assignment(
        &mut self,
        _: &Permit,
        id: RoleAssignmentId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let mut deleted = 0;
        for table in ["role_assignments", "unit_role_assignments"] {
            let sql = format!("DELETE FROM {table} WHERE id = ?1");
            deleted += self.execute(&sql, params![id]).await?;
        }
        self.recorded(deleted, event).await
    }

    /// Shows a role in the older form. False: it was there already.
    pub async fn activate_role(&mut self, _: &Permit, role: RoleId, event: &AuditEvent) -> Result<bool> {
        let activated = self.activate(role).await?;
        self.recorded(activated, event).await
    }

    async fn activate(&mut self, role: RoleId) -> Result<u64> {
        let sql = "INSERT INTO activated_roles (role_id) VALUES (?1) ON CONFLICT DO NOTHING";
        self.execute(sql, params![role]).await
    }

    /// Removes a user who is being deleted from every group, every unit and every role, with what they were
    /// granted. The deletion is what is recorded.
    pub(crate) async fn forget_principal(&mut self, user: UserId) -> Result<()> {
        self.leave_groups(Member::User(user)).await?;
        self.leave_units(Member::User(user)).await?;
        let principal = PrincipalId::from(user);
        self.forget_roles(principal).await?;
        self.forget_ownerships(principal).await?;
        self.forget_grants(principal).await
    }

    /// Takes every role away from a principal that is being deleted.
    pub(crate) async fn forget_roles(&mut self, principal: PrincipalId) -> Result<()> {
        for table in ["role_assignments", "unit_role_assignments"] {
            let sql = format!("DELETE FROM {table} WHERE principal_id = ?1");
            self.execute(&sql, params![principal]).await?;
        }
        Ok(())
    }
}
