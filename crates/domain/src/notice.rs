//! What people are told of by mail, and others by a webhook: somebody got a pass, used it, added or lost a way to sign in
//! (sign-in contract 6.3, 11 and 13; NIST SP 800-63B-4 4.1.2 and 4.2.3, ASVS 6.3.7).
//!
//! A notice is read from the audit log, so it can't hold what is never there: no code, no secret.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::{
    Activity, AuditEvent, AuditOutcome, AuditTarget, HookUrl, Initiator, RoleId, TargetKind, Timestamp,
    UserId,
};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// A pass was issued.
    PassIssued,
    /// A pass was deleted, and none was put in its place.
    PassDeleted,
    /// A pass opened its first session.
    PassUsed,
    /// Too many wrong guesses blocked a pass for good.
    PassBlocked,
    /// A passkey or an authenticator app was added.
    MethodAdded,
    /// A passkey or an authenticator app was deleted.
    MethodDeleted,
    /// Somebody else set the password.
    PasswordReset,
    /// The person set the password.
    PasswordChanged,
    /// The person said that a sign-in was somebody else's.
    SignInDisowned,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// The person that it happened to.
    Person,
    /// The person's manager.
    Manager,
    /// Those who can help: see [`NOTICE_ROLES`], or the address that stands for them.
    Administrators,
    /// Whoever listens at the tenant's webhook.
    Webhook,
}

/// The roles whose holders are told as administrators.
pub const NOTICE_ROLES: [RoleId; 3] = [
    RoleId::GLOBAL_ADMINISTRATOR,
    RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    RoleId::AUTHENTICATION_ADMINISTRATOR,
];

/// One reader of one notice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeReader {
    /// The person that it happened to.
    Person,
    /// Whoever is the person's manager when the mail leaves.
    Manager,
    /// One administrator.
    Administrator(UserId),
    /// The address that stands for all administrators.
    AdministratorsAddress,
    /// The tenant's webhook.
    Webhook,
}

/// A way to sign in that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastingMethod {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    App,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doer {
    /// The person, or whoever passed for them: from this network address.
    Oneself(String),
    /// Somebody else, or an application, by name.
    Other(String),
    /// Somebody at the server's own console, or the server itself.
    Server,
}

/// What a record of the audit log tells people of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// To whom.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Doer,
    /// Of a method that was added or deleted: which.
    pub method: Option<LastingMethod>,
    /// Of a pass that was issued: when it starts and ends.
    pub valid: Option<(Timestamp, Timestamp)>,
    /// Of a sign-in that was somebody else's: when it was, and from which network address.
    pub sign_in: Option<(Timestamp, String)>,
}

/// The detail of the audit log that marks the first use of a pass.
pub const FIRST_USE: &str = "FirstUse";
/// The detail of the audit log that names what was put in a pass's place.
pub const REPLACED_BY: &str = "ReplacedBy";
/// The details of the audit log that tell of a disowned sign-in.
pub const DISOWNED_AT: &str = "SignInDateTime";
/// See [`DISOWNED_AT`].
pub const DISOWNED_FROM: &str = "SignInIpAddress";
/// What begins the names of a pass's properties in the audit log.
pub const PASS_PROPERTY: &str = "TemporaryAccessPass.TemporaryAccessPass.";

/// The words by which the log names methods (sign-in contract 12.2).
const PASS: &str = "temporary access pass method";
const PASSKEY: &str = "Fido2 Authentication Method";
const APP: &str = "Authenticator App with Code";

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::PassIssued,
        Self::PassDeleted,
        Self::PassUsed,
        Self::PassBlocked,
        Self::MethodAdded,
        Self::MethodDeleted,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::SignInDisowned,
    ];

    /// What the log calls that of which these are told.
    pub const ACTIVITIES: [Activity; 9] = [
        Activity::AdminRegisteredSecurityInfo,
        Activity::UserRegisteredSecurityInfo,
        Activity::AdminDeletedSecurityInfo,
        Activity::UserDeletedSecurityInfo,
        Activity::PassRedeemed,
        Activity::PassBlocked,
        Activity::ResetUserPassword,
        Activity::ChangeUserPassword,
        Activity::SignInDisowned,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PassIssued => "passIssued",
            Self::PassDeleted => "passDeleted",
            Self::PassUsed => "passUsed",
            Self::PassBlocked => "passBlocked",
            Self::MethodAdded => "methodAdded",
            Self::MethodDeleted => "methodDeleted",
            Self::PasswordReset => "passwordReset",
            Self::PasswordChanged => "passwordChanged",
            Self::SignInDisowned => "signInDisowned",
        }
    }
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Person, Self::Manager, Self::Administrators, Self::Webhook];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Manager => "manager",
            Self::Administrators => "administrators",
            Self::Webhook => "webhook",
        }
    }
}

impl LastingMethod {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::App => "authenticatorApp",
        }
    }
}

impl NoticeReader {
    /// Names the reader among those of one notice.
    pub fn key(&self) -> String {
        match self {
            Self::Person => "person".to_owned(),
            Self::Manager => "manager".to_owned(),
            Self::Administrator(id) => id.to_string(),
            Self::AdministratorsAddress => "administrators".to_owned(),
            Self::Webhook => "webhook".to_owned(),
        }
    }

    /// The way out that leads to this reader.
    pub const fn channel(&self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Person | Self::Manager | Self::Administrator(_) | Self::AdministratorsAddress => "mail",
        }
    }
}

