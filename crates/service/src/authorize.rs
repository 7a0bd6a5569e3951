//! Permission for what is aimed at a user: one order of checks for all such use cases.

use latchkey_domain::{Action, Caller, Denied, Permit, TargetUser, User, UserId, UserRef, may};
use latchkey_store::{Reader, StoreError};

use crate::{Fault, Service};

/// Why a use case on a user stops before it begins.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The caller might, but there is no such user.
    #[error("no such user")]
    NoSuchUser,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Finds the user and asks whether the caller may.
///
/// Permission comes before existence (Graph contract 2): whoever may not act on an ordinary user learns
/// nothing of who exists.
pub(crate) async fn authorize_on_user(
    reader: &mut Reader,
    caller: &Caller,
    action: Action,
    user: &UserRef,
) -> Result<(User, TargetUser, Permit), AccessError> {
    let Some(user) = reader.user(user).await? else {
        let nobody = TargetUser::ordinary(UserId::from_bytes([0; 16]));
        may(caller, action, Some(&nobody))?;
        return Err(AccessError::NoSuchUser);
    };
    let target = reader.target_standing(user.id).await?;
    let permit = may(caller, action, Some(&target))?;
    Ok((user, target, permit))
}

/// As [`authorize_on_user`], for reading: an application's permission does not depend on who the target
/// is, so that the target's roles need not be read.
pub(crate) async fn authorize_reading_of_user(
    reader: &mut Reader,
    caller: &Caller,
    action: Action,
    user: &UserRef,
) -> Result<User, AccessError> {
    if let Caller::Application { .. } = caller {
        may(caller, action, None)?;
        return reader.user(user).await?.ok_or(AccessError::NoSuchUser);
    }
    authorize_on_user(reader, caller, action, user)
        .await
        .map(|(user, ..)| user)
}

impl Service {
    /// The user of this key, for a caller who may do something that is not aimed at a user.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn find_user(
        &self,
        caller: &Caller,
        action: Action,
        user: &UserRef,
    ) -> Result<User, AccessError> {
        may(caller, action, None)?;
        let found = self.store.read().await?.user(user).await?;
        found.ok_or(AccessError::NoSuchUser)
    }
}
