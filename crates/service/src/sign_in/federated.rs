//! Signing in at another `OpenID` Provider, to which a domain was handed (sign-in contract 2.8; `OpenID` Connect Core
//! 3.1, with PKCE).
//!
//! On the way there the flow travels as `state`, sealed and bound to the browser as in a form; nothing is stored. What
//! comes back proves somebody once: its nonce is spent in the transaction that opens the session.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use latchkey_crypto::{Secret, random_array, sha256};
use latchkey_domain::{
    Activity, Federation, Seconds, Session, SessionId, SessionMethod, SignInError, Timestamp, Upn,
    UpstreamPerson, User, UserRef,
};
use latchkey_store::{StoreError, StoredFederation, Writer};
use serde::Deserialize;

use super::flow::Flow;
use super::opening::Opening;
use super::passkey::CHALLENGE_KEPT;
use super::record::{Attempt, Step};
use super::{SignInFailure, SignInStep};
use crate::federation::{Provider, ProviderError, encoded, pairs, with_query};
use crate::trail::{Trail, user_target};
use crate::{AuthorizationRequest, Fault, OutboundBody, OutboundRequest, RequestInfo, Service};

/// What a flow remembers of a person who is on the way to another provider.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Upstream {
    domain: String,
    issuer: String,
    nonce: String,
    /// The secret of PKCE (RFC 7636).
    verifier: String,
}

/// What the provider sent the person back with.
#[derive(Debug, Default)]
pub struct UpstreamAnswer {
    /// The code, if it let the person in.
    pub code: Option<String>,
    /// Why it did not.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub issuer: Option<String>,
}

/// Who signed in there, and when.
struct Proved {
    person: UpstreamPerson,
    /// What says so.
    token: Secret<String>,
    authenticated_at: Timestamp,
}

struct FederatedAttempt {
    attempt: Attempt,
    opening: Opening,
    trail: Trail,
    upstream: Upstream,
    flow_name: Option<UserRef>,
    proved: Result<Proved, SignInError>,
    /// What signing out there needs, sealed for each session that it may become.
    kept_tokens: Vec<(SessionId, Vec<u8>)>,
}

enum Ending {
    Opened(Session, Box<User>),
    Refused(SignInError),
}

/// The token endpoint's answer.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// An age that no provider's session has: a year.
const ANY_AGE: Seconds = Seconds(365 * 24 * 3600);

