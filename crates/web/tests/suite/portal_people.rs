//! The filters of the list of people, over HTTP: by group, state and method, together with a search, in the address.

use http::StatusCode;
use latchkey_domain::{Caller, GroupId, PassRequest, UserId};
use latchkey_service::{Belonging, GroupWish};

use crate::site::desk::{administrator, crafted, info};
use crate::site::{Browser, Site};

async fn group(site: &Site, name: &str, members: &[UserId]) -> GroupId {
    let wish = GroupWish {
        display_name: Some(name.to_owned()),
        mail_nickname: Some("group".to_owned()),
        ..GroupWish::default()
    };
    let service = &site.service;
    let made = service
        .create_group(&Caller::Console, &info(), wish)
        .await
        .unwrap();
    for member in members {
        service
            .join_group(&Caller::Console, &info(), made.id, Belonging::Member, *member)
            .await
            .unwrap();
    }
    made.id
}

/// The names on the list at this address.
async fn names(browser: &mut Browser<'_>, query: &str) -> Vec<String> {
    let page = browser.get(&format!("/portal/people?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}");
    let rows = page.html.split("class=\"name\" href=\"/portal/people/").skip(1);
    let name = |row: &str| {
        let (_, rest) = row.split_once("<bdi>").unwrap();
        rest.split("</bdi>").next().unwrap().to_owned()
    };
    let mut names: Vec<_> = rows.map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn filters_narrow_the_list_and_each_other() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let adam = site.user("adam").await;
    let bea = site.user("bea").await;
    site.disable(adam).await;
    site.pass(bea, PassRequest::default()).await;
    let staff = group(&site, "Staff", &[ada, adam]).await;
    group(&site, "Staff on leave", &[bea]).await;
    let mut browser = administrator(&site, "desk", "Global Reader").await;
    for (query, expected) in [
        (format!("group={staff}"), vec!["ada", "adam"]),
        (format!("group={staff}&state=on"), vec!["ada"]),
        (format!("group={staff}&q=adam"), vec!["adam"]),
        (format!("group={staff}&q=bea"), vec![]),
        ("in=staff".to_owned(), vec!["ada", "adam"]),
        ("in=staff+on".to_owned(), vec!["bea"]),
        ("state=off".to_owned(), vec!["adam"]),
        ("state=off&q=ada".to_owned(), vec!["adam"]),
        ("state=locked".to_owned(), vec![]),
        // The first administrator has the pass of the first start.
        ("method=pass".to_owned(), vec!["Administrator", "bea"]),
        ("method=pass&q=be".to_owned(), vec!["bea"]),
        ("method=passkey".to_owned(), vec![]),
        ("method=app&q=a".to_owned(), vec![]),
        ("method=password".to_owned(), vec![]),
        (format!("method=none&group={staff}"), vec!["ada"]),
    ] {
        assert_eq!(names(&mut browser, &query).await, expected, "{query}");
    }
    // Several groups could be meant: they are offered, and keep the other filters.
    let page = browser.get("/portal/people?in=sta&state=on").await;
    assert!(page.html.contains("Which group?"));
    assert!(
        page.html
            .contains(&format!("/portal/people?state=on&#38;group={staff}")),
        "{}",
        page.html
    );
    let page = browser.get("/portal/people?in=zzz").await;
    assert!(page.html.contains("No group has a name that begins like this."));
    // What an old or broken address says is passed over.
    let everybody = names(&mut browser, "").await;
    for query in [
        "group=7",
        "state=bogus&method=bogus",
        "group=00000000-0000-0000-0000-000000000009",
    ] {
        assert_eq!(names(&mut browser, query).await, everybody, "{query}");
    }
    let page = browser
        .get(&format!("/portal/people?group={staff}&q=ada&method=none"))
        .await;
    for kept in [
        format!("value=\"{staff}\""),
        "value=\"none\" selected".to_owned(),
        "value=\"ada\"".to_owned(),
    ] {
        assert!(page.html.contains(&kept), "{kept}");
    }
}

#[tokio::test]
async fn a_locked_name_is_on_the_list_as_long_as_it_is_locked() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    site.one_time(ada).await;
    let mut desk = administrator(&site, "desk", "Global Reader").await;
    let mut guesser = site.browser();
    let page = guesser.name("ada@example.com").await;
    for _ in 0..11 {
        guesser.submit(&page, &[("accesspass", "wrongCode")]).await;
    }
    assert_eq!(names(&mut desk, "state=locked").await, ["ada"]);
    assert_eq!(names(&mut desk, "state=locked&q=ad").await, ["ada"]);
    assert_eq!(names(&mut desk, "state=locked&q=bea").await, Vec::<String>::new());
    // Whoever may see the person sees it.
    let mut help = administrator(&site, "help", "Helpdesk Administrator").await;
    assert_eq!(names(&mut help, "state=locked").await, ["ada"]);
    assert!(help.get("/portal").await.html.contains("Locked accounts"));
    assert!(
        help.get("/portal/people?q=ada")
            .await
            .html
            .contains("Locked until")
    );
    let path = format!("/portal/people/{ada}");
    for browser in [&mut desk, &mut help] {
        let page = browser.get(&path).await;
        assert!(page.html.contains("Passes locked until") && page.html.contains("Account on"));
        assert!(!page.html.contains("Works now") && !page.html.contains("Password locked"));
    }
    let mut issuer = administrator(&site, "issuer", "Authentication Administrator").await;
    let form = issuer.get(&format!("{path}/pass")).await;
    assert!(form.html.contains("Wrong guesses lock passes of this name until"));
    site.later(61);
    assert!(desk.get(&path).await.html.contains("Works now"));
    assert_eq!(names(&mut desk, "state=locked").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_password_is_locked_by_itself() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut desk = administrator(&site, "desk", "Helpdesk Administrator").await;
    let mut guesser = site.browser();
    let page = guesser.name("ada@example.com").await;
    for guess in 0..11 {
        let guess = format!("wrong {guess}");
        guesser.submit(&page, &[("passwd", &guess)]).await;
    }
    let page = desk.get(&format!("/portal/people/{ada}")).await;
    assert!(page.html.contains("Password locked until") && !page.html.contains("Passes locked"));
}

#[tokio::test]
async fn methods_are_asked_for_by_those_only_who_may_see_them() {
    let site = Site::new().await;
    let mut desk = administrator(&site, "desk", "Helpdesk Administrator").await;
    let page = desk.get("/portal/people").await;
    assert!(!page.html.contains("Signs in with") && page.html.contains("Locked after"));
    let page = desk.get("/portal/people?method=pass").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn deleted_people_are_listed_restored_and_deleted_for_good() {
    let site = Site::new().await;
    let (ada, bea, adam) = (
        site.user("ada").await,
        site.user("bea").await,
        site.user("adam").await,
    );
    let mut admin = administrator(&site, "admin", "User Administrator").await;
    for id in [ada, bea, adam] {
        let page = crafted(&mut admin, &format!("/portal/people/{id}/delete"), &[]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.html.contains("can be restored from the list"),
            "{}",
            page.html
        );
        site.later(1);
    }
    assert_eq!(names(&mut admin, "q=ada").await, Vec::<String>::new());
    let list = admin.get("/portal/people?state=deleted").await;
    assert!(list.html.contains("3 people."), "{}", list.html);
    let order: Vec<_> = [adam, bea, ada]
        .iter()
        .map(|id| {
            list.html
                .find(&format!("/portal/people/deleted/{id}/restore"))
                .unwrap()
        })
        .collect();
    assert!(order.is_sorted(), "the last deletion first");
    let found = admin.get("/portal/people?state=deleted&q=ad").await;
    assert!(found.html.contains("2 people."), "{}", found.html);

    // A link to somebody who is gone leads on.
    let gone = admin.get(&format!("/portal/people/{ada}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(gone.heading(), "This isn't there any more");
    for link in ["/portal/people?state=deleted", "/portal/groups\""] {
        assert!(gone.html.contains(link), "{link}: {}", gone.html);
    }
    assert_eq!(admin.get("/portal/").await.path, "/portal");

    // Seeing is not restoring.
    let mut reader = administrator(&site, "reader", "Global Reader").await;
    let seen = reader.get("/portal/people?state=deleted").await;
    assert!(seen.html.contains("3 people.") && !seen.html.contains("/restore"));
    for fate in ["restore", "purge"] {
        let path = format!("/portal/people/deleted/{ada}/{fate}");
        assert_eq!(reader.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            crafted(&mut reader, &path, &[]).await.status,
            StatusCode::FORBIDDEN
        );
    }

    let restore = format!("/portal/people/deleted/{ada}/restore");
    assert_eq!(admin.get(&restore).await.heading(), "Restore the account?");
    let page = crafted(&mut admin, &restore, &[]).await;
    assert!(page.html.contains("The account is back."), "{}", page.html);
    assert_eq!(names(&mut admin, "q=ada").await, ["ada"]);
    assert_eq!(admin.get(&restore).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        crafted(&mut admin, &restore, &[]).await.status,
        StatusCode::NOT_FOUND
    );

    // Somebody else has the name meanwhile.
    site.user("bea").await;
    let taken = format!("/portal/people/deleted/{bea}/restore");
    let page = crafted(&mut admin, &taken, &[]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(
        page.html.contains("Another account has this account name"),
        "{}",
        page.html
    );

    let purge = format!("/portal/people/deleted/{bea}/purge");
    assert_eq!(admin.get(&purge).await.heading(), "Delete the account for good?");
    let page = crafted(&mut admin, &purge, &[]).await;
    assert!(page.html.contains("deleted for good"), "{}", page.html);
    let left = admin.get("/portal/people?state=deleted").await;
    assert!(left.html.contains("1 person."), "{}", left.html);
    for wrong in ["deleted/7/restore", &format!("deleted/{adam}/keep")] {
        let page = admin.get(&format!("/portal/people/{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn the_account_form_has_what_notices_go_by() {
    let site = Site::new().await;
    let (ada, bea) = (site.user("ada").await, site.user("bea").await);
    let mut admin = administrator(&site, "admin", "User Administrator").await;
    let path = format!("/portal/people/{ada}/edit");
    let manager = async || {
        let ada = latchkey_domain::UserRef::Id(ada);
        let found = site.service.show_manager(&Caller::Console, &ada).await;
        found.ok().map(|user| user.id)
    };
    let form = admin.get(&path).await;
    let filled = [("preferredLanguage", "de"), ("manager", "bea")];
    let page = admin.submit(&form, &filled).await;
    assert!(page.html.contains("The changes are saved."), "{}", page.html);
    assert!(
        page.html.contains(">de<") && page.html.contains(">bea<"),
        "{}",
        page.html
    );
    assert_eq!(manager().await, Some(bea));
    for (wrong, words) in [
        ("nobody", "Nobody has this account name."),
        ("ada", "Nobody is their own manager."),
    ] {
        let form = admin.get(&path).await;
        let page = admin.submit(&form, &[("manager", wrong)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(page.html.contains(words), "{}", page.html);
        assert_eq!(manager().await, Some(bea));
    }
    for path in [path.as_str(), "/portal/people/new"] {
        let form = admin.get(path).await;
        let filled = [
            ("userPrincipalName", "somebody@example.com"),
            ("displayName", "Somebody"),
            ("preferredLanguage", "klingon!!"),
        ];
        let filled = if path.ends_with("new") {
            &filled[..]
        } else {
            &filled[1..]
        };
        let page = admin.submit(&form, filled).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(
            page.html.contains("Write the language as its tag"),
            "{}",
            page.html
        );
        assert!(page.html.contains("value=\"klingon!!\""), "{}", page.html);
    }
    let form = admin.get(&path).await;
    admin.submit(&form, &[("manager", "")]).await;
    assert_eq!(manager().await, None);
    let form = admin.get("/portal/people/new").await;
    let filled = [
        ("userPrincipalName", "new@example.com"),
        ("displayName", "New"),
        ("manager", "bea@example.com"),
    ];
    let page = admin.submit(&form, &filled).await;
    assert!(page.html.contains("The account is made") && page.html.contains(">bea<"));
}
