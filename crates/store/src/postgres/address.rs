//! From `postgres://…` to how to connect, and with which protection.
//!
//! Either there is no encryption because the address says so or the server is on this machine, or the server's
//! certificate and name are checked. There is nothing between: what falls back silently protects nobody.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Result, StoreError};

/// How to reach a server.
pub(super) struct Target {
    pub(super) config: Config,
    /// Absent: in clear.
    pub(super) tls: Option<MakeRustlsConnect>,
}

/// Reads an address. `sslmode` and `sslrootcert` are ours, the rest is the client library's.
///
/// # Errors
/// [`StoreError::Address`] tells what to write instead.
pub(super) fn parse(url: &str) -> Result<Target> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => roots = Some(decoded(value)?),
            _ => rest.push(parameter),
        }
    }
    let mut config = format!("{place}?{}", rest.join("&"))
        .parse::<Config>()
        .map_err(|error| {
            refused(&format!(
                "the address can't be read: {}",
                super::failure::text(&error)
            ))
        })?;
    let encrypted = match mode {
        Some("disable") => false,
        Some("require" | "verify-ca" | "verify-full") => true,
        Some(other) => {
            return Err(refused(&format!(
                "sslmode={other} may end up in clear: use verify-full or disable"
            )));
        }
        None if roots.is_some() => true,
        None if is_local(&config) => false,
        None => {
            return Err(refused(
                "the server is on another machine: add sslmode=verify-full&sslrootcert=/path/to/ca.pem, or \
                 sslmode=disable if nobody else can reach the network between",
            ));
        }
    };
    config.application_name("latchkey");
    give_up_in_time(&mut config);
    config.ssl_mode(if encrypted {
        SslMode::Require
    } else {
        SslMode::Disable
    });
    let tls = if encrypted {
        Some(verifying(roots.as_deref())?)
    } else {
        None
    };
    Ok(Target { config, tls })
}

/// A connection that leads nowhere ends by itself: in the middle of something after 20 seconds, otherwise after a minute.
/// What the address says stands above that.
fn give_up_in_time(config: &mut Config) {
    #[cfg(target_os = "linux")]
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(20));
    }
    if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
        config.keepalives_idle(Duration::from_secs(30));
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(Duration::from_secs(10));
        }
        if config.get_keepalives_retries().is_none() {
            config.keepalives_retries(3);
        }
    }
}

fn verifying(roots: Option<&str>) -> Result<MakeRustlsConnect> {
    let path = roots.ok_or_else(|| {
        refused(
            "add sslrootcert=/path/to/ca.pem, the certificate of whoever signed the server's, so that it can be \
             checked (for a public one: /etc/ssl/certs/ca-certificates.crt)",
        )
    })?;
    let unreadable = |error: &dyn std::fmt::Display| refused(&format!("sslrootcert {path}: {error}"));
    let mut store = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(Path::new(path)).map_err(|error| unreadable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        store.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if store.is_empty() {
        return Err(unreadable(&"there is no certificate in it"));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unreadable(&error))?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn is_local(config: &Config) -> bool {
    let loopback = |address: &IpAddr| address.is_loopback();
    let local_name = |name: &str| name == "localhost" || name.parse().is_ok_and(|address| loopback(&address));
    config.get_hostaddrs().iter().all(loopback)
        && config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => local_name(name),
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
}

fn decoded(value: &str) -> Result<String> {
    let text = percent_decode_str(value).decode_utf8();
    text.map(Into::into)
        .map_err(|_| refused("sslrootcert is not UTF-8"))
}

fn refused(why: &str) -> StoreError {
    StoreError::Address(format!("the PostgreSQL address: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(url: &str) -> std::result::Result<SslMode, String> {
        parse(url)
            .map(|target| target.config.get_ssl_mode())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn in_clear_only_where_said_or_local() {
        for url in [
            "postgres://me@localhost/db",
            "postgres://me@127.0.0.1:5432/db",
            "postgres://me@%2Frun%2Fpostgresql/db",
            "postgres:///db?host=/run/postgresql",
            "postgres://me@db.example.com/db?sslmode=disable",
        ] {
            assert_eq!(outcome(url), Ok(SslMode::Disable), "{url}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_given_up_unless_the_address_says_otherwise() {
        let config = |query: &str| {
            parse(&format!("postgres://me@localhost/db{query}"))
                .unwrap()
                .config
        };
        let usual = config("");
        assert_eq!(usual.get_keepalives_idle(), Duration::from_secs(30));
        assert_eq!(usual.get_keepalives_retries(), Some(3));
        assert_eq!(usual.get_tcp_user_timeout(), Some(&Duration::from_secs(20)));
        let own = config("?keepalives_idle=600&tcp_user_timeout=90");
        assert_eq!(own.get_keepalives_idle(), Duration::from_mins(10));
        assert_eq!(own.get_keepalives_interval(), None);
        assert_eq!(own.get_tcp_user_timeout(), Some(&Duration::from_secs(90)));
    }

    #[test]
    fn never_silently_in_clear() {
        for (url, hint) in [
            ("postgres://me@db.example.com/db", "sslmode=verify-full"),
            (
                "postgres://me@db.example.com/db?sslmode=prefer",
                "use verify-full or disable",
            ),
            (
                "postgres://me@localhost/db?sslmode=allow",
                "use verify-full or disable",
            ),
            ("postgres://me@localhost/db?sslmode=require", "sslrootcert"),
            (
                "postgres://me@localhost/db?sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
                "/nowhere/ca.pem",
            ),
            (
                "postgres://me@localhost/db?sslrootcert=%2Fdev%2Fnull",
                "no certificate",
            ),
        ] {
            let error = outcome(url).unwrap_err();
            assert!(error.contains(hint), "{url}: {error}");
        }
    }
}
