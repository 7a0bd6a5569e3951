//! Reading an authorization request (sign-in contract 9.4).
//!
//! Until client and redirect URI are known to belong together, a mistake is told to the person; after that, to the
//! application.

use std::sync::Arc;

use latchkey_crypto::SealPurpose;
use latchkey_domain::{
    Application, AuthenticationContext, ClientId, ClientRegistration, CorrelationId, KeyThumbprint, Platform,
    Seconds, Session, SessionId, SignInError, Timestamp, UserId,
};
use latchkey_store::StoreError;

use super::answer::{AuthorizationError, ClientAnswer, Reply, ReplyTo};
use super::check::{check, default_mode, names_fresh};
use super::consent::{ConsentQuestion, Shown};
use super::parameters::Parameters;
use crate::applications::{has_principal, missing_principal};
use crate::sign_in::BrowserKey;
use crate::{Fault, RequestInfo, Service};

/// How long a request may wait for its person: 30 minutes.
const LIFETIME: Seconds = Seconds(30 * 60);
/// The most bytes that are carried along for a request.
const MAX_SEALED: usize = 4096;
/// The most bytes of `ui_locales`; a longer list is passed over.
pub(super) const MAX_LOCALES: usize = 200;

/// The longest name of a domain (RFC 1035 2.3.4).
const MAX_DOMAIN: usize = 255;

/// What the application wants back from the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct ResponseType {
    pub(crate) code: bool,
    pub(crate) id_token: bool,
    pub(crate) token: bool,
}

impl ResponseType {
    /// A code alone.
    pub(crate) const CODE: Self = Self {
        code: true,
        id_token: false,
        token: false,
    };
}

/// `prompt`
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Prompt {
    Login,
    None,
    SelectAccount,
    Consent,
    AdminConsent,
}

/// A request that is in order. Travels sealed while its person signs in; the server keeps nothing of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct AuthorizationRequest {
    pub(crate) started_at: Timestamp,
    /// The browser that it came by: what was chosen and consented there counts there only.
    pub(crate) browser: String,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) client_id: ClientId,
    /// The client id as it was sent.
    pub(crate) audience: String,
    pub(crate) application_name: String,
    pub(crate) reply: Reply,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) platform: Platform,
    pub(crate) response: ResponseType,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) login_hint: Option<String>,
    /// The domain of whoever is to sign in, in lower case.
    #[serde(default)]
    pub(crate) domain_hint: Option<String>,
    /// Whom an `id_token_hint` names.
    pub(crate) hinted_user: Option<UserId>,
    pub(crate) max_age: Option<i64>,
    /// The `sub` of whom the answer must be about, by `claims`.
    #[serde(default)]
    pub(crate) subject: Option<String>,
    /// The ID token is to have `auth_time`.
    #[serde(default)]
    pub(crate) auth_time: bool,
    /// … and `acr`.
    #[serde(default)]
    pub(crate) acr: bool,
    /// Multifactor is demanded, by `claims`.
    pub(crate) multifactor: bool,
    /// … and not older than ten minutes.
    pub(crate) fresh: bool,
    /// The authentication context that the tokens must have.
    #[serde(default)]
    pub(crate) context: Option<AuthenticationContext>,
    pub(crate) handles_challenges: bool,
    /// The key that the code is to be bound to.
    pub(crate) key: Option<KeyThumbprint>,
    pub(crate) client_info: bool,
    /// The languages that the application would like for its person.
    #[serde(default)]
    pub(crate) ui_locales: Option<String>,
    /// The account that was chosen for it.
    pub(crate) chosen: Option<SessionId>,
    /// The session in which somebody signed in for it. Times don't tell: another provider's check may be older than the
    /// request, and so may be what a session goes on standing on.
    #[serde(default)]
    pub(crate) signed_in: Option<SessionId>,
    /// The person accepted.
    pub(crate) consented: bool,
    /// What the consent page that this goes through asks for: only that can be accepted.
    #[serde(default)]
    pub(crate) shown: Option<Shown>,
    /// The person goes on without setting up a lasting way to sign in.
    #[serde(default)]
    pub(crate) set_up_skipped: bool,
}

