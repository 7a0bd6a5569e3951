//! Applications: proving who they are.

use std::sync::Arc;

use latchkey_crypto::{Secret, constant_time_eq, token_hash};
use latchkey_domain::{ApplicationStanding, ClientId};
use latchkey_store::StoreError;

use crate::{Fault, Service};

/// Why an application is not who it says (sign-in contract 9.5 and 9.11).
#[derive(Debug, thiserror::Error)]
pub enum ClientAuthError {
    /// There is no application with this client id.
    #[error("there is no such application")]
    Unknown,
    /// It was switched off.
    #[error("the application is disabled")]
    Disabled,
    /// It sent no secret.
    #[error("the application sent no secret")]
    SecretMissing,
    /// It sent a wrong secret.
    #[error("the application sent a wrong secret")]
    SecretWrong,
    /// The secret that it sent has ended, or has not begun.
    #[error("the application's secret has expired")]
    SecretExpired,
    /// It sent a secret where it must not have one.
    #[error("a public client sent a secret")]
    SecretOfPublicClient,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ClientAuthError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// The application of this client id, if it proves with a secret that is in force who it is.
    ///
    /// # Errors
    /// [`ClientAuthError`]
    pub(crate) async fn authenticate_client(
        &self,
        client_id: &str,
        secret: Option<&Secret<String>>,
    ) -> Result<Arc<ApplicationStanding>, ClientAuthError> {
        match self.identify_client(client_id, secret).await? {
            (standing, true) => Ok(standing),
            (_, false) => Err(ClientAuthError::SecretMissing),
        }
    }

    /// The application of this client id, and whether it proved with a secret who it is. A secret that is sent must be
    /// right.
    ///
    /// # Errors
    /// [`ClientAuthError`]
    pub(crate) async fn identify_client(
        &self,
        client_id: &str,
        secret: Option<&Secret<String>>,
    ) -> Result<(Arc<ApplicationStanding>, bool), ClientAuthError> {
        let client_id: ClientId = client_id.parse().map_err(|_| ClientAuthError::Unknown)?;
        let mut reader = self.store.read().await?;
        let standing = reader
            .application(client_id)
            .await?
            .ok_or(ClientAuthError::Unknown)?;
        if !standing.application.enabled {
            return Err(ClientAuthError::Disabled);
        }
        let Some(secret) = secret else {
            return Ok((standing, false));
        };
        let hash = token_hash(secret.expose());
        let now = self.now();
        let mut outcome = Err(ClientAuthError::SecretWrong);
        for known in reader.app_secrets(client_id).await? {
            if constant_time_eq(&known.hash, &hash) {
                outcome = Err(ClientAuthError::SecretExpired);
                if known.start_at <= now && now < known.end_at {
                    return Ok((standing, true));
                }
            }
        }
        outcome
    }
}
