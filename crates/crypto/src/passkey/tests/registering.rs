use latchkey_domain::Seconds;
use serde_json::{Value, json};

use super::super::{MAX_PASSKEY_ANSWER_BYTES, PasskeyError, PasskeyFault, RegistrationTerms};
use super::authenticator::{
    AAGUID, Authenticator, BACKUP_ELIGIBLE, Key, PRESENT, VERIFIED, attestation_object, decode, encode,
};
use super::{ALICE, BOB, NOW, alice, bytes, known, party, register};
use crate::sha256;

fn refused(bend: impl FnOnce(&mut Authenticator)) -> PasskeyError {
    let mut device = Authenticator::new(Key::p256());
    bend(&mut device);
    register(&mut device).unwrap_err()
}

#[test]
fn options_are_those_of_the_contract() {
    let old = [
        known(b"an older passkey", "usb,nfc,telepathy"),
        known(b"the oldest passkey", ""),
    ];
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &old)
        .unwrap();
    let options: Value = serde_json::from_str(&ceremony.options).unwrap();
    let challenge = decode(&options["challenge"]);
    assert_eq!(challenge.len(), 16);
    assert_eq!(ceremony.challenge_hash, sha256(&challenge));
    assert_eq!(
        options,
        json!({
            "rp": {"id": "localhost", "name": "Contoso & Söhne"},
            "user": {
                "id": encode(ALICE.as_bytes()),
                "name": alice().upn,
                "displayName": alice().display_name,
            },
            "challenge": encode(&challenge),
            "pubKeyCredParams": [
                {"type": "public-key", "alg": -7},
                {"type": "public-key", "alg": -8},
                {"type": "public-key", "alg": -257},
            ],
            "timeout": 300_000,
            "excludeCredentials": [
                {"type": "public-key", "id": encode(b"an older passkey"), "transports": ["usb", "nfc"]},
                {"type": "public-key", "id": encode(b"the oldest passkey"), "transports": []},
            ],
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        })
    );
    let again = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &old)
        .unwrap();
    assert_ne!(again.challenge_hash, ceremony.challenge_hash);
}

#[test]
fn every_offered_algorithm_registers() {
    for key in [Key::p256(), Key::ed25519(), Key::rsa()] {
        let mut device = Authenticator::new(key);
        let new = register(&mut device).unwrap();
        assert_eq!(new.id.as_bytes(), device.credential_id);
        assert_eq!(new.aaguid, AAGUID);
        assert_eq!(new.transports, "hybrid,internal");
        assert!(!new.synced);
    }
}

#[test]
fn a_passkey_that_may_be_copied_counts_as_synced() {
    let mut device = Authenticator::new(Key::p256());
    device.flags |= BACKUP_ELIGIBLE;
    assert!(register(&mut device).unwrap().synced);
}

#[test]
fn a_replayed_state_passes_with_the_same_challenge_for_the_caller_to_spend() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let answer = bytes(&Authenticator::new(Key::p256()).create(&ceremony.options));
    let first = party()
        .finish_registration(NOW, ALICE, &ceremony.state, &answer)
        .unwrap();
    let second = party()
        .finish_registration(NOW, ALICE, &ceremony.state, &answer)
        .unwrap();
    assert_eq!(first, second);
    assert_eq!(first.challenge_hash, ceremony.challenge_hash);
}

