//! `signInActivity` of users (Graph contract 7.2).

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::{
    CorrelationId, Requirement, RoleId, Seconds, SignInError, SignInId, SignInRecord, UserId,
};
use serde_json::Value;

use crate::common::{START, TestApp};

async fn signed_in(app: &TestApp, user: UserId, second: i64, error: Option<SignInError>) -> String {
    let id = SignInId::from_bytes(app.service.random_id());
    let record = SignInRecord {
        interactive: true,
        id,
        at: START + Seconds(second),
        user_id: Some(user),
        user_principal_name: None,
        user_display_name: None,
        app_id: "app".to_owned(),
        app_name: "App".to_owned(),
        ip_address: "192.0.2.1".to_owned(),
        user_agent: "Browser/1.0".to_owned(),
        correlation_id: CorrelationId::from_bytes(app.service.random_id()),
        error,
        requirement: Requirement::SingleFactor,
        steps: Vec::new(),
        session_id: None,
    };
    app.store
        .write_with(record, |writer, record| {
            Box::pin(async move { writer.insert_sign_in(record).await })
        })
        .await
        .unwrap();
    id.to_string()
}

#[tokio::test]
async fn it_tells_the_last_sign_in_and_the_last_that_succeeded() {
    let app = TestApp::new().await;
    let (ada, eve) = (app.user("ada").await.id, app.user("eve").await.id);
    signed_in(&app, ada, 10, None).await;
    let right = signed_in(&app, ada, 20, None).await;
    let wrong = signed_in(&app, ada, 30, Some(SignInError::WrongPassword)).await;
    signed_in(&app, eve, 40, Some(SignInError::WrongPassword)).await;
    let one = app
        .get(&format!("/users/{ada}?$select=id,signInActivity"))
        .await
        .ok(200);
    let list = app
        .get("/users?$select=userPrincipalName,signInActivity")
        .await
        .ok(200);
    let of = |name: &str| {
        let all = list["value"].as_array().unwrap().iter();
        let mut found = all.filter(|user| user["userPrincipalName"] == format!("{name}@example.com"));
        found.next().unwrap()["signInActivity"].clone()
    };
    for activity in [&one["signInActivity"], &of("ada")] {
        assert_eq!(activity["lastSignInDateTime"], (START + Seconds(30)).to_rfc3339());
        assert_eq!(activity["lastSignInRequestId"], wrong);
        assert_eq!(
            activity["lastSuccessfulSignInDateTime"],
            (START + Seconds(20)).to_rfc3339()
        );
        assert_eq!(activity["lastSuccessfulSignInRequestId"], right);
    }
    assert_eq!(of("eve")["lastSuccessfulSignInDateTime"], Value::Null);
    assert_eq!(of("root"), Value::Null, "who never signed in");
    let plain = app.get(&format!("/users/{ada}")).await.ok(200);
    assert!(plain.get("signInActivity").is_none());
}

#[tokio::test]
async fn it_takes_the_permission_to_read_the_log() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let paths = [
        format!("/users/{ada}?$select=signInActivity"),
        "/users?$select=id,signInActivity".to_owned(),
    ];
    app.give_role(ada, RoleId::DIRECTORY_READERS).await;
    let reader = app.app(&[P::UserReadAll]).await;
    let (person, _) = app.person(ada, &[P::UserReadAll, P::AuditLogReadAll]).await;
    let both = app.app(&[P::UserReadAll, P::AuditLogReadAll]).await;
    for path in paths {
        for refused in [&reader, &person] {
            let answer = app.send(refused, Method::GET, &path, None).await;
            answer.error(403, "Authorization_RequestDenied");
        }
        app.send(&both, Method::GET, &path, None).await.ok(200);
    }
    let by_name = "/users/ada@example.com?$select=signInActivity";
    app.get(by_name).await.error(400, "BadRequest");
    for refused in [
        "/users?$filter=signInActivity/lastSignInDateTime ge 2026-01-01T00:00:00Z",
        "/users/delta?$select=signInActivity",
        "/users?$expand=manager($select=signInActivity)",
    ] {
        app.get(refused).await.error(400, "Request_UnsupportedQuery");
    }
}
