//! Users, groups and roles on the wire.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};

fn names(list: &Value, property: &str) -> Vec<String> {
    let items = list["value"].as_array().unwrap();
    items
        .iter()
        .map(|item| item[property].as_str().unwrap().to_owned())
        .collect()
}

fn new_user(alias: &str) -> Value {
    json!({"accountEnabled": true, "displayName": format!("Test {alias}"), "mailNickname": alias,
        "userPrincipalName": format!("{alias}@example.com"), "passwordProfile": {"password": crate::common::PASSWORD}})
}

#[tokio::test]
async fn users_are_made_shown_changed_and_deleted() {
    let app = TestApp::new().await;
    let mut body = new_user("ada");
    body["businessPhones"] = json!(["+1 555 0100"]);
    let answer = app.post("/users", body).await;
    let location = answer.header("location").to_owned();
    let ada = answer.ok(201);
    let id = ada["id"].as_str().unwrap();
    assert_eq!(location, format!("http://{}/v1.0/users/{id}", app.address));
    let shown = app.get("/users/ada@example.com").await.ok(200);
    let mut properties: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    properties.retain(|name| !name.starts_with('@'));
    assert_eq!(
        properties,
        [
            "businessPhones",
            "displayName",
            "givenName",
            "id",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName"
        ]
    );
    app.patch(
        &format!("/users/{id}"),
        json!({"id": id, "jobTitle": "Engineer", "accountEnabled": false}),
    )
    .await
    .ok(204);
    let chosen = app
        .get(&format!(
            "/users/{id}?$select=JobTitle,accountEnabled,signInActivity"
        ))
        .await
        .ok(200);
    assert_eq!(
        chosen,
        json!({"@odata.context": format!("http://{}/v1.0/$metadata#users(jobTitle,accountEnabled,signInActivity)/$entity", app.address),
            "jobTitle": "Engineer", "accountEnabled": false, "signInActivity": null})
    );
    app.delete(&format!("/users/{id}")).await.ok(204);
    app.get(&format!("/users/{id}"))
        .await
        .error(404, "Request_ResourceNotFound");
    app.post("/users", new_user("ada")).await.ok(201);
}

