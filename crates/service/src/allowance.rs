//! How much work for the hashing threads one caller of the Graph door may ask for: passes with short codes and
//! passwords. Counted in the memory of each node; the portal and the console are not counted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use latchkey_crypto::HIGH_ENTROPY_LENGTH;
use latchkey_domain::{Caller, Grant, PassLength, Seconds, Timestamp};

use crate::{Fault, Service};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// From so many callers on those are forgotten who have their whole minute again.
const MANY: usize = 4096;

/// By caller: when all that was asked for will be made up for.
#[derive(Debug, Default)]
pub(crate) struct Allowances(Mutex<HashMap<[u8; 16], i64>>);

impl Allowances {
    /// Takes one of the caller's `per_minute`, which may come all at once.
    ///
    /// # Errors
    /// There is none left; how long to wait for one.
    fn take(&self, caller: [u8; 16], per_minute: u32, now: Timestamp) -> Result<(), Seconds> {
        let (now, one) = (now.as_micros(), MINUTE / i64::from(per_minute.max(1)));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let even = known.get(&caller).copied().unwrap_or(now).max(now) + one;
        let too_much = even - now - MINUTE;
        if too_much > 0 {
            return Err(Seconds(too_much.saturating_add(SECOND - 1) / SECOND));
        }
        if known.len() >= MANY {
            known.retain(|_, even| *even > now);
        }
        known.insert(caller, even);
        Ok(())
    }
}

impl Service {
    /// Counts a password that is about to be hashed for the caller.
    ///
    /// # Errors
    /// [`Fault::TooMany`]
    pub(crate) fn count_hash(&self, caller: &Caller) -> Result<(), Fault> {
        let id = match caller {
            Caller::Application { client_id, .. } => *client_id.as_bytes(),
            Caller::Person {
                id,
                grant: Grant::Delegated(_),
                ..
            } => *id.as_bytes(),
            Caller::Person { .. } | Caller::Console => return Ok(()),
        };
        match self.settings.hashes_per_minute {
            0 => Ok(()),
            most => self.allowances.take(id, most, self.now()).map_err(Fault::TooMany),
        }
    }

    /// As [`Self::count_hash`], for a code of this length; long ones cost no hash.
    ///
    /// # Errors
    /// [`Fault::TooMany`]
    pub(crate) fn count_code(&self, caller: &Caller, length: PassLength) -> Result<(), Fault> {
        if length.get() < HIGH_ENTROPY_LENGTH {
            self.count_hash(caller)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_comes_back_bit_by_bit() {
        let allowances = Allowances::default();
        let take = |who, at| allowances.take([who; 16], 6, Timestamp::from_seconds(at));
        for _ in 0..6 {
            assert_eq!(take(1, 1000), Ok(()));
        }
        assert_eq!(take(1, 1000), Err(Seconds(10)));
        assert_eq!(take(1, 1003), Err(Seconds(7)), "a refusal costs nothing");
        assert_eq!(take(2, 1003), Ok(()), "somebody else");
        assert_eq!(take(1, 1010), Ok(()));
        assert_eq!(take(1, 1010), Err(Seconds(10)));
        for _ in 0..6 {
            assert_eq!(take(1, 5000), Ok(()));
        }
        assert_eq!(take(1, 5000), Err(Seconds(10)), "no more than a minute's worth");
    }

    #[test]
    fn callers_are_forgotten_when_nothing_is_owed() {
        let allowances = Allowances::default();
        for n in 0..2 * u32::try_from(MANY).unwrap() {
            let mut who = [0; 16];
            who[..4].copy_from_slice(&n.to_be_bytes());
            let at = Timestamp::from_seconds(i64::from(n) * 60);
            assert_eq!(allowances.take(who, 6, at), Ok(()));
        }
        assert!(allowances.0.lock().unwrap().len() <= MANY + 1);
    }
}
