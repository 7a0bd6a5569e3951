//! The rows of sign-in contract 2.4, as pages.

use axum::body::{Body, to_bytes};
use http::Request;
use http::header::ACCEPT_LANGUAGE;
use latchkey_domain::{PassPolicyChange, PassRequest, Seconds};

use crate::site::{PASSWORD, Site};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn row_11_a_right_code_signs_in_and_sets_strict_cookies() {
    let site = Site::new().await;
    let code = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    let page = browser.with_pass("ADA@example.com ", &format!(" {code}\t")).await;
    assert_eq!(
        (page.path.as_str(), page.heading().as_str()),
        ("/security-info", "Security info")
    );
    assert_eq!(
        browser.cookies.keys().collect::<Vec<_>>(),
        ["__Host-lk_device", "__Host-lk_flow", "__Host-lk_session"]
    );
    assert!(!page.html.contains(&code));
}

#[tokio::test]
async fn row_1_forged_and_foreign_forms_change_nothing() {
    let site = Site::new().await;
    let code = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    let page = browser.name(ADA).await;
    for (field, value) in [("csrf", "forged"), ("csrf", ""), ("flow", "forged"), ("flow", "")] {
        let answer = browser
            .submit(&page, &[(field, value), ("accesspass", &code)])
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.number()),
            (400, Some(50_089)),
            "{field}={value}"
        );
    }
    let mut stranger = site.browser();
    stranger.get("/sign-in").await;
    assert_eq!(
        stranger.submit(&page, &[("accesspass", &code)]).await.number(),
        Some(50_089)
    );

    let (action, fields) = page.form("accesspass");
    let body = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&");
    for headers in [
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![],
    ] {
        let mut request =
            http::Request::post(&action).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let response = browser.send(request, format!("{body}{code}").into()).await;
        assert_eq!(response.status(), 403, "{headers:?}");
    }

    site.later(15 * 60);
    assert_eq!(
        browser.submit(&page, &[("accesspass", &code)]).await.number(),
        Some(50_089),
        "too old"
    );
    assert_eq!(
        site.browser().with_pass(ADA, &code).await.path,
        "/security-info",
        "not used up"
    );
}

#[tokio::test]
async fn row_2_a_lock_holds_against_the_right_code_too() {
    let site = Site::new().await;
    let code = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    let mut page = browser.name(ADA).await;
    for _ in 0..10 {
        page = browser.submit(&page, &[("accesspass", "wrongpass")]).await;
        assert_eq!(page.number(), Some(130_503));
    }
    page = browser.submit(&page, &[("accesspass", &code)]).await;
    assert_eq!((page.status.as_u16(), page.number()), (200, Some(50_053)));
    site.later(61);
    let answer = browser.submit(&page, &[("accesspass", &code)]).await;
    assert_eq!(answer.path, "/security-info", "{}", answer.html);
}

