//! Registering and deleting one's own authenticator apps (sign-in contract 6.4).

use latchkey_crypto::{SealPurpose, Secret, TotpKey};
use latchkey_domain::{
    Action, Activity, ChangeKind, Lockout, LockoutRule, Seconds, SessionId, TargetUser, Timestamp, TotpApp,
    TotpId, may,
};
use latchkey_store::Writer;

use super::{OwnMethodError, method_name};
use crate::method_policy::MethodRules;
use crate::passes::delete_pass_of_oneself;
use crate::sign_in::{own_pages_caller, totp_seal_context};
use crate::trail::{Trail, user_target};
use crate::{Fault, RequestInfo, Service, SignedIn};

/// A key that waits for its first code.
#[derive(Debug)]
pub struct TotpRegistration {
    /// What the QR code holds.
    pub uri: Secret<String>,
    /// The key to type in by hand: base32, without groups.
    pub key: Secret<String>,
    /// The name that the app will show.
    pub account: String,
    /// Goes into the form, comes back with the code.
    pub form: String,
}

/// How long a key waits for its first code: 10 minutes.
const WAITS: Seconds = Seconds(600);
/// So many wrong codes, and the wizard starts again with a new key.
const WRONG_CODES: LockoutRule = LockoutRule {
    threshold: 10,
    ..LockoutRule::NAME
};

#[derive(serde::Serialize, serde::Deserialize)]
struct Form {
    session: SessionId,
    id: TotpId,
    key: [u8; 20],
    started_at: Timestamp,
}

impl Service {
    /// Starts a registration with a new key. The key waits in the form and is in no list.
    ///
    /// # Errors
    /// [`OwnMethodError`]
    pub async fn begin_totp(&self, signed_in: &SignedIn) -> Result<TotpRegistration, OwnMethodError> {
        let now = self.now();
        let mut reader = self.store.read().await?;
        let (session, user) =
            Self::fresh_session(&mut reader, signed_in.session.id, ChangeKind::Other, now).await?;
        if !MethodRules::of(&mut reader, user.id).await?.lets_add_apps() {
            return Err(OwnMethodError::NotOffered);
        }
        if reader.totp_apps_of(user.id).await?.len() >= TotpApp::MAX_PER_USER {
            return Err(OwnMethodError::TooMany {
                most: TotpApp::MAX_PER_USER,
            });
        }
        let key = TotpKey::generate(&*self.random);
        let form = Form {
            session: session.id,
            id: TotpId::from_bytes(self.random_id()),
            key: *key.expose(),
            started_at: now,
        };
        self.show_totp(&form, &key, user.upn.as_str())
    }

    /// Shows a registration again, with the same key, after a wrong code.
    ///
    /// # Errors
    /// [`OwnMethodError::StaleForm`]
    pub fn resume_totp(&self, signed_in: &SignedIn, form: &str) -> Result<TotpRegistration, OwnMethodError> {
        let form = self.open_totp_form(signed_in, form)?;
        let key = TotpKey::from_slice(&form.key).ok_or(OwnMethodError::StaleForm)?;
        self.show_totp(&form, &key, signed_in.user.upn.as_str())
    }

    fn show_totp(
        &self,
        form: &Form,
        key: &TotpKey,
        account: &str,
    ) -> Result<TotpRegistration, OwnMethodError> {
        let plain = serde_json::to_vec(form).map_err(|error| Fault::Internal(error.to_string()))?;
        Ok(TotpRegistration {
            uri: key.uri(&self.tenant.display_name, account),
            key: key.base32(),
            account: account.to_owned(),
            form: self
                .master_keys
                .seal_token(&*self.random, SealPurpose::FlowState, &plain),
        })
    }

    fn open_totp_form(&self, signed_in: &SignedIn, sealed: &str) -> Result<Form, OwnMethodError> {
        let plain = self
            .master_keys
            .open_token(SealPurpose::FlowState, sealed)
            .map_err(|_| OwnMethodError::StaleForm)?;
        let form: Form = serde_json::from_slice(plain.expose()).map_err(|_| OwnMethodError::StaleForm)?;
        let now = self.now();
        let usable = form.session == signed_in.session.id && now < form.started_at + WAITS;
        if usable {
            Ok(form)
        } else {
            Err(OwnMethodError::StaleForm)
        }
    }

