//! Owners of groups and service principals in them, and what the log says of who came and went, over HTTP.

use axum::http::Method;
use latchkey_domain::{GraphPermission as P, RoleId};
use serde_json::{Value, json};

use crate::common::TestApp;
use crate::registered::{register, text};

const ASSIGNMENTS: &str = "/roleManagement/directory/roleAssignments";

fn named(id: impl std::fmt::Display) -> Value {
    json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{id}")})
}

fn bound(id: impl std::fmt::Display) -> Value {
    json!([format!("https://x/v1.0/directoryObjects/{id}")])
}

async fn group(app: &TestApp, name: &str, role_assignable: bool) -> String {
    let body = json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
        "isAssignableToRole": role_assignable});
    text(&app.post("/groups", body).await.ok(201), "id").to_owned()
}

async fn ids(app: &TestApp, path: &str) -> Vec<String> {
    let list = app.get(path).await.ok(200);
    let items = list["value"].as_array().unwrap().iter();
    items.map(|item| text(item, "id").to_owned()).collect()
}

/// The changed properties of the newest record of an activity's first target: name, before, after.
async fn modified(app: &TestApp, activity: &str) -> Vec<(String, Value, Value)> {
    let path = format!("/auditLogs/directoryAudits?$filter=activityDisplayName eq '{activity}'");
    let list = app.get(&path).await.ok(200);
    let first = &list["value"][0]["targetResources"][0]["modifiedProperties"];
    let of = |one: &Value| {
        (
            text(one, "displayName").to_owned(),
            one["oldValue"].clone(),
            one["newValue"].clone(),
        )
    };
    first.as_array().unwrap().iter().map(of).collect()
}

