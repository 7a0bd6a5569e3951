//! One's own sign-ins of the last 30 days, and "This wasn't me".

use latchkey_domain::{Activity, DISOWNED_AT, DISOWNED_FROM, Minutes, SignInId, Timestamp};
use latchkey_store::{Reader, SignInFilter, StoreError, StoredSignIn};

use crate::trail::{detail, user_target};
use crate::{Fault, RequestInfo, Service, SignedIn};

/// How far back people see their own sign-ins.
const SHOWN: Minutes = Minutes(30 * 24 * 60);

impl Service {
    /// The person's own sign-ins of the last 30 days, newest first, those before the record number `before`.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn own_sign_ins(
        &self,
        signed_in: &SignedIn,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredSignIn>, Fault> {
        let filter = SignInFilter {
            from: Some(shown_from(self.now())),
            user_id: Some(signed_in.user.id),
            ..SignInFilter::default()
        };
        let mut reader = self.store.read().await?;
        Ok(reader.sign_ins_page(&filter, before, limit).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn own_sign_in(
        &self,
        signed_in: &SignedIn,
        id: SignInId,
    ) -> Result<Option<StoredSignIn>, Fault> {
        let mut reader = self.store.read().await?;
        Ok(own(&mut reader, signed_in, id, self.now()).await?)
    }

    /// "This wasn't me": ends every session of the person, this one too, and tells the administrators by an event
    /// that their first page shows. False: it is none of this person's sign-ins of the last 30 days that went
    /// through, or it is the one that they are signed in by.
    ///
    /// # Errors
    /// [`Fault`]; nothing is changed then.
    pub async fn disown_sign_in(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        id: SignInId,
    ) -> Result<bool, Fault> {
        let input = (signed_in.clone(), id, self.trail_of_user(&signed_in.user, info));
        self.store
            .write_with(input, |writer, (signed_in, id, trail)| {
                Box::pin(async move {
                    let found = own(writer, signed_in, *id, trail.at).await?;
                    let Some(stored) = found.filter(|stored| may_be_disowned(stored, signed_in)) else {
                        return Ok(false);
                    };
                    let record = &stored.record;
                    let target = || vec![user_target(&signed_in.user)];
                    let mut event = trail.done(
                        Activity::SignInDisowned,
                        "User says that this sign-in was somebody else's",
                        target(),
                    );
                    event.details.extend([
                        detail("SignInId", &record.id.to_string()),
                        detail(DISOWNED_AT, &record.at.to_rfc3339()),
                        detail(DISOWNED_FROM, &record.ip_address),
                        detail("SignInCorrelationId", &record.correlation_id.to_string()),
                    ]);
                    writer.record(&event).await?;
                    let event = trail.done(Activity::SessionsRevoked, "User disowned a sign-in", target());
                    writer
                        .end_sessions(signed_in.user.id, None, trail.at, &event)
                        .await?;
                    Ok::<_, StoreError>(true)
                })
            })
            .await
            .map_err(Fault::from)
    }
}

/// Whether "This wasn't me" makes sense: it went through, and is not the one behind this very session.
pub fn may_be_disowned(stored: &StoredSignIn, signed_in: &SignedIn) -> bool {
    stored.record.error.is_none() && stored.record.session_id != Some(signed_in.session.id)
}

fn shown_from(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.as_micros().saturating_sub(i64::from(SHOWN.0) * 60_000_000))
}

async fn own(
    reader: &mut Reader,
    signed_in: &SignedIn,
    id: SignInId,
    now: Timestamp,
) -> Result<Option<StoredSignIn>, StoreError> {
    let found = reader.sign_in(id).await?;
    Ok(found.filter(|stored| {
        stored.record.user_id == Some(signed_in.user.id) && stored.record.at >= shown_from(now)
    }))
}
