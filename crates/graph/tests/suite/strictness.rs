//! What a request says beside its address is obeyed or refused: conditions, bodies of actions, types in bodies.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{Answer, NOBODY, PASSWORD, TestApp};
use crate::registered::register;

async fn with_headers(
    app: &TestApp,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let authorization = format!("Bearer {}", app.admin);
    let mut all = vec![
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
    ];
    all.extend(headers);
    let path = format!("/v1.0{path}");
    app.raw(method, &path, &all, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn a_condition_on_a_version_never_holds() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let user = format!("/users/{}", ada.id);
    let group =
        json!({"displayName": "g", "mailNickname": "g", "mailEnabled": false, "securityEnabled": true});
    let city = json!({"city": "Paris"});
    for headers in [
        &[("if-match", "\"1\"")][..],
        &[("if-match", "*"), ("if-match", "\"1\"")],
        &[("if-match", "\"ü\"")],
        &[("if-match", "")],
    ] {
        for (method, path, body) in [
            (Method::PATCH, user.as_str(), &city),
            (Method::POST, "/groups", &group),
            (Method::DELETE, user.as_str(), &city),
        ] {
            with_headers(&app, method, path, headers, body)
                .await
                .error(412, "preconditionFailed");
        }
    }
    assert_eq!(app.get("/groups").await.ok(200)["value"], json!([]));
    let any = [("if-match", "*"), ("if-match", " * ")];
    with_headers(&app, Method::PATCH, &user, &any, &city)
        .await
        .ok(204);
}

#[tokio::test]
async fn actions_that_take_nothing_refuse_what_they_are_given() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let gone = app.user("gone").await.id;
    app.delete(&format!("/users/{gone}")).await.ok(204);
    let subscription = json!({"resource": "users", "changeType": "updated",
        "notificationUrl": "https://app.example.com/", "expirationDateTime": "2027-01-20T00:00:00Z"});
    let subscription = app.post("/subscriptions", subscription).await.ok(201)["id"].clone();
    let audits = async || {
        let all = app.get("/auditLogs/directoryAudits").await.ok(200);
        all["value"].as_array().unwrap().len()
    };
    let before = audits().await;
    let actions = [
        (format!("/users/{ada}/revokeSignInSessions"), 200),
        (
            format!("/users/{ada}/authentication/latchkey.requireRegistration"),
            204,
        ),
        (
            format!("/subscriptions/{}/reauthorize", subscription.as_str().unwrap()),
            204,
        ),
        (format!("/directory/deletedItems/{gone}/restore"), 200),
    ];
    for (path, _) in &actions {
        // In the words of the service that the path belongs to.
        let unknown = match path {
            path if path.contains("/authentication/") => "badRequest",
            path if path.starts_with("/subscriptions") => "InvalidRequest",
            path if path.ends_with("/revokeSignInSessions") || path.ends_with("/restore") => {
                "Request_BadRequest"
            }
            other => panic!("{other}"),
        };
        for (body, code) in [
            (json!({"colour": 1}), unknown),
            (json!([]), "BadRequest"),
            (json!("{"), "BadRequest"),
        ] {
            app.post(path, body).await.error(400, code);
        }
        let authorization = format!("Bearer {}", app.admin);
        let headers = [("authorization", authorization.as_str())];
        app.raw(Method::POST, &format!("/v1.0{path}"), &headers, b"{".to_vec())
            .await
            .error(400, "BadRequest");
    }
    assert_eq!(audits().await, before, "nothing was changed");
    for (path, status) in &actions {
        app.post(path, json!({})).await.ok(*status);
    }
    app.send(&app.admin, Method::POST, &actions[0].0, None)
        .await
        .ok(200);
}

#[tokio::test]
async fn a_type_that_does_not_fit_is_refused_wherever_it_stands() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let (application, _) = register(&app, "Files").await;
    let group =
        json!({"displayName": "g", "mailNickname": "g", "mailEnabled": false, "securityEnabled": true});
    let group = app.post("/groups", group).await.ok(201)["id"].clone();
    let members = format!("/groups/{}/members/$ref", group.as_str().unwrap());
    let address = format!("https://x/v1.0/directoryObjects/{ada}");
    let question = format!("/users/{ada}/checkMemberGroups");
    let application = format!("/applications/{}", application["id"].as_str().unwrap());
    let user = format!("/users/{ada}");
    let policy = crate::common::POLICY;
    for (method, path, body, right) in [
        (
            Method::POST,
            &*members,
            json!({"@odata.id": address, "@odata.type": "T"}),
            Some("user"),
        ),
        (
            Method::POST,
            &*question,
            json!({"groupIds": [NOBODY], "@odata.type": "T"}),
            None,
        ),
        (
            Method::PATCH,
            &*user,
            json!({"passwordProfile": {"@odata.type": "T", "password": format!("{PASSWORD} new")}}),
            Some("passwordProfile"),
        ),
        (
            Method::PATCH,
            &*application,
            json!({"web": {"@odata.type": "T", "redirectUris": []}}),
            Some("webApplication"),
        ),
        (
            Method::PATCH,
            policy,
            json!({"includeTargets": [{"@odata.type": "T", "id": "all_users", "targetType": "group"}]}),
            Some("authenticationMethodTarget"),
        ),
        (
            Method::PATCH,
            policy,
            json!({"excludeTargets": [{"@odata.type": "T", "id": group, "targetType": "group"}]}),
            Some("excludeTarget"),
        ),
    ] {
        let with = |kind: &str| {
            let text = body
                .to_string()
                .replace("\"T\"", &format!("\"#microsoft.graph.{kind}\""));
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let wrong = app
            .send(&app.admin, method.clone(), path, Some(with("calendar")))
            .await;
        let message = wrong.error(400, "BadRequest");
        assert!(message.contains("@odata.type"), "{path}: {message}");
        if let Some(right) = right {
            app.send(&app.admin, method, path, Some(with(right)))
                .await
                .ok(204);
        }
    }
}

#[tokio::test]
async fn read_only_properties_are_refused_in_their_services_words() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    app.patch(
        &format!("/users/{ada}"),
        json!({"createdDateTime": "2026-01-01T00:00:00Z"}),
    )
    .await
    .error(400, "Request_BadRequest");
    app.post(&crate::common::passes(ada), json!({"isUsable": true}))
        .await
        .error(400, "badRequest");
}
