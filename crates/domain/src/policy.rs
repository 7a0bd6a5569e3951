//! The pass policy: the tenant's `TemporaryAccessPass` authentication method configuration.
//!
//! Bounds and cross rules: sign-in contract 1.1, Graph contract 5.2.

use crate::{GroupId, Minutes};

/// How many signs a code has: 8–48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct PassLength(u8);

/// Who may have a pass: everyone, or the members of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum IncludeTarget {
    /// `all_users` in Graph.
    AllUsers,
    /// The members of this group, of groups in it too.
    Group(GroupId),
}

/// The pass policy in force. Made by [`PassPolicy::default`] and [`PassPolicy::changed`] only, so one
/// that breaks a rule can't exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassPolicy {
    pub(crate) enabled: bool,
    minimum: Minutes,
    maximum: Minutes,
    default: Minutes,
    length: PassLength,
    one_time_only: bool,
    pub(crate) include: Vec<IncludeTarget>,
    pub(crate) exclude: Vec<GroupId>,
}

/// How the policy reaches one person, and through which group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyScope {
    /// It is for everyone.
    Everyone,
    /// It is for the members of this group.
    Through(GroupId),
    /// It leaves the members of this group out, whatever else it says.
    Excluded(GroupId),
    /// None of its groups has this person.
    Outside,
}

/// A wish to change the policy; what is `None` stays. Numbers come as the wire gave them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassPolicyChange {
    /// Whether passes can be issued and used at all.
    pub enabled: Option<bool>,
    /// Shortest lifetime, minutes.
    pub minimum: Option<i64>,
    /// Longest lifetime, minutes.
    pub maximum: Option<i64>,
    /// Lifetime where the creator names none, minutes.
    pub default: Option<i64>,
    /// Signs of a code.
    pub length: Option<i64>,
    /// Whether each pass must be one-time.
    pub one_time_only: Option<bool>,
    /// Replaces the list of those who may have a pass.
    pub include: Option<Vec<IncludeTarget>>,
    /// Replaces the list of those who may not.
    pub exclude: Option<Vec<GroupId>>,
}

/// A field of the policy, by its Graph name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyField {
    /// `minimumLifetimeInMinutes`
    Minimum,
    /// `maximumLifetimeInMinutes`
    Maximum,
    /// `defaultLifetimeInMinutes`
    Default,
    /// `defaultLength`
    Length,
    /// `includeTargets`
    Include,
    /// `excludeTargets`
    Exclude,
    /// `isAttestationEnforced`
    Attestation,
    /// `keyRestrictions`
    KeyRestrictions,
    /// `snoozeDurationInDays`
    Snooze,
}

/// Why a change of the policy is refused. Nothing of it takes effect then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A number lies outside its own bounds.
    #[error("{} must be between {low} and {high}.", .field.name())]
    OutOfRange {
        /// Which field.
        field: PolicyField,
        /// Smallest allowed value.
        low: i64,
        /// Largest allowed value.
        high: i64,
    },
    /// The shortest lifetime is longer than the longest.
    #[error("minimumLifetimeInMinutes must not be greater than maximumLifetimeInMinutes.")]
    MinimumAboveMaximum,
    /// The default lifetime is not between the shortest and the longest.
    #[error(
        "defaultLifetimeInMinutes must lie between minimumLifetimeInMinutes and maximumLifetimeInMinutes."
    )]
    DefaultOutside,
    /// Switched on for nobody.
    #[error("includeTargets must name at least one target while the method is enabled.")]
    NoTargets,
    /// Only listed makes of authenticators are taken, and none is listed.
    #[error("keyRestrictions: an enforced allow list must name at least one AAGUID.")]
    NothingAllowed,
    /// Makers are to vouch for passkeys, and there is nothing to know makers by. Checked where that is known.
    #[error(
        "isAttestationEnforced can't be true: there is no metadata of authenticators to check attestations by (the server's setting passkeys.metadata)."
    )]
    NoMetadata,
    /// A list names a group that doesn't exist. Checked where groups are known.
    #[error("{} names a group that does not exist: {group}.", .field.name())]
    UnknownGroup {
        /// Which list.
        field: PolicyField,
        /// The unknown id.
        group: GroupId,
    },
}

impl PolicyField {
    /// The field's name in Graph.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minimum => "minimumLifetimeInMinutes",
            Self::Maximum => "maximumLifetimeInMinutes",
            Self::Default => "defaultLifetimeInMinutes",
            Self::Length => "defaultLength",
            Self::Include => "includeTargets",
            Self::Exclude => "excludeTargets",
            Self::Attestation => "isAttestationEnforced",
            Self::KeyRestrictions => "keyRestrictions",
            Self::Snooze => "snoozeDurationInDays",
        }
    }
}

impl PolicyError {
    /// The field to point at (`target` in Graph's error).
    pub const fn field(&self) -> PolicyField {
        match self {
            Self::OutOfRange { field, .. } | Self::UnknownGroup { field, .. } => *field,
            Self::MinimumAboveMaximum => PolicyField::Minimum,
            Self::DefaultOutside => PolicyField::Default,
            Self::NoTargets => PolicyField::Include,
            Self::NothingAllowed => PolicyField::KeyRestrictions,
            Self::NoMetadata => PolicyField::Attestation,
        }
    }
}

