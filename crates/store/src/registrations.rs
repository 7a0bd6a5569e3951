//! How applications are registered: a document each, and the names that lead to it.

use std::sync::Arc;

use latchkey_domain::{AuditEvent, ClientId, ClientRegistration, Permit, ServicePrincipalId};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

pub(crate) const REGISTRATION: &str = "SELECT r.document FROM applications a \
    LEFT JOIN client_registrations r ON r.client_id = a.client_id WHERE a.client_id = ?1";

pub(crate) const BY_IDENTIFIER: &str = "SELECT client_id FROM identifier_uris WHERE uri = ?1";

pub(crate) const BY_SERVICE_PRINCIPAL: &str =
    "SELECT client_id FROM applications WHERE service_principal_id = ?1";

impl FromRow for ClientRegistration {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match row.get::<Option<String>>(0)? {
            Some(document) => json::read(&document),
            None => Ok(Self::default()),
        }
    }
}

impl Reader {
    /// How an application is registered. None: there is no such application.
    pub async fn registration(&mut self, client_id: ClientId) -> Result<Option<Arc<ClientRegistration>>> {
        if let Some(known) = self
            .known()?
            .and_then(|known| known.registrations.get(&client_id))
        {
            return Ok(Some(known));
        }
        let registration: Option<ClientRegistration> =
            self.query_opt(REGISTRATION, params![client_id]).await?;
        let registration = registration.map(Arc::new);
        if let (Some(registration), Some(known)) = (&registration, self.known()?) {
            known.registrations.keep(client_id, registration);
        }
        Ok(registration)
    }

    /// The application with this identifier URI, spelled exactly so.
    pub async fn client_of_identifier(&mut self, uri: &str) -> Result<Option<ClientId>> {
        let found: Option<(ClientId,)> = self.query_opt(BY_IDENTIFIER, params![uri]).await?;
        Ok(found.map(|(client,)| client))
    }

    /// The application of this service principal.
    pub async fn client_of_service_principal(&mut self, id: ServicePrincipalId) -> Result<Option<ClientId>> {
        let found: Option<(ClientId,)> = self.query_opt(BY_SERVICE_PRINCIPAL, params![id]).await?;
        Ok(found.map(|(client,)| client))
    }
}

impl Writer {
    /// Puts a registration in place of the one before, its identifier URIs too.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `identifier_uris_pkey` when another application has one of its identifier URIs; the
    /// job may go on, to record the refusal, but must not commit anything else. [`StoreError::Dangling`] when there is
    /// no such application.
    pub async fn save_registration(
        &mut self,
        _: &Permit,
        client_id: ClientId,
        registration: &ClientRegistration,
        event: &AuditEvent,
    ) -> Result<()> {
        self.check_identifiers(client_id, registration).await?;
        self.put_registration(client_id, registration).await?;
        self.insert_audit(event).await
    }

    /// Whether the identifier URIs are free for this application.
    pub(crate) async fn check_identifiers(
        &mut self,
        client_id: ClientId,
        registration: &ClientRegistration,
    ) -> Result<()> {
        for uri in &registration.identifier_uris {
            let owner = self.client_of_identifier(uri).await?;
            StoreError::conflict_unless(
                owner.is_none_or(|owner| owner == client_id),
                "identifier_uris_pkey",
            )?;
        }
        Ok(())
    }

    /// Puts a registration in place of the one before; whoever calls records the change.
    pub(crate) async fn put_registration(
        &mut self,
        client_id: ClientId,
        registration: &ClientRegistration,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM identifier_uris WHERE client_id = ?1",
            params![client_id],
        )
        .await?;
        for uri in &registration.identifier_uris {
            self.execute(
                "INSERT INTO identifier_uris (uri, client_id) VALUES (?1, ?2)",
                params![uri, client_id],
            )
            .await?;
        }
        self.execute(
            "INSERT INTO client_registrations (client_id, document, back_channel_logout) VALUES (?1, ?2, ?3) \
             ON CONFLICT (client_id) DO UPDATE SET document = excluded.document, \
             back_channel_logout = excluded.back_channel_logout",
            params![
                client_id,
                json::write(registration)?,
                registration.back_channel_logout.is_some()
            ],
        )
        .await
        .map(drop)
    }
}
