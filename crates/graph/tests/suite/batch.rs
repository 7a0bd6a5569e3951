//! `POST /$batch`: several requests in one, each as if it came by itself.

use axum::http::Method;
use latchkey_domain::GraphPermission as P;
use serde_json::{Value, json};

use crate::common::{POLICY, TestApp, passes};

async fn batch(app: &TestApp, requests: Value) -> Vec<Value> {
    let answer = app.post("/$batch", json!({ "requests": requests })).await.ok(200);
    answer["responses"].as_array().unwrap().clone()
}

#[tokio::test]
async fn each_request_has_its_own_answer() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let json_type = json!({"content-type": "application/json"});
    let answers = batch(
        &app,
        json!([
            {"id": "count", "method": "GET", "url": "/users/$count", "headers": {"ConsistencyLevel": "eventual"}},
            {"id": "policy", "method": "PATCH", "url": POLICY, "headers": json_type, "body": {"state": "enabled"}},
            {"id": "pass", "dependsOn": ["POLICY"], "method": "post", "url": passes(ada.id), "headers": json_type,
                "body": {"isUsableOnce": true}},
            {"id": "absolute", "method": "GET", "depends_on": [],
                "url": format!("http://{}/v1.0/users?$top=1&$select=id", app.address), "body": {}},
            {"id": "typeless", "method": "PATCH", "url": POLICY, "body": {"state": "enabled"}},
            {"id": "text", "method": "PATCH", "url": POLICY, "headers": {"Content-Type": "text/plain"}, "body": "eA=="},
            {"id": "unknown", "method": "GET", "url": "/nonsense"},
            {"id": "verb", "method": "PUT", "url": "/users"},
            {"id": "nested", "method": "POST", "url": "/$batch", "headers": json_type, "body": {"requests": []}},
            {"id": "reference", "method": "GET", "url": "users?note=https://host/v1.0/x&$top=1"},
            {"id": "mark", "method": "GET", "url": "users/$count?a=b://c", "headers": {"consistencylevel": "eventual"}},
            {"id": "other scheme", "method": "GET", "url": "ftp://host/users"},
            {"id": "elsewhere", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users"},
            {"id": "version", "method": "GET", "url": format!("http://{}/beta/users", app.address)},
        ]),
    )
    .await;
    let statuses: Vec<(&str, u64)> = answers
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        statuses,
        [
            ("count", 200),
            ("policy", 204),
            ("pass", 201),
            ("absolute", 200),
            ("typeless", 400),
            ("text", 400),
            ("unknown", 400),
            ("verb", 405),
            ("nested", 400),
            ("reference", 200),
            ("mark", 200),
            ("other scheme", 400),
            ("elsewhere", 400),
            ("version", 400),
        ]
    );
    assert_eq!(answers[0]["body"], "2");
    assert_eq!(answers[0]["headers"]["Content-Type"], "text/plain");
    assert_eq!(answers[1].get("body"), None);
    assert!(answers[2]["body"]["temporaryAccessPass"].is_string());
    assert_eq!(answers[2]["headers"]["Cache-Control"], "no-store");
    let next = answers[3]["body"]["@odata.nextLink"].as_str().unwrap();
    assert!(
        next.starts_with(&format!("http://{}/v1.0/users?", app.address)),
        "{next}"
    );
    assert_eq!(answers[7]["headers"]["Allow"], "GET, POST");
    let mut ids: Vec<&str> = Vec::new();
    for one in &answers {
        let id = one["headers"]["request-id"].as_str().unwrap();
        assert!(!ids.contains(&id), "each request has an id of its own");
        ids.push(id);
        if one["status"].as_u64().unwrap() >= 400 {
            assert_eq!(one["body"]["error"]["innerError"]["request-id"], id);
        }
    }
}

