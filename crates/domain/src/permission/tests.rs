use super::role_lists::{AUTH, GLOBAL, METHOD_READERS, PRIVILEGED_AUTH};
use super::*;
use crate::GraphPermission::{self as P};
use crate::{
    AuthorizationId, BUILT_IN_ROLES, ClientId, HeldRoles, RoleId, ServicePrincipalId, UnitId, UserId,
    UserType,
};

pub(super) fn person(n: u8, roles: &[RoleId], scopes: &[P]) -> Caller {
    Caller::Person {
        id: UserId::from_bytes([n; 16]),
        upn: "root@example.com".into(),
        display_name: "Root".into(),
        user_type: UserType::Member,
        roles: roles.to_vec().into(),
        grant: Grant::Delegated(Delegation {
            client: ClientId::from_bytes([9; 16]),
            authorization: AuthorizationId::from_bytes([7; 16]),
            scopes: scopes.iter().copied().collect(),
        }),
        session: None,
    }
}

pub(super) fn app(permissions: &[P], roles: &[RoleId]) -> Caller {
    Caller::Application {
        client_id: ClientId::from_bytes([9; 16]),
        service_principal_id: ServicePrincipalId::from_bytes([8; 16]),
        display_name: "App".into(),
        permissions: permissions.iter().copied().collect(),
        roles: roles.to_vec().into(),
        reaches_admins: true,
    }
}

pub(super) fn target(n: u8, roles: &[RoleId]) -> TargetUser {
    TargetUser {
        roles: roles.to_vec(),
        ..TargetUser::ordinary(UserId::from_bytes([n; 16]))
    }
}

pub(super) const TAP: &[P] = &[P::UserAuthMethodTAPReadWriteAll];

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
        roles: vec![GLOBAL].into(),
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
        roles: vec![role].into(),
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
        Action::WriteRequirements,
        Action::RequireRegistration,
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

const UNIT: UnitId = UnitId::from_bytes([50; 16]);
const OTHER_UNIT: UnitId = UnitId::from_bytes([51; 16]);

fn scoped(role: RoleId, units: &[UnitId]) -> Caller {
    let mut caller = person(1, &[], TAP);
    if let Caller::Person { roles, .. } = &mut caller {
        roles.units = units.iter().map(|unit| (role, *unit)).collect();
    }
    caller
}

fn in_units(n: u8, units: &[(UnitId, bool)]) -> TargetUser {
    TargetUser {
        units: units
            .iter()
            .map(|(id, restricted)| TargetUnit {
                id: *id,
                restricted: *restricted,
            })
            .collect(),
        ..target(n, &[])
    }
}

/// Sign-in contract 8.3.
#[test]
fn a_role_for_a_unit_reaches_its_direct_members_without_any_role() {
    let issue = |caller: &Caller, target: &TargetUser| may(caller, Action::IssuePass, Some(target)).map(drop);
    for role in [AUTH, PRIVILEGED_AUTH] {
        let caller = scoped(role, &[UNIT]);
        let inside = in_units(2, &[(UNIT, false), (OTHER_UNIT, false)]);
        assert_eq!(issue(&caller, &inside), Ok(()));
        assert_eq!(issue(&caller, &target(2, &[])), Err(Denied::ProtectedTarget));
        assert_eq!(
            issue(&caller, &in_units(2, &[(OTHER_UNIT, false)])),
            Err(Denied::ProtectedTarget)
        );
        for held in BUILT_IN_ROLES {
            let held = TargetUser {
                roles: vec![held.id],
                ..inside.clone()
            };
            assert_eq!(
                issue(&caller, &held),
                Err(Denied::ProtectedTarget),
                "{:?}",
                held.roles
            );
            assert!(may(&caller, Action::ReadPass, Some(&held)).is_err());
        }
        let grouped = TargetUser {
            in_role_assignable_group: true,
            ..inside.clone()
        };
        assert_eq!(issue(&caller, &grouped), Err(Denied::ProtectedTarget));
        assert!(may(&caller, Action::ReadPass, Some(&inside)).is_ok());
        // Nothing for the tenant.
        assert!(
            may(
                &scoped(RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR, &[UNIT]),
                Action::ReadPolicy,
                None
            )
            .is_err()
        );
    }
    assert_eq!(
        issue(
            &scoped(RoleId::HELPDESK_ADMINISTRATOR, &[UNIT]),
            &in_units(2, &[(UNIT, false)])
        ),
        Err(Denied::Role)
    );
}

