//! What signing in answers: the numbers, their texts, and the order in which a typed code is judged.
//!
//! Sign-in contract 2.4 and 2.5; the numbers are those of Entra ID.

use crate::{Pass, PolicyView, Timestamp, Usability, usability};

/// Why a sign-in did not succeed (or, for some, was interrupted).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInError {
    /// CSRF token or flow state missing or stale.
    StaleFlow,
    /// The name is locked.
    Locked,
    /// The source is: too many wrong guesses came from there, at whatever names. Told as [`SignInError::Locked`].
    SourceLocked,
    /// Wrong name or password.
    WrongPassword,
    /// The account is disabled; told only after a right credential.
    AccountDisabled,
    /// Unknown user, no pass, or a code that does not match: one answer for the three.
    InvalidPass,
    /// The code is right, but early; told as [`SignInError::InvalidPass`] with details.
    PassNotYetValid,
    /// The code is right, but its time is over.
    PassExpired,
    /// The code is right, but it was one-time and is redeemed.
    PassAlreadyUsed,
    /// The code is right, but the policy stops it.
    PassBlockedByPolicy,
    /// The code is right, but the application that the person came for lets nobody in by it, and by nothing that they
    /// may register. The pass is not used up.
    NotAllowed,
    /// The code is right, but the person is not assigned to the application. The pass is not used up. Refreshing tells
    /// the same of somebody who lost the assignment.
    NotAssigned,
    /// A refresh or session whose pass was deleted or replaced.
    PassNotFound,
    /// A second factor is needed.
    SecondFactorNeeded,
    /// A second factor must be registered first.
    SecondFactorNotRegistered,
    /// The second factor was wrong.
    SecondFactorFailed,
    /// The one-time code of an authenticator app was wrong or already used.
    WrongTotpCode,
    /// A passkey's signature or its circumstances are wrong.
    PasskeyInvalid,
    /// No such passkey is registered.
    PasskeyUnknown,
    /// The passkey is right, but the policy stops it: switched off, not for this person, or not of this make.
    PasskeyNotAllowed,
    /// The password must be changed first.
    PasswordExpired,
    /// The person left while setting up a way to sign in.
    RegistrationLeft,
    /// The provider of the person's domain does not answer.
    FederationUnavailable,
    /// What it answered is not believed, or it let nobody in.
    FederationFailed,
    /// It let somebody in who is nobody here, or not of its domain.
    FederatedUserUnknown,
    /// A refresh token came again after it was replaced.
    RefreshTokenReused,
    /// A refresh token was not used for too long.
    RefreshTokenIdle,
    /// The refresh tokens of a single-page application have had their time.
    RefreshTokenOver,
    /// What a refresh token stands on was revoked.
    GrantRevoked,
}

