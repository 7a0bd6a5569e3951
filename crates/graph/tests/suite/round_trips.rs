//! Objects that clients send back as they read them, and values that are refused rather than dropped (Graph contract
//! 1.1, 5.2, 6.3 and 7.3).

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{NOBODY, POLICY, TestApp, passes};

/// The answer without what only annotates it.
fn sent_back(mut object: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    members.retain(|name, _| !name.starts_with('@'));
    object
}

#[tokio::test]
async fn equal_read_only_properties_pass_and_others_do_not() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let group = json!({"displayName": "Staff", "mailNickname": "staff", "mailEnabled": false,
        "securityEnabled": true, "isAssignableToRole": true});
    let group = app.post("/groups", group).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let unit = json!({"displayName": "North", "visibility": "HiddenMembership"});
    let unit = app.post("/directory/administrativeUnits", unit).await.ok(201);
    let made = app
        .post("/applications", json!({"displayName": "Reports"}))
        .await
        .ok(201);
    let principal = json!({"appId": made["appId"]});
    let principal = app.post("/servicePrincipals", principal).await.ok(201);
    let path = |set: &str, object: &Value| format!("/{set}/{}", object["id"].as_str().unwrap());
    let secret = format!("{}/addPassword", path("applications", &made));
    app.post(&secret, json!({})).await.ok(200);
    let select = "?$select=id,createdDateTime,displayName,userPrincipalName,userType,otherMails,mail";
    for (path, read, other) in [
        (
            format!("/users/{ada}"),
            select,
            json!({"createdDateTime": "2020-01-01T00:00:00Z"}),
        ),
        ("/users/ada@example.com".to_owned(), select, json!({"id": NOBODY})),
        (
            format!("/groups/{group}"),
            "",
            json!({"isAssignableToRole": false}),
        ),
        (
            path("directory/administrativeUnits", &unit),
            "",
            json!({"visibility": "Public"}),
        ),
        (path("applications", &made), "", json!({"appId": NOBODY})),
        (
            path("servicePrincipals", &principal),
            "",
            json!({"appId": NOBODY}),
        ),
    ] {
        let read = app.get(&format!("{path}{read}")).await.ok(200);
        app.patch(&path, sent_back(read)).await.ok(204);
        let message = app.patch(&path, other).await.error(400, "Request_BadRequest");
        assert!(
            message.ends_with("is read-only and cannot be set."),
            "{path}: {message}"
        );
    }
    let created = app
        .get(&format!("/users/{ada}?$select=createdDateTime"))
        .await
        .ok(200);
    let other_spelling = created["createdDateTime"]
        .as_str()
        .unwrap()
        .replace('Z', "+00:00");
    app.patch(
        &format!("/users/{ada}"),
        json!({"createdDateTime": other_spelling}),
    )
    .await
    .ok(204);
    // Who may not write learns nothing by it.
    let (own, _) = app
        .person(ada, &[latchkey_domain::GraphPermission::UserRead])
        .await;
    let body = json!({"id": ada.to_string(), "displayName": "A"});
    let answer = app.send(&own, Method::PATCH, "/me", Some(body)).await;
    answer.error(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn null_clears_no_name_and_no_switch() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let group = json!({"displayName": "Staff", "mailNickname": "staff", "mailEnabled": false,
        "securityEnabled": true});
    let group = app.post("/groups", group).await.ok(201);
    let unit = json!({"displayName": "North"});
    let unit = app.post("/directory/administrativeUnits", unit).await.ok(201);
    let made = app
        .post("/applications", json!({"displayName": "Reports"}))
        .await
        .ok(201);
    let path = |set: &str, object: &Value| format!("/{set}/{}", object["id"].as_str().unwrap());
    let user = format!("/users/{ada}");
    for (path, property) in [
        (user.clone(), "displayName"),
        (user.clone(), "userPrincipalName"),
        (user.clone(), "accountEnabled"),
        (user, "userType"),
        (path("groups", &group), "displayName"),
        (path("groups", &group), "mailEnabled"),
        (path("groups", &group), "securityEnabled"),
        (path("groups", &group), "visibility"),
        (path("directory/administrativeUnits", &unit), "displayName"),
        (path("applications", &made), "displayName"),
        (path("applications", &made), "passwordCredentials"),
    ] {
        let answer = app.patch(&path, json!({property: null})).await;
        let message = answer.error(400, "Request_BadRequest");
        assert!(message.contains(property), "{path}: {message}");
    }
    // What is said once, when the object is made, is sent back by SDKs as they have it.
    for (path, property) in [
        (path("groups", &group), "isAssignableToRole"),
        (path("directory/administrativeUnits", &unit), "visibility"),
        (
            path("directory/administrativeUnits", &unit),
            "isMemberManagementRestricted",
        ),
    ] {
        app.patch(&path, json!({property: null})).await.ok(204);
    }
}

