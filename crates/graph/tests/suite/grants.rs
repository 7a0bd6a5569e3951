//! What applications and people are granted: roles of applications, delegated scopes, and the limits of both, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::RoleId;
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};
use crate::registered::{TAP_ROLE, graph_id, register, text};

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
