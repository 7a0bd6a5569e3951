//! Query options on users and groups: filters, search, order, counts, and what is refused.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{Answer, TestApp};

async fn eventual(app: &TestApp, path: &str) -> Answer {
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("ConsistencyLevel", "eventual"),
    ];
    let path = path.replace(' ', "%20").replace('"', "%22");
    app.raw(Method::GET, &format!("/v1.0{path}"), &headers, Vec::new())
        .await
}

fn aliases(list: &Value) -> Vec<String> {
    let mut found: Vec<String> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            one["userPrincipalName"]
                .as_str()
                .unwrap()
                .split('@')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    found.sort();
    found
}

async fn organisation() -> TestApp {
    let app = TestApp::new().await;
    for (alias, change) in [
        (
            "ada",
            json!({"givenName": "Ada", "city": "Paris", "mail": "ada@partner.example", "jobTitle": "Analyst"}),
        ),
        (
            "bob",
            json!({"givenName": "Bob", "city": "paris", "accountEnabled": false, "companyName": "Babbage"}),
        ),
        (
            "eve",
            json!({"displayName": "Eve O'Neil-King", "employeeId": "E-7", "userType": "Guest",
            "employeeHireDate": "2026-12-01T00:00:00Z", "businessPhones": ["+1 555 0100"]}),
        ),
    ] {
        app.user(alias).await;
        app.patch(&format!("/users/{alias}@example.com"), change)
            .await
            .ok(204);
    }
    app
}

#[tokio::test]
async fn filters_choose_users() {
    let app = organisation().await;
    for (filter, wanted) in [
        ("city eq 'PARIS'", vec!["ada", "bob"]),
        ("city eq 'Paris' and accountEnabled eq true", vec!["ada"]),
        (
            "startsWith(givenName,'a') or startsWith(surname,'a') or startswith(mail,'eve')",
            vec!["ada"],
        ),
        (
            "userPrincipalName in ('ada@example.com','EVE@example.com')",
            vec!["ada", "eve"],
        ),
        ("displayName eq 'eve o''neil-king'", vec!["eve"]),
        ("userType eq 'Guest'", vec!["eve"]),
        ("userType eq 'Nobody'", vec![]),
        ("(employeeId eq 'E-7')", vec!["eve"]),
        ("jobTitle ge 'a' and jobTitle lt 'b'", vec!["ada"]),
        ("businessPhones/any(p:p eq '+1 555 0100')", vec!["eve"]),
        ("proxyAddresses/any(p:startsWith(p,'smtp:'))", vec![]),
        (
            "identities/any(c:c/issuer eq 'x' and c/issuerAssignedId eq 'y')",
            vec![],
        ),
        (
            "createdDateTime gt 2026-01-01T00:00:00Z and accountEnabled eq false",
            vec!["bob"],
        ),
        ("onPremisesSyncEnabled eq true", vec![]),
        ("mail eq 'x%'", vec![]),
    ] {
        let list = app
            .get(&format!(
                "/users?$select=userPrincipalName&$filter={}",
                filter.replace('%', "%25").replace('+', "%2B")
            ))
            .await;
        assert_eq!(aliases(&list.ok(200)), wanted, "{filter}");
    }
}

