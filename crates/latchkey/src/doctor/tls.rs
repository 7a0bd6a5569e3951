//! The certificate: is it valid, and is it for the name that people use?

use std::path::Path;

use latchkey_crypto::certificate_validity;
use latchkey_domain::{Seconds, Timestamp};
use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;

use crate::config::Config;
use crate::data::DataFolder;
use crate::own_certificate::OwnCertificate;

use super::Findings;

const CHECK: &str = "certificate";
/// Time to get a new one.
const SOON: Seconds = Seconds(14 * 24 * 3600);

pub(super) fn check(folder: &DataFolder, config: &Config, now: Timestamp, findings: &mut Findings) {
    let origin = folder.origin(config);
    if config.http {
        return findings.ok(CHECK, format!("none: others speak TLS for {}", origin.as_str()));
    }
    let own = OwnCertificate::configured(config).zip(config.tls_certificate.as_ref());
    let checked = if let Some((mut files, path)) = own {
        let read = files.read_if_new();
        read.and_then(|_| check_host(path, origin.host()))
    } else {
        let path = folder.tls().join("ca.pem");
        if !path.exists() {
            return findings.ok(CHECK, "the next start makes the local CA");
        }
        first_of(&path).map(|ca| (ca, format!("of the local CA in {}", path.display())))
    };
    let checked = checked.and_then(|(certificate, text)| {
        let times = certificate_validity(&certificate).map_err(|error| error.to_string())?;
        Ok((times, text))
    });
    let ((start, end), text) = match checked {
        Ok(found) => found,
        Err(reason) => return findings.problem(CHECK, reason),
    };
    let text = format!("{text}, from {} to {}", start.to_rfc3339(), end.to_rfc3339());
    if now < start || now >= end {
        findings.problem(CHECK, format!("not valid now: {text}"));
    } else if now + SOON >= end {
        findings.warning(CHECK, format!("ends soon: {text}"));
    } else {
        findings.ok(CHECK, text);
    }
}

/// The operator's own certificate: is it for this host?
fn check_host(path: &Path, host: &str) -> Result<(CertificateDer<'static>, String), String> {
    let certificate = first_of(path)?;
    let name = ServerName::try_from(host).map_err(|error| format!("{host}: {error}"))?;
    ParsedCertificate::try_from(&certificate)
        .and_then(|parsed| verify_server_name(&parsed, &name))
        .map_err(|_| format!("{} is not for {host}, the host of public_url", path.display()))?;
    Ok((certificate, format!("{} for {host}", path.display())))
}

fn first_of(path: &Path) -> Result<CertificateDer<'static>, String> {
    CertificateDer::from_pem_file(path).map_err(|error| format!("{}: {error}", path.display()))
}
