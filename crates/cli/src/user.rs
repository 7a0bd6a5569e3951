//! `latchkey user`: people.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::graph::Graph;
use crate::group::search_of;
use crate::import;
use crate::moment::shown;
use crate::output::{Amount, Field, Output, Query, confirm, text};
use crate::reference::user_path;

#[derive(Subcommand)]
pub enum UserCommand {
    /// List people.
    List {
        /// Words of the name, or the beginning of the UPN or mail address.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// A filter in Graph's words, such as "department eq 'Sales'".
        #[arg(long, value_name = "ODATA")]
        filter: Option<String>,
        #[command(flatten)]
        amount: Amount,
    },
    /// A person in full.
    Show {
        /// The person: UPN or id.
        user: String,
    },
    /// How a person can sign in.
    Methods {
        /// The person: UPN or id.
        user: String,
    },
    /// Create an account, without a password: issue a pass next.
    Create {
        /// The user principal name, such as ada@example.com.
        upn: String,
        /// The name to show.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        properties: Properties,
    },
    /// Change an account.
    Update {
        /// The person: UPN or id.
        user: String,
        /// The name to show.
        #[arg(long)]
        name: Option<String>,
        /// Allow signing in.
        #[arg(long)]
        enable: bool,
        /// Forbid signing in; sessions end.
        #[arg(long, conflicts_with = "enable")]
        disable: bool,
        #[command(flatten)]
        properties: Properties,
    },
    /// Delete an account.
    Delete {
        /// The person: UPN or id.
        user: String,
        /// Without being asked.
        #[arg(long)]
        yes: bool,
    },
    /// Create many accounts from a CSV file whose first line names Graph's properties.
    Import {
        /// The file; userPrincipalName and displayName are required columns.
        file: PathBuf,
        /// Write the lines that failed, with the reason, to this CSV file.
        #[arg(long, value_name = "FILE")]
        failed: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct Properties {
    /// A property of the account by Graph's name, such as department=Sales; an empty value clears it.
    #[arg(long = "set", value_name = "PROPERTY=VALUE", value_parser = property)]
    set: Vec<(String, String)>,
}

const COLUMNS: &[Field] = &[
    ("ID", |user| text(user, "id")),
    ("UPN", |user| text(user, "userPrincipalName")),
    ("NAME", |user| text(user, "displayName")),
    ("MAY SIGN IN", |user| text(user, "accountEnabled")),
];

const FIELDS: &[Field] = &[
    ("id", |user| text(user, "id")),
    ("upn", |user| text(user, "userPrincipalName")),
    ("name", |user| text(user, "displayName")),
    ("may sign in", |user| text(user, "accountEnabled")),
    ("kind", |user| text(user, "userType")),
    ("mail", |user| text(user, "mail")),
    ("job", |user| text(user, "jobTitle")),
    ("department", |user| text(user, "department")),
    ("employee id", |user| text(user, "employeeId")),
    ("hired", |user| shown(&text(user, "employeeHireDate"))),
    ("created", |user| shown(&text(user, "createdDateTime"))),
];

const SELECTED: &str = "id,userPrincipalName,displayName,accountEnabled,userType,mail,jobTitle,department,employeeId,\
    employeeHireDate,createdDateTime";

const METHODS: &[Field] = &[
    ("ID", |method| text(method, "id")),
    ("METHOD", |method| {
        let kind = text(method, "@odata.type");
        match kind
            .trim_start_matches("#microsoft.graph.")
            .trim_end_matches("AuthenticationMethod")
        {
            "temporaryAccessPass" => "Temporary Access Pass".to_owned(),
            "fido2" => "passkey".to_owned(),
            "softwareOath" => "authenticator app".to_owned(),
            other => other.to_owned(),
        }
    }),
    ("NAME", |method| text(method, "displayName")),
    ("SINCE", |method| shown(&text(method, "createdDateTime"))),
];

/// Runs one command.
pub(crate) async fn run(command: UserCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    match command {
        UserCommand::List {
            search,
            filter,
            amount,
        } => {
            let mut query = Query::new("users")
                .option("$select", "id,userPrincipalName,displayName,accountEnabled")
                .filters(filter.as_slice());
            if let Some(search) = search {
                let properties = ["displayName", "userPrincipalName", "mail"];
                query = query.option("$search", search_of(&properties, &search));
            }
            output.list(graph, query, &amount, COLUMNS).await
        }
        UserCommand::Show { user } => {
            let path = format!("{}?$select={SELECTED}", user_path(&user)?);
            output.object(&graph.get(&path).await?, FIELDS)
        }
        UserCommand::Methods { user } => {
            let path = format!("{}/authentication/methods", user_path(&user)?);
            output.rows(&graph.all(&path).await?, METHODS)
        }
        UserCommand::Create {
            upn,
            name,
            properties,
        } => {
            let mut body = new_user(&upn, &name);
            properties.put_into(&mut body);
            let made = graph.post("users", &Value::Object(body)).await?;
            output.object(&made, FIELDS)
        }
        UserCommand::Update {
            user,
            name,
            enable,
            disable,
            properties,
        } => {
            let mut body = Map::new();
            if let Some(name) = name {
                body.insert("displayName".to_owned(), name.into());
            }
            if enable || disable {
                body.insert("accountEnabled".to_owned(), enable.into());
            }
            properties.put_into(&mut body);
            if body.is_empty() {
                return Err(Failure::Usage(
                    "say what to change: --name, --enable, --disable or --set".to_owned(),
                ));
            }
            graph.patch(&user_path(&user)?, &Value::Object(body)).await?;
            output.done(&format!("{user} is changed."))
        }
        UserCommand::Delete { user, yes } => {
            let path = user_path(&user)?;
            confirm(&format!("Delete the account {user}?"), yes)?;
            graph.delete(&path).await?;
            output.done("The account is deleted.")
        }
        UserCommand::Import { file, failed } => import::run(&file, failed.as_deref(), graph).await,
    }
}

/// An account for somebody who comes in with a pass: it has no password, which costs a hash.
pub(crate) fn new_user(upn: &str, name: &str) -> Map<String, Value> {
    let alias = upn.split('@').next().unwrap_or(upn);
    let body = json!({
        "accountEnabled": true,
        "displayName": name,
        "mailNickname": alias,
        "userPrincipalName": upn,
        "latchkey": {"withoutPassword": true},
    });
    match body {
        Value::Object(body) => body,
        _ => Map::new(),
    }
}

impl Properties {
    fn put_into(&self, body: &mut Map<String, Value>) {
        for (property, value) in &self.set {
            body.insert(property.clone(), property_value(property, value));
        }
    }
}

/// A property's value from text: empty is null, truth and lists by the property's name.
pub(crate) fn property_value(property: &str, value: &str) -> Value {
    match (property, value) {
        ("accountEnabled", "true" | "yes") => true.into(),
        ("accountEnabled", "false" | "no") => false.into(),
        ("businessPhones", "") => json!([]),
        ("businessPhones", phone) => json!([phone]),
        (_, "") => Value::Null,
        (_, text) => text.into(),
    }
}

fn property(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as department=Sales".to_owned()),
    }
}
