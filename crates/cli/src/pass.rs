//! `latchkey pass`: issue, look at and delete Temporary Access Passes.

use clap::Subcommand;
use latchkey_domain::spell;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use crate::Failure;
use crate::graph::{Graph, encoded};
use crate::moment::{end, is_to_come, moment, sent, shown_to_the_minute, span};
use crate::output::{Field, Output, print, text};
use crate::reference::{named, user_path};

#[derive(Subcommand)]
pub enum PassCommand {
    /// Issue a pass; its code is shown once, now.
    Create {
        /// The person: UPN or id.
        user: String,
        /// How long it works: 60 (minutes), 8h, 2d [default: as the policy says].
        #[arg(long, value_name = "SPAN", value_parser = span)]
        lifetime: Option<Duration>,
        /// It works once [default: as the policy says].
        #[arg(long)]
        once: bool,
        /// It works several times while it lasts.
        #[arg(long, conflicts_with = "once")]
        reusable: bool,
        /// It starts then: '2026-11-23 08:00' (UTC) or 2026-11-23T08:00:00+01:00 [default: now].
        #[arg(long, value_name = "TIME", value_parser = moment)]
        start: Option<OffsetDateTime>,
        /// Replace the pass that the person has; what that one signed in ends.
        #[arg(long)]
        replace: bool,
    },
    /// A person's passes; there is one at most.
    List {
        /// The person: UPN or id.
        user: String,
    },
    /// A person's pass in full.
    Show {
        /// The person: UPN or id.
        user: String,
        /// The pass, if it must be this one.
        id: Option<String>,
    },
    /// Delete a person's pass; what it signed in ends at once.
    Delete {
        /// The person: UPN or id.
        user: String,
        /// The pass, if it must be this one.
        id: Option<String>,
    },
}

const COLUMNS: &[Field] = &[
    ("ID", |pass| text(pass, "id")),
    ("STATE", state),
    ("STARTS", |pass| shown_to_the_minute(&text(pass, "startDateTime"))),
    ("ENDS", ends),
    ("WORKS", works),
];

const FIELDS: &[Field] = &[
    ("id", |pass| text(pass, "id")),
    ("state", state),
    ("created", |pass| {
        shown_to_the_minute(&text(pass, "createdDateTime"))
    }),
    ("starts", |pass| shown_to_the_minute(&text(pass, "startDateTime"))),
    ("ends", ends),
    ("lifetime", |pass| text(pass, "lifetimeInMinutes") + " minutes"),
    ("works", works),
];

/// Runs one command.
pub(crate) async fn run(command: PassCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    match command {
        PassCommand::Create {
            user,
            lifetime,
            once,
            reusable,
            start,
            replace,
        } => {
            if !replace {
                refuse_to_replace(graph, &user).await?;
            }
            let mut wish = Map::new();
            if let Some(lifetime) = lifetime {
                wish.insert("lifetimeInMinutes".to_owned(), lifetime.whole_minutes().into());
            }
            if once || reusable {
                wish.insert("isUsableOnce".to_owned(), once.into());
            }
            if let Some(start) = start {
                wish.insert("startDateTime".to_owned(), sent(start).into());
            }
            let pass = graph.post(&collection(&user)?, &Value::Object(wish)).await?;
            if output.for_people() {
                show_code(graph, &user, &pass)
            } else {
                print(&pass.to_string())
            }
        }
        PassCommand::List { user } => output.rows(&graph.all(&collection(&user)?).await?, COLUMNS),
        PassCommand::Show { user, id } => {
            let id = known(graph, &user, id).await?;
            let pass = graph
                .get(&format!("{}/{}", collection(&user)?, encoded(&id)))
                .await?;
            output.object(&pass, FIELDS)
        }
        PassCommand::Delete { user, id } => {
            let id = known(graph, &user, id).await?;
            graph
                .delete(&format!("{}/{}", collection(&user)?, encoded(&id)))
                .await?;
            output.done("The pass is deleted, and what it signed in has ended.")
        }
    }
}

