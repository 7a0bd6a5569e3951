//! Opaque tokens: random texts that stand for something in the store, which knows only their hash.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::{Random, Secret, random_array};

/// What a token is for. Each kind has its own prefix, by which secret scanners and people recognise a leaked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A session's cookie.
    Session,
    /// A client secret of an application.
    ClientSecret,
    /// An authorization code.
    AuthorizationCode,
    /// A refresh token.
    Refresh,
    /// What a device without a browser waits with.
    DeviceCode,
    /// The value that a form must repeat, against forged requests.
    Csrf,
}

impl TokenKind {
    /// The text that each token of this kind begins with; letters, `_` only.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "lk_sess_",
            Self::ClientSecret => "lk_sec_",
            Self::AuthorizationCode => "lk_code_",
            Self::Refresh => "lk_ref_",
            Self::DeviceCode => "lk_dev_",
            Self::Csrf => "lk_csrf_",
        }
    }
}

/// Signs of 256 bits in base64url.
const RANDOM_SIGNS: usize = 43;

/// A new token: the prefix of its kind and 256 random bits in base64url. It holds only letters, digits, `-`, `_`, so
/// that it goes into a URL, a header, a form and a shell unescaped.
pub fn generate_token(random: &dyn Random, kind: TokenKind) -> Secret<String> {
    let bytes = Zeroizing::new(random_array::<32>(random));
    let mut text = String::with_capacity(kind.prefix().len() + RANDOM_SIGNS);
    text.push_str(kind.prefix());
    URL_SAFE_NO_PAD.encode_string(*bytes, &mut text);
    Secret::new(text)
}

/// Whether a text has the form of a token of this kind: what does not need not be looked up.
pub fn is_token(kind: TokenKind, text: &str) -> bool {
    text.strip_prefix(kind.prefix()).is_some_and(|random| {
        random.len() == RANDOM_SIGNS
            && random
                .bytes()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_')
    })
}

/// What is stored of a token and looked it up by: SHA-256. Salt and stretching would add nothing to 256 random bits.
pub fn token_hash(token: &str) -> [u8; 32] {
    sha256(token.as_bytes())
}

/// SHA-256 (FIPS 180-4) of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
        *to = *from;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    const KINDS: [TokenKind; 6] = [
        TokenKind::Session,
        TokenKind::ClientSecret,
        TokenKind::AuthorizationCode,
        TokenKind::Refresh,
        TokenKind::DeviceCode,
        TokenKind::Csrf,
    ];

    #[test]
    fn tokens_have_the_form_of_their_kind_only_and_differ() {
        let rng = SeededRng::new(1);
        for kind in KINDS {
            let token = generate_token(&rng, kind);
            for other in KINDS {
                assert_eq!(is_token(other, token.expose()), kind == other);
            }
            assert_ne!(token.expose(), generate_token(&rng, kind).expose());
        }
    }

    #[test]
    fn other_forms_are_no_tokens() {
        let sign = "A".repeat(43);
        assert!(is_token(TokenKind::Session, &format!("lk_sess_{sign}")));
        for text in [
            "",
            "lk_sess_",
            &sign,
            &format!("lk_sess_{sign}A"),
            &format!("lk_sess_{}=", "A".repeat(42)),
        ] {
            assert!(!is_token(TokenKind::Session, text), "{text}");
        }
    }

    #[test]
    fn hash_is_sha_256() {
        // FIPS 180-4 example "abc".
        assert_eq!(token_hash("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