impl Service {
    /// Whether the flow's name is of a domain that is handed to another provider.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn is_federated(&self, flow: &Flow) -> Result<bool, Fault> {
        Ok(match flow.upn() {
            Ok(upn) => self.store.read().await?.federation(upn.domain()).await?.is_some(),
            Err(_) => false,
        })
    }

    /// The domain that an application hints at, if it is handed to another provider (sign-in contract 2.2).
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn hinted_domain(&self, request: &AuthorizationRequest) -> Result<Option<String>, Fault> {
        let Some(domain) = &request.domain_hint else {
            return Ok(None);
        };
        let known = self.store.read().await?.federation(domain).await?;
        Ok(known.map(|stored| stored.federation.domain))
    }

    /// Where somebody goes who signs in at another provider: its address with our request.
    ///
    /// # Errors
    /// [`SignInError::StaleFlow`] when the name, or without one the hint, is of no such domain; [`SignInError::FederationUnavailable`].
    pub async fn begin_federated_sign_in(&self, flow: &Flow) -> Result<String, SignInFailure> {
        let upn = flow.upn().ok();
        let domain = upn.as_ref().map(Upn::domain).or(flow.domain.as_deref());
        let domain = domain.ok_or(SignInError::StaleFlow)?;
        let stored = self.store.read().await?.federation(domain).await?;
        let federation = stored.ok_or(SignInError::StaleFlow)?.federation;
        let provider = match self.provider(&federation.issuer).await {
            Ok(provider) => provider,
            Err(error) => {
                tracing::warn!(domain = federation.domain, %error, "the provider can't be used");
                return Err(SignInError::FederationUnavailable.into());
            }
        };
        let secret = || URL_SAFE_NO_PAD.encode(random_array::<32>(&*self.random));
        let upstream = Upstream {
            domain: federation.domain,
            issuer: federation.issuer,
            nonce: secret(),
            verifier: secret(),
        };
        let challenge = URL_SAFE_NO_PAD.encode(sha256(upstream.verifier.as_bytes()));
        let nonce = upstream.nonce.clone();
        let state = self.seal_flow(&flow.with_upstream(upstream));
        let redirect_uri = self.federation_redirect_uri();
        let mut query = vec![
            ("client_id", federation.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &redirect_uri),
            ("scope", "openid profile email"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if let Some(upn) = &upn {
            query.push(("login_hint", upn.as_str()));
        }
        let oldest = flow.oldest_check();
        // Sent always: whoever sends it is told when the person was checked (OpenID Connect Core 2, `auth_time`).
        let max_age = oldest.unwrap_or(ANY_AGE).0.to_string();
        query.push(("max_age", &max_age));
        if oldest == Some(Seconds(0)) {
            // Who proves themselves anew does so there, too.
            query.push(("prompt", "login"));
        }
        Ok(with_query(&provider.authorization_endpoint, &query))
    }

    /// Takes the provider's answer, and opens the session.
    ///
    /// # Errors
    /// [`SignInFailure`]; the attempt is in the sign-in log.
    pub async fn finish_federated_sign_in(
        &self,
        flow: &Flow,
        info: &RequestInfo,
        answer: UpstreamAnswer,
    ) -> Result<SignInStep, SignInFailure> {
        let upstream = flow.upstream.clone().ok_or(SignInError::StaleFlow)?;
        let stored = self.store.read().await?.federation(&upstream.domain).await?;
        let stored = stored
            .filter(|stored| stored.federation.issuer == upstream.issuer)
            .ok_or(SignInError::StaleFlow)?;
        let proved = match self.prove_upstream(&stored, &upstream, flow, answer).await {
            Ok(proved) => Ok(proved),
            Err(Unproved::Fault(fault)) => return Err(fault.into()),
            Err(Unproved::Refused(error, reason)) => {
                tracing::warn!(
                    domain = upstream.domain,
                    reason,
                    "a federated sign-in was refused"
                );
                Err(error)
            }
        };
        let (opening, token) = self.opening(flow);
        let kept_tokens = match &proved {
            Ok(proved) => opening
                .possible_ids()
                .filter_map(|id| Some((id, self.seal_upstream_token(id, &proved.token)?)))
                .collect(),
            Err(_) => Vec::new(),
        };
        let name = flow.upn().ok();
        let work = FederatedAttempt {
            attempt: self.attempt(flow, name.as_ref(), info),
            trail: self.trail(&latchkey_domain::Caller::Console, info),
            flow_name: name.map(UserRef::Name),
            opening,
            upstream,
            proved,
            kept_tokens,
        };
        let ending = self
            .store
            .write_with(work, |writer, work| Box::pin(conclude(writer, work)))
            .await
            .map_err(|error: StoreError| Fault::from(error))?;
        match ending {
            Ending::Opened(session, user) => Ok(SignInStep::Opened(self.opened(flow, token, session, *user))),
            Ending::Refused(error) => Err(error.into()),
        }
    }

    /// From the code to who signed in.
    async fn prove_upstream(
        &self,
        stored: &StoredFederation,
        upstream: &Upstream,
        flow: &Flow,
        answer: UpstreamAnswer,
    ) -> Result<Proved, Unproved> {
        let failed = |reason: String| Unproved::Refused(SignInError::FederationFailed, reason);
        let provider = self.provider(&upstream.issuer).await?;
        match &answer.issuer {
            Some(issuer) if *issuer != upstream.issuer => {
                return Err(failed("the answer is of another issuer".to_owned()));
            }
            None if provider.authorization_response_iss_parameter_supported => {
                return Err(failed("the answer does not say whose it is".to_owned()));
            }
            _ => {}
        }
        let code = match (answer.code, answer.error) {
            (Some(code), None) => code,
            (_, Some(error)) => {
                let error: String = error.chars().filter(char::is_ascii_graphic).take(100).collect();
                return Err(failed(format!("the provider says {error}")));
            }
            (None, None) => return Err(failed("there is no code".to_owned())),
        };
        let (token, access) = self.redeem_upstream(stored, &provider, upstream, &code).await?;
        let claims = self.verify_upstream(&provider, token.expose()).await?;
        let now = self.now();
        let mut person = claims
            .check(&stored.federation, &upstream.nonce, now)
            .map_err(|refusal| failed(refusal.to_string()))?;
        if let (None, Some(access)) = (&person.name, access) {
            // Many providers keep ID tokens short and tell names at their UserInfo endpoint.
            let mut reader = self.store.read().await.map_err(Fault::from)?;
            let known = reader.federated_user(&upstream.issuer, &person.subject).await;
            drop(reader);
            if known.map_err(Fault::from)?.is_none() {
                let profile = self.upstream_profile(&provider, &access).await?;
                // An answer about somebody else is none (OpenID Connect Core 5.3.2).
                let profile = profile.filter(|profile| profile.sub == person.subject);
                person.name = profile.and_then(|profile| profile.name(&stored.federation));
            }
        }
        let authenticated_at = claims
            .checked_at(flow.oldest_check(), flow.started_at, now)
            .map_err(|refusal| failed(refusal.to_string()))?;
        Ok(Proved {
            person,
            token,
            authenticated_at,
        })
    }

    /// The ID token for the code, and the access token.
    async fn redeem_upstream(
        &self,
        stored: &StoredFederation,
        provider: &Provider,
        upstream: &Upstream,
        code: &str,
    ) -> Result<(Secret<String>, Option<Secret<String>>), Unproved> {
        let client_id = stored.federation.client_id.as_str();
        let redirect_uri = self.federation_redirect_uri();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &upstream.verifier),
        ];
        let secret = self.federation_secret(stored)?;
        let mut authorization = None;
        match &secret {
            Some(secret) if !provider.takes_secret_in_form() => {
                let pair = format!("{}:{}", encoded(client_id), encoded(secret.expose()));
                authorization = Some(Secret::new(format!("Basic {}", STANDARD.encode(pair))));
            }
            Some(secret) => form.extend([("client_id", client_id), ("client_secret", secret.expose())]),
            None => form.push(("client_id", client_id)),
        }
        let request = OutboundRequest {
            url: provider.token_endpoint.clone(),
            authorization,
            body: Some(OutboundBody {
                content_type: "application/x-www-form-urlencoded",
                text: Secret::new(pairs(&form)),
            }),
            ..OutboundRequest::default()
        };
        let url = provider.token_endpoint.clone();
        let answer = self
            .outbound
            .send(request)
            .await
            .map_err(|error| ProviderError::Unreachable {
                url: url.clone(),
                error,
            })?;
        if answer.status != 200 {
            let status = answer.status;
            return Err(ProviderError::Status { url, status }.into());
        }
        let tokens: Result<Tokens, _> = serde_json::from_slice(&answer.body);
        tokens
            .map(|tokens| (Secret::new(tokens.id_token), tokens.access_token.map(Secret::new)))
            .map_err(|_| {
                let reason = "there is no ID token in the answer";
                ProviderError::Document { url, reason }.into()
            })
    }
}

