//! Signing in with a passkey: with or without a name first, or as the second factor (sign-in contract 6.5).

use latchkey_crypto::{PasskeyError, PasskeyFault};
use latchkey_domain::{PasskeyId, Session, SessionMethod, SignInError, User, UserId, UserRef};
use latchkey_store::{StoreError, Writer};

use super::flow::{FinishedMethod, Flow, PasswordProof};
use super::opening::Opening;
use super::record::{Attempt, Step};
use super::{SignInFailure, SignInStep};
use crate::method_policy::MethodRules;
use crate::{Fault, RequestInfo, Service};

struct PasskeyAttempt {
    attempt: Attempt,
    opening: Opening,
    password: Option<PasswordProof>,
    checked: Result<Checked, SignInError>,
    claimed: Option<UserId>,
}

/// A passkey's answer whose signature is right.
struct Checked {
    passkey: PasskeyId,
    user: UserId,
    challenge: [u8; 32],
    /// The state that it was checked against, and the one after it.
    before: Vec<u8>,
    after: Vec<u8>,
}

enum Ending {
    Opened(Session, Box<User>),
    ChangePassword(PasswordProof),
    Refused(SignInError),
}

impl Service {
    /// Starts asking for a passkey: any of this site, or, after the password, one of the person's own.
    /// Gives the options for the browser as JSON text, and the flow that remembers the question.
    ///
    /// # Errors
    /// [`SignInFailure`]
    pub async fn begin_passkey_sign_in(&self, flow: &Flow) -> Result<(String, Flow), SignInFailure> {
        let own = match flow.password {
            None => None,
            Some(proof) => Some(self.store.read().await?.passkeys_of(proof.user_id).await?),
        };
        let ceremony = self
            .relying_party
            .start_authentication(self.now(), own.as_deref())
            .map_err(|_| SignInError::PasskeyUnknown)?;
        Ok((ceremony.options, flow.with_passkey_state(ceremony.state)))
    }

    /// Checks the browser's answer (JSON text) and opens the session.
    ///
    /// # Errors
    /// [`SignInFailure`]; the attempt is in the sign-in log.
    pub async fn sign_in_with_passkey(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        answer: &[u8],
    ) -> Result<SignInStep, SignInFailure> {
        let state = flow.passkey_state.as_slice();
        if state.is_empty() {
            return Err(SignInError::StaleFlow.into());
        }
        let (opening, token) = self.opening(flow);
        let (claimed, checked) = self.check_passkey(state, answer).await?;
        let name = flow.upn().ok();
        let work = PasskeyAttempt {
            attempt: self.attempt(flow, name.as_ref(), info),
            opening,
            password: flow.password,
            checked,
            claimed,
        };
        let ending = self
            .store
            .write_with(work, |writer, work| Box::pin(conclude(writer, work)))
            .await
            .map_err(|error: StoreError| Fault::from(error))?;
        match ending {
            Ending::Opened(session, user) => Ok(SignInStep::Opened(self.opened(flow, token, session, *user))),
            Ending::ChangePassword(proof) => Ok(SignInStep::ChangePassword(Box::new(flow.with_proof(proof)))),
            Ending::Refused(error) => Err(error.into()),
        }
    }

    /// The slow part, a signature, before the transaction: who the passkey claims to be of, and whether it is.
    async fn check_passkey(
        &self,
        state: &[u8],
        answer: &[u8],
    ) -> Result<(Option<UserId>, Result<Checked, SignInError>), Fault> {
        let read = match self.relying_party.read_authentication(self.now(), state, answer) {
            Ok(read) => read,
            Err(PasskeyError::Expired | PasskeyError::State) => {
                return Ok((None, Err(SignInError::StaleFlow)));
            }
            Err(_) => return Ok((None, Err(SignInError::PasskeyInvalid))),
        };
        let Some(passkey) = self.store.read().await?.passkey(read.passkey_id()).await? else {
            return Ok((None, Err(SignInError::PasskeyUnknown)));
        };
        let challenge = read.challenge_hash();
        let owner = passkey.user_id;
        let checked = match self.relying_party.finish_authentication(read, &passkey) {
            Ok(after) => Ok(Checked {
                passkey: passkey.id,
                user: owner,
                challenge,
                before: passkey.dynamic_state,
                after,
            }),
            Err(PasskeyError::Stored) => {
                return Err(Fault::Internal("a stored passkey is damaged".to_owned()));
            }
            Err(PasskeyError::WrongUser | PasskeyError::Invalid(PasskeyFault::Credential)) => {
                Err(SignInError::PasskeyUnknown)
            }
            Err(_) => Err(SignInError::PasskeyInvalid),
        };
        Ok((Some(owner), checked))
    }
}

