//! Passkeys that somebody is to make for a user.

use latchkey_domain::{AuditEvent, Passkey, Permit, Timestamp, UserId};

use crate::value::params;
use crate::{Result, Writer};

impl Writer {
    /// Keeps a ceremony's state until its end. Of one user's the newest are kept, as many as there can be passkeys.
    pub async fn insert_pending_passkey(
        &mut self,
        _: &Permit,
        user: UserId,
        challenge: &[u8; 32],
        state: &[u8],
        expires_at: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO pending_passkeys (challenge, user_id, state, expires_at) VALUES (?1, ?2, ?3, ?4)",
            params![challenge, user, state, expires_at],
        )
        .await?;
        let most = u32::try_from(Passkey::MAX_PER_USER).unwrap_or(u32::MAX);
        let sql = "DELETE FROM pending_passkeys WHERE user_id = ?1 AND challenge NOT IN \
            (SELECT challenge FROM pending_passkeys WHERE user_id = ?1 ORDER BY expires_at DESC LIMIT ?2)";
        self.execute(sql, params![user, most]).await?;
        self.record(event).await
    }

    /// Takes a ceremony's state out: it can be finished once. None: there is none, of this user.
    pub async fn take_pending_passkey(
        &mut self,
        user: UserId,
        challenge: &[u8; 32],
    ) -> Result<Option<Vec<u8>>> {
        let sql = "DELETE FROM pending_passkeys WHERE challenge = ?1 AND user_id = ?2 RETURNING state";
        let found: Option<(Vec<u8>,)> = self.query_opt(sql, params![challenge, user]).await?;
        Ok(found.map(|(state,)| state))
    }
}
