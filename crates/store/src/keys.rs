//! Keys that sign tokens, sealed under the master key.

use latchkey_domain::{AuditEvent, Timestamp};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer};

/// A signing key as it is stored: its private part can only be opened with the master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSigningKey {
    /// Its name in token headers (`kid`, RFC 7515 4.1.4).
    pub kid: String,
    /// `RS256`, `ES256` or `EdDSA`.
    pub algorithm: String,
    /// The private key under envelope encryption.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it signs: some time after its public part was first published.
    pub use_from: Timestamp,
    /// From when it is neither used nor published any more.
    pub retired_at: Option<Timestamp>,
}

impl FromRow for StoredSigningKey {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            kid: row.get(0)?,
            algorithm: row.get(1)?,
            sealed: row.get(2)?,
            created_at: row.get(3)?,
            use_from: row.get(4)?,
            retired_at: row.get(5)?,
        })
    }
}

impl Reader {
    /// All keys, retired ones too, by the start of their use.
    pub async fn signing_keys(&mut self) -> Result<Vec<StoredSigningKey>> {
        let sql = "SELECT kid, algorithm, sealed, created_at, use_from, retired_at FROM signing_keys \
                   ORDER BY use_from, kid";
        self.query_all(sql, &[]).await
    }

    /// A key of the tenant, sealed, by its name.
    pub async fn tenant_key(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT sealed FROM tenant_keys WHERE name = ?1";
        let found: Option<(Vec<u8>,)> = self.query_opt(sql, params![name]).await?;
        Ok(found.map(|(sealed,)| sealed))
    }
}

impl Writer {
    /// Stores a key of the tenant, unless there is one of this name already; gives back the one that is there.
    pub async fn keep_tenant_key(&mut self, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let sql = "INSERT INTO tenant_keys (name, sealed) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.execute(sql, params![name, sealed]).await?;
        let kept = self.tenant_key(name).await?;
        kept.ok_or_else(|| crate::StoreError::Corrupt("a tenant key is missing".to_owned()))
    }

    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`](crate::StoreError::Conflict) `signing_keys_pkey` when the `kid` is taken.
    pub async fn insert_signing_key(&mut self, key: &StoredSigningKey, event: &AuditEvent) -> Result<()> {
        self.execute(
            "INSERT INTO signing_keys (kid, algorithm, sealed, created_at, use_from, retired_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                key.kid,
                key.algorithm,
                key.sealed,
                key.created_at,
                key.use_from,
                key.retired_at
            ],
        )
        .await?;
        self.insert_audit(event).await
    }

    /// Retires a key at a moment, which may lie ahead. False: there is no such key, or it is retired already.
    pub async fn retire_signing_key(&mut self, kid: &str, at: Timestamp, event: &AuditEvent) -> Result<bool> {
        let sql = "UPDATE signing_keys SET retired_at = ?2 WHERE kid = ?1 AND retired_at IS NULL";
        let retired = self.execute(sql, params![kid, at]).await?;
        self.recorded(retired, event).await
    }
}
