//! Connections: accepted within bounds, and let go without losing an answer.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, interval_at};
use tokio_rustls::TlsAcceptor;

use super::App;
use super::places::{Place, Places};
use super::pulse::{Counted, Patience, Pulse, UnderWay, Verdict, Watch};
use crate::config::Config;

/// The longest wait for requests under way when the server stops.
const STOP_DEADLINE: Duration = Duration::from_secs(30);
/// Requests that one HTTP/2 connection may have under way.
const STREAMS: u32 = 128;
/// The largest request head in bytes.
const HEAD_BYTES: u32 = 64 * 1024;
/// The most header lines of a request.
const HEADERS: usize = 100;

/// How bytes travel. TLS can be replaced while the server runs.
#[derive(Clone)]
pub(crate) enum Transport {
    Plain,
    Tls(Arc<RwLock<Arc<ServerConfig>>>),
}

impl Transport {
    pub(crate) fn tls(config: Arc<ServerConfig>) -> Self {
        Self::Tls(Arc::new(RwLock::new(config)))
    }

    /// Takes a new certificate for the connections to come.
    pub(crate) fn renew(&self, config: Arc<ServerConfig>) {
        if let Self::Tls(place) = self {
            *place.write().unwrap_or_else(PoisonError::into_inner) = config;
        }
    }

    fn acceptor(&self) -> Option<TlsAcceptor> {
        match self {
            Self::Plain => None,
            Self::Tls(place) => Some(TlsAcceptor::from(Arc::clone(
                &place.read().unwrap_or_else(PoisonError::into_inner),
            ))),
        }
    }
}

/// A bound address with the rules for its connections.
pub(crate) struct Listener {
    socket: TcpListener,
    transport: Transport,
    http: Http,
    patience: Patience,
    all: Arc<Semaphore>,
    places: Arc<Places>,
}

/// One builder for each way to learn the protocol: TLS tells it, plain connections show it by their first bytes.
#[derive(Clone)]
struct Http {
    told_http1: Builder<TokioExecutor>,
    told_http2: Builder<TokioExecutor>,
    shown: Builder<TokioExecutor>,
}

impl Http {
    fn new(header_time: Duration) -> Self {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(header_time)
            .max_headers(HEADERS)
            .max_buf_size(usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX));
        http.http2()
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEAD_BYTES);
        Self {
            told_http1: http.clone().http1_only(),
            told_http2: http.clone().http2_only(),
            shown: http,
        }
    }
}

impl Listener {
    pub(crate) fn new(socket: TcpListener, transport: Transport, config: &Config) -> Self {
        let patience = Patience {
            silent: Duration::from_secs(u64::from(config.header_seconds.0)),
            stuck: Duration::from_secs(u64::from(config.request_seconds.0)),
        };
        Self {
            socket,
            transport,
            http: Http::new(patience.silent),
            patience,
            all: Arc::new(Semaphore::new(config.max_connections.get())),
            places: Arc::new(Places::new(config.max_connections_per_address.get())),
        }
    }

