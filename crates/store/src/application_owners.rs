//! Who takes care of an application: people and service principals, by their ids.

use latchkey_domain::{AuditEvent, ClientId, Permit, PrincipalId};

use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

pub(crate) const OWNERS_OF: &str =
    "SELECT owner_id FROM application_owners WHERE client_id = ?1 ORDER BY owner_id";

impl Reader {
    /// An application's owners, ordered by id.
    pub async fn application_owners(&mut self, application: ClientId) -> Result<Vec<PrincipalId>> {
        let rows: Vec<(PrincipalId,)> = self.query_all(OWNERS_OF, params![application]).await?;
        Ok(rows.into_iter().map(|(owner,)| owner).collect())
    }
}

impl Writer {
    /// Makes somebody an owner.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `application_owners_pkey` when they are one already; the job may go on, to record the
    /// refusal. [`StoreError::Dangling`] when there is no such application.
    pub async fn add_application_owner(
        &mut self,
        _: &Permit,
        application: ClientId,
        owner: PrincipalId,
        event: &AuditEvent,
    ) -> Result<()> {
        let inserted = self.insert_application_owner(application, owner).await?;
        StoreError::conflict_unless(inserted == 1, "application_owners_pkey")?;
        self.insert_audit(event).await
    }

    /// The row alone; whoever calls records the change.
    pub(crate) async fn insert_application_owner(
        &mut self,
        application: ClientId,
        owner: PrincipalId,
    ) -> Result<u64> {
        let sql =
            "INSERT INTO application_owners (client_id, owner_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.execute(sql, params![application, owner]).await
    }

    /// Takes somebody's ownership away. False: they are no owner.
    pub async fn remove_application_owner(
        &mut self,
        _: &Permit,
        application: ClientId,
        owner: PrincipalId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM application_owners WHERE client_id = ?1 AND owner_id = ?2";
        let deleted = self.execute(sql, params![application, owner]).await?;
        self.recorded(deleted, event).await
    }

    /// Ends the ownerships of a principal that is being deleted. The deletion is what is recorded.
    pub(crate) async fn forget_ownerships(&mut self, owner: PrincipalId) -> Result<()> {
        let sql = "DELETE FROM application_owners WHERE owner_id = ?1";
        self.execute(sql, params![owner]).await.map(drop)
    }
}
