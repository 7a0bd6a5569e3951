//! `temporaryAccessPassMethods` on the wire: semantics, errors, bad input (Graph contract 1, 2 and 4).

use std::io::Write;

use axum::http::Method;
use latchkey_domain::Seconds;
use serde_json::{Value, json};

use crate::common::{NOBODY, POLICY, START, TestApp, passes};

const NOT_ALLOWED: &str = "Converged UserCredentialPolicy does not allow creating or updating this authentication method. AuthMethodType [TemporaryAccessPass].";

fn only(list: &Value) -> &Value {
    let items = list["value"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{list}");
    &items[0]
}

#[tokio::test]
async fn a_pass_is_issued_shown_replaced_and_deleted() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let answer = app.post(&passes(ada.id), json!({})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("odata-version"), "4.0");
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json;odata.metadata=minimal")
    );
    let first = answer.ok(201);
    let base = format!("http://{}/v1.0", app.address);
    assert_eq!(
        first["@odata.context"],
        format!(
            "{base}/$metadata#users('{}')/authentication/temporaryAccessPassMethods/$entity",
            ada.id
        )
    );
    assert_eq!(first["temporaryAccessPass"].as_str().unwrap().len(), 8);
    for (property, value) in [
        ("lifetimeInMinutes", json!(60)),
        ("isUsableOnce", json!(false)),
        ("isUsable", json!(true)),
        ("methodUsabilityReason", json!("EnabledByPolicy")),
        ("startDateTime", json!(START.to_rfc3339())),
        ("createdDateTime", json!(START.to_rfc3339())),
    ] {
        assert_eq!(first[property], value, "{property}");
    }
    let listed = app.get(&passes(ada.id)).await.ok(200);
    assert_eq!(only(&listed)["id"], first["id"]);
    assert_eq!(only(&listed)["temporaryAccessPass"], Value::Null);

    let second = app.issue(ada.id).await;
    assert_ne!(second["id"], first["id"]);
    let path = |pass: &Value| format!("{}/{}", passes(ada.id), pass["id"].as_str().unwrap());
    app.get(&path(&first)).await.error(404, "resourceNotFound");
    let answer = app.get(&path(&second)).await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(answer.ok(200)["id"], second["id"]);
    let count = app.get(&format!("{}/$count", passes(ada.id))).await;
    assert_eq!(
        (count.header("content-type"), &count.body[..]),
        ("text/plain", &b"1"[..])
    );
    let answer = app.delete(&path(&second)).await;
    assert!(answer.headers.get("content-type").is_none() && answer.body.is_empty());
    answer.ok(204);
    app.delete(&path(&second)).await.error(404, "resourceNotFound");
    for method in [Method::PATCH, Method::PUT] {
        app.send(&app.admin, method, &path(&second), Some(json!({})))
            .await
            .error(405, "Request_BadRequest");
    }
}

#[tokio::test]
async fn passes_belong_to_their_user() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let id = app.issue(ada.id).await["id"].as_str().unwrap().to_owned();
    app.get(&format!("{}/{id}", passes(bob.id)))
        .await
        .error(404, "resourceNotFound");
    app.delete(&format!("{}/{id}", passes(bob.id)))
        .await
        .error(404, "resourceNotFound");
    for name in [NOBODY, "nobody@example.com", "no one"] {
        let path = format!("/users/{name}/authentication/temporaryAccessPassMethods");
        app.get(&path).await.error(404, "resourceNotFound");
        app.post(&path, json!({})).await.error(404, "resourceNotFound");
        app.delete(&format!("{path}/{id}"))
            .await
            .error(404, "resourceNotFound");
    }
    assert_eq!(only(&app.get(&passes(ada.id)).await.ok(200))["id"], id.as_str());
}

#[tokio::test]
async fn every_way_to_name_a_user() {
    let app = TestApp::new().await;
    let ada = app.user("o'hara").await;
    let issued = app.issue(ada.id).await;
    let id = ada.id.to_string();
    for user in [
        format!("/users/{id}"),
        format!("/USERS/{}", id.to_uppercase()),
        "/users/O'Hara@Example.com".to_owned(),
        "/users/o'hara%40example.com".to_owned(),
        "/users('o''hara@example.com')".to_owned(),
        "/users(userPrincipalName='o''hara%40example.com')".to_owned(),
        format!("//users//{id}/"),
    ] {
        let listed = app
            .get(&format!("{user}/authentication/TemporaryAccessPassMethods"))
            .await
            .ok(200);
        assert_eq!(only(&listed)["id"], issued["id"], "{user}");
    }
    let listed = app
        .get("/users/o'hara%40example.com/authentication/temporaryAccessPassMethods")
        .await
        .ok(200);
    let context = listed["@odata.context"].as_str().unwrap();
    assert!(
        context.contains("users('o''hara%40example.com')/authentication"),
        "{context}"
    );
    let message = app
        .get("/me/authentication/temporaryAccessPassMethods")
        .await
        .error(400, "BadRequest");
    assert_eq!(
        message,
        "/me request is only valid with delegated authentication flow."
    );
}

