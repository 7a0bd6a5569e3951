//! Passkeys that an administrator, or an application, makes for a user (Graph contract 6.3).

use std::sync::Arc;

use latchkey_crypto::{
    AuthenticatorMetadata, NewPasskeyOwner, PasskeyError, RegistrationTerms, RelyingParty,
};
use latchkey_domain::{
    Action, Activity, Caller, ChangeKind, Minutes, Passkey, Permit, Timestamp, User, UserRef,
};
use latchkey_store::{StoreError, Writer};

use crate::authenticators::attested_by;
use crate::method_policy::MethodRules;
use crate::refusals::authorize_change_or_record;
use crate::security_info::method_name;
use crate::trail::{Trail, user_target};
use crate::{AccessError, Fault, RequestInfo, Service};

/// What is needed to make a passkey for somebody.
#[derive(Debug, Clone)]
pub struct PasskeyOptions {
    /// Options for `navigator.credentials.create`, JSON text.
    pub options: String,
    /// Until when the answer is taken.
    pub expires_at: Timestamp,
}

/// Why no passkey was made for somebody.
#[derive(Debug, thiserror::Error)]
pub enum AddPasskeyError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The time for the answer is out of bounds.
    #[error("challengeTimeoutInMinutes must be between 5 and 43200.")]
    Lifetime,
    /// The policy doesn't let this user have passkeys, or not set up this way.
    #[error("The authentication methods policy does not allow this user to register a passkey.")]
    NotOffered,
    /// The policy doesn't take passkeys of this make.
    #[error("The authentication methods policy does not allow passkeys of this AAGUID.")]
    MakeNotAllowed,
    /// The policy takes only passkeys for which their maker vouches.
    #[error(
        "The authentication methods policy allows only passkeys with an attestation of a known maker: create it with the attestation conveyance 'direct' of the creation options."
    )]
    NotAttested,
    /// The user has as many as can be.
    #[error("The user has {0} passkeys, as many as there can be.")]
    TooMany(usize),
    /// No options of this challenge wait for an answer, or not any more.
    #[error("The challenge is unknown, was used, or is too old: fetch the creation options again.")]
    Challenge,
    /// The authenticator's answer did not pass the checks.
    #[error("The public key credential could not be verified.")]
    Invalid,
    /// It is registered already, whoever's it is.
    #[error("The passkey is registered already.")]
    AlreadyRegistered,
    /// Its name is empty, too long, or has control characters.
    #[error("displayName must have 1 to 64 characters.")]
    Name,
}

