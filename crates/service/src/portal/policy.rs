//! The pass policy as its page shows it, and what it means for one person at this moment.

use std::sync::Arc;

use latchkey_domain::{
    Action, Caller, Group, GroupId, IncludeTarget, Pass, PassId, PassPlan, PassPolicy, PassRefusal,
    PassRequest, PolicyScope, PolicyView, Timestamp, Usability, User, may, promptable, usability,
};
use latchkey_store::{Reader, StoreError};

use crate::passes::{policy_scope, view_of};
use crate::policy::policy_version;
use crate::{AccessError, PassView, PeopleQuery, PeopleState, Service};

/// The policy in force with the groups that it names.
#[derive(Debug, Clone)]
pub struct PolicyDesk {
    /// It.
    pub policy: Arc<PassPolicy>,
    /// The groups that it names, those that still exist.
    pub groups: Vec<Group>,
    /// Tells whether it is still the same when a change comes.
    pub version: String,
}

/// Whether somebody could get a pass, and use it, at this moment. Every reason is a rule's own answer.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// Who.
    pub user: User,
    /// How the policy reaches them.
    pub scope: PolicyScope,
    /// The group through which it does.
    pub through: Option<Group>,
    /// Why no pass can be issued, whatever is asked for.
    pub refusal: Option<PassRefusal>,
    /// What a pass that is issued now would be; `None` where none can.
    pub new_pass: Option<Usability>,
    /// The pass that there is, where the caller may see it.
    pub held: Option<PassView>,
    /// A page would ask for a pass that works: the account may sign in, and is no guest's.
    pub promptable: bool,
    /// Wrong guesses lock passes of this name until then.
    pub locked_until: Option<Timestamp>,
}

impl PolicyDesk {
    /// The groups that may have a pass; `None`: everyone may.
    pub fn included(&self) -> Option<Vec<GroupId>> {
        let include = self.policy.include();
        let group = |target: &IncludeTarget| match target {
            IncludeTarget::AllUsers => None,
            IncludeTarget::Group(group) => Some(*group),
        };
        (!include.contains(&IncludeTarget::AllUsers)).then(|| include.iter().filter_map(group).collect())
    }
}

/// So many people are looked at.
const MOST: usize = 5;

impl Service {
    /// The pass policy as its page shows it.
    ///
    /// # Errors
    /// [`AccessError::Denied`], [`AccessError::Fault`]
    pub async fn policy_desk(&self, caller: &Caller) -> Result<PolicyDesk, AccessError> {
        may(caller, Action::ReadPolicy, None)?;
        let mut reader = self.store.snapshot().await?;
        let policy = reader.policy().await?;
        let included = policy.include().iter().filter_map(|target| match target {
            IncludeTarget::AllUsers => None,
            IncludeTarget::Group(group) => Some(*group),
        });
        let mut named: Vec<GroupId> = included.chain(policy.exclude().iter().copied()).collect();
        named.sort_unstable();
        named.dedup();
        let mut groups = Vec::new();
        for id in named {
            groups.extend(reader.group(id).await?);
        }
        groups.sort_by_cached_key(|group| group.properties.display_name.to_lowercase());
        Ok(PolicyDesk {
            version: policy_version(&policy),
            policy,
            groups,
        })
    }

    /// What the policy means for the first few people of this name, and whether there are more of them.
    ///
    /// # Errors
    /// [`AccessError::Denied`], [`AccessError::Fault`]
    pub async fn what_if(&self, caller: &Caller, text: &str) -> Result<(Vec<WhatIf>, bool), AccessError> {
        may(caller, Action::ReadPolicy, None)?;
        let query = PeopleQuery {
            text: text.to_owned(),
            state: PeopleState::Any,
            method: None,
            group: None,
            after: None,
            limit: MOST,
        };
        let found = self.find_people(caller, &query).await?;
        let more = found.next.is_some();
        let mut reader = self.store.snapshot().await?;
        let mut answers = Vec::new();
        for person in found.people {
            answers.push(self.ask_policy(&mut reader, caller, person.user).await?);
        }
        Ok((answers, more))
    }

    async fn ask_policy(
        &self,
        reader: &mut Reader,
        caller: &Caller,
        user: User,
    ) -> Result<WhatIf, StoreError> {
        let now = self.now();
        let policy = reader.policy().await?;
        let scope = policy_scope(reader, user.id, &policy).await?;
        let through = match scope {
            PolicyScope::Through(group) | PolicyScope::Excluded(group) => reader.group(group).await?,
            PolicyScope::Everyone | PolicyScope::Outside => None,
        };
        let issuable = scope.is_inside() || self.settings.allow_pass_outside_policy;
        let guest = user.is_external_guest();
        let plan = PassPlan::new(PassRequest::default(), &policy, issuable, guest, now);
        let view = PolicyView {
            enabled: policy.is_enabled(),
            one_time_only: policy.is_one_time_only(),
            user_in_scope: scope.is_inside(),
        };
        let new_pass = plan.as_ref().ok().map(|plan| {
            let pass = Pass {
                id: PassId::from_bytes([0; 16]),
                user_id: user.id,
                created_at: now,
                start_at: plan.start_at,
                lifetime: plan.lifetime,
                one_time: plan.one_time,
                used_at: None,
                blocked_at: None,
                from_console: false,
            };
            usability(&pass, view, now)
        });
        let target = reader.target_standing(user.id).await?;
        let held = if may(caller, Action::ReadPass, Some(&target)).is_ok() {
            view_of(reader, user.id, now).await?
        } else {
            None
        };
        Ok(WhatIf {
            promptable: promptable(Usability::EnabledByPolicy, user.account_enabled, guest),
            locked_until: self.locks(reader, &user, now).await?.pass,
            scope,
            through,
            refusal: plan.err(),
            new_pass,
            held,
            user,
        })
    }
}
