//! Reading the tokens that applications sign themselves to prove who they are (RFC 7523).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::{ClientCertificate, JwtError, MAX_JWT_BYTES};

/// What is read of the JOSE header. A key or certificate that it brings along is not looked at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
}

/// A token that an application signed, or somebody in its name.
pub struct ClientAssertion<'a> {
    message: &'a str,
    header: Header,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> ClientAssertion<'a> {
    /// Takes a token in the compact form apart (RFC 7515 7.1). Nothing of it is believed by that.
    ///
    /// # Errors
    /// [`JwtError::Malformed`]
    pub fn read(token: &'a str) -> Result<Self, JwtError> {
        if token.len() > MAX_JWT_BYTES {
            return Err(JwtError::Malformed);
        }
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed);
        let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwtError::Malformed)?;
        if header.crit.is_some() {
            return Err(JwtError::Malformed);
        }
        Ok(Self {
            message,
            header,
            claims: decode(claims)?,
            signature: decode(signature)?,
        })
    }

    /// What it says, as the JSON that was signed; not to be believed before [`Self::verify`].
    pub fn claims(&self) -> &[u8] {
        &self.claims
    }

    /// Looks for the one of these certificates that it names and that has signed it. One that names none may be by any.
    ///
    /// # Errors
    /// [`JwtError::UnknownKey`], [`JwtError::BadSignature`]
    pub fn verify<'c>(
        &self,
        certificates: &'c [ClientCertificate],
    ) -> Result<&'c ClientCertificate, JwtError> {
        let mut outcome = Err(JwtError::UnknownKey);
        for certificate in certificates.iter().filter(|known| self.names(known)) {
            if certificate.verifies(&self.header.alg, self.message.as_bytes(), &self.signature) {
                return Ok(certificate);
            }
            outcome = Err(JwtError::BadSignature);
        }
        outcome
    }

    /// Whether nothing in the header speaks against this certificate.
    fn names(&self, certificate: &ClientCertificate) -> bool {
        // Some libraries pad their thumbprints.
        let is = |named: &Option<String>, thumbprint: &[u8]| match named {
            Some(named) => named.trim_end_matches('=') == URL_SAFE_NO_PAD.encode(thumbprint),
            None => true,
        };
        is(&self.header.x5t, &certificate.sha1_thumbprint())
            && is(&self.header.x5t_s256, &certificate.sha256_thumbprint())
            && self.header.kid.as_ref().is_none_or(|kid| certificate.is_kid(kid))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    };
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
    use serde_json::{Value, json};

    use super::*;

    struct Signer {
        key: KeyPair,
        certificate: ClientCertificate,
    }

    impl Signer {
        fn new(algorithm: &'static rcgen::SignatureAlgorithm) -> Self {
            let key = KeyPair::generate_for(algorithm).unwrap();
            let made = CertificateParams::new(vec!["app".to_owned()]).unwrap();
            let pem = made.self_signed(&key).unwrap().pem();
            let certificate = ClientCertificate::read(pem.as_bytes()).unwrap();
            Self { key, certificate }
        }

        fn sign(&self, header: &Value) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let message = format!("{}.{}", part(header), part(&json!({"iss": "app"})));
            let (random, pkcs8) = (SystemRandom::new(), self.key.serialized_der());
            let rsa = |encoding| {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).unwrap();
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message.as_bytes(), &mut signature)
                    .unwrap();
                signature
            };
            let signature = match header["alg"].as_str().unwrap() {
                "RS256" => rsa(&RSA_PKCS1_SHA256),
                "PS256" => rsa(&RSA_PSS_SHA256),
                "ES256" => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
                    .unwrap()
                    .sign(&random, message.as_bytes())
                    .unwrap()
                    .as_ref()
                    .to_vec(),
                _ => Vec::new(),
            };
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    fn verify(token: &str, certificates: &[ClientCertificate]) -> Result<(), JwtError> {
        ClientAssertion::read(token)?.verify(certificates).map(|_| ())
    }

    #[test]
    fn signatures_count_with_their_keys_algorithm_only() {
        let (rsa, ec) = (
            Signer::new(&PKCS_RSA_SHA256),
            Signer::new(&PKCS_ECDSA_P256_SHA256),
        );
        let rs256 = rsa.sign(&json!({"alg": "RS256"}));
        let ps256 = rsa.sign(&json!({"alg": "PS256"}));
        let es256 = ec.sign(&json!({"alg": "ES256"}));
        let none = rsa.sign(&json!({"alg": "none"}));
        let swapped = |token: &str, alg: &str| {
            let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg}).to_string());
            format!("{header}.{}", token.split_once('.').unwrap().1)
        };
        let (rsa, ec) = ([rsa.certificate], [ec.certificate]);
        for (token, by_rsa, by_ec) in [
            (&rs256, true, false),
            (&ps256, true, false),
            (&es256, false, true),
        ] {
            assert_eq!(verify(token, &rsa).is_ok(), by_rsa);
            assert_eq!(verify(token, &ec).is_ok(), by_ec);
        }
        for token in [
            none,
            swapped(&rs256, "PS256"),
            swapped(&rs256, "HS256"),
            swapped(&rs256, "none"),
        ] {
            assert_eq!(verify(&token, &rsa), Err(JwtError::BadSignature));
        }
        let mut changed = rs256.into_bytes();
        let dot = changed.iter().position(|sign| *sign == b'.').unwrap();
        changed[dot + 4] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify(&changed, &rsa).is_err());
    }

    #[test]
    fn a_header_names_its_certificate_or_none() {
        let (one, other) = (
            Signer::new(&PKCS_ECDSA_P256_SHA256),
            Signer::new(&PKCS_ECDSA_P256_SHA256),
        );
        let sha1 = one.certificate.sha1_thumbprint();
        let sha256 = one.certificate.sha256_thumbprint();
        let hex = sha1.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex: String = hex
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect();
        let hex = hex.to_uppercase();
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let named = [
            json!({"alg": "ES256"}),
            json!({"alg": "ES256", "x5t": encoded(&sha1)}),
            json!({"alg": "ES256", "x5t": encoded(&sha1) + "="}),
            json!({"alg": "ES256", "x5t#S256": encoded(&sha256)}),
            json!({"alg": "ES256", "kid": hex, "x5t": encoded(&sha1)}),
            json!({"alg": "ES256", "kid": encoded(&sha256)}),
        ];
        let named: Vec<String> = named.iter().map(|header| one.sign(header)).collect();
        let elsewhere = one.sign(&json!({"alg": "ES256", "kid": "../../dev/null"}));
        let brought = other.sign(&json!({"alg": "ES256", "x5t": encoded(&sha1), "x5c": ["x"], "jwk": {}}));
        let demanding = one.sign(&json!({"alg": "ES256", "crit": ["b64"]}));
        let both = [other.certificate, one.certificate];
        for token in named {
            let by = ClientAssertion::read(&token).unwrap();
            assert_eq!(by.verify(&both).unwrap().sha256_thumbprint(), sha256);
        }
        assert_eq!(verify(&elsewhere, &both), Err(JwtError::UnknownKey));
        assert_eq!(verify(&brought, &both), Err(JwtError::BadSignature));
        assert_eq!(verify(&demanding, &both), Err(JwtError::Malformed));
        assert_eq!(
            verify(&"a".repeat(MAX_JWT_BYTES + 1), &both),
            Err(JwtError::Malformed)
        );
        for token in ["", ".", "..", "a.b.c", "e30.e30.e30"] {
            assert_eq!(verify(token, &both), Err(JwtError::Malformed), "{token}");
        }
    }

    #[test]
    fn only_certificates_are_read() {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        for bytes in [
            &b""[..],
            b"-----BEGIN CERTIFICATE-----",
            key.serialize_pem().as_bytes(),
            &[0x30; 99],
        ] {
            assert!(ClientCertificate::read(bytes).is_err());
        }
        let made = CertificateParams::new(vec!["app".to_owned()]).unwrap();
        let made = made.self_signed(&key).unwrap();
        let read = ClientCertificate::read(made.der()).unwrap();
        assert_eq!(read.der(), made.der().as_ref());
        assert!(read.start_at() < read.end_at());
        let odd = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let odd = CertificateParams::new(vec!["app".to_owned()])
            .unwrap()
            .self_signed(&odd)
            .unwrap();
        assert_eq!(
            ClientCertificate::read(odd.der()).unwrap_err(),
            crate::CertificateError::UnsuitableKey
        );
    }
}
