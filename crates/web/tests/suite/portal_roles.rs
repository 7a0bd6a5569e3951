//! Roles, units and keys in the portal over HTTP: who sees them, who changes them, what is refused.

use http::StatusCode;
use latchkey_domain::{Caller, RoleAssignment, RoleScope, UnitId, Upn, UserId, UserRef};
use latchkey_service::UnitWish;
use latchkey_store::RoleAssignmentFilter;

use crate::site::Site;
use crate::site::desk::{administrator, crafted, give, info, role};

async fn held_by(site: &Site, user: UserId) -> Vec<RoleAssignment> {
    let filter = RoleAssignmentFilter {
        principal: Some(user.into()),
        ..RoleAssignmentFilter::default()
    };
    let held = site
        .service
        .list_role_assignments(&Caller::Console, &filter)
        .await;
    held.unwrap()
}

async fn unit(site: &Site, name: &str) -> UnitId {
    let wish = UnitWish {
        display_name: Some(name.to_owned()),
        hidden_membership: Some(true),
        ..UnitWish::default()
    };
    let made = site.service.create_unit(&Caller::Console, &info(), wish).await;
    made.unwrap().id
}

async fn count_keys(site: &Site) -> usize {
    let keys = site.service.list_signing_keys(&Caller::Console).await;
    keys.unwrap().len()
}

/// Who gives roles and makes units, who sees hidden members, who sees and rotates keys.
const ROLES: [(&str, bool, bool, bool, bool); 6] = [
    ("Global Administrator", true, true, true, true),
    ("Privileged Role Administrator", true, true, false, false),
    ("User Administrator", false, true, false, false),
    ("Security Administrator", false, false, true, false),
    ("Authentication Administrator", false, false, false, false),
    ("Global Reader", false, true, true, false),
];

#[tokio::test]
async fn each_role_is_offered_what_it_may_and_a_crafted_request_does_no_more() {
    let site = Site::new().await;
    for (n, (name, gives, sees, reads_keys, rotates)) in ROLES.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), name).await;
        let target = format!("t{n}");
        let user = site.user(&target).await;
        let path = format!("/portal/roles/{}", role("Reports Reader"));
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert_eq!(page.html.contains(&format!("{path}/give")), gives, "{name}");
        let given = crafted(&mut browser, &format!("{path}/give"), &[("name", &target)]).await;
        assert_eq!(given.status == StatusCode::OK, gives, "{name}: {}", given.html);
        assert_eq!(held_by(&site, user).await.len(), usize::from(gives), "{name}");
        if !gives {
            give(&site, user, "Reports Reader").await;
        }
        let id = held_by(&site, user).await[0].id.to_string();
        let taken = crafted(&mut browser, &format!("{path}/take"), &[("assignment", &id)]).await;
        assert_eq!(taken.status == StatusCode::OK, gives, "{name}");
        assert_eq!(held_by(&site, user).await.is_empty(), gives, "{name}");

        let made = crafted(&mut browser, "/portal/units/new", &[("displayName", &target)]).await;
        assert_eq!(made.status == StatusCode::OK, gives, "{name}");
        let unit = unit(&site, &format!("Unit {n}")).await;
        let path = format!("/portal/units/{unit}");
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert_eq!(page.html.contains("show who is in it"), !sees, "{name}");
        for deed in ["add", "give", "edit", "delete"] {
            let shown = page.html.contains(&format!("{path}/{deed}"));
            assert_eq!(shown, gives, "{name}: {deed} is shown");
        }
        let joined = crafted(&mut browser, &format!("{path}/add"), &[("name", &target)]).await;
        assert_eq!(joined.status == StatusCode::OK, gives, "{name}");
        let members = site
            .service
            .count_unit_members(&Caller::Console, unit, None)
            .await;
        assert_eq!(members.unwrap(), i64::from(gives), "{name}");
        let helpdesk = role("Helpdesk Administrator").to_string();
        let fields = [("role", helpdesk.as_str()), ("holder", target.as_str())];
        let given = crafted(&mut browser, &format!("{path}/give"), &fields).await;
        assert_eq!(given.status == StatusCode::OK, gives, "{name}: {}", given.html);
        let scoped = held_by(&site, user).await.into_iter();
        let scoped = scoped.filter(|held| held.scope == RoleScope::Unit(unit)).count();
        assert_eq!(scoped, usize::from(gives), "{name}");
        for deed in ["edit", "delete"] {
            let asked = browser.get(&format!("{path}/{deed}")).await;
            assert_eq!(asked.status == StatusCode::OK, gives, "{name}: {deed}");
            let sent = [("displayName", "Changed")];
            let answer = crafted(&mut browser, &format!("{path}/{deed}"), &sent).await;
            assert_eq!(answer.status == StatusCode::OK, gives, "{name}: {deed}");
        }
        let left = site.service.show_unit(&Caller::Console, unit).await;
        assert_eq!(left.is_err(), gives, "{name}");

        let keys = browser.get("/portal/keys").await;
        assert_eq!(keys.status == StatusCode::OK, reads_keys, "{name}");
        let count = count_keys(&site).await;
        let mark = site.service.form_mark();
        let rotated = crafted(&mut browser, "/portal/keys/rotate", &[("mark", &mark)]).await;
        assert_eq!(rotated.status == StatusCode::OK, rotates, "{name}");
        assert_eq!(count_keys(&site).await > count, rotates, "{name}");
    }
}

