//! Registering, renaming and deleting one's own passkeys (sign-in contract 6.5).

use latchkey_crypto::{NewPasskey, NewPasskeyOwner, PasskeyError, RegistrationTerms, SealPurpose, Secret};
use latchkey_domain::{Action, Activity, ChangeKind, Passkey, PasskeyId, SessionId, TargetUser, UserId, may};
use latchkey_store::{Reader, StoreError, Writer};

use super::{OwnMethodError, method_name};
use crate::authenticators::attested_by;
use crate::method_policy::MethodRules;
use crate::passes::delete_pass_of_oneself;
use crate::sign_in::CHALLENGE_KEPT;
use crate::sign_in::own_pages_caller;
use crate::trail::{Trail, user_target};
use crate::{RequestInfo, Service, SignedIn};

/// What the browser needs to make a passkey.
#[derive(Debug)]
pub struct PasskeyRegistration {
    /// Options for `navigator.credentials.create`, JSON text.
    pub options: String,
    /// Goes into the form, comes back with the answer.
    pub form: String,
}

/// A passkey that passed its checks and only wants a name.
#[derive(Debug)]
pub struct PasskeyDraft {
    /// A name to suggest.
    pub suggested_name: String,
    /// Goes into the form, comes back with the name.
    pub form: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
enum PasskeyForm {
    /// A ceremony under way.
    Ceremony { session: SessionId, state: Vec<u8> },
    /// A passkey that was made and wants a name.
    Made {
        session: SessionId,
        user: UserId,
        passkey: CheckedPasskey,
    },
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct CheckedPasskey {
    id: Vec<u8>,
    static_state: Vec<u8>,
    dynamic_state: Vec<u8>,
    aaguid: [u8; 16],
    attested_by: Option<[u8; 20]>,
    synced: bool,
    transports: String,
    challenge_hash: [u8; 32],
}

impl Service {
    fn seal_form(&self, form: &PasskeyForm) -> Result<String, OwnMethodError> {
        let plain = serde_json::to_vec(form).map_err(|error| crate::Fault::Internal(error.to_string()))?;
        Ok(self
            .master_keys
            .seal_token(&*self.random, SealPurpose::FlowState, &plain))
    }

    fn open_form(&self, sealed: &str) -> Result<PasskeyForm, OwnMethodError> {
        let plain: Secret<Vec<u8>> = self
            .master_keys
            .open_token(SealPurpose::FlowState, sealed)
            .map_err(|_| OwnMethodError::StaleForm)?;
        serde_json::from_slice(plain.expose()).map_err(|_| OwnMethodError::StaleForm)
    }

    /// Starts a registration. A person with the most passkeys already is refused before the browser asks.
    ///
    /// # Errors
    /// [`OwnMethodError`]
    pub async fn begin_passkey(&self, signed_in: &SignedIn) -> Result<PasskeyRegistration, OwnMethodError> {
        let mut reader = self.store.read().await?;
        let (session, user) =
            Self::fresh_session(&mut reader, signed_in.session.id, ChangeKind::Passkey, self.now()).await?;
        let rules = MethodRules::of(&mut reader, user.id).await?;
        if !rules.lets_add_passkeys() {
            return Err(OwnMethodError::NotOffered);
        }
        let existing = reader.passkeys_of(user.id).await?;
        if existing.len() >= Passkey::MAX_PER_USER {
            return Err(OwnMethodError::TooMany {
                most: Passkey::MAX_PER_USER,
            });
        }
        let owner = NewPasskeyOwner {
            id: user.id,
            upn: user.upn.as_str(),
            display_name: &user.display_name,
        };
        let terms = RegistrationTerms {
            attestation: rules.wants_attestation(),
            ..RegistrationTerms::default()
        };
        let ceremony = self
            .relying_party
            .start_registration(self.now(), terms, &owner, &existing)
            .map_err(|error| crate::Fault::Internal(error.to_string()))?;
        let form = self.seal_form(&PasskeyForm::Ceremony {
            session: session.id,
            state: ceremony.state,
        })?;
        Ok(PasskeyRegistration {
            options: ceremony.options,
            form,
        })
    }

