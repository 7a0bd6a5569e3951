//! Groups that the policies of methods name: what becomes of a policy when one of them is deleted.

use crate::{GroupId, IncludeTarget, MethodPolicies, MethodTargets, PassPolicy};

fn names(include: &[IncludeTarget], exclude: &[GroupId], group: GroupId) -> bool {
    include.contains(&IncludeTarget::Group(group)) || exclude.contains(&group)
}

fn forget(include: &mut Vec<IncludeTarget>, exclude: &mut Vec<GroupId>, group: GroupId) {
    include.retain(|target| *target != IncludeTarget::Group(group));
    exclude.retain(|named| *named != group);
}

impl PassPolicy {
    /// Whether it names this group.
    pub fn names(&self, group: GroupId) -> bool {
        names(&self.include, &self.exclude, group)
    }

    /// The policy without this group. One that is for nobody any more is off, so that it says why it gives nothing.
    #[must_use]
    pub fn without(&self, group: GroupId) -> Self {
        let mut new = self.clone();
        forget(&mut new.include, &mut new.exclude, group);
        new.enabled = new.enabled && !new.include.is_empty();
        new
    }
}

impl MethodTargets {
    fn names(&self, group: GroupId) -> bool {
        names(&self.include, &self.exclude, group)
    }

    /// Forgets a group; whether the method is for anybody still.
    fn forget(&mut self, group: GroupId) -> bool {
        forget(&mut self.include, &mut self.exclude, group);
        !self.include.is_empty()
    }
}

impl MethodPolicies {
    /// Whether one of its configurations names this group.
    pub fn names(&self, group: GroupId) -> bool {
        let campaign = &self.campaign;
        self.passkeys.targets.names(group)
            || self.apps.targets.names(group)
            || campaign.exclude.contains(&group)
            || campaign
                .include
                .iter()
                .any(|target| target.who == IncludeTarget::Group(group))
    }

    /// The policy without this group. A method that is for nobody any more is off.
    #[must_use]
    pub fn without(&self, group: GroupId) -> Self {
        let mut new = self.clone();
        new.passkeys.enabled = new.passkeys.targets.forget(group) && new.passkeys.enabled;
        new.apps.enabled = new.apps.targets.forget(group) && new.apps.enabled;
        let asked = &mut new.campaign.include;
        asked.retain(|target| target.who != IncludeTarget::Group(group));
        new.campaign.exclude.retain(|named| *named != group);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppPolicyChange, MethodPolicyChange, PassPolicyChange};

    const STAFF: GroupId = GroupId::from_bytes([1; 16]);
    const LEAVERS: GroupId = GroupId::from_bytes([2; 16]);

    #[test]
    fn a_group_that_goes_leaves_every_list() {
        let (include, exclude) = (Some(vec![IncludeTarget::Group(STAFF)]), Some(vec![LEAVERS]));
        let passes = PassPolicyChange {
            enabled: Some(true),
            include: include.clone(),
            exclude: exclude.clone(),
            ..PassPolicyChange::default()
        };
        let passes = PassPolicy::default().changed(&passes).unwrap();
        let apps = MethodPolicyChange::Apps(AppPolicyChange {
            enabled: Some(true),
            include,
            exclude,
        });
        let methods = MethodPolicies::default().changed(&apps).unwrap();
        assert!(passes.names(STAFF) && passes.names(LEAVERS));
        assert!(methods.names(STAFF) && methods.names(LEAVERS));

        let (fewer, same) = (passes.without(LEAVERS), methods.without(LEAVERS));
        assert!(fewer.is_enabled() && fewer.exclude().is_empty() && same.apps().enabled);
        assert!(!same.names(LEAVERS) && same.passkeys() == methods.passkeys());
        let (none, off) = (fewer.without(STAFF), same.without(STAFF));
        assert!(!none.is_enabled() && none.include().is_empty(), "{none:?}");
        assert!(!off.apps().enabled && off.passkeys().enabled, "{off:?}");
        assert_eq!(passes.without(GroupId::from_bytes([3; 16])), passes);
    }
}
