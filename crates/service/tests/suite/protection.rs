//! Who is protected stays protected: groups that roles may be given to, and the last administrator.

use latchkey_domain::{Caller, PassRefusal, RoleId, RoleScope, UserId, UserRef};
use latchkey_service::{Belonging, ConsolePassError, GroupError, GroupWish, RoleError, UserError, UserWish};
use latchkey_store::RoleAssignmentFilter;
use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::World;

async fn world() -> (TestDatabase, World) {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let world = World::on(&database.url).await;
    (database, world)
}

fn id(user: &UserRef) -> UserId {
    match user {
        UserRef::Id(id) => *id,
        UserRef::Name(_) => panic!("not an id"),
    }
}

#[tokio::test]
async fn a_role_assignable_group_takes_no_groups() {
    let (_database, world) = world().await;
    let group = |name: &'static str, role_assignable| {
        let world = &world;
        async move {
            let wish = GroupWish {
                display_name: Some(name.to_owned()),
                mail_nickname: Some(name.to_owned()),
                role_assignable: Some(role_assignable),
                ..Default::default()
            };
            world
                .service
                .create_group(&Caller::Console, &world.info(), wish)
                .await
                .unwrap()
                .id
        }
    };
    let (admins, ordinary, other) = (
        group("admins", true).await,
        group("staff", false).await,
        group("other", false).await,
    );
    let join = |group, inner: latchkey_domain::GroupId| {
        let inner = UserId::from_bytes(*inner.as_bytes());
        let world = &world;
        async move {
            world
                .service
                .join_group(&Caller::Console, &world.info(), group, Belonging::Member, inner)
                .await
        }
    };
    let refused = join(admins, ordinary).await.unwrap_err();
    assert!(matches!(refused, GroupError::NestedInRoleAssignable), "{refused}");
    join(other, ordinary).await.unwrap();
}

#[tokio::test]
async fn a_disabled_administrator_is_none() {
    let (_database, world) = world().await;
    let root = UserRef::parse("root@example.com").unwrap();
    let second = world.user("second@example.com").await;
    let (service, console) = (&world.service, Caller::Console);
    let role = RoleId::GLOBAL_ADMINISTRATOR;
    service
        .assign_role(
            &console,
            &world.info(),
            role,
            id(&second).into(),
            RoleScope::Tenant,
        )
        .await
        .unwrap();
    let enabled = |on| UserWish {
        account_enabled: Some(on),
        ..Default::default()
    };
    service
        .update_user(&console, &world.info(), &second, enabled(false))
        .await
        .unwrap();

    let refused = service
        .update_user(&console, &world.info(), &root, enabled(false))
        .await
        .unwrap_err();
    assert!(matches!(refused, UserError::LastAdministrator), "{refused}");
    let refused = service
        .delete_user(&console, &world.info(), &root)
        .await
        .unwrap_err();
    assert!(matches!(refused, UserError::LastAdministrator), "{refused}");
    let root_id = service.show_user(&console, &root).await.unwrap().id;
    let held = service
        .list_role_assignments(
            &console,
            &RoleAssignmentFilter {
                principal: Some(root_id.into()),
                role: Some(role),
                scope: None,
            },
        )
        .await
        .unwrap();
    let refused = service
        .unassign_role(&console, &world.info(), held[0].id)
        .await
        .unwrap_err();
    assert!(matches!(refused, RoleError::LastAdministrator), "{refused}");

    service
        .update_user(&console, &world.info(), &second, enabled(true))
        .await
        .unwrap();
    service
        .update_user(&console, &world.info(), &root, enabled(false))
        .await
        .unwrap();
}

/// At the console the policy says nothing, the account does: a pass that lets nobody in must not void one that does.
#[tokio::test]
async fn the_console_issues_no_pass_that_can_not_work() {
    let (_database, world) = world().await;
    let wish = |name: &str| UserWish {
        upn: Some(name.to_owned()),
        display_name: Some("Somebody".to_owned()),
        mail_nickname: Some("somebody".to_owned()),
        account_enabled: Some(true),
        without_password: true,
        ..UserWish::default()
    };
    let make = |name: &'static str| {
        let world = &world;
        async move {
            let info = world.info();
            let made = world.service.create_user(&Caller::Console, &info, wish(name));
            UserRef::Id(made.await.unwrap().id)
        }
    };
    let guest = make("ada_other.com#EXT#@example.com").await;
    let info = world.info();
    let refused = world.service.issue_console_pass(&info, &guest).await.unwrap_err();
    assert!(
        matches!(refused, ConsolePassError::Refused(PassRefusal::ExternalGuest)),
        "{refused}"
    );

    let eve = make("eve@example.com").await;
    let before = world.service.issue_console_pass(&info, &eve).await.unwrap();
    let off = UserWish {
        account_enabled: Some(false),
        ..UserWish::default()
    };
    world
        .service
        .update_user(&Caller::Console, &info, &eve, off)
        .await
        .unwrap();
    let refused = world.service.issue_console_pass(&info, &eve).await.unwrap_err();
    assert!(matches!(refused, ConsolePassError::Disabled), "{refused}");
    let kept = world.service.show_pass(&Caller::Console, &eve).await.unwrap();
    assert_eq!(kept.unwrap().pass.id, before.view.pass.id);
}
