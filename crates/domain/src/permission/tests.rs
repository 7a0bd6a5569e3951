use super::*;
use crate::BUILT_IN_ROLES;

fn person(n: u8, roles: &[RoleId], scopes: &[P]) -> Caller {
    Caller::Person {
        id: UserId::from_bytes([n; 16]),
        upn: "root@example.com".into(),
        display_name: "Root".into(),
        user_type: UserType::Member,
        roles: roles.to_vec(),
        grant: Grant::Delegated(scopes.iter().copied().collect()),
        session: None,
    }
}

fn app(permissions: &[P], roles: &[RoleId]) -> Caller {
    Caller::Application {
        client_id: ClientId::from_bytes([9; 16]),
        service_principal_id: ServicePrincipalId::from_bytes([8; 16]),
        display_name: "App".into(),
        permissions: permissions.iter().copied().collect(),
        roles: roles.to_vec(),
    }
}

fn target(n: u8, roles: &[RoleId]) -> TargetUser {
    TargetUser {
        id: UserId::from_bytes([n; 16]),
        roles: roles.to_vec(),
        in_role_assignable_group: false,
    }
}

const TAP: &[P] = &[P::UserAuthMethodTAPReadWriteAll];

/// Sign-in contract 8.1 and 8.2, Graph contract 10.1: each built-in role as caller against each as target.
#[test]
fn issuing_and_deleting_follow_the_matrix() {
    let reachable_for_auth = [
        "Authentication Administrator",
        "Directory Readers",
        "Guest Inviter",
        "Message Center Reader",
        "Password Administrator",
        "Reports Reader",
        "User Experience Success Manager",
        "Usage Summary Reports Reader",
    ];
    for caller_role in BUILT_IN_ROLES {
        for target_role in BUILT_IN_ROLES {
            let expected = match caller_role.name {
                "Global Administrator" | "Privileged Authentication Administrator" => true,
                "Authentication Administrator" => reachable_for_auth.contains(&target_role.name),
                _ => false,
            };
            for action in [Action::IssuePass, Action::DeletePass] {
                let answer = may(
                    &person(1, &[caller_role.id], TAP),
                    action,
                    Some(&target(2, &[target_role.id])),
                );
                assert_eq!(
                    answer.is_ok(),
                    expected,
                    "{} {action:?} {}",
                    caller_role.name,
                    target_role.name
                );
            }
        }
        let manages = [
            "Global Administrator",
            "Privileged Authentication Administrator",
            "Authentication Administrator",
        ];
        let ordinary = may(
            &person(1, &[caller_role.id], TAP),
            Action::IssuePass,
            Some(&target(2, &[])),
        );
        assert_eq!(
            ordinary.is_ok(),
            manages.contains(&caller_role.name),
            "{} ordinary target",
            caller_role.name
        );
    }
}

#[test]
fn a_target_must_pass_with_every_role_it_holds() {
    let caller = person(1, &[AUTH], TAP);
    let both = target(2, &[RoleId::REPORTS_READER, RoleId::USER_ADMINISTRATOR]);
    assert_eq!(
        may(&caller, Action::IssuePass, Some(&both)).unwrap_err(),
        Denied::ProtectedTarget
    );
}

#[test]
fn unknown_roles_and_role_assignable_groups_protect() {
    let caller = person(1, &[AUTH], TAP);
    let custom = target(2, &[RoleId::from_bytes([77; 16])]);
    assert_eq!(
        may(&caller, Action::IssuePass, Some(&custom)).unwrap_err(),
        Denied::ProtectedTarget
    );
    let grouped = TargetUser {
        in_role_assignable_group: true,
        ..target(2, &[])
    };
    assert_eq!(
        may(&caller, Action::DeletePass, Some(&grouped)).unwrap_err(),
        Denied::ProtectedTarget
    );
    assert!(
        may(
            &person(1, &[PRIVILEGED_AUTH], TAP),
            Action::IssuePass,
            Some(&grouped)
        )
        .is_ok()
    );
}

#[test]
fn nobody_issues_a_pass_to_themselves() {
    for role in BUILT_IN_ROLES {
        let every_scope: Vec<_> = P::ALL.to_vec();
        let denied = may(
            &person(1, &[role.id], &every_scope),
            Action::IssuePass,
            Some(&target(1, &[role.id])),
        );
        assert_eq!(denied.unwrap_err(), Denied::Oneself, "{}", role.name);
    }
    let pages = Caller::Person {
        id: UserId::from_bytes([1; 16]),
        upn: String::new(),
        display_name: String::new(),
        user_type: UserType::Member,
        roles: vec![GLOBAL],
        grant: Grant::OwnPages,
        session: None,
    };
    assert_eq!(
        may(&pages, Action::IssuePass, Some(&target(1, &[]))).unwrap_err(),
        Denied::Oneself
    );
    assert!(may(&pages, Action::DeletePass, Some(&target(1, &[]))).is_ok());
    assert!(
        may(&pages, Action::DeletePass, Some(&target(2, &[]))).is_err(),
        "own pages reach nobody else"
    );
    assert!(may(&pages, Action::ListUsers, None).is_err());
}

