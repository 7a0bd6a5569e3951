//! Pairwise subjects: the `sub` of an ID token, different for one user in each application.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Random, Secret, random_array};

/// The tenant's key for pairwise subjects (sign-in contract 9.6).
///
/// It is random, made once with the tenant and stored sealed; not derived from a master key, because a subject must
/// never change and master keys do.
pub struct PairwiseKey {
    bytes: Secret<[u8; 32]>,
    key: hmac::Key,
}

impl PairwiseKey {
    /// A new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self::new(random_array(random))
    }

    /// The key with these bytes, as [`expose`](Self::expose) gave them.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            bytes: Secret::new(bytes),
        }
    }

    /// Its bytes, to be sealed and stored.
    pub fn expose(&self) -> &[u8; 32] {
        self.bytes.expose()
    }

    /// base64url(HMAC-SHA-256(key, client id ‖ 0x00 ‖ object id)): 43 signs.
    pub fn subject(&self, client_id: &str, object_id: &str) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(client_id.as_bytes());
        context.update(&[0]);
        context.update(object_id.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

impl std::fmt::Debug for PairwiseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairwiseKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn subject_is_stable_per_user_and_application() {
        let key = PairwiseKey::generate(&SeededRng::new(1));
        let same = PairwiseKey::new(*key.expose());
        let subject = key.subject("app-1", "user-1");
        assert_eq!(subject.len(), 43);
        assert_eq!(subject, same.subject("app-1", "user-1"));
        assert_ne!(subject, key.subject("app-2", "user-1"));
        assert_ne!(subject, key.subject("app-1", "user-2"));
        assert_ne!(
            subject,
            PairwiseKey::generate(&SeededRng::new(2)).subject("app-1", "user-1")
        );
    }
}
