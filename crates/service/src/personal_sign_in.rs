//! How one person signs in: which second factor is asked for first, whether several factors are a must, and that they
//! register anew (Graph contract 6.4, sign-in contract 2.6 and 6.8).

use latchkey_domain::{
    Action, Activity, AuditEvent, Caller, ChangeKind, ModifiedProperty, PerUserMfa, Permit, PersonalSignIn,
    TargetUser, User, UserRef, may,
};
use latchkey_store::{StoreError, Writer};

use crate::authorize::authorize_reading_of_user;
use crate::refusals::authorize_or_record;
use crate::set_up::methods_of;
use crate::sign_in::own_pages_caller;
use crate::trail::{Trail, user_target};
use crate::{AccessError, OwnMethodError, RequestInfo, Service, SignedIn};

/// Which second factor is asked for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInPreferences {
    /// The strongest one.
    pub system_preferred: bool,
    /// There is an authenticator app, which is asked for first otherwise.
    pub has_app: bool,
}

/// A wish to change them; what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct PreferencesWish {
    /// Whether the strongest second factor comes first.
    pub system_preferred: Option<bool>,
    /// The authenticator app is to be the one that comes first otherwise, as it is.
    pub app: bool,
}

/// Why preferences were not changed. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum PreferencesError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// What is to be preferred is not there.
    #[error("The user has no authenticator app that could be preferred.")]
    NoApp,
}

