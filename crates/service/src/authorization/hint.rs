//! Hints at who somebody is: an ID token of ours, or the `login_hint` claim of one (sign-in contract 9.4, 9.6, 9.12).

use latchkey_crypto::SealPurpose;
use latchkey_domain::{ClientId, UserId};
use serde_json::Value;

use crate::Service;

impl Service {
    /// Whom an ID token of ours names, and whose it is; its end does not matter (`OpenID` Connect Core 3.1.2.1). Other
    /// tokens of ours are none: of these two only access tokens name the application that uses them.
    pub(super) fn read_id_token_hint(&self, hint: &str) -> Option<(UserId, ClientId)> {
        let claims = self.key_set().verify(hint, self.now()).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let other = ["azp", "appid", "events"]
            .iter()
            .any(|name| claims.get(name).is_some());
        if other || text("iss") != Some(&self.issuer()) {
            return None;
        }
        Some((text("oid")?.parse().ok()?, text("aud")?.parse().ok()?))
    }

    /// The `login_hint` claim: names a person to us, and tells others nothing.
    pub(crate) fn login_hint(&self, user: UserId) -> String {
        self.master_keys
            .seal_token(&*self.random, SealPurpose::LoginHint, user.as_bytes())
    }

    /// Whom a `login_hint` claim of ours names.
    pub(super) fn read_login_hint(&self, hint: &str) -> Option<UserId> {
        let plain = self.master_keys.open_token(SealPurpose::LoginHint, hint).ok()?;
        let bytes: [u8; 16] = plain.expose().as_slice().try_into().ok()?;
        Some(UserId::from_bytes(bytes))
    }
}
