//! Attestations: how an authenticator's maker vouches for it at its registration (`WebAuthn` Level 3, 6.5).
//!
//! The library reads the formats `none` and `packed` without certificates, which vouch for nothing. `packed` with the
//! maker's certificates is read here, and the library is given the same answer without the statement.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minicbor::{Decoder, Encoder};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use serde_json::Value;
use webpki::EndEntityCert;
use webpki::aws_lc_rs::{ECDSA_P256_SHA256, ECDSA_P384_SHA384, ED25519, RSA_PKCS1_2048_8192_SHA256};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, oid::AssociatedOid};
use x509_cert::ext::pkix::BasicConstraints;

use super::{PasskeyError, PasskeyFault};
use crate::sha256;

/// Longest chain that is taken; real ones have one to three certificates.
const MOST_CERTIFICATES: usize = 6;

const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// `id-fido-gen-ce-aaguid`: the make that a certificate is for.
const FIDO_AAGUID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.45724.1.1.4");

/// The certificates by which a maker vouches for one authenticator, its own first; at least one. Its key has signed the
/// registration. Whether the maker is one to believe is [`AuthenticatorMetadata::check`]'s matter.
///
/// [`AuthenticatorMetadata::check`]: super::AuthenticatorMetadata::check
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationChain {
    pub(super) leaf: CertificateDer<'static>,
    pub(super) intermediates: Vec<CertificateDer<'static>>,
}

impl AttestationChain {
    /// SHA-1 of the authenticator's own certificate, by which Graph names it (`attestationCertificates`).
    pub fn thumbprint(&self) -> [u8; 20] {
        let mut thumbprint = [0; 20];
        thumbprint.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.leaf).as_ref());
        thumbprint
    }
}

/// A statement of the format `packed` with certificates, unverified.
pub(super) struct Statement {
    /// COSE's number (RFC 9053).
    algorithm: i64,
    signature: Vec<u8>,
    chain: AttestationChain,
    /// Authenticator data and the client data's hash.
    signed: Vec<u8>,
}

/// Takes such a statement out of the browser's answer, which is left as if none had been asked for. Whatever has
/// another form stays as it is.
pub(super) fn take_statement(answer: &[u8]) -> (Cow<'_, [u8]>, Option<Statement>) {
    match split(answer) {
        Some((rest, statement)) => (Cow::Owned(rest), Some(statement)),
        None => (Cow::Borrowed(answer), None),
    }
}

fn split(answer: &[u8]) -> Option<(Vec<u8>, Statement)> {
    let mut json: Value = serde_json::from_slice(answer).ok()?;
    let response = json.get_mut("response")?;
    let binary = |name: &str| URL_SAFE_NO_PAD.decode(response.get(name)?.as_str()?).ok();
    let client_data = binary("clientDataJSON")?;
    let object = binary("attestationObject")?;
    let object = AttestationObject::read(&object).ok()?;
    if object.format != "packed" {
        return None;
    }
    let mut certificates = object
        .certificates
        .into_iter()
        .map(|der| CertificateDer::from(der.to_vec()));
    let statement = Statement {
        algorithm: object.algorithm?,
        signature: object.signature.to_vec(),
        chain: AttestationChain {
            leaf: certificates.next()?,
            intermediates: certificates.collect(),
        },
        signed: [object.authenticator_data, &sha256(&client_data)].concat(),
    };
    let plain = URL_SAFE_NO_PAD.encode(without_statement(object.authenticator_data)?);
    *response.get_mut("attestationObject")? = plain.into();
    Some((serde_json::to_vec(&json).ok()?, statement))
}

/// `WebAuthn` Level 3, 6.5.4, with the members of `packed` (8.2).
#[derive(Default)]
struct AttestationObject<'a> {
    format: &'a str,
    algorithm: Option<i64>,
    signature: &'a [u8],
    certificates: Vec<&'a [u8]>,
    authenticator_data: &'a [u8],
}

