//! Administrators at the portal, and requests that no page of it would send.

use latchkey_domain::{BUILT_IN_ROLES, Caller, CorrelationId, RoleId, RoleScope, UserId};
use latchkey_service::RequestInfo;

use super::{Browser, Page, Site};

pub(crate) fn info() -> RequestInfo {
    RequestInfo::console(CorrelationId::from_bytes([7; 16]))
}

pub(crate) fn role(name: &str) -> RoleId {
    BUILT_IN_ROLES.iter().find(|role| role.name == name).unwrap().id
}

pub(crate) async fn give(site: &Site, user: UserId, name: &str) {
    site.service
        .assign_role(
            &Caller::Console,
            &info(),
            role(name),
            user.into(),
            RoleScope::Tenant,
        )
        .await
        .unwrap();
}

/// Somebody who is signed in and holds this role.
pub(crate) async fn administrator<'a>(site: &'a Site, name: &str, role: &str) -> Browser<'a> {
    let user = site.user(name).await;
    give(site, user, role).await;
    signed_in(site, user, name).await
}

pub(crate) async fn signed_in<'a>(site: &'a Site, user: UserId, name: &str) -> Browser<'a> {
    let code = site.one_time(user).await;
    let mut browser = site.browser();
    browser.with_pass(&format!("{name}@example.com"), &code).await;
    browser
}

/// The token that every form of this session carries.
pub(crate) fn token(page: &Page) -> String {
    let (_, fields) = page.form("csrf");
    fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1
}

/// A request as a page would send it, whether or not there is such a page.
pub(crate) async fn crafted(browser: &mut Browser<'_>, path: &str, more: &[(&str, &str)]) -> Page {
    let home = browser.get("/portal").await;
    let mut fields = vec![("csrf".to_owned(), token(&home))];
    fields.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    browser.post(path, &fields).await
}
