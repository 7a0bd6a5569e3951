//! Custom authentication strengths, a document each.

use latchkey_domain::{AppId, AuditEvent, Permit, Strength, StrengthId};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer, json};

impl FromRow for Strength {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        json::read(&row.get::<String>(0)?)
    }
}

/// An application that demands a strength.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandingApplication {
    /// Its object id.
    pub id: AppId,
    /// Its name to show.
    pub display_name: String,
    /// What it demands.
    pub strength: StrengthId,
}

/// The part of a registration that says what is demanded.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Demand {
    required_strength: StrengthId,
}

impl FromRow for DemandingApplication {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            display_name: row.get(1)?,
            strength: json::read::<Demand>(row.text(2)?)?.required_strength,
        })
    }
}

impl Reader {
    /// The custom strengths, oldest first.
    pub async fn custom_strengths(&mut self) -> Result<Vec<Strength>> {
        let mut all: Vec<Strength> = self
            .query_all("SELECT document FROM authentication_strengths", &[])
            .await?;
        all.sort_by_key(|strength| (strength.created_at, strength.id));
        Ok(all)
    }

    /// The strength with this id, built-in or custom.
    pub async fn strength(&mut self, id: StrengthId) -> Result<Option<Strength>> {
        if let Some(strength) = Strength::built_in()
            .into_iter()
            .find(|strength| strength.id == id)
        {
            return Ok(Some(strength));
        }
        let sql = "SELECT document FROM authentication_strengths WHERE id = ?1";
        self.query_opt(sql, params![id]).await
    }

    /// Whether an application demands this strength. Looks at every registration: for rare questions only.
    pub async fn strength_is_demanded(&mut self, id: StrengthId) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM client_registrations WHERE document LIKE ?1";
        let demand = format!("%\"requiredStrength\":\"{id}\"%");
        let (count,) = self.query_one::<(i64,)>(sql, params![demand]).await?;
        Ok(count > 0)
    }

    /// The first `limit` applications that demand a strength, by name. Looks at every registration: for rare questions
    /// only.
    pub async fn demanding_applications(&mut self, limit: u32) -> Result<Vec<DemandingApplication>> {
        let sql = "SELECT a.id, a.display_name, r.document FROM client_registrations r \
            JOIN applications a ON a.client_id = r.client_id WHERE r.document LIKE ?1 \
            ORDER BY a.display_name_key, a.client_id LIMIT ?2";
        let demand = "%\"requiredStrength\":\"%";
        self.query_all(sql, params![demand, limit]).await
    }
}

impl Writer {
    /// Adds a custom strength, or puts it in place of the one before.
    pub async fn save_strength(&mut self, _: &Permit, strength: &Strength, event: &AuditEvent) -> Result<()> {
        self.execute(
            "INSERT INTO authentication_strengths (id, document) VALUES (?1, ?2) \
             ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            params![strength.id, json::write(strength)?],
        )
        .await?;
        self.insert_audit(event).await
    }

    /// Deletes a custom strength. False: there is none.
    pub async fn delete_strength(&mut self, _: &Permit, id: StrengthId, event: &AuditEvent) -> Result<bool> {
        let sql = "DELETE FROM authentication_strengths WHERE id = ?1";
        let deleted = self.execute(sql, params![id]).await?;
        self.recorded(deleted, event).await
    }
}
