//! A Temporary Access Pass: what it is, when it can be issued, when it is usable.
//!
//! Sign-in contract 1.2, 1.3 and 7.2; Graph contract 4.3 and 4.4.

use crate::{Minutes, PassId, PassLength, PassPolicy, Seconds, Timestamp, UserId};

/// A pass as it is stored. The code is not in it, nor anything made from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// New for each pass issued.
    pub id: PassId,
    /// Whose it is; a user has at most one.
    pub user_id: UserId,
    /// When it was issued.
    pub created_at: Timestamp,
    /// From when it works.
    pub start_at: Timestamp,
    /// For how long, counted from `start_at`.
    pub lifetime: Minutes,
    /// Whether it signs in only once.
    pub one_time: bool,
    /// When it was first redeemed.
    pub used_at: Option<Timestamp>,
    /// When it was blocked because of too many wrong guesses; for good.
    pub blocked_at: Option<Timestamp>,
    /// Issued at the machine's own console, to let an administrator back in: the policy, which such an
    /// administrator may have got wrong, does not stop it.
    pub from_console: bool,
}

/// `methodUsabilityReason` of Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usability {
    /// Its time is over.
    Expired,
    /// One-time and already redeemed.
    OneTimeUsed,
    /// The policy is off, leaves its user out or demands one-time passes; or too many wrong guesses.
    DisabledByPolicy,
    /// Its time is yet to come.
    NotYetValid,
    /// It works.
    EnabledByPolicy,
}

/// What the policy says of one user at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyView {
    /// The method is switched on.
    pub enabled: bool,
    /// Each pass must be one-time.
    pub one_time_only: bool,
    /// The user is included and not excluded.
    pub user_in_scope: bool,
}

/// What a creator asks for; `None` leaves it to the policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassRequest {
    /// From when it shall work; now if not given.
    pub start_at: Option<Timestamp>,
    /// Minutes, as the wire gave them.
    pub lifetime: Option<i64>,
    /// One-time or not.
    pub one_time: Option<bool>,
}

impl Pass {
    /// Whether it is in the last part of its life: the last quarter, at most the last hour.
    pub fn is_about_to_end(&self, now: Timestamp) -> bool {
        let last = Minutes((self.lifetime.0 / 4).min(60));
        now < self.end() && self.end() <= now + last
    }
}

/// A request that passed every rule: what the new pass will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassPlan {
    /// From when it works.
    pub start_at: Timestamp,
    /// For how long.
    pub lifetime: Minutes,
    /// Whether it signs in only once.
    pub one_time: bool,
    /// Signs of its code.
    pub length: PassLength,
}

/// Why no pass can be issued. Texts are those that scripts match on (Graph contract 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassRefusal {
    /// The person's home is another tenant.
    #[error("Temporary Access Pass cannot be added to an external guest user.")]
    ExternalGuest,
    /// The policy is off or leaves the user out.
    #[error(
        "Converged UserCredentialPolicy does not allow creating or updating this authentication method. AuthMethodType [TemporaryAccessPass]."
    )]
    PolicyForbids,
    /// The lifetime is outside the policy's range.
    #[error("Invalid LifetimeInMinutes specified. The valid range between {} and {}.", .minimum.0, .maximum.0)]
    Lifetime {
        /// The policy's shortest.
        minimum: Minutes,
        /// The policy's longest.
        maximum: Minutes,
    },
    /// The policy demands one-time passes.
    #[error("Invalid IsUsableOnce specified. The policy requires one-time use.")]
    MustBeOneTime,
    /// The start lies more than a minute in the past.
    #[error("Invalid StartDateTime specified. It must not be in the past.")]
    StartInPast,
    /// The start lies more than 30 days ahead.
    #[error("Invalid StartDateTime specified. It must not be more than 30 days ahead.")]
    StartTooFar,
}

/// How far a start may lie in the past: clocks differ (sign-in contract 7.2).
const START_TOLERANCE: Seconds = Seconds(60);
/// How far a start may lie ahead (sign-in contract 7.2).
const START_HORIZON: Seconds = Seconds(30 * 24 * 3600);

impl Pass {
    /// The end of its time; at this very moment it is expired.
    pub fn end(&self) -> Timestamp {
        self.start_at + self.lifetime
    }
}

impl Usability {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "Expired",
            Self::OneTimeUsed => "OneTimeUsed",
            Self::DisabledByPolicy => "DisabledByPolicy",
            Self::NotYetValid => "NotYetValid",
            Self::EnabledByPolicy => "EnabledByPolicy",
        }
    }

    /// Whether it works.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::EnabledByPolicy)
    }
}

/// Whether and why a pass works at this moment. When several reasons hold, the first of
/// expired, used, disabled, early is told: a dead pass must be issued anew whatever the policy says.
pub fn usability(pass: &Pass, policy: PolicyView, now: Timestamp) -> Usability {
    let stopped_by_policy =
        !policy.enabled || !policy.user_in_scope || (policy.one_time_only && !pass.one_time);
    if now >= pass.end() {
        Usability::Expired
    } else if pass.one_time && pass.used_at.is_some() {
        Usability::OneTimeUsed
    } else if pass.blocked_at.is_some() || (stopped_by_policy && !pass.from_console) {
        Usability::DisabledByPolicy
    } else if now < pass.start_at {
        Usability::NotYetValid
    } else {
        Usability::EnabledByPolicy
    }
}

