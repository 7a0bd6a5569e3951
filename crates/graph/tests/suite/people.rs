//! Managers, accounts that come back, and what administrators do to somebody's access, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::{PASSWORD_METHOD_ID, RoleId, UserId};
use serde_json::{Value, json};

use crate::common::{NOBODY, PASSWORD, TestApp};

fn reference(id: UserId) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/users/{id}")})
}

async fn put(app: &TestApp, path: &str, body: Value) -> crate::common::Answer {
    app.send(&app.admin, Method::PUT, path, Some(body)).await
}

#[tokio::test]
async fn people_have_managers_and_managers_reports() {
    let app = TestApp::new().await;
    let (ada, bob, boss) = (
        app.user("ada").await.id,
        app.user("bob").await.id,
        app.user("boss").await.id,
    );
    let manager = format!("/users/{ada}/manager");
    app.get(&manager).await.error(404, "Request_ResourceNotFound");
    put(&app, &format!("{manager}/$ref"), reference(boss))
        .await
        .ok(204);
    put(&app, &format!("/users/{bob}/manager/$ref"), reference(boss))
        .await
        .ok(204);
    let shown = app.get(&manager).await.ok(200);
    assert_eq!(shown["id"], boss.to_string());
    assert_eq!(shown["@odata.type"], "#microsoft.graph.user");
    let link = app.get(&format!("{manager}/$ref")).await.ok(200);
    assert!(link["@odata.id"].as_str().unwrap().contains(&boss.to_string()));
    let reports = format!("/users/{boss}/directReports");
    let first = app
        .get(&format!("{reports}?$top=1&$select=displayName"))
        .await
        .ok(200);
    let next = first["@odata.nextLink"]
        .as_str()
        .unwrap()
        .split_once("/v1.0")
        .unwrap()
        .1
        .to_owned();
    let second = app.get(&next).await.ok(200);
    assert_eq!(second["@odata.nextLink"], Value::Null);
    let mut names =
        [&first, &second].map(|page| page["value"][0]["displayName"].as_str().unwrap().to_owned());
    names.sort();
    assert_eq!(names, ["Test ada", "Test bob"]);
    for (wrong, status) in [(ada, 400), (NOBODY.parse().unwrap(), 404)] {
        let answer = put(&app, &format!("{manager}/$ref"), reference(wrong)).await;
        assert_eq!(answer.status, status);
    }
    let log = app
        .get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update user'")
        .await
        .ok(200);
    let modified = &log["value"][0]["targetResources"][0]["modifiedProperties"][0];
    assert_eq!(modified["displayName"], "Manager");
    assert_eq!(modified["newValue"], "\"boss@example.com\"");
    // The manager goes: nobody has one who is not there.
    app.delete(&format!("/users/{boss}")).await.ok(204);
    app.get(&manager).await.error(404, "Request_ResourceNotFound");
    app.post(&format!("/directory/deletedItems/{boss}/restore"), json!({}))
        .await
        .ok(200);
    assert_eq!(app.get(&manager).await.ok(200)["id"], boss.to_string());
    app.delete(&format!("{manager}/$ref")).await.ok(204);
    app.get(&manager).await.error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn deleted_accounts_come_back_or_go_for_good() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    app.give_role(ada, RoleId::REPORTS_READER).await;
    app.issue(ada).await;
    app.delete(&format!("/users/{ada}")).await.ok(204);
    let item = format!("/directory/deletedItems/{ada}");
    for cast in ["graph.user", "microsoft.graph.user"] {
        let list = app.get(&format!("/directory/deletedItems/{cast}")).await.ok(200);
        assert_eq!(list["value"][0]["id"], ada.to_string(), "{cast}");
        assert!(list["value"][0]["deletedDateTime"].is_string());
    }
    assert_eq!(
        app.get("/directory/deletedItems/graph.group").await.ok(200)["value"],
        json!([])
    );
    assert_eq!(
        app.get(&item).await.ok(200)["@odata.type"],
        "#microsoft.graph.user"
    );

    // Somebody else has the name meanwhile.
    let other = app.user("ada").await.id;
    let taken = app
        .send(&app.admin, Method::POST, &format!("{item}/restore"), None)
        .await;
    taken.error(400, "Request_BadRequest");
    app.delete(&format!("/users/{other}")).await.ok(204);
    let back = app
        .send(&app.admin, Method::POST, &format!("{item}/restore"), None)
        .await
        .ok(200);
    assert_eq!(back["userPrincipalName"], "ada@example.com");
    assert_eq!(
        app.get(&format!("/users/{ada}")).await.ok(200)["displayName"],
        "Test ada"
    );
    let roles = app
        .get(&format!(
            "/roleManagement/directory/roleAssignments?$filter=principalId eq '{ada}'"
        ))
        .await
        .ok(200);
    assert_eq!(roles["value"], json!([]), "what it held ended");
    assert_eq!(
        app.get(&crate::common::passes(ada)).await.ok(200)["value"],
        json!([])
    );
    let found = app
        .get("/users?$filter=startswith(displayName,'Test ada')")
        .await
        .ok(200);
    assert_eq!(found["value"].as_array().unwrap().len(), 1, "it is found again");
    app.get(&item).await.error(404, "Request_ResourceNotFound");

    let gone = format!("/directory/deletedItems/{other}");
    app.delete(&gone).await.ok(204);
    app.delete(&gone).await.error(404, "Request_ResourceNotFound");
    let reader = app.app(&[P::UserReadAll]).await;
    app.delete(&format!("/users/{ada}")).await.ok(204);
    app.send(&reader, Method::DELETE, &item, None)
        .await
        .error(403, "Authorization_RequestDenied");
    app.get(&item).await.ok(200);
    for name in ["Restore user", "Hard Delete user", "Delete user"] {
        let path = format!("/auditLogs/directoryAudits?$filter=activityDisplayName eq '{name}'");
        let log = app.get(&path).await.ok(200);
        assert_eq!(log["value"][0]["category"], "UserManagement", "{name}");
    }
}

