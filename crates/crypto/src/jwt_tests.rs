//! Signing keys, their document and their tokens.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use crate::jwks::PublicNumbers;
use crate::{JwsAlgorithm, JwtError, KeyEntry, KeySet, KeyState, MAX_JWT_BYTES, SigningKey, sha256};

const CLAIMS: &[u8] = br#"{"sub":"ada","iat":1}"#;
const NOW: Timestamp = Timestamp::from_seconds(1_000);

/// Making RSA keys is slow; the tests share it.
static RSA: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| Arc::new(SigningKey::generate(JwsAlgorithm::Rs256).unwrap()));
static EC: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap()));

static ED: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| Arc::new(SigningKey::generate(JwsAlgorithm::EdDsa).unwrap()));

fn entry(key: &Arc<SigningKey>) -> KeyEntry {
    KeyEntry {
        key: Arc::clone(key),
        active_from: Timestamp::from_seconds(0),
        retired_until: None,
    }
}

fn all() -> KeySet {
    KeySet::new(vec![entry(&RSA), entry(&EC), entry(&ED)])
}

/// A token whose header says what it likes.
fn token(header: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(CLAIMS)
    );
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

#[test]
fn what_a_key_signs_it_verifies_also_after_storing() {
    for key in [&*RSA, &*EC, &*ED] {
        let stored = SigningKey::from_pkcs8(key.algorithm(), key.to_pkcs8().unwrap().expose()).unwrap();
        assert_eq!(stored.key_id(), key.key_id());
        for token in [key.sign(CLAIMS).unwrap(), stored.sign(CLAIMS).unwrap()] {
            assert_eq!(all().verify(&token, NOW).unwrap(), CLAIMS);
            let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
            let header: Value = serde_json::from_slice(&header).unwrap();
            assert_eq!(header["typ"], "JWT");
            assert_eq!(header["alg"], key.algorithm().as_str());
            assert_eq!(header["kid"], key.key_id());
        }
    }
}

#[test]
fn keys_of_another_algorithm_or_none_are_rejected() {
    assert!(SigningKey::from_pkcs8(JwsAlgorithm::Es256, RSA.to_pkcs8().unwrap().expose()).is_err());
    assert!(SigningKey::from_pkcs8(JwsAlgorithm::Rs256, EC.to_pkcs8().unwrap().expose()).is_err());
    assert!(SigningKey::from_pkcs8(JwsAlgorithm::EdDsa, EC.to_pkcs8().unwrap().expose()).is_err());
    assert!(SigningKey::from_pkcs8(JwsAlgorithm::Rs256, b"garbage").is_err());
}

/// RFC 7638, 3.1.
#[test]
fn thumbprint_of_the_rfc() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
             oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA\
             ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
             kEgU8awapJzKnqDKgw";
    let key = PublicNumbers::Rsa {
        n: n.into(),
        e: "AQAB".into(),
    };
    assert_eq!(
        URL_SAFE_NO_PAD.encode(sha256(key.thumbprint_text().as_bytes())),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

/// RFC 8037, A.1, A.3 and A.4: the key, its thumbprint and the signature that it makes.
#[test]
fn ed25519_is_that_of_the_rfc() {
    let seed = URL_SAFE_NO_PAD
        .decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .unwrap();
    // RFC 8410, 7: the seed as PKCS #8.
    let mut pkcs8 = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    pkcs8.extend(seed);
    let key = SigningKey::from_pkcs8(JwsAlgorithm::EdDsa, &pkcs8).unwrap();
    assert_eq!(key.key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(key.verifies(message, &URL_SAFE_NO_PAD.decode(signature).unwrap()));
}

#[test]
fn document_has_the_public_numbers_and_nothing_private() {
    let document: Value = serde_json::from_str(&all().jwks(Some("https://id.example.com/"), NOW)).unwrap();
    let [rsa, ec, ed] = &document["keys"].as_array().unwrap()[..] else {
        panic!("three keys")
    };
    for (name, value) in [("kty", "RSA"), ("e", "AQAB"), ("alg", "RS256"), ("use", "sig")] {
        assert_eq!(rsa[name], value);
    }
    assert_eq!(rsa["kid"], RSA.key_id());
    assert_eq!(rsa["issuer"], "https://id.example.com/");
    assert_eq!(
        URL_SAFE_NO_PAD.decode(rsa["n"].as_str().unwrap()).unwrap().len(),
        256
    );
    for (name, value) in [("kty", "EC"), ("crv", "P-256"), ("alg", "ES256"), ("use", "sig")] {
        assert_eq!(ec[name], value);
    }
    for (name, value) in [
        ("kty", "OKP"),
        ("crv", "Ed25519"),
        ("alg", "EdDSA"),
        ("use", "sig"),
    ] {
        assert_eq!(ed[name], value);
    }
    for (key, names) in [(rsa, 7), (ec, 8), (ed, 7)] {
        assert_eq!(key.as_object().unwrap().len(), names);
        assert!(key.get("d").is_none());
    }
    let plain: Value = serde_json::from_str(&all().jwks(None, NOW)).unwrap();
    assert!(plain["keys"][0].get("issuer").is_none());
}

#[test]
fn times_decide_which_key_signs_and_which_is_believed() {
    let next = Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap());
    let at = Timestamp::from_seconds;
    let set = KeySet::new(vec![
        KeyEntry {
            retired_until: Some(at(300)),
            ..entry(&RSA)
        },
        entry(&EC),
        KeyEntry {
            active_from: at(200),
            ..entry(&next)
        },
    ]);
    let signing = |seconds| {
        set.signing_key(JwsAlgorithm::Es256, at(seconds))
            .map(|key| key.key_id())
    };
    assert_eq!(signing(199), Some(EC.key_id()));
    assert_eq!(signing(200), Some(next.key_id()));
    assert!(set.signing_key(JwsAlgorithm::Rs256, at(0)).is_none());

    let states = |seconds| {
        set.entries()
            .iter()
            .map(|entry| entry.state(at(seconds)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        states(199),
        [KeyState::Retired, KeyState::Active, KeyState::Published]
    );
    assert_eq!(states(300), [KeyState::Ended, KeyState::Active, KeyState::Active]);

    let token = RSA.sign(CLAIMS).unwrap();
    assert!(set.verify(&token, at(299)).is_ok());
    assert_eq!(set.verify(&token, at(300)), Err(JwtError::UnknownKey));
    assert!(set.verify(&next.sign(CLAIMS).unwrap(), at(0)).is_ok());
    let published = |seconds| set.jwks(None, at(seconds)).matches("\"kid\"").count();
    assert_eq!((published(299), published(300)), (3, 2));
}

#[test]
fn the_algorithm_is_that_of_the_key() {
    let none = token(&serde_json::json!({"alg": "none", "kid": RSA.key_id()}), |_| {
        Vec::new()
    });
    assert_eq!(all().verify(&none, NOW), Err(JwtError::BadSignature));

    // The classic: the public key taken for the secret of an HMAC.
    let modulus: Value = serde_json::from_str(&all().jwks(None, NOW)).unwrap();
    let public = URL_SAFE_NO_PAD
        .decode(modulus["keys"][0]["n"].as_str().unwrap())
        .unwrap();
    let hs256 = token(
        &serde_json::json!({"alg": "HS256", "kid": RSA.key_id()}),
        |message| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), message)
                .as_ref()
                .to_vec()
        },
    );
    assert_eq!(all().verify(&hs256, NOW), Err(JwtError::BadSignature));

    // A right signature under the name of another algorithm.
    let pair = RsaKeyPair::from_pkcs8(RSA.to_pkcs8().unwrap().expose()).unwrap();
    let sign = |message: &[u8]| {
        let mut signature = vec![0; 256];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .unwrap();
        signature
    };
    let right = token(&serde_json::json!({"alg": "RS256", "kid": RSA.key_id()}), sign);
    assert!(all().verify(&right, NOW).is_ok());
    let crossed = token(&serde_json::json!({"alg": "ES256", "kid": RSA.key_id()}), sign);
    assert_eq!(all().verify(&crossed, NOW), Err(JwtError::BadSignature));
}

