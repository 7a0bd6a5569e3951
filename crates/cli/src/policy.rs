//! `latchkey policy`: the rules for Temporary Access Passes.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use time::Duration;

use crate::Failure;
use crate::graph::Graph;
use crate::moment::span;
use crate::output::{Field, Output, text};
use crate::reference::group_id;

const PATH: &str =
    "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass";

#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Show the policy.
    Show,
    /// Change the policy; what isn't named stays.
    Set(Box<PolicyChange>),
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct PolicyChange {
    /// Passes can be issued and used.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    enabled: Option<bool>,
    /// Every pass works once.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    once: Option<bool>,
    /// The lifetime of a pass when none is named: 60 (minutes), 8h, 2d.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    default_lifetime: Option<Duration>,
    /// The shortest lifetime.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    minimum_lifetime: Option<Duration>,
    /// The longest lifetime.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    maximum_lifetime: Option<Duration>,
    /// How many signs a code has: 8 to 48.
    #[arg(long, value_name = "SIGNS")]
    length: Option<u32>,
    /// Who can have passes: groups by name or id, or `all_users`.
    #[arg(long, value_name = "GROUP")]
    include: Vec<String>,
    /// Who can't, though included: groups by name or id; `none` clears the list.
    #[arg(long, value_name = "GROUP")]
    exclude: Vec<String>,
}

const FIELDS: &[Field] = &[
    ("passes", |policy| text(policy, "state")),
    ("works", |policy| {
        if policy.get("isUsableOnce").and_then(Value::as_bool) == Some(true) {
            "once, always".to_owned()
        } else {
            "once or several times, as issued".to_owned()
        }
    }),
    ("lifetime", |policy| {
        format!(
            "{} minutes, {} to {}",
            text(policy, "defaultLifetimeInMinutes"),
            text(policy, "minimumLifetimeInMinutes"),
            text(policy, "maximumLifetimeInMinutes"),
        )
    }),
    ("length", |policy| text(policy, "defaultLength") + " signs"),
    ("for", |policy| targets(policy, "includeTargets")),
    ("not for", |policy| targets(policy, "excludeTargets")),
];

/// Runs one command.
pub(crate) async fn run(command: PolicyCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    match command {
        PolicyCommand::Show => output.object(&graph.get(PATH).await?, FIELDS),
        PolicyCommand::Set(change) => {
            let body = body(graph, &change).await?;
            graph.patch(PATH, &body).await?;
            output.object(&graph.get(PATH).await?, FIELDS)
        }
    }
}

async fn body(graph: &Graph, change: &PolicyChange) -> Result<Value, Failure> {
    let mut body = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    let minutes = |span: Option<Duration>| span.map(|span| span.whole_minutes().into());
    put(
        "@odata.type",
        Some("#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration".into()),
    );
    put(
        "state",
        change
            .enabled
            .map(|on| if on { "enabled" } else { "disabled" }.into()),
    );
    put("isUsableOnce", change.once.map(Value::from));
    put("defaultLifetimeInMinutes", minutes(change.default_lifetime));
    put("minimumLifetimeInMinutes", minutes(change.minimum_lifetime));
    put("maximumLifetimeInMinutes", minutes(change.maximum_lifetime));
    put("defaultLength", change.length.map(Value::from));
    if !change.include.is_empty() {
        put(
            "includeTargets",
            Some(listed(graph, &change.include, true).await?),
        );
    }
    if !change.exclude.is_empty() {
        put(
            "excludeTargets",
            Some(listed(graph, &change.exclude, false).await?),
        );
    }
    Ok(Value::Object(body))
}

async fn listed(graph: &Graph, groups: &[String], include: bool) -> Result<Value, Failure> {
    let mut targets = Vec::new();
    for group in groups {
        let id = match group.as_str() {
            "all_users" if include => group.clone(),
            "none" if !include => continue,
            _ => group_id(graph, group).await?,
        };
        let mut target = json!({"targetType": "group", "id": id});
        if include && let Some(target) = target.as_object_mut() {
            target.insert("isRegistrationRequired".to_owned(), false.into());
        }
        targets.push(target);
    }
    Ok(targets.into())
}

fn targets(policy: &Value, property: &str) -> String {
    let ids = policy.get(property).and_then(Value::as_array);
    ids.into_iter()
        .flatten()
        .map(|target| text(target, "id"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" | "on" => Ok(true),
        "no" | "false" | "off" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}