#[tokio::test]
async fn lifetimes_and_starts_have_their_bounds() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let before = app.issue(ada.id).await["id"].clone();
    for minutes in [-1, 0, 9, 10, 59, 1441, 43_200, 43_201, i32::MAX] {
        let message = app
            .post(&passes(ada.id), json!({"lifetimeInMinutes": minutes}))
            .await
            .error(400, "badRequest");
        assert_eq!(
            message,
            "Invalid LifetimeInMinutes specified. The valid range between 60 and 1440."
        );
    }
    for wrong in [
        json!("60"),
        json!(60.5),
        json!(60.0),
        json!(true),
        json!([]),
        json!(2_147_483_648_i64),
    ] {
        app.post(&passes(ada.id), json!({"lifetimeInMinutes": wrong}))
            .await
            .error(400, "BadRequest");
    }
    for wrong in [
        "2021-20-11 11:19:00",
        "2027-01-15T08:00:00",
        "2027-01-15",
        "",
        "tomorrow",
    ] {
        app.post(&passes(ada.id), json!({"startDateTime": wrong}))
            .await
            .error(400, "BadRequest");
    }
    for seconds in [-61, -86_400, 30 * 86_400 + 1] {
        let start = (START + Seconds(seconds)).to_rfc3339();
        app.post(&passes(ada.id), json!({"startDateTime": start}))
            .await
            .error(400, "badRequest");
    }
    assert_eq!(
        only(&app.get(&passes(ada.id)).await.ok(200))["id"],
        before,
        "nothing changed"
    );
    let start = (START + Seconds(86_400)).to_rfc3339();
    let early = app
        .post(
            &passes(ada.id),
            json!({"startDateTime": start, "lifetimeInMinutes": 1440}),
        )
        .await
        .ok(201);
    assert_eq!(
        (&early["isUsable"], &early["methodUsabilityReason"]),
        (&json!(false), &json!("NotYetValid"))
    );
    assert_eq!(early["startDateTime"], start);
}

#[tokio::test]
async fn the_policy_decides_at_the_time_of_reading() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.issue(ada.id).await;
    let reason = async || only(&app.get(&passes(ada.id)).await.ok(200))["methodUsabilityReason"].clone();
    assert_eq!(reason().await, "EnabledByPolicy");
    app.patch(POLICY, json!({"isUsableOnce": true})).await.ok(204);
    assert_eq!(reason().await, "DisabledByPolicy");
    app.post(&passes(ada.id), json!({"isUsableOnce": false}))
        .await
        .error(400, "badRequest");
    assert_eq!(app.issue(ada.id).await["isUsableOnce"], true);
    app.patch(POLICY, json!({"isUsableOnce": false, "state": "disabled"}))
        .await
        .ok(204);
    assert_eq!(reason().await, "DisabledByPolicy");
    assert_eq!(
        app.post(&passes(ada.id), json!({}))
            .await
            .error(400, "badRequest"),
        NOT_ALLOWED
    );

    let group = app
        .post("/groups", json!({"displayName": "New joiners", "mailNickname": "new", "mailEnabled": false, "securityEnabled": true}))
        .await
        .ok(201);
    let group = group["id"].as_str().unwrap();
    let target = json!([{"targetType": "group", "id": group}]);
    app.patch(POLICY, json!({"state": "enabled", "includeTargets": target}))
        .await
        .ok(204);
    assert_eq!(
        app.post(&passes(ada.id), json!({}))
            .await
            .error(400, "badRequest"),
        NOT_ALLOWED
    );
    let member =
        json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", ada.id)});
    app.post(&format!("/groups/{group}/members/$ref"), member)
        .await
        .ok(204);
    assert_eq!(reason().await, "EnabledByPolicy");
    app.patch(POLICY, json!({"excludeTargets": target})).await.ok(204);
    assert_eq!(
        app.post(&passes(ada.id), json!({}))
            .await
            .error(400, "badRequest"),
        NOT_ALLOWED
    );
    app.patch(POLICY, json!({"excludeTargets": []})).await.ok(204);
    app.later(3600);
    let admin = app
        .app(&[latchkey_domain::GraphPermission::UserAuthMethodTAPReadAll])
        .await;
    let listed = app.send(&admin, Method::GET, &passes(ada.id), None).await.ok(200);
    assert_eq!(only(&listed)["methodUsabilityReason"], "Expired");

    let guest = app.user("mila_partner.example#EXT#").await;
    let issuer = app
        .app(&[latchkey_domain::GraphPermission::UserAuthMethodTAPReadWriteAll])
        .await;
    let answer = app
        .send(&issuer, Method::POST, &passes(guest.id), Some(json!({})))
        .await;
    let message = answer.error(400, "badRequest");
    assert_eq!(
        message,
        "Temporary Access Pass cannot be added to an external guest user."
    );
}

