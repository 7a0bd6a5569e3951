//! An application that signs people in: registered through Graph, with everybody's consent, as an administrator does it.

use serde_json::{Value, json};

use crate::Result;
use crate::client::{Answer, Connection, Target};
use crate::fixture::Fixture;
use crate::form::append;
use crate::over_https::{BROWSER, client_credentials};

const REDIRECT_URI: &str = "https://localhost:9443/signed-in";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The service principal of Microsoft Graph, the same everywhere.
const GRAPH_PRINCIPAL: &str = "00000003-0000-0000-c000-000000000001";

/// What one has to know to use it.
pub(crate) struct Application {
    tenant: String,
    client_id: String,
    client_secret: String,
}

/// The tokens of a sign-in.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Application {
    /// Registers it.
    pub(crate) async fn register(target: &Target, fixture: &Fixture) -> Result<Self> {
        let mut connection = target.connect().await?;
        let token = client_credentials(
            &mut connection,
            fixture,
            &fixture.client_id,
            &fixture.client_secret,
        )
        .await?;
        let mut create = async |path: &str, body: Value| -> Result<Value> {
            let answer = connection
                .post_from_program(path, "application/json", &token, &body.to_string())
                .await?;
            if !(200..300).contains(&answer.status) {
                answer.expect(201)?;
            }
            Ok(serde_json::from_str(answer.body)?)
        };
        let made = create(
            "/v1.0/applications",
            json!({"displayName": "Bench", "web": {"redirectUris": [REDIRECT_URI]}}),
        )
        .await?;
        let (id, client_id) = (text(&made, "id")?, text(&made, "appId")?);
        let secret = create(&format!("/v1.0/applications/{id}/addPassword"), json!({})).await?;
        let principal = create("/v1.0/servicePrincipals", json!({"appId": client_id})).await?;
        let grant = json!({
            "clientId": text(&principal, "id")?,
            "consentType": "AllPrincipals",
            "resourceId": GRAPH_PRINCIPAL,
            "scope": "openid profile offline_access User.Read",
        });
        create("/v1.0/oauth2PermissionGrants", grant).await?;
        Ok(Self {
            tenant: fixture.tenant.clone(),
            client_id,
            client_secret: text(&secret, "secretText")?,
        })
    }

    /// A code for whoever this cookie belongs to, without a page.
    pub(crate) async fn code(&self, connection: &mut Connection, cookie: &str) -> Result<String> {
        let mut query = String::new();
        for (name, value) in [
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid profile offline_access User.Read"),
            ("prompt", "none"),
            ("nonce", "n"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ] {
            append(&mut query, name, value);
        }
        let path = format!("/{}/oauth2/v2.0/authorize?{query}", self.tenant);
        let answer = connection.get(&path, &format!("{BROWSER}{cookie}")).await?;
        let location = answer.location().unwrap_or_default();
        let code = location
            .split_once("?code=")
            .and_then(|(_, rest)| rest.split('&').next());
        match code {
            Some(code) => Ok(code.to_owned()),
            None => Err(format!("no code but {}\n{}", answer.head, answer.body).into()),
        }
    }

    /// The body that redeems a code.
    pub(crate) fn redeeming(&self, code: &str) -> String {
        let mut form = self.proof();
        append(&mut form, "grant_type", "authorization_code");
        append(&mut form, "code", code);
        append(&mut form, "redirect_uri", REDIRECT_URI);
        append(&mut form, "code_verifier", VERIFIER);
        form
    }

    /// The body that exchanges a refresh token.
    pub(crate) fn refreshing(&self, token: &str) -> String {
        let mut form = self.proof();
        append(&mut form, "grant_type", "refresh_token");
        append(&mut form, "refresh_token", token);
        form
    }

    /// The body that asks what a token is worth.
    pub(crate) fn inspecting(&self, token: &str) -> String {
        let mut form = self.proof();
        append(&mut form, "token", token);
        form
    }

    /// The token endpoint, or another of its neighbours.
    pub(crate) fn path(&self, endpoint: &str) -> String {
        format!("/{}/oauth2/v2.0/{endpoint}", self.tenant)
    }

    fn proof(&self) -> String {
        let mut form = String::new();
        append(&mut form, "client_id", &self.client_id);
        append(&mut form, "client_secret", &self.client_secret);
        form
    }
}

impl Tokens {
    /// Those of a token endpoint's answer.
    pub(crate) fn of(answer: &Answer<'_>) -> Result<Self> {
        answer.expect(200)?;
        let body: Value = serde_json::from_str(answer.body)?;
        Ok(Self {
            access: text(&body, "access_token")?,
            refresh: text(&body, "refresh_token")?,
        })
    }
}

/// A property of a JSON object.
fn text(value: &Value, name: &str) -> Result<String> {
    let found = value.get(name).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("no {name} in {value}"))?.to_owned())
}