impl<'a> AttestationObject<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, minicbor::decode::Error> {
        let mut read = Self::default();
        let mut cbor = Decoder::new(bytes);
        for _ in 0..length(cbor.map()?)? {
            match cbor.str()? {
                "fmt" => read.format = cbor.str()?,
                "attStmt" => read.statement(&mut cbor)?,
                "authData" => read.authenticator_data = cbor.bytes()?,
                _ => cbor.skip()?,
            }
        }
        if cbor.position() == bytes.len() {
            Ok(read)
        } else {
            Err(minicbor::decode::Error::message("more than one object"))
        }
    }

    fn statement(&mut self, cbor: &mut Decoder<'a>) -> Result<(), minicbor::decode::Error> {
        for _ in 0..length(cbor.map()?)? {
            match cbor.str()? {
                "alg" => self.algorithm = Some(cbor.i64()?),
                "sig" => self.signature = cbor.bytes()?,
                "x5c" => {
                    let certificates = length(cbor.array()?)?;
                    if certificates > MOST_CERTIFICATES {
                        return Err(minicbor::decode::Error::message("too many certificates"));
                    }
                    self.certificates = (0..certificates)
                        .map(|_| cbor.bytes())
                        .collect::<Result<_, _>>()?;
                }
                _ => cbor.skip()?,
            }
        }
        Ok(())
    }
}

/// Authenticators write lengths before what they count (CTAP2's canonical form).
fn length(told: Option<u64>) -> Result<usize, minicbor::decode::Error> {
    told.and_then(|length| usize::try_from(length).ok())
        .ok_or_else(|| minicbor::decode::Error::message("no length"))
}

/// The attestation object with the format `none`.
fn without_statement(authenticator_data: &[u8]) -> Option<Vec<u8>> {
    let mut cbor = Encoder::new(Vec::with_capacity(authenticator_data.len() + 40));
    cbor.map(3).ok()?.str("fmt").ok()?.str("none").ok()?;
    cbor.str("attStmt").ok()?.map(0).ok()?;
    cbor.str("authData").ok()?.bytes(authenticator_data).ok()?;
    Some(cbor.into_writer())
}

impl Statement {
    /// Whether the certificate's key has signed this registration, and the certificate is one for attestations of this
    /// make (`WebAuthn` Level 3, 8.2 and 8.2.1).
    pub(super) fn verify(self, aaguid: [u8; 16]) -> Result<AttestationChain, PasskeyError> {
        let algorithm: &dyn SignatureVerificationAlgorithm = match self.algorithm {
            -7 => ECDSA_P256_SHA256,
            -8 => ED25519,
            -35 => ECDSA_P384_SHA384,
            -257 => RSA_PKCS1_2048_8192_SHA256,
            _ => return Err(PasskeyError::Unsupported),
        };
        let leaf =
            EndEntityCert::try_from(&self.chain.leaf).map_err(|_| PasskeyFault::AttestationCertificate)?;
        leaf.verify_signature(algorithm, &self.signed, &self.signature)
            .map_err(|_| PasskeyFault::Signature)?;
        if !is_for_attestations(&self.chain.leaf, aaguid) {
            return Err(PasskeyFault::AttestationCertificate.into());
        }
        Ok(self.chain)
    }
}

/// The demands of 8.2.1.
fn is_for_attestations(der: &[u8], aaguid: [u8; 16]) -> bool {
    let Ok(certificate) = x509_cert::Certificate::from_der(der) else {
        return false;
    };
    let fields = &certificate.tbs_certificate;
    let named = |oid: ObjectIdentifier| {
        let parts = fields.subject.0.iter().flat_map(|name| name.0.iter());
        parts
            .filter(move |part| part.oid == oid)
            .map(|part| part.value.value())
    };
    let unit = named(ORGANIZATIONAL_UNIT).any(|unit| unit == b"Authenticator Attestation");
    let mut must_have = [COUNTRY, ORGANIZATION, COMMON_NAME].into_iter();
    let extension = |oid: ObjectIdentifier| {
        let mut all = fields.extensions.iter().flatten();
        all.find(|extension| extension.extn_id == oid)
    };
    let is_ca = extension(BasicConstraints::OID).is_some_and(|found| {
        BasicConstraints::from_der(found.extn_value.as_bytes()).map_or(true, |constraints| constraints.ca)
    });
    // Where it names a make, that must be this one. The value is an octet string inside the extension's.
    let same_make = extension(FIDO_AAGUID).is_none_or(|found| {
        !found.critical && found.extn_value.as_bytes().strip_prefix(&[0x04, 0x10]) == Some(&aaguid)
    });
    fields.version == x509_cert::Version::V3
        && unit
        && must_have.all(|oid| named(oid).next().is_some())
        && !is_ca
        && same_make
}
