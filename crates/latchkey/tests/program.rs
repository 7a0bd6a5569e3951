//! The program as a person runs it: first start, serving, configuration, the end.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails where it can't go on"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("latchkey-program-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn latchkey(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LATCHKEY") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    latchkey(folder).args(arguments).output().unwrap()
}

fn init(folder: &Folder) -> Value {
    let output = run(
        &folder.0,
        &[
            "init",
            "--data",
            "data",
            "--domain",
            "example.com",
            "--admin",
            "admin@example.com",
            "--json",
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

struct Server {
    process: Child,
    port: u16,
    ca: PathBuf,
}

impl Server {
    fn start(folder: &Folder, ca: PathBuf) -> Self {
        Self::start_with(folder, ca, &[])
    }

    fn start_with(folder: &Folder, ca: PathBuf, environment: &[(&str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let process = latchkey(&folder.0)
            .args([
                "serve",
                "--data",
                "data",
                "--listen",
                &format!("127.0.0.1:{port}"),
            ])
            .envs(environment.iter().copied())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Self { process, port, ca };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.process.try_wait().unwrap();
            let log = || std::fs::read_to_string(folder.0.join("log")).unwrap_or_default();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "not serving: {ended:?}\n{}",
                log()
            );
            std::thread::yield_now();
        }
        server
    }

    fn tls(&self) -> StreamOwned<ClientConnection, TcpStream> {
        self.tls_for(&[])
    }

    fn tls_for(&self, protocols: &[&[u8]]) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(&self.ca).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
        StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", self.port)).unwrap())
    }

    fn get(&self, path: &str) -> String {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }

    fn send(&self, request: &str) -> String {
        let mut stream = self.tls();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // The end without close_notify is no matter for an answer that tells its length.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn terminate(&self) {
        let killed = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }

    fn ends_well(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(Instant::now() < deadline, "still running");
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn init_then_serve_then_end() {
    let folder = Folder::new();
    let info = init(&folder);
    assert_eq!(info["url"], "https://localhost:8443");
    assert_eq!(info["domain"], "example.com");
    let ca = PathBuf::from(info["caCertificate"].as_str().unwrap());
    assert!(ca.is_absolute());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.data()), 0o700);
        for file in ["latchkey.db", "master.key", "tls/ca.key", "tls/server.key"] {
            assert_eq!(mode(&folder.data().join(file)), 0o600, "{file}");
        }
    }
    let again = run(
        &folder.0,
        &[
            "init",
            "--data",
            "data",
            "--domain",
            "a.example",
            "--admin",
            "a@a.example",
        ],
    );
    assert!(!again.status.success() && again.stdout.is_empty());

    let mut server = Server::start(&folder, ca);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    let answer = server.get("/metrics");
    assert!(
        answer.contains("latchkey_http_requests_total{door=\"operation\",status=\"200\"} 2"),
        "{answer}"
    );
    assert!(
        answer.contains("latchkey_hash_queue_depth 0") && answer.contains("latchkey_store_commits_total"),
        "{answer}"
    );
    let answer = server.get("/common/v2.0/.well-known/openid-configuration");
    assert!(
        answer.contains(&format!(
            "https://localhost:{}/common/oauth2/v2.0/token",
            server.port
        )),
        "{answer}"
    );

    let application = &info["application"];
    let body = format!(
        "grant_type=client_credentials&scope=https://graph.microsoft.com/.default&client_id={}&client_secret={}",
        application["clientId"].as_str().unwrap(),
        application["clientSecret"].as_str().unwrap()
    );
    let answer = server.send(&format!(
        "POST /example.com/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    let answer: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let token = answer["access_token"].as_str().unwrap();
    let answer = server.send(&format!(
        "GET /v1.0/users/admin@example.com HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nclient-request-id: 11111111-2222-4333-8444-555555555555\r\n\r\n"
    ));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let header = |name: &str| {
        let line = answer.lines().find(|line| line.starts_with(&format!("{name}: ")));
        line.and_then(|line| line.split(' ').nth(1)).map(str::to_owned)
    };
    assert_eq!(
        header("client-request-id").unwrap(),
        "11111111-2222-4333-8444-555555555555"
    );
    assert_eq!(header("x-request-id"), header("request-id"), "one id of our own");
    assert_ne!(header("x-request-id"), header("client-request-id"));

    server.terminate();
    server.ends_well();
    let log = std::fs::read_to_string(folder.0.join("log")).unwrap();
    assert!(log.contains("stopped") && !log.contains(token), "{log}");
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let folder = Folder::new();
    let info = init(&folder);
    let mut server = Server::start(&folder, info["caCertificate"].as_str().unwrap().into());
    let mut stream = server.tls();
    let body = "grant_type=unknown";
    let head = format!(
        "POST /common/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body: the request is under way.
    let mut buffer = [0; 64];
    let read = stream.read(&mut buffer).unwrap();
    assert!(
        buffer[..read].starts_with(b"HTTP/1.1 100"),
        "{}",
        String::from_utf8_lossy(&buffer[..read])
    );
    server.terminate();
    // It takes no new connections any more …
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", server.port)).is_ok() {
        assert!(Instant::now() < deadline, "still accepting");
        std::thread::yield_now();
    }
    // … and still answers this one.
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(
        String::from_utf8_lossy(&answer).contains("unsupported_grant_type"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    server.ends_well();
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let mut bytes = vec![0, 0, length, kind, flags, 0, 0, 0, stream];
    bytes.extend(payload);
    bytes
}

/// What HTTP/2 connections begin with; no answer has room until the window is opened.
fn preface() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    bytes
}

#[test]
fn an_answer_that_the_client_has_no_room_for_yet_is_waited_for_at_the_end() {
    let folder = Folder::new();
    let info = init(&folder);
    let mut server = Server::start(&folder, info["caCertificate"].as_str().unwrap().into());
    let mut stream = server.tls_for(&[b"h2"]);
    let mut request = preface();
    // GET, https, /healthz, localhost
    request.extend(frame(1, 5, 1, b"\x82\x87\x04\x08/healthz\x01\x09localhost"));
    stream.write_all(&request).unwrap();
    let next = |stream: &mut StreamOwned<ClientConnection, TcpStream>| {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let mut payload = vec![0; usize::from(head[1]) * 256 + usize::from(head[2])];
        stream.read_exact(&mut payload)?;
        std::io::Result::Ok((head[3], payload))
    };
    while next(&mut stream).unwrap().0 != 1 {}
    server.terminate();
    stream
        .sock
        .set_read_timeout(Some(Duration::from_millis(2500)))
        .unwrap();
    let kept = loop {
        match next(&mut stream) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(
        kept.kind(),
        std::io::ErrorKind::WouldBlock,
        "the connection is kept: {kept}"
    );
    stream.write_all(&frame(8, 0, 1, &[0, 0, 1, 0])).unwrap();
    let data = loop {
        let (kind, payload) = next(&mut stream).unwrap();
        if kind == 0 {
            break payload;
        }
    };
    assert_eq!(data, b"ok\n");
    server.ends_well();
}

#[test]
fn who_says_nothing_is_left_and_nobody_takes_all_places() {
    let folder = Folder::new();
    let info = init(&folder);
    let server = Server::start_with(
        &folder,
        info["caCertificate"].as_str().unwrap().into(),
        &[
            ("LATCHKEY_LIMITS_HEADER_SECONDS", "1"),
            ("LATCHKEY_LIMITS_CONNECTIONS_PER_ADDRESS", "8"),
        ],
    );
    let ends = |stream: &mut StreamOwned<ClientConnection, TcpStream>| {
        let timeout = Some(Duration::from_secs(20));
        stream.sock.set_read_timeout(timeout).unwrap();
        let error = stream.read_to_end(&mut Vec::new()).err();
        assert_ne!(
            error.map(|error| error.kind()),
            Some(std::io::ErrorKind::WouldBlock),
            "still open"
        );
    };
    let silent = [
        (&b""[..], &[][..]),
        (b"P", &[]),
        (b"PRI * HTTP/2.0\r\n", &[]),
        (b"", &[&b"h2"[..]]),
        (&preface(), &[b"h2"]),
    ];
    let mut streams = silent.map(|(said, protocols)| {
        let mut stream = server.tls_for(protocols);
        stream.conn.complete_io(&mut stream.sock).unwrap();
        stream.write_all(said).unwrap();
        stream
    });
    streams.iter_mut().for_each(ends);

    let mut places: Vec<_> = (0..9).map(|_| server.tls()).collect();
    let mut shaken = places.iter_mut().map(|stream| {
        let timeout = Some(Duration::from_secs(20));
        stream.sock.set_read_timeout(timeout).unwrap();
        stream.conn.complete_io(&mut stream.sock).is_ok()
    });
    assert!(shaken.next().unwrap() && !shaken.next_back().unwrap());
}

#[test]
fn figures_are_for_those_whose_address_is_known() {
    let folder = Folder::new();
    let info = init(&folder);
    let ca = || PathBuf::from(info["caCertificate"].as_str().unwrap());
    let figures = |server: &Server, forwarded: &[u8]| {
        let mut stream = server.tls();
        let mut request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".to_vec();
        request.extend(forwarded);
        request.extend(b"\r\n");
        stream.write_all(&request).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer)
            .split(' ')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    for proxies in ["", "127.0.0.1"] {
        let server = Server::start_with(&folder, ca(), &[("LATCHKEY_TRUSTED_PROXIES", proxies)]);
        assert_eq!(figures(&server, b""), "200");
        for forwarded in [
            &b"X-Forwarded-For: 203.0.113.9\r\n"[..],
            b"X-Forwarded-For: \xff, 203.0.113.9\r\n",
            b"X-Forwarded-For: 203.0.113.9\xff\r\n",
        ] {
            assert_eq!(figures(&server, forwarded), "403", "{proxies} {forwarded:?}");
        }
    }
}

#[test]
fn recover_makes_a_new_pass_for_known_people() {
    let folder = Folder::new();
    let info = init(&folder);
    let output = run(
        &folder.0,
        &["admin", "recover", "Admin@example.com", "--data", "data"],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("pass  ") && !text.contains(info["admin"]["temporaryAccessPass"].as_str().unwrap())
    );
    for wrong in ["nobody@example.com", "no name"] {
        let output = run(&folder.0, &["admin", "recover", wrong, "--data", "data"]);
        assert!(!output.status.success() && output.stdout.is_empty());
    }
}

#[test]
fn a_database_without_its_master_key_is_not_opened() {
    let folder = Folder::new();
    init(&folder);
    std::fs::remove_file(folder.data().join("master.key")).unwrap();
    let output = run(&folder.0, &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("master key file") && text.contains("master.key"),
        "{text}"
    );
    assert!(!folder.data().join("master.key").exists(), "no new key was made");
}

#[test]
fn a_new_master_key_takes_over() {
    let folder = Folder::new();
    init(&folder);
    let file = folder.data().join("master.key");
    let keys = || {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let rotate = |arguments: &[&str]| {
        let all = [&["keys", "rotate-master", "--data", "data"], arguments].concat();
        let output = run(&folder.0, &all);
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text)
    };
    let old = keys();
    assert!(rotate(&["--prepare"]).0);
    let [first, second] = &keys()[..] else { panic!() };
    assert!(*first == old[0] && *second != old[0]);
    let (id, _) = second.split_once(':').unwrap();
    let (done, text) = rotate(&["--use", "00000000"]);
    assert!(!done && text.contains("has no key 00000000"), "{text}");
    let (done, text) = rotate(&["--use", id]);
    // Three signing keys and the key of pairwise subjects.
    assert!(done && text.contains("4 values were sealed anew"), "{text}");
    assert_eq!(keys(), [second.clone(), old[0].clone()]);
    let (done, text) = rotate(&["--use", id]);
    assert!(done && text.contains("0 values"), "{text}");
    let (done, text) = rotate(&[]);
    assert!(done && text.contains("4 values") && keys().len() == 3, "{text}");

    // Everything that was sealed opens with the newest alone.
    std::fs::write(&file, keys()[0].clone() + "\n").unwrap();
    let output = run(
        &folder.0,
        &["admin", "recover", "admin@example.com", "--data", "data"],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = run(&folder.0, &["admin", "export", "audit", "--data", "data"]);
    let log = String::from_utf8(output.stdout).unwrap();
    assert!(log.contains("Latchkey rotated the master key"), "{log}");
}

#[test]
fn files_that_are_not_there_are_told_with_key_and_line() {
    let folder = Folder::new();
    init(&folder);
    for (file, place) in [
        (
            "\nmaster_key_file = \"/nofile\"\n",
            "c.toml:2: master_key_file: /nofile: ",
        ),
        (
            "[tls]\ncertificate = \"/nofile\"\nkey = \"/nokey\"\n",
            "c.toml:2: tls.certificate: /nofile: ",
        ),
        (
            "[passkeys]\n\nmetadata = \"/nofile\"\n",
            "c.toml:3: passkeys.metadata: /nofile: ",
        ),
        (
            "[outbound]\nca = \"/nofile\"\n",
            "c.toml:2: outbound.ca: /nofile: ",
        ),
    ] {
        std::fs::write(folder.0.join("c.toml"), file).unwrap();
        let arguments = [
            "serve",
            "--data",
            "data",
            "--config",
            "c.toml",
            "--listen",
            "127.0.0.1:0",
        ];
        let output = run(&folder.0, &arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && text.contains(place), "{text}");
    }
}

#[test]
fn config_tells_values_and_places() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("c.toml"), "[hashing]\nthreads = 2\n").unwrap();
    let output = latchkey(&folder.0)
        .args(["config", "--config", "c.toml"])
        .env("LATCHKEY_LISTEN", "127.0.0.1:1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |key: &str| {
        text.lines()
            .find(|line| line.starts_with(&format!("{key} ")))
            .unwrap()
            .to_owned()
    };
    assert!(
        line("listen").contains("\"127.0.0.1:1\"  # environment LATCHKEY_LISTEN"),
        "{text}"
    );
    assert!(line("hashing.threads").contains("\"2\"  # c.toml:2"), "{text}");
    assert!(line("http").contains("\"false\"  # default"), "{text}");
    assert!(
        !folder.0.join("latchkey-data").exists(),
        "looking changes nothing"
    );
}
