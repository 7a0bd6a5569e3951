//! What the FIDO Alliance publishes of each make of authenticators (FIDO Metadata Service 3.0): its name, the roots of
//! its maker's certificates, and whether it has turned out to be unsafe.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use latchkey_domain::{Aaguid, Timestamp};
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use serde::Deserialize;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage};

use super::attestation::AttestationChain;
use crate::ClientCertificate;

/// In whose name the metadata is signed (FIDO Metadata Service 3.0, 3.2).
const SIGNER: &str = "mds.fidoalliance.org";

/// Reports by which a make is not to be believed any more (FIDO Metadata Service 3.0, 3.1.4).
const UNSAFE: [&str; 5] = [
    "REVOKED",
    "USER_VERIFICATION_BYPASS",
    "ATTESTATION_KEY_COMPROMISE",
    "USER_KEY_REMOTE_COMPROMISE",
    "USER_KEY_PHYSICAL_COMPROMISE",
];

/// Why metadata can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Not the signed file that the FIDO Alliance publishes.
    #[error("this is not the FIDO Alliance's metadata file (a JWT)")]
    Malformed,
    /// The signer's certificate doesn't lead to a CA of the machine.
    #[error("its signer's certificate does not lead to a CA that is trusted here ({0})")]
    Chain(String),
    /// Somebody else signed it.
    #[error("it is not signed in the name of {SIGNER}")]
    Signer,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    Signature,
}

/// Why an attestation is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// The metadata doesn't know the make.
    #[error("the metadata doesn't know this make")]
    UnknownMake,
    /// The make turned out to be unsafe.
    #[error("the FIDO Alliance has reported that this make is unsafe")]
    UnsafeMake,
    /// The certificates lead to none of the maker's roots, or are out of their time.
    #[error("its certificates don't lead to a root of its maker")]
    Chain,
}

/// The published metadata, by make.
pub struct AuthenticatorMetadata {
    makes: HashMap<Aaguid, Make>,
    next_update: Timestamp,
}

struct Make {
    description: String,
    roots: Vec<CertificateDer<'static>>,
    is_unsafe: bool,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    x5c: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    next_update: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// Missing: of an older protocol than `WebAuthn`.
    aaguid: Option<String>,
    metadata_statement: Option<MetadataStatement>,
    #[serde(default)]
    status_reports: Vec<StatusReport>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetadataStatement {
    description: String,
    #[serde(default)]
    attestation_root_certificates: Vec<String>,
}

#[derive(Deserialize)]
struct StatusReport {
    status: String,
}

impl AuthenticatorMetadata {
    /// Reads the file as the FIDO Alliance publishes it, and checks that it is signed in its name by a certificate that
    /// leads to one of these CAs. A file that was not renewed stays good: the certificate has to be valid at `now`, or
    /// when the next file was due if that was earlier.
    ///
    /// # Errors
    /// [`MetadataError`]
    pub fn read(file: &[u8], now: Timestamp, cas: &[CertificateDer<'_>]) -> Result<Self, MetadataError> {
        let malformed = MetadataError::Malformed;
        let text = str::from_utf8(file).map_err(|_| malformed.clone())?.trim();
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| MetadataError::Malformed);
        let (message, signature) = text.rsplit_once('.').ok_or(malformed.clone())?;
        let (header, payload) = message.split_once('.').ok_or(malformed.clone())?;
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| malformed.clone())?;
        let payload: Payload = serde_json::from_slice(&decode(payload)?).map_err(|_| malformed.clone())?;
        let next_update = format!("{}T00:00:00Z", payload.next_update);
        let next_update = Timestamp::parse_rfc3339(&next_update).map_err(|_| malformed.clone())?;

        let chain: Vec<CertificateDer<'_>> = header.x5c.iter().filter_map(|one| certificate(one)).collect();
        let (leaf, intermediates) = chain.split_first().ok_or(malformed.clone())?;
        check_signer(leaf, intermediates, cas, now.min(next_update))?;
        let signer = ClientCertificate::read(leaf).map_err(|_| MetadataError::Signature)?;
        if !signer.verifies(&header.alg, message.as_bytes(), &decode(signature)?) {
            return Err(MetadataError::Signature);
        }
        let makes = payload.entries.into_iter().filter_map(Entry::make).collect();
        Ok(Self { makes, next_update })
    }

    /// When the FIDO Alliance meant to publish the next file.
    pub const fn next_update(&self) -> Timestamp {
        self.next_update
    }

    /// How many makes it tells of.
    pub fn makes(&self) -> usize {
        self.makes.len()
    }

    /// What the maker calls this make.
    pub fn model(&self, make: Aaguid) -> Option<&str> {
        self.makes.get(&make).map(|make| make.description.as_str())
    }

    /// Whether this attestation is to be believed at `now`.
    ///
    /// # Errors
    /// [`Distrust`]
    pub fn check(&self, make: Aaguid, chain: &AttestationChain, now: Timestamp) -> Result<(), Distrust> {
        let make = self.makes.get(&make).ok_or(Distrust::UnknownMake)?;
        if make.is_unsafe {
            return Err(Distrust::UnsafeMake);
        }
        // Some makers publish the certificates of the authenticators themselves instead of a root.
        if make.roots.contains(&chain.leaf) {
            return Ok(());
        }
        let leaf = EndEntityCert::try_from(&chain.leaf).map_err(|_| Distrust::Chain)?;
        let roots = anchors(&make.roots);
        let found = leaf.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &roots,
            &chain.intermediates,
            unix_time(now),
            AnyUsage,
            None,
            None,
        );
        found.map(drop).map_err(|_| Distrust::Chain)
    }
}

impl std::fmt::Debug for AuthenticatorMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuthenticatorMetadata of {} makes", self.makes.len())
    }
}

impl Entry {
    fn make(self) -> Option<(Aaguid, Make)> {
        let statement = self.metadata_statement?;
        let roots = &statement.attestation_root_certificates;
        let make = Make {
            roots: roots.iter().filter_map(|one| certificate(one)).collect(),
            is_unsafe: self
                .status_reports
                .iter()
                .any(|report| UNSAFE.contains(&report.status.as_str())),
            description: statement.description,
        };
        Some((self.aaguid?.parse().ok()?, make))
    }
}

/// DER in base64, in which some makers have left line breaks.
fn certificate(base64: &str) -> Option<CertificateDer<'static>> {
    let signs: String = base64.split_ascii_whitespace().collect();
    STANDARD.decode(signs).ok().map(CertificateDer::from)
}

fn anchors<'a>(roots: &'a [CertificateDer<'_>]) -> Vec<TrustAnchor<'a>> {
    let read = |root| webpki::anchor_from_trusted_cert(root).ok();
    roots.iter().filter_map(read).collect()
}

fn unix_time(at: Timestamp) -> UnixTime {
    let seconds = u64::try_from(at.as_micros() / 1_000_000).unwrap_or_default();
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

fn check_signer(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    cas: &[CertificateDer<'_>],
    at: Timestamp,
) -> Result<(), MetadataError> {
    let wrong = |error: webpki::Error| MetadataError::Chain(error.to_string());
    let signer = EndEntityCert::try_from(leaf).map_err(wrong)?;
    let cas = anchors(cas);
    signer
        .verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &cas,
            intermediates,
            unix_time(at),
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map_err(wrong)?;
    let name = ServerName::try_from(SIGNER).map_err(|_| MetadataError::Signer)?;
    signer
        .verify_is_valid_for_subject_name(&name)
        .map_err(|_| MetadataError::Signer)
}

/// `WebAuthn` asks for no purpose of attestation certificates (8.2.1), and makers write various ones.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}
