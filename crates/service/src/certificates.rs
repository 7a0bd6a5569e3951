//! Certificates of applications, by whose keys they prove who they are.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use latchkey_crypto::{CertificateError, ClientCertificate};
use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, ClientId, Denied, KeyCredential, KeyCredentialId, TargetKind,
    Timestamp, may,
};
use latchkey_store::StoreError;

use crate::{Fault, RequestInfo, Service};

/// The most certificates of one application.
pub(crate) const MAX_CERTIFICATES: usize = 20;

/// Why a certificate is not added.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFailure {
    /// There is no application with this client id.
    #[error("there is no such application")]
    NoSuchApplication,
    /// It can't be used.
    #[error(transparent)]
    Certificate(#[from] CertificateRefusal),
    /// The application has as many as it can have.
    #[error("an application has at most {MAX_CERTIFICATES} certificates")]
    TooMany,
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for CertificateFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Why a certificate can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    /// It can't be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// It was to count at a time at which it is not valid itself.
    #[error("Key credential times are invalid: they must lie within the certificate's own.")]
    Times,
}

impl Service {
    /// A certificate (X.509 in PEM or DER) as an application has it, to count between these moments; by itself as long
    /// as it is valid.
    ///
    /// # Errors
    /// [`CertificateRefusal`]
    pub fn read_certificate(
        &self,
        certificate: &[u8],
        display_name: &str,
        start_at: Option<Timestamp>,
        end_at: Option<Timestamp>,
    ) -> Result<KeyCredential, CertificateRefusal> {
        let read = ClientCertificate::read(certificate)?;
        let (start_at, end_at) = (
            start_at.unwrap_or(read.start_at()),
            end_at.unwrap_or(read.end_at()),
        );
        if start_at < read.start_at() || end_at > read.end_at() || start_at >= end_at {
            return Err(CertificateRefusal::Times);
        }
        Ok(KeyCredential {
            id: KeyCredentialId::from_bytes(self.random_id()),
            display_name: display_name.to_owned(),
            certificate: STANDARD.encode(read.der()),
            start_at,
            end_at,
        })
    }

    /// Adds a certificate (X.509 in PEM or DER) to an application, at the machine's own console. It counts as long as
    /// it is valid itself.
    ///
    /// # Errors
    /// [`CertificateFailure`]
    pub async fn add_certificate(
        &self,
        client_id: ClientId,
        display_name: &str,
        certificate: &[u8],
        info: &RequestInfo,
    ) -> Result<KeyCredential, CertificateFailure> {
        let credential = self.read_certificate(certificate, display_name, None, None)?;
        let permit = may(&Caller::Console, Action::AssignRole, None)?;
        let trail = self.trail(&Caller::Console, info);
        let input = (permit, trail, credential.clone());
        self.store
            .write_with(input, move |writer, (permit, trail, credential)| {
                Box::pin(async move {
                    let Some(standing) = writer.application(client_id).await? else {
                        return Ok(Err(CertificateFailure::NoSuchApplication));
                    };
                    let mut registration =
                        Arc::unwrap_or_clone(writer.registration(client_id).await?.unwrap_or_default());
                    if registration.key_credentials.len() >= MAX_CERTIFICATES {
                        return Ok(Err(CertificateFailure::TooMany));
                    }
                    registration.key_credentials.push(credential.clone());
                    let target = AuditTarget {
                        kind: TargetKind::Application,
                        id: standing.application.id.to_string(),
                        display_name: Some(standing.application.display_name.clone()),
                        upn: None,
                        modified: Vec::new(),
                    };
                    let reason = "A certificate was added";
                    let event = trail.done(Activity::UpdateApplication, reason, vec![target]);
                    writer
                        .save_registration(permit, client_id, &registration, &event)
                        .await?;
                    Ok::<_, StoreError>(Ok(()))
                })
            })
            .await??;
        Ok(credential)
    }
}
