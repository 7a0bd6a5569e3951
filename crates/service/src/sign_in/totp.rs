//! The second factor: a code of an authenticator app (sign-in contract 2.6, 6.4).

use std::sync::Arc;

use latchkey_crypto::{MasterKeys, TotpKey};
use latchkey_domain::{Session, SessionMethod, SignInError, Timestamp, TotpApp, TotpId, Upn, User};
use latchkey_store::{StoreError, Writer};

use super::flow::{FinishedMethod, Flow, PasswordProof};
use super::guesses::{Counters, Guessed};
use super::opening::Opening;
use super::record::{Attempt, Step};
use super::{SignInFailure, SignInStep};
use crate::{Fault, RequestInfo, Service};

struct TotpAttempt {
    upn: Upn,
    counters: Counters,
    attempt: Attempt,
    opening: Opening,
    password: PasswordProof,
    typed: String,
    skew: u16,
    keys: Arc<MasterKeys>,
}

enum Ending {
    Opened(Session, Box<User>),
    ChangePassword(PasswordProof),
    Refused(SignInError, Option<Timestamp>),
}

/// What a seed is sealed for: it opens for its own registration only.
pub(crate) fn totp_seal_context(id: TotpId) -> String {
    format!("totp:{id}")
}

impl Service {
    /// Checks an authenticator app's code after the password.
    ///
    /// # Errors
    /// [`SignInFailure`]; the attempt is in the sign-in log.
    pub async fn sign_in_with_totp(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        device: Option<&str>,
        typed: &str,
    ) -> Result<SignInStep, SignInFailure> {
        let upn = flow.upn()?;
        let password = flow.password.ok_or(SignInError::StaleFlow)?;
        let (opening, token) = self.opening(flow);
        let work = TotpAttempt {
            counters: self.counters(Guessed::Totp, &upn, device, info),
            attempt: self.attempt(flow, Some(&upn), info),
            opening,
            password,
            typed: typed.chars().filter(|c| !c.is_whitespace()).take(16).collect(),
            skew: self.settings.totp_skew_steps,
            keys: Arc::clone(&self.master_keys),
            upn,
        };
        let ending = self
            .store
            .write_with(work, |writer, work| Box::pin(check(writer, work)))
            .await
            .map_err(|error: StoreError| Fault::from(error))?;
        match ending {
            Ending::Opened(session, user) => Ok(SignInStep::Opened(self.opened(flow, token, session, *user))),
            Ending::ChangePassword(proof) => Ok(SignInStep::ChangePassword(Box::new(flow.with_proof(proof)))),
            Ending::Refused(error, when) => Err(SignInFailure::Refused { error, when }),
        }
    }
}

async fn check(writer: &mut Writer, work: &TotpAttempt) -> Result<Ending, StoreError> {
    let steps = [Step::Password, Step::Totp];
    let now = work.attempt.at;
    let user = writer.user_by_id(work.password.user_id).await?;
    let proved = user.filter(|user| work.password.still_proves(user) && user.upn == work.upn);
    let Some(user) = proved else {
        return Ok(Ending::Refused(SignInError::StaleFlow, None));
    };
    if let Some(lock) = work.counters.locked(writer, now).await? {
        writer
            .insert_sign_in(&work.attempt.refused(Some(&user), &steps, lock.error))
            .await?;
        return Ok(Ending::Refused(lock.error, Some(lock.until)));
    }
    if !spend_code(writer, work, &user).await? {
        let error = SignInError::WrongTotpCode;
        if let Err(lock) = work.counters.count(writer, now).await? {
            return Ok(Ending::Refused(lock.error, Some(lock.until)));
        }
        writer
            .insert_sign_in(&work.attempt.refused(Some(&user), &steps, error))
            .await?;
        return Ok(Ending::Refused(error, None));
    }
    work.counters.forgive_name(writer).await?;
    if user.must_change_password {
        let record = work
            .attempt
            .refused(Some(&user), &steps, SignInError::PasswordExpired);
        writer.insert_sign_in(&record).await?;
        let finished = Some(FinishedMethod::Totp);
        return Ok(Ending::ChangePassword(PasswordProof {
            finished,
            ..work.password
        }));
    }
    let method = SessionMethod::PasswordAndTotp;
    let session = work.opening.write(writer, &user, method, None, now).await?;
    writer
        .insert_sign_in(&work.attempt.succeeded(&user, &steps, session.id, method))
        .await?;
    Ok(Ending::Opened(session, Box::new(user)))
}

/// Looks for the app whose code it is, and spends that code.
async fn spend_code(writer: &mut Writer, work: &TotpAttempt, user: &User) -> Result<bool, StoreError> {
    for app in writer.totp_apps_of(user.id).await? {
        if let Some(step) = matching_step(&work.keys, &app, &work.typed, work.attempt.at, work.skew)? {
            return writer.use_totp_step(app.id, step, work.attempt.at).await;
        }
    }
    Ok(false)
}

fn matching_step(
    keys: &MasterKeys,
    app: &TotpApp,
    typed: &str,
    now: Timestamp,
    skew: u16,
) -> Result<Option<i64>, StoreError> {
    let opened = keys.open(&totp_seal_context(app.id), &app.sealed_key);
    let seed = opened.map_err(|error| StoreError::Corrupt(format!("an authenticator app's key: {error}")))?;
    let key = TotpKey::from_slice(seed.expose())
        .ok_or_else(|| StoreError::Corrupt("an authenticator app's key has a wrong length".to_owned()))?;
    Ok(key.matching_step(typed, now, skew))
}
