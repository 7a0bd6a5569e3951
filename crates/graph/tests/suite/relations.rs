//! Addresses of what hangs on users and groups, and of directory roles, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::RoleId;
use serde_json::{Value, json};

use crate::common::{Answer, NOBODY, TestApp};

async fn group(app: &TestApp, name: &str) -> String {
    let body =
        json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true});
    let made = app.post("/groups", body).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn add(app: &TestApp, path: &str, object: &str) {
    let body = json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{object}")});
    app.post(path, body).await.ok(204);
}

async fn counted(app: &TestApp, path: &str) -> String {
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("consistencylevel", "eventual"),
    ];
    let path = format!("/v1.0{path}");
    let answer: Answer = app.raw(Method::GET, &path, &headers, Vec::new()).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    String::from_utf8(answer.body.to_vec()).unwrap()
}

fn texts(list: &Value, name: &str) -> Vec<String> {
    let items = list["value"].as_array().unwrap().iter();
    items
        .map(|item| item[name].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn members_and_owners_have_references_casts_and_counts() {
    let app = TestApp::new().await;
    let (ada, bob) = (
        app.user("ada").await.id.to_string(),
        app.user("bob").await.id.to_string(),
    );
    let (inner, outer) = (group(&app, "inner").await, group(&app, "outer").await);
    let at = |id: &str, rest: &str| format!("/groups/{id}/{rest}");
    add(&app, &at(&inner, "members/$ref"), &ada).await;
    add(&app, &at(&outer, "members/$ref"), &inner).await;
    add(&app, &at(&outer, "members/$ref"), &bob).await;
    add(&app, &at(&outer, "owners/$ref"), &bob).await;

    let list = app.get(&at(&outer, "members/$ref")).await.ok(200);
    assert!(
        list["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("$metadata#Collection($ref)")
    );
    let found = texts(&list, "@odata.id");
    assert!(
        found[0].ends_with(&format!("/directoryObjects/{bob}/microsoft.graph.user")),
        "{found:?}"
    );
    assert!(
        found[1].ends_with(&format!("/directoryObjects/{inner}/microsoft.graph.group")),
        "{found:?}"
    );
    let first = app.get(&at(&outer, "members/$ref?$top=1")).await.ok(200);
    assert_eq!(texts(&first, "@odata.id"), found[..1]);
    let next = first["@odata.nextLink"].as_str().unwrap();
    let rest = next.split_once("/v1.0").unwrap().1;
    assert_eq!(texts(&app.get(rest).await.ok(200), "@odata.id"), found[1..]);
    let list = app.get(&at(&outer, "owners/$ref")).await.ok(200);
    assert_eq!(texts(&list, "@odata.id"), found[..1]);

    let list = app.get(&at(&outer, "owners/graph.user")).await.ok(200);
    assert_eq!(texts(&list, "id"), std::slice::from_ref(&bob));
    let list = app
        .get(&at(&outer, "owners/microsoft.graph.servicePrincipal"))
        .await
        .ok(200);
    assert_eq!(texts(&list, "id"), [] as [String; 0]);
    app.get(&at(&outer, "owners/other"))
        .await
        .error(400, "BadRequest");
    for (path, expected) in [
        (at(&outer, "owners/graph.user/$count"), "1"),
        (at(&outer, "owners/graph.group/$count"), "0"),
        (at(&outer, "transitiveMembers/graph.user/$count"), "2"),
        (at(&outer, "transitiveMembers/graph.group/$count"), "1"),
        (at(&inner, "memberOf/graph.group/$count"), "1"),
        (at(&inner, "memberOf/graph.directoryRole/$count"), "0"),
        (at(&inner, "transitiveMemberOf/graph.group/$count"), "1"),
    ] {
        assert_eq!(counted(&app, &path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn one_report_and_the_methods_as_a_whole_have_addresses() {
    let app = TestApp::new().await;
    let (ada, bob, eve) = (
        app.user("ada").await.id,
        app.user("bob").await.id,
        app.user("eve").await.id,
    );
    let body = json!({"@odata.id": format!("https://x/v1.0/users/{ada}")});
    let path = format!("/users/{bob}/manager/$ref");
    app.send(&app.admin, Method::PUT, &path, Some(body)).await.ok(204);
    let report = app
        .get(&format!("/users/{ada}/directReports/{bob}"))
        .await
        .ok(200);
    assert_eq!(report["@odata.type"], "#microsoft.graph.user");
    assert_eq!(report["userPrincipalName"], "bob@example.com");
    for other in [eve.to_string(), NOBODY.to_owned(), "x".to_owned()] {
        app.get(&format!("/users/{ada}/directReports/{other}"))
            .await
            .error(404, "Request_ResourceNotFound");
    }
    let (own, _) = app.person(ada, &[P::UserReadAll]).await;
    let path = format!("/me/directReports/{bob}");
    app.send(&own, Method::GET, &path, None).await.ok(200);

    let whole = app.get(&format!("/users/{ada}/authentication")).await.ok(200);
    assert_eq!(whole["id"], ada.to_string());
    assert!(
        whole["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("/authentication/$entity")
    );
    app.send(&own, Method::GET, &format!("/users/{ada}/authentication"), None)
        .await
        .error(403, "accessDenied");
}

#[tokio::test]
async fn directory_roles_are_directory_objects() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    app.give_role(ada, RoleId::REPORTS_READER).await;
    let held = app
        .post(
            &format!("/users/{ada}/getMemberObjects"),
            json!({"securityEnabledOnly": false}),
        )
        .await
        .ok(200);
    let id = held["value"][0].as_str().unwrap();
    let shown = app.get(&format!("/directoryObjects/{id}")).await.ok(200);
    assert_eq!(shown["@odata.type"], "#microsoft.graph.directoryRole");
    assert_eq!(shown["roleTemplateId"], RoleId::REPORTS_READER.to_string());
    for (types, found) in [
        (json!(["directoryRole"]), vec![id.to_owned()]),
        (json!([]), vec![ada.to_string(), id.to_owned()]),
        (json!(["user"]), vec![ada.to_string()]),
    ] {
        let body = json!({"ids": [id, ada.to_string(), NOBODY], "types": types});
        let list = app.post("/directoryObjects/getByIds", body).await.ok(200);
        let (mut ids, mut found) = (texts(&list, "id"), found);
        ids.sort();
        found.sort();
        assert_eq!(ids, found);
    }
    app.delete(&format!("/directoryObjects/{id}"))
        .await
        .error(400, "Request_BadRequest");
    // A template's id is no object, and neither is a role that was never activated; who may not see roles sees none.
    let template = RoleId::REPORTS_READER.to_string();
    app.get(&format!("/directoryObjects/{template}"))
        .await
        .error(404, "Request_ResourceNotFound");
    let stranger = app.app(&[P::GroupReadAll]).await;
    app.send(&stranger, Method::GET, &format!("/directoryObjects/{id}"), None)
        .await
        .error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn custom_roles_are_refused_by_name() {
    let app = TestApp::new().await;
    let definitions = "/roleManagement/directory/roleDefinitions";
    let refused = app.post(definitions, json!({"displayName": "Own"})).await;
    assert!(refused.error(400, "Request_BadRequest").contains("Custom roles"));
    let one = format!("{definitions}/{}", RoleId::REPORTS_READER);
    let refused = app.patch(&one, json!({"displayName": "Own"})).await;
    assert!(
        refused
            .error(400, "Request_BadRequest")
            .contains("Built-in roles")
    );
    let refused = app.delete(&one).await;
    assert!(
        refused
            .error(400, "Request_BadRequest")
            .contains("Built-in roles")
    );
    app.delete(&format!("{definitions}/{NOBODY}"))
        .await
        .error(404, "Request_ResourceNotFound");
}
