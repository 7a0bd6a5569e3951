//! What people and groups are in, and objects by their ids, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::RoleId;
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};

const UNITS: &str = "/directory/administrativeUnits";

async fn group(app: &TestApp, name: &str) -> String {
    let body =
        json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true});
    app.post("/groups", body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn join(app: &TestApp, set: &str, container: &str, member: &str) {
    let body = json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{member}")});
    app.post(&format!("{set}/{container}/members/$ref"), body)
        .await
        .ok(204);
}

async fn items(app: &TestApp, path: &str) -> Vec<Value> {
    app.get(path).await.ok(200)["value"].as_array().unwrap().clone()
}

fn ids(items: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

fn sorted<const N: usize>(names: [&str; N]) -> Vec<String> {
    let mut all = names.map(str::to_owned).to_vec();
    all.sort();
    all
}

async fn counted(app: &TestApp, path: &str) -> String {
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("consistencylevel", "eventual"),
    ];
    let answer = app
        .raw(Method::GET, &format!("/v1.0{path}"), &headers, Vec::new())
        .await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    String::from_utf8(answer.body.to_vec()).unwrap()
}

struct World {
    app: TestApp,
    ada: String,
    inner: String,
    outer: String,
    unit: String,
}

/// Ada is in the inner group and in a unit, and holds a role; the inner group is in the outer one, and that in it.
async fn world() -> World {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    app.give_role(ada, RoleId::REPORTS_READER).await;
    let ada = ada.to_string();
    let (inner, outer) = (group(&app, "inner").await, group(&app, "outer").await);
    let unit = app.post(UNITS, json!({"displayName": "Plant"})).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    join(&app, "/groups", &inner, &ada).await;
    join(&app, "/groups", &outer, &inner).await;
    join(&app, "/groups", &inner, &outer).await;
    join(&app, UNITS, &unit, &ada).await;
    World {
        app,
        ada,
        inner,
        outer,
        unit,
    }
}

#[tokio::test]
async fn people_see_what_they_are_in() {
    let World {
        app,
        ada,
        inner,
        outer,
        unit,
    } = world().await;
    let role = items(&app, "/directoryRoles?$filter=displayName eq 'Reports Reader'").await;
    let role = role[0]["id"].as_str().unwrap();
    let direct = items(&app, &format!("/users/{ada}/memberOf")).await;
    assert_eq!(ids(&direct), sorted([&inner, &unit, role]));
    let kinds: Vec<_> = direct
        .iter()
        .map(|item| item["@odata.type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "#microsoft.graph.group",
            "#microsoft.graph.administrativeUnit",
            "#microsoft.graph.directoryRole"
        ]
    );
    assert_eq!(direct[0]["displayName"], "inner");
    assert_eq!(direct[2]["roleTemplateId"], RoleId::REPORTS_READER.to_string());
    let all = items(&app, &format!("/users/{ada}/transitiveMemberOf")).await;
    assert_eq!(ids(&all), sorted([&inner, &outer, &unit, role]));
    // Each has what it can have of what is selected.
    let path = format!("/users/{ada}/memberOf?$select=displayName,mailNickname,roleTemplateId");
    let chosen = items(&app, &path).await;
    let names = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let common = ["@odata.type", "displayName", "id"];
    assert_eq!(names(&chosen[0]), [&common[..], &["mailNickname"]].concat());
    assert_eq!(names(&chosen[1]), common);
    assert_eq!(names(&chosen[2]), [&common[..], &["roleTemplateId"]].concat());
    assert_eq!(chosen[0]["mailNickname"], "inner");
    let path = format!("/users/{ada}/memberOf?$select=displayName,colour");
    app.get(&path).await.error(400, "BadRequest");
    for cast in ["graph.group", "microsoft.graph.group", "Microsoft.Graph.Group"] {
        let groups = items(
            &app,
            &format!("/users/{ada}/transitiveMemberOf/{cast}?$select=displayName"),
        )
        .await;
        assert_eq!(ids(&groups), sorted([&inner, &outer]), "{cast}");
        assert_eq!(groups[0].as_object().unwrap().len(), 3, "type, id, name");
    }
    assert_eq!(counted(&app, &format!("/users/{ada}/memberOf/$count")).await, "3");
    assert_eq!(
        counted(
            &app,
            &format!("/users/{ada}/transitiveMemberOf/graph.group/$count")
        )
        .await,
        "2"
    );
    app.get(&format!("/users/{ada}/memberOf/$count"))
        .await
        .error(400, "Request_BadRequest");
    let one = app.get(&format!("/users/{ada}/memberOf/{unit}")).await.ok(200);
    assert_eq!(one["displayName"], "Plant");
    app.get(&format!("/users/{ada}/memberOf/{outer}"))
        .await
        .error(404, "Request_ResourceNotFound");

    let first = app
        .get(&format!("/users/{ada}/transitiveMemberOf?$top=3"))
        .await
        .ok(200);
    let next = first["@odata.nextLink"].as_str().unwrap();
    let rest = items(&app, next.split_once("/v1.0").unwrap().1).await;
    assert_eq!((first["value"].as_array().unwrap().len(), rest.len()), (3, 1));

    // The groups hold each other: each is in both.
    let of_group = items(&app, &format!("/groups/{outer}/transitiveMemberOf")).await;
    assert_eq!(ids(&of_group), sorted([&inner, &outer]));
    assert_eq!(
        ids(&items(&app, &format!("/groups/{inner}/memberOf")).await),
        sorted([&outer])
    );
}

#[tokio::test]
async fn groups_know_the_members_of_groups_in_them() {
    let World {
        app,
        ada,
        inner,
        outer,
        ..
    } = world().await;
    let all = format!("/groups/{outer}/transitiveMembers");
    assert_eq!(ids(&items(&app, &all).await), sorted([&ada, &inner, &outer]));
    assert_eq!(
        ids(&items(&app, &format!("{all}/graph.user")).await),
        std::slice::from_ref(&ada)
    );
    assert_eq!(
        ids(&items(&app, &format!("{all}/graph.group")).await),
        sorted([&inner, &outer])
    );
    assert_eq!(counted(&app, &format!("{all}/$count")).await, "3");
    let direct = format!("/groups/{inner}/members");
    assert_eq!(
        ids(&items(&app, &format!("{direct}/graph.user")).await),
        std::slice::from_ref(&ada)
    );
    assert_eq!(counted(&app, &format!("{direct}/$count")).await, "2");
    assert_eq!(
        items(&app, &format!("{direct}/graph.servicePrincipal")).await,
        Vec::<Value>::new()
    );
    app.get(&format!("{direct}/graph.nonsense"))
        .await
        .error(400, "BadRequest");
    app.delete(&format!("{direct}/{ada}"))
        .await
        .error(405, "Request_BadRequest");
    let first = app.get(&format!("{all}?$top=1")).await.ok(200);
    let next = first["@odata.nextLink"].as_str().unwrap().to_owned();
    assert_eq!(
        items(&app, next.split_once("/v1.0").unwrap().1).await.len(),
        1,
        "$top stays"
    );
    app.get(&format!("/groups/{NOBODY}/transitiveMembers"))
        .await
        .error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn questions_about_membership_are_answered() {
    let World {
        app,
        ada,
        inner,
        outer,
        unit,
    } = world().await;
    let other = group(&app, "other").await;
    let answer = async |path: &str, body: Value| {
        let answer = app.post(path, body).await.ok(200);
        assert!(
            answer["@odata.context"]
                .as_str()
                .unwrap()
                .ends_with("#Collection(Edm.String)")
        );
        answer["value"].as_array().unwrap().len()
    };
    let role = RoleId::REPORTS_READER.to_string();
    for object in [format!("/users/{ada}"), format!("/directoryObjects/{ada}")] {
        let groups = json!({"groupIds": [inner, outer, other, unit, "x"]});
        assert_eq!(
            answer(&format!("{object}/checkMemberGroups"), groups).await,
            2,
            "{object}"
        );
        let objects = json!({"ids": [inner, other, unit, role, NOBODY]});
        assert_eq!(
            answer(&format!("{object}/checkMemberObjects"), objects).await,
            3,
            "{object}"
        );
        let all = json!({"securityEnabledOnly": false});
        assert_eq!(
            answer(&format!("{object}/getMemberGroups"), all.clone()).await,
            2,
            "{object}"
        );
        assert_eq!(
            answer(&format!("{object}/getMemberObjects"), all).await,
            4,
            "{object}"
        );
    }
    assert_eq!(
        answer(
            &format!("/groups/{inner}/checkMemberGroups"),
            json!({"groupIds": [outer]})
        )
        .await,
        1
    );
    let many: Vec<&str> = vec![NOBODY; 21];
    let path = format!("/users/{ada}/checkMemberGroups");
    app.post(&path, json!({"groupIds": many}))
        .await
        .error(400, "Request_BadRequest");
    app.post(&path, json!({})).await.error(400, "Request_BadRequest");
    app.post(
        &format!("/groups/{inner}/getMemberObjects"),
        json!({"securityEnabledOnly": true}),
    )
    .await
    .error(400, "Request_BadRequest");
}

#[tokio::test]
async fn people_without_more_see_only_the_ids_of_what_they_are_in() {
    let World { app, inner, .. } = world().await;
    let ada = app
        .service
        .show_user(
            &latchkey_domain::Caller::Console,
            &latchkey_domain::UserRef::parse("ada@example.com").unwrap(),
        )
        .await
        .unwrap();
    let (token, _) = app.person(ada.id, &[P::UserRead]).await;
    let list = app.send(&token, Method::GET, "/me/memberOf", None).await.ok(200);
    let first = &list["value"][0];
    assert_eq!(first["id"], inner.as_str());
    assert_eq!(first["@odata.type"], "#microsoft.graph.group");
    assert_eq!(first["displayName"], Value::Null);
    let root = format!("/users/{}/memberOf", app.root);
    app.send(&token, Method::GET, &root, None)
        .await
        .error(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn objects_are_found_by_their_ids_alone() {
    let World {
        app,
        ada,
        inner,
        unit,
        ..
    } = world().await;
    let application = app
        .post("/applications", json!({"displayName": "Files"}))
        .await
        .ok(201);
    let application = application["id"].as_str().unwrap();
    for (id, kind) in [
        (ada.as_str(), "user"),
        (&inner, "group"),
        (&unit, "administrativeUnit"),
        (application, "application"),
    ] {
        let found = app.get(&format!("/directoryObjects/{id}")).await.ok(200);
        assert_eq!(found["@odata.type"], format!("#microsoft.graph.{kind}"));
        assert_eq!(found["id"], id);
    }
    let ask = async |body: Value| {
        let found = app.post("/directoryObjects/getByIds", body).await.ok(200);
        ids(found["value"].as_array().unwrap())
    };
    let all = json!([ada, inner, NOBODY, "x", inner]);
    assert_eq!(ask(json!({"ids": all})).await, sorted([&ada, &inner]));
    assert_eq!(
        ask(json!({"ids": all, "types": ["user"]})).await,
        std::slice::from_ref(&ada)
    );
    let many = vec![NOBODY; 1001];
    app.post("/directoryObjects/getByIds", json!({"ids": many}))
        .await
        .error(400, "Request_BadRequest");
    let reader = app.app(&[P::GroupReadAll]).await;
    let seen = app
        .send(
            &reader,
            Method::POST,
            "/directoryObjects/getByIds",
            Some(json!({"ids": all})),
        )
        .await
        .ok(200);
    assert_eq!(
        ids(seen["value"].as_array().unwrap()),
        std::slice::from_ref(&inner),
        "no users"
    );
    for id in [ada.as_str(), &inner, &unit, application] {
        let path = format!("/directoryObjects/{id}");
        app.delete(&path).await.ok(204);
        app.get(&path).await.error(404, "Request_ResourceNotFound");
    }
}

#[tokio::test]
async fn lists_that_are_read_whole_come_in_pages_too() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let owners = [ada, bob].map(|id| format!("https://x/v1.0/users/{id}"));
    let body = json!({"displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true,
        "owners@odata.bind": owners});
    let group = app.post("/groups", body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/groups/{group}/owners");
    let whole = app.get(&path).await.ok(200)["value"].clone();
    assert_eq!(whole.as_array().unwrap().len(), 2);
    let first = app.get(&format!("{path}?$top=1")).await.ok(200);
    assert_eq!(first["value"], json!([whole[0]]));
    let next = first["@odata.nextLink"].as_str().unwrap();
    let second = app.get(next.split_once("/v1.0").unwrap().1).await.ok(200);
    assert_eq!(second["value"], json!([whole[1]]));
    assert_eq!(second.get("@odata.nextLink"), None);
    // A size is obeyed or refused, never passed over.
    for list in [
        path,
        format!("/users/{ada}/appRoleAssignments"),
        "/roleManagement/directory/roleAssignments".to_owned(),
        "/policies/authenticationStrengthPolicies".to_owned(),
        "/directory/deletedItems/graph.group".to_owned(),
    ] {
        app.get(&format!("{list}?$top=AAA"))
            .await
            .error(400, "BadRequest");
        app.get(&format!("{list}?$top=1000"))
            .await
            .error(400, "Request_UnsupportedQuery");
    }
}
