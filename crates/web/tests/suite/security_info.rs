//! Security info: what is shown, what may be changed until when, how sessions end.

use latchkey_domain::{CorrelationId, PassRequest, Upn, UserRef};
use latchkey_service::RequestInfo;

use crate::site::{Browser, PASSWORD, Page, Site};

const ADA: &str = "ada@example.com";
const NEW_PASSWORD: &str = "violet anchor monday teapot";

async fn set_password(browser: &mut Browser<'_>, page: &Page, new: &str) -> Page {
    browser
        .submit(page, &[("newpassword", new), ("confirmpassword", new)])
        .await
}

#[tokio::test]
async fn a_first_day_has_banner_and_countdown_until_a_method_is_there() {
    let site = Site::new().await;
    let user = site.user("ada").await;
    let code = site.one_time(user).await;
    let mut browser = site.browser();
    let page = browser.with_pass(ADA, &code).await;
    // The password that came with her account is none of her own.
    assert!(page.html.contains("Add a way to sign in now"));
    assert!(page.html.contains("data-countdown=\"600\""));
    assert!(page.html.contains("One-time"));
    site.later(601);
    let page = browser.get("/security-info").await;
    assert!(!page.html.contains("data-countdown="));
    assert!(page.html.contains("methods is over"));

    let code = site.one_time(user).await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &code).await;
    let form = browser.get("/security-info/password").await;
    let page = set_password(&mut browser, &form, NEW_PASSWORD).await;
    assert!(!page.html.contains("Add a way to sign in now"));
    assert!(page.html.contains("data-countdown=\"600\""));
}

#[tokio::test]
async fn the_ten_minute_rule_holds_at_the_start_and_at_the_end() {
    let site = Site::new().await;
    let user = site.user("ada").await;
    for (shown, sent, heading) in [
        (0, 599, "Security info"),
        (599, 600, "Security info"),
        (599, 601, "The time for registering is over"),
    ] {
        let code = site.one_time(user).await;
        let mut browser = site.browser();
        browser.with_pass(ADA, &code).await;
        site.later(shown);
        let page = browser.get("/security-info/apps/scan").await;
        assert_eq!(page.heading(), "Scan the QR code");
        let form = browser.get("/security-info/password").await;
        site.later(sent - shown);
        let answer = set_password(&mut browser, &form, &format!("{NEW_PASSWORD} {shown} {sent}")).await;
        // The password that Ada has by then is not enough for these pages.
        assert_eq!(answer.heading(), heading, "{shown} {sent}");
    }
}

#[tokio::test]
async fn nothing_left_to_sign_in_with_means_a_new_pass() {
    let site = Site::new().await;
    // The administrator of a new organisation has no password.
    let root = UserRef::Name(Upn::parse("root@example.com").unwrap());
    let info = RequestInfo::console(CorrelationId::from_bytes([7; 16]));
    let issued = site.service.issue_console_pass(&info, &root).await.unwrap();
    let code = issued.code.expose().clone();
    let mut browser = site.browser();
    let page = browser.with_pass("root@example.com", &code).await;
    assert!(page.html.contains("Add a way to sign in now"), "{}", page.html);
    let form = browser.get("/security-info/password").await;
    assert_eq!(form.heading(), "Set a password");
    site.later(601);
    for path in [
        "/security-info/passkeys",
        "/security-info/apps",
        "/security-info/password",
    ] {
        assert_eq!(
            browser.get(path).await.heading(),
            "The time for registering is over",
            "{path}"
        );
    }
    let answer = set_password(&mut browser, &form, NEW_PASSWORD).await;
    assert_eq!(answer.heading(), "The time for registering is over");
    assert!(
        browser
            .get("/security-info")
            .await
            .html
            .contains("methods is over")
    );
}

#[tokio::test]
async fn a_multi_use_pass_can_be_entered_again_and_leads_back() {
    let site = Site::new().await;
    let user = site.user("ada").await;
    let code = site
        .pass(
            user,
            PassRequest {
                one_time: Some(false),
                ..Default::default()
            },
        )
        .await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &code).await;
    site.later(301);
    let page = browser.get("/security-info/passkeys").await;
    assert_eq!(page.heading(), "Please confirm it's you");
    let page = browser.get(&page.link("Confirm it's you")).await;
    assert!(
        page.html.contains("value=\"ada@example.com\""),
        "the name is known"
    );
    let page = browser.submit(&page, &[("loginfmt", ADA)]).await;
    let page = browser.submit(&page, &[("accesspass", &code)]).await;
    assert_eq!(
        (page.path.as_str(), page.heading().as_str()),
        ("/security-info/passkeys", "Create a passkey")
    );
    assert!(page.html.contains("data-countdown=\"300\""));
    assert!(page.html.contains("&#34;challenge&#34;"));
}

