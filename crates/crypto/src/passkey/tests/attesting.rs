//! What makers say of passkeys, and whether they are to be believed.

use latchkey_domain::Aaguid;
use rustls_pki_types::CertificateDer;
use serde_json::Value;

use super::super::authenticator::{AAGUID, Authenticator, Key, decode, encode};
use super::super::maker::{Maker, Publisher};
use super::super::{
    AuthenticatorMetadata, Distrust, MetadataError, NewPasskey, PasskeyError, PasskeyFault, RegistrationTerms,
};
use super::{ALICE, NOW, alice, bytes, party};

const MAKE: &str = "616e2061-7574-6865-6e74-696361746f72";
const SIGNER: &str = "mds.fidoalliance.org";
const CERTIFIED: &str = "FIDO_CERTIFIED_L1";

fn device(maker: Maker) -> Authenticator {
    let mut device = Authenticator::new(Key::p256());
    device.maker = Some(maker);
    device
}

/// Registers, with the answer bent on its way.
fn attest(device: &mut Authenticator, bend: impl FnOnce(&mut Value)) -> Result<NewPasskey, PasskeyError> {
    let terms = RegistrationTerms {
        attestation: true,
        ..RegistrationTerms::default()
    };
    let ceremony = party().start_registration(NOW, terms, &alice(), &[]).unwrap();
    let mut answer = device.create(&ceremony.options);
    bend(&mut answer);
    party().finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer))
}

fn read(publisher: &Publisher, entries: &[Value]) -> Result<AuthenticatorMetadata, MetadataError> {
    let cas = [CertificateDer::from(publisher.ca.as_slice())];
    AuthenticatorMetadata::read(&publisher.publish(entries), NOW, &cas)
}

fn judged(made: &NewPasskey, entries: &[Value]) -> Result<(), Distrust> {
    let metadata = read(&Publisher::new(SIGNER), entries).unwrap();
    let chain = made.attestation.as_ref().unwrap();
    metadata.check(Aaguid::from_bytes(made.aaguid), chain, NOW)
}

#[test]
fn a_maker_vouches_for_a_passkey_when_asked() {
    let maker = Maker::new(AAGUID);
    let entry = maker.entry(MAKE, CERTIFIED);
    let of_leaf = maker.entry_of_leaf(MAKE);
    let mut device = device(maker);
    let made = attest(&mut device, |_| {}).unwrap();
    assert_eq!(judged(&made, &[entry]), Ok(()));
    assert_eq!(
        judged(&made, &[of_leaf]),
        Ok(()),
        "the certificate itself is published"
    );

    // Nobody asked.
    let unasked = super::register(&mut device).unwrap();
    assert_eq!(unasked.attestation, None);
    // Asked, and nobody vouches.
    device.maker = None;
    assert_eq!(attest(&mut device, |_| {}).unwrap().attestation, None);
}

#[test]
fn makers_are_believed_only_by_the_metadata() {
    let maker = Maker::new(AAGUID);
    let (good, elsewhere) = (
        maker.entry(MAKE, CERTIFIED),
        maker.entry("00000000-0000-0000-0000-000000000001", CERTIFIED),
    );
    let unsafe_makes = [
        "REVOKED",
        "ATTESTATION_KEY_COMPROMISE",
        "USER_VERIFICATION_BYPASS",
        "USER_KEY_REMOTE_COMPROMISE",
        "USER_KEY_PHYSICAL_COMPROMISE",
    ]
    .map(|status| maker.entry(MAKE, status));
    let forged = Maker::new(AAGUID).entry(MAKE, CERTIFIED);
    let made = attest(&mut device(maker), |_| {}).unwrap();

    assert_eq!(judged(&made, &[]), Err(Distrust::UnknownMake));
    assert_eq!(judged(&made, &[elsewhere]), Err(Distrust::UnknownMake));
    assert_eq!(judged(&made, &[forged]), Err(Distrust::Chain));
    for one in unsafe_makes {
        assert_eq!(judged(&made, &[one]), Err(Distrust::UnsafeMake));
    }
    let metadata = read(&Publisher::new(SIGNER), &[good]).unwrap();
    assert_eq!(
        metadata.model(Aaguid::from_bytes(AAGUID)),
        Some("Key of the tests")
    );
    assert_eq!(metadata.makes(), 1);
}

