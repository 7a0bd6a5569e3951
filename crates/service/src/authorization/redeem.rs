//! Redeeming a code (sign-in contract 4, 9.5 and 9.11; RFC 9700 2.1 and 4.14).

use latchkey_crypto::{TokenKind, constant_time_eq, generate_token, is_token, sha256, token_hash};
use latchkey_domain::{
    Authorization, AuthorizationCode, GrantError, GraphPermission, MIN_TOKEN_LIFETIME, Seconds,
    ServicePrincipalId, Session, Timestamp, User,
};
use latchkey_store::{Reader, StoreError, Writer};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::claims::Claims;
use super::ending::{GrantTrail, Reused};
use super::tokens::{
    Claimed, ClientClaim, GrantFailure, Issue, TokenGrant, check_platform, lacks_assignment,
};
use crate::{RequestInfo, Service};

/// A request to redeem a code.
#[derive(Debug)]
pub struct CodeRequest<'a> {
    /// Who redeems it.
    pub client: ClientClaim<'a>,
    /// The code, as sent.
    pub code: &'a str,
    /// The redirect URI, which must be that of the authorization request.
    pub redirect_uri: Option<&'a str>,
    /// PKCE.
    pub verifier: Option<&'a str>,
    /// What the token is for, if not for what the code was.
    pub scope: Option<&'a str>,
    /// `claims`, as sent.
    pub claims: Option<&'a str>,
}

/// What a transaction found: who gets tokens, or why nobody does. Part of a committed transaction, whatever it is.
pub(super) type Found = Result<Box<Granted>, GrantError>;

/// Who gets tokens.
pub(super) struct Granted {
    pub(super) authorization: Authorization,
    pub(super) user: User,
    /// The session that it began in goes on.
    pub(super) in_session: bool,
}

/// A code that was found, and who redeems it.
pub(super) struct Redemption<'a> {
    pub(super) claimed: &'a Claimed,
    pub(super) hash: [u8; 32],
    pub(super) code: AuthorizationCode,
    /// What the token is for, if not for what the code was.
    pub(super) scope: Option<&'a str>,
    /// What the client declares of itself.
    pub(super) claims: Claims,
    pub(super) origin: Option<&'a str>,
}

struct Redeeming {
    hash: [u8; 32],
    code: AuthorizationCode,
    offline: bool,
    assigned_to: Option<ServicePrincipalId>,
    refresh_hash: [u8; 32],
    trail: GrantTrail,
    now: Timestamp,
}

impl Service {
    /// Tokens for a code, once.
    ///
    /// # Errors
    /// [`GrantFailure`]
    pub async fn redeem_code(
        &self,
        request: CodeRequest<'_>,
        info: &RequestInfo,
    ) -> Result<TokenGrant, GrantFailure> {
        let claims = Claims::of(request.claims)?;
        let claimed = self
            .claimed_client(&mut self.store.read().await?, &request.client)
            .await?;
        if !is_token(TokenKind::AuthorizationCode, request.code) {
            return Err(GrantError::Unknown.into());
        }
        let hash = token_hash(request.code);
        let stored = self.store.read().await?.authorization_code(&hash).await?;
        let stored = stored
            .filter(|stored| stored.code.client_id == claimed.client.application.client_id)
            .ok_or(GrantError::Unknown)?;
        let code = stored.code;
        check_platform(&claimed, code.asked.platform, request.client.origin)?;
        if stored.used_at.is_some() {
            let trail = self.grant_trail(&claimed.client.application, info);
            self.end_reused_code(trail, &code).await?;
            return Err(GrantError::CodeUsed.into());
        }
        let now = self.now();
        if now >= stored.expires_at {
            return Err(GrantError::CodeExpired.into());
        }
        if code.redirect_uri.as_deref() != request.redirect_uri {
            return Err(GrantError::RedirectUri.into());
        }
        check_verifier(code.challenge.as_deref(), request.verifier)?;
        let redemption = Redemption {
            claimed: &claimed,
            hash,
            code,
            scope: request.scope,
            claims,
            origin: request.client.origin,
        };
        self.redeem_stored(redemption, info).await
    }

