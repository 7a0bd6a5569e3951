//! An administrator's consent for the whole tenant, which an application asks for at an endpoint of its own (Entra's
//! `adminconsent`, in both versions). Nobody signs in to the application by it: the answer holds no code.

use latchkey_domain::ClientRegistration;

use super::answer::{AuthorizationError, ClientAnswer, Reply, ReplyTo, ResponseMode};
use super::check::refuse_repeated;
use super::parameters::Parameters;
use super::request::{
    AuthorizationRequest, AuthorizeFailure, MAX_LOCALES, Prompt, ResponseType, redirect_of,
};
use super::scopes::{Resource, Wanted};
use crate::sign_in::BrowserKey;
use crate::{RequestInfo, Service};

/// What an administrator is asked to consent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentTo {
    /// All that the application registered as wanted (`/{tenant}/adminconsent`).
    Registered,
    /// What the request's `scope` names; `.default` stands for what was registered (`/{tenant}/v2.0/adminconsent`).
    Scopes,
}

impl Service {
    /// Reads the parameters of a request for an administrator's consent.
    ///
    /// # Errors
    /// [`AuthorizeFailure`]
    pub async fn read_consent_request(
        &self,
        parameters: &[(String, String)],
        to: ConsentTo,
        browser: &BrowserKey,
        info: &RequestInfo,
    ) -> Result<AuthorizationRequest, AuthorizeFailure> {
        let parameters = Parameters(parameters);
        let (application, audience, registration) = self.client_of(parameters).await?;
        let (target, platform) = redirect_of(parameters, &registration)?;
        let state = parameters
            .get("state")
            .filter(|_| !parameters.is_repeated("state"));
        let reply = ReplyTo {
            target,
            mode: ResponseMode::Query,
            state: state.map(str::to_owned),
        };
        let scope = refuse_repeated(parameters).and_then(|()| match to {
            ConsentTo::Scopes => parameters.get("scope").map(str::to_owned).ok_or_else(|| {
                let text = "The request must contain the parameter 'scope'.";
                AuthorizationError::invalid_request(900_144, text)
            }),
            ConsentTo::Registered => all_registered(&registration).ok_or_else(nothing_wanted),
        });
        let scope = scope.map_err(|error| {
            let answer = self.error_answer(&reply, &error, info.correlation_id);
            AuthorizeFailure::Answer(Box::new(answer), error)
        })?;
        let request = AuthorizationRequest {
            started_at: self.now(),
            browser: browser.mark(),
            correlation_id: info.correlation_id,
            client_id: application.client_id,
            audience,
            application_name: application.display_name,
            reply: Reply::Consent(reply.clone()),
            redirect_uri: None,
            platform,
            response: ResponseType::CODE,
            scope,
            nonce: None,
            challenge: None,
            prompt: Some(Prompt::AdminConsent),
            login_hint: self.hinted_name(parameters).await?,
            domain_hint: None,
            hinted_user: None,
            max_age: None,
            subject: None,
            auth_time: false,
            acr: false,
            // What counts for everyone is not given by a password alone.
            multifactor: true,
            fresh: false,
            context: None,
            handles_challenges: false,
            key: None,
            client_info: false,
            ui_locales: parameters
                .get("ui_locales")
                .filter(|tags| tags.len() <= MAX_LOCALES)
                .map(str::to_owned),
            chosen: None,
            signed_in: None,
            consented: false,
            shown: None,
            set_up_skipped: false,
        };
        self.check_size(&request, &reply)?;
        Ok(request)
    }

    /// What the application is told once an administrator has consented.
    pub(super) fn consent_answer(&self, reply: &ReplyTo, wants: &[Wanted]) -> ClientAnswer {
        let parameters = vec![
            ("admin_consent", "True".to_owned()),
            ("tenant", self.tenant.id.to_string()),
            ("scope", full_names(wants)),
        ];
        self.answer(reply, parameters)
    }
}

/// All that an application registered as wanted, as scopes.
fn all_registered(registration: &ClientRegistration) -> Option<String> {
    let resources = registration.required_resources.iter();
    let scopes: Vec<String> = resources
        .map(|required| format!("{}/.default", required.resource))
        .collect();
    (!scopes.is_empty()).then(|| scopes.join(" "))
}

/// There is nothing to consent to.
pub(super) fn nothing_wanted() -> AuthorizationError {
    let text =
        "Misconfigured application: it has registered no permissions that an administrator could consent to.";
    AuthorizationError::invalid_request(650_056, text)
}

/// The scopes of every resource, each with its resource unless that is our Graph.
fn full_names(wants: &[Wanted]) -> String {
    let names = wants.iter().flat_map(|wanted| {
        wanted.scopes.iter().map(|scope| match &wanted.resource {
            Resource::Graph { .. } => scope.clone(),
            Resource::Api(api) => format!("{}/{scope}", api.name),
        })
    });
    names.collect::<Vec<_>>().join(" ")
}
