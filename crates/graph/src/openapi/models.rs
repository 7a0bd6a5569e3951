//! The schemas of answers and bodies, made of their paragraphs in `answers` and `bodies`.
//!
//! A paragraph is a name, then its properties. `id` is a GUID, `date` a moment, `x?` may be null, `[x]` is a list, `'a|b'` one
//! of these words; `*` before a name: it must be there. Properties that a kind of object declares (`$select`) and that are not
//! named there have no value in Latchkey: null, or an empty list.

use serde_json::{Map, Value, json};

use super::answers::ANSWERS;
use super::bodies::BODIES;
use crate::application_view::{APPLICATION, PRINCIPAL};
use crate::directory_roles::ROLE;
use crate::groups::GROUP;
use crate::select::ObjectType;
use crate::sign_ins::SIGN_IN;
use crate::strengths::STRENGTH;
use crate::subscriptions::SUBSCRIPTION;
use crate::units::UNIT;
use crate::user_view::USER;

/// Objects whose declared properties the door itself lists.
const DECLARED: [(&str, &ObjectType); 9] = [
    ("user", &USER),
    ("group", &GROUP),
    ("administrativeUnit", &UNIT),
    ("directoryRole", &ROLE),
    ("application", &APPLICATION),
    ("servicePrincipal", &PRINCIPAL),
    ("authenticationStrength", &STRENGTH),
    ("subscription", &SUBSCRIPTION),
    ("signIn", &SIGN_IN),
];

const ERROR: &str = r#"{
  "type": "object", "required": ["error"], "additionalProperties": false,
  "properties": {"error": {
    "type": "object", "required": ["code", "message", "innerError"], "additionalProperties": false,
    "properties": {
      "code": {"type": "string", "minLength": 1},
      "message": {"type": "string", "minLength": 1},
      "target": {"type": "string"},
      "details": {"type": "array", "items": {
        "type": "object", "required": ["code", "message"], "additionalProperties": false,
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "target": {"type": "string"}}}},
      "innerError": {
        "type": "object", "required": ["date", "request-id", "client-request-id"], "additionalProperties": false,
        "properties": {
          "code": {"type": "string"}, "message": {"type": "string"}, "status": {"type": "string"},
          "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$"},
          "request-id": {"type": "string"}, "client-request-id": {"type": "string"}}}}}}}"#;

/// The schema of a model by its name.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// All schemas.
pub(super) fn schemas() -> Map<String, Value> {
    let mut all: Map<String, Value> = paragraphs(ANSWERS)
        .into_iter()
        .map(|(name, text)| (name.to_owned(), model(name, &text)))
        .collect();
    for (name, text) in paragraphs(BODIES) {
        let twice = all.insert(name.to_owned(), model(name, &text));
        assert!(twice.is_none(), "{name} stands twice");
    }
    let kinds = DECLARED.iter().take(6).map(|(name, _)| reference(name));
    all.insert(
        "directoryObject".to_owned(),
        json!({"anyOf": kinds.collect::<Vec<_>>()}),
    );
    let kinds = [
        "temporaryAccessPass",
        "passwordMethod",
        "fido2Method",
        "softwareOathMethod",
    ]
    .map(reference);
    all.insert("authenticationMethod".to_owned(), json!({"anyOf": kinds}));
    all.insert("text".to_owned(), json!({"type": "string"}));
    all.insert("error".to_owned(), serde_json::from_str(ERROR).unwrap());
    all
}

fn paragraphs(text: &'static str) -> Vec<(&'static str, String)> {
    let split = |paragraph: &'static str| {
        let (name, rest) = paragraph.split_once('\n').unwrap();
        (name, rest.replace('\n', ", "))
    };
    text.trim().split("\n\n").map(split).collect()
}

fn model(name: &str, text: &str) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for part in text.split(", ") {
        let (property, kind) = part.rsplit_once(": ").unwrap_or_else(|| panic!("{name}: {part}"));
        let bare = property.trim_start_matches('*');
        if bare != property {
            required.push(bare);
        }
        let twice = properties.insert(bare.to_owned(), schema(kind));
        assert!(twice.is_none(), "{name}: {bare} stands twice");
    }
    if let Some((_, kind)) = DECLARED.iter().find(|(declared, _)| *declared == name) {
        for property in kind.properties {
            let bare = property.trim_end_matches("[]");
            let nothing = if bare == *property {
                json!({"type": "null"})
            } else {
                json!({"type": "array", "maxItems": 0})
            };
            properties.entry(bare.to_owned()).or_insert(nothing);
        }
        let odata_type = match name {
            "authenticationStrength" => "authenticationStrengthPolicy",
            other => other,
        };
        let odata_type = json!({"const": format!("#microsoft.graph.{odata_type}")});
        properties.insert("@odata.type".to_owned(), odata_type);
    }
    let mut model = json!({
        "type": "object",
        "properties": properties,
        "patternProperties": {"^@odata\\.": {}, "@odata\\.": {}},
        "additionalProperties": false,
    });
    if !required.is_empty() {
        model["required"] = required.into();
    }
    model
}

fn schema(kind: &str) -> Value {
    if let Some(kind) = kind.strip_suffix('?') {
        return match schema(kind) {
            Value::Object(mut plain) if plain.get("type").is_some_and(Value::is_string) => {
                let one = plain.remove("type").unwrap();
                plain.insert("type".to_owned(), json!([one, "null"]));
                if let Some(Value::Array(words)) = plain.get_mut("enum") {
                    words.push(Value::Null);
                }
                plain.into()
            }
            other => json!({"anyOf": [other, {"type": "null"}]}),
        };
    }
    if let Some(item) = kind.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return json!({"type": "array", "items": schema(item)});
    }
    if let Some(words) = kind.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return json!({"type": "string", "enum": words.split('|').collect::<Vec<_>>()});
    }
    match kind {
        "id" => json!({"type": "string", "format": "uuid"}),
        "text" => json!({"type": "string"}),
        "date" => json!({"type": "string", "format": "date-time"}),
        "int" => json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX}),
        "bool" => json!({"type": "boolean"}),
        "null" => json!({"type": "null"}),
        "any" => json!({"type": "object"}),
        name => reference(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_of_an_object_that_lists_them_is_declared_there() {
        let beside = [
            "manager",
            "directReports",
            "memberOf",
            "transitiveMemberOf",
            "members",
            "owners",
            "members@delta",
            "@removed",
        ];
        for (name, kind) in DECLARED {
            let (_, text) = paragraphs(ANSWERS)
                .into_iter()
                .find(|(known, _)| *known == name)
                .unwrap();
            for part in text.split(", ") {
                let property = part.rsplit_once(": ").unwrap().0.trim_start_matches('*');
                assert!(
                    kind.declares(property) || beside.contains(&property),
                    "{name}: {property}"
                );
            }
        }
    }
}