#[test]
fn other_keys_and_other_headers_are_refused() {
    let stranger = SigningKey::generate(JwsAlgorithm::Es256)
        .unwrap()
        .sign(CLAIMS)
        .unwrap();
    assert_eq!(all().verify(&stranger, NOW), Err(JwtError::UnknownKey));
    for header in [
        serde_json::json!({"alg": "RS256"}),
        serde_json::json!({"kid": RSA.key_id()}),
        serde_json::json!({"alg": "RS256", "kid": 7}),
        serde_json::json!({"alg": "RS256", "kid": RSA.key_id(), "crit": ["exp"]}),
        serde_json::json!({"alg": "RS256", "kid": RSA.key_id(), "crit": []}),
        serde_json::json!(["RS256"]),
        Value::Null,
    ] {
        assert_eq!(
            all().verify(&token(&header, |_| vec![0; 256]), NOW),
            Err(JwtError::Malformed),
            "{header}"
        );
    }
}

#[test]
fn other_forms_are_refused() {
    let good = EC.sign(CLAIMS).unwrap();
    let (message, _) = good.rsplit_once('.').unwrap();
    for bad in [
        String::new(),
        "..".into(),
        message.into(),
        format!("{message}."),
        format!("{good}."),
        format!("{good}.AAAA"),
        format!(".{good}"),
        format!("{good}=="),
        format!("{good}\n"),
        format!(" {good}"),
        good.replace('.', ".."),
    ] {
        assert!(all().verify(&bad, NOW).is_err(), "{bad}");
    }
    let largest = |claims: usize| RSA.sign(&vec![b' '; claims]).unwrap();
    let fits = largest(11_000);
    assert!(fits.len() <= MAX_JWT_BYTES);
    assert!(all().verify(&fits, NOW).is_ok());
    assert_eq!(all().verify(&largest(13_000), NOW), Err(JwtError::Malformed));
}

proptest! {
    #[test]
    fn any_changed_sign_is_noticed(place: prop::sample::Index, to in "[A-Za-z0-9_.=+-]", key in 0..3_usize) {
        let key = [&*RSA, &*EC, &*ED][key];
        let good = key.sign(CLAIMS).unwrap();
        let place = place.index(good.len());
        prop_assume!(good[place..=place] != *to);
        let mut bad = good;
        bad.replace_range(place..=place, &to);
        prop_assert!(all().verify(&bad, NOW).is_err());
    }

    #[test]
    fn garbage_never_panics(text: String, parts in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,90}") {
        prop_assert!(all().verify(&text, NOW).is_err());
        prop_assert!(all().verify(&parts, NOW).is_err());
    }
}