/// Why it is not known who came back.
enum Unproved {
    Refused(SignInError, String),
    Fault(Fault),
}

impl From<ProviderError> for Unproved {
    fn from(error: ProviderError) -> Self {
        let told = if error.is_temporary() {
            SignInError::FederationUnavailable
        } else {
            SignInError::FederationFailed
        };
        Self::Refused(told, error.to_string())
    }
}

impl From<Fault> for Unproved {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Flow {
    /// How old the provider's check of the person may be; zero: the person must be checked anew.
    fn oldest_check(&self) -> Option<Seconds> {
        if self.replaces().is_some() {
            return Some(Seconds(0));
        }
        self.authorization().and_then(AuthorizationRequest::oldest_check)
    }

    fn with_upstream(&self, upstream: Upstream) -> Self {
        Self {
            upstream: Some(upstream),
            ..self.clone()
        }
    }
}

async fn conclude(writer: &mut Writer, work: &FederatedAttempt) -> Result<Ending, StoreError> {
    let now = work.attempt.at;
    let proved = match &work.proved {
        Ok(proved) => proved,
        Err(error) => {
            let user = match &work.flow_name {
                Some(name) => writer.user(name).await?,
                None => None,
            };
            return refuse(writer, work, user.as_ref(), *error).await;
        }
    };
    let nonce = sha256(work.upstream.nonce.as_bytes());
    if !writer.spend_challenge(&nonce, now + CHALLENGE_KEPT).await? {
        return refuse(writer, work, None, SignInError::StaleFlow).await;
    }
    let federation = writer.federation(&work.upstream.domain).await?;
    let Some(StoredFederation { federation, .. }) =
        federation.filter(|stored| stored.federation.issuer == work.upstream.issuer)
    else {
        return refuse(writer, work, None, SignInError::StaleFlow).await;
    };
    let user = match find(writer, work, &federation, &proved.person).await? {
        Ok(user) => user,
        Err(known) => {
            return refuse(writer, work, known.as_deref(), SignInError::FederatedUserUnknown).await;
        }
    };
    if !user.account_enabled {
        return refuse(writer, work, Some(&user), SignInError::AccountDisabled).await;
    }
    let method = SessionMethod::Federated {
        multifactor: proved.person.multifactor,
    };
    let session = work
        .opening
        .write_proved_at(writer, &user, method, None, now, proved.authenticated_at)
        .await?;
    if let Some((_, token)) = work.kept_tokens.iter().find(|(id, _)| *id == session.id) {
        writer.keep_upstream_token(session.id, token).await?;
    }
    let record = work
        .attempt
        .succeeded(&user, &[Step::Federated], session.id, method);
    writer.insert_sign_in(&record).await?;
    Ok(Ending::Opened(session, Box::new(user)))
}

/// Who it is here: by the subject; the first time by the name, which then belongs to that subject. A provider speaks for
/// its own domain only, whatever was linked before.
async fn find(
    writer: &mut Writer,
    work: &FederatedAttempt,
    federation: &Federation,
    person: &UpstreamPerson,
) -> Result<Result<User, Option<Box<User>>>, StoreError> {
    let issuer = federation.issuer.as_str();
    if let Some(id) = writer.federated_user(issuer, &person.subject).await? {
        let user = writer.user(&UserRef::Id(id)).await?;
        return Ok(match user {
            Some(user) if user.upn.domain() == federation.domain => Ok(user),
            other => Err(other.map(Box::new)),
        });
    }
    let Some(name) = &person.name else {
        return Ok(Err(None));
    };
    let Some(user) = writer.user(&UserRef::Name(name.clone())).await? else {
        return Ok(Err(None));
    };
    if !user.account_enabled {
        // Told to its owner, but nothing is changed for it.
        return Ok(Ok(user));
    }
    let trail = work.trail.as_user(&user);
    let reason = "The user signed in at the domain's provider for the first time";
    let event = trail.done(Activity::LinkFederatedUser, reason, vec![user_target(&user)]);
    let linked = writer
        .link_federated_user(issuer, &person.subject, user.id, work.attempt.at, &event)
        .await;
    match linked {
        Ok(()) => Ok(Ok(user)),
        // Somebody else there had this name before: their account here stays theirs.
        Err(StoreError::Conflict { .. }) => Ok(Err(Some(Box::new(user)))),
        Err(error) => Err(error),
    }
}

async fn refuse(
    writer: &mut Writer,
    work: &FederatedAttempt,
    user: Option<&User>,
    error: SignInError,
) -> Result<Ending, StoreError> {
    let record = work.attempt.refused(user, &[Step::Federated], error);
    writer.insert_sign_in(&record).await?;
    Ok(Ending::Refused(error))
}
