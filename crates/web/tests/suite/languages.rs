//! The catalogues: complete, alike, used, and without a mark that they may not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;
use latchkey_web::language::Language;

use crate::samples::{ORDINARY, Texts, pages};

/// What every language must have alike: variables by name, marks in order of their names.
type Shape = (BTreeSet<String>, Vec<String>);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn source(language: Language) -> String {
    let read = |folder| fs::read_to_string(root().join(format!("{folder}/{}.ftl", language.tag()))).unwrap();
    format!("{}\n{}", read("languages"), read("languages/letters"))
}

/// The messages of a catalogue, read strictly: their texts and variables.
fn messages(language: Language) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let resource = parse(source(language)).map_err(|(_, errors)| errors).unwrap();
    let mut found = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let (mut text, mut variables) = (String::new(), BTreeSet::new());
        let value = message.value.expect("a message has a value");
        read(&value, &mut text, &mut variables);
        assert!(message.attributes.is_empty(), "{language:?} {}", message.id.name);
        let twice = found.insert(message.id.name.clone(), (text, variables));
        assert!(twice.is_none(), "{language:?} {} stands twice", message.id.name);
    }
    found
}

fn read(pattern: &Pattern<String>, text: &mut String, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(inline) => read_inline(inline, text, variables),
                Expression::Select { selector, variants } => {
                    read_inline(selector, text, variables);
                    for variant in variants {
                        read(&variant.value, text, variables);
                    }
                }
            },
        }
    }
}

fn read_inline(inline: &InlineExpression<String>, text: &mut String, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::StringLiteral { value } => text.push_str(value),
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.clone());
        }
        InlineExpression::MessageReference { id, .. } => {
            variables.insert(format!("message {}", id.name));
        }
        other => panic!("{other:?}: nothing needs this so far"),
    }
}

/// The marks in a text, sorted.
fn marks(text: &str) -> Vec<String> {
    let mut marks: Vec<_> = text
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap().to_owned())
        .collect();
    marks.sort();
    marks
}

fn shapes(language: Language) -> BTreeMap<String, Shape> {
    let messages = messages(language);
    let all_of = |variables: &BTreeSet<String>| -> BTreeSet<String> {
        let named = variables
            .iter()
            .flat_map(|name| match name.strip_prefix("message ") {
                // What a message refers to has values, too.
                Some(id) => messages[id].1.iter().cloned().collect(),
                None => vec![name.clone()],
            });
        named.collect()
    };
    messages
        .iter()
        .map(|(id, (text, variables))| (id.clone(), (all_of(variables), marks(text))))
        .collect()
}

#[test]
fn every_language_says_the_same_things() {
    let english = shapes(Language::English);
    assert!(english.len() > 100);
    for language in Language::ALL {
        let own = shapes(language);
        let missing: Vec<_> = english.keys().filter(|id| !own.contains_key(*id)).collect();
        let more: Vec<_> = own.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{language:?}: missing {missing:?}, more {more:?}"
        );
        for (id, shape) in &english {
            assert_eq!(own.get(id), Some(shape), "{language:?} {id}");
        }
    }
}

#[test]
fn nothing_but_text_and_a_few_marks() {
    for language in Language::ALL {
        for (id, (text, _)) in messages(language) {
            for mark in marks(&text) {
                let name = mark.trim_start_matches('/');
                assert!(["strong", "bdi"].contains(&name), "{language:?} {id}: <{mark}>");
            }
            let open = text.matches('<').count();
            assert_eq!(open, text.matches('>').count(), "{language:?} {id}");
            assert_eq!(
                open,
                text.matches("</").count() * 2,
                "{language:?} {id}: a mark stays open"
            );
            assert!(
                !text.contains(['"', '&']),
                "{language:?} {id}: not for an attribute"
            );
            assert!(!text.trim().is_empty(), "{language:?} {id} is empty");
        }
    }
}

#[test]
fn nothing_was_left_in_english() {
    let english = messages(Language::English);
    for language in Language::ALL
        .into_iter()
        .filter(|language| *language != Language::English)
    {
        let same: Vec<_> = messages(language)
            .into_iter()
            .filter(|(id, (text, _))| text.split_whitespace().count() > 2 && english[id].0 == *text)
            .collect();
        assert!(same.is_empty(), "{language:?}: {same:?}");
    }
}

fn files(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Templates and code, without their tests.
fn sources() -> Vec<String> {
    let mut found = Vec::new();
    files(&root().join("templates"), "html", &mut found);
    files(&root().join("src"), "rs", &mut found);
    found
        .into_iter()
        .map(|text| text.split("#[cfg(test)]").next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_message_is_used_and_every_used_one_is_there() {
    let sources = sources();
    let known = messages(Language::English);
    let referred: BTreeSet<_> = known
        .values()
        .flat_map(|(_, variables)| variables)
        .filter_map(|name| name.strip_prefix("message "))
        .collect();
    for id in known.keys() {
        let quoted = format!("\"{id}\"");
        let used = sources.iter().any(|source| source.contains(&quoted)) || referred.contains(id.as_str());
        assert!(used, "{id} is in no template and no code");
    }
    for start in [".say(\"", "Id(\""] {
        for rest in sources.iter().flat_map(|source| source.split(start).skip(1)) {
            let id = rest.split('"').next().unwrap();
            assert!(known.contains_key(id), "{id} is in no catalogue");
        }
    }
}

#[test]
fn no_page_shows_a_gap_in_any_language() {
    for language in Language::ALL {
        for (name, html) in pages(&ORDINARY, language).unwrap() {
            assert!(!html.contains(['\u{27e6}', '\u{27e7}']), "{language:?} {name}");
            let start = format!("<html lang=\"{}\" dir=\"ltr\">", language.tag());
            assert!(html.contains(&start), "{language:?} {name}");
            let title = html
                .split("<title>")
                .nth(1)
                .unwrap()
                .split("</title>")
                .next()
                .unwrap();
            assert!(!title.contains('<'), "{language:?} {name}: a mark in the title");
        }
    }
}

#[test]
fn values_are_escaped_where_marks_are_not() {
    let texts = Texts {
        tenant: "<i>&\"",
        ..ORDINARY
    };
    let pages = pages(&texts, Language::German).unwrap();
    let code = &pages.iter().find(|(name, _)| *name == "code").unwrap().1;
    assert!(code.contains("die sie für <bdi>&#60;i&#62;&#38;&#34;</bdi> anzeigt."));
}

#[test]
fn dates_follow_the_page() {
    let pages = pages(&ORDINARY, Language::Japanese).unwrap();
    let early = &pages.iter().find(|(name, _)| *name == "pass-early").unwrap().1;
    assert!(early.contains(">2026年11月25日 14:05 UTC</time>"));
}

/// Right-to-left languages turn the page round by `dir` alone, as long as no rule says left or right.
#[test]
fn the_stylesheet_knows_no_left_and_no_right() {
    let sheet = fs::read_to_string(root().join("assets/app.css")).unwrap();
    for word in [
        "margin-left",
        "margin-right",
        "padding-left",
        "padding-right",
        "border-left",
        "border-right",
        " left:",
        " right:",
        "text-align: left",
        "text-align: right",
        "float:",
    ] {
        assert!(!sheet.contains(word), "{word}");
    }
}