    /// Stores the authenticator app once it has shown a right code.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is stored then.
    pub async fn register_totp(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        form: &str,
        code: &str,
        name: &str,
    ) -> Result<(), OwnMethodError> {
        let form = self.open_totp_form(signed_in, form)?;
        let name = method_name(name)?;
        let trail = self.trail_of_user(&signed_in.user, info);
        let key = TotpKey::from_slice(&form.key).ok_or(OwnMethodError::StaleForm)?;
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).take(16).collect();
        let step = key.matching_step(&typed, trail.at, self.settings.totp_skew_steps);
        let app = TotpApp {
            id: form.id,
            user_id: signed_in.user.id,
            name,
            sealed_key: self
                .master_keys
                .seal(&*self.random, &totp_seal_context(form.id), key.expose()),
            last_step: step.unwrap_or_default(),
            created_at: trail.at,
            last_used_at: None,
        };
        let wrong_codes = self
            .master_keys
            .throttle_key("totp-registration", form.id.as_bytes());
        let delete_pass = self.settings.delete_pass_after_registration;
        let input = (form.session, app, step.is_some(), wrong_codes, trail, delete_pass);
        self.store
            .write_with(
                input,
                |writer, (session, app, right, wrong_codes, trail, delete_pass)| {
                    Box::pin(store_totp(
                        writer,
                        *session,
                        app,
                        *right,
                        wrong_codes,
                        trail,
                        *delete_pass,
                    ))
                },
            )
            .await?
    }

    /// Deletes one of the person's own authenticator apps.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is changed then.
    pub async fn delete_own_totp(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        app: TotpId,
    ) -> Result<(), OwnMethodError> {
        let trail = self.trail_of_user(&signed_in.user, info);
        let input = (signed_in.session.id, app, trail);
        self.store
            .write_with(input, |writer, (session, app, trail)| {
                Box::pin(async move {
                    let (session, user) =
                        Self::fresh_session(writer, *session, ChangeKind::Other, trail.at).await?;
                    if !writer
                        .totp_apps_of(user.id)
                        .await?
                        .iter()
                        .any(|own| own.id == *app)
                    {
                        return Err(OwnMethodError::NotFound);
                    }
                    let oneself = TargetUser::ordinary(user.id);
                    let caller = own_pages_caller(&user, &session);
                    let permit = may(&caller, Action::DeleteTotp, Some(&oneself))?;
                    let event = trail.done(
                        Activity::UserDeletedSecurityInfo,
                        "User deleted Authenticator App with Code",
                        vec![user_target(&user)],
                    );
                    writer.delete_totp(&permit, *app, &event).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// The inner result is committed either way: a wrong code is counted.
async fn store_totp(
    writer: &mut Writer,
    session: SessionId,
    app: &TotpApp,
    right: bool,
    wrong_codes: &[u8; 32],
    trail: &Trail,
    delete_pass: bool,
) -> Result<Result<(), OwnMethodError>, OwnMethodError> {
    let (session, user) = Service::fresh_session(writer, session, ChangeKind::Other, trail.at).await?;
    let mut wrong: Lockout = writer.lockout(wrong_codes).await?.unwrap_or_default();
    if wrong.failures >= WRONG_CODES.threshold {
        return Err(OwnMethodError::TooManyWrongCodes);
    }
    if !right {
        // The count only ever grows: a new key has a new counter.
        let _ = wrong.reserve(WRONG_CODES, trail.at);
        writer.save_lockout(wrong_codes, &wrong).await?;
        let over = wrong.failures >= WRONG_CODES.threshold;
        return Ok(Err(if over {
            OwnMethodError::TooManyWrongCodes
        } else {
            OwnMethodError::WrongCode
        }));
    }
    if !MethodRules::of(writer, user.id).await?.lets_add_apps() {
        return Err(OwnMethodError::NotOffered);
    }
    let apps = writer.totp_apps_of(user.id).await?;
    if apps.iter().any(|other| other.id == app.id) {
        return Err(OwnMethodError::StaleForm);
    }
    if apps.len() >= TotpApp::MAX_PER_USER {
        return Err(OwnMethodError::TooMany {
            most: TotpApp::MAX_PER_USER,
        });
    }
    let event = trail.done(
        Activity::UserRegisteredSecurityInfo,
        "User registered Authenticator App with Code",
        vec![user_target(&user)],
    );
    writer.insert_totp(app, &event).await?;
    if delete_pass {
        // What the pass grants ends with it: the session stays only if it no longer stands on it.
        delete_pass_of_oneself(writer, trail, &user, &session).await?;
    }
    Ok(Ok(()))
}
