//! Applications in the portal over HTTP: who sees, makes and changes them, secrets shown once, what is refused.

use http::StatusCode;
use latchkey_domain::{
    AppId, AppRole, AppRoleId, AppRoleMember, Caller, DelegatedGrantKey, GraphPermission, ServicePrincipalId,
};
use latchkey_service::{AppRoleGift, ApplicationView, ApplicationWish, GrantWish, PrincipalWish};
use latchkey_store::ApplicationKey;

use crate::site::desk::{administrator, crafted, info};
use crate::site::{Browser, Site};

async fn application(site: &Site, name: &str) -> AppId {
    let wish = ApplicationWish {
        display_name: Some(name.to_owned()),
        ..ApplicationWish::default()
    };
    let service = &site.service;
    let made = service.create_application(&Caller::Console, &info(), wish).await;
    let made = made.unwrap().application.application;
    let wish = PrincipalWish::default();
    service
        .create_principal(&Caller::Console, &info(), made.client_id, wish)
        .await
        .unwrap();
    made.id
}

async fn look(site: &Site, id: AppId) -> Option<ApplicationView> {
    let key = ApplicationKey::Object(id);
    site.service.show_application(&Caller::Console, key).await.ok()
}

async fn grant(site: &Site, id: AppId) {
    let principal = look(site, id).await.unwrap().application.application;
    let gift = AppRoleGift {
        principal: principal.service_principal_id.into(),
        resource: ServicePrincipalId::GRAPH,
        role: AppRoleId::from_uuid(GraphPermission::UserReadAll.application_id().unwrap()),
    };
    let given = site.service.give_app_role(&Caller::Console, &info(), gift).await;
    given.unwrap();
}

/// Lets it read people's profiles in everyone's name.
async fn consent(site: &Site, id: AppId) -> DelegatedGrantKey {
    let application = look(site, id).await.unwrap().application.application;
    let key = DelegatedGrantKey {
        client: application.service_principal_id,
        resource: ServicePrincipalId::GRAPH,
        principal: None,
    };
    let wish = GrantWish {
        key,
        scope: "User.Read".to_owned(),
    };
    let made = site.service.create_grant(&Caller::Console, &info(), wish).await;
    made.unwrap();
    key
}

/// Makes a secret by a request that no page sent.
async fn make_secret(site: &Site, browser: &mut Browser<'_>, path: &str) -> crate::site::Page {
    let mark = site.service.form_mark();
    let fields = [("mark", mark.as_str()), ("days", "90"), ("name", "Build server")];
    crafted(browser, &format!("{path}/secrets"), &fields).await
}

/// Who changes applications, who gives permissions: sign-in contract 8, Graph contract 12.1.
const ROLES: [(&str, bool, bool); 6] = [
    ("Global Administrator", true, true),
    ("Privileged Role Administrator", true, true),
    ("Application Administrator", true, false),
    ("Cloud Application Administrator", true, false),
    ("User Administrator", false, false),
    ("Global Reader", false, false),
];

