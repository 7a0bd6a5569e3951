//! Temporary Access Passes. A user has at most one.

use std::sync::{Arc, LazyLock};

use latchkey_domain::{AuditEvent, Pass, PassId, PassPolicy, Permit, Timestamp, UserId, UserRef};

use crate::row::{FromRow, Row};
use crate::sessions::Ending;
use crate::value::params;
use crate::{Reader, Result, Writer};

/// A pass with what only the sign-in may see.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPass {
    /// The pass.
    pub pass: Pass,
    /// What its code is checked against.
    pub verifier: String,
    /// Wrong guesses in a row.
    pub wrong_guesses: u32,
}

impl std::fmt::Debug for StoredPass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredPass")
            .field("pass", &self.pass)
            .field("verifier", &"***")
            .field("wrong_guesses", &self.wrong_guesses)
            .finish()
    }
}

/// The columns of a pass, from the table `p`.
const COLUMNS: &str = "p.id, p.user_id, p.created_at, p.start_at, p.lifetime, p.one_time, p.used_at, p.blocked_at, \
    p.from_console, p.verifier, p.wrong_guesses";
const WIDTH: usize = 11;

impl FromRow for StoredPass {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let pass = Pass {
            id: row.get(0)?,
            user_id: row.get(1)?,
            created_at: row.get(2)?,
            start_at: row.get(3)?,
            lifetime: row.get(4)?,
            one_time: row.get(5)?,
            used_at: row.get(6)?,
            blocked_at: row.get(7)?,
            from_console: row.get(8)?,
        };
        Ok(Self {
            pass,
            verifier: row.get(9)?,
            wrong_guesses: row.get(10)?,
        })
    }
}

/// A user with the pass that they may have, and the policy that it stands under: of one moment.
#[derive(Debug, Clone)]
pub struct PassAndPolicy {
    /// Whose pass.
    pub user_id: UserId,
    /// The pass.
    pub pass: Option<StoredPass>,
    /// The policy in force.
    pub policy: Arc<PassPolicy>,
}

/// The same before the policy's document is read.
struct PassAndDocument {
    user_id: UserId,
    pass: Option<StoredPass>,
    document: Option<String>,
}

impl FromRow for PassAndDocument {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let has_pass = row.get::<Option<PassId>>(0)?.is_some();
        Ok(Self {
            pass: has_pass.then(|| StoredPass::from_row(row)).transpose()?,
            user_id: row.get(WIDTH)?,
            document: row.get(WIDTH + 1)?,
        })
    }
}

/// By the id of somebody who has a pass: an account's pass goes when it is deleted, so there is no need to look at it.
static BY_ID: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS}, p.user_id, {DOCUMENT} FROM passes p WHERE p.user_id = ?1"));
static BY_ID_IF_ANY: LazyLock<String> = LazyLock::new(|| of_user("u.id = ?1"));
static BY_NAME: LazyLock<String> = LazyLock::new(|| of_user("u.upn_key = ?1"));

/// The policy's document.
const DOCUMENT: &str = "(SELECT document FROM pass_policy WHERE single = 1)";

fn of_user(condition: &str) -> String {
    format!(
        "SELECT {COLUMNS}, u.id, {DOCUMENT} \
         FROM users u LEFT JOIN passes p ON p.user_id = u.id WHERE {condition} AND u.deleted_at IS NULL"
    )
}

impl Reader {
    /// The user's pass, in whatever state it is.
    pub async fn pass_of(&mut self, user: UserId) -> Result<Option<StoredPass>> {
        static SQL: LazyLock<String> =
            LazyLock::new(|| format!("SELECT {COLUMNS} FROM passes p WHERE p.user_id = ?1"));
        self.query_opt(&SQL, params![user]).await
    }

