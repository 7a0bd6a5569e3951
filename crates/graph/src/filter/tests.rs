//! What is a filter and what is none.

use super::*;

fn eq(property: &str, text: &str) -> Filter {
    Filter::Compare(property.into(), Operator::Eq, Literal::Text(text.into()))
}

#[test]
fn reads_what_graph_documents() {
    let parse = |text| Filter::parse(text).unwrap();
    assert_eq!(
        parse("displayName eq 'O''Neil (x)'"),
        eq("displayName", "O'Neil (x)")
    );
    assert_eq!(
        parse("startswith(displayName, 'A') and accountEnabled eq true").conjuncts(),
        [
            Filter::Function("startswith".into(), "displayName".into(), "A".into()),
            Filter::Compare("accountEnabled".into(), Operator::Eq, Literal::Bool(true)),
        ]
    );
    assert_eq!(
        parse("startsWith(mail,'a') eq true"),
        parse("startswith(mail,'a')")
    );
    assert_eq!(
        parse("createdDateTime ge 2026-11-02T09:00:00Z"),
        Filter::Compare(
            "createdDateTime".into(),
            Operator::Ge,
            Literal::Date(Timestamp::parse_rfc3339("2026-11-02T09:00:00Z").unwrap())
        )
    );
    assert_eq!(
        parse("status/errorCode eq 130503"),
        Filter::Compare("status/errorCode".into(), Operator::Eq, Literal::Number(130_503))
    );
    assert_eq!(
        parse("targetResources/any(t:t/id eq 'x')"),
        Filter::Any("targetResources".into(), Box::new(eq("id", "x")))
    );
    assert_eq!(
        parse("signInEventTypes/any(t: t eq 'interactiveUser')"),
        Filter::Any("signInEventTypes".into(), Box::new(eq("", "interactiveUser")))
    );
    assert_eq!(
        parse("a eq 'x' or b eq 'y' and c eq 'z'"),
        Filter::Or(
            Box::new(eq("a", "x")),
            Box::new(Filter::And(Box::new(eq("b", "y")), Box::new(eq("c", "z"))))
        )
    );
    assert_eq!(
        parse("id in ('a','b')"),
        Filter::In(
            "id".into(),
            vec![Literal::Text("a".into()), Literal::Text("b".into())]
        )
    );
    assert_eq!(parse("not(a eq 'x')").advanced_operator(), Some("not"));
}

#[test]
fn refuses_what_is_no_filter() {
    let deep = format!("{}a eq 'x'{}", "(".repeat(40), ")".repeat(40));
    for wrong in [
        "",
        "displayName",
        "displayName eq",
        "displayName eq 'x",
        "displayName is 'x'",
        "displayName eq 'x')",
        "(displayName eq 'x'",
        "displayName eq 'x' and",
        "concat(a,'b')",
        "startswith(a)",
        "targetResources/any(t:u/id eq 'x')",
        "targetResources/any(t)",
        "'x' eq 'x'",
        "a eq 'x'; drop table users",
        deep.as_str(),
    ] {
        assert_eq!(
            Filter::parse(wrong).unwrap_err().content().code,
            "BadRequest",
            "{wrong}"
        );
    }
}