#[test]
fn each_lie_has_its_own_error() {
    let invalid = PasskeyError::Invalid;
    assert_eq!(
        refused(|d| d.origin = "https://localhost"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(
        refused(|d| d.origin = "https://localhost:8444"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(
        refused(|d| d.origin = "https://localhost:8443/"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(
        refused(|d| d.origin = "http://localhost:8443"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(
        refused(|d| d.origin = "https://evil.localhost:8443"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(refused(|d| d.cross_origin = true), invalid(PasskeyFault::Origin));
    assert_eq!(
        refused(|d| d.rp_id = "localhost.example"),
        invalid(PasskeyFault::RelyingPartyId)
    );
    assert_eq!(
        refused(|d| d.challenge = Some([7; 16])),
        invalid(PasskeyFault::Challenge)
    );
    assert_eq!(
        refused(|d| d.flags = PRESENT),
        invalid(PasskeyFault::UserVerification)
    );
    assert_eq!(
        refused(|d| d.flags = VERIFIED),
        invalid(PasskeyFault::UserPresence)
    );
    assert_eq!(
        refused(|d| d.ceremony_type = Some("webauthn.get")),
        invalid(PasskeyFault::Type)
    );
    // Shorter than any authenticator makes them.
    assert_eq!(
        refused(|d| d.credential_id = b"short".to_vec()),
        PasskeyError::Malformed
    );
}

#[test]
fn an_algorithm_that_was_not_offered_is_unsupported() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let mut answer = Authenticator::new(Key::p256()).create(&ceremony.options);
    // ES384 with the base point of P-384 (SEC 2, 2.5.1) as its key.
    let x = hex(
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
    );
    let y = hex(
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    );
    // All up to the key: rpIdHash, flags, counter, aaguid, the id's length and the id.
    let mut data = decode(&answer["response"]["authenticatorData"])[..37 + 18 + 20].to_vec();
    data.extend_from_slice(&[0xa5, 1, 2, 3, 0x38, 0x22, 0x20, 2, 0x21, 0x58, 48]);
    data.extend_from_slice(&x);
    data.extend_from_slice(&[0x22, 0x58, 48]);
    data.extend_from_slice(&y);
    answer["response"] = json!({
        "clientDataJSON": answer["response"]["clientDataJSON"],
        "attestationObject": encode(&attestation_object(&data)),
        "transports": [],
    });
    let refused = party().finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer));
    assert_eq!(refused.unwrap_err(), PasskeyError::Unsupported);
}

#[test]
fn an_attestation_that_was_not_asked_for_is_unsupported() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let mut answer = Authenticator::new(Key::p256()).create(&ceremony.options);
    let object = decode(&answer["response"]["attestationObject"]);
    let rest = object.strip_prefix(b"\xa3\x63fmt\x64none").unwrap();
    answer["response"]["attestationObject"] = encode(&[b"\xa3\x63fmt\x63tpm", rest].concat());
    let refused = party().finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer));
    assert_eq!(refused.unwrap_err(), PasskeyError::Unsupported);
}

#[test]
fn an_extension_that_was_not_asked_for_does_no_harm() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let mut answer = Authenticator::new(Key::p256()).create(&ceremony.options);
    answer["clientExtensionResults"] = json!({"credProps": {"rk": true}, "appid": false});
    party()
        .finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer))
        .unwrap();
    answer["clientExtensionResults"] = json!({"credProps": {"rk": false}});
    let refused = party().finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer));
    assert_eq!(refused.unwrap_err(), PasskeyError::Unsupported);
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn a_ceremony_is_its_starters_alone_and_ends_after_five_minutes() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let answer = bytes(&Authenticator::new(Key::p256()).create(&ceremony.options));
    let finish = |seconds, user| {
        party()
            .finish_registration(NOW + Seconds(seconds), user, &ceremony.state, &answer)
            .err()
    };
    assert_eq!(finish(299, ALICE), None);
    assert_eq!(finish(300, ALICE), Some(PasskeyError::Expired));
    assert_eq!(finish(0, BOB), Some(PasskeyError::WrongUser));
}

#[test]
fn a_state_of_a_sign_in_or_of_nothing_is_refused() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let answer = bytes(&Authenticator::new(Key::p256()).create(&ceremony.options));
    let sign_in = party().start_authentication(NOW, None).unwrap().state;
    let longer = [ceremony.state.as_slice(), b"x"].concat();
    let cut = &ceremony.state[..ceremony.state.len() - 1];
    for state in [
        sign_in.as_slice(),
        &longer,
        cut,
        &ceremony.state[..8],
        b"",
        &[9; 60],
    ] {
        let refused = party().finish_registration(NOW, ALICE, state, &answer);
        assert_eq!(refused.unwrap_err(), PasskeyError::State);
    }
}

#[test]
fn what_no_browser_sends_is_malformed() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let good = Authenticator::new(Key::p256()).create(&ceremony.options);
    let finish = |answer: &[u8]| {
        party()
            .finish_registration(NOW, ALICE, &ceremony.state, answer)
            .unwrap_err()
    };
    for answer in [
        "",
        "null",
        "[]",
        "{}",
        "{\"response\":{}}",
        "\u{0}",
        "{\"id\":\"x\",\"response\":null}",
    ] {
        assert_eq!(finish(answer.as_bytes()), PasskeyError::Malformed, "{answer}");
    }
    assert_eq!(finish(&vec![b'['; 60_000]), PasskeyError::Malformed);
    let mut long = bytes(&good);
    long.resize(MAX_PASSKEY_ANSWER_BYTES, b' ');
    assert!(
        party()
            .finish_registration(NOW, ALICE, &ceremony.state, &long)
            .is_ok()
    );
    long.push(b' ');
    assert_eq!(finish(&long), PasskeyError::Malformed);

    let object = decode(&good["response"]["attestationObject"]);
    for length in 0..object.len() {
        let mut cut = good.clone();
        cut["response"]["attestationObject"] = encode(&object[..length]);
        assert_eq!(
            finish(&bytes(&cut)),
            PasskeyError::Malformed,
            "cut after {length} bytes"
        );
    }
}

#[test]
fn no_flipped_bit_makes_it_panic() {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let mut device = Authenticator::new(Key::p256());
    let good = device.create(&ceremony.options);
    let object = decode(&good["response"]["attestationObject"]);
    let text = bytes(&good);
    for at in 0..text.len() {
        let mut bent = text.clone();
        bent[at] ^= 1 << (at % 7);
        let _ = party().finish_registration(NOW, ALICE, &ceremony.state, &bent);
    }
    // Below base64, and without the browser's copies to compare with.
    for at in 0..object.len() * 8 {
        let mut bent = object.clone();
        bent[at / 8] ^= 1 << (at % 8);
        let mut answer = good.clone();
        answer["response"] = json!({
            "clientDataJSON": good["response"]["clientDataJSON"],
            "attestationObject": encode(&bent),
        });
        let _ = party().finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer));
    }
}
