//! The door over real HTTP on loopback, in front of a small organisation on a temporary database, with a
//! clock that is moved by hand.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use latchkey_crypto::{
    HashPool, HashPoolConfig, MasterKeys, Rng, Secret, SeededRng, TokenKind, generate_token, random_id_bytes,
    token_hash,
};
use latchkey_domain::{
    Action, Activity, AppId, AppSecret, Application, ApplicationStanding, AskedFor, AuditEvent, AuditId,
    AuditOutcome, Authorization, AuthorizationId, Caller, ClientId, CorrelationId, GraphPermission,
    Initiator, PermissionSet, Platform, RoleId, RoleScope, Seconds, SecretId, ServicePrincipalId, Session,
    SessionId, SessionMethod, Timestamp, Upn, User, UserId, UserRef, may,
};
use latchkey_service::{
    ClientCredentialsRequest, ClientProof, DelegatedTokenRequest, ManualClock, NewTenant, Outbound,
    OutboundAnswer, OutboundFuture, OutboundRequest, Parts, ProvedBy, RequestInfo, Service, Settings,
    UserWish, create_tenant,
};
use latchkey_store::Store;
use latchkey_store::testing::{TestDatabase, TestEngine};
use serde_json::{Value, json};

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const NOBODY: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const PASSWORD: &str = "violet anchor teapot 7";

/// Takes the server's own requests: says that it wants them, unless it is deaf, and keeps them.
#[derive(Default)]
pub(crate) struct Receiver {
    pub deaf: AtomicBool,
    pub requests: Mutex<Vec<OutboundRequest>>,
}

impl Outbound for Receiver {
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
        let token = request.url.split_once("validationToken=").map(|(_, token)| token);
        let text = percent_encoding::percent_decode_str(token.unwrap_or_default());
        let body = text.decode_utf8().unwrap().into_owned().into_bytes();
        self.requests.lock().unwrap().push(request);
        let status = if self.deaf.load(Ordering::SeqCst) {
            404
        } else {
            200
        };
        Box::pin(async move { Ok(OutboundAnswer { status, body }) })
    }
}

pub(crate) struct TestApp {
    pub service: Arc<Service>,
    pub receiver: Arc<Receiver>,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub random: Rng,
    pub address: SocketAddr,
    pub root: UserId,
    /// A token of an application with every permission.
    pub admin: String,
    client: Client<HttpConnector, Full<Bytes>>,
    _database: TestDatabase,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// Checks the envelope of an error and answers its message.
    #[track_caller]
    pub(crate) fn error(self, status: u16, code: &str) -> String {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        assert_eq!(self.status, status, "{text}");
        let body = self.json();
        let error = &body["error"];
        assert_eq!(error["code"], code, "{text}");
        assert_eq!(
            error["innerError"]["request-id"],
            self.header("request-id"),
            "{text}"
        );
        assert_eq!(
            error["innerError"]["client-request-id"],
            self.header("client-request-id"),
            "{text}"
        );
        assert_eq!(
            error["innerError"]["date"].as_str().unwrap().len(),
            "2026-11-02T09:00:12".len(),
            "{text}"
        );
        assert_eq!(self.header("content-type"), "application/json");
        error["message"].as_str().unwrap().to_owned()
    }
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With other settings.
    pub(crate) async fn with(adjust: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::new(TestEngine::Sqlite).await;
        let store = database.open().await;
        let clock = Arc::new(ManualClock::new(START));
        let random: Rng = Arc::new(SeededRng::new(11));
        let master_keys = Arc::new(MasterKeys::generate(&*random));
        let hash_pool = Arc::new(HashPool::start(HashPoolConfig::with_threads(2)).unwrap());
        let first = create_tenant(NewTenant {
            store: &store,
            master_keys: &master_keys,
            hash_pool: &hash_pool,
            random: &random,
            clock: &*clock,
            display_name: "Example".into(),
            domain: "example.com".into(),
            administrator: Upn::parse("root@example.com").unwrap(),
        })
        .await
        .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = Arc::new(Receiver::default());
        let mut settings = Settings::new(format!("http://localhost:{}", address.port()), "localhost".into());
        adjust(&mut settings);
        let service = Service::open(Parts {
            store: store.clone(),
            clock: clock.clone(),
            random: random.clone(),
            master_keys,
            hash_pool,
            outbound: receiver.clone(),
            settings,
        })
        .await
        .unwrap();
        let service = Arc::new(service);
        let door = Arc::clone(&service);
        let router = axum::Router::new()
            .fallback(move |request: axum::extract::Request| latchkey_graph::answer(door, request));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Client::builder(TokioExecutor::new()).build_http();
        let mut app = Self {
            service,
            receiver,
            store,
            clock,
            random,
            address,
            root: first.administrator,
            admin: String::new(),
            client,
            _database: database,
        };
        app.admin = app.token_of(first.client_id, first.client_secret).await;
        app
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.clock.advance(Seconds(seconds));
    }

    fn id(&self) -> [u8; 16] {
        random_id_bytes(&*self.random)
    }

    pub(crate) fn info(&self) -> RequestInfo {
        RequestInfo::console(CorrelationId::from_bytes(self.id()))
    }

    // --- Callers ---

    async fn token_of(&self, client_id: ClientId, secret: Secret<String>) -> String {
        let request = ClientCredentialsRequest {
            client_id: &client_id.to_string(),
            proof: ClientProof::Secret(secret),
            scope: "https://graph.microsoft.com/.default",
            handles_challenges: true,
            proof_of_key: None,
        };
        self.service
            .issue_application_token(request)
            .await
            .unwrap()
            .access_token
            .expose()
            .clone()
    }

