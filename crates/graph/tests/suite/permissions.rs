//! Every permission that Graph's service principal offers opens something, and no more than the contract says (Graph
//! contract 6.1, 7.1, 7.2 and 12.2).

use axum::http::{Method, StatusCode};
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::{RoleId, UserId};
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp};

/// A call that each permission opens: on oneself where the path begins with `me`.
const CALLS: &str = r#"
UserAuthMethod-TAP.Read GET me/authentication/temporaryAccessPassMethods
UserAuthMethod-TAP.Read.All GET users/{user}/authentication/temporaryAccessPassMethods
UserAuthMethod-TAP.ReadWrite GET me/authentication/temporaryAccessPassMethods
UserAuthMethod-TAP.ReadWrite.All POST users/{user}/authentication/temporaryAccessPassMethods {}
UserAuthMethod-Passkey.Read GET me/authentication/fido2Methods
UserAuthMethod-Passkey.Read.All GET users/{user}/authentication/fido2Methods
UserAuthMethod-Passkey.ReadWrite GET me/authentication/fido2Methods
UserAuthMethod-Passkey.ReadWrite.All GET users/{user}/authentication/fido2Methods
UserAuthMethod-Password.Read.All GET users/{user}/authentication/passwordMethods
UserAuthMethod-Password.ReadWrite.All GET users/{user}/authentication/passwordMethods
UserAuthMethod-SoftwareOATH.ReadWrite.All GET users/{user}/authentication/softwareOathMethods
UserAuthenticationMethod.Read GET me/authentication/methods
UserAuthenticationMethod.Read.All GET users/{user}/authentication/methods
UserAuthenticationMethod.ReadWrite GET me/authentication/methods
UserAuthenticationMethod.ReadWrite.All GET users/{user}/authentication/methods
Policy.Read.All GET policies/authenticationMethodsPolicy
Policy.Read.AuthenticationMethod GET policies/authenticationMethodsPolicy
Policy.ReadWrite.AuthenticationMethod PATCH policies/authenticationMethodsPolicy {}
User.Read GET me
User.ReadBasic.All GET users
User.Read.All GET users/{user}?$select=department
User.ReadWrite PATCH me {"mobilePhone":"+1 5550100"}
User.ReadWrite.All PATCH users/{user} {"jobTitle":"Engineer"}
User.RevokeSessions.All POST users/{user}/revokeSignInSessions
User.EnableDisableAccount.All PATCH users/{user} {"accountEnabled":true}
User.DeleteRestore.All DELETE users/{nobody}
User-PasswordProfile.ReadWrite.All PATCH users/{user} {"passwordProfile":{"password":"amber kettle window 9"}}
Directory.Read.All GET users
Directory.ReadWrite.All PATCH users/{user} {"jobTitle":"Engineer"}
Group.Read.All GET groups
Group.ReadWrite.All PATCH groups/{nobody} {"displayName":"New"}
Group.Create POST groups {"displayName":"New","mailNickname":"new","mailEnabled":false,"securityEnabled":true}
GroupMember.Read.All GET groups
GroupMember.ReadWrite.All DELETE groups/{nobody}/members/{nobody}/$ref
RoleManagement.Read.All GET roleManagement/directory/roleDefinitions
RoleManagement.Read.Directory GET roleManagement/directory/roleDefinitions
RoleManagement.ReadWrite.Directory DELETE roleManagement/directory/roleAssignments/{nobody}
AdministrativeUnit.Read.All GET directory/administrativeUnits
AdministrativeUnit.ReadWrite.All DELETE directory/administrativeUnits/{nobody}
AuditLog.Read.All GET auditLogs/signIns
Application.Read.All GET applications
Application.ReadWrite.All POST applications {"displayName":"New"}
Application.ReadWrite.OwnedBy POST applications {"displayName":"New"}
AppRoleAssignment.ReadWrite.All DELETE servicePrincipals/{nobody}/appRoleAssignments/{nobody}
DelegatedPermissionGrant.Read.All GET oauth2PermissionGrants
DelegatedPermissionGrant.ReadWrite.All DELETE oauth2PermissionGrants/{nobody}
Organization.Read.All GET organization
Domain.Read.All GET domains
"#;

/// Scopes of tokens and of the userinfo endpoint, which is not Graph's.
const OPENID: [P; 4] = [P::Openid, P::Profile, P::Email, P::OfflineAccess];
/// Graph's service principal.
const GRAPH: &str = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";

struct CallLine {
    method: Method,
    path: String,
    body: Option<Value>,
}

fn call_of(permission: P, user: UserId) -> CallLine {
    let mut found = CALLS
        .trim()
        .lines()
        .map(|line| line.splitn(4, ' ').collect::<Vec<_>>())
        .filter(|words| words[0] == permission.value());
    let words = found.next().unwrap_or_else(|| panic!("no call of {permission}"));
    CallLine {
        method: words[1].parse().unwrap(),
        path: format!("/{}", words[2])
            .replace("{user}", &user.to_string())
            .replace("{nobody}", NOBODY),
        body: words.get(3).map(|text| serde_json::from_str(text).unwrap()),
    }
}

