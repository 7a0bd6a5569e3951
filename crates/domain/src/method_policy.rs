//! Which methods people may add and use: the `Fido2` and `SoftwareOath` configurations of the authentication methods
//! policy, and its registration campaign.
//!
//! Graph contract 5.1 and 5.3; what the policy means for passkeys: sign-in contract 6.5.

use serde::{Deserialize, Serialize};

use crate::policy::scope_of;
use crate::{Aaguid, GroupId, IncludeTarget, PolicyError, PolicyField, PolicyScope};

/// Whom a configuration reaches: exclusion wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodTargets {
    /// Those who may have the method.
    pub include: Vec<IncludeTarget>,
    /// Those who may not, whatever `include` says.
    pub exclude: Vec<GroupId>,
}

/// Whether the listed makes of authenticators are the only ones, or the ones that are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyRule {
    /// Only these.
    Allow,
    /// All but these.
    Block,
}

/// Which makes of authenticators are taken (`keyRestrictions`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRestrictions {
    /// Whether the list counts at all.
    pub enforced: bool,
    /// What it means.
    pub rule: KeyRule,
    /// The makes.
    pub aaguids: Vec<Aaguid>,
}

/// The `Fido2` configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyPolicy {
    /// Whether passkeys can be added and used at all.
    pub enabled: bool,
    /// Whether people may add passkeys themselves.
    pub self_service: bool,
    /// Whether only passkeys are registered for which their maker vouches (`isAttestationEnforced`).
    #[serde(default)]
    pub attestation: bool,
    /// Which makes are taken.
    pub restrictions: KeyRestrictions,
    /// Who may have passkeys.
    pub targets: MethodTargets,
}

/// The `SoftwareOath` configuration: authenticator apps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppPolicy {
    /// Whether authenticator apps can be added at all.
    pub enabled: bool,
    /// Who may have them.
    pub targets: MethodTargets,
}

/// Whether the campaign runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CampaignState {
    /// As the vendor thinks best: off.
    Default,
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

/// What a campaign asks people to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CampaignMethod {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    App,
}

/// Whom a campaign asks for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignTarget {
    /// Whom.
    pub who: IncludeTarget,
    /// For what.
    pub method: CampaignMethod,
}

/// Asks people who sign in to add a method (`authenticationMethodsRegistrationCampaign`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Whether it runs.
    pub state: CampaignState,
    /// Days for which one may put it off, 0–14; 0 asks at each sign-in.
    pub snooze_days: u8,
    /// Whether putting it off ends after three times.
    pub limited_snoozes: bool,
    /// Whom it asks for what; the first that fits somebody counts.
    pub include: Vec<CampaignTarget>,
    /// Whom it never asks.
    pub exclude: Vec<GroupId>,
}

/// The whole policy but passes, which have a [policy](crate::PassPolicy) of their own. Made by
/// [`MethodPolicies::default`] and [`MethodPolicies::changed`], so one that breaks a rule can't exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodPolicies {
    pub(crate) passkeys: PasskeyPolicy,
    pub(crate) apps: AppPolicy,
    pub(crate) campaign: Campaign,
}

/// A wish to change one configuration; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodPolicyChange {
    /// Of passkeys.
    Passkeys(PasskeyPolicyChange),
    /// Of authenticator apps.
    Apps(AppPolicyChange),
    /// Of the campaign.
    Campaign(CampaignChange),
    /// Passkeys back to the default.
    RevertPasskeys,
    /// Authenticator apps back to the default.
    RevertApps,
}

/// What is to change about passkeys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PasskeyPolicyChange {
    /// See [`PasskeyPolicy::enabled`].
    pub enabled: Option<bool>,
    /// See [`PasskeyPolicy::self_service`].
    pub self_service: Option<bool>,
    /// See [`PasskeyPolicy::attestation`].
    pub attestation: Option<bool>,
    /// See [`KeyRestrictions::enforced`].
    pub enforced: Option<bool>,
    /// See [`KeyRestrictions::rule`].
    pub rule: Option<KeyRule>,
    /// Replaces the list of makes.
    pub aaguids: Option<Vec<Aaguid>>,
    /// Replaces the list of those who may.
    pub include: Option<Vec<IncludeTarget>>,
    /// Replaces the list of those who may not.
    pub exclude: Option<Vec<GroupId>>,
}

/// What is to change about authenticator apps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppPolicyChange {
    /// See [`AppPolicy::enabled`].
    pub enabled: Option<bool>,
    /// Replaces the list of those who may.
    pub include: Option<Vec<IncludeTarget>>,
    /// Replaces the list of those who may not.
    pub exclude: Option<Vec<GroupId>>,
}