    /// A user's pass and the policy, of one moment.
    pub async fn pass_and_policy(&mut self, user: &UserRef) -> Result<Option<PassAndPolicy>> {
        let found: Option<PassAndDocument> = match user {
            UserRef::Id(id) => match self.query_opt(&BY_ID, params![id]).await? {
                Some(found) => Some(found),
                None => self.query_opt(&BY_ID_IF_ANY, params![id]).await?,
            },
            UserRef::Name(upn) => self.query_opt(&BY_NAME, params![upn.key()]).await?,
        };
        let Some(found) = found else {
            return Ok(None);
        };
        Ok(Some(PassAndPolicy {
            user_id: found.user_id,
            pass: found.pass,
            policy: self.policy_of(found.document)?,
        }))
    }
}

impl Writer {
    /// Gives a user a pass in place of the old one, whose sessions end at once.
    pub async fn issue_pass(
        &mut self,
        _: &Permit,
        pass: &Pass,
        verifier: &str,
        replaced: Option<&AuditEvent>,
        issued: &AuditEvent,
    ) -> Result<()> {
        self.remove_pass_of(pass.user_id, issued.at).await?;
        let sql = "INSERT INTO passes (user_id, id, created_at, start_at, lifetime, end_at, one_time, used_at, \
            blocked_at, from_console, wrong_guesses, verifier) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)";

        self.execute(
            sql,
            params![
                pass.user_id,
                pass.id,
                pass.created_at,
                pass.start_at,
                pass.lifetime,
                pass.end(),
                pass.one_time,
                pass.used_at,
                pass.blocked_at,
                pass.from_console,
                verifier,
            ],
        )
        .await?;
        if let Some(replaced) = replaced {
            self.record(replaced).await?;
        }
        self.record(issued).await
    }

    /// Deletes a pass and the sessions that stand on it. False: there was none, and nothing is recorded.
    pub async fn delete_pass(&mut self, _: &Permit, pass: PassId, event: &AuditEvent) -> Result<bool> {
        let sql = "DELETE FROM passes WHERE id = ?1 RETURNING user_id";
        let Some((user,)) = self.query_opt::<(UserId,)>(sql, params![pass]).await? else {
            return Ok(false);
        };
        self.end_sessions_on_passes(user, event.at).await?;
        self.record(event).await?;
        Ok(true)
    }

    /// Redeems a pass: one conditional update, so of any number at once only one redeems a one-time pass.
    /// False: it is one-time and was redeemed before, or it is gone.
    pub async fn redeem_pass(&mut self, pass: PassId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE passes SET used_at = coalesce(used_at, ?2), last_used_at = ?2, wrong_guesses = 0 \
            WHERE id = ?1 AND (one_time = 0 OR used_at IS NULL)";
        Ok(self.execute(sql, params![pass, now]).await? == 1)
    }

    /// Counts a wrong guess and tells how many there are now in a row; 0 when the pass is gone.
    pub async fn count_wrong_guess(&mut self, pass: PassId) -> Result<u32> {
        let sql = "UPDATE passes SET wrong_guesses = wrong_guesses + 1 WHERE id = ?1 RETURNING wrong_guesses";
        let row: Option<(u32,)> = self.query_opt(sql, params![pass]).await?;
        Ok(row.map_or(0, |(guesses,)| guesses))
    }

    /// Blocks a pass for good.
    pub async fn block_pass(&mut self, pass: PassId, now: Timestamp, event: &AuditEvent) -> Result<()> {
        let sql = "UPDATE passes SET blocked_at = coalesce(blocked_at, ?2) WHERE id = ?1";
        self.execute(sql, params![pass, now]).await?;
        self.record(event).await
    }

    /// Part of a recorded change.
    pub(crate) async fn remove_pass_of(&mut self, user: UserId, now: Timestamp) -> Result<()> {
        if self
            .execute("DELETE FROM passes WHERE user_id = ?1", params![user])
            .await?
            > 0
        {
            self.end_sessions_on_passes(user, now).await?;
        }
        Ok(())
    }

    /// A user has one pass, so these are the sessions on it, and what applications were let do in them.
    async fn end_sessions_on_passes(&mut self, user: UserId, now: Timestamp) -> Result<()> {
        self.end(Ending::OnPassesOf(user), now).await?;
        self.end_authorizations_on_passes(user).await
    }
}
