//! Refusals for lack of permission: decided and recorded in one place.

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, ChangeKind, Denied, Permit, TargetUser, Timestamp, User, UserRef,
    may,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::authorize::authorize_on_user;
use crate::trail::{Trail, user_target};
use crate::{AccessError, Service};

impl Service {
    /// Decides on an action that is aimed at no user; a refusal is in the audit log.
    ///
    /// # Errors
    /// [`AccessError::Denied`], [`AccessError::Fault`]
    pub(crate) async fn permit_or_record(
        &self,
        caller: &Caller,
        trail: &Trail,
        action: Action,
        activity: Activity,
        targets: Vec<AuditTarget>,
    ) -> Result<Permit, AccessError> {
        match may(caller, action, None) {
            Ok(permit) => Ok(permit),
            Err(denied) => {
                self.record_refusal(trail, activity, denied, targets).await?;
                Err(denied.into())
            }
        }
    }

    /// Puts a refusal that was decided outside a change into the audit log.
    pub(crate) async fn record_refusal(
        &self,
        trail: &Trail,
        activity: Activity,
        denied: Denied,
        targets: Vec<AuditTarget>,
    ) -> Result<(), StoreError> {
        let event = trail.refused(activity, &denied.to_string(), targets);
        self.store
            .write_with(event, |writer, event| {
                Box::pin(async move { writer.record(event).await })
            })
            .await
    }

    /// As [`Self::record_refusal`], naming the user where there is one.
    pub(crate) async fn record_refusal_on_user(
        &self,
        trail: &Trail,
        activity: Activity,
        denied: Denied,
        user: &UserRef,
    ) -> Result<(), StoreError> {
        let targets = self
            .store
            .read()
            .await?
            .user(user)
            .await?
            .iter()
            .map(user_target)
            .collect();
        self.record_refusal(trail, activity, denied, targets).await
    }
}

/// As [`authorize_on_user`] inside a change. A refusal for lack of permission is recorded and comes back as
/// the inner error, so that the transaction commits its record.
pub(crate) async fn authorize_or_record(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    action: Action,
    activity: Activity,
    user: &UserRef,
) -> Result<Result<(User, TargetUser, Permit), AccessError>, StoreError> {
    match authorize_on_user(writer, caller, action, user).await {
        Ok(found) => Ok(Ok(found)),
        Err(AccessError::Denied(denied)) => {
            let targets = writer.user(user).await?.iter().map(user_target).collect();
            writer
                .record(&trail.refused(activity, &denied.to_string(), targets))
                .await?;
            Ok(Err(denied.into()))
        }
        Err(other) => Ok(Err(other)),
    }
}

/// As [`authorize_or_record`], for adding or taking away a sign-in method. Whoever does so with their own must do it in
/// a session that security info would let them do it in (sign-in contract 5.1), by whatever way they come.
pub(crate) async fn authorize_change_or_record(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    (action, change): (Action, ChangeKind),
    activity: Activity,
    user: &UserRef,
) -> Result<Result<(User, TargetUser, Permit), AccessError>, StoreError> {
    let found = match authorize_or_record(writer, caller, trail, action, activity, user).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if may_change_own(writer, caller, &found.0, change, trail.at).await? {
        return Ok(Ok(found));
    }
    let denied = Denied::NotFresh;
    let event = trail.refused(activity, &denied.to_string(), vec![user_target(&found.0)]);
    writer.record(&event).await?;
    Ok(Err(denied.into()))
}

/// Whether the caller acts on somebody else, or their own session stands, proved more than a password and is fresh.
async fn may_change_own(
    reader: &mut Reader,
    caller: &Caller,
    user: &User,
    change: ChangeKind,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Caller::Person { id, session, .. } = caller else {
        return Ok(true);
    };
    if *id != user.id {
        return Ok(true);
    }
    let Some(session) = session else {
        return Ok(false);
    };
    let found = reader.session_by_id(*session).await?;
    Ok(found.is_some_and(|(session, user)| {
        session.is_live(user.sessions_valid_from, now)
            && session.method.is_multifactor()
            && session.check_fresh(change, now).is_ok()
    }))
}
