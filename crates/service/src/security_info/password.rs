//! Setting and changing one's own password (sign-in contract 5.3, 6.7).

use latchkey_crypto::PasswordVerifier;
use latchkey_domain::{Activity, ChangeKind, PasswordRefusal, Session, SignInError, Timestamp, User};
use latchkey_store::StoreError;

use super::OwnMethodError;
use crate::sign_in::{OwedPasswordError, SignInFailure, normalise_password};
use crate::trail::user_target;
use crate::{Fault, RequestInfo, Service, SignedIn};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordChangeError {
    /// The present password is wrong (120000); it counts as a guess.
    #[error("the present password is not right")]
    WrongPresent,
    /// Too many wrong guesses at the present password.
    #[error("too many wrong attempts")]
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// The new one breaks a rule.
    #[error(transparent)]
    Rule(#[from] PasswordRefusal),
    /// The same as for other methods.
    #[error(transparent)]
    Method(#[from] OwnMethodError),
}

impl From<StoreError> for PasswordChangeError {
    fn from(error: StoreError) -> Self {
        Self::Method(error.into())
    }
}

impl From<OwedPasswordError> for PasswordChangeError {
    fn from(error: OwedPasswordError) -> Self {
        match error {
            OwedPasswordError::Rule(refusal) => Self::Rule(refusal),
            OwedPasswordError::SignIn(SignInFailure::Fault(fault)) => Self::Method(fault.into()),
            OwedPasswordError::SignIn(SignInFailure::Refused { .. }) => {
                Self::Method(OwnMethodError::SessionEnded)
            }
        }
    }
}

impl Service {
    /// Whether the password may be set without the present one: there is none, or the session is a fresh
    /// pass session and the operator allows it.
    pub(super) fn may_set_password_freely(
        &self,
        session: &Session,
        has_password: bool,
        now: Timestamp,
    ) -> bool {
        let fresh_pass = session.method.by_pass() && session.check_fresh(ChangeKind::Other, now).is_ok();
        !has_password || (fresh_pass && self.settings.pass_may_reset_password)
    }

    /// Sets the person's password. Every other session of theirs ends.
    ///
    /// # Errors
    /// [`PasswordChangeError`]; nothing is changed then.
    pub async fn set_own_password(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        present: Option<&str>,
        new: &str,
    ) -> Result<(), PasswordChangeError> {
        let now = self.now();
        let (session, user, stored) = {
            let mut reader = self.store.read().await?;
            let (session, user) =
                Self::fresh_session(&mut reader, signed_in.session.id, ChangeKind::Other, now).await?;
            let stored = reader.password_verifier(user.id).await?;
            (session, user, stored)
        };
        if !self.may_set_password_freely(&session, stored.is_some(), now) {
            self.check_present_password(&user, info, present.unwrap_or_default(), stored.as_deref())
                .await?;
        }
        let verifier = self.new_password_verifier(&user, new, stored.as_deref()).await?;
        let trail = self.trail_of_user(&user, info);
        let input = (session.id, verifier, stored, trail);
        self.store
            .write_with(input, |writer, (session, verifier, stored, trail)| {
                Box::pin(async move {
                    let (session, user) =
                        Self::fresh_session(writer, *session, ChangeKind::Other, trail.at).await?;
                    if writer.password_verifier(user.id).await? != *stored {
                        return Err(OwnMethodError::StaleForm);
                    }
                    let reason = if stored.is_some() {
                        "User changed the password"
                    } else {
                        "User set a password"
                    };
                    let event = trail.done(Activity::ChangeUserPassword, reason, vec![user_target(&user)]);
                    writer
                        .set_password(user.id, verifier, false, trail.at, &event)
                        .await?;
                    let ended = trail.done(
                        Activity::SessionsRevoked,
                        "Password changed: other sessions ended",
                        vec![user_target(&user)],
                    );
                    writer
                        .end_sessions(user.id, Some(session.id), trail.at, &ended)
                        .await?;
                    Ok(())
                })
            })
            .await
            .map_err(PasswordChangeError::Method)
    }

    /// A wrong present password counts like one at sign-in (sign-in contract 6.7).
    async fn check_present_password(
        &self,
        user: &User,
        info: &RequestInfo,
        present: &str,
        stored: Option<&str>,
    ) -> Result<(), PasswordChangeError> {
        let counter = self
            .master_keys
            .throttle_key("name-password", user.upn.key().as_bytes());
        let (now, rule) = (self.now(), self.settings.lockout);
        let reserved = self
            .store
            .write_with((counter, now, rule), |writer, (counter, now, rule)| {
                Box::pin(async move {
                    let mut lockout = writer.lockout(counter).await?.unwrap_or_default();
                    let reserved = lockout.reserve(*rule, *now);
                    if reserved.is_ok() {
                        writer.save_lockout(counter, &lockout).await?;
                    }
                    Ok::<_, StoreError>(reserved)
                })
            })
            .await?;
        if let Err(until) = reserved {
            tracing::info!(number = SignInError::Locked.number(), source = %info.ip_address, "password change locked");
            return Err(PasswordChangeError::Locked { until });
        }
        let stored = stored.and_then(|text| PasswordVerifier::parse(text).ok());
        let typed = normalise_password(present).ok_or(PasswordChangeError::WrongPresent)?;
        let checked = self.hasher.check_password(typed, stored).await;
        let refused = match (&checked, reserved) {
            (Ok(false), _) => {
                let target = vec![user_target(user)];
                let trail = self.trail_of_user(user, info);
                Some(trail.refused(
                    Activity::ChangeUserPassword,
                    "The present password is not right",
                    target,
                ))
            }
            _ => None,
        };
        let right = matches!(checked, Ok(true));
        self.store
            .write_with((counter, right, reserved.ok(), refused, rule), |writer, input| {
                Box::pin(async move {
                    let (counter, right, reservation, refused, rule) = input;
                    match (refused, reservation, writer.lockout(counter).await?) {
                        (Some(event), ..) => writer.record(event).await?,
                        (None, _, Some(_)) if *right => writer.clear_lockout(counter).await?,
                        (None, Some(reservation), Some(mut lockout)) => {
                            // Nothing was checked: the hashing threads are busy.
                            lockout.take_back(*rule, *reservation);
                            writer.save_lockout(counter, &lockout).await?;
                        }
                        _ => {}
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        match checked {
            Ok(true) => Ok(()),
            Ok(false) => Err(PasswordChangeError::WrongPresent),
            Err(busy) => Err(OwnMethodError::Fault(Fault::from(busy)).into()),
        }
    }
}
