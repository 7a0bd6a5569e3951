//! Certificates by whose keys applications prove who they are. Only the key, its times and its thumbprints count: who
//! signed the certificate does not matter, since it was registered as it is.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::Timestamp;
use x509_cert::der::{Decode, DecodePem, Encode};

use crate::sha256;

/// A larger certificate is refused unread.
const MAX_BYTES: usize = 16 * 1024;

/// Why a certificate can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not X.509 in PEM or DER.
    #[error("not an X.509 certificate")]
    Malformed,
    /// Its key is neither RSA of 2048 bits or more nor on P-256.
    #[error("its key is neither RSA (2048 bits or more) nor elliptic curve P-256")]
    UnsuitableKey,
}

/// A certificate of an application.
#[derive(Debug)]
pub struct ClientCertificate {
    der: Vec<u8>,
    key: PublicKey,
    start_at: Timestamp,
    end_at: Timestamp,
}

#[derive(Debug)]
enum PublicKey {
    Rsa {
        pkcs1: ParsedPublicKey,
        pss: ParsedPublicKey,
    },
    P256(ParsedPublicKey),
}

/// From when and until when a certificate in DER is valid, whatever its key and its use.
///
/// # Errors
/// [`CertificateError::Malformed`]
pub fn certificate_validity(der: &[u8]) -> Result<(Timestamp, Timestamp), CertificateError> {
    let certificate = x509_cert::Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
    validity(&certificate)
}

fn validity(certificate: &x509_cert::Certificate) -> Result<(Timestamp, Timestamp), CertificateError> {
    let at = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs());
        seconds
            .map(Timestamp::from_seconds)
            .map_err(|_| CertificateError::Malformed)
    };
    let validity = certificate.tbs_certificate.validity;
    Ok((at(validity.not_before)?, at(validity.not_after)?))
}

impl ClientCertificate {
    /// Reads a certificate in PEM or DER.
    ///
    /// # Errors
    /// [`CertificateError`]
    pub fn read(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_BYTES {
            return Err(CertificateError::Malformed);
        }
        let read = if bytes.trim_ascii_start().starts_with(b"-----") {
            x509_cert::Certificate::from_pem(bytes.trim_ascii())
        } else {
            x509_cert::Certificate::from_der(bytes)
        };
        let certificate = read.map_err(|_| CertificateError::Malformed)?;
        let der = certificate.to_der().map_err(|_| CertificateError::Malformed)?;
        let (start_at, end_at) = validity(&certificate)?;
        let fields = &certificate.tbs_certificate;
        let spki = fields
            .subject_public_key_info
            .to_der()
            .map_err(|_| CertificateError::Malformed)?;
        Ok(Self {
            der,
            key: PublicKey::of(&spki)?,
            start_at,
            end_at,
        })
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// From when it is valid.
    pub const fn start_at(&self) -> Timestamp {
        self.start_at
    }

    /// Until when.
    pub const fn end_at(&self) -> Timestamp {
        self.end_at
    }

    /// SHA-1 of the certificate: `x5t` (RFC 7515 4.1.7). A name, not a proof.
    pub fn sha1_thumbprint(&self) -> Vec<u8> {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der).as_ref().to_vec()
    }

    /// SHA-256 of the certificate: `x5t#S256`.
    pub fn sha256_thumbprint(&self) -> [u8; 32] {
        sha256(&self.der)
    }

    /// Whether a header's `kid` means this one: a thumbprint in base64url or, as Entra writes it, in hex.
    pub(crate) fn is_kid(&self, kid: &str) -> bool {
        [self.sha1_thumbprint(), self.sha256_thumbprint().to_vec()]
            .iter()
            .any(|thumbprint| {
                let digits = thumbprint.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                let hex: String = digits
                    .filter_map(|digit| char::from_digit(digit.into(), 16))
                    .collect();
                kid.eq_ignore_ascii_case(&hex) || kid == URL_SAFE_NO_PAD.encode(thumbprint)
            })
    }

    /// Whether the signature of a message is by this certificate's key, with this algorithm of RFC 7518 3.1. Others,
    /// `none` and those with a shared secret among them, never are (RFC 8725 3.1).
    pub(crate) fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let key = match (&self.key, algorithm) {
            (PublicKey::Rsa { pkcs1, .. }, "RS256") => pkcs1,
            (PublicKey::Rsa { pss, .. }, "PS256") => pss,
            (PublicKey::P256(key), "ES256") => key,
            _ => return false,
        };
        key.verify_sig(message, signature).is_ok()
    }
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` (RFC 5280 4.1).
    fn of(spki: &[u8]) -> Result<Self, CertificateError> {
        let key = |algorithm: &'static dyn VerificationAlgorithm| {
            ParsedPublicKey::new(algorithm, spki).map_err(|_| CertificateError::UnsuitableKey)
        };
        if let Ok(key) = key(&ECDSA_P256_SHA256_FIXED) {
            return Ok(Self::P256(key));
        }
        Ok(Self::Rsa {
            pkcs1: key(&RSA_PKCS1_2048_8192_SHA256)?,
            pss: key(&RSA_PSS_2048_8192_SHA256)?,
        })
    }
}
