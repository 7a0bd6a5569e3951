//! From configuration to an open store and its use cases.

use std::error::Error;
use std::sync::Arc;

use latchkey_crypto::{HashPool, HashPoolConfig, MasterKeys, Rng, SystemRng};
use latchkey_domain::{CorrelationId, LockoutRule, PasswordRules, Seconds};
use latchkey_service::{
    FirstSecrets, NewTenant, Parts, RequestInfo, Service, Settings, SystemClock, create_tenant,
};
use latchkey_store::{DatabaseUrl, Store, StoreOptions};

use crate::config::{Config, Origin};
use crate::data::DataFolder;
use crate::first_start::Wish;
use crate::ways_out::WaysOut;

/// An open installation, before its use cases.
pub(crate) struct Installation {
    pub(crate) store: Store,
    pub(crate) random: Rng,
    hash_pool: Arc<HashPool>,
    master_keys: Arc<MasterKeys>,
    has_tenant: bool,
}

impl Installation {
    /// Opens an installation that there is. Nothing is made: a folder that was mistyped stays away.
    pub(crate) async fn open(folder: &DataFolder, config: &Config) -> Result<Self, Box<dyn Error>> {
        let database = folder.database(config)?;
        if let Some(path) = database.sqlite_path()
            && !path.is_file()
        {
            let path = path.display();
            return Err(format!(
                "there is no database at {path}: is --data right? `latchkey init` makes one"
            )
            .into());
        }
        let installation = Self::on(database, folder, config, false).await?;
        if !installation.has_tenant {
            return Err("the database holds no tenant yet: `latchkey init` makes one".into());
        }
        Ok(installation)
    }

    /// Opens an installation, and makes what of it is not there: the folder, the database, the master keys if there
    /// is no tenant yet that would need older ones.
    pub(crate) async fn open_or_make(folder: &DataFolder, config: &Config) -> Result<Self, Box<dyn Error>> {
        let database = folder.database(config)?;
        folder.create()?;
        Self::on(database, folder, config, true).await
    }

    async fn on(
        database: DatabaseUrl,
        folder: &DataFolder,
        config: &Config,
        may_make: bool,
    ) -> Result<Self, Box<dyn Error>> {
        let random: Rng = Arc::new(SystemRng::new());
        let options = StoreOptions {
            connections: config.database_connections.get(),
            ..StoreOptions::default()
        };
        let store = Store::open(&database, options).await?;
        let has_tenant = store.read().await?.tenant().await?.is_some();
        let master_keys = folder
            .master_keys(config, &*random, may_make && !has_tenant)
            .map_err(|error| match &config.master_key_file {
                Some(path) => format!("{}: {}: {error}", config.place("master_key_file"), path.display()),
                None => format!("{error} ({})", folder.master_key_file(config).display()),
            })?;
        let hash_pool = HashPool::start(hash_pool_config(config))?;
        Ok(Self {
            store,
            random,
            hash_pool: Arc::new(hash_pool),
            master_keys: Arc::new(master_keys),
            has_tenant,
        })
    }

    /// Whether the first start is over.
    pub(crate) fn has_tenant(&self) -> bool {
        self.has_tenant
    }

    /// Makes the tenant.
    pub(crate) async fn create_tenant(&mut self, wish: Wish) -> Result<FirstSecrets, Box<dyn Error>> {
        let administrator = wish.administrator()?;
        let new = NewTenant {
            store: &self.store,
            master_keys: &self.master_keys,
            hash_pool: &self.hash_pool,
            random: &self.random,
            clock: &SystemClock,
            display_name: wish.name,
            domain: wish.domain,
            administrator,
        };
        let secrets = create_tenant(new).await?;
        self.has_tenant = true;
        Ok(secrets)
    }

    /// The use cases on it.
    pub(crate) async fn into_service(
        self,
        config: &Config,
        origin: &Origin,
    ) -> Result<Service, Box<dyn Error>> {
        let settings = Settings {
            origin: origin.as_str().to_owned(),
            host: origin.host().to_owned(),
            allow_pass_outside_policy: config.allow_pass_outside_policy,
            pass_may_reset_password: config.pass_may_reset_password,
            totp_skew_steps: u16::try_from(config.totp_skew_steps.0).unwrap_or(1),
            delete_pass_after_registration: config.delete_pass_after_registration,
            after_pass_sign_in: config.after_pass_sign_in,
            pass_session: config.pass_session,
            set_up_password: config.set_up_password,
            uniform_prompt: config.uniform_prompt,
            lockout: LockoutRule::for_names(
                config.lockout_threshold.0,
                Seconds(i64::from(config.lockout_seconds.0)),
            ),
            password_rules: PasswordRules {
                three_kinds: config.password_three_kinds,
                banned: config.password_banned_words.clone(),
            },
            apps_may_act_on_admins: config.apps_may_act_on_admins,
            keys_in_use: config.keys_in_use(),
        };
        let parts = Parts {
            store: self.store,
            clock: Arc::new(SystemClock),
            random: self.random,
            master_keys: self.master_keys,
            hash_pool: self.hash_pool,
            outbound: Arc::new(WaysOut::new(config, origin)?),
            settings,
        };
        Ok(Service::open(parts).await?)
    }
}

/// A request of the machine's own console or of the server itself.
pub(crate) fn console_request(service: &Service) -> RequestInfo {
    RequestInfo::console(CorrelationId::from_bytes(service.random_id()))
}

/// Runs a short command to its end.
pub(crate) fn block_on<T>(
    work: impl Future<Output = Result<T, Box<dyn Error>>>,
) -> Result<T, Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

fn hash_pool_config(config: &Config) -> HashPoolConfig {
    let mut pool = match config.hashing_threads.get() {
        0 => HashPoolConfig::default(),
        threads => HashPoolConfig::with_threads(threads),
    };
    if config.hashing_queue.get() > 0 {
        pool.queue_capacity = config.hashing_queue.get();
    }
    pool
}
