//! Using a refresh token (sign-in contract 4, 9.5 and 9.11; RFC 9700 4.14).

use std::sync::Arc;

use latchkey_crypto::{Secret, TokenKind, generate_token, is_token, token_hash};
use latchkey_domain::{
    Authorization, ClientId, GrantError, PassSessionUse, SignInRecord, Strength, Timestamp, Usability,
    check_refresh, session_stands, usability,
};
use latchkey_store::{Reader, StandingAuthorization, StoreError, Writer};

use super::claims::Claims;
use super::demand::demanded_strength;
use super::earlier::{Coming, Earlier, refused};
use super::ending::{GrantTrail, Reused};
use super::redeem::{Granted, too_little_left};
use super::tokens::{
    Claimed, ClientClaim, GrantFailure, Issue, TokenGrant, check_platform, lacks_assignment,
};
use crate::passes::policy_for;
use crate::{RequestInfo, Service};

/// A request to use a refresh token.
#[derive(Debug)]
pub struct RefreshRequest<'a> {
    /// Who uses it.
    pub client: ClientClaim<'a>,
    /// The token, as sent.
    pub refresh_token: &'a str,
    /// What the new token is for, if not for the same.
    pub scope: Option<&'a str>,
    /// `claims`, as sent: what the new token must have.
    pub claims: Option<&'a str>,
}

struct Refreshing {
    hash: [u8; 32],
    client_id: ClientId,
    new_hash: [u8; 32],
    /// Passes are for registering only: what stands on one gets no tokens any more.
    registering_only: bool,
    /// What the application demands now.
    demanded: Option<Strength>,
    /// The application, and the key that it showed.
    claimed: Arc<Claimed>,
    trail: GrantTrail,
    coming: Coming,
    now: Timestamp,
}

impl Service {
    /// New tokens for a refresh token, which another one takes the place of.
    ///
    /// # Errors
    /// [`GrantFailure`]
    pub async fn refresh(
        &self,
        request: RefreshRequest<'_>,
        info: &RequestInfo,
    ) -> Result<TokenGrant, GrantFailure> {
        let claims = Claims::of(request.claims)?;
        let claimed = self
            .claimed_client(&mut self.store.read().await?, &request.client)
            .await?;
        let claimed = Arc::new(claimed);
        if !is_token(TokenKind::Refresh, request.refresh_token) {
            return Err(GrantError::Unknown.into());
        }
        let hash = token_hash(request.refresh_token);
        let client_id = claimed.client.application.client_id;
        let (asked, user_id, demanded, unmet) = {
            let mut reader = self.store.read().await?;
            let standing = find_refresh(&mut reader, &hash, client_id).await??;
            let demanded = demanded_strength(&mut reader, &claimed.registration).await?;
            let Authorization {
                method,
                authenticated_at,
                ..
            } = standing.authorization;
            let unmet = claims.check(method, authenticated_at, self.now()).err();
            (
                standing.authorization.asked.clone(),
                standing.user.id,
                demanded,
                unmet,
            )
        };
        check_platform(&claimed, asked.platform, request.client.origin)?;
        let wants = self
            .wants_of(&claimed, user_id, &asked.scope, request.scope)
            .await;
        let new: Secret<String> = generate_token(&*self.random, TokenKind::Refresh);
        let work = Refreshing {
            hash,
            client_id,
            new_hash: token_hash(new.expose()),
            registering_only: self.settings.pass_session == PassSessionUse::RegistrationOnly,
            demanded,
            claimed: Arc::clone(&claimed),
            trail: self.grant_trail(&claimed.client.application, info),
            coming: self.coming(
                (
                    client_id.to_string(),
                    claimed.client.application.display_name.clone(),
                ),
                info,
            ),
            now: self.now(),
        };
        // Whether the token stands is told before what it may be used for, and with which key: a copy ends everything
        // whatever comes along with it.
        let wants = claimed.check_key(asked.key.as_ref()).and(wants);
        let wants = wants.and_then(|wants| match unmet {
            Some(unmet) => Err(unmet.into()),
            None => Ok(wants),
        });
        let wants = match wants {
            Ok(wants) => wants,
            Err(failure) => {
                let checked = self
                    .store
                    .write_with(work, |writer, work| Box::pin(work.look(writer)))
                    .await?;
                return Err(checked.err().unwrap_or(failure));
            }
        };
        self.use_proof(&claimed).await?;
        let found = self
            .store
            .write_with(work, |writer, work| Box::pin(work.write(writer)))
            .await?;
        let mut granted = *found?;
        granted.authorization.asked.handles_challenges |= claims.handles_challenges;
        let issue = Issue {
            claimed: &claimed,
            authorization: &granted.authorization,
            user: &granted.user,
            in_session: granted.in_session,
            wants: &wants,
            nonce: None,
            refresh_token: Some(new),
            origin: request.client.origin,
        };
        self.issue(issue, info).await
    }
}