async fn conclude(writer: &mut Writer, work: &PasskeyAttempt) -> Result<Ending, StoreError> {
    let now = work.attempt.at;
    let steps = work.steps();
    let user = match work.claimed {
        Some(id) => writer.user(&UserRef::Id(id)).await?,
        None => None,
    };
    let proof = match (&work.checked, &user) {
        (Err(error), _) => Err(*error),
        (Ok(_), None) => Err(SignInError::PasskeyUnknown),
        (Ok(checked), Some(user)) => Ok((checked, user)),
    };
    let (checked, user) = match proof {
        Ok(found) => found,
        Err(error) => return refuse(writer, work, user.as_ref(), error).await,
    };
    let stored = writer.passkey(&checked.passkey).await?;
    let unchanged = stored.filter(|key| key.user_id == checked.user && key.dynamic_state == checked.before);
    let Some(aaguid) = unchanged.map(|key| key.aaguid) else {
        return refuse(writer, work, Some(user), SignInError::PasskeyInvalid).await;
    };
    if work.password.is_some_and(|proof| !proof.still_proves(user)) {
        return refuse(writer, work, Some(user), SignInError::StaleFlow).await;
    }
    if !writer
        .spend_challenge(&checked.challenge, now + CHALLENGE_KEPT)
        .await?
    {
        return refuse(writer, work, Some(user), SignInError::StaleFlow).await;
    }
    if !user.account_enabled {
        return refuse(writer, work, Some(user), SignInError::AccountDisabled).await;
    }
    let rules = MethodRules::of(writer, user.id).await?;
    if !rules.lets_use_passkey(aaguid) {
        return refuse(writer, work, Some(user), SignInError::PasskeyNotAllowed).await;
    }
    writer
        .save_passkey_use(&checked.passkey, &checked.after, now)
        .await?;
    if let Some(proof) = work.password.filter(|_| user.must_change_password) {
        let error = SignInError::PasswordExpired;
        writer
            .insert_sign_in(&work.attempt.refused(Some(user), &steps, error))
            .await?;
        let finished = Some(FinishedMethod::Passkey);
        return Ok(Ending::ChangePassword(PasswordProof { finished, ..proof }));
    }
    let method = if work.password.is_some() {
        SessionMethod::PasswordAndPasskey
    } else {
        SessionMethod::Passkey
    };
    let session = work.opening.write(writer, user, method, None, now).await?;
    writer
        .insert_sign_in(&work.attempt.succeeded(user, &steps, session.id, method))
        .await?;
    Ok(Ending::Opened(session, Box::new(user.clone())))
}

/// A spent challenge is remembered for longer than its ceremony may last.
pub(crate) const CHALLENGE_KEPT: latchkey_domain::Seconds = latchkey_domain::Seconds(3600);

async fn refuse(
    writer: &mut Writer,
    work: &PasskeyAttempt,
    user: Option<&User>,
    error: SignInError,
) -> Result<Ending, StoreError> {
    writer
        .insert_sign_in(&work.attempt.refused(user, &work.steps(), error))
        .await?;
    Ok(Ending::Refused(error))
}

impl PasskeyAttempt {
    fn steps(&self) -> Vec<Step> {
        if self.password.is_some() {
            vec![Step::Password, Step::Passkey]
        } else {
            vec![Step::Passkey]
        }
    }
}