fn collection(user: &str) -> Result<String, Failure> {
    let path = user_path(user)?;
    Ok(format!("{path}/authentication/temporaryAccessPassMethods"))
}

/// The pass that was named, or the only one.
async fn known(graph: &Graph, user: &str, id: Option<String>) -> Result<String, Failure> {
    if let Some(id) = id {
        return Ok(named("pass", &id)?.to_owned());
    }
    let passes = graph.all(&collection(user)?).await?;
    match passes.first() {
        Some(pass) => Ok(text(pass, "id")),
        None => Err(Failure::NotFound(format!("{user} has no pass"))),
    }
}

/// A pass that still works, or will, is replaced only on purpose.
async fn refuse_to_replace(graph: &Graph, user: &str) -> Result<(), Failure> {
    let passes = graph.all(&collection(user)?).await?;
    let alive = |pass: &&Value| {
        matches!(
            text(pass, "methodUsabilityReason").as_str(),
            "EnabledByPolicy" | "NotYetValid"
        )
    };
    match passes.iter().find(alive) {
        Some(pass) => Err(Failure::Usage(format!(
            "{user} has a pass that ends {}. --replace issues a new one instead of it, and ends what it signed in.",
            ends(pass)
        ))),
        None => Ok(()),
    }
}

/// The code, large, spelled, and with all that the person needs to know. The only time that anybody sees it.
fn show_code(graph: &Graph, user: &str, pass: &Value) -> Result<(), Failure> {
    let code: Vec<char> = text(pass, "temporaryAccessPass").chars().collect();
    let groups: Vec<String> = code
        .chunks(4)
        .map(|group| group.iter().map(char::to_string).collect::<Vec<_>>().join(" "))
        .collect();
    let start = text(pass, "startDateTime");
    let from = if is_to_come(&start) {
        format!("from {}", shown_to_the_minute(&start))
    } else {
        "from now".to_owned()
    };
    print(&format!("Temporary Access Pass for {user}\n"))?;
    print(&format!("    {}\n", groups.join("     ")))?;
    print(&format!("    {}\n", code.iter().collect::<String>()))?;
    print("To read out:")?;
    for group in code.chunks(4) {
        let words: Vec<String> = group
            .iter()
            .map(|sign| format!("{sign} {}", spell(*sign)))
            .collect();
        print(&format!("    {}", words.join(",  ")))?;
    }
    print(&format!(
        "\nIt works {}, {from} until {}.\nSign in: {}/security-info",
        works(pass),
        ends(pass),
        graph.url(),
    ))?;
    print("The code is shown only now. Lost it? Issue another.")
}

fn works(pass: &Value) -> String {
    match pass.get("isUsableOnce").and_then(Value::as_bool) {
        Some(true) => "once".to_owned(),
        _ => "several times".to_owned(),
    }
}

fn ends(pass: &Value) -> String {
    let minutes = pass.get("lifetimeInMinutes").and_then(Value::as_i64);
    minutes
        .and_then(|minutes| end(&text(pass, "startDateTime"), minutes))
        .map(|end| shown_to_the_minute(&sent(end)))
        .unwrap_or_default()
}

fn state(pass: &Value) -> String {
    let reason = text(pass, "methodUsabilityReason");
    match reason.as_str() {
        "EnabledByPolicy" => "usable".to_owned(),
        "DisabledByPolicy" => "not allowed by the policy".to_owned(),
        "NotYetValid" => "starts later".to_owned(),
        "OneTimeUsed" => "used".to_owned(),
        "Expired" => "expired".to_owned(),
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pass_says_when_it_ends() {
        let pass =
            json!({"startDateTime": "2026-11-22T08:30:00Z", "lifetimeInMinutes": 90, "isUsableOnce": true});
        assert_eq!(ends(&pass), "2026-11-22 10:00 UTC");
        assert_eq!(works(&pass), "once");
        assert_eq!(ends(&json!({})), "");
    }
}