#[tokio::test]
async fn an_authenticator_app_joins_after_its_first_code_and_is_the_second_step() {
    let site = Site::new().await;
    let pass = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &pass).await;
    let intro = browser.get("/security-info/apps").await;
    let scan = browser.get(&intro.link("Next")).await;
    assert!(scan.html.contains("<svg class=\"qr\" role=\"img\""));
    let form = browser.get(&scan.link("Next")).await;
    let right = scan.app_code(&site, 0);
    for (typed, told) in [
        ("12345", "6 digits"),
        ("abcdef", "6 digits"),
        (scan.app_code(&site, 3).as_str(), "didn&#39;t work"),
    ] {
        let answer = browser.submit(&form, &[("otc", typed)]).await;
        assert_eq!(answer.heading(), "Enter code");
        assert!(
            answer.html.contains(told) || answer.html.contains("didn't work"),
            "{typed}: {}",
            answer.html
        );
    }
    // Back to the picture: the same key.
    let again = browser.get("/security-info/apps/scan").await;
    assert_eq!(again.app_code(&site, 0), right);
    assert!(
        !browser
            .get("/security-info")
            .await
            .html
            .contains("<bdi>Authenticator app</bdi>")
    );
    let done = browser.submit(&form, &[("otc", &right)]).await;
    assert_eq!(done.heading(), "Authenticator app successfully registered");
    assert!(
        browser
            .get("/security-info")
            .await
            .html
            .contains("<bdi>Authenticator app</bdi>")
    );
    assert!(!browser.cookies.contains_key("__Host-lk_app"));

    let mut other = site.browser();
    let page = other.name(ADA).await;
    let page = other.submit(&page, &[("passwd", PASSWORD)]).await;
    assert_eq!(page.heading(), "Enter code");
    for typed in ["", "12345", "1234567", "abcdef"].repeat(3) {
        let told = other.submit(&page, &[("otc", typed)]).await;
        assert!(told.html.contains("6 digits"), "{typed}: {}", told.html);
    }
    let page = other.submit(&page, &[("otc", &right)]).await;
    assert_eq!(page.number(), Some(50_181), "a spent code");
    let ways = other
        .get(&page.link("I can't use my authenticator app right now"))
        .await;
    assert!(ways.html.contains("Use a code from your authenticator app"));
    assert!(!ways.html.contains("Use your password"));
    let page = other.submit(&page, &[("otc", &scan.app_code(&site, 1))]).await;
    assert_eq!(page.path, "/security-info");
}

#[tokio::test]
async fn a_password_may_be_set_freely_only_in_a_fresh_pass_session() {
    let site = Site::new().await;
    let pass = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &pass).await;
    let form = browser.get("/security-info/password").await;
    assert_eq!(form.heading(), "Change your password");
    assert!(!form.html.contains("name=\"oldpassword\""));
    let fill = |new: &'static str, again: &'static str| [("newpassword", new), ("confirmpassword", again)];
    let answer = browser
        .submit(&form, &fill(NEW_PASSWORD, "another one entirely"))
        .await;
    assert!(answer.html.contains("aren&#39;t the same") || answer.html.contains("aren't the same"));
    for (weak, number) in [("short", 120_002), ("password123", 120_002), (PASSWORD, 120_005)] {
        let answer = browser.submit(&form, &fill(weak, weak)).await;
        assert_eq!(answer.number(), Some(number), "{weak}");
    }
    let done = set_password(&mut browser, &form, NEW_PASSWORD).await;
    assert!(
        done.html
            .contains("Your new password is set. All your other sessions")
    );
    let mut other = site.browser();
    let page = other.name(ADA).await;
    assert_eq!(
        other.submit(&page, &[("passwd", PASSWORD)]).await.number(),
        Some(50_126)
    );
}