/// Why a request does not begin.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeFailure {
    /// To be told to the person: nothing is known to be the application's.
    #[error(transparent)]
    Page(#[from] AuthorizationError),
    /// To be told to the application: the answer, and what went wrong.
    #[error("the application is told of its mistake")]
    Answer(Box<ClientAnswer>, AuthorizationError),
    /// The sealed request is forged, of another browser or too old.
    #[error("the request is stale")]
    Stale,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AuthorizeFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl AuthorizationRequest {
    /// The application's name to show.
    pub fn application_name(&self) -> &str {
        &self.application_name
    }

    /// What ties together the pages and records of this request.
    pub const fn correlation_id(&self) -> CorrelationId {
        self.correlation_id
    }

    /// The languages that the application would like, best first: BCP 47 tags with blanks between (`ui_locales`,
    /// `OpenID` Connect Core 3.1.2.1).
    pub fn ui_locales(&self) -> Option<&str> {
        self.ui_locales.as_deref()
    }

    /// Who is asking, for the sign-in log.
    pub(crate) fn application(&self) -> (String, String) {
        (self.client_id.to_string(), self.application_name.clone())
    }

    /// The request with the account that the person chose.
    #[must_use]
    pub fn with_chosen(&self, session: SessionId) -> Self {
        Self {
            chosen: Some(session),
            ..self.clone()
        }
    }

    /// The request of a person who signed in for it: that chooses the account as well.
    #[must_use]
    pub fn with_signed_in(&self, session: SessionId) -> Self {
        Self {
            signed_in: Some(session),
            ..self.with_chosen(session)
        }
    }

    /// Whether somebody signed in for it in this session.
    pub(crate) fn signed_in_by(&self, session: &Session) -> bool {
        self.signed_in == Some(session.id)
    }

    /// The request of a person who is being asked this.
    #[must_use]
    pub fn with_shown(&self, question: &ConsentQuestion) -> Self {
        Self {
            shown: Some(question.shown.clone()),
            ..self.clone()
        }
    }

    /// The request of a person who does not want to set up a lasting way to sign in now.
    #[must_use]
    pub fn with_set_up_skipped(&self) -> Self {
        Self {
            set_up_skipped: true,
            ..self.clone()
        }
    }

    /// The request of a device, with the person's word that it is theirs.
    #[must_use]
    pub fn with_device_confirmed(mut self) -> Self {
        if let Reply::Device(device) = &mut self.reply {
            device.confirmed = true;
        }
        self
    }
}

impl Service {
    /// Reads the parameters of a request to the authorization endpoint.
    ///
    /// # Errors
    /// [`AuthorizeFailure`]
    pub async fn read_authorization_request(
        &self,
        parameters: &[(String, String)],
        browser: &BrowserKey,
        info: &RequestInfo,
    ) -> Result<AuthorizationRequest, AuthorizeFailure> {
        let pushed = self.pushed_parameters(Parameters(parameters)).await?;
        let sent = pushed.as_deref().unwrap_or(parameters);
        self.read_parameters(Parameters(sent), pushed.is_some(), browser, info)
            .await
    }

    /// Reads the parameters of a request, which the application sent ahead or gave to the browser.
    pub(super) async fn read_parameters(
        &self,
        parameters: Parameters<'_>,
        sent_ahead: bool,
        browser: &BrowserKey,
        info: &RequestInfo,
    ) -> Result<AuthorizationRequest, AuthorizeFailure> {
        let (application, audience, registration) = self.client_of(parameters).await?;
        let (target, platform) = redirect_of(parameters, &registration)?;
        let correlation_id = parameters
            .get("client-request-id")
            .and_then(|id| id.parse().ok())
            .unwrap_or(info.correlation_id);
        let mut reply = ReplyTo {
            target,
            mode: default_mode(parameters),
            state: parameters
                .get("state")
                .filter(|_| !parameters.is_repeated("state"))
                .map(str::to_owned),
        };
        let checked = check(parameters, &registration, platform, sent_ahead, &mut reply);
        let hinted = match parameters.get("id_token_hint") {
            Some(hint) => match self.read_id_token_hint(hint) {
                Some((user, _)) => Ok(Some(user)),
                None => Err(AuthorizationError::invalid_request(
                    9_002_313,
                    "The id_token_hint is not an ID token of this issuer.",
                )),
            },
            None => Ok(None),
        };
        let checked = checked.and_then(|checked| Ok((checked, hinted?)));
        let (checked, hinted_user) = checked.map_err(|error| {
            let answer = self.error_answer(&reply, &error, correlation_id);
            AuthorizeFailure::Answer(Box::new(answer), error)
        })?;
        let request = AuthorizationRequest {
            started_at: self.now(),
            browser: browser.mark(),
            correlation_id,
            client_id: application.client_id,
            audience,
            application_name: application.display_name,
            redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
            platform,
            response: checked.response,
            scope: checked.scope.to_owned(),
            nonce: parameters.get("nonce").map(str::to_owned),
            challenge: parameters.get("code_challenge").map(str::to_owned),
            prompt: checked.prompt,
            login_hint: self.hinted_name(parameters).await?,
            domain_hint: domain_hint(parameters),
            hinted_user,
            max_age: checked.max_age,
            subject: checked.claims.subject,
            auth_time: checked.claims.auth_time || checked.max_age.is_some(),
            acr: checked.claims.acr,
            multifactor: checked.claims.multifactor,
            fresh: checked.claims.fresh || parameters.get("amr_values").is_some_and(names_fresh),
            context: checked.claims.context,
            handles_challenges: checked.claims.handles_challenges,
            key: checked.key,
            client_info: parameters.get("client_info") == Some("1"),
            // More than a few are no wish.
            ui_locales: parameters
                .get("ui_locales")
                .filter(|tags| tags.len() <= MAX_LOCALES)
                .map(str::to_owned),
            chosen: None,
            signed_in: None,
            consented: false,
            shown: None,
            set_up_skipped: false,
            reply: Reply::Browser(reply.clone()),
        };
        self.check_size(&request, &reply)?;
        Ok(request)
    }

    /// A request that can't be carried along is refused.
    pub(super) fn check_size(
        &self,
        request: &AuthorizationRequest,
        reply: &ReplyTo,
    ) -> Result<(), AuthorizeFailure> {
        if plain(request).len() <= MAX_SEALED {
            return Ok(());
        }
        let error = AuthorizationError::invalid_request(900_144, "The request is too long.");
        let answer = self.error_answer(reply, &error, request.correlation_id);
        Err(AuthorizeFailure::Answer(Box::new(answer), error))
    }

    pub(super) async fn client_of(
        &self,
        parameters: Parameters<'_>,
    ) -> Result<(Application, String, ClientRegistration), AuthorizeFailure> {
        let missing = |name: &str| {
            let text = format!("The request must contain the parameter '{name}' once.");
            AuthorizeFailure::Page(AuthorizationError::invalid_request(900_144, text))
        };
        if parameters.is_repeated("client_id") {
            return Err(missing("client_id"));
        }
        let audience = parameters.get("client_id").ok_or_else(|| missing("client_id"))?;
        let unknown = || {
            let text = format!(
                "Application with identifier '{}' was not found in the directory '{}'.",
                audience.chars().take(100).collect::<String>(),
                self.tenant.display_name
            );
            AuthorizeFailure::Page(AuthorizationError::new("unauthorized_client", 700_016, text))
        };
        let client_id: ClientId = audience.parse().map_err(|_| unknown())?;
        let mut reader = self.store.read().await?;
        let standing = reader.application(client_id).await?.ok_or_else(unknown)?;
        if !standing.application.enabled {
            let (number, text) = if has_principal(&mut reader, client_id).await? {
                (7_000_112, format!("Application '{client_id}' is disabled."))
            } else {
                (7_000_229, missing_principal(audience))
            };
            return Err(AuthorizationError::new("unauthorized_client", number, text).into());
        }
        let registration = reader.registration(client_id).await?.unwrap_or_default();
        Ok((
            standing.application.clone(),
            audience.to_owned(),
            Arc::unwrap_or_clone(registration),
        ))
    }

    /// The name that the application hints at: as it stands, or that of whom a `login_hint` claim names.
    pub(super) async fn hinted_name(&self, parameters: Parameters<'_>) -> Result<Option<String>, StoreError> {
        let Some(hint) = parameters.get("login_hint") else {
            return Ok(None);
        };
        let Some(user) = self.read_login_hint(hint) else {
            return Ok(Some(hint.to_owned()));
        };
        let user = self.store.read().await?.user_by_id(user).await?;
        Ok(user.map(|user| user.upn.to_string()))
    }

    /// Seals a request for a form or a link.
    pub fn seal_authorization(&self, request: &AuthorizationRequest) -> String {
        let plain = plain(request);
        self.master_keys
            .seal_token(&*self.random, SealPurpose::AuthorizationRequest, &plain)
    }

    /// Opens a sealed request.
    ///
    /// # Errors
    /// [`SignInError::StaleFlow`] when it is forged, of another browser or too old.
    pub fn open_authorization(
        &self,
        sealed: &str,
        browser: Option<&BrowserKey>,
    ) -> Result<AuthorizationRequest, SignInError> {
        let plain = self
            .master_keys
            .open_token(SealPurpose::AuthorizationRequest, sealed)
            .map_err(|_| SignInError::StaleFlow)?;
        let request: AuthorizationRequest =
            serde_json::from_slice(plain.expose()).map_err(|_| SignInError::StaleFlow)?;
        let now = self.now();
        let in_time = now >= request.started_at && now < request.started_at + LIFETIME;
        let same_browser = browser.is_some_and(|browser| browser.mark() == request.browser);
        if in_time && same_browser {
            Ok(request)
        } else {
            Err(SignInError::StaleFlow)
        }
    }
}

fn plain(request: &AuthorizationRequest) -> Vec<u8> {
    // Plain values can always be written; an empty text would open as a stale request.
    serde_json::to_vec(request).unwrap_or_default()
}

/// The domain that the application hints at; `organizations` and `consumers` are no domains.
fn domain_hint(parameters: Parameters<'_>) -> Option<String> {
    let hint = parameters.get("domain_hint")?.to_lowercase();
    (hint.contains('.') && hint.len() <= MAX_DOMAIN).then_some(hint)
}

/// Where to answer, and what answers there.
pub(super) fn redirect_of(
    parameters: Parameters<'_>,
    registration: &ClientRegistration,
) -> Result<(String, Platform), AuthorizationError> {
    let mismatch = || {
        AuthorizationError::invalid_request(
            50_011,
            "The redirect URI specified in the request does not match the redirect URIs configured for the \
             application.",
        )
    };
    if parameters.is_repeated("redirect_uri") {
        return Err(mismatch());
    }
    match (
        parameters.get("redirect_uri"),
        registration.redirect_uris.as_slice(),
    ) {
        (Some(requested), _) => registration.redirect(requested).ok_or_else(mismatch),
        (None, [only]) => only
            .uri
            .target(only.uri.as_str())
            .map(|target| (target, only.platform))
            .ok_or_else(mismatch),
        (None, _) => Err(mismatch()),
    }
}