#[tokio::test]
async fn an_administrator_resets_a_password_and_sees_how_it_went() {
    let app = TestApp::new().await;
    let (helper, ada, boss) = (
        app.user("helper").await.id,
        app.user("ada").await.id,
        app.user("boss").await.id,
    );
    app.give_role(helper, RoleId::AUTHENTICATION_ADMINISTRATOR).await;
    app.give_role(boss, RoleId::USER_ADMINISTRATOR).await;
    let (token, _) = app
        .person(helper, &[P::UserAuthenticationMethodReadWriteAll])
        .await;
    let path = |user: UserId, set: &str| {
        format!("/users/{user}/authentication/{set}/{PASSWORD_METHOD_ID}/resetPassword")
    };
    let answer = app.send(&token, Method::POST, &path(ada, "methods"), None).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let location = answer
        .header("location")
        .split_once("/v1.0")
        .unwrap()
        .1
        .to_owned();
    let made = answer.ok(202);
    assert_eq!(made["newPassword"].as_str().unwrap().len(), 16);
    let operation = app.send(&token, Method::GET, &location, None).await.ok(200);
    assert_eq!(operation["status"], "succeeded");
    assert!(
        operation["resourceLocation"]
            .as_str()
            .unwrap()
            .ends_with(PASSWORD_METHOD_ID)
    );
    // It belongs to nobody else, and ends.
    let foreign = location.replace(&ada.to_string(), &helper.to_string());
    app.send(&token, Method::GET, &foreign, None)
        .await
        .error(403, "accessDenied");

    let chosen = json!({"newPassword": "slow green kettle 42"});
    let answer = app
        .send(&token, Method::POST, &path(ada, "passwordMethods"), Some(chosen))
        .await;
    assert_eq!(answer.ok(202)["newPassword"], Value::Null);
    let weak = json!({"newPassword": "password"});
    app.send(&token, Method::POST, &path(ada, "methods"), Some(weak))
        .await
        .error(400, "badRequest");
    for user in [boss, helper] {
        let answer = app.send(&token, Method::POST, &path(user, "methods"), None).await;
        answer.error(403, "accessDenied");
    }
    let by_application = app
        .send(&app.admin, Method::POST, &path(ada, "methods"), None)
        .await;
    by_application.error(403, "accessDenied");
    let unknown = format!("/users/{ada}/authentication/methods/{NOBODY}/resetPassword");
    app.send(&token, Method::POST, &unknown, None)
        .await
        .error(404, "resourceNotFound");
    let filter = "/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Admin started password reset'";
    let log = app.get(filter).await.ok(200);
    let log = log.to_string();
    assert!(log.contains("ada@example.com") && !log.contains("kettle") && !log.contains(PASSWORD));
}

