//! Applications and what they were granted, for those who administer them (Graph contract 12).

mod app_roles;
mod applications;
mod certificates;
mod owners;
mod principals;
mod scope_grants;
mod secrets;
mod wish;

use latchkey_domain::{
    Activity, AppRoleId, AuditTarget, Caller, Denied, Permit, PrincipalId, RedirectUriError,
    RegisteredApplication, RegistrationError, SecretId, ServicePrincipalId, StrengthId, TargetApplication,
    TargetKind, may_change_application,
};
use latchkey_store::{ApplicationKey, Reader, StoreError, Writer};

use crate::trail::Trail;
use crate::{AccessError, Fault};

pub use app_roles::{AppRoleGift, AppRoleView};
pub(crate) use app_roles::{assigned_to, give_unless_held, permission_of_role, role_name};
pub use applications::ApplicationView;
pub use owners::OwnerView;
pub(crate) use owners::owners;
pub use principals::PrincipalView;
pub use scope_grants::{GrantFilter, GrantWish};
pub use secrets::NewSecret;
pub use wish::{ApplicationWish, CertificateWish, PrincipalWish};

/// Why an application or a grant was not shown, made, changed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such application or service principal.
    #[error("no such application")]
    NoSuchApplication,
    /// No such service principal, user or group to grant to or from.
    #[error("no such principal")]
    NoSuchPrincipal(PrincipalId),
    /// No such assignment or grant.
    #[error("no such grant")]
    NoSuchGrant,
    /// A property breaks its rule.
    #[error(transparent)]
    Field(#[from] RegistrationError),
    /// A redirect URI breaks its rule.
    #[error("Invalid redirect URI '{uri}': {reason}.")]
    Redirect {
        /// The property of Graph that it stands in.
        property: &'static str,
        /// As it was given.
        uri: String,
        /// What is wrong with it.
        reason: RedirectUriError,
    },
    /// A required property is missing.
    #[error("Property {0} value is required but is empty or missing.")]
    Missing(&'static str),
    /// Another application, or this server itself, has one of the identifier URIs.
    #[error("Another object with the same value for property identifierUris already exists.")]
    IdentifierTaken,
    /// The application has a service principal already.
    #[error(
        "The service principal cannot be created, updated, or restored because the service principal name {0} is already in use."
    )]
    PrincipalExists(latchkey_domain::ClientId),
    /// Our Graph's own service principal stays as it is.
    #[error("The service principal of Microsoft Graph cannot be changed or deleted.")]
    OfGraph,
    /// The application has no such secret.
    #[error("No password credential found with keyId.")]
    NoSuchSecret(SecretId),
    /// A secret ends before it begins, or too late.
    #[error(
        "Key credential end date is invalid: it must be after startDateTime, and not more than 100 years."
    )]
    SecretTimes,
    /// The name of a secret is too long.
    #[error("Invalid value specified for property 'displayName' of resource 'PasswordCredential'.")]
    SecretName,
    /// There are as many secrets as there may be.
    #[error("The application has {0} password credentials, as many as it may have. Remove one first.")]
    TooManySecrets(usize),
    /// The application has no such certificate.
    #[error("No key credential found with keyId: to add one, give its key.")]
    NoSuchCertificate,
    /// The certificate can't be used.
    #[error(transparent)]
    Certificate(#[from] crate::CertificateRefusal),
    /// There are more certificates than there may be.
    #[error("An application has at most {0} key credentials.")]
    TooManyCertificates(usize),
    /// The resource has no such role for this kind of holder.
    #[error("Permission being assigned was not found on application")]
    NoSuchRole(AppRoleId),
    /// The holder has the role already.
    #[error("Permission being assigned already exists on the object")]
    AlreadyAssigned,
    /// The resource has no such scope.
    #[error("Invalid scope '{0}': the resource does not offer it.")]
    NoSuchScope(String),
    /// There is a grant of this client, resource and principal already: it is to be changed.
    #[error("Permission entry already exists.")]
    AlreadyGranted,
    /// There is no such authentication strength.
    #[error("The authentication strength '{0}' does not exist.")]
    NoSuchStrength(StrengthId),
    /// Nobody who can own an application has this id.
    #[error("An owner must be a user or a service principal; there is none with the id '{0}'.")]
    NoSuchOwner(PrincipalId),
    /// They own it already.
    #[error(
        "One or more added object references already exist for the following modified properties: 'owners'."
    )]
    OwnerAlready,
    /// There are as many owners as there may be.
    #[error("An application has at most {0} owners.")]
    TooManyOwners(usize),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ApplicationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { constraint } if constraint == "identifier_uris_pkey" => {
                Self::IdentifierTaken
            }
            StoreError::Conflict { .. } => Self::AlreadyAssigned,
            other => Self::Fault(other.into()),
        }
    }
}

impl From<AccessError> for ApplicationError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::NoSuchApplication,
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// The application with permission to change it: permission first, then existence.
async fn authorize_change(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    activity: Activity,
    key: ApplicationKey,
) -> Result<Result<(RegisteredApplication, Permit), ApplicationError>, StoreError> {
    let found = writer.registered_application(key).await?;
    let target = match &found {
        Some(found) => standing(writer, found).await?,
        None => TargetApplication {
            service_principal: ServicePrincipalId::from_bytes([0; 16]),
            owners: Vec::new(),
            roles: Vec::new(),
            in_role_assignable_group: false,
            permissions: latchkey_domain::PermissionSet::EMPTY,
        },
    };
    match (may_change_application(caller, &target), found) {
        (Ok(permit), Some(found)) => Ok(Ok((found, permit))),
        (Ok(_), None) => Ok(Err(ApplicationError::NoSuchApplication)),
        (Err(denied), found) => {
            let targets: Vec<AuditTarget> = found.iter().map(application_target).collect();
            writer
                .record(&trail.refused(activity, &denied.to_string(), targets))
                .await?;
            Ok(Err(denied.into()))
        }
    }
}

pub(crate) async fn standing(
    reader: &mut Reader,
    found: &RegisteredApplication,
) -> Result<TargetApplication, StoreError> {
    let application = &found.application;
    let principal = application.service_principal_id;
    let held = reader.held_roles(principal.into()).await?;
    let mut roles = held.tenant;
    roles.extend(held.units.into_iter().map(|(role, _)| role));
    Ok(TargetApplication {
        service_principal: principal,
        owners: reader.application_owners(application.client_id).await?,
        roles,
        in_role_assignable_group: reader.is_in_role_assignable_group(principal).await?,
        permissions: application.permissions,
    })
}

fn application_target(found: &RegisteredApplication) -> AuditTarget {
    target(
        TargetKind::Application,
        found.application.id.to_string(),
        &found.application.display_name,
    )
}

pub(crate) fn principal_target(found: &RegisteredApplication) -> AuditTarget {
    target(
        TargetKind::ServicePrincipal,
        found.application.service_principal_id.to_string(),
        &found.application.display_name,
    )
}

fn target(kind: TargetKind, id: String, name: &str) -> AuditTarget {
    AuditTarget {
        kind,
        id,
        display_name: Some(name.to_owned()),
        upn: None,
        modified: Vec::new(),
    }
}
