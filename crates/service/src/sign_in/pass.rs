//! Signing in with a pass: the answers of sign-in contract 2.4, in their order.
//!
//! A short code is hashed slowly, so its guess is counted in a transaction before the hash and concluded
//! in one after it. A long code takes a microsecond, so everything is one transaction. Which way is taken
//! depends only on what was typed: it tells nothing about the account.

use std::sync::Arc;

use latchkey_crypto::{Arena, CodeClass, PassVerifier, Peppers, Secret, check_code, normalise_typed_code};
use latchkey_domain::{
    Activity, FIRST_USE, LockoutRule, Pass, PassFacts, PassId, Session, SessionMethod, SignInError,
    Timestamp, Upn, User, UserRef, judge_pass,
};
use latchkey_store::{Reader, StoreError, StoredPass, Writer};

use super::first_page::id_or_nobody;
use super::flow::{FinishedMethod, Flow, PasswordProof};
use super::guesses::{CountedGuess, Counters, Guessed, Lock};
use super::opening::Opening;
use super::record::{Attempt, Step};
use super::{SignInFailure, SignInStep};
use crate::authorization::outright_refusal;
use crate::passes::policy_for;
use crate::trail::{Trail, detail, user_target};
use crate::{AuthorizationRequest, Fault, RequestInfo, Service};

/// Everything that a pass attempt's transactions need.
struct PassAttempt {
    upn: Upn,
    counters: Counters,
    attempt: Attempt,
    opening: Opening,
    /// The password was given before: the pass is the second factor.
    password: Option<PasswordProof>,
    /// What the application asked for that the person comes from.
    authorization: Option<AuthorizationRequest>,
    trail: Trail,
}

/// How an attempt ended; part of a committed transaction, whatever it is.
enum Ending {
    Opened(Session, Box<User>),
    ChangePassword(PasswordProof),
    Refused(SignInError, Option<Timestamp>),
}

impl Service {
    /// Redeems a pass: alone, or after the password as the second factor.
    ///
    /// `device` is the value of the cookie that marks the owner's own device.
    ///
    /// # Errors
    /// [`SignInFailure`]: the rows of sign-in contract 2.4; the attempt is in the sign-in log.
    pub async fn sign_in_with_pass(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        device: Option<&str>,
        typed: &str,
    ) -> Result<SignInStep, SignInFailure> {
        let upn = flow.upn()?;
        let (opening, token) = self.opening(flow);
        let work = PassAttempt {
            counters: self.counters(Guessed::Pass, &upn, device, info),
            attempt: self.attempt(flow, Some(&upn), info),
            trail: self.trail(&latchkey_domain::Caller::Console, info),
            password: flow.password,
            authorization: flow.authorization().cloned(),
            opening,
            upn,
        };
        let ending = match normalise_typed_code(typed) {
            Some(code) if CodeClass::of(&code) == CodeClass::Low => self.redeem_slowly(work, code).await?,
            code => self.redeem_at_once(work, code).await?,
        };
        match ending {
            Ending::Opened(session, user) => Ok(SignInStep::Opened(self.opened(flow, token, session, *user))),
            Ending::ChangePassword(proof) => Ok(SignInStep::ChangePassword(Box::new(flow.with_proof(proof)))),
            Ending::Refused(error, when) => Err(SignInFailure::Refused { error, when }),
        }
    }

