//! Browser sessions: what they stand on, when they end, what they may still change.
//!
//! Sign-in contract 3.1, 4, 5.1 and 13.1.

use crate::{Minutes, Pass, PassId, Seconds, SessionId, Timestamp, User, UserId, UserType};

/// What a person proved at sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionMethod {
    /// A Temporary Access Pass alone: counts as multifactor.
    Pass {
        /// It was one-time.
        one_time: bool,
    },
    /// A password alone; only while the person has no second factor.
    Password,
    /// A password, then an authenticator app's code.
    PasswordAndTotp,
    /// A password, then a pass.
    PasswordAndPass {
        /// It was one-time.
        one_time: bool,
    },
    /// A password, then a passkey.
    PasswordAndPasskey,
    /// A passkey with user verification: counts as multifactor.
    Passkey,
    /// Another provider's word (sign-in contract 2.8).
    Federated {
        /// It saw several factors, and that counts.
        multifactor: bool,
    },
}

/// The pass under a session: the session ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPass {
    /// Which pass.
    pub id: PassId,
    /// Its end.
    pub end: Timestamp,
}

/// A browser session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Its id; `sid` in tokens.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it stands on.
    pub method: SessionMethod,
    /// The pass that it ends with.
    pub pass: Option<SessionPass>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The last strong check of the person within it.
    pub authenticated_at: Timestamp,
    /// The moment from which it is over, whatever is done in it.
    pub not_after: Timestamp,
    /// The last request seen, to within [`Session::TOUCH_AFTER`].
    pub last_seen_at: Timestamp,
    /// It outlives the browser: "Stay signed in?" was answered with yes.
    pub persistent: bool,
}

/// What someone wants to change on their security info.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Add, rename or delete a passkey.
    Passkey,
    /// Anything else.
    Other,
}

/// The last strong check is too long ago for this change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sign-in is too long ago for this change")]
pub struct FreshnessError;

/// When less is left of a pass, no token is issued: 60 s (sign-in contract 4).
pub const MIN_TOKEN_LIFETIME: Seconds = Seconds(60);

impl SessionMethod {
    /// The `amr` values (sign-in contract 3.1).
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Pass { .. } => &["otp", "mfa"],
            Self::Password => &["pwd"],
            Self::PasswordAndTotp => &["pwd", "totp", "mfa"],
            Self::PasswordAndPass { .. } => &["pwd", "otp", "mfa"],
            Self::PasswordAndPasskey => &["pwd", "fido", "mfa"],
            Self::Passkey => &["fido", "mfa"],
            Self::Federated { multifactor: false } => &["fed"],
            Self::Federated { multifactor: true } => &["fed", "mfa"],
        }
    }

    /// Whether more than a password was proved: what security info asks for, so that a stolen password alone adds
    /// no method (sign-in contract 5.1, 6.1).
    pub const fn is_multifactor(self) -> bool {
        !matches!(self, Self::Password | Self::Federated { multifactor: false })
    }

    /// Whether it stands on a pass that can't be typed again.
    pub const fn by_one_time_pass(self) -> bool {
        matches!(
            self,
            Self::Pass { one_time: true } | Self::PasswordAndPass { one_time: true }
        )
    }

    /// Whether a pass is what (also) opened it.
    pub const fn by_pass(self) -> bool {
        matches!(self, Self::Pass { .. } | Self::PasswordAndPass { .. })
    }
}

impl Session {
    /// `last_seen_at` is written anew only when it is older: 5 minutes.
    pub const TOUCH_AFTER: Seconds = Seconds(300);
    /// A pass session ends after an hour without a request (NIST SP 800-63B-4 2.2.3).
    const PASS_IDLE: Seconds = Seconds(3600);
    /// … and after 24 hours in any case.
    const PASS_ABSOLUTE: Minutes = Minutes(24 * 60);
    /// Another session ends after 24 hours without a request (sign-in contract 2.7).
    const IDLE: Seconds = Seconds(24 * 3600);
    /// … and after 90 days in any case.
    const ABSOLUTE: Minutes = Minutes(90 * 24 * 60);
    /// One that outlives the browser ends after 90 days without a request …
    const PERSISTENT_IDLE: Seconds = Seconds(90 * 24 * 3600);
    /// … and after 400 days in any case, which is as long as browsers keep a cookie (RFC 6265bis 5.5).
    const PERSISTENT_ABSOLUTE: Minutes = Minutes(400 * 24 * 60);

