use latchkey_domain::{Passkey, Seconds};
use serde_json::{Value, json};

use super::super::{PasskeyError, PasskeyFault, RegistrationTerms};
use super::authenticator::{Authenticator, BACKUP_ELIGIBLE, Key, PRESENT, VERIFIED, decode, encode};
use super::{ALICE, BOB, NOW, bytes, known, party, register, stored};
use crate::sha256;

fn device_and_passkey() -> (Authenticator, Passkey) {
    let mut device = Authenticator::new(Key::p256());
    let passkey = stored(register(&mut device).unwrap());
    device.counter += 1;
    (device, passkey)
}

/// A whole sign-in with any passkey; gives the new dynamic state.
fn sign_in(device: &mut Authenticator, passkey: &Passkey) -> Result<Vec<u8>, PasskeyError> {
    let ceremony = party().start_authentication(NOW, None).unwrap();
    let answer = bytes(&device.get(&ceremony.options));
    let answer = party().read_authentication(NOW, &ceremony.state, &answer)?;
    assert_eq!(answer.passkey_id().as_bytes(), device.credential_id);
    assert_eq!(answer.challenge_hash(), ceremony.challenge_hash);
    party().finish_authentication(answer, passkey)
}

fn refused(bend: impl FnOnce(&mut Authenticator)) -> PasskeyError {
    let (mut device, passkey) = device_and_passkey();
    bend(&mut device);
    sign_in(&mut device, &passkey).unwrap_err()
}

#[test]
fn options_are_those_of_the_contract() {
    let ceremony = party().start_authentication(NOW, None).unwrap();
    let options: Value = serde_json::from_str(&ceremony.options).unwrap();
    let challenge = decode(&options["challenge"]);
    assert_eq!(ceremony.challenge_hash, sha256(&challenge));
    let expected = |allowed: Value, challenge: &Value| {
        json!({
            "rpId": "localhost",
            "challenge": challenge,
            "timeout": 300_000,
            "allowCredentials": allowed,
            "userVerification": "required",
        })
    };
    assert_eq!(options, expected(json!([]), &encode(&challenge)));

    let allowed = [known(b"an older passkey", "usb")];
    let ceremony = party().start_authentication(NOW, Some(&allowed)).unwrap();
    let options: Value = serde_json::from_str(&ceremony.options).unwrap();
    let list = json!([{"type": "public-key", "id": encode(b"an older passkey"), "transports": ["usb"]}]);
    assert_eq!(options, expected(list, &options["challenge"]));

    assert_eq!(
        party().start_authentication(NOW, Some(&[])).unwrap_err(),
        PasskeyError::NoPasskey
    );
}

#[test]
fn every_offered_algorithm_signs_in_and_its_counter_is_kept() {
    for key in [Key::p256(), Key::ed25519(), Key::rsa()] {
        let mut device = Authenticator::new(key);
        let mut passkey = stored(register(&mut device).unwrap());
        for counter in [2, 3, 70_000, u32::MAX] {
            device.counter = counter;
            passkey.dynamic_state = sign_in(&mut device, &passkey).unwrap();
            assert_eq!(
                sign_in(&mut device, &passkey).unwrap_err(),
                PasskeyError::Invalid(PasskeyFault::Counter)
            );
        }
    }
}

#[test]
fn a_counter_that_always_is_zero_is_no_counter() {
    let mut device = Authenticator::new(Key::p256());
    device.counter = 0;
    let mut passkey = stored(register(&mut device).unwrap());
    for _ in 0..2 {
        passkey.dynamic_state = sign_in(&mut device, &passkey).unwrap();
    }
    device.counter = 5;
    passkey.dynamic_state = sign_in(&mut device, &passkey).unwrap();
    device.counter = 0;
    assert_eq!(
        sign_in(&mut device, &passkey).unwrap_err(),
        PasskeyError::Invalid(PasskeyFault::Counter)
    );
}

