//! Query options on every list and object: what is not served is refused by its name, what is served is there.

use std::collections::BTreeSet;

use axum::http::Method;
use latchkey_domain::{CorrelationId, Requirement, SignInId, SignInRecord, User};
use latchkey_graph::ROUTES;
use serde_json::{Value, json};

use crate::common::{Answer, START, TestApp};
use crate::registered::register;

/// The options that the description gives a route.
fn described(description: &Value, pattern: &str) -> Vec<String> {
    let path = format!("/{pattern}").replace(
        "creationOptions/{minutes}",
        "creationOptions(challengeTimeoutInMinutes={minutes})",
    );
    let parameters = description["paths"][&path]["get"]["parameters"].as_array();
    let options = parameters
        .into_iter()
        .flatten()
        .filter(|one| one["in"] == "query");
    options
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Answers to clients that send such options to anything, as Microsoft's SDKs do (Graph contract 3.1).
fn ignores_options(pattern: &str) -> bool {
    pattern.contains("/authentication/") || pattern.starts_with("policies/authenticationMethodsPolicy")
}

async fn eventual(app: &TestApp, path: &str) -> Answer {
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("ConsistencyLevel", "eventual"),
    ];
    let path = format!("/v1.0{}", path.replace(' ', "%20"));
    app.raw(Method::GET, &path, &headers, Vec::new()).await
}

#[tokio::test]
async fn every_route_refuses_what_it_does_not_serve() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let description: Value =
        serde_json::from_str(include_str!("../../../../docs/openapi/graph.json")).unwrap();
    let all = [
        ("$apply", "x"),
        ("$compute", "x"),
        ("$count", "banana"),
        ("$deltatoken", "x"),
        ("$expand", "nix"),
        ("$filter", "nix eq 1"),
        ("$format", "xml"),
        ("$orderby", "nix"),
        ("$search", "nix"),
        ("$select", "nix"),
        ("$skip", "1"),
        ("$skiptoken", "x"),
        ("$top", "0"),
        ("$nix", "1"),
    ];
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| route.method == Method::GET) {
        if ignores_options(route.pattern) {
            continue;
        }
        let served = described(&description, route.pattern);
        let path = format!("/{}", route.pattern)
            .replace("{user}", &ada.id.to_string())
            .replace("{cast}", "graph.group")
            .replace("{domain}", "example.com");
        for (option, value) in all {
            let answer = app.get(&format!("{path}?{option}={value}")).await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let what = format!("{path}?{option}: {text}");
            if served.iter().any(|name| name == option) {
                // It has errors of its own: none of these values means anything, if the object is there.
                let unknown = answer.status == 404 && path.contains('{');
                assert!(answer.status == 400 || unknown, "{what}");
            } else {
                assert_eq!(answer.status, 400, "{what}");
                assert!(text.contains(option), "{what}");
                tried += 1;
            }
        }
        // The client's own is none of ours.
        let fine = app.get(&format!("{path}?nix=1")).await;
        assert!(!String::from_utf8_lossy(&fine.body).contains("'$nix'"), "{path}");
    }
    assert!(tried > 500, "{tried}");
    let user = format!("/users/{}", ada.id);
    let change = app
        .patch(&format!("{user}?$expand=manager"), json!({"city": "Paris"}))
        .await;
    assert!(change.error(400, "Request_UnsupportedQuery").contains("$expand"));
    assert_eq!(
        app.get(&format!("{user}?$select=city")).await.ok(200)["city"],
        Value::Null
    );
}

fn sign_in(user: &User) -> SignInRecord {
    SignInRecord {
        id: SignInId::from_bytes([9; 16]),
        at: START,
        interactive: true,
        user_id: Some(user.id),
        user_principal_name: Some(user.upn.to_string()),
        user_display_name: None,
        app_id: "a".into(),
        app_name: "An application".into(),
        ip_address: "192.0.2.1".into(),
        user_agent: "A browser".into(),
        correlation_id: CorrelationId::from_bytes([8; 16]),
        error: None,
        requirement: Requirement::SingleFactor,
        steps: Vec::new(),
        session_id: None,
    }
}