    /// A new session. With a pass it ends no later than the pass does.
    pub fn open(
        id: SessionId,
        user_id: UserId,
        method: SessionMethod,
        pass: Option<&Pass>,
        now: Timestamp,
    ) -> Self {
        let not_after = match pass {
            Some(pass) => pass.end().min(now + Self::PASS_ABSOLUTE),
            None => now + Self::ABSOLUTE,
        };
        Self {
            id,
            user_id,
            method,
            pass: pass.map(|pass| SessionPass {
                id: pass.id,
                end: pass.end(),
            }),
            created_at: now,
            authenticated_at: now,
            not_after,
            last_seen_at: now,
            persistent: false,
        }
    }

    /// The same session, begun no earlier than its user's sessions count: the node on which all were ended may have a clock
    /// that is ahead.
    #[must_use]
    pub fn not_before(self, user_sessions_valid_from: Timestamp) -> Self {
        Self {
            created_at: self.created_at.max(user_sessions_valid_from),
            ..self
        }
    }

    /// Whether the person may be asked to stay signed in (sign-in contract 2.7): never on a pass, never as a guest.
    pub fn may_persist(&self, user: &User) -> bool {
        !self.persistent && self.pass.is_none() && user.user_type == UserType::Member
    }

    /// The session of a person who stays signed in.
    #[must_use]
    pub fn kept(&self) -> Self {
        Self {
            persistent: true,
            not_after: self.created_at + Self::PERSISTENT_ABSOLUTE,
            ..*self
        }
    }

    /// The same session once its person has signed in anew, `signed_in` being what such a sign-in opens: it stands on
    /// that, and keeps what applications know it by. One that outlived the browser goes on to, where it may.
    ///
    /// Whoever proved several factors before and gives a password alone now keeps what was proved, and the time of it: a
    /// one-time pass can't be proved again. Only of a pass that is all but over nothing is left to keep.
    #[must_use]
    pub fn renewed(&self, signed_in: &Self, user: &User) -> Self {
        let over = self
            .pass
            .is_some_and(|pass| Seconds::between(signed_in.created_at, pass.end) < MIN_TOKEN_LIFETIME);
        if self.method.is_multifactor() && signed_in.method == SessionMethod::Password && !over {
            return Self {
                last_seen_at: signed_in.last_seen_at,
                ..*self
            };
        }
        let renewed = Self {
            id: self.id,
            created_at: self.created_at,
            ..*signed_in
        };
        if self.persistent && renewed.may_persist(user) {
            renewed.kept()
        } else {
            renewed
        }
    }

    /// How long it lives without a request.
    pub const fn idle_limit(&self) -> Seconds {
        if self.pass.is_some() {
            Self::PASS_IDLE
        } else if self.persistent {
            Self::PERSISTENT_IDLE
        } else {
            Self::IDLE
        }
    }

    /// Whether it still stands. Checked on the server at every request.
    pub fn is_live(&self, user_sessions_valid_from: Timestamp, now: Timestamp) -> bool {
        now < self.not_after
            && now < self.last_seen_at + self.idle_limit()
            && self.created_at >= user_sessions_valid_from
    }

    /// How old the last strong check may be for a change: 5 minutes for passkeys, 10 for the rest and
    /// for passkeys after a one-time pass, which can't be typed again (sign-in contract 5.1).
    pub const fn freshness_limit(&self, change: ChangeKind) -> Seconds {
        match change {
            ChangeKind::Passkey if !self.method.by_one_time_pass() => Seconds(300),
            ChangeKind::Passkey | ChangeKind::Other => Seconds(600),
        }
    }

