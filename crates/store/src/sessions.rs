//! Browser sessions, found by the hash of their cookie.

use std::sync::LazyLock;

use latchkey_domain::{Session, SessionId, SessionMethod, SessionPass, Timestamp, User, UserId};

use crate::lockouts::DAY;
use crate::row::{FromRow, Row};
use crate::users::{user_at, user_columns};
use crate::value::{Param, Value, params};
use crate::{Reader, Result, StoreError, Writer};

/// Stored names of what a session stands on.
const METHODS: [(&str, SessionMethod); 10] = [
    ("pass", SessionMethod::Pass { one_time: false }),
    ("pass-once", SessionMethod::Pass { one_time: true }),
    ("password", SessionMethod::Password),
    ("password-totp", SessionMethod::PasswordAndTotp),
    (
        "password-pass",
        SessionMethod::PasswordAndPass { one_time: false },
    ),
    (
        "password-pass-once",
        SessionMethod::PasswordAndPass { one_time: true },
    ),
    ("password-passkey", SessionMethod::PasswordAndPasskey),
    ("passkey", SessionMethod::Passkey),
    ("federated", SessionMethod::Federated { multifactor: false }),
    ("federated-mfa", SessionMethod::Federated { multifactor: true }),
];

/// Columns of a session in the order in which [`SessionOfUser`] reads them.
pub(crate) const SESSION: &str = "s.id, s.user_id, s.method, s.pass_id, s.pass_end, s.created_at, s.authenticated_at, \
    s.not_after, s.last_seen_at, s.persistent";
pub(crate) const SESSION_COLUMNS: usize = 10;

static BY_TOKEN: LazyLock<String> = LazyLock::new(|| joined("s.token_hash = ?1"));
static BY_ID: LazyLock<String> = LazyLock::new(|| joined("s.id = ?1"));

fn joined(condition: &str) -> String {
    format!(
        "SELECT {SESSION}, {} FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE {condition} AND u.deleted_at IS NULL",
        user_columns("u.")
    )
}

struct SessionOfUser(Session, User);

/// Which sessions end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// This one.
    One(SessionId),
    /// All of a user.
    OfUser(UserId),
    /// All of a user but one.
    OfUserExcept(UserId, SessionId),
    /// Those of a user that a password was given for, but one.
    OnPasswordsOfExcept(UserId, SessionId),
    /// Those of a user that stand on a pass.
    OnPassesOf(UserId),
    /// The first so many that are over at this moment.
    OverAt(Timestamp, u32),
}

impl Ending {
    /// As a condition on the sessions `s`.
    pub(crate) fn condition(&self) -> (&'static str, Vec<Value<'_>>) {
        match self {
            Self::One(id) => ("s.id = ?1", vec![id.value()]),
            Self::OfUser(user) => ("s.user_id = ?1", vec![user.value()]),
            Self::OfUserExcept(user, kept) => {
                ("s.user_id = ?1 AND s.id <> ?2", vec![user.value(), kept.value()])
            }
            Self::OnPasswordsOfExcept(user, kept) => (
                "s.user_id = ?1 AND s.id <> ?2 AND s.method LIKE 'password%'",
                vec![user.value(), kept.value()],
            ),
            Self::OnPassesOf(user) => ("s.user_id = ?1 AND s.pass_id IS NOT NULL", vec![user.value()]),
            Self::OverAt(now, limit) => (
                "s.id IN (SELECT o.id FROM sessions o WHERE o.kept_until <= ?1 \
                 ORDER BY o.kept_until, o.id LIMIT ?2)",
                vec![now.value(), limit.value()],
            ),
        }
    }
}

impl FromRow for SessionOfUser {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(session_at(row, 0)?, user_at(row, SESSION_COLUMNS)?))
    }
}

impl FromRow for Session {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        session_at(row, 0)
    }
}

/// The session whose columns begin at `first`.
pub(crate) fn session_at(row: &Row<'_>, first: usize) -> Result<Session> {
    let pass = match (row.get(first + 3)?, row.get(first + 4)?) {
        (Some(id), Some(end)) => Some(SessionPass { id, end }),
        _ => None,
    };
    Ok(Session {
        id: row.get(first)?,
        user_id: row.get(first + 1)?,
        method: method(row.text(first + 2)?)?,
        pass,
        created_at: row.get(first + 5)?,
        authenticated_at: row.get(first + 6)?,
        not_after: row.get(first + 7)?,
        last_seen_at: row.get(first + 8)?,
        persistent: row.get(first + 9)?,
    })
}

pub(crate) fn method(name: &str) -> Result<SessionMethod> {
    METHODS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, method)| *method)
        .ok_or_else(|| StoreError::Corrupt("a session of an unknown method".to_owned()))
}

pub(crate) fn method_name(method: SessionMethod) -> &'static str {
    METHODS
        .iter()
        .find(|(_, known)| *known == method)
        .map_or("", |(name, _)| name)
}

