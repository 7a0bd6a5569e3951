//! Account names as people type them.

use latchkey_domain::{Group, PrincipalId, Upn, User, UserRef};
use latchkey_service::AccessError;
use latchkey_store::GroupFilter;

use super::admin::Admin;
use crate::answer::Stop;

/// Groups of one name that are looked at.
const SAME_NAME: u32 = 100;

/// The account name that is meant; a name alone is of the organization's own domain.
///
/// # Errors
/// The words to show.
pub(super) fn account_name(text: &str, domain: &str) -> Result<Upn, &'static str> {
    let whole = if text.contains('@') {
        text.to_owned()
    } else {
        format!("{text}@{domain}")
    };
    Upn::parse(&whole).map_err(|_| "Write an account name like ada@example.com.")
}

/// Whoever is meant, or the words to show.
pub(super) async fn find_person(admin: &Admin, text: &str) -> Result<Result<User, &'static str>, Stop> {
    let domain = &admin.service().tenant().default_domain;
    let name = match account_name(text.trim(), domain) {
        Ok(name) => UserRef::Name(name),
        Err(words) => return Ok(Err(words)),
    };
    match admin.service().show_user(&admin.caller, &name).await {
        Ok(user) => Ok(Ok(user)),
        Err(AccessError::NoSuchUser) => Ok(Err("Nobody has this account name.")),
        Err(other) => Err(admin.failed(&other)),
    }
}

/// Whoever is meant to hold a role: a person, or a role-assignable group by its whole name; or the words to show.
pub(super) async fn find_role_holder(
    admin: &Admin,
    text: &str,
) -> Result<Result<PrincipalId, &'static str>, Stop> {
    find_principal(admin, text, |group| group.properties.role_assignable).await
}

/// A person by the account name, or one of these groups by its whole name; or the words to show.
pub(super) async fn find_principal(
    admin: &Admin,
    text: &str,
    is_wanted: fn(&Group) -> bool,
) -> Result<Result<PrincipalId, &'static str>, Stop> {
    let words = match find_person(admin, text).await? {
        Ok(user) => return Ok(Ok(user.id.into())),
        Err(words) => words,
    };
    let filter = GroupFilter::DisplayNameEquals(text.trim().to_owned());
    let found = admin
        .service()
        .list_groups(&admin.caller, Some(&filter), None, SAME_NAME)
        .await;
    let mut found = found.map_err(|error| admin.group_failed(&error))?;
    found.retain(is_wanted);
    Ok(match found.as_slice() {
        [] => Err(words),
        [one] => Ok(one.id.into()),
        _ => Err("Several groups have this name."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_of_the_own_domain() {
        let name = |text| account_name(text, "example.com").map(|name| name.to_string());
        assert_eq!(name("ada"), Ok("ada@example.com".to_owned()));
        assert_eq!(name("ada@other.example"), Ok("ada@other.example".to_owned()));
        assert!(name("<b>").is_err());
    }
}
