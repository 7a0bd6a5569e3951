use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::sources::variable;
use super::*;

struct TempFile(PathBuf);

impl TempFile {
    fn new(text: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("latchkey-config-{}-{number}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn load(file: &str, environment: &[(&str, &str)], flags: Overrides) -> Result<Config, String> {
    let file = TempFile::new(file);
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&file.0), environment, flags)
        .map(|(config, _)| config)
        .map_err(|error| error.to_string().replace(&file.0.display().to_string(), "FILE"))
}

#[test]
fn later_places_win_and_are_named() {
    let file = "# a comment\nlisten = \"127.0.0.1:1\"\n[hashing]\nthreads = 3\nqueue = 1_000\n";
    let config = load(
        file,
        &[
            ("LATCHKEY_HASHING_THREADS", "4"),
            ("LATCHKEY_LISTEN", "127.0.0.1:2"),
            ("PATH", "/"),
        ],
        vec![("listen", "--listen", "127.0.0.1:3".to_owned())],
    )
    .unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.source("listen"), Some(&Source::Flag("--listen")));
    assert_eq!(config.hashing_threads, Count(4));
    assert_eq!(
        config.source("hashing.threads").unwrap().to_string(),
        "environment LATCHKEY_HASHING_THREADS"
    );
    assert_eq!(config.hashing_queue, Count(1000));
    assert!(matches!(
        config.source("hashing.queue"),
        Some(Source::File { line: 5, .. })
    ));
    assert_eq!(config.source("http"), Some(&Source::Default));
}

#[test]
fn unknown_keys_are_refused_with_their_line() {
    for (file, message) in [
        ("\nlisten_on = \"x\"\n", "FILE:2: unknown key 'listen_on'"),
        (
            "listne = \"x\"\n",
            "FILE:1: unknown key 'listne'; did you mean 'listen'?",
        ),
        (
            "[hashing]\n\nthread = 1\n",
            "FILE:3: unknown key 'hashing.thread'; did you mean 'hashing.threads'?",
        ),
        ("[other]\nx = 1\n", "FILE:1: unknown key 'other'"),
        (
            "[tls]\ncertificate = \"a\"\n[log]\ncertificate = \"b\"\n",
            "FILE:4: unknown key 'log.certificate'; did you mean 'tls.certificate'?",
        ),
    ] {
        assert_eq!(load(file, &[], Vec::new()).unwrap_err(), message);
    }
}

#[test]
fn impossible_values_are_refused_with_their_place_and_reason() {
    for (file, message) in [
        (
            "listen = \"localhost\"",
            "FILE:1: listen must be ADDRESS:PORT, such as 127.0.0.1:8443 or [::]:8443",
        ),
        (
            "listen = 5",
            "FILE:1: listen must be ADDRESS:PORT, such as 127.0.0.1:8443 or [::]:8443",
        ),
        (
            "[totp]\nskew_steps = 3",
            "FILE:2: totp.skew_steps must be a whole number from 0 to 2",
        ),
        (
            "[totp]\nskew_steps = -1",
            "FILE:2: totp.skew_steps must be a whole number from 0 to 2",
        ),
        (
            "http = 1.5",
            "FILE:1: http must be a text, a number, true or false, or a list of texts",
        ),
        ("http = \"yes\"", "FILE:1: http must be true or false"),
        (
            "[log]\nformat = \"xml\"",
            "FILE:2: log.format must be text or json",
        ),
        (
            "public_url = \"https://id.example.com/path\"",
            "FILE:1: public_url must be https://HOST or https://HOST:PORT, without a path",
        ),
        (
            "public_url = \"https://192.0.2.1\"",
            "FILE:1: public_url must have a host name: passkeys don't work with addresses",
        ),
        (
            "[tls]\nkey = \"k\"",
            "FILE:2: tls.key: tls.certificate and tls.key belong together",
        ),
        (
            "listen = \"0.0.0.0:80\"\nhttp = true",
            "FILE:2: http: plain HTTP is for loopback addresses; elsewhere name the proxies that speak TLS in trusted_proxies",
        ),
        (
            "public_url = \"http://id.example.com\"",
            "FILE:1: public_url: http:// addresses need http = true",
        ),
        (
            "database_url = \"mysql://x\"",
            "FILE:1: database_url is no address of a database: a database is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
        ),
    ] {
        assert_eq!(load(file, &[], Vec::new()).unwrap_err(), message);
    }
    let error = load("", &[("LATCHKEY_HTTP", "maybe")], Vec::new()).unwrap_err();
    assert_eq!(error, "environment LATCHKEY_HTTP: http must be true or false");
}

#[test]
fn broken_toml_is_refused_with_its_line() {
    let error = load("http = true\nlisten =\n", &[], Vec::new()).unwrap_err();
    assert!(error.starts_with("FILE:2: "), "{error}");
    let error = load("http = true\nhttp = false\n", &[], Vec::new()).unwrap_err();
    assert!(
        error.starts_with("FILE:2: ") && error.contains("duplicate"),
        "{error}"
    );
}

#[test]
fn strange_variables_are_told_of() {
    let environment = [
        ("LATCHKEY_LISTNE".to_owned(), "x".to_owned()),
        ("LATCHKEY_DATA".to_owned(), "y".to_owned()),
    ];
    let (_, strange) = Config::load(None, environment, Vec::new()).unwrap();
    assert_eq!(strange, ["LATCHKEY_LISTNE"]);
}

#[test]
fn passwords_are_not_shown() {
    let config = load("database_url = \"postgres://me:s3cret@db/x\"", &[], Vec::new()).unwrap();
    assert!(config.shown().iter().any(|value| value == "postgres://me@db/x"));
    assert!(!format!("{config:?}").contains("s3cret"));
}

#[test]
fn logs_are_kept_for_ever_or_for_a_month_at_least() {
    assert_eq!(Config::defaults().audit_days.span(), None);
    let config = load("retention.sign_in_days = 30", &[], Vec::new()).unwrap();
    let month = latchkey_domain::Seconds(30 * 24 * 3600);
    assert_eq!(
        (config.sign_in_days.span(), config.audit_days.span()),
        (Some(month), None)
    );
    let error = load("retention.audit_days = 29", &[], Vec::new()).unwrap_err();
    assert!(error.contains("from 30"), "{error}");
}

#[test]
fn addresses_follow_the_port() {
    let config = Config::defaults();
    assert_eq!(config.origin(8443).as_str(), "https://localhost:8443");
    assert_eq!(config.origin(443).as_str(), "https://localhost");
    let config = load("public_url = \"https://ID.example.com:443/\"", &[], Vec::new()).unwrap();
    assert_eq!(config.origin(8443).as_str(), "https://id.example.com");
}

#[test]
fn this_machine_may_be_called_by_its_name() {
    let config = load("listen = \"localhost:9543\"", &[], Vec::new()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:9543");
    for wrong in ["localhost:", "localhost:70000", "id.example.com:443"] {
        assert!(
            listen_address(wrong)
                .unwrap_err()
                .contains("such as 127.0.0.1:8443")
        );
    }
}

#[test]
fn every_key_is_documented() {
    let page = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/configuration.md"
    ))
    .unwrap();
    for key in Config::KEYS {
        assert!(
            page.contains(&variable(key.path)),
            "docs/configuration.md lacks {}",
            key.path
        );
        assert!(!key.doc.trim().is_empty());
    }
}
