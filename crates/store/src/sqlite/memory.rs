//! What a connection has read before and need not read again.
//!
//! With nearly every request the same few things are asked for: the application behind a token, what the token stands
//! on, the policy. They are known as long as nothing at all was changed in the database, by this process or another
//! one, which SQLite tells for a tenth of the price of reading one of them. The policy's document is read each time, but
//! not parsed each time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use latchkey_domain::{
    AppSecret, ApplicationStanding, AuthorizationId, ClientId, ClientRegistration, HeldRoles, PassPolicy,
    PrincipalId,
};

use crate::StandingAuthorization;

/// Things of one kind that a connection keeps; when there are more, all of the kind are forgotten. An authorization with
/// its user and session has some 2 KB.
const KEPT: usize = 256;

/// The policy's document and what it says.
pub(crate) type KnownPolicy = (Option<String>, Arc<PassPolicy>);

#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The policy that was read last.
    pub(crate) policy: Option<KnownPolicy>,
    /// SQLite's `data_version` of this connection when what follows was read, or earlier.
    version: Option<i64>,
    known: Known,
}

/// What is true of one version of the database.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) applications: Shelf<ClientId, Arc<ApplicationStanding>>,
    pub(crate) registrations: Shelf<ClientId, Arc<ClientRegistration>>,
    pub(crate) secrets: Shelf<ClientId, Arc<[AppSecret]>>,
    pub(crate) authorizations: Shelf<AuthorizationId, Arc<StandingAuthorization>>,
    pub(crate) roles: Shelf<PrincipalId, HeldRoles>,
}

impl Memory {
    /// What is known of this version of the database; what is known of another one is forgotten.
    pub(super) fn of(&mut self, version: i64) -> &mut Known {
        if self.version != Some(version) {
            self.version = Some(version);
            self.known.clear();
        }
        &mut self.known
    }

    /// What is known of the version that was asked for last.
    pub(super) const fn known(&mut self) -> &mut Known {
        &mut self.known
    }
}

impl Known {
    fn clear(&mut self) {
        self.applications.0.clear();
        self.registrations.0.clear();
        self.secrets.0.clear();
        self.authorizations.0.clear();
        self.roles.0.clear();
    }
}

/// Things of one kind by their ids.
#[derive(Debug)]
pub(crate) struct Shelf<K, V>(HashMap<K, V>);

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V: Clone> Shelf<K, V> {
    pub(crate) fn get(&self, id: &K) -> Option<V> {
        self.0.get(id).cloned()
    }

    pub(crate) fn keep(&mut self, id: K, thing: &V) {
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        self.0.insert(id, thing.clone());
    }
}
