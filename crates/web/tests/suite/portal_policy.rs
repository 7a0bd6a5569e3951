//! The policy page over HTTP: which role sees it, which may change it, what is wrong and where, and what it means
//! for somebody.

use http::StatusCode;
use latchkey_domain::{Caller, IncludeTarget, PassPolicyChange, UserId};
use latchkey_service::{Belonging, GroupWish};

use crate::site::desk::{administrator, crafted, info};
use crate::site::{Page, Site};

/// Whether a role sees the policy, and whether it may change it (sign-in contract 8.1).
const ROLES: [(&str, bool, bool); 7] = [
    ("Global Administrator", true, true),
    ("Authentication Policy Administrator", true, true),
    ("Global Reader", true, false),
    ("Privileged Authentication Administrator", false, false),
    ("Authentication Administrator", false, false),
    ("User Administrator", false, false),
    ("Security Reader", false, false),
];

#[tokio::test]
async fn each_role_sees_and_changes_what_it_may() {
    let site = Site::new().await;
    for (n, (role, sees, writes)) in ROLES.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let home = browser.get("/portal").await;
        assert_eq!(home.html.contains("href=\"/portal/policy\""), sees, "{role}");
        let page = browser.get("/portal/policy?q=admin").await;
        assert_eq!(page.status == StatusCode::OK, sees, "{role}");
        assert_eq!(page.html.contains("name=\"length\""), writes, "{role}");
        let before = site.service.show_pass_policy(&Caller::Console).await.unwrap();
        let version = if writes {
            let (_, fields) = page.form("length");
            fields.into_iter().find(|(name, _)| name == "version").unwrap().1
        } else {
            String::new()
        };
        let limits = [
            ("version", version.as_str()),
            ("minimum", "30"),
            ("minimum-unit", "minutes"),
            ("default", "1"),
            ("default-unit", "hours"),
            ("maximum", "2"),
            ("maximum-unit", "days"),
            ("length", "12"),
            ("once", "yes"),
        ];
        let answer = crafted(&mut browser, "/portal/policy/limits", &limits).await;
        let after = site.service.show_pass_policy(&Caller::Console).await.unwrap();
        if writes {
            assert!(answer.html.contains("in force now"), "{}", answer.html);
            assert_eq!((after.minimum().0, after.maximum().0), (30, 2880));
            assert!(after.is_one_time_only() && after.length().get() == 12);
            site.policy(before.as_change()).await;
        } else {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role}");
            let answer = crafted(&mut browser, "/portal/policy/targets", &[("enabled", "no")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role}");
            assert_eq!(after, before);
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_the_field_and_nothing_changes() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let before = site.service.show_pass_policy(&Caller::Console).await.unwrap();
    for (field, value, place, words) in [
        ("minimum", "9", "minimum", "between 10 minutes and 30 days"),
        ("maximum", "43201", "maximum", "between 10 minutes and 30 days"),
        ("maximum", "9223372036854775807", "maximum", "between"),
        ("minimum", "2000", "minimum", "longer than the longest"),
        ("default", "20", "default", "between the shortest and the longest"),
        ("default", "1.5", "default", "whole number"),
        ("minimum", "", "minimum", "whole number"),
        ("length", "7", "length", "8 to 48 signs"),
        ("length", "49", "length", "8 to 48 signs"),
        ("length", "<b>", "length", "whole number"),
    ] {
        let page = browser.get("/portal/policy").await;
        let (action, mut fields) = page.form("length");
        for name in ["minimum", "default", "maximum"] {
            fields.retain(|(known, _)| known != &format!("{name}-unit"));
            fields.push((format!("{name}-unit"), "minutes".to_owned()));
            let minutes = match name {
                "minimum" | "default" => "60",
                _ => "1440",
            };
            fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = minutes.to_owned();
        }
        value.clone_into(&mut fields.iter_mut().find(|(known, _)| known == field).unwrap().1);
        let answer = browser.post(&action, &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field} {value}");
        let told = answer
            .html
            .split(&format!("id=\"{place}-error\""))
            .nth(1)
            .unwrap();
        assert!(
            told.split("</p>").next().unwrap().contains(words),
            "{field} {value}: {told}"
        );
        assert!(!answer.html.contains("<b>"));
        assert_eq!(
            site.service.show_pass_policy(&Caller::Console).await.unwrap(),
            before
        );
    }
}

#[tokio::test]
async fn a_form_that_is_out_of_date_changes_nothing() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let page = browser.get("/portal/policy").await;
    site.policy(PassPolicyChange {
        length: Some(20),
        ..Default::default()
    })
    .await;
    let answer = browser.submit(&page, &[("length", "10")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.html.contains("name=\"length\" value=\"20\""));
    let after = site.service.show_pass_policy(&Caller::Console).await.unwrap();
    assert_eq!(after.length().get(), 20);
}

async fn group(site: &Site, name: &str, members: &[UserId]) -> latchkey_domain::GroupId {
    let wish = GroupWish {
        display_name: Some(name.to_owned()),
        mail_nickname: Some(name.replace(' ', "")),
        members: members.to_vec(),
        ..GroupWish::default()
    };
    let made = site.service.create_group(&Caller::Console, &info(), wish).await;
    made.unwrap().id
}

fn verdict(page: &Page) -> &str {
    page.html.split("<ul class=\"log verdicts\">").nth(1).unwrap()
}

#[tokio::test]
async fn groups_are_found_ticked_and_saved_and_the_verdict_follows() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let staff = group(&site, "Staff of Berlin", &[ada]).await;
    let leavers = group(&site, "Leavers", &[]).await;
    let mut browser = administrator(&site, "boss", "Authentication Policy Administrator").await;
    let page = browser.get("/portal/policy?q=ada").await;
    assert!(verdict(&page).contains("Can get and use a pass"));
    assert!(verdict(&page).contains("The policy is for everyone."));

    // Found by the start of the name, ticked, saved.
    let (action, mut fields) = page.form("include-find");
    let set = |fields: &mut crate::site::Fields, name: &str, value: &str| {
        fields.retain(|(known, _)| known != name);
        fields.push((name.to_owned(), value.to_owned()));
    };
    set(&mut fields, "who", "groups");
    let nobody = browser.post(&action, &fields).await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST);
    assert!(nobody.html.contains("choose who may have one"));
    set(&mut fields, "include-find", "staff");
    set(&mut fields, "exclude-find", "leav");
    let found = browser.post(&action, &fields).await;
    assert!(found.html.contains("Staff of Berlin") && found.html.contains("Leavers"));
    for list in ["include-find", "exclude-find"] {
        set(&mut fields, list, "");
    }
    set(&mut fields, &format!("include-group-{staff}"), "yes");
    set(&mut fields, &format!("exclude-group-{leavers}"), "yes");
    let saved = browser.post(&action, &fields).await;
    assert!(saved.html.contains("in force now"), "{}", saved.html);
    let policy = site.service.show_pass_policy(&Caller::Console).await.unwrap();
    assert_eq!(policy.include(), [IncludeTarget::Group(staff)]);
    assert_eq!(policy.exclude(), [leavers]);

    // Each rule's own reason.
    let page = browser.get("/portal/policy?q=ada").await;
    assert!(verdict(&page).contains("The policy is for members of “Staff of Berlin”."));
    let page = browser.get("/portal/policy?q=boss").await;
    assert!(
        verdict(&page).contains("Can&#39;t get a pass") && verdict(&page).contains("In none of the groups")
    );
    site.service
        .join_group(&Caller::Console, &info(), leavers, Belonging::Member, ada)
        .await
        .unwrap();
    let page = browser.get("/portal/policy?q=ada").await;
    assert!(verdict(&page).contains("Members of “Leavers” are left out."));
    site.policy(PassPolicyChange {
        enabled: Some(false),
        exclude: Some(Vec::new()),
        ..Default::default()
    })
    .await;
    let page = browser.get("/portal/policy?q=ada").await;
    assert!(verdict(&page).contains("Passes are switched off."));
    site.policy(PassPolicyChange {
        enabled: Some(true),
        ..Default::default()
    })
    .await;
    site.disable(ada).await;
    let page = browser.get("/portal/policy?q=ada").await;
    assert!(verdict(&page).contains("Can get a pass, but not use it"));
    assert!(verdict(&page).contains("The account is turned off."));
}