#[tokio::test]
async fn owners_change_their_group_without_a_role() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let (own, other, roles) = (
        group(&app, "own", false).await,
        group(&app, "other", false).await,
        group(&app, "roles", true).await,
    );
    for id in [&own, &roles] {
        app.post(&format!("/groups/{id}/owners/$ref"), named(ada))
            .await
            .ok(204);
    }
    let (token, _) = app.person(ada, &[P::GroupReadWriteAll]).await;
    let send =
        async |method: Method, path: String, body: Option<Value>| app.send(&token, method, &path, body).await;
    let renamed = json!({"displayName": "Newcomers"});
    send(Method::PATCH, format!("/groups/{own}"), Some(renamed.clone()))
        .await
        .ok(204);
    for list in ["members", "owners"] {
        let path = format!("/groups/{own}/{list}/$ref");
        send(Method::POST, path, Some(named(bob))).await.ok(204);
        let path = format!("/groups/{own}/{list}/{bob}/$ref");
        send(Method::DELETE, path, None).await.ok(204);
    }
    for id in [&other, &roles] {
        let refused = send(Method::PATCH, format!("/groups/{id}"), Some(renamed.clone())).await;
        refused.error(403, "Authorization_RequestDenied");
        let path = format!("/groups/{id}/members/$ref");
        let refused = send(Method::POST, path, Some(named(bob))).await;
        refused.error(403, "Authorization_RequestDenied");
    }
    // The narrower scope is for members alone.
    let (narrow, _) = app.person(ada, &[P::GroupMemberReadWriteAll]).await;
    let path = format!("/groups/{own}/members/$ref");
    app.send(&narrow, Method::POST, &path, Some(named(bob)))
        .await
        .ok(204);
    let path = format!("/groups/{own}");
    app.send(&narrow, Method::DELETE, &path, None)
        .await
        .error(403, "Authorization_RequestDenied");
    // What ends with the ownership is the right.
    app.delete(&format!("/groups/{own}/owners/{ada}/$ref"))
        .await
        .ok(204);
    send(Method::PATCH, path, Some(renamed))
        .await
        .error(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn service_principals_are_members_and_owners() {
    let app = TestApp::new().await;
    let (application, principal) = register(&app, "Payroll").await;
    let (application, principal) = (text(&application, "id"), text(&principal, "id"));
    let body = json!({"displayName": "Tools", "mailNickname": "tools", "mailEnabled": false, "securityEnabled": true,
        "owners@odata.bind": bound(principal), "members@odata.bind": bound(principal)});
    let tools = app.post("/groups", body).await.ok(201);
    let tools = text(&tools, "id");
    for list in ["members", "owners"] {
        let found = app.get(&format!("/groups/{tools}/{list}")).await.ok(200);
        assert_eq!(
            found["value"][0]["@odata.type"],
            "#microsoft.graph.servicePrincipal"
        );
        assert_eq!(found["value"][0]["displayName"], "Payroll");
        let cast = format!("/groups/{tools}/{list}/microsoft.graph.servicePrincipal");
        assert_eq!(ids(&app, &cast).await, [principal]);
        let users = format!("/groups/{tools}/{list}/microsoft.graph.user");
        assert!(ids(&app, &users).await.is_empty());
        let again = app
            .post(&format!("/groups/{tools}/{list}/$ref"), named(principal))
            .await;
        let said = again.error(400, "Request_BadRequest");
        assert!(
            said.ends_with(&format!("modified properties: '{list}'.")),
            "{said}"
        );
    }
    let said = app
        .post(&format!("/groups/{tools}/owners/$ref"), named(tools))
        .await
        .error(400, "Request_BadRequest");
    assert_eq!(said, "Only users and service principals can own a group.");
    let around = group(&app, "around", false).await;
    app.post(&format!("/groups/{around}/members/$ref"), named(tools))
        .await
        .ok(204);
    let path = format!("/directoryObjects/{principal}/getMemberObjects");
    let held = app
        .post(&path, json!({"securityEnabledOnly": false}))
        .await
        .ok(200);
    let held = held["value"].as_array().unwrap();
    assert!(
        held.contains(&json!(tools)) && held.contains(&json!(around)),
        "{held:?}"
    );
    assert_eq!(
        ids(&app, &format!("/groups/{around}/transitiveMembers"))
            .await
            .len(),
        2
    );
    let delta = format!("/groups/delta?$select=members&$filter=id eq '{tools}'");
    let told = app.get(&delta).await.ok(200);
    let member = &told["value"][0]["members@delta"][0];
    assert_eq!(member["@odata.type"], "#microsoft.graph.servicePrincipal");
    // No unit holds one, and the answer says so.
    let unit = app
        .post("/directory/administrativeUnits", json!({"displayName": "Ward"}))
        .await
        .ok(201);
    let path = format!(
        "/directory/administrativeUnits/{}/members/$ref",
        text(&unit, "id")
    );
    let said = app
        .post(&path, named(principal))
        .await
        .error(400, "Request_BadRequest");
    assert!(said.contains("users and groups"), "{said}");

    app.delete(&format!("/applications/{application}")).await.ok(204);
    for list in ["members", "owners"] {
        assert!(
            ids(&app, &format!("/groups/{tools}/{list}")).await.is_empty(),
            "{list}"
        );
    }
}

#[tokio::test]
async fn what_an_application_holds_by_a_group_protects_it() {
    let app = TestApp::new().await;
    let (application, principal) = register(&app, "Payroll").await;
    let editor = app.user("editor").await.id;
    app.give_role(editor, RoleId::APPLICATION_ADMINISTRATOR).await;
    let (token, _) = app.person(editor, &[P::ApplicationReadWriteAll]).await;
    let path = format!("/applications/{}", text(&application, "id"));
    let change = json!({"displayName": "Wages"});
    app.send(&token, Method::PATCH, &path, Some(change.clone()))
        .await
        .ok(204);
    // A group that may get roles protects before it has one, as it protects people.
    let future = group(&app, "future", true).await;
    let id = text(&principal, "id");
    for list in ["members", "owners"] {
        let list = format!("/groups/{future}/{list}");
        app.post(&format!("{list}/$ref"), named(id)).await.ok(204);
        app.send(
            &token,
            Method::POST,
            &format!("{path}/addPassword"),
            Some(json!({})),
        )
        .await
        .error(403, "Authorization_RequestDenied");
        app.delete(&format!("{list}/{id}/$ref")).await.ok(204);
        app.send(&token, Method::PATCH, &path, Some(change.clone()))
            .await
            .ok(204);
    }
    let holders = group(&app, "holders", true).await;
    let body = json!({"roleDefinitionId": RoleId::USER_ADMINISTRATOR.to_string(), "principalId": holders,
        "directoryScopeId": "/"});
    app.post(ASSIGNMENTS, body).await.ok(201);
    let principal = text(&principal, "id");
    app.post(&format!("/groups/{holders}/members/$ref"), named(principal))
        .await
        .ok(204);
    app.send(&token, Method::PATCH, &path, Some(change.clone()))
        .await
        .error(403, "Authorization_RequestDenied");
    app.delete(&format!("/groups/{holders}/members/{principal}/$ref"))
        .await
        .ok(204);
    app.send(&token, Method::PATCH, &path, Some(change)).await.ok(204);
}

#[tokio::test]
async fn members_come_with_other_changes_or_not_at_all() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let id = group(&app, "staff", false).await;
    let path = format!("/groups/{id}");
    let body = json!({"displayName": "People", "members@odata.bind": bound(ada)});
    app.patch(&path, body).await.ok(204);
    assert_eq!(app.get(&path).await.ok(200)["displayName"], "People");
    assert_eq!(ids(&app, &format!("{path}/members")).await, [ada.to_string()]);
    // Ada is there already: the name stays, too.
    let body = json!({"displayName": "Folk", "members@odata.bind": bound(ada)});
    app.patch(&path, body).await.error(400, "Request_BadRequest");
    assert_eq!(app.get(&path).await.ok(200)["displayName"], "People");
    // Who may change the members alone changes nothing by asking for more.
    let narrow = app.app(&[P::GroupMemberReadWriteAll]).await;
    let both = json!({"displayName": "Folk", "members@odata.bind": bound(bob)});
    app.send(&narrow, Method::PATCH, &path, Some(both))
        .await
        .error(403, "Authorization_RequestDenied");
    assert_eq!(ids(&app, &format!("{path}/members")).await, [ada.to_string()]);
    let alone = json!({"members@odata.bind": bound(bob)});
    app.send(&narrow, Method::PATCH, &path, Some(alone)).await.ok(204);
    assert_eq!(ids(&app, &format!("{path}/members")).await.len(), 2);
}

