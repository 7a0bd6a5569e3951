//! Authorization codes, what they become, and refresh tokens.

use std::sync::{Arc, LazyLock};

use latchkey_domain::{
    AskedFor, AuditEvent, Authorization, AuthorizationCode, AuthorizationEnd, AuthorizationId, ClientId,
    REFRESH_IDLE, Session, SessionId, SessionPass, Timestamp, User, UserId,
};

use crate::lockouts::DAY;
use crate::row::{FromRow, Row};
use crate::sessions::{SESSION, SESSION_COLUMNS, method, method_name, session_at};
use crate::users::{user_at, user_columns};
use crate::value::{Value, params};
use crate::{Reader, Result, StoreError, Writer, json};

/// A code as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCode {
    /// What it stands for.
    pub code: AuthorizationCode,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub used_at: Option<Timestamp>,
}

/// A refresh token as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRefreshToken {
    /// What it stands on.
    pub authorization: AuthorizationId,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was first used.
    pub rotated_at: Option<Timestamp>,
}

/// An authorization with whom it is of, and its session if that is still there.
#[derive(Debug, Clone)]
pub struct StandingAuthorization {
    /// The authorization.
    pub authorization: Authorization,
    /// For whom it acts.
    pub user: User,
    /// The session that it began in. Whether it still stands is for the domain to say.
    pub session: Option<Session>,
}

/// The part of an authorization that is only read whole.
#[derive(serde::Serialize, serde::Deserialize)]
struct Document {
    offline: bool,
    asked: AskedFor,
}

const AUTHORIZATION: &str = "a.id, a.client_id, a.user_id, a.session_id, a.method, a.pass_id, a.pass_end, \
    a.authenticated_at, a.created_at, a.fixed_end, a.ended, a.document";
const AUTHORIZATION_COLUMNS: usize = 12;

pub(crate) static BY_ID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {AUTHORIZATION}, {SESSION}, {} FROM authorizations a JOIN users u ON u.id = a.user_id \
         LEFT JOIN sessions s ON s.id = a.session_id WHERE a.id = ?1 AND u.deleted_at IS NULL",
        user_columns("u.")
    )
});

impl FromRow for StoredCode {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            code: json::read(row.text(0)?)?,
            expires_at: row.get(1)?,
            used_at: row.get(2)?,
        })
    }
}

impl FromRow for StoredRefreshToken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            authorization: row.get(0)?,
            created_at: row.get(1)?,
            rotated_at: row.get(2)?,
        })
    }
}

fn document(of: &Authorization) -> Result<String> {
    json::write(&Document {
        offline: of.offline,
        asked: of.asked.clone(),
    })
}

fn authorization(row: &Row<'_>) -> Result<Authorization> {
    let document: Document = json::read(row.text(11)?)?;
    let ended: Option<String> = row.get(10)?;
    let ended = match ended {
        None => None,
        Some(name) => Some(
            AuthorizationEnd::ALL
                .into_iter()
                .find(|end| end.name() == name)
                .ok_or_else(|| StoreError::Corrupt("an authorization ended in an unknown way".to_owned()))?,
        ),
    };
    Ok(Authorization {
        id: row.get(0)?,
        client_id: row.get(1)?,
        user_id: row.get(2)?,
        session_id: row.get(3)?,
        method: method(row.text(4)?)?,
        pass: match (row.get(5)?, row.get(6)?) {
            (Some(id), Some(end)) => Some(SessionPass { id, end }),
            _ => None,
        },
        authenticated_at: row.get(7)?,
        created_at: row.get(8)?,
        fixed_end: row.get(9)?,
        ended,
        offline: document.offline,
        asked: document.asked,
    })
}

impl FromRow for StandingAuthorization {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let session: Option<SessionId> = row.get(AUTHORIZATION_COLUMNS)?;
        Ok(Self {
            authorization: authorization(row)?,
            session: match session {
                Some(_) => Some(session_at(row, AUTHORIZATION_COLUMNS)?),
                None => None,
            },
            user: user_at(row, AUTHORIZATION_COLUMNS + SESSION_COLUMNS)?,
        })
    }
}

/// When an authorization is of no use any more, if nothing is done with it from now on.
fn kept_until(now: Timestamp) -> Timestamp {
    Timestamp::from_micros((now + REFRESH_IDLE).as_micros().saturating_add(DAY))
}

impl Reader {
    /// A code by its hash, used and expired ones too.
    pub async fn authorization_code(&mut self, hash: &[u8; 32]) -> Result<Option<StoredCode>> {
        let sql = "SELECT document, expires_at, used_at FROM authorization_codes WHERE hash = ?1";
        self.query_opt(sql, params![hash]).await
    }

    /// An authorization, ended ones too. None when its user is deleted.
    pub async fn authorization(&mut self, id: AuthorizationId) -> Result<Option<Arc<StandingAuthorization>>> {
        if let Some(known) = self.known()?.and_then(|known| known.authorizations.get(&id)) {
            return Ok(Some(known));
        }
        let standing: Option<StandingAuthorization> = self.query_opt(&BY_ID, params![id]).await?;
        let standing = standing.map(Arc::new);
        if let (Some(standing), Some(known)) = (&standing, self.known()?) {
            known.authorizations.keep(id, standing);
        }
        Ok(standing)
    }