/// Whether a page may offer the pass (sign-in contract 1.3): this single predicate decides.
pub fn promptable(usability: Usability, account_enabled: bool, external_guest: bool) -> bool {
    usability.is_usable() && account_enabled && !external_guest
}

impl PassPlan {
    /// Decides whether the pass that is asked for may be issued.
    ///
    /// # Errors
    /// The first rule that forbids it.
    pub fn new(
        request: PassRequest,
        policy: &PassPolicy,
        user_in_scope: bool,
        external_guest: bool,
        now: Timestamp,
    ) -> Result<Self, PassRefusal> {
        if external_guest {
            return Err(PassRefusal::ExternalGuest);
        }
        if !policy.is_enabled() || !user_in_scope {
            return Err(PassRefusal::PolicyForbids);
        }
        let (minimum, maximum) = (policy.minimum(), policy.maximum());
        let lifetime = match request.lifetime {
            None => policy.default_lifetime(),
            Some(minutes) => u32::try_from(minutes)
                .ok()
                .map(Minutes)
                .filter(|minutes| (minimum..=maximum).contains(minutes))
                .ok_or(PassRefusal::Lifetime { minimum, maximum })?,
        };
        let one_time = match request.one_time {
            Some(false) if policy.is_one_time_only() => return Err(PassRefusal::MustBeOneTime),
            Some(given) => given,
            None => policy.is_one_time_only(),
        };
        let start_at = match request.start_at {
            None => now,
            Some(start) if start < now - START_TOLERANCE => return Err(PassRefusal::StartInPast),
            Some(start) if start > now + START_HORIZON => return Err(PassRefusal::StartTooFar),
            Some(start) => start,
        };
        Ok(Self {
            start_at,
            lifetime,
            one_time,
            length: policy.length(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PassPolicyChange;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const OPEN: PolicyView = PolicyView {
        enabled: true,
        one_time_only: false,
        user_in_scope: true,
    };

    fn pass() -> Pass {
        Pass {
            id: PassId::from_bytes([1; 16]),
            user_id: UserId::from_bytes([2; 16]),
            created_at: NOW,
            start_at: NOW,
            lifetime: Minutes(60),
            one_time: false,
            used_at: None,
            blocked_at: None,
            from_console: false,
        }
    }

    #[test]
    fn validity_is_half_open() {
        let pass = pass();
        let end = NOW + Minutes(60);
        assert_eq!(usability(&pass, OPEN, NOW), Usability::EnabledByPolicy);
        assert_eq!(
            usability(&pass, OPEN, Timestamp::from_micros(NOW.as_micros() - 1)),
            Usability::NotYetValid
        );
        assert_eq!(
            usability(&pass, OPEN, Timestamp::from_micros(end.as_micros() - 1)),
            Usability::EnabledByPolicy
        );
        assert_eq!(usability(&pass, OPEN, end), Usability::Expired);
    }

    /// Every combination of the facts against the table of sign-in contract 1.3, read top to bottom.
    #[test]
    fn truth_table() {
        for bits in 0..256u32 {
            let on = |n: u32| bits & (1 << n) != 0;
            let (expired, one_time, used, enabled, scope, demands, blocked, early) =
                (on(0), on(1), on(2), on(3), on(4), on(5), on(6), on(7));
            if expired && early {
                continue;
            }
            let mut pass = pass();
            pass.one_time = one_time;
            pass.used_at = used.then_some(NOW);
            pass.blocked_at = blocked.then_some(NOW);
            let now = if expired {
                pass.end()
            } else if early {
                NOW - Seconds(1)
            } else {
                NOW
            };
            let policy = PolicyView {
                enabled,
                one_time_only: demands,
                user_in_scope: scope,
            };
            let rows = [
                (expired, Usability::Expired),
                (one_time && used, Usability::OneTimeUsed),
                (
                    !enabled || !scope || (demands && !one_time) || blocked,
                    Usability::DisabledByPolicy,
                ),
                (early, Usability::NotYetValid),
                (true, Usability::EnabledByPolicy),
            ];
            let expected = rows.iter().find(|row| row.0).unwrap().1;
            assert_eq!(usability(&pass, policy, now), expected, "{bits:08b}");
        }
    }

    #[test]
    fn the_console_pass_stands_above_the_policy_but_not_above_guesses() {
        let off = PolicyView {
            enabled: false,
            one_time_only: true,
            user_in_scope: false,
        };
        let mut pass = Pass {
            from_console: true,
            ..pass()
        };
        assert_eq!(usability(&pass, off, NOW), Usability::EnabledByPolicy);
        pass.blocked_at = Some(NOW);
        assert_eq!(usability(&pass, off, NOW), Usability::DisabledByPolicy);
    }

    #[test]
    fn a_policy_turned_one_time_stops_multi_use_passes_and_gives_them_back() {
        let strict = PolicyView {
            one_time_only: true,
            ..OPEN
        };
        assert_eq!(usability(&pass(), strict, NOW), Usability::DisabledByPolicy);
        assert_eq!(
            usability(
                &Pass {
                    one_time: true,
                    ..pass()
                },
                strict,
                NOW
            ),
            Usability::EnabledByPolicy
        );
        assert_eq!(usability(&pass(), OPEN, NOW), Usability::EnabledByPolicy);
    }

    #[test]
    fn only_a_usable_pass_of_an_enabled_home_account_is_offered() {
        assert!(promptable(Usability::EnabledByPolicy, true, false));
        assert!(!promptable(Usability::EnabledByPolicy, false, false));
        assert!(!promptable(Usability::EnabledByPolicy, true, true));
        assert!(!promptable(Usability::NotYetValid, true, false));
    }

    fn policy(f: impl FnOnce(&mut PassPolicyChange)) -> PassPolicy {
        let mut change = PassPolicyChange {
            enabled: Some(true),
            ..Default::default()
        };
        f(&mut change);
        PassPolicy::default().changed(&change).unwrap()
    }

    fn plan(request: PassRequest) -> Result<PassPlan, PassRefusal> {
        PassPlan::new(request, &policy(|_| ()), true, false, NOW)
    }

    #[test]
    fn the_last_quarter_is_the_end_at_most_an_hour() {
        for (lifetime, minutes, last) in [
            (60, 44, false),
            (60, 45, true),
            (60, 59, true),
            (60, 60, false),
            (10, 7, false),
            (10, 8, true),
            (480, 419, false),
            (480, 420, true),
            (43_200, 43_139, false),
            (43_200, 43_140, true),
        ] {
            let pass = Pass {
                lifetime: Minutes(lifetime),
                ..pass()
            };
            assert_eq!(
                pass.is_about_to_end(NOW + Minutes(minutes)),
                last,
                "{lifetime}, {minutes}"
            );
        }
    }

    #[test]
    fn lifetimes_follow_the_policy_not_the_outer_bounds() {
        for (minutes, ok) in [
            (59, false),
            (60, true),
            (1440, true),
            (1441, false),
            (9, false),
            (10, false),
            (43_200, false),
            (-1, false),
            (i64::MAX, false),
        ] {
            assert_eq!(
                plan(PassRequest {
                    lifetime: Some(minutes),
                    ..Default::default()
                })
                .is_ok(),
                ok,
                "{minutes}"
            );
        }
        let refused = plan(PassRequest {
            lifetime: Some(30),
            ..Default::default()
        })
        .unwrap_err();
        assert_eq!(
            refused.to_string(),
            "Invalid LifetimeInMinutes specified. The valid range between 60 and 1440."
        );
        let wide = policy(|c| (c.minimum, c.maximum) = (Some(10), Some(43_200)));
        for (minutes, ok) in [(9, false), (10, true), (43_200, true), (43_201, false)] {
            let request = PassRequest {
                lifetime: Some(minutes),
                ..Default::default()
            };
            assert_eq!(
                PassPlan::new(request, &wide, true, false, NOW).is_ok(),
                ok,
                "{minutes}"
            );
        }
    }

    #[test]
    fn starts_within_a_minute_back_and_thirty_days_ahead() {
        let at = |offset| {
            plan(PassRequest {
                start_at: Some(NOW + Seconds(offset)),
                ..Default::default()
            })
            .map(|p| p.start_at)
        };
        assert_eq!(at(-60), Ok(NOW - Seconds(60)));
        assert_eq!(at(-61), Err(PassRefusal::StartInPast));
        assert_eq!(at(30 * 86_400), Ok(NOW + Seconds(30 * 86_400)));
        assert_eq!(at(30 * 86_400 + 1), Err(PassRefusal::StartTooFar));
    }

    #[test]
    fn one_time_follows_body_then_policy() {
        let strict = policy(|c| c.one_time_only = Some(true));
        let with = |policy: &PassPolicy, one_time| {
            PassPlan::new(
                PassRequest {
                    one_time,
                    ..Default::default()
                },
                policy,
                true,
                false,
                NOW,
            )
            .map(|p| p.one_time)
        };
        assert_eq!(with(&strict, None), Ok(true));
        assert_eq!(with(&strict, Some(true)), Ok(true));
        assert_eq!(with(&strict, Some(false)), Err(PassRefusal::MustBeOneTime));
        assert_eq!(with(&policy(|_| ()), None), Ok(false));
        assert_eq!(with(&policy(|_| ()), Some(true)), Ok(true));
    }

    #[test]
    fn guests_and_people_outside_the_policy_get_none() {
        let issue = |policy: &PassPolicy, in_scope, guest| {
            PassPlan::new(PassRequest::default(), policy, in_scope, guest, NOW).unwrap_err()
        };
        assert_eq!(issue(&policy(|_| ()), true, true), PassRefusal::ExternalGuest);
        assert_eq!(issue(&policy(|_| ()), false, false), PassRefusal::PolicyForbids);
        assert_eq!(
            issue(&PassPolicy::default(), true, false),
            PassRefusal::PolicyForbids
        );
    }
}
