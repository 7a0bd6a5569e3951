//! Who is in what, through groups in groups, too.

use latchkey_domain::{GroupId, Member, UnitId};

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
}

/// `UNION` leaves out what was found before, so that groups which hold each other come to an end. CROSS tells SQLite
/// to start from what was found.
const TRANSITIVE_MEMBERS: &str = "WITH RECURSIVE found (kind, id) AS (
    SELECT kind, member_id FROM group_members WHERE group_id = ?1
    UNION
    SELECT m.kind, m.member_id FROM found f CROSS JOIN group_members m WHERE f.kind = 1 AND m.group_id = f.id
) SELECT kind, id FROM found";

impl Reader {
    /// The groups that hold a user or a group directly, ordered by id.
    pub async fn direct_groups_holding(&mut self, member: Member) -> Result<Vec<GroupId>> {
        let (kind, id) = parts(&member);
        let sql = "SELECT group_id FROM group_members WHERE member_id = ?1 AND kind = ?2 ORDER BY group_id";
        let rows: Vec<(GroupId,)> = self.query_all(sql, params![id, kind]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The groups that hold a user or a group, directly or through another group; ordered by id.
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

    /// The next `limit` members of a group and of the groups in it, after this one: users first, each kind ordered by
    /// id. The group itself is among them if it is in one of them.
    pub async fn transitive_members_page(
        &mut self,
        group: GroupId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<Member>> {
        let (kind, id) = after.as_ref().map(parts).unzip();
        if let (Some(kind), Some(id)) = (kind, id) {
            let sql = format!("{TRANSITIVE_MEMBERS} WHERE (kind, id) > (?3, ?4) ORDER BY kind, id LIMIT ?2");
            return self.query_all(&sql, params![group, limit, kind, id]).await;
        }
        let sql = format!("{TRANSITIVE_MEMBERS} ORDER BY kind, id LIMIT ?2");
        self.query_all(&sql, params![group, limit]).await
    }

    /// How many members of one or of both kinds a group has: directly, or with those of the groups in it.
    pub async fn count_members(
        &mut self,
        group: GroupId,
        transitive: bool,
        kind: Option<MemberKind>,
    ) -> Result<i64> {
        let condition = match kind {
            None => "",
            Some(MemberKind::User) => " WHERE kind = 0",
            Some(MemberKind::Group) => " WHERE kind = 1",
        };
        let sql = if transitive {
            TRANSITIVE_MEMBERS.replace(
                "SELECT kind, id FROM found",
                &format!("SELECT COUNT(*) FROM found{condition}"),
            )
        } else {
            let condition = condition.replace("WHERE", "AND");
            format!("SELECT COUNT(*) FROM group_members WHERE group_id = ?1{condition}")
        };
        let (count,) = self.query_one::<(i64,)>(&sql, params![group]).await?;
        Ok(count)
    }
}
