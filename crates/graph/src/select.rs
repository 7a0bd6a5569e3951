//! `$select`: which properties of an object an answer has.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::{GraphError, Vocabulary};

/// A kind of object and its declared properties.
pub(crate) struct ObjectType {
    /// Its name in messages, such as `microsoft.graph.user`.
    pub(crate) name: &'static str,
    /// All declared properties; a list's name ends in `[]`.
    pub(crate) properties: &'static [&'static str],
    /// Those of an answer without `$select`.
    pub(crate) default: &'static [&'static str],
}

impl ObjectType {
    /// A kind whose answers have every property unless `$select` says otherwise.
    pub(crate) const fn whole(name: &'static str, properties: &'static [&'static str]) -> Self {
        Self {
            name,
            properties,
            default: properties,
        }
    }

    /// The names of all its properties.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let name = |name: &&'static str| name.trim_end_matches("[]");
        self.properties.iter().map(name).collect()
    }

    /// Whether it has a property of that name, in any case.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.properties
            .iter()
            .any(|known| known.trim_end_matches("[]").eq_ignore_ascii_case(name))
    }
}

/// The properties of an answer.
pub(crate) struct Selection {
    names: Vec<&'static str>,
    chosen: bool,
}

impl Selection {
    /// What the request asks for.
    ///
    /// # Errors
    /// A name that is not declared.
    pub(crate) fn of(call: &Call, kind: &ObjectType) -> Result<Self, GraphError> {
        Self::of_names(call.query.select().as_deref(), kind)
    }

    /// What these names ask for; none: what there is without `$select`.
    ///
    /// # Errors
    /// A name that is not declared.
    pub(crate) fn of_names(asked: Option<&[&str]>, kind: &ObjectType) -> Result<Self, GraphError> {
        let Some(asked) = asked else {
            return Ok(Self {
                names: kind.default.to_vec(),
                chosen: false,
            });
        };
        if asked.contains(&"*") {
            return Ok(Self {
                names: kind.default.to_vec(),
                chosen: false,
            });
        }
        let find = |asked: &&str| {
            let declared = kind.properties.iter().map(|name| name.trim_end_matches("[]"));
            declared.into_iter().find(|name| name.eq_ignore_ascii_case(asked)).ok_or_else(|| {
                GraphError::gateway(format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{asked}' on type '{}'.",
                    kind.name
                ))
            })
        };
        Ok(Self {
            names: asked.iter().map(find).collect::<Result<_, _>>()?,
            chosen: true,
        })
    }

    /// These properties, which are declared.
    pub(crate) const fn these(names: Vec<&'static str>) -> Self {
        Self { names, chosen: true }
    }

    /// What is left of it for somebody who sees these properties only.
    ///
    /// # Errors
    /// Another one was asked for by its name.
    pub(crate) fn within(mut self, seen: &[&str], words: Vocabulary) -> Result<Self, GraphError> {
        if self.chosen && !self.names.iter().all(|name| seen.contains(name)) {
            return Err(words.denied());
        }
        self.names.retain(|name| seen.contains(name));
        Ok(self)
    }

    /// Whether the property was asked for.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// `users` or `users(id,displayName)`.
    pub(crate) fn context(&self, set: &str) -> String {
        if self.chosen {
            format!("{set}({})", self.names.join(","))
        } else {
            set.to_owned()
        }
    }

    /// Whether there is a `$select`.
    pub(crate) const fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// A body that was made with all it has: what was chosen of it, or the whole.
    pub(crate) fn of_whole(&self, kind: &ObjectType, body: Value) -> Value {
        if self.chosen {
            self.render(kind, |name| body.get(name).cloned()).into()
        } else {
            body
        }
    }

    /// The object with these properties. What is declared and never has a value here is null, or empty
    /// for a list.
    pub(crate) fn render(
        &self,
        kind: &ObjectType,
        value: impl Fn(&str) -> Option<Value>,
    ) -> Map<String, Value> {
        let empty = |name: &str| {
            let is_list = kind
                .properties
                .iter()
                .any(|known| known.strip_suffix("[]") == Some(name));
            if is_list {
                Value::Array(Vec::new())
            } else {
                Value::Null
            }
        };
        self.names
            .iter()
            .map(|name| ((*name).to_owned(), value(name).unwrap_or_else(|| empty(name))))
            .collect()
    }
}
