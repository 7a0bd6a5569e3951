//! Where a request comes from, also through proxies.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::USER_AGENT;
use latchkey_domain::CorrelationId;
use latchkey_service::{RequestInfo, Service};

use super::metrics::Door;
use crate::config::Networks;

/// What is known of a request before it is read: its id, its source, its client.
pub(super) fn request_info(
    service: &Service,
    headers: &HeaderMap,
    peer: IpAddr,
    proxies: &Networks,
    door: Door,
) -> RequestInfo {
    // OAuth takes the client's id for its correlation id (sign-in contract 9.4); Graph names both, each by its own
    // name (Graph contract 1.2).
    let given = headers
        .get("client-request-id")
        .filter(|_| door == Door::Oauth)
        .and_then(|id| id.to_str().ok())
        .and_then(|id| id.parse().ok());
    let id = given.unwrap_or_else(|| CorrelationId::from_bytes(service.ordered_id()));
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    RequestInfo::new(id, client_address(headers, peer, proxies), agent)
}

/// The nearest address that is no trusted proxy. What stands further left in `X-Forwarded-For` was written by
/// whoever that is, and is not believed.
fn client_address(headers: &HeaderMap, peer: IpAddr, proxies: &Networks) -> IpAddr {
    let peer = peer.to_canonical();
    if proxies.is_empty() || !proxies.contains(peer) {
        return peer;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = peer;
    for text in forwarded.iter().rev() {
        let Some(address) = read_address(text.trim()) else {
            break;
        };
        nearest = address;
        if !proxies.contains(address) {
            break;
        }
    }
    nearest
}

/// `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1`, `[2001:db8::1]:1234`
fn read_address(text: &str) -> Option<IpAddr> {
    let address = text
        .parse::<IpAddr>()
        .ok()
        .or_else(|| {
            text.parse::<std::net::SocketAddr>()
                .ok()
                .map(|socket| socket.ip())
        })
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], proxies: &str) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client_address(
            &headers,
            peer.parse().unwrap(),
            &Networks::parse(proxies).unwrap(),
        )
        .to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], ""), "203.0.113.9");
        assert_eq!(
            client("203.0.113.9", &["198.51.100.1"], "10.0.0.0/8"),
            "203.0.113.9"
        );
        assert_eq!(
            client("10.0.0.1", &["198.51.100.1"], "10.0.0.0/8"),
            "198.51.100.1"
        );
        assert_eq!(
            client("::ffff:10.0.0.1", &["198.51.100.1"], "10.0.0.0/8"),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_a_client_adds_itself_counts_for_nothing() {
        assert_eq!(
            client("10.0.0.1", &["192.0.2.66, 198.51.100.1, 10.0.0.2"], "10.0.0.0/8"),
            "198.51.100.1"
        );
        assert_eq!(
            client("10.0.0.1", &["192.0.2.66", "198.51.100.1"], "10.0.0.0/8"),
            "198.51.100.1"
        );
        assert_eq!(
            client("10.0.0.1", &["192.0.2.66, junk"], "10.0.0.0/8"),
            "10.0.0.1"
        );
    }

    #[test]
    fn ports_and_brackets_are_dropped() {
        assert_eq!(
            client("10.0.0.1", &["198.51.100.1:4711"], "10.0.0.0/8"),
            "198.51.100.1"
        );
        assert_eq!(
            client("10.0.0.1", &["[2001:db8::1]:4711"], "10.0.0.0/8"),
            "2001:db8::1"
        );
    }
}