impl Notice {
    /// What this record tells people of; none: nobody is told.
    pub fn of(event: &AuditEvent) -> Option<Self> {
        if event.outcome != AuditOutcome::Success {
            return None;
        }
        let mut users = event
            .targets
            .iter()
            .filter(|target| target.kind == TargetKind::User);
        let target = users.next()?;
        let user: UserId = target.id.parse().ok()?;
        let (kind, method) = kind(event)?;
        Some(Self {
            kind,
            user,
            at: event.at,
            by: match &event.initiator {
                Initiator::User { id, .. } if *id == user => Doer::Oneself(event.ip_address.clone()),
                Initiator::User { display_name, .. } | Initiator::Application { display_name, .. } => {
                    Doer::Other(display_name.clone())
                }
                Initiator::Console => Doer::Server,
            },
            method,
            valid: time(target, "StartDateTime").zip(time(target, "EndTime")),
            sign_in: detail(event, DISOWNED_AT)
                .and_then(|at| Timestamp::parse_rfc3339(at).ok())
                .zip(detail(event, DISOWNED_FROM).map(str::to_owned)),
        })
    }
}

fn kind(event: &AuditEvent) -> Option<(NoticeKind, Option<LastingMethod>)> {
    let says = |words: &str| event.reason.contains(words);
    let lasting = if says(PASSKEY) {
        Some(LastingMethod::Passkey)
    } else if says(APP) {
        Some(LastingMethod::App)
    } else {
        None
    };
    Some(match event.activity {
        Activity::AdminRegisteredSecurityInfo | Activity::UserRegisteredSecurityInfo if says(PASS) => {
            (NoticeKind::PassIssued, None)
        }
        Activity::AdminRegisteredSecurityInfo | Activity::UserRegisteredSecurityInfo => {
            (NoticeKind::MethodAdded, Some(lasting?))
        }
        // Whoever gets another pass hears of that one.
        Activity::AdminDeletedSecurityInfo | Activity::UserDeletedSecurityInfo if says(PASS) => {
            (detail(event, REPLACED_BY).is_none()).then_some((NoticeKind::PassDeleted, None))?
        }
        Activity::AdminDeletedSecurityInfo | Activity::UserDeletedSecurityInfo => {
            (NoticeKind::MethodDeleted, Some(lasting?))
        }
        Activity::PassRedeemed => {
            detail(event, FIRST_USE)?;
            (NoticeKind::PassUsed, None)
        }
        Activity::PassBlocked => (NoticeKind::PassBlocked, None),
        Activity::ResetUserPassword => (NoticeKind::PasswordReset, None),
        Activity::ChangeUserPassword => (NoticeKind::PasswordChanged, None),
        Activity::SignInDisowned => (NoticeKind::SignInDisowned, None),
        _ => return None,
    })
}

fn detail<'a>(event: &'a AuditEvent, key: &str) -> Option<&'a str> {
    let found = event.details.iter().find(|detail| detail.key == key);
    found.map(|detail| detail.value.as_str())
}

/// A point in time among what became of a pass: JSON text of it.
fn time(target: &AuditTarget, name: &str) -> Option<Timestamp> {
    let named = |found: &str| found.strip_prefix(PASS_PROPERTY) == Some(name);
    let property = target.modified.iter().find(|property| named(&property.name))?;
    let text = property.new.as_deref()?.trim_matches('"');
    Timestamp::parse_rfc3339(text).ok()
}

/// A mail address as people write it: something before the `@`, a domain behind it, no blanks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct MailAddress(String);

impl MailAddress {
    /// Checks an address; none: it is none, or longer than 254 characters.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"@<>()[]\\,;:\"".contains(&b);
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b);
        let right = text.len() <= 254
            && (1..=64).contains(&local.len())
            && local.bytes().all(plain)
            && domain.bytes().all(fits)
            && domain.split('.').all(|label| !label.is_empty());
        right.then(|| Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who is told of what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoticeSettings {
    /// The audiences of each kind; of a kind that is missing nobody is told.
    pub told: BTreeMap<NoticeKind, BTreeSet<Audience>>,
    /// The address that stands for all administrators; none: each of them has their own.
    pub administrators: Option<MailAddress>,
    /// Where notices are posted; none: nowhere.
    pub webhook: Option<HookUrl>,
}

impl Default for NoticeSettings {
    /// People hear of everything that happens to them, managers of passes, administrators of what looks like an attack.
    fn default() -> Self {
        let audiences = |kind| {
            let mut told = BTreeSet::from([Audience::Person, Audience::Webhook]);
            match kind {
                NoticeKind::PassIssued => told.insert(Audience::Manager),
                NoticeKind::PassBlocked | NoticeKind::SignInDisowned => told.insert(Audience::Administrators),
                _ => false,
            };
            told
        };
        Self {
            told: NoticeKind::ALL
                .into_iter()
                .map(|kind| (kind, audiences(kind)))
                .collect(),
            administrators: None,
            webhook: None,
        }
    }
}

impl NoticeSettings {
    /// The names of the audiences of a kind, with commas between.
    pub fn words(&self, kind: NoticeKind) -> String {
        let told = Audience::ALL
            .into_iter()
            .filter(|audience| self.tells(kind, *audience));
        told.map(Audience::as_str).collect::<Vec<_>>().join(",")
    }

    /// Whether this audience is told of this.
    pub fn tells(&self, kind: NoticeKind, audience: Audience) -> bool {
        self.told.get(&kind).is_some_and(|told| told.contains(&audience))
    }
}
