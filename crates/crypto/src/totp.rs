//! One-time codes of authenticator apps (RFC 6238; sign-in contract 6.4).

use latchkey_domain::Timestamp;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::{Random, Secret, random_array};

/// Bytes of a key: 160 bits, as RFC 4226, 4, recommends.
pub const TOTP_KEY_BYTES: usize = 20;
/// Seconds of a step.
pub const TOTP_STEP_SECONDS: i64 = 30;

/// The key that a person's authenticator app and we share. SHA-1, 6 digits, steps of 30 s: many apps ignore any other
/// values.
pub struct TotpKey(Secret<[u8; TOTP_KEY_BYTES]>);

impl TotpKey {
    /// A new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Secret::new(random_array(random)))
    }

    /// The key with these bytes; `None` unless they are 20.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Secret::new(bytes)))
    }

    /// Its bytes, to be sealed and stored.
    pub fn expose(&self) -> &[u8; TOTP_KEY_BYTES] {
        self.0.expose()
    }

    /// The key as people type it into an app: base32 (RFC 4648, 6) without padding, 32 signs.
    pub fn base32(&self) -> Secret<String> {
        Secret::new(totp_rs::Secret::from(*self.0.expose()).to_base32())
    }

    /// The URI for the QR code: `issuer` is the tenant's display name, `account` the user name.
    pub fn uri(&self, issuer: &str, account: &str) -> Secret<String> {
        let (issuer, account, key) = (percent_encode(issuer), percent_encode(account), self.base32());
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            key.expose()
        ))
    }

    /// The step (Unix time divided by 30 s) whose code was typed, looked for from `skew_steps` before the current one
    /// to as many behind it; `None` for a wrong code. White space in the code is ignored.
    ///
    /// Each step counts once: the caller must refuse one that is not above the last accepted step of this key.
    pub fn matching_step(&self, typed: &str, now: Timestamp, skew_steps: u16) -> Option<i64> {
        let seconds = u64::try_from(now.as_seconds()).ok()?;
        let code: Zeroizing<String> = Zeroizing::new(
            typed
                .chars()
                .filter(|sign| !sign.is_whitespace())
                .take(7)
                .collect(),
        );
        let step = self.totp(skew_steps)?.check(&code, seconds)?;
        i64::try_from(step).ok()
    }

    fn totp(&self, skew_steps: u16) -> Option<Totp> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(TOTP_STEP_SECONDS.unsigned_abs())
            .with_skew(skew_steps)
            .with_secret(*self.0.expose())
            .build()
            .ok()
    }
}

impl std::fmt::Debug for TotpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpKey(***)")
    }
}

/// Everything but the unreserved signs of RFC 3986 as `%XX`.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit =
                |number: u8| char::from_digit(u32::from(number), 16).map(|digit| digit.to_ascii_uppercase());
            encoded.push('%');
            encoded.extend(digit(byte >> 4).into_iter().chain(digit(byte & 15)));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SeededRng;

    fn known() -> TotpKey {
        TotpKey::from_slice(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn vectors_of_the_contract() {
        assert_eq!(known().base32().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(known().matching_step(code, at(seconds), 0), Some(seconds / 30));
        }
    }

    #[test]
    fn accepts_only_the_steps_within_the_skew() {
        // 081804 belongs to step 37037036, from 1111111080 up to 1111111110.
        let step = Some(37_037_036);
        for (seconds, skew, expected) in [
            (1_111_111_109, 0, step),
            (1_111_111_110, 0, None),
            (1_111_111_110, 1, step),
            (1_111_111_139, 1, step),
            (1_111_111_140, 1, None),
            (1_111_111_050, 1, step),
            (1_111_111_049, 1, None),
        ] {
            assert_eq!(
                known().matching_step("081804", at(seconds), skew),
                expected,
                "{seconds} {skew}"
            );
        }
    }

    #[test]
    fn reads_blanks_and_refuses_other_forms() {
        assert_eq!(known().matching_step(" 287 082\n", at(59), 1), Some(1));
        for code in [
            "",
            "28708",
            "2870822",
            "+87082",
            "28708a",
            "２８７０８２",
            "287082287082",
        ] {
            assert_eq!(known().matching_step(code, at(59), 1), None, "{code}");
        }
        assert_eq!(known().matching_step("287082", at(-1), 1), None);
    }

    #[test]
    fn uri_is_encoded_as_the_contract_says() {
        assert_eq!(
            known().uri("Fabrikam & Söhne: IT", "ada+x@example.com").expose(),
            "otpauth://totp/Fabrikam%20%26%20S%C3%B6hne%3A%20IT:ada%2Bx%40example.com?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fabrikam%20%26%20S%C3%B6hne%3A%20IT\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn keys_differ_and_have_160_bits() {
        let rng = SeededRng::new(1);
        let key = TotpKey::generate(&rng);
        assert_ne!(key.expose(), TotpKey::generate(&rng).expose());
        assert_eq!(key.base32().expose().len(), 32);
        assert!(TotpKey::from_slice(&[0; 19]).is_none());
    }

    proptest! {
        #[test]
        fn no_typed_text_panics(typed: String, seconds: i64, skew in 0_u16..3) {
            let _ = known().matching_step(&typed, Timestamp::from_micros(seconds), skew);
        }
    }
}