/// What is to change about the campaign. Numbers come as the wire gave them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampaignChange {
    /// See [`Campaign::state`].
    pub state: Option<CampaignState>,
    /// See [`Campaign::snooze_days`].
    pub snooze_days: Option<i64>,
    /// See [`Campaign::limited_snoozes`].
    pub limited_snoozes: Option<bool>,
    /// Replaces the list of those who are asked.
    pub include: Option<Vec<CampaignTarget>>,
    /// Replaces the list of those who are not.
    pub exclude: Option<Vec<GroupId>>,
}

impl MethodTargets {
    fn changed(&self, include: Option<&Vec<IncludeTarget>>, exclude: Option<&Vec<GroupId>>) -> Self {
        Self {
            include: include.unwrap_or(&self.include).clone(),
            exclude: exclude.unwrap_or(&self.exclude).clone(),
        }
    }

    /// How a member of these groups (nested membership resolved) is reached.
    pub fn scope(&self, groups: &[GroupId]) -> PolicyScope {
        scope_of(&self.include, &self.exclude, groups)
    }

    fn name_groups(&self) -> bool {
        let is_group = |target: &IncludeTarget| *target != IncludeTarget::AllUsers;
        !self.exclude.is_empty() || self.include.iter().any(is_group)
    }

    fn check(&self, enabled: bool) -> Result<(), PolicyError> {
        if enabled && self.include.is_empty() {
            Err(PolicyError::NoTargets)
        } else {
            Ok(())
        }
    }
}

impl Default for MethodTargets {
    fn default() -> Self {
        Self {
            include: vec![IncludeTarget::AllUsers],
            exclude: Vec::new(),
        }
    }
}

impl KeyRestrictions {
    /// Whether an authenticator of this make is taken. One that doesn't tell its make (all zero) counts as a make.
    pub fn take(&self, aaguid: Aaguid) -> bool {
        let listed = self.aaguids.contains(&aaguid);
        match self.rule {
            _ if !self.enforced => true,
            KeyRule::Allow => listed,
            KeyRule::Block => !listed,
        }
    }
}

impl PasskeyPolicy {
    fn changed(&self, change: &PasskeyPolicyChange) -> Result<Self, PolicyError> {
        let restrictions = KeyRestrictions {
            enforced: change.enforced.unwrap_or(self.restrictions.enforced),
            rule: change.rule.unwrap_or(self.restrictions.rule),
            aaguids: change
                .aaguids
                .as_ref()
                .unwrap_or(&self.restrictions.aaguids)
                .clone(),
        };
        if restrictions.enforced && restrictions.rule == KeyRule::Allow && restrictions.aaguids.is_empty() {
            return Err(PolicyError::NothingAllowed);
        }
        let new = Self {
            enabled: change.enabled.unwrap_or(self.enabled),
            self_service: change.self_service.unwrap_or(self.self_service),
            attestation: change.attestation.unwrap_or(self.attestation),
            restrictions,
            targets: self
                .targets
                .changed(change.include.as_ref(), change.exclude.as_ref()),
        };
        new.targets.check(new.enabled)?;
        Ok(new)
    }

    /// Whether a member of these groups may have passkeys.
    pub fn reaches(&self, groups: &[GroupId]) -> bool {
        self.enabled && self.targets.scope(groups).is_inside()
    }

    /// Whether a member of these groups may add passkeys themselves.
    pub fn lets_add(&self, groups: &[GroupId]) -> bool {
        self.self_service && self.reaches(groups)
    }

    /// Whether a passkey may be registered, given whether its maker was found to vouch for it. Those that are registered
    /// already are used on.
    pub const fn lets_register(&self, attested: bool) -> bool {
        attested || !self.attestation
    }

    /// Whether a member of these groups may use a passkey of this make.
    pub fn lets_use(&self, groups: &[GroupId], aaguid: Aaguid) -> bool {
        self.reaches(groups) && self.restrictions.take(aaguid)
    }
}

impl Default for PasskeyPolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            self_service: true,
            attestation: false,
            restrictions: KeyRestrictions {
                enforced: false,
                rule: KeyRule::Block,
                aaguids: Vec::new(),
            },
            targets: MethodTargets::default(),
        }
    }
}

impl AppPolicy {
    fn changed(&self, change: &AppPolicyChange) -> Result<Self, PolicyError> {
        let new = Self {
            enabled: change.enabled.unwrap_or(self.enabled),
            targets: self
                .targets
                .changed(change.include.as_ref(), change.exclude.as_ref()),
        };
        new.targets.check(new.enabled)?;
        Ok(new)
    }

    /// Whether a member of these groups may add authenticator apps.
    pub fn lets_add(&self, groups: &[GroupId]) -> bool {
        self.enabled && self.targets.scope(groups).is_inside()
    }
}

impl Default for AppPolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            targets: MethodTargets::default(),
        }
    }
}

