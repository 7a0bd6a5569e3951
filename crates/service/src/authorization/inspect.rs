//! Revocation (RFC 7009) and introspection (RFC 7662) of tokens, by the applications that they concern.

use std::sync::Arc;

use latchkey_crypto::{TokenKind, is_token, sha256, token_hash};
use latchkey_domain::{
    AuthorizationId, ClientId, GrantError, REFRESH_IDLE, Timestamp, check_refresh, session_stands,
};
use latchkey_store::{Reader, StandingAuthorization, StoreError};
use serde_json::{Map, Value, json};

use super::refresh::find_refresh;
use super::scopes::client_id_in;
use super::tokens::{Claimed, ClientClaim, GrantFailure, check_platform};
use crate::applications::ClientAuthError;
use crate::tokens::token_type;
use crate::{RequestInfo, Service};

/// Claims of an access token that introspection passes on as they are (RFC 7662 2.2).
const PASSED_ON: [&str; 10] = [
    "iss", "aud", "iat", "nbf", "exp", "sub", "oid", "roles", "acrs", "cnf",
];

/// An access token of ours, as its claims say.
pub(crate) struct AccessToken {
    audience: String,
    /// In seconds since 1970 UTC.
    expires_at: Option<i64>,
    issued_to: ClientId,
    /// What it stands on; none for an application's own.
    authorization: Option<AuthorizationId>,
    /// It ends with the session that this began in.
    in_session: bool,
    /// It says that it is an application's own.
    is_applications: bool,
    /// What is told of it as long as it is worth something, as JSON.
    told: Arc<[u8]>,
}

impl AccessToken {
    fn of(claims: &Map<String, Value>, issued_to: ClientId, authorization: Option<AuthorizationId>) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        Self {
            audience: text("aud").unwrap_or_default().to_owned(),
            expires_at: claims.get("exp").and_then(Value::as_i64),
            issued_to,
            authorization,
            in_session: claims.contains_key("sid"),
            is_applications: text("idtyp") == Some("app"),
            told: told(claims, issued_to).to_string().into_bytes().into(),
        }
    }
}

/// What introspection tells of a token with these claims (RFC 7662 2.2).
fn told(claims: &Map<String, Value>, issued_to: ClientId) -> Value {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let mut told = Map::new();
    told.insert("active".to_owned(), true.into());
    let bound = claims.contains_key("cnf");
    told.insert("token_type".to_owned(), token_type(bound).into());
    told.insert("client_id".to_owned(), issued_to.to_string().into());
    for name in PASSED_ON {
        if let Some(value) = claims.get(name) {
            told.insert(name.to_owned(), value.clone());
        }
    }
    let name = text("preferred_username").or_else(|| text("upn"));
    for (key, value) in [("scope", text("scp")), ("jti", text("uti")), ("username", name)] {
        if let Some(value) = value {
            told.insert(key.to_owned(), value.into());
        }
    }
    told.into()
}

impl Service {
    /// Ends everything that came from the sign-in behind a refresh or access token. A token that is none, or of
    /// somebody else's application, changes nothing; only the latter is an error (RFC 7009 2.1, 2.2). Gives back the
    /// origin that may read the answer, for single-page applications.
    ///
    /// # Errors
    /// [`GrantFailure::Client`], [`GrantFailure::Grant`], [`GrantFailure::NotRevocable`], [`GrantFailure::Fault`]
    pub async fn revoke_token(
        &self,
        claim: &ClientClaim<'_>,
        token: &str,
        info: &RequestInfo,
    ) -> Result<Option<String>, GrantFailure> {
        let mut reader = self.store.read().await?;
        let claimed = self.claimed_client(&mut reader, claim).await?;
        let readable_by = claimed.readable_by(claim.origin);
        let own = claimed.client.application.client_id;
        let authorization = if is_token(TokenKind::Refresh, token) {
            let stored = reader.refresh_token(&token_hash(token)).await?;
            stored.map(|stored| stored.authorization)
        } else {
            let token = self.read_access_token(token);
            if let Some(token) = token.as_ref().filter(|token| token.is_applications) {
                return Err(if token.issued_to == own {
                    GrantFailure::NotRevocable
                } else {
                    GrantError::Unknown.into()
                });
            }
            token.and_then(|token| token.authorization)
        };
        let standing = match authorization {
            Some(id) => reader.authorization(id).await?,
            None => None,
        };
        drop(reader);
        let Some(standing) = standing else {
            return Ok(readable_by);
        };
        let authorization = &standing.authorization;
        if authorization.client_id != own {
            return Err(GrantError::Unknown.into());
        }
        check_platform(&claimed, authorization.asked.platform, claim.origin)?;
        let trail = self.grant_trail(&claimed.client.application, info);
        let input = (trail, authorization.id, authorization.user_id);
        self.store
            .write_with(input, |writer, (trail, id, user)| {
                Box::pin(async move { trail.end_revoked(writer, *id, *user).await })
            })
            .await
            .map_err(|error: StoreError| GrantFailure::from(error))?;
        Ok(readable_by)
    }

