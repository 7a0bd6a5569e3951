//! What becomes of the authentication methods policy when a group that it names is deleted.

use axum::http::Method;
use latchkey_domain::{GraphPermission, RoleId};
use serde_json::{Value, json};

use crate::common::{POLICY, TestApp, passes};

const FIDO2: &str = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2";

async fn group(app: &TestApp, name: &str, member: latchkey_domain::UserId) -> String {
    let body = json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
        "members@odata.bind": [format!("https://localhost/v1.0/users/{member}")]});
    app.post("/groups", body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn named(groups: &[&str]) -> Value {
    groups
        .iter()
        .map(|id| json!({"targetType": "group", "id": id}))
        .collect()
}

#[tokio::test]
async fn a_deleted_group_leaves_the_policy_with_a_record() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let (staff, leavers) = (group(&app, "staff", ada).await, group(&app, "leavers", ada).await);
    let body =
        json!({"state": "enabled", "includeTargets": named(&[&staff]), "excludeTargets": named(&[&leavers])});
    for path in [POLICY, FIDO2] {
        app.patch(path, body.clone()).await.ok(204);
    }
    app.post(&passes(ada), json!({})).await.error(400, "badRequest");

    app.delete(&format!("/groups/{leavers}")).await.ok(204);
    let read = app.get(POLICY).await.ok(200);
    assert_eq!(read["excludeTargets"], json!([]));
    assert_eq!(read["state"], "enabled");
    app.post(&passes(ada), json!({})).await.ok(201);
    let log = app
        .get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Authentication Methods Policy Update' and resultReason eq 'x'")
        .await;
    log.error(400, "Request_UnsupportedQuery");
    let log = app
        .get("/auditLogs/directoryAudits?$top=2&$filter=activityDisplayName eq 'Authentication Methods Policy Update'")
        .await
        .ok(200);
    for (event, policy) in log["value"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["Fido2", "TemporaryAccessPass"])
    {
        assert_eq!(event["targetResources"][0]["id"], policy, "{event}");
        assert_eq!(event["resultReason"], "A group that the policy named was deleted");
        let modified = &event["targetResources"][0]["modifiedProperties"][0];
        assert_eq!(modified["displayName"], "excludeTargets", "{event}");
        assert_eq!(modified["oldValue"], format!("\"{leavers}\""));
    }

    // For nobody any more: the policy says so, and can be written back as it was read.
    app.delete(&format!("/groups/{staff}")).await.ok(204);
    for path in [POLICY, FIDO2] {
        let read = app.get(path).await.ok(200);
        assert_eq!(read["state"], "disabled", "{path}");
        assert_eq!(read["includeTargets"], json!([]), "{path}");
        let body = json!({"state": read["state"], "includeTargets": read["includeTargets"],
            "excludeTargets": read["excludeTargets"]});
        app.patch(path, body).await.ok(204);
        let unknown = json!({"includeTargets": named(&[&staff])});
        let message = app.patch(path, unknown).await.error(400, "badRequest");
        assert!(message.contains("does not exist"), "{message}");
    }
}

#[tokio::test]
async fn owners_without_a_role_change_no_policy() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let scopes = [GraphPermission::GroupReadWriteAll];
    let owned = async |name: &str| {
        let path = format!("/groups/{}", group(&app, name, ada).await);
        let owner = json!({"@odata.id": format!("https://localhost/v1.0/users/{ada}")});
        app.post(&format!("{path}/owners/$ref"), owner).await.ok(204);
        path
    };
    let (token, _) = app.person(ada, &scopes).await;
    let delete = async |token: &str, path: &str| app.send(token, Method::DELETE, path, None).await;
    let campaign = |id: &str| {
        let target = json!([{"targetType": "group", "id": id}]);
        json!({"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": {"excludeTargets": target}}})
    };
    for policy in [POLICY, FIDO2, "/policies/authenticationMethodsPolicy"] {
        let path = owned("leavers").await;
        let id = path.rsplit('/').next().unwrap();
        let (body, status) = if policy.ends_with("Policy") {
            (campaign(id), 200)
        } else {
            (json!({"excludeTargets": named(&[id])}), 204)
        };
        app.patch(policy, body).await.ok(status);
        let refused = delete(&token, &path).await;
        refused.error(403, "Authorization_RequestDenied");
        let log = "/auditLogs/directoryAudits?$top=1&$filter=activityDisplayName eq 'Delete group'";
        let log = app.get(log).await.ok(200);
        assert_eq!(log["value"][0]["result"], "failure", "{policy}");
        assert_eq!(log["value"][0]["targetResources"][0]["id"], id, "{policy}");
        assert!(app.get(policy).await.ok(200).to_string().contains(id), "{policy}");
        // The rest of it is the owner's.
        let renamed = json!({"displayName": "Gone"});
        app.send(&token, Method::PATCH, &path, Some(renamed))
            .await
            .ok(204);
    }
    let path = owned("own").await;
    delete(&token, &path).await.ok(204);
    app.give_role(ada, RoleId::GROUPS_ADMINISTRATOR).await;
    let (token, _) = app.person(ada, &scopes).await;
    let path = owned("staff").await;
    let id = path.rsplit('/').next().unwrap();
    app.patch(POLICY, json!({"excludeTargets": named(&[id])}))
        .await
        .ok(204);
    delete(&token, &path).await.ok(204);
}

#[tokio::test]
async fn the_policy_says_when_it_was_changed() {
    let app = TestApp::new().await;
    let path = "/policies/authenticationMethodsPolicy";
    let changed = async || {
        let read = app.get(path).await.ok(200);
        read["lastModifiedDateTime"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let mut before = changed().await;
    for configuration in [POLICY, FIDO2] {
        app.later(60);
        app.patch(configuration, json!({"state": "enabled"}))
            .await
            .ok(204);
        let now = changed().await;
        assert!(now > before, "{configuration}: {before} {now}");
        before = now;
    }
    // What was read can be sent back.
    let mut read = app.get(path).await.ok(200);
    read.as_object_mut()
        .unwrap()
        .retain(|name, _| !name.starts_with('@'));
    app.patch(path, read).await.ok(200);
    let other = json!({"displayName": "Another"});
    let message = app.patch(path, other).await.error(400, "badRequest");
    assert!(message.contains("read-only"), "{message}");
}
