//! What the security info page shows.

use latchkey_domain::{ChangeKind, Passkey, Timestamp, TotpApp, Usability};

use super::{OwnMethodError, can_sign_in_again};
use crate::method_policy::MethodRules;
use crate::passes::view_of;
use crate::{PassView, Service, SignedIn};

/// All sign-in methods of one person, and what can be done with them now.
#[derive(Debug, Clone)]
pub struct MethodsOverview {
    /// The pass, whatever its state.
    pub pass: Option<PassStatus>,
    /// Passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Authenticator apps, oldest first. Their keys stay sealed.
    pub totp_apps: Vec<TotpApp>,
    /// When the password was set, if there is one.
    pub password_changed_at: Option<Timestamp>,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is one that the person chose themselves.
    pub has_own_password: bool,
    /// The session stands on a pass, and there is nothing else to sign in with: the banner asks to add something.
    pub only_a_pass: bool,
    /// The session stands on a pass, and older methods exist: those of a lost device should go.
    pub older_methods: bool,
    /// Until when a passkey may be added, renamed or deleted without signing in again.
    pub passkeys_until: Timestamp,
    /// Until when anything else may be changed.
    pub changes_until: Timestamp,
    /// When the session ends because its pass does.
    pub pass_session_end: Option<Timestamp>,
    /// The password may be set without the present one.
    pub may_set_password_freely: bool,
    /// Where there is a choice of what is asked for after the password: whether it is the authenticator app.
    pub app_first: Option<bool>,
    /// There is something to sign in with again, for these pages too.
    pub may_sign_in_again: bool,
    /// A passkey may be added: there is room, and the policy lets this person.
    pub may_add_passkey: bool,
    /// An authenticator app may be added, likewise.
    pub may_add_app: bool,
    /// The moment of all this.
    pub now: Timestamp,
}

/// The pass, as its holder sees it.
#[derive(Debug, Clone)]
pub struct PassStatus {
    /// The pass.
    pub view: PassView,
    /// This session stands on it: deleting it signs out.
    pub opened_this_session: bool,
}

impl Service {
    /// Everything that the security info page shows.
    ///
    /// # Errors
    /// [`OwnMethodError::Fault`]
    pub async fn methods_overview(&self, signed_in: &SignedIn) -> Result<MethodsOverview, OwnMethodError> {
        let now = self.now();
        let (session, user) = (&signed_in.session, &signed_in.user);
        let mut reader = self.store.snapshot().await?;
        let pass = view_of(&mut reader, user.id, now).await?;
        let passkeys = reader.passkeys_of(user.id).await?;
        let totp_apps = reader.totp_apps_of(user.id).await?;
        let has_password = reader.password_verifier(user.id).await?.is_some();
        let rules = MethodRules::of(&mut reader, user.id).await?;
        let app_first = if passkeys.is_empty() || totp_apps.is_empty() {
            None
        } else {
            Some(!reader.personal_sign_in(user.id).await?.system_preferred)
        };
        let by_pass = session.method.by_pass();
        let older = |created: Timestamp| created < session.authenticated_at;
        Ok(MethodsOverview {
            only_a_pass: by_pass && passkeys.is_empty() && totp_apps.is_empty() && !user.has_own_password(),
            older_methods: by_pass
                && (passkeys.iter().any(|key| older(key.created_at))
                    || totp_apps.iter().any(|app| older(app.created_at))),
            may_add_passkey: rules.lets_add_passkeys() && passkeys.len() < Passkey::MAX_PER_USER,
            may_add_app: rules.lets_add_apps() && totp_apps.len() < TotpApp::MAX_PER_USER,
            pass: pass.map(|view| PassStatus {
                opened_this_session: session.pass.is_some_and(|pass| pass.id == view.pass.id),
                view,
            }),
            passkeys,
            totp_apps,
            password_changed_at: user.password_changed_at,
            has_password,
            has_own_password: user.has_own_password(),
            passkeys_until: session.may_change_until(ChangeKind::Passkey),
            changes_until: session.may_change_until(ChangeKind::Other),
            app_first,
            may_sign_in_again: can_sign_in_again(&mut reader, session, user, now).await?,
            pass_session_end: session.pass.map(|pass| pass.end.min(session.not_after)),
            may_set_password_freely: self.may_set_password_freely(session, has_password, now),
            now,
        })
    }
}

impl MethodsOverview {
    /// How many methods would be left to sign in with if one were deleted: the pass does not count.
    pub fn lasting_methods(&self) -> usize {
        self.passkeys.len() + usize::from(self.has_own_password)
    }

    /// Whether the pass works right now.
    pub fn has_usable_pass(&self) -> bool {
        self.pass
            .as_ref()
            .is_some_and(|status| status.view.usability == Usability::EnabledByPolicy)
    }
}
