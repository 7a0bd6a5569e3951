//! Identifiers. Each kind of thing has its own type, so that a user's id can't be passed for a pass's.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The text is not a GUID in its usual form (`8-4-4-4-12` hexadecimal digits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "guid_text")] Uuid);

        impl $name {
            /// Wraps a GUID that is known at compile time.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Makes the id from its 16 bytes, as they are stored or as they came from a random source.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes to store.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Accepts the 36-character form in any case, nothing else: URLs have one spelling per thing.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

impl From<UserId> for PrincipalId {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

impl From<GroupId> for PrincipalId {
    fn from(id: GroupId) -> Self {
        Self(id.0)
    }
}

impl From<ServicePrincipalId> for PrincipalId {
    fn from(id: ServicePrincipalId) -> Self {
        Self(id.0)
    }
}

mod guid_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use uuid::Uuid;

    pub(super) fn serialize<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
        let mut buffer = Uuid::encode_buffer();
        to.serialize_str(id.hyphenated().encode_lower(&mut buffer))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Uuid, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Uuid::try_parse(&text).map_err(D::Error::custom)
    }
}

ids! {
    /// The organisation; one per database.
    TenantId,
    /// A person's directory object.
    UserId,
    /// A group's directory object.
    GroupId,
    /// An administrative unit's directory object.
    UnitId,
    /// A Temporary Access Pass; a new one for each pass issued.
    PassId,
    /// An application's object id (`id` in Graph, not what it signs in with).
    AppId,
    /// What an application signs in with (`appId` in Graph, `client_id` in OAuth).
    ClientId,
    /// The service principal of an application: its `oid` in tokens.
    ServicePrincipalId,
    /// Whoever can hold a role: a person, a group or a service principal.
    PrincipalId,
    /// One secret of an application (`keyId` in Graph).
    SecretId,
    /// One certificate of an application (`keyId` in Graph).
    KeyCredentialId,
    /// A delegated scope that an application offers.
    ScopeId,
    /// A role that an application knows; not a directory role.
    AppRoleId,
    /// An authentication strength (`authenticationStrengthPolicy` in Graph).
    StrengthId,
    /// Somebody's wish to hear of changes.
    SubscriptionId,
    /// What all tokens from one authorization code stand on.
    AuthorizationId,
    /// A browser session.
    SessionId,
    /// One assignment of a directory role.
    RoleAssignmentId,
    /// A make of authenticators; all zero when one doesn't tell (`WebAuthn` Level 3, 6.5.1).
    Aaguid,
    /// An authenticator app's registration.
    TotpId,
    /// A record of the audit log.
    AuditId,
    /// A record of the sign-in log.
    SignInId,
    /// What ties the records of one piece of work together; told to the person on error pages.
    CorrelationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let text = "11111111-2222-3333-4444-555555555555";
        assert_eq!(text.parse::<UserId>().unwrap().to_string(), text);
        assert_eq!(
            "AAAAAAAA-bbbb-3333-4444-555555555555"
                .parse::<UserId>()
                .unwrap()
                .to_string(),
            "aaaaaaaa-bbbb-3333-4444-555555555555"
        );
        for wrong in [
            "",
            "11111111222233334444555555555555",
            "{11111111-2222-3333-4444-555555555555}",
            "11111111-2222-3333-4444-55555555555g",
        ] {
            assert!(wrong.parse::<UserId>().is_err(), "{wrong}");
        }
    }
}
