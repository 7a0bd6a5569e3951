//! What comes next for a request, given who is signed in: an answer, or something that the person must do first.
//!
//! The same decision is taken whenever the person comes back, so that nothing needs to be remembered but the request:
//! "again" means "for this request" (sign-in contract 2.9, 9.4), which is marked with the session of each sign-in.

use latchkey_domain::{
    ClientRegistration, MIN_TOKEN_LIFETIME, Seconds, SessionId, SessionMethod, SignInError, Upn,
};

use super::admin_consent::nothing_wanted;
use super::answer::{AuthorizationError, ClientAnswer, Reply};
use super::code::Client;
use super::consent::{ConsentQuestion, short};
use super::demand::{StepUp, is_assigned};
use super::device::{DeviceQuestion, DeviceStep};
use super::request::{AuthorizationRequest, Prompt};
use super::scopes::{grants_of, wanted};
use crate::{Fault, RequestInfo, Service, SetUp, SignedIn};

/// A strong check counts as fresh for so long (sign-in contract 5.7, `ngcmfa`).
pub(super) const FRESH: Seconds = Seconds(600);

/// What comes next.
#[derive(Debug)]
pub enum AuthorizeStep {
    /// The application is answered.
    Answer(Box<ClientAnswer>),
    /// The person must sign in.
    SignIn {
        /// The name that is known already; its page is skipped.
        name: Option<String>,
        /// The session that the new one takes the place of.
        replaces: Option<SessionId>,
        /// The person is signed in, but not with enough: only this will do.
        step_up: Option<StepUp>,
    },
    /// The person must, or may, set up a lasting way to sign in.
    SetUp(Box<SetUp>),
    /// The person must choose an account.
    PickAccount,
    /// The person must consent.
    Consent(Box<ConsentQuestion>),
    /// A device is answered, or about to be.
    Device(DeviceStep),
}

/// What a session still lacks for a request.
enum Lack {
    /// The person must sign in again.
    Again,
    /// The person signed in for this very request, and it is still not enough.
    Strength,
}

