//! `docs/permissions.md`: written from the rules themselves, and checked to be current.
//!
//! `LATCHKEY_WRITE_DOCS=1 cargo test -p latchkey-domain page` writes it anew.

use std::fmt::Write as _;

use super::rules::beside;
use super::tests::{person, target};
use super::*;
use crate::GraphPermission::{self as P};
use crate::{BUILT_IN_ROLES, RoleId, UNIT_ROLES};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");

const HEAD: &str = "# Who may do what

This page is written by a test from the rules in `crates/domain/src/permission/`; it can't be out of date.

A person's request needs a delegated scope **and**, unless it is aimed at themselves with a scope for that, a directory
role that reaches the target. An application in its own name needs the application permission alone. Somebody at the
machine's own console may do all. A refusal says nothing about which of these was missing.

## Permissions and roles for each action

One permission of a cell suffices; where it says \"beside\", one of those behind it must be held, too. \"own\" are the scopes that suffice for oneself only.

";

const REACH: &str = "
## Whom a role reaches

A target with several roles must pass in every one of its rows. Nobody makes a pass for themselves or resets their own
password this way.

";

const REST: &str = "
## Administrative units

A role that is given for a unit reaches its **direct** members, and of these only who holds no role at all and is in no
role-assignable group, whatever the role reaches in the tenant. It does nothing for the tenant as a whole. Several
assignments add up. Roles that can be given for a unit: ";

const RESTRICTED: &str = ".

Who is in a **restricted-management unit** can be changed only by somebody whose role is given for that unit (or for
another restricted unit that holds them): not by roles for the tenant, the Global Administrator's included, not by roles
for ordinary units, not by application permissions. Seeing stays allowed. A Global or Privileged Role Administrator may
give themselves a role for the unit, which is in the audit log.

## Applications

An application's permission reaches administrators, too, as in Entra ID; such a change is marked in the audit log. The
option `applications.may_act_on_admins = false` keeps applications without a directory role of their own from them. Sensitive
actions on somebody who holds a role always ask the application for a directory role that reaches the target.

An application that holds a directory role or a permission in its own name, or is in or owns a role-assignable group, is
changed only by who gives roles: a Global or Privileged Role Administrator, or an application with such a role; where it
holds permissions alone, also by an application that has them all.
";

fn names(permissions: &[P]) -> String {
    let names: Vec<_> = permissions
        .iter()
        .map(|permission| match beside(*permission) {
            None => format!("`{permission}`"),
            Some(other) => format!("`{permission}` with `{other}`"),
        })
        .collect();
    if names.is_empty() {
        "–".to_owned()
    } else {
        names.join(", ")
    }
}

fn roles(rule: &RoleRule) -> String {
    let list = |roles: &[RoleId]| {
        let names: Vec<_> = roles.iter().map(|role| format!("{role:?}")).collect();
        names.join(", ")
    };
    match rule {
        RoleRule::AnyMember => "anyone signed in".to_owned(),
        RoleRule::OneOf(roles) => list(roles),
        RoleRule::Reaching(table) | RoleRule::ReachingForAll(table) => {
            let known: Vec<_> = table.iter().map(|(role, _)| *role).collect();
            format!("{}, where they reach the target", list(&known))
        }
    }
}

fn page() -> String {
    let mut text = HEAD.to_owned();
    text.push_str("| action | own | people's applications | applications | roles of the person |\n|---|---|---|---|---|\n");
    for (action, words) in Action::ALL {
        let beside = action.beside().map(rule);
        let rule = rule(*action);
        let column = |own: &[P], other: Option<&[P]>| match other {
            Some(other) => format!("{} beside {}", names(own), names(other)),
            None => names(own),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            words.trim().trim_end_matches('.'),
            names(rule.own),
            column(rule.delegated, beside.as_ref().map(|other| other.delegated)),
            column(rule.application, beside.as_ref().map(|other| other.application)),
            roles(&rule.roles)
        );
    }
    text.push_str(REACH);
    let columns = [
        (
            "methods, passes among them",
            Action::IssuePass,
            P::UserAuthMethodTAPReadWriteAll,
        ),
        (
            "password",
            Action::ResetPassword,
            P::UserAuthenticationMethodReadWriteAll,
        ),
        (
            "sensitive changes, deletion",
            Action::DeleteUser,
            P::UserReadWriteAll,
        ),
    ];
    text.push_str("| the target holds |");
    for (column, ..) in columns {
        let _ = write!(text, " {column} |");
    }
    text.push_str("\n|---|---|---|---|\n");
    let mut targets = vec![("no role".to_owned(), target(2, &[]))];
    targets.extend(
        BUILT_IN_ROLES
            .iter()
            .map(|role| (role.name.to_owned(), target(2, &[role.id]))),
    );
    targets.push((
        "any other role".to_owned(),
        target(2, &[RoleId::from_bytes([77; 16])]),
    ));
    let grouped = TargetUser {
        in_role_assignable_group: true,
        ..target(2, &[])
    };
    targets.push((
        "no role, but is in or owns a role-assignable group".to_owned(),
        grouped,
    ));
    let scoped = TargetUser {
        has_role_in_restricted_unit: true,
        ..target(2, &[RoleId::DIRECTORY_READERS])
    };
    targets.push(("a role for a restricted-management unit".to_owned(), scoped));
    for (name, target) in targets {
        let _ = write!(text, "| {name} |");
        for (_, action, scope) in columns {
            let reaching: Vec<_> = BUILT_IN_ROLES
                .iter()
                .filter(|role| may(&person(1, &[role.id], &[scope]), action, Some(&target)).is_ok())
                .map(|role| role.name)
                .collect();
            let _ = write!(text, " {} |", reaching.join(", "));
        }
        text.push('\n');
    }
    text.push_str(REST);
    let unit_roles: Vec<_> = UNIT_ROLES.iter().map(|role| format!("{role:?}")).collect();
    text.push_str(&unit_roles.join(", "));
    text.push_str(RESTRICTED);
    text
}

#[test]
fn the_page_is_current() {
    let page = page();
    if std::env::var_os("LATCHKEY_WRITE_DOCS").is_some() {
        std::fs::write(PATH, &page).unwrap();
    }
    let stored = std::fs::read_to_string(PATH).unwrap();
    assert!(
        stored == page,
        "docs/permissions.md is not what the rules say: write it anew"
    );
}
