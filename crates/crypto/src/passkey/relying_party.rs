//! Who we are towards browsers: the relying party's id, origin and name.

use latchkey_domain::UserId;
use webauthn_rp::bin::Decode;
use webauthn_rp::request::register::UserHandle16;
use webauthn_rp::request::{AsciiDomain, RpId};

use super::RelyingPartyError;

/// A browser's answer may have at most this many bytes; real ones have 1–6 KiB.
pub const MAX_PASSKEY_ANSWER_BYTES: usize = 64 * 1024;

/// The relying party of one tenant, as browsers and authenticators know it.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    pub(super) id: RpId,
    pub(super) origin: String,
    pub(super) name: String,
}

/// What starts a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyCeremony {
    /// JSON for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`: the value of
    /// the member `publicKey`.
    pub options: String,
    /// What the caller seals and gives back with the answer. Bind it to the session, too, where there is one.
    pub state: Vec<u8>,
    /// SHA-256 of the challenge, the same that the finished ceremony tells: to be spent once.
    pub challenge_hash: [u8; 32],
}

impl RelyingParty {
    /// The relying party with host name `rp_id`, whose pages stand at `origin` (`https://localhost:8443`; the port
    /// counts, the scheme's default port may be given or left out) and which people know as `name`.
    pub fn new(rp_id: &str, origin: &str, name: &str) -> Result<Self, RelyingPartyError> {
        let host = rp_id.to_ascii_lowercase();
        if !is_host_name(&host) {
            return Err(RelyingPartyError::Host);
        }
        let origin = browser_origin(origin, &host)?;
        let domain = AsciiDomain::try_from(host).map_err(|_| RelyingPartyError::Host)?;
        Ok(Self {
            id: RpId::Domain(domain),
            origin,
            name: name.to_owned(),
        })
    }

    /// The id that passkeys are bound to: a host name without port.
    pub fn id(&self) -> &str {
        self.id.as_ref()
    }

    /// The one origin whose answers are accepted, as browsers write it.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// The user handle in every passkey: the 16 bytes of the object id.
pub(super) fn user_handle(user: UserId) -> UserHandle16 {
    let Ok(handle) = UserHandle16::decode(*user.as_bytes());
    handle
}

fn is_host_name(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = |label: &str| !label.is_empty() && label.bytes().all(allowed);
    // A name whose last label is a number is read as an IPv4 address (WHATWG URL, "ends in a number").
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    host.split('.').all(label) && !host.rsplit('.').next().is_some_and(numeric)
}

/// Writes the origin as browsers do: lower case, without the scheme's default port.
fn browser_origin(origin: &str, host: &str) -> Result<String, RelyingPartyError> {
    let wrong = RelyingPartyError::Origin;
    let origin = origin.to_ascii_lowercase();
    let (scheme, authority) = origin.split_once("://").ok_or(wrong)?;
    let (name, port) = match authority.split_once(':') {
        Some((name, port)) => (name, Some(port.parse::<u16>().map_err(|_| wrong)?)),
        None => (authority, None),
    };
    let below = name
        .strip_suffix(host)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if !below || !is_host_name(name) {
        return Err(wrong);
    }
    // Browsers offer passkeys in secure contexts only, and of plain http only localhost is one.
    let default_port = match scheme {
        "https" => 443,
        "http" if name == "localhost" || name.ends_with(".localhost") => 80,
        _ => return Err(wrong),
    };
    Ok(match port {
        Some(port) if port != default_port => format!("{scheme}://{name}:{port}"),
        _ => format!("{scheme}://{name}"),
    })
}
