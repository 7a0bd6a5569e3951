//! Arbitrary parameters of authorization requests. `PROPTEST_CASES=100000` for a long run.

use latchkey_domain::{ClientRegistration, Platform};
use proptest::prelude::*;

use super::answer::{ReplyTo, ResponseMode};
use super::check::check;
use super::claims::Claims;
use super::parameters::Parameters;

/// Parameters that an attacker would try, and some that mean nothing.
fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "max_age",
            "login_hint",
            "claims",
            "dpop_jkt",
            "request",
            "request_uri",
        ])
        .prop_map(str::to_owned),
        ".{1,8}",
    ];
    let value = prop_oneof![
        prop::sample::select(vec![
            "code",
            "id_token",
            "code id_token",
            "id_token token",
            "token",
            "query",
            "fragment",
            "form_post",
            "openid",
            "openid profile",
            "S256",
            "plain",
            "none",
            "login",
            "consent",
            "select_account",
            "0",
            "-1",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "{}",
            "{\"id_token\":{\"amr\":{\"values\":[\"mfa\"]}}}",
        ])
        .prop_map(str::to_owned),
        ".{0,30}",
    ];
    prop::collection::vec((name, value), 0..10)
}

proptest! {
    #[test]
    fn what_passes_keeps_the_rules(
        pairs in parameters(),
        platform in prop::sample::select(vec![Platform::Web, Platform::Spa, Platform::PublicClient]),
        implicit: bool, bound: bool, pushes: bool, ahead: bool,
    ) {
        let registration = ClientRegistration {
            implicit_id_token: implicit,
            implicit_access_token: implicit,
            bound_tokens_only: bound,
            require_pushed_requests: pushes,
            ..ClientRegistration::default()
        };
        let mut reply = ReplyTo { target: "https://app.example".to_owned(), mode: ResponseMode::Query, state: None };
        let given = Parameters(&pairs);
        if let Ok(checked) = check(given, &registration, platform, ahead, &mut reply) {
            let response = checked.response;
            prop_assert!(given.repeated().is_none());
            prop_assert!(ahead || !pushes);
            prop_assert!(given.get("request").is_none() && given.get("request_uri").is_none());
            prop_assert!(response.code || response.id_token);
            prop_assert!(implicit || !(response.id_token || response.token));
            prop_assert!(!(bound && response.token), "a token that can't be bound");
            prop_assert!(!response.id_token || given.get("nonce").is_some());
            // Codes of public clients are worth nothing without what only their client knows (RFC 7636).
            let challenge = given.get("code_challenge");
            prop_assert!(platform == Platform::Web || !response.code || challenge.is_some());
            prop_assert!(challenge.is_none() || given.get("code_challenge_method") == Some("S256"));
            prop_assert!(challenge.is_none_or(|challenge| challenge.len() >= 43));
        }
    }

    #[test]
    fn any_claims_are_read_or_refused(text in ".{0,100}", nested in "[\\[{\":,a-z}\\]]{0,80}") {
        for text in [text, nested] {
            let _ = Claims::read(&text);
        }
    }
}
