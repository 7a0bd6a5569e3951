//! Which credential page comes first (sign-in contract 2.3).

use latchkey_domain::{promptable, usability};
use latchkey_store::{Reader, StoreError};

use super::guesses::Guessed;
use super::{Flow, SignInFailure};
use crate::passes::policy_for;
use crate::{RequestInfo, Service};
use latchkey_domain::{Timestamp, User, UserId, UserRef};

/// The page that asks for the first credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstPage {
    /// The person has a pass that works right now.
    Pass,
    /// The name's domain is handed to another provider: the person goes there.
    Federated,
    /// Everyone else, unknown names too.
    Password,
    /// A choice of all ways, the same for every name: the operator wants it so.
    Choice,
}

/// The user's id, or one that nobody has. What is asked of the store about a user is asked about nobody, too, so that its time does not
/// tell who exists (sign-in contract 11.4).
pub(super) fn id_or_nobody(user: Option<&User>) -> UserId {
    user.map_or(UserId::from_bytes([0; 16]), |user| user.id)
}

/// Whether the user has a pass that a page may offer.
pub(crate) async fn has_promptable_pass(
    reader: &mut Reader,
    user: Option<&User>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id = id_or_nobody(user);
    let stored = reader.pass_of(id).await?;
    let (_, policy) = policy_for(reader, id).await?;
    let (Some(user), Some(stored)) = (user, stored) else {
        return Ok(false);
    };
    let usability = usability(&stored.pass, policy, now);
    Ok(promptable(
        usability,
        user.account_enabled,
        user.is_external_guest(),
    ))
}

impl Service {
    /// Chooses the page for the name in the flow. The one thing that it tells about the name is whether
    /// a pass works for it right now; while guesses at its pass are refused, not even that (sign-in contract 11.4).
    /// `device` as in [`Service::sign_in_with_pass`].
    ///
    /// # Errors
    /// [`SignInFailure`] when the flow has no name, or the store fails.
    pub async fn first_page(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        device: Option<&str>,
    ) -> Result<FirstPage, SignInFailure> {
        let upn = flow.upn()?;
        let mut reader = self.store.read().await?;
        let federation = reader.federation(upn.domain()).await?;
        if flow.without_pass {
            return Ok(match federation {
                Some(_) => FirstPage::Federated,
                None => FirstPage::Password,
            });
        }
        if self.settings.uniform_prompt {
            return Ok(FirstPage::Choice);
        }
        let (now, counters) = (self.now(), self.counters(Guessed::Pass, &upn, device, info));
        let user = reader.user(&UserRef::Name(upn)).await?;
        // Asked for whoever it is, so that the time of the answer tells nothing.
        let locked = counters.locked(&mut reader, now).await?.is_some();
        let prompt = has_promptable_pass(&mut reader, user.as_ref(), now).await? && !locked;
        Ok(match federation {
            Some(stored) if !prompt || !stored.federation.pass_comes_first() => FirstPage::Federated,
            _ if prompt => FirstPage::Pass,
            _ => FirstPage::Password,
        })
    }
}
