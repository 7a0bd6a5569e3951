//! Security groups, their members and owners.

use std::collections::BTreeSet;

use latchkey_domain::{
    AuditEvent, Group, GroupId, Member, NewGroup, Permit, PrincipalId, UserId, Visibility,
};

use crate::conditions::{Conditions, prefix_end};
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, terms};

const GROUP: &str = "id, display_name, description, mail_nickname, role_assignable, visibility, created_at";

/// The columns of a group, each behind `prefix`.
pub(crate) fn columns(prefix: &str) -> String {
    GROUP
        .split(", ")
        .map(|column| format!("{prefix}{column}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Which groups a list is about. Case makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupFilter {
    /// Those with this name.
    DisplayNameEquals(String),
    /// Those whose name starts so.
    DisplayNameStartsWith(String),
}

impl FromRow for Group {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let visibility = Visibility::parse(row.text(5)?)
            .ok_or_else(|| StoreError::Corrupt("a stored visibility is unknown".to_owned()))?;
        Ok(Self {
            id: row.get(0)?,
            properties: NewGroup {
                display_name: row.get(1)?,
                description: row.get(2)?,
                mail_nickname: row.get(3)?,
                role_assignable: row.get(4)?,
                visibility,
            },
            created_at: row.get(6)?,
        })
    }
}

pub(crate) const USER: i64 = 0;
pub(crate) const GROUP_KIND: i64 = 1;
pub(crate) const PRINCIPAL_KIND: i64 = 2;

/// How a member is stored: its kind and its id.
pub(crate) const fn parts(member: &Member) -> (i64, &[u8; 16]) {
    match member {
        Member::User(id) => (USER, id.as_bytes()),
        Member::Group(id) => (GROUP_KIND, id.as_bytes()),
        Member::Principal(id) => (PRINCIPAL_KIND, id.as_bytes()),
    }
}

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match row.get::<i64>(0)? {
            USER => Ok(Self::User(row.get(1)?)),
            GROUP_KIND => Ok(Self::Group(row.get(1)?)),
            PRINCIPAL_KIND => Ok(Self::Principal(row.get(1)?)),
            other => Err(StoreError::Corrupt(format!("a member of kind {other}"))),
        }
    }
}

impl Reader {
    /// The group with this id.
    pub async fn group(&mut self, id: GroupId) -> Result<Option<Group>> {
        self.query_opt(&format!("SELECT {GROUP} FROM groups WHERE id = ?1"), params![id])
            .await
    }

    /// Whether there is a group with this id.
    pub async fn group_exists(&mut self, id: GroupId) -> Result<bool> {
        let found = self
            .query_opt::<(i64,)>("SELECT role_assignable FROM groups WHERE id = ?1", params![id])
            .await?;
        Ok(found.is_some())
    }