#[tokio::test]
async fn sessions_are_revoked_by_administrators_and_by_oneself() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let (token, _) = app.person(ada, &[P::UserRead, P::UserRevokeSessionsAll]).await;
    app.send(&token, Method::GET, "/me", None).await.ok(200);
    let path = format!("/users/{ada}/revokeSignInSessions");
    let answer = app.send(&app.admin, Method::POST, &path, None).await.ok(200);
    assert_eq!(answer["value"], true);
    assert!(
        answer["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("#Edm.Boolean")
    );
    app.send(&token, Method::GET, "/me", None)
        .await
        .error(401, "InvalidAuthenticationToken");
    app.later(1);
    let (token, _) = app.person(ada, &[P::UserRevokeSessionsAll]).await;
    app.send(&token, Method::POST, "/me/revokeSignInSessions", None)
        .await
        .ok(200);
}

#[tokio::test]
async fn related_people_are_expanded() {
    let app = TestApp::new().await;
    let (ada, boss) = (app.user("ada").await.id, app.user("boss").await.id);
    put(&app, &format!("/users/{ada}/manager/$ref"), reference(boss))
        .await
        .ok(204);
    let body = json!({"displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true,
        "members@odata.bind": [format!("https://x/v1.0/users/{ada}")]});
    let group = app.post("/groups", body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/users/{ada}?$select=id&$expand=manager($select=id,displayName),memberOf");
    let shown = app.get(&path).await.ok(200);
    assert_eq!(shown["manager"]["displayName"], "Test boss");
    assert_eq!(shown["manager"].as_object().unwrap().len(), 3, "type, id, name");
    assert_eq!(shown["memberOf"][0]["id"], group.as_str());
    let boss = app
        .get(&format!("/users/{boss}?$expand=manager,directReports"))
        .await
        .ok(200);
    assert_eq!(boss["manager"], Value::Null);
    assert_eq!(boss["directReports"][0]["id"], ada.to_string());
    let list = app.get("/groups?$expand=members").await.ok(200);
    assert_eq!(
        list["value"][0]["members"][0]["@odata.type"],
        "#microsoft.graph.user"
    );
    let list = app
        .get("/users?$expand=manager&$filter=userPrincipalName eq 'ada@example.com'")
        .await
        .ok(200);
    assert_eq!(list["value"][0]["manager"]["displayName"], "Test boss");
    for (wrong, code) in [
        ("/users?$expand=photo", "BadRequest"),
        ("/users?$expand=manager($levels=max)", "Request_UnsupportedQuery"),
        ("/groups?$expand=members(", "BadRequest"),
    ] {
        app.get(wrong).await.error(400, code);
    }
}

#[tokio::test]
async fn the_report_tells_who_registered_what() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    app.give_role(bob, RoleId::REPORTS_READER).await;
    app.issue(ada).await;
    let off = app.user("off").await.id;
    app.patch(&format!("/users/{off}"), json!({"accountEnabled": false}))
        .await
        .ok(204);
    let report = "/reports/authenticationMethods/userRegistrationDetails";
    let names = async |query: &str| {
        let list = app.get(&format!("{report}{query}")).await.ok(200);
        let items = list["value"].as_array().unwrap().clone();
        let name = |item: &Value| item["userPrincipalName"].as_str().unwrap().to_owned();
        items.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(
        names("").await,
        ["ada@example.com", "bob@example.com", "root@example.com"]
    );
    assert_eq!(
        names("?$filter=methodsRegistered/any(m:m eq 'temporaryAccessPass')").await,
        ["ada@example.com", "root@example.com"]
    );
    assert_eq!(
        names("?$filter=isAdmin eq false and isMfaRegistered eq false").await,
        ["ada@example.com"],
        "a pass registers nobody"
    );
    assert_eq!(
        names("?$filter=startswith(userPrincipalName,'bo')").await,
        ["bob@example.com"]
    );
    let first = app.get(&format!("{report}?$top=2")).await.ok(200);
    let next = first["@odata.nextLink"]
        .as_str()
        .unwrap()
        .split_once("/v1.0")
        .unwrap()
        .1
        .to_owned();
    let rest = app.get(&next).await.ok(200);
    assert_eq!(rest["value"][0]["userPrincipalName"], "root@example.com");
    let one = app.get(&format!("{report}/{ada}")).await.ok(200);
    assert_eq!(one["methodsRegistered"], json!(["temporaryAccessPass"]));
    assert_eq!(one["userType"], "member");
    app.get(&format!("{report}/{off}"))
        .await
        .error(404, "Request_ResourceNotFound");
    app.get(&format!("{report}?$filter=id eq 'x'"))
        .await
        .error(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn how_somebody_signs_in_is_read_and_changed() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let of = |name: &str| format!("/users/{ada}/authentication/{name}");
    let preferences = of("signInPreferences");
    let shown = app.get(&preferences).await.ok(200);
    assert_eq!(shown["isSystemPreferredAuthenticationMethodEnabled"], true);
    assert_eq!(
        shown["userPreferredMethodForSecondaryAuthentication"],
        Value::Null
    );
    app.patch(
        &preferences,
        json!({"isSystemPreferredAuthenticationMethodEnabled": false}),
    )
    .await
    .ok(204);
    assert_eq!(
        app.get(&preferences).await.ok(200)["isSystemPreferredAuthenticationMethodEnabled"],
        false
    );
    for method in ["oath", "push"] {
        let body = json!({"userPreferredMethodForSecondaryAuthentication": method});
        let refused = app.patch(&preferences, body).await;
        assert_eq!(
            refused.json()["error"]["target"],
            "userPreferredMethodForSecondaryAuthentication"
        );
        refused.error(400, "badRequest");
    }

    let requirements = of("requirements");
    assert_eq!(
        app.get(&requirements).await.ok(200)["perUserMfaState"],
        "disabled"
    );
    app.patch(&requirements, json!({"perUserMfaState": "enforced"}))
        .await
        .ok(204);
    assert_eq!(
        app.get(&requirements).await.ok(200)["perUserMfaState"],
        "enforced"
    );
    for wrong in [json!({"perUserMfaState": "on"}), json!({})] {
        app.patch(&requirements, wrong).await.error(400, "badRequest");
    }

    app.post(&of("latchkey.requireRegistration"), json!({}))
        .await
        .ok(204);
    let report = format!("/reports/authenticationMethods/userRegistrationDetails/{ada}");
    assert_eq!(
        app.get(&report).await.ok(200)["isSystemPreferredAuthenticationMethodEnabled"],
        false
    );
}

#[tokio::test]
async fn nobody_takes_several_factors_off_their_own_account() {
    let app = TestApp::new().await;
    let (token, _) = app
        .person(
            app.root,
            &[
                P::PolicyReadWriteAuthenticationMethod,
                P::UserAuthenticationMethodReadWriteAll,
            ],
        )
        .await;
    let own = "/me/authentication/requirements";
    let body = json!({"perUserMfaState": "disabled"});
    app.send(&token, Method::PATCH, own, Some(body))
        .await
        .error(403, "accessDenied");
    app.send(&token, Method::GET, own, None).await.ok(200);
    let anew = format!("/users/{}/authentication/latchkey.requireRegistration", app.root);
    app.send(&token, Method::POST, &anew, None)
        .await
        .error(403, "accessDenied");
}

#[tokio::test]
async fn methods_that_are_not_here_are_nobodys() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    for kind in ["emailMethods", "phoneMethods", "microsoftAuthenticatorMethods"] {
        let path = format!("/users/{ada}/authentication/{kind}");
        assert_eq!(app.get(&path).await.ok(200)["value"], json!([]), "{kind}");
        app.get(&format!("{path}/{PASSWORD_METHOD_ID}"))
            .await
            .error(404, "resourceNotFound");
        app.post(&path, json!({"emailAddress": "ada@example.com"}))
            .await
            .error(405, "Request_BadRequest");
    }
}

#[tokio::test]
async fn an_account_for_a_pass_needs_no_password() {
    let app = TestApp::new().await;
    let body = |name: &str, own: Value| {
        json!({"accountEnabled": true, "displayName": name, "mailNickname": name,
            "userPrincipalName": format!("{name}@example.com"), "latchkey": own})
    };
    let made = app
        .post("/users", body("zoe", json!({"withoutPassword": true})))
        .await
        .ok(201);
    let zoe = made["id"].as_str().unwrap();
    let methods = app
        .get(&format!("/users/{zoe}/authentication/methods"))
        .await
        .ok(200);
    assert_eq!(methods["value"], json!([]));

    // Without the word, Graph's rule holds; a password and none is nothing; and it is for new accounts alone.
    for own in [json!({}), json!({"withoutPassword": false})] {
        app.post("/users", body("yan", own))
            .await
            .error(400, "Request_BadRequest");
    }
    let mut both = body("yan", json!({"withoutPassword": true}));
    both["passwordProfile"] = json!({"password": PASSWORD});
    app.post("/users", both).await.error(400, "Request_BadRequest");
    app.post("/users", body("yan", json!({"withoutPasswords": true})))
        .await
        .error(400, "Request_BadRequest");
    app.patch(
        &format!("/users/{zoe}"),
        json!({"latchkey": {"withoutPassword": true}}),
    )
    .await
    .error(400, "Request_BadRequest");
    app.get("/users/yan@example.com")
        .await
        .error(404, "Request_ResourceNotFound");
}
