//! Applications, service principals and what they are granted, over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is wrong must stop the test"
)]

mod common;

use axum::http::Method;
use common::{NOBODY, TestApp};
use latchkey_crypto::Secret;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::RoleId;
use latchkey_service::{ClientCredentialsRequest, ClientProof};
use serde_json::{Value, json};

const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";
const TAP_ROLE: &str = "627169a8-8c15-451c-861a-5b80e383de5c";

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}"))
}

async fn register(app: &TestApp, name: &str) -> (Value, Value) {
    let application = app
        .post("/applications", json!({"displayName": name}))
        .await
        .ok(201);
    let body = json!({"appId": application["appId"]});
    let principal = app.post("/servicePrincipals", body).await.ok(201);
    (application, principal)
}

async fn graph_id(app: &TestApp) -> String {
    let path = format!("/servicePrincipals(appId='{GRAPH_APP}')");
    text(&app.get(&path).await.ok(200), "id").to_owned()
}

/// The token, or why there is none.
async fn sign_in(app: &TestApp, client: &str, secret: &str) -> Result<String, String> {
    let request = ClientCredentialsRequest {
        client_id: client,
        proof: ClientProof::Secret(Secret::new(secret.to_owned())),
        scope: "https://graph.microsoft.com/.default",
        handles_challenges: true,
    };
    let issued = app.service.issue_application_token(request).await;
    issued
        .map(|token| token.access_token.expose().clone())
        .map_err(|error| error.to_string())
}

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
    assert!(
        sign_in(&app, client, text_of_secret).await.is_err(),
        "it has no service principal yet"
    );

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
    let passes = common::passes(ada.id);
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
    let names: Vec<Value> = app.get("/auditLogs/directoryAudits?$top=8").await.ok(200)["value"]
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
    let end = (common::START + latchkey_domain::Seconds(3600)).to_rfc3339();
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
    assert!(sign_in(&app, client, secret).await.is_err());
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
    assert!(sign_in(&app, client, secret).await.is_err());
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

#[tokio::test]
async fn people_and_applications_hold_roles_of_applications() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let (application, resource) = register(&app, "Files").await;
    let (_, client) = register(&app, "Client").await;
    let path = format!("/applications/{}", text(&application, "id"));
    let role = |n: u8, members: &[&str]| {
        json!({"id": format!("{n:08}-0000-0000-0000-000000000000"), "value": format!("R{n}"), "displayName": "R",
            "allowedMemberTypes": members})
    };
    app.patch(
        &path,
        json!({"appRoles": [role(1, &["User"]), role(2, &["Application"])]}),
    )
    .await
    .ok(204);
    let gift = |principal: &str, role: u8| {
        json!({"principalId": principal, "resourceId": resource["id"],
            "appRoleId": format!("{role:08}-0000-0000-0000-000000000000")})
    };
    let of_ada = format!("/users/{}/appRoleAssignments", ada.id);
    let given = app.post(&of_ada, gift(&ada.id.to_string(), 1)).await.ok(201);
    assert_eq!(given["principalType"], "User");
    let of_client = format!("/servicePrincipals/{}/appRoleAssignments", text(&client, "id"));
    app.post(&of_client, gift(text(&client, "id"), 2)).await.ok(201);
    for (path, wrong) in [
        (&of_ada, gift(&ada.id.to_string(), 2)),
        (&of_client, gift(text(&client, "id"), 1)),
        (&of_client, gift(text(&client, "id"), 9)),
        (&of_client, gift(&ada.id.to_string(), 1)),
        (&of_ada, json!({"principalId": ada.id.to_string()})),
    ] {
        app.post(path, wrong).await.error(400, "Request_BadRequest");
    }
    let graph = graph_id(&app).await;
    let permission = json!({"principalId": ada.id.to_string(), "resourceId": graph, "appRoleId": TAP_ROLE});
    app.post(&of_ada, permission)
        .await
        .error(400, "Request_BadRequest");

    let holders = format!("/servicePrincipals/{}/appRoleAssignedTo", text(&resource, "id"));
    let first = app.get(&format!("{holders}?$top=1")).await.ok(200);
    let next = text(&first, "@odata.nextLink")
        .split_once("/v1.0")
        .unwrap()
        .1
        .to_owned();
    let second = app.get(&next).await.ok(200);
    let mut kinds = [&first, &second].map(|page| text(&page["value"][0], "principalType").to_owned());
    kinds.sort();
    assert_eq!(kinds, ["ServicePrincipal", "User"]);
    assert_eq!(second["@odata.nextLink"], Value::Null);
    let one = format!("{holders}/{}", text(&given, "id"));
    app.delete(&one).await.ok(204);
    app.delete(&one).await.error(404, "Request_ResourceNotFound");
    assert_eq!(app.get(&of_ada).await.ok(200)["value"], json!([]));
}