    /// The next `limit` groups after this lower-case name and id, ordered by these two.
    pub async fn groups_page(
        &mut self,
        filter: Option<&GroupFilter>,
        after: Option<(&str, GroupId)>,
        limit: u32,
    ) -> Result<Vec<Group>> {
        let (name, end);
        let mut list = Conditions::default();
        match filter {
            None => {}
            Some(GroupFilter::DisplayNameEquals(wanted)) => {
                name = wanted.to_lowercase();
                list.and("display_name_key = ?", &name);
            }
            Some(GroupFilter::DisplayNameStartsWith(prefix)) => {
                name = prefix.to_lowercase();
                end = prefix_end(&name);
                list.and("display_name_key < ?", &end);
                if after.is_none() {
                    list.and("display_name_key >= ?", &name);
                }
            }
        }
        if let Some((key, id)) = &after {
            let (key, id) = (list.bind(*key), list.bind(id));
            list.and_text(&format!("(display_name_key, id) > ({key}, {id})"));
        }
        let limit = list.bind(&limit);
        let sql = format!(
            "SELECT {GROUP} FROM groups {} ORDER BY display_name_key, id LIMIT {limit}",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// The next `limit` groups after this id, ordered by id.
    pub async fn groups_after(&mut self, after: Option<GroupId>, limit: u32) -> Result<Vec<Group>> {
        let after = after.unwrap_or(GroupId::from_bytes([0; 16]));
        let sql = format!("SELECT {GROUP} FROM groups WHERE id > ?1 ORDER BY id LIMIT ?2");
        self.query_all(&sql, params![after, limit]).await
    }

    /// The groups that a user is in, directly or through another group; ordered by id.
    pub async fn groups_of(&mut self, user: UserId) -> Result<Vec<GroupId>> {
        let rows: Vec<(GroupId,)> = self.query_all(GROUPS_OF, params![user, USER, GROUP_KIND]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The first `limit` groups that a user is in directly.
    pub async fn direct_groups_of(&mut self, user: UserId, limit: u32) -> Result<Vec<Group>> {
        let columns = GROUP.replace(", ", ", g.");
        // CROSS tells SQLite to start from the memberships.
        let sql = format!(
            "SELECT g.{columns} FROM group_members m CROSS JOIN groups g \
             WHERE m.member_id = ?1 AND m.kind = {USER} AND g.id = m.group_id ORDER BY m.group_id LIMIT ?2"
        );
        self.query_all(&sql, params![user, limit]).await
    }

    /// The next `limit` direct members after this one: users, groups, service principals, each kind ordered by id.
    pub async fn members_page(
        &mut self,
        group: GroupId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<Member>> {
        let (kind, id) = after.as_ref().map(parts).unzip();
        match (kind, id) {
            (Some(kind), Some(id)) => {
                self.query_all(MEMBERS_AFTER, params![group, limit, kind, id])
                    .await
            }
            _ => self.query_all(MEMBERS_FIRST, params![group, limit]).await,
        }
    }

    /// Whether it is a direct member of the group.
    pub async fn is_member(&mut self, group: GroupId, member: Member) -> Result<bool> {
        let (kind, id) = parts(&member);
        let found: Option<(i64,)> = self.query_opt(IS_MEMBER, params![group, kind, id]).await?;
        Ok(found.is_some())
    }

    /// The group's owners, people and service principals, ordered by id.
    pub async fn owners_of(&mut self, group: GroupId) -> Result<Vec<PrincipalId>> {
        let sql = "SELECT user_id FROM group_owners WHERE group_id = ?1 ORDER BY user_id";
        let rows: Vec<(PrincipalId,)> = self.query_all(sql, params![group]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

/// `UNION` leaves out what was found before, so that groups which hold each other come to an end. CROSS tells SQLite
/// to start from what was found.
pub(crate) const GROUPS_OF: &str = "WITH RECURSIVE found (id) AS (
    SELECT group_id FROM group_members WHERE member_id = ?1 AND kind = ?2
    UNION
    SELECT m.group_id FROM found f CROSS JOIN group_members m WHERE m.member_id = f.id AND m.kind = ?3
) SELECT id FROM found ORDER BY id";

const MEMBERS_FIRST: &str = "SELECT kind, member_id FROM group_members \
    WHERE group_id = ?1 ORDER BY kind, member_id LIMIT ?2";
const MEMBERS_AFTER: &str = "SELECT kind, member_id FROM group_members \
    WHERE group_id = ?1 AND (kind, member_id) > (?3, ?4) ORDER BY kind, member_id LIMIT ?2";
const IS_MEMBER: &str = "SELECT kind FROM group_members WHERE group_id = ?1 AND kind = ?2 AND member_id = ?3";

impl Writer {
    /// Makes a group.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `groups_pkey`.
    pub async fn insert_group(&mut self, _: &Permit, group: &Group, event: &AuditEvent) -> Result<()> {
        let p = &group.properties;
        let key = p.display_name.to_lowercase();
        self.execute(
            "INSERT INTO groups (id, display_name, display_name_key, description, mail_nickname, role_assignable, \
             visibility, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                group.id,
                p.display_name,
                key,
                p.description,
                p.mail_nickname,
                p.role_assignable,
                p.visibility.as_str(),
                group.created_at,
            ],
        )
        .await?;
        self.change_terms(group.id.as_bytes(), &BTreeSet::new(), &terms::of_group(group))
            .await?;
        self.insert_audit(event).await
    }

    /// Gives a group these properties. False, and nothing is recorded: there is no such group.
    ///
    /// Whether roles may be given to it never changes (Graph contract 8.1), nor when it was made.
    pub async fn update_group(&mut self, _: &Permit, group: &Group, event: &AuditEvent) -> Result<bool> {
        let p = &group.properties;
        let key = p.display_name.to_lowercase();
        if let Some(old) = self.group(group.id).await? {
            self.change_terms(
                group.id.as_bytes(),
                &terms::of_group(&old),
                &terms::of_group(group),
            )
            .await?;
        }
        let changed = self
            .execute(
                "UPDATE groups SET display_name = ?2, display_name_key = ?3, description = ?4, \
                 mail_nickname = ?5, visibility = ?6 WHERE id = ?1",
                params![
                    group.id,
                    p.display_name,
                    key,
                    p.description,
                    p.mail_nickname,
                    p.visibility.as_str()
                ],
            )
            .await?;
        self.recorded(changed, event).await
    }

    /// Deletes a group for good, with its memberships in both directions and what it holds. False: there is no such
    /// group.
    pub async fn delete_group(&mut self, _: &Permit, id: GroupId, event: &AuditEvent) -> Result<bool> {
        if let Some(old) = self.group(id).await? {
            self.change_terms(id.as_bytes(), &terms::of_group(&old), &BTreeSet::new())
                .await?;
        }
        self.execute("DELETE FROM group_members WHERE group_id = ?1", params![id])
            .await?;
        self.execute(
            "DELETE FROM group_members WHERE member_id = ?1 AND kind = ?2",
            params![id, GROUP_KIND],
        )
        .await?;
        self.execute("DELETE FROM group_owners WHERE group_id = ?1", params![id])
            .await?;
        self.forget_roles(id.into()).await?;
        self.forget_grants(id.into()).await?;
        self.leave_units(Member::Group(id)).await?;
        let deleted = self
            .execute("DELETE FROM groups WHERE id = ?1", params![id])
            .await?;
        self.recorded(deleted, event).await
    }

    /// Adds a direct member. That the member exists is the caller's to check, in the same job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `group_members_pkey` when it is one already; the job may go on, to record the
    /// refusal. [`StoreError::Dangling`] when there is no such group.
    pub async fn add_member(
        &mut self,
        _: &Permit,
        group: GroupId,
        member: Member,
        event: &AuditEvent,
    ) -> Result<()> {
        let (kind, id) = parts(&member);
        let sql = "INSERT INTO group_members (group_id, kind, member_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let inserted = self.execute(sql, params![group, kind, id]).await?;
        StoreError::conflict_unless(inserted == 1, "group_members_pkey")?;
        self.insert_audit(event).await
    }

    /// Removes a direct member. False: it is none.
    pub async fn remove_member(
        &mut self,
        _: &Permit,
        group: GroupId,
        member: Member,
        event: &AuditEvent,
    ) -> Result<bool> {
        let (kind, id) = parts(&member);
        let deleted = self
            .execute(
                "DELETE FROM group_members WHERE group_id = ?1 AND kind = ?2 AND member_id = ?3",
                params![group, kind, id],
            )
            .await?;
        self.recorded(deleted, event).await
    }

    /// Adds an owner. That it exists is the caller's to check, in the same job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `group_owners_pkey` when it is one already; the job may go on, to record the
    /// refusal. [`StoreError::Dangling`] when there is no such group.
    pub async fn add_owner(
        &mut self,
        _: &Permit,
        group: GroupId,
        owner: PrincipalId,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO group_owners (group_id, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let inserted = self.execute(sql, params![group, owner]).await?;
        StoreError::conflict_unless(inserted == 1, "group_owners_pkey")?;
        self.insert_audit(event).await
    }

    /// Removes an owner. False: it is none.
    pub async fn remove_owner(
        &mut self,
        _: &Permit,
        group: GroupId,
        owner: PrincipalId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM group_owners WHERE group_id = ?1 AND user_id = ?2";
        let deleted = self.execute(sql, params![group, owner]).await?;
        self.recorded(deleted, event).await
    }

    /// Removes a user or a service principal that is being deleted from every group, as member and as owner.
    pub(crate) async fn leave_groups(&mut self, member: Member) -> Result<()> {
        let (kind, id) = parts(&member);
        self.execute(
            "DELETE FROM group_members WHERE member_id = ?1 AND kind = ?2",
            params![id, kind],
        )
        .await?;
        // All kinds of objects share one space of ids.
        self.execute("DELETE FROM group_owners WHERE user_id = ?1", params![id])
            .await?;
        Ok(())
    }
}