    /// Checks what the browser made. Nothing is stored until it has a name.
    ///
    /// # Errors
    /// [`OwnMethodError`]
    pub async fn check_made_passkey(
        &self,
        signed_in: &SignedIn,
        form: &str,
        answer: &[u8],
    ) -> Result<PasskeyDraft, OwnMethodError> {
        let PasskeyForm::Ceremony { session, state } = self.open_form(form)? else {
            return Err(OwnMethodError::StaleForm);
        };
        if session != signed_in.session.id {
            return Err(OwnMethodError::StaleForm);
        }
        let now = self.now();
        let mut reader = self.store.read().await?;
        let (_, user) = Self::fresh_session(&mut reader, session, ChangeKind::Passkey, now).await?;
        let made = self
            .relying_party
            .finish_registration(now, user.id, &state, answer)
            .map_err(|error| {
                tracing::info!(%error, "a passkey registration was refused");
                match error {
                    PasskeyError::Expired | PasskeyError::State => OwnMethodError::StaleForm,
                    _ => OwnMethodError::PasskeyInvalid,
                }
            })?;
        let attested_by = attested_by(&made, self.authenticators().as_deref(), now);
        check_offered(&mut reader, user.id, made.aaguid, attested_by.is_some()).await?;
        if reader.passkey(&made.id).await?.is_some() {
            return Err(OwnMethodError::AlreadyRegistered);
        }
        let count = reader.passkeys_of(user.id).await?.len();
        let suggested_name = suggested_name(&made, count);
        let made = CheckedPasskey {
            id: made.id.as_bytes().to_vec(),
            static_state: made.static_state,
            dynamic_state: made.dynamic_state,
            aaguid: made.aaguid,
            attested_by,
            synced: made.synced,
            transports: made.transports,
            challenge_hash: made.challenge_hash,
        };
        let form = self.seal_form(&PasskeyForm::Made {
            session,
            user: user.id,
            passkey: made,
        })?;
        Ok(PasskeyDraft { suggested_name, form })
    }

    /// Names the passkey and stores it. The time for registering must not be over by now.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is stored then.
    pub async fn register_passkey(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        form: &str,
        name: &str,
    ) -> Result<Passkey, OwnMethodError> {
        let PasskeyForm::Made {
            session,
            user,
            passkey: made,
        } = self.open_form(form)?
        else {
            return Err(OwnMethodError::StaleForm);
        };
        if session != signed_in.session.id || user != signed_in.user.id {
            return Err(OwnMethodError::StaleForm);
        }
        let trail = self.trail_of_user(&signed_in.user, info);
        let passkey = Passkey {
            id: PasskeyId::new(made.id).ok_or(OwnMethodError::StaleForm)?,
            user_id: user,
            name: method_name(name)?,
            static_state: made.static_state,
            dynamic_state: made.dynamic_state,
            aaguid: made.aaguid,
            attested_by: made.attested_by,
            synced: made.synced,
            transports: made.transports,
            created_at: trail.at,
            last_used_at: None,
        };
        let delete_pass = self.settings.delete_pass_after_registration;
        let input = (passkey.clone(), made.challenge_hash, session, trail, delete_pass);
        self.store
            .write_with(
                input,
                |writer, (passkey, challenge, session, trail, delete_pass)| {
                    Box::pin(store_passkey(
                        writer,
                        passkey,
                        challenge,
                        *session,
                        trail,
                        *delete_pass,
                    ))
                },
            )
            .await?;
        Ok(passkey)
    }

    /// Gives one of the person's own passkeys another name.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is changed then.
    pub async fn rename_passkey(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        passkey: &PasskeyId,
        name: &str,
    ) -> Result<(), OwnMethodError> {
        let trail = self.trail_of_user(&signed_in.user, info);
        let input = (signed_in.session.id, passkey.clone(), method_name(name)?, trail);
        self.store
            .write_with(input, |writer, (session, passkey, name, trail)| {
                Box::pin(async move {
                    let (_, user) =
                        Self::fresh_session(writer, *session, ChangeKind::Passkey, trail.at).await?;
                    let own = writer
                        .passkey(passkey)
                        .await?
                        .filter(|key| key.user_id == user.id);
                    own.ok_or(OwnMethodError::NotFound)?;
                    let event = trail.done(
                        Activity::UserUpdatedSecurityInfo,
                        "User renamed Fido2 Authentication Method",
                        vec![user_target(&user)],
                    );
                    Ok::<_, OwnMethodError>(writer.rename_passkey(passkey, name, &event).await?)
                })
            })
            .await
            .map(drop)
    }