impl SignInError {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::StaleFlow,
        Self::Locked,
        Self::SourceLocked,
        Self::WrongPassword,
        Self::AccountDisabled,
        Self::InvalidPass,
        Self::PassNotYetValid,
        Self::PassExpired,
        Self::PassAlreadyUsed,
        Self::PassBlockedByPolicy,
        Self::NotAllowed,
        Self::NotAssigned,
        Self::PassNotFound,
        Self::SecondFactorNeeded,
        Self::SecondFactorNotRegistered,
        Self::SecondFactorFailed,
        Self::WrongTotpCode,
        Self::PasskeyInvalid,
        Self::PasskeyUnknown,
        Self::PasskeyNotAllowed,
        Self::PasswordExpired,
        Self::RegistrationLeft,
        Self::FederationUnavailable,
        Self::FederationFailed,
        Self::FederatedUserUnknown,
        Self::RefreshTokenReused,
        Self::RefreshTokenIdle,
        Self::RefreshTokenOver,
        Self::GrantRevoked,
    ];

    /// The name that the store keeps. Numbers won't do: one may stand for several reasons.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StaleFlow => "StaleFlow",
            Self::Locked => "Locked",
            Self::SourceLocked => "SourceLocked",
            Self::WrongPassword => "WrongPassword",
            Self::AccountDisabled => "AccountDisabled",
            Self::InvalidPass => "InvalidPass",
            Self::PassNotYetValid => "PassNotYetValid",
            Self::PassExpired => "PassExpired",
            Self::PassAlreadyUsed => "PassAlreadyUsed",
            Self::PassBlockedByPolicy => "PassBlockedByPolicy",
            Self::NotAllowed => "NotAllowed",
            Self::NotAssigned => "NotAssigned",
            Self::PassNotFound => "PassNotFound",
            Self::SecondFactorNeeded => "SecondFactorNeeded",
            Self::SecondFactorNotRegistered => "SecondFactorNotRegistered",
            Self::SecondFactorFailed => "SecondFactorFailed",
            Self::WrongTotpCode => "WrongTotpCode",
            Self::PasskeyInvalid => "PasskeyInvalid",
            Self::PasskeyUnknown => "PasskeyUnknown",
            Self::PasskeyNotAllowed => "PasskeyNotAllowed",
            Self::PasswordExpired => "PasswordExpired",
            Self::RegistrationLeft => "RegistrationLeft",
            Self::FederationUnavailable => "FederationUnavailable",
            Self::FederationFailed => "FederationFailed",
            Self::FederatedUserUnknown => "FederatedUserUnknown",
            Self::RefreshTokenReused => "RefreshTokenReused",
            Self::RefreshTokenIdle => "RefreshTokenIdle",
            Self::RefreshTokenOver => "RefreshTokenOver",
            Self::GrantRevoked => "GrantRevoked",
        }
    }

    /// The error with this stored name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|error| error.name() == name)
    }

    /// Entra's number for it, as pages, logs and token answers show it.
    pub const fn number(self) -> u32 {
        match self {
            Self::StaleFlow => 50089,
            Self::Locked | Self::SourceLocked => 50053,
            Self::WrongPassword => 50126,
            Self::AccountDisabled => 50057,
            Self::InvalidPass | Self::PassNotYetValid => 130_503,
            Self::PassExpired => 130_504,
            Self::PassAlreadyUsed => 130_505,
            Self::PassBlockedByPolicy => 130_502,
            Self::NotAllowed => 53003,
            Self::NotAssigned => 50105,
            Self::PassNotFound => 130_507,
            Self::SecondFactorNeeded => 50076,
            Self::SecondFactorNotRegistered => 50079,
            Self::SecondFactorFailed => 500_121,
            Self::WrongTotpCode => 50181,
            Self::PasskeyInvalid => 135_000,
            Self::PasskeyUnknown => 135_010,
            Self::PasskeyNotAllowed => 135_016,
            Self::PasswordExpired => 50055,
            Self::RegistrationLeft => 50125,
            Self::FederationUnavailable => 40010,
            Self::FederationFailed => 40015,
            Self::FederatedUserUnknown => 51004,
            Self::RefreshTokenReused => 70000,
            Self::RefreshTokenIdle => 700_082,
            Self::RefreshTokenOver => 700_084,
            Self::GrantRevoked => 50173,
        }
    }

    /// The reason for the log and for error answers, in Entra's words where it has them.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::StaleFlow => "Authentication failed: the flow token has expired.",
            Self::Locked | Self::SourceLocked => {
                "The account is locked because of too many attempts with an incorrect credential."
            }
            Self::WrongPassword => "Invalid username or password.",
            Self::AccountDisabled => "The user account is disabled.",
            Self::InvalidPass | Self::PassNotYetValid => {
                "Your Temporary Access Pass is incorrect. If you don't know your pass, contact your administrator."
            }
            Self::PassExpired => {
                "Your Temporary Access Pass has expired. Contact your administrator to obtain a new pass."
            }
            Self::PassAlreadyUsed => {
                "Your one-time Temporary Access Pass has been redeemed. Contact your admin to get a new pass."
            }
            Self::PassBlockedByPolicy => {
                "Temporary Access Pass sign in was blocked due to User Credential Policy."
            }
            Self::NotAllowed => {
                "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
            }
            Self::NotAssigned => "The signed in user is not assigned to a role for the application.",
            Self::PassNotFound => "An access pass could not be found or verified for the user.",
            Self::SecondFactorNeeded => "A second factor is needed to sign in.",
            Self::SecondFactorNotRegistered => "The user must register a second factor before signing in.",
            Self::SecondFactorFailed => "Authentication failed during the strong authentication request.",
            Self::WrongTotpCode => "The one-time code is not valid.",
            Self::PasskeyInvalid => "The passkey could not be verified.",
            Self::PasskeyUnknown => "The passkey is not registered for a user.",
            Self::PasskeyNotAllowed => "The policy does not allow this passkey.",
            Self::PasswordExpired => "The password has expired and must be changed.",
            Self::RegistrationLeft => {
                "Sign-in was interrupted due to a password reset or password registration entry."
            }
            Self::FederationUnavailable => "The federated Identity Provider does not answer.",
            Self::FederationFailed => "There's an issue with your federated Identity Provider.",
            Self::FederatedUserUnknown => "The user account doesn't exist in the directory.",
            Self::RefreshTokenReused => {
                "The provided refresh token was used before; all tokens of its family are revoked."
            }
            Self::RefreshTokenIdle => "The refresh token has expired due to inactivity.",
            Self::RefreshTokenOver => {
                "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime."
            }
            Self::GrantRevoked => "The provided grant has been revoked. The user must sign in again.",
        }
    }

    /// `status.additionalDetails` of the log.
    pub const fn additional_details(self) -> Option<&'static str> {
        match self {
            Self::PassNotYetValid => Some("NotYetValid"),
            Self::SecondFactorNeeded | Self::SecondFactorNotRegistered => Some("MFA required in Latchkey"),
            _ => None,
        }
    }

    /// Whether it counts as a wrong guess for lockout (sign-in contract 2.4).
    pub const fn is_wrong_guess(self) -> bool {
        matches!(
            self,
            Self::InvalidPass | Self::WrongPassword | Self::WrongTotpCode
        )
    }

    /// Whether the log calls it interrupted rather than failed (sign-in contract 12.1).
    pub const fn is_interrupt(self) -> bool {
        matches!(
            self,
            Self::SecondFactorNeeded
                | Self::SecondFactorNotRegistered
                | Self::PasswordExpired
                | Self::RegistrationLeft
        )
    }
}

