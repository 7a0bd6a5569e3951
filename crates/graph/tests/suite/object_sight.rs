//! Objects in lists of several kinds: what the caller may not read is there by its type and id alone, over HTTP.

use axum::http::Method;
use latchkey_domain::{GraphPermission as P, RoleId};
use serde_json::{Value, json};

use crate::common::TestApp;
use crate::registered::{register, text};

const UNITS: &str = "/directory/administrativeUnits";
const ASSIGNMENTS: &str = "/roleManagement/directory/roleAssignments";
const READER: RoleId = RoleId::GLOBAL_READER;

fn named(id: impl std::fmt::Display) -> Value {
    json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{id}")})
}

/// A group and a unit with Ada and a group in them, roles that Ada, a group and an application hold, an application
/// that she owns.
struct World {
    app: TestApp,
    ada: String,
    bob: latchkey_domain::UserId,
    group: String,
    unit: String,
    application: String,
    principal: String,
}

async fn group(app: &TestApp, name: &str, role_assignable: bool) -> String {
    let body = json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
        "isAssignableToRole": role_assignable});
    text(&app.post("/groups", body).await.ok(201), "id").to_owned()
}

async fn world() -> World {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    app.patch(
        &format!("/users/{ada}"),
        json!({"city": "Bern", "employeeId": "7"}),
    )
    .await
    .ok(204);
    let (application, principal) = register(&app, "Payroll").await;
    let (application, principal) = (
        text(&application, "id").to_owned(),
        text(&principal, "id").to_owned(),
    );
    let (staff, holders) = (
        group(&app, "staff", false).await,
        group(&app, "holders", true).await,
    );
    let unit = app.post(UNITS, json!({"displayName": "Ward"})).await.ok(201);
    let unit = text(&unit, "id").to_owned();
    for (list, id) in [
        (format!("/groups/{staff}/members"), ada.to_string()),
        (format!("/groups/{staff}/members"), holders.clone()),
        (format!("/groups/{staff}/members"), principal.clone()),
        (format!("/groups/{staff}/owners"), ada.to_string()),
        (format!("{UNITS}/{unit}/members"), ada.to_string()),
        (format!("{UNITS}/{unit}/members"), staff.clone()),
        (format!("/applications/{application}/owners"), ada.to_string()),
    ] {
        app.post(&format!("{list}/$ref"), named(id)).await.ok(204);
    }
    for holder in [&ada.to_string(), &holders, &principal] {
        let body =
            json!({"roleDefinitionId": READER.to_string(), "principalId": holder, "directoryScopeId": "/"});
        app.post(ASSIGNMENTS, body).await.ok(201);
    }
    World {
        app,
        ada: ada.to_string(),
        bob,
        group: staff,
        unit,
        application,
        principal,
    }
}

/// The items of a list by their kinds, each of them checked to have an id.
async fn items(app: &TestApp, token: &str, path: &str) -> Vec<(String, Value)> {
    let list = app.send(token, Method::GET, path, None).await.ok(200);
    let list = list["value"].as_array().unwrap_or_else(|| panic!("{path}"));
    let of = |item: &Value| {
        let kind = text(item, "@odata.type").replace("#microsoft.graph.", "");
        assert!(!text(item, "id").is_empty(), "{path}");
        (kind, item.clone())
    };
    list.iter().map(of).collect()
}

fn is_bare(item: &Value) -> bool {
    let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let members = item.as_object().unwrap().iter();
    members
        .filter(|(name, _)| *name != "id" && *name != "@odata.type")
        .all(|(_, value)| empty(value))
}

