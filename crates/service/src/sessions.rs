//! Sessions after sign-in: looking one up, ending one or all.
//!
//! Sign-in contract 4; checked on the server at every request.

use latchkey_crypto::{Secret, TokenKind, is_token, token_hash};
use latchkey_domain::{Activity, Session, User};
use latchkey_store::StoreError;

use crate::trail::user_target;
use crate::{Fault, RequestInfo, Service};

/// Someone who is signed in, as of this request.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
}

impl Service {
    /// Looks up the session behind a cookie's value. Ended, revoked and idle ones are none; so are those of a
    /// disabled account.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn signed_in(&self, token: &Secret<String>) -> Result<Option<SignedIn>, Fault> {
        if !is_token(TokenKind::Session, token.expose()) {
            return Ok(None);
        }
        let found = self
            .store
            .read()
            .await?
            .session_by_token(&token_hash(token.expose()))
            .await?;
        let now = self.now();
        let live = found
            .filter(|(session, user)| user.account_enabled && session.is_live(user.sessions_valid_from, now));
        let Some((session, user)) = live else {
            return Ok(None);
        };
        if now >= session.last_seen_at + Session::TOUCH_AFTER {
            self.touch(&session).await?;
        }
        Ok(Some(SignedIn { session, user }))
    }

    async fn touch(&self, session: &Session) -> Result<(), Fault> {
        let input = (session.id, self.now());
        self.store
            .write_with(input, |writer, (id, now)| {
                Box::pin(async move { writer.touch_session(*id, *now).await })
            })
            .await
            .map(drop)
            .map_err(|error: StoreError| error.into())
    }

    /// Keeps somebody signed in when the browser ends (sign-in contract 2.7). Does nothing where that may not be.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn stay_signed_in(&self, signed_in: &SignedIn) -> Result<(), Fault> {
        if !signed_in.session.may_persist(&signed_in.user) {
            return Ok(());
        }
        self.store
            .write_with(signed_in.session.kept(), |writer, session| {
                Box::pin(async move { writer.keep_session(session).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Ends one session. A pass that opened it is neither used up nor deleted by that.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn sign_out(&self, signed_in: &SignedIn) -> Result<(), Fault> {
        self.store
            .write_with((signed_in.session.id, self.now()), |writer, (id, now)| {
                Box::pin(async move { writer.delete_session(*id, *now).await })
            })
            .await
            .map(drop)
            .map_err(|error: StoreError| error.into())
    }

    /// Ends every session of the person, this one too.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn sign_out_everywhere(&self, signed_in: &SignedIn, info: &RequestInfo) -> Result<(), Fault> {
        let trail = self.trail_of_user(&signed_in.user, info);
        let event = trail.done(
            Activity::SessionsRevoked,
            "User signed out everywhere",
            vec![user_target(&signed_in.user)],
        );
        let input = (signed_in.user.id, trail.at, event);
        self.store
            .write_with(input, |writer, (user, now, event)| {
                Box::pin(async move { writer.end_sessions(*user, None, *now, event).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }
}
