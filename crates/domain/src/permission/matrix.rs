//! The contract's table of who may do what to whom, and all its cells tried: each role, each kind of target, seeing,
//! making and deleting, by people and by applications, on others and on oneself.
//!
//! It is written here once more, apart from the rules, so that a slip in either shows.

use super::tests::{app, person, target};
use super::*;
use crate::{BUILT_IN_ROLES, GraphPermission as P, RoleId, UnitId, UserId};

/// What the target holds, and which roles reach it: for authentication methods, for passwords (Graph contract 10.1)
/// and for sensitive actions (10.3). `A` Authentication Administrator, `P` Privileged Authentication Administrator,
/// `G` Global Administrator, `U` User Administrator, `H` Helpdesk Administrator, `W` Password Administrator. No other
/// role reaches anyone.
const TABLE: &str = "
no role                                 | A P G | A P G U H W | A P G U
Directory Readers                       | A P G | A P G U H W | A P G U
Guest Inviter                           | A P G | A P G U H W | A P G U
Password Administrator                  | A P G | A P G U H W | A P G U
Authentication Administrator            | A P G | A P G       | A P G
Message Center Reader                   | A P G | A P G U H   | A P G U
Reports Reader                          | A P G | A P G U H   | A P G U
User Experience Success Manager         | A P G | A P G U H   | A P G U
Usage Summary Reports Reader            | A P G | A P G U H   | A P G U
Helpdesk Administrator                  | P G   | P G U H     | P G U
User Administrator                      | P G   | P G U       | P G U
Groups Administrator                    | P G   | P G U       | P G U
Global Administrator                    | P G   | P G         | P G
Privileged Authentication Administrator | P G   | P G         | P G
Privileged Role Administrator           | P G   | P G         | P G
Authentication Policy Administrator     | P G   | P G         | P G
Global Reader                           | P G   | P G         | P G
Security Reader                         | P G   | P G         | P G
Security Administrator                  | P G   | P G         | P G
Security Operator                       | P G   | P G         | P G
Directory Writers                       | P G   | P G         | P G
License Administrator                   | P G   | P G         | P G
Application Administrator               | P G   | P G         | P G
Cloud Application Administrator         | P G   | P G         | P G
Application Developer                   | P G   | P G         | P G
Conditional Access Administrator        | P G   | P G         | P G
Lifecycle Workflows Administrator       | P G   | P G         | P G
Identity Governance Administrator       | P G   | P G         | P G
a role that is not built in             | P G   | P G         | P G
in or owner of a role-assignable group  | P G   | P G         | P G
a role for a restricted unit            | P G   | P G         | P G
in a restricted unit                    |       |             |
";

/// Who sees passes and methods, whatever the target is (sign-in contract 8.1).
const READERS: &[&str] = &[
    "Global Administrator",
    "Privileged Authentication Administrator",
    "Authentication Administrator",
    "Global Reader",
];

