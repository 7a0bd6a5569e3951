//! The chart of sign-ins on the portal's first page.

use crate::site::Site;
use crate::site::desk::{administrator, signed_in};

#[tokio::test]
async fn sign_ins_are_counted_and_drawn_for_those_who_see_the_log() {
    let site = Site::new().await;
    let mut boss = administrator(&site, "boss", "Global Administrator").await;
    let page = boss.get("/portal").await;
    assert!(page.html.contains("None so far."), "{}", page.html);
    site.later(120);
    assert!(!site.service.count_sign_ins().await.unwrap());
    // What was counted is not counted again.
    assert!(!site.service.count_sign_ins().await.unwrap());
    let page = boss.get("/portal").await;
    assert!(
        page.html.contains("1 sign-in; at most 1 on one day."),
        "{}",
        page.html
    );
    site.later(24 * 3600);
    for name in ["ada", "bob"] {
        let user = site.user(name).await;
        signed_in(&site, user, name).await;
    }
    let mut reader = administrator(&site, "reader", "Reports Reader").await;
    // Too young: they might still be on their way into the log.
    site.service.count_sign_ins().await.unwrap();
    assert!(reader.get("/portal").await.html.contains("at most 1 on one day"));
    site.later(61);
    site.service.count_sign_ins().await.unwrap();
    let page = reader.get("/portal").await;
    assert!(
        page.html.contains("4 sign-ins; at most 3 on one day."),
        "{}",
        page.html
    );
    assert!(page.html.contains("<th scope=\"col\">Temporary Access Pass</th>"));
    assert!(page.html.contains("class=\"series-0\"") && !page.html.contains(" style="));
    let mut desk = administrator(&site, "desk", "Helpdesk Administrator").await;
    assert!(
        !desk
            .get("/portal")
            .await
            .html
            .contains("Sign-ins of the last 30 days")
    );
    // After a month they are gone.
    site.later(31 * 24 * 3600);
    site.service.count_sign_ins().await.unwrap();
    let mut boss = administrator(&site, "boss2", "Global Administrator").await;
    assert!(boss.get("/portal").await.html.contains("None so far."));
}
