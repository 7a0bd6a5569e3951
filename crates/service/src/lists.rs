//! Lists of users and groups by typed conditions.

use latchkey_domain::{Action, Caller, Group, User, may};
use latchkey_store::{Condition, GroupKey, ListQuery, Page, UserKey};

use crate::{AccessError, Service};

impl Service {
    /// A page of the accounts that the query is about.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn query_users(
        &self,
        caller: &Caller,
        query: &ListQuery<UserKey>,
    ) -> Result<Page<User>, AccessError> {
        may(caller, Action::ListUsers, None)?;
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
        may(caller, Action::ListUsers, None)?;
        Ok(self.store.read().await?.count_users_with(condition).await?)
    }

    /// A page of the groups that the query is about.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn query_groups(
        &self,
        caller: &Caller,
        query: &ListQuery<GroupKey>,
    ) -> Result<Page<Group>, AccessError> {
        may(caller, Action::ReadGroups, None)?;
        Ok(self.store.read().await?.list_groups(query).await?)
    }

    /// How many groups meet the condition.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn count_groups_with(
        &self,
        caller: &Caller,
        condition: &Condition<GroupKey>,
    ) -> Result<i64, AccessError> {
        may(caller, Action::ReadGroups, None)?;
        Ok(self.store.read().await?.count_groups_with(condition).await?)
    }
}
