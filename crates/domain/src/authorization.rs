//! What a person let an application do: from the code to the last refresh, and when it ends.
//!
//! Sign-in contract 4, 9.4, 9.5 and 9.11; RFC 9700 4.14.

use crate::{
    AuthorizationId, ClientId, KeyThumbprint, PassId, Platform, Seconds, Session, SessionId, SessionMethod,
    SessionPass, SignInError, Timestamp, User, UserId,
};

/// How long a code works: 60 s (sign-in contract 9.4).
pub const CODE_LIFETIME: Seconds = Seconds(60);
/// How long a refresh token lives without being used: 90 days.
pub const REFRESH_IDLE: Seconds = Seconds(90 * 24 * 3600);
/// How long the refresh tokens of a single-page application live in all: 24 h.
pub const REFRESH_SPA: Seconds = Seconds(24 * 3600);
/// How long a refresh token still works after it was used first: 60 s, for parallel processes that share it.
pub const REFRESH_GRACE: Seconds = Seconds(60);

/// What was asked for when the application's person was sent to us; goes from the code to the authorization.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AskedFor {
    /// The client id as the application spells it: `aud` of its ID tokens.
    pub audience: String,
    /// What kind of application the redirect URI belongs to.
    pub platform: Platform,
    /// The scopes, as they were asked for.
    pub scope: String,
    /// Copied to the first ID token.
    pub nonce: Option<String>,
    /// The ID token is to say when the person signed in (`max_age` was sent, or `claims` name it).
    pub auth_time: bool,
    /// The ID token is to have `acr` (`claims` name it).
    #[serde(default)]
    pub acr: bool,
    /// The client understands claims challenges (sign-in contract 9.10).
    pub handles_challenges: bool,
    /// The key that the code, and then a public client's refresh tokens, are bound to (RFC 9449 5 and 10).
    pub key: Option<KeyThumbprint>,
}

/// What an authorization code stands for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuthorizationCode {
    /// What it becomes.
    pub authorization: AuthorizationId,
    /// Whose code.
    pub client_id: ClientId,
    /// The redirect URI as it was sent; none if none was.
    pub redirect_uri: Option<String>,
    /// The PKCE challenge (RFC 7636, S256).
    pub challenge: Option<String>,
    /// Who signed in.
    pub user_id: UserId,
    /// In which session.
    pub session_id: SessionId,
    /// The pass under it.
    pub pass_id: Option<PassId>,
    /// What for.
    pub asked: AskedFor,
}

/// What all tokens from one code stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Its id.
    pub id: AuthorizationId,
    /// Whose tokens.
    pub client_id: ClientId,
    /// For whom they act.
    pub user_id: UserId,
    /// The session that it began in.
    pub session_id: SessionId,
    /// What that stood on.
    pub method: SessionMethod,
    /// The pass with which it ends.
    pub pass: Option<SessionPass>,
    /// The person's last strong check before it.
    pub authenticated_at: Timestamp,
    /// When the code was redeemed.
    pub created_at: Timestamp,
    /// Over by then, whatever is done: for single-page applications.
    pub fixed_end: Option<Timestamp>,
    /// Ended before its time.
    pub ended: Option<AuthorizationEnd>,
    /// It goes on when the session ends (`offline_access`).
    pub offline: bool,
    /// What for.
    pub asked: AskedFor,
}

/// Why an authorization ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationEnd {
    /// Its code, or a refresh token that was replaced, came again: someone else has a copy.
    Reused,
    /// The pass under it was deleted or replaced.
    PassGone,
    /// Somebody revoked it.
    Revoked,
}

impl AuthorizationEnd {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reused, Self::PassGone, Self::Revoked];

    /// The name that the store keeps.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reused => "reused",
            Self::PassGone => "pass",
            Self::Revoked => "revoked",
        }
    }
}