/// Actions, the column that says who reaches whom, and a permission of people and one of applications that suffices.
const ACTIONS: &[(Action, Column, P, Option<P>)] = {
    use Column::{Methods, Passwords, Seeing, Sensitive};
    const TAP: P = P::UserAuthMethodTAPReadWriteAll;
    const ALL: P = P::UserAuthenticationMethodReadWriteAll;
    const USER: P = P::UserReadWriteAll;
    const POLICY: P = P::PolicyReadWriteAuthenticationMethod;
    &[
        (
            Action::ReadPass,
            Seeing,
            P::UserAuthMethodTAPReadAll,
            Some(P::UserAuthMethodTAPReadAll),
        ),
        (Action::IssuePass, Methods, TAP, Some(TAP)),
        (Action::DeletePass, Methods, TAP, Some(TAP)),
        (Action::ReadMethods, Seeing, ALL, Some(ALL)),
        (
            Action::ReadPasswords,
            Seeing,
            P::UserAuthMethodPasswordReadAll,
            Some(P::UserAuthMethodPasswordReadAll),
        ),
        (
            Action::ReadPasskeys,
            Seeing,
            P::UserAuthMethodPasskeyReadAll,
            Some(P::UserAuthMethodPasskeyReadAll),
        ),
        (
            Action::ReadTotpApps,
            Seeing,
            P::UserAuthMethodSoftwareOATHReadWriteAll,
            Some(P::UserAuthMethodSoftwareOATHReadWriteAll),
        ),
        (Action::AddPasskey, Methods, ALL, Some(ALL)),
        (Action::DeletePasskey, Methods, ALL, Some(ALL)),
        (Action::DeleteTotp, Methods, ALL, Some(ALL)),
        (Action::WriteSignInPreferences, Methods, ALL, Some(ALL)),
        (Action::WriteRequirements, Methods, POLICY, Some(POLICY)),
        (Action::RequireRegistration, Methods, ALL, Some(ALL)),
        (Action::ResetPassword, Passwords, ALL, None),
        (Action::UpdateUserSensitive, Sensitive, USER, Some(USER)),
        (Action::SwitchAccount, Sensitive, USER, Some(USER)),
        (
            Action::WritePasswordProfile,
            Sensitive,
            P::UserPasswordProfileReadWriteAll,
            Some(P::UserPasswordProfileReadWriteAll),
        ),
        (Action::DeleteUser, Sensitive, USER, Some(USER)),
    ]
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Methods,
    Passwords,
    Sensitive,
    Seeing,
}

struct Row {
    name: &'static str,
    target: TargetUser,
    cells: [Vec<&'static str>; 3],
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let mut cells = line.split('|').map(str::trim);
        let name = cells.next().unwrap();
        let mut cell = || {
            cells
                .next()
                .unwrap()
                .split(' ')
                .filter(|c| !c.is_empty())
                .map(role_of)
                .collect()
        };
        Row {
            name,
            target: target_named(name),
            cells: [cell(), cell(), cell()],
        }
    };
    TABLE.trim().lines().map(row).collect()
}

fn role_of(letter: &str) -> &'static str {
    match letter {
        "A" => "Authentication Administrator",
        "P" => "Privileged Authentication Administrator",
        "G" => "Global Administrator",
        "U" => "User Administrator",
        "H" => "Helpdesk Administrator",
        "W" => "Password Administrator",
        other => panic!("{other}"),
    }
}

fn target_named(name: &str) -> TargetUser {
    let plain = target(2, &[]);
    match name {
        "no role" => plain,
        "a role that is not built in" => target(2, &[RoleId::from_bytes([77; 16])]),
        "in or owner of a role-assignable group" => TargetUser {
            in_role_assignable_group: true,
            ..plain
        },
        "a role for a restricted unit" => TargetUser {
            has_role_in_restricted_unit: true,
            ..target(2, &[RoleId::DIRECTORY_READERS])
        },
        "in a restricted unit" => {
            let unit = TargetUnit {
                id: UnitId::from_bytes([9; 16]),
                restricted: true,
            };
            TargetUser {
                units: vec![unit],
                ..plain
            }
        }
        role => {
            let known = BUILT_IN_ROLES.iter().find(|known| known.name == role);
            target(2, &[known.unwrap_or_else(|| panic!("{role}")).id])
        }
    }
}

impl Row {
    fn reached_by(&self, role: &str, column: Column) -> bool {
        let [methods, passwords, sensitive] = &self.cells;
        match column {
            Column::Methods => methods.contains(&role),
            Column::Passwords => passwords.contains(&role),
            Column::Sensitive => sensitive.contains(&role),
            Column::Seeing => READERS.contains(&role),
        }
    }
}

#[test]
fn the_table_has_every_role_as_target() {
    let rows = rows();
    for role in BUILT_IN_ROLES {
        assert_eq!(
            rows.iter().filter(|row| row.name == role.name).count(),
            1,
            "{}",
            role.name
        );
    }
    assert_eq!(rows.len(), BUILT_IN_ROLES.len() + 5);
}

