//! What a connection remembers is forgotten with the next change, by this program or another one on the same database.

use latchkey_domain::{
    Activity, AppId, AppSecret, Application, AskedFor, Authorization, AuthorizationEnd, AuthorizationId,
    ClientId, ClientRegistration, KeyThumbprint, PermissionSet, Platform, PrincipalId, RoleAssignment,
    RoleAssignmentId, RoleId, RoleScope, SecretId, ServicePrincipalId, SessionMethod,
};

use crate::Store;
use crate::fixtures::{NOW, add_user, change, event, id, open_session, permit, session, user, user_id};
use crate::testing::{TestDatabase, TestEngine};

fn client() -> ClientId {
    ClientId::from_bytes(id(1))
}

fn authorization() -> AuthorizationId {
    AuthorizationId::from_bytes(id(4))
}

fn secret() -> AppSecret {
    AppSecret {
        id: SecretId::from_bytes(id(5)),
        client_id: client(),
        display_name: None,
        hash: [5; 32],
        hint: "abc".to_owned(),
        start_at: NOW,
        end_at: NOW,
    }
}

/// What the person's tokens stand on.
fn stored_authorization() -> Authorization {
    let session = session(1, 1, SessionMethod::Password, None);
    Authorization {
        id: authorization(),
        client_id: client(),
        user_id: user_id(1),
        session_id: session.id,
        method: session.method,
        pass: None,
        authenticated_at: NOW,
        created_at: NOW,
        fixed_end: None,
        ended: None,
        offline: false,
        asked: AskedFor {
            audience: "a".to_owned(),
            platform: Platform::Web,
            scope: "openid".to_owned(),
            nonce: None,
            auth_time: false,
            acr: false,
            handles_challenges: false,
            key: None,
        },
    }
}

/// An application with a secret, and somebody who is signed in to it.
async fn fill(store: &Store) {
    let application = Application {
        id: AppId::from_bytes(id(2)),
        client_id: client(),
        service_principal_id: ServicePrincipalId::from_bytes(id(3)),
        display_name: "App".to_owned(),
        enabled: true,
        permissions: PermissionSet::EMPTY,
        created_at: NOW,
    };
    store
        .write_with(application, |w, application| {
            Box::pin(async move {
                let added = event(Activity::AddApplication);
                w.insert_application(&permit(), application, Some(&secret()), &added)
                    .await
            })
        })
        .await
        .unwrap();
    add_user(store, user(1, "ada@example.com")).await.unwrap();
    let session = session(1, 1, SessionMethod::Password, None);
    open_session(store, session, 1).await.unwrap();
    store
        .write_with(stored_authorization(), |w, authorization| {
            Box::pin(async move { w.insert_authorization(authorization).await })
        })
        .await
        .unwrap();
}

/// What is read at each request, in short.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    enabled: bool,
    secrets: usize,
    bound_tokens_only: bool,
    stands: bool,
    roles: usize,
}

async fn seen(store: &Store) -> Seen {
    let mut reader = store.read().await.unwrap();
    let application = reader.application(client()).await.unwrap().unwrap();
    let registration = reader.registration(client()).await.unwrap().unwrap();
    let standing = reader.authorization(authorization()).await.unwrap().unwrap();
    let principal = PrincipalId::from(user_id(1));
    Seen {
        enabled: application.application.enabled,
        secrets: reader.app_secrets(client()).await.unwrap().len(),
        bound_tokens_only: registration.bound_tokens_only,
        stands: standing.authorization.ended.is_none(),
        roles: reader.held_roles(principal).await.unwrap().tenant.len(),
    }
}

#[tokio::test]
async fn a_change_by_any_program_is_seen_by_the_next_reader_of_each() {
    for &engine in TestEngine::all() {
        let database = TestDatabase::new(engine).await;
        let (here, there) = (database.open().await, database.open().await);
        fill(&here).await;
        let mut expected = Seen {
            enabled: true,
            secrets: 1,
            bound_tokens_only: false,
            stands: true,
            roles: 0,
        };
        // Twice each, so that the second answer may come from memory.
        for store in [&here, &there, &here, &there] {
            assert_eq!(seen(store).await, expected, "{engine:?}");
        }

        let assignment = RoleAssignment {
            id: RoleAssignmentId::from_bytes(id(6)),
            role: RoleId::GLOBAL_READER,
            principal: user_id(1).into(),
            scope: RoleScope::Tenant,
            created_at: NOW,
        };
        there
            .write_with(assignment, |w, assignment| {
                Box::pin(async move {
                    let event = event(Activity::AddMemberToRole);
                    w.insert_role_assignment(&permit(), assignment, &event).await
                })
            })
            .await
            .unwrap();
        expected.roles = 1;
        for store in [&here, &there] {
            assert_eq!(seen(store).await, expected, "{engine:?}: a role");
        }

        let bound = ClientRegistration {
            bound_tokens_only: true,
            ..ClientRegistration::default()
        };
        here.write_with(bound, |w, bound| {
            Box::pin(async move {
                let event = event(Activity::UpdateApplication);
                w.save_registration(&permit(), client(), bound, &event).await
            })
        })
        .await
        .unwrap();
        expected.bound_tokens_only = true;
        for store in [&here, &there] {
            assert_eq!(seen(store).await, expected, "{engine:?}: a registration");
        }

        let removed = secret().id;
        change!(there, w => w.delete_app_secret(&permit(), client(), removed, &event(Activity::UpdateApplication)))
            .unwrap();
        expected.secrets = 0;
        for store in [&here, &there] {
            assert_eq!(seen(store).await, expected, "{engine:?}: a secret");
        }

        let mut bound = stored_authorization();
        bound.asked.key = KeyThumbprint::try_from("k".repeat(43)).ok();
        here.write_with(bound.clone(), |w, bound| {
            Box::pin(async move { w.bind_authorization(bound).await })
        })
        .await
        .unwrap();
        for store in [&here, &there] {
            let standing = store
                .read()
                .await
                .unwrap()
                .authorization(authorization())
                .await
                .unwrap();
            assert_eq!(standing.unwrap().authorization, bound, "{engine:?}: a key");
        }

        change!(here, w => w.end_authorization(authorization(), AuthorizationEnd::Revoked, &event(Activity::GrantRevoked))).unwrap();
        expected.stands = false;
        for store in [&here, &there] {
            assert_eq!(seen(store).await, expected, "{engine:?}: an authorization");
        }
        here.close().await;
        there.close().await;
    }
}