    /// Serves until `stop` is ready; then takes no more connections, finishes the requests under way, and returns.
    pub(crate) async fn serve(self, app: Arc<App>, stop: impl Future<Output = ()>) {
        let (stopping, _) = watch::channel(());
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                accepted = self.accept() => match accepted {
                    Ok((stream, peer, permit)) => self.start(stream, peer.ip(), permit, &app, stopping.subscribe()),
                    Err(error) => recover(&error).await,
                },
                () = &mut stop => break,
            }
        }
        drop(self.socket);
        // Nobody hears it when no connection is open.
        let _ = stopping.send(());
        if tokio::time::timeout(STOP_DEADLINE, stopping.closed())
            .await
            .is_err()
        {
            tracing::warn!(
                "some requests took longer than {} s and were given up",
                STOP_DEADLINE.as_secs()
            );
        }
    }

    /// Waits for a place first, so that no more than the permitted connections are taken.
    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.all)
            .acquire_owned()
            .await
            .map_err(io::Error::other)?;
        let (stream, peer) = self.socket.accept().await?;
        Ok((stream, peer, permit))
    }

    fn start(
        &self,
        stream: TcpStream,
        peer: IpAddr,
        permit: OwnedSemaphorePermit,
        app: &Arc<App>,
        stop: watch::Receiver<()>,
    ) {
        if !app.admits(peer) {
            tracing::debug!(%peer, "refused: plain HTTP is for the trusted proxies only");
            return;
        }
        let place = if app.is_proxy(peer) {
            None
        } else if let Some(place) = Places::take(&self.places, peer) {
            Some(place)
        } else {
            app.connection_refused();
            tracing::debug!(%peer, "refused: limits.connections_per_address are open from there");
            return;
        };
        // Answers are small; waiting to fill a packet would only delay them. It fails for a peer that is gone.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            http: self.http.clone(),
            acceptor: self.transport.acceptor(),
            patience: self.patience,
            app: Arc::clone(app),
            peer,
            stop,
            pulse: Arc::new(Pulse::default()),
            _places: (permit, place),
        };
        tokio::spawn(connection.run(stream));
    }
}

struct Connection {
    http: Http,
    acceptor: Option<TlsAcceptor>,
    patience: Patience,
    app: Arc<App>,
    peer: IpAddr,
    stop: watch::Receiver<()>,
    pulse: Arc<Pulse>,
    _places: (OwnedSemaphorePermit, Option<Place>),
}

impl Connection {
    async fn run(mut self, stream: TcpStream) {
        let app = Arc::clone(&self.app);
        app.connection_opened();
        let stream = Counted::new(stream, Arc::clone(&self.pulse));
        if let Some(acceptor) = self.acceptor.take() {
            self.speak_tls(acceptor, stream).await;
        } else {
            let http = self.http.shown.clone();
            self.speak_http(http, stream).await;
        }
        app.connection_closed();
    }

    async fn speak_tls(mut self, acceptor: TlsAcceptor, stream: Counted) {
        let peer = self.peer;
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(self.patience.silent, acceptor.accept(stream)) => shaken,
            // It has asked nothing yet.
            _ = self.stop.changed() => return,
        };
        match shaken {
            Ok(Ok(stream)) => {
                let http = if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    self.http.told_http2.clone()
                } else {
                    self.http.told_http1.clone()
                };
                self.speak_http(http, stream).await;
            }
            Ok(Err(error)) => tracing::debug!(%peer, %error, "the TLS handshake failed"),
            Err(_) => tracing::debug!(%peer, "the TLS handshake took too long"),
        }
    }

    async fn speak_http<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        http: Builder<TokioExecutor>,
        stream: S,
    ) {
        let Self {
            app,
            peer,
            mut stop,
            pulse,
            patience,
            ..
        } = self;
        let counts = Arc::clone(&pulse);
        let service = service_fn(move |request| {
            let under_way = UnderWay::begin(&counts);
            let app = Arc::clone(&app);
            async move { app.answer(request, peer, under_way).await }
        });
        let mut watch = Watch::new(patience);
        let mut ticks = interval_at(Instant::now() + patience.tick(), patience.tick());
        let mut stopping = false;
        let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
        loop {
            let verdict = tokio::select! {
                biased;
                ended = &mut connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%peer, %error, "a connection ended badly");
                    }
                    return;
                }
                _ = ticks.tick() => watch.judge(&pulse),
                _ = stop.changed(), if !stopping => {
                    stopping = true;
                    let tick = watch.stop();
                    ticks = interval_at(Instant::now() + tick, tick);
                    Verdict::Finish
                }
            };
            match verdict {
                Verdict::Keep => {}
                Verdict::Finish => connection.as_mut().graceful_shutdown(),
                Verdict::Leave => {
                    tracing::debug!(%peer, "left a connection on which nothing moves");
                    return;
                }
            }
        }
    }
}

/// Accepting fails when the process has no file handles left, or when the peer gave up: go on, but not in a hot loop.
async fn recover(error: &io::Error) {
    let gone = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    );
    if !gone {
        tracing::error!(%error, "can't accept connections");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
