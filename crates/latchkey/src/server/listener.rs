//! Connections: accepted within bounds, and let go without losing an answer.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;

use super::App;
use crate::config::Config;

/// The longest wait for requests under way when the server stops.
const STOP_DEADLINE: Duration = Duration::from_secs(30);
/// After so long without a request under way, connections that are still open are left: time enough for the last
/// answers to be on their way.
const IDLE_GRACE: Duration = Duration::from_secs(1);
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
    http: Builder<TokioExecutor>,
    header_time: Duration,
    places: Arc<Semaphore>,
}

impl Listener {
    pub(crate) fn new(socket: TcpListener, transport: Transport, config: &Config) -> Self {
        let header_time = Duration::from_secs(u64::from(config.header_seconds.0));
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(header_time)
            .max_headers(HEADERS)
            .max_buf_size(usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX));
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEAD_BYTES)
            .keep_alive_interval(Duration::from_mins(1));
        Self {
            socket,
            transport,
            http,
            header_time,
            places: Arc::new(Semaphore::new(config.max_connections.get())),
        }
    }

    /// Serves until `stop` is ready; then takes no more connections, finishes the requests under way, and returns.
    pub(crate) async fn serve(self, app: Arc<App>, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                accepted = self.accept() => match accepted {
                    Ok((stream, peer, place)) => self.start(stream, peer.ip(), place, &app, graceful.watcher()),
                    Err(error) => recover(&error).await,
                },
                () = &mut stop => break,
            }
        }
        drop(self.socket);
        tokio::select! {
            () = graceful.shutdown() => {}
            // A peer that idles on an open connection has nothing to lose, and would hold us up.
            () = app.idle_for(IDLE_GRACE) => {}
            () = tokio::time::sleep(STOP_DEADLINE) => tracing::warn!(
                "some requests took longer than {} s and were given up",
                STOP_DEADLINE.as_secs()
            ),
        }
    }

    /// Waits for a place first, so that no more than the permitted connections are taken.
    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(io::Error::other)?;
        let (stream, peer) = self.socket.accept().await?;
        Ok((stream, peer, place))
    }

    fn start(
        &self,
        stream: TcpStream,
        peer: IpAddr,
        place: OwnedSemaphorePermit,
        app: &Arc<App>,
        watcher: Watcher,
    ) {
        if !app.admits(peer) {
            tracing::debug!(%peer, "refused: plain HTTP is for the trusted proxies only");
            return;
        }
        // Answers are small; waiting to fill a packet would only delay them. It fails for a peer that is gone.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            http: self.http.clone(),
            acceptor: self.transport.acceptor(),
            handshake_time: self.header_time,
            app: Arc::clone(app),
            peer,
            watcher,
        };
        tokio::spawn(async move {
            connection.app.connection_opened();
            let app = Arc::clone(&connection.app);
            connection.run(stream).await;
            app.connection_closed();
            drop(place);
        });
    }
}

struct Connection {
    http: Builder<TokioExecutor>,
    acceptor: Option<TlsAcceptor>,
    handshake_time: Duration,
    app: Arc<App>,
    peer: IpAddr,
    watcher: Watcher,
}

impl Connection {
    async fn run(self, stream: TcpStream) {
        let peer = self.peer;
        let Some(acceptor) = &self.acceptor else {
            return self.speak_http(stream).await;
        };
        match tokio::time::timeout(self.handshake_time, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => self.speak_http(stream).await,
            Ok(Err(error)) => tracing::debug!(%peer, %error, "the TLS handshake failed"),
            Err(_) => tracing::debug!(%peer, "the TLS handshake took too long"),
        }
    }

    async fn speak_http<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S) {
        let Self {
            http,
            app,
            peer,
            watcher,
            ..
        } = self;
        let service = service_fn(move |request| {
            let app = Arc::clone(&app);
            async move { app.answer(request, peer).await }
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection.into_owned()).await {
            tracing::debug!(%peer, %error, "a connection ended badly");
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
