//! Groups, their members and owners.

use latchkey_domain::{AuditEvent, Group, GroupId, Member, NewGroup, Permit, UserId, Visibility};

use crate::row::{FromRow, Row};
use crate::users::end_of_prefix;
use crate::value::{Param, Value, params};
use crate::{Reader, Result, StoreError, Writer};

/// Which groups a list holds. Texts are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupFilter {
    /// The name to show is this.
    DisplayNameEquals(String),
    /// The name to show starts so.
    DisplayNameStartsWith(String),
}

const COLUMNS: &str = "id, display_name, description, mail_nickname, role_assignable, visibility, created_at";

impl FromRow for Group {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let properties = NewGroup {
            display_name: row.get(1)?,
            description: row.get(2)?,
            mail_nickname: row.get(3)?,
            role_assignable: row.get(4)?,
            visibility: Visibility::parse(row.text(5)?)
                .ok_or_else(|| StoreError::Corrupt("an unknown visibility of a group".to_owned()))?,
        };
        Ok(Self {
            id: row.get(0)?,
            properties,
            created_at: row.get(6)?,
        })
    }
}

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match row.get::<i64>(0)? {
            0 => row.get(1).map(Self::User),
            1 => row.get(1).map(Self::Group),
            _ => Err(StoreError::Corrupt("an unknown kind of member".to_owned())),
        }
    }
}

/// How a member is stored: its kind and its id.
const fn stored(member: &Member) -> (i64, &[u8; 16]) {
    match member {
        Member::User(id) => (0, id.as_bytes()),
        Member::Group(id) => (1, id.as_bytes()),
    }
}

impl Reader {
    /// One group.
    pub async fn group(&mut self, id: GroupId) -> Result<Option<Group>> {
        let sql = format!("SELECT {COLUMNS} FROM groups WHERE id = ?1");
        self.query_opt(&sql, params![id]).await
    }

    /// Whether there is such a group.
    pub async fn group_exists(&mut self, id: GroupId) -> Result<bool> {
        let row: Option<(GroupId,)> = self
            .query_opt("SELECT id FROM groups WHERE id = ?1", params![id])
            .await?;
        Ok(row.is_some())
    }

    /// Groups in the order of their lower-case names, then ids; those behind `after`.
    pub async fn groups_page(
        &mut self,
        filter: Option<&GroupFilter>,
        after: Option<(&str, GroupId)>,
        limit: u32,
    ) -> Result<Vec<Group>> {
        let lower = |text: &str| text.to_lowercase();
        let (condition, texts) = match filter {
            None => ("1 = 1", Vec::new()),
            Some(GroupFilter::DisplayNameEquals(text)) => ("display_name_key = ?4", vec![lower(text)]),
            Some(GroupFilter::DisplayNameStartsWith(text)) => (
                "display_name_key >= ?4 AND display_name_key < ?5",
                vec![lower(text), end_of_prefix(&lower(text))],
            ),
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM groups WHERE {condition} AND (display_name_key, id) > (?1, ?2) \
             ORDER BY display_name_key, id LIMIT ?3"
        );
        // Before every group: the empty name, and the empty id.
        let (name, id) = after
            .as_ref()
            .map_or(("", &[][..]), |(name, id)| (*name, &id.as_bytes()[..]));
        let mut values: Vec<Value<'_>> = vec![name.value(), id.value(), limit.value()];
        values.extend(texts.iter().map(Param::value));
        self.query_all(&sql, &values).await
    }

