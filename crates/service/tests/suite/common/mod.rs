//! A small organisation on a temporary database, with a clock that is moved by hand.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use latchkey_crypto::testing::Publisher;
use latchkey_crypto::{AuthenticatorMetadata, HashPool, HashPoolConfig, MasterKeys, Rng, Secret, SeededRng};
use latchkey_domain::{
    Caller, CorrelationId, PassPolicyChange, PassRequest, Seconds, SignInError, Timestamp, Upn, UserRef,
};
use latchkey_service::{
    BrowserKey, Clock, Flow, IssuedPass, Letter, MailError, MailFuture, MailSetup, ManualClock, NewTenant,
    OpenedSession, Outbound, OutboundAnswer, OutboundError, OutboundFuture, OutboundRequest, Parts, Replaces,
    RequestInfo, Service, Settings, SignInFailure, SignInStep, SignedIn, UserWish, create_tenant,
};
use latchkey_store::{DatabaseUrl, Store, StoreOptions};
use tokio::sync::Semaphore;

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) random: Rng,
    pub(crate) outbound: Arc<Receiver>,
    master_keys: Arc<MasterKeys>,
    hash_pool: Arc<HashPool>,
    sources: AtomicU32,
}

/// Takes the server's own requests. Answers those to the addresses of `documents` with these; each other one with the
/// next of `statuses`, then with 200, and echoes a `validationToken`.
#[derive(Default)]
pub(crate) struct Receiver {
    pub(crate) requests: Mutex<Vec<(String, String)>>,
    pub(crate) statuses: Mutex<VecDeque<u16>>,
    pub(crate) documents: Mutex<HashMap<String, String>>,
    /// Where nobody answers: after a while, that is when somebody lets them.
    pub(crate) silent: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Mail can leave.
    pub(crate) has_mail: AtomicBool,
    /// Letters that left.
    pub(crate) letters: Mutex<Vec<Letter>>,
    /// What becomes of the next letters instead.
    pub(crate) mail_errors: Mutex<VecDeque<MailError>>,
}

impl Outbound for Receiver {
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
        let body = request
            .body
            .map_or_else(String::new, |body| body.text.expose().clone());
        let document = self.documents.lock().unwrap().get(&request.url).cloned();
        let echo = request.url.split_once("validationToken=").map(|(_, token)| {
            let token = percent_encoding::percent_decode_str(token);
            token.decode_utf8().unwrap().into_owned()
        });
        let silent = self.silent.lock().unwrap().get(&request.url).cloned();
        self.requests.lock().unwrap().push((request.url, body));
        if let Some(silent) = silent {
            return Box::pin(async move {
                silent.acquire().await.unwrap().forget();
                Err(OutboundError::TimedOut)
            });
        }
        let answer = match document {
            Some(text) => OutboundAnswer {
                status: 200,
                body: text.into_bytes(),
            },
            None => OutboundAnswer {
                status: self.statuses.lock().unwrap().pop_front().unwrap_or(200),
                body: echo.unwrap_or_default().into_bytes(),
            },
        };
        Box::pin(async move { Ok(answer) })
    }

    fn lets_pass(&self, host: &str) -> bool {
        host != "10.0.0.1"
    }

    fn mail(&self) -> Option<MailSetup> {
        self.has_mail.load(Ordering::SeqCst).then(|| MailSetup {
            server: "mail.example.com:587".to_owned(),
            from: "latchkey@example.com".to_owned(),
        })
    }

    fn send_mail(&self, letter: Letter) -> MailFuture<'_> {
        let error = self.mail_errors.lock().unwrap().pop_front();
        if error.is_none() {
            self.letters.lock().unwrap().push(letter);
        }
        let outcome = error.map_or(Ok(()), Err);
        Box::pin(async move { outcome })
    }
}