impl PolicyScope {
    /// Whether the person may have a pass.
    pub const fn is_inside(self) -> bool {
        matches!(self, Self::Everyone | Self::Through(_))
    }
}

impl PassLength {
    /// Fewest signs.
    pub const MIN: Self = Self(8);
    /// Most signs.
    pub const MAX: Self = Self(48);

    /// Checks the bounds 8–48.
    pub const fn new(signs: i64) -> Option<Self> {
        if signs >= Self::MIN.0 as i64 && signs <= Self::MAX.0 as i64 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked against 8..=48 above"
            )]
            Some(Self(signs as u8))
        } else {
            None
        }
    }

    /// The number of signs.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Default for PassPolicy {
    /// Entra's defaults: disabled, 60–1440 minutes, 60 by default, 8 signs, multi-use allowed, all users.
    fn default() -> Self {
        Self {
            enabled: false,
            minimum: Minutes(60),
            maximum: Minutes(1440),
            default: Minutes(60),
            length: PassLength::MIN,
            one_time_only: false,
            include: vec![IncludeTarget::AllUsers],
            exclude: Vec::new(),
        }
    }
}

impl PassPolicy {
    /// Shortest lifetime that any policy may allow, minutes.
    pub const LOWEST: i64 = 10;
    /// Longest lifetime that any policy may allow, minutes (30 days).
    pub const HIGHEST: i64 = 43_200;

    /// The policy with a change applied.
    ///
    /// # Errors
    /// The first rule that the result would break; the policy itself stays as it is. Whether groups
    /// exist is the caller's check.
    pub fn changed(&self, change: &PassPolicyChange) -> Result<Self, PolicyError> {
        let lifetime = |given: Option<i64>, field, old: Minutes| match given {
            None => Ok(old),
            Some(minutes) if (Self::LOWEST..=Self::HIGHEST).contains(&minutes) => {
                Ok(Minutes(u32::try_from(minutes).unwrap_or(u32::MAX)))
            }
            Some(_) => Err(PolicyError::OutOfRange {
                field,
                low: Self::LOWEST,
                high: Self::HIGHEST,
            }),
        };
        let length = match change.length {
            None => self.length,
            Some(signs) => PassLength::new(signs).ok_or(PolicyError::OutOfRange {
                field: PolicyField::Length,
                low: i64::from(PassLength::MIN.0),
                high: i64::from(PassLength::MAX.0),
            })?,
        };
        let new = Self {
            enabled: change.enabled.unwrap_or(self.enabled),
            minimum: lifetime(change.minimum, PolicyField::Minimum, self.minimum)?,
            maximum: lifetime(change.maximum, PolicyField::Maximum, self.maximum)?,
            default: lifetime(change.default, PolicyField::Default, self.default)?,
            length,
            one_time_only: change.one_time_only.unwrap_or(self.one_time_only),
            include: change.include.clone().unwrap_or_else(|| self.include.clone()),
            exclude: change.exclude.clone().unwrap_or_else(|| self.exclude.clone()),
        };
        if new.minimum > new.maximum {
            return Err(PolicyError::MinimumAboveMaximum);
        }
        if new.default < new.minimum || new.default > new.maximum {
            return Err(PolicyError::DefaultOutside);
        }
        if new.enabled && new.include.is_empty() {
            return Err(PolicyError::NoTargets);
        }
        Ok(new)
    }

    /// The change that turns any policy into this one: what is stored and read back.
    pub fn as_change(&self) -> PassPolicyChange {
        PassPolicyChange {
            enabled: Some(self.enabled),
            minimum: Some(i64::from(self.minimum.0)),
            maximum: Some(i64::from(self.maximum.0)),
            default: Some(i64::from(self.default.0)),
            length: Some(i64::from(self.length.0)),
            one_time_only: Some(self.one_time_only),
            include: Some(self.include.clone()),
            exclude: Some(self.exclude.clone()),
        }
    }

    /// Whether passes can be issued and used at all.
    pub const fn is_enabled(&self) -> bool {
        self.enabled
    }
    /// Shortest lifetime of a new pass.
    pub const fn minimum(&self) -> Minutes {
        self.minimum
    }
    /// Longest lifetime of a new pass.
    pub const fn maximum(&self) -> Minutes {
        self.maximum
    }
    /// Lifetime of a new pass whose creator names none.
    pub const fn default_lifetime(&self) -> Minutes {
        self.default
    }
    /// Signs of a new pass's code.
    pub const fn length(&self) -> PassLength {
        self.length
    }
    /// Whether each pass must be one-time.
    pub const fn is_one_time_only(&self) -> bool {
        self.one_time_only
    }
    /// Who may have a pass.
    pub fn include(&self) -> &[IncludeTarget] {
        &self.include
    }
    /// Who may not, whatever `include` says.
    pub fn exclude(&self) -> &[GroupId] {
        &self.exclude
    }

