//! How the tenant presents itself.

use latchkey_domain::{AuditEvent, Permit};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer};

/// Name, colour and logo, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBranding {
    /// The tenant's name to show.
    pub display_name: String,
    /// `#rrggbb`; none: ours.
    pub accent: Option<String>,
    /// A PNG picture; none: ours.
    pub logo: Option<Vec<u8>>,
}

impl FromRow for StoredBranding {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            display_name: row.get(0)?,
            accent: row.get(1)?,
            logo: row.get(2)?,
        })
    }
}

impl Reader {
    /// How the tenant presents itself, once it is made.
    pub async fn branding(&mut self) -> Result<Option<StoredBranding>> {
        let sql = "SELECT t.display_name, b.accent, b.logo FROM tenant t LEFT JOIN branding b ON b.single = 1 \
            WHERE t.single = 1";
        self.query_opt(sql, params![]).await
    }
}

impl Writer {
    /// Keeps how the tenant presents itself.
    pub async fn save_branding(
        &mut self,
        _: &Permit,
        branding: &StoredBranding,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "UPDATE tenant SET display_name = ?1 WHERE single = 1";
        self.execute(sql, params![branding.display_name]).await?;
        self.execute(
            "INSERT INTO branding (single, accent, logo) VALUES (1, ?1, ?2) \
             ON CONFLICT (single) DO UPDATE SET accent = excluded.accent, logo = excluded.logo",
            params![branding.accent, branding.logo],
        )
        .await?;
        self.record(event).await
    }
}