/// What is held beside the permission for the call.
fn with(permission: P) -> Vec<P> {
    match permission {
        P::UserEnableDisableAccountAll => vec![permission, P::UserReadAll],
        P::AppRoleAssignmentReadWriteAll => vec![permission, P::ApplicationReadAll],
        _ => vec![permission],
    }
}

async fn try_call(app: &TestApp, token: &str, call: &CallLine) -> StatusCode {
    let method = call.method.clone();
    app.send(token, method, &call.path, call.body.clone())
        .await
        .status
}

fn offered(principal: &Value, list: &str) -> Vec<(P, bool)> {
    let all = principal[list].as_array().unwrap();
    let one = |item: &Value| {
        let name = item["value"].as_str().unwrap();
        (P::from_value(name).unwrap(), item["isEnabled"].as_bool().unwrap())
    };
    all.iter().map(one).collect()
}

#[tokio::test]
async fn every_permission_that_can_be_granted_opens_something() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let graph = app.get(GRAPH).await.ok(200);
    let nothing = app.app(&[P::OfflineAccess]).await;
    for (permission, enabled) in offered(&graph, "appRoles") {
        if !enabled {
            continue;
        }
        let call = call_of(permission, ada);
        let status = try_call(&app, &nothing, &call).await;
        assert_eq!(status, 403, "{permission}: without it");
        let token = app.app(&with(permission)).await;
        let status = try_call(&app, &token, &call).await;
        assert!(
            status.is_success() || status == 404,
            "{permission}, of an application: {status}"
        );
    }
    for (permission, enabled) in offered(&graph, "oauth2PermissionScopes") {
        if !enabled || OPENID.contains(&permission) {
            continue;
        }
        let call = call_of(permission, ada);
        let caller = if call.path.starts_with("/me") {
            ada
        } else {
            app.root
        };
        let (token, _) = app.person(caller, &[P::OfflineAccess]).await;
        let status = try_call(&app, &token, &call).await;
        assert_eq!(status, 403, "{permission}: without it");
        let (token, _) = app.person(caller, &with(permission)).await;
        let status = try_call(&app, &token, &call).await;
        assert!(
            status.is_success() || status == 404,
            "{permission}, of a person: {status}"
        );
    }
}

#[tokio::test]
async fn what_opens_nothing_is_not_granted() {
    let app = TestApp::new().await;
    let graph = app.get(GRAPH).await.ok(200);
    let made = app
        .post("/applications", json!({"displayName": "Reports"}))
        .await
        .ok(201);
    let client = app
        .post("/servicePrincipals", json!({"appId": made["appId"]}))
        .await
        .ok(201);
    let grant = |name: &str| {
        let roles = graph["appRoles"].as_array().unwrap();
        let role = roles.iter().find(|role| role["value"] == name).unwrap();
        let path = format!(
            "/servicePrincipals/{}/appRoleAssignments",
            client["id"].as_str().unwrap()
        );
        let body = json!({"principalId": client["id"], "resourceId": graph["id"], "appRoleId": role["id"]});
        let app = &app;
        async move { app.post(&path, body).await }
    };
    let unused: Vec<_> = offered(&graph, "appRoles")
        .into_iter()
        .filter(|(_, enabled)| !enabled)
        .map(|(permission, _)| permission.value())
        .collect();
    assert_eq!(unused.len(), 5, "{unused:?}");
    for name in unused {
        grant(name).await.error(400, "Request_BadRequest");
    }
    grant("User.ReadBasic.All").await.ok(201);
}

