//! Forgetting what the logs hold of long ago, where somebody wants that.

use latchkey_domain::{AuditTarget, Seconds, Timestamp};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Result, Writer, json};

/// For how long the logs keep what they hold; none: for ever. Whoever reads the audit log to tell others of it is days
/// behind at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// The records of sign-ins.
    pub sign_ins: Option<Seconds>,
    /// The records of changes.
    pub audits: Option<Seconds>,
}

/// Records in one go, so that nobody waits long behind it.
const BATCH: u32 = 200;

/// The oldest records of changes.
pub(crate) const OLDEST: &str =
    "SELECT a.seq, a.at, a.targets FROM audits a WHERE a.seq < ?1 ORDER BY a.seq LIMIT ?2";

/// The statement that forgets old sign-ins of a table.
pub(crate) fn forget(table: &str) -> String {
    format!(
        "DELETE FROM {table} WHERE seq IN (SELECT seq FROM {table} WHERE at < ?1 ORDER BY at, seq LIMIT ?2)"
    )
}

struct Old {
    seq: i64,
    at: Timestamp,
    targets: Vec<AuditTarget>,
}

impl FromRow for Old {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            targets: json::read(row.text(2)?)?,
        })
    }
}

impl Writer {
    /// Removes some of what the logs need not keep any more, oldest first. True: there may be more, call again.
    pub async fn forget_logs(&mut self, retention: Retention, now: Timestamp) -> Result<bool> {
        let mut more = false;
        if let Some(kept) = retention.sign_ins {
            for table in ["sign_ins", "silent_sign_ins"] {
                let removed = self.execute(&forget(table), params![now - kept, BATCH]).await?;
                more |= removed >= u64::from(BATCH);
            }
        }
        if let Some(kept) = retention.audits {
            more |= self.forget_audits(now - kept).await?;
        }
        Ok(more)
    }

    /// In the order of their numbers, so that the log is known to be whole from its first record on; the newest stays.
    async fn forget_audits(&mut self, before: Timestamp) -> Result<bool> {
        let newest = self.newest_audit().await?;
        let mut old: Vec<Old> = self.query_all(OLDEST, params![newest, BATCH]).await?;
        // Where the clock was wrong, what follows waits until that is past, too.
        let count = old.iter().take_while(|record| record.at < before).count();
        old.truncate(count);
        for record in &old {
            for target in &record.targets {
                let sql = "DELETE FROM audit_targets WHERE target_id = ?1 AND at = ?2 AND seq = ?3";
                self.execute(sql, params![target.id, record.at, record.seq])
                    .await?;
            }
        }
        if let Some(last) = old.last() {
            self.execute("DELETE FROM audits WHERE seq <= ?1", params![last.seq])
                .await?;
        }
        Ok(u32::try_from(count).is_ok_and(|count| count >= BATCH))
    }
}
