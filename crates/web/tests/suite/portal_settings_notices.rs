//! Settings of notices over HTTP: who may, what is kept, what is refused with what was typed.

use http::StatusCode;
use latchkey_domain::{Audience, Caller, NoticeKind, NoticeSettings};

use crate::site::Site;
use crate::site::desk::{administrator, crafted};

const PATH: &str = "/portal/settings/notices";

async fn stored(site: &Site) -> NoticeSettings {
    let desk = site.service.show_notice_settings(&Caller::Console).await;
    desk.unwrap().settings
}

#[tokio::test]
async fn only_global_administrators_see_and_change_them() {
    let site = Site::new().await;
    let before = stored(&site).await;
    for (n, role) in [
        "Global Reader",
        "Authentication Policy Administrator",
        "Privileged Authentication Administrator",
        "Helpdesk Administrator",
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let settings = browser.get("/portal/settings").await;
        assert!(!settings.html.contains(PATH), "{role}");
        assert_eq!(browser.get(PATH).await.status, StatusCode::FORBIDDEN, "{role}");
        let sent = crafted(&mut browser, PATH, &[("webhook", "https://hooks.example.com")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{role}");
        let sent = crafted(&mut browser, PATH, &[("test", "yes")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{role}");
    }
    assert_eq!(stored(&site).await, before);

    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    assert!(browser.get("/portal/settings").await.html.contains(PATH));
    assert!(browser.get(PATH).await.html.contains("No mail is sent"));
}

#[tokio::test]
async fn what_is_ticked_is_kept_and_nothing_else() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let fields = [
        ("passIssued.person", "yes"),
        ("passIssued.webhook", "yes"),
        ("administrators", " security@example.com "),
        ("webhook", "https://hooks.example.com/latchkey"),
    ];
    let saved = crafted(&mut browser, PATH, &fields).await;
    assert_eq!(saved.status, StatusCode::OK);
    let settings = stored(&site).await;
    let told: Vec<_> = settings
        .told
        .iter()
        .flat_map(|(kind, told)| told.iter().map(|audience| (*kind, *audience)))
        .collect();
    let expected = [
        (NoticeKind::PassIssued, Audience::Person),
        (NoticeKind::PassIssued, Audience::Webhook),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        settings.administrators.unwrap().to_string(),
        "security@example.com"
    );
    assert_eq!(
        settings.webhook.unwrap().to_string(),
        "https://hooks.example.com/latchkey"
    );

    let page = browser.get(PATH).await.html;
    assert_eq!(page.matches(" checked").count(), expected.len());
    assert!(page.contains("Last one that arrived"));
}

#[tokio::test]
async fn a_wrong_address_changes_nothing_and_stays_in_the_form() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let before = stored(&site).await;
    for (field, value, words) in [
        ("administrators", "nobody", "This is not a mail address."),
        ("webhook", "http://hooks.example.com", "begins with https://"),
        ("webhook", "https://me@hooks.example.com", "begins with https://"),
    ] {
        let fields = [("methodAdded.manager", "yes"), (field, value)];
        let wrong = crafted(&mut browser, PATH, &fields).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{value}");
        assert!(wrong.html.contains(words), "{value}");
        assert!(wrong.html.contains(&format!("value=\"{value}\"")), "{value}");
        assert_eq!(wrong.html.matches(" checked").count(), 1, "{value}");
    }
    assert_eq!(stored(&site).await, before);
}