#[tokio::test]
async fn a_batch_with_a_code_in_it_is_kept_by_nobody() {
    let app = TestApp::new().await;
    app.patch(POLICY, json!({"state": "enabled"})).await.ok(204);
    let ada = app.user("ada").await;
    let issue = json!({"requests": [{"id": "1", "method": "POST", "url": passes(ada.id),
        "headers": {"Content-Type": "application/json"}, "body": {}}]});
    let answer = app.post("/$batch", issue).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let read = json!({"requests": [{"id": "1", "method": "GET", "url": passes(ada.id)}]});
    let answer = app.post("/$batch", read).await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(
        answer.json()["responses"][0]["body"]["value"][0]["temporaryAccessPass"],
        Value::Null
    );
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_done() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let delete = json!({"method": "DELETE", "url": format!("/users/{}", ada.id)});
    let with = |id: &str, depends_on: Value| {
        let mut request = delete.clone();
        request["id"] = id.into();
        request["dependsOn"] = depends_on;
        request
    };
    let answers = batch(
        &app,
        json!([
            with("last", json!(["blocked"])),
            with("blocked", json!(["wrong", "fine"])),
            {"id": "wrong", "method": "GET", "url": "/users/nobody@example.com"},
            {"id": "fine", "method": "GET", "url": format!("/users/{}", ada.id)},
        ]),
    )
    .await;
    let statuses: Vec<u64> = answers
        .iter()
        .map(|one| one["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [424, 424, 404, 200]);
    assert_eq!(answers[0]["body"]["error"]["code"], "FailedDependency");
    app.get(&format!("/users/{}", ada.id)).await.ok(200);
}

#[tokio::test]
async fn each_request_needs_its_own_permission() {
    let app = TestApp::new().await;
    let raw = app.raw(Method::POST, "/v1.0/$batch", &[], b"{}".to_vec()).await;
    raw.error(401, "InvalidAuthenticationToken");
    let reader = app.app(&[P::UserReadAll]).await;
    let body = json!({"requests": [
        {"id": "1", "method": "GET", "url": "/users", "headers": {"Authorization": format!("Bearer {}", app.admin)}},
        {"id": "2", "method": "GET", "url": "/groups", "headers": {"Authorization": format!("Bearer {}", app.admin)}},
        {"id": "3", "method": "GET", "url": "/me"},
    ]});
    let answer = app
        .send(&reader, Method::POST, "/$batch", Some(body))
        .await
        .ok(200);
    let status = |place: usize| answer["responses"][place]["status"].as_u64().unwrap();
    assert_eq!(
        [status(0), status(1), status(2)],
        [200, 403, 400],
        "the batch's own token counts"
    );
    app.send(&reader, Method::GET, "/$batch", None)
        .await
        .error(405, "Request_BadRequest");
}

#[tokio::test]
async fn a_session_that_ends_on_the_way_ends_the_rest() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.give_role(ada.id, latchkey_domain::RoleId::GLOBAL_ADMINISTRATOR)
        .await;
    let (token, _) = app.person(ada.id, &[P::UserReadWriteAll]).await;
    app.later(1);
    let headers = json!({"Content-Type": "application/json"});
    let own = format!("/users/{}", ada.id);
    let body = json!({"requests": [
        {"id": "1", "method": "PATCH", "url": own, "headers": headers,
            "body": {"passwordProfile": {"password": "quiet lantern harbour 9"}}},
        {"id": "2", "method": "GET", "url": own, "dependsOn": ["1"]},
    ]});
    let answer = app
        .send(&token, Method::POST, "/$batch", Some(body))
        .await
        .ok(200);
    assert_eq!(answer["responses"][0]["status"], 204, "{answer}");
    assert_eq!(answer["responses"][1]["status"], 401);
}

#[tokio::test]
async fn envelopes_that_are_no_batch_are_refused_before_anything_is_done() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let delete = json!({"id": "1", "method": "DELETE", "url": format!("/users/{}", ada.id)});
    for body in [
        json!({}),
        json!({"requests": []}),
        json!({"requests": {"0": delete}}),
        json!({"requests": [delete, delete]}),
        json!({"requests": [delete, {"id": "2", "method": "GET"}]}),
        json!({"requests": [delete, {"id": "2", "method": "GET", "url": "/users", "dependsOn": ["3"]}]}),
        json!({"requests": vec![delete.clone(); 21]}),
    ] {
        app.post("/$batch", body).await.error(400, "BadRequest");
    }
    let authorization = format!("Bearer {}", app.admin);
    let headers = [("authorization", authorization.as_str())];
    let answer = app
        .raw(Method::POST, "/beta/$batch", &headers, b"{}".to_vec())
        .await;
    answer.error(400, "BadRequest");
    app.get(&format!("/users/{}", ada.id)).await.ok(200);
}