    /// The applications that a session let its user in to.
    pub async fn clients_of_session(&mut self, user: UserId, session: SessionId) -> Result<Vec<ClientId>> {
        let sql = "SELECT DISTINCT client_id FROM authorizations WHERE user_id = ?1 AND session_id = ?2";
        let rows: Vec<(ClientId,)> = self.query_all(sql, params![user, session]).await?;
        Ok(rows.into_iter().map(|(client,)| client).collect())
    }

    /// A refresh token by its hash.
    pub async fn refresh_token(&mut self, hash: &[u8; 32]) -> Result<Option<StoredRefreshToken>> {
        let sql = "SELECT authorization_id, created_at, rotated_at FROM refresh_tokens WHERE hash = ?1";
        self.query_opt(sql, params![hash]).await
    }
}

impl Writer {
    /// Stores a code.
    pub async fn insert_authorization_code(
        &mut self,
        hash: &[u8; 32],
        code: &AuthorizationCode,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO authorization_codes (hash, authorization_id, document, expires_at) VALUES (?1, ?2, ?3, ?4)",
            params![hash, code.authorization, json::write(code)?, expires_at],
        )
        .await
        .map(drop)
    }

    /// Redeems a code: one conditional update, so of any number at once only one redeems it.
    pub async fn redeem_authorization_code(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<bool> {
        let sql = "UPDATE authorization_codes SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL";
        Ok(self.execute(sql, params![hash, now]).await? == 1)
    }

    /// Stores what a code became. What ends with its session is kept for a day longer than that may live.
    pub async fn insert_authorization(&mut self, authorization: &Authorization) -> Result<()> {
        let ends_with = (!authorization.offline).then_some(authorization.session_id);
        let document = document(authorization)?;
        let pass = authorization.pass.as_ref();
        self.execute(
            "INSERT INTO authorizations (id, client_id, user_id, session_id, method, pass_id, pass_end, \
             authenticated_at, created_at, fixed_end, ended, document, kept_until) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
             coalesce((SELECT not_after + ?15 FROM sessions WHERE id = ?14), ?13))",
            params![
                authorization.id,
                authorization.client_id,
                authorization.user_id,
                authorization.session_id,
                method_name(authorization.method),
                pass.map(|pass| pass.id),
                Value::of_time(pass.map(|pass| pass.end)),
                authorization.authenticated_at,
                authorization.created_at,
                Value::of_time(authorization.fixed_end),
                authorization.ended.map(AuthorizationEnd::name),
                document,
                kept_until(authorization.created_at),
                ends_with,
                DAY,
            ],
        )
        .await
        .map(drop)
    }

    /// Notes the key that an authorization was bound to.
    pub async fn bind_authorization(&mut self, authorization: &Authorization) -> Result<()> {
        let sql = "UPDATE authorizations SET document = ?2 WHERE id = ?1";
        self.execute(sql, params![authorization.id, document(authorization)?])
            .await
            .map(drop)
    }

    /// Ends an authorization. False, and nothing is recorded: it has ended before.
    pub async fn end_authorization(
        &mut self,
        id: AuthorizationId,
        end: AuthorizationEnd,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "UPDATE authorizations SET ended = ?2 WHERE id = ?1 AND ended IS NULL";
        let touched = self.execute(sql, params![id, end.name()]).await?;
        self.recorded(touched, event).await
    }

    /// Stores a refresh token; what it stands on is kept longer for it.
    pub async fn insert_refresh_token(
        &mut self,
        hash: &[u8; 32],
        authorization: AuthorizationId,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO refresh_tokens (hash, authorization_id, created_at) VALUES (?1, ?2, ?3)",
            params![hash, authorization, now],
        )
        .await?;
        let sql = "UPDATE authorizations SET kept_until = ?2 WHERE id = ?1 AND kept_until < ?2";
        self.execute(sql, params![authorization, kept_until(now)])
            .await
            .map(drop)
    }

    /// Notes the first use of a refresh token.
    pub async fn rotate_refresh_token(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<()> {
        let sql = "UPDATE refresh_tokens SET rotated_at = ?2 WHERE hash = ?1 AND rotated_at IS NULL";
        self.execute(sql, params![hash, now]).await.map(drop)
    }

    /// Part of a pass's end.
    pub(crate) async fn end_authorizations_on_passes(&mut self, user: UserId) -> Result<()> {
        let sql = "UPDATE authorizations SET ended = ?2 \
            WHERE user_id = ?1 AND pass_id IS NOT NULL AND ended IS NULL";
        self.execute(sql, params![user, AuthorizationEnd::PassGone.name()])
            .await
            .map(drop)
    }

    /// Part of the end of everything that a user was let do: no clock is asked what was before.
    pub(crate) async fn end_authorizations(&mut self, user: UserId) -> Result<()> {
        let sql = "UPDATE authorizations SET ended = ?2 WHERE user_id = ?1 AND ended IS NULL";
        self.execute(sql, params![user, AuthorizationEnd::Revoked.name()])
            .await
            .map(drop)
    }

    /// Part of a password's change.
    pub(crate) async fn end_authorizations_on_passwords(
        &mut self,
        user: UserId,
        kept: SessionId,
    ) -> Result<()> {
        let sql = "UPDATE authorizations SET ended = ?3 \
            WHERE user_id = ?1 AND session_id <> ?2 AND method LIKE 'password%' AND ended IS NULL";
        self.execute(sql, params![user, kept, AuthorizationEnd::Revoked.name()])
            .await
            .map(drop)
    }
}
