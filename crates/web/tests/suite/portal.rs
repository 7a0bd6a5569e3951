//! The portal over HTTP: who is let in, what each role is shown, and that a crafted request does no more.

use http::StatusCode;
use latchkey_domain::{Caller, UserRef};
use latchkey_store::RoleAssignmentFilter;

use crate::site::desk::{administrator, crafted, give, info, role, signed_in, token};
use crate::site::{Browser, Page, Site};

#[tokio::test]
async fn only_administrators_come_in() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut nobody = site.browser();
    let page = nobody.get("/portal").await;
    assert_eq!(page.heading(), "Sign in");
    let mut member = signed_in(&site, ada, "ada").await;
    assert!(!member.get("/security-info").await.html.contains("/portal"));
    for path in ["/portal", "/portal/people", &format!("/portal/people/{ada}")] {
        let page = member.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(page.heading(), "This part is for administrators");
        assert!(!page.html.contains("ada@example.com"));
    }

    let mut desk = administrator(&site, "desk", "Authentication Administrator").await;
    assert_eq!(desk.get("/security-info").await.link("Portal"), "/portal");
    let page = desk.get("/portal").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!page.html.contains("<style") && !page.html.contains(" style="));
    // A role that is taken away is gone at the next request.
    let held = site
        .service
        .list_role_assignments(
            &Caller::Console,
            &RoleAssignmentFilter {
                role: Some(role("Authentication Administrator")),
                ..RoleAssignmentFilter::default()
            },
        )
        .await
        .unwrap();
    site.service
        .unassign_role(&Caller::Console, &info(), held[0].id)
        .await
        .unwrap();
    assert_eq!(desk.get("/portal/people").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_password_alone_does_not_open_the_portal() {
    let site = Site::new().await;
    let user = site.user("desk").await;
    give(&site, user, "Global Administrator").await;
    let mut browser = site.browser();
    let page = browser.name("desk@example.com").await;
    let page = browser.submit(&page, &[("passwd", crate::site::PASSWORD)]).await;
    assert_eq!(page.heading(), "One more thing is needed");
    assert_eq!(browser.get("/portal").await.heading(), "One more thing is needed");
}

/// What each role may do to somebody ordinary: sign-in contract 8.1, Graph contract 10.1 and 10.3.
const OFFERS: [(&str, &[&str]); 9] = [
    (
        "Global Administrator",
        &[
            "pass",
            "delete-pass",
            "reset-password",
            "require-registration",
            "end-sessions",
            "edit",
            "turn-off",
            "delete",
        ],
    ),
    (
        "Privileged Authentication Administrator",
        &[
            "pass",
            "delete-pass",
            "reset-password",
            "require-registration",
            "end-sessions",
            "edit",
            "turn-off",
            "delete",
        ],
    ),
    (
        "Authentication Administrator",
        &[
            "pass",
            "delete-pass",
            "reset-password",
            "require-registration",
            "end-sessions",
            "edit",
            "turn-off",
            "delete",
        ],
    ),
    (
        "User Administrator",
        &["reset-password", "end-sessions", "edit", "turn-off", "delete"],
    ),
    ("Helpdesk Administrator", &["reset-password", "end-sessions"]),
    ("Password Administrator", &["reset-password"]),
    ("Authentication Policy Administrator", &[]),
    ("Global Reader", &[]),
    ("Security Reader", &[]),
];
const DEEDS: [&str; 8] = [
    "pass",
    "delete-pass",
    "reset-password",
    "require-registration",
    "end-sessions",
    "edit",
    "turn-off",
    "delete",
];

#[tokio::test]
async fn each_role_is_offered_what_it_may_and_a_crafted_request_does_no_more() {
    let site = Site::new().await;
    for (n, (role, allowed)) in OFFERS.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        for deed in DEEDS {
            let name = format!("t{n}{deed}");
            let target = site.user(&name).await;
            site.one_time(target).await;
            let path = format!("/portal/people/{target}");
            let offered = allowed.contains(&deed);
            let page = browser.get(&path).await;
            let sees_passes = !matches!(
                role,
                "User Administrator"
                    | "Helpdesk Administrator"
                    | "Password Administrator"
                    | "Authentication Policy Administrator"
                    | "Security Reader"
            );
            assert_eq!(page.html.contains("Temporary Access Pass"), sees_passes, "{role}");
            let shown = page.html.contains(&format!("href=\"{path}/{deed}\""));
            assert_eq!(shown, offered, "{role}: {deed} is shown");
            let form = browser.get(&format!("{path}/{deed}")).await;
            assert_eq!(form.status == StatusCode::OK, offered, "{role}: {deed} is asked");
            // What is asked about the pass, is asked about this one.
            let mark = if offered && deed == "delete-pass" {
                mark_of(&form)
            } else {
                site.service.form_mark()
            };
            let held = site
                .service
                .show_pass(&Caller::Console, &UserRef::Id(target))
                .await;
            let held = held.unwrap().unwrap().pass.id.to_string();
            let more = [
                ("displayName", "Changed"),
                ("replace", "yes"),
                ("held", held.as_str()),
                ("mark", mark.as_str()),
            ];
            let answer = crafted(&mut browser, &format!("{path}/{deed}"), &more).await;
            assert_eq!(
                answer.status == StatusCode::OK,
                offered,
                "{role}: {deed} is done: {}",
                answer.html
            );
            if !offered {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role}: {deed}");
                let after = site
                    .service
                    .show_user(&Caller::Console, &UserRef::Id(target))
                    .await
                    .unwrap();
                assert!(after.account_enabled && after.display_name == name);
            }
        }
    }
}