/// From then on a session is over in any case: none but those that outlive the browser is idle for more than a day.
fn kept_until(not_after: Timestamp, last_seen_at: Timestamp) -> Timestamp {
    not_after.min(Timestamp::from_micros(
        last_seen_at.as_micros().saturating_add(DAY),
    ))
}

impl Reader {
    /// A session and its user, by the hash of its cookie. Whether it still stands is for the domain to say.
    pub async fn session_by_token(&mut self, token_hash: &[u8; 32]) -> Result<Option<(Session, User)>> {
        let found = self.query_opt(&BY_TOKEN, params![token_hash]).await?;
        Ok(found.map(|SessionOfUser(session, user)| (session, user)))
    }

    /// The first `limit` sessions of a user, the last opened first. Whether one still stands is for the domain to say.
    pub async fn sessions_of(&mut self, user: UserId, limit: u32) -> Result<Vec<Session>> {
        let sql = format!(
            "SELECT {SESSION} FROM sessions s WHERE s.user_id = ?1 ORDER BY s.created_at DESC LIMIT ?2"
        );
        self.query_all(&sql, params![user, limit]).await
    }

    /// A session and its user, by its id.
    pub async fn session_by_id(&mut self, id: SessionId) -> Result<Option<(Session, User)>> {
        let found = self.query_opt(&BY_ID, params![id]).await?;
        Ok(found.map(|SessionOfUser(session, user)| (session, user)))
    }
}

impl Writer {
    /// Opens a session. The sign-in that opens it is recorded in the same transaction.
    pub async fn insert_session(&mut self, session: &Session, token_hash: &[u8; 32]) -> Result<()> {
        let sql = "INSERT INTO sessions (id, token_hash, user_id, method, pass_id, pass_end, created_at, \
            authenticated_at, not_after, last_seen_at, kept_until) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let pass = session.pass.as_ref();

        self.execute(
            sql,
            params![
                session.id,
                token_hash,
                session.user_id,
                method_name(session.method),
                pass.map(|pass| pass.id),
                Value::of_time(pass.map(|pass| pass.end)),
                session.created_at,
                session.authenticated_at,
                session.not_after,
                session.last_seen_at,
                kept_until(session.not_after, session.last_seen_at),
            ],
        )
        .await
        .map(drop)
    }

    /// Puts a session's new state and a new cookie in place of the old ones.
    pub async fn reauthenticate_session(
        &mut self,
        session: &Session,
        new_token_hash: &[u8; 32],
    ) -> Result<()> {
        let sql = "UPDATE sessions SET token_hash = ?2, method = ?3, pass_id = ?4, pass_end = ?5, \
            authenticated_at = ?6, not_after = ?7, last_seen_at = ?8, kept_until = ?9, persistent = ?10 WHERE id = ?1";
        let pass = session.pass.as_ref();

        self.execute(
            sql,
            params![
                session.id,
                new_token_hash,
                method_name(session.method),
                pass.map(|pass| pass.id),
                Value::of_time(pass.map(|pass| pass.end)),
                session.authenticated_at,
                session.not_after,
                session.last_seen_at,
                if session.persistent {
                    session.not_after
                } else {
                    kept_until(session.not_after, session.last_seen_at)
                },
                session.persistent,
            ],
        )
        .await
        .map(drop)
    }

    /// Notes that a session was seen. Never goes back in time.
    pub async fn touch_session(&mut self, id: SessionId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE sessions SET last_seen_at = ?2, \
            kept_until = CASE WHEN not_after < ?3 OR persistent = 1 THEN not_after ELSE ?3 END \
            WHERE id = ?1 AND last_seen_at < ?2";
        let day_later = kept_until(Timestamp::from_micros(i64::MAX), now);
        self.execute(sql, params![id, now, day_later]).await.map(drop)
    }

    /// Makes a session outlive its browser.
    pub async fn keep_session(&mut self, session: &Session) -> Result<()> {
        let sql = "UPDATE sessions SET persistent = 1, not_after = ?2, kept_until = ?2 WHERE id = ?1";
        self.execute(sql, params![session.id, session.not_after])
            .await
            .map(drop)
    }

    /// Ends a session. False: there was none.
    pub async fn delete_session(&mut self, id: SessionId, now: Timestamp) -> Result<bool> {
        Ok(self.end(Ending::One(id), now).await? == 1)
    }

    /// Ends sessions: the applications that they let somebody in to hear of it. The only way for a session to go.
    pub(crate) async fn end(&mut self, which: Ending, now: Timestamp) -> Result<u64> {
        self.announce_end(which, now).await?;
        let (condition, values) = which.condition();
        let sql = format!("DELETE FROM sessions AS s WHERE {condition}");
        self.execute(&sql, &values).await
    }
}