    /// Deletes one of the person's own passkeys.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is changed then.
    pub async fn delete_own_passkey(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
        passkey: &PasskeyId,
    ) -> Result<(), OwnMethodError> {
        let trail = self.trail_of_user(&signed_in.user, info);
        let input = (signed_in.session.id, passkey.clone(), trail);
        self.store
            .write_with(input, |writer, (session, passkey, trail)| {
                Box::pin(async move {
                    let (session, user) =
                        Self::fresh_session(writer, *session, ChangeKind::Passkey, trail.at).await?;
                    let own = writer
                        .passkey(passkey)
                        .await?
                        .filter(|key| key.user_id == user.id);
                    own.ok_or(OwnMethodError::NotFound)?;
                    let oneself = TargetUser::ordinary(user.id);
                    let caller = own_pages_caller(&user, &session);
                    let permit = may(&caller, Action::DeletePasskey, Some(&oneself))?;
                    let event = trail.done(
                        Activity::UserDeletedSecurityInfo,
                        "User deleted Fido2 Authentication Method",
                        vec![user_target(&user)],
                    );
                    writer.delete_passkey(&permit, passkey, &event).await?;
                    Ok::<_, OwnMethodError>(())
                })
            })
            .await
    }
}

/// Whether the policy lets this person add a passkey of this make, at this moment.
async fn check_offered(
    reader: &mut Reader,
    user: UserId,
    aaguid: [u8; 16],
    attested: bool,
) -> Result<(), OwnMethodError> {
    let rules = MethodRules::of(reader, user).await?;
    if !rules.lets_add_passkeys() {
        return Err(OwnMethodError::NotOffered);
    }
    if !rules.lets_use_passkey(aaguid) {
        return Err(OwnMethodError::MakeNotAllowed);
    }
    if !rules.lets_register_passkey(attested) {
        return Err(OwnMethodError::NotAttested);
    }
    Ok(())
}

async fn store_passkey(
    writer: &mut Writer,
    passkey: &Passkey,
    challenge: &[u8; 32],
    session: SessionId,
    trail: &Trail,
    delete_pass: bool,
) -> Result<(), OwnMethodError> {
    let (session, user) = Service::fresh_session(writer, session, ChangeKind::Passkey, trail.at).await?;
    check_offered(writer, user.id, passkey.aaguid, passkey.attested_by.is_some()).await?;
    if writer.passkeys_of(user.id).await?.len() >= Passkey::MAX_PER_USER {
        return Err(OwnMethodError::TooMany {
            most: Passkey::MAX_PER_USER,
        });
    }
    if writer.passkey(&passkey.id).await?.is_some() {
        return Err(OwnMethodError::AlreadyRegistered);
    }
    if !writer
        .spend_challenge(challenge, trail.at + CHALLENGE_KEPT)
        .await?
    {
        return Err(OwnMethodError::StaleForm);
    }
    let event = trail.done(
        Activity::UserRegisteredSecurityInfo,
        "User registered Fido2 Authentication Method",
        vec![user_target(&user)],
    );
    match writer.insert_passkey(passkey, &event).await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => return Err(OwnMethodError::AlreadyRegistered),
        Err(other) => return Err(other.into()),
    }
    if delete_pass {
        // What the pass grants ends with it: the session stays only if it no longer stands on it.
        delete_pass_of_oneself(writer, trail, &user, &session).await?;
    }
    Ok(())
}

/// A name that tells what it is and, beside others, which.
fn suggested_name(made: &NewPasskey, existing: usize) -> String {
    let kind = if made.synced {
        "Passkey"
    } else if made
        .transports
        .split(',')
        .any(|transport| transport == "internal")
    {
        "Passkey on this device"
    } else {
        "Security key"
    };
    if existing == 0 {
        kind.to_owned()
    } else {
        format!("{kind} {}", existing + 1)
    }
}
