//! What a connection has read before and need not read again.
//!
//! Two things are asked for with nearly every request: the application behind a token, and the policy. An application
//! is known as long as nothing at all was changed in the database, by this process or another one, which SQLite tells
//! for a tenth of the price of reading it. The policy's document is read each time, but not parsed each time.

use std::collections::HashMap;
use std::sync::Arc;

use latchkey_domain::{ApplicationStanding, ClientId, PassPolicy};

/// Applications that are kept; when there are more, all are forgotten.
const APPLICATIONS: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The policy's document that was read last, and what it says.
    pub(crate) policy: Option<(Option<String>, Arc<PassPolicy>)>,
    /// SQLite's `data_version` of this connection when the applications were read, or earlier.
    version: Option<i64>,
    applications: HashMap<ClientId, Arc<ApplicationStanding>>,
}

impl Memory {
    /// Forgets what may have changed if the database is of another version than before.
    pub(super) fn come_to(&mut self, version: i64) {
        if self.version != Some(version) {
            self.version = Some(version);
            self.applications.clear();
        }
    }

    pub(crate) fn application(&self, id: ClientId) -> Option<Arc<ApplicationStanding>> {
        self.applications.get(&id).cloned()
    }

    pub(crate) fn keep_application(&mut self, application: &Arc<ApplicationStanding>) {
        if self.applications.len() >= APPLICATIONS {
            self.applications.clear();
        }
        let id = application.application.client_id;
        self.applications.insert(id, Arc::clone(application));
    }
}