/// What is known at the moment a code was submitted and compared.
#[derive(Debug, Clone, Copy)]
pub struct PassFacts<'a> {
    /// The user's pass, if the user exists and has one.
    pub pass: Option<&'a Pass>,
    /// Whether the typed code is this pass's.
    pub code_matches: bool,
    /// Whether the account may sign in.
    pub account_enabled: bool,
    /// Whether the person's home is another tenant.
    pub external_guest: bool,
    /// What the policy says of this user.
    pub policy: PolicyView,
    /// The moment of the submit.
    pub now: Timestamp,
}

/// Judges a submitted code: rows 4–9 of sign-in contract 2.4, in that order.
///
/// Only someone who typed the right code learns that the account is disabled or that the pass is
/// expired, used, stopped or early.
///
/// # Errors
/// The first row that applies.
pub fn judge_pass(facts: PassFacts<'_>) -> Result<&Pass, SignInError> {
    let pass = match facts.pass {
        Some(pass) if facts.code_matches => pass,
        _ => return Err(SignInError::InvalidPass),
    };
    if !facts.account_enabled {
        return Err(SignInError::AccountDisabled);
    }
    match usability(pass, facts.policy, facts.now) {
        Usability::Expired => Err(SignInError::PassExpired),
        Usability::OneTimeUsed => Err(SignInError::PassAlreadyUsed),
        Usability::DisabledByPolicy => Err(SignInError::PassBlockedByPolicy),
        _ if facts.external_guest => Err(SignInError::PassBlockedByPolicy),
        Usability::NotYetValid => Err(SignInError::PassNotYetValid),
        Usability::EnabledByPolicy => Ok(pass),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Minutes, PassId, Seconds, UserId};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn facts(pass: &Pass) -> PassFacts<'_> {
        PassFacts {
            pass: Some(pass),
            code_matches: true,
            account_enabled: true,
            external_guest: false,
            policy: PolicyView {
                enabled: true,
                one_time_only: false,
                user_in_scope: true,
            },
            now: NOW,
        }
    }

    fn pass() -> Pass {
        Pass {
            id: PassId::from_bytes([1; 16]),
            user_id: UserId::from_bytes([2; 16]),
            created_at: NOW,
            start_at: NOW,
            lifetime: Minutes(60),
            one_time: true,
            used_at: None,
            blocked_at: None,
            from_console: false,
        }
    }

    #[test]
    fn names_are_unique_and_found() {
        for error in SignInError::ALL {
            assert_eq!(SignInError::from_name(error.name()), Some(*error));
        }
        assert_eq!(SignInError::from_name("Other"), None);
    }

    #[test]
    fn rows_in_order_with_their_numbers() {
        let mut dead = pass();
        dead.used_at = Some(NOW);
        dead.blocked_at = Some(NOW);
        let late = dead.end();
        let number = |facts: PassFacts<'_>| judge_pass(facts).map_or_else(SignInError::number, |_| 0);
        assert_eq!(
            number(PassFacts {
                account_enabled: false,
                now: late,
                ..facts(&dead)
            }),
            50057
        );
        assert_eq!(
            number(PassFacts {
                now: late,
                ..facts(&dead)
            }),
            130_504
        );
        assert_eq!(number(facts(&dead)), 130_505);
        assert_eq!(
            number(facts(&Pass {
                used_at: None,
                ..dead
            })),
            130_502
        );
        assert_eq!(
            number(PassFacts {
                now: NOW - Seconds(1),
                ..facts(&pass())
            }),
            130_503
        );
        assert_eq!(number(facts(&pass())), 0);
    }

    #[test]
    fn a_wrong_code_tells_nothing_of_the_state() {
        let mut states = vec![
            pass(),
            Pass {
                used_at: Some(NOW),
                ..pass()
            },
            Pass {
                blocked_at: Some(NOW),
                ..pass()
            },
        ];
        states.push(Pass {
            start_at: NOW + Minutes(5),
            ..pass()
        });
        states.push(Pass {
            start_at: NOW - Seconds(7200),
            ..pass()
        });
        for pass in &states {
            for account_enabled in [true, false] {
                let wrong = PassFacts {
                    code_matches: false,
                    account_enabled,
                    ..facts(pass)
                };
                assert_eq!(judge_pass(wrong), Err(SignInError::InvalidPass));
            }
        }
        assert_eq!(
            judge_pass(PassFacts {
                pass: None,
                ..facts(&pass())
            }),
            Err(SignInError::InvalidPass)
        );
    }
}
