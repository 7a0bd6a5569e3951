//! `subscriptions`: on the wire as Graph's clients know them.

use std::sync::atomic::Ordering;

use axum::http::Method;
use latchkey_domain::GraphPermission as P;
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};

const PLACE: &str = "https://app.example.com/hook?key=1";
const END: &str = "2027-01-16T08:00:00Z";

fn wish() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.subscription",
        "changeType": "updated,deleted", "notificationUrl": PLACE, "resource": "/users",
        "expirationDateTime": END, "clientState": "it is me", "includeResourceData": false,
        "encryptionCertificate": null,
    })
}

fn with(property: &str, value: Value) -> Value {
    let mut wish = wish();
    wish[property] = value;
    wish
}

#[tokio::test]
async fn subscriptions_are_made_seen_renewed_and_deleted() {
    let app = TestApp::new().await;
    let answer = app.post("/subscriptions", wish()).await;
    let location = answer.header("location").to_owned();
    let made = answer.ok(201);
    let id = made["id"].as_str().unwrap().to_owned();
    assert!(
        location.ends_with(&format!("/v1.0/subscriptions/{id}")),
        "{location}"
    );
    assert!(
        made["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("#subscriptions/$entity")
    );
    for (name, value) in [
        ("resource", json!("/users")),
        ("changeType", json!("updated,deleted")),
        ("clientState", json!("it is me")),
        ("notificationUrl", json!(PLACE)),
        ("lifecycleNotificationUrl", Value::Null),
        ("expirationDateTime", json!(END)),
        ("includeResourceData", json!(false)),
        ("latestSupportedTlsVersion", json!("v1_2")),
        ("encryptionCertificate", Value::Null),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    assert_eq!(made["applicationId"].as_str().unwrap().len(), 36);
    let asked = std::mem::take(&mut *app.receiver.requests.lock().unwrap());
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0]
            .url
            .starts_with(&format!("{PLACE}&validationToken=Validation%3A"))
    );

    let path = format!("/subscriptions/{id}");
    let shown = app.get(&path).await.ok(200);
    assert_eq!(shown["clientState"], Value::Null, "told once");
    let listed = app.get("/subscriptions?$select=id,resource").await.ok(200);
    assert_eq!(listed["value"], json!([{"id": id, "resource": "/users"}]));
    app.get("/subscriptions?$top=1")
        .await
        .error(400, "Request_UnsupportedQuery");

    let later = "2027-02-01T00:00:00Z";
    let renewed = app
        .patch(&path, json!({"expirationDateTime": later}))
        .await
        .ok(200);
    assert_eq!(
        (&renewed["expirationDateTime"], &renewed["id"]),
        (&json!(later), &json!(id))
    );
    app.patch(&path, json!({})).await.error(400, "InvalidRequest");
    app.patch(&path, json!({"expirationDateTime": later, "resource": "groups"}))
        .await
        .error(400, "InvalidRequest");
    app.post(&format!("{path}/reauthorize"), json!({})).await.ok(204);
    app.delete(&path).await.ok(204);
    app.get(&path).await.error(404, "ResourceNotFound");
    app.delete(&path).await.error(404, "ResourceNotFound");
    app.patch(&path, json!({"expirationDateTime": later}))
        .await
        .error(404, "ResourceNotFound");
}

#[tokio::test]
async fn what_is_not_in_order_is_refused_by_name() {
    let app = TestApp::new().await;
    for (property, value, named) in [
        ("resource", json!("me/messages"), "me/messages"),
        ("resource", Value::Null, "resource"),
        ("changeType", json!("gone"), "gone"),
        (
            "notificationUrl",
            json!("http://app.example.com/"),
            "notificationUrl",
        ),
        ("lifecycleNotificationUrl", json!("x"), "lifecycleNotificationUrl"),
        ("expirationDateTime", json!("2028-01-01T00:00:00Z"), "41760"),
        ("clientState", json!("x".repeat(129)), "clientState"),
        (
            "latestSupportedTlsVersion",
            json!("v1_0"),
            "latestSupportedTlsVersion",
        ),
        ("includeResourceData", json!(true), "includeResourceData"),
        ("encryptionCertificate", json!("MII"), "encryptionCertificate"),
    ] {
        let message = app
            .post("/subscriptions", with(property, value))
            .await
            .error(400, "InvalidRequest");
        assert!(message.contains(named), "{message}");
    }
    app.post("/subscriptions", with("colour", json!("red")))
        .await
        .error(400, "InvalidRequest");
    app.post("/subscriptions", with("id", json!(NOBODY)))
        .await
        .error(400, "InvalidRequest");
    let one = with("resource", json!(format!("users/{NOBODY}")));
    app.post("/subscriptions", one)
        .await
        .error(404, "ResourceNotFound");
    assert!(
        app.receiver.requests.lock().unwrap().is_empty(),
        "nobody was asked"
    );

    app.receiver.deaf.store(true, Ordering::SeqCst);
    let message = app
        .post("/subscriptions", wish())
        .await
        .error(400, "InvalidRequest");
    assert!(
        message.starts_with("Subscription validation request failed."),
        "{message}"
    );
    assert_eq!(app.get("/subscriptions").await.ok(200)["value"], json!([]));
}

#[tokio::test]
async fn each_application_has_its_own() {
    let app = TestApp::new().await;
    let id = app.post("/subscriptions", wish()).await.ok(201)["id"].clone();
    let path = format!("/subscriptions/{}", id.as_str().unwrap());
    let other = app.app(&[P::UserReadAll]).await;
    let listed = app.send(&other, Method::GET, "/subscriptions", None).await;
    assert_eq!(listed.ok(200)["value"], json!([]));
    let shown = app.send(&other, Method::GET, &path, None).await;
    shown.error(404, "ResourceNotFound");
    let groups = app.app(&[P::GroupReadAll]).await;
    let refused = app
        .send(&groups, Method::POST, "/subscriptions", Some(wish()))
        .await;
    refused.error(403, "accessDenied");
}
