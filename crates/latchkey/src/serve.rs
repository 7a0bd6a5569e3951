//! `latchkey serve`: from an open installation to a running server, and to its end.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use latchkey_service::{Clock, Service, SystemClock};
use latchkey_store::Retention;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::authenticators::MetadataFile;
use crate::config::{Config, Origin};
use crate::data::DataFolder;
use crate::first_start::{Wish, lost, people_text};
use crate::opening::{Installation, console_request};
use crate::own_certificate::OwnCertificate;
use crate::printing::print_once;
use crate::server::{App, Listener, Transport};
use crate::tls::LocalCa;
use crate::{logging, maintenance};

/// Serves until it is asked to end.
pub(crate) fn run(folder: &DataFolder, config: &Config, demo: bool) -> Result<(), Box<dyn Error>> {
    logging::start(config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(folder, config, demo))
}

async fn serve(folder: &DataFolder, config: &Config, demo: bool) -> Result<(), Box<dyn Error>> {
    // From the first moment on, so that a signal during the start ends it in order too.
    let mut stop = stop_signal()?;
    let mut installation = Installation::open_or_make(folder, config).await?;
    let socket = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("can't listen on {}: {error}", config.listen))?;
    let address = socket.local_addr()?;
    let origin = config.origin(address.port());

    let random = Arc::clone(&installation.random);
    let (transport, source) = transport(folder, config, &origin, &random)?;
    let first = if installation.has_tenant() {
        None
    } else {
        Some(installation.create_tenant(Wish::nothing_said()).await?)
    };
    let service = Arc::new(installation.into_service(config, &origin).await?);
    if let Some(secrets) = &first {
        let text = people_text(secrets, &origin, source.certificate_path());
        print_once(&text, &lost(&secrets.user_principal_name))?;
    }
    service
        .ensure_command_line_client(&console_request(&service))
        .await?;
    if demo {
        start_demo(&service).await?;
    }

    if let Some(mut file) = MetadataFile::configured(config) {
        if let Some(metadata) = file.read_if_new(service.now())? {
            service.replace_authenticators(metadata);
        }
        tokio::spawn(maintenance::reload_authenticators(Arc::clone(&service), file));
    }

    if let Err(error) = folder.keep_origin(&origin) {
        // Only what the console prints of the address depends on it.
        tracing::warn!(%error, "the address can't be kept in the data folder");
    }
    // Before the first request, so that nobody misses what it does.
    service.begin_notices().await?;
    let retention = Retention {
        sign_ins: config.sign_in_days.span(),
        audits: config.audit_days.span(),
    };
    tokio::spawn(maintenance::purge(Arc::clone(&service), retention));
    tokio::spawn(maintenance::deliver(Arc::clone(&service)));
    tokio::spawn(maintenance::notify(Arc::clone(&service)));
    tokio::spawn(maintenance::notify_webhook(Arc::clone(&service)));
    tokio::spawn(maintenance::count_sign_ins(Arc::clone(&service)));
    tokio::spawn(maintenance::reload_branding(Arc::clone(&service)));
    tokio::spawn(maintenance::look_after_keys(Arc::clone(&service)));
    match source {
        Certificates::None => {}
        Certificates::Own(files) => {
            tokio::spawn(maintenance::reload_certificate(files, transport.clone()));
        }
        Certificates::Local(ca) => {
            let service = Arc::clone(&service);
            tokio::spawn(maintenance::renew_certificate(
                service,
                *ca,
                transport.clone(),
                random,
            ));
        }
    }
    let app = Arc::new(App::new(Arc::clone(&service), config, demo));
    tracing::info!(%address, url = origin.as_str(), engine = service.store().engine(), "serving");
    Listener::new(socket, transport, config)
        .serve(app, async move { stop.recv().await })
        .await;
    service.store().close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Where the certificates for TLS come from.
enum Certificates {
    None,
    Own(OwnCertificate),
    Local(Box<LocalCa>),
}

impl Certificates {
    /// What clients have to trust beside what they trust already.
    fn certificate_path(&self) -> Option<&Path> {
        match self {
            Self::Local(ca) => Some(ca.certificate_path()),
            Self::None | Self::Own(_) => None,
        }
    }
}

/// How bytes travel, and where certificates for it come from.
fn transport(
    folder: &DataFolder,
    config: &Config,
    origin: &Origin,
    random: &latchkey_crypto::Rng,
) -> Result<(Transport, Certificates), Box<dyn Error>> {
    if config.http {
        return Ok((Transport::Plain, Certificates::None));
    }
    if let Some(mut files) = OwnCertificate::configured(config)
        && let Some(tls) = files.read_if_new()?
    {
        return Ok((Transport::tls(tls), Certificates::Own(files)));
    }
    let now = SystemClock.now();
    let ca = LocalCa::open(&folder.tls(), now, random)?;
    let tls = ca.server_config(origin.host(), now, random)?;
    Ok((Transport::tls(tls), Certificates::Local(Box::new(ca))))
}

/// The signals by which a service manager or a person ends the server.
struct StopSignal {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

fn stop_signal() -> std::io::Result<StopSignal> {
    Ok(StopSignal {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
    })
}

impl StopSignal {
    async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is under way");
    }
}

/// Makes the demo and tells of its people, once.
async fn start_demo(service: &Service) -> Result<(), Box<dyn Error>> {
    let people = service.make_demo(&console_request(service)).await?;
    if people.is_empty() {
        tracing::info!("there are people already; --demo adds none");
        return Ok(());
    }
    let mut text = "A small organisation to play with:".to_owned();
    for person in people {
        let code = person.code.as_ref().map_or("", |code| code.expose());
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n  {:18} {:26} {:26} {:9} {}",
            person.display_name, person.user_principal_name, person.job_title, code, person.remark
        );
    }
    let application = service.make_demo_application(&console_request(service)).await?;
    let _ = write!(
        text,
        "\nAn application to sign in to:\n  {:18} client id {}, redirect URI {} (any port)",
        application.display_name, application.client_id, application.redirect_uri
    );
    print_once(
        &text,
        "The people are there; issue them new passes, or begin anew with an empty data folder.",
    )
}