impl Campaign {
    /// The longest time for which it can be put off.
    pub const LONGEST_SNOOZE: u8 = 14;

    fn changed(&self, change: &CampaignChange) -> Result<Self, PolicyError> {
        let snooze_days = match change.snooze_days {
            None => self.snooze_days,
            Some(days) => u8::try_from(days)
                .ok()
                .filter(|days| *days <= Self::LONGEST_SNOOZE)
                .ok_or(PolicyError::OutOfRange {
                    field: PolicyField::Snooze,
                    low: 0,
                    high: i64::from(Self::LONGEST_SNOOZE),
                })?,
        };
        Ok(Self {
            state: change.state.unwrap_or(self.state),
            snooze_days,
            limited_snoozes: change.limited_snoozes.unwrap_or(self.limited_snoozes),
            include: change.include.as_ref().unwrap_or(&self.include).clone(),
            exclude: change.exclude.as_ref().unwrap_or(&self.exclude).clone(),
        })
    }

    /// What the campaign asks a member of these groups (nested membership resolved) to add.
    pub fn asks_for(&self, groups: &[GroupId]) -> Option<CampaignMethod> {
        if self.state != CampaignState::Enabled || self.exclude.iter().any(|group| groups.contains(group)) {
            return None;
        }
        let reaches = |target: &&CampaignTarget| match target.who {
            IncludeTarget::AllUsers => true,
            IncludeTarget::Group(group) => groups.contains(&group),
        };
        self.include.iter().find(reaches).map(|target| target.method)
    }
}

impl Default for Campaign {
    fn default() -> Self {
        Self {
            state: CampaignState::Disabled,
            snooze_days: 0,
            limited_snoozes: false,
            include: Vec::new(),
            exclude: Vec::new(),
        }
    }
}

impl Default for MethodPolicies {
    /// Everybody may have passkeys of every make and authenticator apps, and nobody is asked.
    fn default() -> Self {
        Self {
            passkeys: PasskeyPolicy::default(),
            apps: AppPolicy::default(),
            campaign: Campaign::default(),
        }
    }
}

impl MethodPolicies {
    /// The policy with a change applied.
    ///
    /// # Errors
    /// The first rule that the result would break; the policy itself stays as it is. Whether groups
    /// exist is the caller's check.
    pub fn changed(&self, change: &MethodPolicyChange) -> Result<Self, PolicyError> {
        let mut new = self.clone();
        match change {
            MethodPolicyChange::Passkeys(change) => new.passkeys = self.passkeys.changed(change)?,
            MethodPolicyChange::Apps(change) => new.apps = self.apps.changed(change)?,
            MethodPolicyChange::Campaign(change) => new.campaign = self.campaign.changed(change)?,
            MethodPolicyChange::RevertPasskeys => new.passkeys = PasskeyPolicy::default(),
            MethodPolicyChange::RevertApps => new.apps = AppPolicy::default(),
        }
        Ok(new)
    }

    /// About passkeys.
    pub const fn passkeys(&self) -> &PasskeyPolicy {
        &self.passkeys
    }

    /// About authenticator apps.
    pub const fn apps(&self) -> &AppPolicy {
        &self.apps
    }

    /// The campaign.
    pub const fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// Whether it matters here which groups somebody is in.
    pub fn name_groups(&self) -> bool {
        let campaign = &self.campaign;
        let asks_group = |target: &CampaignTarget| target.who != IncludeTarget::AllUsers;
        self.passkeys.targets.name_groups()
            || self.apps.targets.name_groups()
            || !campaign.exclude.is_empty()
            || campaign.include.iter().any(asks_group)
    }
}

