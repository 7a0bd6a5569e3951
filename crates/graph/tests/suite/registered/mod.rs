//! Applications for tests: registered, found, signed in.

use latchkey_crypto::Secret;
use latchkey_service::{ClientCredentialsRequest, ClientProof};
use serde_json::{Value, json};

use crate::common::TestApp;

pub(crate) const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";
pub(crate) const TAP_ROLE: &str = "627169a8-8c15-451c-861a-5b80e383de5c";

pub(crate) fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}"))
}

pub(crate) async fn register(app: &TestApp, name: &str) -> (Value, Value) {
    let application = app
        .post("/applications", json!({"displayName": name}))
        .await
        .ok(201);
    let body = json!({"appId": application["appId"]});
    let principal = app.post("/servicePrincipals", body).await.ok(201);
    (application, principal)
}

pub(crate) async fn graph_id(app: &TestApp) -> String {
    let path = format!("/servicePrincipals(appId='{GRAPH_APP}')");
    text(&app.get(&path).await.ok(200), "id").to_owned()
}

/// The token, or why there is none.
pub(crate) async fn sign_in(app: &TestApp, client: &str, secret: &str) -> Result<String, String> {
    let request = ClientCredentialsRequest {
        client_id: client,
        proof: ClientProof::Secret(Secret::new(secret.to_owned())),
        scope: "https://graph.microsoft.com/.default",
        handles_challenges: true,
        proof_of_key: None,
    };
    let issued = app.service.issue_application_token(request).await;
    issued
        .map(|token| token.access_token.expose().clone())
        .map_err(|error| error.to_string())
}
