//! Revocation (RFC 7009) and introspection (RFC 7662), with the clock moved by hand.

use latchkey_domain::{Activity, Caller, ClientRegistration, ExposedScope, Platform, ScopeConsent, ScopeId};
use latchkey_service::TokenGrant;
use latchkey_store::AuditFilter;
use latchkey_store::testing::{TestDatabase, TestEngine};
use serde_json::{Value, json};

use crate::applications::{App, failure_number};
use crate::common::World;

const ADA: &str = "ada@example.com";

async fn world() -> (World, TestDatabase) {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    (World::on(&database.url).await, database)
}

async fn introspect(world: &World, app: &App, token: &str) -> Result<Value, u32> {
    let id = app.client_id.to_string();
    let told = world.service.introspect_token(&app.claim(&id, None), token).await;
    told.map(|told| serde_json::from_slice(&told).unwrap())
        .map_err(|failure| failure_number(&failure))
}

async fn revoke(world: &World, app: &App, token: &str) -> Result<(), u32> {
    let id = app.client_id.to_string();
    let revoked = world
        .service
        .revoke_token(&app.claim(&id, None), token, &world.info())
        .await;
    revoked.map(drop).map_err(|failure| failure_number(&failure))
}

fn refresh_of(tokens: &TokenGrant) -> &str {
    tokens.refresh_token.as_ref().unwrap().expose()
}

