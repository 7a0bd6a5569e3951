//! Who is in what, through groups in groups, too.

use latchkey_domain::{GroupId, Member, UnitId, UserId};

use crate::conditions::Conditions;
use crate::groups::{GROUP_KIND, GROUPS_OF, parts};
use crate::value::params;
use crate::{Reader, Result};

/// A kind of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// People.
    User,
    /// Groups.
    Group,
    /// Service principals.
    Principal,
}

impl MemberKind {
    /// What holds of the rows of these members.
    pub(crate) const fn condition(self) -> &'static str {
        match self {
            Self::User => "kind = 0",
            Self::Group => "kind = 1",
            Self::Principal => "kind = 2",
        }
    }
}

/// The groups in a group are gone into where `condition` holds. `UNION` leaves out what was found before, so that groups
/// which hold each other come to an end. CROSS tells SQLite to start from what was found.
fn transitive_members(condition: &str) -> String {
    format!(
        "WITH RECURSIVE found (kind, id) AS (
    SELECT kind, member_id FROM group_members WHERE group_id = ?1
    UNION
    SELECT m.kind, m.member_id FROM found f CROSS JOIN group_members m
        WHERE f.kind = 1 AND m.group_id = f.id{condition}
) SELECT "
    )
}

/// Whether somebody, who is bound at `viewer`, is shown who is in the group of this id.
fn shown(group: &str, viewer: &str) -> String {
    format!(
        " AND EXISTS (SELECT 1 FROM groups g WHERE g.id = {group} AND (g.visibility <> 'HiddenMembership' \
         OR EXISTS (SELECT 1 FROM group_members v WHERE v.group_id = g.id AND v.kind = 0 AND v.member_id = {viewer}) \
         OR EXISTS (SELECT 1 FROM group_owners o WHERE o.group_id = g.id AND o.user_id = {viewer})))"
    )
}

impl Reader {
    /// The groups that hold a member directly, ordered by id.
    pub async fn direct_groups_holding(&mut self, member: Member) -> Result<Vec<GroupId>> {
        let (kind, id) = parts(&member);
        let sql = "SELECT group_id FROM group_members WHERE member_id = ?1 AND kind = ?2 ORDER BY group_id";
        let rows: Vec<(GroupId,)> = self.query_all(sql, params![id, kind]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The groups that hold a member, directly or through another group; ordered by id.
    pub async fn all_groups_holding(&mut self, member: Member) -> Result<Vec<GroupId>> {
        let (kind, id) = parts(&member);
        let rows: Vec<(GroupId,)> = self.query_all(GROUPS_OF, params![id, kind, GROUP_KIND]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The administrative units that hold a user or a group, ordered by id.
    pub async fn units_holding(&mut self, member: Member) -> Result<Vec<UnitId>> {
        let (kind, id) = parts(&member);
        let sql = "SELECT unit_id FROM unit_members WHERE member_id = ?1 AND kind = ?2 ORDER BY unit_id";
        let rows: Vec<(UnitId,)> = self.query_all(sql, params![id, kind]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// As [`Reader::direct_groups_holding`] or [`Reader::all_groups_holding`], by and of groups whose members this person
    /// is shown.
    pub async fn shown_groups_holding(
        &mut self,
        member: Member,
        transitive: bool,
        viewer: UserId,
    ) -> Result<Vec<GroupId>> {
        let (kind, id) = parts(&member);
        let shown = shown("m.group_id", "?3");
        let direct =
            format!("SELECT m.group_id FROM group_members m WHERE m.member_id = ?1 AND m.kind = ?2{shown}");
        let sql = if transitive {
            format!(
                "WITH RECURSIVE found (id) AS ({direct} UNION SELECT m.group_id FROM found f \
                 CROSS JOIN group_members m WHERE m.member_id = f.id AND m.kind = 1{shown}) \
                 SELECT id FROM found ORDER BY id"
            )
        } else {
            format!("{direct} ORDER BY m.group_id")
        };
        let rows: Vec<(GroupId,)> = self.query_all(&sql, params![id, kind, viewer]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// As [`Reader::units_holding`], those whose members this person is shown.
    pub async fn shown_units_holding(&mut self, member: Member, viewer: UserId) -> Result<Vec<UnitId>> {
        let (kind, id) = parts(&member);
        let sql = "SELECT m.unit_id FROM unit_members m CROSS JOIN administrative_units u \
            WHERE m.member_id = ?1 AND m.kind = ?2 AND u.id = m.unit_id AND (u.hidden_membership = 0 OR EXISTS \
            (SELECT 1 FROM unit_members v WHERE v.unit_id = u.id AND v.kind = 0 AND v.member_id = ?3)) \
            ORDER BY m.unit_id";
        let rows: Vec<(UnitId,)> = self.query_all(sql, params![id, kind, viewer]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Whether somebody is a direct member or an owner of the group.
    pub async fn is_inside(&mut self, group: GroupId, user: UserId) -> Result<bool> {
        Ok(self.is_member(group, Member::User(user)).await?
            || self.owners_of(group).await?.contains(&user.into()))
    }

    /// Whether it is a member of the unit.
    pub async fn is_unit_member(&mut self, unit: UnitId, member: Member) -> Result<bool> {
        let (kind, id) = parts(&member);
        let sql = "SELECT kind FROM unit_members WHERE unit_id = ?1 AND kind = ?2 AND member_id = ?3";
        let found: Option<(i64,)> = self.query_opt(sql, params![unit, kind, id]).await?;
        Ok(found.is_some())
    }

    /// The next `limit` members of a group and of the groups in it, after this one: users, groups, service
    /// principals, each kind ordered by id. The group itself is among them if it is in one of them. With a `viewer`, groups in it whose members this
    /// person is not shown are not gone into.
    pub async fn transitive_members_page(
        &mut self,
        group: GroupId,
        viewer: Option<UserId>,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<Member>> {
        let mut list = Conditions::default();
        list.bind(&group);
        let limit = list.bind(&limit);
        let condition = viewer.as_ref().map(|viewer| shown("f.id", &list.bind(viewer)));
        let after = after.as_ref().map(parts);
        if let Some((kind, id)) = &after {
            let (kind, id) = (list.bind(kind), list.bind(*id));
            list.and_text(&format!("(kind, id) > ({kind}, {id})"));
        }
        let sql = format!(
            "{}kind, id FROM found {} ORDER BY kind, id LIMIT {limit}",
            transitive_members(condition.as_deref().unwrap_or_default()),
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// How many members of one kind or of all a group has: directly, or with those of the groups in it, as far as the
    /// `viewer` is shown these.
    pub async fn count_members(
        &mut self,
        group: GroupId,
        transitive: bool,
        viewer: Option<UserId>,
        kind: Option<MemberKind>,
    ) -> Result<i64> {
        let mut list = Conditions::default();
        let place = list.bind(&group);
        let condition = viewer
            .as_ref()
            .filter(|_| transitive)
            .map(|viewer| shown("f.id", &list.bind(viewer)));
        if !transitive {
            list.and_text(&format!("group_id = {place}"));
        }
        if let Some(kind) = kind {
            list.and_text(kind.condition());
        }
        let sql = if transitive {
            let found = transitive_members(condition.as_deref().unwrap_or_default());
            format!("{found}COUNT(*) FROM found {}", list.text())
        } else {
            format!("SELECT COUNT(*) FROM group_members {}", list.text())
        };
        let (count,) = self.query_one::<(i64,)>(&sql, list.values()).await?;
        Ok(count)
    }
}
