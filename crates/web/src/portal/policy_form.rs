//! The two forms of the pass policy: what they hold, what they ask for, what is wrong with it.

use latchkey_domain::{
    GroupId, IncludeTarget, Minutes, PassLength, PassPolicy, PassPolicyChange, PolicyError, PolicyField,
};
use latchkey_service::PolicyDesk;

use super::span::{self, Unit};
use crate::visit::Fields;

/// A group to tick.
pub(super) struct GroupTick {
    pub(super) id: GroupId,
    pub(super) name: String,
    pub(super) ticked: bool,
}

/// A list of groups, with the way to find more of them.
pub(super) struct GroupList {
    /// `include` or `exclude`: what the names of its fields begin with.
    pub(super) name: &'static str,
    pub(super) legend: &'static str,
    pub(super) ticks: Vec<GroupTick>,
    /// What was typed to find more.
    pub(super) text: String,
    /// What came of looking.
    pub(super) found: String,
    pub(super) error: String,
}

impl GroupList {
    fn new(name: &'static str, legend: &'static str) -> Self {
        Self {
            name,
            legend,
            ticks: Vec::new(),
            text: String::new(),
            found: String::new(),
            error: String::new(),
        }
    }

    /// One more, unless it is there already.
    pub(super) fn add(&mut self, id: GroupId, name: &str, ticked: bool) {
        if !self.ticks.iter().any(|tick| tick.id == id) {
            let name = name.to_owned();
            self.ticks.push(GroupTick { id, name, ticked });
        }
    }

    fn ticked(&self) -> impl Iterator<Item = GroupId> {
        self.ticks.iter().filter(|tick| tick.ticked).map(|tick| tick.id)
    }
}

/// Whether passes are on, and for whom.
pub(super) struct Targets {
    pub(super) enabled: bool,
    pub(super) everyone: bool,
    pub(super) include: GroupList,
    pub(super) exclude: GroupList,
}

impl Targets {
    fn empty(enabled: bool, everyone: bool) -> Self {
        Self {
            enabled,
            everyone,
            include: GroupList::new("include", "Groups that may have a pass"),
            exclude: GroupList::new("exclude", "Groups that are left out"),
        }
    }

    /// As the policy in force has it.
    pub(super) fn stored(desk: &PolicyDesk) -> Self {
        let included = desk.included();
        let mut targets = Self::empty(desk.policy.is_enabled(), included.is_none());
        for group in &desk.groups {
            let name = &group.properties.display_name;
            if included.iter().flatten().any(|id| *id == group.id) {
                targets.include.add(group.id, name, true);
            }
            if desk.policy.exclude().contains(&group.id) {
                targets.exclude.add(group.id, name, true);
            }
        }
        targets
    }

    /// As a form has it; the names of groups are looked up by their ids.
    pub(super) fn sent(fields: &Fields, name_of: impl Fn(GroupId) -> Option<String>) -> Self {
        let mut targets = Self::empty(fields.get("enabled") == "yes", fields.get("who") != "groups");
        for list in [&mut targets.include, &mut targets.exclude] {
            fields
                .get(&format!("{}-find", list.name))
                .trim()
                .clone_into(&mut list.text);
            for id in fields.names_after(&format!("{}-group-", list.name)) {
                if let Ok(id) = id.parse() {
                    list.add(id, &name_of(id).unwrap_or_else(|| id.to_string()), true);
                }
            }
        }
        targets
    }

    pub(super) fn change(&self) -> PassPolicyChange {
        let include = if self.everyone {
            vec![IncludeTarget::AllUsers]
        } else {
            self.include.ticked().map(IncludeTarget::Group).collect()
        };
        PassPolicyChange {
            enabled: Some(self.enabled),
            include: Some(include),
            exclude: Some(self.exclude.ticked().collect()),
            ..PassPolicyChange::default()
        }
    }

    /// Groups that are in both lists.
    pub(super) fn in_both(&self) -> Vec<&str> {
        let included: Vec<_> = self.include.ticked().collect();
        let excluded = self.exclude.ticks.iter().filter(|tick| tick.ticked);
        excluded
            .filter(|tick| !self.everyone && included.contains(&tick.id))
            .map(|tick| tick.name.as_str())
            .collect()
    }

    /// Puts the words beside the list that they are about.
    pub(super) fn mark(&mut self, error: &PolicyError) {
        let list = match error.field() {
            PolicyField::Exclude => &mut self.exclude,
            _ => &mut self.include,
        };
        list.error = words(error);
    }
}

/// A span of time to type.
pub(super) struct SpanField {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) count: String,
    pub(super) unit: Unit,
    pub(super) error: String,
    pub(super) invalid: bool,
}

impl SpanField {
    fn stored(name: &'static str, label: &'static str, span: Minutes) -> Self {
        let (count, unit) = span::in_largest_unit(span);
        Self {
            name,
            label,
            count: count.to_string(),
            unit,
            error: String::new(),
            invalid: false,
        }
    }

    fn sent(mut self, fields: &Fields) -> Self {
        fields.get(self.name).trim().clone_into(&mut self.count);
        self.unit = Unit::parse(fields.get(&format!("{}-unit", self.name))).unwrap_or(Unit::Minutes);
        self
    }

