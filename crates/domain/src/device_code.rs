//! Signing in on a device that has no browser, by a code that is typed on another one (RFC 8628).
//!
//! Sign-in contract 9.8. The device waits with a device code; a person types the user code on a page, signs in there
//! and says whether it was them.

use crate::{AskedFor, ClientId, Seconds, Timestamp};

/// How long both codes work: 15 minutes.
pub const DEVICE_CODE_LIFETIME: Seconds = Seconds(900);
/// How often devices are told to ask. Asking sooner is no mistake: a client library takes any other answer than
/// `authorization_pending` as the end (sign-in contract 9.8).
pub const DEVICE_POLL_INTERVAL: Seconds = Seconds(5);

/// What a device asks for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeviceRequest {
    /// The application on it.
    pub client_id: ClientId,
    /// What for.
    pub asked: AskedFor,
    /// Where the device asked from, shown to the person.
    pub ip_address: String,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceAnswer {
    /// It was them, and the device may sign in.
    Approved,
    /// It was not.
    Declined,
}

impl DeviceAnswer {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Approved, Self::Declined];

    /// The name that the store keeps.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// Why a device code gives no tokens (sign-in contract 9.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// Nobody has answered yet.
    #[error("OAuth 2.0 device flow error. Authorization is pending. Continue polling.")]
    Pending,
    /// The person said no.
    #[error("The user declined to let the device sign in.")]
    Declined,
    /// There is no such code, or it is of another application.
    #[error("The verification code is not recognised.")]
    Unknown,
    /// Too late.
    #[error("The verification code has expired. Start again.")]
    Expired,
    /// Not a device code at all.
    #[error("The device code is malformed.")]
    Malformed,
}

impl DeviceError {
    /// OAuth's word, in Entra's spelling.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "authorization_pending",
            Self::Declined => "authorization_declined",
            Self::Unknown => "bad_verification_code",
            Self::Expired => "expired_token",
            Self::Malformed => "invalid_grant",
        }
    }

    /// Entra's number.
    pub const fn number(self) -> u32 {
        match self {
            Self::Pending => 70_016,
            Self::Declined => 65_004,
            Self::Unknown => 70_018,
            Self::Expired => 70_019,
            Self::Malformed => 50_189,
        }
    }
}

/// Whether a device gets tokens now. A no stays a no after the end.
///
/// # Errors
/// Why not.
pub fn check_device(
    answer: Option<DeviceAnswer>,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), DeviceError> {
    match answer {
        Some(DeviceAnswer::Declined) => Err(DeviceError::Declined),
        _ if now >= expires_at => Err(DeviceError::Expired),
        Some(DeviceAnswer::Approved) => Ok(()),
        None => Err(DeviceError::Pending),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_wait_for_a_yes_in_time() {
        const END: Timestamp = Timestamp::from_seconds(1_800_000_900);
        let check = |answer, left: i64| check_device(answer, END, END + Seconds(-left));
        assert_eq!(check(None, 1), Err(DeviceError::Pending));
        assert_eq!(check(None, 0), Err(DeviceError::Expired));
        assert_eq!(check(Some(DeviceAnswer::Approved), 1), Ok(()));
        assert_eq!(check(Some(DeviceAnswer::Approved), 0), Err(DeviceError::Expired));
        for left in [1, 0] {
            assert_eq!(
                check(Some(DeviceAnswer::Declined), left),
                Err(DeviceError::Declined)
            );
        }
    }
}