    /// What a token is worth at this moment, as JSON: `active`, and if so what it says (RFC 7662 2.2). Told to the application
    /// that it was issued to, and of access tokens to the one that they are for; to others nothing is active.
    ///
    /// # Errors
    /// [`GrantFailure::Client`] when the application did not prove who it is, [`GrantFailure::Fault`]
    pub async fn introspect_token(
        &self,
        claim: &ClientClaim<'_>,
        token: &str,
    ) -> Result<Arc<[u8]>, GrantFailure> {
        let mut reader = self.store.read().await?;
        let claimed = self.claimed_client(&mut reader, claim).await?;
        if !claimed.proved.is_proof() {
            return Err(ClientAuthError::SecretMissing.into());
        }
        let told = if is_token(TokenKind::Refresh, token) {
            self.told_of_refresh_token(&mut reader, &claimed, token).await?
        } else {
            match self.read_access_token(token) {
                Some(token) => self.told_of_access_token(&mut reader, &claimed, &token).await?,
                None => None,
            }
        };
        Ok(told.unwrap_or_else(|| Arc::from(&br#"{"active":false}"#[..])))
    }

    async fn told_of_refresh_token(
        &self,
        reader: &mut Reader,
        claimed: &Claimed,
        token: &str,
    ) -> Result<Option<Arc<[u8]>>, StoreError> {
        let (hash, now) = (token_hash(token), self.now());
        let own = claimed.client.application.client_id;
        let Ok(standing) = find_refresh(reader, &hash, own).await? else {
            return Ok(None);
        };
        let Some(stored) = reader.refresh_token(&hash).await? else {
            return Ok(None);
        };
        let fresh = check_refresh(stored.created_at, stored.rotated_at, now).is_ok();
        if !fresh || !stands(&standing, now) {
            return Ok(None);
        }
        let (authorization, user) = (&standing.authorization, &standing.user);
        let idle = stored.created_at + REFRESH_IDLE;
        let end = authorization.end().map_or(idle, |end| end.min(idle));
        let told = json!({
            "active": true,
            "client_id": own,
            "scope": authorization.asked.scope,
            "username": user.upn.as_str(),
            "sub": self.subject(own, user.id),
            "iss": self.issuer(),
            "iat": stored.created_at.as_seconds(),
            "exp": end.as_seconds(),
        });
        Ok(Some(told.to_string().into_bytes().into()))
    }

    async fn told_of_access_token(
        &self,
        reader: &mut Reader,
        claimed: &Claimed,
        token: &AccessToken,
    ) -> Result<Option<Arc<[u8]>>, StoreError> {
        let now = self.now();
        let own = claimed.client.application.client_id;
        let identifiers = &claimed.registration.identifier_uris;
        let is_for_it = match client_id_in(&token.audience) {
            Some(id) if id == own => true,
            // By its client id another application is named, whatever else is registered.
            Some(id) if reader.application(id).await?.is_some() => false,
            _ => identifiers.contains(&token.audience),
        };
        if token.issued_to != own && !is_for_it {
            return Ok(None);
        }
        let in_time = token.expires_at.is_some_and(|end| now.as_seconds() < end);
        let issued_to = reader.application(token.issued_to).await?;
        let enabled = issued_to.is_some_and(|standing| standing.application.enabled);
        let stands = match token.authorization {
            Some(id) => reader.authorization(id).await?.is_some_and(|standing| {
                let session = standing.session.as_ref();
                standing.authorization.client_id == token.issued_to
                    && stands(&standing, now)
                    && (!token.in_session || session_stands(&standing.user, session, now))
            }),
            None => token.is_applications,
        };
        Ok((in_time && enabled && stands).then(|| Arc::clone(&token.told)))
    }

    /// An access token that we signed, whatever it is for; none for ID tokens, which name no client that uses them.
    fn read_access_token(&self, token: &str) -> Option<Arc<AccessToken>> {
        let hash = sha256(token.as_bytes());
        if let Some(known) = self.token_state.inspected(&hash) {
            return Some(known);
        }
        let claims = self.key_set().verify(token, self.now()).ok()?;
        let read = Arc::new(self.access_token_of(&claims)?);
        self.token_state.keep_inspected(hash, &read);
        Some(read)
    }

    fn access_token_of(&self, claims: &[u8]) -> Option<AccessToken> {
        let claims: Map<String, Value> = serde_json::from_slice(claims).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let ours = [self.issuer(), self.token_issuer()];
        if !ours.iter().any(|issuer| text("iss") == Some(issuer)) {
            return None;
        }
        let issued_to = text("appid").or_else(|| text("azp"))?.parse().ok()?;
        let authorization = match text("fid") {
            Some(id) => Some(id.parse().ok()?),
            None => None,
        };
        Some(AccessToken::of(&claims, issued_to, authorization))
    }
}

fn stands(standing: &StandingAuthorization, now: Timestamp) -> bool {
    standing
        .authorization
        .check(&standing.user, standing.session.as_ref(), now)
        .is_ok()
}
