//! Envelope encryption of what must be readable again: signing keys, seeds of authenticator apps.

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};

use crate::{KeyId, MasterKeys, Random, Secret, random_array};

/// The only format so far: `version (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`.
const VERSION: u8 = 1;
/// Bytes of version and key id.
const HEADER: usize = 5;
/// Bytes of a nonce of AES-GCM and AES-GCM-SIV.
const NONCE: usize = 12;

/// Why a sealed text does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is too short, too long, of another version or not in its encoding.
    #[error("not a sealed value")]
    Malformed,
    /// It was sealed with a master key that is not in the ring (any more).
    #[error("sealed with an unknown master key")]
    UnknownKey,
    /// It was changed, or sealed for another purpose.
    #[error("the sealed value does not verify")]
    Forged,
}

impl MasterKeys {
    /// Seals `plain` with the newest key by AES-256-GCM under a random nonce (NIST SP 800-38D, 8.2.2; good for 2³²
    /// values per key). `context` says what and whose it is, such as `totp:<id>`; it must be the same to open it, so
    /// that a value can't be moved to another row.
    pub fn seal(&self, random: &dyn Random, context: &str, plain: &[u8]) -> Vec<u8> {
        let key = self.newest();
        seal_with(random, key.id, &key.envelope, context.as_bytes(), plain)
    }

    /// Opens what [`seal`](Self::seal) gave, with whichever key of the ring it was sealed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, OpenError> {
        let key = self.find(key_id(sealed)?).ok_or(OpenError::UnknownKey)?;
        open_with(&key.envelope, context.as_bytes(), sealed)
    }

    /// Whether a sealed value should be sealed anew because a newer key is there.
    pub fn is_sealed_by_older_key(&self, sealed: &[u8]) -> bool {
        key_id(sealed) != Ok(self.newest().id)
    }
}

/// The id of the key that a value was sealed with.
pub(crate) fn key_id(sealed: &[u8]) -> Result<KeyId, OpenError> {
    match sealed {
        [VERSION, a, b, c, d, ..] => Ok(KeyId::from_bytes([*a, *b, *c, *d])),
        _ => Err(OpenError::Malformed),
    }
}

#[expect(clippy::expect_used, reason = "sealing fails only for more than 64 GiB")]
pub(crate) fn seal_with(
    random: &dyn Random,
    id: KeyId,
    key: &LessSafeKey,
    context: &[u8],
    plain: &[u8],
) -> Vec<u8> {
    let nonce: [u8; NONCE] = random_array(random);
    let mut sealed = Vec::with_capacity(HEADER + NONCE + plain.len() + key.algorithm().tag_len());
    sealed.push(VERSION);
    sealed.extend_from_slice(id.as_bytes());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let (_, text) = sealed.split_at_mut(HEADER + NONCE);
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), text)
        .expect("a text of less than 64 GiB");
    sealed.extend_from_slice(tag.as_ref());
    sealed
}

pub(crate) fn open_with(
    key: &LessSafeKey,
    context: &[u8],
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>, OpenError> {
    let (nonce, text) = sealed
        .get(HEADER..)
        .and_then(<[u8]>::split_first_chunk::<NONCE>)
        .filter(|(_, text)| text.len() >= key.algorithm().tag_len())
        .ok_or(OpenError::Malformed)?;
    let mut plain = text.to_vec();
    let length = key
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(context),
            &mut plain,
        )
        .map_err(|_| OpenError::Forged)?
        .len();
    plain.truncate(length);
    Ok(Secret::new(plain))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SeededRng;

    #[test]
    fn opens_what_it_sealed_also_after_rotation() {
        let rng = SeededRng::new(1);
        let ring = MasterKeys::generate(&rng);
        let sealed = ring.seal(&rng, "totp:1", b"seed");
        assert!(!ring.is_sealed_by_older_key(&sealed));
        let ring = ring.rotated(&rng);
        assert_eq!(ring.open("totp:1", &sealed).unwrap().expose(), b"seed");
        assert!(ring.is_sealed_by_older_key(&sealed));
    }

    #[test]
    fn refuses_other_contexts_and_other_rings() {
        let rng = SeededRng::new(1);
        let ring = MasterKeys::generate(&rng);
        let sealed = ring.seal(&rng, "totp:1", b"seed");
        assert_eq!(ring.open("totp:2", &sealed).unwrap_err(), OpenError::Forged);
        assert_eq!(
            MasterKeys::generate(&rng).open("totp:1", &sealed).unwrap_err(),
            OpenError::UnknownKey
        );
    }

    #[test]
    fn equal_texts_look_different() {
        let rng = SeededRng::new(1);
        let ring = MasterKeys::generate(&rng);
        assert_ne!(ring.seal(&rng, "a", b"seed"), ring.seal(&rng, "a", b"seed"));
    }

    proptest! {
        #[test]
        fn any_text_comes_back(plain: Vec<u8>, context: String) {
            let rng = SeededRng::new(1);
            let ring = MasterKeys::generate(&rng);
            let sealed = ring.seal(&rng, &context, &plain);
            prop_assert_eq!(sealed.len(), plain.len() + 33);
            let opened = ring.open(&context, &sealed).unwrap();
            prop_assert_eq!(opened.expose(), &plain);
        }

        #[test]
        fn any_changed_bit_and_any_cut_is_refused(plain: Vec<u8>, place: prop::sample::Index, bit in 0_u8..8) {
            let rng = SeededRng::new(1);
            let ring = MasterKeys::generate(&rng);
            let mut sealed = ring.seal(&rng, "a", &plain);
            let cut = place.index(sealed.len());
            prop_assert!(ring.open("a", &sealed[..cut]).is_err());
            sealed[cut] ^= 1 << bit;
            prop_assert!(ring.open("a", &sealed).is_err());
        }

        #[test]
        fn garbage_never_panics(bytes: Vec<u8>) {
            prop_assert!(MasterKeys::generate(&SeededRng::new(1)).open("a", &bytes).is_err());
        }
    }
}