#[tokio::test]
async fn users_that_can_not_be_made() {
    let app = TestApp::new().await;
    app.post("/users", new_user("ada")).await.ok(201);
    let cases: [(&str, Value, &str); 9] = [
        (
            "userPrincipalName",
            json!("ADA@example.com"),
            "Another object with the same value for property userPrincipalName already exists.",
        ),
        (
            "userPrincipalName",
            json!("bob@elsewhere.example"),
            "The domain portion of the userPrincipalName property is invalid.",
        ),
        (
            "userPrincipalName",
            json!("bob"),
            "Invalid value specified for property 'userPrincipalName'",
        ),
        (
            "mailNickname",
            Value::Null,
            "Invalid value specified for property 'mailNickname'",
        ),
        (
            "mailNickname",
            json!(""),
            "Property mailNickname value is required but is empty or missing.",
        ),
        (
            "displayName",
            json!("x".repeat(257)),
            "Invalid value specified for property 'displayName'",
        ),
        (
            "passwordProfile",
            json!({"password": "password"}),
            "The specified password does not comply",
        ),
        (
            "passwordProfile",
            Value::Null,
            "A password must be specified to create a new user.",
        ),
        (
            "nonsense",
            json!(1),
            "Property 'nonsense' does not exist as a declared property or extension property.",
        ),
    ];
    for (property, value, message) in cases {
        let mut body = new_user("bob");
        body[property] = value;
        let said = app.post("/users", body).await.error(400, "Request_BadRequest");
        assert!(said.starts_with(message), "{property}: {said}");
    }
    let count = app.get("/users").await.ok(200)["value"].as_array().unwrap().len();
    assert_eq!(count, 2, "only the administrator and ada");
    app.patch("/users/ada@example.com", json!({"accountEnabled": "no"}))
        .await
        .error(400, "BadRequest");
    let root = format!("/users/{}", app.root);
    app.delete(&root).await.error(400, "Request_BadRequest");
    app.patch(&root, json!({"accountEnabled": false}))
        .await
        .error(400, "Request_BadRequest");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let app = TestApp::new().await;
    for alias in ["a1", "a2", "a3", "a4", "b1"] {
        app.user(alias).await;
    }
    let mut seen = Vec::new();
    let mut page = app
        .get("/users?$top=2&$filter=startswith(displayName,'test a')&$select=userPrincipalName")
        .await
        .ok(200);
    loop {
        seen.extend(names(&page, "userPrincipalName"));
        let Some(next) = page["@odata.nextLink"].as_str() else {
            break;
        };
        let prefix = format!("http://{}/v1.0", app.address);
        let path = next.strip_prefix(&prefix).unwrap_or_else(|| panic!("{next}"));
        page = app.get(path).await.ok(200);
    }
    assert_eq!(
        seen,
        ["a1", "a2", "a3", "a4"].map(|alias| format!("{alias}@example.com"))
    );
    for (query, code) in [
        ("$top=0", "Request_UnsupportedQuery"),
        ("$top=1000", "Request_UnsupportedQuery"),
        ("$top=x", "BadRequest"),
        ("$skiptoken=x", "Directory_ExpiredPageToken"),
        ("$select=nonsense", "BadRequest"),
        ("$filter=displayName eq 'x", "BadRequest"),
        ("$filter=streetAddress eq 'x'", "Request_UnsupportedQuery"),
        ("$filter=displayName ne 'x'", "Request_UnsupportedQuery"),
        ("$filter=endsWith(mail,'x')", "Request_UnsupportedQuery"),
        ("$search=\"displayName:a\"", "Request_UnsupportedQuery"),
        ("$orderby=createdDateTime", "Request_UnsupportedQuery"),
        ("$top=1&$top=2", "BadRequest"),
    ] {
        let path = format!("/users?{}", query.replace('"', "%22"));
        app.get(&path).await.error(400, code);
    }
}

#[tokio::test]
async fn counts_need_their_header() {
    let app = TestApp::new().await;
    let message = app.get("/users/$count").await.error(400, "Request_BadRequest");
    assert_eq!(message, "$count is not currently supported.");
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("consistencylevel", "eventual"),
    ];
    let counted = app
        .raw(Method::GET, "/v1.0/users/$count", &headers, Vec::new())
        .await;
    assert_eq!(&counted.body[..], b"1");
    assert_eq!(
        app.get("/users?$count=true").await.ok(200)["@odata.count"],
        Value::Null
    );
    let listed = app
        .raw(Method::GET, "/v1.0/users?$count=true", &headers, Vec::new())
        .await
        .ok(200);
    assert_eq!(listed["@odata.count"], 1);
}

