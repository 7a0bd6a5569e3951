//! What those who guess are shown (sign-in contract 11.2 and 11.4).

use http::StatusCode;
use http::header::RETRY_AFTER;
use latchkey_domain::PassRequest;

use crate::site::Site;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_locked_name_gets_the_password_page_as_everyone_else() {
    let site = Site::new().await;
    let code = site.pass(site.user("ada").await, PassRequest::default()).await;
    let mut owner = site.browser();
    owner.with_pass(ADA, &code).await;
    let mut guesser = site.browser();
    let page = guesser.name(ADA).await;
    for _ in 0..10 {
        let wrong = guesser.submit(&page, &[("accesspass", "wrongCode")]).await;
        assert_eq!((wrong.status, wrong.number()), (StatusCode::OK, Some(130_503)));
    }
    let locked = guesser.submit(&page, &[("accesspass", &code)]).await;
    assert_eq!(
        (locked.status, locked.number()),
        (StatusCode::OK, Some(50_053)),
        "the name is locked, not the source"
    );
    assert!(locked.headers.get(RETRY_AFTER).is_none());

    let mut stranger = site.browser();
    let hers = stranger.name(ADA).await;
    assert_eq!(hers.heading(), "Enter password");
    let nobodys = stranger.name("nobody@example.com").await;
    assert_eq!(hers.neutral(ADA), nobodys.neutral("nobody@example.com"));
    let flow = hers.form("passwd").1;
    let sealed = &flow.iter().find(|(name, _)| name == "flow").unwrap().1;
    let ways = stranger.get(&format!("/sign-in/ways?flow={sealed}")).await;
    assert!(!ways.html.contains("Temporary Access Pass"), "{}", ways.html);

    let again = owner.get("/sign-in").await;
    let page = owner.submit(&again, &[("loginfmt", ADA)]).await;
    assert_eq!(page.heading(), "Enter Temporary Access Pass", "her own device");
    site.later(60);
    let page = stranger.name(ADA).await;
    assert_eq!(page.heading(), "Enter Temporary Access Pass", "the lock is over");
}

#[tokio::test]
async fn a_source_that_guesses_at_many_names_is_asked_to_wait() {
    let site = Site::new().await;
    let code = site.pass(site.user("ada").await, PassRequest::default()).await;
    let mut guesser = site.browser();
    let hers = guesser.name(ADA).await;
    for n in 0..5 {
        let name = format!("nobody{n}@example.com");
        let page = guesser.name(&name).await;
        // Others each time: one that comes again is not counted again.
        for guess in 0..6 {
            let wrong = guesser
                .submit(&page, &[("passwd", &format!("wrong {guess}"))])
                .await;
            assert_eq!((wrong.status, wrong.number()), (StatusCode::OK, Some(50_126)));
        }
    }
    site.later(10);
    let page = guesser.name("nobody0@example.com").await;
    for (page, field, typed) in [(&page, "passwd", "wrong"), (&hers, "accesspass", code.as_str())] {
        let told = guesser.submit(page, &[(field, typed)]).await;
        assert_eq!(
            (told.status, told.number()),
            (StatusCode::TOO_MANY_REQUESTS, Some(50_053)),
            "{field}"
        );
        assert_eq!(told.headers[RETRY_AFTER], "290", "{field}");
    }
    let mut elsewhere = site.browser();
    let inside = elsewhere.with_pass(ADA, &code).await;
    assert_eq!(inside.heading(), "Security info");
}
