//! When guessing is stopped: counters and growing waits.
//!
//! Sign-in contract 11.1 (passwords) and 11.2 (passes); NIST SP 800-63B-4 3.2.2. A guess is counted
//! *before* its hash is computed and taken back when it was right, so that guesses made at the same
//! time can't slip past the limit.

use crate::{Seconds, Timestamp};

/// Limits of one kind of counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutRule {
    /// So many wrong guesses lock.
    pub threshold: u32,
    /// Guesses older than this no longer count.
    pub window: Seconds,
    /// How long the first lock lasts; each further one twice as long.
    pub first_lock: Seconds,
    /// No lock lasts longer.
    pub longest_lock: Seconds,
    /// Whether the first wrong guess after a lock locks again at once.
    pub relocks_at_once: bool,
}

/// After so long without a wrong guess, all is forgotten: 24 hours.
pub const LOCKOUT_FORGET: Seconds = Seconds(24 * 3600);

impl LockoutRule {
    /// For a name, unless the operator wants it otherwise: 10 wrong guesses, then 60 s, doubling up to an hour.
    pub const NAME: Self = Self {
        threshold: 10,
        window: LOCKOUT_FORGET,
        first_lock: Seconds(60),
        longest_lock: Seconds(3600),
        relocks_at_once: true,
    };
    /// For a name, by the operator's choice: so many wrong guesses (1–50) lock for so long at first (5–18,000 s).
    pub const fn for_names(threshold: u32, first_lock: Seconds) -> Self {
        let longest = if first_lock.0 > Self::NAME.longest_lock.0 {
            first_lock
        } else {
            Self::NAME.longest_lock
        };
        Self {
            threshold,
            first_lock,
            longest_lock: longest,
            ..Self::NAME
        }
    }

    /// For a source address: 30 wrong guesses within 10 minutes over all names, then 5 minutes.
    pub const SOURCE: Self = Self {
        threshold: 30,
        window: Seconds(600),
        first_lock: Seconds(300),
        longest_lock: Seconds(300),
        relocks_at_once: false,
    };
    /// For devices that ask for codes from one source: 100 within 10 minutes, then 5 minutes.
    pub const DEVICES: Self = Self {
        threshold: 100,
        ..Self::SOURCE
    };
    /// Wrong guesses in a row that block a pass for good (NIST SP 800-63B-4 3.2.2).
    pub const PASS_GUESSES: u32 = 100;
}

/// What is known of the guesses at one name or from one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lockout {
    /// Wrong guesses that count.
    pub failures: u32,
    /// Locks so far; decides how long the next lasts.
    pub locks: u32,
    /// Until when nothing is tried.
    pub locked_until: Option<Timestamp>,
    /// When the counting window began.
    pub window_start: Option<Timestamp>,
    /// The last guess that counted.
    pub last_failure: Option<Timestamp>,
    /// For the counter of a name's passwords: what was wrong of late.
    pub wrong_passwords: RecentWrongPasswords,
}

/// Sixteen bits of a keyed hash of a wrong password: enough to know it again, too little to learn it from. Never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongPasswordTag(std::num::NonZeroU16);

impl WrongPasswordTag {
    /// The tag of a keyed hash.
    pub fn of_hash(hash: &[u8; 32]) -> Self {
        let [first, second, ..] = *hash;
        let bits = std::num::NonZeroU16::new(u16::from_be_bytes([first, second]));
        Self(bits.unwrap_or(std::num::NonZeroU16::MIN))
    }
}

/// The last three wrong passwords, by their tags: who repeats one of them has learned nothing by it, so that it is not
/// counted again (sign-in contract 11.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecentWrongPasswords([Option<WrongPasswordTag>; 3]);

impl RecentWrongPasswords {
    /// Whether it is one of them.
    pub fn contains(self, tag: WrongPasswordTag) -> bool {
        self.0.contains(&Some(tag))
    }

    /// Puts one more in front and forgets the oldest.
    pub fn remember(&mut self, tag: WrongPasswordTag) {
        let [first, second, _] = self.0;
        self.0 = [Some(tag), first, second];
    }

    /// 48 bits, for the store.
    pub fn to_bits(self) -> i64 {
        self.0.iter().fold(0, |bits, tag| {
            (bits << 16) | tag.map_or(0, |tag| i64::from(tag.0.get()))
        })
    }

    /// What [`Self::to_bits`] gave.
    pub fn from_bits(bits: i64) -> Self {
        let tag = |shift: u32| {
            let bits = u16::try_from((bits >> shift) & 0xffff).unwrap_or(0);
            std::num::NonZeroU16::new(bits).map(WrongPasswordTag)
        };
        Self([tag(32), tag(16), tag(0)])
    }
}

/// A guess that was counted beforehand; hand it back when it was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    locked_by_it: Option<Timestamp>,
}

