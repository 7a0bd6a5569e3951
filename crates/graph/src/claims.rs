//! What bodies say of properties that can't be written (Graph contract 1.1).

use latchkey_domain::Timestamp;
use serde_json::{Map, Value};

use crate::error::{GraphError, Vocabulary};

/// What a body says of properties that can't be written: clients send objects back as they read them (Graph contract
/// 1.1).
#[derive(Default)]
pub(crate) struct Claims {
    claims: Vec<(&'static str, Value)>,
    /// The words of the service whose object it is.
    words: Vocabulary,
}

impl Claims {
    /// What is claimed.
    pub(crate) const fn new(claims: Vec<(&'static str, Value)>, words: Vocabulary) -> Self {
        Self { claims, words }
    }

    /// The properties that are claimed to be something.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.claims.iter().map(|(name, _)| *name).collect()
    }

    /// Drops a claim that the request itself shows to be true, so that nothing is read for it.
    pub(crate) fn settle(&mut self, property: &str, known: &str) {
        let known = Value::from(known);
        self.claims
            .retain(|(name, claimed)| *name != property || !is_same(claimed, &known));
    }

    /// Whether nothing is claimed.
    pub(crate) fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    /// Refuses them of what is only being made.
    ///
    /// # Errors
    /// The first property that is claimed to be something.
    pub(crate) fn none(&self) -> Result<(), GraphError> {
        self.check(&Map::new())
    }

    /// Compares them with what they are.
    ///
    /// # Errors
    /// The first that is something else.
    pub(crate) fn check(&self, object: &Map<String, Value>) -> Result<(), GraphError> {
        let differs = |(name, claimed): &&(&'static str, Value)| {
            !is_same(claimed, object.get(*name).unwrap_or(&Value::Null))
        };
        match self.claims.iter().find(differs) {
            None => Ok(()),
            Some((name, _)) => Err(read_only_property(self.words, name)),
        }
    }
}

/// Whether two values say the same: moments may be written in several ways, and ids in any case; nothing is said by null,
/// by an empty list and by an object of such.
fn is_same(claimed: &Value, known: &Value) -> bool {
    match (claimed, known) {
        (Value::String(claimed), Value::String(known)) => {
            let moment = |text: &str| Timestamp::parse_rfc3339(text).ok();
            claimed.eq_ignore_ascii_case(known)
                || moment(claimed).is_some_and(|claimed| moment(known) == Some(claimed))
        }
        _ => claimed == known || (says_nothing(claimed) && says_nothing(known)),
    }
}

/// Whether it is null, an empty list, or an object of such.
pub(crate) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
        _ => false,
    }
}

/// What Graph lets administrators write of people, and nothing here has a use for.
const NOT_KEPT: [&str; 7] = [
    "ageGroup",
    "consentProvidedForMinor",
    "employeeLeaveDateTime",
    "employeeOrgData",
    "faxNumber",
    "onPremisesExtensionAttributes",
    "onPremisesImmutableId",
];

/// The refusal of a property that can't be written.
pub(crate) fn read_only_property(words: Vocabulary, property: &'static str) -> GraphError {
    let message = if NOT_KEPT.contains(&property) {
        format!("Property '{property}' is not kept here and cannot be set.")
    } else {
        format!("Property '{property}' is read-only and cannot be set.")
    };
    words.bad_request(message).with_target(property)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_is_said_in_several_ways() {
        for nothing in [
            json!(null),
            json!([]),
            json!({"costCenter": null, "division": []}),
        ] {
            assert!(says_nothing(&nothing), "{nothing}");
            assert!(is_same(&nothing, &Value::Null), "{nothing}");
        }
        for something in [json!(false), json!(""), json!([null]), json!({"costCenter": "7"})] {
            assert!(!says_nothing(&something), "{something}");
            assert!(!is_same(&Value::Null, &something), "{something}");
        }
    }
}
