//! Letting a device sign in that has no browser (RFC 8628, sign-in contract 9.8).
//!
//! The device gets two codes. The person types the short one on a page; from there on it is an ordinary authorization
//! request whose answer does not go through the browser: approval stores an authorization code under the hash of the
//! device code, which the device then redeems, once.

use latchkey_crypto::{
    Secret, TokenKind, generate_token, generate_user_code, is_token, normalise_user_code, show_user_code,
    token_hash,
};
use latchkey_domain::{
    AskedFor, AuthorizationCode, ClientRegistration, DEVICE_CODE_LIFETIME, DEVICE_POLL_INTERVAL,
    DeviceAnswer, DeviceError, DeviceRequest, GrantError, LockoutRule, Platform, Seconds, SignInRecord,
    Timestamp, check_device,
};
use latchkey_store::{StoreError, Writer};

use super::answer::{AuthorizationError, DeviceReply, Reply};
use super::claims::Claims;
use super::decide::AuthorizeStep;
use super::redeem::Redemption;
use super::request::{AuthorizationRequest, Prompt, ResponseType};
use super::tokens::{ClientClaim, GrantFailure, TokenGrant, check_platform};
use crate::sign_in::BrowserKey;
use crate::{Fault, RequestInfo, Service, SignedIn};

/// What a device gets to begin with.
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// With this it asks for its tokens.
    pub device_code: Secret<String>,
    /// This it shows to the person.
    pub user_code: String,
    /// How long both work.
    pub expires_in: Seconds,
    /// How often it shall ask.
    pub interval: Seconds,
}

/// A request for the tokens of a device.
#[derive(Debug)]
pub struct DeviceCodeRequest<'a> {
    /// Who asks.
    pub client: ClientClaim<'a>,
    /// The device code, as sent.
    pub device_code: &'a str,
    /// `claims`, as sent.
    pub claims: Option<&'a str>,
}

/// What the person is asked before a device signs in.
#[derive(Debug, Clone)]
pub struct DeviceQuestion {
    /// Who is asked.
    pub user: SignedIn,
    /// The application's name.
    pub application: String,
    /// Who made it, if known.
    pub publisher: Option<String>,
    /// Where the device asked from.
    pub ip_address: String,
}

/// What comes next for a device.
#[derive(Debug)]
pub enum DeviceStep {
    /// The person must say whether it is them.
    Confirm(Box<DeviceQuestion>),
    /// The device is let in.
    Approved {
        /// The application's name.
        application: String,
    },
    /// The person said no.
    Declined,
    /// It can't be let in.
    Refused(AuthorizationError),
}

/// Why a typed code leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum UserCodeFailure {
    /// Nothing was typed (90119).
    #[error("no code was typed")]
    Empty,
    /// It belongs to no device that waits (70018).
    #[error("no device waits for this code")]
    Unknown,
    /// Too many were wrong (50053).
    #[error("too many wrong codes")]
    Locked {
        /// Until when none is looked at.
        until: Timestamp,
    },
    /// Not the person's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for UserCodeFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a transaction needs to keep a device's request.
struct Begin {
    hash: [u8; 32],
    user_code: [u8; 32],
    request: DeviceRequest,
    counter: [u8; 32],
    now: Timestamp,
}

/// What a transaction needs to look at a typed code.
struct Guess {
    user_code: [u8; 32],
    counter: [u8; 32],
    now: Timestamp,
}

/// What a transaction needs to let a device in.
struct Approval {
    hash: [u8; 32],
    code: AuthorizationCode,
    record: Option<SignInRecord>,
    now: Timestamp,
}

impl Service {
    /// Two codes for a device.
    ///
    /// # Errors
    /// [`GrantFailure::Client`], [`GrantFailure::Scope`], [`GrantFailure::TooManyDevices`], [`GrantFailure::Fault`]
    pub async fn begin_device_flow(
        &self,
        claim: &ClientClaim<'_>,
        scope: &str,
        info: &RequestInfo,
    ) -> Result<DeviceAuthorization, GrantFailure> {
        let claimed = self.claimed_client(&mut self.store.read().await?, claim).await?;
        let platform = platform_of(&claimed.registration);
        check_platform(&claimed, platform, claim.origin)?;
        self.read_scopes(&mut self.store.read().await?, scope).await?;
        let request = DeviceRequest {
            client_id: claimed.client.application.client_id,
            asked: AskedFor {
                audience: claim.client_id.to_owned(),
                platform,
                scope: scope.to_owned(),
                nonce: None,
                auth_time: false,
                acr: false,
                handles_challenges: false,
                key: None,
            },
            ip_address: info.ip_address.to_string(),
        };
        let device_code = generate_token(&*self.random, TokenKind::DeviceCode);
        // Of 25 thousand million codes one that another device has is unlikely, twice in a row more so.
        for _ in 0..3 {
            let user_code = generate_user_code(&*self.random);
            let begin = Begin {
                hash: token_hash(device_code.expose()),
                user_code: self.user_code_key(&user_code),
                request: request.clone(),
                counter: self
                    .master_keys
                    .throttle_key("device-begin", &info.source_bytes()),
                now: self.now(),
            };
            let stored = self
                .store
                .write_with(begin, |writer, begin| Box::pin(begin.write(writer)))
                .await?;
            let stored = stored.map_err(|wait| GrantFailure::TooManyDevices { wait })?;
            if stored {
                return Ok(DeviceAuthorization {
                    device_code,
                    user_code: show_user_code(&user_code),
                    expires_in: DEVICE_CODE_LIFETIME,
                    interval: DEVICE_POLL_INTERVAL,
                });
            }
        }
        Err(Fault::Internal("no free user code was found".to_owned()).into())
    }