impl Service {
    /// Decides what comes next. `sessions` are those of the browser.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn continue_authorization(
        &self,
        request: &AuthorizationRequest,
        sessions: &[SignedIn],
        info: &RequestInfo,
    ) -> Result<AuthorizeStep, Fault> {
        let silent = request.prompt == Some(Prompt::None);
        let Fitting {
            members: fitting,
            name,
            other,
        } = self.fitting(request, sessions).await?;
        let picked = match request.chosen {
            Some(chosen) => fitting.iter().find(|member| member.session.id == chosen),
            None => match fitting.as_slice() {
                [only] if !must_pick(request) => Some(only),
                _ => None,
            },
        };
        let Some(member) = picked else {
            if other {
                return Ok(self.refuse(request, &login_required()));
            }
            let several = !fitting.is_empty() && name.is_none();
            return Ok(match (silent, several) {
                (true, true) => {
                    let text = "Several accounts are signed in; the person must choose one.";
                    self.refuse(
                        request,
                        &AuthorizationError::new("interaction_required", 16_000, text),
                    )
                }
                (true, false) => self.refuse(request, &login_required()),
                (false, true) => AuthorizeStep::PickAccount,
                (false, false) => AuthorizeStep::SignIn {
                    name,
                    replaces: None,
                    step_up: None,
                },
            });
        };
        match self.lack(request, member) {
            Some(_) if silent => {
                let error = match self.lack(request, member) {
                    Some(Lack::Strength) => multifactor_required(),
                    _ => login_required(),
                };
                return Ok(self.refuse(request, &error));
            }
            Some(Lack::Again) => {
                return Ok(AuthorizeStep::SignIn {
                    name: Some(member.user.upn.to_string()),
                    replaces: Some(member.session.id),
                    step_up: None,
                });
            }
            Some(Lack::Strength) => return Ok(self.refuse(request, &multifactor_required())),
            None => {}
        }
        self.conclude(request, member, info).await
    }

    /// The person is who is wanted: may they, and did they consent?
    async fn conclude(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        info: &RequestInfo,
    ) -> Result<AuthorizeStep, Fault> {
        let mut reader = self.store.read().await?;
        let Some(client) = reader.application(request.client_id).await? else {
            return Ok(self.refuse(request, &client_gone()));
        };
        let registration = reader.registration(request.client_id).await?.unwrap_or_default();
        if !client.application.enabled || !still_registered(request, &registration) {
            return Ok(self.refuse(request, &client_gone()));
        }
        let wish = match self.read_scopes(&mut reader, &request.scope).await {
            Ok(wish) => wish,
            Err(super::ScopeError::Fault(fault)) => return Err(fault),
            Err(error) => {
                let (word, number) = error.code();
                return Ok(self.refuse(request, &AuthorizationError::new(word, number, error.to_string())));
            }
        };
        let principal = client.application.service_principal_id;
        if !is_assigned(&mut reader, request, &registration, principal, member.user.id).await? {
            drop(reader);
            self.log_refusal(request, member, SignInError::NotAssigned, info)
                .await?;
            let text = format!(
                "The signed in user is not assigned to a role for the application '{}'.",
                request.client_id
            );
            return Ok(self.refuse(request, &AuthorizationError::new("access_denied", 50_105, text)));
        }
        if let Reply::Device(device) = &request.reply
            && !device.confirmed
        {
            return Ok(AuthorizeStep::Device(DeviceStep::Confirm(Box::new(
                DeviceQuestion {
                    user: member.clone(),
                    application: request.application_name.clone(),
                    publisher: registration.publisher.as_deref().map(short),
                    ip_address: device.ip_address.clone(),
                },
            ))));
        }
        if let Some(step) = self.demand(&mut reader, request, &registration, member).await? {
            return Ok(step);
        }
        let grants = grants_of(&mut reader, principal, member.user.id).await?;
        drop(reader);
        let wants = wanted(&wish, &registration, &grants);
        let missing = wants.iter().any(|wanted| !wanted.missing.is_empty());
        let asked =
            matches!(request.prompt, Some(Prompt::Consent | Prompt::AdminConsent)) && !request.consented;
        if missing || asked {
            if request.prompt == Some(Prompt::None) {
                let text = format!(
                    "The user or administrator has not consented to use the application with ID '{}' named '{}'.",
                    request.client_id, request.application_name
                );
                return Ok(self.refuse(
                    request,
                    &AuthorizationError::new("consent_required", 65_001, text),
                ));
            }
            let question = self
                .consent_question(request, &registration, &wish, &wants, member)
                .await?;
            if question.items.is_empty() {
                return Ok(self.refuse(request, &nothing_wanted()));
            }
            return Ok(AuthorizeStep::Consent(Box::new(question)));
        }
        match &request.reply {
            Reply::Browser(reply) => {
                let client = Client {
                    standing: &client,
                    registration: &registration,
                };
                let answer = self
                    .issue_code(request, reply, client, &wants, member, info)
                    .await?;
                Ok(AuthorizeStep::Answer(Box::new(answer)))
            }
            Reply::Device(device) => self.approve_device(request, device, member, info).await,
            Reply::Consent(reply) => Ok(AuthorizeStep::Answer(Box::new(
                self.consent_answer(reply, &wants),
            ))),
        }
    }

    /// The sessions that a request can mean.
    async fn fitting<'a>(
        &self,
        request: &AuthorizationRequest,
        sessions: &'a [SignedIn],
    ) -> Result<Fitting<'a>, Fault> {
        let hint = request.login_hint.as_deref();
        if request.hinted_user.is_some() || request.subject.is_some() {
            let meant = |member: &&SignedIn| {
                let id = member.user.id;
                request.hinted_user.is_none_or(|hinted| hinted == id)
                    && (request.subject.as_ref())
                        .is_none_or(|subject| *subject == self.subject(request.client_id, id))
            };
            let members: Vec<&SignedIn> = sessions.iter().filter(meant).collect();
            let name = match (members.first(), request.hinted_user) {
                (Some(member), _) => Some(member.user.upn.to_string()),
                (None, Some(hinted)) => {
                    let user = self.store.read().await?.user_by_id(hinted).await?;
                    user.map(|user| user.upn.to_string())
                }
                (None, None) => hint.map(str::to_owned),
            };
            // Nobody else will do (OpenID Connect Core 3.1.2.1 and 3.1.2.2).
            let came = |member: &SignedIn| request.signed_in_by(&member.session);
            let other = sessions.iter().any(came) && !members.iter().any(|member| came(member));
            return Ok(Fitting { members, name, other });
        }
        let mut fitting = Fitting {
            members: sessions.iter().collect(),
            name: None,
            other: false,
        };
        // Whoever is chosen or signs in upon a hint is meant: it is no more than that.
        let Some(hint) = hint.filter(|_| request.chosen.is_none()) else {
            return Ok(fitting);
        };
        let upn = Upn::parse(hint).ok();
        let named = |member: &&SignedIn| upn.as_ref().is_some_and(|upn| member.user.upn.key() == upn.key());
        fitting.members.retain(named);
        // What is no name leaves the way to a provider open.
        if upn.is_some() || request.domain_hint.is_none() {
            fitting.name = Some(hint.to_owned());
        }
        Ok(fitting)
    }

    /// What the session lacks for this request.
    fn lack(&self, request: &AuthorizationRequest, member: &SignedIn) -> Option<Lack> {
        let (session, now) = (&member.session, self.now());
        let came = request.signed_in_by(session);
        // How old a provider's check may be, it was asked. A session that goes on standing on more was not proved anew.
        let proved = came
            && (session.authenticated_at >= request.started_at
                || matches!(session.method, SessionMethod::Federated { .. }));
        let more = if came { Lack::Strength } else { Lack::Again };
        let ending = session
            .pass
            .is_some_and(|pass| Seconds::between(now, pass.end) < MIN_TOKEN_LIFETIME);
        if request.multifactor && !session.method.is_multifactor() {
            return Some(more);
        }
        let too_old = |age: i64| Seconds::between(session.authenticated_at, now).0 > age;
        let stale = (request.fresh && too_old(FRESH.0)) || request.max_age.is_some_and(too_old);
        if stale && !proved {
            return Some(more);
        }
        let again = request.prompt == Some(Prompt::Login);
        (ending || (again && !came)).then_some(Lack::Again)
    }

    /// The step that tells the application of a refusal; where a device waits, the person.
    pub(crate) fn refuse(&self, request: &AuthorizationRequest, error: &AuthorizationError) -> AuthorizeStep {
        match request.reply.in_browser() {
            Some(reply) => {
                let answer = self.error_answer(reply, error, request.correlation_id);
                AuthorizeStep::Answer(Box::new(answer))
            }
            None => AuthorizeStep::Device(DeviceStep::Refused(error.clone())),
        }
    }

    /// The application is told that the person does not want to.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn decline_authorization(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<AuthorizeStep, Fault> {
        match &request.reply {
            Reply::Browser(_) | Reply::Consent(_) => {
                Ok(self.refuse(request, &AuthorizationError::declined()))
            }
            Reply::Device(device) => self.decline_device(device).await,
        }
    }
}

