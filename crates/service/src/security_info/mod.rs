//! Security info: what people see and change of their own sign-in methods.
//!
//! Sign-in contract 5 and 6. Every change asks how long ago the person was checked, when it starts and again
//! in the transaction that makes it.

mod overview;
mod passkeys;
mod password;
mod sign_ins;
mod totp;

use latchkey_domain::{
    ChangeKind, Denied, FreshnessError, Session, SessionId, SessionMethod, Timestamp, User,
};
use latchkey_store::{Reader, StoreError};

pub use overview::{MethodsOverview, PassStatus};
pub use passkeys::{PasskeyDraft, PasskeyRegistration};
pub use password::PasswordChangeError;
pub use sign_ins::may_be_disowned;
pub use totp::TotpRegistration;

use crate::method_policy::MethodRules;
use crate::sign_in::has_promptable_pass;
use crate::{Fault, Service};

/// Why a change of one's own methods was not made.
#[derive(Debug, thiserror::Error)]
pub enum OwnMethodError {
    /// The last strong check is too long ago; sign in again. `possible` tells whether the person has
    /// anything left to do so with (sign-in contract 5.1).
    #[error("the sign-in is too long ago for this change")]
    TooLate {
        /// Whether there is a method to sign in with again.
        possible: bool,
    },
    /// The session ended meanwhile.
    #[error("the session has ended")]
    SessionEnded,
    /// The form is missing, forged, of another session or too old: start again.
    #[error("the form is stale")]
    StaleForm,
    /// The person has the most of this kind already.
    #[error("there can be no more than {most} of this kind")]
    TooMany {
        /// So many are allowed.
        most: usize,
    },
    /// The policy doesn't let this person add such a method themselves.
    #[error("the policy does not let this person add such a method")]
    NotOffered,
    /// The policy doesn't take passkeys of this make.
    #[error("the policy does not take passkeys of this make")]
    MakeNotAllowed,
    /// The policy takes only passkeys for which their maker vouches.
    #[error("nobody vouches for this passkey")]
    NotAttested,
    /// The passkey is registered already.
    #[error("this passkey is registered already")]
    AlreadyRegistered,
    /// The authenticator's answer did not pass the checks.
    #[error("the passkey could not be verified")]
    PasskeyInvalid,
    /// The code of the authenticator app is wrong.
    #[error("the code is not right")]
    WrongCode,
    /// Too many wrong codes: the wizard starts again with a new key.
    #[error("too many wrong codes")]
    TooManyWrongCodes,
    /// A name is empty, too long, or has control characters.
    #[error("a name has 1 to 64 characters")]
    BadName,
    /// There is no such method.
    #[error("no such method")]
    NotFound,
    /// Not allowed on these pages.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Not the person's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for OwnMethodError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Checks a name that a person gives to a method.
pub(crate) fn method_name(typed: &str) -> Result<String, OwnMethodError> {
    let name = typed.trim();
    let fits = (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(OwnMethodError::BadName)
    }
}

impl Service {
    /// The session as it is now, in the transaction of a change, if it is still fresh enough for it.
    pub(crate) async fn fresh_session(
        reader: &mut Reader,
        session: SessionId,
        change: ChangeKind,
        now: Timestamp,
    ) -> Result<(Session, User), OwnMethodError> {
        let found = reader.session_by_id(session).await?;
        let live = found
            .filter(|(session, user)| user.account_enabled && session.is_live(user.sessions_valid_from, now));
        let (session, user) = live.ok_or(OwnMethodError::SessionEnded)?;
        match session.check_fresh(change, now) {
            Ok(()) => Ok((session, user)),
            Err(FreshnessError) => Err(OwnMethodError::TooLate {
                possible: can_sign_in_again(reader, &session, &user, now).await?,
            }),
        }
    }

    /// Whether a change of this kind may start now.
    ///
    /// # Errors
    /// [`OwnMethodError::TooLate`], [`OwnMethodError::SessionEnded`], [`OwnMethodError::Fault`]
    pub async fn may_start_change(
        &self,
        session: &Session,
        change: ChangeKind,
    ) -> Result<(), OwnMethodError> {
        let mut reader = self.store.read().await?;
        Self::fresh_session(&mut reader, session.id, change, self.now())
            .await
            .map(drop)
    }
}

/// Whether the person has something to prove themselves with again as these pages want it: a pass that works now, a
/// passkey that the policy takes, a password and an app, or their own organisation's word.
async fn can_sign_in_again(
    reader: &mut Reader,
    session: &Session,
    user: &User,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let elsewhere = matches!(session.method, SessionMethod::Federated { multifactor: true });
    if elsewhere || has_promptable_pass(reader, Some(user), now).await? {
        return Ok(true);
    }
    if user.has_own_password() && !reader.totp_apps_of(user.id).await?.is_empty() {
        return Ok(true);
    }
    let rules = MethodRules::of(reader, user.id).await?;
    let passkeys = reader.passkeys_of(user.id).await?;
    Ok(passkeys.iter().any(|key| rules.lets_use_passkey(key.aaguid)))
}
