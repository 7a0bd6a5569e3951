//! Puts the `WHERE` of a list together from the filters that were asked for.
//!
//! Only fixed pieces of text go in; what people typed is always a parameter. The number of different statements is
//! thereby small, and engines may keep them prepared.

use latchkey_domain::Timestamp;

use crate::value::{Param, Value};

/// Conditions that must all hold, with their parameters.
#[derive(Debug, Default)]
pub(crate) struct Conditions<'a> {
    text: String,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    /// Adds a parameter and tells its place, such as `?3`.
    pub(crate) fn bind(&mut self, value: &'a (impl Param + ?Sized)) -> String {
        self.values.push(value.value());
        format!("?{}", self.values.len())
    }

    /// Adds a condition in which every `?` stands for the value.
    pub(crate) fn and(&mut self, condition: &str, value: &'a (impl Param + ?Sized)) {
        let place = self.bind(value);
        self.and_text(&condition.replace('?', &place));
    }

    /// Adds a condition without parameters, or with places that [`Conditions::bind`] told.
    pub(crate) fn and_text(&mut self, condition: &str) {
        self.text
            .push_str(if self.text.is_empty() { "WHERE " } else { " AND " });
        self.text.push_str(condition);
    }

    /// Narrows a log, read newest first, to a span of time and to what comes after the record at `before`.
    pub(crate) fn newest_first(
        &mut self,
        table: &str,
        (from, to): (Option<&'a Timestamp>, Option<&'a Timestamp>),
        before: Option<&'a (Timestamp, i64)>,
    ) {
        if let Some(from) = from {
            self.and(&format!("{table}.at >= ?"), from);
        }
        // Of two upper ends SQLite would take one to the index, and perhaps the wrong one.
        match (before, to) {
            (Some((at, seq)), to) if to.is_none_or(|to| at <= to) => {
                let (at, seq) = (self.bind(at), self.bind(seq));
                self.and_text(&format!("({table}.at, {table}.seq) < ({at}, {seq})"));
            }
            (_, Some(to)) => self.and(&format!("{table}.at <= ?"), to),
            _ => {}
        }
    }

    /// `WHERE …`, or nothing.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The parameters, in order.
    pub(crate) fn values(&self) -> &[Value<'a>] {
        &self.values
    }
}

/// A column that no index should be chosen for, since another one finds less.
pub(crate) fn unindexed(column: &str) -> String {
    format!("COALESCE({column}, {column})")
}

/// The end of the range of texts that start with `prefix`: `start <= text AND text < end`.
pub(crate) fn prefix_end(prefix: &str) -> String {
    // U+10FFFF is no character, and the last in the order of the bytes.
    format!("{prefix}{}", char::MAX)
}
