//! Several people signed in in one browser: what one of them does is none of the others' business.

use latchkey_crypto::Secret;
use latchkey_domain::PassRequest;

use crate::site::{Browser, Site};

const SESSION: &str = "__Host-lk_session";

/// The names behind the sessions of the browser's cookie, as far as they stand.
async fn signed_in(site: &Site, browser: &Browser<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let cookie = browser.cookies.get(SESSION).cloned().unwrap_or_default();
    for token in cookie.split('.') {
        let found = site.service.signed_in(&Secret::new(token.to_owned())).await;
        names.extend(found.unwrap().map(|member| member.user.display_name));
    }
    names
}

/// Signs in in a browser where somebody is signed in already.
async fn sign_in_too(browser: &mut Browser<'_>, name: &str, code: &str) {
    let first = browser.get("/sign-in").await;
    let page = browser.submit(&first, &[("loginfmt", name)]).await;
    let inside = browser.submit(&page, &[("accesspass", code)]).await;
    assert_eq!(inside.heading(), "Security info");
}

#[tokio::test]
async fn who_signs_in_second_leaves_the_first_alone() {
    let site = Site::new().await;
    let mut codes = Vec::new();
    for name in ["ada", "bob"] {
        codes.push(site.pass(site.user(name).await, PassRequest::default()).await);
    }
    let mut browser = site.browser();
    browser.with_pass("ada@example.com", &codes[0]).await;
    let first = browser.cookies[SESSION].clone();
    sign_in_too(&mut browser, "bob@example.com", &codes[1]).await;
    assert_eq!(signed_in(&site, &browser).await, ["bob", "ada"]);
    assert!(browser.cookies[SESSION].ends_with(&first));

    sign_in_too(&mut browser, "bob@example.com", &codes[1]).await;
    assert_eq!(signed_in(&site, &browser).await, ["bob", "ada"], "again");
    let gone = site.service.signed_in(&Secret::new(first)).await.unwrap();
    assert!(gone.is_some(), "ada's cookie is as it was");

    // Bob deletes the pass that he is signed in by.
    let question = browser.get("/security-info/pass/delete").await;
    let (_, fields) = question.form("csrf");
    let left = browser.post("/security-info/pass/delete", &fields).await;
    assert_eq!(left.path, "/signed-out?why=pass");
    assert_eq!(signed_in(&site, &browser).await, ["ada"]);
    let hers = browser.get("/security-info").await;
    assert!(hers.html.contains("ada@example.com"), "{}", hers.html);
}

#[tokio::test]
async fn signing_out_everywhere_is_for_one_account() {
    let site = Site::new().await;
    let mut codes = Vec::new();
    for name in ["ada", "bob"] {
        codes.push(site.pass(site.user(name).await, PassRequest::default()).await);
    }
    let mut browser = site.browser();
    browser.with_pass("ada@example.com", &codes[0]).await;
    sign_in_too(&mut browser, "bob@example.com", &codes[1]).await;
    let question = browser.get("/security-info/sign-out-everywhere").await;
    let (_, fields) = question.form("csrf");
    let left = browser.post("/security-info/sign-out-everywhere", &fields).await;
    assert_eq!(left.path, "/signed-out?why=everywhere");
    assert_eq!(signed_in(&site, &browser).await, ["ada"]);
}
