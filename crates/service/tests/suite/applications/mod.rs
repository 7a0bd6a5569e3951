//! An application as its developers would write it, and people who are signed in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::{Secret, TokenKind, generate_token, token_hash};
use latchkey_domain::{
    Action, Activity, AppId, AppRoleAssignment, AppRoleAssignmentKey, AppRoleId, AppSecret, Application,
    AssignedKind, AuditEvent, AuditId, AuditOutcome, Caller, ClientId, ClientRegistration, CorrelationId,
    DelegatedGrantKey, Initiator, PassRequest, PermissionSet, Permit, Platform, RedirectUri,
    RegisteredRedirect, Seconds, SecretId, ServicePrincipalId, Session, SessionId, SessionMethod, Upn,
    UserId, UserRef, may,
};
use latchkey_service::{
    AccessError, AuthorizationRequest, AuthorizeFailure, AuthorizeStep, BearerError, BrowserKey,
    ClientAnswer, ClientAuthError, ClientClaim, ClientProof, Clock, CodeRequest, GrantFailure, GrantWish,
    Possession, Presented, RefreshRequest, SignedIn, TokenGrant,
};
use serde_json::Value;

use crate::common::World;

/// The example of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SECRET: &str = "lk_sec_test";

/// Who is told of a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answered {
    Page,
    Application,
}

pub(crate) struct App {
    pub(crate) client_id: ClientId,
    pub(crate) redirect: &'static str,
    principal: ServicePrincipalId,
    secret: Option<String>,
}

fn permit() -> Permit {
    may(&Caller::Console, Action::AssignRole, None).unwrap()
}

