//! Which provider let somebody in: the `idp` of ID tokens (sign-in contract 9.6).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::{SessionId, SessionMethod, User};
use serde::Deserialize;

use crate::{Fault, Service};

#[derive(Deserialize)]
struct Issued {
    iss: String,
}

impl Service {
    /// The issuer that let the person of a session in; `None`: we did ourselves.
    ///
    /// It is what the provider's own token says; where that was too long to be kept, the provider of the person's domain.
    pub(crate) async fn identity_provider(
        &self,
        session: SessionId,
        method: SessionMethod,
        user: &User,
    ) -> Result<Option<String>, Fault> {
        if !matches!(method, SessionMethod::Federated { .. }) {
            return Ok(None);
        }
        let mut reader = self.store.read().await?;
        let token = self.upstream_token(&mut reader, session).await?;
        if let Some(issuer) = token.and_then(|token| issuer_of(token.expose())) {
            return Ok(Some(issuer));
        }
        let stored = reader.federation(user.upn.domain()).await?;
        Ok(stored.map(|stored| stored.federation.issuer))
    }
}

/// Who issued a token that was checked when it came.
fn issuer_of(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Issued>(&claims)
        .ok()
        .map(|claims| claims.iss)
}
