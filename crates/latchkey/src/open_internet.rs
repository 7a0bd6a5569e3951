//! Which hosts a request may reach that somebody outside asked for: those on the open internet.
//!
//! A name is judged by the addresses that it stands for at the moment of the connection, and the connection goes to
//! these and no others: a name that stands for something else a moment later gains nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use latchkey_domain::is_public_address;
use tower::Service;

/// Hosts that the operator names: they may be reached wherever they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Hosts(BTreeSet<String>);

impl Hosts {
    /// Reads names and addresses separated by commas.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let host = |item: &str| {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
            let is_host =
                item.bytes().all(fits) && (!item.contains(':') || plain(item).parse::<IpAddr>().is_ok());
            is_host
                .then(|| plain(item))
                .ok_or_else(|| format!("'{item}' is no host name and no address"))
        };
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(host)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn contains(&self, host: &str) -> bool {
        self.0.contains(&plain(host))
    }

    /// Whether a request may be made of this host. A name may, unless it always means this machine (RFC 6761): it is
    /// judged when it is resolved.
    pub(crate) fn let_pass(&self, host: &str) -> bool {
        let name = plain(host);
        let is_here = name == "localhost" || name.ends_with(".localhost");
        let address = name.parse::<IpAddr>();
        address.map_or(!is_here, is_public_address) || self.contains(host)
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<&str> = self.0.iter().map(String::as_str).collect();
        f.write_str(&all.join(", "))
    }
}

/// A host in one spelling: lower case, no brackets, no dot at its end.
fn plain(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResolveError {
    #[error(transparent)]
    System(#[from] std::io::Error),
    #[error("the name stands for no address on the open internet")]
    NotPublic,
}

/// The machine's resolver, without the addresses that are not on the open internet.
#[derive(Clone)]
pub(crate) struct Resolver {
    /// Who is let off; none: everybody is.
    guard: Option<Arc<Hosts>>,
    system: GaiResolver,
}

impl Resolver {
    /// All that the machine's resolver knows.
    pub(crate) fn anywhere() -> Self {
        Self {
            guard: None,
            system: GaiResolver::new(),
        }
    }

    /// The open internet and these hosts.
    pub(crate) fn open_internet(but: Arc<Hosts>) -> Self {
        Self {
            guard: Some(but),
            system: GaiResolver::new(),
        }
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = ResolveError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ResolveError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ResolveError>> {
        Service::poll_ready(&mut self.system, context).map_err(ResolveError::System)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let free = self
            .guard
            .as_ref()
            .is_none_or(|hosts| hosts.contains(name.as_str()));
        let found = Service::call(&mut self.system, name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = found
                .await?
                .filter(|address| free || is_public_address(address.ip()))
                .collect();
            if found.is_empty() {
                Err(ResolveError::NotPublic)
            } else {
                Ok(found.into_iter())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn hosts_are_names_and_addresses() {
        let hosts = Hosts::parse("Hooks.example.com, 10.0.0.7,[fd00::1]").unwrap();
        assert_eq!(hosts.to_string(), "10.0.0.7, fd00::1, hooks.example.com");
        for (host, may) in [
            ("hooks.example.com.", true),
            ("other.example.com", true),
            ("10.0.0.7", true),
            ("10.0.0.8", false),
            ("[FD00::1]", true),
            ("[fd00::2]", false),
            ("[::ffff:127.0.0.1]", false),
            ("169.254.169.254", false),
            ("1.1.1.1", true),
            ("LocalHost.", false),
            ("hook.localhost", false),
        ] {
            assert_eq!(hosts.let_pass(host), may, "{host}");
        }
        assert_eq!(Hosts::parse(" , "), Ok(Hosts::default()));
        for text in ["https://a.example", "a:80", "a/b", "a b", "*"] {
            assert!(Hosts::parse(text).is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn names_of_this_machine_lead_nowhere_unless_named() {
        let look = async |mut resolver: Resolver| resolver.call("localhost".parse().unwrap()).await;
        let named = |text| Resolver::open_internet(Arc::new(Hosts::parse(text).unwrap()));
        assert!(matches!(look(named("")).await, Err(ResolveError::NotPublic)));
        assert!(
            look(named("localhost"))
                .await
                .unwrap()
                .all(|address| address.ip().is_loopback())
        );
        assert!(look(Resolver::anywhere()).await.unwrap().next().is_some());
    }
}
