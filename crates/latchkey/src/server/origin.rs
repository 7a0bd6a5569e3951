//! Where a request comes from, also through proxies.

use std::net::{IpAddr, Ipv4Addr};

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
    let address = client_address(headers, peer, proxies).unwrap_or(UNKNOWN);
    RequestInfo::new(id, address, agent)
}

/// Stands for an address that could not be read. It is nobody's, so that nobody is trusted or blamed by mistake.
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Where proxies write whom they speak for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that may open what only some addresses may see; none for a request that somebody passed on and that
/// doesn't tell beyond doubt for whom.
pub(super) fn vouched_address(headers: &HeaderMap, peer: IpAddr, proxies: &Networks) -> Option<IpAddr> {
    if headers.contains_key(FORWARDED_FOR) && !proxies.contains(peer.to_canonical()) {
        return None;
    }
    client_address(headers, peer, proxies)
}

/// The nearest address that is no trusted proxy. What stands further left in `X-Forwarded-For` was written by
/// whoever that is, and is not believed. None: a trusted proxy named somebody whose address can't be read.
fn client_address(headers: &HeaderMap, peer: IpAddr, proxies: &Networks) -> Option<IpAddr> {
    let mut nearest = peer.to_canonical();
    // Bytes: a client may send any, and what a proxy appends to them must count all the same.
    let lines = headers.get_all(FORWARDED_FOR);
    let mut forwarded = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    while proxies.contains(nearest) {
        let Some(element) = forwarded.next() else { break };
        nearest = str::from_utf8(element)
            .ok()
            .and_then(|text| read_address(text.trim()))?;
    }
    Some(nearest)
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
    use http::HeaderValue;

    use super::*;

    fn headers(forwarded: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            // Latin 1, so that a test can write any byte.
            let bytes: Vec<u8> = value.chars().map(|c| u8::try_from(c).unwrap()).collect();
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(&bytes).unwrap());
        }
        headers
    }

    fn client(peer: &str, forwarded: &[&str], proxies: &str) -> String {
        client_address(
            &headers(forwarded),
            peer.parse().unwrap(),
            &Networks::parse(proxies).unwrap(),
        )
        .map_or_else(|| "unknown".to_owned(), |address| address.to_string())
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
            client("10.0.0.1", &["192.0.2.66\u{e9}, 198.51.100.1"], "10.0.0.0/8"),
            "198.51.100.1"
        );
    }

    #[test]
    fn a_source_that_a_proxy_names_but_nobody_can_read_is_unknown() {
        for forwarded in [
            &["192.0.2.66, junk"][..],
            &["192.0.2.66, \u{ff}"],
            &["192.0.2.66", "unknown"],
            &["junk, 10.0.0.2"],
            &["192.0.2.66,"],
            &[""],
        ] {
            assert_eq!(
                client("10.0.0.1", forwarded, "10.0.0.0/8"),
                "unknown",
                "{forwarded:?}"
            );
        }
        assert_eq!(
            client("10.0.0.1", &[], "10.0.0.0/8"),
            "10.0.0.1",
            "nobody is named"
        );
    }

    #[test]
    fn only_who_is_known_beyond_doubt_is_vouched_for() {
        for (peer, forwarded, vouched) in [
            ("127.0.0.1", &[][..], Some("127.0.0.1")),
            ("203.0.113.9", &[], Some("203.0.113.9")),
            ("127.0.0.1", &["198.51.100.1"], Some("198.51.100.1")),
            ("127.0.0.1", &["198.51.100.1, 127.0.0.1"], Some("198.51.100.1")),
            ("127.0.0.1", &["junk"], None),
            ("::1", &["198.51.100.1"], None),
        ] {
            let proxies = Networks::parse("127.0.0.1").unwrap();
            assert_eq!(
                vouched_address(&headers(forwarded), peer.parse().unwrap(), &proxies),
                vouched.map(|address| address.parse().unwrap()),
                "{peer} {forwarded:?}"
            );
        }
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
