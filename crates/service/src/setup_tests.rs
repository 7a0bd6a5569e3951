use latchkey_domain::{PermissionSet, RoleId, Upn};
use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::testing::{World, tenant};
use crate::{NewTenant, SetupError, create_tenant};

#[tokio::test]
async fn a_tenant_is_made_once_with_all_that_is_needed() {
    let world = World::new().await;
    let store = &world.service.store;
    let again = create_tenant(tenant(
        store,
        &world.master_keys,
        &world.hash_pool,
        &world.random,
        &*world.clock,
    ))
    .await;
    assert!(matches!(again, Err(SetupError::TenantExists)));
    let mut reader = store.read().await.unwrap();
    let made = reader.tenant().await.unwrap().unwrap();
    assert_eq!(
        (made.id, made.default_domain.as_str()),
        (world.first.tenant, "example.com")
    );
    assert!(reader.policy().await.unwrap().is_enabled());
    let admin = reader
        .user_by_id(world.first.administrator)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(admin.upn.as_str(), "Admin@example.com");
    let roles = reader.roles_of(admin.id.into()).await.unwrap();
    assert_eq!(roles, [RoleId::GLOBAL_ADMINISTRATOR]);
    let pass = reader.pass_of(admin.id).await.unwrap().unwrap().pass;
    assert!(pass.one_time && pass.from_console && pass.end() == world.first.pass_end);
    let standing = reader.application(world.first.client_id).await.unwrap().unwrap();
    let application = &standing.application;
    assert_eq!(
        application.permissions,
        PermissionSet::every_application_permission()
    );
    assert!(reader.password_verifier(admin.id).await.unwrap().is_none());

    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let empty = database.open().await;
    let foreign = NewTenant {
        administrator: Upn::parse("admin@other.example").unwrap(),
        ..tenant(
            &empty,
            &world.master_keys,
            &world.hash_pool,
            &world.random,
            &*world.clock,
        )
    };
    assert!(matches!(
        create_tenant(foreign).await,
        Err(SetupError::ForeignAdministrator(_))
    ));
    let no_domain = NewTenant {
        domain: "exa mple".to_owned(),
        ..tenant(
            &empty,
            &world.master_keys,
            &world.hash_pool,
            &world.random,
            &*world.clock,
        )
    };
    assert!(matches!(
        create_tenant(no_domain).await,
        Err(SetupError::Domain(_))
    ));
    assert!(
        empty.read().await.unwrap().tenant().await.unwrap().is_none(),
        "nothing was changed"
    );
}
