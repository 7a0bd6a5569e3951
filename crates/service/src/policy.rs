//! Showing and changing the pass policy.
//!
//! Sign-in contract 7.1, Graph contract 5.

use std::sync::Arc;

use latchkey_crypto::sha256;
use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Denied, GroupId, IncludeTarget, ModifiedProperty, PassPolicy,
    PassPolicyChange, Permit, PolicyError, PolicyField, TargetKind, Timestamp, may,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::method_policy::leave_method_policies;
use crate::trail::Trail;
use crate::{Fault, RequestInfo, Service};

/// Why the policy was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyChangeError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A rule of policies forbids it.
    #[error(transparent)]
    Invalid(#[from] PolicyError),
    /// The policy is no longer the one that the change was made from.
    #[error("the policy was changed in the meantime")]
    Stale,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for PolicyChangeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// The pass policy in force.
    ///
    /// # Errors
    /// [`PolicyChangeError::Denied`], [`PolicyChangeError::Fault`]
    pub async fn show_pass_policy(&self, caller: &Caller) -> Result<Arc<PassPolicy>, PolicyChangeError> {
        may(caller, Action::ReadPolicy, None)?;
        Ok(self.store.read().await?.policy().await?)
    }

    /// When the authentication methods policy was last changed, if ever.
    ///
    /// # Errors
    /// [`PolicyChangeError::Denied`], [`PolicyChangeError::Fault`]
    pub async fn policies_changed_at(&self, caller: &Caller) -> Result<Option<Timestamp>, PolicyChangeError> {
        may(caller, Action::ReadPolicy, None)?;
        Ok(self.store.read().await?.policies_changed_at().await?)
    }

    /// Changes the pass policy; in force at commit, on every node.
    ///
    /// # Errors
    /// [`PolicyChangeError`]; nothing is changed then.
    pub async fn change_pass_policy(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        change: PassPolicyChange,
    ) -> Result<PassPolicy, PolicyChangeError> {
        self.replace_policy(caller, info, Wish::Change(change), None)
            .await
    }

    /// As [`Self::change_pass_policy`], but only if the policy in force is still the one with this
    /// version (see [`crate::PolicyDesk`]).
    ///
    /// # Errors
    /// [`PolicyChangeError`]; nothing is changed then.
    pub async fn change_known_pass_policy(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        change: PassPolicyChange,
        version: String,
    ) -> Result<PassPolicy, PolicyChangeError> {
        self.replace_policy(caller, info, Wish::Change(change), Some(version))
            .await
    }

    /// Puts the pass policy back to Entra's defaults, switched off.
    ///
    /// # Errors
    /// [`PolicyChangeError`]; nothing is changed then.
    pub async fn revert_pass_policy(
        &self,
        caller: &Caller,
        info: &RequestInfo,
    ) -> Result<PassPolicy, PolicyChangeError> {
        self.replace_policy(caller, info, Wish::Revert, None).await
    }

    async fn replace_policy(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: Wish,
        version: Option<String>,
    ) -> Result<PassPolicy, PolicyChangeError> {
        let input = (caller.clone(), wish, version, self.trail(caller, info));
        self.store
            .write_with(input, |writer, (caller, wish, version, trail)| {
                Box::pin(async move {
                    let activity = wish.activity();
                    let permit = match may(caller, Action::WritePolicy, None) {
                        Ok(permit) => permit,
                        Err(denied) => {
                            let event =
                                trail.refused(activity, &denied.to_string(), vec![target(Vec::new())]);
                            writer.record(&event).await?;
                            return Ok(Err(denied.into()));
                        }
                    };
                    let old = writer.policy().await?;
                    if version
                        .as_ref()
                        .is_some_and(|known| *known != policy_version(&old))
                    {
                        return Ok(Err(PolicyChangeError::Stale));
                    }
                    let new = match wished(writer, wish, &old).await? {
                        Ok(new) => new,
                        Err(invalid) => {
                            let event =
                                trail.refused(activity, &invalid.to_string(), vec![target(Vec::new())]);
                            writer.record(&event).await?;
                            return Ok(Err(invalid.into()));
                        }
                    };
                    let event = trail.done(activity, "", vec![target(differences(&old, &new))]);
                    writer.save_policy(&permit, &new, trail.at, &event).await?;
                    Ok::<_, PolicyChangeError>(Ok(new))
                })
            })
            .await?
    }
}