impl AuthorizationRequest {
    /// How old the last check of the person may be; zero: it must follow the request.
    pub(crate) fn oldest_check(&self) -> Option<Seconds> {
        let anew = (self.prompt == Some(Prompt::Login)).then_some(0);
        let fresh = self.fresh.then_some(FRESH.0);
        [anew, self.max_age, fresh]
            .into_iter()
            .flatten()
            .min()
            .map(Seconds)
    }
}

/// Whom a request can mean.
struct Fitting<'a> {
    members: Vec<&'a SignedIn>,
    /// The name that it asks for.
    name: Option<String>,
    /// Somebody else signed in for it, which won't do.
    other: bool,
}

/// Whether the person must choose although there is only one account.
const fn must_pick(request: &AuthorizationRequest) -> bool {
    // Consent for everyone is often asked for by a link that others sent: who gives it, says with which account.
    matches!(request.prompt, Some(Prompt::SelectAccount)) || matches!(request.reply, Reply::Consent(_))
}

/// The answer may only go to an address that is registered at this moment.
fn still_registered(request: &AuthorizationRequest, registration: &ClientRegistration) -> bool {
    let Some(reply) = request.reply.in_browser() else {
        return true;
    };
    let mut known = registration.redirect_uris.iter();
    known.any(|known| known.uri.target(&reply.target).is_some() && known.platform == request.platform)
}

fn login_required() -> AuthorizationError {
    let text = "Session information is not sufficient for single-sign-on.";
    AuthorizationError::new("login_required", 50_058, text)
}

fn multifactor_required() -> AuthorizationError {
    let text = "The user must use multifactor authentication, and has registered no method for it.";
    AuthorizationError::new("interaction_required", 50_079, text)
}

fn client_gone() -> AuthorizationError {
    let text = "The application was disabled or its redirect URI was removed meanwhile.";
    AuthorizationError::new("unauthorized_client", 7_000_112, text)
}
