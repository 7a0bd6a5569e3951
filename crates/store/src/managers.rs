//! Whose manager is who.

use latchkey_domain::{AuditEvent, Permit, User, UserId};

use crate::users::user_columns;
use crate::value::params;
use crate::{Reader, Result, Writer};

impl Reader {
    /// The user's manager.
    pub async fn manager_of(&mut self, user: UserId) -> Result<Option<User>> {
        // CROSS tells SQLite to start from the one link.
        let sql = format!(
            "SELECT {} FROM user_managers m CROSS JOIN users u \
             WHERE m.user_id = ?1 AND u.id = m.manager_id AND u.deleted_at IS NULL",
            user_columns("u.")
        );
        self.query_opt(&sql, params![user]).await
    }

    /// The next `limit` people whose manager this is, after this id, ordered by their ids.
    pub async fn direct_reports(
        &mut self,
        manager: UserId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>> {
        let after = after.unwrap_or(UserId::from_bytes([0; 16]));
        let sql = format!(
            "SELECT {} FROM user_managers m CROSS JOIN users u \
             WHERE m.manager_id = ?1 AND m.user_id > ?2 AND u.id = m.user_id AND u.deleted_at IS NULL \
             ORDER BY m.user_id LIMIT ?3",
            user_columns("u.")
        );
        self.query_all(&sql, params![manager, after, limit]).await
    }

    /// How many people's manager this is.
    pub async fn count_direct_reports(&mut self, manager: UserId) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM user_managers m CROSS JOIN users u \
            WHERE m.manager_id = ?1 AND u.id = m.user_id AND u.deleted_at IS NULL";
        let (count,) = self.query_one::<(i64,)>(sql, params![manager]).await?;
        Ok(count)
    }
}

impl Writer {
    /// Gives the user this manager, or none. That both exist is the caller's to check, in the same job.
    pub async fn set_manager(
        &mut self,
        _: &Permit,
        user: UserId,
        manager: Option<UserId>,
        event: &AuditEvent,
    ) -> Result<()> {
        match manager {
            None => {
                let sql = "DELETE FROM user_managers WHERE user_id = ?1";
                self.execute(sql, params![user]).await?;
            }
            Some(manager) => {
                let sql = "INSERT INTO user_managers (user_id, manager_id) VALUES (?1, ?2) \
                    ON CONFLICT (user_id) DO UPDATE SET manager_id = excluded.manager_id";
                self.execute(sql, params![user, manager]).await?;
            }
        }
        self.insert_audit(event).await
    }

    /// Part of deleting somebody for good.
    pub(crate) async fn forget_manager(&mut self, user: UserId) -> Result<()> {
        let sql = "DELETE FROM user_managers WHERE user_id = ?1 OR manager_id = ?1";
        self.execute(sql, params![user]).await.map(drop)
    }
}
