//! Who is signed in where: one file in the person's own configuration folder, for nobody else's eyes.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Failure;

/// What `latchkey login` keeps.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    /// Where the server is, without a slash at the end.
    pub(crate) url: String,
    /// The tenant's id, one of its domains, or `organizations`.
    pub(crate) tenant: String,
    /// The installation's own CA (PEM), if it has one.
    pub(crate) ca: Option<PathBuf>,
    /// Who it is, as people call them.
    pub(crate) name: String,
    pub(crate) client_id: String,
    pub(crate) credential: Credential,
    /// The access token that was got last; perhaps it is still good.
    pub(crate) access_token: String,
}

/// With what the next access token is got.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Credential {
    /// An application's own secret.
    ClientSecret(String),
    /// A person's, from the device code; empty where none was given.
    RefreshToken(String),
}

impl Login {
    /// Where it is kept: `--login`, `LATCHKEY_LOGIN`, or `latchkey/login.json` in the configuration folder.
    pub(crate) fn place(given: Option<&Path>) -> Result<PathBuf, Failure> {
        if let Some(path) = given {
            return Ok(path.to_owned());
        }
        let folder = std::env::var_os("XDG_CONFIG_HOME")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(".config")))
            .ok_or_else(|| {
                Failure::Usage("this machine names no home folder: give --login FILE".to_owned())
            })?;
        Ok(folder.join("latchkey").join("login.json"))
    }

    /// # Errors
    /// [`Failure::NotSignedIn`] without a file, or with one that can't be read.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Failure::NotSignedIn(format!("there is no {}", path.display())));
            }
            Err(error) => return Err(file(path, error)),
        };
        serde_json::from_slice(&text)
            .map_err(|error| Failure::NotSignedIn(format!("{} can't be read ({error})", path.display())))
    }

    /// Writes it for the owner's eyes only, in one step: a reader finds the old one or the new one.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let failed = |error| file(path, error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", std::process::id()));
        let beside = PathBuf::from(beside);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        let written = options
            .open(&beside)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // Best effort: what can't be renamed should not lie about.
            let _ = fs::remove_file(&beside);
        }
        written.map_err(failed)
    }

    /// Forgets it. True if there was one.
    pub(crate) fn forget(path: &Path) -> Result<bool, Failure> {
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(file(path, error)),
        }
    }
}

fn file(path: &Path, error: std::io::Error) -> Failure {
    Failure::File {
        path: path.to_owned(),
        error,
    }
}