#[tokio::test]
async fn the_last_global_administrator_stays_and_wrong_names_are_told() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Privileged Role Administrator").await;
    let global = role("Global Administrator");
    let root = UserRef::Name(Upn::parse("root@example.com").unwrap());
    let root = site.service.show_user(&Caller::Console, &root).await.unwrap().id;
    let id = held_by(&site, root).await[0].id.to_string();
    let path = format!("/portal/roles/{global}");
    let page = crafted(&mut browser, &format!("{path}/take"), &[("assignment", &id)]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(
        page.html.contains("This is the last Global Administrator."),
        "{}",
        page.html
    );
    for (name, words) in [
        ("nobody", "Nobody has this account name."),
        ("a b c", "Write an account name"),
        ("root", "holds the role already"),
    ] {
        let page = crafted(&mut browser, &format!("{path}/give"), &[("name", name)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}");
        assert!(page.html.contains(words), "{name}: {}", page.html);
    }
    // A group that may hold roles is found by its name; its page tells why its last member stays.
    let wish = latchkey_service::GroupWish {
        display_name: Some("Keepers".to_owned()),
        mail_nickname: Some("keepers".to_owned()),
        role_assignable: Some(true),
        members: vec![root],
        ..Default::default()
    };
    let group = site.service.create_group(&Caller::Console, &info(), wish).await;
    let group = group.unwrap().id;
    let page = crafted(&mut browser, &format!("{path}/give"), &[("name", "keepers")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(
        page.html.contains(&format!("/portal/groups/{group}")),
        "{}",
        page.html
    );
    let taken = crafted(&mut browser, &format!("{path}/take"), &[("assignment", &id)]).await;
    assert_eq!(taken.status, StatusCode::OK);
    let members = format!("/portal/groups/{group}");
    for (deed, fields) in [
        ("remove", vec![("member", root.to_string())]),
        ("delete", Vec::new()),
    ] {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let page = crafted(&mut browser, &format!("{members}/{deed}"), &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{deed}");
        assert!(
            page.html.contains("there would be no Global Administrator"),
            "{deed}"
        );
    }
    let unit = unit(&site, "<b>Berlin").await;
    let path = format!("/portal/units/{unit}");
    for (role, words) in [
        ("", "Choose a role."),
        ("62e90394-69f5-4237-9190-012177145e10", "be given for a unit"),
    ] {
        let fields = [("role", role), ("holder", "root")];
        let page = crafted(&mut browser, &format!("{path}/give"), &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{words}");
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
    let list = browser.get("/portal/units?q=%3Cb").await;
    assert!(list.html.contains("1 unit.") && !list.html.contains("<b>Berlin"));
    let wrong = crafted(&mut browser, &format!("{path}/edit"), &[("displayName", " ")]).await;
    assert!(wrong.html.contains("1 to 256 characters"));
    for missing in ["/portal/roles/7", "/portal/units/7"] {
        assert_eq!(
            browser.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    assert_eq!(browser.get("/portal/roles").await.status, StatusCode::OK);
}

#[tokio::test]
async fn new_keys_are_published_a_day_before_they_sign() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let page = browser.get("/portal/keys").await;
    assert!(page.html.contains("Make new keys") && !page.html.contains("Takes over"));
    let mark = site.service.form_mark();
    let rotate = "/portal/keys/rotate";
    let done = crafted(&mut browser, rotate, &[("mark", &mark)]).await;
    assert!(done.html.contains("Takes over") && !done.html.contains(&format!("href=\"{rotate}\"")));
    // The same form again makes no third generation.
    let again = crafted(&mut browser, rotate, &[("mark", &mark)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}
