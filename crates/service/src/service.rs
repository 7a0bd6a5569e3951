//! What all use cases share: the store, the secrets, the clock, the settings.

use std::sync::{Arc, PoisonError, RwLock};

use latchkey_crypto::{
    AuthenticatorMetadata, HashPool, Hasher, KeySet, MasterKeys, PairwiseKey, RelyingParty,
    RelyingPartyError, Rng, random_id_bytes, time_ordered_id_bytes,
};
use latchkey_domain::{AfterPassSignIn, LockoutRule, PassSessionUse, PasswordRules, Seconds, Timestamp};
use latchkey_store::{Store, StoreError, Tenant};

use crate::allowance::Allowances;
use crate::branding::Branding;
use crate::deliveries::DeliveryCounters;
use crate::federation::ProviderCache;
use crate::tokens::TokenState;
use crate::{Clock, Fault, Outbound};

/// Choices of the operator that use cases follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Scheme, host and port that people and clients use, without a slash at the end.
    pub origin: String,
    /// The host of [`Settings::origin`]: the `WebAuthn` relying party id.
    pub host: String,
    /// A pass may be issued to someone outside the policy's scope; it still can't be used
    /// (sign-in contract 14.3). Default false.
    pub allow_pass_outside_policy: bool,
    /// In a pass session of at most 10 minutes a password may be set without the old one
    /// (sign-in contract 5.3). Default true.
    pub pass_may_reset_password: bool,
    /// Steps of 30 s that an authenticator app's clock may be off, each way: 0–2. Default 1.
    pub totp_skew_steps: u16,
    /// A pass is deleted once its holder registered a passkey or an authenticator app
    /// (sign-in contract 6.6). Default false.
    pub delete_pass_after_registration: bool,
    /// What follows a sign-in with a pass (sign-in contract 2.9). Default: what the person came for.
    pub after_pass_sign_in: AfterPassSignIn,
    /// What a session that stands on a pass is good for (sign-in contract 2.9). Default: everything.
    pub pass_session: PassSessionUse,
    /// Whoever sets up their account is asked for a password, too, beside a passkey (sign-in contract 6.3).
    /// Default false.
    pub set_up_password: bool,
    /// After the name always one page with all ways to sign in, so that not even a pass that works shows
    /// (sign-in contract 11.4). Default false.
    pub uniform_prompt: bool,
    /// Whoever signs in to an application is asked whether to stay signed in (sign-in contract 2.7). Default true.
    pub offer_to_stay: bool,
    /// When wrong guesses lock a name (sign-in contract 11.1, 11.2). Default: [`LockoutRule::NAME`].
    pub lockout: LockoutRule,
    /// What passwords must be beyond what holds for all (sign-in contract 11.3). Default: nothing.
    pub password_rules: PasswordRules,
    /// An application's permission alone reaches users who hold a directory role, as in Entra ID
    /// (sign-in contract 8.1). Default true.
    pub apps_may_act_on_admins: bool,
    /// Passwords and passes with short codes that one application or person may have made through Graph in a minute, on
    /// each node; 0: as many as they like. Default 3000.
    pub hashes_per_minute: u32,
    /// How long a key signs tokens until it gets a successor by itself; never if none. Default 180 days.
    pub keys_in_use: Option<Seconds>,
}

impl Settings {
    /// The defaults, for a server that is reached at this origin with this host name.
    pub fn new(origin: String, host: String) -> Self {
        Self {
            origin,
            host,
            allow_pass_outside_policy: false,
            pass_may_reset_password: true,
            totp_skew_steps: 1,
            delete_pass_after_registration: false,
            after_pass_sign_in: AfterPassSignIn::Application,
            pass_session: PassSessionUse::Full,
            set_up_password: false,
            uniform_prompt: false,
            offer_to_stay: true,
            lockout: LockoutRule::NAME,
            password_rules: PasswordRules::default(),
            apps_may_act_on_admins: true,
            hashes_per_minute: 3000,
            keys_in_use: Some(Seconds(180 * 24 * 3600)),
        }
    }
}

/// What a [`Service`] is made of.
pub struct Parts {
    /// Durable state; the tenant must exist in it.
    pub store: Store,
    /// The present time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Rng,
    /// The key ring that is not in the database.
    pub master_keys: Arc<MasterKeys>,
    /// The hashing threads.
    pub hash_pool: Arc<HashPool>,
    /// How the server's own requests get out.
    pub outbound: Arc<dyn Outbound>,
    /// The operator's choices.
    pub settings: Settings,
}

