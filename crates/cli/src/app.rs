//! `latchkey app`: applications, their secrets, and what they may do through Graph.

use clap::{Args, Subcommand, ValueEnum};
use latchkey_domain::ClientId;
use serde_json::{Map, Value, json};
use time::Duration;

use crate::Failure;
use crate::graph::{Graph, encoded, quoted};
use crate::moment::{from_now, sent, shown, span};
use crate::output::{Amount, Field, Output, Query, confirm, print, text};
use crate::reference::named;

#[derive(Subcommand)]
pub enum AppCommand {
    /// List applications.
    List {
        #[command(flatten)]
        amount: Amount,
    },
    /// An application in full.
    Show {
        /// The application: its client id or its whole name.
        app: String,
    },
    /// Register an application.
    Create {
        /// Its name.
        name: String,
        /// Where answers may go; can be said several times.
        #[arg(long, value_name = "URI")]
        redirect: Vec<String>,
        /// What kind of application answers there.
        #[arg(long, value_enum, default_value_t = Platform::Web)]
        platform: Platform,
    },
    /// Change how an application is treated.
    Set {
        /// The application: its client id or its whole name.
        app: String,
        #[command(flatten)]
        changes: Changes,
    },
    /// Delete an application.
    Delete {
        /// The application: its client id or its whole name.
        app: String,
        /// Without being asked.
        #[arg(long)]
        yes: bool,
    },
    /// Make a secret for an application; it is shown once, now.
    AddSecret {
        /// The application: its client id or its whole name.
        app: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// How long it works: 180d [default: two years].
        #[arg(long, value_name = "SPAN", value_parser = span)]
        lifetime: Option<Duration>,
    },
    /// Delete a secret.
    RemoveSecret {
        /// The application: its client id or its whole name.
        app: String,
        /// The secret's id, as `app show` has it.
        secret: String,
    },
    /// What an application may do by itself.
    Permissions {
        /// The application: its client id or its whole name.
        app: String,
    },
    /// Let an application do something by itself, such as `UserAuthMethod-TAP.ReadWrite.All`.
    Grant {
        /// The application: its client id or its whole name.
        app: String,
        /// The permissions, by Graph's names.
        #[arg(required = true)]
        permissions: Vec<String>,
    },
    /// Take a permission from an application.
    Revoke {
        /// The application: its client id or its whole name.
        app: String,
        /// The permissions, by Graph's names.
        #[arg(required = true)]
        permissions: Vec<String>,
    },
}

/// What is to be different.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// The algorithm of its ID tokens, and of access tokens for it.
    #[arg(long, value_name = "ALGORITHM", value_parser = ["RS256", "ES256", "EdDSA"])]
    token_algorithm: Option<String>,
    /// Whether its authorization requests count only if it sends them ahead (RFC 9126).
    #[arg(long, value_name = "BOOL")]
    require_pushed_requests: Option<bool>,
    /// Whether it gets only tokens that are bound to a key (`DPoP`, RFC 9449).
    #[arg(long, value_name = "BOOL")]
    bound_tokens_only: Option<bool>,
    /// Where the server tells it of the end of a session (Back-Channel Logout); an empty text: nowhere.
    #[arg(long, value_name = "URL")]
    back_channel_logout: Option<String>,
    /// Its page that is called in a hidden frame when a session ends (Front-Channel Logout); an empty text: none.
    #[arg(long, value_name = "URL")]
    front_channel_logout: Option<String>,
}

impl Changes {
    /// As Graph reads it.
    fn body(self) -> Value {
        let mut own = Map::new();
        if let Some(algorithm) = self.token_algorithm {
            own.insert("tokenSigningAlgorithm".to_owned(), algorithm.into());
        }
        if let Some(required) = self.require_pushed_requests {
            own.insert("requirePushedAuthorizationRequests".to_owned(), required.into());
        }
        if let Some(only) = self.bound_tokens_only {
            own.insert("dpopBoundAccessTokens".to_owned(), only.into());
        }
        if let Some(url) = self.back_channel_logout {
            own.insert("backChannelLogoutUrl".to_owned(), address(url));
        }
        let mut body = Map::new();
        if !own.is_empty() {
            body.insert("latchkey".to_owned(), own.into());
        }
        if let Some(url) = self.front_channel_logout {
            body.insert("web".to_owned(), json!({ "logoutUrl": address(url) }));
        }
        body.into()
    }
}

