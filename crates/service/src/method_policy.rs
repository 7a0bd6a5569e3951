//! Showing and changing what the tenant says of passkeys, authenticator apps and the registration campaign, and what
//! that means for one person.
//!
//! Graph contract 5; sign-in contract 6.5.

use latchkey_domain::{
    Aaguid, Action, Activity, AppPolicyChange, AuditTarget, Caller, CampaignChange, CampaignMethod,
    CampaignState, GroupId, IncludeTarget, KeyRule, MethodPolicies, MethodPolicyChange, MethodTargets,
    ModifiedProperty, PasskeyPolicyChange, Permit, PolicyError, TargetKind, UserId, may,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::policy::GROUP_DELETED;
use crate::trail::Trail;
use crate::{PolicyChangeError, RequestInfo, Service};

impl Service {
    /// The policy in force.
    ///
    /// # Errors
    /// [`PolicyChangeError::Denied`], [`PolicyChangeError::Fault`]
    pub async fn show_method_policies(&self, caller: &Caller) -> Result<MethodPolicies, PolicyChangeError> {
        may(caller, Action::ReadPolicy, None)?;
        Ok(self.store.read().await?.method_policies().await?)
    }

    /// Changes one of its configurations; in force at commit, on every node.
    ///
    /// # Errors
    /// [`PolicyChangeError`]; nothing is changed then.
    pub async fn change_method_policies(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        change: MethodPolicyChange,
    ) -> Result<MethodPolicies, PolicyChangeError> {
        let knows_makers = self.authenticators().is_some();
        let input = (caller.clone(), change, self.trail(caller, info));
        self.store
            .write_with(input, move |writer, (caller, change, trail)| {
                Box::pin(async move {
                    let activity = activity(change);
                    let permit = match may(caller, Action::WritePolicy, None) {
                        Ok(permit) => permit,
                        Err(denied) => {
                            let event = trail.refused(
                                activity,
                                &denied.to_string(),
                                vec![target(change, Vec::new())],
                            );
                            writer.record(&event).await?;
                            return Ok(Err(denied.into()));
                        }
                    };
                    let old = writer.method_policies().await?;
                    let impossible = match unknown_group(writer, change, &old).await? {
                        None if !knows_makers && wants_attestation(change) => Some(PolicyError::NoMetadata),
                        impossible => impossible,
                    };
                    let new = match impossible {
                        Some(error) => Err(error),
                        None => old.changed(change),
                    };
                    let new = match new {
                        Ok(new) => new,
                        Err(invalid) => {
                            let event = trail.refused(
                                activity,
                                &invalid.to_string(),
                                vec![target(change, Vec::new())],
                            );
                            writer.record(&event).await?;
                            return Ok(Err(invalid.into()));
                        }
                    };
                    let event = trail.done(
                        activity,
                        "",
                        vec![target(change, differences(change, &old, &new))],
                    );
                    writer
                        .save_method_policies(&permit, &new, trail.at, &event)
                        .await?;
                    Ok::<_, PolicyChangeError>(Ok(new))
                })
            })
            .await?
    }
}

/// As [`crate::policy::leave_policies`], for all methods but passes.
pub(crate) async fn leave_method_policies(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    group: GroupId,
) -> Result<(), StoreError> {
    let old = writer.method_policies().await?;
    let new = old.without(group);
    for part in [
        MethodPolicyChange::Passkeys(PasskeyPolicyChange::default()),
        MethodPolicyChange::Apps(AppPolicyChange::default()),
        MethodPolicyChange::Campaign(CampaignChange::default()),
    ] {
        let modified = differences(&part, &old, &new);
        if !modified.is_empty() {
            let targets = vec![target(&part, modified)];
            let event = trail.done(activity(&part), GROUP_DELETED, targets);
            writer
                .save_method_policies(permit, &new, trail.at, &event)
                .await?;
        }
    }
    Ok(())
}

const fn activity(change: &MethodPolicyChange) -> Activity {
    match change {
        MethodPolicyChange::RevertPasskeys | MethodPolicyChange::RevertApps => Activity::PolicyReset,
        MethodPolicyChange::Passkeys(_) | MethodPolicyChange::Apps(_) | MethodPolicyChange::Campaign(_) => {
            Activity::PolicyUpdate
        }
    }
}

const fn wants_attestation(change: &MethodPolicyChange) -> bool {
    matches!(
        change,
        MethodPolicyChange::Passkeys(PasskeyPolicyChange {
            attestation: Some(true),
            ..
        })
    )
}

async fn unknown_group(
    reader: &mut Reader,
    change: &MethodPolicyChange,
    old: &MethodPolicies,
) -> Result<Option<PolicyError>, StoreError> {
    for (field, group) in change.groups() {
        // What is named already can be written back as it was read.
        if !old.names(group) && !reader.group_exists(group).await? {
            return Ok(Some(PolicyError::UnknownGroup { field, group }));
        }
    }
    Ok(None)
}

fn target(change: &MethodPolicyChange, modified: Vec<ModifiedProperty>) -> AuditTarget {
    let id = match change {
        MethodPolicyChange::Passkeys(_) | MethodPolicyChange::RevertPasskeys => "Fido2",
        MethodPolicyChange::Apps(_) | MethodPolicyChange::RevertApps => "SoftwareOath",
        MethodPolicyChange::Campaign(_) => "authenticationMethodsRegistrationCampaign",
    };
    AuditTarget {
        kind: TargetKind::Policy,
        id: id.to_owned(),
        display_name: Some("Authentication Methods Policy".to_owned()),
        upn: None,
        modified,
    }
}

/// Each field that changed, with its value before and after.
fn differences(
    change: &MethodPolicyChange,
    old: &MethodPolicies,
    new: &MethodPolicies,
) -> Vec<ModifiedProperty> {
    values(change, old)
        .into_iter()
        .zip(values(change, new))
        .filter(|(old, new)| old != new)
        .map(|((name, old), (_, new))| ModifiedProperty::text(name, Some(&old), Some(&new)))
        .collect()
}

/// Each field of the configuration that the change is about, as the audit log shows it.
fn values(change: &MethodPolicyChange, policies: &MethodPolicies) -> Vec<(&'static str, String)> {
    match change {
        MethodPolicyChange::Passkeys(_) | MethodPolicyChange::RevertPasskeys => {
            let passkeys = policies.passkeys();
            let restrictions = &passkeys.restrictions;
            let mut values = vec![
                ("state", state(passkeys.enabled)),
                (
                    "isSelfServiceRegistrationAllowed",
                    passkeys.self_service.to_string(),
                ),
                ("isAttestationEnforced", passkeys.attestation.to_string()),
                ("keyRestrictions.isEnforced", restrictions.enforced.to_string()),
                (
                    "keyRestrictions.enforcementType",
                    match restrictions.rule {
                        KeyRule::Allow => "allow".to_owned(),
                        KeyRule::Block => "block".to_owned(),
                    },
                ),
                ("keyRestrictions.aaGuids", joined(&restrictions.aaguids)),
            ];
            values.extend(targets(&passkeys.targets));
            values
        }
        MethodPolicyChange::Apps(_) | MethodPolicyChange::RevertApps => {
            let apps = policies.apps();
            let mut values = vec![("state", state(apps.enabled))];
            values.extend(targets(&apps.targets));
            values
        }
        MethodPolicyChange::Campaign(_) => {
            let campaign = policies.campaign();
            let include: Vec<String> = campaign
                .include
                .iter()
                .map(|target| {
                    let method = match target.method {
                        CampaignMethod::Passkey => "fido2",
                        CampaignMethod::App => "softwareOath",
                    };
                    format!("{}:{method}", whom(&target.who))
                })
                .collect();
            let running = match campaign.state {
                CampaignState::Default => "default",
                CampaignState::Enabled => "enabled",
                CampaignState::Disabled => "disabled",
            };
            vec![
                ("state", running.to_owned()),
                ("snoozeDurationInDays", campaign.snooze_days.to_string()),
                (
                    "enforceRegistrationAfterAllowedSnoozes",
                    campaign.limited_snoozes.to_string(),
                ),
                ("includeTargets", include.join(",")),
                ("excludeTargets", joined(&campaign.exclude)),
            ]
        }
    }
}

fn state(enabled: bool) -> String {
    if enabled { "enabled" } else { "disabled" }.to_owned()
}

fn whom(target: &IncludeTarget) -> String {
    match target {
        IncludeTarget::AllUsers => "all_users".to_owned(),
        IncludeTarget::Group(group) => group.to_string(),
    }
}

fn targets(targets: &MethodTargets) -> [(&'static str, String); 2] {
    let include: Vec<String> = targets.include.iter().map(whom).collect();
    [
        ("includeTargets", include.join(",")),
        ("excludeTargets", joined(&targets.exclude)),
    ]
}

fn joined(ids: &[impl ToString]) -> String {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    texts.join(",")
}

/// What the policy says of one person at this moment.
pub(crate) struct MethodRules {
    policies: MethodPolicies,
    groups: Vec<GroupId>,
}

impl MethodRules {
    /// Reads the policy and, where it matters, the person's groups.
    pub(crate) async fn of(reader: &mut Reader, user: UserId) -> Result<Self, StoreError> {
        let policies = reader.method_policies().await?;
        // Reading memberships costs a recursive query.
        let groups = if policies.name_groups() {
            reader.groups_of(user).await?
        } else {
            Vec::new()
        };
        Ok(Self { policies, groups })
    }

    /// Whether they may add passkeys themselves.
    pub(crate) fn lets_add_passkeys(&self) -> bool {
        self.policies.passkeys().lets_add(&self.groups)
    }

    /// Whether they may have a passkey of this make.
    pub(crate) fn lets_use_passkey(&self, aaguid: [u8; 16]) -> bool {
        let aaguid = Aaguid::from_bytes(aaguid);
        self.policies.passkeys().lets_use(&self.groups, aaguid)
    }

    /// Whether only passkeys are registered for which their maker vouches.
    pub(crate) fn wants_attestation(&self) -> bool {
        !self.policies.passkeys().lets_register(false)
    }

    /// Whether a passkey may be registered for which its maker vouches, or nobody does.
    pub(crate) fn lets_register_passkey(&self, attested: bool) -> bool {
        self.policies.passkeys().lets_register(attested)
    }

    /// What the registration campaign asks them to add.
    pub(crate) fn campaign(&self) -> Option<CampaignMethod> {
        self.policies.campaign().asks_for(&self.groups)
    }

    /// Whether they may add authenticator apps.
    pub(crate) fn lets_add_apps(&self) -> bool {
        self.policies.apps().lets_add(&self.groups)
    }
}
