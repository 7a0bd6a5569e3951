//! Which credential page comes first (sign-in contract 2.3).

use latchkey_domain::{promptable, usability};
use latchkey_store::{Reader, StoreError};

use super::{Flow, SignInFailure};
use crate::Service;
use crate::passes::policy_for;
use latchkey_domain::{Timestamp, User, UserRef};

/// The page that asks for the first credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstPage {
    /// The person has a pass that works right now.
    Pass,
    /// Everyone else, unknown names too.
    Password,
}

/// Whether the user has a pass that a page may offer.
pub(super) async fn has_promptable_pass(
    reader: &mut Reader,
    user: &User,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(stored) = reader.pass_of(user.id).await? else {
        return Ok(false);
    };
    let (_, policy) = policy_for(reader, user.id).await?;
    let usability = usability(&stored.pass, policy, now);
    Ok(promptable(
        usability,
        user.account_enabled,
        user.is_external_guest(),
    ))
}

impl Service {
    /// Chooses the page for the name in the flow. The one thing that it tells about the name is whether
    /// a pass works for it right now (sign-in contract 11.4).
    ///
    /// # Errors
    /// [`SignInFailure`] when the flow has no name, or the store fails.
    pub async fn first_page(&self, flow: &Flow) -> Result<FirstPage, SignInFailure> {
        let upn = flow.upn()?;
        let mut reader = self.store.read().await?;
        let user = reader.user(&UserRef::Name(upn)).await?;
        let prompt = match &user {
            Some(user) => has_promptable_pass(&mut reader, user, self.now()).await?,
            None => false,
        };
        Ok(if prompt {
            FirstPage::Pass
        } else {
            FirstPage::Password
        })
    }
}