#[tokio::test]
async fn members_are_bare_to_who_reads_only_what_they_are_in() {
    let world = world().await;
    let app = &world.app;
    let (group, unit, application) = (&world.group, &world.unit, &world.application);
    let role = format!("/directoryRoles(roleTemplateId='{READER}')/members");
    let lists = [
        (
            P::GroupMemberReadAll,
            format!("/groups/{group}/members"),
            vec!["user", "servicePrincipal"],
        ),
        (
            P::GroupMemberReadAll,
            format!("/groups/{group}/transitiveMembers"),
            vec!["user", "servicePrincipal"],
        ),
        (
            P::GroupMemberReadAll,
            format!("/groups/{group}/owners"),
            vec!["user"],
        ),
        (
            P::AdministrativeUnitReadAll,
            format!("{UNITS}/{unit}/members"),
            vec!["user", "group"],
        ),
        (
            P::RoleManagementReadDirectory,
            role.clone(),
            vec!["user", "group", "servicePrincipal"],
        ),
        (
            P::ApplicationReadAll,
            format!("/applications/{application}/owners"),
            vec!["user"],
        ),
    ];
    for (permission, path, hidden) in lists {
        let narrow = app.app(&[permission]).await;
        for query in ["", "?$select=id,displayName"] {
            let path = format!("{path}{query}");
            let mut bare: Vec<String> = Vec::new();
            for (kind, item) in items(app, &narrow, &path).await {
                if is_bare(&item) {
                    // It can't be null.
                    assert!(item.get("appRoleAssignmentRequired").is_none(), "{path}: {item}");
                    bare.push(kind);
                } else {
                    assert!(!hidden.contains(&kind.as_str()), "{path}: {item}");
                }
            }
            bare.sort();
            bare.dedup();
            let mut hidden = hidden.clone();
            hidden.sort_unstable();
            assert_eq!(bare, hidden, "{path}");
        }
        let chosen = format!("{path}?$select=city,employeeId,mobilePhone,userPrincipalName");
        for (_, item) in items(app, &narrow, &chosen).await {
            assert!(is_bare(&item), "{chosen}: {item}");
        }
        // With a permission that reads people, too, they are whole; with the basic one no more than who they are.
        let path = format!("{path}?$select=displayName,city");
        for (beside, city) in [
            (P::UserReadAll, json!("Bern")),
            (P::UserReadBasicAll, Value::Null),
        ] {
            let wide = app.app(&[permission, beside]).await;
            let found = items(app, &wide, &path).await;
            let ada = found
                .iter()
                .find(|(_, item)| item["id"] == world.ada.as_str())
                .unwrap();
            assert_eq!(ada.1["displayName"], "Test ada", "{path}");
            assert_eq!(ada.1["city"], city, "{path}");
        }
    }
    let narrow = app.app(&[P::GroupMemberReadAll]).await;
    let path = format!("/groups/{group}?$expand=members,owners");
    let expanded = app.send(&narrow, Method::GET, &path, None).await.ok(200);
    for list in ["members", "owners"] {
        let list = expanded[list].as_array().unwrap();
        let user = list
            .iter()
            .find(|item| item["@odata.type"] == "#microsoft.graph.user");
        assert!(is_bare(user.unwrap()), "{list:?}");
    }
    let places = app
        .send(
            &narrow,
            Method::GET,
            &format!("/groups/{group}/members/$ref"),
            None,
        )
        .await
        .ok(200);
    assert_eq!(places["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn everyone_sees_themselves_among_others() {
    let world = world().await;
    let app = &world.app;
    let list = format!("/groups/{}/members", world.group);
    app.post(&format!("{list}/$ref"), named(world.bob)).await.ok(204);
    let (bob, _) = app.person(world.bob, &[P::GroupMemberReadAll, P::UserRead]).await;
    let found = items(app, &bob, &list).await;
    let whole: Vec<_> = found
        .iter()
        .filter(|(kind, item)| kind == "user" && !is_bare(item))
        .map(|(_, item)| text(item, "displayName"))
        .collect();
    assert_eq!(whole, ["Test bob"]);
}

#[tokio::test]
async fn role_holders_are_the_same_in_both_forms() {
    let world = world().await;
    let app = &world.app;
    let members = format!("/directoryRoles(roleTemplateId='{READER}')/members");
    let mut old: Vec<String> = items(app, &app.admin, &members)
        .await
        .iter()
        .map(|(_, item)| text(item, "id").to_owned())
        .collect();
    let path = format!("{ASSIGNMENTS}?$filter=roleDefinitionId eq '{READER}'&$expand=principal");
    let new = app.get(&path).await.ok(200);
    let new = new["value"].as_array().unwrap();
    let mut ids: Vec<String> = new
        .iter()
        .map(|one| text(&one["principal"], "id").to_owned())
        .collect();
    old.sort();
    ids.sort();
    assert_eq!(old, ids);
    assert!(old.contains(&world.principal));
    // Whoever sees roles alone is told who, and no more.
    let narrow = app.app(&[P::RoleManagementReadDirectory]).await;
    let told = app.send(&narrow, Method::GET, &path, None).await.ok(200);
    for one in told["value"].as_array().unwrap() {
        assert_eq!(one["principal"]["id"], one["principalId"]);
        assert!(text(&one["principal"], "@odata.type").starts_with("#microsoft.graph."));
        assert!(is_bare(&one["principal"]), "{one}");
    }
    let scope = format!("/administrativeUnits/{}", world.unit);
    let helpdesk = RoleId::HELPDESK_ADMINISTRATOR.to_string();
    let body = json!({"roleDefinitionId": helpdesk, "principalId": world.ada, "directoryScopeId": scope});
    app.post(ASSIGNMENTS, body).await.ok(201);
    let path = format!("{ASSIGNMENTS}?$filter=directoryScopeId eq '{scope}'&$expand=directoryScope");
    let told = app.send(&narrow, Method::GET, &path, None).await.ok(200);
    let unit = &told["value"][0]["directoryScope"];
    assert_eq!(unit["id"], world.unit.as_str());
    assert!(is_bare(unit), "{unit}");
}

#[tokio::test]
async fn casts_counts_and_references_of_units_roles_and_reports() {
    let world = world().await;
    let app = &world.app;
    let put = json!({"@odata.id": format!("https://x/v1.0/users/{}", world.bob)});
    let manager = format!("/users/{}/manager/$ref", world.ada);
    app.send(&app.admin, Method::PUT, &manager, Some(put))
        .await
        .ok(204);
    let role = format!("/directoryRoles(roleTemplateId='{READER}')/members");
    let unit = format!("{UNITS}/{}/members", world.unit);
    let reports = format!("/users/{}/directReports", world.bob);
    for (list, kinds) in [
        (&role, [("user", 1), ("group", 1), ("servicePrincipal", 1)]),
        (&unit, [("user", 1), ("group", 1), ("servicePrincipal", 0)]),
        (&reports, [("user", 1), ("group", 0), ("servicePrincipal", 0)]),
    ] {
        let mut total = 0;
        for (kind, number) in kinds {
            for prefix in ["microsoft.graph.", "graph."] {
                let found = items(app, &app.admin, &format!("{list}/{prefix}{kind}")).await;
                assert!(found.iter().all(|(found, _)| found == kind), "{list} {kind}");
                assert_eq!(found.len(), number, "{list} {kind}");
            }
            total += number;
            assert_eq!(
                count(app, &format!("{list}/graph.{kind}/$count")).await,
                number.to_string()
            );
        }
        assert_eq!(count(app, &format!("{list}/$count")).await, total.to_string());
        if list != &reports {
            let places = app.get(&format!("{list}/$ref")).await.ok(200);
            assert_eq!(places["value"].as_array().unwrap().len(), total, "{list}");
            let first = text(&places["value"][0], "@odata.id");
            assert!(first.contains("/directoryObjects/"), "{first}");
            app.get(&format!("{list}/nonsense"))
                .await
                .error(400, "BadRequest");
        }
    }
    let one = app.get(&format!("{reports}/{}", world.ada)).await.ok(200);
    assert_eq!(one["displayName"], "Test ada");
    let page = app.get(&format!("{unit}/$ref?$top=1")).await.ok(200);
    let next = text(&page, "@odata.nextLink").split("/v1.0").nth(1).unwrap();
    let rest = app.get(next).await.ok(200);
    assert_eq!(rest["value"].as_array().unwrap().len(), 1);
}

async fn count(app: &TestApp, path: &str) -> String {
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("consistencylevel", "eventual"),
    ];
    let path = format!("/v1.0{path}");
    let answer = app.raw(Method::GET, &path, &headers, Vec::new()).await;
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[tokio::test]
async fn role_definitions_say_what_they_allow() {
    let app = TestApp::new().await;
    let role = RoleId::AUTHENTICATION_ADMINISTRATOR;
    let path = format!("/roleManagement/directory/roleDefinitions/{role}");
    let definition = app.get(&path).await.ok(200);
    assert_ne!(definition["description"], definition["displayName"]);
    let actions = &definition["rolePermissions"][0]["allowedResourceActions"];
    let actions: Vec<_> = actions
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        actions.contains(&"microsoft.directory/users/authenticationMethods/create"),
        "{actions:?}"
    );
}
