//! Administrative units, roles that are given for one, and the older form of roles, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::{RoleId, UserId};
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp, passes};

const UNITS: &str = "/directory/administrativeUnits";
const AUTH: RoleId = RoleId::AUTHENTICATION_ADMINISTRATOR;

async fn unit(app: &TestApp, body: Value) -> String {
    app.post(UNITS, body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn join(app: &TestApp, unit: &str, user: UserId) {
    let body = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}")});
    app.post(&format!("{UNITS}/{unit}/members/$ref"), body)
        .await
        .ok(204);
}

#[tokio::test]
async fn units_are_made_changed_listed_and_deleted() {
    let app = TestApp::new().await;
    let body = json!({"@odata.type": "#microsoft.graph.administrativeUnit", "displayName": "Plant B",
        "description": "The second plant", "visibility": "HiddenMembership"});
    let answer = app.post(UNITS, body).await;
    let location = answer.header("location").to_owned();
    let made = answer.ok(201);
    let id = made["id"].as_str().unwrap();
    assert!(location.ends_with(&format!("{UNITS}/{id}")), "{location}");
    assert_eq!(made["visibility"], "HiddenMembership");
    assert_eq!(made["isMemberManagementRestricted"], false);
    assert_eq!(
        app.get(&format!("{UNITS}/{id}")).await.ok(200)["displayName"],
        "Plant B"
    );
    let other = unit(
        &app,
        json!({"displayName": "Office", "isMemberManagementRestricted": true}),
    )
    .await;

    let names = async |query: &str| {
        let list = app.get(&format!("{UNITS}{query}")).await.ok(200);
        let names = list["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|unit| unit["displayName"].clone());
        (
            names.collect::<Vec<_>>(),
            list["@odata.nextLink"].as_str().map(str::to_owned),
        )
    };
    let (first, next) = names("?$top=1").await;
    assert_eq!(first, ["Office"]);
    let rest = next.unwrap().split_once('?').unwrap().1.to_owned();
    assert_eq!(names(&format!("?{rest}")).await, (vec!["Plant B".into()], None));
    assert_eq!(
        names("?$filter=startswith(displayName,'plant')").await.0,
        ["Plant B"]
    );
    app.get(&format!("{UNITS}?$filter=description eq 'x'"))
        .await
        .error(400, "Request_UnsupportedQuery");

    app.patch(&format!("{UNITS}/{id}"), json!({"description": null}))
        .await
        .ok(204);
    assert_eq!(
        app.get(&format!("{UNITS}/{id}")).await.ok(200)["description"],
        Value::Null
    );
    for fixed in [
        json!({"visibility": "Public"}),
        json!({"isMemberManagementRestricted": true}),
    ] {
        app.patch(&format!("{UNITS}/{id}"), fixed)
            .await
            .error(400, "Request_BadRequest");
    }
    for wrong in [
        json!({}),
        json!({"displayName": ""}),
        json!({"displayName": "x", "visibility": "Private"}),
        json!({"displayName": "x", "membershipType": "Dynamic"}),
        json!({"displayName": "x", "colour": "red"}),
    ] {
        app.post(UNITS, wrong).await.error(400, "Request_BadRequest");
    }
    app.delete(&format!("{UNITS}/{other}")).await.ok(204);
    app.get(&format!("{UNITS}/{other}"))
        .await
        .error(404, "Request_ResourceNotFound");
    let audits = app
        .get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update administrative unit'")
        .await
        .ok(200);
    assert_eq!(audits["value"][0]["category"], "AdministrativeUnit");
    assert_eq!(audits["value"][0]["targetResources"][0]["id"], id);
}

#[tokio::test]
async fn members_join_and_leave() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let id = unit(&app, json!({"displayName": "Plant"})).await;
    let closed = unit(
        &app,
        json!({"displayName": "Closed", "isMemberManagementRestricted": true}),
    )
    .await;
    let members = format!("{UNITS}/{id}/members");
    join(&app, &id, ada.id).await;
    join(&app, &id, bob.id).await;
    let group =
        json!({"displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true});
    let group = app.post("/groups", group).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let reference = |id: &str| json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{id}")});
    app.post(&format!("{members}/$ref"), reference(&group))
        .await
        .ok(204);
    let refused = app
        .post(&format!("{UNITS}/{closed}/members/$ref"), reference(&group))
        .await;
    assert!(
        refused
            .error(400, "Request_BadRequest")
            .contains("users as members only")
    );
    let again = app
        .post(&format!("{members}/$ref"), reference(&ada.id.to_string()))
        .await;
    assert!(again.error(400, "Request_BadRequest").contains("already exist"));
    app.post(&format!("{members}/$ref"), reference(NOBODY))
        .await
        .error(404, "Request_ResourceNotFound");

    let list = app
        .get(&format!("{members}?$select=id,displayName"))
        .await
        .ok(200);
    let kinds: Vec<_> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["@odata.type"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "#microsoft.graph.user",
            "#microsoft.graph.user",
            "#microsoft.graph.group"
        ]
    );
    let first = app.get(&format!("{members}?$top=2")).await.ok(200);
    let next = first["@odata.nextLink"].as_str().unwrap();
    let rest = app.get(next.split_once("/v1.0").unwrap().1).await.ok(200);
    assert_eq!(rest["value"][0]["id"], group.as_str());
    app.delete(&format!("{members}/{}/$ref", bob.id)).await.ok(204);
    app.delete(&format!("{members}/{}/$ref", bob.id))
        .await
        .error(404, "Request_ResourceNotFound");
    let listed = app.get(&members).await.ok(200)["value"].as_array().unwrap().len();
    assert_eq!(listed, 2);

    // Hidden members are for administrators.
    let hidden = unit(
        &app,
        json!({"displayName": "Hidden", "visibility": "HiddenMembership"}),
    )
    .await;
    let (reader, _) = app.person(ada.id, &[P::AdministrativeUnitReadAll]).await;
    app.send(&reader, Method::GET, &members, None).await.ok(200);
    let path = format!("{UNITS}/{hidden}/members");
    app.send(&reader, Method::GET, &path, None)
        .await
        .error(403, "Authorization_RequestDenied");
    app.get(&path).await.ok(200);
}

/// Sign-in contract 8.3, from the assignment to the pass.
#[tokio::test]
async fn a_role_for_a_unit_reaches_its_members_and_nobody_else() {
    let app = TestApp::new().await;
    let (helper, ada, bob, boss) = (
        app.user("helper").await,
        app.user("ada").await,
        app.user("bob").await,
        app.user("boss").await,
    );
    let id = unit(&app, json!({"displayName": "Plant"})).await;
    for member in [ada.id, boss.id] {
        join(&app, &id, member).await;
    }
    app.give_role(boss.id, RoleId::REPORTS_READER).await;
    let scope = format!("/administrativeUnits/{id}");
    let assignment = |role: RoleId, scope: &str| json!({"roleDefinitionId": role.to_string(), "principalId": helper.id.to_string(), "directoryScopeId": scope});
    let assignments = "/roleManagement/directory/roleAssignments";
    let given = app.post(assignments, assignment(AUTH, &scope)).await.ok(201);
    assert_eq!(given["directoryScopeId"], scope);
    app.post(assignments, assignment(AUTH, &scope))
        .await
        .error(400, "Request_BadRequest");
    let refused = app
        .post(assignments, assignment(RoleId::GLOBAL_ADMINISTRATOR, &scope))
        .await;
    assert!(
        refused
            .error(400, "Request_BadRequest")
            .contains("single resource scope")
    );
    let nowhere = format!("/administrativeUnits/{NOBODY}");
    app.post(assignments, assignment(AUTH, &nowhere))
        .await
        .error(404, "Request_ResourceNotFound");
    app.post(assignments, assignment(AUTH, "/users/1"))
        .await
        .error(400, "Request_BadRequest");

    let (token, _) = app.person(helper.id, &[P::UserAuthMethodTAPReadWriteAll]).await;
    let issue = async |user: UserId| {
        app.send(&token, Method::POST, &passes(user), Some(json!({})))
            .await
    };
    issue(ada.id).await.ok(201);
    for other in [bob.id, boss.id] {
        issue(other).await.error(403, "accessDenied");
    }
    let listed = app
        .get(&format!("{assignments}?$filter=directoryScopeId eq '{scope}'"))
        .await
        .ok(200);
    assert_eq!(
        listed["value"],
        json!([{"id": given["id"], "roleDefinitionId": AUTH.to_string(),
        "principalId": helper.id.to_string(), "directoryScopeId": scope,
        "principalOrganizationId": given["principalOrganizationId"]}])
    );

    // In a restricted unit, too, she is out of reach for all but those who hold a role there.
    let closed = unit(
        &app,
        json!({"displayName": "Closed", "isMemberManagementRestricted": true}),
    )
    .await;
    join(&app, &closed, ada.id).await;
    issue(ada.id).await.error(403, "accessDenied");
    app.post(&passes(ada.id), json!({}))
        .await
        .error(403, "accessDenied");
    let (root, _) = app.person(app.root, &[P::UserAuthMethodTAPReadWriteAll]).await;
    app.send(&root, Method::POST, &passes(ada.id), Some(json!({})))
        .await
        .error(403, "accessDenied");
    app.send(&root, Method::GET, &passes(ada.id), None).await.ok(200);
    let scoped = format!("{UNITS}/{closed}/scopedRoleMembers");
    let role = app
        .get("/directoryRoles?$filter=displayName eq 'Authentication Administrator'")
        .await
        .ok(200);
    let role_id = role["value"][0]["id"].as_str().unwrap();
    let body = json!({"roleId": role_id, "roleMemberInfo": {"id": helper.id.to_string()}});
    let held = app.post(&scoped, body).await.ok(201);
    assert_eq!(held["administrativeUnitId"], closed.as_str());
    assert_eq!(held["roleMemberInfo"]["userPrincipalName"], "helper@example.com");
    issue(ada.id).await.ok(201);

    let of_unit = app.get(&scoped).await.ok(200);
    assert_eq!(of_unit["value"].as_array().unwrap().len(), 1);
    let one = format!("{scoped}/{}", held["id"].as_str().unwrap());
    assert_eq!(app.get(&one).await.ok(200)["roleId"], role_id);
    let elsewhere = format!("{UNITS}/{id}/scopedRoleMembers/{}", held["id"].as_str().unwrap());
    app.get(&elsewhere).await.error(404, "Request_ResourceNotFound");
    app.delete(&elsewhere)
        .await
        .error(404, "Request_ResourceNotFound");
    let by_role = app
        .get(&format!("/directoryRoles/{role_id}/scopedMembers"))
        .await
        .ok(200);
    assert_eq!(by_role["value"].as_array().unwrap().len(), 2);
    app.delete(&one).await.ok(204);
    issue(ada.id).await.error(403, "accessDenied");
    let audits = app
        .get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Add scoped member to role'")
        .await
        .ok(200);
    let successes: Vec<_> = audits["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|a| a["result"] == "success")
        .collect();
    assert_eq!(successes.len(), 2);
    assert_eq!(successes[0]["targetResources"][2]["id"], closed.as_str());
}

#[tokio::test]
async fn the_older_form_shows_the_same_roles() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let templates = app.get("/directoryRoleTemplates").await.ok(200);
    assert!(templates["value"].as_array().unwrap().len() > 20);
    let reader = RoleId::GLOBAL_READER.to_string();
    app.get(&format!("/directoryRoleTemplates/{reader}"))
        .await
        .ok(200);
    let activated = app.get("/directoryRoles").await.ok(200);
    assert_eq!(
        activated["value"].as_array().unwrap().len(),
        1,
        "the first administrator's"
    );
    let by_template = format!("/directoryRoles(roleTemplateId='{reader}')");
    app.get(&by_template).await.error(404, "Request_ResourceNotFound");
    let made = app
        .post("/directoryRoles", json!({"roleTemplateId": reader}))
        .await
        .ok(201);
    let id = made["id"].as_str().unwrap();
    assert_ne!(id, reader);
    app.post("/directoryRoles", json!({"roleTemplateId": reader}))
        .await
        .error(400, "Request_BadRequest");
    app.post("/directoryRoles", json!({"roleTemplateId": NOBODY}))
        .await
        .error(404, "Request_ResourceNotFound");
    assert_eq!(app.get(&by_template).await.ok(200)["id"], id);
    assert_eq!(
        app.get(&format!("/directoryRoles/{id}")).await.ok(200)["displayName"],
        "Global Reader"
    );
    app.get("/directoryRoles?$top=1")
        .await
        .error(400, "Request_UnsupportedQuery");

    let members = format!("/directoryRoles/{id}/members");
    let body = json!({"@odata.id": format!("https://x/v1.0/users/{}", ada.id)});
    app.post(&format!("{members}/$ref"), body.clone()).await.ok(204);
    assert!(
        app.post(&format!("{members}/$ref"), body)
            .await
            .error(400, "Request_BadRequest")
            .contains("members")
    );
    let held = app.get(&members).await.ok(200);
    assert_eq!(held["value"][0]["userPrincipalName"], "ada@example.com");
    let newer = format!(
        "/roleManagement/directory/roleAssignments?$filter=principalId eq '{}'",
        ada.id
    );
    assert_eq!(
        app.get(&newer).await.ok(200)["value"][0]["roleDefinitionId"],
        reader
    );
    app.delete(&format!("{members}/{}/$ref", ada.id)).await.ok(204);
    app.delete(&format!("{members}/{}/$ref", ada.id))
        .await
        .error(404, "Request_ResourceNotFound");
    assert!(
        app.get(&members).await.ok(200)["value"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn assignments_come_with_whom_and_what_they_are_about() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let unit = unit(&app, json!({"displayName": "North"})).await;
    let assignments = "/roleManagement/directory/roleAssignments";
    let body = json!({"roleDefinitionId": AUTH.to_string(), "principalId": ada.to_string(),
        "directoryScopeId": format!("/administrativeUnits/{unit}")});
    let id = app.post(assignments, body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let with = async |related: &str| {
        let list = format!("{assignments}?$filter=principalId eq '{ada}'&$expand={related}");
        app.get(&list).await.ok(200)["value"][0][related].clone()
    };
    let principal = with("principal").await;
    assert_eq!(principal["@odata.type"], "#microsoft.graph.user");
    assert_eq!(principal["userPrincipalName"], "ada@example.com");
    assert_eq!(
        with("roleDefinition").await["displayName"],
        "Authentication Administrator"
    );
    assert_eq!(with("directoryScope").await["displayName"], "North");
    let one = app
        .get(&format!("{assignments}/{id}?$expand=principal"))
        .await
        .ok(200);
    assert_eq!(one["principal"]["id"], ada.to_string());
    app.get(&format!("{assignments}?$expand=principal,roleDefinition"))
        .await
        .error(400, "Request_UnsupportedQuery");
    // Who may not see people sees that somebody holds the role, and no more.
    let roles_only = app.app(&[P::RoleManagementReadDirectory]).await;
    let path = format!("{assignments}/{id}?$expand=principal");
    let one = app.send(&roles_only, Method::GET, &path, None).await.ok(200);
    assert_eq!(one["principal"]["id"], ada.to_string());
    assert_eq!(one["principal"]["displayName"], Value::Null);
}