    /// Direct members, people first, each kind by id; those behind `after`.
    pub async fn members_page(
        &mut self,
        group: GroupId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<Member>> {
        let sql = "SELECT kind, member_id FROM group_members WHERE group_id = ?1 AND (kind, member_id) > (?2, ?3) \
            ORDER BY kind, member_id LIMIT ?4";
        let (kind, id) = after.as_ref().map_or((-1, &[][..]), |member| {
            let (kind, id) = stored(member);
            (kind, &id[..])
        });
        self.query_all(sql, params![group, kind, id, limit]).await
    }

    /// Whether it is a direct member.
    pub async fn is_member(&mut self, group: GroupId, member: Member) -> Result<bool> {
        let sql = "SELECT kind FROM group_members WHERE group_id = ?1 AND kind = ?2 AND member_id = ?3";
        let (kind, id) = stored(&member);
        Ok(self
            .query_opt::<(i64,)>(sql, params![group, kind, id])
            .await?
            .is_some())
    }

    /// A group's owners, by id.
    pub async fn owners_of(&mut self, group: GroupId) -> Result<Vec<UserId>> {
        let sql = "SELECT user_id FROM group_owners WHERE group_id = ?1 ORDER BY user_id";
        let rows: Vec<(UserId,)> = self.query_all(sql, params![group]).await?;
        Ok(rows.into_iter().map(|(user,)| user).collect())
    }

    /// All groups that a user is in, directly or through other groups. Groups that hold each other do no harm.
    pub async fn groups_of(&mut self, user: UserId) -> Result<Vec<GroupId>> {
        let sql = "WITH RECURSIVE up (id) AS ( \
            SELECT group_id FROM group_members WHERE member_id = ?1 \
            UNION SELECT m.group_id FROM up JOIN group_members m ON m.member_id = up.id) SELECT id FROM up";
        let rows: Vec<(GroupId,)> = self.query_all(sql, params![user]).await?;
        Ok(rows.into_iter().map(|(group,)| group).collect())
    }
}

impl Writer {
    /// Makes a group.
    pub async fn insert_group(&mut self, _: &Permit, group: &Group, event: &AuditEvent) -> Result<()> {
        let sql = "INSERT INTO groups (id, display_name, display_name_key, description, mail_nickname, \
            role_assignable, visibility, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let properties = &group.properties;
        let values = params![
            group.id,
            properties.display_name,
            properties.display_name.to_lowercase(),
            properties.description,
            properties.mail_nickname,
            properties.role_assignable,
            properties.visibility.as_str(),
            group.created_at,
        ];
        self.execute(sql, values).await?;
        self.record(event).await
    }

    /// Changes a group's properties.
    pub async fn update_group(&mut self, _: &Permit, group: &Group, event: &AuditEvent) -> Result<()> {
        let sql = "UPDATE groups SET display_name = ?2, display_name_key = ?3, description = ?4, \
            mail_nickname = ?5, role_assignable = ?6, visibility = ?7 WHERE id = ?1";
        let properties = &group.properties;
        let values = params![
            group.id,
            properties.display_name,
            properties.display_name.to_lowercase(),
            properties.description,
            properties.mail_nickname,
            properties.role_assignable,
            properties.visibility.as_str(),
        ];
        self.execute(sql, values).await?;
        self.record(event).await
    }

    /// Deletes a group and all memberships in it and of it. False: there was none, and nothing is recorded.
    pub async fn delete_group(&mut self, _: &Permit, group: GroupId, event: &AuditEvent) -> Result<bool> {
        for sql in [
            "DELETE FROM group_members WHERE group_id = ?1",
            "DELETE FROM group_members WHERE member_id = ?1",
            "DELETE FROM group_owners WHERE group_id = ?1",
        ] {
            self.execute(sql, params![group]).await?;
        }
        let deleted = self
            .execute("DELETE FROM groups WHERE id = ?1", params![group])
            .await?
            == 1;
        self.record_if(deleted, event).await
    }

    /// Puts someone into a group.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `group_members_pkey` when it is in there, [`StoreError::Dangling`] when there is
    /// no such group.
    pub async fn add_member(
        &mut self,
        _: &Permit,
        group: GroupId,
        member: Member,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO group_members (group_id, kind, member_id) VALUES (?1, ?2, ?3) \
            ON CONFLICT DO NOTHING";
        let (kind, id) = stored(&member);
        let added = self.execute(sql, params![group, kind, id]).await?;
        StoreError::conflict_unless(added == 1, "group_members_pkey")?;
        self.record(event).await
    }

    /// Takes someone out of a group. False: it was not in there, and nothing is recorded.
    pub async fn remove_member(
        &mut self,
        _: &Permit,
        group: GroupId,
        member: Member,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM group_members WHERE group_id = ?1 AND kind = ?2 AND member_id = ?3";
        let (kind, id) = stored(&member);
        let removed = self.execute(sql, params![group, kind, id]).await? == 1;
        self.record_if(removed, event).await
    }

    /// Makes someone an owner.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `group_owners_pkey` when they are, [`StoreError::Dangling`] when there is no such
    /// group or user.
    pub async fn add_owner(
        &mut self,
        _: &Permit,
        group: GroupId,
        user: UserId,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO group_owners (group_id, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let added = self.execute(sql, params![group, user]).await?;
        StoreError::conflict_unless(added == 1, "group_owners_pkey")?;
        self.record(event).await
    }

    /// Makes someone no longer an owner. False: they were none, and nothing is recorded.
    pub async fn remove_owner(
        &mut self,
        _: &Permit,
        group: GroupId,
        user: UserId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM group_owners WHERE group_id = ?1 AND user_id = ?2";
        let removed = self.execute(sql, params![group, user]).await? == 1;
        self.record_if(removed, event).await
    }
}
