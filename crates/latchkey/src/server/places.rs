//! How many connections each address holds.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections of each address; 0: as many as it likes.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            taken: Mutex::default(),
        }
    }

    /// A place for somebody at this address, unless all of theirs are taken.
    pub(super) fn take(places: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let address = subscriber(peer);
        let mut taken = places.taken();
        let count = taken.entry(address).or_default();
        if places.most > 0 && *count >= places.most {
            return None;
        }
        *count += 1;
        Some(Place {
            places: Arc::clone(places),
            address,
        })
    }

    /// Nothing panics while it holds the lock.
    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// An IPv4 address, or the IPv6 /64 that one subscriber gets.
fn subscriber(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_places_and_gets_them_back() {
        let places = Arc::new(Places::new(2));
        let take = |peer: &str| Places::take(&places, peer.parse().unwrap());
        let first = take("2001:db8::1");
        let second = take("2001:db8::2:1");
        assert!(first.is_some() && second.is_some());
        assert!(take("2001:db8::3").is_none(), "the same subscriber");
        assert!(take("2001:db8:0:1::1").is_some());
        let mapped = (take("::ffff:192.0.2.1"), take("192.0.2.1"));
        assert!(mapped.0.is_some() && mapped.1.is_some() && take("192.0.2.1").is_none());
        drop(first);
        assert!(take("2001:db8::3").is_some());
        drop((second, mapped));
        assert!(places.taken().is_empty());
    }

    #[test]
    fn without_a_limit_everyone_gets_in() {
        let places = Arc::new(Places::new(0));
        let all: Vec<_> = (0..100)
            .map(|_| Places::take(&places, IpAddr::from([192, 0, 2, 1])))
            .collect();
        assert!(all.iter().all(Option::is_some));
    }
}
