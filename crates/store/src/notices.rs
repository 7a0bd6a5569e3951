//! How far people were told of what the audit log holds, by which way out, and how that goes.

use latchkey_domain::{AuditEvent, Message, NoticeSettings, Permit, RoleId, Timestamp, UserId};

use crate::conditions::Conditions;
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Watermark, Writer, json};

/// A way out of notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeChannel {
    /// How far in the audit log people were told.
    pub told: Watermark,
    /// The last time that a notice arrived.
    pub delivered_at: Option<Timestamp>,
    /// The last attempt that failed: when and why.
    pub failed: Option<(Timestamp, String)>,
    /// How many notices were given up.
    pub lost: u32,
    /// When the last one was.
    pub lost_at: Option<Timestamp>,
}

/// What became of an attempt to deliver a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeAttempt {
    /// It arrived.
    Delivered,
    /// It failed, for this reason; there will be another one.
    Failed(String),
    /// It failed, for this reason, and was the last one.
    Lost(String),
}

impl FromRow for NoticeChannel {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let told = row
            .text(0)?
            .parse()
            .map_err(|_| StoreError::Corrupt("a notice channel's mark is unreadable".to_owned()))?;
        let (failed_at, failure): (Option<Timestamp>, Option<String>) = (row.get(2)?, row.get(3)?);
        Ok(Self {
            told,
            delivered_at: row.get(1)?,
            failed: failed_at.zip(failure),
            lost: row.get(4)?,
            lost_at: row.get(5)?,
        })
    }
}

/// How many messages of one channel wait: their keys begin with its name and a space, which `!` follows.
pub(crate) const WAITING: &str = "SELECT count(*) FROM deliveries WHERE key >= ?1 AND key < ?2";

/// The last record before a moment.
pub(crate) const NEWEST_BEFORE: &str =
    "SELECT seq FROM audits WHERE at < ?1 ORDER BY at DESC, seq DESC LIMIT 1";

impl NoticeChannel {
    /// Whether the last attempt failed.
    pub fn is_failing(&self) -> bool {
        let failed = self.failed.as_ref().map(|(at, _)| *at);
        failed.is_some_and(|failed| self.delivered_at.is_none_or(|delivered| delivered < failed))
    }
}

impl Reader {
    /// Who hears of what.
    pub async fn notice_settings(&mut self) -> Result<NoticeSettings> {
        let sql = "SELECT document FROM notice_settings WHERE single = 1";
        match self.query_opt::<(String,)>(sql, params![]).await? {
            Some((document,)) => json::read(&document),
            None => Ok(NoticeSettings::default()),
        }
    }

    /// A way out; none: nothing was told by it yet.
    pub async fn notice_channel(&mut self, channel: &str) -> Result<Option<NoticeChannel>> {
        let sql = "SELECT told, delivered_at, failed_at, failure, lost, lost_at FROM notice_channels \
            WHERE channel = ?1";
        self.query_opt(sql, params![channel]).await
    }

    /// How many notices wait to leave by this way out.
    pub async fn notices_waiting(&mut self, channel: &str) -> Result<u64> {
        let (from, to) = (format!("notice {channel} "), format!("notice {channel}!"));
        let (count,): (i64,) = self.query_one(WAITING, params![from, to]).await?;
        Ok(count.unsigned_abs())
    }

    /// The number of the last record before this moment; 0: there is none.
    pub async fn newest_audit_before(&mut self, moment: Timestamp) -> Result<i64> {
        let found: Option<(i64,)> = self.query_opt(NEWEST_BEFORE, params![moment]).await?;
        Ok(found.map_or(0, |(seq,)| seq))
    }

    /// Some of those who hold one of these roles for the whole tenant, themselves or by a group, may sign in and have a
    /// mail address.
    pub async fn role_holders_with_mail(&mut self, roles: &[RoleId], limit: u32) -> Result<Vec<UserId>> {
        let mut list = Conditions::default();
        let limit = list.bind(&limit);
        let names: Vec<_> = roles.iter().map(|role| list.bind(role)).collect();
        let names = names.join(", ");
        list.and_text("u.id = h.id AND u.deleted_at IS NULL AND u.account_enabled = 1");
        list.and_text("u.mail IS NOT NULL");
        let sql = format!(
            "SELECT u.id FROM (SELECT principal_id AS id FROM role_assignments WHERE role_id IN ({names}) \
             UNION SELECT m.member_id FROM role_assignments r CROSS JOIN group_members m \
             WHERE r.role_id IN ({names}) AND m.group_id = r.principal_id AND m.kind = 0) h \
             CROSS JOIN users u {} ORDER BY u.id LIMIT {limit}",
            list.text()
        );
        let rows: Vec<(UserId,)> = self.query_all(&sql, list.values()).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

impl Writer {
    /// A way out begins here, unless it has begun before.
    pub async fn begin_notices(&mut self, channel: &str, told: &Watermark) -> Result<()> {
        let sql =
            "INSERT INTO notice_channels (channel, told, lost) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING";
        self.execute(sql, params![channel, told.to_string()])
            .await
            .map(drop)
    }

    /// A way out is closed: if it opens again, it begins anew.
    pub async fn end_notices(&mut self, channel: &str) -> Result<()> {
        let sql = "DELETE FROM notice_channels WHERE channel = ?1";
        self.execute(sql, params![channel]).await.map(drop)
    }

    /// Keeps who hears of what.
    pub async fn save_notice_settings(
        &mut self,
        _: &Permit,
        settings: &NoticeSettings,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO notice_settings (single, document) VALUES (1, ?1) \
            ON CONFLICT (single) DO UPDATE SET document = excluded.document";
        self.execute(sql, params![json::write(settings)?]).await?;
        self.insert_audit(event).await
    }

    /// Moves the mark of a way out and puts what was found between the two into the queue of deliveries. False: another
    /// node has done so; nothing happened.
    pub async fn queue_notices(
        &mut self,
        channel: &str,
        marks: (&Watermark, &Watermark),
        messages: &[Message],
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE notice_channels SET told = ?3 WHERE channel = ?1 AND told = ?2";
        let (from, to) = (marks.0.to_string(), marks.1.to_string());
        if self.execute(sql, params![channel, from, to]).await? == 0 {
            return Ok(false);
        }
        for message in messages {
            self.enqueue(message, now).await?;
        }
        Ok(true)
    }

    /// Keeps what became of an attempt, for those who look after the server.
    pub async fn note_attempt(
        &mut self,
        channel: &str,
        attempt: &NoticeAttempt,
        now: Timestamp,
    ) -> Result<()> {
        match attempt {
            NoticeAttempt::Delivered => {
                let sql = "UPDATE notice_channels SET delivered_at = ?2 WHERE channel = ?1";
                self.execute(sql, params![channel, now]).await.map(drop)
            }
            NoticeAttempt::Failed(reason) => {
                let sql = "UPDATE notice_channels SET failed_at = ?2, failure = ?3 WHERE channel = ?1";
                self.execute(sql, params![channel, now, reason]).await.map(drop)
            }
            NoticeAttempt::Lost(reason) => {
                let sql = "UPDATE notice_channels SET failed_at = ?2, failure = ?3, lost = lost + 1, lost_at = ?2 \
                    WHERE channel = ?1";
                self.execute(sql, params![channel, now, reason]).await.map(drop)
            }
        }
    }
}
