//! Federation in the portal over HTTP: who sees it, who changes it, what is wrong with a form.

use http::StatusCode;

use crate::site::Site;
use crate::site::desk::{administrator, crafted};

/// Who sees to whom domains are handed, and who hands them over: whoever names a provider can come in as anyone.
const ROLES: [(&str, bool, bool); 5] = [
    ("Global Administrator", true, true),
    ("Global Reader", true, false),
    ("Security Administrator", true, false),
    ("Privileged Authentication Administrator", false, false),
    ("Authentication Policy Administrator", false, false),
];

const WISH: [(&str, &str); 4] = [
    ("issuer", "https://idp.example.net"),
    ("clientId", "latchkey"),
    ("nameClaim", "email"),
    ("mfa", "rejectMfaByFederatedIdp"),
];

#[tokio::test]
async fn each_role_is_offered_what_it_may_and_a_crafted_request_does_no_more() {
    let site = Site::new().await;
    let path = "/portal/federation/example.com";
    for (n, (role, sees, changes)) in ROLES.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let home = browser.get("/portal").await;
        assert_eq!(home.html.contains("href=\"/portal/federation\""), sees, "{role}");
        let list = browser.get("/portal/federation").await;
        assert_eq!(list.status == StatusCode::OK, sees, "{role}");
        assert_eq!(
            list.html.contains("https://localhost:8443/sign-in/federated"),
            sees
        );
        assert_eq!(list.html.contains("Hand over"), changes, "{role}");
        let page = browser.get(path).await;
        assert_eq!(page.status == StatusCode::OK, sees, "{role}");
        assert_eq!(page.html.contains("<button class=\"main\""), changes, "{role}");

        // Nobody answers in this test: whoever may is told so, and nothing is handed over.
        let sent = crafted(&mut browser, path, &WISH).await;
        let refused = StatusCode::FORBIDDEN;
        let expected = if changes { StatusCode::BAD_REQUEST } else { refused };
        assert_eq!(sent.status, expected, "{role}");
        assert_eq!(
            sent.html.contains("The provider can&#39;t be used"),
            changes,
            "{role}"
        );
        if changes {
            assert!(sent.html.contains("value=\"email\" checked"), "{}", sent.html);
        }
        let taken = crafted(&mut browser, &format!("{path}/take-back"), &[]).await;
        assert_eq!(taken.status == refused, !changes, "{role}");
        let who = format!("admin{n}");
        let forgot = crafted(&mut browser, "/portal/federation/forget", &[("name", &who)]).await;
        assert_eq!(forgot.status, expected, "{role}");
    }
}

#[tokio::test]
async fn what_no_page_sends_is_refused() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let path = "/portal/federation/example.com";
    for (wrong, value) in [("nameClaim", "sub"), ("mfa", "perhaps")] {
        let fields = WISH.map(|(name, given)| (name, if name == wrong { value } else { given }));
        assert_eq!(
            crafted(&mut browser, path, &fields).await.status,
            StatusCode::BAD_REQUEST
        );
    }
    for other in ["/portal/federation/example.org", "/portal/federation/%3Cb%3E"] {
        assert_eq!(browser.get(other).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            crafted(&mut browser, other, &WISH).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let question = browser.get(&format!("{path}/take-back")).await;
    assert_eq!(question.status, StatusCode::NOT_FOUND, "it is not handed over");
}
