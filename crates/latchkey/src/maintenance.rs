//! What the server does by itself now and then.

use std::sync::Arc;
use std::time::Duration;

use latchkey_crypto::Rng;
use latchkey_service::{Courier, Service};
use latchkey_store::{Lane, Retention, StoreError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::authenticators::MetadataFile;
use crate::opening::console_request;
use crate::own_certificate::OwnCertificate;
use crate::server::Transport;
use crate::tls::LocalCa;

/// How often what has ended is removed.
const PURGE: Duration = Duration::from_mins(5);
/// How often the queue of deliveries is looked at.
const DELIVERIES: Duration = Duration::from_secs(1);
/// How often sign-ins are counted.
const COUNT: Duration = Duration::from_mins(1);
/// How often the branding is read.
const BRANDING: Duration = Duration::from_mins(1);
/// How often the signing keys are looked after; other nodes' rotations must be heard of within a day.
const KEYS: Duration = Duration::from_hours(1);
/// How often the metadata of authenticators is looked at.
const AUTHENTICATORS: Duration = Duration::from_hours(1);
/// How often the server gets a new certificate from the local CA.
const CERTIFICATE: Duration = Duration::from_hours(24);
/// How often the operator's own certificate is looked at.
const OWN_CERTIFICATE: Duration = Duration::from_mins(1);

/// Removes what has ended, and what the logs need not keep any more, for ever.
pub(crate) async fn purge(service: Arc<Service>, retention: Retention) {
    let mut ticks = every(PURGE);
    loop {
        ticks.tick().await;
        match purge_some(&service, retention).await {
            // A second of rest leaves the database to those who wait.
            Ok(true) => ticks.reset_after(Duration::from_secs(1)),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "what has ended could not be purged; trying again later"),
        }
    }
}

/// Whether there may be more.
async fn purge_some(service: &Service, retention: Retention) -> Result<bool, StoreError> {
    let (store, now) = (service.store(), service.now());
    let counts = store
        .write(move |writer| Box::pin(async move { writer.purge(now).await }))
        .await?;
    tracing::debug!(?counts, "purged what has ended");
    service.count_unheard(counts.unheard);
    let more = store
        .write(move |writer| Box::pin(async move { writer.forget_logs(retention, now).await }))
        .await?;
    Ok(counts.is_full() || more)
}

/// Tells others what they are to hear of, for ever.
pub(crate) async fn deliver(service: Arc<Service>) {
    let mut ticks = every(DELIVERIES);
    let mut courier = Courier::new(Arc::clone(&service), Lane::Calls);
    loop {
        if tick_or_place(&mut ticks, &mut courier).await {
            match service.announce_changes().await {
                Ok(true) => ticks.reset_immediately(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "changes could not be announced; trying again later"),
            }
        }
        send_due(&mut courier).await;
    }
}

/// Tells people by mail what became of their ways to sign in, for ever.
pub(crate) async fn notify(service: Arc<Service>) {
    let mut ticks = every(DELIVERIES);
    let mut courier = Courier::new(Arc::clone(&service), Lane::Mail);
    loop {
        if tick_or_place(&mut ticks, &mut courier).await {
            match service.announce_notices().await {
                Ok(true) => ticks.reset_immediately(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "notices could not be announced; trying again later"),
            }
        }
        send_due(&mut courier).await;
    }
}

/// Tells the webhook the same, for ever: by itself, so that no mail waits for it.
pub(crate) async fn notify_webhook(service: Arc<Service>) {
    let mut ticks = every(DELIVERIES);
    let mut courier = Courier::new(service, Lane::Webhook);
    loop {
        tick_or_place(&mut ticks, &mut courier).await;
        send_due(&mut courier).await;
    }
}

/// Waits for the next tick, or for a place that comes free before. Whether it was the tick.
async fn tick_or_place(ticks: &mut Interval, courier: &mut Courier) -> bool {
    tokio::select! {
        _ = ticks.tick() => true,
        () = courier.one_done() => false,
    }
}

async fn send_due(courier: &mut Courier) {
    if let Err(error) = courier.send_due().await {
        tracing::warn!(%error, "the queue of deliveries could not be read; trying again later");
    }
}

/// Counts sign-ins for the portal's chart, for ever.
pub(crate) async fn count_sign_ins(service: Arc<Service>) {
    let mut ticks = every(COUNT);
    loop {
        ticks.tick().await;
        match service.count_sign_ins().await {
            // A month of a large organisation's log is counted in parts, with rest for those who wait.
            Ok(true) => ticks.reset_after(Duration::from_secs(2)),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "sign-ins could not be counted; trying again later"),
        }
    }
}

/// Hears of a new name, colour or logo that another node was given, for ever.
pub(crate) async fn reload_branding(service: Arc<Service>) {
    let mut ticks = every(BRANDING);
    loop {
        ticks.tick().await;
        if let Err(error) = service.reload_branding().await {
            tracing::warn!(%error, "the branding could not be read; trying again later");
        }
    }
}

/// Hears of new makes of authenticators, and of unsafe ones, for ever.
pub(crate) async fn reload_authenticators(service: Arc<Service>, mut file: MetadataFile) {
    let mut ticks = every(AUTHENTICATORS);
    loop {
        ticks.tick().await;
        let now = service.now();
        // A large file is read and checked: nothing for the threads that answer requests.
        let read = tokio::task::spawn_blocking(move || (file.read_if_new(now), file)).await;
        let Ok((outcome, same)) = read else { return };
        file = same;
        match outcome {
            Ok(Some(metadata)) => service.replace_authenticators(metadata),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "the metadata read last stays in force; trying again later");
            }
        }
    }
}

/// Looks after the signing keys, for ever.
pub(crate) async fn look_after_keys(service: Arc<Service>) {
    let mut ticks = every(KEYS);
    loop {
        ticks.tick().await;
        if let Err(error) = service.maintain_signing_keys(&console_request(&service)).await {
            tracing::warn!(%error, "the signing keys could not be looked after; trying again later");
        }
    }
}

/// Renews the server's certificate, for ever.
pub(crate) async fn renew_certificate(service: Arc<Service>, ca: LocalCa, transport: Transport, random: Rng) {
    let mut ticks = every(CERTIFICATE);
    loop {
        ticks.tick().await;
        match ca.server_config(&service.settings().host, service.now(), &random) {
            Ok(config) => transport.renew(config),
            Err(error) => {
                tracing::error!(%error, "the certificate could not be renewed; trying again tomorrow");
            }
        }
    }
}

/// Takes the operator's newer certificate, for ever.
pub(crate) async fn reload_certificate(mut files: OwnCertificate, transport: Transport) {
    let mut ticks = every(OWN_CERTIFICATE);
    loop {
        ticks.tick().await;
        match files.read_if_new() {
            Ok(Some(config)) => {
                transport.renew(config);
                tracing::info!("a newer TLS certificate is in force");
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "the TLS certificate read last stays in force; trying again later");
            }
        }
    }
}

/// The first tick comes after one period: at the start there is enough to do.
fn every(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
