//! Certificates of applications, one by one. Graph replaces them all at once: `ApplicationWish::certificates`.

use latchkey_domain::{
    Activity, Caller, KeyCredential, KeyCredentialId, RegisteredApplication, RegistrationError,
};
use latchkey_store::ApplicationKey;

use super::wish::differences;
use super::{ApplicationError, application_target, authorize_change};
use crate::certificates::MAX_CERTIFICATES;
use crate::{CertificateRefusal, RequestInfo, Service};

/// The longest name of a certificate, in characters.
const MAX_NAME: usize = 120;

#[derive(Clone)]
enum Change {
    /// What can't be used is told to those only who may change the application.
    Add(Result<KeyCredential, CertificateRefusal>),
    Remove(KeyCredentialId),
}

impl Change {
    fn apply(&self, to: &mut RegisteredApplication) -> Result<(), ApplicationError> {
        let known = &mut to.registration.key_credentials;
        match self {
            Self::Add(read) => {
                let new = read.as_ref().map_err(|refused| *refused)?;
                let name = &new.display_name;
                if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
                    let property = "keyCredentials";
                    return Err(RegistrationError { property }.into());
                }
                if known.len() >= MAX_CERTIFICATES {
                    return Err(ApplicationError::TooManyCertificates(MAX_CERTIFICATES));
                }
                known.push(new.clone());
            }
            Self::Remove(id) => {
                let before = known.len();
                known.retain(|one| one.id != *id);
                if known.len() == before {
                    return Err(ApplicationError::NoSuchCertificate);
                }
            }
        }
        Ok(())
    }
}

impl Service {
    /// Adds a certificate (X.509 in PEM or DER) to those that an application has. It counts as long as it is valid
    /// itself.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn add_key_credential(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        display_name: &str,
        certificate: &[u8],
    ) -> Result<(), ApplicationError> {
        let read = self.read_certificate(certificate, display_name, None, None);
        self.change_key_credentials(caller, info, key, Change::Add(read))
            .await
    }

    /// Takes a certificate from an application; tokens that were got with it work until they end.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn remove_key_credential(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        id: KeyCredentialId,
    ) -> Result<(), ApplicationError> {
        self.change_key_credentials(caller, info, key, Change::Remove(id))
            .await
    }

    async fn change_key_credentials(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        change: Change,
    ) -> Result<(), ApplicationError> {
        let input = (caller.clone(), self.trail(caller, info), key, change);
        self.store
            .write_with(input, |writer, (caller, trail, key, change)| {
                Box::pin(async move {
                    let activity = Activity::UpdateApplicationSecrets;
                    let (old, permit) = match authorize_change(writer, caller, trail, activity, *key).await? {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let mut new = old.clone();
                    change.apply(&mut new)?;
                    let mut target = application_target(&new);
                    target.modified = differences(&old, &new);
                    let event = trail.done(activity, "", vec![target]);
                    writer.update_application(&permit, &new, &event).await?;
                    Ok::<_, ApplicationError>(Ok(()))
                })
            })
            .await?
    }
}