#[test]
fn certificates_of_other_kinds_are_refused() {
    let wrong = Some(PasskeyError::Invalid(PasskeyFault::AttestationCertificate));
    for maker in [
        Maker::with(b"another make....", "Authenticator Attestation", false),
        Maker::with(&AAGUID, "Marketing", false),
        Maker::with(&AAGUID, "Authenticator Attestation", true),
    ] {
        assert_eq!(attest(&mut device(maker), |_| {}).err(), wrong);
    }
}

#[test]
fn a_statement_is_good_for_its_own_registration_only() {
    let object = |answer: &Value| decode(&answer["response"]["attestationObject"]);
    let mut first = device(Maker::new(AAGUID));
    let mut stolen = Vec::new();
    attest(&mut first, |answer| stolen = object(answer)).unwrap();

    // The same device, another challenge.
    let replayed = attest(&mut first, |answer| {
        let response = &mut answer["response"];
        response["attestationObject"] = encode(&stolen);
    });
    assert_eq!(
        replayed.err(),
        Some(PasskeyError::Invalid(PasskeyFault::Signature))
    );

    // No bit of it can be changed: not the signature, not the certificate, not the key that it is for. What is left to
    // change are the ways to write the same thing, and the certificate's own signature, which the root's key decides on.
    let length = stolen.len();
    let publisher = Publisher::new(SIGNER);
    let maker = Maker::new(AAGUID);
    let metadata = read(&publisher, &[maker.entry(MAKE, CERTIFIED)]).unwrap();
    let mut device = device(maker);
    for at in (0..length * 8).step_by(3) {
        let bent = attest(&mut device, |answer| {
            let mut object = object(answer);
            // Signatures differ in length by a byte or two.
            let byte = at / 8 % object.len();
            object[byte] ^= 1 << (at % 8);
            // Without the browser's copies to compare with.
            answer["response"] = serde_json::json!({
                "clientDataJSON": answer["response"]["clientDataJSON"],
                "attestationObject": encode(&object),
            });
        });
        let Ok(made) = bent else { continue };
        let Some(chain) = &made.attestation else { continue };
        let judged = metadata.check(Aaguid::from_bytes(made.aaguid), chain, NOW);
        assert!(judged.is_err(), "bit {at} was changed, and nobody noticed");
    }
}

#[test]
fn cut_and_padded_statements_are_refused() {
    let mut device = device(Maker::new(AAGUID));
    let mut whole = 0;
    attest(&mut device, |answer| {
        whole = decode(&answer["response"]["attestationObject"]).len();
    })
    .unwrap();
    for length in 0..whole {
        let cut = attest(&mut device, |answer| {
            let object = decode(&answer["response"]["attestationObject"]);
            answer["response"]["attestationObject"] = encode(&object[..length.min(object.len() - 1)]);
        });
        assert!(cut.is_err(), "cut after {length} bytes");
    }
    let padded = attest(&mut device, |answer| {
        let mut object = decode(&answer["response"]["attestationObject"]);
        object.push(0);
        answer["response"]["attestationObject"] = encode(&object);
    });
    assert!(padded.is_err());
}

#[test]
fn metadata_is_taken_from_its_publisher_only() {
    let publisher = Publisher::new(SIGNER);
    let cas = [CertificateDer::from(publisher.ca.as_slice())];
    let file = publisher.publish(&[Maker::new(AAGUID).entry(MAKE, CERTIFIED)]);
    let read = |file: &[u8]| AuthenticatorMetadata::read(file, NOW, &cas).map(|read| read.makes());
    assert_eq!(read(&file), Ok(1));

    let impostor = Publisher::new(SIGNER).publish(&[]);
    assert!(matches!(read(&impostor), Err(MetadataError::Chain(_))));
    let other = Publisher::new("example.com");
    let others = [CertificateDer::from(other.ca.as_slice())];
    let refused = AuthenticatorMetadata::read(&other.publish(&[]), NOW, &others).err();
    assert_eq!(refused, Some(MetadataError::Signer));

    let text = String::from_utf8(file).unwrap();
    let parts: Vec<&str> = text.trim().split('.').collect();
    let changed = publisher.publish(&[]);
    let changed = String::from_utf8(changed).unwrap();
    let mixed = format!("{}.{}.{}", parts[0], changed.split('.').nth(1).unwrap(), parts[2]);
    assert_eq!(read(mixed.as_bytes()), Err(MetadataError::Signature));
    for wrong in ["", "{}", "a.b.c", parts[0], &format!("{}.{}", parts[0], parts[1])] {
        assert_eq!(read(wrong.as_bytes()), Err(MetadataError::Malformed), "{wrong}");
    }
}
