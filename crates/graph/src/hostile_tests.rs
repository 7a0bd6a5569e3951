//! Arbitrary and changed input to what reads requests. `PROPTEST_CASES=100000` for a long run.

use proptest::prelude::*;
use serde_json::Value;

use crate::filter::{Filter, parse_search};
use crate::json::Object;
use crate::path;
use crate::query::Query;

/// Texts made of what filters are made of.
fn filterish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "displayName",
            "id",
            " eq ",
            " ne ",
            " and ",
            " or ",
            "not ",
            "(",
            ")",
            "'a'",
            "'it''s'",
            "true",
            "null",
            "7",
            "startswith(",
            "endswith(",
            "in (",
            ",",
            "members/any(m:",
            "m/id",
            "2026-11-22T00:00:00Z",
            "-",
            "'",
            "%",
            "99999999999999999999",
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// JSON of any form, not too large.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number))),
        ".{0,10}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        prop::sample::select(vec![
            "requests",
            "id",
            "method",
            "url",
            "headers",
            "body",
            "dependsOn"
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_filter_is_read_or_refused(text in ".{0,120}", filter in filterish()) {
        for text in [text, filter] {
            if let Ok(filter) = Filter::parse(&text) {
                prop_assert!(!filter.property().is_empty(), "{text}");
                let _ = filter.advanced_operator();
                prop_assert!(!filter.conjuncts().is_empty());
            }
            let _ = parse_search(&text);
        }
    }

    #[test]
    fn a_filter_means_what_was_written(name in "[a-z]{1,8}", value in "[^\0]{0,20}") {
        prop_assume!(!["not", "and", "or"].contains(&name.as_str()));
        let text = format!("{name} eq '{}'", value.replace('\'', "''"));
        let filter = Filter::parse(&text).unwrap();
        let same = matches!(&filter, Filter::Compare(known, _, crate::filter::Literal::Text(read))
            if *known == name && *read == value);
        prop_assert!(same, "{filter:?}");
    }

    #[test]
    fn any_query_and_path_is_read_or_refused(text in ".{0,120}", path in "/(v1.0|beta)(/[a-zA-Z0-9@%'().$=-]{0,20}){0,6}") {
        let _ = Query::parse(Some(&text));
        let _ = path::parse(&text);
        let _ = path::parse(&path);
    }

    #[test]
    fn any_body_is_an_object_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), value in json()) {
        let _ = Object::parse(&bytes);
        let read = Object::parse(value.to_string().as_bytes());
        match (value, read) {
            (Value::Object(members), Ok(read)) => prop_assert_eq!(Value::Object(read.into_members()).to_string(), Value::Object(members).to_string()),
            (Value::Object(_), Err(_)) => prop_assert!(false, "an object was refused"),
            (_, read) => prop_assert!(read.is_err()),
        }
    }

    #[test]
    fn any_changed_body_is_an_object_or_refused(value in json(), place: prop::sample::Index, to: u8) {
        let mut bytes = value.to_string().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = to;
        let _ = Object::parse(&bytes);
    }
}
