//! The last step of every sign-in: the session, in the transaction that proves the person.

use latchkey_crypto::{Secret, TokenKind, generate_token, token_hash};
use latchkey_domain::{Pass, Session, SessionId, SessionMethod, Timestamp, User};
use latchkey_store::{StoreError, Writer};

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
    pub(super) const fn session_id(&self) -> SessionId {
        self.session_id
    }

    /// Writes the session; the one that it takes the place of ends.
    pub(super) async fn write(
        &self,
        writer: &mut Writer,
        user: &User,
        method: SessionMethod,
        pass: Option<&Pass>,
        now: Timestamp,
    ) -> Result<Session, StoreError> {
        let session = Session::open(self.session_id, user.id, method, pass, now);
        self.put(writer, session).await
    }

    /// The same for somebody who was checked elsewhere, perhaps a while ago.
    pub(super) async fn write_proved_at(
        &self,
        writer: &mut Writer,
        user: &User,
        method: SessionMethod,
        now: Timestamp,
        authenticated_at: Timestamp,
    ) -> Result<Session, StoreError> {
        let session = Session {
            authenticated_at,
            ..Session::open(self.session_id, user.id, method, None, now)
        };
        self.put(writer, session).await
    }

    async fn put(&self, writer: &mut Writer, session: Session) -> Result<Session, StoreError> {
        if let Some(old) = self.replaces {
            writer.delete_session(old, session.created_at).await?;
        }
        writer.insert_session(&session, &self.token_hash).await?;
        Ok(session)
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
        let device = self.device_mark(&user.upn);
        Box::new(OpenedSession {
            token,
            device,
            session,
            user,
            return_to: flow.return_to().to_owned(),
            authorization: flow.authorization().cloned(),
        })
    }
}
