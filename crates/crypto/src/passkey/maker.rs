//! Makers of authenticators, and the publisher of their metadata, for tests. Both can be bent.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "it lives in tests, and what is wrong must stop the test"
)]
#![cfg_attr(
    not(test),
    allow(dead_code, reason = "other crates' tests use the honest half of it")
)]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};

fn sign(key: &KeyPair, with: &'static EcdsaSigningAlgorithm, message: &[u8]) -> Vec<u8> {
    let pair = EcdsaKeyPair::from_pkcs8(with, key.serialized_der()).unwrap();
    pair.sign(&SystemRandom::new(), message)
        .unwrap()
        .as_ref()
        .to_vec()
}

/// A CA with nothing below it yet: its issuer, and its certificate in DER.
fn authority(name: &str) -> (Issuer<'static, KeyPair>, Vec<u8>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    (Issuer::new(params, key), der)
}

/// Vouches for authenticators of one make.
#[derive(Debug)]
pub struct Maker {
    root: Vec<u8>,
    pub(super) leaf: Vec<u8>,
    leaf_key: KeyPair,
}

impl Maker {
    /// The maker of this make.
    pub fn new(aaguid: [u8; 16]) -> Self {
        Self::with(&aaguid, "Authenticator Attestation", false)
    }

    /// With another make, unit or kind of certificate than there should be.
    pub(super) fn with(aaguid: &[u8], unit: &str, is_ca: bool) -> Self {
        let (issuer, root) = authority("Maker's root");
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        name.push(DnType::CountryName, "DE");
        name.push(DnType::OrganizationName, "Maker");
        name.push(DnType::OrganizationalUnitName, unit);
        name.push(DnType::CommonName, "Maker's batch 7");
        params.is_ca = if is_ca {
            IsCa::Ca(BasicConstraints::Unconstrained)
        } else {
            IsCa::ExplicitNoCa
        };
        let make = [&[0x04, 0x10], aaguid].concat();
        let make = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4], make);
        params.custom_extensions.push(make);
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&leaf_key, &issuer).unwrap().der().to_vec();
        Self { root, leaf, leaf_key }
    }

    /// Signs what an authenticator tells at its registration.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        sign(&self.leaf_key, &ECDSA_P256_SHA256_ASN1_SIGNING, message)
    }

    /// What the metadata says of a make of this maker's.
    pub fn entry(&self, aaguid: &str, status: &str) -> Value {
        let root = STANDARD.encode(&self.root);
        Self::entry_of(aaguid, status, &root)
    }

    /// The same for a maker that publishes its authenticators' own certificates.
    pub(super) fn entry_of_leaf(&self, aaguid: &str) -> Value {
        let leaf = STANDARD.encode(&self.leaf);
        let (one, other) = leaf.split_at(64);
        Self::entry_of(aaguid, "FIDO_CERTIFIED_L1", &format!("{one}\n{other}"))
    }

    fn entry_of(aaguid: &str, status: &str, certificate: &str) -> Value {
        json!({
            "aaguid": aaguid,
            "metadataStatement": {
                "description": "Key of the tests",
                "attestationRootCertificates": [certificate],
            },
            "statusReports": [{"status": "FIDO_CERTIFIED"}, {"status": status}],
        })
    }
}

/// Publishes metadata.
#[derive(Debug)]
pub struct Publisher {
    /// The CA that stands behind it, DER.
    pub ca: Vec<u8>,
    leaf: Vec<u8>,
    key: KeyPair,
}

impl Publisher {
    /// The publisher with a certificate for this host name, which should be `mds.fidoalliance.org`.
    pub fn new(host: &str) -> Self {
        let (issuer, ca) = authority("Publisher's CA");
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &issuer).unwrap().der().to_vec();
        Self { ca, leaf, key }
    }

    /// The published file.
    pub fn publish(&self, entries: &[Value]) -> Vec<u8> {
        let header = json!({"alg": "ES256", "typ": "JWT", "x5c": [STANDARD.encode(&self.leaf)]});
        let payload = json!({"legalHeader": "…", "no": 7, "nextUpdate": "2027-01-01", "entries": entries});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&payload));
        let signature = sign(&self.key, &ECDSA_P256_SHA256_FIXED_SIGNING, message.as_bytes());
        format!("{message}.{}\n", URL_SAFE_NO_PAD.encode(signature)).into_bytes()
    }
}
