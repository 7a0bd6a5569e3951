//! The FIDO Alliance's metadata of authenticators, from the file that the operator keeps up to date.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use latchkey_crypto::AuthenticatorMetadata;
use latchkey_domain::Timestamp;

use crate::config::Config;
use crate::outbound::certificates;

/// A larger file is refused unread; the published one has some 10 MB.
const MOST_BYTES: u64 = 64 << 20;

/// The file, and as of when it was read.
pub(crate) struct MetadataFile {
    path: PathBuf,
    /// What a complaint about it begins with.
    place: String,
    ca: Option<PathBuf>,
    modified: Option<SystemTime>,
}

impl MetadataFile {
    /// The file of `passkeys.metadata`, if there is one.
    pub(crate) fn configured(config: &Config) -> Option<Self> {
        Some(Self {
            path: config.passkeys_metadata.clone()?,
            place: config.place("passkeys.metadata"),
            ca: config.outbound_ca.clone(),
            modified: None,
        })
    }

    /// Reads the file, unless it is the one that was read last. A file that can't be used is tried again each time.
    ///
    /// # Errors
    /// Which file, and what is wrong with it.
    pub(crate) fn read_if_new(&mut self, now: Timestamp) -> Result<Option<AuthenticatorMetadata>, String> {
        let named =
            |error: &dyn std::fmt::Display| format!("{}: {}: {error}", self.place, self.path.display());
        let facts = fs::metadata(&self.path).map_err(|error| named(&error))?;
        let modified = facts.modified().ok();
        if modified.is_some() && modified == self.modified {
            return Ok(None);
        }
        if facts.len() > MOST_BYTES {
            return Err(named(&"the file is too large"));
        }
        let file = fs::read(&self.path).map_err(|error| named(&error))?;
        let mut cas = certificates(self.ca.as_deref()).map_err(|error| format!("outbound.ca: {error}"))?;
        cas.extend(rustls_native_certs::load_native_certs().certs);
        let metadata = AuthenticatorMetadata::read(&file, now, &cas).map_err(|error| named(&error))?;
        self.modified = modified;
        if metadata.next_update() < now {
            tracing::warn!(
                due = %metadata.next_update().to_rfc3339(),
                "passkeys.metadata: the FIDO Alliance has published a newer file by now"
            );
        }
        tracing::info!(
            makes = metadata.makes(),
            "the metadata of authenticators was read"
        );
        Ok(Some(metadata))
    }
}