impl Lockout {
    /// Whether guesses are refused at this moment; until when.
    pub fn locked(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| now < *until)
    }

    /// Counts a guess that is about to be checked.
    ///
    /// # Errors
    /// The moment until which guesses are refused; nothing is counted then.
    pub fn reserve(&mut self, rule: LockoutRule, now: Timestamp) -> Result<Reservation, Timestamp> {
        if let Some(until) = self.locked(now) {
            return Err(until);
        }
        if self.last_failure.is_some_and(|last| now >= last + LOCKOUT_FORGET) {
            *self = Self::default();
        }
        let window_over = self.window_start.is_none_or(|start| now >= start + rule.window);
        let after_lock = self.locked_until.is_some();
        let fresh = if after_lock {
            !rule.relocks_at_once
        } else {
            window_over
        };
        if fresh {
            self.failures = 0;
            self.window_start = Some(now);
            self.locked_until = None;
        }
        self.failures = self.failures.saturating_add(1);
        self.last_failure = Some(now);
        if self.failures < rule.threshold {
            return Ok(Reservation { locked_by_it: None });
        }
        let doubled = rule.first_lock.0.saturating_mul(1i64 << self.locks.min(20));
        let until = now + Seconds(doubled.min(rule.longest_lock.0));
        self.locks += 1;
        self.locked_until = Some(until);
        Ok(Reservation {
            locked_by_it: Some(until),
        })
    }

    /// Takes a counted guess back: it was not a wrong one, but no success either.
    ///
    /// A lock that it brought about is lifted, and so is one that too few wrong guesses are left for: right guesses
    /// that were under way at the same time must not lock their source.
    pub fn take_back(&mut self, rule: LockoutRule, reservation: Reservation) {
        self.failures = self.failures.saturating_sub(1);
        let by_it = reservation.locked_by_it.is_some() && reservation.locked_by_it == self.locked_until;
        let too_few = self.locked_until.is_some() && self.failures < rule.threshold;
        if by_it || too_few {
            self.locked_until = None;
            self.locks = self.locks.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn at(seconds: i64) -> Timestamp {
        START + Seconds(seconds)
    }

    #[test]
    fn the_operator_says_how_many_and_how_long() {
        let rule = LockoutRule::for_names(3, Seconds(18_000));
        let mut lockout = Lockout::default();
        for n in 0..3 {
            assert_eq!(lockout.locked(at(n)), None);
            assert!(lockout.reserve(rule, at(n)).is_ok());
        }
        assert_eq!(
            lockout.locked(at(3)),
            Some(at(2 + 18_000)),
            "longer than the usual hour"
        );
        assert_eq!(LockoutRule::for_names(10, Seconds(60)), LockoutRule::NAME);
    }

    #[test]
    fn the_tenth_wrong_guess_locks_and_locks_grow_to_an_hour() {
        let mut lockout = Lockout::default();
        for n in 0..10 {
            assert!(lockout.reserve(LockoutRule::NAME, at(n)).is_ok(), "guess {n}");
        }
        let mut now = at(9);
        let mut lengths = Vec::new();
        for _ in 0..8 {
            let until = lockout.locked(now).expect("locked");
            assert_eq!(lockout.reserve(LockoutRule::NAME, now), Err(until));
            lengths.push(Seconds::between(now, until).0);
            now = until;
            assert!(lockout.locked(now).is_none(), "the lock ends at its end");
            lockout.reserve(LockoutRule::NAME, now).unwrap();
        }
        assert_eq!(lengths, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn a_day_without_guesses_forgets() {
        let mut lockout = Lockout::default();
        for n in 0..10 {
            lockout.reserve(LockoutRule::NAME, at(n)).unwrap();
        }
        lockout.reserve(LockoutRule::NAME, at(9 + 86_400)).unwrap();
        assert_eq!((lockout.failures, lockout.locks), (1, 0));
    }

    #[test]
    fn parallel_guesses_cannot_pass_the_limit_and_a_right_one_is_taken_back() {
        let mut lockout = Lockout::default();
        let reserved: Vec<_> = (0..20)
            .map_while(|_| lockout.reserve(LockoutRule::NAME, START).ok())
            .collect();
        assert_eq!(reserved.len(), 10);
        lockout.take_back(LockoutRule::NAME, *reserved.last().unwrap());
        assert_eq!((lockout.failures, lockout.locked(START)), (9, None));
    }

    #[test]
    fn right_guesses_under_way_do_not_lock_their_source() {
        let mut lockout = Lockout::default();
        let right: Vec<_> = (0..29)
            .map(|_| lockout.reserve(LockoutRule::SOURCE, START).unwrap())
            .collect();
        lockout.reserve(LockoutRule::SOURCE, START).unwrap();
        assert!(
            lockout.locked(START).is_some(),
            "thirty guesses that nobody has checked yet"
        );
        for guess in right {
            lockout.take_back(LockoutRule::SOURCE, guess);
        }
        assert_eq!(
            (lockout.failures, lockout.locked(START)),
            (1, None),
            "one of them was wrong"
        );
    }

    #[test]
    fn three_wrong_passwords_are_known_again() {
        let tag = |byte: u8| WrongPasswordTag::of_hash(&[byte; 32]);
        let mut recent = RecentWrongPasswords::default();
        assert!(!recent.contains(tag(0)), "nothing is remembered at first");
        for byte in 0..4 {
            recent.remember(tag(byte));
            recent = RecentWrongPasswords::from_bits(recent.to_bits());
        }
        let known: Vec<bool> = (0..5).map(|byte| recent.contains(tag(byte))).collect();
        assert_eq!(known, [false, true, true, true, false]);
    }

    #[test]
    fn a_source_gets_a_fresh_window_after_ten_minutes() {
        let mut lockout = Lockout::default();
        for _ in 0..29 {
            lockout.reserve(LockoutRule::SOURCE, START).unwrap();
        }
        lockout.reserve(LockoutRule::SOURCE, at(600)).unwrap();
        assert_eq!(lockout.failures, 1);
        for _ in 0..29 {
            lockout.reserve(LockoutRule::SOURCE, at(601)).unwrap();
        }
        assert_eq!(lockout.locked(at(602)), Some(at(901)));
        lockout.reserve(LockoutRule::SOURCE, at(901)).unwrap();
        assert_eq!(lockout.failures, 1, "after the lock a source starts anew");
    }
}
