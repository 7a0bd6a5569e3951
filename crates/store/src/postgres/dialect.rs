//! What PostgreSQL says differently: parameters in statements, types in migrations. This is all of it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// A statement's text with `$N` for `?N`. The number of texts is the number of statements in the program, so what
/// is translated once is kept.
pub(super) fn statement(sql: &str) -> Arc<str> {
    static KNOWN: OnceLock<RwLock<HashMap<Box<str>, Arc<str>>>> = OnceLock::new();
    let known = KNOWN.get_or_init(RwLock::default);
    if let Some(text) = known.read().unwrap_or_else(PoisonError::into_inner).get(sql) {
        return Arc::clone(text);
    }
    let text: Arc<str> = parameters(sql).into();
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    known.insert(sql.into(), Arc::clone(&text));
    text
}

/// `?N` outside quotes becomes `$N`.
fn parameters(sql: &str) -> String {
    let mut quoted = false;
    sql.chars()
        .map(|sign| {
            quoted ^= sign == '\'';
            if sign == '?' && !quoted { '$' } else { sign }
        })
        .collect()
}

/// A migration's text with this engine's types. Text is compared byte by byte, as SQLite does, so that both sort
/// alike and an index serves a search for what a text starts with. A primary key `seq` counts up by itself.
pub(super) fn schema(sql: &str) -> String {
    let lines = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    let mut text = String::with_capacity(sql.len());
    for word in lines.flat_map(|line| line.split_inclusive([' ', ',', '(', ')', ';']).chain(["\n"])) {
        let name = word.trim_end_matches([' ', ',', '(', ')', ';']);
        let rest = word.strip_prefix(name).unwrap_or_default();
        text.push_str(match name {
            "BLOB" => "BYTEA",
            "INTEGER" => "BIGINT",
            "TEXT" => "TEXT COLLATE \"C\"",
            other => other,
        });
        text.push_str(rest);
    }
    text.replace(") STRICT, WITHOUT ROWID;", ");")
        .replace(") STRICT;", ");")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_dollars_outside_quotes() {
        let sql = "SELECT '?1', a FROM t WHERE a = ?1 AND b = ?12";
        assert_eq!(&*statement(sql), "SELECT '?1', a FROM t WHERE a = $1 AND b = $12");
        assert_eq!(statement(sql), statement(sql));
    }

    #[test]
    fn types_are_translated_as_words() {
        let sql = "CREATE TABLE t ( -- INTEGER\n  id BLOB PRIMARY KEY,\n  n INTEGER NOT NULL, TEXTUAL TEXT\n) STRICT, WITHOUT ROWID;";
        assert_eq!(
            schema(sql),
            "CREATE TABLE t ( \n  id BYTEA PRIMARY KEY,\n  n BIGINT NOT NULL, TEXTUAL TEXT COLLATE \"C\"\n);\n"
        );
    }
}