impl From<StoreError> for PreferencesError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl Service {
    /// Which second factor is asked for first.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn sign_in_preferences(
        &self,
        caller: &Caller,
        user: &UserRef,
    ) -> Result<SignInPreferences, AccessError> {
        let mut reader = self.store.read().await?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadMethods, user).await?;
        Ok(SignInPreferences {
            system_preferred: reader.personal_sign_in(user.id).await?.system_preferred,
            has_app: !reader.totp_apps_of(user.id).await?.is_empty(),
        })
    }

    /// Changes which second factor is asked for first.
    ///
    /// # Errors
    /// [`PreferencesError`]; a refusal for lack of permission is in the audit log.
    pub async fn change_sign_in_preferences(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        wish: PreferencesWish,
    ) -> Result<(), PreferencesError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone(), wish);
        self.store
            .write_with(input, |writer, (caller, trail, user, wish)| {
                Box::pin(async move {
                    let (action, activity) =
                        (Action::WriteSignInPreferences, Activity::AdminUpdatedSecurityInfo);
                    let access = authorize_or_record(writer, caller, trail, action, activity, user).await?;
                    let (user, _, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal.into())),
                    };
                    if wish.app && writer.totp_apps_of(user.id).await?.is_empty() {
                        return Ok(Err(PreferencesError::NoApp));
                    }
                    let own = matches!(caller, Caller::Person { id, .. } if *id == user.id);
                    let activity = if own {
                        Activity::UserUpdatedSecurityInfo
                    } else {
                        activity
                    };
                    if let Some(wish) = wish.system_preferred {
                        prefer(writer, trail, &permit, activity, &user, wish).await?;
                    }
                    Ok::<_, PreferencesError>(Ok(()))
                })
            })
            .await?
    }

    /// Changes which second factor the person is asked for first: the strongest one, or the authenticator app.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is changed then.
    pub async fn choose_default_method(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        strongest: bool,
    ) -> Result<(), OwnMethodError> {
        let input = (
            signed_in.session.id,
            strongest,
            self.trail_of_user(&signed_in.user, info),
        );
        self.store
            .write_with(input, |writer, (session, strongest, trail)| {
                Box::pin(async move {
                    let (session, user) =
                        Self::fresh_session(writer, *session, ChangeKind::Other, trail.at).await?;
                    if !*strongest && writer.totp_apps_of(user.id).await?.is_empty() {
                        return Err(OwnMethodError::NotFound);
                    }
                    let oneself = TargetUser::ordinary(user.id);
                    let caller = own_pages_caller(&user, &session);
                    let permit = may(&caller, Action::WriteSignInPreferences, Some(&oneself))?;
                    let activity = Activity::UserUpdatedSecurityInfo;
                    prefer(writer, trail, &permit, activity, &user, *strongest).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Whether several factors are a must for this person.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn per_user_mfa(&self, caller: &Caller, user: &UserRef) -> Result<PerUserMfa, AccessError> {
        let mut reader = self.store.read().await?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadRequirements, user).await?;
        let personal = reader.personal_sign_in(user.id).await?;
        Ok(personal.mfa.with(methods_of(&mut reader, &user).await?))
    }

    /// Makes several factors a must for this person, or no more than their applications do.
    ///
    /// # Errors
    /// [`AccessError`]; a refusal for lack of permission is in the audit log.
    pub async fn set_per_user_mfa(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        state: PerUserMfa,
    ) -> Result<(), AccessError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone(), state);
        self.store
            .write_with(input, |writer, (caller, trail, user, state)| {
                Box::pin(async move {
                    let (action, activity) = (Action::WriteRequirements, Activity::UpdateUser);
                    let access = authorize_or_record(writer, caller, trail, action, activity, user).await?;
                    let (user, _, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let old = writer.personal_sign_in(user.id).await?;
                    if old.mfa == *state {
                        return Ok(Ok(()));
                    }
                    let new = PersonalSignIn { mfa: *state, ..old };
                    let change = ("perUserMfaState", Some(old.mfa.as_str()), Some(new.mfa.as_str()));
                    let event = modified(trail, (activity, ""), &user, change);
                    writer
                        .save_personal_sign_in(&permit, user.id, new, &event)
                        .await?;
                    Ok::<_, AccessError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes a person's authenticator apps and has them register a second factor before any application opens
    /// again; passkeys stay (sign-in contract 6.8). Whoever has one owes nothing.
    ///
    /// # Errors
    /// [`AccessError`]; nothing is changed then, and a refusal for lack of permission is in the audit log.
    pub async fn require_registration(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
    ) -> Result<(), AccessError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone());
        self.store
            .write_with(input, |writer, (caller, trail, user)| {
                Box::pin(require_registration(writer, caller, trail, user))
            })
            .await?
    }
}

/// Writes which second factor is asked for first, unless it is so already.
async fn prefer(
    writer: &mut Writer,
    trail: &Trail,
    permit: &Permit,
    activity: Activity,
    user: &User,
    strongest: bool,
) -> Result<(), StoreError> {
    let old = writer.personal_sign_in(user.id).await?;
    if old.system_preferred == strongest {
        return Ok(());
    }
    let new = PersonalSignIn {
        system_preferred: strongest,
        ..old
    };
    let word = |on: bool| Some(if on { "true" } else { "false" });
    let event = modified(
        trail,
        (activity, "Changed which second factor is asked for first"),
        user,
        (
            "isSystemPreferredAuthenticationMethodEnabled",
            word(old.system_preferred),
            word(new.system_preferred),
        ),
    );
    writer.save_personal_sign_in(permit, user.id, new, &event).await
}

async fn require_registration(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    user: &UserRef,
) -> Result<Result<(), AccessError>, AccessError> {
    let (action, activity) = (Action::RequireRegistration, Activity::AdminRequiredRegistration);
    let (user, _, permit) = match authorize_or_record(writer, caller, trail, action, activity, user).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for app in writer.totp_apps_of(user.id).await? {
        let event = trail.done(
            Activity::AdminDeletedSecurityInfo,
            "Admin deleted Authenticator App with Code for user",
            vec![user_target(&user)],
        );
        writer.delete_totp(&permit, app.id, &event).await?;
    }
    let new = PersonalSignIn {
        must_register: writer.passkeys_of(user.id).await?.is_empty(),
        ..writer.personal_sign_in(user.id).await?
    };
    let event = trail.done(
        activity,
        "Admin required re-registration of multifactor authentication",
        vec![user_target(&user)],
    );
    writer
        .save_personal_sign_in(&permit, user.id, new, &event)
        .await?;
    Ok(Ok(()))
}

fn modified(
    trail: &Trail,
    (activity, reason): (Activity, &str),
    user: &User,
    (name, old, new): (&str, Option<&str>, Option<&str>),
) -> AuditEvent {
    let mut target = user_target(user);
    target.modified = vec![ModifiedProperty::text(name, old, new)];
    trail.done(activity, reason, vec![target])
}
