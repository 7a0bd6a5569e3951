//! Accounts that were deleted and can come back.

use latchkey_domain::{AuditEvent, Permit, Timestamp, User, UserId, UserRef};
use std::collections::BTreeSet;

use crate::row::{FromRow, Row};
use crate::users::{user_at, user_columns};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, terms};

/// An account that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedUser {
    /// The account as it was.
    pub user: User,
    /// When it was deleted.
    pub deleted_at: Timestamp,
}

/// The order of a list of deleted accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletedOrder {
    /// By their ids.
    Id,
    /// Those first that were deleted first.
    Oldest,
    /// Those first that were deleted last.
    Newest,
}

impl FromRow for DeletedUser {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            deleted_at: row.get(0)?,
            user: user_at(row, 1)?,
        })
    }
}

impl Reader {
    /// The deleted account of this id.
    pub async fn deleted_user(&mut self, id: UserId) -> Result<Option<DeletedUser>> {
        let sql = format!(
            "SELECT deleted_at, {} FROM users WHERE id = ?1 AND deleted_at IS NOT NULL",
            user_columns("")
        );
        self.query_opt(&sql, params![id]).await
    }

    /// The next `limit` deleted accounts after the one that was deleted then and has this id.
    pub async fn deleted_users(
        &mut self,
        order: DeletedOrder,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> Result<Vec<DeletedUser>> {
        let (place, by) = match order {
            DeletedOrder::Id => ("deleted_at >= ?1 AND id > ?2", "id"),
            DeletedOrder::Oldest => ("(deleted_at, id) > (?1, ?2)", "deleted_at, id"),
            DeletedOrder::Newest => ("(deleted_at, id) < (?1, ?2)", "deleted_at DESC, id DESC"),
        };
        let first = Timestamp::from_micros(i64::MIN);
        let (at, id) = match (order, after) {
            (DeletedOrder::Id, Some((_, id))) => (first, id),
            (_, Some(after)) => after,
            (DeletedOrder::Newest, None) => (Timestamp::from_micros(i64::MAX), UserId::from_bytes([255; 16])),
            (DeletedOrder::Id | DeletedOrder::Oldest, None) => (first, UserId::from_bytes([0; 16])),
        };
        let sql = format!(
            "SELECT deleted_at, {} FROM users WHERE deleted_at IS NOT NULL AND {place} ORDER BY {by} LIMIT ?3",
            user_columns("")
        );
        self.query_all(&sql, params![at, id, limit]).await
    }

    /// How many deleted accounts there are. Counts them one by one.
    pub async fn count_deleted_users(&mut self) -> Result<i64> {
        let sql = "SELECT count(*) FROM users WHERE deleted_at IS NOT NULL";
        let (count,) = self.query_one::<(i64,)>(sql, &[]).await?;
        Ok(count)
    }
}

impl Writer {
    /// Brings a deleted account back, without the pass, sessions, roles and memberships that it had. False: there is no
    /// such account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `users_upn_key_key` when another account has its name meanwhile; the job may go on, to
    /// record the refusal.
    pub async fn restore_user(&mut self, _: &Permit, id: UserId, event: &AuditEvent) -> Result<bool> {
        let Some(DeletedUser { user, .. }) = self.deleted_user(id).await? else {
            return Ok(false);
        };
        let namesake = self.user(&UserRef::Name(user.upn.clone())).await?;
        StoreError::conflict_unless(namesake.is_none(), "users_upn_key_key")?;
        self.execute("UPDATE users SET deleted_at = NULL WHERE id = ?1", params![id])
            .await?;
        self.list_person(&user).await?;
        self.change_terms(id.as_bytes(), &BTreeSet::new(), &terms::of_user(&user))
            .await?;
        self.record(event).await?;
        Ok(true)
    }

    /// Removes a deleted account for good, with its passkeys and authenticator apps. False: there is no such account.
    pub async fn purge_user(&mut self, _: &Permit, id: UserId, event: &AuditEvent) -> Result<bool> {
        if self.deleted_user(id).await?.is_none() {
            return Ok(false);
        }
        for table in ["passes", "passkeys", "totp_apps", "personal_sign_in"] {
            let sql = format!("DELETE FROM {table} WHERE user_id = ?1");
            self.execute(&sql, params![id]).await?;
        }
        self.forget_manager(id).await?;
        self.execute("DELETE FROM users WHERE id = ?1", params![id])
            .await?;
        self.record(event).await?;
        Ok(true)
    }
}
