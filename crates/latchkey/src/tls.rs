//! TLS, with a certificate from a local CA.
//!
//! The local CA is made once and kept, so that clients trust it once. The server's own key is kept too, but its
//! certificate is made anew at each start and once a day: it is never near its end, and follows the host name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use latchkey_crypto::{Rng, random_array, sha256, write_new_file};
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

use crate::data::make_private_folder;

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
    #[error(
        "{} is not the key of the local CA in {}: bring that key back, or remove both files, and every client has to \
         trust the new CA that is made then", key.display(), certificate.display()
    )]
    NotItsKey { certificate: PathBuf, key: PathBuf },
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
        let key_path = folder.join("ca.key");
        let not_its_key = || TlsError::NotItsKey {
            certificate: certificate_path.clone(),
            key: key_path.clone(),
        };
        if certificate_path.exists() && !key_path.exists() {
            return Err(not_its_key());
        }
        let ca_key = key_at(&key_path)?;
        let params = ca_params(&ca_key, now, random);
        if !certificate_path.exists() {
            let certificate = params.self_signed(&ca_key)?;
            write_once(&certificate_path, &certificate.pem(), 0o644)?;
        }
        let certificate =
            CertificateDer::from_pem_file(&certificate_path).map_err(|error| TlsError::Pem {
                path: certificate_path.clone(),
                reason: error.to_string(),
            })?;
        let public = ca_key.der_bytes();
        if !certificate.windows(public.len()).any(|part| part == public) {
            return Err(not_its_key());
        }
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

/// TLS with this certificate.
pub(crate) fn config_of(
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
    if !path.exists() {
        write_once(path, &KeyPair::generate()?.serialize_pem(), 0o600)?;
    }
    let pem = fs::read_to_string(path).map_err(|error| TlsError::File {
        path: path.to_owned(),
        error,
    })?;
    KeyPair::from_pem(&pem).map_err(|error| TlsError::Pem {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// Writes a file, unless another process was a moment faster.
fn write_once(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    match write_new_file(path, text.as_bytes(), mode) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(TlsError::File {
            path: path.to_owned(),
            error,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use latchkey_crypto::SystemRng;

    use super::*;

    #[test]
    fn a_local_ca_without_its_key_is_not_replaced_silently() {
        let folder = std::env::temp_dir().join(format!("latchkey-ca-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let open = || {
            LocalCa::open(
                &folder,
                Timestamp::from_seconds(1_800_000_000),
                &(Arc::new(SystemRng::new()) as Rng),
            )
        };
        open().unwrap();
        open().unwrap();
        let (certificate, key) = (folder.join("ca.pem"), folder.join("ca.key"));
        let before = fs::read(&certificate).unwrap();
        let kept = fs::read(&key).unwrap();

        fs::remove_file(&key).unwrap();
        let error = open().err().unwrap().to_string();
        assert!(
            error.contains("ca.key") && error.contains("bring that key back"),
            "{error}"
        );
        assert!(!key.exists(), "no new key was made");
        fs::copy(folder.join("server.key"), &key).unwrap();
        assert!(matches!(open().err(), Some(TlsError::NotItsKey { .. })));
        assert_eq!(fs::read(&certificate).unwrap(), before);

        fs::write(&key, kept).unwrap();
        open().unwrap();
        fs::remove_file(&key).unwrap();
        fs::remove_file(&certificate).unwrap();
        open().unwrap();
        assert_ne!(fs::read(&certificate).unwrap(), before);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        fs::remove_dir_all(&folder).unwrap();
    }
}