    /// The last moment at which the change may still be made.
    pub fn may_change_until(&self, change: ChangeKind) -> Timestamp {
        self.authenticated_at + self.freshness_limit(change)
    }

    /// Whether the change may be made now. Asked when it starts and again when it finishes.
    ///
    /// # Errors
    /// [`FreshnessError`] when the last strong check is too long ago.
    pub fn check_fresh(&self, change: ChangeKind, now: Timestamp) -> Result<(), FreshnessError> {
        if now <= self.may_change_until(change) {
            Ok(())
        } else {
            Err(FreshnessError)
        }
    }
}

/// How long a token may live: the ordinary time, but never past `end`; `None` when fewer than
/// [`MIN_TOKEN_LIFETIME`] are left.
pub fn token_lifetime(ordinary: Seconds, end: Option<Timestamp>, now: Timestamp) -> Option<Seconds> {
    let left = end.map_or(ordinary, |end| Seconds::between(now, end).min(ordinary));
    (left >= MIN_TOKEN_LIFETIME).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TextProperties, Upn};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn pass(lifetime: u32, one_time: bool) -> Pass {
        Pass {
            id: PassId::from_bytes([1; 16]),
            user_id: UserId::from_bytes([2; 16]),
            created_at: NOW,
            start_at: NOW,
            lifetime: Minutes(lifetime),
            one_time,
            used_at: None,
            blocked_at: None,
            from_console: false,
        }
    }

    fn session(method: SessionMethod, pass: Option<&Pass>) -> Session {
        Session::open(
            SessionId::from_bytes([3; 16]),
            UserId::from_bytes([2; 16]),
            method,
            pass,
            NOW,
        )
    }

    #[test]
    fn a_pass_session_ends_with_its_pass() {
        let pass = pass(30, true);
        let session = session(SessionMethod::Pass { one_time: true }, Some(&pass));
        assert!(session.is_live(NOW, pass.end() - Seconds(1)));
        assert!(!session.is_live(NOW, pass.end()));
    }

    #[test]
    fn a_long_pass_gives_no_session_over_a_day_or_an_idle_hour() {
        let pass = pass(43_200, false);
        let mut session = session(SessionMethod::Pass { one_time: false }, Some(&pass));
        assert!(!session.is_live(NOW, NOW + Seconds(3600)));
        session.last_seen_at = NOW + Seconds(86_000);
        assert!(session.is_live(NOW, NOW + Seconds(86_399)));
        assert!(!session.is_live(NOW, NOW + Seconds(86_400)));
    }

    #[test]
    fn who_stays_signed_in_is_idle_for_ninety_days_and_gone_after_four_hundred() {
        let day = |days: i64| NOW + Seconds(days * 24 * 3600);
        let mut kept = session(SessionMethod::Passkey, None).kept();
        assert!(kept.is_live(NOW, day(90) - Seconds(1)) && !kept.is_live(NOW, day(90)));
        kept.last_seen_at = day(399);
        assert!(kept.is_live(NOW, day(400) - Seconds(1)) && !kept.is_live(NOW, day(400)));
        let ordinary = session(SessionMethod::Passkey, None);
        assert!(!ordinary.is_live(NOW, day(1)));
    }

    #[test]
    fn a_renewed_session_stands_on_what_was_proved_last() {
        let user = User {
            id: UserId::from_bytes([2; 16]),
            upn: Upn::parse("ada@example.com").unwrap(),
            display_name: "Ada".to_owned(),
            mail_nickname: "ada".to_owned(),
            account_enabled: true,
            user_type: UserType::Member,
            text: TextProperties::default(),
            employee_hire_date: None,
            created_at: NOW,
            password_changed_at: None,
            must_change_password: false,
            sessions_valid_from: NOW,
        };
        let pass = pass(30, false);
        let later = NOW + Seconds(900);
        let opened = |method, pass: Option<&Pass>| Session {
            id: SessionId::from_bytes([4; 16]),
            created_at: later,
            authenticated_at: later,
            last_seen_at: later,
            ..session(method, pass)
        };
        let kept = session(SessionMethod::Passkey, None).kept();
        let renewed = kept.renewed(&opened(SessionMethod::PasswordAndTotp, None), &user);
        assert_eq!((renewed.id, renewed.created_at), (kept.id, NOW));
        assert_eq!(
            (renewed.method, renewed.authenticated_at),
            (SessionMethod::PasswordAndTotp, later)
        );
        assert!(renewed.persistent && renewed.not_after == kept.not_after);
        let by_pass = SessionMethod::Pass { one_time: false };
        let renewed = kept.renewed(&opened(by_pass, Some(&pass)), &user);
        assert!(!renewed.persistent && renewed.not_after == pass.end());
        let renewed = renewed.renewed(&opened(SessionMethod::Passkey, None), &user);
        assert!(renewed.pass.is_none() && renewed.is_live(NOW, pass.end()));

        let on_pass = session(SessionMethod::Pass { one_time: true }, Some(&pass));
        let kept = on_pass.renewed(&opened(SessionMethod::Password, None), &user);
        assert_eq!((kept.method, kept.pass), (on_pass.method, on_pass.pass));
        assert_eq!((kept.authenticated_at, kept.last_seen_at), (NOW, later));
        let weak = opened(SessionMethod::Password, None);
        let last_minute = Session {
            created_at: pass.end() - Seconds(59),
            ..weak
        };
        let taken = on_pass.renewed(&last_minute, &user);
        assert_eq!((taken.method, taken.pass), (SessionMethod::Password, None));
    }

    #[test]
    fn revoking_ends_sessions_from_before() {
        let session = session(SessionMethod::Passkey, None);
        assert!(session.is_live(NOW, NOW));
        assert!(!session.is_live(NOW + Seconds(1), NOW + Seconds(2)));
    }

    #[test]
    fn the_ten_minute_rule() {
        let ok = |method, pass: Option<&Pass>, change, seconds| {
            session(method, pass)
                .check_fresh(change, NOW + Seconds(seconds))
                .is_ok()
        };
        let (once, multi) = (pass(60, true), pass(60, false));
        assert!(ok(
            SessionMethod::Pass { one_time: true },
            Some(&once),
            ChangeKind::Passkey,
            599
        ));
        assert!(ok(
            SessionMethod::Pass { one_time: true },
            Some(&once),
            ChangeKind::Passkey,
            600
        ));
        assert!(!ok(
            SessionMethod::Pass { one_time: true },
            Some(&once),
            ChangeKind::Passkey,
            601
        ));
        assert!(ok(
            SessionMethod::Pass { one_time: false },
            Some(&multi),
            ChangeKind::Passkey,
            300
        ));
        assert!(!ok(
            SessionMethod::Pass { one_time: false },
            Some(&multi),
            ChangeKind::Passkey,
            301
        ));
        assert!(ok(SessionMethod::Passkey, None, ChangeKind::Other, 600));
        assert!(!ok(SessionMethod::Passkey, None, ChangeKind::Other, 601));
    }

    #[test]
    fn multifactor_is_what_amr_says() {
        let once = SessionMethod::Pass { one_time: true };
        for method in [
            once,
            SessionMethod::Password,
            SessionMethod::PasswordAndTotp,
            SessionMethod::Passkey,
        ] {
            assert_eq!(
                method.is_multifactor(),
                method.amr().contains(&"mfa"),
                "{method:?}"
            );
        }
    }

    #[test]
    fn tokens_never_outlive_the_pass_nor_live_too_short() {
        let hour = Seconds(3600);
        let end = |seconds| Some(NOW + Seconds(seconds));
        assert_eq!(token_lifetime(hour, None, NOW), Some(hour));
        assert_eq!(token_lifetime(hour, end(600), NOW), Some(Seconds(600)));
        assert_eq!(token_lifetime(hour, end(61), NOW), Some(Seconds(61)));
        assert_eq!(token_lifetime(hour, end(60), NOW), Some(Seconds(60)));
        assert_eq!(token_lifetime(hour, end(59), NOW), None);
        assert_eq!(token_lifetime(hour, end(-5), NOW), None);
    }
}
