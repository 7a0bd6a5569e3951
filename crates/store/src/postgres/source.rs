//! Where connections come from, and how those are told apart that lead nowhere any more.
//!
//! A firewall that forgot a connection, or a server whose machine is gone, says nothing: what is written is lost, and
//! nothing comes. So nothing is waited for without an end, and where one connection turned out silent, those that were
//! last used before are not tried one by one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Metrics, Object, Pool, RecyclingMethod, Runtime,
};
use tokio_postgres::NoTls;

use super::address::Target;
use super::failure::{self, Failure, within};
use crate::{Result, StoreError, StoreOptions};

/// For every connection. Without sequential scans each query reads through an index however small the table is,
/// so that serializable transactions lock what they read and not the whole table. The two time limits end what
/// hangs.
const SETTINGS: &str = "SET enable_seqscan = off; \
    SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";

/// A pool of connections; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) pool: Pool,
    /// Longest wait for what is answered at once.
    pub(super) wait: Duration,
    /// Longest wait for anything else.
    pub(super) answer: Duration,
    silence: Silence,
}

/// When a connection was last found to lead nowhere.
#[derive(Debug, Clone, Default)]
struct Silence(Arc<Mutex<Option<Instant>>>);

impl Silence {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_after(&self, used: Instant) -> bool {
        let noted = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.is_some_and(|noted| noted > used)
    }
}

impl Source {
    pub(super) fn new(target: Target, options: StoreOptions) -> Result<Self> {
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match target.tls {
            Some(tls) => Manager::from_config(target.config, tls, manager_config),
            None => Manager::from_config(target.config, NoTls, manager_config),
        };
        let wait = options.wait.min(options.answer);
        let silence = Silence::default();
        let noted = silence.clone();
        let pool = Pool::builder(manager)
            .max_size(options.connections.max(1))
            .wait_timeout(Some(options.wait))
            .create_timeout(Some(options.wait))
            .recycle_timeout(Some(options.wait))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(move |client: &mut ClientWrapper, _: &Metrics| {
                Box::pin(async move { told(within(wait, client.batch_execute(SETTINGS)).await) })
            }))
            .pre_recycle(Hook::async_fn(
                move |client: &mut ClientWrapper, metrics: &Metrics| {
                    let used = metrics.recycled.unwrap_or(metrics.created);
                    let noted = noted.clone();
                    Box::pin(async move {
                        if noted.is_after(used) {
                            return Err(silent());
                        }
                        if used.elapsed() < options.idle {
                            return Ok(());
                        }
                        let answer = within(wait, client.batch_execute("")).await;
                        if matches!(answer, Err(Failure::Silent)) {
                            noted.note();
                        }
                        told(answer)
                    })
                },
            ))
            .build()
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        Ok(Self {
            pool,
            wait,
            answer: options.answer,
            silence,
        })
    }

    /// A connection that leads somewhere, as far as that is known.
    pub(super) async fn connection(&self) -> Result<Object> {
        let connection = self.pool.get().await;
        connection.map_err(|error| failure::pool_meaning(&error))
    }

    /// Hears of a failure: whether other connections may be as silent.
    pub(super) fn heard(&self, failure: &Failure) {
        if matches!(failure, Failure::Silent) {
            self.silence.note();
        }
    }
}

fn told(answer: std::result::Result<(), Failure>) -> std::result::Result<(), HookError> {
    answer.map_err(|failure| match failure {
        Failure::Told(error) => HookError::Backend(error),
        Failure::Silent => silent(),
    })
}

fn silent() -> HookError {
    HookError::message("no answer in time")
}