    /// The request of the device whose code a person typed. Wrong codes are counted by where they come from.
    ///
    /// # Errors
    /// [`UserCodeFailure`]
    pub async fn open_device(
        &self,
        typed: &str,
        browser: &BrowserKey,
        info: &RequestInfo,
    ) -> Result<AuthorizationRequest, UserCodeFailure> {
        if typed.trim().is_empty() {
            return Err(UserCodeFailure::Empty);
        }
        let code = normalise_user_code(typed).ok_or(UserCodeFailure::Unknown)?;
        let now = self.now();
        let guess = Guess {
            user_code: self.user_code_key(&code),
            counter: self
                .master_keys
                .throttle_key("device-source", &info.source_bytes()),
            now,
        };
        let found = self
            .store
            .write_with(guess, |writer, guess| Box::pin(guess.check(writer)))
            .await?;
        let (hash, request) = found?;
        let standing = self.store.read().await?.application(request.client_id).await?;
        let application = standing
            .filter(|standing| standing.application.enabled)
            .ok_or(UserCodeFailure::Unknown)?;
        Ok(AuthorizationRequest {
            started_at: now,
            browser: browser.mark(),
            correlation_id: info.correlation_id,
            client_id: request.client_id,
            audience: request.asked.audience,
            application_name: application.application.display_name.clone(),
            reply: Reply::Device(DeviceReply {
                hash,
                ip_address: request.ip_address,
                confirmed: false,
            }),
            redirect_uri: None,
            platform: request.asked.platform,
            response: ResponseType::CODE,
            scope: request.asked.scope,
            nonce: None,
            challenge: None,
            // Whoever is signed in says whether it is them who wants this.
            prompt: Some(Prompt::SelectAccount),
            login_hint: None,
            domain_hint: None,
            hinted_user: None,
            max_age: None,
            subject: None,
            auth_time: false,
            acr: false,
            multifactor: false,
            fresh: false,
            context: None,
            handles_challenges: request.asked.handles_challenges,
            key: None,
            client_info: false,
            ui_locales: None,
            chosen: None,
            signed_in: None,
            consented: false,
            shown: None,
            set_up_skipped: false,
        })
    }

    /// Lets the device in: its code can be redeemed from now on.
    pub(super) async fn approve_device(
        &self,
        request: &AuthorizationRequest,
        device: &DeviceReply,
        member: &SignedIn,
        info: &RequestInfo,
    ) -> Result<AuthorizeStep, Fault> {
        let approval = Approval {
            hash: device.hash,
            code: self.code_for(request, member),
            record: self.silent_record(request, member, info),
            now: self.now(),
        };
        let approved = self
            .store
            .write_with(approval, |writer, approval| Box::pin(approval.write(writer)))
            .await?;
        Ok(AuthorizeStep::Device(if approved {
            let application = request.application_name.clone();
            DeviceStep::Approved { application }
        } else {
            DeviceStep::Refused(over())
        }))
    }

    /// Tells the device that it is not wanted.
    pub(super) async fn decline_device(&self, device: &DeviceReply) -> Result<AuthorizeStep, Fault> {
        let (hash, now) = (device.hash, self.now());
        let declined = self
            .store
            .write(move |writer| {
                Box::pin(async move { writer.answer_device(&hash, DeviceAnswer::Declined, now).await })
            })
            .await?;
        Ok(AuthorizeStep::Device(if declined {
            DeviceStep::Declined
        } else {
            DeviceStep::Refused(over())
        }))
    }