#[tokio::test]
async fn selected_properties_are_all_that_is_answered() {
    let app = TestApp::new().await;
    let record = sign_in(&app.user("ada").await);
    app.store
        .write_with(record, |writer, record| {
            Box::pin(async move { writer.insert_sign_in(record).await })
        })
        .await
        .unwrap();
    let roles = "/roleManagement/directory";
    let assignment = app.get(&format!("{roles}/roleAssignments")).await.ok(200)["value"][0]["id"].clone();
    let assignment = assignment.as_str().unwrap();
    let tenant = app.get("/organization").await.ok(200)["value"][0]["id"].clone();
    let tenant = tenant.as_str().unwrap();
    let role = "62e90394-69f5-4237-9190-012177145e10";
    for (list, one, property) in [
        ("/organization".into(), tenant, "displayName"),
        ("/domains".into(), "example.com", "isDefault"),
        (format!("{roles}/roleDefinitions"), role, "displayName"),
        (format!("{roles}/roleAssignments"), assignment, "roleDefinitionId"),
        ("/directoryRoleTemplates".into(), role, "displayName"),
        (
            "/auditLogs/signIns".into(),
            "09090909-0909-0909-0909-090909090909",
            "ipAddress",
        ),
    ] {
        let all = app.get(&format!("{list}?$select={property}")).await.ok(200);
        let single = app
            .get(&format!("{list}/{one}?$select=ID,{property}"))
            .await
            .ok(200);
        let first = all["value"][0].as_object().unwrap();
        assert_eq!(first.keys().collect::<Vec<_>>(), [property], "{list}");
        let context = all["@odata.context"].as_str().unwrap();
        assert!(context.ends_with(&format!("({property})")), "{context}");
        let names: BTreeSet<&str> = single.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            BTreeSet::from(["@odata.context", property, "id"]),
            "{list}"
        );
        assert!(!single[property].is_null(), "{list}");
        // Each property that there is can be selected.
        let whole = app.get(&list).await.ok(200)["value"][0].clone();
        let names: Vec<&str> = whole.as_object().unwrap().keys().map(String::as_str).collect();
        let all = app
            .get(&format!("{list}?$select={}", names.join(",")))
            .await
            .ok(200);
        assert!(names.len() > 2 && all["value"][0] == whole, "{list}");
    }
    let path = format!("{roles}/roleAssignments/{assignment}?$select=id&$expand=roleDefinition");
    let expanded = app.get(&path).await.ok(200);
    assert_eq!(expanded.as_object().unwrap().len(), 3, "{expanded}");
    let privileged = app
        .get(&format!("{roles}/roleDefinitions?$select=isPrivileged"))
        .await;
    privileged.error(400, "BadRequest");
    let roles = app.get("/directoryRoles?$select=roleTemplateId").await.ok(200);
    assert_eq!(roles["value"][0], json!({"roleTemplateId": role}));
    // What Graph knows of a sign-in and Latchkey does not.
    let unknown = app
        .get("/auditLogs/signIns?$select=authenticationProtocol")
        .await
        .ok(200);
    assert_eq!(unknown["value"][0], json!({"authenticationProtocol": null}));
}

