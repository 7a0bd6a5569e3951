//! `graph-rs-sdk`, unmodified but pointed here: what administrators' programs do.

use std::collections::{BTreeSet, HashSet};

use graph_rs_sdk::{GraphClient, ODataQuery};
use latchkey_clients::{Place, Result, http_client, tell};
use serde_json::{Value, json};

/// One kind of authentication method's settings in the policy.
const PASS: &str = "temporaryAccessPass";

struct Scenario {
    graph: GraphClient,
    beta: GraphClient,
    url: String,
    people: usize,
}

/// The body of an answer that succeeded.
async fn read(answer: reqwest::Response) -> Result<Value> {
    let status = answer.status();
    let text = answer.text().await?;
    if !status.is_success() {
        return Err(format!("{status}: {text}").into());
    }
    Ok(if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text)?
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn person(number: usize) -> Value {
    json!({
        "accountEnabled": true,
        "displayName": format!("Crate {number}"),
        "mailNickname": format!("crate{number}"),
        "userPrincipalName": format!("crate{number}@example.com"),
        "passwordProfile": {
            "password": format!("Tr0ub4dor {number} & more"), "forceChangePasswordNextSignIn": false,
        },
    })
}

impl Scenario {
    /// Creates everybody, by twenty in a batch, and meets each exactly once on the pages of the list.
    async fn users(&self) -> Result<String> {
        for first in (0..self.people).step_by(20) {
            let requests: Vec<Value> = (first..self.people.min(first + 20))
                .map(|number| {
                    json!({ "id": number.to_string(), "method": "POST", "url": "/users",
                            "headers": { "Content-Type": "application/json" }, "body": person(number) })
                })
                .collect();
            let made = read(self.graph.batch(&json!({ "requests": requests })).send().await?).await?;
            let responses = made["responses"].as_array().ok_or("no responses")?;
            assert!(responses.iter().all(|one| one["status"] == 201), "{made}");
        }
        let mut pages = self
            .graph
            .users()
            .list_user()
            .filter(&["startsWith(userPrincipalName,'crate')"])
            .select(&["id,userPrincipalName"])
            .top("99")
            .paging()
            .json::<Value>()
            .await?;
        let mut seen = HashSet::new();
        while let Some(page) = pages.pop_front() {
            let page = page.into_body()?;
            for user in page["value"].as_array().ok_or("no value")? {
                assert!(seen.insert(text(&user["id"])), "twice: {user}");
            }
        }
        assert_eq!(seen.len(), self.people);
        let one = "crate1@example.com";
        read(
            self.graph
                .user(one)
                .update_user(&json!({ "department": "Sales" }))
                .send()
                .await?,
        )
        .await?;
        let changed = read(
            self.graph
                .user(one)
                .get_user()
                .select(&["department,id"])
                .send()
                .await?,
        )
        .await?;
        assert_eq!(changed["department"], "Sales");
        Ok(text(&changed["id"]))
    }

    async fn groups_and_roles(&self, user: &str) -> Result<()> {
        let group = json!({ "displayName": "By crate", "mailEnabled": false, "securityEnabled": true,
                            "mailNickname": "bycrate" });
        let group = text(&read(self.graph.groups().create_group(&group).send().await?).await?["id"]);
        let member = json!({ "@odata.id": format!("{}/v1.0/directoryObjects/{user}", self.url) });
        read(
            self.graph
                .group(&group)
                .create_ref_members(&member)
                .send()
                .await?,
        )
        .await?;
        let members = read(self.graph.group(&group).list_members().send().await?).await?;
        assert_eq!(members["value"][0]["id"], user);
        read(self.graph.group(&group).delete_ref_members(user).send().await?).await?;
        read(self.graph.group(&group).delete_group().send().await?).await?;

        let roles = read(self.graph.directory_roles().list_directory_role().send().await?).await?;
        let names: BTreeSet<String> = roles["value"]
            .as_array()
            .ok_or("no value")?
            .iter()
            .map(|role| text(&role["displayName"]))
            .collect();
        assert!(names.contains("Global Administrator"), "{names:?}");
        Ok(())
    }

    async fn passes(&self, user: &str) -> Result<()> {
        let methods = || self.graph.user(user).authentication();
        let asked = json!({ "lifetimeInMinutes": 60, "isUsableOnce": true });
        let made = read(
            methods()
                .create_temporary_access_pass_methods(&asked)
                .send()
                .await?,
        )
        .await?;
        assert!(text(&made["temporaryAccessPass"]).len() >= 8);
        let id = text(&made["id"]);
        let shown = read(methods().get_temporary_access_pass_methods(&id).send().await?).await?;
        assert_eq!(
            (
                &shown["temporaryAccessPass"],
                &shown["isUsable"],
                &shown["methodUsabilityReason"]
            ),
            (&Value::Null, &json!(true), &json!("EnabledByPolicy"))
        );
        let listed = read(methods().list_temporary_access_pass_methods().send().await?).await?;
        assert_eq!(listed["value"][0]["id"], id);
        read(methods().delete_temporary_access_pass_methods(&id).send().await?).await?;
        let gone = methods().get_temporary_access_pass_methods(&id).send().await?;
        assert_eq!(gone.status(), 404);
        assert!(gone.headers().contains_key("request-id"));
        let gone: Value = gone.json().await?;
        assert_eq!(gone["error"]["code"], "resourceNotFound");
        Ok(())
    }

    async fn policy(&self) -> Result<()> {
        let policies = || self.graph.policies();
        let before = read(
            policies()
                .get_authentication_method_configurations(PASS)
                .send()
                .await?,
        )
        .await?;
        let kind = "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration";
        for length in [&json!(12), &before["defaultLength"]] {
            let change = json!({ "@odata.type": kind, "defaultLength": length });
            read(
                policies()
                    .update_authentication_method_configurations(PASS, &change)
                    .send()
                    .await?,
            )
            .await?;
            let after = read(
                policies()
                    .get_authentication_method_configurations(PASS)
                    .send()
                    .await?,
            )
            .await?;
            assert_eq!(&after["defaultLength"], length);
        }
        Ok(())
    }

    async fn logs(&self) -> Result<()> {
        let audits = self.graph.audit_logs().list_directory_audits();
        let audits = read(
            audits
                .filter(&["activityDisplayName eq 'Add user'"])
                .top("1")
                .send()
                .await?,
        )
        .await?;
        assert_eq!(audits["value"][0]["category"], "UserManagement");
        let sign_ins = read(self.beta.audit_logs().list_sign_ins().top("5").send().await?).await?;
        assert!(sign_ins["value"].is_array());
        Ok(())
    }

    async fn errors(&self, user: &str) -> Result<()> {
        let short = json!({ "lifetimeInMinutes": 9 });
        let refusals = [
            self.graph
                .user(user)
                .authentication()
                .create_temporary_access_pass_methods(&short)
                .send()
                .await?,
            self.graph
                .users()
                .list_user()
                .filter(&["hair eq 'red'"])
                .send()
                .await?,
            self.graph.users().create_user(&person(1)).send().await?,
            self.graph.me().get_user().send().await?,
        ];
        for refusal in refusals {
            assert_eq!(refusal.status(), 400);
            let envelope: Value = refusal.json().await?;
            assert!(
                !text(&envelope["error"]["code"]).is_empty()
                    && !text(&envelope["error"]["message"]).is_empty()
            );
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let place = Place::from_environment()?;
    let token = place.graph_token(&http_client()?).await?;
    let client = |version: &str| -> Result<GraphClient> {
        let mut client = GraphClient::new(&token);
        client.use_test_endpoint(&format!("{}/{version}", place.url).parse()?);
        Ok(client)
    };
    let scenario = Scenario {
        graph: client("v1.0")?,
        beta: client("beta")?,
        people: std::env::var("PEOPLE")?.parse()?,
        url: place.url.clone(),
    };
    let user = scenario.users().await?;
    scenario.groups_and_roles(&user).await?;
    scenario.passes(&user).await?;
    scenario.policy().await?;
    scenario.logs().await?;
    scenario.errors(&user).await?;
    tell(&json!({ "done": true }));
    Ok(())
}
