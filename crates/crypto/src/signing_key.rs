//! A key that signs JSON Web Tokens.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Secret;
use crate::jwks::{Jwk, PublicNumbers};

/// A signature algorithm of JSON Web Signature (RFC 7518 3.1, RFC 8037 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JwsAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits: what every client library knows.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519: short signatures, made the quickest.
    EdDsa,
}

impl JwsAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// Its name in `alg`, also used to store it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// Why a key can't be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The library could not make one.
    #[error("a signing key could not be generated")]
    Generate,
    /// The bytes are no PKCS #8 key of the algorithm.
    #[error("not a private key of this algorithm")]
    Rejected,
    /// The library could not sign.
    #[error("the signature could not be computed")]
    Sign,
}

/// A key pair, parsed once and used for any number of signatures, on any number of threads.
pub struct SigningKey {
    pair: Pair,
    public: ParsedPublicKey,
    jwk: Jwk,
    /// The JOSE header of its tokens with the dot behind it, encoded once.
    header: String,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// A new key, by AWS-LC's own random source. RSA takes 0.1 s or more of a core: not on a thread that answers.
    pub fn generate(algorithm: JwsAlgorithm) -> Result<Self, SigningKeyError> {
        let pair = match algorithm {
            JwsAlgorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa),
            JwsAlgorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::Ecdsa),
            JwsAlgorithm::EdDsa => Ed25519KeyPair::generate().map(Pair::Ed25519),
        };
        Self::from_pair(pair.map_err(|_| SigningKeyError::Generate)?)
    }

    /// The key that [`to_pkcs8`](Self::to_pkcs8) gave.
    pub fn from_pkcs8(algorithm: JwsAlgorithm, pkcs8: &[u8]) -> Result<Self, SigningKeyError> {
        let pair = match algorithm {
            JwsAlgorithm::Rs256 => RsaKeyPair::from_pkcs8(pkcs8).map(Pair::Rsa),
            JwsAlgorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Pair::Ecdsa)
            }
            JwsAlgorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).map(Pair::Ed25519),
        };
        Self::from_pair(pair.map_err(|_| SigningKeyError::Rejected)?)
    }

    /// The private key as PKCS #8 (RFC 5208), to be sealed and stored.
    pub fn to_pkcs8(&self) -> Result<Secret<Vec<u8>>, SigningKeyError> {
        match &self.pair {
            Pair::Rsa(pair) => pair
                .as_der()
                .map(|der| Secret::new(der.as_ref().to_vec()))
                .map_err(|_| SigningKeyError::Rejected),
            Pair::Ecdsa(pair) => pair
                .to_pkcs8v1()
                .map(|der| Secret::new(der.as_ref().to_vec()))
                .map_err(|_| SigningKeyError::Rejected),
            Pair::Ed25519(pair) => pair
                .to_pkcs8v1()
                .map(|der| Secret::new(der.as_ref().to_vec()))
                .map_err(|_| SigningKeyError::Rejected),
        }
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> JwsAlgorithm {
        match self.pair {
            Pair::Rsa(_) => JwsAlgorithm::Rs256,
            Pair::Ecdsa(_) => JwsAlgorithm::Es256,
            Pair::Ed25519(_) => JwsAlgorithm::EdDsa,
        }
    }

    /// Its `kid`: the thumbprint of its public part (RFC 7638), 43 signs of base64url.
    pub fn key_id(&self) -> &str {
        &self.jwk.kid
    }

    /// A token in the compact form with these claims, which must be a JSON object in UTF-8.
    pub fn sign(&self, claims: &[u8]) -> Result<String, SigningKeyError> {
        self.sign_under(&self.header, claims)
    }

    /// As [`sign`](Self::sign), but of another type than `JWT`, so that it can't be taken for anything else (RFC 8725,
    /// 3.11).
    pub fn sign_typed(&self, kind: &str, claims: &[u8]) -> Result<String, SigningKeyError> {
        self.sign_under(&header(kind, self.algorithm(), self.key_id()), claims)
    }

    fn sign_under(&self, header: &str, claims: &[u8]) -> Result<String, SigningKeyError> {
        // 342 signs for the largest signature, RS256 with 2048 bits.
        let mut token = String::with_capacity(header.len() + claims.len().div_ceil(3) * 4 + 1 + 342);
        token.push_str(header);
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The signature of a message.
    pub(crate) fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SigningKeyError> {
        let random = SystemRandom::new();
        let signed = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
            }
            Pair::Ecdsa(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec()),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        };
        signed.map_err(|_| SigningKeyError::Sign)
    }

    /// Whether the signature of a message is by this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(message, signature).is_ok()
    }

    pub(crate) fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    fn from_pair(pair: Pair) -> Result<Self, SigningKeyError> {
        let rejected = |_| SigningKeyError::Rejected;
        let (public, numbers, algorithm) = match &pair {
            Pair::Rsa(pair) => {
                let key = pair.public_key();
                let numbers = PublicNumbers::Rsa {
                    n: URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero()),
                    e: URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero()),
                };
                let public =
                    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(rejected)?;
                (public, numbers, JwsAlgorithm::Rs256)
            }
            Pair::Ecdsa(pair) => {
                let point = pair.public_key().as_ref();
                // 0x04 ‖ x ‖ y (SEC 1, 2.3.3).
                let [0x04, coordinates @ ..] = point else {
                    return Err(SigningKeyError::Rejected);
                };
                let (x, y) = coordinates
                    .split_at_checked(32)
                    .ok_or(SigningKeyError::Rejected)?;
                let numbers = PublicNumbers::P256 {
                    x: URL_SAFE_NO_PAD.encode(x),
                    y: URL_SAFE_NO_PAD.encode(y),
                };
                let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(rejected)?;
                (public, numbers, JwsAlgorithm::Es256)
            }
            Pair::Ed25519(pair) => {
                let point = pair.public_key().as_ref();
                let numbers = PublicNumbers::Ed25519 {
                    x: URL_SAFE_NO_PAD.encode(point),
                };
                let public = ParsedPublicKey::new(&ED25519, point).map_err(rejected)?;
                (public, numbers, JwsAlgorithm::EdDsa)
            }
        };
        let kid = numbers.thumbprint();
        Ok(Self {
            pair,
            public,
            header: header("JWT", algorithm, &kid),
            jwk: Jwk {
                algorithm,
                kid,
                numbers,
            },
        })
    }
}

/// A JOSE header with the dot behind it.
fn header(kind: &str, algorithm: JwsAlgorithm, kid: &str) -> String {
    let header = format!(
        r#"{{"typ":"{kind}","alg":"{}","kid":"{kid}"}}"#,
        algorithm.as_str()
    );
    URL_SAFE_NO_PAD.encode(header) + "."
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm().as_str(), self.key_id())
    }
}
