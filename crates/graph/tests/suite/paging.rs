//! Every list that comes in pages, walked page by page: each item comes once.

use std::collections::BTreeSet;

use latchkey_domain::{CorrelationId, Requirement, SignInId, SignInRecord};
use serde_json::{Value, json};

use crate::common::{START, TestApp};
use crate::registered::{graph_id, register, text};

/// One of everything that lists have three of.
struct World {
    user: String,
    group: String,
    outer: String,
    unit: String,
    application: String,
    client: String,
    resource: String,
}

fn reference(id: &str) -> Value {
    json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{id}")})
}

async fn made(app: &TestApp, path: &str, body: Value) -> String {
    text(&app.post(path, body).await.ok(201), "id").to_owned()
}

async fn group(app: &TestApp, name: &str) -> String {
    let body =
        json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true});
    made(app, "/groups", body).await
}

/// Three people, who are in three groups, in one unit, have the same manager and hold roles.
async fn people(app: &TestApp) -> (Vec<String>, Vec<String>, String) {
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    let unit = made(
        app,
        "/directory/administrativeUnits",
        json!({"displayName": "Plant 0"}),
    )
    .await;
    for n in 0..3 {
        users.push(app.user(&format!("u{n}")).await.id.to_string());
        groups.push(group(app, &format!("g{n}")).await);
        let name = json!({"displayName": format!("Plant {}", n + 1)});
        made(app, "/directory/administrativeUnits", name).await;
        let strength = json!({"displayName": format!("S{n}"), "allowedCombinations": ["fido2"]});
        made(app, "/policies/authenticationStrengthPolicies", strength).await;
        let deleted = app.user(&format!("gone{n}")).await.id;
        app.delete(&format!("/users/{deleted}")).await.ok(204);
        let record = SignInRecord {
            id: SignInId::from_bytes([n; 16]),
            at: START,
            interactive: true,
            user_id: None,
            user_principal_name: None,
            user_display_name: None,
            app_id: "a".into(),
            app_name: "An application".into(),
            ip_address: "192.0.2.1".into(),
            user_agent: String::new(),
            correlation_id: CorrelationId::from_bytes([n; 16]),
            error: None,
            requirement: Requirement::SingleFactor,
            steps: Vec::new(),
            session_id: None,
        };
        app.store
            .write_with(record, |writer, record| {
                Box::pin(async move { writer.insert_sign_in(record).await })
            })
            .await
            .unwrap();
    }
    for user in &users {
        for group in &groups {
            let path = format!("/groups/{group}/members/$ref");
            app.post(&path, reference(user)).await.ok(204);
        }
        let path = format!("/groups/{}/owners/$ref", groups[0]);
        app.post(&path, reference(user)).await.ok(204);
        let path = format!("/directory/administrativeUnits/{unit}/members/$ref");
        app.post(&path, reference(user)).await.ok(204);
        let path = format!("/users/{user}/manager/$ref");
        let root = app.root.to_string();
        let set = app.send(&app.admin, axum::http::Method::PUT, &path, Some(reference(&root)));
        set.await.ok(204);
        let role = json!({"principalId": user, "directoryScopeId": "/",
            "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1"});
        made(app, "/roleManagement/directory/roleAssignments", role).await;
    }
    (users, groups, unit)
}

