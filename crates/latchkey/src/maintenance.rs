//! What the server does by itself now and then.

use std::sync::Arc;
use std::time::Duration;

use latchkey_crypto::Rng;
use latchkey_service::Service;
use latchkey_store::Lane;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

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

/// Removes what has ended, for ever.
pub(crate) async fn purge(service: Arc<Service>) {
    let mut ticks = every(PURGE);
    loop {
        ticks.tick().await;
        let now = service.now();
        let outcome = service
            .store()
            .write(move |writer| Box::pin(async move { writer.purge(now).await }))
            .await;
        match outcome {
            Ok(counts) => {
                tracing::debug!(?counts, "purged what has ended");
                if counts.is_full() {
                    // There may be more; a second of rest leaves the database to those who wait.
                    ticks.reset_after(Duration::from_secs(1));
                }
            }
            Err(error) => tracing::warn!(%error, "what has ended could not be purged; trying again later"),
        }
    }
}

/// Tells others what they are to hear of, for ever.
pub(crate) async fn deliver(service: Arc<Service>) {
    let mut ticks = every(DELIVERIES);
    loop {
        ticks.tick().await;
        match service.announce_changes().await {
            Ok(true) => ticks.reset_immediately(),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "changes could not be announced; trying again later"),
        }
        if deliver_some(&service, Lane::Calls).await {
            ticks.reset_immediately();
        }
    }
}

/// Tells people by mail what became of their ways to sign in, for ever.
pub(crate) async fn notify(service: Arc<Service>) {
    let mut ticks = every(DELIVERIES);
    loop {
        ticks.tick().await;
        match service.announce_notices().await {
            Ok(true) => ticks.reset_immediately(),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "notices could not be announced; trying again later"),
        }
        if deliver_some(&service, Lane::Mail).await {
            ticks.reset_immediately();
        }
    }
}

/// Tells the webhook the same, for ever: by itself, so that no mail waits for it.
pub(crate) async fn notify_webhook(service: Arc<Service>) {
    let mut ticks = every(DELIVERIES);
    loop {
        ticks.tick().await;
        if deliver_some(&service, Lane::Webhook).await {
            ticks.reset_immediately();
        }
    }
}

/// Works off a part of the queue. Whether there may be more.
async fn deliver_some(service: &Arc<Service>, lane: Lane) -> bool {
    match service.deliver_due(lane).await {
        Ok(more) => more,
        Err(error) => {
            tracing::warn!(%error, "the queue of deliveries could not be read; trying again later");
            false
        }
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
fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
