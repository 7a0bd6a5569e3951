//! `$expand` (Graph contract 3.1): related objects within an answer, one level deep and at most 20 of each.

use latchkey_domain::{Group, User, UserRef};
use latchkey_service::{GroupError, Holder, MemberView, RelationError};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::GraphError;
use crate::mixed::Mixed;
use crate::select::ObjectType;
use crate::{groups, managers, memberships};

/// The most related objects of one kind.
const MOST: u32 = 20;

/// A relation that is asked for.
pub(crate) struct Expansion<'a> {
    name: &'static str,
    /// The properties of what is related.
    mixed: Mixed<'a>,
}

/// What users have.
pub(crate) const OF_USERS: &[&str] = &["manager", "directReports", "memberOf", "transitiveMemberOf"];
/// What groups have.
pub(crate) const OF_GROUPS: &[&str] = &["members", "owners", "memberOf", "transitiveMemberOf"];

/// Reads `$expand`: names, each perhaps with `($select=…)`.
///
/// # Errors
/// Another name or option; an advanced query.
pub(crate) fn read<'a>(
    call: &'a Call,
    kind: &ObjectType,
    known: &[&'static str],
) -> Result<Vec<Expansion<'a>>, GraphError> {
    let Some(text) = call.query.get("expand") else {
        return Ok(Vec::new());
    };
    if call.advanced()? {
        return Err(GraphError::unsupported_query(
            "$expand can't be combined with advanced queries.",
        ));
    }
    let mut all = Vec::new();
    for item in items(text) {
        let (name, options) = match item.split_once('(') {
            None => (item, ""),
            Some((name, rest)) => {
                let options = rest.strip_suffix(')').ok_or_else(|| unreadable(item))?;
                (name, options)
            }
        };
        let name = name.trim();
        let mut names = known.iter().copied();
        let name = names.find(|known| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
            GraphError::gateway(format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{}'.",
                kind.name
            ))
        })?;
        all.push(Expansion {
            name,
            mixed: Mixed::with(call, select(options)?.as_deref())?,
        });
    }
    Ok(all)
}

fn unreadable(item: &str) -> GraphError {
    GraphError::gateway(format!(
        "Parsing OData Select and Expand failed: '{item}' can't be read."
    ))
}

/// The items between the commas that stand in no parentheses.
fn items(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|item| !item.is_empty()).collect()
}

/// The names in `$select=…`, the only option that there is.
fn select(options: &str) -> Result<Option<Vec<&str>>, GraphError> {
    if options.trim().is_empty() {
        return Ok(None);
    }
    let unsupported = || {
        GraphError::unsupported_query(format!(
            "The options '{options}' are not supported within $expand."
        ))
    };
    let (name, list) = options.split_once('=').ok_or_else(unsupported)?;
    let name = name.trim();
    if !name.trim_start_matches('$').eq_ignore_ascii_case("select") || list.contains(';') {
        return Err(unsupported());
    }
    Ok(Some(list.split(',').map(str::trim).collect()))
}

/// Puts a user's related objects into the answer.
///
/// # Errors
/// The caller may not see them.
pub(crate) async fn into_user(
    call: &Call,
    expansions: &[Expansion<'_>],
    user: &User,
    body: &mut Map<String, Value>,
) -> Result<(), GraphError> {
    let who = UserRef::Id(user.id);
    for Expansion { name, mixed } in expansions {
        let refused = |refused| managers::error(call, &refused);
        let value: Value = match *name {
            "manager" => match call.service.show_manager(&call.caller, &who).await {
                Ok(manager) => mixed.member(&managers::shown(manager)).into(),
                // Nobody has no manager to show.
                Err(RelationError::NoManager) => continue,
                Err(other) => return Err(refused(other)),
            },
            "directReports" => {
                let found = call.service.list_reports(&call.caller, &who, None, MOST).await;
                let found = found.map_err(refused)?.into_iter();
                let body = |user| Value::Object(mixed.member(&managers::shown(user)));
                found.map(body).collect()
            }
            relation => {
                let holder = Holder::User(who.clone());
                containers(call, mixed, &holder, relation == "transitiveMemberOf").await?
            }
        };
        body.insert((*name).to_owned(), value);
    }
    Ok(())
}

/// Puts a group's related objects into the answer.
///
/// # Errors
/// The caller may not see them.
pub(crate) async fn into_group(
    call: &Call,
    expansions: &[Expansion<'_>],
    group: &Group,
    body: &mut Map<String, Value>,
) -> Result<(), GraphError> {
    for Expansion { name, mixed } in expansions {
        let refused = |refused| groups::error(call, &refused);
        let members = |found: Vec<MemberView>| -> Value {
            let most = usize::try_from(MOST).unwrap_or(usize::MAX);
            let bodies = found
                .iter()
                .take(most)
                .map(|member| Value::Object(mixed.member(member)));
            bodies.collect()
        };
        let value = match *name {
            "members" => {
                let found = call
                    .service
                    .list_members(&call.caller, group.id, None, MOST)
                    .await;
                match found {
                    // Of a group whose members are hidden the rest is shown.
                    Err(GroupError::Hidden) => members(Vec::new()),
                    found => members(found.map_err(refused)?),
                }
            }
            "owners" => {
                let found = call.service.list_owners(&call.caller, group.id).await;
                members(found.map_err(refused)?)
            }
            relation => {
                let holder = Holder::Group(group.id);
                containers(call, mixed, &holder, relation == "transitiveMemberOf").await?
            }
        };
        body.insert((*name).to_owned(), value);
    }
    Ok(())
}

async fn containers(
    call: &Call,
    mixed: &Mixed<'_>,
    holder: &Holder,
    transitive: bool,
) -> Result<Value, GraphError> {
    let refused = |refused| memberships::error(call, &refused);
    let found = call.service.containers_of(&call.caller, holder, transitive).await;
    let mut found = found.map_err(refused)?;
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let views = call.service.show_containers(&call.caller, &found).await;
    let views = views.map_err(refused)?;
    Ok(views
        .iter()
        .map(|view| Value::Object(mixed.container(view)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_told_apart() {
        assert_eq!(items("manager"), ["manager"]);
        assert_eq!(
            items("manager($select=id,mail), memberOf"),
            ["manager($select=id,mail)", "memberOf"]
        );
        assert_eq!(select("$select=id, mail").unwrap(), Some(vec!["id", "mail"]));
        assert_eq!(select("").unwrap(), None);
        for wrong in ["$levels=max", "$select=id;$top=1", "x"] {
            assert!(select(wrong).is_err(), "{wrong}");
        }
    }
}