#[tokio::test]
async fn groups_have_members_and_owners() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let body = json!({"displayName": "Joiners", "mailNickname": "joiners", "mailEnabled": false, "securityEnabled": true,
        "owners@odata.bind": [format!("https://graph.microsoft.com/v1.0/users/{}", ada.id)]});
    let group = app.post("/groups", body.clone()).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = |tail: &str| format!("/groups/{group}{tail}");
    let owners = app.get(&path("/owners")).await.ok(200);
    assert_eq!(owners["value"][0]["@odata.type"], "#microsoft.graph.user");
    let reference = |id: &str| json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{id}")});
    for user in [&ada, &bob] {
        app.post(&path("/members/$ref"), reference(&user.id.to_string()))
            .await
            .ok(204);
    }
    let message = app
        .post(&path("/members/$ref"), reference(&bob.id.to_string()))
        .await
        .error(400, "Request_BadRequest");
    assert!(message.ends_with("modified properties: 'members'."), "{message}");
    app.post(&path("/members/$ref"), reference(NOBODY))
        .await
        .error(404, "Request_ResourceNotFound");
    app.post(&path("/members/$ref"), reference(&group))
        .await
        .error(400, "Request_BadRequest");
    let page = app
        .get(&path("/members?$top=1&$select=displayName"))
        .await
        .ok(200);
    let next = page["@odata.nextLink"]
        .as_str()
        .unwrap()
        .split_once("/v1.0")
        .unwrap()
        .1
        .to_owned();
    let rest = app.get(&next).await.ok(200);
    let mut found = [names(&page, "displayName"), names(&rest, "displayName")].concat();
    found.sort();
    assert_eq!(found, ["Test ada", "Test bob"]);
    app.delete(&path(&format!("/members/{}", bob.id)))
        .await
        .error(405, "Request_BadRequest");
    app.delete(&path(&format!("/members/{}/$ref", bob.id)))
        .await
        .ok(204);
    app.delete(&path(&format!(
        "/members/$ref?@id=https://x/v1.0/directoryObjects/{}",
        ada.id
    )))
    .await
    .ok(204);
    app.delete(&path(&format!("/members/{}/$ref", bob.id)))
        .await
        .error(404, "Request_ResourceNotFound");
    app.patch(
        &path(""),
        json!({"displayName": "Newcomers", "description": "since Monday"}),
    )
    .await
    .ok(204);
    assert_eq!(app.get(&path("")).await.ok(200)["description"], "since Monday");
    let filtered = app
        .get("/groups?$filter=displayName eq 'newcomers'")
        .await
        .ok(200);
    assert_eq!(names(&filtered, "id"), [group.as_str()]);
    for change in [
        json!({"mailEnabled": true}),
        json!({"groupTypes": ["Unified"]}),
        json!({"securityEnabled": null}),
    ] {
        let mut wrong = body.clone();
        wrong
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        app.post("/groups", wrong).await.error(400, "Request_BadRequest");
    }
    app.delete(&path("")).await.ok(204);
    app.get(&path("")).await.error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn roles_are_given_and_taken() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let roles = "/roleManagement/directory";
    let definitions = app
        .get(&format!(
            "{roles}/roleDefinitions?$filter=displayName eq 'Global Administrator'"
        ))
        .await
        .ok(200);
    let global = definitions["value"][0]["id"].as_str().unwrap();
    assert_eq!(global, "62e90394-69f5-4237-9190-012177145e10");
    let body = json!({"roleDefinitionId": "c4e39bd9-1100-46d3-8c65-fb160da0071f", "principalId": ada.id.to_string(), "directoryScopeId": "/"});
    let given = app
        .post(&format!("{roles}/roleAssignments"), body.clone())
        .await
        .ok(201);
    let path = format!("{roles}/roleAssignments/{}", given["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.ok(200)["principalId"], ada.id.to_string());
    app.post(&format!("{roles}/roleAssignments"), body.clone())
        .await
        .error(400, "Request_BadRequest");
    for (property, value, status) in [
        ("directoryScopeId", json!("/users/1"), 400),
        ("directoryScopeId", Value::Null, 400),
        ("principalId", json!(NOBODY), 404),
        ("roleDefinitionId", json!(NOBODY), 404),
    ] {
        let mut wrong = body.clone();
        wrong[property] = value;
        let code = if status == 404 {
            "Request_ResourceNotFound"
        } else {
            "Request_BadRequest"
        };
        app.post(&format!("{roles}/roleAssignments"), wrong)
            .await
            .error(status, code);
    }
    app.delete(&path).await.ok(204);
    app.delete(&path).await.error(404, "Request_ResourceNotFound");
    let held = app
        .get(&format!(
            "{roles}/roleAssignments?$filter=principalId eq '{}'",
            app.root
        ))
        .await
        .ok(200);
    let last = held["value"][0]["id"].as_str().unwrap();
    app.delete(&format!("{roles}/roleAssignments/{last}"))
        .await
        .error(400, "Request_BadRequest");
}