enum Wish {
    Change(PassPolicyChange),
    Revert,
}

impl Wish {
    const fn activity(&self) -> Activity {
        match self {
            Self::Change(_) => Activity::PolicyUpdate,
            Self::Revert => Activity::PolicyReset,
        }
    }
}

async fn wished(
    reader: &mut Reader,
    wish: &Wish,
    old: &PassPolicy,
) -> Result<Result<PassPolicy, PolicyError>, StoreError> {
    let change = match wish {
        Wish::Revert => return Ok(Ok(PassPolicy::default())),
        Wish::Change(change) => change,
    };
    let included = change.include.iter().flatten().filter_map(|target| match target {
        IncludeTarget::AllUsers => None,
        IncludeTarget::Group(group) => Some((PolicyField::Include, *group)),
    });
    let excluded = change
        .exclude
        .iter()
        .flatten()
        .map(|group| (PolicyField::Exclude, *group));
    for (field, group) in included.chain(excluded) {
        // What is named already can be written back as it was read.
        if !old.names(group) && !reader.group_exists(group).await? {
            return Ok(Err(PolicyError::UnknownGroup { field, group }));
        }
    }
    Ok(old.changed(change))
}

/// Whether a policy names the group, and would change with its deletion.
pub(crate) async fn policies_name(reader: &mut Reader, group: GroupId) -> Result<bool, StoreError> {
    Ok(reader.policy().await?.names(group) || reader.method_policies().await?.names(group))
}

/// Takes a group that is being deleted out of the policies that name it, each change with its record: else they would
/// name what nobody can look up, and whom they leave out would change without a trace.
pub(crate) async fn leave_policies(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    group: GroupId,
) -> Result<(), StoreError> {
    let old = writer.policy().await?;
    if old.names(group) {
        let new = old.without(group);
        let modified = vec![target(differences(&old, &new))];
        let event = trail.done(Activity::PolicyUpdate, GROUP_DELETED, modified);
        writer.save_policy(permit, &new, trail.at, &event).await?;
    }
    leave_method_policies(writer, permit, trail, group).await
}

/// Why a policy changed that nobody changed.
pub(crate) const GROUP_DELETED: &str = "A group that the policy named was deleted";

fn target(modified: Vec<ModifiedProperty>) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::Policy,
        id: "TemporaryAccessPass".to_owned(),
        display_name: Some("Authentication Methods Policy".to_owned()),
        upn: None,
        modified,
    }
}

/// Tells whether a policy is still the one that somebody looked at.
pub(crate) fn policy_version(policy: &PassPolicy) -> String {
    let text = values(policy)
        .map(|(name, value)| format!("{name}={value}"))
        .join("\n");
    let hash = sha256(text.as_bytes());
    let start = hash.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}

/// Each field that changed, with its value before and after.
fn differences(old: &PassPolicy, new: &PassPolicy) -> Vec<ModifiedProperty> {
    values(old)
        .into_iter()
        .zip(values(new))
        .filter(|(old, new)| old != new)
        .map(|((name, old), (_, new))| ModifiedProperty::text(name, Some(&old), Some(&new)))
        .collect()
}

/// Each field with its value as the audit log shows it.
fn values(policy: &PassPolicy) -> [(&'static str, String); 8] {
    let include: Vec<String> = policy
        .include()
        .iter()
        .map(|target| match target {
            IncludeTarget::AllUsers => "all_users".to_owned(),
            IncludeTarget::Group(group) => group.to_string(),
        })
        .collect();
    let exclude: Vec<String> = policy.exclude().iter().map(ToString::to_string).collect();
    let state = if policy.is_enabled() {
        "enabled"
    } else {
        "disabled"
    };
    [
        ("state", state.to_owned()),
        (PolicyField::Minimum.name(), policy.minimum().0.to_string()),
        (PolicyField::Maximum.name(), policy.maximum().0.to_string()),
        (
            PolicyField::Default.name(),
            policy.default_lifetime().0.to_string(),
        ),
        (PolicyField::Length.name(), policy.length().get().to_string()),
        ("isUsableOnce", policy.is_one_time_only().to_string()),
        (PolicyField::Include.name(), include.join(",")),
        (PolicyField::Exclude.name(), exclude.join(",")),
    ]
}
