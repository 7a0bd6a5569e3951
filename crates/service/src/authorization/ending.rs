//! Ending what all tokens of one sign-in stand on, never without its record.

use latchkey_domain::{
    Activity, Application, AuditEvent, AuditTarget, AuthorizationCode, AuthorizationEnd, AuthorizationId,
    TargetKind, UserId,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::trail::{Trail, user_target};
use crate::{RequestInfo, Service};

/// What came again though it had been used up: somebody else has a copy.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reused {
    Code,
    RefreshToken,
}

impl Reused {
    const fn reason(self) -> &'static str {
        match self {
            Self::Code => "An authorization code came a second time: all tokens that came of it were revoked",
            Self::RefreshToken => {
                "A refresh token came again after it was replaced: all tokens of its family were revoked"
            }
        }
    }
}

/// For the record: which application was at the token endpoint, and from where.
#[derive(Clone)]
pub(super) struct GrantTrail {
    trail: Trail,
    application: AuditTarget,
}

impl Service {
    /// The trail of what an application does with its tokens.
    pub(super) fn grant_trail(&self, application: &Application, info: &RequestInfo) -> GrantTrail {
        GrantTrail {
            trail: self.trail_of_application(application, info),
            application: AuditTarget {
                kind: TargetKind::ServicePrincipal,
                id: application.service_principal_id.to_string(),
                display_name: Some(application.display_name.clone()),
                upn: None,
                modified: Vec::new(),
            },
        }
    }

    /// Ends what became of a code that came again.
    pub(super) async fn end_reused_code(
        &self,
        trail: GrantTrail,
        code: &AuthorizationCode,
    ) -> Result<(), StoreError> {
        let input = (trail, code.authorization, code.user_id);
        self.store
            .write_with(input, |writer, (trail, id, user)| {
                Box::pin(async move { trail.end_reused(writer, *id, *user, Reused::Code).await })
            })
            .await
    }
}

impl GrantTrail {
    /// Nothing that came from the sign-in is believed any more. Who tries again finds it ended, and is not recorded anew.
    pub(super) async fn end_reused(
        &self,
        writer: &mut Writer,
        id: AuthorizationId,
        user: UserId,
        what: Reused,
    ) -> Result<(), StoreError> {
        let event = self
            .event(writer, Activity::GrantReused, what.reason(), user)
            .await?;
        writer
            .end_authorization(id, AuthorizationEnd::Reused, &event)
            .await
            .map(drop)
    }

    /// The application needs its tokens no more.
    pub(super) async fn end_revoked(
        &self,
        writer: &mut Writer,
        id: AuthorizationId,
        user: UserId,
    ) -> Result<(), StoreError> {
        let reason = "The application revoked a token: all tokens of that sign-in were revoked";
        let event = self.event(writer, Activity::GrantRevoked, reason, user).await?;
        writer
            .end_authorization(id, AuthorizationEnd::Revoked, &event)
            .await
            .map(drop)
    }

    async fn event(
        &self,
        reader: &mut Reader,
        activity: Activity,
        reason: &str,
        user: UserId,
    ) -> Result<AuditEvent, StoreError> {
        let user = reader.user_by_id(user).await?;
        let mut targets: Vec<AuditTarget> = user.iter().map(user_target).collect();
        targets.push(self.application.clone());
        Ok(self.trail.done(activity, reason, targets))
    }
}
