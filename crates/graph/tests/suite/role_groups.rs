//! Roles that are given to groups, and what ends with a group, a unit or an account, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::{RoleId, UserId};
use serde_json::{Value, json};

use crate::common::{TestApp, passes};

const ASSIGNMENTS: &str = "/roleManagement/directory/roleAssignments";
const UNITS: &str = "/directory/administrativeUnits";
const AUTH: RoleId = RoleId::AUTHENTICATION_ADMINISTRATOR;
const GLOBAL: RoleId = RoleId::GLOBAL_ADMINISTRATOR;

async fn group(app: &TestApp, name: &str, role_assignable: bool) -> String {
    let body = json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
        "isAssignableToRole": role_assignable});
    let made = app.post("/groups", body).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn join(app: &TestApp, container: &str, member: UserId) {
    let body = json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{member}")});
    app.post(&format!("{container}/members/$ref"), body).await.ok(204);
}

fn assignment(role: RoleId, principal: &str, scope: &str) -> Value {
    json!({"roleDefinitionId": role.to_string(), "principalId": principal, "directoryScopeId": scope})
}

async fn ids(app: &TestApp, path: &str) -> Vec<String> {
    let list = app.get(path).await.ok(200);
    let items = list["value"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// What the log names as targets of an activity, each record's first.
async fn targets(app: &TestApp, activity: &str) -> Vec<Vec<String>> {
    let path = format!("/auditLogs/directoryAudits?$filter=activityDisplayName eq '{activity}'");
    let list = app.get(&path).await.ok(200);
    let ids = |record: &Value| {
        let targets = record["targetResources"].as_array().unwrap().iter();
        targets
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    list["value"].as_array().unwrap().iter().map(ids).collect()
}

#[tokio::test]
async fn members_of_a_role_assignable_group_hold_its_roles_while_they_are_members() {
    let app = TestApp::new().await;
    let (ada, bob, eve) = (
        app.user("ada").await.id,
        app.user("bob").await.id,
        app.user("eve").await.id,
    );
    let ordinary = group(&app, "ordinary", false).await;
    let refused = app.post(ASSIGNMENTS, assignment(AUTH, &ordinary, "/")).await;
    assert!(
        refused
            .error(400, "Request_BadRequest")
            .contains("isAssignableToRole")
    );
    let helpers = group(&app, "helpers", true).await;
    let members = format!("/groups/{helpers}");
    let held = app
        .post(ASSIGNMENTS, assignment(AUTH, &helpers, "/"))
        .await
        .ok(201);
    assert_eq!(held["principalId"], helpers.as_str());

    let (token, _) = app
        .person(
            bob,
            &[
                P::UserAuthMethodTAPReadWriteAll,
                P::GroupReadWriteAll,
                P::RoleManagementReadWriteDirectory,
            ],
        )
        .await;
    let issue = async |user: UserId| {
        app.send(&token, Method::POST, &passes(user), Some(json!({})))
            .await
    };
    issue(ada).await.error(403, "accessDenied");
    join(&app, &members, bob).await;
    issue(ada).await.ok(201);

    // The role lets nobody into the group.
    let body = json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{eve}")});
    let path = format!("{members}/members/$ref");
    app.send(&token, Method::POST, &path, Some(body.clone()))
        .await
        .error(403, "Authorization_RequestDenied");
    // An owner has no more power, and is protected as members are.
    let owner = json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{eve}")});
    app.post(&format!("{members}/owners/$ref"), owner).await.ok(204);
    let (owner, _) = app
        .person(eve, &[P::GroupReadWriteAll, P::GroupMemberReadWriteAll])
        .await;
    app.send(&owner, Method::POST, &path, Some(body))
        .await
        .error(403, "Authorization_RequestDenied");
    issue(eve).await.error(403, "accessDenied");

    // What the member is in: the role through the group, and so not directly.
    let role = ids(
        &app,
        "/directoryRoles?$filter=displayName eq 'Authentication Administrator'",
    )
    .await;
    let direct = ids(&app, &format!("/users/{bob}/memberOf")).await;
    assert_eq!(direct, std::slice::from_ref(&helpers));
    let all = ids(&app, &format!("/users/{bob}/transitiveMemberOf")).await;
    assert!(all.contains(&helpers) && all.contains(&role[0]), "{all:?}");
    assert_eq!(ids(&app, &format!("{members}/memberOf")).await, role);
    let shown = app
        .get(&format!("/directoryRoles/{}/members", role[0]))
        .await
        .ok(200);
    assert_eq!(shown["value"][0]["id"], helpers.as_str());
    assert_eq!(shown["value"][0]["@odata.type"], "#microsoft.graph.group");
    let path = format!("{ASSIGNMENTS}?$filter=principalId eq '{helpers}'&$expand=principal");
    assert_eq!(
        app.get(&path).await.ok(200)["value"][0]["principal"]["displayName"],
        "helpers"
    );
    let path = format!("/reports/authenticationMethods/userRegistrationDetails/{bob}");
    assert_eq!(app.get(&path).await.ok(200)["isAdmin"], true);

    app.delete(&format!("{members}/members/{bob}/$ref")).await.ok(204);
    issue(ada).await.error(403, "accessDenied");
    join(&app, &members, bob).await;
    issue(ada).await.ok(201);
    app.delete(&members).await.ok(204);
    issue(ada).await.error(403, "accessDenied");
    assert_eq!(
        targets(&app, "Remove member from role").await,
        [[helpers.clone(), AUTH.to_string()]]
    );
    let path = format!("{ASSIGNMENTS}?$filter=principalId eq '{helpers}'");
    assert_eq!(ids(&app, &path).await, [] as [String; 0]);
}

#[tokio::test]
async fn a_group_holds_a_role_for_a_unit() {
    let app = TestApp::new().await;
    let (ada, bob, eve) = (
        app.user("ada").await.id,
        app.user("bob").await.id,
        app.user("eve").await.id,
    );
    let unit = app.post(UNITS, json!({"displayName": "Plant"})).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    join(&app, &format!("{UNITS}/{unit}"), ada).await;
    let helpers = group(&app, "helpers", true).await;
    join(&app, &format!("/groups/{helpers}"), bob).await;
    let scope = format!("/administrativeUnits/{unit}");
    app.post(ASSIGNMENTS, assignment(AUTH, &helpers, &scope))
        .await
        .ok(201);
    let (token, _) = app.person(bob, &[P::UserAuthMethodTAPReadWriteAll]).await;
    let issue = async |user: UserId| {
        app.send(&token, Method::POST, &passes(user), Some(json!({})))
            .await
    };
    issue(ada).await.ok(201);
    issue(eve).await.error(403, "accessDenied");
    let held = app
        .get(&format!("{UNITS}/{unit}/scopedRoleMembers"))
        .await
        .ok(200);
    assert_eq!(held["value"][0]["roleMemberInfo"]["displayName"], "helpers");

    // With the unit ends what was given for it, and the log says so.
    app.post(ASSIGNMENTS, assignment(AUTH, &eve.to_string(), &scope))
        .await
        .ok(201);
    app.delete(&format!("{UNITS}/{unit}")).await.ok(204);
    let mut taken = targets(&app, "Remove scoped member from role").await;
    taken.sort();
    let record = |who: &str| vec![who.to_owned(), AUTH.to_string(), unit.clone()];
    let mut wanted = vec![record(&helpers), record(&eve.to_string())];
    wanted.sort();
    assert_eq!(taken, wanted);
    assert_eq!(
        targets(&app, "Delete administrative unit").await,
        [[unit.clone()]]
    );
    issue(ada).await.error(403, "accessDenied");
}

#[tokio::test]
async fn roles_that_end_with_who_holds_them_are_recorded() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    app.give_role(ada, RoleId::GLOBAL_READER).await;
    app.delete(&format!("/users/{ada}")).await.ok(204);
    let (application, principal) = crate::registered::register(&app, "Reader").await;
    let principal = crate::registered::text(&principal, "id");
    app.post(ASSIGNMENTS, assignment(RoleId::GLOBAL_READER, principal, "/"))
        .await
        .ok(201);
    let path = format!("/applications/{}", crate::registered::text(&application, "id"));
    app.delete(&path).await.ok(204);
    let mut taken = targets(&app, "Remove member from role").await;
    taken.sort();
    let reader = RoleId::GLOBAL_READER.to_string();
    let mut wanted = vec![
        vec![ada.to_string(), reader.clone()],
        vec![principal.to_owned(), reader],
    ];
    wanted.sort();
    assert_eq!(taken, wanted);
}

#[tokio::test]
async fn a_group_is_not_emptied_of_the_last_global_administrator() {
    let app = TestApp::new().await;
    let second = app.user("second").await.id;
    let keepers = group(&app, "keepers", true).await;
    join(&app, &format!("/groups/{keepers}"), second).await;
    app.post(ASSIGNMENTS, assignment(GLOBAL, &keepers, "/"))
        .await
        .ok(201);
    let root = ids(
        &app,
        &format!("{ASSIGNMENTS}?$filter=principalId eq '{}'", app.root),
    )
    .await;
    app.delete(&format!("{ASSIGNMENTS}/{}", root[0])).await.ok(204);
    let held = ids(&app, &format!("{ASSIGNMENTS}?$filter=principalId eq '{keepers}'")).await;
    for path in [
        format!("/groups/{keepers}/members/{second}/$ref"),
        format!("/groups/{keepers}"),
        format!("{ASSIGNMENTS}/{}", held[0]),
        format!("/users/{second}"),
    ] {
        let refused = app.delete(&path).await.error(400, "Request_BadRequest");
        assert!(refused.contains("last"), "{path}: {refused}");
    }
    app.patch(&format!("/users/{second}"), json!({"accountEnabled": false}))
        .await
        .error(400, "Request_BadRequest");
    assert_eq!(
        ids(&app, &format!("/groups/{keepers}/members")).await,
        [second.to_string()]
    );
    // Nothing of it is in the log.
    let records = targets(&app, "Remove member from group").await;
    assert_eq!(records, [] as [Vec<String>; 0]);
    app.give_role(app.root, GLOBAL).await;
    app.delete(&format!("/groups/{keepers}")).await.ok(204);
}
