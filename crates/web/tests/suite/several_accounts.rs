//! Several people signed in in one browser: what one of them does is none of the others' business.

use latchkey_crypto::Secret;
use latchkey_domain::{CorrelationId, PassRequest};
use latchkey_service::RequestInfo;

use crate::site::{Browser, PASSWORD, Site};

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

#[tokio::test]
async fn a_form_is_carried_out_for_the_account_that_it_was_made_for_or_not_at_all() {
    let site = Site::new().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let codes = [
        site.pass(ada, PassRequest::default()).await,
        site.pass(bob, PassRequest::default()).await,
    ];
    let mut browser = site.browser();
    browser.with_pass("bob@example.com", &codes[1]).await;
    sign_in_too(&mut browser, "ada@example.com", &codes[0]).await;
    let form = browser.get("/security-info/password").await;
    assert!(form.html.contains("ada@example.com"), "{}", form.html);
    let (_, out) = browser.get("/sign-out").await.form("csrf");

    // A new pass takes the old one's place: what that opened is over.
    site.pass(ada, PassRequest::default()).await;
    let new = [
        ("newpassword", "violet harbour eleven drums"),
        ("confirmpassword", "violet harbour eleven drums"),
    ];
    let cookies = browser.cookies.clone();
    let told = browser.submit(&form, &new).await;
    assert_eq!(told.heading(), "Your session has ended");
    assert_eq!(signed_in(&site, &browser).await, ["bob"]);
    let again = browser.submit(&form, &new).await;
    assert_eq!(again.status, 400, "ada's form is not bob's");
    assert_eq!(browser.post("/sign-out", &out).await.status, 400);
    assert_eq!(signed_in(&site, &browser).await, ["bob"]);

    browser.cookies = cookies;
    let told = browser.get("/security-info").await;
    assert_eq!(
        told.heading(),
        "Your session has ended",
        "before it is bob's page"
    );
    let his = browser.get("/security-info").await;
    assert!(his.html.contains("bob@example.com"), "{}", his.html);

    let mut other = site.browser();
    let page = other.name("bob@example.com").await;
    let page = other.get(&page.link("Use your password instead")).await;
    let page = other.submit(&page, &[("passwd", PASSWORD)]).await;
    assert_ne!(page.number(), Some(50_126), "bob's password is as it was");
}

#[tokio::test]
async fn whoever_finds_no_room_in_the_cookie_is_signed_out() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let names = ["ada", "bob", "cyd", "dan", "eve", "fay"];
    let mut first = String::new();
    for name in names {
        let code = site.pass(site.user(name).await, PassRequest::default()).await;
        if first.is_empty() {
            browser.with_pass(&format!("{name}@example.com"), &code).await;
            first.clone_from(&browser.cookies[SESSION]);
        } else {
            sign_in_too(&mut browser, &format!("{name}@example.com"), &code).await;
        }
    }
    assert_eq!(
        signed_in(&site, &browser).await,
        ["fay", "eve", "dan", "cyd", "bob"]
    );
    let gone = site.service.signed_in(&Secret::new(first)).await.unwrap();
    assert!(gone.is_none(), "ada's session can't be ended from here any more");
}

/// The address by which an application sends somebody to sign in.
async fn wanting(site: &Site, name: &str) -> String {
    let info = RequestInfo::console(CorrelationId::from_bytes([7; 16]));
    let app = site.service.make_demo_application(&info).await.unwrap();
    format!(
        "/common/oauth2/v2.0/authorize?client_id={}&response_type=code&redirect_uri=http%3A%2F%2Flocalhost&scope=openid\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
         &login_hint={name}%40example.com",
        app.client_id
    )
}

#[tokio::test]
async fn who_stays_signed_in_is_who_was_asked() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let mut asked = Vec::new();
    for name in ["ada", "bob"] {
        site.user(name).await;
        let page = browser.get(&wanting(&site, name).await).await;
        let page = browser.submit(&page, &[("passwd", PASSWORD)]).await;
        assert_eq!(page.heading(), "Stay signed in?", "{}", page.html);
        asked.push(page);
        // Whoever signed in before a request is not who signs in for it.
        site.later(1);
    }
    assert_eq!(signed_in(&site, &browser).await, ["bob", "ada"]);
    let (action, mut fields) = asked[0].form("session");
    fields.retain(|(name, _)| name != "DontShowAgain");
    fields.push(("answer".to_owned(), "yes".to_owned()));
    browser.post(&action, &fields).await;
    let mut kept = Vec::new();
    for token in browser.cookies["__Host-lk_kept"].split('.') {
        let found = site.service.signed_in(&Secret::new(token.to_owned())).await;
        kept.extend(found.unwrap().map(|member| member.user.display_name));
    }
    assert_eq!(kept, ["ada"], "bob was not asked by that page");
}

#[tokio::test]
async fn nobody_is_asked_to_stay_where_the_operator_does_not_want_it() {
    let site = Site::with_settings(|settings| settings.offer_to_stay = false).await;
    site.user("ada").await;
    let mut browser = site.browser();
    let page = browser.get(&wanting(&site, "ada").await).await;
    let page = browser.submit(&page, &[("passwd", PASSWORD)]).await;
    assert_eq!(page.heading(), "Permissions requested");
}
