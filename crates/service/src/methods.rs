//! All authentication methods of a user; an administrator's deleting of passkeys and authenticator apps.
//!
//! Graph contract 6. What people do with their own methods on our pages is elsewhere: it asks for a fresh
//! sign-in.

use latchkey_domain::{
    Action, Activity, Caller, ChangeKind, Passkey, PasskeyId, TotpApp, TotpId, User, UserRef,
};
use latchkey_store::StoreError;

use crate::authorize::authorize_reading_of_user;
use crate::passes::view_of;
use crate::refusals::authorize_change_or_record;
use crate::trail::{Trail, user_target};
use crate::{AccessError, PassView, RequestInfo, Service};

/// Everything that a user can sign in with.
#[derive(Debug, Clone)]
pub struct Methods {
    /// Whose methods.
    pub user: User,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// The authenticator apps, oldest first.
    pub totp_apps: Vec<TotpApp>,
    /// The pass, usable or not.
    pub pass: Option<PassView>,
}

/// Why a method was not deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum MethodError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The user has no such method.
    #[error("no such method")]
    NoSuchMethod,
}

impl From<StoreError> for MethodError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl Methods {
    /// Whether the user has a password.
    pub const fn has_password(&self) -> bool {
        self.user.password_changed_at.is_some()
    }
}

impl Service {
    /// Everything that a user can sign in with; no secret of it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list_methods(&self, caller: &Caller, user: &UserRef) -> Result<Methods, AccessError> {
        let mut reader = self.store.read().await?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadMethods, user).await?;
        Ok(Methods {
            passkeys: reader.passkeys_of(user.id).await?,
            totp_apps: reader.totp_apps_of(user.id).await?,
            pass: view_of(&mut reader, user.id, self.now()).await?,
            user,
        })
    }

    /// The user, for whoever may see that they have a password, and since when.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn show_password_method(&self, caller: &Caller, user: &UserRef) -> Result<User, AccessError> {
        let mut reader = self.store.read().await?;
        authorize_reading_of_user(&mut reader, caller, Action::ReadPasswords, user).await
    }

    /// A user's passkeys, oldest first.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list_passkeys(&self, caller: &Caller, user: &UserRef) -> Result<Vec<Passkey>, AccessError> {
        let mut reader = self.store.read().await?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadPasskeys, user).await?;
        Ok(reader.passkeys_of(user.id).await?)
    }

    /// A user's authenticator apps, oldest first.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list_totp_apps(&self, caller: &Caller, user: &UserRef) -> Result<Vec<TotpApp>, AccessError> {
        let mut reader = self.store.read().await?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadTotpApps, user).await?;
        Ok(reader.totp_apps_of(user.id).await?)
    }

    /// Deletes a user's passkey for them.
    ///
    /// # Errors
    /// [`MethodError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_passkey_of(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        passkey: PasskeyId,
    ) -> Result<(), MethodError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone(), passkey);
        self.store
            .write_with(input, |writer, (caller, trail, user, passkey)| {
                Box::pin(async move {
                    let (removal, activity) =
                        ((Action::DeletePasskey, ChangeKind::Passkey), deletion(caller));
                    let access =
                        authorize_change_or_record(writer, caller, trail, removal, activity, user).await?;
                    let (user, _, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal.into())),
                    };
                    if writer
                        .passkey(passkey)
                        .await?
                        .is_none_or(|found| found.user_id != user.id)
                    {
                        return Ok(Err(MethodError::NoSuchMethod));
                    }
                    let event = deletion_event(trail, caller, &user, "Fido2 Authentication Method");
                    writer.delete_passkey(&permit, passkey, &event).await?;
                    Ok::<_, MethodError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes a user's authenticator app for them.
    ///
    /// # Errors
    /// [`MethodError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_totp_of(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        app: TotpId,
    ) -> Result<(), MethodError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone(), app);
        self.store
            .write_with(input, |writer, (caller, trail, user, app)| {
                Box::pin(async move {
                    let (removal, activity) = ((Action::DeleteTotp, ChangeKind::Other), deletion(caller));
                    let access =
                        authorize_change_or_record(writer, caller, trail, removal, activity, user).await?;
                    let (user, _, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal.into())),
                    };
                    if !writer
                        .totp_apps_of(user.id)
                        .await?
                        .iter()
                        .any(|found| found.id == *app)
                    {
                        return Ok(Err(MethodError::NoSuchMethod));
                    }
                    let event = deletion_event(trail, caller, &user, "Authenticator App with Code");
                    writer.delete_totp(&permit, *app, &event).await?;
                    Ok::<_, MethodError>(Ok(()))
                })
            })
            .await?
    }
}

/// Who deletes decides the words (sign-in contract 12.2).
const fn deletion(caller: &Caller) -> Activity {
    match caller {
        Caller::Person { .. } | Caller::Console => Activity::AdminDeletedSecurityInfo,
        Caller::Application { .. } => Activity::UserDeletedSecurityInfo,
    }
}

fn deletion_event(trail: &Trail, caller: &Caller, user: &User, method: &str) -> latchkey_domain::AuditEvent {
    let own = matches!(caller, Caller::Person { id, .. } if *id == user.id);
    let activity = if own {
        Activity::UserDeletedSecurityInfo
    } else {
        deletion(caller)
    };
    let reason = match activity {
        Activity::AdminDeletedSecurityInfo => format!("Admin deleted {method} for user"),
        _ => format!("User deleted {method}"),
    };
    trail.done(activity, &reason, vec![user_target(user)])
}
