//! Access tokens: who gets one, what it says, and whether one for our Graph is still believed.
//!
//! Sign-in contract 4, 9.5–9.7 and 9.11, Graph contract 1.3.

mod application_for_api;
mod bearer;
mod cache;
mod claims;
mod delegated;
mod issue;
mod optional_claims;
mod possession;
mod resource;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use latchkey_domain::Timestamp;

pub use bearer::BearerError;
pub use delegated::DelegatedTokenRequest;
pub(crate) use delegated::{algorithm_of, extend};
pub(crate) use issue::LIFETIME;
pub use issue::{ClientCredentialsRequest, IssuedToken, TokenError};
pub(crate) use possession::FreshProof;
pub use possession::{Possession, Presented, SentProof, token_type};
pub(crate) use resource::is_graph;

use crate::authorization::AccessToken;
use cache::TokenCache;
use claims::VerifiedToken;

/// Tokens of callers that are remembered, some 300 bytes each; twice as many at most.
const VERIFIED: usize = 4096;
/// Introspected tokens that are remembered, some 4 KB each; twice as many at most.
const INSPECTED: usize = 512;

/// What the use cases of tokens remember between requests.
pub(crate) struct TokenState {
    verified: Mutex<TokenCache<VerifiedToken>>,
    inspected: Mutex<TokenCache<AccessToken>>,
    keys_reloaded_at: Mutex<Option<Timestamp>>,
    jwks: Mutex<Arc<[u8]>>,
}

impl TokenState {
    pub(crate) fn new() -> Self {
        Self {
            verified: Mutex::new(TokenCache::new(VERIFIED)),
            inspected: Mutex::new(TokenCache::new(INSPECTED)),
            keys_reloaded_at: Mutex::default(),
            jwks: Mutex::new(Arc::new([])),
        }
    }

    /// The published keys, ready to send.
    pub(crate) fn jwks(&self) -> Arc<[u8]> {
        Arc::clone(&lock(&self.jwks))
    }

    /// Takes a new document of published keys.
    pub(crate) fn publish(&self, jwks: String) {
        *lock(&self.jwks) = Arc::from(jwks.into_bytes());
    }

    /// What an access token with this SHA-256 says, if it was introspected a moment ago.
    pub(crate) fn inspected(&self, hash: &[u8; 32]) -> Option<Arc<AccessToken>> {
        lock(&self.inspected).get(hash)
    }

    /// Remembers what an access token of ours says.
    pub(crate) fn keep_inspected(&self, hash: [u8; 32], token: &Arc<AccessToken>) {
        lock(&self.inspected).insert(hash, Arc::clone(token));
    }

    /// Forgets which tokens were verified, because the keys changed.
    pub(crate) fn forget_verified(&self) {
        *lock(&self.verified) = TokenCache::new(VERIFIED);
        *lock(&self.inspected) = TokenCache::new(INSPECTED);
    }
}

/// Nothing panics while it holds one of these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
