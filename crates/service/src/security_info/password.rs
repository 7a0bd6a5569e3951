//! Setting and changing one's own password (sign-in contract 5.3, 6.7).

use latchkey_crypto::{PasswordVerifier, Secret};
use latchkey_domain::{Activity, ChangeKind, PasswordRefusal, Session, Timestamp, User};
use latchkey_store::StoreError;

use super::OwnMethodError;
use crate::sign_in::{Guessed, OwedPasswordError, SignInFailure, normalise_password};
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

    /// Sets the person's password. Given the present one, their other sessions for which it was typed end; without it,
    /// all others do. `device` as in [`Service::sign_in_with_pass`].
    ///
    /// # Errors
    /// [`PasswordChangeError`]; nothing is changed then.
    pub async fn set_own_password(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        device: Option<&str>,
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
        let freely = self.may_set_password_freely(&session, stored.is_some(), now);
        if !freely {
            self.check_present_password(
                &user,
                info,
                device,
                present.unwrap_or_default(),
                stored.as_deref(),
            )
            .await?;
        }
        let verifier = self.new_password_verifier(&user, new, stored.as_deref()).await?;
        let trail = self.trail_of_user(&user, info);
        let input = (session.id, verifier, stored, freely, trail);
        self.store
            .write_with(input, |writer, (session, verifier, stored, freely, trail)| {
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
                    if *freely {
                        writer
                            .end_sessions(user.id, Some(session.id), trail.at, &ended)
                            .await?;
                    } else {
                        writer
                            .end_sessions_on_passwords(user.id, session.id, trail.at, &ended)
                            .await?;
                    }
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
        device: Option<&str>,
        present: &str,
        stored: Option<&str>,
    ) -> Result<(), PasswordChangeError> {
        let counters = self.counters(Guessed::Password, &user.upn, device, info);
        let now = self.now();
        let counted = self
            .store
            .write_with((counters, now), |writer, (counters, now)| {
                Box::pin(async move { counters.count(writer, *now).await })
            })
            .await
            .map_err(PasswordChangeError::from)?;
        let guess = match counted {
            Ok(guess) => guess,
            Err(lock) => {
                let number = lock.error.number();
                tracing::info!(number, source = %info.ip_address, "password change locked");
                return Err(PasswordChangeError::Locked { until: lock.until });
            }
        };
        let stored = stored.and_then(|text| PasswordVerifier::parse(text).ok());
        // A text that is too long is no password, and wrong as any other.
        let typed = normalise_password(present);
        let possible = typed.is_some();
        let typed = typed.unwrap_or_else(|| Secret::new(String::new()));
        let tag = counters.password_tag(&self.master_keys, typed.expose());
        let checked = self.hasher.check_password(typed, stored).await;
        let right = checked.as_ref().ok().map(|matches| *matches && possible);
        let trail = self.trail_of_user(user, info);
        let refused = trail.refused(
            Activity::ChangeUserPassword,
            "The present password is not right",
            vec![user_target(user)],
        );
        self.store
            .write_with((counters, guess, tag, right, refused), |writer, input| {
                Box::pin(async move {
                    let (counters, guess, tag, right, refused) = input;
                    if *right == Some(false) {
                        counters.keep_wrong_password(writer, *guess, *tag).await?;
                        return writer.record(refused).await;
                    }
                    // Right, or nothing was checked: the hashing threads are busy.
                    counters.take_back(writer, *guess).await?;
                    if *right == Some(true) {
                        counters.forgive_name(writer).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        match checked {
            Ok(_) if right == Some(true) => Ok(()),
            Ok(_) => Err(PasswordChangeError::WrongPresent),
            Err(busy) => Err(OwnMethodError::Fault(Fault::from(busy)).into()),
        }
    }
}