#[tokio::test]
async fn units_are_counted_ordered_and_searched() {
    let app = TestApp::new().await;
    let units = "/directory/administrativeUnits";
    let mut first = String::new();
    for name in ["Plant B", "Plant A", "Office"] {
        let made = app.post(units, json!({"displayName": name})).await.ok(201);
        first = made["id"].as_str().unwrap().to_owned();
    }
    let plain = app.get(&format!("{units}?$count=true")).await.ok(200);
    assert_eq!(plain.get("@odata.count"), None, "without the header");
    for (query, number, wanted) in [
        ("$count=true&$top=1", 3, "Office"),
        ("$count=true&$orderby=displayName", 3, "Office"),
        (
            "$count=true&$filter=startswith(displayName,'plant')",
            2,
            "Plant A",
        ),
        ("$count=true&$filter=displayName eq 'plant b'", 1, "Plant B"),
        ("$count=true&$search=%22displayName:plant%22", 2, "Plant A"),
    ] {
        let list = eventual(&app, &format!("{units}?{query}")).await.ok(200);
        assert_eq!(list["@odata.count"], number, "{query}");
        assert_eq!(list["value"][0]["displayName"], wanted, "{query}");
        let options = query.replace("$count=true&", "");
        if options.starts_with("$filter") {
            let count = eventual(&app, &format!("{units}/$count?{options}")).await;
            assert_eq!(String::from_utf8_lossy(&count.body), number.to_string());
        }
    }
    app.get(&format!("{units}?$orderby=displayName"))
        .await
        .error(400, "Request_UnsupportedQuery");
    let ada = app.user("ada").await;
    let body = json!({"@odata.id": format!("https://x/v1.0/users/{}", ada.id)});
    app.post(&format!("{units}/{first}/members/$ref"), body)
        .await
        .ok(204);
    let members = eventual(&app, &format!("{units}/{first}/members?$count=true"))
        .await
        .ok(200);
    assert_eq!(members["@odata.count"], 1);
    let role = app.get("/directoryRoles").await.ok(200)["value"][0]["id"].clone();
    let path = format!("/directoryRoles/{}/members?$count=true", role.as_str().unwrap());
    let members = eventual(&app, &path).await.ok(200);
    assert_eq!(
        members["@odata.count"],
        members["value"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn logs_say_what_they_do_not_serve() {
    let app = TestApp::new().await;
    for (filter, code) in [
        ("signIns?$filter=riskState eq 'none'", "Request_UnsupportedQuery"),
        ("signIns?$filter=contains(appId,'a')", "Request_UnsupportedQuery"),
        ("signIns?$filter=userId eq 'ada'", "BadRequest"),
        ("signIns?$filter=createdDateTime ge", "BadRequest"),
        (
            "directoryAudits?$filter=operationType eq 'Add'",
            "Request_UnsupportedQuery",
        ),
        ("directoryAudits?$filter=activityDateTime ge 'x'", "BadRequest"),
    ] {
        let message = app.get(&format!("/auditLogs/{filter}")).await.error(400, code);
        assert!(message.to_lowercase().contains("filter clause"), "{message}");
    }
}

#[tokio::test]
async fn a_preferred_page_size_is_obeyed_and_said_to_be() {
    let app = TestApp::new().await;
    app.user("ada").await;
    app.user("bob").await;
    register(&app, "Files").await;
    let authorization = format!("Bearer {}", app.admin);
    for (path, preferences, applied) in [
        ("/users", vec!["odata.maxpagesize=2"], "odata.maxpagesize=2"),
        ("/users", vec!["Odata.MaxPageSize=2"], "odata.maxpagesize=2"),
        (
            "/users",
            vec!["return=minimal", "respond-async, odata.maxpagesize = \"2\""],
            "odata.maxpagesize=2",
        ),
        ("/users", vec!["odata.maxpagesize=5000"], "odata.maxpagesize=999"),
        ("/users?$top=2", vec!["odata.maxpagesize=1"], ""),
        ("/users", vec!["odata.maxpagesize=0"], ""),
        ("/users", vec!["odata.maxpagesize=many"], ""),
        ("/domains", vec!["odata.maxpagesize=1"], ""),
        (
            "/policies/authenticationStrengthPolicies",
            vec!["odata.maxpagesize=2"],
            "odata.maxpagesize=2",
        ),
    ] {
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend(preferences.iter().map(|preference| ("Prefer", *preference)));
        let path = format!("/v1.0{path}");
        let answer = app.raw(Method::GET, &path, &headers, Vec::new()).await;
        assert_eq!(
            answer.header("preference-applied"),
            applied,
            "{path} {preferences:?}"
        );
        let list = answer.ok(200);
        if applied.ends_with("=2") {
            assert_eq!(list["value"].as_array().unwrap().len(), 2, "{preferences:?}");
            assert!(list["@odata.nextLink"].is_string());
        }
    }
}

#[tokio::test]
async fn versions_are_read_in_any_case() {
    let app = TestApp::new().await;
    let authorization = format!("Bearer {}", app.admin);
    let headers = [("authorization", authorization.as_str())];
    for path in ["/V1.0/users", "/Beta/Users", "/BETA/organization"] {
        let answer = app.raw(Method::GET, path, &headers, Vec::new()).await.ok(200);
        let context = answer["@odata.context"].as_str().unwrap();
        assert!(
            context.contains("/v1.0/$") || context.contains("/beta/$"),
            "{context}"
        );
    }
}