#[tokio::test]
async fn nobody_acts_on_themselves_or_above_their_role() {
    let site = Site::new().await;
    let desk = site.user("desk").await;
    give(&site, desk, "Authentication Administrator").await;
    let boss = site.user("boss").await;
    give(&site, boss, "Global Administrator").await;
    let mut browser = signed_in(&site, desk, "desk").await;
    for target in [desk, boss] {
        let path = format!("/portal/people/{target}");
        let list = browser.get("/portal/people").await;
        assert!(list.html.contains(&path) && !list.html.contains(&format!("{path}/pass")));
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        for deed in DEEDS.into_iter().filter(|deed| *deed != "edit") {
            assert!(!page.html.contains(&format!("{path}/{deed}\"")), "{deed}");
            let answer = crafted(&mut browser, &format!("{path}/{deed}"), &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{deed}");
        }
        // Reaches ordinary properties, but not the sign-in name.
        let answer = crafted(
            &mut browser,
            &format!("{path}/edit"),
            &[("displayName", "x"), ("userPrincipalName", "other@example.com")],
        )
        .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(
        browser
            .get(&format!("/portal/people/{desk}"))
            .await
            .html
            .contains("This is your own account")
    );
    assert!(
        browser
            .get(&format!("/portal/people/{boss}"))
            .await
            .html
            .contains("protect it from you")
    );
}

#[tokio::test]
async fn forms_need_their_token_and_their_origin() {
    let site = Site::new().await;
    let target = site.user("ada").await;
    let mut browser = administrator(&site, "root2", "Global Administrator").await;
    let path = format!("/portal/people/{target}/turn-off");
    let answer = browser
        .post(&path, &vec![("csrf".to_owned(), "wrong".to_owned())])
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let home = browser.get("/portal").await;
    let request = http::Request::post(&path)
        .header("origin", "https://evil.example")
        .header("content-type", "application/x-www-form-urlencoded");
    let body = axum::body::Body::from(format!("csrf={}", token(&home)));
    assert_eq!(browser.send(request, body).await.status(), StatusCode::FORBIDDEN);
    let user = site
        .service
        .show_user(&Caller::Console, &UserRef::Id(target))
        .await
        .unwrap();
    assert!(user.account_enabled);
}

#[tokio::test]
async fn people_are_found_and_strange_names_break_nothing() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "desk", "User Administrator").await;
    let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(6);
    for (upn, name) in [
        ("xss", "<script>alert(1)</script>\"'><img src=x>"),
        ("rtl", "\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd} {{7*7}}"),
        ("emoji", "🦀 Zoë 👩‍👩‍👧‍👦"),
        ("long", long.trim()),
    ] {
        let form = browser.get("/portal/people/new").await;
        let page = browser
            .submit(
                &form,
                &[
                    ("userPrincipalName", &format!("{upn}@example.com")),
                    ("displayName", name),
                ],
            )
            .await;
        assert!(page.html.contains("The account is made"), "{name}: {}", page.html);
        assert!(!page.html.contains("<script>alert") && !page.html.contains("<img src=x"));
        let found = browser.get(&format!("/portal/people?q={upn}")).await;
        assert!(found.html.contains("1 person."), "{}", found.html);
        assert!(!found.html.contains("<script>alert") && !found.html.contains("<img src=x"));
    }
    let found = browser
        .get("/portal/people?q=%3Cscript%3Ealert(2)%3C%2Fscript%3E")
        .await;
    assert!(!found.html.contains("<script>alert(2)"));
    for (query, count) in [
        ("q=ZO%C3%8B", "1 person."),
        ("q=wolfe", "1 person."),
        ("q=nobody", "Nobody found."),
        ("state=off", "Nobody found."),
        ("q=%00%FF&state=bogus&after=%20x", ""),
    ] {
        let page = browser.get(&format!("/portal/people?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains(count), "{query}: {}", page.html);
    }
}

#[tokio::test]
async fn lists_go_on_page_by_page_and_show_nobody_twice() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "desk", "Global Reader").await;
    for n in 0..60 {
        // Found by the name to show, by the account name and by both at once.
        site.user(&format!("kim-{n}.kim")).await;
    }
    for (address, all) in [
        ("/portal/people?q=kim", 60),
        ("/portal/people?method=none", 62),
        ("/portal/people", 62),
    ] {
        let (mut seen, mut path) = (Vec::new(), Some(address.to_owned()));
        while let Some(next) = path {
            let page = browser.get(&next).await;
            let rows = page.html.split("class=\"name\" href=\"").skip(1);
            seen.extend(rows.map(|row| row.split('"').next().unwrap().to_owned()));
            path = page.html.contains("Show more").then(|| page.link("Show more"));
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((seen.len(), count), (all, all), "{address}");
    }
}

#[tokio::test]
async fn a_reset_password_is_shown_once_and_ends_every_session() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut theirs = signed_in(&site, ada, "ada").await;
    let mut browser = administrator(&site, "desk", "Helpdesk Administrator").await;
    let path = format!("/portal/people/{ada}/reset-password");
    let form = browser.get(&path).await;
    let mark = form
        .form("mark")
        .1
        .into_iter()
        .find(|(name, _)| name == "mark")
        .unwrap()
        .1;
    let page = browser.submit(&form, &[("mark", &mark)]).await;
    assert_eq!(page.heading(), "Temporary password");
    let again = browser.submit(&form, &[("mark", &mark)]).await;
    assert_eq!(
        (again.status, again.heading().as_str()),
        (StatusCode::CONFLICT, "This was done already")
    );
    let password = page
        .html
        .split("id=\"code\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(password.len(), 16);
    assert_eq!(
        theirs.get("/security-info").await.heading(),
        "Your session has ended"
    );
    assert!(
        !browser
            .get(&format!("/portal/people/{ada}"))
            .await
            .html
            .contains(password)
    );
    let mut fresh = site.browser();
    // The unused part of a one-time pass is spent, so the password page comes.
    let page = fresh.name("ada@example.com").await;
    let page = fresh.submit(&page, &[("passwd", password)]).await;
    assert_eq!(page.heading(), "Choose a new password", "{}", page.html);
}

fn code_of(page: &Page) -> String {
    assert_eq!(page.heading(), "The pass is ready", "{}", page.html);
    page.html
        .split("data-plain=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_code_is_in_one_answer_and_a_reload_makes_no_second_pass() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut desk = administrator(&site, "desk", "Authentication Administrator").await;
    let path = format!("/portal/people/{ada}");
    let form = desk.get(&format!("{path}/pass")).await;
    let page = desk.submit(&form, &[("mark", &mark_of(&form))]).await;
    let code = code_of(&page);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(
        page.html
            .contains("role=\"img\" aria-label=\"QR code of the sign-in link\"")
    );
    let again = desk
        .submit(&form, &[("mark", &mark_of(&form)), ("lifetime", "60")])
        .await;
    // The pass that stands now asks for the box first.
    assert!(again.html.contains("Tick the box"), "{}", again.html);
    let again = crafted(
        &mut desk,
        &format!("{path}/pass"),
        &[("mark", &mark_of(&form)), ("replace", "yes")],
    )
    .await;
    assert_eq!(
        (again.status, again.heading().as_str()),
        (StatusCode::CONFLICT, "This was done already")
    );
    for path in [path.clone(), format!("{path}/pass"), "/portal".to_owned()] {
        assert!(!desk.get(&path).await.html.contains(&code), "{path}");
    }
    let mut theirs = site.browser();
    assert_eq!(
        theirs.with_pass("ada@example.com", &code).await.heading(),
        "Security info"
    );

    // Replacing warns, needs a click, and signs out whoever is in by the old one.
    let form = desk.get(&format!("{path}/pass")).await;
    assert!(form.html.contains("whoever is signed in with it is signed out"));
    let page = desk
        .submit(&form, &[("replace", "yes"), ("mark", &mark_of(&form))])
        .await;
    assert_ne!(code_of(&page), code);
    assert_eq!(
        theirs.get("/security-info").await.heading(),
        "Your session has ended"
    );
}

fn mark_of(page: &Page) -> String {
    page.form("mark")
        .1
        .into_iter()
        .find(|(name, _)| name == "mark")
        .unwrap()
        .1
}

#[tokio::test]
async fn what_the_policy_forbids_is_told_before_or_on_the_form() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut desk = administrator(&site, "desk", "Authentication Administrator").await;
    let path = format!("/portal/people/{ada}/pass");
    let send = async |desk: &mut Browser<'_>, more: &[(&str, &str)]| {
        let mark = site.service.form_mark();
        let mut fields = vec![("mark", mark.as_str()), ("replace", "yes")];
        fields.extend(more);
        crafted(desk, &path, &fields).await
    };
    for (fields, words) in [
        (&[("lifetime", "59")][..], "from 1 hour to 1 day"),
        (
            &[("lifetime", "other"), ("other", "1441")],
            "from 1 hour to 1 day",
        ),
        (
            &[("lifetime", "other"), ("other", "25"), ("other-unit", "hours")],
            "from 1 hour to 1 day",
        ),
        (&[("lifetime", "other"), ("other", "soon")], "as a whole number"),
        (&[("when", "later"), ("start", "")], "Choose the date"),
        (&[("when", "later"), ("start", "2027-01-14T00:00")], "in the past"),
        (
            &[("when", "later"), ("start", "2027-12-01T00:00")],
            "30 days ahead",
        ),
        (
            &[
                ("when", "later"),
                ("start", "2027-01-20T10:00"),
                ("offset", "9000"),
            ],
            "Choose the date",
        ),
    ] {
        let page = send(&mut desk, fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{fields:?}");
        assert!(page.html.contains(words), "{fields:?}: {}", page.html);
    }
    let page = send(
        &mut desk,
        &[
            ("when", "later"),
            ("start", "2027-01-20T10:00"),
            ("offset", "-60"),
        ],
    )
    .await;
    assert!(
        page.html.contains("2027-01-20T09:00:00Z") && page.html.contains("Starts in"),
        "{}",
        page.html
    );

    site.policy(latchkey_domain::PassPolicyChange {
        one_time_only: Some(true),
        ..Default::default()
    })
    .await;
    assert!(desk.get(&path).await.html.contains("The policy demands it"));
    let offered = format!("href=\"{path}\"");
    assert!(desk.get("/portal/people").await.html.contains(&offered));
    site.policy(latchkey_domain::PassPolicyChange {
        enabled: Some(false),
        ..Default::default()
    })
    .await;
    assert!(!desk.get("/portal/people").await.html.contains(&offered));
    let page = desk.get(&path).await;
    let words = "has passes switched off";
    assert!(page.html.contains(words) && !page.html.contains("name=\"mark\""));
    let page = send(&mut desk, &[]).await;
    assert!(page.html.contains(words), "{}", page.html);
}

#[tokio::test]
async fn the_first_page_shows_what_needs_attention_to_those_who_may_see_it() {
    let site = Site::new().await;
    let pass = |start: i64, lifetime| latchkey_domain::PassRequest {
        start_at: (start > 0).then(|| site.service.now() + latchkey_domain::Seconds(start)),
        lifetime: Some(lifetime),
        one_time: None,
    };
    for (name, start, lifetime) in [
        ("early", 3600, 60),
        ("ending", 0, 60),
        ("lasting", 0, 1440),
        ("later", 90_000, 60),
    ] {
        let user = site.user(name).await;
        site.pass(user, pass(start, lifetime)).await;
    }
    let locked = site.user("locked").await;
    site.one_time(locked).await;
    let mut guesser = site.browser();
    let page = guesser.name("locked@example.com").await;
    for _ in 0..11 {
        guesser.submit(&page, &[("accesspass", "wrongCode")]).await;
    }
    let part = |page: &Page, id: &str| {
        let start = page.html.split(&format!("id=\"{id}\"")).nth(1)?;
        Some(start.split("</section>").next()?.to_owned())
    };
    let mut desk = administrator(&site, "desk", "Global Reader").await;
    let page = desk.get("/portal").await;
    assert!(part(&page, "ending").is_none(), "the last quarter is far");
    let starting = part(&page, "starting").unwrap();
    assert!(starting.contains(">early<") && !starting.contains(">later<"));
    let locks = part(&page, "locked").unwrap();
    assert!(locks.contains(">locked<") && locks.contains("/portal/people?state=locked"));
    let refused = part(&page, "refused").unwrap();
    assert_eq!(
        refused.matches("<li>").count(),
        1,
        "one row for all tries: {refused}"
    );
    assert!(
        refused.contains(">locked<") && refused.contains("11 tries, the last"),
        "{refused}"
    );
    let log = desk.get(&page.link("All sign-ins of the last 24 hours")).await;
    assert!(
        log.html.contains("T08:00\" type=\"datetime-local\""),
        "{}",
        log.html
    );
    assert!(part(&page, "bare").unwrap().contains(">lasting<"));
    assert!(part(&page, "unused").is_none());
    site.later(46 * 60);
    let page = desk.get("/portal").await;
    let ending = part(&page, "ending").unwrap();
    assert!(ending.contains(">ending<") && !ending.contains(">lasting<") && !ending.contains(">early<"));
    site.later(7200 - 46 * 60);
    let mut desk = signed_in(&site, site.user("desk2").await, "desk2").await;
    assert_eq!(desk.get("/portal").await.status, StatusCode::FORBIDDEN);
    let mut desk = administrator(&site, "desk3", "Global Reader").await;
    let page = desk.get("/portal").await;
    assert!(part(&page, "unused").unwrap().contains(">ending<"));
    assert!(part(&page, "locked").is_none(), "the lock is over");
    let mut other = administrator(&site, "other", "Groups Administrator").await;
    let page = other.get("/portal").await;
    for id in ["unused", "ending", "starting", "bare", "refused", "locked"] {
        assert!(part(&page, id).is_none(), "{id}");
    }
}