#[tokio::test]
async fn advanced_filters_need_header_and_count() {
    let app = organisation().await;
    for (filter, wanted) in [
        ("endsWith(mail,'@PARTNER.example')", vec!["ada"]),
        ("endsWith(userPrincipalName,'a@example.com')", vec!["ada"]),
        ("userType ne 'Member'", vec!["eve"]),
        (
            "not(startsWith(userPrincipalName,'b')) and userType eq 'Member'",
            vec!["ada", "root"],
        ),
        ("assignedLicenses/$count ne 0", vec![]),
        (
            "assignedLicenses/$count eq 0 and city eq 'paris'",
            vec!["ada", "bob"],
        ),
        ("city eq null", vec!["eve", "root"]),
        ("city ne 'Paris'", vec!["eve", "root"]),
        ("companyName eq 'babbage'", vec!["bob"]),
        ("employeeHireDate ge 2026-12-01T00:00:00Z", vec!["eve"]),
        (
            "onPremisesSyncEnabled eq null and city eq 'paris'",
            vec!["ada", "bob"],
        ),
    ] {
        let query = format!("/users?$select=userPrincipalName&$filter={filter}");
        app.get(&query).await.error(400, "Request_UnsupportedQuery");
        eventual(&app, &query)
            .await
            .error(400, "Request_UnsupportedQuery");
        let list = eventual(&app, &format!("{query}&$count=true")).await.ok(200);
        assert_eq!(aliases(&list), wanted, "{filter}");
        assert_eq!(list["@odata.count"], wanted.len(), "{filter}");
        let count = eventual(&app, &format!("/users/$count?$filter={filter}")).await;
        assert_eq!(
            String::from_utf8_lossy(&count.body),
            wanted.len().to_string(),
            "{filter}"
        );
    }
    let message = app
        .get("/users?$filter=endsWith(mail,'x')")
        .await
        .error(400, "Request_UnsupportedQuery");
    assert!(
        message.starts_with("Operator 'endsWith' is not supported because"),
        "{message}"
    );
}

