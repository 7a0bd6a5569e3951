//! `latchkey group`: groups and their members.

use clap::Subcommand;
use serde_json::{Value, json};

use crate::Failure;
use crate::graph::Graph;
use crate::output::{Amount, Field, Output, Query, confirm, tell, text};
use crate::reference::{group_id, user_id};

#[derive(Subcommand)]
pub enum GroupCommand {
    /// List groups.
    List {
        /// Words of the name or the description.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// A filter in Graph's words.
        #[arg(long, value_name = "ODATA")]
        filter: Option<String>,
        #[command(flatten)]
        amount: Amount,
    },
    /// A group in full.
    Show {
        /// The group: its name or id.
        group: String,
    },
    /// Create a group.
    Create {
        /// Its name.
        name: String,
        /// What it is for.
        #[arg(long)]
        description: Option<String>,
        /// Roles can be given to it; this can't be changed later.
        #[arg(long)]
        role_assignable: bool,
    },
    /// Delete a group.
    Delete {
        /// The group: its name or id.
        group: String,
        /// Without being asked.
        #[arg(long)]
        yes: bool,
    },
    /// Who is in a group.
    Members {
        /// The group: its name or id.
        group: String,
        #[command(flatten)]
        amount: Amount,
    },
    /// Add people to a group.
    Add {
        /// The group: its name or id.
        group: String,
        /// The people: UPN or id.
        #[arg(required = true)]
        users: Vec<String>,
    },
    /// Remove people from a group.
    Remove {
        /// The group: its name or id.
        group: String,
        /// The people: UPN or id.
        #[arg(required = true)]
        users: Vec<String>,
    },
}

const COLUMNS: &[Field] = &[
    ("ID", |group| text(group, "id")),
    ("NAME", |group| text(group, "displayName")),
    ("DESCRIPTION", |group| text(group, "description")),
];

const FIELDS: &[Field] = &[
    ("id", |group| text(group, "id")),
    ("name", |group| text(group, "displayName")),
    ("description", |group| text(group, "description")),
    ("takes roles", |group| text(group, "isAssignableToRole")),
    ("created", |group| {
        crate::moment::shown(&text(group, "createdDateTime"))
    }),
];

const MEMBERS: &[Field] = &[
    ("ID", |member| text(member, "id")),
    ("KIND", |member| {
        text(member, "@odata.type")
            .trim_start_matches("#microsoft.graph.")
            .to_owned()
    }),
    ("NAME", |member| text(member, "displayName")),
    ("UPN", |member| text(member, "userPrincipalName")),
];

/// Runs one command.
pub(crate) async fn run(command: GroupCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    match command {
        GroupCommand::List {
            search,
            filter,
            amount,
        } => {
            let mut query = Query::new("groups").filters(filter.as_slice());
            if let Some(search) = search {
                query = query.option("$search", search_of(&["displayName", "description"], &search));
            }
            output.list(graph, query, &amount, COLUMNS).await
        }
        GroupCommand::Show { group } => {
            let path = path(graph, &group).await?;
            output.object(&graph.get(&path).await?, FIELDS)
        }
        GroupCommand::Create {
            name,
            description,
            role_assignable,
        } => {
            let mut body = json!({
                "displayName": name,
                "mailEnabled": false,
                "securityEnabled": true,
                "mailNickname": nickname(&name),
                "isAssignableToRole": role_assignable,
            });
            if let (Some(body), Some(description)) = (body.as_object_mut(), description) {
                body.insert("description".to_owned(), description.into());
            }
            output.object(&graph.post("groups", &body).await?, FIELDS)
        }
        GroupCommand::Delete { group, yes } => {
            let path = path(graph, &group).await?;
            confirm(&format!("Delete the group {group}?"), yes)?;
            graph.delete(&path).await?;
            output.done("The group is deleted.")
        }
        GroupCommand::Members { group, amount } => {
            let path = path(graph, &group).await?;
            let query = Query::new(format!("{path}/members"));
            output.list(graph, query, &amount, MEMBERS).await
        }
        GroupCommand::Add { group, users } => {
            let change = Change::Add(path(graph, &group).await?);
            change.each(graph, output, &group, &users).await
        }
        GroupCommand::Remove { group, users } => {
            let change = Change::Remove(path(graph, &group).await?);
            change.each(graph, output, &group, &users).await
        }
    }
}

/// What becomes of people in the group of this path.
enum Change {
    Add(String),
    Remove(String),
}

impl Change {
    /// Does it for each of them. Who fails is told of by name, and the others are still done.
    async fn each(
        &self,
        graph: &Graph,
        output: &Output,
        group: &str,
        users: &[String],
    ) -> Result<(), Failure> {
        let mut failed = 0;
        for user in users {
            match self.one(graph, user).await {
                Ok(()) => output.done(&self.words(user, group))?,
                Err(failure) if users.len() > 1 && failure.is_of_one() => {
                    tell(&format!("{user}: {failure}"));
                    failed += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
        if failed > 0 {
            let all = users.len();
            return Err(Failure::Some { failed, all });
        }
        Ok(())
    }

    async fn one(&self, graph: &Graph, user: &str) -> Result<(), Failure> {
        let id = user_id(graph, user).await?;
        match self {
            Self::Add(path) => {
                let member: Value =
                    json!({"@odata.id": format!("{}/v1.0/directoryObjects/{id}", graph.url())});
                graph.post(&format!("{path}/members/$ref"), &member).await?;
            }
            Self::Remove(path) => {
                graph.delete(&format!("{path}/members/{id}/$ref")).await?;
            }
        }
        Ok(())
    }

    fn words(&self, user: &str, group: &str) -> String {
        match self {
            Self::Add(_) => format!("{user} is now in {group}."),
            Self::Remove(_) => format!("{user} is no longer in {group}."),
        }
    }
}

async fn path(graph: &Graph, group: &str) -> Result<String, Failure> {
    Ok(format!("groups/{}", group_id(graph, group).await?))
}

/// Graph's `$search` for a text in any of these properties.
pub(crate) fn search_of(properties: &[&str], words: &str) -> String {
    let words = words.replace('\\', "\\\\").replace('"', "\\\"");
    let clauses: Vec<String> = properties
        .iter()
        .map(|property| format!("\"{property}:{words}\""))
        .collect();
    clauses.join(" OR ")
}

/// A mail nickname from a name: Graph asks for one.
fn nickname(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    if name.is_empty() { "group".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_quoted() {
        assert_eq!(
            search_of(&["displayName", "mail"], r#"a"b\"#),
            r#""displayName:a\"b\\" OR "mail:a\"b\\""#
        );
    }

    #[test]
    fn nicknames_are_plain() {
        assert_eq!(nickname("New joiners (2026)"), "Newjoiners2026");
        assert_eq!(nickname("李"), "group");
    }
}
