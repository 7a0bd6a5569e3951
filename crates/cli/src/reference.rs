//! From what people call things to the ids that Graph wants.

use latchkey_domain::GroupId;
use serde_json::Value;

use crate::Failure;
use crate::graph::{Graph, encoded, quoted};
use crate::output::text;

/// What somebody calls one thing. An empty name would make a path of all things of its kind.
///
/// # Errors
/// It is empty.
pub(crate) fn named<'a>(kind: &str, name: &'a str) -> Result<&'a str, Failure> {
    if name.trim().is_empty() {
        return Err(Failure::Usage(format!("an empty text names no {kind}")));
    }
    Ok(name)
}

/// The path of a person, by UPN or id.
pub(crate) fn user_path(user: &str) -> Result<String, Failure> {
    Ok(format!("users/{}", encoded(named("person", user)?)))
}

/// A person's id, by UPN or id.
pub(crate) async fn user_id(graph: &Graph, user: &str) -> Result<String, Failure> {
    let found = graph.get(&format!("{}?$select=id", user_path(user)?)).await?;
    Ok(text(&found, "id"))
}

/// The id of whoever can hold a role: a person, by UPN or id, or a group, by its id or its whole name.
pub(crate) async fn principal_id(graph: &Graph, holder: &str) -> Result<String, Failure> {
    match user_id(graph, holder).await {
        // What has an @ is meant to be a person.
        Err(failure) if failure.exit_code() == 5 && !holder.contains('@') => group_id(graph, holder).await,
        other => other,
    }
}

/// A group's id, by its id or its whole name.
pub(crate) async fn group_id(graph: &Graph, group: &str) -> Result<String, Failure> {
    named("group", group)?;
    if group.parse::<GroupId>().is_ok() {
        return Ok(group.to_owned());
    }
    let filter = encoded(&format!("displayName eq {}", quoted(group)));
    let found = graph
        .all(&format!("groups?$select=id,displayName&$filter={filter}"))
        .await?;
    match found.as_slice() {
        [one] => Ok(text(one, "id")),
        [] => Err(Failure::NotFound(format!("there is no group '{group}'"))),
        several => Err(Failure::Usage(format!(
            "{} groups are called '{group}': name one by its id ({})",
            several.len(),
            several
                .iter()
                .map(|one| text(one, "id"))
                .collect::<Vec<_>>()
                .join(", ")
        ))),
    }
}

/// A role, by its id or its name in any case.
pub(crate) async fn role(graph: &Graph, role: &str) -> Result<Value, Failure> {
    named("role", role)?;
    let known = graph.all("roleManagement/directory/roleDefinitions").await?;
    let named = |one: &Value| {
        text(one, "displayName").eq_ignore_ascii_case(role) || text(one, "id").eq_ignore_ascii_case(role)
    };
    known
        .into_iter()
        .find(named)
        .ok_or_else(|| Failure::NotFound(format!("there is no role '{role}': see `latchkey role list`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_names_nobody() {
        for nobody in ["", " "] {
            assert_eq!(user_path(nobody).unwrap_err().exit_code(), 2);
        }
        assert_eq!(user_path("ada@example.com").unwrap(), "users/ada%40example.com");
    }
}