/// Why a code, a refresh token or an access token is worth nothing (sign-in contract 9.11). Each is `invalid_grant`
/// at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(missing_docs, reason = "each is its own sentence")]
pub enum GrantError {
    #[error("The provided grant is invalid or malformed.")]
    Unknown,
    #[error("OAuth2 Authorization code was already redeemed. Please retry with a new valid code.")]
    CodeUsed,
    #[error("The provided authorization code has expired. Send a new interactive authorization request.")]
    CodeExpired,
    #[error("The redirect URI of the request does not match the one of the authorization request.")]
    RedirectUri,
    #[error("The code_verifier does not match the code_challenge of the authorization request.")]
    Verifier,
    #[error("The code_verifier is missing or has the wrong size.")]
    VerifierForm,
    #[error("The provided refresh token was used before; all tokens of its family are revoked.")]
    Reused,
    #[error("The refresh token has expired due to inactivity.")]
    Idle,
    #[error(
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime."
    )]
    FixedEnd,
    #[error("The provided grant has been revoked. The user must sign in again.")]
    Revoked,
    #[error("The user account is disabled.")]
    UserDisabled,
    #[error("The Temporary Access Pass has expired.")]
    PassExpired,
    #[error("An access pass could not be found or verified for the user.")]
    PassGone,
    #[error("Temporary Access Pass sign in was blocked due to User Credential Policy.")]
    PassBlocked,
    #[error(
        "Due to a configuration change made by your administrator, you must use a stronger authentication method to access this application."
    )]
    StrengthNeeded,
    #[error("The signed in user is not assigned to a role for the application.")]
    NotAssigned,
}

impl GrantError {
    /// Entra's number.
    pub const fn number(self) -> u32 {
        match self {
            Self::Unknown | Self::Reused => 70_000,
            Self::CodeUsed => 54_005,
            Self::CodeExpired => 70_008,
            Self::RedirectUri => 500_112,
            Self::Verifier => 501_481,
            Self::VerifierForm => 50_148,
            Self::Idle => 700_082,
            Self::FixedEnd => 700_084,
            Self::Revoked => 50_173,
            Self::UserDisabled => 50_057,
            Self::PassExpired => 130_504,
            Self::PassGone => 130_507,
            Self::PassBlocked => 130_502,
            Self::StrengthNeeded => 50_076,
            Self::NotAssigned => 50_105,
        }
    }

    /// As what the sign-in log keeps it; none for what tells of nobody's sign-in.
    pub const fn logged(self) -> Option<SignInError> {
        Some(match self {
            Self::Reused => SignInError::RefreshTokenReused,
            Self::Idle => SignInError::RefreshTokenIdle,
            Self::FixedEnd => SignInError::RefreshTokenOver,
            Self::Revoked => SignInError::GrantRevoked,
            Self::UserDisabled => SignInError::AccountDisabled,
            Self::PassExpired => SignInError::PassExpired,
            Self::PassGone => SignInError::PassNotFound,
            Self::PassBlocked => SignInError::PassBlockedByPolicy,
            Self::StrengthNeeded => SignInError::SecondFactorNeeded,
            Self::NotAssigned => SignInError::NotAssigned,
            Self::Unknown
            | Self::CodeUsed
            | Self::CodeExpired
            | Self::RedirectUri
            | Self::Verifier
            | Self::VerifierForm => return None,
        })
    }

    /// What makes client libraries sign the person in again (clients contract 5); none for an application's own
    /// mistakes.
    pub const fn suberror(self) -> Option<&'static str> {
        match self {
            Self::Reused
            | Self::Idle
            | Self::FixedEnd
            | Self::Revoked
            | Self::PassExpired
            | Self::PassGone
            | Self::PassBlocked => Some("bad_token"),
            Self::StrengthNeeded => Some("basic_action"),
            _ => None,
        }
    }
}