#[tokio::test]
async fn search_looks_at_words_and_beginnings() {
    let app = organisation().await;
    for (search, wanted) in [
        ("\"displayName:king\"", vec!["eve"]),
        ("\"displayName:o'ne\"", vec!["eve"]),
        ("\"displayName:test a\"", vec!["ada"]),
        ("\"mail:ADA@\" OR \"displayName:bob\"", vec!["ada", "bob"]),
        (
            "\"displayName:test\" AND NOT (\"givenName:ada\" OR \"givenName:x\")",
            vec!["bob"],
        ),
        ("\"displayName:---\"", vec![]),
        ("\"userPrincipalName:ev\"", vec!["eve"]),
    ] {
        let query = format!("/users?$select=userPrincipalName&$search={search}");
        let list = eventual(&app, &query).await.ok(200);
        assert_eq!(aliases(&list), wanted, "{search}");
        app.get(&query.replace('"', "%22"))
            .await
            .error(400, "Request_UnsupportedQuery");
        let count = eventual(&app, &format!("/users/$count?$search={search}")).await;
        assert_eq!(
            String::from_utf8_lossy(&count.body),
            wanted.len().to_string(),
            "{search}"
        );
    }
    let both =
        "/users?$select=userPrincipalName&$search=\"displayName:test\"&$filter=city eq 'Paris'&$count=true";
    let list = eventual(&app, both).await.ok(200);
    assert_eq!(
        (aliases(&list), &list["@odata.count"]),
        (vec!["ada".into(), "bob".into()], &json!(2))
    );
    for wrong in [
        "displayName:a",
        "\"displayName\"",
        "\"displayName:a",
        "\"displayName:a\" or \"mail:a\"",
        "(",
    ] {
        eventual(&app, &format!("/users?$search={wrong}"))
            .await
            .error(400, "BadRequest");
    }
    eventual(&app, "/users?$search=\"city:a\" AND \"nonsense:b\"")
        .await
        .error(400, "BadRequest");
    eventual(&app, "/users?$search=\"userType:a\"")
        .await
        .error(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn lists_are_ordered() {
    let app = organisation().await;
    let names = |list: Value| -> Vec<String> {
        let items = list["value"].as_array().unwrap().clone();
        items
            .iter()
            .map(|one| one["displayName"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = app
        .get("/users?$orderby=displayName desc&$top=2&$select=displayName")
        .await
        .ok(200);
    assert_eq!(names(list.clone()), ["Test bob", "Test ada"]);
    let next = list["@odata.nextLink"]
        .as_str()
        .unwrap()
        .split_once("/v1.0")
        .unwrap()
        .1
        .to_owned();
    assert_eq!(names(app.get(&next).await.ok(200))[0], "Eve O'Neil-King");
    app.get("/users?$orderby=createdDateTime")
        .await
        .error(400, "Request_UnsupportedQuery");
    let list = eventual(&app, "/users?$orderby=createdDateTime&$count=true")
        .await
        .ok(200);
    assert_eq!(list["@odata.count"], 4);
    let filtered = "/users?$filter=city eq 'paris'&$orderby=displayName desc&$select=displayName";
    let message = app.get(filtered).await.error(400, "Request_UnsupportedQuery");
    assert_eq!(message, "Sorting not supported for current query.");
    let list = eventual(&app, &format!("{filtered}&$count=true")).await.ok(200);
    assert_eq!(names(list), ["Test bob", "Test ada"]);
}

#[tokio::test]
async fn what_is_not_served_is_named() {
    let app = organisation().await;
    let many = (0..16).map(|n| format!("'{n}'")).collect::<Vec<_>>().join(",");
    let long = "x".repeat(121);
    let cases = [
        (
            "$filter=streetAddress eq 'x'".to_owned(),
            "Request_UnsupportedQuery",
            "property 'streetAddress' of resource 'User'",
        ),
        (
            "$filter=displayName ge 'x'".to_owned(),
            "Request_UnsupportedQuery",
            "'displayName'",
        ),
        (
            "$filter=contains(displayName,'x')".to_owned(),
            "Request_UnsupportedQuery",
            "'displayName'",
        ),
        (
            "$filter=companyName eq 'x'".to_owned(),
            "Request_UnsupportedQuery",
            "'companyName'",
        ),
        ("$filter=nonsense eq 'x'".to_owned(), "BadRequest", "'nonsense'"),
        (
            "$filter=accountEnabled eq 'true'".to_owned(),
            "BadRequest",
            "incompatible types",
        ),
        (
            "$filter=createdDateTime ge '2026-01-01'".to_owned(),
            "BadRequest",
            "incompatible types",
        ),
        (
            "$filter=displayName/any(x:x eq 'a')".to_owned(),
            "Request_UnsupportedQuery",
            "'displayName'",
        ),
        (
            "$filter=businessPhones eq 'a'".to_owned(),
            "Request_UnsupportedQuery",
            "'businessPhones'",
        ),
        (
            "$filter=businessPhones/any(x:x/number eq 'a' and x/b eq 'c')".to_owned(),
            "Request_UnsupportedQuery",
            "'businessPhones'",
        ),
        (
            format!("$filter=city in ({many})"),
            "Request_UnsupportedQuery",
            "Max allowed: 15",
        ),
        (
            format!("$filter=city eq '{long}'"),
            "Request_UnsupportedQuery",
            "120 characters",
        ),
        (
            "$filter=city eq 'a%00'".to_owned(),
            "BadRequest",
            "null character",
        ),
        (
            "$apply=groupby((city))".to_owned(),
            "Request_UnsupportedQuery",
            "'$apply'",
        ),
        ("$skip=5".to_owned(), "Request_UnsupportedQuery", "'$skip'"),
        (
            "$orderby=displayName,city".to_owned(),
            "Request_UnsupportedQuery",
            "Unsupported sort property",
        ),
        (
            "$orderby=displayName down".to_owned(),
            "Request_UnsupportedQuery",
            "Unsupported sort property",
        ),
        (
            "$filter=displayName eq 'a'&$skiptoken=dXNlcnMgeA".to_owned(),
            "Directory_ExpiredPageToken",
            "",
        ),
    ];
    for (query, code, words) in cases {
        let message = app.get(&format!("/users?{query}")).await.error(400, code);
        assert!(message.contains(words), "{query}: {message}");
    }
    let chain = vec!["city eq 'a'"; 101].join(" or ");
    app.get(&format!("/users?$filter={chain}"))
        .await
        .error(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn groups_are_filtered_and_searched() {
    let app = TestApp::new().await;
    for (name, description) in [
        ("Joiners 2026", json!("People who start")),
        ("Leavers", Value::Null),
    ] {
        let body = json!({"displayName": name, "mailNickname": name.replace(' ', ""), "mailEnabled": false,
            "securityEnabled": true, "description": description});
        app.post("/groups", body).await.ok(201);
    }
    let names = |list: Value| -> Vec<String> {
        let items = list["value"].as_array().unwrap().clone();
        items
            .iter()
            .map(|one| one["displayName"].as_str().unwrap().to_owned())
            .collect()
    };
    for (filter, wanted) in [
        ("startsWith(displayName,'join')", vec!["Joiners 2026"]),
        ("mailNickname eq 'LEAVERS'", vec!["Leavers"]),
        ("groupTypes/any(c:c eq 'Unified')", vec![]),
        (
            "securityEnabled eq true and mailEnabled eq false",
            vec!["Joiners 2026", "Leavers"],
        ),
        ("isAssignableToRole eq true", vec![]),
    ] {
        assert_eq!(
            names(app.get(&format!("/groups?$filter={filter}")).await.ok(200)),
            wanted,
            "{filter}"
        );
    }
    let none = "/groups?$count=true&$filter=not(groupTypes/any(c:c eq 'Unified')) and description eq null";
    assert_eq!(names(eventual(&app, none).await.ok(200)), ["Leavers"]);
    let found = eventual(
        &app,
        "/groups?$search=\"description:start\" OR \"displayName:leave\"",
    )
    .await
    .ok(200);
    assert_eq!(names(found), ["Joiners 2026", "Leavers"]);
    let found = app.get("/groups?$orderby=displayName desc").await.ok(200);
    assert_eq!(names(found), ["Leavers", "Joiners 2026"]);
    app.get("/groups/$count").await.error(400, "Request_BadRequest");
    assert_eq!(&eventual(&app, "/groups/$count").await.body[..], b"2");
    app.get("/groups?$filter=createdDateTime ge 2026-01-01T00:00:00Z")
        .await
        .error(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn dates_stand_alone_and_records_are_found_by_their_ids() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for path in [
        "/users?$filter=createdDateTime ge 2026-11-01",
        "/auditLogs/signIns?$filter=createdDateTime ge 2026-11-01",
        "/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-11-01 and activityDateTime le 2099-01-01",
    ] {
        app.get(path).await.ok(200);
    }
    let later = app
        .get("/users?$filter=createdDateTime ge 2099-01-01")
        .await
        .ok(200);
    assert_eq!(later["value"], json!([]));
    app.get("/users?$filter=createdDateTime ge 2026-13-01")
        .await
        .error(400, "BadRequest");

    let logs = "/auditLogs/directoryAudits";
    let newest = app.get(&format!("{logs}?$top=1")).await.ok(200)["value"][0].clone();
    let by_id = format!("{logs}?$filter=id eq '{}'", newest["id"].as_str().unwrap());
    assert_eq!(app.get(&by_id).await.ok(200)["value"], json!([newest]));
    for set in [logs, "/auditLogs/signIns"] {
        let none = app
            .get(&format!("{set}?$filter=id eq '{}'", crate::common::NOBODY))
            .await;
        assert_eq!(none.ok(200)["value"], json!([]));
    }
    let category = |name: &str| format!("{logs}?$filter=category eq '{name}'");
    let (same, other) = (category("UserManagement"), category("usermanagement"));
    assert_eq!(
        app.get(&same).await.ok(200)["value"],
        app.get(&other).await.ok(200)["value"]
    );
}

#[tokio::test]
async fn a_preferred_size_is_obeyed_by_delta() {
    let app = TestApp::new().await;
    for alias in ["ada", "bob", "cleo"] {
        app.user(alias).await;
    }
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("prefer", "odata.maxpagesize=2"),
    ];
    let (mut path, mut found) = ("/v1.0/users/delta?$select=id".to_owned(), 0);
    loop {
        let answer = app
            .raw(axum::http::Method::GET, &path, &headers, Vec::new())
            .await;
        assert_eq!(answer.header("preference-applied"), "odata.maxpagesize=2");
        let page = answer.ok(200);
        let size = page["value"].as_array().unwrap().len();
        assert!(size <= 2, "{page}");
        found += size;
        let Some(next) = page["@odata.nextLink"].as_str() else {
            break;
        };
        path = next[next.find("/v1.0").unwrap()..].to_owned();
    }
    assert_eq!(found, 4, "and the administrator");
}