    /// Minutes, for the rules to judge; `None`: not a whole number.
    fn minutes(&self) -> Option<i64> {
        let count: i64 = self.count.parse().ok()?;
        Some(count.saturating_mul(i64::from(self.unit.minutes())))
    }
}

/// How passes are made.
pub(super) struct Limits {
    pub(super) spans: [SpanField; 3],
    pub(super) length: String,
    pub(super) length_error: String,
    pub(super) once: bool,
}

impl Limits {
    /// As the policy in force has them.
    pub(super) fn stored(policy: &PassPolicy) -> Self {
        Self {
            spans: [
                SpanField::stored("minimum", "Shortest lifetime", policy.minimum()),
                SpanField::stored("default", "Usual lifetime", policy.default_lifetime()),
                SpanField::stored("maximum", "Longest lifetime", policy.maximum()),
            ],
            length: policy.length().get().to_string(),
            length_error: String::new(),
            once: policy.is_one_time_only(),
        }
    }

    /// As a form has them.
    pub(super) fn sent(policy: &PassPolicy, fields: &Fields) -> Self {
        let stored = Self::stored(policy);
        Self {
            spans: stored.spans.map(|span| span.sent(fields)),
            length: fields.get("length").trim().to_owned(),
            length_error: String::new(),
            once: fields.get("once") == "yes",
        }
    }

    /// What the form asks for. `None`: something is no whole number, and says so now.
    pub(super) fn change(&mut self) -> Option<PassPolicyChange> {
        for span in &mut self.spans {
            if span.minutes().is_none() {
                span.invalid = true;
                "Type a whole number.".clone_into(&mut span.error);
            }
        }
        let length = self.length.parse().ok();
        if length.is_none() {
            "Type a whole number.".clone_into(&mut self.length_error);
        }
        let [minimum, default, maximum] = self.spans.each_ref().map(SpanField::minutes);
        Some(PassPolicyChange {
            minimum: Some(minimum?),
            default: Some(default?),
            maximum: Some(maximum?),
            length: Some(length?),
            one_time_only: Some(self.once),
            ..PassPolicyChange::default()
        })
    }

    /// Puts the words beside the field that they are about.
    pub(super) fn mark(&mut self, error: &PolicyError) {
        let [minimum, default, maximum] = &mut self.spans;
        let field = match error.field() {
            PolicyField::Length => {
                self.length_error = words(error);
                return;
            }
            PolicyField::Default => default,
            PolicyField::Maximum => maximum,
            PolicyField::Minimum
            | PolicyField::Include
            | PolicyField::Exclude
            | PolicyField::Attestation
            | PolicyField::KeyRestrictions
            | PolicyField::Snooze => minimum,
        };
        field.invalid = true;
        field.error = words(error);
        if *error == PolicyError::MinimumAboveMaximum {
            maximum.invalid = true;
        }
    }
}

/// What is wrong, in words for the page.
fn words(error: &PolicyError) -> String {
    match error {
        PolicyError::OutOfRange {
            field: PolicyField::Length,
            low,
            high,
        } => format!("A code has {low} to {high} signs."),
        PolicyError::OutOfRange { low, high, .. } => {
            let words = |minutes: i64| span::in_words(Minutes(u32::try_from(minutes).unwrap_or(u32::MAX)));
            format!("It must lie between {} and {}.", words(*low), words(*high))
        }
        PolicyError::MinimumAboveMaximum => "The shortest can't be longer than the longest.".to_owned(),
        PolicyError::DefaultOutside => {
            "The usual lifetime must lie between the shortest and the longest.".to_owned()
        }
        PolicyError::NoTargets => {
            "Passes are on, so choose who may have one: everyone, or a group.".to_owned()
        }
        // Not of passes.
        PolicyError::NothingAllowed | PolicyError::NoMetadata => error.to_string(),
        PolicyError::UnknownGroup { .. } => "One of these groups doesn't exist any more.".to_owned(),
    }
}

/// `8 signs, 46 bits`: how hard a code of this length is to guess.
pub(super) fn strength(length: PassLength) -> String {
    let bits = latchkey_crypto::entropy_bits(length).floor();
    format!("{} signs, {bits} bits", length.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_typed_in_any_unit() {
        let field = |count: &str, unit| SpanField {
            count: count.to_owned(),
            unit,
            ..SpanField::stored("minimum", "", Minutes(60))
        };
        assert_eq!(field("90", Unit::Minutes).minutes(), Some(90));
        assert_eq!(field("2", Unit::Days).minutes(), Some(2880));
        assert_eq!(field("-1", Unit::Hours).minutes(), Some(-60));
        assert_eq!(field("9223372036854775807", Unit::Days).minutes(), Some(i64::MAX));
        for wrong in ["", "1.5", "one", "99999999999999999999"] {
            assert_eq!(field(wrong, Unit::Hours).minutes(), None, "{wrong}");
        }
    }

    #[test]
    fn strength_is_told_in_whole_bits() {
        assert_eq!(strength(PassLength::MIN), "8 signs, 46 bits");
        assert_eq!(strength(PassLength::MAX), "48 signs, 278 bits");
    }
}
