//! "Let's set up your account" after a pass, in a browser without script (sign-in contract 2.9 and 6.3).

use latchkey_domain::{AfterPassSignIn, PassSessionUse};
use latchkey_service::Settings;

use crate::site::{Browser, Page, Site};

const ADA: &str = "ada@example.com";
const NEW_PASSWORD: &str = "violet anchor monday teapot";

fn registration_first(settings: &mut Settings) {
    settings.after_pass_sign_in = AfterPassSignIn::RegistrationFirst;
}

/// The app's wizard, from its first page.
async fn set_up_app(site: &Site, browser: &mut Browser<'_>, first: &str) -> Page {
    let intro = browser.get(first).await;
    assert_eq!(intro.heading(), "Set up an authenticator app");
    assert!(
        !intro.html.contains("aria-label=\"My account\""),
        "no way out but Cancel"
    );
    let scan = browser.get(&intro.link("Next")).await;
    let code = scan.app_code(site, 0);
    let form = browser.get(&scan.link("Next")).await;
    browser.submit(&form, &[("otc", &code)]).await
}

#[tokio::test]
async fn without_script_an_app_and_a_password_are_set_up_and_the_steps_remember_where_they_are() {
    let site = Site::with_settings(registration_first).await;
    let user = site.user("ada").await;
    site.later(60);
    let code = site.one_time(user).await;
    let mut browser = site.browser();
    let page = browser.with_pass(ADA, &code).await;
    assert_eq!(page.heading(), "Let's set up your account");
    assert!(page.html.contains("data-countdown=\"600\"") && page.html.contains("Skip for now"));
    assert!(page.html.contains("<noscript>"), "a passkey needs script");

    let first = page.link("Set up an authenticator app instead");
    let page = set_up_app(&site, &mut browser, &first).await;
    assert_eq!(page.heading(), "Let's set up your account");
    assert!(page.html.contains("Step 2 of 2") && page.html.contains("Done</span>"));
    // Whoever leaves in the middle is asked for what is still missing at the next sign-in.
    let code = site.one_time(user).await;
    let mut browser = site.browser();
    let page = browser.with_pass(ADA, &code).await;
    assert!(page.html.contains("Step 2 of 2"));
    let form = browser.get(&page.link("Set a password")).await;
    let page = browser
        .submit(
            &form,
            &[("newpassword", NEW_PASSWORD), ("confirmpassword", NEW_PASSWORD)],
        )
        .await;
    assert_eq!(page.heading(), "You're all set");
    let page = browser.get(&page.link("Done")).await;
    assert_eq!(page.heading(), "Security info");

    let code = site.one_time(user).await;
    let page = site.browser().with_pass(ADA, &code).await;
    assert_eq!(page.heading(), "Security info", "nothing is owed any more");
}

#[tokio::test]
async fn it_can_be_skipped_and_comes_back() {
    let site = Site::with_settings(registration_first).await;
    let user = site.user("ada").await;
    for _ in 0..2 {
        let code = site.one_time(user).await;
        let mut browser = site.browser();
        let page = browser.with_pass(ADA, &code).await;
        assert_eq!(page.heading(), "Let's set up your account");
        let forged = browser.get("/set-up?trip=forged").await;
        assert_eq!(forged.heading(), "Security info");
        let (action, fields) = page.form("trip");
        let page = browser.post(&action, &fields).await;
        assert_eq!(page.heading(), "Security info");
    }
}

#[tokio::test]
async fn when_the_time_is_over_it_says_so() {
    let site = Site::with_settings(registration_first).await;
    let user = site.user("ada").await;
    let code = site.one_time(user).await;
    let mut browser = site.browser();
    let page = browser.with_pass(ADA, &code).await;
    site.later(601);
    let page = browser.get(&page.path).await;
    assert!(
        page.html.contains("The time for registering is over") && !page.html.contains("Create a passkey")
    );

    // A pass for several sign-ins is typed once more, and it goes on.
    let code = site.pass(user, latchkey_domain::PassRequest::default()).await;
    let mut browser = site.browser();
    let page = browser.with_pass(ADA, &code).await;
    site.later(301);
    let late = browser.get(&page.link("Create a passkey")).await;
    assert_eq!(late.heading(), "Please confirm it's you");
    let again = browser.get(&late.link("Confirm it's you")).await;
    let again = browser.submit(&again, &[("loginfmt", ADA)]).await;
    let page = browser.submit(&again, &[("accesspass", &code)]).await;
    assert_eq!(page.heading(), "Let's set up your account");
}

#[tokio::test]
async fn a_pass_that_only_registers_does_not_open_the_portal() {
    let site = Site::with_settings(|settings| settings.pass_session = PassSessionUse::RegistrationOnly).await;
    let info = latchkey_service::RequestInfo::console(latchkey_domain::CorrelationId::from_bytes([7; 16]));
    let root = latchkey_domain::UserRef::Name(latchkey_domain::Upn::parse("root@example.com").unwrap());
    let issued = site.service.issue_console_pass(&info, &root).await.unwrap();
    let mut browser = site.browser();
    let page = browser.with_pass("root@example.com", issued.code.expose()).await;
    assert_eq!(page.heading(), "Security info");
    assert!(!page.html.contains(">Portal<"));
    let page = browser.get("/portal").await;
    assert_eq!(
        (page.heading().as_str(), page.status.as_u16()),
        ("A pass doesn't open this", 403)
    );
}
