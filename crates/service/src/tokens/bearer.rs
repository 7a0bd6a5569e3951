//! Who is behind an `Authorization` header, at this moment.
//!
//! A token's signature is verified once; whether what it stands on still stands is asked of the store at each call,
//! so that disabling, revoking and deleting work at once, on every node (sign-in contract 4 and 9.6).

use std::sync::Arc;

use latchkey_crypto::{JwtError, sha256};
use latchkey_domain::{
    Caller, ClientId, Delegation, Grant, GraphPermission, PermissionSet, ProofError, Seconds, Subscriber,
    TextProperty, Timestamp, session_stands,
};
use latchkey_store::{StandingAuthorization, StoreError};

use super::claims::{ReadClaims, Subject, VerifiedToken};
use super::lock;
use super::possession::{Possession, Presented};
use super::resource::is_graph;
use crate::{Fault, Service};

/// How far clocks of two nodes may be apart, for a token that is just beginning.
const SKEW: Seconds = Seconds(300);
/// An unknown key makes the keys be read again, but not more often than this.
const RELOAD_AFTER: Seconds = Seconds(5);

/// Why a request is not let in (Graph contract 1.3). Each is a 401, except a fault and a missing scope.
#[derive(Debug, thiserror::Error)]
pub enum BearerError {
    /// There is no `Authorization: Bearer …`.
    #[error("no access token")]
    Missing,
    /// It is no token.
    #[error("not a token")]
    Malformed,
    /// It was not signed by us, or not for this tenant, or changed.
    #[error("the token was not issued here")]
    NotOurs,
    /// It is for something else than our Graph.
    #[error("the token is for another audience")]
    WrongAudience,
    /// It begins more than 5 minutes from now.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It has ended.
    #[error("the token has expired")]
    Expired,
    /// What it stands on has ended: the application or the person was disabled, the session or its pass ended.
    #[error("what the token stands on has ended")]
    Revoked {
        /// The client declared that it understands a claims challenge: answer with one, so that it gets a new token.
        challenge: bool,
    },
    /// It is bound to a key and came as if it were not, or the other way round.
    #[error("the token was sent with another scheme than it was issued for")]
    OtherScheme,
    /// The proof of the key that the token is bound to proves nothing.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// It lacks the scope that this takes (RFC 6750 3.1): told by `UserInfo` alone.
    #[error("the token does not have the scope openid")]
    InsufficientScope,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for BearerError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Who is behind a token at this moment.
struct Holder {
    caller: Caller,
    /// What a person's token stands on; none for an application's.
    authorization: Option<Arc<StandingAuthorization>>,
}

impl Service {
    /// The caller behind an access token that is for our Graph.
    ///
    /// # Errors
    /// [`BearerError`]
    pub async fn authenticate_bearer(&self, presented: Presented<'_>) -> Result<Caller, BearerError> {
        let (_, holder) = self.holder(presented).await?;
        Ok(holder.caller)
    }

    /// The token that was presented, and who is behind it.
    async fn holder(&self, presented: Presented<'_>) -> Result<(Arc<VerifiedToken>, Holder), BearerError> {
        let (scheme, token) = sent_token(presented.authorization)?;
        let now = self.now();
        let verified = self.verified_token(token, now).await?;
        if now >= verified.expires_at {
            return Err(BearerError::Expired);
        }
        if verified.not_before > now + SKEW {
            return Err(BearerError::NotYetValid);
        }
        let proof = match (&verified.key, scheme, presented.possession) {
            (None, Scheme::Bearer, _) | (Some(_), Scheme::Dpop, Possession::ByOuterRequest) => None,
            // A stolen token does not become a bearer's by leaving its proof out (RFC 9449 7.2).
            (Some(_), Scheme::Bearer, _) | (None, Scheme::Dpop, _) => return Err(BearerError::OtherScheme),
            (Some(_), Scheme::Dpop, Possession::Unproved) => return Err(ProofError::Malformed.into()),
            (Some(key), Scheme::Dpop, Possession::Proved(sent)) => {
                let proof = self.read_proof(sent, Some(token))?;
                if proof.key != *key {
                    return Err(ProofError::Key.into());
                }
                Some(proof)
            }
        };
        let holder = self
            .standing_holder(verified.client_id, &verified.subject, now)
            .await?;
        let holder = holder.ok_or(BearerError::Revoked {
            challenge: verified.handles_challenges,
        })?;
        match proof {
            Some(proof) if !self.spend_proof(&proof).await? => Err(ProofError::Replayed.into()),
            _ => Ok((verified, holder)),
        }
    }

