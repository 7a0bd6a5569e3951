//! The last step of every sign-in: the session, in the transaction that proves the person.

use latchkey_crypto::{Secret, TokenKind, generate_token, token_hash};
use latchkey_domain::{Pass, Session, SessionId, SessionMethod, Timestamp, User};
use latchkey_store::{Reader, StoreError, Writer};

use super::OpenedSession;
use super::flow::Flow;
use crate::Service;

/// What a session will be, chosen before the transaction so that a repeated transaction writes the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    session_id: SessionId,
    token_hash: [u8; 32],
    replaces: Option<SessionId>,
}

impl Opening {
    /// The ids that the session may have: its own, or that of the one which it renews.
    pub(super) fn possible_ids(&self) -> impl Iterator<Item = SessionId> {
        [Some(self.session_id), self.replaces].into_iter().flatten()
    }

    /// Writes the session. Where its person had one in this browser already, that one goes on with a new cookie, standing
    /// on what was proved just now (`docs/decisions/0020-who-signs-in-again-stays-in-the-session.md`). Somebody else's
    /// session is left alone.
    pub(super) async fn write(
        &self,
        writer: &mut Writer,
        user: &User,
        method: SessionMethod,
        pass: Option<&Pass>,
        now: Timestamp,
    ) -> Result<Session, StoreError> {
        let session = Session::open(self.session_id, user.id, method, pass, now);
        self.put(writer, user, session).await
    }

    /// The same for somebody who was checked a while ago: elsewhere, or before a password had to be changed.
    pub(super) async fn write_proved_at(
        &self,
        writer: &mut Writer,
        user: &User,
        method: SessionMethod,
        pass: Option<&Pass>,
        now: Timestamp,
        authenticated_at: Timestamp,
    ) -> Result<Session, StoreError> {
        let session = Session {
            authenticated_at,
            ..Session::open(self.session_id, user.id, method, pass, now)
        };
        self.put(writer, user, session).await
    }

    async fn put(&self, writer: &mut Writer, user: &User, session: Session) -> Result<Session, StoreError> {
        let session = session.not_before(user.sessions_valid_from);
        if let Some(old) = self.own_old(writer, user).await? {
            if old.is_live(user.sessions_valid_from, session.last_seen_at) {
                let renewed = old.renewed(&session, user);
                writer.reauthenticate_session(&renewed, &self.token_hash).await?;
                return Ok(renewed);
            }
            writer.delete_session(old.id, session.last_seen_at).await?;
        }
        writer.insert_session(&session, &self.token_hash).await?;
        Ok(session)
    }

    /// The session that this one takes the place of, if it is still there and of the same person.
    async fn own_old(&self, reader: &mut Reader, user: &User) -> Result<Option<Session>, StoreError> {
        let Some(old) = self.replaces else {
            return Ok(None);
        };
        let found = reader.session_by_id(old).await?;
        Ok(found.filter(|(_, owner)| owner.id == user.id).map(|(old, _)| old))
    }
}

impl Service {
    /// Chooses a session's id and token.
    pub(super) fn opening(&self, flow: &Flow) -> (Opening, Secret<String>) {
        let token = generate_token(&*self.random, TokenKind::Session);
        let opening = Opening {
            session_id: SessionId::from_bytes(self.ordered_id()),
            token_hash: token_hash(token.expose()),
            replaces: flow.replaces(),
        };
        (opening, token)
    }

    /// Hands out the session, once the transaction is durable.
    pub(super) fn opened(
        &self,
        flow: &Flow,
        token: Secret<String>,
        session: Session,
        user: User,
    ) -> Box<OpenedSession> {
        Box::new(OpenedSession {
            token,
            device: self.device_mark(&user.upn),
            session,
            user,
            return_to: flow.return_to().to_owned(),
            authorization: flow
                .authorization()
                .map(|request| request.with_signed_in(session.id)),
        })
    }
}
