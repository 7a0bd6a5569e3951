//! The data folder, and the files in it.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use latchkey_crypto::{KeyFileError, MasterKeys, Random, replace_file};
use latchkey_store::DatabaseUrl;

use crate::config::{Config, Origin, read_origin};

/// The credential by which a service manager hands over the master keys (systemd's `LoadCredential=`).
const CREDENTIAL: &str = "latchkey-master-key";

/// Where this installation keeps its files.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at this path, as an absolute one, so that what is printed can be used from anywhere.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        std::path::absolute(path).map(Self)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder, readable by its owner only, if it is not there.
    pub(crate) fn create(&self) -> Result<(), String> {
        let path = self.0.display();
        if self.0.exists() && !self.0.is_dir() {
            return Err(format!("the data folder {path} is a file"));
        }
        make_private_folder(&self.0).map_err(|error| format!("can't make the data folder {path}: {error}"))
    }

    /// The configuration file that is read when no other is named, if it is there.
    pub(crate) fn config_file(&self) -> Option<PathBuf> {
        Some(self.0.join("latchkey.toml")).filter(|path| path.is_file())
    }

    /// The folder of certificates and keys for TLS.
    pub(crate) fn tls(&self) -> PathBuf {
        self.0.join("tls")
    }

    /// The address that the server was last reached at, where the configuration names none: the port may have been a
    /// flag of `serve`. Before the first start, as configured.
    pub(crate) fn origin(&self, config: &Config) -> Origin {
        let configured = config.origin(config.listen.port());
        if config.public_url.is_some() {
            return configured;
        }
        let last = fs::read_to_string(self.last_origin()).ok();
        last.and_then(|text| read_origin(text.trim()))
            .unwrap_or(configured)
    }

    /// Keeps the address for those who ask while it is served.
    pub(crate) fn keep_origin(&self, origin: &Origin) -> io::Result<()> {
        let path = self.last_origin();
        if fs::read_to_string(&path).is_ok_and(|text| text.trim() == origin.as_str()) {
            return Ok(());
        }
        let line = format!("{}\n", origin.as_str());
        replace_file(&path, line.as_bytes(), 0o600)
    }

    fn last_origin(&self) -> PathBuf {
        self.0.join("address")
    }

    /// Where the database is.
    pub(crate) fn database(&self, config: &Config) -> Result<DatabaseUrl, latchkey_store::StoreError> {
        match &config.database_url {
            Some(url) => url.0.parse(),
            None => Ok(DatabaseUrl::sqlite(self.0.join("latchkey.db"))),
        }
    }

    /// Where the master keys are: as configured, or the service manager's credential, or the data folder.
    pub(crate) fn master_key_file(&self, config: &Config) -> PathBuf {
        if let Some(path) = &config.master_key_file {
            return path.clone();
        }
        std::env::var_os("CREDENTIALS_DIRECTORY")
            .map(|folder| PathBuf::from(folder).join(CREDENTIAL))
            .filter(|path| path.is_file())
            .unwrap_or_else(|| self.0.join("master.key"))
    }

    /// The master keys. Where there are none yet, they are made if `may_create`: for a database that is in use, new
    /// ones would be of no use.
    pub(crate) fn master_keys(
        &self,
        config: &Config,
        random: &dyn Random,
        may_create: bool,
    ) -> Result<MasterKeys, KeyFileError> {
        let path = self.master_key_file(config);
        match MasterKeys::load(&path) {
            Err(KeyFileError::Io(error)) if error.kind() == io::ErrorKind::NotFound && may_create => {
                MasterKeys::create(&path, random)
            }
            other => other,
        }
    }
}

/// Makes a folder that only its owner may enter (0700).
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_was_served_is_known_until_another_is_configured() {
        let path = std::env::temp_dir().join(format!("latchkey-address-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        let folder = DataFolder::at(&path).unwrap();
        let mut config = Config::defaults();
        assert_eq!(folder.origin(&config).as_str(), "https://localhost:8443");
        folder.create().unwrap();
        for port in [9543, 9544, 9544] {
            folder.keep_origin(&config.origin(port)).unwrap();
            assert_eq!(folder.origin(&config), config.origin(port));
        }
        fs::write(path.join("address"), "half an addr").unwrap();
        assert_eq!(folder.origin(&config).as_str(), "https://localhost:8443");
        folder.keep_origin(&config.origin(9543)).unwrap();
        config.public_url = read_origin("https://id.example.com");
        assert_eq!(folder.origin(&config).as_str(), "https://id.example.com");
        fs::remove_dir_all(&path).unwrap();
    }
}
