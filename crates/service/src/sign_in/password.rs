//! Signing in with a password (sign-in contract 2.6, 11.1).

use std::sync::Arc;

use latchkey_crypto::{PasswordVerifier, Secret};
use latchkey_domain::{
    Activity, Caller, HeldRoles, PasswordOwner, PasswordRefusal, Session, SessionMethod, SignInError,
    Timestamp, Upn, User, UserRef, WrongPasswordTag, check_password_rules,
};
use latchkey_store::{Reader, StoreError, Writer};
use unicode_normalization::UnicodeNormalization;

use super::first_page::{has_promptable_pass, id_or_nobody};
use super::flow::{FinishedMethod, Flow, PasswordProof};
use super::guesses::{CountedGuess, Counters, Guessed};
use super::opening::Opening;
use super::pass::redeem_proved;
use super::record::{Attempt, Step};
use super::{OpenedSession, SecondFactors, SignInFailure, SignInStep};
use crate::authorization::wants_several_factors;
use crate::trail::user_target;
use crate::{AuthorizationRequest, Fault, RequestInfo, Service};

struct PasswordAttempt {
    upn: Upn,
    counters: Counters,
    attempt: Attempt,
    opening: Opening,
    /// The counters of guesses at the pass: while those are refused, it is not asked for.
    pass_counters: Counters,
    /// What the application asked for that the person comes from.
    authorization: Option<AuthorizationRequest>,
    /// A pass was given before and is not enough.
    without_pass: bool,
    /// The name's domain is handed to another provider: no password of ours counts there.
    federated: bool,
}

/// A password whose hash was computed.
struct Checked {
    matches: bool,
    /// What it was checked against.
    verifier: Option<String>,
    guess: CountedGuess,
    tag: WrongPasswordTag,
}

enum Ending {
    Opened(Session, Box<User>),
    SecondFactor(PasswordProof, SecondFactors),
    ChangePassword(PasswordProof),
    Refused(SignInError, Option<Timestamp>),
}

