//! Tokens whose signature was verified a moment ago, so that it need not be computed at each call.

use std::collections::HashMap;
use std::sync::Arc;

use super::claims::VerifiedToken;

/// Entries of one generation; two are kept, some 300 bytes each.
const GENERATION: usize = 4096;

/// Two generations: the young one is filled, and becomes the old one when it is full, which then is forgotten.
/// What is asked for moves to the young one, so that what is in use stays.
#[derive(Default)]
pub(super) struct TokenCache {
    young: HashMap<[u8; 32], Arc<VerifiedToken>>,
    old: HashMap<[u8; 32], Arc<VerifiedToken>>,
}

impl TokenCache {
    /// The verified token with this SHA-256.
    pub(super) fn get(&mut self, hash: &[u8; 32]) -> Option<Arc<VerifiedToken>> {
        if let Some(found) = self.young.get(hash) {
            return Some(Arc::clone(found));
        }
        let found = self.old.remove(hash)?;
        self.insert(*hash, Arc::clone(&found));
        Some(found)
    }

    /// Remembers a verified token.
    pub(super) fn insert(&mut self, hash: [u8; 32], token: Arc<VerifiedToken>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, token);
    }
}

#[cfg(test)]
mod tests {
    use super::super::claims::{Subject, VerifiedToken};
    use super::*;
    use latchkey_domain::{ClientId, PermissionSet, ServicePrincipalId, Timestamp};

    fn token() -> Arc<VerifiedToken> {
        Arc::new(VerifiedToken {
            not_before: Timestamp::from_seconds(0),
            expires_at: Timestamp::from_seconds(1),
            client_id: ClientId::from_bytes([1; 16]),
            handles_challenges: false,
            key: None,
            subject: Subject::Application {
                service_principal_id: ServicePrincipalId::from_bytes([2; 16]),
                roles: PermissionSet::EMPTY,
            },
        })
    }

    fn hash(number: usize) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        hash
    }

    #[test]
    fn never_grows_beyond_two_generations_and_keeps_what_is_used() {
        let mut cache = TokenCache::default();
        for number in 0..5 * GENERATION {
            cache.insert(hash(number), token());
            assert!(cache.get(&hash(0)).is_some(), "used all the time");
            assert!(cache.young.len() + cache.old.len() <= 2 * GENERATION);
        }
        assert!(cache.get(&hash(1)).is_none(), "unused for two generations");
    }
}