    /// Tokens for a code that may be redeemed by whoever asks, unless somebody else is quicker.
    pub(super) async fn redeem_stored(
        &self,
        redemption: Redemption<'_>,
        info: &RequestInfo,
    ) -> Result<TokenGrant, GrantFailure> {
        let Redemption {
            claimed,
            hash,
            mut code,
            scope,
            claims,
            origin,
        } = redemption;
        code.asked.handles_challenges |= claims.handles_challenges;
        claimed.check_key(code.asked.key.as_ref())?;
        code.asked.key = claimed.refresh_key();
        // A session that is gone is told of below.
        let session = self.store.read().await?.session_by_id(code.session_id).await?;
        if let Some((session, _)) = session {
            claims.check(session.method, session.authenticated_at, self.now())?;
        }
        let wants = self
            .wants_of(claimed, code.user_id, &code.asked.scope, scope)
            .await?;
        let offline = code
            .asked
            .scope
            .split_ascii_whitespace()
            .any(|scope| scope.eq_ignore_ascii_case(GraphPermission::OfflineAccess.value()));
        self.use_proof(claimed).await?;
        let refresh = generate_token(&*self.random, TokenKind::Refresh);
        let nonce = code.asked.nonce.clone();
        let work = Redeeming {
            hash,
            code,
            offline,
            assigned_to: claimed.assigned_to(),
            refresh_hash: token_hash(refresh.expose()),
            trail: self.grant_trail(&claimed.client.application, info),
            now: self.now(),
        };
        let found = self
            .store
            .write_with(work, |writer, work| Box::pin(work.write(writer)))
            .await?;
        let granted = *found?;
        let issue = Issue {
            claimed,
            authorization: &granted.authorization,
            user: &granted.user,
            in_session: granted.in_session,
            wants: &wants,
            nonce: nonce.as_deref(),
            refresh_token: offline.then_some(refresh),
            origin,
        };
        self.issue(issue, info).await
    }
}

impl Redeeming {
    async fn write(&self, writer: &mut Writer) -> Result<Found, StoreError> {
        let (session, user) = match self.session(writer).await? {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let authorization = Authorization::begin(&self.code, &session, self.offline, self.now);
        if let Err(error) = authorization.check(&user, Some(&session), self.now) {
            return Ok(Err(error));
        }
        if too_little_left(&authorization, self.now) {
            return Ok(Err(GrantError::PassExpired));
        }
        if lacks_assignment(writer, user.id, self.assigned_to).await? {
            return Ok(Err(GrantError::NotAssigned));
        }
        // The one place where a code is spent.
        if !writer.redeem_authorization_code(&self.hash, self.now).await? {
            let (id, user) = (self.code.authorization, self.code.user_id);
            self.trail.end_reused(writer, id, user, Reused::Code).await?;
            return Ok(Err(GrantError::CodeUsed));
        }
        writer.insert_authorization(&authorization).await?;
        if self.offline {
            writer
                .insert_refresh_token(&self.refresh_hash, authorization.id, self.now)
                .await?;
        }
        Ok(Ok(Box::new(Granted {
            authorization,
            user,
            in_session: true,
        })))
    }

    /// The session in which the code was issued; if it is gone, whether with its pass.
    async fn session(&self, reader: &mut Reader) -> Result<Result<(Session, User), GrantError>, StoreError> {
        if let Some(found) = reader.session_by_id(self.code.session_id).await? {
            return Ok(Ok(found));
        }
        let Some(pass) = self.code.pass_id else {
            return Ok(Err(GrantError::Revoked));
        };
        let stands = reader.pass_of(self.code.user_id).await?;
        let gone = stands.is_none_or(|stored| stored.pass.id != pass);
        Ok(Err(if gone {
            GrantError::PassGone
        } else {
            GrantError::Revoked
        }))
    }
}

/// No token is issued that would live for less than a minute.
pub(super) fn too_little_left(authorization: &Authorization, now: Timestamp) -> bool {
    authorization
        .end()
        .is_some_and(|end| Seconds::between(now, end) < MIN_TOKEN_LIFETIME)
}

/// PKCE (RFC 7636 4.6). A verifier where no challenge was is a sign that somebody took it out (RFC 9700 2.1.1).
fn check_verifier(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), GrantError> {
    let (challenge, verifier) = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(GrantError::Verifier),
        (Some(_), None) => return Err(GrantError::VerifierForm),
        (Some(challenge), Some(verifier)) => (challenge, verifier),
    };
    if !(43..=128).contains(&verifier.len()) {
        return Err(GrantError::VerifierForm);
    }
    let hashed = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
    if constant_time_eq(hashed.as_bytes(), challenge.as_bytes()) {
        Ok(())
    } else {
        Err(GrantError::Verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_are_those_of_rfc_7636() {
        // Appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(check_verifier(Some(challenge), Some(verifier)), Ok(()));
        assert_eq!(
            check_verifier(Some(challenge), None),
            Err(GrantError::VerifierForm)
        );
        assert_eq!(
            check_verifier(Some(challenge), Some("short")),
            Err(GrantError::VerifierForm)
        );
        assert_eq!(
            check_verifier(Some(challenge), Some(challenge)),
            Err(GrantError::Verifier)
        );
        assert_eq!(check_verifier(None, Some(verifier)), Err(GrantError::Verifier));
        assert_eq!(check_verifier(None, None), Ok(()));
    }
}
