//! Applications: proving who they are, with a secret or by a certificate's key (sign-in contract 9.5).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use latchkey_crypto::{ClientAssertion, ClientCertificate, Secret, constant_time_eq, token_hash};
use latchkey_domain::{ApplicationStanding, AssertionClaims, AssertionError, ClientId, Platform};
use latchkey_store::{ApplicationKey, Reader, StoreError};

use crate::{Fault, Service};

/// What an application sent to prove who it is.
#[derive(Debug)]
pub enum ClientProof {
    /// Nothing, as public clients do.
    Nothing,
    /// A secret.
    Secret(Secret<String>),
    /// A token that it signed itself (RFC 7523).
    Assertion(Secret<String>),
}

/// How an application proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvedBy {
    /// Not at all.
    Nothing,
    /// With a secret.
    Secret,
    /// By the key of a certificate.
    Certificate,
}

impl ProvedBy {
    /// Whether it did.
    pub const fn is_proof(self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// The number in `appidacr` and `azpacr` (sign-in contract 9.6).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

/// Why an application is not who it says (sign-in contract 9.5 and 9.11).
#[derive(Debug, thiserror::Error)]
pub enum ClientAuthError {
    /// There is no application with this client id.
    #[error("there is no such application")]
    Unknown,
    /// It was switched off.
    #[error("the application is disabled")]
    Disabled,
    /// It is registered, and stands in the tenant no more or not yet.
    #[error("the application has no service principal")]
    NoPrincipal,
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
    /// What it signed proves nothing.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ClientAuthError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Whether an application that gets no tokens was switched off; else it has no service principal.
pub(crate) async fn has_principal(reader: &mut Reader, client_id: ClientId) -> Result<bool, StoreError> {
    let found = reader
        .registered_application(ApplicationKey::Client(client_id))
        .await?;
    Ok(found.is_some_and(|found| found.principal_enabled.is_some()))
}

/// What an application without a service principal is told, and how that is mended.
pub fn missing_principal(client_id: &str) -> String {
    format!(
        "The client application {client_id} is missing service principal in the tenant. Create it by POST \
         /v1.0/servicePrincipals with this appId."
    )
}

impl Service {
    /// The application of this client id, if it proves who it is.
    ///
    /// # Errors
    /// [`ClientAuthError`]
    pub(crate) async fn authenticate_client(
        &self,
        client_id: &str,
        proof: &ClientProof,
    ) -> Result<(Arc<ApplicationStanding>, ProvedBy), ClientAuthError> {
        let mut reader = self.store.read().await?;
        match self.identify_client(&mut reader, client_id, proof).await? {
            (_, ProvedBy::Nothing) => Err(ClientAuthError::SecretMissing),
            proved => Ok(proved),
        }
    }

    /// The application of this client id, and how it proved who it is. A proof that is sent must be right.
    ///
    /// # Errors
    /// [`ClientAuthError`]
    pub(crate) async fn identify_client(
        &self,
        reader: &mut Reader,
        client_id: &str,
        proof: &ClientProof,
    ) -> Result<(Arc<ApplicationStanding>, ProvedBy), ClientAuthError> {
        let client_id: ClientId = client_id.parse().map_err(|_| ClientAuthError::Unknown)?;
        let standing = reader
            .application(client_id)
            .await?
            .ok_or(ClientAuthError::Unknown)?;
        if !standing.application.enabled {
            return Err(if has_principal(reader, client_id).await? {
                ClientAuthError::Disabled
            } else {
                ClientAuthError::NoPrincipal
            });
        }
        let proved = match proof {
            ClientProof::Nothing => Ok(ProvedBy::Nothing),
            ClientProof::Secret(secret) => self.check_secret(reader, client_id, secret).await,
            ClientProof::Assertion(token) => self.check_assertion(reader, client_id, token).await,
        };
        match proved {
            Ok(proved) => Ok((standing, proved)),
            Err(ClientAuthError::SecretWrong | ClientAuthError::Assertion(_))
                if is_public(reader, client_id).await? =>
            {
                Err(ClientAuthError::SecretOfPublicClient)
            }
            Err(error) => Err(error),
        }
    }

    async fn check_secret(
        &self,
        reader: &mut Reader,
        client_id: ClientId,
        secret: &Secret<String>,
    ) -> Result<ProvedBy, ClientAuthError> {
        let hash = token_hash(secret.expose());
        let now = self.now();
        let mut outcome = Err(ClientAuthError::SecretWrong);
        for known in reader.app_secrets(client_id).await?.iter() {
            if constant_time_eq(&known.hash, &hash) {
                outcome = Err(ClientAuthError::SecretExpired);
                if known.start_at <= now && now < known.end_at {
                    return Ok(ProvedBy::Secret);
                }
            }
        }
        outcome
    }

    /// The signature first: an assertion that somebody else made is told nothing about its claims. It may come again
    /// while it lives, which is ten minutes: MSAL for Python sends each for nine.
    async fn check_assertion(
        &self,
        reader: &mut Reader,
        client_id: ClientId,
        token: &Secret<String>,
    ) -> Result<ProvedBy, ClientAuthError> {
        let assertion = ClientAssertion::read(token.expose()).map_err(|_| AssertionError::Malformed)?;
        let now = self.now();
        let registration = reader.registration(client_id).await?.unwrap_or_default();
        let certificates: Vec<ClientCertificate> = registration
            .key_credentials
            .iter()
            .filter(|key| key.start_at <= now && now < key.end_at)
            .filter_map(|key| STANDARD.decode(&key.certificate).ok())
            .filter_map(|der| ClientCertificate::read(&der).ok())
            .collect();
        assertion.verify(&certificates).map_err(|_| AssertionError::Key)?;
        let claims: AssertionClaims =
            serde_json::from_slice(assertion.claims()).map_err(|_| AssertionError::Malformed)?;
        claims.check(client_id, &self.assertion_audiences(), now)?;
        Ok(ProvedBy::Certificate)
    }

    /// Our names in what applications sign: the issuer, and under each tenant segment the token endpoint and that of
    /// pushed requests (RFC 9126 2).
    fn assertion_audiences(&self) -> Vec<String> {
        let tenant = self.tenant.id.to_string();
        let mut names = vec![self.issuer()];
        for segment in [tenant.as_str(), "common", "organizations"] {
            for endpoint in ["token", "par"] {
                names.push(format!(
                    "{}/{segment}/oauth2/v2.0/{endpoint}",
                    self.settings.origin
                ));
            }
        }
        names
    }
}

/// Whether an application has nothing to prove itself with, and is registered as one that needs nothing.
async fn is_public(reader: &mut Reader, client_id: ClientId) -> Result<bool, StoreError> {
    let Some(registration) = reader.registration(client_id).await? else {
        return Ok(false);
    };
    let mut redirects = registration.redirect_uris.iter();
    let public =
        registration.public_client_flows || redirects.any(|redirect| redirect.platform != Platform::Web);
    let bare = registration.key_credentials.is_empty() && reader.app_secrets(client_id).await?.is_empty();
    Ok(public && bare)
}