    async fn redeem_at_once(&self, work: PassAttempt, code: Option<Secret<String>>) -> Result<Ending, Fault> {
        let peppers = Arc::clone(self.hasher.peppers());
        let input = (work, code, peppers);
        self.store
            .write_with(input, |writer, (work, code, peppers)| {
                Box::pin(async move {
                    if let Some(lock) = work.counters.locked(writer, work.attempt.at).await? {
                        return refuse_locked(writer, work, lock).await;
                    }
                    let (user, stored) = find(writer, &work.upn).await?;
                    let matches = code
                        .as_ref()
                        .is_some_and(|code| matches_at_once(peppers, code, stored.as_ref()));
                    conclude(writer, work, user, stored, matches, None).await
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    async fn redeem_slowly(&self, work: PassAttempt, code: Secret<String>) -> Result<Ending, Fault> {
        let work = Arc::new(work);
        let counted = self
            .store
            .write_with(Arc::clone(&work), |writer, work| {
                Box::pin(async move {
                    match work.counters.count(writer, work.attempt.at).await? {
                        Err(lock) => Ok::<_, StoreError>(Err(refuse_locked(writer, work, lock).await?)),
                        Ok(guess) => Ok(Ok((guess, find(writer, &work.upn).await?.1))),
                    }
                })
            })
            .await?;
        let (guess, stored) = match counted {
            Ok(counted) => counted,
            Err(refused) => return Ok(refused),
        };
        let pass_id = stored.as_ref().map(|stored| stored.pass.id);
        let verifier = stored.and_then(|stored| PassVerifier::parse(&stored.verifier).ok());
        let matches = match self.hasher.check_code(code, verifier).await {
            Ok(matches) => matches,
            Err(not_checked) => {
                self.take_back(&work, guess).await?;
                return Err(not_checked.into());
            }
        };
        let input = (work, matches, pass_id, guess);
        self.store
            .write_with(input, |writer, (work, matches, pass_id, guess)| {
                Box::pin(async move {
                    let (user, stored) = find(writer, &work.upn).await?;
                    // A pass that was replaced meanwhile is another pass: its code was not the one checked.
                    let same: Option<PassId> = stored.as_ref().map(|stored| stored.pass.id);
                    let matches = *matches && same.is_some() && same == *pass_id;
                    conclude(writer, work, user, stored, matches, Some(*guess)).await
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    async fn take_back(&self, work: &Arc<PassAttempt>, guess: CountedGuess) -> Result<(), Fault> {
        let input = (Arc::clone(work), guess);
        self.store
            .write_with(input, |writer, (work, guess)| {
                Box::pin(async move { work.counters.take_back(writer, *guess).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }
}

fn matches_at_once(peppers: &Peppers, code: &Secret<String>, stored: Option<&StoredPass>) -> bool {
    let verifier = stored.and_then(|stored| PassVerifier::parse(&stored.verifier).ok());
    check_code(peppers, code, verifier.as_ref(), &mut Arena::new())
}

async fn find(reader: &mut Reader, upn: &Upn) -> Result<(Option<User>, Option<StoredPass>), StoreError> {
    let user = reader.user(&UserRef::Name(upn.clone())).await?;
    let stored = reader.pass_of(id_or_nobody(user.as_ref())).await?;
    Ok((user, stored))
}

async fn refuse_locked(writer: &mut Writer, work: &PassAttempt, lock: Lock) -> Result<Ending, StoreError> {
    let user = writer.user(&UserRef::Name(work.upn.clone())).await?;
    let record = work.attempt.refused(user.as_ref(), &work.steps(None), lock.error);
    writer.insert_sign_in(&record).await?;
    Ok(Ending::Refused(lock.error, Some(lock.until)))
}

/// Judges the attempt and writes all that follows from it.
async fn conclude(
    writer: &mut Writer,
    work: &PassAttempt,
    user: Option<User>,
    stored: Option<StoredPass>,
    matches: bool,
    guess: Option<CountedGuess>,
) -> Result<Ending, StoreError> {
    let now = work.attempt.at;
    let (_, policy) = policy_for(writer, id_or_nobody(user.as_ref())).await?;
    let verdict = match &user {
        None => Err(SignInError::InvalidPass),
        Some(user) => judge_pass(PassFacts {
            pass: stored.as_ref().map(|stored| &stored.pass),
            code_matches: matches,
            account_enabled: user.account_enabled,
            external_guest: user.is_external_guest(),
            policy,
            now,
        })
        .map(|pass| (user, pass)),
    };
    let (user, pass) = match verdict {
        Ok(found) => found,
        Err(error) => return refuse(writer, work, user.as_ref(), stored.as_ref(), error, guess).await,
    };
    if work.password.is_some_and(|proof| !proof.still_proves(user)) {
        return refuse(writer, work, Some(user), None, SignInError::StaleFlow, guess).await;
    }
    let method = match work.password {
        Some(_) => SessionMethod::PasswordAndPass {
            one_time: pass.one_time,
        },
        None => SessionMethod::Pass {
            one_time: pass.one_time,
        },
    };
    if let Some(request) = &work.authorization {
        // Who would not get in anyway keeps their pass.
        if let Some(error) = outright_refusal(writer, request, user, method).await? {
            return refuse(writer, work, Some(user), stored.as_ref(), error, guess).await;
        }
    }
    // Who must change the password first gets no session yet. The pass is redeemed with that: whoever leaves keeps it.
    let owing = work.password.filter(|_| user.must_change_password);
    if owing.is_none() && !redeem(writer, &work.trail.as_user(user), user, pass, now).await? {
        return refuse(
            writer,
            work,
            Some(user),
            None,
            SignInError::PassAlreadyUsed,
            guess,
        )
        .await;
    }
    if let Some(guess) = guess {
        work.counters.take_back(writer, guess).await?;
    }
    work.counters.forgive_name(writer).await?;
    let steps = work.steps(Some(pass.one_time));
    if let Some(proof) = owing {
        let record = work
            .attempt
            .refused(Some(user), &steps, SignInError::PasswordExpired);
        writer.insert_sign_in(&record).await?;
        let finished = Some(FinishedMethod::Pass {
            id: pass.id,
            one_time: pass.one_time,
            at: now,
        });
        return Ok(Ending::ChangePassword(PasswordProof { finished, ..proof }));
    }
    let session = work.opening.write(writer, user, method, Some(pass), now).await?;
    let record = work.attempt.succeeded(user, &steps, session.id, method);
    writer.insert_sign_in(&record).await?;
    Ok(Ending::Opened(session, Box::new(user.clone())))
}

/// Redeems a pass, on record. The one place where a one-time pass is spent: a conditional update, in the transaction of
/// the session that it opens. False: it was spent before.
async fn redeem(
    writer: &mut Writer,
    by_owner: &Trail,
    user: &User,
    pass: &Pass,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !writer.redeem_pass(pass.id, now).await? {
        return Ok(false);
    }
    let mut event = by_owner.done(
        Activity::PassRedeemed,
        "User signed in with a temporary access pass",
        vec![user_target(user)],
    );
    if pass.used_at.is_none() {
        event.details.push(detail(FIRST_USE, "true"));
    }
    writer.record(&event).await?;
    Ok(true)
}

/// Redeems a pass that was proved a while ago: it must still be the same, and work.
pub(super) async fn redeem_proved(
    writer: &mut Writer,
    by_owner: &Trail,
    user: &User,
    id: PassId,
    now: Timestamp,
) -> Result<Result<Pass, SignInError>, StoreError> {
    let stored = writer.pass_of(user.id).await?.map(|stored| stored.pass);
    let Some(pass) = stored.filter(|pass| pass.id == id) else {
        return Ok(Err(SignInError::StaleFlow));
    };
    let (_, policy) = policy_for(writer, user.id).await?;
    let judged = judge_pass(PassFacts {
        pass: Some(&pass),
        code_matches: true,
        account_enabled: user.account_enabled,
        external_guest: user.is_external_guest(),
        policy,
        now,
    });
    if let Err(error) = judged {
        return Ok(Err(error));
    }
    let redeemed = redeem(writer, by_owner, user, &pass, now).await?;
    Ok(if redeemed {
        Ok(pass)
    } else {
        Err(SignInError::PassAlreadyUsed)
    })
}

async fn refuse(
    writer: &mut Writer,
    work: &PassAttempt,
    user: Option<&User>,
    stored: Option<&StoredPass>,
    error: SignInError,
    guess: Option<CountedGuess>,
) -> Result<Ending, StoreError> {
    let now = work.attempt.at;
    match (error.is_wrong_guess(), guess) {
        (true, None) => {
            // Counted afterwards, but in one transaction with the check: no guess can come between.
            if let Err(lock) = work.counters.count(writer, now).await? {
                return refuse_locked(writer, work, lock).await;
            }
        }
        (false, Some(guess)) => work.counters.take_back(writer, guess).await?,
        _ => {}
    }
    if error.is_wrong_guess() {
        match (stored, user) {
            (Some(stored), Some(user)) => count_against_pass(writer, work, user, stored).await?,
            _ => work.counters.count_nothing(writer, now).await?,
        }
    }
    let one_time = stored
        .filter(|_| !error.is_wrong_guess())
        .map(|stored| stored.pass.one_time);
    writer
        .insert_sign_in(&work.attempt.refused(user, &work.steps(one_time), error))
        .await?;
    let when = match error {
        SignInError::PassNotYetValid => stored.map(|stored| stored.pass.start_at),
        _ => None,
    };
    Ok(Ending::Refused(error, when))
}

/// A hundred wrong guesses in a row block a pass for good (NIST SP 800-63B-4 3.2.2).
async fn count_against_pass(
    writer: &mut Writer,
    work: &PassAttempt,
    user: &User,
    stored: &StoredPass,
) -> Result<(), StoreError> {
    let wrong = writer.count_wrong_guess(stored.pass.id).await?;
    if wrong >= LockoutRule::PASS_GUESSES && stored.pass.blocked_at.is_none() {
        let reason = "Too many wrong guesses blocked the temporary access pass for good";
        let event = work
            .trail
            .as_user(user)
            .done(Activity::PassBlocked, reason, vec![user_target(user)]);
        writer.block_pass(stored.pass.id, work.attempt.at, &event).await?;
    }
    Ok(())
}

impl PassAttempt {
    fn steps(&self, one_time: Option<bool>) -> Vec<Step> {
        let pass = Step::Pass { one_time };
        if self.password.is_some() {
            vec![Step::Password, pass]
        } else {
            vec![pass]
        }
    }
}
