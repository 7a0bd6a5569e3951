//! Applications that call our doors in their own name.

use crate::{AppId, ClientId, ClientRegistration, PermissionSet, SecretId, ServicePrincipalId, Timestamp};

/// An application together with its service principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Object id.
    pub id: AppId,
    /// What it signs in with.
    pub client_id: ClientId,
    /// Its `oid` in tokens.
    pub service_principal_id: ServicePrincipalId,
    /// Name to show.
    pub display_name: String,
    /// Whether it may get tokens: it has a service principal, and that is enabled.
    pub enabled: bool,
    /// Application permissions that were granted to it.
    pub permissions: PermissionSet,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An application as its administrators see and change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredApplication {
    /// The application itself.
    pub application: Application,
    /// Whether its service principal is enabled; none: it has no service principal, and so gets no tokens.
    pub principal_enabled: Option<bool>,
    /// How it is registered.
    pub registration: ClientRegistration,
}

/// One secret of an application; the secret itself is only known by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppSecret {
    /// `keyId` in Graph.
    pub id: SecretId,
    /// Whose secret.
    pub client_id: ClientId,
    /// Name to show.
    pub display_name: Option<String>,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// Its first three characters, to tell secrets apart.
    pub hint: String,
    /// From when it works.
    pub start_at: Timestamp,
    /// Until when.
    pub end_at: Timestamp,
}

/// What our doors re-check of an application behind a token, at each call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationStanding {
    /// The application as it is now.
    pub application: Application,
    /// Directory roles of its service principal.
    pub roles: Vec<crate::RoleId>,
}
