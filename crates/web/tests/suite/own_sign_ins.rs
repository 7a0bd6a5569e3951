//! One's own sign-ins over HTTP, and what "This wasn't me" does.

use http::StatusCode;
use latchkey_domain::{Caller, PassRequest};
use latchkey_store::AuditFilter;

use crate::site::desk::{administrator, signed_in};
use crate::site::{Page, Site};

const PAGE: &str = "/security-info/sign-ins";

/// Paths of the questions on a page.
fn questions(page: &Page) -> Vec<String> {
    page.html
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.ends_with("/not-me"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn saying_it_was_somebody_else_ends_every_session_and_tells_the_administrators() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let code = site.pass(ada, PassRequest::default()).await;
    let mut thief = site.browser();
    thief.with_pass("ada@example.com", &code).await;
    site.later(60);
    let mut owner = site.browser();
    let page = owner.name("ada@example.com").await;
    owner.submit(&page, &[("accesspass", "wrong one")]).await;
    owner.with_pass("ada@example.com", &code).await;
    let page = owner.get(PAGE).await;
    assert_eq!(page.heading(), "Recent sign-ins");
    assert!(page.html.contains("This session") && page.html.contains("Refused: "));
    // Neither for a refused one nor for one's own.
    let asked = questions(&page);
    assert_eq!(asked.len(), 1);
    let question = owner.get(&asked[0]).await;
    assert_eq!(question.heading(), "This wasn't you?");
    assert_eq!(thief.get("/security-info").await.heading(), "Security info");

    let (_, fields) = question.form("csrf");
    let done = owner.post(&asked[0], &fields).await;
    assert_eq!(done.heading(), "You're signed out everywhere");
    assert!(done.html.contains("administrators"));
    assert_eq!(
        thief.get("/security-info").await.heading(),
        "Your session has ended"
    );

    let filter = AuditFilter {
        activity: Some("Latchkey user disowned a sign-in".to_owned()),
        ..AuditFilter::default()
    };
    let found = site
        .service
        .list_audits(&Caller::Console, &filter, None, 5)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    for (role, sees) in [
        ("Global Administrator", true),
        ("Authentication Administrator", true),
        ("Security Reader", true),
        ("User Administrator", false),
    ] {
        let mut browser = administrator(&site, &role.replace(' ', ""), role).await;
        let home = browser.get("/portal").await;
        assert_eq!(home.html.contains("Sign-ins by somebody else"), sees, "{role}");
    }
}

#[tokio::test]
async fn nobody_disowns_what_is_not_theirs() {
    let site = Site::new().await;
    let (ada, bruno) = (site.user("ada").await, site.user("bruno").await);
    let code = site.pass(ada, PassRequest::default()).await;
    let mut first = site.browser();
    first.with_pass("ada@example.com", &code).await;
    let mut second = site.browser();
    second.with_pass("ada@example.com", &code).await;
    let asked = questions(&second.get(PAGE).await);
    let mut other = signed_in(&site, bruno, "bruno").await;
    assert!(questions(&other.get(PAGE).await).is_empty());
    let home = other.get("/security-info").await;
    let (_, fields) = home.form("csrf");
    assert_eq!(other.get(&asked[0]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&asked[0], &fields).await.status, StatusCode::NOT_FOUND);
    // Nor one's own session, nor without the form's token.
    let mine = first.get(PAGE).await;
    let (_, fields) = mine.form("csrf");
    let own = questions(&second.get(PAGE).await)[0].clone();
    assert_eq!(first.post(&own, &fields).await.status, StatusCode::NOT_FOUND);
    let forged = vec![("csrf".to_owned(), "x".to_owned())];
    assert_eq!(
        second.post(&asked[0], &forged).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(first.get("/security-info").await.heading(), "Security info");
}

#[tokio::test]
async fn thirty_days_are_shown() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    signed_in(&site, ada, "ada").await;
    site.later(29 * 86_400);
    signed_in(&site, ada, "ada").await;
    let count = |page: &Page| page.html.matches("<div class=\"method\">").count();
    let mut last = signed_in(&site, ada, "ada").await;
    assert_eq!(count(&last.get(PAGE).await), 3);
    site.later(2 * 86_400);
    let mut again = signed_in(&site, ada, "ada").await;
    assert_eq!(count(&again.get(PAGE).await), 3);
}