#[tokio::test]
async fn bodies_that_are_refused_change_nothing() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let before = app.issue(ada.id).await["id"].clone();
    let path = format!("/v1.0{}", passes(ada.id));
    let authorization = format!("Bearer {}", app.admin);
    let send = |kind: &'static str, coding: &'static str, body: Vec<u8>| {
        let (app, path, authorization) = (&app, &path, &authorization);
        async move {
            let mut headers = vec![("authorization", authorization.as_str())];
            if !kind.is_empty() {
                headers.push(("content-type", kind));
            }
            if !coding.is_empty() {
                headers.push(("content-encoding", coding));
            }
            app.raw(Method::POST, path, &headers, body).await
        }
    };
    let json = "application/json";
    let deep = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
    let unreadable: [&[u8]; 8] = [
        b"{nonsense",
        b"[]",
        b"null",
        b"{\"startDateTime\": \"\xff\xfe\"}",
        br#"{"lifetimeInMinutes": 60, "lifetimeInMinutes": 120}"#,
        br#"{"lifetimeInMinutes": 60, "\u006cifetimeInMinutes": 120}"#,
        b"{} trailing",
        deep.as_bytes(),
    ];
    for body in unreadable {
        let message = send(json, "", body.to_vec()).await.error(400, "BadRequest");
        assert!(
            message.starts_with("Unable to read JSON request payload."),
            "{message}"
        );
    }
    assert_eq!(
        send(json, "", Vec::new()).await.error(400, "BadRequest"),
        "Empty Payload. JSON content expected."
    );
    send("", "", b"{}".to_vec()).await.error(400, "BadRequest");
    assert_eq!(
        send("text/plain", "", b"{}".to_vec())
            .await
            .error(400, "BadRequest"),
        "Entity only allows writes with a JSON Content-Type header."
    );
    for (body, code) in [
        (r#"{"colour": 1}"#, "badRequest"),
        (r#"{"temporaryAccessPass": "MyOwnCode"}"#, "badRequest"),
        (r#"{"isUsable": true}"#, "badRequest"),
    ] {
        let message = send(json, "", body.as_bytes().to_vec()).await.error(400, code);
        assert!(!message.contains("MyOwnCode"), "{message}");
    }
    for body in [
        r##"{"@odata.type": "#microsoft.graph.user"}"##,
        r#"{"isUsableOnce": "true"}"#,
    ] {
        send(json, "", body.as_bytes().to_vec())
            .await
            .error(400, "BadRequest");
    }
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut large = br#"{"x": ""#.to_vec();
    large.resize(10_000_000, b'a');
    send(json, "gzip", gzip(&large))
        .await
        .error(413, "RequestEntityTooLarge");
    large.truncate(latchkey_graph::MAX_BODY + 1);
    send(json, "", large).await.error(413, "RequestEntityTooLarge");
    send(json, "gzip", b"not gzip".to_vec())
        .await
        .error(400, "BadRequest");
    send(json, "br", b"{}".to_vec())
        .await
        .error(415, "UnsupportedMediaType");
    assert_eq!(
        only(&app.get(&passes(ada.id)).await.ok(200))["id"],
        before,
        "nothing changed"
    );

    // What SDKs send is read: their type, compressed, with nulls.
    let sdk = br##"{"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod", "id": null, "lifetimeInMinutes": 77}"##;
    let issued = send("application/json; charset=utf-8", "gzip", gzip(sdk))
        .await
        .ok(201);
    assert_eq!(issued["lifetimeInMinutes"], 77);
}

#[tokio::test]
async fn each_answer_has_its_ids() {
    let app = TestApp::new().await;
    let first = app.get("/users").await;
    assert_eq!(first.header("request-id"), first.header("client-request-id"));
    let second = app.get("/nonsense").await;
    assert_ne!(second.header("request-id"), first.header("request-id"));
    assert_eq!(
        second.error(400, "BadRequest"),
        "Resource not found for the segment 'nonsense'."
    );
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("client-request-id", "mine-1"),
    ];
    let echoed = app.raw(Method::GET, "/v1.0/users", &headers, Vec::new()).await;
    assert_eq!(echoed.header("client-request-id"), "mine-1");
}
