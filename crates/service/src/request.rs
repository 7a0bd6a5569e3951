//! What every request carries besides its content.

use std::net::{IpAddr, Ipv6Addr};

use latchkey_domain::CorrelationId;

/// Where a request came from; goes into logs and the counting of guesses.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    /// Ties together the records of this request; told to the person on error pages.
    pub correlation_id: CorrelationId,
    /// The address it came from.
    pub ip_address: IpAddr,
    /// The client's own description, at most 512 characters.
    pub user_agent: String,
}

impl RequestInfo {
    /// The most characters of a client's description that are kept.
    pub const MAX_USER_AGENT: usize = 512;

    /// Cuts the client's description to what is kept.
    pub fn new(correlation_id: CorrelationId, ip_address: IpAddr, user_agent: &str) -> Self {
        let user_agent = user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(Self::MAX_USER_AGENT)
            .collect();
        Self {
            correlation_id,
            ip_address: ip_address.to_canonical(),
            user_agent,
        }
    }

    /// For work at the machine's own console.
    pub fn console(correlation_id: CorrelationId) -> Self {
        Self::new(
            correlation_id,
            IpAddr::V6(Ipv6Addr::LOCALHOST),
            "latchkey console",
        )
    }

    /// The bytes by which guesses from this source are counted: an IPv4 address, or an IPv6 /64, which
    /// is what one subscriber gets (sign-in contract 11.2).
    pub fn source_bytes(&self) -> Vec<u8> {
        match self.ip_address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(ip: &str) -> RequestInfo {
        RequestInfo::new(CorrelationId::from_bytes([0; 16]), ip.parse().unwrap(), "x")
    }

    #[test]
    fn sources_are_addresses_or_a_subscribers_network() {
        assert_eq!(info("203.0.113.7").source_bytes(), [203, 0, 113, 7]);
        assert_eq!(
            info("::ffff:203.0.113.7").source_bytes(),
            [203, 0, 113, 7],
            "a mapped address is the address"
        );
        assert_eq!(
            info("2001:db8:1:2:3::4").source_bytes(),
            info("2001:db8:1:2::9").source_bytes()
        );
        assert_ne!(
            info("2001:db8:1:3::4").source_bytes(),
            info("2001:db8:1:2::9").source_bytes()
        );
    }
}
