//! Applications, their secrets and service principals, over HTTP.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};
use crate::registered::{GRAPH_APP, TAP_ROLE, graph_id, register, sign_in, text};

/// Graph contract 12.1, all five calls, and then the application issues a pass.
#[tokio::test]
async fn a_script_registers_a_client_that_issues_passes() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let body = json!({"displayName": "HR sync", "signInAudience": "AzureADMyOrg",
        "requiredResourceAccess": [{"resourceAppId": GRAPH_APP,
            "resourceAccess": [{"id": TAP_ROLE, "type": "Role"}]}],
        "web": {"redirectUris": ["https://hr.example.com/callback"]}});
    let answer = app.post("/applications", body).await;
    let location = answer.header("location").to_owned();
    let application = answer.ok(201);
    let (id, client) = (text(&application, "id"), text(&application, "appId"));
    assert_ne!(id, client);
    assert!(
        location.ends_with(&format!("/v1.0/applications/{id}")),
        "{location}"
    );
    assert_eq!(
        application["web"]["redirectUris"],
        json!(["https://hr.example.com/callback"])
    );
    assert_eq!(
        application["requiredResourceAccess"][0]["resourceAccess"][0]["type"],
        "Role"
    );

    let path = format!("/applications/{id}/addPassword");
    let answer = app
        .post(&path, json!({"passwordCredential": {"displayName": "ci"}}))
        .await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let secret = answer.ok(200);
    let text_of_secret = text(&secret, "secretText");
    assert_eq!(text(&secret, "hint"), &text_of_secret[..3]);
    assert!(text(&secret, "@odata.context").ends_with("$metadata#microsoft.graph.passwordCredential"));
    let listed = app.get(&format!("/applications/{id}")).await.ok(200);
    assert_eq!(listed["passwordCredentials"][0]["secretText"], Value::Null);
    assert_eq!(listed["passwordCredentials"][0]["displayName"], "ci");
    assert!(!listed.to_string().contains(text_of_secret));
    let refused = sign_in(&app, client, text_of_secret).await.unwrap_err();
    assert_eq!(refused, "the application has no service principal");

    let principal = app
        .post("/servicePrincipals", json!({"appId": client}))
        .await
        .ok(201);
    let holder = text(&principal, "id");
    app.post("/servicePrincipals", json!({"appId": client}))
        .await
        .error(409, "Request_MultipleObjectsWithSameKeyValue");
    let graph = app
        .get(&format!("/servicePrincipals?$filter=appId eq '{GRAPH_APP}'"))
        .await
        .ok(200);
    let graph = &graph["value"][0];
    let role = graph["appRoles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["value"] == "UserAuthMethod-TAP.ReadWrite.All")
        .unwrap();
    assert_eq!(role["id"], TAP_ROLE);
    let gift = json!({"principalId": holder, "resourceId": graph["id"], "appRoleId": role["id"]});
    let path = format!("/servicePrincipals/{holder}/appRoleAssignments");
    let given = app.post(&path, gift.clone()).await.ok(201);
    assert_eq!(given["principalType"], "ServicePrincipal");
    assert_eq!(given["principalDisplayName"], "HR sync");
    assert_eq!(given["resourceDisplayName"], "Microsoft Graph");
    let again = app.post(&path, gift).await.error(400, "Request_BadRequest");
    assert_eq!(again, "Permission being assigned already exists on the object");

    let token = sign_in(&app, client, text_of_secret).await.unwrap();
    let passes = crate::common::passes(ada.id);
    app.send(&token, Method::POST, &passes, Some(json!({})))
        .await
        .ok(201);
    let one = format!("{path}/{}", text(&given, "id"));
    assert_eq!(app.get(&one).await.ok(200)["appRoleId"], TAP_ROLE);
    app.delete(&one).await.ok(204);
    app.get(&one).await.error(404, "Request_ResourceNotFound");
    app.send(&token, Method::POST, &passes, Some(json!({})))
        .await
        .error(403, "accessDenied");

    let remove = json!({"keyId": secret["keyId"]});
    let path = format!("/applications(appId='{client}')/removePassword");
    app.post(&path, remove.clone()).await.ok(204);
    app.post(&path, remove).await.error(400, "Request_BadRequest");
    assert!(sign_in(&app, client, text_of_secret).await.is_err());
    let names: Vec<Value> = app.get("/auditLogs/directoryAudits?$top=12").await.ok(200)["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["activityDisplayName"].clone())
        .collect();
    for name in [
        "Update application – Certificates and secrets management",
        "Remove app role assignment from service principal",
        "Add app role assignment to service principal",
        "Add service principal",
        "Add application",
    ] {
        assert!(names.contains(&name.into()), "{name}: {names:?}");
    }
}

#[tokio::test]
async fn secrets_end_when_they_were_said_to() {
    let app = TestApp::new().await;
    let (application, _) = register(&app, "Short").await;
    let (id, client) = (text(&application, "id"), text(&application, "appId"));
    let path = format!("/applications/{id}/addPassword");
    let end = (crate::common::START + latchkey_domain::Seconds(3600)).to_rfc3339();
    let short = app
        .post(&path, json!({"passwordCredential": {"endDateTime": end}}))
        .await
        .ok(200);
    let default = app.post(&path, json!({})).await.ok(200);
    for wrong in [
        json!({"passwordCredential": {"endDateTime": "2020-01-01T00:00:00Z"}}),
        json!({"passwordCredential": {"startDateTime": "2090-01-02T00:00:00Z", "endDateTime": "2090-01-01T00:00:00Z"}}),
        json!({"passwordCredential": {"secretText": "mine"}}),
        json!({"passwordCredential": {"displayName": "a".repeat(121)}}),
    ] {
        app.post(&path, wrong).await.error(400, "Request_BadRequest");
    }
    app.later(3599);
    assert!(sign_in(&app, client, text(&short, "secretText")).await.is_ok());
    app.later(1);
    let refused = sign_in(&app, client, text(&short, "secretText")).await;
    assert!(refused.unwrap_err().contains("expired"));
    assert!(sign_in(&app, client, text(&default, "secretText")).await.is_ok());
    app.later(730 * 24 * 3600);
    assert!(
        sign_in(&app, client, text(&default, "secretText")).await.is_err(),
        "two years"
    );
}

#[tokio::test]
async fn applications_are_changed_listed_and_deleted() {
    let app = TestApp::new().await;
    let (application, principal) = register(&app, "Files").await;
    let (other, _) = register(&app, "Mail").await;
    let (id, client) = (text(&application, "id"), text(&application, "appId"));
    let path = format!("/applications/{id}");
    let scope = json!({"id": "11111111-2222-3333-4444-555555555555", "value": "Files.Read", "type": "User",
        "isEnabled": true, "adminConsentDisplayName": "Read", "adminConsentDescription": "Read files"});
    let role = json!({"id": "11111111-2222-3333-4444-666666666666", "value": "Reader", "displayName": "Reader",
        "description": "Reads", "allowedMemberTypes": ["User"], "isEnabled": true});
    app.patch(
        &path,
        json!({"displayName": "Files 2", "identifierUris": ["api://files"], "spa": {"redirectUris": ["https://f.example.com"]},
            "publicClient": {"redirectUris": ["http://localhost"]}, "isFallbackPublicClient": true, "tags": ["a"],
            "notes": "for us", "api": {"requestedAccessTokenVersion": 2, "oauth2PermissionScopes": [scope]},
            "appRoles": [role], "optionalClaims": {"idToken": [{"name": "groups"}]}}),
    )
    .await
    .ok(204);
    let shown = app.get(&format!("/applications(appId='{client}')")).await.ok(200);
    assert_eq!(shown["displayName"], "Files 2");
    assert_eq!(shown["spa"]["redirectUris"], json!(["https://f.example.com"]));
    assert_eq!(shown["api"]["oauth2PermissionScopes"][0]["value"], "Files.Read");
    assert_eq!(shown["optionalClaims"]["idToken"][0]["name"], "groups");
    let of_principal = app
        .get(&format!("/servicePrincipals/{}", text(&principal, "id")))
        .await
        .ok(200);
    assert_eq!(of_principal["displayName"], "Files 2");
    assert_eq!(
        of_principal["servicePrincipalNames"],
        json!(["api://files", client])
    );
    assert_eq!(shown["latchkey"]["tokenSigningAlgorithm"], "RS256");
    let eddsa = json!({"latchkey": {"tokenSigningAlgorithm": "EdDSA"}});
    app.patch(&path, eddsa).await.ok(204);
    let now = app.get(&path).await.ok(200);
    assert_eq!(now["latchkey"]["tokenSigningAlgorithm"], "EdDSA");
    // What was read may be sent back.
    let mut again = shown.clone();
    again.as_object_mut().unwrap().retain(|key, _| {
        ![
            "@odata.context",
            "id",
            "appId",
            "createdDateTime",
            "parentalControlSettings",
        ]
        .contains(&key.as_str())
    });
    app.patch(&path, again).await.ok(204);
    assert_eq!(app.get(&path).await.ok(200)["appRoles"], shown["appRoles"]);

    for wrong in [
        json!({"displayName": ""}),
        json!({"displayName": "a".repeat(257)}),
        json!({"web": {"redirectUris": ["http://example.com"]}}),
        json!({"spa": {"redirectUris": ["https://*.example.com"]}}),
        json!({"identifierUris": ["files"]}),
        json!({"identifierUris": ["https://graph.microsoft.com"]}),
        json!({"signInAudience": "AzureADMultipleOrgs"}),
        json!({"passwordCredentials": [{"displayName": "x"}]}),
        json!({"appId": NOBODY}),
        json!({"appRoles": [{"id": "x", "displayName": "R", "allowedMemberTypes": ["User"]}]}),
        json!({"colour": "red"}),
        json!({"latchkey": {"tokenSigningAlgorithm": "none"}}),
        json!({"latchkey": {"colour": "red"}}),
    ] {
        let words = wrong.to_string();
        let answer = app.patch(&path, wrong).await;
        assert_eq!(answer.status, 400, "{words}");
        assert_eq!(answer.json()["error"]["code"], "Request_BadRequest", "{words}");
    }
    let taken = app
        .patch(
            &format!("/applications/{}", text(&other, "id")),
            json!({"identifierUris": ["api://files"]}),
        )
        .await;
    assert!(taken.error(400, "Request_BadRequest").contains("identifierUris"));

    let names = async |path: &str| {
        let list = app.get(path).await.ok(200);
        let items = list["value"].as_array().unwrap().clone();
        let names: Vec<String> = items
            .iter()
            .map(|item| text(item, "displayName").to_owned())
            .collect();
        (names, list["@odata.nextLink"].as_str().map(str::to_owned))
    };
    assert_eq!(
        names("/applications?$filter=startswith(displayName,'fil')")
            .await
            .0,
        ["Files 2"]
    );
    assert_eq!(
        names(&format!("/applications?$filter=appId eq '{client}'"))
            .await
            .0,
        ["Files 2"]
    );
    assert!(
        names("/applications?$filter=displayName eq 'none'")
            .await
            .0
            .is_empty()
    );
    let (mut all, mut next) = names("/servicePrincipals?$top=1&$select=displayName").await;
    while let Some(link) = next {
        let path = link.split_once("/v1.0").unwrap().1.to_owned();
        let (more, following) = names(&path).await;
        all.extend(more);
        next = following;
    }
    assert_eq!(
        all,
        ["Files 2", "Latchkey administration", "Mail", "Microsoft Graph"]
    );
    app.get("/applications?$filter=notes eq 'x'")
        .await
        .error(400, "Request_UnsupportedQuery");

    app.delete(&path).await.ok(204);
    app.get(&path).await.error(404, "Request_ResourceNotFound");
    app.get(&format!("/servicePrincipals/{}", text(&principal, "id")))
        .await
        .error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn service_principals_are_switched_off_and_leave() {
    let app = TestApp::new().await;
    let (application, principal) = register(&app, "Mail").await;
    let (id, client) = (text(&application, "id"), text(&application, "appId"));
    let secret = app
        .post(&format!("/applications/{id}/addPassword"), json!({}))
        .await
        .ok(200);
    let secret = text(&secret, "secretText");
    let path = format!("/servicePrincipals/{}", text(&principal, "id"));
    let token = sign_in(&app, client, secret).await.unwrap();
    app.patch(
        &path,
        json!({"accountEnabled": false, "appRoleAssignmentRequired": true}),
    )
    .await
    .ok(204);
    let refused = sign_in(&app, client, secret).await.unwrap_err();
    assert_eq!(refused, "the application is disabled");
    app.send(&token, Method::GET, "/organization", None)
        .await
        .error(401, "InvalidAuthenticationToken");
    assert_eq!(app.get(&path).await.ok(200)["appRoleAssignmentRequired"], true);
    app.patch(&path, json!({"accountEnabled": true})).await.ok(204);
    assert!(sign_in(&app, client, secret).await.is_ok());
    app.patch(&path, json!({"displayName": "x"}))
        .await
        .error(400, "Request_BadRequest");

    let graph = graph_id(&app).await;
    let gift = json!({"principalId": principal["id"], "resourceId": graph, "appRoleId": TAP_ROLE});
    app.post(&format!("/servicePrincipals/{graph}/appRoleAssignedTo"), gift)
        .await
        .ok(201);
    app.delete(&path).await.ok(204);
    let refused = sign_in(&app, client, secret).await.unwrap_err();
    assert_eq!(refused, "the application has no service principal");
    let back = app
        .post("/servicePrincipals", json!({"appId": client}))
        .await
        .ok(201);
    assert_ne!(back["id"], principal["id"]);
    let roles = app
        .get(&format!(
            "/servicePrincipals/{}/appRoleAssignments",
            text(&back, "id")
        ))
        .await
        .ok(200);
    assert_eq!(roles["value"], json!([]), "what it was granted ended");
    app.delete(&format!("/servicePrincipals/{graph}"))
        .await
        .error(400, "Request_BadRequest");
    app.post("/servicePrincipals", json!({"appId": NOBODY}))
        .await
        .error(400, "Request_BadRequest");
}