    /// What the `UserInfo` endpoint tells the holder of a token for our Graph that has the `openid` scope
    /// (sign-in contract 9.13, `OpenID` Connect Core 5.3).
    ///
    /// # Errors
    /// [`BearerError`]
    pub async fn user_info(&self, presented: Presented<'_>) -> Result<serde_json::Value, BearerError> {
        let (verified, holder) = self.holder(presented).await?;
        let (Subject::Person { scopes, .. }, Some(standing)) = (verified.subject, holder.authorization)
        else {
            return Err(BearerError::InsufficientScope);
        };
        if !scopes.contains(GraphPermission::Openid) {
            return Err(BearerError::InsufficientScope);
        }
        let user = &standing.user;
        let mut claims = serde_json::json!({ "sub": self.subject(verified.client_id, user.id) });
        let text = |property| user.text.get(property).map(str::to_owned);
        let mut add = |name: &str, value: Option<String>| {
            if let (Some(value), Some(claims)) = (value, claims.as_object_mut()) {
                claims.insert(name.to_owned(), value.into());
            }
        };
        if scopes.contains(GraphPermission::Profile) {
            add("name", Some(user.display_name.clone()));
            add("given_name", text(TextProperty::GivenName));
            add("family_name", text(TextProperty::Surname));
            add("preferred_username", Some(user.upn.to_string()));
        }
        if scopes.contains(GraphPermission::Email) {
            add("email", text(TextProperty::Mail));
        }
        Ok(claims)
    }