#[tokio::test]
async fn each_role_is_offered_what_it_may_and_a_crafted_request_does_no_more() {
    let site = Site::new().await;
    for (n, (role, edits, gives)) in ROLES.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let list = browser.get("/portal/applications").await;
        assert_eq!(list.status, StatusCode::OK, "{role}");
        assert_eq!(list.html.contains("New application"), edits, "{role}");
        let new = [("displayName", "Made by hand")];
        let made = crafted(&mut browser, "/portal/applications/new", &new).await;
        assert_eq!(made.status == StatusCode::OK, edits, "{role}: {}", made.html);

        let plain = application(&site, &format!("Plain {n}")).await;
        let path = format!("/portal/applications/{plain}");
        let page = browser.get(&path).await;
        assert_eq!(page.html.contains(&format!("{path}/edit")), edits, "{role}");
        assert_eq!(page.html.contains(&format!("{path}/secrets")), edits, "{role}");
        assert_eq!(
            page.html.contains(&format!("{path}/permissions")),
            gives,
            "{role}"
        );
        for (deed, more) in [
            ("edit", vec![("displayName", "Changed")]),
            ("turn-off", vec![]),
            ("turn-on", vec![]),
        ] {
            let asked = browser.get(&format!("{path}/{deed}")).await;
            assert_eq!(asked.status == StatusCode::OK, edits, "{role}: {deed}");
            let answer = crafted(&mut browser, &format!("{path}/{deed}"), &more).await;
            assert_eq!(answer.status == StatusCode::OK, edits, "{role}: {deed}");
        }
        assert_eq!(
            make_secret(&site, &mut browser, &path).await.status == StatusCode::OK,
            edits
        );
        let view = look(&site, plain).await.unwrap();
        assert_eq!(view.secrets.len(), usize::from(edits), "{role}");
        assert_eq!(
            view.application.application.display_name == "Changed",
            edits,
            "{role}"
        );

        // What holds a permission is changed by those only who could give it.
        let strong = application(&site, &format!("Strong {n}")).await;
        grant(&site, strong).await;
        let path = format!("/portal/applications/{strong}");
        let page = browser.get(&path).await;
        assert_eq!(page.html.contains(&format!("{path}/edit")), gives, "{role}");
        assert_eq!(page.html.contains("protect it"), edits && !gives, "{role}");
        assert_eq!(
            make_secret(&site, &mut browser, &path).await.status == StatusCode::OK,
            gives
        );
        let wanted = [("permission", "Group.Read.All")];
        let given = crafted(&mut browser, &format!("{path}/permissions"), &wanted).await;
        assert_eq!(given.status == StatusCode::OK, gives, "{role}");
        let role_id = GraphPermission::UserReadAll.application_id().unwrap();
        let key = format!("{} {role_id}", ServicePrincipalId::GRAPH);
        let taken = crafted(
            &mut browser,
            &format!("{path}/permissions/remove"),
            &[("key", &key)],
        )
        .await;
        assert_eq!(taken.status == StatusCode::OK, gives, "{role}");
        let held = look(&site, strong)
            .await
            .unwrap()
            .application
            .application
            .permissions;
        assert_eq!(held.contains(GraphPermission::GroupReadAll), gives, "{role}");
        assert_eq!(held.contains(GraphPermission::UserReadAll), !gives, "{role}");
        let key = consent(&site, strong).await;
        assert_eq!(
            browser.get(&path).await.html.contains("Take back"),
            gives,
            "{role}"
        );
        let sent = format!("{} everyone", key.resource);
        let revoked = crafted(
            &mut browser,
            &format!("{path}/consents/remove"),
            &[("key", &sent)],
        )
        .await;
        assert_eq!(revoked.status == StatusCode::OK, gives, "{role}");
        let left = site.service.show_grant(&Caller::Console, &key).await;
        assert_eq!(left.is_err(), gives, "{role}");
        let deleted = crafted(&mut browser, &format!("{path}/delete"), &[]).await;
        assert_eq!(deleted.status == StatusCode::OK, gives, "{role}");
        assert_eq!(look(&site, strong).await.is_none(), gives, "{role}");
    }
}