#[test]
fn each_lie_has_its_own_error() {
    let invalid = PasskeyError::Invalid;
    assert_eq!(
        refused(|d| d.origin = "https://localhost"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(
        refused(|d| d.origin = "https://localhost:443"),
        invalid(PasskeyFault::Origin)
    );
    assert_eq!(refused(|d| d.cross_origin = true), invalid(PasskeyFault::Origin));
    assert_eq!(
        refused(|d| d.rp_id = "example.com"),
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
        refused(|d| d.flags |= BACKUP_ELIGIBLE),
        invalid(PasskeyFault::BackupEligibility)
    );
    assert_eq!(refused(|d| d.key = Key::p256()), invalid(PasskeyFault::Signature));
    assert_eq!(
        refused(|d| d.key = Key::ed25519()),
        invalid(PasskeyFault::Signature)
    );
    assert_eq!(refused(|d| d.counter = 1), invalid(PasskeyFault::Counter));
    assert_eq!(refused(|d| d.counter = 0), invalid(PasskeyFault::Counter));
    assert_eq!(
        refused(|d| d.ceremony_type = Some("webauthn.create")),
        invalid(PasskeyFault::Type)
    );
    assert_eq!(
        refused(|d| d.user_handle = Some(BOB.as_bytes().to_vec())),
        PasskeyError::WrongUser
    );
    // A passkey of another program on the same host.
    assert_eq!(
        refused(|d| d.user_handle = Some(vec![1; 64])),
        PasskeyError::WrongUser
    );
    // Any passkey may answer, so it has to say whose it is.
    assert_eq!(refused(|d| d.user_handle = None), PasskeyError::Malformed);
}

#[test]
fn another_passkey_than_the_one_looked_up_is_refused() {
    let (mut device, mut passkey) = device_and_passkey();
    passkey.id = known(b"another passkey.", "").id;
    assert_eq!(
        sign_in(&mut device, &passkey).unwrap_err(),
        PasskeyError::Invalid(PasskeyFault::Credential)
    );
}

#[test]
fn a_sign_in_limited_to_some_passkeys_takes_those_only() {
    let (mut device, passkey) = device_and_passkey();
    let answer = |device: &mut Authenticator, allowed: &Passkey| {
        let ceremony = party()
            .start_authentication(NOW, Some(std::slice::from_ref(allowed)))
            .unwrap();
        let answer = bytes(&device.get(&ceremony.options));
        let answer = party()
            .read_authentication(NOW, &ceremony.state, &answer)
            .unwrap();
        assert_eq!(answer.challenge_hash(), ceremony.challenge_hash);
        (
            answer.user_id(),
            party().finish_authentication(answer, &passkey).err(),
        )
    };
    assert_eq!(answer(&mut device, &passkey), (Some(ALICE), None));
    // Here the authenticator may leave the handle out (WebAuthn Level 3, 6.3.3).
    device.user_handle = None;
    assert_eq!(answer(&mut device, &passkey), (None, None));
    device.flags = PRESENT;
    let unverified = PasskeyError::Invalid(PasskeyFault::UserVerification);
    assert_eq!(answer(&mut device, &passkey), (None, Some(unverified)));
    device.flags |= VERIFIED;
    let other = PasskeyError::Invalid(PasskeyFault::Credential);
    assert_eq!(
        answer(&mut device, &known(b"an older passkey", "")),
        (None, Some(other))
    );
    device.user_handle = Some(BOB.as_bytes().to_vec());
    assert_eq!(
        answer(&mut device, &passkey),
        (Some(BOB), Some(PasskeyError::WrongUser))
    );
}

#[test]
fn a_replayed_state_passes_with_the_same_challenge_for_the_caller_to_spend() {
    let (mut device, passkey) = device_and_passkey();
    let ceremony = party().start_authentication(NOW, None).unwrap();
    let json = bytes(&device.get(&ceremony.options));
    for _ in 0..2 {
        let answer = party().read_authentication(NOW, &ceremony.state, &json).unwrap();
        assert_eq!(answer.challenge_hash(), ceremony.challenge_hash);
        party().finish_authentication(answer, &passkey).unwrap();
    }
}

#[test]
fn ends_after_five_minutes_and_takes_no_other_state() {
    let (mut device, _) = device_and_passkey();
    let ceremony = party().start_authentication(NOW, None).unwrap();
    let json = bytes(&device.get(&ceremony.options));
    let read = |seconds, state: &[u8]| {
        party()
            .read_authentication(NOW + Seconds(seconds), state, &json)
            .err()
    };
    assert_eq!(read(299, &ceremony.state), None);
    assert_eq!(read(300, &ceremony.state), Some(PasskeyError::Expired));
    let registration = party()
        .start_registration(NOW, RegistrationTerms::default(), &super::alice(), &[])
        .unwrap()
        .state;
    assert_eq!(read(0, &registration), Some(PasskeyError::State));
    assert_eq!(
        read(0, &ceremony.state[..ceremony.state.len() - 1]),
        Some(PasskeyError::State)
    );
    assert_eq!(read(0, b""), Some(PasskeyError::State));
    // The browser's answer to another start of the same kind.
    let other = party().start_authentication(NOW, None).unwrap().state;
    assert_eq!(
        read(0, &other),
        Some(PasskeyError::Invalid(PasskeyFault::Challenge))
    );
}

#[test]
fn what_no_browser_sends_is_malformed() {
    let (mut device, passkey) = device_and_passkey();
    let ceremony = party().start_authentication(NOW, None).unwrap();
    let good = device.get(&ceremony.options);
    let finish = |answer: &Value| {
        let answer = party().read_authentication(NOW, &ceremony.state, &bytes(answer))?;
        party().finish_authentication(answer, &passkey)
    };
    let data = decode(&good["response"]["authenticatorData"]);
    for length in 0..data.len() {
        let mut cut = good.clone();
        cut["response"]["authenticatorData"] = encode(&data[..length]);
        assert_eq!(
            finish(&cut).unwrap_err(),
            PasskeyError::Malformed,
            "cut after {length} bytes"
        );
    }
    for (member, value) in [
        ("clientDataJSON", json!("%%%")),
        ("clientDataJSON", encode(b"{}")),
        ("signature", Value::Null),
        ("authenticatorData", json!(7)),
        ("userHandle", json!("=")),
    ] {
        let mut bent = good.clone();
        bent["response"][member] = value;
        assert_eq!(finish(&bent).unwrap_err(), PasskeyError::Malformed, "{member}");
    }
    let mut bent = good.clone();
    bent["response"]["signature"] = encode(b"no signature");
    assert_eq!(
        finish(&bent).unwrap_err(),
        PasskeyError::Invalid(PasskeyFault::Signature)
    );
    finish(&good).unwrap();
}

#[test]
fn no_flipped_bit_signs_in() {
    let (mut device, passkey) = device_and_passkey();
    let ceremony = party().start_authentication(NOW, None).unwrap();
    let good = device.get(&ceremony.options);
    for member in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
        let right = decode(&good["response"][member]);
        for at in 0..right.len() * 8 {
            let mut bits = right.clone();
            bits[at / 8] ^= 1 << (at % 8);
            let mut bent = good.clone();
            bent["response"][member] = encode(&bits);
            let done = party()
                .read_authentication(NOW, &ceremony.state, &bytes(&bent))
                .and_then(|answer| party().finish_authentication(answer, &passkey));
            assert!(done.is_err(), "{member}, bit {at}");
        }
    }
}

#[test]
fn a_damaged_row_is_told_apart_from_a_wrong_answer() {
    let (mut device, passkey) = device_and_passkey();
    for (static_state, dynamic_state) in [
        (Vec::new(), passkey.dynamic_state.clone()),
        (passkey.static_state.clone(), Vec::new()),
        (passkey.static_state.clone(), vec![9; 7]),
        (vec![255; 40], passkey.dynamic_state.clone()),
    ] {
        let damaged = Passkey {
            static_state,
            dynamic_state,
            ..passkey.clone()
        };
        assert_eq!(sign_in(&mut device, &damaged).unwrap_err(), PasskeyError::Stored);
    }
}