#[tokio::test]
async fn the_log_says_what_somebody_came_to_and_left() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let made = modified(&app, "Add user").await;
    let name = ("DisplayName".to_owned(), Value::Null, json!("\"Test ada\""));
    assert!(made.contains(&name), "{made:?}");

    let id = group(&app, "staff", false).await;
    let words = |came: bool, properties: &[(&str, &str)]| -> Vec<(String, Value, Value)> {
        let quoted = |value: &str| json!(format!("\"{value}\""));
        let pair = |(name, value): &(&str, &str)| {
            let (old, new) = (Value::Null, quoted(value));
            let (old, new) = if came { (old, new) } else { (new, old) };
            ((*name).to_owned(), old, new)
        };
        properties.iter().map(pair).collect()
    };
    for (list, added, removed) in [
        ("members", "Add member to group", "Remove member from group"),
        ("owners", "Add owner to group", "Remove owner from group"),
    ] {
        let expected = [("Group.ObjectID", id.as_str()), ("Group.DisplayName", "staff")];
        app.post(&format!("/groups/{id}/{list}/$ref"), named(ada))
            .await
            .ok(204);
        assert_eq!(modified(&app, added).await, words(true, &expected));
        app.delete(&format!("/groups/{id}/{list}/{ada}/$ref"))
            .await
            .ok(204);
        assert_eq!(modified(&app, removed).await, words(false, &expected));
    }

    let unit = app
        .post("/directory/administrativeUnits", json!({"displayName": "Plant"}))
        .await
        .ok(201);
    let members = format!("/directory/administrativeUnits/{}/members", text(&unit, "id"));
    let expected = [
        ("AdministrativeUnit.ObjectID", text(&unit, "id")),
        ("AdministrativeUnit.DisplayName", "Plant"),
    ];
    app.post(&format!("{members}/$ref"), named(ada)).await.ok(204);
    let added = modified(&app, "Add member to administrative unit").await;
    assert_eq!(added, words(true, &expected));
    app.delete(&format!("{members}/{ada}/$ref")).await.ok(204);
    let removed = modified(&app, "Remove member from administrative unit").await;
    assert_eq!(removed, words(false, &expected));

    let global = RoleId::GLOBAL_ADMINISTRATOR;
    let body = json!({"roleDefinitionId": global.to_string(), "principalId": ada, "directoryScopeId": "/"});
    let given = app.post(ASSIGNMENTS, body).await.ok(201);
    let role = app
        .get(&format!("/directoryRoles(roleTemplateId='{global}')"))
        .await
        .ok(200);
    let template = global.to_string();
    // Detection rules look at the second one.
    let expected = [
        ("Role.ObjectID", text(&role, "id")),
        ("Role.DisplayName", "Global Administrator"),
        ("Role.TemplateId", template.as_str()),
        ("Role.WellKnownObjectName", "TenantAdmins"),
    ];
    assert_eq!(modified(&app, "Add member to role").await, words(true, &expected));
    app.delete(&format!("{ASSIGNMENTS}/{}", text(&given, "id")))
        .await
        .ok(204);
    assert_eq!(
        modified(&app, "Remove member from role").await,
        words(false, &expected)
    );

    let (application, _) = register(&app, "Payroll").await;
    let path = format!("/applications/{}/owners/$ref", text(&application, "id"));
    app.post(&path, named(ada)).await.ok(204);
    let expected = [
        ("Application.ObjectID", text(&application, "id")),
        ("Application.DisplayName", "Payroll"),
        ("Application.AppId", text(&application, "appId")),
    ];
    assert_eq!(
        modified(&app, "Add owner to application").await,
        words(true, &expected)
    );
}