    /// How a member of these groups (nested membership resolved) is reached. Exclusion wins.
    pub fn scope(&self, groups: &[GroupId]) -> PolicyScope {
        scope_of(&self.include, &self.exclude, groups)
    }

    /// Whether a member of these groups (nested membership resolved) is in scope.
    pub fn includes(&self, groups: &[GroupId]) -> bool {
        self.scope(groups).is_inside()
    }
}

/// How lists reach a member of these groups. Exclusion wins.
pub(crate) fn scope_of(include: &[IncludeTarget], exclude: &[GroupId], groups: &[GroupId]) -> PolicyScope {
    if let Some(group) = exclude.iter().find(|group| groups.contains(group)) {
        return PolicyScope::Excluded(*group);
    }
    let reaches = |target: &IncludeTarget| match target {
        IncludeTarget::AllUsers => Some(PolicyScope::Everyone),
        IncludeTarget::Group(group) => groups.contains(group).then_some(PolicyScope::Through(*group)),
    };
    include.iter().find_map(reaches).unwrap_or(PolicyScope::Outside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn change(f: impl FnOnce(&mut PassPolicyChange)) -> Result<PassPolicy, PolicyError> {
        let mut change = PassPolicyChange::default();
        f(&mut change);
        PassPolicy::default().changed(&change)
    }

    #[test]
    fn each_bound_on_both_sides() {
        for (minutes, ok) in [
            (9, false),
            (10, true),
            (1440, false),
            (60, true),
            (i64::MIN, false),
        ] {
            assert_eq!(
                change(|c| c.minimum = Some(minutes)).is_ok(),
                ok,
                "minimum {minutes}"
            );
        }
        for (minutes, ok) in [
            (43_200, true),
            (43_201, false),
            (60, true),
            (59, false),
            (i64::MAX, false),
        ] {
            assert_eq!(
                change(|c| c.maximum = Some(minutes)).is_ok(),
                ok,
                "maximum {minutes}"
            );
        }
        for (minutes, ok) in [(59, false), (60, true), (1440, true), (1441, false)] {
            assert_eq!(
                change(|c| c.default = Some(minutes)).is_ok(),
                ok,
                "default {minutes}"
            );
        }
        for (signs, ok) in [(7, false), (8, true), (48, true), (49, false), (264, false)] {
            assert_eq!(change(|c| c.length = Some(signs)).is_ok(), ok, "length {signs}");
        }
    }

    #[test]
    fn errors_name_the_field() {
        let error = change(|c| c.length = Some(7)).unwrap_err();
        assert_eq!(error.field().name(), "defaultLength");
        assert_eq!(error.to_string(), "defaultLength must be between 8 and 48.");
        assert_eq!(
            change(|c| c.minimum = Some(2000)).unwrap_err(),
            PolicyError::MinimumAboveMaximum
        );
        assert_eq!(change(|c| c.maximum = Some(70)).unwrap().maximum(), Minutes(70));
    }

    #[test]
    fn enabling_for_nobody_is_refused() {
        let nobody = |c: &mut PassPolicyChange| {
            c.enabled = Some(true);
            c.include = Some(Vec::new());
        };
        assert_eq!(change(nobody).unwrap_err(), PolicyError::NoTargets);
        assert!(
            change(|c| c.include = Some(Vec::new())).is_ok(),
            "a disabled policy may have no targets"
        );
    }

    #[test]
    fn exclusion_wins() {
        let (staff, leavers) = (GroupId::from_bytes([1; 16]), GroupId::from_bytes([2; 16]));
        let policy = change(|c| {
            c.include = Some(vec![IncludeTarget::Group(staff)]);
            c.exclude = Some(vec![leavers]);
        })
        .unwrap();
        assert!(policy.includes(&[staff]));
        assert!(!policy.includes(&[]));
        assert!(!policy.includes(&[staff, leavers]));
        assert_eq!(policy.scope(&[staff]), PolicyScope::Through(staff));
        assert_eq!(policy.scope(&[]), PolicyScope::Outside);
        assert_eq!(policy.scope(&[staff, leavers]), PolicyScope::Excluded(leavers));
        let all = change(|c| c.exclude = Some(vec![leavers])).unwrap();
        assert!(all.includes(&[]) && !all.includes(&[leavers]));
        assert_eq!(all.scope(&[]), PolicyScope::Everyone);
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_keeps_every_rule(min in 0i64..50_000, max in 0i64..50_000, def in 0i64..50_000, len in 0i64..60) {
            let wish = PassPolicyChange { minimum: Some(min), maximum: Some(max), default: Some(def), length: Some(len), ..Default::default() };
            let fits = (10..=43_200).contains(&min) && (10..=43_200).contains(&max) && min <= def && def <= max && (8..=48).contains(&len);
            match PassPolicy::default().changed(&wish) {
                Ok(policy) => {
                    prop_assert!(fits);
                    prop_assert_eq!(PassPolicy::default().changed(&policy.as_change()).unwrap(), policy);
                }
                Err(_) => prop_assert!(!fits),
            }
        }
    }
}