impl Authorization {
    /// The authorization that a code becomes.
    pub fn begin(code: &AuthorizationCode, session: &Session, offline: bool, now: Timestamp) -> Self {
        Self {
            id: code.authorization,
            client_id: code.client_id,
            user_id: code.user_id,
            session_id: session.id,
            method: session.method,
            pass: session.pass,
            authenticated_at: session.authenticated_at,
            // Not before its session, whose node's clock may be ahead.
            created_at: now.max(session.created_at),
            fixed_end: (code.asked.platform == Platform::Spa).then(|| now + REFRESH_SPA),
            ended: None,
            offline,
            asked: code.asked.clone(),
        }
    }

    /// Whether it still stands: asked at each use of what came from it. `session` is the one that it began in, if it
    /// is still there.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check(&self, user: &User, session: Option<&Session>, now: Timestamp) -> Result<(), GrantError> {
        // First: whoever disables an account revokes what it was let do, too.
        if !user.account_enabled {
            return Err(GrantError::UserDisabled);
        }
        match self.ended {
            Some(AuthorizationEnd::Reused) => return Err(GrantError::Reused),
            Some(AuthorizationEnd::PassGone) => return Err(GrantError::PassGone),
            Some(AuthorizationEnd::Revoked) => return Err(GrantError::Revoked),
            None => {}
        }
        if self.pass.is_some_and(|pass| now >= pass.end) {
            return Err(GrantError::PassExpired);
        }
        if self.fixed_end.is_some_and(|end| now >= end) {
            return Err(GrantError::FixedEnd);
        }
        let revoked = self.created_at < user.sessions_valid_from || self.user_id != user.id;
        if revoked || !(self.offline || session_stands(user, session, now)) {
            return Err(GrantError::Revoked);
        }
        Ok(())
    }

    /// The moment by which every token from it must have ended.
    pub fn end(&self) -> Option<Timestamp> {
        let pass = self.pass.map(|pass| pass.end);
        [pass, self.fixed_end].into_iter().flatten().min()
    }
}

/// Whether the session of an authorization goes on. An access token that was issued in it ends with it, though the
/// authorization may not.
pub fn session_stands(user: &User, session: Option<&Session>, now: Timestamp) -> bool {
    session.is_some_and(|session| session.is_live(user.sessions_valid_from, now))
}

/// Whether a refresh token can be used: as far as its own age tells.
///
/// # Errors
/// [`GrantError::Idle`], [`GrantError::Reused`]
pub fn check_refresh(
    created_at: Timestamp,
    rotated_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), GrantError> {
    if now >= created_at + REFRESH_IDLE {
        Err(GrantError::Idle)
    } else if rotated_at.is_some_and(|at| now >= at + REFRESH_GRACE) {
        Err(GrantError::Reused)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn refresh_tokens_live_ninety_days_unused_and_a_minute_used() {
        let check = |rotated: Option<i64>, later: i64| {
            check_refresh(NOW, rotated.map(|at| NOW + Seconds(at)), NOW + Seconds(later))
        };
        assert_eq!(check(None, REFRESH_IDLE.0 - 1), Ok(()));
        assert_eq!(check(None, REFRESH_IDLE.0), Err(GrantError::Idle));
        assert_eq!(check(Some(10), 69), Ok(()));
        assert_eq!(check(Some(10), 70), Err(GrantError::Reused));
    }

    #[test]
    fn the_log_has_the_numbers_that_applications_get() {
        for error in [
            GrantError::Reused,
            GrantError::Idle,
            GrantError::FixedEnd,
            GrantError::Revoked,
            GrantError::UserDisabled,
            GrantError::PassExpired,
            GrantError::PassGone,
            GrantError::PassBlocked,
            GrantError::StrengthNeeded,
            GrantError::NotAssigned,
        ] {
            assert_eq!(error.logged().map(SignInError::number), Some(error.number()));
        }
        assert_eq!(GrantError::Unknown.logged(), None);
    }
}