    async fn application(&self, permissions: PermissionSet) -> (Application, Secret<String>) {
        let application = Application {
            id: AppId::from_bytes(self.id()),
            client_id: ClientId::from_bytes(self.id()),
            service_principal_id: ServicePrincipalId::from_bytes(self.id()),
            display_name: "A client".into(),
            enabled: true,
            permissions,
            created_at: START,
        };
        let secret = generate_token(&*self.random, TokenKind::ClientSecret);
        let stored = AppSecret {
            id: SecretId::from_bytes(self.id()),
            client_id: application.client_id,
            display_name: None,
            hash: token_hash(secret.expose()),
            hint: "abc".into(),
            start_at: START,
            end_at: START + Seconds(1_000_000_000),
        };
        let event = AuditEvent {
            id: AuditId::from_bytes(self.id()),
            at: START,
            activity: Activity::AddApplication,
            outcome: AuditOutcome::Success,
            reason: String::new(),
            initiator: Initiator::Console,
            ip_address: "::1".into(),
            targets: Vec::new(),
            details: Vec::new(),
            correlation_id: CorrelationId::from_bytes(self.id()),
        };
        let permit = may(&Caller::Console, Action::CreateUser, None).unwrap();
        self.store
            .write_with(
                (permit, application.clone(), stored, event),
                |writer, (permit, application, secret, event)| {
                    Box::pin(async move {
                        writer
                            .insert_application(permit, application, Some(secret), event)
                            .await
                    })
                },
            )
            .await
            .unwrap();
        (application, secret)
    }

    /// A token of an application with these permissions.
    pub(crate) async fn app(&self, permissions: &[GraphPermission]) -> String {
        let (application, secret) = self.application(permissions.iter().copied().collect()).await;
        self.token_of(application.client_id, secret).await
    }

    /// A token of a person, with these scopes, and the session behind it.
    pub(crate) async fn person(&self, user: UserId, scopes: &[GraphPermission]) -> (String, SessionId) {
        let (application, _) = self.application(PermissionSet::EMPTY).await;
        let user = self
            .service
            .show_user(&Caller::Console, &UserRef::Id(user))
            .await
            .unwrap();
        let now = self.service.now();
        let session = Session::open(
            SessionId::from_bytes(self.id()),
            user.id,
            SessionMethod::Passkey,
            None,
            now,
        );
        let hash = token_hash(generate_token(&*self.random, TokenKind::Session).expose());
        self.store
            .write_with((session, hash), |writer, (session, hash)| {
                Box::pin(async move { writer.insert_session(session, hash).await })
            })
            .await
            .unwrap();
        let authorization = Authorization {
            id: AuthorizationId::from_bytes(self.id()),
            client_id: application.client_id,
            user_id: user.id,
            session_id: session.id,
            method: session.method,
            pass: None,
            authenticated_at: now,
            created_at: now,
            fixed_end: None,
            ended: None,
            offline: false,
            asked: AskedFor {
                audience: application.client_id.to_string(),
                platform: Platform::PublicClient,
                scope: String::new(),
                nonce: None,
                auth_time: false,
                acr: false,
                handles_challenges: true,
                key: None,
            },
        };
        self.store
            .write_with(authorization.clone(), |writer, authorization| {
                Box::pin(async move { writer.insert_authorization(authorization).await })
            })
            .await
            .unwrap();
        let scopes: Vec<String> = scopes.iter().map(|scope| scope.value().to_owned()).collect();
        let token = self
            .service
            .issue_delegated_token(
                &DelegatedTokenRequest {
                    authorization: &authorization,
                    user: &user,
                    client: &ApplicationStanding {
                        application,
                        roles: Vec::new(),
                    },
                    session: Some(session.id),
                    proved: ProvedBy::Nothing,
                    key: None,
                    scopes: &scopes,
                    ip_address: "127.0.0.1",
                },
                None,
            )
            .await
            .unwrap();
        (token.access_token.expose().clone(), session.id)
    }

    // --- People ---

    pub(crate) async fn user(&self, alias: &str) -> User {
        let wish = UserWish {
            upn: Some(format!("{alias}@example.com")),
            display_name: Some(format!("Test {alias}")),
            mail_nickname: Some(alias.replace('#', "")),
            account_enabled: Some(true),
            password: Some(Secret::new(PASSWORD.to_owned())),
            ..UserWish::default()
        };
        self.service
            .create_user(&Caller::Console, &self.info(), wish)
            .await
            .unwrap()
    }

    pub(crate) async fn give_role(&self, user: UserId, role: RoleId) {
        self.service
            .assign_role(
                &Caller::Console,
                &self.info(),
                role,
                user.into(),
                RoleScope::Tenant,
            )
            .await
            .unwrap();
    }

    // --- Requests ---

    /// A request whose every part is the test's own; the path begins behind the address.
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            // Also what is no ASCII, which clients do send.
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request = request.header(*name, value);
        }
        let answer = self
            .client
            .request(request.body(Full::from(body)).unwrap())
            .await
            .unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// A request below `/v1.0`.
    pub(crate) async fn send(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let authorization = format!("Bearer {token}");
        let path = path.replace(' ', "%20");
        let mut headers = vec![("authorization", authorization.as_str())];
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.raw(method, &format!("/v1.0{path}"), &headers, bytes).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&self.admin, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(&self.admin, Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(&self.admin, Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(&self.admin, Method::DELETE, path, None).await
    }

    /// The body of a pass's creation.
    pub(crate) async fn issue(&self, user: UserId) -> Value {
        self.post(&passes(user), json!({})).await.ok(201)
    }
}

/// The path of a user's passes.
pub(crate) fn passes(user: UserId) -> String {
    format!("/users/{user}/authentication/temporaryAccessPassMethods")
}

pub(crate) const POLICY: &str =
    "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass";
