//! TLS: the operator's own certificate, or one from a local CA.
//!
//! The local CA is made once and kept, so that clients trust it once. The server's own key is kept too, but its
//! certificate is made anew at each start and once a day: it is never near its end, and follows the host name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use latchkey_crypto::{Rng, random_array, sha256};
use latchkey_domain::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData, SerialNumber,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use crate::data::{make_private_folder, write_private};

/// How long the local CA is good for.
const CA_DAYS: i64 = 3650;
/// How long a server certificate from it is good for; browsers refuse more than 398 days.
const LEAF_DAYS: i64 = 90;

/// Why TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {reason}", path.display())]
    Pem { path: PathBuf, reason: String },
    #[error("the certificate can't be made: {0}")]
    Make(#[from] rcgen::Error),
    #[error("the certificate can't be used: {0}")]
    Use(#[from] rustls::Error),
}

/// The local CA with the server's key.
pub(crate) struct LocalCa {
    certificate_path: PathBuf,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    server_key: KeyPair,
}

impl LocalCa {
    /// Opens the CA in this folder, or makes it.
    pub(crate) fn open(folder: &Path, now: Timestamp, random: &Rng) -> Result<Self, TlsError> {
        make_private_folder(folder).map_err(|error| TlsError::File {
            path: folder.to_owned(),
            error,
        })?;
        let certificate_path = folder.join("ca.pem");
        let ca_key = key_at(&folder.join("ca.key"))?;
        let params = ca_params(&ca_key, now, random);
        if !certificate_path.exists() {
            let certificate = params.self_signed(&ca_key)?;
            write_public(&certificate_path, &certificate.pem())?;
        }
        let certificate =
            CertificateDer::from_pem_file(&certificate_path).map_err(|error| TlsError::Pem {
                path: certificate_path.clone(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            certificate_path,
            certificate,
            // Of the CA's parameters its certificates carry the name and the key's id only, which never change.
            issuer: Issuer::new(params, ca_key),
            server_key: key_at(&folder.join("server.key"))?,
        })
    }

    /// Where clients find what they have to trust.
    pub(crate) fn certificate_path(&self) -> &Path {
        &self.certificate_path
    }

    /// TLS with a new certificate for this host, `localhost` and the loopback addresses.
    pub(crate) fn server_config(
        &self,
        host: &str,
        now: Timestamp,
        random: &Rng,
    ) -> Result<Arc<ServerConfig>, TlsError> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        if host != "localhost" {
            names.insert(0, host.to_owned());
        }
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.remove(DnType::CommonName);
        params.distinguished_name.push(DnType::CommonName, host);
        params.serial_number = Some(serial_number(random));
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (params.not_before, params.not_after) = validity(now, LEAF_DAYS);
        let leaf = params.signed_by(&self.server_key, &self.issuer)?;
        let key = PrivatePkcs8KeyDer::from(self.server_key.serialize_der());
        config_of(vec![leaf.der().clone(), self.certificate.clone()], key.into())
    }
}

/// TLS with the operator's own certificate.
pub(crate) fn own_certificate(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = chain(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| pem_error(key, error.to_string()))?;
    config_of(chain, key)
}

/// The certificates of a file (PEM), at least one.
pub(crate) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| pem_error(path, error.to_string()))?;
    if chain.is_empty() {
        return Err(pem_error(path, "there is no certificate in it".to_owned()));
    }
    Ok(chain)
}

fn pem_error(path: &Path, reason: String) -> TlsError {
    TlsError::Pem {
        path: path.to_owned(),
        reason,
    }
}

fn config_of(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The name holds part of the key's hash: two CAs of one name confuse browsers.
fn ca_params(key: &KeyPair, now: Timestamp, random: &Rng) -> CertificateParams {
    let mut params = CertificateParams::default();
    let [a, b, c, d, ..] = sha256(key.der_bytes());
    let mark = format!("{a:02x}{b:02x}{c:02x}{d:02x}");
    params.distinguished_name.remove(DnType::CommonName);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Latchkey");
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Latchkey local CA {mark}"));
    params.serial_number = Some(serial_number(random));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = validity(now, CA_DAYS);
    params
}

/// From a day ago, for clients whose clock is behind.
fn validity(now: Timestamp, days: i64) -> (OffsetDateTime, OffsetDateTime) {
    let now = OffsetDateTime::from_unix_timestamp(now.as_seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    (now - Duration::days(1), now + Duration::days(days))
}

/// Positive and at most 20 bytes (RFC 5280, 4.1.2.2).
fn serial_number(random: &Rng) -> SerialNumber {
    let mut bytes = random_array::<16>(&**random);
    let [first, ..] = &mut bytes;
    *first = (*first & 0x7f) | 0x40;
    SerialNumber::from_slice(&bytes)
}

/// The key in this file, made if there is none.
fn key_at(path: &Path) -> Result<KeyPair, TlsError> {
    let file_error = |error| TlsError::File {
        path: path.to_owned(),
        error,
    };
    match fs::read_to_string(path) {
        Ok(pem) => KeyPair::from_pem(&pem).map_err(|error| TlsError::Pem {
            path: path.to_owned(),
            reason: error.to_string(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyPair::generate()?;
            write_private(path, &key.serialize_pem()).map_err(file_error)?;
            Ok(key)
        }
        Err(error) => Err(file_error(error)),
    }
}

fn write_public(path: &Path, text: &str) -> Result<(), TlsError> {
    fs::write(path, text).map_err(|error| TlsError::File {
        path: path.to_owned(),
        error,
    })
}
