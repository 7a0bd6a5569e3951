//! Tokens whose signature was verified a moment ago, so that it need not be computed at each call.

use std::collections::HashMap;
use std::sync::Arc;

/// Two generations: the young one is filled, and becomes the old one when it is full, which then is forgotten.
/// What is asked for moves to the young one, so that what is in use stays.
pub(super) struct TokenCache<T> {
    /// Entries of one generation.
    generation: usize,
    young: HashMap<[u8; 32], Arc<T>>,
    old: HashMap<[u8; 32], Arc<T>>,
}

impl<T> TokenCache<T> {
    /// An empty one, which will hold at most twice as many.
    pub(super) fn new(generation: usize) -> Self {
        Self {
            generation,
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    /// What is known of the token with this SHA-256.
    pub(super) fn get(&mut self, hash: &[u8; 32]) -> Option<Arc<T>> {
        if let Some(found) = self.young.get(hash) {
            return Some(Arc::clone(found));
        }
        let found = self.old.remove(hash)?;
        self.insert(*hash, Arc::clone(&found));
        Some(found)
    }

    /// Remembers a verified token.
    pub(super) fn insert(&mut self, hash: [u8; 32], token: Arc<T>) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        hash
    }

    #[test]
    fn never_grows_beyond_two_generations_and_keeps_what_is_used() {
        let mut cache = TokenCache::new(100);
        for number in 0..500 {
            cache.insert(hash(number), Arc::new(number));
            assert!(cache.get(&hash(0)).is_some(), "used all the time");
            assert!(cache.young.len() + cache.old.len() <= 200);
        }
        assert!(cache.get(&hash(1)).is_none(), "unused for two generations");
    }
}