/// Why an owed password change was not made.
#[derive(Debug, thiserror::Error)]
pub enum OwedPasswordError {
    /// The new password breaks a rule.
    #[error(transparent)]
    Rule(#[from] PasswordRefusal),
    /// The sign-in can't go on.
    #[error(transparent)]
    SignIn(#[from] SignInFailure),
}

impl PasswordProof {
    /// Whether the password is still the one that was proved, and the account the same and enabled.
    pub(super) fn still_proves(&self, user: &User) -> bool {
        self.user_id == user.id
            && self.password_changed_at == user.password_changed_at
            && self.at >= user.sessions_valid_from
            && user.account_enabled
    }
}

/// Passwords are compared in one Unicode form, so that two keyboards give the same password
/// (NIST SP 800-63B-4 3.1.1.2).
pub(crate) fn normalise_password(typed: &str) -> Option<Secret<String>> {
    // Four bytes a character is the most that UTF-8 takes.
    (typed.len() <= latchkey_domain::PASSWORD_MAX * 4).then(|| Secret::new(typed.nfkc().collect()))
}

/// What second factors the user could give now. A pass is one only where a password alone is too little: nobody is kept
/// from signing in as ever because an administrator issued a pass, or a stranger guesses at it (sign-in contract 2.3, 2.6).
async fn second_factors(
    reader: &mut Reader,
    user: &User,
    work: &PasswordAttempt,
) -> Result<SecondFactors, StoreError> {
    let now = work.attempt.at;
    let mut factors = SecondFactors {
        pass: false,
        passkey: !reader.passkeys_of(user.id).await?.is_empty(),
        totp: !reader.totp_apps_of(user.id).await?.is_empty(),
        totp_first: !reader.personal_sign_in(user.id).await?.system_preferred,
    };
    factors.pass = !work.without_pass
        && (factors.any() || wants_several_factors(reader, work.authorization.as_ref(), user).await?)
        && has_promptable_pass(reader, Some(user), now).await?
        && work.pass_counters.locked(reader, now).await?.is_none();
    Ok(factors)
}

impl Service {
    /// Checks a password.
    ///
    /// # Errors
    /// [`SignInFailure`]; the attempt is in the sign-in log.
    pub async fn sign_in_with_password(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        device: Option<&str>,
        typed: &str,
    ) -> Result<SignInStep, SignInFailure> {
        let upn = flow.upn()?;
        let (opening, token) = self.opening(flow);
        let work = Arc::new(PasswordAttempt {
            counters: self.counters(Guessed::Password, &upn, device, info),
            pass_counters: self.counters(Guessed::Pass, &upn, device, info),
            attempt: self.attempt(flow, Some(&upn), info),
            authorization: flow.authorization().cloned(),
            without_pass: flow.without_pass,
            federated: self.is_federated(flow).await?,
            opening,
            upn,
        });
        match self.check_password(&work, typed).await? {
            Ending::Opened(session, user) => Ok(SignInStep::Opened(self.opened(flow, token, session, *user))),
            Ending::SecondFactor(proof, factors) => Ok(SignInStep::SecondFactor(
                Box::new(flow.with_proof(proof)),
                factors,
            )),
            Ending::ChangePassword(proof) => Ok(SignInStep::ChangePassword(Box::new(flow.with_proof(proof)))),
            Ending::Refused(error, when) => Err(SignInFailure::Refused { error, when }),
        }
    }

    async fn check_password(&self, work: &Arc<PasswordAttempt>, typed: &str) -> Result<Ending, Fault> {
        let counted = self
            .store
            .write_with(Arc::clone(work), |writer, work| {
                Box::pin(async move {
                    let user = writer.user(&UserRef::Name(work.upn.clone())).await?;
                    match work.counters.count(writer, work.attempt.at).await? {
                        Err(lock) => {
                            let steps = [Step::Password];
                            let record = work.attempt.refused(user.as_ref(), &steps, lock.error);
                            writer.insert_sign_in(&record).await?;
                            Ok::<_, StoreError>(Err(lock))
                        }
                        Ok(guess) => {
                            let verifier = writer.password_verifier(id_or_nobody(user.as_ref())).await?;
                            Ok(Ok((guess, verifier)))
                        }
                    }
                })
            })
            .await?;
        let (guess, verifier) = match counted {
            Ok(counted) => counted,
            Err(lock) => return Ok(Ending::Refused(lock.error, Some(lock.until))),
        };
        let stored = verifier
            .as_deref()
            .and_then(|text| PasswordVerifier::parse(text).ok());
        // A text that is too long is no password; the same work is done for it all the same.
        let (typed, possible) = match normalise_password(typed) {
            Some(typed) => (typed, !work.federated),
            None => (Secret::new(String::new()), false),
        };
        let tag = work.counters.password_tag(&self.master_keys, typed.expose());
        let matches = match self.hasher.check_password(typed, stored).await {
            Ok(matches) => matches && possible,
            Err(not_checked) => {
                let input = (Arc::clone(work), guess);
                self.store
                    .write_with(input, |writer, (work, guess)| {
                        Box::pin(async move { work.counters.take_back(writer, *guess).await })
                    })
                    .await
                    .map_err(|error: StoreError| Fault::from(error))?;
                return Err(not_checked.into());
            }
        };
        let checked = Checked {
            matches,
            verifier,
            guess,
            tag,
        };
        self.store
            .write_with((Arc::clone(work), checked), |writer, (work, checked)| {
                Box::pin(conclude(writer, work, checked))
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Sets the password that the person owes, and opens the session.
    ///
    /// # Errors
    /// [`OwedPasswordError`]; nothing is changed then.
    pub async fn change_owed_password(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        new: &str,
    ) -> Result<Box<OpenedSession>, OwedPasswordError> {
        let refused = |error: SignInError| OwedPasswordError::SignIn(error.into());
        let fault = |error: StoreError| OwedPasswordError::SignIn(error.into());
        let proof = flow.password.ok_or_else(|| refused(SignInError::StaleFlow))?;
        let finished = proof.finished.ok_or_else(|| refused(SignInError::StaleFlow))?;
        let (user, verifier) = {
            let mut reader = self.store.read().await.map_err(fault)?;
            let user = reader.user_by_id(proof.user_id).await.map_err(fault)?;
            let user = user
                .filter(|user| proof.still_proves(user))
                .ok_or_else(|| refused(SignInError::StaleFlow))?;
            let verifier = reader.password_verifier(user.id).await.map_err(fault)?;
            (user, verifier)
        };
        let verifier = self
            .new_password_verifier(&user, new, verifier.as_deref())
            .await?;
        let (opening, token) = self.opening(flow);
        let attempt = self.attempt(flow, Some(&user.upn), info);
        let trail = self.trail_of_user(&user, info);
        let input = (proof, finished, verifier, opening, attempt, trail);
        let outcome = self
            .store
            .write_with(
                input,
                |writer, (proof, finished, verifier, opening, attempt, trail)| {
                    Box::pin(async move {
                        let user = writer.user_by_id(proof.user_id).await?;
                        let Some(user) = user.filter(|user| proof.still_proves(user)) else {
                            return Ok::<_, StoreError>(Err(SignInError::StaleFlow));
                        };
                        let (pass, proved_at) = match *finished {
                            FinishedMethod::Pass { id, at, .. } => {
                                match redeem_proved(writer, trail, &user, id, attempt.at).await? {
                                    Ok(pass) => (Some(pass), at),
                                    Err(error) => {
                                        let record = attempt.refused(Some(&user), &finished.steps(), error);
                                        writer.insert_sign_in(&record).await?;
                                        return Ok(Err(error));
                                    }
                                }
                            }
                            _ => (None, attempt.at),
                        };
                        let target = vec![user_target(&user)];
                        let event = trail.done(
                            Activity::ChangeUserPassword,
                            "User changed an expired password",
                            target,
                        );
                        writer
                            .set_password(user.id, verifier, false, attempt.at, &event)
                            .await?;
                        let method = finished.session_method();
                        let session = opening
                            .write_proved_at(writer, &user, method, pass.as_ref(), attempt.at, proved_at)
                            .await?;
                        let ended = trail.done(
                            Activity::SessionsRevoked,
                            "Password changed: other sessions ended",
                            vec![user_target(&user)],
                        );
                        writer
                            .end_sessions_on_passwords(user.id, session.id, attempt.at, &ended)
                            .await?;
                        writer
                            .insert_sign_in(&attempt.succeeded(&user, &finished.steps(), session.id, method))
                            .await?;
                        Ok(Ok((session, user)))
                    })
                },
            )
            .await
            .map_err(fault)?;
        let (session, user) = outcome.map_err(refused)?;
        Ok(self.opened(flow, token, session, user))
    }

    /// Checks a new password against the rules and the present one, and hashes it.
    pub(crate) async fn new_password_verifier(
        &self,
        user: &User,
        new: &str,
        present: Option<&str>,
    ) -> Result<String, OwedPasswordError> {
        let fault = |fault: Fault| OwedPasswordError::SignIn(fault.into());
        let password = normalise_password(new).ok_or(PasswordRefusal::TooLong)?;
        let owner = PasswordOwner {
            upn: user.upn.key(),
            display_name: &user.display_name,
        };
        check_password_rules(password.expose(), owner, &self.settings.password_rules)?;
        if let Some(present) = present.and_then(|text| PasswordVerifier::parse(text).ok()) {
            let again = Secret::new(password.expose().clone());
            let same = self.hasher.check_password(again, Some(present)).await;
            if same.map_err(|error| fault(error.into()))? {
                return Err(PasswordRefusal::SameAsBefore.into());
            }
        }
        let verifier = self
            .hasher
            .new_password(password)
            .await
            .map_err(|error| fault(error.into()))?;
        Ok(verifier.to_text())
    }
}

async fn conclude(
    writer: &mut Writer,
    work: &PasswordAttempt,
    checked: &Checked,
) -> Result<Ending, StoreError> {
    let now = work.attempt.at;
    let steps = [Step::Password];
    let user = writer.user(&UserRef::Name(work.upn.clone())).await?;
    let right = match &user {
        // A password that was set anew meanwhile is another password.
        Some(user) if checked.matches && writer.password_verifier(user.id).await? == checked.verifier => {
            Some(user)
        }
        _ => None,
    };
    let Some(user) = right else {
        let error = SignInError::WrongPassword;
        work.counters
            .keep_wrong_password(writer, checked.guess, checked.tag)
            .await?;
        writer
            .insert_sign_in(&work.attempt.refused(user.as_ref(), &steps, error))
            .await?;
        return Ok(Ending::Refused(error, None));
    };
    work.counters.take_back(writer, checked.guess).await?;
    if !user.account_enabled {
        let error = SignInError::AccountDisabled;
        writer
            .insert_sign_in(&work.attempt.refused(Some(user), &steps, error))
            .await?;
        return Ok(Ending::Refused(error, None));
    }
    work.counters.forgive_name(writer).await?;
    let proof = PasswordProof {
        user_id: user.id,
        // The node on which all was ended may have a clock that is ahead.
        at: now.max(user.sessions_valid_from),
        password_changed_at: user.password_changed_at,
        finished: None,
    };
    let factors = second_factors(writer, user, work).await?;
    if factors.any() {
        let record = work
            .attempt
            .refused(Some(user), &steps, SignInError::SecondFactorNeeded);
        writer.insert_sign_in(&record).await?;
        return Ok(Ending::SecondFactor(proof, factors));
    }
    if user.must_change_password {
        let record = work
            .attempt
            .refused(Some(user), &steps, SignInError::PasswordExpired);
        writer.insert_sign_in(&record).await?;
        let finished = Some(FinishedMethod::Password);
        return Ok(Ending::ChangePassword(PasswordProof { finished, ..proof }));
    }
    let method = SessionMethod::Password;
    let session = work.opening.write(writer, user, method, None, now).await?;
    writer
        .insert_sign_in(&work.attempt.succeeded(user, &steps, session.id, method))
        .await?;
    Ok(Ending::Opened(session, Box::new(user.clone())))
}

/// The caller that a person is on their own pages, without roles: own pages need none.
pub(crate) fn own_pages_caller(user: &User, session: &Session) -> Caller {
    Caller::Person {
        id: user.id,
        upn: user.upn.to_string(),
        display_name: user.display_name.clone(),
        user_type: user.user_type,
        roles: HeldRoles::default(),
        grant: latchkey_domain::Grant::OwnPages,
        session: Some(session.id),
    }
}
