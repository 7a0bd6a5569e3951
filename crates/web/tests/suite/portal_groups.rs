//! Groups in the portal over HTTP: who sees them, who changes their members, what is refused.

use http::StatusCode;
use latchkey_domain::{Caller, GroupId, UserId};
use latchkey_service::GroupWish;

use crate::site::Site;
use crate::site::desk::{administrator, crafted, info};

async fn group(site: &Site, name: &str, roles: bool, members: &[UserId]) -> GroupId {
    let wish = GroupWish {
        display_name: Some(name.to_owned()),
        mail_nickname: Some(name.chars().filter(char::is_ascii_alphanumeric).collect()),
        role_assignable: Some(roles),
        members: members.to_vec(),
        ..GroupWish::default()
    };
    let made = site.service.create_group(&Caller::Console, &info(), wish).await;
    made.unwrap().id
}

async fn count(site: &Site, group: GroupId) -> usize {
    let members = site.service.list_members(&Caller::Console, group, None, 99).await;
    members.unwrap().len()
}

#[tokio::test]
async fn each_role_changes_the_members_that_it_may() {
    let site = Site::new().await;
    for (n, (role, ordinary, with_roles)) in [
        ("Global Administrator", true, true),
        ("Privileged Role Administrator", false, true),
        ("User Administrator", true, false),
        ("Groups Administrator", true, false),
        ("Authentication Administrator", false, false),
        ("Global Reader", false, false),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let name = format!("m{n}");
        let member = site.user(&name).await.to_string();
        for (roles, may) in [(false, ordinary), (true, with_roles)] {
            let group = group(&site, &format!("Group {n} {roles}"), roles, &[]).await;
            let path = format!("/portal/groups/{group}");
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{role}");
            assert_eq!(page.html.contains(&format!("{path}/add")), may, "{role}, {roles}");
            let added = crafted(&mut browser, &format!("{path}/add"), &[("name", &name)]).await;
            assert_eq!(
                added.status == StatusCode::OK,
                may,
                "{role}, {roles}: {}",
                added.html
            );
            assert_eq!(count(&site, group).await, usize::from(may), "{role}, {roles}");
            let removed = crafted(&mut browser, &format!("{path}/remove"), &[("member", &member)]).await;
            assert_eq!(removed.status == StatusCode::OK, may, "{role}, {roles}");
            assert_eq!(count(&site, group).await, 0);
        }
    }
}

#[tokio::test]
async fn groups_are_found_and_wrong_names_are_told() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let staff = group(&site, "<b>Staff", false, &[ada]).await;
    for n in 0..60 {
        group(&site, &format!("Team {n:02}"), false, &[]).await;
    }
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let page = browser.get("/portal/groups").await;
    assert!(page.html.contains("50 groups shown") && !page.html.contains("<b>Staff"));
    let rest = browser.get(&page.link("Show more")).await;
    assert!(rest.html.contains("11 groups."), "{}", rest.html);
    let found = browser.get("/portal/groups?q=team+1").await;
    assert!(found.html.contains("10 groups."));
    let path = format!("/portal/groups/{staff}");
    for (name, words) in [
        ("nobody", "Nobody has this account name."),
        ("a b c", "Write an account name"),
        ("ada", "in the group already"),
    ] {
        let page = crafted(&mut browser, &format!("{path}/add"), &[("name", name)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}");
        assert!(page.html.contains(words), "{name}: {}", page.html);
    }
    assert_eq!(
        browser.get("/portal/groups/7").await.status,
        StatusCode::NOT_FOUND
    );
    let person = browser.get(&format!("/portal/people/{ada}")).await;
    assert!(person.html.contains(&path));
}

#[tokio::test]
async fn groups_are_made_changed_and_deleted_by_those_who_may() {
    let site = Site::new().await;
    for (n, (role, ordinary, with_roles)) in [
        ("Global Administrator", true, true),
        ("Privileged Role Administrator", false, true),
        ("Groups Administrator", true, false),
        ("Authentication Administrator", false, false),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = administrator(&site, &format!("maker{n}"), role).await;
        let list = browser.get("/portal/groups").await;
        assert_eq!(list.html.contains("New group"), ordinary || with_roles, "{role}");
        let owner = format!("owner{n}");
        let user = site.user(&owner).await.to_string();
        for (roles, may) in [(false, ordinary), (true, with_roles)] {
            let name = format!("Made {n} {roles}");
            let ticked = if roles { "yes" } else { "" };
            let fields = [("displayName", name.as_str()), ("roleAssignable", ticked)];
            let made = crafted(&mut browser, "/portal/groups/new", &fields).await;
            assert_eq!(
                made.status == StatusCode::OK,
                may,
                "{role}, {roles}: {}",
                made.html
            );
            let group = group(&site, &format!("Kept {n} {roles}"), roles, &[]).await;
            let path = format!("/portal/groups/{group}");
            let page = browser.get(&path).await;
            for deed in ["edit", "delete", "owners/add"] {
                let shown = page.html.contains(&format!("{path}/{deed}"));
                assert_eq!(shown, may, "{role}, {roles}: {deed}");
            }
            let added = crafted(&mut browser, &format!("{path}/owners/add"), &[("owner", &owner)]).await;
            assert_eq!(added.status == StatusCode::OK, may, "{role}, {roles}");
            let owners = site.service.list_owners(&Caller::Console, group).await;
            assert_eq!(owners.unwrap().len(), usize::from(may), "{role}, {roles}");
            let removed = crafted(
                &mut browser,
                &format!("{path}/owners/remove"),
                &[("owner", &user)],
            )
            .await;
            assert_eq!(removed.status == StatusCode::OK, may, "{role}, {roles}");
            let edited = crafted(
                &mut browser,
                &format!("{path}/edit"),
                &[("displayName", "Changed")],
            )
            .await;
            assert_eq!(edited.status == StatusCode::OK, may, "{role}, {roles}");
            let kept = site.service.show_group(&Caller::Console, group).await.unwrap();
            assert_eq!(kept.properties.display_name == "Changed", may, "{role}, {roles}");
            assert_eq!(
                browser.get(&format!("{path}/delete")).await.status == StatusCode::OK,
                may
            );
            let deleted = crafted(&mut browser, &format!("{path}/delete"), &[]).await;
            assert_eq!(deleted.status == StatusCode::OK, may, "{role}, {roles}");
            let left = site.service.show_group(&Caller::Console, group).await;
            assert_eq!(left.is_err(), may, "{role}, {roles}");
        }
    }
    let mut browser = administrator(&site, "last", "Groups Administrator").await;
    let wrong = crafted(&mut browser, "/portal/groups/new", &[("displayName", " ")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.html.contains("1 to 256 characters"));
}
