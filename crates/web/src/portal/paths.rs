//! The portal's addresses.

use latchkey_domain::{AppId, GroupId, RoleId, StrengthId, UnitId, UserId};

/// The first page.
pub(crate) const HOME: &str = "/portal";
/// Finding people.
pub(crate) const PEOPLE: &str = "/portal/people";
/// People whose accounts were deleted.
pub(crate) const DELETED_PEOPLE: &str = "/portal/people?state=deleted";
/// Making an account.
pub(crate) const NEW_PERSON: &str = "/portal/people/new";

/// Whom many passes are for (GET asks, POST shows what will happen).
pub(crate) const MANY_PASSES: &str = "/portal/passes";
/// Issues them (POST).
pub(crate) const MANY_PASSES_RUN: &str = "/portal/passes/run";
/// The pass policy.
pub(crate) const POLICY: &str = "/portal/policy";
/// Whether passes are on, and for whom (POST).
pub(crate) const POLICY_TARGETS: &str = "/portal/policy/targets";
/// How passes are made (POST).
pub(crate) const POLICY_LIMITS: &str = "/portal/policy/limits";

/// Groups.
pub(crate) const GROUPS: &str = "/portal/groups";
/// Making one.
pub(crate) const NEW_GROUP: &str = "/portal/groups/new";
/// Directory roles.
pub(crate) const ROLES: &str = "/portal/roles";
/// Administrative units.
pub(crate) const UNITS: &str = "/portal/units";
/// Making one.
pub(crate) const NEW_UNIT: &str = "/portal/units/new";
/// Applications.
pub(crate) const APPLICATIONS: &str = "/portal/applications";
/// Registering one.
pub(crate) const NEW_APPLICATION: &str = "/portal/applications/new";
/// Authentication strengths.
pub(crate) const STRENGTHS: &str = "/portal/strengths";
/// Making one.
pub(crate) const NEW_STRENGTH: &str = "/portal/strengths/new";
/// Domains that are handed to other providers.
pub(crate) const FEDERATION: &str = "/portal/federation";
/// Forgets who somebody is there (POST).
pub(crate) const FORGET_LINK: &str = "/portal/federation/forget";
/// The keys that sign tokens.
pub(crate) const KEYS: &str = "/portal/keys";
/// Gives them successors (GET asks).
pub(crate) const ROTATE_KEYS: &str = "/portal/keys/rotate";
/// How the tenant presents itself.
pub(crate) const SETTINGS: &str = "/portal/settings";
/// How people sign in.
pub(crate) const SETTINGS_SIGN_IN: &str = "/portal/settings/sign-in";
/// Who hears of what.
pub(crate) const SETTINGS_NOTICES: &str = "/portal/settings/notices";
/// The logs.
pub(crate) const LOGS: &str = "/portal/logs";
/// The sign-in log; a record's page is `/{id}` below it, the download `/export`.
pub(crate) const SIGN_INS: &str = "/portal/logs/sign-ins";
/// The audit log; the same below it.
pub(crate) const AUDITS: &str = "/portal/logs/audit";

/// A person's page.
pub(super) fn person(id: &UserId) -> String {
    format!("{PEOPLE}/{id}")
}

/// What becomes of a deleted account is asked below it.
pub(super) fn deleted_person(id: &UserId) -> String {
    format!("{PEOPLE}/deleted/{id}")
}

/// A group's page.
pub(super) fn group(id: &GroupId) -> String {
    format!("{GROUPS}/{id}")
}

/// A role's page.
pub(super) fn role(id: RoleId) -> String {
    format!("{ROLES}/{id}")
}

/// A unit's page.
pub(super) fn unit(id: UnitId) -> String {
    format!("{UNITS}/{id}")
}

/// An application's page.
pub(super) fn application(id: &AppId) -> String {
    format!("{APPLICATIONS}/{id}")
}

/// A strength's page.
pub(super) fn strength(id: StrengthId) -> String {
    format!("{STRENGTHS}/{id}")
}

/// A domain's page.
pub(super) fn federated_domain(domain: &str) -> String {
    format!("{FEDERATION}/{}", encoded(domain))
}

/// An address with one more parameter, encoded.
pub(super) fn with(path: &str, name: &str, value: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{name}={}", encoded(value))
}

/// A value for a query: everything but letters, digits and `-_.~` percent-encoded (RFC 3986, 2.3).
fn encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn parameters_are_encoded() {
        assert_eq!(with("/a", "q", "é &=\u{202e}"), "/a?q=%C3%A9%20%26%3D%E2%80%AE");
        assert_eq!(with("/a?q=1", "after", "b c"), "/a?q=1&after=b%20c");
    }
}
