//! An honest software authenticator for the tests of other crates. Behind the feature `testing`.

use super::authenticator::{AAGUID, Authenticator, Key};
pub use super::maker::{Maker, Publisher};

/// A device with one passkey, seen through a browser at `https://localhost:8443`.
pub struct SoftwareAuthenticator(Authenticator);

impl SoftwareAuthenticator {
    /// The make that all of them tell.
    pub const AAGUID: [u8; 16] = AAGUID;

    /// A new device; devices with different names have different credential ids.
    pub fn new(name: &str) -> Self {
        let mut device = Authenticator::new(Key::p256());
        device.credential_id = crate::sha256(name.as_bytes()).to_vec();
        Self(device)
    }

    /// A maker vouches for it from now on, where that is asked for.
    pub fn vouched_for_by(&mut self, maker: Maker) {
        self.0.maker = Some(maker);
    }

    /// `navigator.credentials.create(options)`, as JSON text.
    pub fn create(&mut self, options: &str) -> Vec<u8> {
        self.0.create(options).to_string().into_bytes()
    }

    /// `navigator.credentials.get(options)`, as JSON text. The counter goes up.
    pub fn get(&mut self, options: &str) -> Vec<u8> {
        self.0.counter += 1;
        self.0.get(options).to_string().into_bytes()
    }
}

impl std::fmt::Debug for SoftwareAuthenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftwareAuthenticator")
    }
}
