//! Small sealed texts that a browser carries for us: the state of a sign-in, the cookie of a familiar device.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::envelope::{key_id, open_with, seal_with};
use crate::{MasterKeys, OpenError, Random, Secret};

/// A longer sealed token is refused unread. It travels in forms and links, below what servers and browsers take.
pub const MAX_SEALED_TOKEN_BYTES: usize = 14 * 1024;

/// What a sealed token is for. Each purpose has its own key: a token of one never opens as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealPurpose {
    /// The state of a sign-in between its pages.
    FlowState,
    /// The cookie that marks a device from which its owner has fully signed in before (sign-in contract 11.2).
    DeviceCookie,
    /// What an application asked for, while its person signs in.
    AuthorizationRequest,
    /// What an application sent ahead of its person (RFC 9126).
    PushedRequest,
    /// The `login_hint` claim of ID tokens.
    LoginHint,
}

impl MasterKeys {
    /// Seals `plain` with the newest key into base64url text.
    ///
    /// AES-256-GCM-SIV (RFC 8452) instead of plain GCM, because anyone can make us seal any number of these: its
    /// random nonces stay safe beyond the 2³² values that GCM allows for one key.
    pub fn seal_token(&self, random: &dyn Random, purpose: SealPurpose, plain: &[u8]) -> String {
        let key = self.newest();
        URL_SAFE_NO_PAD.encode(seal_with(random, key.id, key.token_key(purpose), b"", plain))
    }

    /// Opens what [`seal_token`](Self::seal_token) gave for the same purpose.
    pub fn open_token(&self, purpose: SealPurpose, text: &str) -> Result<Secret<Vec<u8>>, OpenError> {
        if text.len() > MAX_SEALED_TOKEN_BYTES {
            return Err(OpenError::Malformed);
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| OpenError::Malformed)?;
        let key = self.find(key_id(&sealed)?).ok_or(OpenError::UnknownKey)?;
        open_with(key.token_key(purpose), b"", &sealed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SeededRng;

    #[test]
    fn opens_for_its_purpose_only_also_after_rotation() {
        let rng = SeededRng::new(1);
        let ring = MasterKeys::generate(&rng);
        let token = ring.seal_token(&rng, SealPurpose::FlowState, b"state");
        let ring = ring.rotated(&rng);
        assert_eq!(
            ring.open_token(SealPurpose::FlowState, &token).unwrap().expose(),
            b"state"
        );
        assert_eq!(
            ring.open_token(SealPurpose::DeviceCookie, &token).unwrap_err(),
            OpenError::Forged
        );
        let sealed = URL_SAFE_NO_PAD.decode(&token).unwrap();
        assert_eq!(ring.open("", &sealed).unwrap_err(), OpenError::Forged);
    }

    #[test]
    fn refuses_long_padded_and_foreign_texts() {
        let ring = MasterKeys::generate(&SeededRng::new(1));
        let long = "A".repeat(MAX_SEALED_TOKEN_BYTES + 1);
        for text in ["", "AQ==", "AQ", "!", &long] {
            assert_eq!(
                ring.open_token(SealPurpose::FlowState, text).unwrap_err(),
                OpenError::Malformed
            );
        }
    }

    proptest! {
        #[test]
        fn garbage_never_opens(text: String) {
            let ring = MasterKeys::generate(&SeededRng::new(1));
            prop_assert!(ring.open_token(SealPurpose::DeviceCookie, &text).is_err());
        }
    }
}
