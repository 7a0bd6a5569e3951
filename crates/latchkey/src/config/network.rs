//! Addresses and networks of addresses.

use std::fmt;
use std::net::IpAddr;

/// A network: an address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    base: u128,
    mask: u128,
    address: IpAddr,
    bits: u8,
}

/// A list of networks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Networks(Vec<Network>);

impl Network {
    /// Reads `192.0.2.1` or `192.0.2.0/24`, IPv6 likewise.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse::<IpAddr>().ok()?, Some(bits.parse::<u8>().ok()?)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let width: u8 = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width {
            return None;
        }
        let host_bits = u32::from(width - bits);
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        Some(Self {
            base: number(address) & mask,
            mask,
            address,
            bits,
        })
    }

    fn contains(&self, address: IpAddr) -> bool {
        number(address) & self.mask == self.base
    }
}

/// The address as a number, IPv4 within `::ffff:0:0/96`, so that both kinds never meet by accident.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

impl Networks {
    /// This machine.
    pub(crate) fn loopback() -> Self {
        Self(
            ["127.0.0.0/8", "::1"]
                .into_iter()
                .filter_map(Network::parse)
                .collect(),
        )
    }

    /// Reads networks separated by commas.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| Network::parse(item).ok_or_else(|| format!("'{item}' is no address and no network")))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, network) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{}/{}", network.address, network.bits)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses_only() {
        let networks = Networks::parse("10.0.0.0/8, 192.0.2.7 , 2001:db8::/32").unwrap();
        for (address, inside) in [
            ("10.255.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("::ffff:192.0.2.7", true),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
            ("::1", false),
        ] {
            assert_eq!(networks.contains(address.parse().unwrap()), inside, "{address}");
        }
        assert!(
            Networks::parse("0.0.0.0/0")
                .unwrap()
                .contains("203.0.113.1".parse().unwrap())
        );
        assert!(
            !Networks::parse("0.0.0.0/0")
                .unwrap()
                .contains("2001:db8::1".parse().unwrap())
        );
        assert!(Networks::loopback().contains("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["10.0.0.0/33", "10.0.0", "example.com", "::/129", "1.2.3.4/x"] {
            assert!(Networks::parse(text).is_err(), "{text}");
        }
        assert_eq!(Networks::parse(""), Ok(Networks::default()));
    }
}
