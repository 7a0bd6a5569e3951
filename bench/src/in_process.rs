//! The use cases called directly, without HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use latchkey_crypto::{HashPool, HashPoolConfig, MasterKeys, SystemRng};
use latchkey_domain::CorrelationId;
use latchkey_service::{
    ClientCredentialsRequest, ClientProof, Parts, RequestInfo, Service, Settings, SignInStep, SystemClock,
};
use latchkey_store::{DatabaseUrl, Store, StoreOptions, StoreStats};

use crate::Result;
use crate::drive::Worker;
use crate::fixture::{Fixture, Kind, source, upn};

const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The service on a fixture, as the program opens it.
pub(crate) struct InProcess {
    service: Service,
    fixture: Arc<Fixture>,
    turns: AtomicU64,
}

impl InProcess {
    pub(crate) async fn open(fixture: &Arc<Fixture>) -> Result<Arc<Self>> {
        let store = Store::open(&DatabaseUrl::sqlite(fixture.database()), StoreOptions::default()).await?;
        let parts = Parts {
            store,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRng::new()),
            master_keys: Arc::new(MasterKeys::load(&fixture.master_key_file())?),
            hash_pool: Arc::new(HashPool::start(HashPoolConfig::default())?),
            outbound: Arc::new(latchkey_service::NoOutbound),
            settings: Settings::new("https://localhost:8443".to_owned(), "localhost".to_owned()),
        };
        let service = Service::open(parts).await?;
        Ok(Arc::new(Self {
            service,
            fixture: Arc::clone(fixture),
            turns: AtomicU64::new(0),
        }))
    }

    pub(crate) fn stats(&self) -> StoreStats {
        self.service.store().stats()
    }

    pub(crate) async fn close(&self) {
        self.service.store().close().await;
    }

    /// So many people who sign in with a pass of this kind, each again and again.
    pub(crate) fn signing_in(self: &Arc<Self>, kind: Kind, at_once: usize) -> Vec<SignIn> {
        (0..at_once)
            .map(|_| SignIn {
                world: Arc::clone(self),
                kind,
            })
            .collect()
    }

    /// So many clients who ask for tokens.
    pub(crate) fn asking_for_tokens(self: &Arc<Self>, at_once: usize) -> Vec<AskForToken> {
        (0..at_once).map(|_| AskForToken(Arc::clone(self))).collect()
    }
}

/// A complete sign-in with a pass, each time of another person.
pub(crate) struct SignIn {
    world: Arc<InProcess>,
    kind: Kind,
}

impl Worker for SignIn {
    async fn step(&mut self) -> Result<()> {
        let InProcess {
            service,
            fixture,
            turns,
        } = &*self.world;
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        let name = upn(fixture.person(self.kind, turn));
        let info = RequestInfo::new(
            CorrelationId::from_bytes(service.random_id()),
            source(turn),
            USER_AGENT,
        );
        let browser = service.new_browser_key();
        let flow = service
            .begin_flow(&browser, &info, "/security-info", None)
            .with_name(&name)?;
        match service
            .sign_in_with_pass(&flow, &info, None, fixture.code(self.kind))
            .await?
        {
            SignInStep::Opened(_) => Ok(()),
            other => Err(format!("{name} was not signed in: {other:?}").into()),
        }
    }
}

/// A token by client credentials.
pub(crate) struct AskForToken(Arc<InProcess>);

impl Worker for AskForToken {
    async fn step(&mut self) -> Result<()> {
        let InProcess { service, fixture, .. } = &*self.0;
        service
            .issue_application_token(ClientCredentialsRequest {
                client_id: &fixture.client_id,
                proof: ClientProof::Secret(fixture.client_secret()),
                scope: "https://graph.microsoft.com/.default",
                handles_challenges: false,
                proof_of_key: None,
            })
            .await?;
        // Signing waits for nothing, so the others would never have their turn.
        tokio::task::yield_now().await;
        Ok(())
    }
}
