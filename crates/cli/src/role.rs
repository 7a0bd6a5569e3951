//! `latchkey role`: who may administer what.

use clap::Subcommand;
use serde_json::{Value, json};

use crate::Failure;
use crate::graph::{Graph, encoded, quoted};
use crate::output::{Field, Output, print, text};
use crate::reference::{principal_id, role};

#[derive(Subcommand)]
pub enum RoleCommand {
    /// All roles.
    List,
    /// Who holds a role.
    Members {
        /// The role: its name or id.
        role: String,
    },
    /// Give somebody, or the members of a group, a role.
    Assign {
        /// The role: its name or id.
        role: String,
        /// The person: UPN or id; or a role-assignable group: name or id.
        #[arg(value_name = "USER|GROUP")]
        holder: String,
        /// Only over the members of this administrative unit (its id).
        #[arg(long, value_name = "ID")]
        unit: Option<String>,
    },
    /// Take a role from somebody, or from a group.
    Remove {
        /// The role: its name or id.
        role: String,
        /// The person: UPN or id; or the group: name or id.
        #[arg(value_name = "USER|GROUP")]
        holder: String,
        /// The one over the members of this administrative unit (its id).
        #[arg(long, value_name = "ID")]
        unit: Option<String>,
    },
}

const ASSIGNMENTS: &str = "roleManagement/directory/roleAssignments";

const ROLES: &[Field] = &[
    ("ID", |role| text(role, "id")),
    ("ROLE", |role| text(role, "displayName")),
];

const HOLDERS: &[Field] = &[
    ("PRINCIPAL", |one| text(one, "principalId")),
    ("NAME", |one| {
        let upn = text(one, "principal/userPrincipalName");
        if upn.is_empty() {
            text(one, "principal/displayName")
        } else {
            upn
        }
    }),
    ("OVER", |one| match text(one, "directoryScopeId").as_str() {
        "/" => "everyone".to_owned(),
        unit => unit.trim_start_matches('/').to_owned(),
    }),
];

/// Runs one command.
pub(crate) async fn run(command: RoleCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    match command {
        RoleCommand::List => {
            let roles = graph.all("roleManagement/directory/roleDefinitions").await?;
            output.rows(&roles, ROLES)
        }
        RoleCommand::Members { role: name } => {
            let id = text(&role(graph, &name).await?, "id");
            let filter = encoded(&format!("roleDefinitionId eq {}", quoted(&id)));
            let mut held = graph.all(&format!("{ASSIGNMENTS}?$filter={filter}")).await?;
            for assignment in &mut held {
                add_principal(graph, assignment).await?;
            }
            output.rows(&held, HOLDERS)
        }
        RoleCommand::Assign {
            role: name,
            holder,
            unit,
        } => {
            let role = role(graph, &name).await?;
            let body = json!({
                "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
                "roleDefinitionId": text(&role, "id"),
                "principalId": principal_id(graph, &holder).await?,
                "directoryScopeId": scope(unit.as_deref()),
            });
            let made = graph.post(ASSIGNMENTS, &body).await?;
            if output.for_people() {
                output.done(&format!("{holder} is now {}.", text(&role, "displayName")))
            } else {
                print(&made.to_string())
            }
        }
        RoleCommand::Remove {
            role: name,
            holder,
            unit,
        } => {
            let role = role(graph, &name).await?;
            let filter = encoded(&format!(
                "principalId eq {}",
                quoted(&principal_id(graph, &holder).await?)
            ));
            let held = graph.all(&format!("{ASSIGNMENTS}?$filter={filter}")).await?;
            let scope = scope(unit.as_deref());
            let this = |one: &&Value| {
                text(one, "roleDefinitionId") == text(&role, "id") && text(one, "directoryScopeId") == scope
            };
            let Some(assignment) = held.iter().find(this) else {
                let name = text(&role, "displayName");
                return Err(Failure::NotFound(format!("{holder} does not hold {name} there")));
            };
            let id = encoded(&text(assignment, "id"));
            graph.delete(&format!("{ASSIGNMENTS}/{id}")).await?;
            output.done(&format!("{holder} is no longer {}.", text(&role, "displayName")))
        }
    }
}

/// Adds who holds it, as `$expand=principal` would. What the caller may not see stays an id.
async fn add_principal(graph: &Graph, assignment: &mut Value) -> Result<(), Failure> {
    let path = format!("directoryObjects/{}", encoded(&text(assignment, "principalId")));
    let principal = match graph.get(&path).await {
        Ok(principal) => principal,
        Err(failure) if failure.exit_code() == 5 => return Ok(()),
        Err(failure) => return Err(failure),
    };
    if let Some(assignment) = assignment.as_object_mut() {
        assignment.insert("principal".to_owned(), principal);
    }
    Ok(())
}

fn scope(unit: Option<&str>) -> String {
    unit.map_or_else(|| "/".to_owned(), |unit| format!("/administrativeUnits/{unit}"))
}