#[tokio::test]
async fn a_secret_is_shown_in_one_answer_only() {
    let site = Site::new().await;
    let id = application(&site, "Files").await;
    let path = format!("/portal/applications/{id}");
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let mark = site.service.form_mark();
    let fields = [("mark", mark.as_str()), ("days", "365"), ("name", "Build server")];
    let page = crafted(&mut browser, &format!("{path}/secrets"), &fields).await;
    assert_eq!(page.heading(), "The secret is ready");
    let secret = page.html.split("<code id=\"code\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap().to_owned();
    assert!(secret.len() >= 32, "{secret}");
    // A reload makes no second one, and no page shows the first again.
    let again = crafted(&mut browser, &format!("{path}/secrets"), &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let page = browser.get(&path).await;
    assert!(page.html.contains("Build server") && !page.html.contains(&secret));
    let kept = look(&site, id).await.unwrap().secrets.remove(0);
    let year = kept.end_at.as_micros() - kept.start_at.as_micros();
    assert_eq!(year, 365 * 24 * 3600 * 1_000_000);
    let delete = format!("{path}/secrets/{}/delete", kept.id);
    assert_eq!(browser.get(&delete).await.heading(), "Delete the secret?");
    assert_eq!(crafted(&mut browser, &delete, &[]).await.status, StatusCode::OK);
    assert!(look(&site, id).await.unwrap().secrets.is_empty());
    for wrong in [vec![("days", "9999")], vec![]] {
        let answer = crafted(&mut browser, &format!("{path}/secrets"), &wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_nothing_is_saved() {
    let site = Site::new().await;
    let id = application(&site, "Files").await;
    application(&site, "<b>Bold</b>").await;
    let path = format!("/portal/applications/{id}/edit");
    let mut browser = administrator(&site, "boss", "Application Administrator").await;
    let taken = [("displayName", "Other"), ("identifierUris", "api://taken")];
    let made = crafted(&mut browser, "/portal/applications/new", &taken).await;
    assert_eq!(made.status, StatusCode::OK);
    for (field, value, words) in [
        (
            "web",
            "http://app.example.com/",
            "http is allowed for localhost only",
        ),
        ("spa", "https://x.example.com/#a", "has no fragment"),
        ("displayName", " ", "1 to 256 characters"),
        ("identifierUris", "api://taken", "has one of the names"),
        ("homePage", "javascript:alert(1)", "home page is a web address"),
        (
            "logout",
            "javascript:alert(1)",
            "sign-out address begins with https",
        ),
    ] {
        let mut fields = vec![("displayName", "Changed"), (field, value)];
        if field == "displayName" {
            fields.remove(0);
        }
        let page = crafted(&mut browser, &path, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(page.html.contains(words), "{field}: {}", page.html);
        assert!(page.html.contains("aria-invalid=\"true\""), "{field}");
    }
    let view = look(&site, id).await.unwrap();
    assert_eq!(view.application.application.display_name, "Files");
    let good = [
        ("displayName", "Files"),
        (
            "web",
            "https://files.example.com/back\r\n\r\nhttps://files.example.com/too",
        ),
        ("publicClient", "http://localhost"),
        ("assignmentRequired", "yes"),
    ];
    assert_eq!(crafted(&mut browser, &path, &good).await.status, StatusCode::OK);
    let registration = look(&site, id).await.unwrap().application.registration;
    assert_eq!(registration.redirect_uris.len(), 3);
    assert!(registration.assignment_required);
    let list = browser.get("/portal/applications?q=%3Cb").await;
    assert!(list.html.contains("1 application.") && !list.html.contains("<b>Bold"));
    for missing in ["7", "00000000-0000-0000-0000-000000000009"] {
        let page = browser.get(&format!("/portal/applications/{missing}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{missing}");
    }
    assert_eq!(
        browser.get("/portal/applications?q=").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn owners_are_added_by_name_and_taken_away() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let id = application(&site, "Files").await;
    let path = format!("/portal/applications/{id}");
    let mut browser = administrator(&site, "boss", "Application Administrator").await;
    assert!(
        browser
            .get(&path)
            .await
            .html
            .contains("Administrators of applications take care")
    );
    let add = format!("{path}/owners");
    for (typed, words) in [
        ("nobody@example.com", "Nobody has this account name."),
        ("<b", "Write an account name"),
    ] {
        let page = crafted(&mut browser, &add, &[("owner", typed)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.html.contains(words), "{}", page.html);
        assert!(page.html.contains("id=\"owner-wrong\""));
    }
    assert_eq!(
        crafted(&mut browser, &add, &[("owner", "ada")]).await.status,
        StatusCode::OK
    );
    let page = browser.get(&path).await;
    assert!(
        page.html.contains(&format!("/portal/people/{ada}")),
        "{}",
        page.html
    );
    let twice = crafted(&mut browser, &add, &[("owner", "ada@example.com")]).await;
    assert!(twice.html.contains("owns the application already"));

    // Whoever owns it may change it in the portal without that role, as long as it holds nothing.
    let mut reader = administrator(&site, "reports", "Reports Reader").await;
    assert!(!reader.get(&path).await.html.contains(&format!("{path}/edit")));
    let change = [("displayName", "Changed")];
    let refused = crafted(&mut reader, &format!("{path}/edit"), &change).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(
        crafted(&mut browser, &add, &[("owner", "reports")]).await.status,
        StatusCode::OK
    );
    assert!(reader.get(&path).await.html.contains(&format!("{path}/edit")));
    let saved = crafted(&mut reader, &format!("{path}/edit"), &change).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.html);
    grant(&site, id).await;
    assert_eq!(
        crafted(&mut reader, &format!("{path}/edit"), &change)
            .await
            .status,
        StatusCode::FORBIDDEN
    );

    let owner = ada.to_string();
    let remove = format!("{path}/owners/remove");
    let refused = crafted(&mut browser, &remove, &[("owner", &owner)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "it is protected now");
    let mut giver = administrator(&site, "giver", "Privileged Role Administrator").await;
    for _ in 0..2 {
        let removed = crafted(&mut giver, &remove, &[("owner", &owner)]).await;
        assert_eq!(removed.status, StatusCode::OK);
    }
    assert!(
        !giver
            .get(&path)
            .await
            .html
            .contains(&format!("/portal/people/{ada}"))
    );
}

#[tokio::test]
async fn what_was_typed_for_a_secret_or_a_certificate_stays_after_a_refusal() {
    let site = Site::new().await;
    let id = application(&site, "Files").await;
    let path = format!("/portal/applications/{id}");
    let mut browser = administrator(&site, "boss", "Application Administrator").await;
    let long = "n".repeat(121);
    let mark = site.service.form_mark();
    let fields = [("mark", mark.as_str()), ("days", "365"), ("name", long.as_str())];
    let page = crafted(&mut browser, &format!("{path}/secrets"), &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.html.contains(&format!("name=\"name\" value=\"{long}\"")));
    assert!(page.html.contains("value=\"365\" checked"), "{}", page.html);
    assert!(
        page.html
            .contains("<details class=\"more-form\" open>\n<summary>New secret")
    );
}

#[tokio::test]
async fn a_role_stays_chosen_when_the_name_is_wrong() {
    let site = Site::new().await;
    let id = application(&site, "Payroll").await;
    let role = |n, name: &str| AppRole {
        id: AppRoleId::from_bytes([n; 16]),
        value: Some(name.to_owned()),
        enabled: true,
        allowed_member_types: vec![AppRoleMember::User],
        display_name: name.to_owned(),
        description: name.to_owned(),
    };
    let (clerk, auditor) = (role(7, "Clerk"), role(8, "Auditor"));
    let chosen = auditor.id.to_string();
    let wish = ApplicationWish {
        app_roles: Some(vec![clerk, auditor]),
        ..ApplicationWish::default()
    };
    site.service
        .update_application(&Caller::Console, &info(), ApplicationKey::Object(id), wish)
        .await
        .unwrap();
    let mut browser = administrator(&site, "apps", "Cloud Application Administrator").await;
    let path = format!("/portal/applications/{id}/assigned");
    let page = crafted(&mut browser, &path, &[("role", &chosen), ("assignee", "nobody")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let selected = format!("<option value=\"{chosen}\" selected>Auditor");
    assert!(page.html.contains(&selected), "{}", page.html);
}

#[tokio::test]
async fn people_and_groups_are_assigned_by_name() {
    let site = Site::new().await;
    let (id, ada) = (application(&site, "Payroll").await, site.user("ada").await);
    let wish = latchkey_service::GroupWish {
        display_name: Some("Accounting".to_owned()),
        mail_nickname: Some("accounting".to_owned()),
        ..Default::default()
    };
    let group = site
        .service
        .create_group(&Caller::Console, &info(), wish)
        .await
        .unwrap();
    let path = format!("/portal/applications/{id}");
    let add = format!("{path}/assigned");
    let mut browser = administrator(&site, "apps", "Cloud Application Administrator").await;
    let page = browser.get(&path).await;
    assert!(page.html.contains("Everyone who can sign in"), "{}", page.html);
    let edit = [("displayName", "Payroll"), ("assignmentRequired", "yes")];
    let page = crafted(&mut browser, &format!("{path}/edit"), &edit).await;
    assert!(page.html.contains("Nobody yet"), "{}", page.html);
    for (name, link) in [
        ("ada", format!("/portal/people/{ada}")),
        ("Accounting", format!("/portal/groups/{}", group.id)),
    ] {
        let page = crafted(&mut browser, &add, &[("assignee", name)]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        assert!(page.html.contains(&link), "{}", page.html);
        let twice = crafted(&mut browser, &add, &[("assignee", name)]).await;
        assert_eq!(twice.status, StatusCode::BAD_REQUEST);
        assert!(twice.html.contains("Assigned to it already."));
    }
    let page = crafted(&mut browser, &add, &[("assignee", "nobody")]).await;
    assert!(page.html.contains("Nobody has this account name."));
    // Far down the page: it opens there.
    assert!(
        page.html.contains("autofocus aria-invalid=\"true\""),
        "{}",
        page.html
    );

    let key = format!("{ada} {}", AppRoleId::DEFAULT);
    let remove = format!("{add}/remove");
    let mut reader = administrator(&site, "reader", "Global Reader").await;
    let page = reader.get(&path).await;
    assert!(page.html.contains(&format!("/portal/people/{ada}")) && !page.html.contains(&add));
    for (path, field) in [(&add, ("assignee", "reader")), (&remove, ("key", key.as_str()))] {
        let page = crafted(&mut reader, path, &[field]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    // Gone already is as good as removed.
    for _ in 0..2 {
        let page = crafted(&mut browser, &remove, &[("key", &key)]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            !page.html.contains(&format!("/portal/people/{ada}")),
            "{}",
            page.html
        );
    }
    let page = crafted(&mut browser, &remove, &[("key", "x")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}
