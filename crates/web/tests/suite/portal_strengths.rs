//! Authentication strengths in the portal over HTTP: who sees, makes and changes them, who lets applications demand them.

use http::StatusCode;
use latchkey_domain::{AppId, Caller, Strength, StrengthId};
use latchkey_service::{ApplicationWish, PrincipalWish};
use latchkey_store::ApplicationKey;

use crate::site::Site;
use crate::site::desk::{administrator, crafted, give, info, signed_in};

async fn application(site: &Site, name: &str) -> AppId {
    let wish = ApplicationWish {
        display_name: Some(name.to_owned()),
        ..ApplicationWish::default()
    };
    let service = &site.service;
    let made = service.create_application(&Caller::Console, &info(), wish).await;
    let made = made.unwrap().application.application;
    service
        .create_principal(
            &Caller::Console,
            &info(),
            made.client_id,
            PrincipalWish::default(),
        )
        .await
        .unwrap();
    made.id
}

async fn demanded(site: &Site, id: AppId) -> Option<StrengthId> {
    let key = ApplicationKey::Object(id);
    let view = site.service.show_application(&Caller::Console, key).await;
    view.unwrap().application.registration.required_strength
}

async fn own(site: &Site) -> Vec<Strength> {
    let all = site.service.list_strengths(&Caller::Console).await.unwrap();
    all.into_iter()
        .filter(|strength| !strength.is_built_in())
        .collect()
}

/// Who sees strengths, and who changes them: the roles of the authentication policies (sign-in contract 8).
const ROLES: [(&str, bool, bool); 5] = [
    ("Global Administrator", true, true),
    ("Authentication Policy Administrator", true, true),
    ("Global Reader", true, false),
    ("Application Administrator", false, false),
    ("Authentication Administrator", false, false),
];

#[tokio::test]
async fn each_role_is_offered_what_it_may_and_a_crafted_request_does_no_more() {
    let site = Site::new().await;
    for (n, (role, sees, changes)) in ROLES.into_iter().enumerate() {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let home = browser.get("/portal").await;
        assert_eq!(home.html.contains("href=\"/portal/strengths\""), sees, "{role}");
        let list = browser.get("/portal/strengths").await;
        assert_eq!(list.status == StatusCode::OK, sees, "{role}");
        assert_eq!(list.html.contains("New strength"), changes, "{role}");
        let form = browser.get("/portal/strengths/new").await;
        assert_eq!(form.status == StatusCode::OK, changes, "{role}");

        let before = own(&site).await.len();
        let fields = [("displayName", "Ours"), ("way fido2", "yes")];
        let made = crafted(&mut browser, "/portal/strengths/new", &fields).await;
        let expected = if changes {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(made.status, expected, "{role}");
        assert_eq!(own(&site).await.len(), before + usize::from(changes), "{role}");

        let id = own(&site).await.first().unwrap().id;
        let path = format!("/portal/strengths/{id}");
        let fields = [("displayName", role), ("way password", "yes")];
        let saved = crafted(&mut browser, &format!("{path}/edit"), &fields).await;
        assert_eq!(saved.status, expected, "{role}");
        assert_eq!(own(&site).await.first().unwrap().display_name == role, changes);
        if sees {
            let page = browser.get(&path).await;
            assert_eq!(page.html.contains(&format!("{path}/edit")), changes, "{role}");
            assert!(page.html.contains("One factor can be enough"), "{role}");
        }
        // A demand takes both: changing the application, and changing policies.
        let app = application(&site, "Payroll").await;
        let page = format!("/portal/applications/{app}");
        let may_demand = role == "Global Administrator";
        let shown = browser.get(&page).await;
        assert_eq!(
            shown.html.contains(&format!("{page}/strength")),
            may_demand,
            "{role}"
        );
        let wanted = Strength::PHISHING_RESISTANT.to_string();
        let fields = [("strength", wanted.as_str())];
        let set = crafted(&mut browser, &format!("{page}/strength"), &fields).await;
        assert_eq!(set.status == StatusCode::OK, may_demand, "{role}");
        assert_eq!(demanded(&site, app).await.is_some(), may_demand, "{role}");
    }
    let mut browser = administrator(&site, "deleter", "Global Reader").await;
    let id = own(&site).await.first().unwrap().id;
    let path = format!("/portal/strengths/{id}/delete");
    assert_eq!(
        crafted(&mut browser, &path, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn two_roles_add_up_to_a_demand() {
    let site = Site::new().await;
    let user = site.user("both").await;
    give(&site, user, "Application Administrator").await;
    give(&site, user, "Authentication Policy Administrator").await;
    let mut browser = signed_in(&site, user, "both").await;
    let app = application(&site, "Payroll").await;
    let wanted = Strength::PASSWORDLESS.to_string();
    let path = format!("/portal/applications/{app}/strength");
    let set = crafted(&mut browser, &path, &[("strength", &wanted)]).await;
    assert!(set.html.contains("Passwordless MFA"));
    assert_eq!(demanded(&site, app).await, Some(Strength::PASSWORDLESS));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_changes_nothing() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    for (fields, words) in [
        (
            vec![("displayName", " "), ("way fido2", "yes")],
            "A name has 1 to 256",
        ),
        (vec![("displayName", "Ours")], "Tick at least one"),
    ] {
        let wrong = crafted(&mut browser, "/portal/strengths/new", &fields).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.html.contains(words), "{}", wrong.html);
    }
    let fields = [("displayName", "Ours"), ("way sms,sms", "yes")];
    let wrong = crafted(&mut browser, "/portal/strengths/new", &fields).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(own(&site).await.is_empty());

    // What was made by Graph with a method that is not offered here keeps it, unless it is unticked.
    let fields = [("displayName", "Ours"), ("way password,sms", "yes")];
    let made = crafted(&mut browser, "/portal/strengths/new", &fields).await;
    assert!(made.html.contains("lets nobody in"), "{}", made.html);
    let path = format!("/portal/strengths/{}", own(&site).await.first().unwrap().id);
    let form = browser.get(&format!("{path}/edit")).await;
    assert!(form.html.contains("(not offered here)"));

    let app = application(&site, "Payroll").await;
    let id = own(&site).await.first().unwrap().id.to_string();
    let page = format!("/portal/applications/{app}/strength");
    crafted(&mut browser, &page, &[("strength", &id)]).await;
    let used = crafted(&mut browser, &format!("{path}/delete"), &[]).await;
    assert_eq!(used.status, StatusCode::CONFLICT);
    assert!(used.html.contains("An application demands it"));
    assert!(browser.get(&path).await.html.contains("Payroll"));
    let unknown = StrengthId::from_bytes([3; 16]).to_string();
    let gone = crafted(&mut browser, &page, &[("strength", &unknown)]).await;
    assert!(gone.html.contains("The strength is gone"));
    crafted(&mut browser, &page, &[("strength", "")]).await;
    let deleted = crafted(&mut browser, &format!("{path}/delete"), &[]).await;
    assert!(deleted.html.contains("The strength is deleted."));
    assert!(own(&site).await.is_empty());

    let built_in = format!("/portal/strengths/{}", Strength::MULTIFACTOR);
    assert_eq!(browser.get(&built_in).await.status, StatusCode::OK);
    for deed in ["edit", "delete"] {
        let asked = browser.get(&format!("{built_in}/{deed}")).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND);
        let fields = [("displayName", "Mine"), ("way fido2", "yes")];
        let sent = crafted(&mut browser, &format!("{built_in}/{deed}"), &fields).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        browser.get("/portal/strengths/nothing").await.status,
        StatusCode::NOT_FOUND
    );
}
