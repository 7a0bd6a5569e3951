//! Arbitrary and changed input to what reads tokens of others. `PROPTEST_CASES=100000` for a long run.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::json;

use crate::dpop::tests::jwk;
use crate::{ClientAssertion, ClientCertificate, DpopProof, JwsAlgorithm, SigningKey};

static KEY: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap()));

/// A proof as an honest client makes it.
static PROOF: LazyLock<String> = LazyLock::new(|| {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(&KEY)});
    let message = format!("{}.{}", part(&header), part(&json!({"jti": "1", "iat": 1})));
    let signature = KEY.signature(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
});

/// A text in the compact form whose parts are JSON, more or less.
fn compact() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "typ", "alg", "jwk", "kid", "x5t", "crit", "iss", "exp", "jti",
    ]);
    let value = prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        prop::sample::select(vec!["dpop+jwt", "JWT", "ES256", "RS256", "none"]).prop_map(|word| json!(word)),
        ".{0,20}".prop_map(|text| json!(text)),
        Just(json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})),
        Just(json!({"kty": "RSA", "n": "AA", "e": "AQAB"})),
        Just(json!({"kty": "OKP", "crv": "Ed25519", "x": ""})),
    ];
    let part = prop::collection::hash_map(name, value, 0..6)
        .prop_map(|members| URL_SAFE_NO_PAD.encode(json!(members).to_string()));
    (part.clone(), part, "[A-Za-z0-9_-]{0,90}")
        .prop_map(|(header, claims, signature)| format!("{header}.{claims}.{signature}"))
}

proptest! {
    #[test]
    fn no_text_is_a_proof_but_one_that_its_key_signed(text in ".{0,200}", compact in compact()) {
        for text in [text, compact] {
            prop_assert!(DpopProof::verify(&text).is_err());
        }
    }

    #[test]
    fn any_changed_sign_of_a_proof_is_noticed(place: prop::sample::Index, to in "[A-Za-z0-9_.=+ -]") {
        let place = place.index(PROOF.len());
        prop_assume!(PROOF[place..=place] != *to);
        let mut bad = PROOF.clone();
        bad.replace_range(place..=place, &to);
        prop_assert!(DpopProof::verify(&bad).is_err());
        prop_assert!(DpopProof::verify(&PROOF).is_ok());
    }

    #[test]
    fn assertions_of_any_form_are_read_or_refused(text in ".{0,200}", compact in compact()) {
        for text in [text, compact] {
            if let Ok(assertion) = ClientAssertion::read(&text) {
                prop_assert!(assertion.verify(&[]).is_err());
            }
        }
    }

    #[test]
    fn no_bytes_are_a_certificate_by_chance(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(ClientCertificate::read(&bytes).is_err());
    }
}