async fn world() -> (TestApp, World) {
    let app = TestApp::new().await;
    let (users, groups, unit) = people(&app).await;
    let outer = group(&app, "outer").await;
    for inner in &groups {
        let path = format!("/groups/{outer}/members/$ref");
        app.post(&path, reference(inner)).await.ok(204);
        let other = group(&app, &format!("over-{}", &inner[..8])).await;
        let path = format!("/groups/{other}/members/$ref");
        app.post(&path, reference(&groups[0])).await.ok(204);
    }
    let (application, resource) = register(&app, "Files").await;
    let role = |n: u8| {
        json!({"id": format!("{n:08}-0000-0000-0000-000000000000"), "value": format!("R{n}"), "displayName": "R",
            "allowedMemberTypes": ["User", "Application"]})
    };
    let path = format!("/applications/{}", text(&application, "id"));
    let roles = json!({"appRoles": [role(1), role(2), role(3)]});
    app.patch(&path, roles).await.ok(204);
    let (_, client) = register(&app, "Client").await;
    register(&app, "Other").await;
    let graph = graph_id(&app).await;
    for user in &users {
        app.post(&format!("{path}/owners/$ref"), reference(user))
            .await
            .ok(204);
        let grant = json!({"clientId": client["id"], "consentType": "Principal", "principalId": user,
            "resourceId": graph, "scope": "User.Read"});
        made(&app, "/oauth2PermissionGrants", grant).await;
    }
    for n in 1..=3 {
        for (set, holder) in [
            ("users", users[0].as_str()),
            ("servicePrincipals", text(&client, "id")),
        ] {
            let body = json!({"principalId": holder, "resourceId": resource["id"],
                "appRoleId": format!("{n:08}-0000-0000-0000-000000000000")});
            made(&app, &format!("/{set}/{holder}/appRoleAssignments"), body).await;
        }
        let (_, other) = register(&app, &format!("Client {n}")).await;
        let grant = json!({"clientId": other["id"], "consentType": "Principal", "principalId": users[0],
            "resourceId": graph, "scope": "User.Read"});
        made(&app, "/oauth2PermissionGrants", grant).await;
    }
    let world = World {
        user: users[0].clone(),
        group: groups[0].clone(),
        outer,
        unit,
        application: text(&application, "id").to_owned(),
        client: text(&client, "id").to_owned(),
        resource: text(&resource, "id").to_owned(),
    };
    (app, world)
}

impl World {
    /// The address of a list that has at least three items.
    fn address(&self, app: &TestApp, path: &str) -> String {
        let principal = if path.ends_with("/appRoleAssignments") || path.ends_with("/oauth2PermissionGrants")
        {
            &self.client
        } else {
            &self.resource
        };
        let (group, cast) = match path {
            "/groups/{group}/members/{cast}" | "/groups/{group}/transitiveMembers/{cast}" => {
                (&self.outer, "graph.group")
            }
            "/groups/{group}/transitiveMembers" => (&self.outer, ""),
            "/groups/{group}/owners/{cast}" | "/directory/administrativeUnits/{unit}/members/{cast}" => {
                (&self.group, "graph.user")
            }
            _ => (&self.group, "graph.group"),
        };
        let root = app.root.to_string();
        let user = if path.ends_with("/directReports") {
            &root
        } else {
            &self.user
        };
        path.replace("{user}", user)
            .replace("{group}", group)
            .replace("{cast}", cast)
            .replace("{unit}", &self.unit)
            .replace("{application}", &self.application)
            .replace("{principal}", principal)
    }
}

/// The ids of all items, one page of one item after the other.
async fn walk(app: &TestApp, list: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut path = format!("{list}?$top=1");
    loop {
        let page = app.get(&path).await.ok(200);
        let items = page["value"].as_array().unwrap();
        assert!(items.len() <= 1, "{path}");
        // References have an address only.
        let name = if list.ends_with("$ref") { "@odata.id" } else { "id" };
        found.extend(items.iter().map(|item| text(item, name).to_owned()));
        match page["@odata.nextLink"].as_str() {
            Some(next) => next.split_once("/v1.0").unwrap().1.clone_into(&mut path),
            None => return found,
        }
        assert!(found.len() < 500, "{list} has no end");
    }
}

#[tokio::test]
async fn each_item_of_every_list_comes_once() {
    let (app, world) = world().await;
    let description: Value =
        serde_json::from_str(include_str!("../../../../docs/openapi/graph.json")).unwrap();
    let pages = |operation: &Value| {
        let parameters = operation["get"]["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "$top"))
    };
    let paths = description["paths"].as_object().unwrap();
    let lists: Vec<&String> = paths
        .iter()
        .filter(|(_, operation)| pages(operation))
        .map(|(path, _)| path)
        // `/me` stands for `users/{user}`; no group comes back.
        .filter(|path| !path.starts_with("/me/") && !path.ends_with("/deletedItems/graph.group"))
        .collect();
    assert!(lists.len() >= 30, "{lists:?}");
    for list in lists {
        let path = world.address(&app, list);
        let found = walk(&app, &path).await;
        let different: BTreeSet<&String> = found.iter().collect();
        assert_eq!(different.len(), found.len(), "{path}: an item came twice");
        assert!(found.len() >= 3, "{path}: {found:?}");
        let whole = app.get(&path).await.ok(200);
        if whole.get("@odata.nextLink").is_none() {
            assert_eq!(whole["value"].as_array().unwrap().len(), found.len(), "{path}");
        }
    }
}