#[tokio::test]
async fn basic_reading_shows_who_people_are_and_no_more() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    app.patch(
        &format!("/users/{ada}"),
        json!({"jobTitle": "Engineer", "mail": "ada@example.com"}),
    )
    .await
    .ok(204);
    let (person, _) = app.person(app.user("eve").await.id, &[P::UserReadBasicAll]).await;
    for token in [app.app(&[P::UserReadBasicAll]).await, person] {
        let get = |path: String| {
            let (app, token) = (&app, &token);
            async move { app.send(token, Method::GET, &path, None).await }
        };
        let one = get(format!("/users/{ada}")).await.ok(200);
        assert_eq!(one["mail"], "ada@example.com");
        let list = get("/users?$filter=startswith(displayName,'Test ada')".into())
            .await
            .ok(200);
        for user in [&one, &list["value"][0]] {
            let mut names: Vec<_> = user.as_object().unwrap().keys().map(String::as_str).collect();
            names.retain(|name| !name.starts_with('@'));
            let basics = [
                "displayName",
                "givenName",
                "id",
                "mail",
                "surname",
                "userPrincipalName",
            ];
            assert_eq!(names, basics);
        }
        let chosen = get(format!("/users/{ada}?$select=id,mail")).await.ok(200);
        assert_eq!(chosen["mail"], "ada@example.com");
        for hidden in [
            format!("/users/{ada}?$select=id,jobTitle"),
            "/users?$select=accountEnabled".to_owned(),
            "/users?$filter=jobTitle eq 'Engineer'".to_owned(),
            "/users/$count?$filter=accountEnabled eq true".to_owned(),
            "/users?$orderby=createdDateTime&$count=true".to_owned(),
            format!("/users/{ada}?$expand=manager"),
        ] {
            let headers = [
                ("authorization", format!("Bearer {token}")),
                ("consistencylevel", "eventual".to_owned()),
            ];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            // An advanced query has no $expand.
            let headers = if hidden.contains("$expand") {
                &headers[..1]
            } else {
                &headers
            };
            let path = format!("/v1.0{}", hidden.replace(' ', "%20"));
            let answer = app.raw(Method::GET, &path, headers, Vec::new()).await;
            answer.error(403, "Authorization_RequestDenied");
        }
        let headers = [("authorization", format!("Bearer {token}"))];
        let headers = [
            (headers[0].0, headers[0].1.as_str()),
            ("consistencylevel", "eventual"),
        ];
        let count = app
            .raw(Method::GET, "/v1.0/users/$count", &headers, Vec::new())
            .await;
        assert_eq!(count.status, 200);
    }
}

#[tokio::test]
async fn narrow_permissions_change_their_part_only() {
    let app = TestApp::new().await;
    let (ada, boss) = (app.user("ada").await.id, app.user("boss").await.id);
    app.give_role(boss, RoleId::GLOBAL_READER).await;
    let switch = app.app(&[P::UserEnableDisableAccountAll, P::UserReadAll]).await;
    let half = app.app(&[P::UserEnableDisableAccountAll]).await;
    let password = app.app(&[P::UserPasswordProfileReadWriteAll]).await;
    let (own, _) = app.person(ada, &[P::UserReadWrite]).await;
    let secret = json!({"passwordProfile": {"password": "amber kettle window 9"}});
    let off = json!({"accountEnabled": false});
    let phone = json!({"mobilePhone": "+1 5550100", "businessPhones": ["+1 5550101"]});
    let both = json!({"accountEnabled": false, "passwordProfile": {"password": "amber kettle window 9"}});
    let user = |id: UserId| format!("/users/{id}");
    let me = || "/me".to_owned();
    for (token, path, body, status) in [
        (&own, me(), &phone, 204),
        (&own, user(ada), &phone, 204),
        (&own, user(boss), &phone, 403),
        (&own, me(), &json!({"jobTitle": "Director"}), 403),
        (&own, me(), &json!({"mobilePhone": "1", "displayName": "A"}), 403),
        (&own, me(), &secret, 403),
        (&password, user(ada), &secret, 204),
        (&password, user(boss), &secret, 403),
        (&password, user(ada), &off, 403),
        (&password, user(ada), &both, 403),
        (&half, user(ada), &off, 403),
        (&switch, user(ada), &secret, 403),
        (&switch, user(ada), &phone, 403),
        (&switch, user(boss), &off, 403),
        (&switch, user(ada), &off, 204),
    ] {
        let answer = app.send(token, Method::PATCH, &path, Some(body.clone())).await;
        assert_eq!(answer.status, status, "{path} {body} {answer:?}");
    }
    let read = app
        .get(&format!("/users/{ada}?$select=accountEnabled,mobilePhone"))
        .await
        .ok(200);
    assert_eq!(read["accountEnabled"], false);
    assert_eq!(read["mobilePhone"], "+1 5550100");
}

#[tokio::test]
async fn narrow_method_permissions_show_their_kind_only() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let kinds = [
        "passwordMethods",
        "fido2Methods",
        "softwareOathMethods",
        "methods",
    ];
    for (permission, kind) in [
        (P::UserAuthMethodPasswordReadAll, "passwordMethods"),
        (P::UserAuthMethodPasskeyReadAll, "fido2Methods"),
        (P::UserAuthMethodSoftwareOATHReadWriteAll, "softwareOathMethods"),
    ] {
        let token = app.app(&[permission]).await;
        for other in kinds {
            let path = format!("/users/{ada}/authentication/{other}");
            let answer = app.send(&token, Method::GET, &path, None).await;
            let expected = if other == kind { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{permission} {other}");
        }
    }
    let (own, _) = app.person(ada, &[P::UserAuthMethodPasskeyRead]).await;
    let own_keys = "/me/authentication/fido2Methods";
    app.send(&own, Method::GET, own_keys, None).await.ok(200);
    let others = format!("/users/{}/authentication/fido2Methods", app.root);
    let answer = app.send(&own, Method::GET, &others, None).await;
    answer.error(403, "accessDenied");
}