#[test]
fn people_reach_whom_the_table_says() {
    for row in rows() {
        for (action, column, scope, _) in ACTIONS {
            let mut roles: Vec<(&str, Vec<RoleId>)> =
                BUILT_IN_ROLES.iter().map(|r| (r.name, vec![r.id])).collect();
            roles.push(("no role", Vec::new()));
            for (name, held) in roles {
                let words = format!("{name} {action:?} {}", row.name);
                let expected = row.reached_by(name, *column);
                let answer = may(&person(1, &held, &[*scope]), *action, Some(&row.target));
                assert_eq!(answer.is_ok(), expected, "{words}");
                let without = may(&person(1, &held, &[P::UserRead]), *action, Some(&row.target));
                assert_eq!(
                    without.unwrap_err(),
                    Denied::Permission,
                    "{words}, without the scope"
                );
            }
        }
    }
}

/// Application permissions reach everyone (sign-in contract 8.1), except that sensitive actions on somebody with a
/// role ask for a role of the application, too (Graph contract 10.3), and except restricted units.
#[test]
fn applications_reach_whom_their_permission_and_roles_say() {
    for row in rows() {
        for (action, column, _, permission) in ACTIONS {
            for role in BUILT_IN_ROLES {
                let words = format!("{} {action:?} {}", role.name, row.name);
                let Some(permission) = permission else {
                    let denied = may(&app(P::ALL, &[role.id]), *action, Some(&row.target)).unwrap_err();
                    assert_eq!(denied, Denied::Permission, "{words}: for people only");
                    continue;
                };
                let alone = match column {
                    Column::Seeing => true,
                    Column::Sensitive => row.name == "no role",
                    Column::Methods | Column::Passwords => row.name != "in a restricted unit",
                };
                let expected = alone || row.reached_by(role.name, *column);
                let answer = may(&app(&[*permission], &[role.id]), *action, Some(&row.target));
                assert_eq!(answer.is_ok(), expected, "{words}");
                let alone_answer = may(&app(&[*permission], &[]), *action, Some(&row.target));
                assert_eq!(alone_answer.is_ok(), alone, "{words}, without a role");
                let without = may(&app(&[P::UserRead], &[role.id]), *action, Some(&row.target));
                assert_eq!(
                    without.unwrap_err(),
                    Denied::Permission,
                    "{words}, without the permission"
                );
            }
        }
    }
}

/// On oneself: one's methods may be seen and deleted, with the narrow scope too; nobody makes a pass or resets a
/// password for themselves.
#[test]
fn people_reach_themselves_as_the_contract_says() {
    for row in rows() {
        let oneself = TargetUser {
            id: UserId::from_bytes([1; 16]),
            ..row.target.clone()
        };
        for (action, column, scope, _) in ACTIONS {
            for role in BUILT_IN_ROLES {
                let words = format!("{} {action:?} oneself, {}", role.name, row.name);
                let answer = may(&person(1, &[role.id], &[*scope]), *action, Some(&oneself));
                match action {
                    Action::IssuePass
                    | Action::ResetPassword
                    | Action::WriteRequirements
                    | Action::RequireRegistration => {
                        assert_eq!(answer.unwrap_err(), Denied::Oneself, "{words}");
                    }
                    Action::UpdateUserSensitive
                    | Action::SwitchAccount
                    | Action::WritePasswordProfile
                    | Action::DeleteUser => {
                        assert_eq!(answer.is_ok(), row.reached_by(role.name, *column), "{words}");
                    }
                    _ => {
                        assert!(answer.is_ok(), "{words}");
                        let narrow = person(1, &[], &[P::UserAuthenticationMethodReadWrite]);
                        assert!(
                            may(&narrow, *action, Some(&oneself)).is_ok(),
                            "{words}, narrow scope"
                        );
                        assert!(
                            may(&narrow, *action, Some(&target(3, &[]))).is_err(),
                            "{words}, others"
                        );
                    }
                }
            }
        }
    }
}
