//! TLS with the operator's own certificate, from the files that they keep up to date.

use std::fmt::Display;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Config;
use crate::tls::config_of;

/// The files of `tls.certificate` and `tls.key`, and as of when they were read.
pub(crate) struct OwnCertificate {
    certificate: Setting,
    key: Setting,
    modified: Option<[SystemTime; 2]>,
}

/// A file that the configuration names.
struct Setting {
    path: PathBuf,
    /// What a complaint about it begins with.
    place: String,
}

impl Setting {
    fn new(config: &Config, key: &str, path: PathBuf) -> Self {
        let place = config.place(key);
        Self { path, place }
    }

    fn wrong(&self, reason: &dyn Display) -> String {
        format!("{}: {}: {reason}", self.place, self.path.display())
    }

    fn modified(&self) -> Result<SystemTime, String> {
        fs::metadata(&self.path)
            .and_then(|facts| facts.modified())
            .map_err(|error| self.wrong(&error))
    }
}

impl OwnCertificate {
    /// The files of the configuration, if there are any.
    pub(crate) fn configured(config: &Config) -> Option<Self> {
        Some(Self {
            certificate: Setting::new(config, "tls.certificate", config.tls_certificate.clone()?),
            key: Setting::new(config, "tls.key", config.tls_key.clone()?),
            modified: None,
        })
    }

    /// Reads the files, unless they are those that were read last. Files that can't be used are tried again each time.
    ///
    /// # Errors
    /// Which setting and file, and what is wrong with it.
    pub(crate) fn read_if_new(&mut self) -> Result<Option<Arc<ServerConfig>>, String> {
        let modified = [self.certificate.modified()?, self.key.modified()?];
        if self.modified == Some(modified) {
            return Ok(None);
        }
        let chain = CertificateDer::pem_file_iter(&self.certificate.path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| self.certificate.wrong(&error))?;
        if chain.is_empty() {
            return Err(self.certificate.wrong(&"there is no certificate in it"));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key.path).map_err(|error| self.key.wrong(&error))?;
        let config = config_of(chain, key)
            .map_err(|error| self.key.wrong(&format_args!("not with tls.certificate: {error}")))?;
        self.modified = Some(modified);
        Ok(Some(config))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;
    use std::time::Duration;

    use super::*;

    fn write(path: &Path, text: &str, time: u64) {
        fs::write(path, text).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    #[test]
    fn a_new_pair_is_read_and_a_wrong_one_is_not_taken() {
        let folder = std::env::temp_dir().join(format!("latchkey-own-tls-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let (certificate, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        let mut config = Config::defaults();
        config.tls_certificate = Some(certificate.clone());
        config.tls_key = Some(key.clone());
        let mut files = OwnCertificate::configured(&config).unwrap();
        let error = files.read_if_new().err().unwrap();
        assert!(
            error.starts_with("default: tls.certificate: ") && error.contains("chain.pem: No such file"),
            "{error}"
        );

        let pairs = [0, 1].map(|_| {
            let made = rcgen::generate_simple_self_signed(vec!["id.example.com".to_owned()]).unwrap();
            (made.cert.pem(), made.signing_key.serialize_pem())
        });
        write(&certificate, &pairs[0].0, 1000);
        write(&key, &pairs[0].1, 1000);
        assert!(files.read_if_new().unwrap().is_some());
        assert!(files.read_if_new().unwrap().is_none(), "nothing is new");
        write(&certificate, &pairs[1].0, 2000);
        let error = files.read_if_new().err().unwrap();
        assert!(
            error.starts_with("default: tls.key: "),
            "half of it is new: {error}"
        );
        assert!(files.read_if_new().is_err(), "it is tried again");
        write(&key, &pairs[1].1, 2000);
        assert!(files.read_if_new().unwrap().is_some());
        write(&certificate, "nothing", 3000);
        assert!(
            files
                .read_if_new()
                .err()
                .unwrap()
                .contains("no certificate in it")
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
