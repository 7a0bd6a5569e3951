//! What a PATCH of an application takes away: secrets by an empty list, other properties by null (Graph contract 12.1).

use serde_json::{Value, json};

use crate::common::TestApp;
use crate::registered::{register, sign_in, text};

async fn key_events(app: &TestApp) -> usize {
    let name = "Update application – Certificates and secrets management";
    let filter = format!("/auditLogs/directoryAudits?$filter=activityDisplayName eq '{name}'");
    let found = app.get(&filter.replace('–', "%E2%80%93")).await.ok(200);
    found["value"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_empty_list_of_secrets_takes_them_away() {
    let app = TestApp::new().await;
    let (application, principal) = register(&app, "Reports").await;
    let (id, client) = (text(&application, "id"), text(&application, "appId"));
    let path = format!("/applications/{id}");
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let made = app.post(&format!("{path}/addPassword"), json!({})).await.ok(200);
        secrets.push(text(&made, "secretText").to_owned());
    }
    sign_in(&app, client, &secrets[0]).await.unwrap();
    let before = key_events(&app).await;

    // The list as it was read changes nothing; another one is refused.
    let read = app
        .get(&format!("{path}?$select=passwordCredentials"))
        .await
        .ok(200);
    let list = read["passwordCredentials"].clone();
    app.patch(&path, json!({"passwordCredentials": list}))
        .await
        .ok(204);
    let one = json!({"passwordCredentials": [list[0]]});
    app.patch(&path, one).await.error(400, "Request_BadRequest");
    sign_in(&app, client, &secrets[1]).await.unwrap();

    app.patch(&path, json!({"passwordCredentials": []})).await.ok(204);
    for secret in &secrets {
        assert!(sign_in(&app, client, secret).await.is_err());
    }
    assert_eq!(app.get(&path).await.ok(200)["passwordCredentials"], json!([]));
    assert_eq!(key_events(&app).await, before + 2);
    app.patch(&path, json!({"passwordCredentials": []})).await.ok(204);
    assert_eq!(key_events(&app).await, before + 2, "nothing was there");
    let body = json!({"passwordCredentials": [], "keyCredentials": [], "addIns": []});
    app.patch(&format!("/servicePrincipals/{}", text(&principal, "id")), body)
        .await
        .ok(204);
}

#[tokio::test]
async fn null_clears_what_can_be_empty() {
    let app = TestApp::new().await;
    let role = json!({"id": "77777777-7777-7777-7777-777777777777", "value": "Read", "displayName": "Read",
        "description": "Reads", "isEnabled": false, "allowedMemberTypes": ["User"]});
    let scope = json!({"id": "88888888-8888-8888-8888-888888888888", "value": "read", "type": "User",
        "adminConsentDisplayName": "Read", "adminConsentDescription": "Read", "isEnabled": true});
    let full = json!({
        "displayName": "Reports",
        "tags": ["one"],
        "identifierUris": ["api://reports"],
        "appRoles": [role],
        "requiredResourceAccess": [{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": []}],
        "optionalClaims": {"idToken": [{"name": "email"}]},
        "isFallbackPublicClient": true,
        "api": {"oauth2PermissionScopes": [scope], "requestedAccessTokenVersion": 2},
        "info": {"termsOfServiceUrl": "https://example.com/terms"},
        "publicClient": {"redirectUris": ["http://localhost"]},
        "spa": {"redirectUris": ["https://spa.example.com/"]},
        "web": {"redirectUris": ["https://web.example.com/"], "homePageUrl": "https://web.example.com/",
            "implicitGrantSettings": {"enableIdTokenIssuance": true}},
    });
    let empty = app
        .post(
            "/applications",
            json!({"displayName": "Empty", "tags": null, "web": null}),
        )
        .await
        .ok(201);
    for property in full
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "displayName")
    {
        let mut body = full.clone();
        // Names that only one application has.
        body["identifierUris"] = json!([format!("api://{}", property.to_lowercase())]);
        let made = app.post("/applications", body).await.ok(201);
        assert_ne!(made[property], empty[property], "{property}");
        let path = format!("/applications/{}", text(&made, "id"));
        app.patch(&path, json!({property: null})).await.ok(204);
        let now = app.get(&path).await.ok(200);
        assert_eq!(now[property], empty[property], "{property}");
        let others = |of: &Value| {
            let mut rest = of.as_object().unwrap().clone();
            rest.retain(|name, _| name != property && !name.starts_with('@'));
            rest
        };
        assert_eq!(others(&now), others(&made), "{property} alone was cleared");
    }
    let path = format!(
        "/applications/{}",
        text(&app.post("/applications", full).await.ok(201), "id")
    );
    app.patch(&path, json!({"web": {"redirectUris": null}}))
        .await
        .ok(204);
    let web = app.get(&path).await.ok(200)["web"].clone();
    assert_eq!(web["redirectUris"], json!([]));
    assert_eq!(web["homePageUrl"], "https://web.example.com/");
}

#[tokio::test]
async fn null_is_refused_where_nothing_can_be_cleared() {
    let app = TestApp::new().await;
    let (application, principal) = register(&app, "Reports").await;
    let path = format!("/applications/{}", text(&application, "id"));
    for property in ["displayName", "signInAudience", "keyCredentials", "latchkey"] {
        let answer = app.patch(&path, json!({property: null})).await;
        let message = answer.error(400, "Request_BadRequest");
        assert!(message.contains(property), "{message}");
    }
    let path = format!("/servicePrincipals/{}", text(&principal, "id"));
    for property in [
        "accountEnabled",
        "appRoleAssignmentRequired",
        "displayName",
        "keyCredentials",
    ] {
        let answer = app.patch(&path, json!({property: null})).await;
        let message = answer.error(400, "Request_BadRequest");
        assert!(message.contains(property), "{message}");
    }
    app.patch(&path, json!({"tags": ["one"]})).await.ok(204);
    app.patch(&path, json!({"tags": null})).await.ok(204);
    assert_eq!(app.get(&path).await.ok(200)["tags"], json!([]));
}