async fn is_active(world: &World, app: &App, token: &str) -> bool {
    introspect(world, app, token).await.unwrap()["active"] == true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn introspection_tells_its_own_application_what_a_token_is_worth() {
    let (world, _database) = world().await;
    let (app, other) = (App::web(&world).await, App::web(&world).await);
    let ada = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &ada, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let access = tokens.access_token.expose();

    let told = introspect(&world, &app, access).await.unwrap();
    assert_eq!(
        (&told["active"], &told["token_type"]),
        (&json!(true), &json!("Bearer"))
    );
    assert_eq!(told["client_id"], app.client_id.to_string());
    assert_eq!(told["username"], ADA);
    assert_eq!(told["aud"], "https://graph.microsoft.com");
    assert_eq!(told["scope"], "User.Read openid profile");
    assert!(told["exp"].as_i64() > told["iat"].as_i64() && told["jti"].is_string());
    let told = introspect(&world, &app, refresh_of(&tokens)).await.unwrap();
    assert_eq!((&told["active"], &told["username"]), (&json!(true), &json!(ADA)));
    let end = ada.session.pass.unwrap().end.as_seconds();
    assert_eq!(told["exp"], end, "with the pass");

    // Others learn nothing, nor does anybody of what is no access token.
    for token in [access.as_str(), refresh_of(&tokens)] {
        assert_eq!(
            introspect(&world, &other, token).await,
            Ok(json!({"active": false}))
        );
        assert_eq!(
            introspect(&world, &app.with_secret(None), token).await,
            Err(7_000_218)
        );
        assert_eq!(
            introspect(&world, &app.with_secret(Some("x")), token).await,
            Err(7_000_215)
        );
    }
    let forged = format!("{access}x");
    for token in [tokens.id_token.as_ref().unwrap().expose().as_str(), "x", &forged] {
        assert_eq!(
            introspect(&world, &app, token).await,
            Ok(json!({"active": false}))
        );
    }

    world.later(3600);
    assert!(!is_active(&world, &app, access).await && !is_active(&world, &app, refresh_of(&tokens)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_sees_the_tokens_that_are_for_it_until_they_are_revoked() {
    let (world, _database) = world().await;
    let api = App::registered(&world, Platform::Web, |registration: &mut ClientRegistration| {
        registration.identifier_uris = vec!["api://files".to_owned()];
        registration.scopes = vec![ExposedScope {
            id: ScopeId::from_bytes([1; 16]),
            value: "Files.Read".to_owned(),
            enabled: true,
            consent: ScopeConsent::User,
            admin_consent_display_name: "Read files".to_owned(),
            admin_consent_description: String::new(),
            user_consent_display_name: String::new(),
            user_consent_description: String::new(),
        }];
    })
    .await;
    let app = App::public(&world).await;
    let ada = app.signed_in(&world, ADA, 0).await;
    let wish = [("scope", "api://files/Files.Read openid offline_access")];
    app.consent(&world, &ada, &wish).await;
    let code = app.code(&world, &ada, &wish).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let access = tokens.access_token.expose();
    let told = introspect(&world, &api, access).await.unwrap();
    assert_eq!(
        (&told["active"], &told["scope"]),
        (&json!(true), &json!("Files.Read"))
    );
    assert_eq!(told["client_id"], app.client_id.to_string());
    assert!(!is_active(&world, &api, refresh_of(&tokens)).await, "not for it");

    assert_eq!(revoke(&world, &app, refresh_of(&tokens)).await, Ok(()));
    assert!(!is_active(&world, &api, access).await);
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_173);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_read_the_answers_that_are_theirs() {
    let (world, _database) = world().await;
    let app = App::registered(&world, Platform::Spa, |_| {}).await;
    let id = app.client_id.to_string();
    for (origin, may_read) in [("http://localhost:4711", true), ("https://evil.example", false)] {
        let claim = app.claim(&id, Some(origin));
        let revoked = world
            .service
            .revoke_token(&claim, "x", &world.info())
            .await
            .unwrap();
        assert_eq!(revoked.is_some(), may_read, "{origin}");
        let pushed = world
            .service
            .push_authorization_request(&claim, app.request(&[]), &world.info())
            .await;
        assert_eq!(
            pushed.ok().and_then(|pushed| pushed.allow_origin).as_deref(),
            may_read.then_some(origin)
        );
    }
    // A public client has no secret that could be wrong.
    let secret = app.with_secret(Some("x"));
    assert_eq!(revoke(&world, &secret, "x").await, Err(700_025));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoking_ends_what_came_from_one_sign_in_and_nothing_else() {
    let (world, _database) = world().await;
    let (app, other) = (App::web(&world).await, App::web(&world).await);
    let ada = app.passkey_person(&world, ADA).await;
    let mut grants = Vec::new();
    for _ in 0..3 {
        let code = app.code(&world, &ada, &[]).await;
        grants.push(app.redeem(&world, &code).await.unwrap());
    }
    // Neither a stranger nor somebody without the secret; what is no token is no error.
    assert_eq!(revoke(&world, &other, refresh_of(&grants[0])).await, Err(70_000));
    assert_eq!(
        revoke(&world, &other, grants[0].access_token.expose()).await,
        Err(70_000)
    );
    assert_eq!(
        revoke(&world, &app.with_secret(None), refresh_of(&grants[0])).await,
        Err(7_000_218)
    );
    assert_eq!(revoke(&world, &app, "x").await, Ok(()));
    assert!(app.caller(&world, &grants[0]).await.is_ok());

    assert_eq!(revoke(&world, &app, refresh_of(&grants[0])).await, Ok(()));
    assert_eq!(
        revoke(&world, &app, grants[1].access_token.expose()).await,
        Ok(())
    );
    assert_eq!(
        revoke(&world, &app, refresh_of(&grants[0])).await,
        Ok(()),
        "once more"
    );
    let filter = AuditFilter {
        activity: Some(Activity::GrantRevoked.name().to_owned()),
        ..AuditFilter::default()
    };
    let recorded = world
        .service
        .list_audits(&Caller::Console, &filter, None, 9)
        .await;
    assert_eq!(recorded.unwrap().len(), 2, "each end once");
    for gone in &grants[..2] {
        assert!(app.caller(&world, gone).await.is_err());
        assert_eq!(app.refresh(&world, gone).await.unwrap_err(), 50_173);
    }
    assert!(app.caller(&world, &grants[2]).await.is_ok());
    assert!(app.refresh(&world, &grants[2]).await.is_ok());
}