/// Why a service can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database holds no tenant yet.
    #[error("the database holds no tenant yet")]
    NoTenant,
    /// A signing key can't be opened with the master keys at hand.
    #[error(
        "the signing key {0} can't be opened; is the master key file the one that belongs to this database?"
    )]
    SigningKey(String),
    /// The key of pairwise subjects can't be opened with the master keys at hand.
    #[error(
        "the key of subjects can't be opened; is the master key file the one that belongs to this database?"
    )]
    SubjectKey,
    /// Passkeys can't work under the configured address.
    #[error("the public address can't be used: {0}")]
    PublicAddress(#[from] RelyingPartyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Signing keys that are missing can't be made.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The use cases' common ground; cheap to share behind an `Arc`.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Rng,
    pub(crate) master_keys: Arc<MasterKeys>,
    pub(crate) hasher: Hasher,
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) allowances: Allowances,
    pub(crate) deliveries: DeliveryCounters,
    pub(crate) providers: ProviderCache,
    pub(crate) settings: Settings,
    pub(crate) tenant: Tenant,
    pub(crate) relying_party: RelyingParty,
    signing_keys: RwLock<Arc<KeySet>>,
    branding: crate::branding::Shared,
    authenticators: crate::authenticators::Shared,
    pub(crate) subjects: PairwiseKey,
    pub(crate) token_state: TokenState,
}

impl Service {
    /// Opens the use cases on a store that holds a tenant.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(parts: Parts) -> Result<Self, OpenError> {
        let tenant = parts
            .store
            .read()
            .await?
            .tenant()
            .await?
            .ok_or(OpenError::NoTenant)?;
        let relying_party =
            RelyingParty::new(&parts.settings.host, &parts.settings.origin, &tenant.display_name)?;
        let branding = parts.store.read().await?.branding().await?;
        let branding = Branding::new(branding.ok_or(OpenError::NoTenant)?);
        let subjects = subject_key(&parts).await?;
        let peppers = Arc::new(parts.master_keys.peppers());
        let service = Self {
            hasher: Hasher::new(parts.hash_pool, peppers, Arc::clone(&parts.random)),
            store: parts.store,
            clock: parts.clock,
            random: parts.random,
            master_keys: parts.master_keys,
            outbound: parts.outbound,
            allowances: Allowances::default(),
            deliveries: DeliveryCounters::default(),
            providers: ProviderCache::default(),
            settings: parts.settings,
            tenant,
            relying_party,
            signing_keys: RwLock::default(),
            branding: RwLock::new(Arc::new(branding)),
            authenticators: crate::authenticators::Shared::default(),
            subjects,
            token_state: TokenState::new(),
        };
        service.load_signing_keys().await?;
        service.complete_signing_keys().await?;
        Ok(service)
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The operator's choices.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The store, for the health check and the metrics.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The hashing threads, for the metrics.
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sixteen random bytes in the form of a GUID, to make an id from.
    pub fn random_id(&self) -> [u8; 16] {
        random_id_bytes(&*self.random)
    }

    /// Sixteen bytes in the form of a GUID that grows with time, for the ids of records and requests.
    pub fn ordered_id(&self) -> [u8; 16] {
        time_ordered_id_bytes(&*self.random, self.now())
    }

    /// How the tenant presents itself, as last loaded.
    pub fn branding(&self) -> Arc<Branding> {
        Arc::clone(&self.branding.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace_branding(&self, branding: Branding) {
        *self.branding.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(branding);
    }

    /// What is known of makes of authenticators, if the operator has provided anything.
    pub fn authenticators(&self) -> Option<Arc<AuthenticatorMetadata>> {
        self.authenticators
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces what is known of makes of authenticators.
    pub fn replace_authenticators(&self, metadata: AuthenticatorMetadata) {
        *self
            .authenticators
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(metadata));
    }

    /// The signing keys as last loaded.
    pub(crate) fn key_set(&self) -> Arc<KeySet> {
        Arc::clone(&self.signing_keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace_key_set(&self, keys: KeySet) {
        *self.signing_keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

/// The name under which the key of pairwise subjects is kept, and what it is sealed for.
pub(crate) const SUBJECT_KEY: &str = "pairwise-subjects";

/// The key of pairwise subjects; made at the first start.
async fn subject_key(parts: &Parts) -> Result<PairwiseKey, OpenError> {
    let stored = parts.store.read().await?.tenant_key(SUBJECT_KEY).await?;
    let sealed = if let Some(sealed) = stored {
        sealed
    } else {
        let key = PairwiseKey::generate(&*parts.random);
        let sealed = parts.master_keys.seal(&*parts.random, SUBJECT_KEY, key.expose());
        // Another node may have been quicker: its key counts then.
        parts
            .store
            .write_with(sealed, |writer, sealed| {
                Box::pin(async move { writer.keep_tenant_key(SUBJECT_KEY, sealed).await })
            })
            .await?
    };
    let plain = parts
        .master_keys
        .open(SUBJECT_KEY, &sealed)
        .map_err(|_| OpenError::SubjectKey)?;
    let bytes = <[u8; 32]>::try_from(plain.expose().as_slice()).map_err(|_| OpenError::SubjectKey)?;
    Ok(PairwiseKey::new(bytes))
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("tenant", &self.tenant)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
