//! Whether a maker vouches for a passkey (sign-in contract 6.5; `WebAuthn` Level 3, 7.1, steps 23 and 24).

use std::sync::{Arc, RwLock};

use latchkey_crypto::{AuthenticatorMetadata, NewPasskey};
use latchkey_domain::{Aaguid, Timestamp};

/// What is known of makes of authenticators, if anything.
pub(crate) type Shared = RwLock<Option<Arc<AuthenticatorMetadata>>>;

/// SHA-1 of the certificate by which the passkey's maker vouches for it; none if nobody does, or nobody to believe.
pub(crate) fn attested_by(
    made: &NewPasskey,
    metadata: Option<&AuthenticatorMetadata>,
    now: Timestamp,
) -> Option<[u8; 20]> {
    let chain = made.attestation.as_ref()?;
    let make = Aaguid::from_bytes(made.aaguid);
    match metadata?.check(make, chain, now) {
        Ok(()) => Some(chain.thumbprint()),
        Err(reason) => {
            tracing::info!(%make, %reason, "an attestation is not believed");
            None
        }
    }
}
