//! The pass policy, methods, the audit log, the tenant and its domains on the wire.

use latchkey_domain::{
    Action, Activity, AuditEvent, AuditId, AuditOutcome, Caller, CorrelationId, FederatedMfa, Federation,
    Initiator, NameClaim, may,
};
use latchkey_store::StoredFederation;
use serde_json::{Value, json};

use crate::common::{NOBODY, POLICY, START, TestApp, passes};

fn names(list: &Value, property: &str) -> Vec<String> {
    let items = list["value"].as_array().unwrap();
    items
        .iter()
        .map(|item| item[property].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_policy_is_read_changed_and_reverted() {
    let app = TestApp::new().await;
    let before = app.get(POLICY).await.ok(200);
    for (change, code) in [
        (json!({"minimumLifetimeInMinutes": 9}), "badRequest"),
        (json!({"maximumLifetimeInMinutes": 43_201}), "badRequest"),
        (
            json!({"minimumLifetimeInMinutes": 120, "defaultLifetimeInMinutes": 60}),
            "badRequest",
        ),
        (json!({"defaultLength": 7}), "badRequest"),
        (json!({"defaultLength": 49}), "badRequest"),
        (json!({"defaultLength": "8"}), "BadRequest"),
        (json!({"state": "on"}), "badRequest"),
        (json!({"state": null}), "badRequest"),
        (
            json!({"includeTargets": [{"targetType": "group", "id": NOBODY}]}),
            "badRequest",
        ),
        (json!({"includeTargets": []}), "badRequest"),
        (
            json!({"@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration"}),
            "BadRequest",
        ),
        (json!({"defaultLenght": 9}), "badRequest"),
    ] {
        app.patch(POLICY, change).await.error(400, code);
    }
    assert_eq!(app.get(POLICY).await.ok(200), before, "nothing changed");
    let typed = json!({"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration", "defaultLength": 12});
    app.patch(POLICY, typed).await.ok(204);
    assert_eq!(app.get(POLICY).await.ok(200)["defaultLength"], 12);
    let whole = app.get("/policies/authenticationMethodsPolicy").await.ok(200);
    let configurations = whole["authenticationMethodConfigurations"].as_array().unwrap();
    assert!(configurations.iter().all(|one| {
        one["@odata.type"]
            .as_str()
            .unwrap()
            .starts_with("#microsoft.graph.")
    }));
    app.delete(POLICY).await.ok(204);
    let reverted = app.get(POLICY).await.ok(200);
    assert_eq!(
        (&reverted["defaultLength"], &reverted["state"]),
        (&json!(8), &json!("disabled"))
    );
    let other = POLICY.replace("TemporaryAccessPass", "fido2");
    assert_eq!(app.get(&other).await.ok(200)["state"], "enabled");
    app.patch(&other, json!({"state": "disabled"})).await.ok(204);
    assert_eq!(app.get(&other).await.ok(200)["state"], "disabled");
    app.delete(&other).await.ok(204);
    assert_eq!(app.get(&other).await.ok(200)["state"], "enabled");
    app.get(&POLICY.replace("TemporaryAccessPass", "Telepathy"))
        .await
        .error(404, "resourceNotFound");
    app.patch(
        "/policies/authenticationMethodsPolicy",
        json!({"policyVersion": null}),
    )
    .await
    .ok(200);
}

#[tokio::test]
async fn methods_say_what_they_are() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let pass = app.issue(ada.id).await;
    let path = format!("/users/{}/authentication/methods", ada.id);
    let methods = app.get(&path).await.ok(200);
    assert_eq!(
        names(&methods, "@odata.type"),
        [
            "#microsoft.graph.passwordAuthenticationMethod",
            "#microsoft.graph.temporaryAccessPassAuthenticationMethod"
        ]
    );
    let one = app
        .get(&format!("{path}/{}", pass["id"].as_str().unwrap()))
        .await
        .ok(200);
    assert_eq!(one["lifetimeInMinutes"], 60);
    for kind in ["fido2Methods", "softwareOathMethods"] {
        let path = format!("/users/{}/authentication/{kind}", ada.id);
        assert_eq!(app.get(&path).await.ok(200)["value"], json!([]));
        app.get(&format!("{path}/{NOBODY}"))
            .await
            .error(404, "resourceNotFound");
        app.delete(&format!("{path}/{NOBODY}"))
            .await
            .error(404, "resourceNotFound");
    }
}

#[tokio::test]
async fn each_change_is_in_the_audit_log() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.issue(ada.id).await;
    app.issue(ada.id).await;
    app.post(&passes(ada.id), json!({"lifetimeInMinutes": 9}))
        .await
        .error(400, "badRequest");
    let filter = format!("$filter=targetResources/any(t:t/id eq '{}')", ada.id);
    let mut events = Vec::new();
    let mut page = app
        .get(&format!("/auditLogs/directoryAudits?$top=2&{filter}"))
        .await
        .ok(200);
    loop {
        events.extend(page["value"].as_array().unwrap().clone());
        let Some(next) = page["@odata.nextLink"].as_str() else {
            break;
        };
        let path = next.split_once("/v1.0").unwrap().1.to_owned();
        page = app.get(&path).await.ok(200);
    }
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event["activityDisplayName"].as_str().unwrap(),
                event["result"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("User registered security info", "failure"),
            ("User registered security info", "success"),
            ("User deleted security info", "success"),
            ("User registered security info", "success"),
            ("Add user", "success"),
        ],
        "newest first"
    );
    let one = &events[1];
    assert_eq!(one["loggedByService"], "Authentication Methods");
    assert_eq!(one["initiatedBy"]["user"], Value::Null);
    assert_eq!(
        one["correlationId"], events[2]["correlationId"],
        "a replacement is one piece of work"
    );
    let same = app
        .get(&format!(
            "/auditLogs/directoryAudits/{}",
            one["id"].as_str().unwrap()
        ))
        .await
        .ok(200);
    assert_eq!(
        same["resultReason"],
        "User registered temporary access pass method"
    );
    let failures = app
        .get(&format!(
            "/auditLogs/directoryAudits?{filter} and result eq 'failure'"
        ))
        .await
        .ok(200);
    assert_eq!(failures["value"].as_array().unwrap().len(), 1);
    app.get("/auditLogs/directoryAudits?$filter=operationType eq 'Add'")
        .await
        .error(400, "Request_UnsupportedQuery");
    assert_eq!(app.get("/auditLogs/signIns").await.ok(200)["value"], json!([]));
    app.get(&format!("/auditLogs/signIns/{NOBODY}"))
        .await
        .error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn the_tenant_shows_itself() {
    let app = TestApp::new().await;
    let tenant = app.get("/organization").await.ok(200);
    assert_eq!(tenant["value"][0]["verifiedDomains"][0]["name"], "example.com");
    let id = tenant["value"][0]["id"].as_str().unwrap();
    app.get(&format!("/organization/{id}")).await.ok(200);
    assert_eq!(app.get("/domains/Example.com").await.ok(200)["isDefault"], true);
    app.get("/domains/elsewhere.example")
        .await
        .error(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn domains_say_who_signs_their_people_in() {
    let app = TestApp::new().await;
    let shown = async || {
        let domain = app.get("/domains/example.com").await.ok(200)["authenticationType"].clone();
        let tenant = app.get("/organization").await.ok(200);
        [domain, tenant["value"][0]["verifiedDomains"][0]["type"].clone()]
    };
    assert_eq!(shown().await, ["Managed", "Managed"]);
    let stored = StoredFederation {
        federation: Federation {
            domain: "example.com".to_owned(),
            issuer: "https://login.example.org".to_owned(),
            client_id: "latchkey".to_owned(),
            name_claim: NameClaim::default(),
            mfa: FederatedMfa::default(),
        },
        secret: None,
    };
    let event = AuditEvent {
        id: AuditId::from_bytes([7; 16]),
        at: START,
        activity: Activity::SetFederation,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: Vec::new(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([8; 16]),
    };
    let permit = may(&Caller::Console, Action::WriteBranding, None).unwrap();
    app.store
        .write_with((permit, stored, event), |writer, (permit, stored, event)| {
            Box::pin(async move { writer.save_federation(permit, stored, event).await })
        })
        .await
        .unwrap();
    assert_eq!(shown().await, ["Federated", "Federated"]);
}
