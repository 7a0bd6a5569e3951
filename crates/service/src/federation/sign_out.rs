//! Signing out at the provider that somebody came from (`OpenID` Connect RP-Initiated Logout 1.0; there we are the
//! relying party).

use latchkey_crypto::{SealPurpose, Secret};
use latchkey_domain::{SessionId, SessionMethod};
use latchkey_store::{Reader, StoreError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Fault, Service, SignedIn};

/// A longer ID token is not kept: an address has no room for it.
const LONGEST_HINT: usize = 4096;

/// What is remembered of a sign-out while the person is at the provider.
#[derive(serde::Serialize, serde::Deserialize)]
struct Away {
    /// Where an application wants the person afterwards.
    signed_out_to: Option<String>,
}

impl Service {
    /// Where a provider sends people back to who signed out there: the address to register for that.
    pub fn signed_out_redirect_uri(&self) -> String {
        format!("{}/signed-out/organization", self.settings.origin)
    }

    /// The provider's ID token, to be kept with the session that it opened.
    pub(crate) fn seal_upstream_token(&self, session: SessionId, token: &Secret<String>) -> Option<Vec<u8>> {
        let plain = token.expose().as_bytes();
        (plain.len() <= LONGEST_HINT).then(|| {
            self.master_keys
                .seal(&*self.random, &token_context(session), plain)
        })
    }

    /// The provider's ID token that opened a session, if it was kept.
    pub(super) async fn upstream_token(
        &self,
        reader: &mut Reader,
        session: SessionId,
    ) -> Result<Option<Secret<String>>, StoreError> {
        let sealed = reader.upstream_token(session).await?;
        Ok(sealed.and_then(|sealed| {
            let opened = self.master_keys.open(&token_context(session), &sealed).ok()?;
            String::from_utf8(opened.expose().clone()).ok().map(Secret::new)
        }))
    }

    /// Where the browser goes to sign out at the provider of this session, too, and comes back from to go on to `target`.
    /// `None`: the session is of no provider, or that has no place for it, or does not answer: signing out here never
    /// waits for others.
    ///
    /// # Errors
    /// [`Fault`]
    pub(crate) async fn upstream_sign_out(
        &self,
        member: &SignedIn,
        target: Option<&str>,
    ) -> Result<Option<String>, Fault> {
        if !matches!(member.session.method, SessionMethod::Federated { .. }) {
            return Ok(None);
        }
        let mut reader = self.store.read().await?;
        let stored = reader.federation(member.user.upn.domain()).await?;
        let hint = self.upstream_token(&mut reader, member.session.id).await?;
        drop(reader);
        let Some(federation) = stored.map(|stored| stored.federation) else {
            return Ok(None);
        };
        let provider = match self.provider(&federation.issuer).await {
            Ok(provider) => provider,
            Err(error) => {
                tracing::warn!(domain = federation.domain, %error, "nobody signs out at the provider");
                return Ok(None);
            }
        };
        let Some(endpoint) = &provider.end_session_endpoint else {
            return Ok(None);
        };
        let back = self.signed_out_redirect_uri();
        let state = self.seal_away(target);
        let mut query = vec![
            ("client_id", federation.client_id.as_str()),
            ("post_logout_redirect_uri", &back),
            ("state", &state),
        ];
        // Without one the provider may ask who is meant.
        if let Some(hint) = &hint {
            query.push(("id_token_hint", hint.expose()));
        }
        Ok(Some(with_query(endpoint, &query)))
    }

    /// Where the person goes on who comes back from the provider.
    pub fn after_upstream_sign_out(&self, state: &str) -> Option<String> {
        let plain = self.master_keys.open_token(SealPurpose::FlowState, state).ok()?;
        let away: Away = serde_json::from_slice(plain.expose()).ok()?;
        away.signed_out_to
    }

    fn seal_away(&self, target: Option<&str>) -> String {
        let away = Away {
            signed_out_to: target.map(str::to_owned),
        };
        // A plain value can always be written; an empty text would open as nothing.
        let plain = serde_json::to_vec(&away).unwrap_or_default();
        self.master_keys
            .seal_token(&*self.random, SealPurpose::FlowState, &plain)
    }
}

/// What a provider's ID token is sealed for.
pub(crate) fn token_context(session: SessionId) -> String {
    format!("upstream token {session}")
}

/// Part of an address, with all signs encoded that could mean something.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Names and values as a form.
pub(crate) fn pairs(values: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", encoded(value));
    values.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// An address with a query, beside the one that it may have.
pub(crate) fn with_query(address: &str, values: &[(&str, &str)]) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{}", pairs(values))
}