#[tokio::test]
async fn deleting_the_own_pass_signs_out() {
    let site = Site::new().await;
    let pass = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &pass).await;
    let question = browser.get("/security-info/pass/delete").await;
    assert!(question.html.contains("This signs you out."));
    let (action, fields) = question.form("csrf");
    assert_eq!(action, "/sign-out", "the first form is the bar's");
    let stolen: Vec<_> = fields
        .iter()
        .map(|(name, _)| (name.clone(), "forged".to_owned()))
        .collect();
    assert_eq!(
        browser.post("/security-info/pass/delete", &stolen).await.status,
        400
    );
    let gone = browser.post("/security-info/pass/delete", &fields).await;
    assert_eq!(
        (gone.path.as_str(), gone.heading().as_str()),
        ("/signed-out?why=pass", "You're signed out")
    );
    assert!(!browser.cookies.contains_key("__Host-lk_session"));
    assert_eq!(browser.get("/security-info").await.heading(), "Sign in");
}

#[tokio::test]
async fn signing_out_needs_the_token_and_ends_the_session_on_the_server() {
    let site = Site::new().await;
    let user = site.user("ada").await;
    let pass = site
        .pass(
            user,
            PassRequest {
                one_time: Some(false),
                ..Default::default()
            },
        )
        .await;
    let (mut here, mut there) = (site.browser(), site.browser());
    let page = here.with_pass(ADA, &pass).await;
    there.with_pass(ADA, &pass).await;
    let copied = here.cookies.clone();
    let forged = vec![("csrf".to_owned(), "forged".to_owned())];
    assert_eq!(here.post("/sign-out", &forged).await.status, 400);
    assert_eq!(here.get("/sign-out").await.heading(), "Sign out?");
    assert_eq!(here.get("/security-info").await.path, "/security-info");
    let (action, fields) = page.form("csrf");
    assert_eq!(here.post(&action, &fields).await.heading(), "You're signed out");
    here.cookies = copied;
    assert_eq!(
        here.get("/security-info").await.heading(),
        "Your session has ended"
    );

    // Everywhere: from the other browser, with a third one open.
    let mut third = site.browser();
    third.with_pass(ADA, &pass).await;
    let page = there.get("/security-info/sign-out-everywhere").await;
    let (_, fields) = page.form("csrf");
    let gone = there.post("/security-info/sign-out-everywhere", &fields).await;
    assert_eq!(gone.heading(), "You're signed out everywhere");
    assert_eq!(
        third.get("/security-info").await.heading(),
        "Your session has ended"
    );
}

#[tokio::test]
async fn what_a_pass_grants_ends_with_it() {
    let site = Site::new().await;
    let user = site.user("ada").await;
    let pass = site.one_time(user).await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &pass).await;
    site.one_time(user).await;
    assert_eq!(
        browser.get("/security-info").await.heading(),
        "Your session has ended",
        "replaced"
    );

    let pass = site.one_time(user).await;
    browser.with_pass(ADA, &pass).await;
    site.later(3599);
    assert_eq!(browser.get("/security-info").await.heading(), "Security info");
    site.later(1);
    assert_eq!(
        browser.get("/security-info").await.heading(),
        "Your session has ended"
    );
}

#[tokio::test]
async fn passkeys_of_others_and_answers_out_of_thin_air_are_refused() {
    let site = Site::new().await;
    let pass = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    browser.with_pass(ADA, &pass).await;
    for id in ["AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "%00"] {
        assert_eq!(
            browser
                .get(&format!("/security-info/passkeys/{id}/delete"))
                .await
                .status,
            404,
            "{id}"
        );
        assert_eq!(
            browser
                .get(&format!("/security-info/passkeys/{id}/name"))
                .await
                .status,
            404,
            "{id}"
        );
    }
    let id = "11111111-2222-3333-4444-555555555555";
    assert_eq!(
        browser
            .get(&format!("/security-info/apps/{id}/delete"))
            .await
            .status,
        404
    );
    let page = browser.get("/security-info/passkeys").await;
    for answer in ["", "{}", "null", "[[[[", "{\"id\":\"AAAA\"}"] {
        let refused = browser.submit(&page, &[("credential", answer)]).await;
        assert_eq!(refused.heading(), "Create a passkey", "{answer}");
        assert!(refused.html.contains("role=\"alert\""));
    }
    let forged = browser
        .submit(&page, &[("form", "forged"), ("credential", "{}")])
        .await;
    assert_eq!(forged.heading(), "Please start this step again");

    let mut stranger = site.browser();
    let first = stranger.get("/sign-in").await;
    for answer in ["", "{}", "{\"id\":\"AAAA\"}"] {
        let refused = stranger.submit(&first, &[("credential", answer)]).await;
        assert_eq!(refused.number(), Some(135_000), "{answer}");
    }
}
