//! Request bodies: JSON objects without repeated keys, and the typed taking of their properties.
//!
//! Graph contract 1.1 and 2. `serde_json` itself bounds the nesting at 128 and checks the UTF-8.

use std::borrow::Cow;
use std::fmt;

use latchkey_domain::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::claims::{Claims, read_only_property, says_nothing};
use crate::error::{GraphError, Vocabulary};

/// The gateway's answer to what is no JSON.
pub(crate) const UNREADABLE: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";

const TYPE: &str = "@odata.type";

/// A JSON value in which no object has a key twice. `serde_json` would silently take the last one.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Strict(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Strict, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("a key stands twice in one object"));
            }
        }
        Ok(Strict(Value::Object(map)))
    }
}

/// A JSON object whose properties are taken one by one; what is left at the end is unknown.
#[derive(Debug)]
pub(crate) struct Object {
    members: Map<String, Value>,
    /// The words of the service whose object it is.
    words: Vocabulary,
}

impl Object {
    /// Reads a body.
    ///
    /// # Errors
    /// What is no JSON object, repeats a key or is nested more than 128 deep.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, GraphError> {
        match serde_json::from_slice::<Strict>(body) {
            Ok(Strict(Value::Object(members))) => Ok(Self {
                members,
                words: Vocabulary::Directory,
            }),
            Ok(_) | Err(_) => Err(GraphError::gateway(UNREADABLE)),
        }
    }

    /// Reads the body of a request that must have one.
    ///
    /// # Errors
    /// No body, another type of body, no JSON object.
    pub(crate) fn of_request(content_type: Option<&str>, body: &[u8]) -> Result<Self, GraphError> {
        if body.is_empty() {
            return Err(GraphError::gateway("Empty Payload. JSON content expected."));
        }
        match content_type.map(|text| text.split(';').next().unwrap_or("").trim()) {
            None | Some("") => Err(GraphError::gateway(UNREADABLE)),
            Some(kind) if kind.eq_ignore_ascii_case("application/json") => Self::parse(body),
            Some(_) => Err(GraphError::gateway(
                "Entity only allows writes with a JSON Content-Type header.",
            )),
        }
    }

    /// The same, with errors in the words of this service.
    pub(crate) fn in_words(self, words: Vocabulary) -> Self {
        Self { words, ..self }
    }

    /// An object within this one.
    const fn inner(&self, members: Map<String, Value>) -> Self {
        Self {
            members,
            words: self.words,
        }
    }

    /// All members, as they are.
    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    /// Checks `@odata.type` against the only type that fits, if it is given (with or without `#`).
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn check_type(&mut self, name: &str) -> Result<(), GraphError> {
        self.check_types(&[name])
    }

    /// As [`Self::check_type`], where one of several types fits.
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn check_types(&mut self, names: &[&str]) -> Result<(), GraphError> {
        let fits = |given: &str| {
            let given = given.trim_start_matches('#').strip_prefix("microsoft.graph.");
            given.is_some_and(|given| names.iter().any(|name| name.eq_ignore_ascii_case(given)))
        };
        match self.members.remove(TYPE) {
            None | Some(Value::Null) => Ok(()),
            Some(Value::String(given)) if fits(&given) => Ok(()),
            Some(_) => Err(GraphError::gateway(match names.first() {
                Some(name) => {
                    format!("The type in '@odata.type' does not fit: expected '#microsoft.graph.{name}'.")
                }
                None => "There is no type that '@odata.type' could name here.".to_owned(),
            })),
        }
    }

    /// Takes a value as it is.
    pub(crate) fn take(&mut self, property: &str) -> Option<Value> {
        self.members.remove(property)
    }

    /// Takes a text; null is as if it were absent.
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn text(&mut self, property: &'static str) -> Result<Option<String>, GraphError> {
        Ok(self.nullable_text(property)?.flatten())
    }

    /// Takes a text that may be null (`Some(None)`).
    ///
    /// # Errors
    /// Another type.
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things on the wire"
    )]
    pub(crate) fn nullable_text(
        &mut self,
        property: &'static str,
    ) -> Result<Option<Option<String>>, GraphError> {
        match self.members.remove(property) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => Ok(Some(Some(text))),
            Some(_) => Err(wrong_type(property, "Edm.String")),
        }
    }

    /// Takes a boolean; null is as if it were absent.
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn boolean(&mut self, property: &'static str) -> Result<Option<bool>, GraphError> {
        match self.members.remove(property) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(wrong_type(property, "Edm.Boolean")),
        }
    }

    /// As [`Self::text`], where null would ask for something that can't be: the property can't be cleared.
    ///
    /// # Errors
    /// Another type; null.
    pub(crate) fn text_not_null(
        &mut self,
        property: &'static str,
        resource: &str,
    ) -> Result<Option<String>, GraphError> {
        self.refuse_nulls(&[property], resource)?;
        self.text(property)
    }

    /// As [`Self::boolean`], where null would ask for something that can't be.
    ///
    /// # Errors
    /// Another type; null.
    pub(crate) fn boolean_not_null(
        &mut self,
        property: &'static str,
        resource: &str,
    ) -> Result<Option<bool>, GraphError> {
        self.refuse_nulls(&[property], resource)?;
        self.boolean(property)
    }

    /// Refuses null for properties that can't be cleared.
    ///
    /// # Errors
    /// The first that is null.
    pub(crate) fn refuse_nulls(&self, properties: &[&'static str], resource: &str) -> Result<(), GraphError> {
        let is_null = |property: &&&str| self.members.get(**property).is_some_and(Value::is_null);
        let Some(property) = properties.iter().find(is_null) else {
            return Ok(());
        };
        let message = format!("Invalid value specified for property '{property}' of resource '{resource}'.");
        Err(self
            .words
            .bad_request(message)
            .with_detail("InvalidValue", property))
    }

    /// Takes an integer of 32 bits, the only size that Graph has here; null is as if it were absent.
    ///
    /// # Errors
    /// Another type, a fraction, what does not fit.
    pub(crate) fn integer(&mut self, property: &'static str) -> Result<Option<i64>, GraphError> {
        match self.members.remove(property) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) => number
                .as_i64()
                .filter(|number| i32::try_from(*number).is_ok())
                .map(Some)
                .ok_or_else(|| wrong_type(property, "Edm.Int32")),
            Some(_) => Err(wrong_type(property, "Edm.Int32")),
        }
    }

    /// Takes a date and time with an offset; may be null (`Some(None)`).
    ///
    /// # Errors
    /// Another type or form: a time without a zone is not guessed at.
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things on the wire"
    )]
    pub(crate) fn nullable_date(
        &mut self,
        property: &'static str,
    ) -> Result<Option<Option<Timestamp>>, GraphError> {
        let wrong = || wrong_type(property, "Edm.DateTimeOffset");
        match self.members.remove(property) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => Timestamp::parse_rfc3339(&text)
                .map(|at| Some(Some(at)))
                .map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        }
    }

    /// Takes an object; null is as if it were absent.
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn object(&mut self, property: &'static str) -> Result<Option<Self>, GraphError> {
        match self.members.remove(property) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(self.inner(members))),
            Some(_) => Err(wrong_type(property, "an object")),
        }
    }

    /// Takes a list of objects; null is as if it were absent.
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn objects(&mut self, property: &'static str) -> Result<Option<Vec<Self>>, GraphError> {
        let Some(items) = self.list(property)? else {
            return Ok(None);
        };
        items
            .into_iter()
            .map(|item| match item {
                Value::Object(members) => Ok(self.inner(members)),
                _ => Err(wrong_type(property, "a list of objects")),
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// Takes a list of texts; null is as if it were absent.
    ///
    /// # Errors
    /// Another type.
    pub(crate) fn texts(&mut self, property: &'static str) -> Result<Option<Vec<String>>, GraphError> {
        let Some(items) = self.list(property)? else {
            return Ok(None);
        };
        items
            .into_iter()
            .map(|item| match item {
                Value::String(text) => Ok(text),
                _ => Err(wrong_type(property, "Collection(Edm.String)")),
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn list(&mut self, property: &'static str) -> Result<Option<Vec<Value>>, GraphError> {
        match self.members.remove(property) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong_type(property, "a list")),
        }
    }

    /// Drops read-only properties that say nothing: null. What else they say is checked by the caller.
    pub(crate) fn tolerate_null(&mut self, properties: &[&str]) {
        for property in properties {
            if self.members.get(*property).is_some_and(Value::is_null) {
                self.members.remove(*property);
            }
        }
    }

    /// Reads null as the value that clears the property.
    pub(crate) fn null_clears(&mut self, property: &str, cleared: Value) {
        if let Some(value) = self.members.get_mut(property).filter(|value| value.is_null()) {
            *value = cleared;
        }
    }

    /// As [`Self::null_clears`], for lists.
    pub(crate) fn null_empties(&mut self, properties: &[&str]) {
        for property in properties {
            self.null_clears(property, Value::Array(Vec::new()));
        }
    }

    /// Takes an empty list; whether it was one.
    pub(crate) fn take_empty_list(&mut self, property: &str) -> bool {
        let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        let found = self.members.get(property).is_some_and(is_empty);
        if found {
            self.members.remove(property);
        }
        found
    }

    /// Whether the property is there, null too.
    pub(crate) fn has(&self, property: &str) -> bool {
        self.members.contains_key(property)
    }

    /// As [`Self::tolerate_null`], for lists: an empty one says nothing, too.
    pub(crate) fn tolerate_empty(&mut self, properties: &[&str]) {
        for property in properties {
            self.take_empty_list(property);
        }
        self.tolerate_null(properties);
    }

    /// Refuses what was not taken; annotations are ignored, except references, which ask for something, and a type, which
    /// was checked before if there is one that fits.
    ///
    /// # Errors
    /// The first property that is unknown here.
    pub(crate) fn finish(mut self) -> Result<(), GraphError> {
        self.check_types(&[])?;
        let unknown = self
            .members
            .keys()
            .find(|key| !key.contains("@odata.") || key.ends_with("@odata.bind"));
        unknown.map_or(Ok(()), |key| Err(unknown_property(self.words, key)))
    }

    /// As [`Self::finish`], where some declared properties can't be written: they get an answer of
    /// their own.
    ///
    /// # Errors
    /// The first property that is unknown or can't be written.
    pub(crate) fn finish_read_only(mut self, read_only: &[&'static str]) -> Result<(), GraphError> {
        self.tolerate_null(read_only);
        if let Some(property) = read_only
            .iter()
            .find(|property| self.members.contains_key(**property))
        {
            return Err(read_only_property(self.words, property));
        }
        self.finish()
    }

    /// As [`Self::finish_read_only`], for what is only being made: what says nothing may stand there, as clients write
    /// it.
    ///
    /// # Errors
    /// The first property that is unknown or can't be written.
    pub(crate) fn finish_new(mut self, read_only: &[&'static str]) -> Result<(), GraphError> {
        self.members
            .retain(|name, value| !(read_only.contains(&name.as_str()) && says_nothing(value)));
        self.finish_read_only(read_only)
    }

    /// As [`Self::finish_read_only`], for an object that there is: what the body says of properties that can't be
    /// written is left to be compared with what they are.
    ///
    /// # Errors
    /// The first property that is unknown.
    pub(crate) fn finish_with_claims(mut self, read_only: &[&'static str]) -> Result<Claims, GraphError> {
        self.tolerate_null(read_only);
        let words = self.words;
        let mut claims = Vec::new();
        for property in read_only {
            if let Some(value) = self.members.remove(*property) {
                claims.push((*property, value));
            }
        }
        self.finish()?;
        Ok(Claims::new(claims, words))
    }
}

fn unknown_property(words: Vocabulary, key: &str) -> GraphError {
    words.bad_request(format!(
        "Property '{key}' does not exist as a declared property or extension property."
    ))
}

/// The gateway's answer to a value of another type.
pub(crate) fn wrong_type(property: &'static str, wanted: &str) -> GraphError {
    let message: Cow<'static, str> =
        format!("Cannot convert the value of property '{property}' to the expected type '{wanted}'.").into();
    GraphError::gateway(message).with_target(property)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<Object, GraphError>) -> &'static str {
        result.unwrap_err().content().code
    }

    #[test]
    fn only_clean_objects_pass() {
        assert!(Object::parse(br#"{"a":1,"b":{"a":2}}"#).is_ok());
        let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        let wrong: [&[u8]; 9] = [
            b"",
            b"null",
            b"[]",
            b"\"text\"",
            br#"{"a":1,"a":2}"#,
            br#"{"x":[{"a":1,"a":1}]}"#,
            b"{\"a\":\"\xff\"}",
            b"{} {}",
            deep.as_bytes(),
        ];
        for body in wrong {
            assert_eq!(
                code(Object::parse(body)),
                "BadRequest",
                "{}",
                String::from_utf8_lossy(body)
            );
        }
    }

    #[test]
    fn types_are_exact() {
        let mut object =
            Object::parse(br#"{"n":60.5,"t":60,"b":"true","big":1e400,"d":"2021-20-11 11:19:00"}"#);
        assert!(
            object.is_err(),
            "a number beyond every type is no JSON number for us"
        );
        object = Object::parse(
            br#"{"n":60.5,"m":60.0,"i":2147483648,"t":60,"b":"true","d":"2021-20-11 11:19:00","e":"2026-11-02T09:00:00"}"#,
        );
        let mut object = object.unwrap();
        assert!(object.integer("n").is_err() && object.integer("m").is_err() && object.integer("i").is_err());
        assert!(object.text("t").is_err() && object.boolean("b").is_err());
        assert!(object.nullable_date("d").is_err() && object.nullable_date("e").is_err());
    }

    #[test]
    fn what_is_left_is_unknown() {
        let parse = |body: &[u8]| Object::parse(body).unwrap();
        assert!(
            parse(br#"{"@odata.type":null,"a@odata.context":"y"}"#)
                .finish()
                .is_ok()
        );
        assert!(
            parse(br##"{"@odata.type":"#x"}"##).finish().is_err(),
            "nobody has checked it"
        );
        let error = parse(br#"{"colour":1}"#).finish().unwrap_err();
        assert_eq!(
            error.content().message,
            "Property 'colour' does not exist as a declared property or extension property."
        );
        let authentication = parse(br#"{"colour":1}"#).in_words(Vocabulary::Authentication);
        assert_eq!(authentication.finish().unwrap_err().content().code, "badRequest");
        assert!(parse(br#"{"manager@odata.bind":"x"}"#).finish().is_err());
        assert!(parse(br#"{"id":null}"#).finish_read_only(&["id"]).is_ok());
        let code = |words| {
            let object = parse(br#"{"id":"x"}"#).in_words(words);
            object.finish_read_only(&["id"]).unwrap_err().content().code
        };
        assert_eq!(code(Vocabulary::Directory), "Request_BadRequest");
        assert_eq!(code(Vocabulary::Authentication), "badRequest");
    }

    #[test]
    fn a_type_must_fit() {
        let check = |body: &[u8]| Object::parse(body).unwrap().check_type("user");
        assert!(check(b"{}").is_ok());
        assert!(check(br##"{"@odata.type":"#microsoft.graph.user"}"##).is_ok());
        assert!(check(br##"{"@odata.type":"#microsoft.graph.group"}"##).is_err());
        assert!(check(br#"{"@odata.type":7}"#).is_err());
    }
}
