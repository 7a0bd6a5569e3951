//! Passkeys.

use latchkey_domain::{AuditEvent, Passkey, PasskeyId, Permit, Timestamp, UserId};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

impl FromRow for Passkey {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let id = PasskeyId::new(row.get(0)?)
            .ok_or_else(|| StoreError::Corrupt("a passkey's id has an impossible length".to_owned()))?;
        Ok(Self {
            id,
            user_id: row.get(1)?,
            name: row.get(2)?,
            static_state: row.get(3)?,
            dynamic_state: row.get(4)?,
            aaguid: row.get(5)?,
            synced: row.get(6)?,
            transports: row.get(7)?,
            created_at: row.get(8)?,
            last_used_at: row.get(9)?,
            attested_by: row.get(10)?,
        })
    }
}

impl Reader {
    /// A user's passkeys, oldest first.
    pub async fn passkeys_of(&mut self, user: UserId) -> Result<Vec<Passkey>> {
        let sql = "SELECT id, user_id, name, static_state, dynamic_state, aaguid, synced, transports, created_at, \
            last_used_at, attested_by FROM passkeys WHERE user_id = ?1 ORDER BY created_at, id";
        self.query_all(sql, params![user]).await
    }

    /// One passkey.
    pub async fn passkey(&mut self, id: &PasskeyId) -> Result<Option<Passkey>> {
        let sql = "SELECT id, user_id, name, static_state, dynamic_state, aaguid, synced, transports, created_at, \
            last_used_at, attested_by FROM passkeys WHERE id = ?1";
        self.query_opt(sql, params![id.as_bytes()]).await
    }
}

impl Writer {
    /// Adds a passkey.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `passkeys_pkey` when its id is registered already, whoever's it is.
    pub async fn insert_passkey(&mut self, passkey: &Passkey, event: &AuditEvent) -> Result<()> {
        let sql = "INSERT INTO passkeys (id, user_id, name, static_state, dynamic_state, aaguid, synced, \
            transports, created_at, last_used_at, attested_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
            ON CONFLICT DO NOTHING";

        let added = self
            .execute(
                sql,
                params![
                    passkey.id.as_bytes(),
                    passkey.user_id,
                    passkey.name,
                    passkey.static_state,
                    passkey.dynamic_state,
                    passkey.aaguid,
                    passkey.synced,
                    passkey.transports,
                    passkey.created_at,
                    passkey.last_used_at,
                    passkey.attested_by,
                ],
            )
            .await?;
        StoreError::conflict_unless(added == 1, "passkeys_pkey")?;
        self.look_for_methods(passkey.user_id).await?;
        self.has_registered(passkey.user_id).await?;
        self.record(event).await
    }

    /// Keeps what the library wants to know at the next use.
    pub async fn save_passkey_use(
        &mut self,
        id: &PasskeyId,
        dynamic_state: &[u8],
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE passkeys SET dynamic_state = ?2, last_used_at = ?3 WHERE id = ?1";
        self.execute(sql, params![id.as_bytes(), dynamic_state, now])
            .await
            .map(drop)
    }

    /// Gives a passkey another name.
    pub async fn rename_passkey(&mut self, id: &PasskeyId, name: &str, event: &AuditEvent) -> Result<()> {
        let sql = "UPDATE passkeys SET name = ?2 WHERE id = ?1";
        self.execute(sql, params![id.as_bytes(), name]).await?;
        self.record(event).await
    }

    /// Deletes a passkey. False: there was none, and nothing is recorded.
    pub async fn delete_passkey(&mut self, _: &Permit, id: &PasskeyId, event: &AuditEvent) -> Result<bool> {
        let sql = "DELETE FROM passkeys WHERE id = ?1 RETURNING user_id";
        let Some((user,)) = self.query_opt::<(UserId,)>(sql, params![id.as_bytes()]).await? else {
            return Ok(false);
        };
        self.look_for_methods(user).await?;
        self.record(event).await?;
        Ok(true)
    }
}
