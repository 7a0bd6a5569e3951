//! Administrative units and their members.

use latchkey_domain::{AdministrativeUnit, AuditEvent, Member, NewUnit, Permit, UnitId};

use crate::conditions::{Conditions, prefix_end};
use crate::groups::parts;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{MemberKind, Reader, Result, StoreError, Writer};

const UNIT: &str = "id, display_name, description, hidden_membership, restricted, created_at";

/// Which units a list is about. Case makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitFilter {
    /// Those with this name.
    DisplayNameEquals(String),
    /// Those whose name starts so.
    DisplayNameStartsWith(String),
}

impl FromRow for AdministrativeUnit {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            properties: NewUnit {
                display_name: row.get(1)?,
                description: row.get(2)?,
                hidden_membership: row.get(3)?,
                restricted: row.get(4)?,
            },
            created_at: row.get(5)?,
        })
    }
}

const MEMBERS_FIRST: &str = "SELECT kind, member_id FROM unit_members \
    WHERE unit_id = ?1 ORDER BY kind, member_id LIMIT ?2";
const MEMBERS_AFTER: &str = "SELECT kind, member_id FROM unit_members \
    WHERE unit_id = ?1 AND (kind, member_id) > (?3, ?4) ORDER BY kind, member_id LIMIT ?2";

impl Reader {
    /// The unit with this id.
    pub async fn unit(&mut self, id: UnitId) -> Result<Option<AdministrativeUnit>> {
        let sql = format!("SELECT {UNIT} FROM administrative_units WHERE id = ?1");
        self.query_opt(&sql, params![id]).await
    }

    /// The next `limit` units after this lower-case name and id, ordered by these two.
    pub async fn units_page(
        &mut self,
        filter: Option<&UnitFilter>,
        after: Option<(&str, UnitId)>,
        limit: u32,
    ) -> Result<Vec<AdministrativeUnit>> {
        let (name, end);
        let mut list = Conditions::default();
        match filter {
            None => {}
            Some(UnitFilter::DisplayNameEquals(wanted)) => {
                name = wanted.to_lowercase();
                list.and("display_name_key = ?", &name);
            }
            Some(UnitFilter::DisplayNameStartsWith(prefix)) => {
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
            "SELECT {UNIT} FROM administrative_units {} ORDER BY display_name_key, id LIMIT {limit}",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// How many units fit the filter.
    pub async fn count_units(&mut self, filter: Option<&UnitFilter>) -> Result<i64> {
        let (name, end);
        let mut list = Conditions::default();
        match filter {
            None => {}
            Some(UnitFilter::DisplayNameEquals(wanted)) => {
                name = wanted.to_lowercase();
                list.and("display_name_key = ?", &name);
            }
            Some(UnitFilter::DisplayNameStartsWith(prefix)) => {
                name = prefix.to_lowercase();
                end = prefix_end(&name);
                list.and("display_name_key >= ?", &name);
                list.and("display_name_key < ?", &end);
            }
        }
        let sql = format!("SELECT COUNT(*) FROM administrative_units {}", list.text());
        let (count,) = self.query_one::<(i64,)>(&sql, list.values()).await?;
        Ok(count)
    }

    /// The next `limit` members after this one: users first, each kind ordered by id.
    pub async fn unit_members_page(
        &mut self,
        unit: UnitId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<Member>> {
        let (kind, id) = after.as_ref().map(parts).unzip();
        match (kind, id) {
            (Some(kind), Some(id)) => {
                self.query_all(MEMBERS_AFTER, params![unit, limit, kind, id])
                    .await
            }
            _ => self.query_all(MEMBERS_FIRST, params![unit, limit]).await,
        }
    }

    /// How many members of one kind or of all a unit has.
    pub async fn count_unit_members(&mut self, unit: UnitId, kind: Option<MemberKind>) -> Result<i64> {
        let mut list = Conditions::default();
        list.and("unit_id = ?", &unit);
        if let Some(kind) = kind {
            list.and_text(kind.condition());
        }
        let sql = format!("SELECT COUNT(*) FROM unit_members {}", list.text());
        let (count,) = self.query_one::<(i64,)>(&sql, list.values()).await?;
        Ok(count)
    }
}

impl Writer {
    /// Makes a unit.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `administrative_units_pkey`.
    pub async fn insert_unit(
        &mut self,
        _: &Permit,
        unit: &AdministrativeUnit,
        event: &AuditEvent,
    ) -> Result<()> {
        let p = &unit.properties;
        let key = p.display_name.to_lowercase();
        self.execute(
            "INSERT INTO administrative_units (id, display_name, display_name_key, description, hidden_membership, \
             restricted, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                unit.id,
                p.display_name,
                key,
                p.description,
                p.hidden_membership,
                p.restricted,
                unit.created_at,
            ],
        )
        .await?;
        self.insert_audit(event).await
    }

    /// Gives a unit this name and description. False, and nothing is recorded: there is no such unit.
    ///
    /// What else it has never changes (Graph contract 9.3).
    pub async fn update_unit(
        &mut self,
        _: &Permit,
        unit: &AdministrativeUnit,
        event: &AuditEvent,
    ) -> Result<bool> {
        let p = &unit.properties;
        let key = p.display_name.to_lowercase();
        let changed = self
            .execute(
                "UPDATE administrative_units SET display_name = ?2, display_name_key = ?3, description = ?4 \
                 WHERE id = ?1",
                params![unit.id, p.display_name, key, p.description],
            )
            .await?;
        self.recorded(changed, event).await
    }

    /// Deletes a unit, its memberships and the roles that were given for it. False: there is no such unit.
    pub async fn delete_unit(&mut self, _: &Permit, id: UnitId, event: &AuditEvent) -> Result<bool> {
        self.execute("DELETE FROM unit_members WHERE unit_id = ?1", params![id])
            .await?;
        self.execute(
            "DELETE FROM unit_role_assignments WHERE unit_id = ?1",
            params![id],
        )
        .await?;
        let deleted = self
            .execute("DELETE FROM administrative_units WHERE id = ?1", params![id])
            .await?;
        self.recorded(deleted, event).await
    }

    /// Adds a member. That it exists is the caller's to check, in the same job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `unit_members_pkey` when it is one already; the job may go on, to record the
    /// refusal. [`StoreError::Dangling`] when there is no such unit.
    pub async fn add_unit_member(
        &mut self,
        _: &Permit,
        unit: UnitId,
        member: Member,
        event: &AuditEvent,
    ) -> Result<()> {
        let (kind, id) = parts(&member);
        let sql =
            "INSERT INTO unit_members (unit_id, kind, member_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let inserted = self.execute(sql, params![unit, kind, id]).await?;
        StoreError::conflict_unless(inserted == 1, "unit_members_pkey")?;
        self.insert_audit(event).await
    }

    /// Removes a member. False: it is none.
    pub async fn remove_unit_member(
        &mut self,
        _: &Permit,
        unit: UnitId,
        member: Member,
        event: &AuditEvent,
    ) -> Result<bool> {
        let (kind, id) = parts(&member);
        let deleted = self
            .execute(
                "DELETE FROM unit_members WHERE unit_id = ?1 AND kind = ?2 AND member_id = ?3",
                params![unit, kind, id],
            )
            .await?;
        self.recorded(deleted, event).await
    }

    /// Removes something that is being deleted from every unit.
    pub(crate) async fn leave_units(&mut self, member: Member) -> Result<()> {
        let (kind, id) = parts(&member);
        self.execute(
            "DELETE FROM unit_members WHERE member_id = ?2 AND kind = ?1",
            params![kind, id],
        )
        .await?;
        Ok(())
    }
}