#[tokio::test]
async fn null_clears_nothing_of_a_policy() {
    let app = TestApp::new().await;
    let policy = "/policies/authenticationMethodsPolicy";
    let fido2 = format!("{policy}/authenticationMethodConfigurations/Fido2");
    let apps = format!("{policy}/authenticationMethodConfigurations/SoftwareOath");
    let mut wishes = vec![
        (
            policy,
            "registrationEnforcement",
            json!({"registrationEnforcement": null}),
        ),
        (&fido2, "aaGuids", json!({"keyRestrictions": {"aaGuids": null}})),
    ];
    for (path, properties) in [
        (
            POLICY,
            &["isUsableOnce", "defaultLength", "defaultLifetimeInMinutes"][..],
        ),
        (
            fido2.as_str(),
            &[
                "isAttestationEnforced",
                "isSelfServiceRegistrationAllowed",
                "keyRestrictions",
            ],
        ),
        (apps.as_str(), &[]),
    ] {
        for property in properties
            .iter()
            .chain(&["includeTargets", "excludeTargets", "state"])
        {
            wishes.push((path, property, json!({*property: null})));
        }
    }
    for property in [
        "state",
        "snoozeDurationInDays",
        "includeTargets",
        "excludeTargets",
    ] {
        let campaign = json!({"authenticationMethodsRegistrationCampaign": {property: null}});
        wishes.push((policy, property, json!({"registrationEnforcement": campaign})));
    }
    for (path, property, wish) in wishes {
        let message = app.patch(path, wish).await.error(400, "badRequest");
        assert!(message.contains(property), "{path}: {message}");
    }
}

#[tokio::test]
async fn what_is_said_of_passwords_is_kept_or_refused() {
    let app = TestApp::new().await;
    let user = format!("/users/{}", app.user("ada").await.id);
    let read = format!("{user}?$select=passwordPolicies");
    for (said, kept) in [
        (
            json!("DisablePasswordExpiration"),
            json!("DisablePasswordExpiration"),
        ),
        (json!("None"), Value::Null),
        (
            json!("None, DisablePasswordExpiration"),
            json!("DisablePasswordExpiration"),
        ),
        (Value::Null, Value::Null),
    ] {
        app.patch(&user, json!({"passwordPolicies": said})).await.ok(204);
        assert_eq!(app.get(&read).await.ok(200)["passwordPolicies"], kept);
    }
    let weak = json!({"passwordPolicies": "DisablePasswordExpiration,DisableStrongPassword"});
    let message = app.patch(&user, weak).await.error(400, "Request_BadRequest");
    assert!(message.contains("passwordPolicies"), "{message}");
}

#[tokio::test]
async fn what_can_not_be_is_refused_by_name() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await.id;
    let target = |required: bool| json!({"includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": required}]});
    app.patch(POLICY, target(false)).await.ok(204);
    let message = app.patch(POLICY, target(true)).await.error(400, "badRequest");
    assert!(message.contains("isRegistrationRequired"), "{message}");

    let options = format!("/users/{ada}/authentication/fido2Methods/creationOptions");
    let ends = |answer: Value| answer["challengeTimeoutDateTime"].as_str().unwrap().to_owned();
    for option in ["challengeTimeoutInMinutes", "@challengeTimeoutInMinutes"] {
        app.get(&format!("{options}?{option}=1"))
            .await
            .error(400, "badRequest");
        let twenty = app.get(&format!("{options}?{option}=20")).await.ok(200);
        let same = app
            .get(&format!("{options}(challengeTimeoutInMinutes=20)"))
            .await
            .ok(200);
        assert_eq!(ends(twenty), ends(same));
    }

    let answer = app.post(&passes(ada), json!({"startDateTime": 123})).await;
    let message = answer.error(400, "BadRequest");
    assert!(
        message.ends_with("the expected type 'Edm.DateTimeOffset'."),
        "{message}"
    );
}
