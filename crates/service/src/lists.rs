//! Lists of groups by typed conditions; those of users are in `user_sight`.

use latchkey_domain::{Action, Caller, Group, may};
use latchkey_store::{Condition, GroupKey, ListQuery, Page};

use crate::{AccessError, Service};

impl Service {
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
