//! How much work with hashes one caller may ask for (Graph contract 2: 429).

use axum::http::Method;
use latchkey_domain::GraphPermission;
use serde_json::{Value, json};

use crate::common::{PASSWORD, POLICY, TestApp, passes};

fn newcomer(alias: &str, with_password: bool) -> Value {
    let mut body = json!({"accountEnabled": true, "displayName": alias, "mailNickname": alias,
        "userPrincipalName": format!("{alias}@example.com")});
    if with_password {
        body["passwordProfile"] = json!({"password": PASSWORD});
    } else {
        body["latchkey"] = json!({"withoutPassword": true});
    }
    body
}

#[tokio::test]
async fn one_caller_can_not_keep_the_hashing_threads_to_itself() {
    let app = TestApp::with(|settings| settings.hashes_per_minute = 2).await;
    let ada = app.user("ada").await.id;
    let other = app.app(&[GraphPermission::UserAuthMethodTAPReadWriteAll]).await;
    app.issue(ada).await;
    app.post("/users", newcomer("bob", true)).await.ok(201);

    let path = passes(ada);
    let refused = app.post(&path, json!({})).await;
    assert_eq!(refused.header("retry-after"), "30");
    let inner = refused.json()["error"]["innerError"].clone();
    assert_eq!((&inner["code"], &inner["status"]), (&json!("429"), &json!("429")));
    assert_eq!(inner["message"], "Please retry after");
    assert_eq!(refused.error(429, "TooManyRequests"), "Please retry again later.");
    app.patch(
        &format!("/users/{ada}"),
        json!({"passwordProfile": {"password": PASSWORD}}),
    )
    .await
    .error(429, "TooManyRequests");
    let headers = json!({"Content-Type": "application/json"});
    let requests = json!({"requests": [
        {"id": "1", "method": "POST", "url": path, "headers": headers, "body": {}},
        {"id": "2", "method": "GET", "url": path},
    ]});
    let batch = app.post("/$batch", requests).await.ok(200);
    assert_eq!(batch["responses"][0]["status"], 429);
    assert_eq!(batch["responses"][0]["headers"]["Retry-After"], "30");
    assert_eq!(batch["responses"][1]["status"], 200);

    // Others, and what costs no hash, go on.
    app.send(&other, Method::POST, &path, Some(json!({})))
        .await
        .ok(201);
    for alias in ["cleo", "dora", "emil"] {
        app.post("/users", newcomer(alias, false)).await.ok(201);
    }
    app.later(30);
    app.issue(ada).await;
    app.post(&path, json!({})).await.error(429, "TooManyRequests");
    app.patch(POLICY, json!({"defaultLength": 20})).await.ok(204);
    for _ in 0..3 {
        app.issue(ada).await;
    }
}