impl MethodPolicyChange {
    /// The groups that it names, each with the list that it stands in.
    pub fn groups(&self) -> Vec<(PolicyField, GroupId)> {
        let mut named = Vec::new();
        let mut add = |field, targets: &[IncludeTarget]| {
            named.extend(targets.iter().filter_map(|target| match target {
                IncludeTarget::AllUsers => None,
                IncludeTarget::Group(group) => Some((field, *group)),
            }));
        };
        let (include, exclude) = match self {
            Self::Passkeys(change) => (change.include.clone(), &change.exclude),
            Self::Apps(change) => (change.include.clone(), &change.exclude),
            Self::Campaign(change) => {
                let whom = |targets: &Vec<CampaignTarget>| targets.iter().map(|target| target.who).collect();
                (change.include.as_ref().map(whom), &change.exclude)
            }
            Self::RevertPasskeys | Self::RevertApps => return named,
        };
        add(PolicyField::Include, &include.unwrap_or_default());
        named.extend(
            exclude
                .iter()
                .flatten()
                .map(|group| (PolicyField::Exclude, *group)),
        );
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Aaguid = Aaguid::from_bytes([7; 16]);
    const OTHER: Aaguid = Aaguid::from_bytes([8; 16]);
    const STAFF: GroupId = GroupId::from_bytes([1; 16]);
    const LEAVERS: GroupId = GroupId::from_bytes([2; 16]);

    fn passkeys(change: PasskeyPolicyChange) -> Result<PasskeyPolicy, PolicyError> {
        let changed = MethodPolicies::default().changed(&MethodPolicyChange::Passkeys(change));
        changed.map(|policies| policies.passkeys)
    }

    fn listed(rule: KeyRule, enforced: bool) -> PasskeyPolicy {
        passkeys(PasskeyPolicyChange {
            rule: Some(rule),
            enforced: Some(enforced),
            aaguids: Some(vec![KEY]),
            ..PasskeyPolicyChange::default()
        })
        .unwrap()
    }

    #[test]
    fn lists_allow_or_block_only_while_they_are_enforced() {
        let taken = |rule, enforced| {
            let policy = listed(rule, enforced);
            (policy.lets_use(&[], KEY), policy.lets_use(&[], OTHER))
        };
        assert_eq!(taken(KeyRule::Allow, true), (true, false));
        assert_eq!(taken(KeyRule::Block, true), (false, true));
        assert_eq!(taken(KeyRule::Allow, false), (true, true));
        assert_eq!(taken(KeyRule::Block, false), (true, true));
    }

    #[test]
    fn an_enforced_list_of_nothing_is_refused() {
        let nothing = |rule| {
            passkeys(PasskeyPolicyChange {
                rule: Some(rule),
                enforced: Some(true),
                ..PasskeyPolicyChange::default()
            })
        };
        assert_eq!(nothing(KeyRule::Allow).unwrap_err(), PolicyError::NothingAllowed);
        assert!(nothing(KeyRule::Block).is_ok());
    }

    #[test]
    fn targets_and_switches_decide_who_may_add() {
        let staff = passkeys(PasskeyPolicyChange {
            include: Some(vec![IncludeTarget::Group(STAFF)]),
            exclude: Some(vec![LEAVERS]),
            ..PasskeyPolicyChange::default()
        })
        .unwrap();
        assert!(staff.lets_add(&[STAFF]) && !staff.lets_add(&[]) && !staff.lets_add(&[STAFF, LEAVERS]));

        let by_admins = passkeys(PasskeyPolicyChange {
            self_service: Some(false),
            ..PasskeyPolicyChange::default()
        })
        .unwrap();
        assert!(!by_admins.lets_add(&[]) && by_admins.reaches(&[]));

        let off = AppPolicyChange {
            enabled: Some(false),
            include: Some(Vec::new()),
            ..AppPolicyChange::default()
        };
        let policies = MethodPolicies::default()
            .changed(&MethodPolicyChange::Apps(off.clone()))
            .unwrap();
        assert!(!policies.apps().lets_add(&[]));
        let on = AppPolicyChange {
            enabled: Some(true),
            ..off
        };
        let refused = MethodPolicies::default().changed(&MethodPolicyChange::Apps(on));
        assert_eq!(refused.unwrap_err(), PolicyError::NoTargets);
        assert!(
            policies
                .changed(&MethodPolicyChange::RevertApps)
                .unwrap()
                .apps()
                .lets_add(&[])
        );
    }

    #[test]
    fn a_campaign_asks_for_the_first_that_fits() {
        let target = |who, method| CampaignTarget { who, method };
        let change = |state, days| CampaignChange {
            state: Some(state),
            snooze_days: Some(days),
            include: Some(vec![
                target(IncludeTarget::Group(STAFF), CampaignMethod::Passkey),
                target(IncludeTarget::AllUsers, CampaignMethod::App),
            ]),
            exclude: Some(vec![LEAVERS]),
            ..CampaignChange::default()
        };
        let campaign = |change| {
            MethodPolicies::default()
                .changed(&MethodPolicyChange::Campaign(change))
                .map(|policies| policies.campaign)
        };
        let runs = campaign(change(CampaignState::Enabled, 14)).unwrap();
        assert_eq!(runs.asks_for(&[STAFF]), Some(CampaignMethod::Passkey));
        assert_eq!(runs.asks_for(&[]), Some(CampaignMethod::App));
        assert_eq!(runs.asks_for(&[STAFF, LEAVERS]), None);
        let rests = campaign(change(CampaignState::Default, 0)).unwrap();
        assert_eq!(rests.asks_for(&[STAFF]), None);
        for days in [-1, 15, 300] {
            let error = campaign(change(CampaignState::Enabled, days)).unwrap_err();
            assert_eq!(error.field(), PolicyField::Snooze, "{days}");
        }
    }
}
