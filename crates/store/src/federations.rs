//! Domains that are handed to other providers, and who is who there.

use latchkey_domain::{AuditEvent, Federation, Permit, SessionId, Timestamp, UserId};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

/// A domain's federation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFederation {
    /// To whom, and how.
    pub federation: Federation,
    /// Our secret there, sealed.
    pub secret: Option<Vec<u8>>,
}

impl FromRow for StoredFederation {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            federation: json::read(row.text(0)?)?,
            secret: row.get(1)?,
        })
    }
}

impl Reader {
    /// To whom a domain (in lower case) is handed.
    pub async fn federation(&mut self, domain: &str) -> Result<Option<StoredFederation>> {
        let sql = "SELECT document, secret FROM federations WHERE domain = ?1";
        self.query_opt(sql, params![domain]).await
    }

    /// All domains that are handed to somebody, by name.
    pub async fn federations(&mut self) -> Result<Vec<StoredFederation>> {
        let sql = "SELECT document, secret FROM federations ORDER BY domain";
        self.query_all(sql, params![]).await
    }

    /// Who a provider's subject is here.
    pub async fn federated_user(&mut self, issuer: &str, subject: &str) -> Result<Option<UserId>> {
        let sql = "SELECT user_id FROM federated_identities WHERE issuer = ?1 AND subject = ?2";
        let found: Option<(UserId,)> = self.query_opt(sql, params![issuer, subject]).await?;
        Ok(found.map(|(user,)| user))
    }
}

impl Reader {
    /// The other provider's ID token that opened a session, sealed.
    pub async fn upstream_token(&mut self, session: SessionId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT upstream_token FROM sessions WHERE id = ?1";
        let found: Option<(Option<Vec<u8>>,)> = self.query_opt(sql, params![session]).await?;
        Ok(found.and_then(|(token,)| token))
    }
}

impl Writer {
    /// Keeps the other provider's ID token, sealed, as long as the session that it opened.
    pub async fn keep_upstream_token(&mut self, session: SessionId, sealed: &[u8]) -> Result<()> {
        let sql = "UPDATE sessions SET upstream_token = ?2 WHERE id = ?1";
        self.execute(sql, params![session, sealed]).await.map(drop)
    }

    /// Hands a domain to a provider, in place of what was before.
    pub async fn save_federation(
        &mut self,
        _: &Permit,
        new: &StoredFederation,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO federations (domain, document, secret) VALUES (?1, ?2, ?3) \
            ON CONFLICT (domain) DO UPDATE SET document = excluded.document, secret = excluded.secret";
        let document = json::write(&new.federation)?;
        self.execute(sql, params![new.federation.domain, document, new.secret])
            .await?;
        self.insert_audit(event).await
    }

    /// Takes a domain back. False: it was not handed to anybody. Who is who there stays known.
    pub async fn delete_federation(&mut self, _: &Permit, domain: &str, event: &AuditEvent) -> Result<bool> {
        let sql = "DELETE FROM federations WHERE domain = ?1";
        let deleted = self.execute(sql, params![domain]).await?;
        self.recorded(deleted, event).await
    }

    /// Notes who a provider's subject is here, once for all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `federated_identities_pkey` when the subject is somebody already, or the person has
    /// another one there; the job may go on, to record the refusal.
    pub async fn link_federated_user(
        &mut self,
        issuer: &str,
        subject: &str,
        user: UserId,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO federated_identities (issuer, subject, user_id, created_at) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT DO NOTHING";
        let linked = self.execute(sql, params![issuer, subject, user, now]).await?;
        StoreError::conflict_unless(linked == 1, "federated_identities_pkey")?;
        self.insert_audit(event).await
    }

    /// Forgets who a person is at other providers: the next sign-in by name decides anew. False: nothing was known.
    pub async fn unlink_federated_user(
        &mut self,
        _: &Permit,
        user: UserId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let unlinked = self.forget_federated_identities(user).await?;
        self.recorded(unlinked, event).await
    }

    /// Part of an account's end.
    pub(crate) async fn forget_federated_identities(&mut self, user: UserId) -> Result<u64> {
        let sql = "DELETE FROM federated_identities WHERE user_id = ?1";
        self.execute(sql, params![user]).await
    }
}
