//! People by what they have or belong to, each list along an index of its own, so that a page costs the same in a
//! directory of any size.

use std::sync::LazyLock;

use latchkey_domain::{GroupId, Timestamp, User, UserId};

use crate::row::{FromRow, Row};
use crate::users::{user_at, user_columns};
use crate::value::params;
use crate::{Reader, Result};

/// Something that is registered to sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisteredKind {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    App,
}

/// Somebody on a list that is ordered by time and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedPerson {
    /// When; with the id, where the next page goes on.
    pub at: Timestamp,
    /// The person.
    pub user: User,
}

impl FromRow for TimedPerson {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            at: row.get(0)?,
            user: user_at(row, 1)?,
        })
    }
}

// CROSS tells SQLite to keep the order of the tables.

pub(crate) static IN_GROUP: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM group_members m CROSS JOIN users u WHERE m.group_id = ?1 AND m.kind = 0 AND m.member_id > ?2 \
         AND u.id = m.member_id AND u.deleted_at IS NULL ORDER BY m.member_id LIMIT ?3",
        user_columns("u.")
    )
});
pub(crate) static WITH_PASSKEY: LazyLock<String> = LazyLock::new(|| registered("passkeys"));
pub(crate) static WITH_APP: LazyLock<String> = LazyLock::new(|| registered("totp_apps"));
pub(crate) static WITH_PASS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT p.end_at, {} FROM passes p CROSS JOIN users u WHERE (p.end_at, p.user_id) > (?1, ?2) \
         AND u.id = p.user_id AND u.deleted_at IS NULL ORDER BY p.end_at, p.user_id LIMIT ?3",
        user_columns("u.")
    )
});
pub(crate) static WITH_PASSWORD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT u.password_changed_at, {} FROM users u WHERE u.deleted_at IS NULL AND u.must_change_password = 0 \
         AND u.password_changed_at > u.created_at AND (u.password_changed_at, u.id) < (?1, ?2) \
         ORDER BY u.password_changed_at DESC, u.id DESC LIMIT ?3",
        user_columns("u.")
    )
});

pub(crate) static DELETED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT u.deleted_at, {} FROM users u WHERE u.deleted_at IS NOT NULL AND (u.deleted_at, u.id) < (?1, ?2) \
         ORDER BY u.deleted_at DESC, u.id DESC LIMIT ?3",
        user_columns("u.")
    )
});

/// Whoever has several comes with the oldest of them.
fn registered(table: &str) -> String {
    format!(
        "SELECT {} FROM {table} k CROSS JOIN users u WHERE k.user_id > ?1 AND u.id = k.user_id AND u.deleted_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM {table} e WHERE e.user_id = k.user_id \
         AND (e.created_at, e.id) < (k.created_at, k.id)) ORDER BY k.user_id LIMIT ?2",
        user_columns("u.")
    )
}

const NOBODY: UserId = UserId::from_bytes([0; 16]);
const LAST: UserId = UserId::from_bytes([0xff; 16]);

impl Reader {
    /// The next `limit` people who are in a group directly, ordered by id, after this one.
    pub async fn people_in_group(
        &mut self,
        group: GroupId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>> {
        let after = after.unwrap_or(NOBODY);
        self.query_all(&IN_GROUP, params![group, after, limit]).await
    }

    /// The next `limit` people who have registered such a method, ordered by id, after this one.
    pub async fn people_with(
        &mut self,
        kind: RegisteredKind,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>> {
        let sql = match kind {
            RegisteredKind::Passkey => &WITH_PASSKEY,
            RegisteredKind::App => &WITH_APP,
        };
        self.query_all(sql, params![after.unwrap_or(NOBODY), limit]).await
    }

    /// The next `limit` people with a pass that ends later than this, the one that ends next first; `after` is the end
    /// of the last one's pass and their id.
    pub async fn people_with_pass(
        &mut self,
        now: Timestamp,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> Result<Vec<TimedPerson>> {
        let (at, user) = after.unwrap_or((now, LAST));
        self.query_all(&WITH_PASS, params![at, user, limit]).await
    }

    /// The next `limit` people with a password of their own, the one that was changed last first, after the one with
    /// this time of the change and id.
    pub async fn people_with_password(
        &mut self,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> Result<Vec<TimedPerson>> {
        let (at, user) = after.unwrap_or((Timestamp::from_micros(i64::MAX), LAST));
        self.query_all(&WITH_PASSWORD, params![at, user, limit]).await
    }

    /// The next `limit` deleted people, the one that was deleted last first, after the one with this time of the
    /// deletion and id.
    pub async fn deleted_people(
        &mut self,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> Result<Vec<TimedPerson>> {
        let (at, user) = after.unwrap_or((Timestamp::from_micros(i64::MAX), LAST));
        self.query_all(&DELETED, params![at, user, limit]).await
    }

    /// Whether the person has registered such a method.
    pub async fn has_registered(&mut self, user: UserId, kind: RegisteredKind) -> Result<bool> {
        let sql = match kind {
            RegisteredKind::Passkey => "SELECT user_id FROM passkeys WHERE user_id = ?1 LIMIT 1",
            RegisteredKind::App => "SELECT user_id FROM totp_apps WHERE user_id = ?1 LIMIT 1",
        };
        let found: Option<(UserId,)> = self.query_opt(sql, params![user]).await?;
        Ok(found.is_some())
    }
}
