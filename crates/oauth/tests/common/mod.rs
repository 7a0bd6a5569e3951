//! A tenant and its door.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each test file uses a part of it, and fails where it can't go on"
)]

use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use latchkey_crypto::{HashPool, HashPoolConfig, MasterKeys, Rng, SeededRng};
use latchkey_domain::{Timestamp, Upn};
use latchkey_service::{
    Clock, FirstSecrets, ManualClock, NewTenant, Parts, RequestInfo, Service, Settings, create_tenant,
};
use latchkey_store::testing::{TestDatabase, TestEngine};
use serde_json::{Value, json};

pub(crate) const ORIGIN: &str = "https://id.example.com:8443";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const SCOPE: &str = "https%3A%2F%2Fgraph.microsoft.com%2F.default";

pub(crate) struct World {
    pub(crate) door: latchkey_oauth::Door,
    pub(crate) first: FirstSecrets,
    pub(crate) tenant: String,
    _database: TestDatabase,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new(TestEngine::Sqlite).await;
        let store = database.open().await;
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_800_000_000)));
        let random: Rng = Arc::new(SeededRng::new(7));
        let master_keys = Arc::new(MasterKeys::generate(&*random));
        let hash_pool = Arc::new(HashPool::start(HashPoolConfig::with_threads(1)).unwrap());
        let first = create_tenant(NewTenant {
            store: &store,
            master_keys: &master_keys,
            hash_pool: &hash_pool,
            random: &random,
            clock: &*clock,
            display_name: "Example".to_owned(),
            domain: "example.com".to_owned(),
            administrator: Upn::parse("admin@example.com").unwrap(),
        })
        .await
        .unwrap();
        let settings = Settings::new(ORIGIN.to_owned(), "id.example.com".to_owned());
        let clock: Arc<dyn Clock> = clock;
        let service = Service::open(Parts {
            store,
            clock,
            random,
            master_keys,
            hash_pool,
            outbound: Arc::new(latchkey_service::NoOutbound),
            settings,
        })
        .await
        .unwrap();
        let tenant = first.tenant.to_string();
        Self {
            door: latchkey_oauth::Door::new(Arc::new(service)),
            first,
            tenant,
            _database: database,
        }
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Response<Body> {
        if request.extensions().get::<RequestInfo>().is_none() {
            let id = latchkey_domain::CorrelationId::from_bytes([5; 16]);
            let info = RequestInfo::new(id, [192, 0, 2, 9].into(), "test");
            request.extensions_mut().insert(info);
        }
        self.door.answer(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.send(Request::get(path).body(Body::empty()).unwrap()).await).await
    }

    pub(crate) fn token_path(&self) -> String {
        format!("/{}/oauth2/v2.0/token", self.tenant)
    }

    pub(crate) async fn post(&self, body: &str) -> (StatusCode, Value) {
        self.post_to(&self.token_path(), body).await
    }

    pub(crate) async fn post_to(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::post(path)
            .header("content-type", FORM)
            .body(Body::from(body.to_owned()))
            .unwrap();
        read(self.send(request).await).await
    }

    pub(crate) fn good(&self) -> String {
        format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={SCOPE}",
            self.first.client_id,
            self.first.client_secret.expose()
        )
    }
}

pub(crate) async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[track_caller]
pub(crate) fn assert_error(answer: &(StatusCode, Value), status: u16, error: &str, number: u32) {
    let (found, body) = answer;
    assert_eq!(
        (found.as_u16(), body["error"].as_str(), &body["error_codes"]),
        (status, Some(error), &json!([number])),
        "{body}"
    );
    let text = body["error_description"].as_str().unwrap();
    assert!(text.starts_with(&format!("AADSTS{number}: ")), "{text}");
    for (label, key) in [
        ("Trace ID: ", "trace_id"),
        ("Correlation ID: ", "correlation_id"),
        ("Timestamp: ", "timestamp"),
    ] {
        assert!(
            text.contains(&format!("{label}{}", body[key].as_str().unwrap())),
            "{text}"
        );
    }
    assert_eq!(body["timestamp"], "2027-01-15 08:00:00Z");
    assert_eq!(body["error_uri"], format!("{ORIGIN}/error?code={number}"));
}
