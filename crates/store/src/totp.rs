//! Authenticator apps.

use latchkey_domain::{AuditEvent, Permit, Timestamp, TotpApp, TotpId, UserId};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer};

impl FromRow for TotpApp {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            user_id: row.get(1)?,
            name: row.get(2)?,
            sealed_key: row.get(3)?,
            last_step: row.get(4)?,
            created_at: row.get(5)?,
            last_used_at: row.get(6)?,
        })
    }
}

impl Reader {
    /// A user's authenticator apps, oldest first.
    pub async fn totp_apps_of(&mut self, user: UserId) -> Result<Vec<TotpApp>> {
        let sql = "SELECT id, user_id, name, sealed_key, last_step, created_at, last_used_at FROM totp_apps \
            WHERE user_id = ?1 ORDER BY created_at, id";
        self.query_all(sql, params![user]).await
    }
}

impl Writer {
    /// Adds an authenticator app.
    pub async fn insert_totp(&mut self, app: &TotpApp, event: &AuditEvent) -> Result<()> {
        let sql = "INSERT INTO totp_apps (id, user_id, name, sealed_key, last_step, created_at, last_used_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

        self.execute(
            sql,
            params![
                app.id,
                app.user_id,
                app.name,
                app.sealed_key,
                app.last_step,
                app.created_at,
                app.last_used_at,
            ],
        )
        .await?;
        self.look_for_methods(app.user_id).await?;
        self.has_registered(app.user_id).await?;
        self.record(event).await
    }

    /// Uses the code of a step up. False: it or a later one was used before.
    pub async fn use_totp_step(&mut self, id: TotpId, step: i64, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE totp_apps SET last_step = ?2, last_used_at = ?3 WHERE id = ?1 AND last_step < ?2";
        Ok(self.execute(sql, params![id, step, now]).await? == 1)
    }

    /// Deletes an authenticator app. False: there was none, and nothing is recorded.
    pub async fn delete_totp(&mut self, _: &Permit, id: TotpId, event: &AuditEvent) -> Result<bool> {
        let sql = "DELETE FROM totp_apps WHERE id = ?1 RETURNING user_id";
        let Some((user,)) = self.query_opt::<(UserId,)>(sql, params![id]).await? else {
            return Ok(false);
        };
        self.look_for_methods(user).await?;
        self.record(event).await?;
        Ok(true)
    }
}