/// An address as Graph reads it; an empty one takes it away.
fn address(url: String) -> Value {
    if url.is_empty() { Value::Null } else { url.into() }
}

/// Where an application runs.
#[derive(Clone, Copy, ValueEnum)]
pub enum Platform {
    /// On a server, with a secret.
    Web,
    /// In a browser.
    Spa,
    /// On a person's own machine.
    Public,
}

const COLUMNS: &[Field] = &[
    ("CLIENT ID", |app| text(app, "appId")),
    ("NAME", |app| text(app, "displayName")),
    ("SINCE", |app| shown(&text(app, "createdDateTime"))),
];

const FIELDS: &[Field] = &[
    ("client id", |app| text(app, "appId")),
    ("object id", |app| text(app, "id")),
    ("name", |app| text(app, "displayName")),
    ("redirects", |app| text(app, "web/redirectUris")),
    ("redirects (spa)", |app| text(app, "spa/redirectUris")),
    ("redirects (public)", |app| text(app, "publicClient/redirectUris")),
    ("token algorithm", |app| {
        text(app, "latchkey/tokenSigningAlgorithm")
    }),
    ("front-channel logout", |app| text(app, "web/logoutUrl")),
    ("back-channel logout", |app| {
        text(app, "latchkey/backChannelLogoutUrl")
    }),
    ("secrets", |app| {
        let secrets = app.get("passwordCredentials").and_then(Value::as_array);
        let one = |secret: &Value| {
            format!(
                "{} {} (until {})",
                text(secret, "keyId"),
                text(secret, "displayName"),
                shown(&text(secret, "endDateTime"))
            )
        };
        secrets
            .map(|secrets| secrets.iter().map(one).collect::<Vec<_>>().join("; "))
            .unwrap_or_default()
    }),
    ("since", |app| shown(&text(app, "createdDateTime"))),
];

const PERMISSIONS: &[Field] = &[("PERMISSION", |role| text(role, "value"))];

/// Runs one command.
pub(crate) async fn run(command: AppCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    match command {
        AppCommand::List { amount } => {
            output
                .list(graph, Query::new("applications"), &amount, COLUMNS)
                .await
        }
        AppCommand::Show { app } => output.object(&find(graph, &app).await?, FIELDS),
        AppCommand::Create {
            name,
            redirect,
            platform,
        } => {
            let mut body = Map::from_iter([("displayName".to_owned(), Value::from(name))]);
            if !redirect.is_empty() {
                let kind = match platform {
                    Platform::Web => "web",
                    Platform::Spa => "spa",
                    Platform::Public => "publicClient",
                };
                body.insert(kind.to_owned(), json!({"redirectUris": redirect}));
            }
            let made = graph.post("applications", &Value::Object(body)).await?;
            // Without one it can neither sign anybody in nor hold permissions.
            graph
                .post("servicePrincipals", &json!({"appId": text(&made, "appId")}))
                .await?;
            output.object(&made, FIELDS)
        }
        AppCommand::Set { app, changes } => {
            let found = find(graph, &app).await?;
            graph.patch(&path(&found), &changes.body()).await?;
            output.done("The application is changed.")
        }
        AppCommand::Delete { app, yes } => {
            let found = find(graph, &app).await?;
            confirm(
                &format!("Delete the application {}?", text(&found, "displayName")),
                yes,
            )?;
            graph.delete(&path(&found)).await?;
            output.done("The application is deleted.")
        }
        AppCommand::AddSecret { app, name, lifetime } => {
            let found = find(graph, &app).await?;
            let mut wish = Map::from_iter([("displayName".to_owned(), Value::from(name))]);
            if let Some(end) = lifetime.and_then(from_now) {
                wish.insert("endDateTime".to_owned(), sent(end).into());
            }
            let made = graph
                .post(
                    &format!("{}/addPassword", path(&found)),
                    &json!({"passwordCredential": wish}),
                )
                .await?;
            if !output.for_people() {
                return print(&made.to_string());
            }
            print(&format!(
                "client id  {}\nsecret     {}",
                text(&found, "appId"),
                text(&made, "secretText")
            ))?;
            let end = shown(&text(&made, "endDateTime"));
            output.done(&format!("It works until {end} UTC. It is shown only now."))
        }
        AppCommand::RemoveSecret { app, secret } => {
            let found = find(graph, &app).await?;
            graph
                .post(
                    &format!("{}/removePassword", path(&found)),
                    &json!({"keyId": secret}),
                )
                .await?;
            output.done("The secret is deleted.")
        }
        AppCommand::Permissions { app } => {
            let (held, known) = (held(graph, &app).await?, known(graph).await?);
            let of = |assignment: &Value| {
                let id = text(assignment, "appRoleId");
                known.roles.iter().find(|role| text(role, "id") == id).cloned()
            };
            output.rows(
                &held.assignments.iter().filter_map(of).collect::<Vec<_>>(),
                PERMISSIONS,
            )
        }
        AppCommand::Grant { app, permissions } => {
            let (held, known) = (held(graph, &app).await?, known(graph).await?);
            for permission in &permissions {
                let body = json!({
                    "principalId": held.principal,
                    "resourceId": known.principal,
                    "appRoleId": known.role(permission)?,
                });
                graph.post(&assignments(&held.principal), &body).await?;
                output.done(&format!("{app} now has {permission}."))?;
            }
            Ok(())
        }
        AppCommand::Revoke { app, permissions } => {
            let (held, known) = (held(graph, &app).await?, known(graph).await?);
            for permission in &permissions {
                let role = known.role(permission)?;
                let assignment = held.assignments.iter().find(|one| text(one, "appRoleId") == role);
                let Some(assignment) = assignment else {
                    return Err(Failure::NotFound(format!("{app} does not have {permission}")));
                };
                let id = encoded(&text(assignment, "id"));
                graph
                    .delete(&format!("{}/{id}", assignments(&held.principal)))
                    .await?;
                output.done(&format!("{app} no longer has {permission}."))?;
            }
            Ok(())
        }
    }
}

