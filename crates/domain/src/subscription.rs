//! Subscriptions: who wants to hear of which changes, where, and until when (Graph contract 15).

use std::collections::BTreeSet;
use std::fmt;

use crate::{
    Action, AuthorizationId, Caller, ClientId, Denied, Grant, GroupId, HookUrl, Minutes, Permit, Seconds,
    ServicePrincipalId, SubscriptionId, TargetUser, Timestamp, UserId, may,
};

/// What a subscription is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Watched {
    /// All users.
    Users,
    /// One user.
    User(UserId),
    /// All groups.
    Groups,
    /// One group.
    Group(GroupId),
    /// The members of one group.
    GroupMembers(GroupId),
    /// The audit log.
    Audits,
}

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeType {
    /// Something is new.
    Created,
    /// Something is different.
    Updated,
    /// Something is gone for good.
    Deleted,
}

/// In whose name somebody subscribed. What they may no longer see they are no longer told of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Subscriber {
    /// An application in its own name.
    Application {
        /// What it signs in with.
        client: ClientId,
        /// Its service principal.
        principal: ServicePrincipalId,
    },
    /// A person through an application.
    Person {
        /// The application.
        client: ClientId,
        /// The person.
        user: UserId,
        /// What the application's tokens stand on: the subscription ends with it.
        authorization: AuthorizationId,
        /// The delegated scopes.
        scopes: Vec<String>,
    },
}

/// Somebody wants to hear of changes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub subscriber: Subscriber,
    /// What it is about.
    pub watched: Watched,
    /// The same as it was written.
    pub resource: String,
    /// Which kinds of change; not empty.
    pub changes: BTreeSet<ChangeType>,
    /// Where changes are told.
    pub notification_url: HookUrl,
    /// Where the subscription's own fate is told.
    pub lifecycle_url: Option<HookUrl>,
    /// What comes with every notification, so that the receiver knows it; sealed, since it proves who sends.
    pub client_state: Option<Vec<u8>>,
    /// `latestSupportedTlsVersion`
    pub tls_version: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends unless it is renewed.
    pub expires_at: Timestamp,
}

/// What happens to a subscription itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LifecycleEvent {
    /// It is about to expire.
    ReauthorizationRequired,
    /// It ended before its time, because what it stood on ended.
    SubscriptionRemoved,
    /// Notifications could not be delivered and were given up.
    Missed,
}

/// Why there can't be such a subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// The resource can't be subscribed to.
    #[error(
        "Resource '{0}' can't be subscribed to. There are users, users/{{id}}, groups, groups/{{id}}, groups/{{id}}/members and auditLogs/directoryAudits."
    )]
    Resource(String),
    /// Not `created`, `updated`, `deleted` separated by commas, or not of this resource.
    #[error("Subscription change type is invalid: '{0}'.")]
    ChangeType(String),
    /// Not ahead.
    #[error("Subscription expiration must be in the future.")]
    Past,
    /// Too far ahead.
    #[error("Subscription expiration can only be {} minutes in the future.", Subscription::LONGEST.0)]
    TooFar,
    /// The client's own text is too long.
    #[error(
        "The clientState of a subscription has at most {} characters.",
        Subscription::MAX_STATE
    )]
    ClientState,
    /// A TLS version that the server doesn't speak.
    #[error("latestSupportedTlsVersion must be v1_2 or v1_3.")]
    TlsVersion,
}

impl Watched {
    /// Reads a subscription's `resource`: a path below the version, with or without a slash in front, in any case.
    ///
    /// # Errors
    /// [`SubscriptionError::Resource`]
    pub fn parse(resource: &str) -> Result<Self, SubscriptionError> {
        let path = resource.trim_start_matches('/').to_ascii_lowercase();
        let mut segments = path.split('/');
        let found = match (segments.next(), segments.next(), segments.next(), segments.next()) {
            (Some("users"), None, ..) => Some(Self::Users),
            (Some("users"), Some(id), None, _) => id.parse().ok().map(Self::User),
            (Some("groups"), None, ..) => Some(Self::Groups),
            (Some("groups"), Some(id), None, _) => id.parse().ok().map(Self::Group),
            (Some("groups"), Some(id), Some("members"), None) => id.parse().ok().map(Self::GroupMembers),
            (Some("auditlogs"), Some("directoryaudits"), None, _) => Some(Self::Audits),
            _ => None,
        };
        found.ok_or_else(|| SubscriptionError::Resource(resource.chars().take(100).collect()))
    }
}

