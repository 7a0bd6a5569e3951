//! Owners of applications and of their service principals, over HTTP: listed, added, taken away, and what they may.

use axum::http::Method;
use latchkey_domain::{GraphPermission as P, RoleId, UserId};
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};
use crate::registered::{TAP_ROLE, graph_id, register, text};

fn named(id: impl std::fmt::Display) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")})
}

async fn names(app: &TestApp, path: &str) -> Vec<String> {
    let page = app.get(&format!("{path}?$select=id,displayName")).await.ok(200);
    let items = page["value"].as_array().unwrap();
    items
        .iter()
        .map(|item| format!("{} {}", text(item, "@odata.type"), text(item, "displayName")))
        .collect()
}

/// What stands in the audit log under this name, newest first: who it is about, and the application.
async fn recorded(app: &TestApp, activity: &str) -> Vec<(String, String)> {
    let path = format!("/auditLogs/directoryAudits?$filter=activityDisplayName eq '{activity}'");
    let page = app.get(&path.replace(' ', "%20")).await.ok(200);
    let of = |record: &Value| {
        let target = |n: usize| text(&record["targetResources"][n], "displayName").to_owned();
        (target(0), target(1))
    };
    page["value"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test]
async fn owners_are_people_and_service_principals() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let (application, principal) = register(&app, "Payroll").await;
    let (_, helper) = register(&app, "Helper").await;
    let paths = [
        format!("/applications/{}/owners", text(&application, "id")),
        format!("/servicePrincipals/{}/owners", text(&principal, "id")),
        format!("/applications(appId='{}')/owners", text(&application, "appId")),
        format!(
            "/servicePrincipals(appId='{}')/owners",
            text(&application, "appId")
        ),
    ];
    let first = names(&app, &paths[0]).await;
    assert_eq!(first.len(), 1, "whoever registered it: {first:?}");
    app.post(&format!("{}/$ref", paths[0]), named(ada.id))
        .await
        .ok(204);
    app.post(&format!("{}/$ref", paths[1]), named(text(&helper, "id")))
        .await
        .ok(204);
    for path in &paths {
        let listed = names(&app, path).await;
        assert_eq!(listed.len(), 3, "{path}: {listed:?}");
        assert!(
            listed.contains(&"#microsoft.graph.user Test ada".to_owned()),
            "{listed:?}"
        );
        assert!(
            listed.contains(&"#microsoft.graph.servicePrincipal Helper".to_owned()),
            "{listed:?}"
        );
        let page = app.get(&format!("{path}?$top=2")).await.ok(200);
        let next = text(&page, "@odata.nextLink").split("/v1.0").nth(1).unwrap();
        assert_eq!(
            app.get(next).await.ok(200)["value"].as_array().unwrap().len(),
            1,
            "{path}"
        );
    }
    let about = recorded(&app, "Add owner to application").await;
    assert_eq!(about[0], ("Helper".to_owned(), "Payroll".to_owned()));
    assert_eq!(about[1], ("Test ada".to_owned(), "Payroll".to_owned()));

    // Nobody twice, no group, nobody unknown; nothing is changed or recorded by that.
    let group =
        json!({"displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true});
    let group = app.post("/groups", group).await.ok(201);
    for wrong in [
        ada.id.to_string(),
        text(&group, "id").to_owned(),
        NOBODY.to_owned(),
    ] {
        let path = format!("{}/$ref", paths[0]);
        app.post(&path, named(&wrong))
            .await
            .error(400, "Request_BadRequest");
    }
    let graph = graph_id(&app).await;
    app.post(&format!("/servicePrincipals/{graph}/owners/$ref"), named(ada.id))
        .await
        .error(404, "Request_ResourceNotFound");
    assert_eq!(
        names(&app, &format!("/servicePrincipals/{graph}/owners"))
            .await
            .len(),
        0
    );
    assert_eq!(
        recorded(&app, "Add owner to application").await.len(),
        about.len()
    );

    app.delete(&format!("{}/{}/$ref", paths[1], ada.id)).await.ok(204);
    app.delete(&format!("{}/$ref?@id={}", paths[0], text(&helper, "id")))
        .await
        .ok(204);
    app.delete(&format!("{}/{}/$ref", paths[0], ada.id))
        .await
        .error(404, "Request_ResourceNotFound");
    assert_eq!(names(&app, &paths[0]).await, first);
    assert_eq!(recorded(&app, "Remove owner from application").await.len(), 2);
    // Without $ref it would be the owner that is deleted.
    let whole = app.delete(&format!("{}/{}", paths[0], ada.id)).await;
    assert_eq!(whole.status, 405);
}

#[tokio::test]
async fn an_application_is_made_with_owners() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let address = |id: UserId| format!("https://x/v1.0/users/{id}");
    let body = json!({"displayName": "Payroll", "owners@odata.bind": [address(ada.id)]});
    let made = app.post("/applications", body).await.ok(201);
    let path = format!("/applications/{}", text(&made, "id"));
    let listed = names(&app, &format!("{path}/owners")).await;
    assert_eq!(listed.len(), 2, "she, and whoever made it: {listed:?}");

    let body =
        json!({"displayName": "None", "owners@odata.bind": [format!("https://x/v1.0/users/{NOBODY}")]});
    app.post("/applications", body)
        .await
        .error(400, "Request_BadRequest");
    let found = app
        .get("/applications?$filter=displayName%20eq%20'None'")
        .await
        .ok(200);
    assert_eq!(found["value"], json!([]), "all or nothing");
    let many: Vec<String> = (0..21).map(|_| address(ada.id)).collect();
    let body = json!({"displayName": "Many", "owners@odata.bind": many});
    app.post("/applications", body)
        .await
        .error(400, "Request_BadRequest");
    let later = json!({"owners@odata.bind": [address(ada.id)]});
    app.patch(&path, later).await.error(400, "Request_BadRequest");
}

#[tokio::test]
async fn an_owner_takes_care_of_the_application_without_a_role() {
    let app = TestApp::new().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let (application, principal) = register(&app, "Payroll").await;
    let path = format!("/applications/{}", text(&application, "id"));
    let owners = format!("{path}/owners/$ref");
    let (hers, _) = app.person(ada.id, &[P::ApplicationReadWriteAll]).await;
    let change = json!({"notes": "hers"});
    app.send(&hers, Method::PATCH, &path, Some(change.clone()))
        .await
        .error(403, "Authorization_RequestDenied");
    app.send(&hers, Method::POST, &owners, Some(named(ada.id)))
        .await
        .error(403, "Authorization_RequestDenied");

    app.post(&owners, named(ada.id)).await.ok(204);
    let redirects = json!({"web": {"redirectUris": ["https://app.example.com/back"]}});
    app.send(&hers, Method::PATCH, &path, Some(redirects))
        .await
        .ok(204);
    let secret = app
        .send(
            &hers,
            Method::POST,
            &format!("{path}/addPassword"),
            Some(json!({})),
        )
        .await;
    assert!(!text(&secret.ok(200), "secretText").is_empty());
    app.send(&hers, Method::POST, &owners, Some(named(eve.id)))
        .await
        .ok(204);
    let (narrow, _) = app.person(ada.id, &[P::ApplicationReadAll]).await;
    app.send(&narrow, Method::PATCH, &path, Some(change.clone()))
        .await
        .error(403, "Authorization_RequestDenied");

    // What is granted to it protects it from its owners: a secret would be a way to more than they hold.
    let graph = graph_id(&app).await;
    let holder = text(&principal, "id");
    let grant = json!({"principalId": holder, "resourceId": graph, "appRoleId": TAP_ROLE});
    let given = app
        .post(&format!("/servicePrincipals/{holder}/appRoleAssignments"), grant)
        .await;
    let given = given.ok(201);
    app.send(
        &hers,
        Method::POST,
        &format!("{path}/addPassword"),
        Some(json!({})),
    )
    .await
    .error(403, "Authorization_RequestDenied");
    let path_of_grant = format!(
        "/servicePrincipals/{holder}/appRoleAssignments/{}",
        text(&given, "id")
    );
    app.delete(&path_of_grant).await.ok(204);

    // It ends with the ownership, whatever the token says.
    app.delete(&format!("{path}/owners/{}/$ref", ada.id))
        .await
        .ok(204);
    app.send(&hers, Method::PATCH, &path, Some(change))
        .await
        .error(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn whoever_registers_an_application_owns_it() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.give_role(ada.id, RoleId::APPLICATION_ADMINISTRATOR).await;
    let (hers, _) = app.person(ada.id, &[P::ApplicationReadWriteAll]).await;
    let body = json!({"displayName": "Payroll"});
    let made = app
        .send(&hers, Method::POST, "/applications", Some(body))
        .await
        .ok(201);
    let path = format!("/applications/{}/owners", text(&made, "id"));
    assert_eq!(names(&app, &path).await, ["#microsoft.graph.user Test ada"]);

    let narrow = app.app(&[P::ApplicationReadWriteOwnedBy]).await;
    let body = json!({"displayName": "Made by another"});
    let made = app
        .send(&narrow, Method::POST, "/applications", Some(body))
        .await
        .ok(201);
    let path = format!("/applications/{}/owners/$ref", text(&made, "id"));
    app.send(&narrow, Method::POST, &path, Some(named(ada.id)))
        .await
        .ok(204);
}