    async fn verified_token(&self, token: &str, now: Timestamp) -> Result<Arc<VerifiedToken>, BearerError> {
        let hash = sha256(token.as_bytes());
        if let Some(known) = lock(&self.token_state.verified).get(&hash) {
            return Ok(known);
        }
        let verified = Arc::new(self.verify(token, now).await?);
        lock(&self.token_state.verified).insert(hash, Arc::clone(&verified));
        Ok(verified)
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<VerifiedToken, BearerError> {
        let mut outcome = self.key_set().verify(token, now);
        if outcome == Err(JwtError::UnknownKey) && self.may_reload_keys(now) {
            // Another node may have rotated the keys a moment ago.
            self.reload_signing_keys().await?;
            outcome = self.key_set().verify(token, now);
        }
        let claims = outcome.map_err(|error| match error {
            JwtError::Malformed => BearerError::Malformed,
            JwtError::UnknownKey | JwtError::BadSignature => BearerError::NotOurs,
        })?;
        let claims: ReadClaims = serde_json::from_slice(&claims).map_err(|_| BearerError::Malformed)?;
        if claims.iss != self.token_issuer() {
            return Err(BearerError::NotOurs);
        }
        if !is_graph(&claims.aud, &self.settings.origin) {
            return Err(BearerError::WrongAudience);
        }
        Ok(VerifiedToken {
            not_before: Timestamp::from_seconds(claims.nbf.max(claims.iat)),
            expires_at: Timestamp::from_seconds(claims.exp),
            client_id: claims.appid,
            handles_challenges: claims.xms_cc.iter().any(|able| able.eq_ignore_ascii_case("cp1")),
            key: claims.cnf.clone().map(|confirmation| confirmation.jkt),
            subject: subject_of(&claims).ok_or(BearerError::Malformed)?,
        })
    }

    /// Who is behind a token, with what they hold now; none if what the token stands on has ended.
    async fn standing_holder(
        &self,
        client: ClientId,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Option<Holder>, StoreError> {
        let mut reader = self.store.read().await?;
        let Some(standing) = reader.application(client).await? else {
            return Ok(None);
        };
        let application = &standing.application;
        if !application.enabled {
            return Ok(None);
        }
        match *subject {
            Subject::Application {
                service_principal_id,
                roles,
            } => {
                if application.service_principal_id != service_principal_id {
                    return Ok(None);
                }
                let permissions = roles
                    .iter()
                    .filter(|role| application.permissions.contains(*role))
                    .collect();
                let caller = Caller::Application {
                    client_id: application.client_id,
                    service_principal_id,
                    display_name: application.display_name.clone(),
                    permissions,
                    roles: standing.roles.clone().into(),
                    reaches_admins: self.settings.apps_may_act_on_admins,
                };
                Ok(Some(Holder {
                    caller,
                    authorization: None,
                }))
            }
            Subject::Person {
                user_id,
                authorization,
                scopes,
                in_session,
            } => {
                let Some(standing) = reader.authorization(authorization).await? else {
                    return Ok(None);
                };
                let StandingAuthorization {
                    authorization,
                    user,
                    session,
                } = &*standing;
                let stands = user.id == user_id
                    && authorization.client_id == client
                    && authorization.check(user, session.as_ref(), now).is_ok()
                    && (!in_session || session_stands(user, session.as_ref(), now));
                if !stands {
                    return Ok(None);
                }
                let roles = reader.held_roles(user.id.into()).await?;
                let caller = Caller::Person {
                    id: user.id,
                    upn: user.upn.to_string(),
                    display_name: user.display_name.clone(),
                    user_type: user.user_type,
                    roles,
                    grant: Grant::Delegated(Delegation {
                        client,
                        authorization: authorization.id,
                        scopes,
                    }),
                    session: session.as_ref().map(|session| session.id),
                };
                Ok(Some(Holder {
                    caller,
                    authorization: Some(standing),
                }))
            }
        }
    }

    /// A subscriber with what they hold now; none if what the subscription stands on has ended.
    pub(crate) async fn standing_subscriber(
        &self,
        subscriber: &Subscriber,
        now: Timestamp,
    ) -> Result<Option<Caller>, StoreError> {
        let subject = match subscriber {
            Subscriber::Application { principal, .. } => Subject::Application {
                service_principal_id: *principal,
                // As far as the application still holds them.
                roles: PermissionSet::every_application_permission(),
            },
            Subscriber::Person {
                user,
                authorization,
                scopes,
                ..
            } => Subject::Person {
                user_id: *user,
                authorization: *authorization,
                scopes: permissions(scopes.iter().map(String::as_str)),
                in_session: false,
            },
        };
        let holder = self.standing_holder(subscriber.client(), &subject, now).await?;
        Ok(holder.map(|holder| holder.caller))
    }

    fn may_reload_keys(&self, now: Timestamp) -> bool {
        let mut reloaded_at = lock(&self.token_state.keys_reloaded_at);
        let may = reloaded_at.is_none_or(|at| now >= at + RELOAD_AFTER || now < at);
        if may {
            *reloaded_at = Some(now);
        }
        may
    }
}

/// How a token was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

/// The token of `Bearer <token>` (RFC 6750, 2.1) or `DPoP <token>` (RFC 9449, 7.1); the scheme's case does not matter
/// (RFC 9110, 11.1).
fn sent_token(header: Option<&str>) -> Result<(Scheme, &str), BearerError> {
    let (scheme, token) = header
        .and_then(|header| header.split_once(' '))
        .ok_or(BearerError::Missing)?;
    let token = token.trim();
    let scheme = if scheme.eq_ignore_ascii_case("bearer") {
        Scheme::Bearer
    } else if scheme.eq_ignore_ascii_case("dpop") {
        Scheme::Dpop
    } else {
        return Err(BearerError::Missing);
    };
    if token.is_empty() {
        return Err(BearerError::Missing);
    }
    Ok((scheme, token))
}

fn subject_of(claims: &ReadClaims) -> Option<Subject> {
    match claims.idtyp.as_str() {
        "app" => Some(Subject::Application {
            service_principal_id: claims.oid.parse().ok()?,
            roles: permissions(claims.roles.iter().map(String::as_str)),
        }),
        "user" => Some(Subject::Person {
            user_id: claims.oid.parse().ok()?,
            authorization: claims.fid?,
            scopes: permissions(claims.scp.split_ascii_whitespace()),
            in_session: claims.sid.is_some(),
        }),
        _ => None,
    }
}

fn permissions<'a>(names: impl Iterator<Item = &'a str>) -> PermissionSet {
    names.filter_map(GraphPermission::from_value).collect()
}
