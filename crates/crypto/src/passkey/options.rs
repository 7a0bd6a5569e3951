//! The options for the browser, in the JSON form of `WebAuthn` Level 3 (5.1.8 and 5.1.9), which browsers parse by
//! themselves; binary members are base64url without padding.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::{Minutes, Passkey};
use serde_json::{Value, json};

use super::state::{LIFETIME, challenge_bytes};
use super::{NewPasskeyOwner, RegistrationTerms, RelyingParty};

const ES256: i32 = -7;
const EDDSA: i32 = -8;
const RS256: i32 = -257;

/// The transports of `WebAuthn` Level 3 (5.8.4); others that a browser tells are not kept.
const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

pub(super) fn creation(
    party: &RelyingParty,
    challenge: u128,
    terms: RegistrationTerms,
    owner: &NewPasskeyOwner<'_>,
    existing: &[Passkey],
) -> Value {
    let algorithm = |number: i32| json!({"type": "public-key", "alg": number});
    json!({
        "rp": {"id": party.id(), "name": party.name},
        "user": {
            "id": URL_SAFE_NO_PAD.encode(owner.id.as_bytes()),
            "name": owner.upn,
            "displayName": owner.display_name,
        },
        "challenge": URL_SAFE_NO_PAD.encode(challenge_bytes(challenge)),
        "pubKeyCredParams": [algorithm(ES256), algorithm(EDDSA), algorithm(RS256)],
        "timeout": milliseconds(terms.lifetime),
        "excludeCredentials": existing.iter().map(descriptor).collect::<Vec<_>>(),
        "authenticatorSelection": {
            "residentKey": "required",
            // For clients of Level 1, which don't know `residentKey`.
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": if terms.attestation { "direct" } else { "none" },
    })
}

pub(super) fn request(party: &RelyingParty, challenge: u128, allowed: &[Passkey]) -> Value {
    json!({
        "rpId": party.id(),
        "challenge": URL_SAFE_NO_PAD.encode(challenge_bytes(challenge)),
        "timeout": milliseconds(LIFETIME),
        "allowCredentials": allowed.iter().map(descriptor).collect::<Vec<_>>(),
        "userVerification": "required",
    })
}

/// The transports that the passkey's text names, in its order.
pub(super) fn known_transports(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|name| TRANSPORTS.contains(name))
}

fn descriptor(passkey: &Passkey) -> Value {
    json!({
        "type": "public-key",
        "id": URL_SAFE_NO_PAD.encode(passkey.id.as_bytes()),
        "transports": known_transports(&passkey.transports).collect::<Vec<_>>(),
    })
}

/// At most what Graph's 32 bits hold (24 days); the ceremony's own end counts in any case.
fn milliseconds(lifetime: Minutes) -> i64 {
    (lifetime.seconds().0 * 1000).min(i64::from(i32::MAX))
}
