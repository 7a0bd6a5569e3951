//! Whether somebody fits the conditions of a list.

use latchkey_domain::{Member, User};
use latchkey_store::{Reader, RegisteredKind, StoreError};

use super::{PeopleMethod, PeopleQuery, PeopleState};
use crate::Service;
use crate::passes::view_of;

impl Service {
    pub(super) async fn fits(
        &self,
        reader: &mut Reader,
        query: &PeopleQuery,
        words: &[String],
        user: &User,
    ) -> Result<bool, StoreError> {
        let named = words.iter().all(|word| latchkey_store::has_part(user, word));
        if !named || !self.is_in_state(reader, query.state, user).await? {
            return Ok(false);
        }
        if let Some(method) = query.method
            && !self.has_method(reader, method, user).await?
        {
            return Ok(false);
        }
        match query.group {
            Some(group) => reader.is_member(group, Member::User(user.id)).await,
            None => Ok(true),
        }
    }

    async fn is_in_state(
        &self,
        reader: &mut Reader,
        state: PeopleState,
        user: &User,
    ) -> Result<bool, StoreError> {
        Ok(match state {
            // Whoever is on the list of deleted accounts is deleted.
            PeopleState::Any | PeopleState::Deleted => true,
            PeopleState::Enabled => user.account_enabled,
            PeopleState::Disabled => !user.account_enabled,
            PeopleState::Locked => self.locks(reader, user, self.now()).await?.until().is_some(),
        })
    }

    async fn has_method(
        &self,
        reader: &mut Reader,
        method: PeopleMethod,
        user: &User,
    ) -> Result<bool, StoreError> {
        Ok(match method {
            PeopleMethod::Passkey => reader.has_registered(user.id, RegisteredKind::Passkey).await?,
            PeopleMethod::App => reader.has_registered(user.id, RegisteredKind::App).await?,
            PeopleMethod::Password => user.has_own_password(),
            PeopleMethod::Pass => {
                let pass = view_of(reader, user.id, self.now()).await?;
                pass.is_some_and(|view| view.usability.is_usable())
            }
            PeopleMethod::Bare => user.account_enabled && reader.is_bare(user.id).await?,
        })
    }
}
