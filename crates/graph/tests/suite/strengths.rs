//! `policies/authenticationStrengthPolicies`, and what a service principal demands.

use axum::http::Method;
use latchkey_domain::GraphPermission as P;
use latchkey_domain::RoleId;
use serde_json::json;

use crate::common::TestApp;

const STRENGTHS: &str = "/policies/authenticationStrengthPolicies";
const RESISTANT: &str = "00000000-0000-0000-0000-000000000004";

#[tokio::test]
async fn the_built_in_three_are_entras() {
    let app = TestApp::new().await;
    let all = app.get(STRENGTHS).await.ok(200);
    assert!(
        all["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("#policies/authenticationStrengthPolicies")
    );
    let ids: Vec<_> = all["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(
        json!(ids),
        json!([
            "00000000-0000-0000-0000-000000000002",
            "00000000-0000-0000-0000-000000000003",
            RESISTANT
        ])
    );
    let one = app.get(&format!("{STRENGTHS}/{RESISTANT}")).await.ok(200);
    for (name, value) in [
        ("displayName", json!("Phishing-resistant MFA")),
        ("policyType", json!("builtIn")),
        ("requirementsSatisfied", json!("mfa")),
        (
            "allowedCombinations",
            json!(["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"]),
        ),
        ("combinationConfigurations", json!([])),
    ] {
        assert_eq!(one[name], value, "{name}");
    }
    let path = format!("{STRENGTHS}/{RESISTANT}");
    app.patch(&path, json!({"displayName": "Mine"}))
        .await
        .error(400, "badRequest");
    app.delete(&path).await.error(400, "badRequest");
    let custom = format!("{STRENGTHS}?$filter=policyType%20eq%20'custom'");
    assert_eq!(app.get(&custom).await.ok(200)["value"], json!([]));
    let other = format!("{STRENGTHS}?$filter=displayName%20eq%20'x'");
    app.get(&other).await.error(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn custom_ones_are_made_changed_and_deleted() {
    let app = TestApp::new().await;
    let wish = json!({
        "@odata.type": "#microsoft.graph.authenticationStrengthPolicy",
        "displayName": "Bootstrap", "description": "First day", "policyType": "custom",
        "requirementsSatisfied": "mfa", "allowedCombinations": ["fido2", "password, softwareOath"],
    });
    let made = app.post(STRENGTHS, wish.clone()).await.ok(201);
    assert_eq!(
        made["allowedCombinations"],
        json!(["fido2", "password,softwareOath"])
    );
    let path = format!("{STRENGTHS}/{}", made["id"].as_str().unwrap());
    app.patch(&path, json!({"displayName": "Day one"})).await.ok(204);
    let changed = app
        .post(
            &format!("{path}/updateAllowedCombinations"),
            json!({"allowedCombinations": ["password", "temporaryAccessPassOneTime"]}),
        )
        .await
        .ok(200);
    assert_eq!(changed["previousCombinations"], made["allowedCombinations"]);
    let one = app.get(&path).await.ok(200);
    assert_eq!(
        (
            &one["displayName"],
            &one["requirementsSatisfied"],
            &one["policyType"]
        ),
        (&json!("Day one"), &json!("none"), &json!("custom"))
    );
    for (change, code) in [
        (json!({"allowedCombinations": ["fido2"]}), "badRequest"),
        (json!({"displayName": ""}), "badRequest"),
        (json!({"strength": 9}), "badRequest"),
        (json!({"id": RESISTANT}), "badRequest"),
    ] {
        app.patch(&path, change).await.error(400, code);
    }
    for combinations in [
        json!([]),
        json!(["telepathy"]),
        json!(["fido2", "fido2"]),
        json!(["password,sms,voice"]),
    ] {
        let mut wish = wish.clone();
        wish["allowedCombinations"] = combinations;
        app.post(STRENGTHS, wish).await.error(400, "badRequest");
    }
    assert_eq!(app.get(&path).await.ok(200), one, "nothing changed");

    let application = app
        .post("/applications", json!({"displayName": "Payroll"}))
        .await
        .ok(201);
    let principal =
        json!({"appId": application["appId"], "latchkey": {"requiredAuthenticationStrength": one["id"]}});
    let principal = app.post("/servicePrincipals", principal).await.ok(201);
    assert_eq!(principal["latchkey"]["requiredAuthenticationStrength"], one["id"]);
    let demanding = format!("/servicePrincipals/{}", principal["id"].as_str().unwrap());
    let message = app.delete(&path).await.error(400, "badRequest");
    assert!(message.contains("required by an application"), "{message}");
    let demand = |strength| json!({"latchkey": {"requiredAuthenticationStrength": strength}});
    for wrong in [json!("x"), json!("00000000-0000-0000-0000-000000000009")] {
        assert_eq!(app.patch(&demanding, demand(wrong)).await.status, 400);
    }
    app.patch(&demanding, demand(json!(null))).await.ok(204);
    app.delete(&path).await.ok(204);
    app.get(&path).await.error(404, "resourceNotFound");
}

#[tokio::test]
async fn only_who_may_change_the_policies_says_what_an_application_demands() {
    let app = TestApp::new().await;
    let application = app
        .post("/applications", json!({"displayName": "Payroll"}))
        .await
        .ok(201);
    let principal = app
        .post("/servicePrincipals", json!({"appId": application["appId"]}))
        .await
        .ok(201);
    let path = format!("/servicePrincipals/{}", principal["id"].as_str().unwrap());
    let demand = json!({"latchkey": {"requiredAuthenticationStrength": RESISTANT}});
    let applications = app.app(&[P::ApplicationReadWriteAll]).await;
    let answer = app
        .send(&applications, Method::PATCH, &path, Some(demand.clone()))
        .await;
    answer.error(403, "Authorization_RequestDenied");
    let tags = json!({"tags": ["x"], "latchkey": {"requiredAuthenticationStrength": null}});
    app.send(&applications, Method::PATCH, &path, Some(tags))
        .await
        .ok(204);
    let both = app
        .app(&[P::ApplicationReadWriteAll, P::PolicyReadWriteAuthenticationMethod])
        .await;
    app.send(&both, Method::PATCH, &path, Some(demand)).await.ok(204);
    let after = app.get(&path).await.ok(200);
    assert_eq!(after["latchkey"]["requiredAuthenticationStrength"], RESISTANT);

    let reader = app.user("reader").await;
    app.give_role(reader.id, RoleId::GLOBAL_READER).await;
    let (reading, _) = app
        .person(
            reader.id,
            &[P::PolicyReadAll, P::PolicyReadWriteAuthenticationMethod],
        )
        .await;
    app.send(&reading, Method::GET, STRENGTHS, None).await.ok(200);
    let wish = json!({"displayName": "Mine", "allowedCombinations": ["password"]});
    app.send(&reading, Method::POST, STRENGTHS, Some(wish))
        .await
        .error(403, "accessDenied");
}