impl Receiver {
    /// What came since the last call: address and body.
    pub(crate) fn taken(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

impl World {
    /// A world on the given database, which must be empty.
    pub(crate) async fn on(url: &DatabaseUrl) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let random: Rng = Arc::new(SeededRng::new(7));
        let master_keys = Arc::new(MasterKeys::generate(&*random));
        let hash_pool = Arc::new(HashPool::start(HashPoolConfig::with_threads(2)).unwrap());
        let store = Store::open(url, StoreOptions::default()).await.unwrap();
        create_tenant(NewTenant {
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
        let settings = Settings::new("https://localhost:8443".into(), "localhost".into());
        let outbound = Arc::new(Receiver::default());
        let parts = Parts {
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::clone(&random),
            master_keys: Arc::clone(&master_keys),
            hash_pool: Arc::clone(&hash_pool),
            outbound: Arc::clone(&outbound) as Arc<dyn Outbound>,
            settings,
        };
        let service = Arc::new(Service::open(parts).await.unwrap());
        Self {
            service,
            clock,
            random,
            outbound,
            master_keys,
            hash_pool,
            sources: AtomicU32::new(0),
        }
    }

    /// The server starts again with other settings.
    pub(crate) async fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.service.settings().clone();
        change(&mut settings);
        let parts = Parts {
            store: self.service.store().clone(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            random: Arc::clone(&self.random),
            master_keys: Arc::clone(&self.master_keys),
            hash_pool: Arc::clone(&self.hash_pool),
            outbound: Arc::clone(&self.outbound) as Arc<dyn Outbound>,
            settings,
        };
        self.service = Arc::new(Service::open(parts).await.unwrap());
    }

    /// A request from an address that no other request came from, so that counters of sources don't meet.
    pub(crate) fn info(&self) -> RequestInfo {
        let source = self.sources.fetch_add(1, Ordering::SeqCst);
        let [_, _, high, low] = source.to_be_bytes();
        self.info_from([10, 0, high, low])
    }

    pub(crate) fn info_from(&self, address: [u8; 4]) -> RequestInfo {
        let id = CorrelationId::from_bytes(self.service.random_id());
        RequestInfo::new(
            id,
            address.into(),
            "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        )
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.clock.advance(Seconds(seconds));
    }

    /// The server knows the makes of these entries.
    pub(crate) fn knows_makes(&self, entries: &[serde_json::Value]) {
        let publisher = Publisher::new("mds.fidoalliance.org");
        let cas = [publisher.ca.as_slice().into()];
        let file = publisher.publish(entries);
        let metadata = AuthenticatorMetadata::read(&file, self.clock.now(), &cas).unwrap();
        self.service.replace_authenticators(metadata);
    }

    pub(crate) async fn user(&self, name: &str) -> UserRef {
        self.user_with(name, None).await
    }

    pub(crate) async fn user_with(&self, name: &str, password: Option<&str>) -> UserRef {
        let alias = name.split('@').next().unwrap();
        let wish = UserWish {
            upn: Some(name.to_owned()),
            display_name: Some(alias.to_owned()),
            mail_nickname: Some(alias.replace(|c: char| !c.is_ascii_alphanumeric(), "")),
            account_enabled: Some(true),
            password: Some(Secret::new(
                password.unwrap_or("nobody knows this one").to_owned(),
            )),
            ..Default::default()
        };
        UserRef::Id(
            self.service
                .create_user(&Caller::Console, &self.info(), wish)
                .await
                .unwrap()
                .id,
        )
    }

    pub(crate) async fn issue(&self, user: &UserRef, request: PassRequest) -> IssuedPass {
        self.service
            .issue_pass(&Caller::Console, &self.info(), user, request, Replaces::Whatever)
            .await
            .unwrap()
    }

    pub(crate) async fn one_time(&self, user: &UserRef) -> IssuedPass {
        self.issue(
            user,
            PassRequest {
                one_time: Some(true),
                ..Default::default()
            },
        )
        .await
    }

    pub(crate) async fn policy(&self, change: PassPolicyChange) {
        self.service
            .change_pass_policy(&Caller::Console, &self.info(), change)
            .await
            .unwrap();
    }

    pub(crate) fn flow(&self, name: &str) -> Flow {
        let browser: BrowserKey = self.service.new_browser_key();
        self.service
            .begin_flow(&browser, &self.info(), "/", None)
            .with_name(name)
            .unwrap()
    }

    pub(crate) async fn try_pass(&self, name: &str, code: &str) -> Result<SignInStep, SignInFailure> {
        self.service
            .sign_in_with_pass(&self.flow(name), &self.info(), None, code)
            .await
    }

    pub(crate) async fn sign_in(&self, name: &str, code: &str) -> Box<OpenedSession> {
        match self.try_pass(name, code).await.unwrap() {
            SignInStep::Opened(opened) => opened,
            other => panic!("not signed in: {other:?}"),
        }
    }

    pub(crate) async fn signed_in(&self, opened: &OpenedSession) -> Option<SignedIn> {
        self.service.signed_in(&opened.token).await.unwrap()
    }

    /// The number of the refusal, 0 for success.
    pub(crate) async fn number(&self, name: &str, code: &str) -> u32 {
        number(&self.try_pass(name, code).await)
    }
}

pub(crate) fn number(outcome: &Result<SignInStep, SignInFailure>) -> u32 {
    match outcome {
        Ok(_) => 0,
        Err(SignInFailure::Refused { error, .. }) => error.number(),
        Err(SignInFailure::Fault(fault)) => panic!("{fault}"),
    }
}

pub(crate) fn refusal(outcome: Result<SignInStep, SignInFailure>) -> SignInError {
    match outcome {
        Err(SignInFailure::Refused { error, .. }) => error,
        other => panic!("not refused: {other:?}"),
    }
}