#[test]
fn own_scopes_reach_only_oneself() {
    let caller = person(1, &[GLOBAL], &[P::UserAuthMethodTAPReadWrite]);
    assert!(may(&caller, Action::ReadPass, Some(&target(1, &[]))).is_ok());
    assert!(may(&caller, Action::DeletePass, Some(&target(1, &[]))).is_ok());
    assert_eq!(
        may(&caller, Action::ReadPass, Some(&target(2, &[]))).unwrap_err(),
        Denied::Permission
    );
    let reader = person(1, &[], &[P::UserAuthMethodTAPRead]);
    assert_eq!(
        may(&reader, Action::DeletePass, Some(&target(1, &[]))).unwrap_err(),
        Denied::Permission
    );
}

#[test]
fn people_need_scope_and_role() {
    let user = target(2, &[]);
    assert_eq!(
        may(&person(1, &[], TAP), Action::IssuePass, Some(&user)).unwrap_err(),
        Denied::Role
    );
    assert_eq!(
        may(&person(1, &[GLOBAL], &[]), Action::IssuePass, Some(&user)).unwrap_err(),
        Denied::Permission
    );
    let reader = person(1, &[RoleId::GLOBAL_READER], TAP);
    assert!(may(&reader, Action::ReadPass, Some(&target(2, &[GLOBAL]))).is_ok());
    assert_eq!(
        may(&reader, Action::IssuePass, Some(&user)).unwrap_err(),
        Denied::Role
    );
}

/// Graph contract 6.2: any member may read, guests not.
#[test]
fn guests_see_themselves_but_not_the_directory() {
    let guest = |roles: &[RoleId]| match person(1, roles, P::ALL) {
        Caller::Person {
            id,
            upn,
            display_name,
            roles,
            grant,
            session,
            ..
        } => Caller::Person {
            id,
            upn,
            display_name,
            user_type: UserType::Guest,
            roles,
            grant,
            session,
        },
        other => other,
    };
    for action in [Action::ListUsers, Action::ReadGroups, Action::ReadRoles] {
        assert_eq!(
            may(&guest(&[]), action, None).unwrap_err(),
            Denied::Role,
            "{action:?}"
        );
        let inviter = guest(&[RoleId::GUEST_INVITER]);
        assert_eq!(
            may(&inviter, action, None).unwrap_err(),
            Denied::Role,
            "{action:?}"
        );
        assert!(
            may(&guest(&[RoleId::DIRECTORY_READERS]), action, None).is_ok(),
            "{action:?}"
        );
        assert!(may(&person(1, &[], P::ALL), action, None).is_ok(), "{action:?}");
    }
    assert!(may(&guest(&[]), Action::ReadUser, Some(&target(1, &[]))).is_ok());
    let other = may(&guest(&[]), Action::ReadUser, Some(&target(2, &[])));
    assert_eq!(other.unwrap_err(), Denied::Role);
}

#[test]
fn applications_need_the_permission_alone_for_methods() {
    let admin = target(2, &[GLOBAL]);
    assert!(may(&app(TAP, &[]), Action::IssuePass, Some(&admin)).is_ok());
    assert_eq!(
        may(
            &app(&[P::UserAuthMethodTAPReadAll], &[]),
            Action::IssuePass,
            Some(&admin)
        )
        .unwrap_err(),
        Denied::Permission
    );
    assert_eq!(
        may(
            &app(&[P::UserAuthMethodTAPReadWrite], &[]),
            Action::ReadPass,
            Some(&admin)
        )
        .unwrap_err(),
        Denied::Permission,
        "own scopes are no application permissions"
    );
}

#[test]
fn sensitive_changes_protect_role_holders_from_applications() {
    let permission = &[P::UserReadWriteAll];
    assert!(may(&app(permission, &[]), Action::DeleteUser, Some(&target(2, &[]))).is_ok());
    let admin = target(2, &[RoleId::REPORTS_READER]);
    assert!(may(&app(permission, &[]), Action::DeleteUser, Some(&admin)).is_err());
    assert!(may(&app(permission, &[GLOBAL]), Action::DeleteUser, Some(&admin)).is_ok());
    assert!(may(&app(permission, &[]), Action::UpdateUser, Some(&admin)).is_ok());
}

/// Graph contract 10.3.
#[test]
fn sensitive_changes_follow_their_matrix() {
    let scopes = &[P::UserReadWriteAll];
    let allowed = |caller: RoleId, held: RoleId| {
        may(
            &person(1, &[caller], scopes),
            Action::UpdateUserSensitive,
            Some(&target(2, &[held])),
        )
        .is_ok()
    };
    assert!(allowed(AUTH, AUTH) && !allowed(RoleId::USER_ADMINISTRATOR, AUTH));
    assert!(
        !allowed(AUTH, RoleId::HELPDESK_ADMINISTRATOR)
            && allowed(RoleId::USER_ADMINISTRATOR, RoleId::HELPDESK_ADMINISTRATOR)
    );
    assert!(!allowed(RoleId::USER_ADMINISTRATOR, GLOBAL) && allowed(PRIVILEGED_AUTH, GLOBAL));
}

