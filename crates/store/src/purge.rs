//! Tidying up what nobody can use any more.

use latchkey_domain::{Delivery, Timestamp};

use crate::lockouts::DAY;
use crate::sessions::Ending;
use crate::value::params;
use crate::{Result, Writer};

/// What [`Writer::purge`] removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PurgeCounts {
    /// Sessions past their end, or without a request for a day.
    pub sessions: u64,
    /// Challenges past their expiry, spent or never answered.
    pub challenges: u64,
    /// Counters of wrong guesses that were left alone for a day.
    pub lockouts: u64,
    /// Passes that ended 30 days ago.
    pub passes: u64,
    /// Codes of applications and devices, authorizations, refresh tokens and subscriptions that nobody can use any more.
    pub grants: u64,
    /// Ends of sessions that an application did not hear of in time.
    pub unheard: u64,
}

/// Rows of each kind in one go, so that nobody waits long behind it.
const BATCH: u64 = 500;
/// The same, of sessions.
const SESSIONS: u32 = 500;
/// How long the state of an ended pass can be looked up.
const PASS_KEPT: i64 = 30 * DAY;
/// A refresh token is not used later than this.
const REFRESH_KEPT: i64 = 91 * DAY;

impl PurgeCounts {
    /// Whether there may be more to remove: call again.
    pub const fn is_full(&self) -> bool {
        self.sessions >= BATCH
            || self.challenges >= BATCH
            || self.lockouts >= BATCH
            || self.passes >= BATCH
            || self.grants >= BATCH
            || self.unheard >= BATCH
    }
}

impl Writer {
    /// Removes some of what is of no use after `now`.
    pub async fn purge(&mut self, now: Timestamp) -> Result<PurgeCounts> {
        let micros = now.as_micros();
        Ok(PurgeCounts {
            sessions: self.end(Ending::OverAt(now, SESSIONS), now).await?,
            challenges: self
                .purge_from("spent_challenges", "challenge", "expires_at <= ?1", micros)
                .await?
                .max(
                    self.purge_from("pending_passkeys", "challenge", "expires_at <= ?1", micros)
                        .await?,
                ),
            lockouts: self
                .purge_from(
                    "lockouts",
                    "counter",
                    "last_day < ?1",
                    (micros - DAY).div_euclid(DAY),
                )
                .await?,
            passes: self
                .purge_from("passes", "user_id", "end_at <= ?1", micros - PASS_KEPT)
                .await?,
            grants: self
                .purge_from("device_codes", "hash", "expires_at <= ?1", micros - DAY)
                .await?
                .max(
                    self.purge_from("authorization_codes", "hash", "expires_at <= ?1", micros - DAY)
                        .await?,
                )
                .max(
                    self.purge_from("authorizations", "id", "kept_until <= ?1", micros)
                        .await?,
                )
                .max(
                    self.purge_from(
                        "refresh_tokens",
                        "hash",
                        "created_at <= ?1",
                        micros - REFRESH_KEPT,
                    )
                    .await?,
                )
                .max(
                    self.purge_from("subscriptions", "id", "expires_at <= ?1", micros)
                        .await?,
                ),
            unheard: self
                .purge_from(
                    "deliveries",
                    "key",
                    "key >= 'logout ' AND key < 'logout!' AND created_at <= ?1",
                    (now - Delivery::PATIENCE).as_micros(),
                )
                .await?,
        })
    }

    async fn purge_from(&mut self, table: &str, key: &str, condition: &str, bound: i64) -> Result<u64> {
        let sql = format!(
            "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT {BATCH})"
        );
        self.execute(&sql, params![bound]).await
    }
}
