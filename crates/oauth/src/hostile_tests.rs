//! Arbitrary and changed input to what reads requests of applications. `PROPTEST_CASES=100000` for a long run.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use crate::client;
use crate::form::{Form, FormError};
use crate::paths::{Endpoint, owns};

/// A body of the names that endpoints look for, with any values, each name once.
fn body() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "grant_type",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "code",
            "redirect_uri",
            "code_verifier",
            "refresh_token",
            "scope",
            "claims",
            "device_code",
        ])
        .prop_map(str::to_owned),
        ".{1,10}",
    ];
    let value = prop_oneof![
        Just("urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
        Just("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA".to_owned()),
        ".{0,40}",
    ];
    prop::collection::hash_map(name, value, 0..8).prop_map(|pairs| pairs.into_iter().collect())
}

fn encoded(pairs: &[(String, String)]) -> String {
    let part = |text: &String| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", part(name), part(value)))
        .collect();
    pairs.join("&")
}

proptest! {
    #[test]
    fn what_was_encoded_is_read_as_it_was(pairs in body()) {
        let form = Form::parse(encoded(&pairs).as_bytes()).unwrap();
        for (name, value) in &pairs {
            prop_assert_eq!(form.get(name), Some(value.as_str()).filter(|value| !value.is_empty()));
        }
    }

    #[test]
    fn a_name_never_comes_twice(pairs in body(), place: prop::sample::Index) {
        prop_assume!(!pairs.is_empty());
        let mut pairs = pairs;
        let twice = pairs[place.index(pairs.len())].clone();
        pairs.push(twice.clone());
        prop_assert_eq!(
            Form::parse(encoded(&pairs).as_bytes()).err(),
            Some(FormError::Repeated(twice.0))
        );
    }

    #[test]
    fn any_bytes_are_a_form_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Form::parse(&bytes);
    }

    #[test]
    fn credentials_come_from_one_place(pairs in body(), header in prop::collection::vec(32..127_u8, 0..60), basic: bool) {
        let mut headers = HeaderMap::new();
        let start: &[u8] = if basic { b"Basic " } else { b"" };
        headers.insert(AUTHORIZATION, HeaderValue::from_bytes(&[start, &header].concat()).unwrap());
        let said = |name: &str| pairs.iter().any(|(known, value)| known == name && !value.is_empty());
        for headers in [HeaderMap::new(), headers] {
            let mut form = Form::parse(encoded(&pairs).as_bytes()).unwrap();
            if client::read(&headers, &mut form).is_ok() {
                let ways = [said("client_secret"), said("client_assertion"), headers.contains_key(AUTHORIZATION)];
                prop_assert!(ways.into_iter().filter(|way| *way).count() <= 1);
                // What is left of the form can be written anywhere.
                prop_assert!(form.get("client_secret").is_none() && form.get("client_assertion").is_none());
            }
        }
    }

    #[test]
    fn any_path_is_an_endpoint_or_none(path in "(/[a-z0-9.%_-]{0,12}){0,7}", other in ".{0,60}") {
        for path in [path, other] {
            if Endpoint::of(&path) != Endpoint::Unknown {
                prop_assert!(owns(&path), "{path}");
            }
        }
    }
}