impl From<StoreError> for AddPasskeyError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl Service {
    /// The options for making a passkey for a user, whose answer is taken once within this time.
    ///
    /// # Errors
    /// [`AddPasskeyError`]; a refusal for lack of permission is in the audit log.
    pub async fn passkey_options_for(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        lifetime: Minutes,
    ) -> Result<PasskeyOptions, AddPasskeyError> {
        let fits = (5..=43_200).contains(&lifetime.0);
        let trail = self.trail(caller, info);
        let input = (caller.clone(), trail, user.clone(), self.relying_party.clone());
        self.store
            .write_with(input, move |writer, (caller, trail, user, party)| {
                Box::pin(async move {
                    let (user, permit, rules) = match may_add(writer, caller, trail, user).await? {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    if !fits {
                        return Ok(Err(AddPasskeyError::Lifetime));
                    }
                    let existing = writer.passkeys_of(user.id).await?;
                    let owner = NewPasskeyOwner {
                        id: user.id,
                        upn: user.upn.as_str(),
                        display_name: &user.display_name,
                    };
                    let terms = RegistrationTerms {
                        lifetime,
                        attestation: rules.wants_attestation(),
                    };
                    let ceremony = party
                        .start_registration(trail.at, terms, &owner, &existing)
                        .map_err(|error| AccessError::from(Fault::Internal(error.to_string())))?;
                    let expires_at = trail.at + lifetime;
                    let event = trail.done(Activity::PasskeyOptionsFetched, "", vec![user_target(&user)]);
                    writer
                        .insert_pending_passkey(
                            &permit,
                            user.id,
                            &ceremony.challenge_hash,
                            &ceremony.state,
                            expires_at,
                            &event,
                        )
                        .await?;
                    Ok::<_, AddPasskeyError>(Ok(PasskeyOptions {
                        options: ceremony.options,
                        expires_at,
                    }))
                })
            })
            .await?
    }

    /// Adds the passkey that was made by such options: `answer` is the JSON of `PublicKeyCredential.toJSON()`.
    ///
    /// # Errors
    /// [`AddPasskeyError`]; a refusal for lack of permission is in the audit log. Whatever is wrong with the answer,
    /// its challenge is used up.
    pub async fn add_passkey_for(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        name: &str,
        answer: Vec<u8>,
    ) -> Result<Passkey, AddPasskeyError> {
        let trail = self.trail(caller, info);
        let trust = Trust {
            party: self.relying_party.clone(),
            authenticators: self.authenticators(),
        };
        let input = (
            caller.clone(),
            trail,
            user.clone(),
            trust,
            name.to_owned(),
            answer,
        );
        self.store
            .write_with(input, |writer, (caller, trail, user, trust, name, answer)| {
                Box::pin(async move {
                    let (user, _, rules) = match may_add(writer, caller, trail, user).await? {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let checked = check(writer, trust, (trail.at, &rules), &user, name, answer).await?;
                    let passkey = match checked {
                        Ok(passkey) => passkey,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let (activity, reason) = words(caller, &user);
                    let event = trail.done(activity, reason, vec![user_target(&user)]);
                    writer.insert_passkey(&passkey, &event).await?;
                    Ok::<_, AddPasskeyError>(Ok(passkey))
                })
            })
            .await?
    }
}

/// By what an answer is checked.
struct Trust {
    party: RelyingParty,
    authenticators: Option<Arc<AuthenticatorMetadata>>,
}

/// Who adds it decides the words (sign-in contract 12.2).
fn words(caller: &Caller, user: &User) -> (Activity, &'static str) {
    match caller {
        Caller::Person { id, .. } if *id == user.id => (
            Activity::UserRegisteredSecurityInfo,
            "User registered Fido2 Authentication Method",
        ),
        _ => (
            Activity::AdminRegisteredSecurityInfo,
            "Admin registered Fido2 Authentication Method for user",
        ),
    }
}

/// Permission, then what the policy says of this user, then room.
async fn may_add(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    user: &UserRef,
) -> Result<Result<(User, Permit, MethodRules), AddPasskeyError>, StoreError> {
    let change = (Action::AddPasskey, ChangeKind::Passkey);
    let activity = Activity::AdminRegisteredSecurityInfo;
    let (user, _, permit) =
        match authorize_change_or_record(writer, caller, trail, change, activity, user).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
    let rules = MethodRules::of(writer, user.id).await?;
    if !rules.lets_add_passkeys() {
        return Ok(Err(AddPasskeyError::NotOffered));
    }
    if writer.passkeys_of(user.id).await?.len() >= Passkey::MAX_PER_USER {
        return Ok(Err(AddPasskeyError::TooMany(Passkey::MAX_PER_USER)));
    }
    Ok(Ok((user, permit, rules)))
}

/// The passkey of an answer that passes all checks.
async fn check(
    writer: &mut Writer,
    trust: &Trust,
    (now, rules): (Timestamp, &MethodRules),
    user: &User,
    name: &str,
    answer: &[u8],
) -> Result<Result<Passkey, AddPasskeyError>, StoreError> {
    let Ok(name) = method_name(name) else {
        return Ok(Err(AddPasskeyError::Name));
    };
    let Ok(challenge) = trust.party.challenge_of(answer) else {
        return Ok(Err(AddPasskeyError::Invalid));
    };
    let Some(state) = writer.take_pending_passkey(user.id, &challenge).await? else {
        return Ok(Err(AddPasskeyError::Challenge));
    };
    let made = match trust.party.finish_registration(now, user.id, &state, answer) {
        Ok(made) => made,
        Err(PasskeyError::Expired | PasskeyError::State) => return Ok(Err(AddPasskeyError::Challenge)),
        Err(error) => {
            tracing::info!(%error, "a passkey for somebody was refused");
            return Ok(Err(AddPasskeyError::Invalid));
        }
    };
    if !rules.lets_use_passkey(made.aaguid) {
        return Ok(Err(AddPasskeyError::MakeNotAllowed));
    }
    let attested_by = attested_by(&made, trust.authenticators.as_deref(), now);
    if !rules.lets_register_passkey(attested_by.is_some()) {
        return Ok(Err(AddPasskeyError::NotAttested));
    }
    if writer.passkey(&made.id).await?.is_some() {
        return Ok(Err(AddPasskeyError::AlreadyRegistered));
    }
    Ok(Ok(Passkey {
        id: made.id,
        user_id: user.id,
        name,
        static_state: made.static_state,
        dynamic_state: made.dynamic_state,
        aaguid: made.aaguid,
        attested_by,
        synced: made.synced,
        transports: made.transports,
        created_at: now,
        last_used_at: None,
    }))
}
