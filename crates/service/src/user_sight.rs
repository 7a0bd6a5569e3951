//! Accounts as they are read: one, or a list, whole or no more than who people are (Graph contract 7.1 and 7.2).

use latchkey_domain::{Action, Caller, TextProperty, User, UserId, UserRef, may};
use latchkey_store::{Condition, ListQuery, Page, SignInMoment, UserFilter, UserKey};

use crate::authorize::authorize_reading_of_user;
use crate::{AccessError, Service};

/// How much of people's accounts a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSight {
    /// All that there is to see.
    Whole,
    /// Names, mail address and id.
    Basics,
}

/// When somebody last signed in, as far back as the sign-in log is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignInActivity {
    /// Their last attempt, right or wrong.
    pub last: Option<SignInMoment>,
    /// Their last one that succeeded.
    pub last_successful: Option<SignInMoment>,
    /// The last time that an application signed them in without them, right or wrong.
    pub last_silent: Option<SignInMoment>,
}

impl Service {
    /// When these people last signed in, in their order; for who may read the sign-in log.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn sign_in_activity(
        &self,
        caller: &Caller,
        users: &[UserId],
    ) -> Result<Vec<Option<SignInActivity>>, AccessError> {
        may(caller, Action::ReadSignIns, None)?;
        let mut reader = self.store.read().await?;
        let mut found = Vec::with_capacity(users.len());
        for user in users {
            let activity = SignInActivity {
                last: reader.last_sign_in(*user).await?,
                last_successful: reader.last_successful_sign_in(*user).await?,
                last_silent: reader.last_silent_sign_in(*user).await?,
            };
            found.push((activity != SignInActivity::default()).then_some(activity));
        }
        Ok(found)
    }

    /// One account, for who sees all of it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn show_user(&self, caller: &Caller, user: &UserRef) -> Result<User, AccessError> {
        let mut reader = self.store.read().await?;
        authorize_reading_of_user(&mut reader, caller, Action::ReadUser, user).await
    }

    /// One account, with how much of it may be shown.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn see_user(&self, caller: &Caller, user: &UserRef) -> Result<(User, UserSight), AccessError> {
        match self.show_user(caller, user).await {
            Err(AccessError::Denied(_)) => {
                let mut reader = self.store.read().await?;
                let action = Action::ReadUserBasics;
                let found = authorize_reading_of_user(&mut reader, caller, action, user).await?;
                Ok((found, UserSight::Basics))
            }
            other => Ok((other?, UserSight::Whole)),
        }
    }

    /// How much of the accounts in a list may be shown.
    ///
    /// # Errors
    /// [`AccessError::Denied`]
    pub fn sight_of_users(&self, caller: &Caller) -> Result<UserSight, AccessError> {
        if may(caller, Action::ListUsers, None).is_ok() {
            return Ok(UserSight::Whole);
        }
        may(caller, Action::ListUserBasics, None)?;
        Ok(UserSight::Basics)
    }

    /// A page of accounts in the order of their names, those after the name key `after`.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list_users(
        &self,
        caller: &Caller,
        filter: Option<&UserFilter>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<User>, AccessError> {
        may(caller, Action::ListUsers, None)?;
        Ok(self.store.read().await?.users_page(filter, after, limit).await?)
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn count_users(&self, caller: &Caller) -> Result<i64, AccessError> {
        may(caller, Action::ListUsers, None)?;
        Ok(self.store.read().await?.count_users().await?)
    }

    /// A page of the accounts that the query is about.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn query_users(
        &self,
        caller: &Caller,
        query: &ListQuery<UserKey>,
    ) -> Result<Page<User>, AccessError> {
        may_ask(caller, &query.condition, query.order)?;
        Ok(self.store.read().await?.list_users(query).await?)
    }

    /// How many accounts meet the condition.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn count_users_with(
        &self,
        caller: &Caller,
        condition: &Condition<UserKey>,
    ) -> Result<i64, AccessError> {
        may_ask(caller, condition, None)?;
        Ok(self.store.read().await?.count_users_with(condition).await?)
    }
}

/// Whether the caller may list people so. What they don't see they don't ask for either: a filter would tell it.
fn may_ask(
    caller: &Caller,
    condition: &Condition<UserKey>,
    order: Option<(UserKey, bool)>,
) -> Result<(), AccessError> {
    let basics = asks_for_basics(condition) && order.is_none_or(|(key, _)| is_basic(key));
    let action = if basics {
        Action::ListUserBasics
    } else {
        Action::ListUsers
    };
    may(caller, action, None)?;
    Ok(())
}

fn asks_for_basics(condition: &Condition<UserKey>) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(asks_for_basics),
        Condition::Not(part) => asks_for_basics(part),
        Condition::Is(key, _) => is_basic(*key),
    }
}

const fn is_basic(key: UserKey) -> bool {
    matches!(
        key,
        UserKey::Id
            | UserKey::Upn
            | UserKey::DisplayName
            | UserKey::Text(TextProperty::GivenName | TextProperty::Surname | TextProperty::Mail)
    )
}