#[tokio::test]
async fn the_present_pass_is_told_only_to_those_who_may_see_it() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    site.one_time(ada).await;
    for (name, role, sees) in [
        ("boss", "Global Administrator", true),
        ("clerk", "Authentication Policy Administrator", false),
    ] {
        let mut browser = administrator(&site, name, role).await;
        let page = browser.get("/portal/policy?q=ada").await;
        assert_eq!(
            verdict(&page).contains("The present pass: Works until"),
            sees,
            "{role}"
        );
    }
}

#[tokio::test]
async fn why_nobody_can_issue_a_pass_is_told_in_place_of_offering_it() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let leavers = group(&site, "Leavers", &[ada]).await;
    let staff = group(&site, "Staff", &[]).await;
    // Sees no policy, but what it means for somebody.
    let mut desk = administrator(&site, "desk", "Authentication Administrator").await;
    let person = format!("/portal/people/{ada}");
    let issue = format!("{person}/pass");
    assert!(desk.get(&person).await.html.contains(&issue));
    for (change, words) in [
        (
            PassPolicyChange {
                enabled: Some(false),
                ..Default::default()
            },
            "has passes switched off",
        ),
        (
            PassPolicyChange {
                enabled: Some(true),
                exclude: Some(vec![leavers]),
                ..Default::default()
            },
            "leaves out the members of “Leavers”",
        ),
        (
            PassPolicyChange {
                include: Some(vec![IncludeTarget::Group(staff)]),
                exclude: Some(Vec::new()),
                ..Default::default()
            },
            "in none of the groups",
        ),
    ] {
        site.policy(change).await;
        let page = desk.get(&person).await;
        assert!(page.html.contains(words), "{}", page.html);
        assert!(!page.html.contains(&issue), "{}", page.html);
        let page = desk.get(&issue).await;
        assert!(page.html.contains(words), "{}", page.html);
        let mark = site.service.form_mark();
        let page = crafted(&mut desk, &issue, &[("mark", &mark)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.html.contains(words), "{}", page.html);
        let many = [("list", "ada"), ("do", "preview")];
        let page = crafted(&mut desk, "/portal/passes", &many).await;
        assert!(page.html.contains(words), "{}", page.html);
    }
}
