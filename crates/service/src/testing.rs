//! A tenant of its own for each test, with a clock that the test moves.

use std::sync::Arc;

use latchkey_crypto::{
    HashPool, HashPoolConfig, JwsAlgorithm, MasterKeys, Rng, Secret, SeededRng, SigningKey,
};
use latchkey_domain::{Caller, CorrelationId, Timestamp, Upn};
use latchkey_store::testing::{TestDatabase, TestEngine};
use latchkey_store::{Store, StoreOptions};

use crate::{
    BearerError, ClientCredentialsRequest, ClientProof, Clock, FirstSecrets, ManualClock, NewTenant,
    NoOutbound, Parts, Possession, Presented, RequestInfo, Service, Settings, TokenError, create_tenant,
};

/// When each of them begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// What an application asks for.
pub(crate) const SCOPE: &str = "https://graph.microsoft.com/.default";

/// A server with a new tenant, on a database of its own.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) master_keys: Arc<MasterKeys>,
    pub(crate) hash_pool: Arc<HashPool>,
    pub(crate) random: Rng,
    pub(crate) first: FirstSecrets,
    pub(crate) database: TestDatabase,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new(TestEngine::Sqlite).await;
        let store = database.open().await;
        let clock = Arc::new(ManualClock::new(START));
        let random: Rng = Arc::new(SeededRng::new(7));
        let master_keys = Arc::new(MasterKeys::generate(&*random));
        let hash_pool = Arc::new(HashPool::start(HashPoolConfig::with_threads(1)).unwrap());
        let first = create_tenant(tenant(&store, &master_keys, &hash_pool, &random, &*clock))
            .await
            .unwrap();
        let service = open(store, &clock, &master_keys, &hash_pool, &random).await;
        Self {
            service,
            clock,
            master_keys,
            hash_pool,
            random,
            first,
            database,
        }
    }

    /// Another server on the same database.
    pub(crate) async fn other_node(&self) -> Service {
        let store = Store::open(&self.database.url, StoreOptions::default())
            .await
            .unwrap();
        open(
            store,
            &self.clock,
            &self.master_keys,
            &self.hash_pool,
            &self.random,
        )
        .await
    }

    pub(crate) async fn token(&self) -> String {
        self.token_for(SCOPE, self.first.client_secret.expose())
            .await
            .unwrap()
    }

    pub(crate) async fn token_for(&self, scope: &str, secret: &str) -> Result<String, TokenError> {
        let client_id = self.first.client_id.to_string();
        let request = ClientCredentialsRequest {
            client_id: &client_id,
            proof: ClientProof::Secret(Secret::new(secret.to_owned())),
            scope,
            handles_challenges: false,
            proof_of_key: None,
        };
        self.service
            .issue_application_token(request)
            .await
            .map(|issued| issued.access_token.expose().clone())
    }

    pub(crate) async fn caller(&self, token: &str) -> Result<Caller, BearerError> {
        self.service
            .authenticate_bearer(unproved(Some(&format!("Bearer {token}"))))
            .await
    }

    pub(crate) fn info(&self) -> RequestInfo {
        RequestInfo::console(CorrelationId::from_bytes(self.service.random_id()))
    }

    pub(crate) fn key(&self) -> Arc<SigningKey> {
        Arc::clone(
            self.service
                .key_set()
                .signing_key(JwsAlgorithm::Rs256, self.service.now())
                .unwrap(),
        )
    }
}

/// A header without a proof of possession beside it.
pub(crate) fn unproved(authorization: Option<&str>) -> Presented<'_> {
    Presented {
        authorization,
        possession: Possession::Unproved,
    }
}

pub(crate) fn tenant<'a>(
    store: &'a Store,
    master_keys: &'a Arc<MasterKeys>,
    hash_pool: &'a Arc<HashPool>,
    random: &'a Rng,
    clock: &'a dyn Clock,
) -> NewTenant<'a> {
    NewTenant {
        store,
        master_keys,
        hash_pool,
        random,
        clock,
        display_name: "Example".to_owned(),
        domain: "Example.com".to_owned(),
        administrator: Upn::parse("Admin@example.com").unwrap(),
    }
}

pub(crate) async fn open(
    store: Store,
    clock: &Arc<ManualClock>,
    master_keys: &Arc<MasterKeys>,
    hash_pool: &Arc<HashPool>,
    random: &Rng,
) -> Service {
    let settings = Settings::new(
        "https://id.example.com:8443".to_owned(),
        "id.example.com".to_owned(),
    );
    let parts = Parts {
        store,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Arc::clone(random),
        master_keys: Arc::clone(master_keys),
        hash_pool: Arc::clone(hash_pool),
        outbound: Arc::new(NoOutbound),
        settings,
    };
    Service::open(parts).await.unwrap()
}
