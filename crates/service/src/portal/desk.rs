//! Before a pass is issued: what the policy allows for this person, and what would be replaced; and forms that count
//! only once.

use std::sync::Arc;

use latchkey_crypto::sha256;
use latchkey_domain::{
    Action, Caller, PassPlan, PassPolicy, PassRefusal, PassRequest, PolicyScope, Seconds, TargetUser,
    Timestamp, User, UserId, UserRef, may,
};
use latchkey_store::{Reader, StoreError};

use crate::authorize::authorize_on_user;
use crate::group_members::members_are_shown;
use crate::passes::{policy_for, policy_scope, view_of};
use crate::{AccessError, Fault, PassView, Service, SignedIn};

/// What is known before a pass is issued.
#[derive(Debug, Clone)]
pub struct PassDesk {
    /// For whom.
    pub user: User,
    /// The person holds administrative roles, or is in a group that may hold some.
    pub privileged: bool,
    /// The pass that would be replaced.
    pub held: Option<PassView>,
    /// What the new pass must keep to.
    pub policy: Arc<PassPolicy>,
    /// Why none can be issued.
    pub refusal: Option<PassRefusal>,
    /// The same more exactly, where it doesn't depend on what is asked for.
    pub no_pass: Option<NoPass>,
    /// Wrong guesses lock passes of this name until then.
    pub locked_until: Option<Timestamp>,
    /// The moment of all this.
    pub now: Timestamp,
}

/// Why nobody can issue a pass to somebody, whatever is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPass {
    /// The person's home is another organisation.
    ExternalGuest,
    /// The policy has passes switched off.
    Off,
    /// The policy leaves out a group that the person is in: its name, where the caller sees who is in it.
    LeftOut(Option<String>),
    /// The person is in none of the groups that the policy is for.
    Outside,
}

/// A form older than this counts no more.
const FORM_LIFETIME: Seconds = Seconds(12 * 3600);

impl Service {
    /// Looks at what a pass for this person could be.
    ///
    /// # Errors
    /// [`AccessError`], as for issuing one.
    pub async fn pass_desk(&self, caller: &Caller, user: &UserRef) -> Result<PassDesk, AccessError> {
        let mut reader = self.store.snapshot().await?;
        self.look_at_desk(&mut reader, caller, user, PassRequest::default())
            .await
    }

    /// Looks at what such a pass would be for each of these people, as [`Self::pass_desk`] does for one.
    ///
    /// # Errors
    /// [`Fault`]; whoever can't have a pass has the reason in their place.
    pub async fn preview_passes(
        &self,
        caller: &Caller,
        users: &[UserRef],
        request: PassRequest,
    ) -> Result<Vec<Result<PassDesk, AccessError>>, Fault> {
        let mut reader = self.store.snapshot().await?;
        let mut desks = Vec::with_capacity(users.len());
        for user in users {
            desks.push(
                match self.look_at_desk(&mut reader, caller, user, request).await {
                    Err(AccessError::Fault(fault)) => return Err(fault),
                    looked => looked,
                },
            );
        }
        Ok(desks)
    }

    /// The policy that new passes keep to, for whoever may issue one to somebody ordinary.
    ///
    /// # Errors
    /// [`AccessError::Denied`], [`AccessError::Fault`]
    pub async fn policy_for_issuing(&self, caller: &Caller) -> Result<Arc<PassPolicy>, AccessError> {
        let somebody = TargetUser::ordinary(UserId::from_bytes([0; 16]));
        may(caller, Action::IssuePass, Some(&somebody))?;
        Ok(self.store.read().await?.policy().await?)
    }

    async fn look_at_desk(
        &self,
        reader: &mut Reader,
        caller: &Caller,
        user: &UserRef,
        request: PassRequest,
    ) -> Result<PassDesk, AccessError> {
        let now = self.now();
        let (user, target, _) = authorize_on_user(reader, caller, Action::IssuePass, user).await?;
        let (policy, view) = policy_for(reader, user.id).await?;
        let in_scope = view.user_in_scope || self.settings.allow_pass_outside_policy;
        let guest = user.is_external_guest();
        let refusal = PassPlan::new(request, &policy, in_scope, guest, now).err();
        Ok(PassDesk {
            privileged: !target.roles.is_empty() || target.in_role_assignable_group,
            held: view_of(reader, user.id, now).await?,
            locked_until: self.locks(reader, &user, now).await?.pass,
            no_pass: match refusal {
                Some(refusal) => no_pass(reader, caller, user.id, &policy, refusal).await?,
                None => None,
            },
            policy,
            refusal,
            user,
            now,
        })
    }

    /// A mark for a form whose answer must not come twice, such as one that shows a code.
    pub fn form_mark(&self) -> String {
        latchkey_domain::CorrelationId::from_bytes(self.ordered_id()).to_string()
    }

    /// Uses the mark of a form up. False: it was used in this session before, or is too old.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn take_form(&self, signed_in: &SignedIn, mark: &str) -> Result<bool, Fault> {
        let now = self.now();
        let Some(made) = made_at(mark).filter(|made| now < *made + FORM_LIFETIME) else {
            return Ok(false);
        };
        let hash = sha256(format!("form {} {mark}", signed_in.session.id).as_bytes());
        self.store
            .write_with((hash, made + FORM_LIFETIME), |writer, (hash, until)| {
                Box::pin(async move { writer.spend_challenge(hash, *until).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }
}

/// What is behind a refusal of the policy.
pub(super) async fn no_pass(
    reader: &mut Reader,
    caller: &Caller,
    user: UserId,
    policy: &PassPolicy,
    refusal: PassRefusal,
) -> Result<Option<NoPass>, StoreError> {
    Ok(match refusal {
        PassRefusal::ExternalGuest => Some(NoPass::ExternalGuest),
        PassRefusal::PolicyForbids if !policy.is_enabled() => Some(NoPass::Off),
        PassRefusal::PolicyForbids => Some(match policy_scope(reader, user, policy).await? {
            PolicyScope::Excluded(group) => {
                let group = reader.group(group).await?;
                let shown = match &group {
                    Some(group) => {
                        may(caller, Action::ReadGroups, None).is_ok()
                            && members_are_shown(reader, caller, group).await?
                    }
                    None => false,
                };
                let name = group.filter(|_| shown).map(|group| group.properties.display_name);
                NoPass::LeftOut(name)
            }
            _ => NoPass::Outside,
        }),
        _ => None,
    })
}

/// When a mark was made: its id grows with time, milliseconds in its first 48 bits (RFC 9562, 5.7).
fn made_at(mark: &str) -> Option<Timestamp> {
    let id: latchkey_domain::CorrelationId = mark.parse().ok()?;
    let millis = id
        .as_bytes()
        .iter()
        .take(6)
        .fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
    Some(Timestamp::from_micros(millis.saturating_mul(1000)))
}
