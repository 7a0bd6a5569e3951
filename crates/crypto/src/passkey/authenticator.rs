//! A software authenticator together with its browser: makes keys, writes CBOR by hand, signs, and lies on demand.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "it lives in tests, and what is wrong must stop the test"
)]
#![cfg_attr(
    not(test),
    allow(dead_code, reason = "other crates' tests use the honest half of it")
)]

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::maker::Maker;
use crate::sha256;

pub(super) const PRESENT: u8 = 0x01;
pub(super) const VERIFIED: u8 = 0x04;
pub(super) const BACKUP_ELIGIBLE: u8 = 0x08;
const ATTESTED: u8 = 0x40;

pub(super) enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Key {
    pub(super) fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub(super) fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().unwrap())
    }

    pub(super) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The `COSE_Key` (RFC 9052) in CTAP's canonical order.
    fn cose(&self) -> Vec<u8> {
        match self {
            Self::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                [
                    &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32],
                    x,
                    &[0x22, 0x58, 32],
                    y,
                ]
                .concat()
            }
            Self::Ed25519(pair) => {
                let x = pair.public_key().as_ref();
                [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], x].concat()
            }
            Self::Rsa(pair) => {
                let n = pair.public_key().modulus();
                let n = n.big_endian_without_leading_zero();
                assert_eq!(n.len(), 256);
                [
                    &[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0],
                    n,
                    &[0x21, 0x43, 1, 0, 1],
                ]
                .concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .unwrap()
                .as_ref()
                .to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; 256];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}

/// One credential on one device, seen through one browser page. All fields may be bent.
pub(super) struct Authenticator {
    pub(super) key: Key,
    pub(super) credential_id: Vec<u8>,
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) rp_id: &'static str,
    pub(super) origin: &'static str,
    pub(super) cross_origin: bool,
    /// Instead of the right `webauthn.create` or `webauthn.get`.
    pub(super) ceremony_type: Option<&'static str>,
    /// Instead of the options' challenge.
    pub(super) challenge: Option<[u8; 16]>,
    /// Instead of the handle given at registration; `None` leaves it out.
    pub(super) user_handle: Option<Vec<u8>>,
    /// Vouches for it where that is asked for.
    pub(super) maker: Option<Maker>,
}

pub(super) const AAGUID: [u8; 16] = *b"an authenticator";

impl Authenticator {
    pub(super) fn new(key: Key) -> Self {
        Self {
            key,
            credential_id: b"credential-of-20-byt".to_vec(),
            flags: PRESENT | VERIFIED,
            counter: 1,
            rp_id: "localhost",
            origin: "https://localhost:8443",
            cross_origin: false,
            ceremony_type: None,
            challenge: None,
            user_handle: None,
            maker: None,
        }
    }

    /// `navigator.credentials.create(options)` and `toJSON()`.
    pub(super) fn create(&mut self, options: &str) -> Value {
        let options: Value = serde_json::from_str(options).unwrap();
        self.user_handle = Some(decode(&options["user"]["id"]));
        let client_data = self.client_data(&options, "webauthn.create");
        let mut authenticator_data = self.authenticator_data(self.flags | ATTESTED);
        authenticator_data.extend_from_slice(&AAGUID);
        authenticator_data.extend_from_slice(&u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
        authenticator_data.extend_from_slice(&self.credential_id);
        authenticator_data.extend_from_slice(&self.key.cose());
        let object = match &self.maker {
            Some(maker) if options["attestation"] == "direct" => {
                let signed = [authenticator_data.as_slice(), &sha256(&client_data)].concat();
                attested_object(&authenticator_data, &maker.sign(&signed), &maker.leaf)
            }
            _ => attestation_object(&authenticator_data),
        };
        let mut response = json!({
            "clientDataJSON": encode(&client_data),
            "attestationObject": encode(&object),
            "transports": ["internal", "hybrid"],
        });
        // What browsers of Level 2 and later add.
        if let Key::P256(pair) = &self.key {
            response["authenticatorData"] = encode(&authenticator_data);
            response["publicKey"] = encode(pair.public_key().as_der().unwrap().as_ref());
            response["publicKeyAlgorithm"] = json!(-7);
        }
        self.credential(&response)
    }

    /// `navigator.credentials.get(options)` and `toJSON()`.
    pub(super) fn get(&mut self, options: &str) -> Value {
        let options: Value = serde_json::from_str(options).unwrap();
        let client_data = self.client_data(&options, "webauthn.get");
        let authenticator_data = self.authenticator_data(self.flags);
        let signed = [authenticator_data.as_slice(), &sha256(&client_data)].concat();
        let mut response = json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&authenticator_data),
            "signature": encode(&self.key.sign(&signed)),
        });
        if let Some(handle) = &self.user_handle {
            response["userHandle"] = encode(handle);
        }
        self.credential(&response)
    }

    fn credential(&self, response: &Value) -> Value {
        json!({
            "id": encode(&self.credential_id),
            "rawId": encode(&self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }

    fn client_data(&self, options: &Value, ceremony_type: &str) -> Vec<u8> {
        let challenge = self
            .challenge
            .map_or_else(|| options["challenge"].clone(), |own| encode(&own));
        let ceremony_type = self.ceremony_type.unwrap_or(ceremony_type);
        format!(
            r#"{{"type":"{ceremony_type}","challenge":{challenge},"origin":"{}","crossOrigin":{}}}"#,
            self.origin, self.cross_origin
        )
        .into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }
}

/// `{"fmt": "none", "attStmt": {}, "authData": …}`.
pub(super) fn attestation_object(authenticator_data: &[u8]) -> Vec<u8> {
    let mut object = vec![0xa3, 0x63];
    object.extend_from_slice(b"fmt\x64none\x67attStmt\xa0\x68authData");
    let length = u16::try_from(authenticator_data.len()).unwrap().to_be_bytes();
    if length[0] == 0 {
        object.extend_from_slice(&[0x58, length[1]]);
    } else {
        object.extend_from_slice(&[0x59, length[0], length[1]]);
    }
    object.extend_from_slice(authenticator_data);
    object
}

/// The same in the format `packed`, with the maker's certificate.
fn attested_object(authenticator_data: &[u8], signature: &[u8], certificate: &[u8]) -> Vec<u8> {
    let mut cbor = minicbor::Encoder::new(Vec::new());
    cbor.map(3).unwrap().str("fmt").unwrap().str("packed").unwrap();
    cbor.str("attStmt").unwrap().map(3).unwrap();
    cbor.str("alg").unwrap().i8(-7).unwrap();
    cbor.str("sig").unwrap().bytes(signature).unwrap();
    cbor.str("x5c")
        .unwrap()
        .array(1)
        .unwrap()
        .bytes(certificate)
        .unwrap();
    cbor.str("authData").unwrap().bytes(authenticator_data).unwrap();
    cbor.into_writer()
}

pub(super) fn encode(bytes: &[u8]) -> Value {
    Value::String(URL_SAFE_NO_PAD.encode(bytes))
}

pub(super) fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}
