//! The logs over HTTP: which role sees which, filters in the address, one record, pages, exports.

use http::StatusCode;

use crate::site::Site;
use crate::site::desk::{administrator, signed_in};

/// Which log a role sees (Graph contract 10.1).
const ROLES: [(&str, bool, bool); 7] = [
    ("Global Administrator", true, true),
    ("Global Reader", true, true),
    ("Reports Reader", true, true),
    ("Security Reader", true, true),
    ("Security Operator", true, false),
    ("Authentication Administrator", false, false),
    ("Helpdesk Administrator", false, false),
];

const SIGN_INS: &str = "/portal/logs/sign-ins";
const AUDIT: &str = "/portal/logs/audit";

#[tokio::test]
async fn each_role_sees_the_logs_that_it_may() {
    let site = Site::new().await;
    let mut records = None;
    for (n, (role, sign_ins, audits)) in ROLES.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let home = browser.get("/portal").await;
        assert_eq!(
            home.html.contains("href=\"/portal/logs\""),
            sign_ins || audits,
            "{role}"
        );
        let first = browser.get("/portal/logs").await;
        assert_eq!(first.status == StatusCode::OK, sign_ins || audits, "{role}");
        let logs = [(SIGN_INS, sign_ins), (AUDIT, audits)];
        if records.is_none() {
            let mut found = Vec::new();
            for (path, _) in logs {
                let page = browser.get(path).await;
                let rest = page.html.split(&format!("class=\"name\" href=\"{path}/")).nth(1);
                found.push(rest.unwrap().split('"').next().unwrap().to_owned());
            }
            records = Some(found);
        }
        for ((path, sees), id) in logs.into_iter().zip(records.as_ref().unwrap()) {
            for path in [
                path.to_owned(),
                format!("{path}?name=admin0&by=admin0&on=nobody-here"),
                format!("{path}/{id}"),
                format!("{path}/export?format=jsonl"),
                format!("{path}/export?format=csv"),
            ] {
                let page = browser.get(&path).await;
                let expected = if !sees {
                    StatusCode::FORBIDDEN
                } else if path.contains("nobody-here") && path.starts_with(AUDIT) {
                    StatusCode::BAD_REQUEST
                } else {
                    StatusCode::OK
                };
                assert_eq!(page.status, expected, "{role}: {path}");
            }
        }
    }
}

#[tokio::test]
async fn filters_stand_in_the_address_and_narrow_the_list_and_its_export() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut browser = site.browser();
    let page = browser.name("ada@example.com").await;
    browser.submit(&page, &[("passwd", "wrong one")]).await;
    site.later(3 * 86_400);
    let mut boss = administrator(&site, "boss", "Global Administrator").await;
    signed_in(&site, ada, "ada").await;
    let today = site.service.now().to_rfc3339()[..10].to_owned();
    for (query, rows) in [
        ("name=ada", 2),
        ("name=ADA%40example.com", 2),
        ("name=nobody", 0),
        ("result=0", 2),
        ("name=ada&result=0", 1),
        ("name=ada&result=50126", 1),
        (&format!("from={today}"), 2),
        (&format!("name=ada&to={today}T00:00:00Z"), 1),
        ("address=10.0.0.1", 1),
    ] {
        let page = boss.get(&format!("{SIGN_INS}?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        let count = |text: &str, what: &str| text.matches(what).count();
        assert_eq!(
            count(&page.html, "<div class=\"who-is\">"),
            rows,
            "{query}: {}",
            page.html
        );
        let lines = boss.get(&format!("{SIGN_INS}/export?format=jsonl&{query}")).await;
        assert_eq!(lines.html.lines().count(), rows, "{query}");
        assert!(
            lines
                .html
                .lines()
                .all(|line| line.starts_with('{') && line.contains("\"createdDateTime\""))
        );
        let table = boss.get(&format!("{SIGN_INS}/export?format=csv&{query}")).await;
        assert_eq!(table.html.lines().count(), rows + 1, "{query}");
    }
    for wrong in [
        "from=yesterday",
        "address=home",
        "correlation=7",
        "result=all",
        "name=%3Cb%3E",
    ] {
        let page = boss.get(&format!("{SIGN_INS}?{wrong}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(
            page.html.contains("aria-invalid=\"true\"") && !page.html.contains("<b>"),
            "{wrong}"
        );
        let file = boss.get(&format!("{SIGN_INS}/export?{wrong}")).await;
        assert_eq!(file.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let done = boss.get(&format!("{AUDIT}?on={ada}")).await;
    let named = boss.get(&format!("{AUDIT}?on=ada")).await;
    assert!(done.html.contains("Add user") && named.html.contains("Add user"));
    let done = boss
        .get(&format!("{AUDIT}?on=ada&activity=Add+user&result=failure"))
        .await;
    assert!(done.html.contains("Nothing fits."));
}

#[tokio::test]
async fn a_record_tells_everything_and_no_code() {
    let site = Site::new().await;
    let mut boss = administrator(&site, "boss", "Global Administrator").await;
    let ada = site.user("ada").await;
    let code = site.one_time(ada).await;
    let mut browser = site.browser();
    browser.with_pass("ada@example.com", &code).await;
    let list = boss.get(&format!("{SIGN_INS}?name=ada")).await;
    let record = boss.get(&list.link("Signed in")).await;
    for known in [
        "ada@example.com",
        "Temporary Access Pass",
        "One-time",
        "10.0.0.",
        "Correlation ID",
        "a test",
    ] {
        assert!(record.html.contains(known), "{known}: {}", record.html);
    }
    let list = boss
        .get(&format!("{AUDIT}?on=ada&activity=Admin+registered+security+info"))
        .await;
    let event = boss.get(&list.link("Admin registered security info")).await;
    for known in [
        "TemporaryAccessPass.TemporaryAccessPass.Id",
        "Done to ada",
        "The server&#39;s console",
    ] {
        assert!(event.html.contains(known), "{known}: {}", event.html);
    }
    for page in [&list, &event, &record] {
        assert!(!page.html.contains(&code));
    }
    let unknown = boss.get(&format!("{SIGN_INS}/{ada}")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn lists_go_on_and_exports_hold_everything() {
    let site = Site::new().await;
    let mut boss = administrator(&site, "boss", "Global Administrator").await;
    // One more than a piece of an export, several pages of a list.
    for n in 0..120 {
        site.user(&format!("p{n}")).await;
    }
    let (mut path, mut seen) = (format!("{AUDIT}?activity=Add+user"), Vec::new());
    loop {
        let page = boss.get(&path).await;
        for part in page.html.split(&format!("href=\"{AUDIT}/")).skip(1) {
            let id = part.split('"').next().unwrap().to_owned();
            if id.len() == 36 {
                seen.push(id);
            }
        }
        if !page.html.contains(">Older</a>") {
            break;
        }
        path = page.link("Older");
    }
    // The boss is one of them, root was made with the tenant.
    assert!(seen.len() >= 121, "{}", seen.len());
    let file = boss
        .get(&format!("{AUDIT}/export?format=jsonl&activity=Add+user"))
        .await;
    assert_eq!(file.headers["content-type"], "application/x-ndjson");
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"audit.jsonl\""
    );
    assert_eq!(file.html.lines().count(), seen.len());
    seen.sort();
    seen.dedup();
    assert_eq!(file.html.lines().count(), seen.len());
}
