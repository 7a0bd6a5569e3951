//! When people last signed in, by the sign-in log: as far back as that is kept.

use latchkey_domain::{SignInId, Timestamp, UserId};

use crate::conditions::unindexed;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result};

/// A sign-in of somebody's: when, and by which record it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInMoment {
    /// When.
    pub at: Timestamp,
    /// The record of the log.
    pub id: SignInId,
}

impl FromRow for SignInMoment {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            at: row.get(0)?,
            id: row.get(1)?,
        })
    }
}

/// The newest of somebody's sign-ins in this table that meet the condition; walks the index of their records.
pub(crate) fn newest(table: &str, condition: &str) -> String {
    format!(
        "SELECT s.at, s.id FROM {table} s WHERE s.user_id = ?1{condition} ORDER BY s.at DESC, s.seq DESC LIMIT 1"
    )
}

/// Limits [`newest`] to sign-ins that succeeded.
pub(crate) fn successful() -> String {
    format!(" AND {} = 0", unindexed("s.error_number"))
}

impl Reader {
    /// Somebody's last attempt to sign in, right or wrong.
    pub async fn last_sign_in(&mut self, user: UserId) -> Result<Option<SignInMoment>> {
        self.query_opt(&newest("sign_ins", ""), params![user]).await
    }

    /// Somebody's last sign-in that succeeded.
    pub async fn last_successful_sign_in(&mut self, user: UserId) -> Result<Option<SignInMoment>> {
        self.query_opt(&newest("sign_ins", &successful()), params![user])
            .await
    }

    /// The last time that an application signed somebody in without them, right or wrong.
    pub async fn last_silent_sign_in(&mut self, user: UserId) -> Result<Option<SignInMoment>> {
        self.query_opt(&newest("silent_sign_ins", ""), params![user])
            .await
    }
}