fn event(world: &World, activity: Activity) -> AuditEvent {
    AuditEvent {
        id: AuditId::from_bytes(world.service.random_id()),
        at: world.clock.now(),
        activity,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: Vec::new(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([9; 16]),
    }
}

impl App {
    pub(crate) async fn public(world: &World) -> Self {
        Self::registered(world, Platform::PublicClient, |_| {}).await
    }

    pub(crate) async fn web(world: &World) -> Self {
        Self::registered(world, Platform::Web, |_| {}).await
    }

    pub(crate) async fn registered(
        world: &World,
        platform: Platform,
        change: impl FnOnce(&mut ClientRegistration),
    ) -> Self {
        let id = || world.service.random_id();
        let now = world.clock.now();
        let application = Application {
            id: AppId::from_bytes(id()),
            client_id: ClientId::from_bytes(id()),
            service_principal_id: ServicePrincipalId::from_bytes(id()),
            display_name: "Files".to_owned(),
            enabled: true,
            permissions: PermissionSet::EMPTY,
            created_at: now,
        };
        let secret = (platform == Platform::Web).then(|| AppSecret {
            id: SecretId::from_bytes(id()),
            client_id: application.client_id,
            display_name: None,
            hash: token_hash(SECRET),
            hint: "lk_".to_owned(),
            start_at: now,
            end_at: now + Seconds(1_000_000),
        });
        let (registered, redirect) = match platform {
            Platform::Web => ("https://app.example.com/cb", "https://app.example.com/cb"),
            _ => ("http://localhost", "http://localhost:4711"),
        };
        let mut registration = ClientRegistration {
            redirect_uris: vec![RegisteredRedirect {
                uri: RedirectUri::parse(registered, platform).unwrap(),
                platform,
            }],
            ..ClientRegistration::default()
        };
        change(&mut registration);
        let app = Self {
            client_id: application.client_id,
            redirect,
            principal: application.service_principal_id,
            secret: secret.is_some().then(|| SECRET.to_owned()),
        };
        let events = (
            event(world, Activity::AddApplication),
            event(world, Activity::UpdateApplication),
        );
        world
            .service
            .store()
            .write_with(
                (application, secret, registration, events),
                |w, (application, secret, registration, events)| {
                    Box::pin(async move {
                        w.insert_application(&permit(), application, secret.as_ref(), &events.0)
                            .await?;
                        w.save_registration(&permit(), application.client_id, registration, &events.1)
                            .await
                    })
                },
            )
            .await
            .unwrap();
        app
    }

    /// Its owner changes what it is registered for.
    pub(crate) async fn change(&self, world: &World, change: impl FnOnce(&mut ClientRegistration)) {
        let mut reader = world.service.store().read().await.unwrap();
        let known = reader.registration(self.client_id).await.unwrap();
        drop(reader);
        let mut registration = ClientRegistration::clone(&known.unwrap_or_default());
        change(&mut registration);
        let input = (
            self.client_id,
            registration,
            event(world, Activity::UpdateApplication),
        );
        world
            .service
            .store()
            .write_with(input, |w, (client_id, registration, event)| {
                Box::pin(async move {
                    w.save_registration(&permit(), *client_id, registration, event)
                        .await
                })
            })
            .await
            .unwrap();
    }

    pub(crate) fn with_secret(&self, secret: Option<&str>) -> Self {
        Self {
            secret: secret.map(str::to_owned),
            ..*self
        }
    }

    // --- People ---

    /// Somebody who signed in with a pass of so many minutes and has consented.
    pub(crate) async fn person(&self, world: &World, upn: &str, minutes: u32) -> SignedIn {
        let user = world.user(upn).await;
        let request = PassRequest {
            lifetime: Some(minutes.into()),
            ..PassRequest::default()
        };
        let issued = world.issue(&user, request).await;
        let opened = world.sign_in(upn, issued.code.expose()).await;
        let member = world.signed_in(&opened).await.unwrap();
        self.has_consent(world, member.user.id).await;
        member
    }

    /// Somebody who signed in with a passkey and has consented.
    pub(crate) async fn passkey_person(&self, world: &World, upn: &str) -> SignedIn {
        let member = self.signed_in(world, upn, 0).await;
        self.consent(world, &member, &[]).await;
        member
    }

    /// Somebody who signed in with a passkey.
    pub(crate) async fn signed_in(&self, world: &World, upn: &str, _: u32) -> SignedIn {
        let name = UserRef::Name(Upn::parse(upn).unwrap());
        if world.service.show_user(&Caller::Console, &name).await.is_err() {
            world.user(upn).await;
        }
        let user = world.service.show_user(&Caller::Console, &name).await.unwrap();
        let session = Session::open(
            SessionId::from_bytes(world.service.random_id()),
            user.id,
            SessionMethod::Passkey,
            None,
            world.clock.now(),
        );
        keep(world, session).await;
        SignedIn { session, user }
    }

    /// The same person, signed in once more with the same pass.
    pub(crate) async fn again(&self, world: &World, before: &SignedIn) -> SignedIn {
        let stored = world
            .service
            .store()
            .read()
            .await
            .unwrap()
            .pass_of(before.user.id)
            .await
            .unwrap();
        let session = Session::open(
            SessionId::from_bytes(world.service.random_id()),
            before.user.id,
            before.session.method,
            stored.as_ref().map(|stored| &stored.pass),
            world.clock.now(),
        );
        keep(world, session).await;
        SignedIn {
            session,
            user: before.user.clone(),
        }
    }

    pub(crate) async fn consent(&self, world: &World, member: &SignedIn, changes: &[(&str, &str)]) {
        let request = self.begin(world, changes).await;
        if let Some(request) = self.asked(world, &request, member).await {
            let info = world.info();
            let accepted = world.service.accept_authorization(&request, member, false, &info);
            accepted.await.unwrap();
        }
    }

    /// Somebody's default consent that was given before, whatever they have to do before they could be asked.
    pub(crate) async fn has_consent(&self, world: &World, user: UserId) {
        let wish = GrantWish {
            key: DelegatedGrantKey {
                client: self.principal,
                resource: ServicePrincipalId::GRAPH,
                principal: Some(user),
            },
            scope: "User.Read openid profile offline_access".to_owned(),
        };
        let info = world.info();
        let made = world.service.create_grant(&Caller::Console, &info, wish);
        made.await.unwrap();
    }

    /// The request as the form of its consent page carries it; none if there is nothing to ask.
    pub(crate) async fn asked(
        &self,
        world: &World,
        request: &AuthorizationRequest,
        member: &SignedIn,
    ) -> Option<AuthorizationRequest> {
        let chosen = request.with_chosen(member.session.id).with_set_up_skipped();
        match self.go_on(world, &chosen, std::slice::from_ref(member)).await {
            AuthorizeStep::Consent(question) => Some(request.with_shown(&question)),
            _ => None,
        }
    }

    /// The person reads the consent page and says yes.
    pub(crate) async fn accept(
        &self,
        world: &World,
        request: &AuthorizationRequest,
        member: &SignedIn,
        for_everyone: bool,
    ) -> Result<AuthorizationRequest, AccessError> {
        let asked = self.asked(world, request, member).await.unwrap();
        world
            .service
            .accept_authorization(&asked, member, for_everyone, &world.info())
            .await
    }

    pub(crate) async fn assign(&self, world: &World, user: UserId, role: AppRoleId) {
        let assignment = AppRoleAssignment {
            key: AppRoleAssignmentKey {
                principal: user.into(),
                resource: self.principal,
                role,
            },
            kind: AssignedKind::User,
            created_at: world.clock.now(),
        };
        save_assignment(world, assignment).await;
    }

    /// The application holds a role of another one itself.
    pub(crate) async fn assign_itself(&self, world: &World, to: &App, role: AppRoleId) {
        let assignment = AppRoleAssignment {
            key: AppRoleAssignmentKey {
                principal: self.principal.into(),
                resource: to.principal,
                role,
            },
            kind: AssignedKind::ServicePrincipal,
            created_at: world.clock.now(),
        };
        save_assignment(world, assignment).await;
    }

    // --- The authorization endpoint ---

    /// The parameters of an ordinary request, with changes; an empty value leaves one out.
    pub(crate) fn request(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let client = self.client_id.to_string();
        let mut pairs = vec![
            ("client_id", client.as_str()),
            ("response_type", "code"),
            ("redirect_uri", self.redirect),
            ("scope", "User.Read openid profile offline_access"),
            ("state", "s-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            pairs.retain(|(known, _)| known != name);
            pairs.push((name, value));
        }
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    pub(crate) async fn begin_in(
        &self,
        world: &World,
        changes: &[(&str, &str)],
    ) -> (AuthorizationRequest, BrowserKey) {
        let browser = world.service.new_browser_key();
        let read = world
            .service
            .read_authorization_request(&self.request(changes), &browser, &world.info())
            .await;
        (read.unwrap(), browser)
    }

    pub(crate) async fn begin(&self, world: &World, changes: &[(&str, &str)]) -> AuthorizationRequest {
        self.begin_in(world, changes).await.0
    }

    pub(crate) async fn go_on(
        &self,
        world: &World,
        request: &AuthorizationRequest,
        sessions: &[SignedIn],
    ) -> AuthorizeStep {
        world
            .service
            .continue_authorization(request, sessions, &world.info())
            .await
            .unwrap()
    }

    pub(crate) async fn step(
        &self,
        world: &World,
        sessions: &[SignedIn],
        changes: &[(&str, &str)],
    ) -> AuthorizeStep {
        let request = self.begin(world, changes).await;
        self.go_on(world, &request, sessions).await
    }

    pub(crate) async fn answer(
        &self,
        world: &World,
        session: &SignedIn,
        changes: &[(&str, &str)],
    ) -> ClientAnswer {
        match self.step(world, std::slice::from_ref(session), changes).await {
            AuthorizeStep::Answer(answer) => *answer,
            AuthorizeStep::Consent(_) => {
                self.consent(world, session, changes).await;
                match self.step(world, std::slice::from_ref(session), changes).await {
                    AuthorizeStep::Answer(answer) => *answer,
                    other => panic!("no answer: {other:?}"),
                }
            }
            other => panic!("no answer: {other:?}"),
        }
    }

    /// The answer when several are signed in; `who` consents first.
    pub(crate) async fn answer_of(
        &self,
        world: &World,
        sessions: &[SignedIn],
        changes: &[(&str, &str)],
        who: &SignedIn,
    ) -> ClientAnswer {
        self.consent(world, who, changes).await;
        match self.step(world, sessions, changes).await {
            AuthorizeStep::Answer(answer) => *answer,
            other => panic!("no answer: {other:?}"),
        }
    }

    pub(crate) async fn code(&self, world: &World, session: &SignedIn, changes: &[(&str, &str)]) -> String {
        let answer = self.answer(world, session, changes).await;
        let code = value(&answer, "code");
        assert!(!code.is_empty(), "{answer:?}");
        code
    }

    /// Who is told, and with which number; 0 is success.
    pub(crate) async fn refused(&self, world: &World, changes: &[(&str, &str)]) -> (Answered, u32) {
        self.refusal_of(world, &self.request(changes)).await
    }

    pub(crate) async fn refusal_of(&self, world: &World, request: &[(String, String)]) -> (Answered, u32) {
        let browser = world.service.new_browser_key();
        let read = world
            .service
            .read_authorization_request(request, &browser, &world.info())
            .await;
        match read {
            Err(AuthorizeFailure::Page(error)) => (Answered::Page, error.number),
            Err(AuthorizeFailure::Answer(answer, _)) => {
                assert!(answer.target.starts_with(self.redirect), "{answer:?}");
                (Answered::Application, number(&answer))
            }
            Err(other) => panic!("{other}"),
            Ok(request) => match self.go_on(world, &request, &[]).await {
                AuthorizeStep::Answer(answer) => (Answered::Application, number(&answer)),
                other => panic!("not refused: {other:?}"),
            },
        }
    }

    /// `prompt=none` with this session.
    pub(crate) async fn silent(
        &self,
        world: &World,
        session: &SignedIn,
        changes: &[(&str, &str)],
    ) -> (Answered, u32) {
        let changes = [changes, &[("prompt", "none")]].concat();
        match self.step(world, std::slice::from_ref(session), &changes).await {
            AuthorizeStep::Answer(answer) => (Answered::Application, number(&answer)),
            other => panic!("a page: {other:?}"),
        }
    }

    // --- The token endpoint ---

    pub(crate) async fn redeem(&self, world: &World, code: &str) -> Result<TokenGrant, u32> {
        self.redeem_with(world, code, Some(self.redirect), Some(VERIFIER), None)
            .await
    }

    pub(crate) async fn redeem_with(
        &self,
        world: &World,
        code: &str,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        origin: Option<&str>,
    ) -> Result<TokenGrant, u32> {
        let client_id = self.client_id.to_string();
        let request = CodeRequest {
            client: self.claim(&client_id, origin),
            code,
            redirect_uri,
            verifier,
            scope: None,
            claims: None,
        };
        let redeemed = world.service.redeem_code(request, &world.info()).await;
        redeemed.map_err(|failure| failure_number(&failure))
    }

    pub(crate) async fn refresh(&self, world: &World, tokens: &TokenGrant) -> Result<TokenGrant, u32> {
        self.refresh_from(world, tokens, None).await
    }

    pub(crate) async fn refresh_from(
        &self,
        world: &World,
        tokens: &TokenGrant,
        origin: Option<&str>,
    ) -> Result<TokenGrant, u32> {
        self.refresh_with(world, tokens, origin, None).await
    }

    pub(crate) async fn refresh_with(
        &self,
        world: &World,
        tokens: &TokenGrant,
        origin: Option<&str>,
        claims: Option<&str>,
    ) -> Result<TokenGrant, u32> {
        let client_id = self.client_id.to_string();
        let request = RefreshRequest {
            client: self.claim(&client_id, origin),
            refresh_token: tokens.refresh_token.as_ref().unwrap().expose(),
            scope: None,
            claims,
        };
        let refreshed = world.service.refresh(request, &world.info()).await;
        refreshed.map_err(|failure| failure_number(&failure))
    }

    /// For other scopes than the ones so far.
    pub(crate) async fn refresh_for(
        &self,
        world: &World,
        tokens: &TokenGrant,
        scope: &str,
    ) -> Result<TokenGrant, u32> {
        let client_id = self.client_id.to_string();
        let request = RefreshRequest {
            client: self.claim(&client_id, None),
            refresh_token: tokens.refresh_token.as_ref().unwrap().expose(),
            scope: Some(scope),
            claims: None,
        };
        let refreshed = world.service.refresh(request, &world.info()).await;
        refreshed.map_err(|failure| failure_number(&failure))
    }

    pub(crate) fn claim<'a>(&self, client_id: &'a str, origin: Option<&'a str>) -> ClientClaim<'a> {
        ClientClaim {
            client_id,
            proof: match self.secret.clone() {
                Some(secret) => ClientProof::Secret(Secret::new(secret)),
                None => ClientProof::Nothing,
            },
            origin,
            proof_of_key: None,
        }
    }

    pub(crate) async fn caller(&self, world: &World, tokens: &TokenGrant) -> Result<Caller, BearerError> {
        let header = bearer(tokens);
        let presented = Presented {
            authorization: Some(&header),
            possession: Possession::Unproved,
        };
        world.service.authenticate_bearer(presented).await
    }
}

async fn save_assignment(world: &World, assignment: AppRoleAssignment) {
    let event = event(world, Activity::AddAppRoleAssignment);
    world
        .service
        .store()
        .write_with((assignment, event), |w, (assignment, event)| {
            Box::pin(async move { w.insert_app_role_assignment(&permit(), assignment, event).await })
        })
        .await
        .unwrap();
}

async fn keep(world: &World, session: Session) {
    let token = generate_token(&*world.random, TokenKind::Session);
    let hash: [u8; 32] = token_hash(token.expose());
    world
        .service
        .store()
        .write_with((session, hash), |w, (session, hash)| {
            Box::pin(async move { w.insert_session(session, hash).await })
        })
        .await
        .unwrap();
}

pub(crate) fn bearer(tokens: &TokenGrant) -> String {
    format!("Bearer {}", tokens.access_token.expose())
}

/// A parameter of an answer; empty when it has none of this name.
pub(crate) fn value(answer: &ClientAnswer, name: &str) -> String {
    let found = answer.parameters.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// The number of an answer that tells of a mistake; 0 for others.
pub(crate) fn number(answer: &ClientAnswer) -> u32 {
    let text = value(answer, "error_description");
    let digits = text
        .strip_prefix("AADSTS")
        .and_then(|text| text.split(':').next());
    digits.map_or(0, |digits| digits.parse().unwrap())
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// A part of a token: 0 is its header, 1 its claims.
pub(crate) fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub(crate) fn failure_number(failure: &GrantFailure) -> u32 {
    match failure {
        GrantFailure::Grant(error) => error.number(),
        GrantFailure::Device(error) => error.number(),
        GrantFailure::Scope(error) => error.code().1,
        GrantFailure::Consent => 65_001,
        GrantFailure::Claims(_) | GrantFailure::NotRevocable => 9_002_313,
        GrantFailure::Unmet(_) => 50_076,
        GrantFailure::OriginMissing => 9_002_327,
        GrantFailure::OriginForbidden => 9_002_326,
        GrantFailure::Client(ClientAuthError::SecretMissing) => 7_000_218,
        GrantFailure::Client(ClientAuthError::SecretWrong) => 7_000_215,
        GrantFailure::Client(ClientAuthError::SecretOfPublicClient) => 700_025,
        GrantFailure::Client(ClientAuthError::Assertion(error)) => error.number(),
        other => panic!("{other}"),
    }
}
