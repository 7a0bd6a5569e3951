//! The organisation.

use latchkey_domain::{AuditEvent, Permit, TenantId, Timestamp};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

/// The organisation; one per database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Name to show.
    pub display_name: String,
    /// The domain of new names.
    pub default_domain: String,
    /// All its domains.
    pub domains: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for Tenant {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            display_name: row.get(1)?,
            default_domain: row.get(2)?,
            domains: json::read(row.text(3)?)?,
            created_at: row.get(4)?,
        })
    }
}

impl Reader {
    /// The organisation, once it is made.
    pub async fn tenant(&mut self) -> Result<Option<Tenant>> {
        let sql = "SELECT id, display_name, default_domain, domains, created_at FROM tenant WHERE single = 1";
        self.query_opt(sql, &[]).await
    }
}

impl Writer {
    /// Makes the organisation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `tenant_pkey` when there is one.
    pub async fn create_tenant(&mut self, _: &Permit, tenant: &Tenant, event: &AuditEvent) -> Result<()> {
        let sql = "INSERT INTO tenant (single, id, display_name, default_domain, domains, created_at) \
            VALUES (1, ?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
        let domains = json::write(&tenant.domains)?;
        let made = self
            .execute(
                sql,
                params![
                    tenant.id,
                    tenant.display_name,
                    tenant.default_domain,
                    domains,
                    tenant.created_at
                ],
            )
            .await?;
        StoreError::conflict_unless(made == 1, "tenant_pkey")?;
        self.record(event).await
    }
}