    /// Tokens for a device whose person has said yes, once.
    ///
    /// # Errors
    /// [`GrantFailure`]; [`GrantFailure::Device`] while nobody has.
    pub async fn redeem_device_code(
        &self,
        request: DeviceCodeRequest<'_>,
        info: &RequestInfo,
    ) -> Result<TokenGrant, GrantFailure> {
        let claims = Claims::of(request.claims)?;
        let claimed = self
            .claimed_client(&mut self.store.read().await?, &request.client)
            .await?;
        if !is_token(TokenKind::DeviceCode, request.device_code) {
            return Err(DeviceError::Malformed.into());
        }
        let hash = token_hash(request.device_code);
        let mut reader = self.store.read().await?;
        let device = reader
            .device(&hash)
            .await?
            .filter(|device| device.request.client_id == claimed.client.application.client_id)
            .ok_or(DeviceError::Unknown)?;
        check_platform(&claimed, device.request.asked.platform, request.client.origin)?;
        check_device(device.answer, device.expires_at, self.now())?;
        let stored = reader.authorization_code(&hash).await?;
        drop(reader);
        let stored = stored.ok_or_else(|| Fault::Internal("an approved device has no code".to_owned()))?;
        if stored.used_at.is_some() {
            let trail = self.grant_trail(&claimed.client.application, info);
            self.end_reused_code(trail, &stored.code).await?;
            return Err(GrantError::CodeUsed.into());
        }
        let redemption = Redemption {
            claimed: &claimed,
            hash,
            code: stored.code,
            scope: None,
            claims,
            origin: request.client.origin,
        };
        self.redeem_stored(redemption, info).await
    }

    /// What a user code is stored and looked up by: keyed, since it is short.
    fn user_code_key(&self, code: &Secret<String>) -> [u8; 32] {
        self.master_keys
            .throttle_key("user-code", code.expose().as_bytes())
    }
}

impl Begin {
    /// Whether the codes are kept: false if another device has the same short one. An error is how long to wait,
    /// since a source that keeps asking would fill the database.
    async fn write(&self, writer: &mut Writer) -> Result<Result<bool, Seconds>, StoreError> {
        let mut asked = writer.lockout(&self.counter).await?.unwrap_or_default();
        if let Err(until) = asked.reserve(LockoutRule::DEVICES, self.now) {
            let seconds = until.as_seconds() - self.now.as_seconds();
            return Ok(Err(Seconds(seconds.max(1))));
        }
        writer.save_lockout(&self.counter, &asked).await?;
        let end = self.now + DEVICE_CODE_LIFETIME;
        let stored = writer
            .insert_device(&self.hash, &self.user_code, &self.request, end)
            .await?;
        Ok(Ok(stored))
    }
}

impl Guess {
    /// The device that waits for this code. Otherwise the guess is counted, in the same transaction.
    async fn check(
        &self,
        writer: &mut Writer,
    ) -> Result<Result<([u8; 32], DeviceRequest), UserCodeFailure>, StoreError> {
        let mut guesses = writer.lockout(&self.counter).await?.unwrap_or_default();
        if let Some(until) = guesses.locked(self.now) {
            return Ok(Err(UserCodeFailure::Locked { until }));
        }
        let found = writer.device_by_user_code(&self.user_code).await?;
        let waits = |answer, end| check_device(answer, end, self.now) == Err(DeviceError::Pending);
        if let Some(device) = found.filter(|device| waits(device.answer, device.expires_at)) {
            return Ok(Ok((device.hash, device.request)));
        }
        if let Err(until) = guesses.reserve(LockoutRule::SOURCE, self.now) {
            return Ok(Err(UserCodeFailure::Locked { until }));
        }
        writer.save_lockout(&self.counter, &guesses).await?;
        Ok(Err(UserCodeFailure::Unknown))
    }
}

impl Approval {
    async fn write(&self, writer: &mut Writer) -> Result<bool, StoreError> {
        let approved = writer
            .answer_device(&self.hash, DeviceAnswer::Approved, self.now)
            .await?;
        if !approved {
            return Ok(false);
        }
        // The device's own end counts; it is checked when the code is redeemed.
        writer
            .insert_authorization_code(&self.hash, &self.code, self.now + DEVICE_CODE_LIFETIME)
            .await?;
        if let Some(record) = &self.record {
            writer.insert_sign_in(record).await?;
        }
        Ok(true)
    }
}

/// What kind of application asks on a device: one with a secret must show it.
fn platform_of(registration: &ClientRegistration) -> Platform {
    let on_devices = registration
        .redirect_uris
        .iter()
        .any(|known| known.platform == Platform::PublicClient);
    if registration.public_client_flows || on_devices {
        Platform::PublicClient
    } else {
        Platform::Web
    }
}

fn over() -> AuthorizationError {
    let text = "The code has expired or was used before. Start again on your device.";
    AuthorizationError::new("expired_token", 70_019, text)
}