impl Refreshing {
    /// Whether the token can be used now.
    async fn check(
        &self,
        reader: &mut Reader,
    ) -> Result<Result<Arc<StandingAuthorization>, GrantFailure>, StoreError> {
        let refused = |error: GrantError| Ok(Err(error.into()));
        let standing = match find_refresh(reader, &self.hash, self.client_id).await? {
            Ok(standing) => standing,
            Err(error) => return refused(error),
        };
        let authorization = &standing.authorization;
        let checked = authorization.check(&standing.user, standing.session.as_ref(), self.now);
        if let Err(error) = checked {
            return refused(error);
        }
        let is_met = |strength: &Strength| strength.is_met_by(authorization.method);
        if !self.demanded.as_ref().is_none_or(is_met) {
            return refused(GrantError::StrengthNeeded);
        }
        let personal = reader.personal_sign_in(standing.user.id).await?;
        if personal.is_short_of_factors(authorization.method) {
            return refused(GrantError::StrengthNeeded);
        }
        if lacks_assignment(reader, standing.user.id, self.claimed.assigned_to()).await? {
            return refused(GrantError::NotAssigned);
        }
        if self.registering_only && authorization.method.by_pass() {
            return refused(GrantError::PassBlocked);
        }
        if let Err(error) = check_pass(reader, authorization, self.now).await? {
            return refused(error);
        }
        if too_little_left(authorization, self.now) {
            return refused(match authorization.pass {
                Some(_) => GrantError::PassExpired,
                None => GrantError::FixedEnd,
            });
        }
        let token = reader.refresh_token(&self.hash).await?;
        let fresh = token.map_or(Err(GrantError::Unknown), |token| {
            check_refresh(token.created_at, token.rotated_at, self.now)
        });
        if let Err(error) = fresh {
            return refused(error);
        }
        let key = self.claimed.check_key(authorization.asked.key.as_ref());
        Ok(key.map(|()| standing))
    }

    /// The same. A refusal is logged, and everything ends where the token is a copy.
    async fn look(
        &self,
        writer: &mut Writer,
    ) -> Result<Result<Arc<StandingAuthorization>, GrantFailure>, StoreError> {
        let error = match self.check(writer).await? {
            Err(GrantFailure::Grant(error)) => error,
            other => return Ok(other),
        };
        let Ok(standing) = find_refresh(writer, &self.hash, self.client_id).await? else {
            return Ok(Err(error.into()));
        };
        if error == GrantError::Reused {
            let (id, user) = (standing.authorization.id, standing.user.id);
            self.trail
                .end_reused(writer, id, user, Reused::RefreshToken)
                .await?;
        }
        if let Some(logged) = error.logged() {
            let record = refused(self.record(&standing), logged);
            writer.insert_sign_in(&record).await?;
        }
        Ok(Err(error.into()))
    }

    fn record(&self, standing: &StandingAuthorization) -> SignInRecord {
        let earlier = Earlier {
            user: &standing.user,
            method: standing.authorization.method,
            session: standing.authorization.session_id,
        };
        earlier.record(&self.coming, false)
    }

    async fn write(&self, writer: &mut Writer) -> Result<Result<Box<Granted>, GrantFailure>, StoreError> {
        let standing = match self.look(writer).await? {
            Ok(standing) => standing,
            Err(failure) => return Ok(Err(failure)),
        };
        writer.rotate_refresh_token(&self.hash, self.now).await?;
        writer
            .insert_refresh_token(&self.new_hash, standing.authorization.id, self.now)
            .await?;
        writer.insert_sign_in(&self.record(&standing)).await?;
        let StandingAuthorization {
            mut authorization,
            user,
            session,
        } = Arc::unwrap_or_clone(standing);
        // The first proof of a key binds what was not bound before (RFC 9449 5).
        if let (None, Some(key)) = (&authorization.asked.key, self.claimed.refresh_key()) {
            authorization.asked.key = Some(key);
            writer.bind_authorization(&authorization).await?;
        }
        let in_session = session_stands(&user, session.as_ref(), self.now);
        Ok(Ok(Box::new(Granted {
            authorization,
            user,
            in_session,
        })))
    }
}

pub(super) async fn find_refresh(
    reader: &mut Reader,
    hash: &[u8; 32],
    client_id: ClientId,
) -> Result<Result<Arc<StandingAuthorization>, GrantError>, StoreError> {
    let Some(token) = reader.refresh_token(hash).await? else {
        return Ok(Err(GrantError::Unknown));
    };
    // The user is deleted then.
    let Some(standing) = reader.authorization(token.authorization).await? else {
        return Ok(Err(GrantError::Revoked));
    };
    if standing.authorization.client_id == client_id {
        Ok(Ok(standing))
    } else {
        Ok(Err(GrantError::Unknown))
    }
}

/// Whether the policy still allows the pass under it. Using up a one-time pass is no objection: it opened this.
async fn check_pass(
    reader: &mut Reader,
    authorization: &Authorization,
    now: Timestamp,
) -> Result<Result<(), GrantError>, StoreError> {
    let Some(pass) = authorization.pass else {
        return Ok(Ok(()));
    };
    let Some(stored) = reader.pass_of(authorization.user_id).await? else {
        return Ok(Err(GrantError::PassGone));
    };
    if stored.pass.id != pass.id {
        return Ok(Err(GrantError::PassGone));
    }
    let (_, policy) = policy_for(reader, authorization.user_id).await?;
    let mut unused = stored.pass;
    unused.used_at = None;
    Ok(match usability(&unused, policy, now) {
        Usability::Expired => Err(GrantError::PassExpired),
        Usability::DisabledByPolicy => Err(GrantError::PassBlocked),
        _ => Ok(()),
    })
}
