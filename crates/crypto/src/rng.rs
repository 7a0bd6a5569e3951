//! Where random bytes come from: the operating system, or a seed in tests.

use latchkey_domain::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroize;

/// A source of random bytes, handed to everything that needs some.
pub trait Random: Send + Sync {
    /// Fills `buf` with random bytes. Cannot fail: a source that can't deliver must not return.
    fn fill(&self, buf: &mut [u8]);
}

/// The shared handle by which the source is passed around.
pub type Rng = Arc<dyn Random>;

/// The generator of AWS-LC, seeded and reseeded by the operating system.
///
/// It is asked for a stock of bytes at a time: it is thread-safe, but each call takes it longer than 64 bytes do. A
/// byte is wiped from the stock when it is handed out.
#[derive(Default)]
pub struct SystemRng {
    source: SystemRandom,
    stock: Mutex<Stock>,
}

/// Bytes that nobody has seen yet, at the end of the array.
struct Stock {
    bytes: [u8; STOCK],
    left: usize,
}

const STOCK: usize = 1024;

impl Default for Stock {
    fn default() -> Self {
        Self {
            bytes: [0; STOCK],
            left: 0,
        }
    }
}

impl Drop for Stock {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl std::fmt::Debug for SystemRng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemRng")
    }
}

impl SystemRng {
    /// The generator with an empty stock.
    pub fn new() -> Self {
        Self::default()
    }

    fn draw(&self, buf: &mut [u8]) {
        if self.source.fill(buf).is_err() {
            // Without randomness every code, key and nonce would be guessable. An error would have to be handled by
            // hundreds of callers that can do nothing but stop, and one that goes on is a breach.
            eprintln!("latchkey: the operating system's random source failed; stopping");
            std::process::abort();
        }
    }
}

impl Random for SystemRng {
    fn fill(&self, buf: &mut [u8]) {
        if buf.len() > STOCK / 8 {
            return self.draw(buf);
        }
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        if stock.left < buf.len() {
            self.draw(&mut stock.bytes);
            stock.left = STOCK;
        }
        let rest = stock.left - buf.len();
        let left = std::mem::replace(&mut stock.left, rest);
        match stock.bytes.get_mut(rest..left) {
            Some(fresh) => {
                buf.copy_from_slice(fresh);
                fresh.zeroize();
            }
            None => self.draw(buf),
        }
    }
}

/// A repeatable source, for tests and benchmarks only: equal seeds give equal bytes, HMAC-SHA-256(seed, counter).
#[derive(Debug)]
pub struct SeededRng {
    key: hmac::Key,
    counter: AtomicU64,
}

impl SeededRng {
    /// The source that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &seed.to_le_bytes()),
            counter: AtomicU64::new(0),
        }
    }
}

impl Random for SeededRng {
    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::Relaxed);
            let block = hmac::sign(&self.key, &counter.to_le_bytes());
            for (to, from) in chunk.iter_mut().zip(block.as_ref()) {
                *to = *from;
            }
        }
    }
}

/// `N` random bytes.
pub fn random_array<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// 16 random bytes in the form of a version 4 UUID (RFC 9562, 5.4), so that ids look like the GUIDs of Graph.
pub fn random_id_bytes(random: &dyn Random) -> [u8; 16] {
    let mut bytes = random_array::<16>(random);
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    bytes
}

/// 16 bytes in the form of a version 7 UUID (RFC 9562, 5.7): the milliseconds of `now`, then 74 random bits.
///
/// For records that are written one after the other: their index grows at its end, where ids that are random all
/// through touch another page each time. Such an id tells when it was made, so nothing that must be guarded has one.
pub fn time_ordered_id_bytes(random: &dyn Random, now: Timestamp) -> [u8; 16] {
    let mut bytes = random_array::<16>(random);
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    let [_, _, time @ ..] = millis.to_be_bytes();
    let (head, _) = bytes.split_at_mut(time.len());
    head.copy_from_slice(&time);
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x70;
    *variant = (*variant & 0x3f) | 0x80;
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_bytes_differ() {
        let rng = SystemRng::new();
        assert_ne!(random_array::<32>(&rng), random_array::<32>(&rng));
    }

    #[test]
    fn no_byte_of_the_stock_is_handed_out_twice() {
        let rng = SystemRng::new();
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            // Of a length that does not divide the stock's.
            assert!(seen.insert(random_array::<24>(&rng)));
            assert_ne!(random_array::<200>(&rng), [0; 200]);
        }
        assert!(!seen.contains(&[0; 24]));
    }

    #[test]
    fn ordered_ids_follow_the_time_and_differ_within_it() {
        let rng = SeededRng::new(3);
        let at = |millis: i64| time_ordered_id_bytes(&rng, Timestamp::from_micros(millis * 1000));
        let (first, same, later) = (
            at(1_800_000_000_000),
            at(1_800_000_000_000),
            at(1_800_000_000_001),
        );
        assert_ne!(first, same);
        assert!(first < later && same < later);
        assert_eq!(first[..6], [0x01, 0xa3, 0x18, 0x5c, 0x50, 0x00]);
        assert_eq!((first[6] >> 4, first[8] >> 6), (7, 2));
    }

    #[test]
    fn seeded_bytes_repeat_by_seed_and_never_within_one() {
        let (a, b, other) = (SeededRng::new(1), SeededRng::new(1), SeededRng::new(2));
        let first = random_array::<80>(&a);
        assert_eq!(first, random_array::<80>(&b));
        assert_ne!(first, random_array::<80>(&other));
        assert_ne!(first, random_array::<80>(&a));
    }

    #[test]
    fn ids_carry_version_and_variant() {
        let rng = SeededRng::new(7);
        for _ in 0..100 {
            let id = random_id_bytes(&rng);
            assert_eq!(id[6] >> 4, 4);
            assert_eq!(id[8] >> 6, 0b10);
        }
    }
}