#[tokio::test]
async fn delegated_scopes_are_granted_changed_and_taken_back() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let (_, client) = register(&app, "Client").await;
    let graph = graph_id(&app).await;
    let grants = "/oauth2PermissionGrants";
    let body = |principal: Value, scope: &str| {
        let kind = if principal.is_null() {
            "AllPrincipals"
        } else {
            "Principal"
        };
        json!({"clientId": client["id"], "consentType": kind, "principalId": principal, "resourceId": graph,
            "scope": scope})
    };
    let all = app
        .post(grants, body(Value::Null, "user.read openid"))
        .await
        .ok(201);
    assert_eq!(all["scope"], "User.Read openid", "in Graph's own spelling");
    app.post(grants, body(Value::Null, "User.Read"))
        .await
        .error(400, "Request_BadRequest");
    let of_ada = app
        .post(grants, body(ada.id.to_string().into(), "User.ReadWrite"))
        .await
        .ok(201);
    for wrong in [
        body(Value::Null, "Files.Read"),
        body(ada.id.to_string().into(), "Group.Create"),
        json!({"clientId": client["id"], "consentType": "Principal", "resourceId": graph, "scope": "User.Read"}),
        json!({"consentType": "AllPrincipals", "resourceId": graph, "scope": "User.Read"}),
    ] {
        app.post(grants, wrong).await.error(400, "Request_BadRequest");
    }
    app.post(grants, body(NOBODY.into(), "User.Read"))
        .await
        .error(404, "Request_ResourceNotFound");
    let one = format!("{grants}/{}", text(&all, "id"));
    app.patch(&one, json!({"scope": "User.Read User.Read.All"}))
        .await
        .ok(204);
    assert_eq!(app.get(&one).await.ok(200)["scope"], "User.Read User.Read.All");
    let count = async |path: &str| app.get(path).await.ok(200)["value"].as_array().unwrap().len();
    let id = text(&client, "id");
    assert_eq!(count(&format!("{grants}?$filter=clientId eq '{id}'")).await, 2);
    assert_eq!(
        count(&format!(
            "{grants}?$filter=clientId eq '{id}' and consentType eq 'AllPrincipals'"
        ))
        .await,
        1
    );
    assert_eq!(count(&format!("/servicePrincipals/{id}{grants}")).await, 2);
    assert_eq!(count(&format!("/users/{}{grants}", ada.id)).await, 1);
    app.delete(&format!("{grants}/{}", text(&of_ada, "id")))
        .await
        .ok(204);
    app.delete(&one).await.ok(204);
    app.get(&one).await.error(404, "Request_ResourceNotFound");
    app.get(&format!("{grants}/x"))
        .await
        .error(404, "Request_ResourceNotFound");
}

/// Who may is a matter of `domain`; here: that each way in asks it, and that a refusal is in the log.
#[tokio::test]
async fn nobody_gets_more_by_an_application_than_they_hold() {
    let app = TestApp::new().await;
    let editor = app.user("editor").await;
    app.give_role(editor.id, RoleId::APPLICATION_ADMINISTRATOR).await;
    let scopes = [
        P::ApplicationReadWriteAll,
        P::AppRoleAssignmentReadWriteAll,
        P::DelegatedPermissionGrantReadWriteAll,
    ];
    let (token, _) = app.person(editor.id, &scopes).await;
    let send = async |method: Method, path: &str, body: Value| {
        let body = (!body.is_null()).then_some(body);
        app.send(&token, method, path, body).await
    };
    let made = send(Method::POST, "/applications", json!({"displayName": "Mine"}))
        .await
        .ok(201);
    let principal = send(
        Method::POST,
        "/servicePrincipals",
        json!({"appId": made["appId"]}),
    )
    .await
    .ok(201);
    let (id, holder) = (text(&made, "id"), text(&principal, "id"));
    let secrets = format!("/applications/{id}/addPassword");
    send(Method::POST, &secrets, json!({})).await.ok(200);

    let graph = graph_id(&app).await;
    let gift = json!({"principalId": holder, "resourceId": graph, "appRoleId": TAP_ROLE});
    let roles = format!("/servicePrincipals/{holder}/appRoleAssignments");
    send(Method::POST, &roles, gift.clone())
        .await
        .error(403, "Authorization_RequestDenied");
    let grant = json!({"clientId": holder, "consentType": "AllPrincipals", "resourceId": graph, "scope": "User.Read"});
    send(Method::POST, "/oauth2PermissionGrants", grant)
        .await
        .error(403, "Authorization_RequestDenied");

    // Once it can do something in its own name, it is out of the editor's hands.
    app.post(&roles, gift).await.ok(201);
    for (method, path, body) in [
        (Method::POST, secrets.clone(), json!({})),
        (
            Method::PATCH,
            format!("/applications/{id}"),
            json!({"displayName": "x"}),
        ),
        (Method::DELETE, format!("/applications/{id}"), Value::Null),
        (
            Method::DELETE,
            format!("/servicePrincipals/{holder}"),
            Value::Null,
        ),
        (
            Method::POST,
            format!("/servicePrincipals/{holder}/addPassword"),
            json!({}),
        ),
    ] {
        send(method, &path, body)
            .await
            .error(403, "Authorization_RequestDenied");
    }
    let log = "/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Delete application'";
    let event = &app.get(log).await.ok(200)["value"][0];
    assert_eq!(event["result"], "failure");
    assert_eq!(
        event["initiatedBy"]["user"]["userPrincipalName"],
        "editor@example.com"
    );

    let reader = app.app(&[P::UserReadAll]).await;
    for path in ["/applications", "/servicePrincipals", "/oauth2PermissionGrants"] {
        app.send(&reader, Method::GET, path, None)
            .await
            .error(403, "Authorization_RequestDenied");
    }
    let owner = app.app(&[P::ApplicationReadWriteOwnedBy]).await;
    let owned = app
        .send(
            &owner,
            Method::POST,
            "/applications",
            Some(json!({"displayName": "Owned"})),
        )
        .await
        .ok(201);
    let path = format!("/applications/{}", text(&owned, "id"));
    app.send(&owner, Method::PATCH, &path, Some(json!({"notes": "mine"})))
        .await
        .ok(204);
    let foreign = app
        .post("/applications", json!({"displayName": "Foreign"}))
        .await
        .ok(201);
    let path = format!("/applications/{}", text(&foreign, "id"));
    app.send(&owner, Method::PATCH, &path, Some(json!({"notes": "mine"})))
        .await
        .error(403, "Authorization_RequestDenied");
}