#[test]
fn a_restricted_unit_keeps_its_members_from_all_other_roles() {
    let kept = in_units(2, &[(UNIT, true), (OTHER_UNIT, false)]);
    for role in BUILT_IN_ROLES {
        let caller = person(1, &[role.id], TAP);
        assert!(
            may(&caller, Action::IssuePass, Some(&kept)).is_err(),
            "{}",
            role.name
        );
        let sees = METHOD_READERS.contains(&role.id);
        assert_eq!(
            may(&caller, Action::ReadPass, Some(&kept)).is_ok(),
            sees,
            "{}",
            role.name
        );
    }
    let denied = |caller: &Caller| may(caller, Action::IssuePass, Some(&kept)).map(drop);
    assert_eq!(denied(&person(1, &[GLOBAL], TAP)), Err(Denied::RestrictedUnit));
    assert_eq!(denied(&scoped(AUTH, &[OTHER_UNIT])), Err(Denied::RestrictedUnit));
    assert_eq!(denied(&app(TAP, &[])), Err(Denied::Role));
    assert_eq!(denied(&app(TAP, &[GLOBAL])), Err(Denied::RestrictedUnit));
    assert_eq!(denied(&scoped(AUTH, &[UNIT])), Ok(()));
    assert_eq!(
        denied(&scoped(AUTH, &[OTHER_UNIT, UNIT])),
        Ok(()),
        "several assignments add up"
    );
    let in_both = in_units(2, &[(UNIT, true), (OTHER_UNIT, true)]);
    assert!(may(&scoped(AUTH, &[OTHER_UNIT]), Action::IssuePass, Some(&in_both)).is_ok());
    // Their own affairs stay their own, and the console may do all.
    let own = person(2, &[], &[P::UserAuthMethodTAPReadWrite]);
    assert!(may(&own, Action::DeletePass, Some(&kept)).is_ok());
    assert!(may(&Caller::Console, Action::IssuePass, Some(&kept)).is_ok());
}

#[test]
fn roles_for_tenant_and_units_add_up() {
    let mut caller = person(1, &[RoleId::GLOBAL_READER], TAP);
    if let Caller::Person { roles, .. } = &mut caller {
        *roles = HeldRoles {
            units: vec![(AUTH, UNIT)],
            ..roles.clone()
        };
    }
    let (inside, outside) = (in_units(2, &[(UNIT, false)]), target(3, &[]));
    assert!(may(&caller, Action::IssuePass, Some(&inside)).is_ok());
    assert!(may(&caller, Action::IssuePass, Some(&outside)).is_err());
    assert!(
        may(&caller, Action::ReadPass, Some(&outside)).is_ok(),
        "the role for the tenant"
    );
}

#[test]
fn a_role_for_a_restricted_unit_protects_its_holder() {
    let holder = TargetUser {
        has_role_in_restricted_unit: true,
        ..target(2, &[AUTH])
    };
    assert!(
        may(
            &person(1, &[AUTH], TAP),
            Action::IssuePass,
            Some(&target(2, &[AUTH]))
        )
        .is_ok()
    );
    assert_eq!(
        may(&person(1, &[AUTH], TAP), Action::IssuePass, Some(&holder)).unwrap_err(),
        Denied::ProtectedTarget
    );
    assert!(
        may(
            &person(1, &[PRIVILEGED_AUTH], TAP),
            Action::IssuePass,
            Some(&holder)
        )
        .is_ok()
    );
}

/// Sign-in contract 8.1: `apps_may_act_on_admins`.
#[test]
fn a_tenant_may_keep_applications_from_administrators() {
    let mut caller = app(TAP, &[]);
    if let Caller::Application { reaches_admins, .. } = &mut caller {
        *reaches_admins = false;
    }
    let issue = |target: &TargetUser| may(&caller, Action::IssuePass, Some(target)).map(drop);
    assert_eq!(issue(&target(2, &[])), Ok(()));
    for held in BUILT_IN_ROLES {
        assert_eq!(issue(&target(2, &[held.id])), Err(Denied::Role), "{}", held.name);
    }
    let grouped = TargetUser {
        in_role_assignable_group: true,
        ..target(2, &[])
    };
    assert_eq!(issue(&grouped), Err(Denied::Role));
}

#[test]
fn a_permission_that_counts_beside_another_needs_it() {
    let target = target(2, &[]);
    let switch =
        |permissions: &[P]| may(&app(permissions, &[]), Action::SwitchAccount, Some(&target)).is_ok();
    assert!(!switch(&[P::UserEnableDisableAccountAll]));
    assert!(switch(&[P::UserEnableDisableAccountAll, P::UserReadAll]));
    assert!(switch(&[P::UserReadWriteAll]));
}
