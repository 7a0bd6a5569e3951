mod attesting;
mod registering;
mod signing_in;

use latchkey_domain::{Passkey, PasskeyId, Timestamp, UserId};
use serde_json::Value;

use super::authenticator::{self, Authenticator};
use super::{NewPasskey, NewPasskeyOwner, PasskeyError, RegistrationTerms, RelyingParty, RelyingPartyError};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ALICE: UserId = UserId::from_bytes(*b"alice's 16 bytes");
const BOB: UserId = UserId::from_bytes(*b"bob's 16 bytes..");

fn party() -> RelyingParty {
    RelyingParty::new("localhost", "https://localhost:8443", "Contoso & Söhne").unwrap()
}

fn alice() -> NewPasskeyOwner<'static> {
    NewPasskeyOwner {
        id: ALICE,
        upn: "alice_fabrikam.com#EXT#@contoso.com",
        display_name: " Alice  \u{1f511} Ängström ",
    }
}

fn bytes(answer: &Value) -> Vec<u8> {
    answer.to_string().into_bytes()
}

/// Registers `device` for Alice in one go.
fn register(device: &mut Authenticator) -> Result<NewPasskey, PasskeyError> {
    let ceremony = party()
        .start_registration(NOW, RegistrationTerms::default(), &alice(), &[])
        .unwrap();
    let answer = device.create(&ceremony.options);
    party().finish_registration(NOW, ALICE, &ceremony.state, &bytes(&answer))
}

fn stored(new: NewPasskey) -> Passkey {
    Passkey {
        id: new.id,
        user_id: ALICE,
        name: "Laptop".to_owned(),
        static_state: new.static_state,
        dynamic_state: new.dynamic_state,
        aaguid: new.aaguid,
        attested_by: None,
        synced: new.synced,
        transports: new.transports,
        created_at: NOW,
        last_used_at: None,
    }
}

/// A stored passkey of Alice's, for options only.
fn known(id: &[u8], transports: &str) -> Passkey {
    Passkey {
        id: PasskeyId::new(id.to_vec()).unwrap(),
        user_id: ALICE,
        name: "Old".to_owned(),
        static_state: Vec::new(),
        dynamic_state: Vec::new(),
        aaguid: [0; 16],
        attested_by: None,
        synced: false,
        transports: transports.to_owned(),
        created_at: NOW,
        last_used_at: None,
    }
}

#[test]
fn origins_are_written_as_browsers_write_them() {
    let origin = |host: &str, origin: &str| {
        RelyingParty::new(host, origin, "x").map(|party| party.origin().to_owned())
    };
    assert_eq!(
        origin("localhost", "https://localhost:8443").unwrap(),
        "https://localhost:8443"
    );
    assert_eq!(
        origin("ID.Example.com", "HTTPS://id.example.COM:443").unwrap(),
        "https://id.example.com"
    );
    assert_eq!(
        origin("example.com", "https://id.example.com").unwrap(),
        "https://id.example.com"
    );
    assert_eq!(
        origin("localhost", "http://localhost:80").unwrap(),
        "http://localhost"
    );
    for host in [
        "",
        "127.0.0.1",
        "[::1]",
        "a..b",
        "example.com:443",
        "https://example.com",
        "bücher.example",
    ] {
        assert_eq!(
            origin(host, "https://localhost"),
            Err(RelyingPartyError::Host),
            "{host}"
        );
    }
    for wrong in [
        "example.com",
        "http://example.com",
        "https://example.com/",
        "https://example.com:",
        "https://example.com:99999",
        "https://evilexample.com",
        "https://example.com.evil.org",
        "https://user@example.com",
        "https://.example.com",
        "ftp://example.com",
    ] {
        assert_eq!(
            origin("example.com", wrong),
            Err(RelyingPartyError::Origin),
            "{wrong}"
        );
    }
}
