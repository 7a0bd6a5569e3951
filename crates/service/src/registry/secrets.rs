//! Secrets of applications: shown once, kept as a hash.

use latchkey_crypto::{Secret, TokenKind, generate_token, token_hash};
use latchkey_domain::{
    Activity, AppSecret, AuditTarget, Caller, ClientId, ModifiedProperty, Permit, RegisteredApplication,
    Seconds, SecretId, Timestamp,
};
use latchkey_store::{ApplicationKey, StoreError, Writer};

use super::{ApplicationError, application_target, authorize_change};
use crate::trail::Trail;
use crate::{RequestInfo, Service};

/// How long a secret works if nothing is said: two years (Graph contract 12.1).
const DEFAULT_LIFETIME: Seconds = Seconds(730 * 24 * 3600);
/// The longest that one can be made for.
const MAX_LIFETIME: Seconds = Seconds(100 * 366 * 24 * 3600);
const MAX_SECRETS: usize = 100;
const MAX_NAME: usize = 120;

/// A secret that was just made.
#[derive(Debug)]
pub struct NewSecret {
    /// What is kept of it.
    pub kept: AppSecret,
    /// The secret itself, for this one answer.
    pub secret: Secret<String>,
}

impl Service {
    /// Makes a secret for an application, beside those that it has.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn add_secret(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        display_name: Option<String>,
        start_at: Option<Timestamp>,
        end_at: Option<Timestamp>,
    ) -> Result<NewSecret, ApplicationError> {
        let trail = self.trail(caller, info);
        let secret = generate_token(&*self.random, TokenKind::ClientSecret);
        let start_at = start_at.unwrap_or(trail.at);
        let kept = AppSecret {
            id: SecretId::from_bytes(self.random_id()),
            client_id: ClientId::from_bytes([0; 16]),
            display_name,
            hash: token_hash(secret.expose()),
            hint: secret.expose().chars().take(3).collect(),
            start_at,
            end_at: end_at.unwrap_or(start_at + DEFAULT_LIFETIME),
        };
        let input = (caller.clone(), trail, key, kept);
        let kept = self
            .store
            .write_with(input, |writer, (caller, trail, key, kept)| {
                Box::pin(async move {
                    let activity = Activity::UpdateApplicationSecrets;
                    let (found, permit) =
                        match authorize_change(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let client_id = found.application.client_id;
                    check(kept, trail.at)?;
                    if writer.app_secrets(client_id).await?.len() >= MAX_SECRETS {
                        return Err(ApplicationError::TooManySecrets(MAX_SECRETS));
                    }
                    let kept = AppSecret {
                        client_id,
                        ..kept.clone()
                    };
                    let event = trail.done(activity, "", vec![secret_target(&found, None, Some(&kept))]);
                    writer.insert_app_secret(&permit, &kept, &event).await?;
                    Ok::<_, ApplicationError>(Ok(kept))
                })
            })
            .await??;
        Ok(NewSecret { kept, secret })
    }

    /// Deletes a secret; tokens that were got with it work until they end.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn remove_secret(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        secret: SecretId,
    ) -> Result<(), ApplicationError> {
        let input = (caller.clone(), self.trail(caller, info), key, secret);
        self.store
            .write_with(input, |writer, (caller, trail, key, secret)| {
                Box::pin(async move {
                    let activity = Activity::UpdateApplicationSecrets;
                    let (found, permit) =
                        match authorize_change(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let client_id = found.application.client_id;
                    let secrets = writer.app_secrets(client_id).await?;
                    let Some(old) = secrets.iter().find(|known| known.id == *secret) else {
                        return Ok(Err(ApplicationError::NoSuchSecret(*secret)));
                    };
                    remove(writer, &permit, trail, &found, old).await?;
                    Ok::<_, ApplicationError>(Ok(()))
                })
            })
            .await?
    }
}

/// Deletes a secret of an application that may be changed.
pub(super) async fn remove(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    of: &RegisteredApplication,
    secret: &AppSecret,
) -> Result<(), StoreError> {
    let targets = vec![secret_target(of, Some(secret), None)];
    let event = trail.done(Activity::UpdateApplicationSecrets, "", targets);
    let client_id = of.application.client_id;
    writer
        .delete_app_secret(permit, client_id, secret.id, &event)
        .await?;
    Ok(())
}

fn check(new: &AppSecret, now: Timestamp) -> Result<(), ApplicationError> {
    let latest = now + MAX_LIFETIME;
    if new.end_at <= new.start_at || new.end_at <= now || new.end_at > latest {
        return Err(ApplicationError::SecretTimes);
    }
    let fits = |name: &str| name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control);
    if new.display_name.as_deref().is_none_or(fits) {
        Ok(())
    } else {
        Err(ApplicationError::SecretName)
    }
}

/// What is told of a secret in the audit log: its id and name, nothing of itself.
fn secret_target(
    of: &RegisteredApplication,
    old: Option<&AppSecret>,
    new: Option<&AppSecret>,
) -> AuditTarget {
    let words = |secret: &AppSecret| {
        format!(
            "[KeyIdentifier={},KeyType=Password,KeyUsage=Verify,DisplayName={}]",
            secret.id,
            secret.display_name.as_deref().unwrap_or_default()
        )
    };
    let (old, new) = (old.map(words), new.map(words));
    let mut target = application_target(of);
    target.modified = vec![ModifiedProperty::text(
        "KeyDescription",
        old.as_deref(),
        new.as_deref(),
    )];
    target
}