/// Decides whether the caller may hear of this: whoever may read it may (Graph contract 15).
///
/// # Errors
/// Why not; the caller is told no more than that.
pub fn may_watch(caller: &Caller, watched: Watched) -> Result<Permit, Denied> {
    match watched {
        Watched::Users => may(caller, Action::ListUsers, None),
        Watched::User(id) => may(caller, Action::ReadUser, Some(&TargetUser::ordinary(id))),
        Watched::Groups | Watched::Group(_) | Watched::GroupMembers(_) => {
            may(caller, Action::ReadGroups, None)
        }
        Watched::Audits => may(caller, Action::ReadAudits, None),
    }
}

impl ChangeType {
    const ALL: [Self; 3] = [Self::Created, Self::Updated, Self::Deleted];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }

    /// Reads `changeType`: words separated by commas. Of the audit log, records are created and nothing else.
    ///
    /// # Errors
    /// [`SubscriptionError::ChangeType`]
    pub fn parse_list(text: &str, watched: Watched) -> Result<BTreeSet<Self>, SubscriptionError> {
        let invalid = || SubscriptionError::ChangeType(text.chars().take(100).collect());
        let word = |word: &str| {
            let known = Self::ALL.into_iter();
            known
                .filter(|kind| watched != Watched::Audits || *kind == Self::Created)
                .find(|kind| kind.as_str().eq_ignore_ascii_case(word.trim()))
        };
        text.split(',')
            .map(|part| word(part).ok_or_else(invalid))
            .collect()
    }
}

impl fmt::Display for ChangeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl LifecycleEvent {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReauthorizationRequired => "reauthorizationRequired",
            Self::SubscriptionRemoved => "subscriptionRemoved",
            Self::Missed => "missed",
        }
    }
}

impl Subscriber {
    /// In whose name this caller would subscribe; none for those who come through no application.
    pub fn of(caller: &Caller) -> Option<Self> {
        match caller {
            Caller::Application {
                client_id,
                service_principal_id,
                ..
            } => Some(Self::Application {
                client: *client_id,
                principal: *service_principal_id,
            }),
            Caller::Person {
                id,
                grant: Grant::Delegated(delegation),
                ..
            } => Some(Self::Person {
                client: delegation.client,
                user: *id,
                authorization: delegation.authorization,
                scopes: delegation
                    .scopes
                    .iter()
                    .map(|scope| scope.value().to_owned())
                    .collect(),
            }),
            Caller::Person { .. } | Caller::Console => None,
        }
    }

    /// The application.
    pub const fn client(&self) -> ClientId {
        match self {
            Self::Application { client, .. } | Self::Person { client, .. } => *client,
        }
    }

    /// Whether both are the same application, in its own name or that of the same person.
    pub fn is_same(&self, other: &Self) -> bool {
        let who = |subscriber: &Self| match subscriber {
            Self::Application { client, .. } => (*client, None),
            Self::Person { client, user, .. } => (*client, Some(*user)),
        };
        who(self) == who(other)
    }
}

impl Subscription {
    /// The farthest that a subscription's end lies ahead: 29 days.
    pub const LONGEST: Minutes = Minutes(41_760);
    /// Most characters of `clientState`.
    pub const MAX_STATE: usize = 128;
    /// Most subscriptions in a tenant.
    pub const MAX: usize = 1000;
    /// So long before its end a subscriber is reminded, unless the subscription was made for less.
    const REMINDER: Seconds = Seconds(3600);

    /// Checks an end that somebody wishes for.
    ///
    /// # Errors
    /// [`SubscriptionError::Past`], [`SubscriptionError::TooFar`]
    pub fn check_end(end: Timestamp, now: Timestamp) -> Result<(), SubscriptionError> {
        if end <= now {
            Err(SubscriptionError::Past)
        } else if end > now + Self::LONGEST.seconds() {
            Err(SubscriptionError::TooFar)
        } else {
            Ok(())
        }
    }

    /// Checks a `latestSupportedTlsVersion`. Older versions are not spoken here.
    ///
    /// # Errors
    /// [`SubscriptionError::TlsVersion`]
    pub fn check_tls_version(version: &str) -> Result<(), SubscriptionError> {
        if matches!(version, "v1_2" | "v1_3") {
            Ok(())
        } else {
            Err(SubscriptionError::TlsVersion)
        }
    }

    /// Whether its subscriber is to be reminded now that it will end.
    pub fn wants_reminder(&self, now: Timestamp) -> bool {
        self.lifecycle_url.is_some()
            && now < self.expires_at
            && now + Self::REMINDER >= self.expires_at
            && self.created_at + Self::REMINDER < self.expires_at
    }
}
