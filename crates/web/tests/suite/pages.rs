//! Every template, rendered with ordinary and with hostile texts, read as a browser and a strict
//! Content-Security-Policy would.

use latchkey_web::language::Language;

use crate::samples::{ORDINARY, Texts, pages};

const HOSTILE: &str =
    "\"><script>alert(1)</script><img src=x onerror='alert(2)' style=color:red>{{ 7*7 }}&lt;";

fn hostile() -> Texts<'static> {
    Texts {
        tenant: HOSTILE,
        person: HOSTILE,
        upn: HOSTILE,
        device: HOSTILE,
    }
}

/// The start tags of a page, without `<` and `>`.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .collect()
}

/// A start tag without the values of its attributes.
fn bare(tag: &str) -> String {
    tag.split('"').step_by(2).collect()
}

/// The values of an attribute over the whole page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn what_people_type_stays_text() {
    for (name, html) in pages(&hostile(), Language::English).unwrap() {
        assert!(!html.contains("<script>"), "{name}");
        assert!(!html.contains("<img src=x"), "{name}");
        let escaped = "&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;";
        assert!(html.contains(escaped), "{name}: the tenant's name is missing");
        assert!(html.contains("{{ 7*7 }}"), "{name}: rendered twice");
    }
}

#[test]
fn nothing_inline_and_nothing_from_elsewhere() {
    for texts in [ORDINARY, hostile()] {
        for (name, html) in pages(&texts, Language::English).unwrap() {
            for tag in tags(&html) {
                if tag.starts_with("script") {
                    assert!(tag.contains(" src=\"/assets/"), "{name}: <{tag}>");
                }
                assert!(!tag.starts_with("style"), "{name}");
                let attributes = bare(tag);
                assert!(!attributes.contains(" style="), "{name}: <{tag}>");
                assert!(!attributes.contains(" on"), "{name}: <{tag}>");
            }
            for link in values(&html, "href")
                .iter()
                .chain(&values(&html, "src"))
                .chain(&values(&html, "action"))
            {
                assert!(link.starts_with('/') || link.starts_with('#'), "{name}: {link}");
                assert!(!link.starts_with("//"), "{name}: {link}");
            }
        }
    }
}

#[test]
fn every_form_carries_its_token_and_posts() {
    for (name, html) in pages(&ORDINARY, Language::English).unwrap() {
        for form in html
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split("</form>").next())
        {
            assert!(form.starts_with(" method=\"post\" action=\"/"), "{name}: {form}");
            assert!(
                form.contains("name=\"csrf\" value=\"Zm9yZ2VkPw\""),
                "{name}: {form}"
            );
            if form.contains("action=\"/sign-in") {
                assert!(form.contains("name=\"flow\" value=\"c2FtcGxlLWZsb3c\""), "{name}");
            }
        }
    }
}

#[test]
fn every_page_can_be_read_aloud() {
    for (name, html) in pages(&ORDINARY, Language::English).unwrap() {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">"),
            "{name}"
        );
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        assert_eq!(html.matches("<main ").count(), 1, "{name}");
        assert!(!html.contains("<title> "), "{name}: no title");
        let mut ids = values(&html, "id");
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}: an id twice");
        let references = [
            "for",
            "aria-describedby",
            "aria-labelledby",
            "data-reveal",
            "data-copy",
        ];
        for named in references
            .iter()
            .flat_map(|attribute| values(&html, attribute))
            .flat_map(str::split_whitespace)
        {
            assert!(ids.contains(&named), "{name}: no element #{named}");
        }
        for input in tags(&html).iter().filter(|tag| tag.starts_with("input")) {
            let unseen = input.contains("type=\"hidden\"") || input.ends_with(" hidden");
            let labelled = values(input, "id")
                .iter()
                .any(|id| values(&html, "for").contains(id));
            assert!(unseen || labelled, "{name}: <{input}> has no label");
        }
        for svg in tags(&html).iter().filter(|tag| tag.starts_with("svg")) {
            assert!(
                svg.contains("aria-hidden=\"true\"") || svg.contains("aria-label="),
                "{name}: <{svg}>"
            );
        }
    }
}

#[test]
fn field_names_are_those_of_the_contract() {
    let pages = pages(&ORDINARY, Language::English).unwrap();
    let html = |wanted: &str| pages.iter().find(|(name, _)| *name == wanted).unwrap().1.as_str();
    assert!(html("username").contains("name=\"loginfmt\""));
    assert!(html("username").contains("autocomplete=\"username webauthn\""));
    assert!(html("username").contains("maxlength=\"113\""));
    let pass = html("pass");
    assert!(pass.contains("<h1>Enter Temporary Access Pass</h1>"));
    assert!(pass.contains("<label for=\"accesspass\">Temporary Access Pass</label>"));
    assert!(pass.contains("name=\"accesspass\" type=\"password\" autocomplete=\"one-time-code\" autocapitalize=\"none\" spellcheck=\"false\""));
    assert!(pass.contains(">Sign in</button>"));
    assert!(html("password").contains("Use your Temporary Access Pass instead"));
    assert!(!html("password-wrong").contains("Use your Temporary Access Pass instead"));
    assert!(html("password").contains("name=\"passwd\""));
    assert!(html("code").contains("name=\"otc\""));
    let wrong = html("pass-wrong");
    assert!(wrong.contains(
        "Number: 130503<br>Correlation ID: 5f0c2a9e-8d1b-4a77-9c55-0f6d2b9e1a34<br>Time: 2026-11-22T14:05:00Z"
    ));
    assert!(wrong.contains("aria-describedby=\"hint problem\" aria-invalid=\"true\""));
}

#[test]
fn the_whole_sign_in_page_stays_under_40_kib() {
    let files: usize = latchkey_web::assets::files()
        .filter(|(path, _)| !path.contains("/portal."))
        .map(|(_, bytes)| bytes.len())
        .sum();
    for (name, html) in pages(&ORDINARY, Language::English).unwrap() {
        assert!(html.len() + files < 40 * 1024, "{name}: {} + {files}", html.len());
    }
}