#[test]
fn only_the_right_roles_edit_and_read_the_policy() {
    let scopes = &[P::PolicyReadWriteAuthenticationMethod];
    for role in BUILT_IN_ROLES {
        let caller = person(1, &[role.id], scopes);
        let edits = ["Global Administrator", "Authentication Policy Administrator"].contains(&role.name);
        assert_eq!(
            may(&caller, Action::WritePolicy, None).is_ok(),
            edits,
            "{}",
            role.name
        );
        assert_eq!(
            may(&caller, Action::ReadPolicy, None).is_ok(),
            edits || role.name == "Global Reader",
            "{}",
            role.name
        );
    }
}

#[test]
fn the_console_may_do_all() {
    assert!(may(&Caller::Console, Action::IssuePass, Some(&target(2, &[GLOBAL]))).is_ok());
}

fn administrator(n: u8, role: &str) -> Caller {
    let role = BUILT_IN_ROLES.iter().find(|known| known.name == role).unwrap().id;
    Caller::Person {
        id: UserId::from_bytes([n; 16]),
        upn: "root@example.com".into(),
        display_name: "Root".into(),
        user_type: UserType::Member,
        roles: vec![role],
        grant: Grant::Portal,
        session: None,
    }
}

/// Graph contract 10.1, its four columns for passwords, row by row.
#[test]
fn passwords_and_sessions_follow_the_matrix() {
    let rows: &[(&[&str], &str)] = &[
        (
            &["Directory Readers", "Guest Inviter", "Password Administrator"],
            "AUHW",
        ),
        (&["Authentication Administrator"], "A"),
        (
            &[
                "Message Center Reader",
                "Reports Reader",
                "User Experience Success Manager",
                "Usage Summary Reports Reader",
            ],
            "AUH",
        ),
        (&["Helpdesk Administrator"], "UH"),
        (&["User Administrator", "Groups Administrator"], "U"),
    ];
    for (letter, role) in [
        ('A', "Authentication Administrator"),
        ('U', "User Administrator"),
        ('H', "Helpdesk Administrator"),
        ('W', "Password Administrator"),
        ('P', "Privileged Authentication Administrator"),
        ('G', "Global Administrator"),
        ('-', "Global Reader"),
    ] {
        let caller = administrator(1, role);
        let answers = |target: &TargetUser| {
            [Action::ResetPassword, Action::RevokeSessions]
                .map(|action| may(&caller, action, Some(target)).is_ok())
        };
        for held in BUILT_IN_ROLES {
            let who = rows.iter().find(|(names, _)| names.contains(&held.name));
            let reset = "PG".contains(letter) || who.is_some_and(|(_, letters)| letters.contains(letter));
            assert_eq!(
                answers(&target(2, &[held.id])),
                [reset, reset && letter != 'W'],
                "{role} and {}",
                held.name
            );
        }
        let plain = "AUHWPG".contains(letter);
        assert_eq!(
            answers(&target(2, &[])),
            [plain, plain && letter != 'W'],
            "{role}"
        );
        let protected = TargetUser {
            in_role_assignable_group: true,
            ..target(2, &[])
        };
        assert_eq!(answers(&protected), ["PG".contains(letter); 2], "{role}");
    }
}

/// Sign-in contract 6.8: the portal is for others; everyone's own affairs have pages of their own.
#[test]
fn the_portal_lets_administrators_in_and_keeps_them_off_their_own_account() {
    let root = administrator(1, "Global Administrator");
    assert!(may(&root, Action::OpenPortal, None).is_ok());
    for action in [
        Action::IssuePass,
        Action::DeletePass,
        Action::DeletePasskey,
        Action::DeleteTotp,
        Action::ResetPassword,
        Action::RevokeSessions,
        Action::UpdateUserSensitive,
        Action::DeleteUser,
    ] {
        assert!(may(&root, action, Some(&target(2, &[]))).is_ok(), "{action:?}");
        let own = may(&root, action, Some(&target(1, &[])));
        assert_eq!(own.unwrap_err(), Denied::Oneself, "{action:?}");
    }
    for nobody in ["Directory Readers", "Message Center Reader", "Guest Inviter"] {
        let denied = may(&administrator(1, nobody), Action::OpenPortal, None).unwrap_err();
        assert_eq!(denied, Denied::Role, "{nobody}");
    }
    let everything = app(
        &[P::DirectoryReadWriteAll, P::UserReadWriteAll],
        &[RoleId::GLOBAL_ADMINISTRATOR],
    );
    assert!(
        may(&everything, Action::OpenPortal, None).is_err(),
        "no application comes in"
    );
}
