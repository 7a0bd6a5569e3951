//! What administrators do to somebody's access: a new password, an end to all sessions (sign-in contract 6.8).

use latchkey_crypto::{Secret, generate_code};
use latchkey_domain::{
    Action, Activity, AuditEvent, AuditId, AuditOutcome, Caller, PassLength, PasswordRefusal, Seconds,
    Timestamp, UserId, UserRef, check_password_rules,
};

use crate::authorize::authorize_on_user;
use crate::refusals::authorize_or_record;
use crate::sign_in::password_counter;
use crate::trail::{Trail, user_target};
use crate::users::{normalised, owner};
use crate::{AccessError, Fault, RequestInfo, Service};

/// Signs of a temporary password: 93 bits.
const TEMPORARY_PASSWORD: i64 = 16;

/// How long a reset can be looked up.
const OPERATION_KEPT: Seconds = Seconds(24 * 3600);

/// A password that was reset.
#[derive(Debug)]
pub struct PasswordReset {
    /// Whose.
    pub user: UserId,
    /// By what it can be looked up.
    pub operation: AuditId,
    /// The password, if it was made here.
    pub made: Option<Secret<String>>,
}

/// Why a password was not reset. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The chosen password breaks the rules.
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
}

impl Service {
    /// Gives somebody a random password, which must be changed at the next sign-in with it; ends their sessions of
    /// every kind and lifts the lock that wrong passwords brought about (sign-in contract 4, 11.1). The answer is
    /// the only place where the password is to be had.
    ///
    /// # Errors
    /// [`AccessError`]; nothing is changed then, and a refusal for lack of permission is in the audit log.
    pub async fn reset_password(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
    ) -> Result<Secret<String>, AccessError> {
        let password = self.temporary_password();
        let copy = Secret::new(password.expose().clone());
        self.put_password(caller, self.trail(caller, info), user, copy, None)
            .await?;
        Ok(password)
    }

    /// As [`Self::reset_password`], with the password that the administrator chose, if they did, and with a record by
    /// which the reset can be looked up (Graph contract 6.2).
    ///
    /// # Errors
    /// [`ResetError`]; nothing is changed then, and a refusal for lack of permission is in the audit log.
    pub async fn start_password_reset(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        chosen: Option<Secret<String>>,
    ) -> Result<PasswordReset, ResetError> {
        let trail = self.trail(caller, info);
        let access = {
            let mut reader = self.store.read().await.map_err(AccessError::from)?;
            authorize_on_user(&mut reader, caller, Action::ResetPassword, user).await
        };
        let found = match access {
            Ok((found, ..)) => found,
            Err(AccessError::Denied(denied)) => {
                self.record_refusal_on_user(&trail, Activity::AdminStartedPasswordReset, denied, user)
                    .await
                    .map_err(AccessError::from)?;
                return Err(AccessError::from(denied).into());
            }
            Err(other) => return Err(other.into()),
        };
        let (password, made) = if let Some(chosen) = chosen {
            let password = normalised(&chosen)?;
            check_password_rules(password.expose(), owner(&found), &self.settings.password_rules)?;
            (password, None)
        } else {
            let password = self.temporary_password();
            (Secret::new(password.expose().clone()), Some(password))
        };
        let started = trail.done(
            Activity::AdminStartedPasswordReset,
            "Admin started password reset",
            vec![user_target(&found)],
        );
        let operation = started.id;
        self.put_password(caller, trail, &UserRef::Id(found.id), password, Some(started))
            .await?;
        Ok(PasswordReset {
            user: found.id,
            operation,
            made,
        })
    }

    /// Whose password was reset by this operation, and when. None: there was none in the last day.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn show_password_reset(
        &self,
        caller: &Caller,
        user: &UserRef,
        operation: AuditId,
    ) -> Result<Option<(UserId, Timestamp)>, AccessError> {
        let mut reader = self.store.read().await?;
        let (user, ..) = authorize_on_user(&mut reader, caller, Action::ResetPassword, user).await?;
        let found = reader.audit(operation).await?.map(|stored| stored.event);
        let is_it = |event: &AuditEvent| {
            event.activity == Activity::AdminStartedPasswordReset
                && event.outcome == AuditOutcome::Success
                && event
                    .targets
                    .iter()
                    .any(|target| target.id == user.id.to_string())
                && self.now() < event.at + OPERATION_KEPT
        };
        Ok(found.filter(is_it).map(|event| (user.id, event.at)))
    }

    fn temporary_password(&self) -> Secret<String> {
        let length = PassLength::new(TEMPORARY_PASSWORD).unwrap_or(PassLength::MAX);
        generate_code(&*self.random, length)
    }

    async fn put_password(
        &self,
        caller: &Caller,
        trail: Trail,
        user: &UserRef,
        password: Secret<String>,
        started: Option<AuditEvent>,
    ) -> Result<(), AccessError> {
        self.count_hash(caller)?;
        // Hashed before the transaction, which must not wait.
        let hashed = self.hasher.new_password(password).await.map_err(Fault::from)?;
        let input = (caller.clone(), trail, user.clone(), hashed.to_text(), started);
        let keys = std::sync::Arc::clone(&self.master_keys);
        self.store
            .write_with(
                (input, keys),
                |writer, ((caller, trail, user, verifier, started), keys)| {
                    Box::pin(async move {
                        let (action, activity) = (Action::ResetPassword, Activity::ResetUserPassword);
                        let access =
                            authorize_or_record(writer, caller, trail, action, activity, user).await?;
                        let user = match access {
                            Ok((user, ..)) => user,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                        if let Some(started) = started {
                            writer.record(started).await?;
                        }
                        let event = trail.done(activity, "", vec![user_target(&user)]);
                        writer
                            .set_password(user.id, verifier, true, trail.at, &event)
                            .await?;
                        let event = trail.done(Activity::SessionsRevoked, "", vec![user_target(&user)]);
                        writer.end_sessions(user.id, None, trail.at, &event).await?;
                        writer.clear_lockout(&password_counter(keys, &user.upn)).await?;
                        Ok::<_, AccessError>(Ok(()))
                    })
                },
            )
            .await?
    }

    /// Ends all of somebody's sessions; tokens from before are refused (sign-in contract 4).
    ///
    /// # Errors
    /// [`AccessError`]; nothing is changed then, and a refusal for lack of permission is in the audit log.
    pub async fn revoke_sessions(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
    ) -> Result<(), AccessError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone());
        self.store
            .write_with(input, |writer, (caller, trail, user)| {
                Box::pin(async move {
                    let (action, activity) = (Action::RevokeSessions, Activity::SessionsRevoked);
                    let access = authorize_or_record(writer, caller, trail, action, activity, user).await?;
                    let user = match access {
                        Ok((user, ..)) => user,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let event = trail.done(activity, "", vec![user_target(&user)]);
                    writer.end_sessions(user.id, None, trail.at, &event).await?;
                    Ok::<_, AccessError>(Ok(()))
                })
            })
            .await?
    }
}
