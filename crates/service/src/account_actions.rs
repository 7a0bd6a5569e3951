//! What administrators do to somebody's access: a new password, an end to all sessions (sign-in contract 6.8).

use latchkey_crypto::{Secret, generate_code};
use latchkey_domain::{Action, Activity, Caller, PassLength, UserRef};

use crate::refusals::authorize_or_record;
use crate::sign_in::password_counter;
use crate::trail::user_target;
use crate::{AccessError, Fault, RequestInfo, Service};

/// Signs of a temporary password: 93 bits.
const TEMPORARY_PASSWORD: i64 = 16;

impl Service {
    /// A password for an account whose owner is to come in with a pass: nobody learns it.
    pub fn unknown_password(&self) -> Secret<String> {
        generate_code(&*self.random, PassLength::MAX)
    }

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
        let length = PassLength::new(TEMPORARY_PASSWORD).unwrap_or(PassLength::MAX);
        let password = generate_code(&*self.random, length);
        // Hashed before the transaction, which must not wait.
        let hashed = self
            .hasher
            .new_password(Secret::new(password.expose().clone()))
            .await
            .map_err(Fault::from)?;
        let input = (
            caller.clone(),
            self.trail(caller, info),
            user.clone(),
            hashed.to_text(),
        );
        let keys = std::sync::Arc::clone(&self.master_keys);
        self.store
            .write_with(
                (input, keys),
                |writer, ((caller, trail, user, verifier), keys)| {
                    Box::pin(async move {
                        let (action, activity) = (Action::ResetPassword, Activity::ResetUserPassword);
                        let access =
                            authorize_or_record(writer, caller, trail, action, activity, user).await?;
                        let user = match access {
                            Ok((user, ..)) => user,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
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
            .await??;
        Ok(password)
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