/// A service principal and the roles that it was given.
struct Held {
    principal: String,
    assignments: Vec<Value>,
}

/// Graph's own service principal and the roles that it gives.
struct Known {
    principal: String,
    roles: Vec<Value>,
}

impl Known {
    /// The id of a permission.
    fn role(&self, permission: &str) -> Result<String, Failure> {
        let named = |role: &&Value| text(role, "value").eq_ignore_ascii_case(permission);
        match self.roles.iter().find(named) {
            Some(role) => Ok(text(role, "id")),
            None => Err(Failure::NotFound(format!(
                "no application can hold '{permission}': names are like UserAuthMethod-TAP.ReadWrite.All"
            ))),
        }
    }
}

async fn held(graph: &Graph, app: &str) -> Result<Held, Failure> {
    let client_id = text(&find(graph, app).await?, "appId");
    let principal = text(&principal(graph, &client_id).await?, "id");
    let assignments = graph.all(&assignments(&principal)).await?;
    Ok(Held {
        principal,
        assignments,
    })
}

async fn known(graph: &Graph) -> Result<Known, Failure> {
    let found = principal(graph, &ClientId::GRAPH.to_string()).await?;
    let roles = found.get("appRoles").and_then(Value::as_array);
    Ok(Known {
        principal: text(&found, "id"),
        roles: roles.cloned().unwrap_or_default(),
    })
}

async fn principal(graph: &Graph, client_id: &str) -> Result<Value, Failure> {
    graph
        .get(&format!("servicePrincipals(appId={})", quoted(client_id)))
        .await
}

fn assignments(principal: &str) -> String {
    format!("servicePrincipals/{principal}/appRoleAssignments")
}

/// An application by its client id or its whole name.
async fn find(graph: &Graph, app: &str) -> Result<Value, Failure> {
    named("application", app)?;
    let property = if app.parse::<ClientId>().is_ok() {
        "appId"
    } else {
        "displayName"
    };
    let filter = encoded(&format!("{property} eq {}", quoted(app)));
    let mut found = graph.all(&format!("applications?$filter={filter}")).await?;
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(Failure::NotFound(format!("there is no application '{app}'"))),
        (Some(_), _) => Err(Failure::Usage(format!(
            "several applications are called '{app}': name one by its client id"
        ))),
    }
}

fn path(app: &Value) -> String {
    format!("applications/{}", text(app, "id"))
}