#[tokio::test]
async fn row_4_unknown_no_pass_and_wrong_code_give_the_same_bytes() {
    let site = Site::new().await;
    site.one_time(site.user("ada").await).await;
    site.user("bob").await;
    let mut browser = site.browser();
    let mut answers = Vec::new();
    for name in [ADA, "bob@example.com", "eve@example.com"] {
        let page = browser.name(name).await;
        // Those without a pass are sent to the password page; its flow fits the pass page as well.
        let (_, fields) = page.form("csrf");
        let kept = fields
            .into_iter()
            .filter(|(name, _)| name == "flow" || name == "csrf");
        let typed = kept
            .chain([("accesspass".to_owned(), "wrongpass".to_owned())])
            .collect();
        let answer = browser.post("/sign-in/pass", &typed).await;
        assert_eq!(answer.number(), Some(130_503));
        answers.push((answer.status, answer.neutral(name), answer.headers));
    }
    for other in &answers[1..] {
        assert_eq!(&answers[0], other);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_give_the_same_bytes() {
    let site = Site::new().await;
    site.user("ada").await;
    let mut browser = site.browser();
    let mut answers = Vec::new();
    for name in [ADA, "eve@example.com"] {
        let page = browser.name(name).await;
        let answer = browser.submit(&page, &[("passwd", "wrong password")]).await;
        assert_eq!(answer.number(), Some(50_126));
        answers.push((answer.status, answer.neutral(name), answer.headers));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn rows_5_to_9_show_only_to_the_right_code() {
    let site = Site::new().await;
    let hour = Seconds(3600);
    for (alias, number, told) in [
        ("disabled", 50_057, "turned off"),
        ("expired", 130_504, "has expired"),
        ("used", 130_505, "already been used"),
        ("blocked", 130_502, "rules"),
        ("early", 130_503, "too early"),
    ] {
        let user = site.user(alias).await;
        let name = format!("{alias}@example.com");
        let early = PassRequest {
            start_at: Some(site.service.now() + hour),
            one_time: Some(true),
            ..Default::default()
        };
        // A flow that began while a pass was usable.
        let mut code = site.one_time(user).await;
        let mut browser = site.browser();
        let mut page = browser.name(&name).await;
        match alias {
            "disabled" => site.disable(user).await,
            "expired" => {
                site.later(3590);
                page = browser.name(&name).await;
                site.later(10);
            }
            "used" => assert_eq!(
                site.browser().with_pass(&name, &code).await.path,
                "/security-info"
            ),
            "blocked" => {
                site.policy(PassPolicyChange {
                    enabled: Some(false),
                    ..Default::default()
                })
                .await;
            }
            _ => code = site.pass(user, early).await,
        }
        let wrong = browser.submit(&page, &[("accesspass", "wrongpass")]).await;
        assert_eq!(wrong.number(), Some(130_503), "{alias}");
        assert!(
            wrong.html.contains("Your Temporary Access Pass is incorrect."),
            "{alias}"
        );
        assert!(!wrong.html.contains(told), "{alias}");
        let right = browser.submit(&wrong, &[("accesspass", &code)]).await;
        assert_eq!(right.number(), Some(number), "{alias}: {}", right.html);
        assert!(right.html.contains(told), "{alias}: {}", right.html);
        assert_eq!(right.status, 200);
        if alias == "blocked" {
            site.policy(PassPolicyChange {
                enabled: Some(true),
                ..Default::default()
            })
            .await;
        }
    }
}

#[tokio::test]
async fn strange_codes_are_wrong_codes() {
    let site = Site::new().await;
    let code = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    let mut page = browser.name(ADA).await;
    let swapped: String = code
        .chars()
        .map(|sign| {
            if sign.is_ascii_lowercase() {
                sign.to_ascii_uppercase()
            } else {
                sign.to_ascii_lowercase()
            }
        })
        .collect();
    for strange in [
        swapped.as_str(),
        &"x".repeat(300),
        "a\0b",
        "pässword",
        &"😀".repeat(8),
    ] {
        page = browser.submit(&page, &[("accesspass", strange)]).await;
        assert_eq!(page.number(), Some(130_503), "{strange:?}");
    }
    let grouped = format!("{}-{} {}", &code[..3], &code[3..6], &code[6..]);
    assert_eq!(
        browser.submit(&page, &[("accesspass", &grouped)]).await.path,
        "/security-info"
    );
}

#[tokio::test]
async fn a_name_that_can_be_none_stays_on_its_page() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for name in [
        "",
        "  ",
        "ada",
        "\"><script>alert(1)</script>",
        &"a".repeat(120),
        "x\0@example.com",
    ] {
        let page = browser.name(name).await;
        assert_eq!(page.heading(), "Sign in", "{name:?}");
        assert!(page.html.contains("role=\"alert\""));
        assert!(!page.html.contains("<script>"));
    }
}

#[tokio::test]
async fn the_pass_is_offered_only_while_it_works() {
    let site = Site::new().await;
    let user = site.user("ada").await;
    let mut browser = site.browser();
    let page = browser.name(ADA).await;
    assert_eq!(page.heading(), "Enter password");
    assert!(!page.html.contains("Use your Temporary Access Pass instead"));
    site.one_time(user).await;
    let page = browser.name(ADA).await;
    assert_eq!(page.heading(), "Enter Temporary Access Pass");
    let page = browser.get(&page.link("Use your password instead")).await;
    assert_eq!(page.heading(), "Enter password");
    let page = browser
        .get(&page.link("Use your Temporary Access Pass instead"))
        .await;
    assert_eq!(page.heading(), "Enter Temporary Access Pass");
    let page = browser.get(&page.link("Other ways to sign in")).await;
    assert_eq!(page.heading(), "Other ways to sign in");
    let page = browser.get(&page.link("None of these works for me")).await;
    assert_eq!(page.heading(), "Can't access your account?");
    let page = browser.get(&page.link("Back to sign in")).await;
    assert!(
        page.html.contains("value=\"ada@example.com\""),
        "the name is kept"
    );
}

#[tokio::test]
async fn a_password_alone_does_not_open_security_info() {
    let site = Site::new().await;
    site.user("ada").await;
    let mut browser = site.browser();
    let page = browser.name(ADA).await;
    let page = browser.submit(&page, &[("passwd", PASSWORD)]).await;
    assert_eq!(
        (page.path.as_str(), page.number()),
        ("/sign-in/stronger", Some(50_079))
    );
    for path in [
        "/security-info/add",
        "/security-info/passkeys",
        "/security-info/password",
    ] {
        assert_eq!(browser.get(path).await.path, "/sign-in/stronger", "{path}");
    }
}

#[tokio::test]
async fn a_sign_in_comes_back_to_where_it_began_and_nowhere_else() {
    let site = Site::new().await;
    let code = site
        .pass(
            site.user("ada").await,
            PassRequest {
                one_time: Some(false),
                ..Default::default()
            },
        )
        .await;
    for (wish, landing) in [
        ("/sign-in?return_to=/security-info/add", "/security-info/add"),
        ("/sign-in?return_to=https://evil.example/", "/security-info"),
        ("/sign-in?return_to=//evil.example", "/security-info"),
        ("/security-info/apps", "/security-info/apps"),
        ("/mysecurityinfo", "/security-info"),
        ("/", "/security-info"),
    ] {
        let mut browser = site.browser();
        let first = browser.get(wish).await;
        let page = browser.submit(&first, &[("loginfmt", ADA)]).await;
        assert_eq!(
            browser.submit(&page, &[("accesspass", &code)]).await.path,
            landing,
            "{wish}"
        );
    }
}

#[tokio::test]
async fn forms_that_no_page_sends_get_a_page() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/sign-in").await;
    let form = "application/x-www-form-urlencoded";
    let large = "a=b&".repeat(100_000);
    for path in [
        "/sign-in",
        "/sign-in/pass",
        "/sign-in/password",
        "/sign-in/passkey",
        "/sign-in/code",
    ] {
        for (kind, body, status) in [
            (form, large.as_str(), 413),
            (form, "loginfmt=a&loginfmt=b", 400),
            (form, "%ff%fe=%00", 400),
            (form, "", 400),
            ("application/json", "{}", 415),
        ] {
            let request = http::Request::post(path)
                .header("origin", crate::site::ORIGIN_OF_SITE)
                .header("content-type", kind);
            let response = browser.send(request, body.to_owned().into()).await;
            assert_eq!(
                response.status(),
                status,
                "{path} {kind} {}",
                body.get(..20).unwrap_or(body)
            );
            assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        }
        let response = browser
            .send(http::Request::put(path), axum::body::Body::empty())
            .await;
        assert_eq!(response.status(), 405, "{path}");
    }
    assert_eq!(browser.get("/nothing-here").await.status, 404);
}

#[tokio::test]
async fn every_page_has_its_headers() {
    let site = Site::new().await;
    let code = site.one_time(site.user("ada").await).await;
    let mut browser = site.browser();
    let first = browser.get("/sign-in").await;
    let second = browser.name(ADA).await;
    let third = browser.submit(&second, &[("accesspass", &code)]).await;
    let missing = browser.get("/nothing").await;
    for page in [first, second, third, missing] {
        let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
        assert!(
            header("content-security-policy").contains("frame-ancestors 'none'"),
            "{}",
            page.path
        );
        assert_eq!(header("cache-control"), "no-store", "{}", page.path);
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
    }
}

#[tokio::test]
async fn with_the_uniform_prompt_the_first_page_tells_nothing_of_the_name() {
    let site = Site::with_settings(|settings| settings.uniform_prompt = true).await;
    let code = site.one_time(site.user("ada").await).await;
    site.user("bob").await;
    let mut pages = Vec::new();
    for name in ["ada", "bob", "eve"] {
        let name = format!("{name}@example.com");
        let page = site.browser().name(&name).await;
        assert_eq!(page.heading(), "Choose how to sign in");
        // The flow is another one each time; its links are of one form.
        let plain = page.html.replace(&name, "…");
        assert_eq!(
            plain.matches("flow=").count(),
            5,
            "pass, passkey, password, back, help"
        );
        pages.push(
            plain
                .split("flow=")
                .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned())
                .collect::<Vec<_>>(),
        );
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "{pages:#?}");

    let mut browser = site.browser();
    let choice = browser.name(ADA).await;
    let pass = choice
        .html
        .split('"')
        .find(|part| part.starts_with("/sign-in/pass?"))
        .unwrap()
        .replace("&amp;", "&");
    let page = browser.get(&pass).await;
    assert_eq!(
        browser.submit(&page, &[("accesspass", &code)]).await.path,
        "/security-info"
    );
}

#[tokio::test]
async fn the_browsers_language_is_spoken_where_there_is_one() {
    let site = Site::new().await;
    for (accepted, tag, heading) in [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden"),
        ("sv,fr;q=0.5", "fr", "Se connecter"),
        ("sv", "en", "Sign in"),
        ("\u{e9}", "en", "Sign in"),
    ] {
        let request = Request::get("/sign-in").header(ACCEPT_LANGUAGE, accepted.as_bytes());
        let response = site.browser().send(request, Body::empty()).await;
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(html.contains(&format!("<html lang=\"{tag}\"")), "{accepted}");
        assert!(html.contains(&format!("<h1>{heading}</h1>")), "{accepted}");
    }
}
