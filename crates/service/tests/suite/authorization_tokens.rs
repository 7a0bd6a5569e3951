//! What codes and refresh tokens give, and when they end: sign-in contract 4, 9.5 and 9.11, with the clock moved by
//! hand, and what a thief would try.

use latchkey_domain::{
    Activity, Caller, ClientRegistration, ExposedScope, GrantError, Initiator, PassPolicyChange, PassRequest,
    Platform, ScopeConsent, ScopeId, SignInRecord, TokenAlgorithm, UserRef,
};
use latchkey_store::{AuditFilter, SignInFilter};
use serde_json::Value;

use crate::applications::{App, CHALLENGE, VERIFIER};
use crate::common::World;

on_each_engine! {
    codes_work_once_and_their_copies_end_everything
    codes_are_bound_to_what_they_were_made_for
    of_many_at_once_one_redeems_a_code
    tokens_end_with_the_pass
    deleting_replacing_and_the_policy_end_refreshing
    refresh_tokens_rotate_and_betray_their_copies
    refresh_tokens_end_in_time_and_by_revocation
    a_revocation_asks_no_clock
    each_use_of_a_refresh_token_is_logged_apart
    pages_redeem_their_codes_themselves
    tokens_for_other_applications_have_their_shape
    each_application_has_its_signing_algorithm
    scopes_that_are_not_offered_are_passed_over
}

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

async fn codes_work_once_and_their_copies_end_everything(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    assert_eq!(app.redeem(&world, &code).await.unwrap_err(), 54_005);
    assert!(
        app.caller(&world, &tokens).await.is_err(),
        "the access token is worth nothing now"
    );
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 70_000);
    assert_eq!(app.redeem(&world, &code).await.unwrap_err(), 54_005);
    thefts_on_record(&world, &["An authorization code came a second time"]).await;

    let late = app.code(&world, &session, &[]).await;
    world.later(59);
    assert!(app.redeem(&world, &late).await.is_ok());
    let late = app.code(&world, &session, &[]).await;
    world.later(60);
    assert_eq!(app.redeem(&world, &late).await.unwrap_err(), 70_008);
}

/// The audit log has these thefts and no other, each with who was robbed, by which application, from where.
async fn thefts_on_record(world: &World, reasons: &[&str]) {
    let filter = AuditFilter {
        activity: Some(Activity::GrantReused.name().to_owned()),
        ..AuditFilter::default()
    };
    let found = world
        .service
        .list_audits(&Caller::Console, &filter, None, 9)
        .await;
    let found = found.unwrap();
    assert_eq!(found.len(), reasons.len(), "each theft once");
    for (stored, reason) in found.iter().zip(reasons) {
        let event = &stored.event;
        assert!(event.reason.starts_with(reason), "{}", event.reason);
        assert!(matches!(event.initiator, Initiator::Application { .. }));
        let upn = event.targets.iter().find_map(|target| target.upn.as_deref());
        assert_eq!(upn, Some(ADA));
        assert!(event.ip_address.starts_with("10.0."), "{}", event.ip_address);
    }
}

async fn codes_are_bound_to_what_they_were_made_for(world: World) {
    let app = App::public(&world).await;
    let other = App::public(&world).await;
    let session = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &session, &[]).await;
    let number = |outcome: Result<_, u32>| outcome.map(|_: latchkey_service::TokenGrant| ()).unwrap_err();
    assert_eq!(
        number(other.redeem(&world, &code).await),
        70_000,
        "another client"
    );
    let elsewhere = app
        .redeem_with(&world, &code, Some("http://localhost:4712"), Some(VERIFIER), None)
        .await;
    assert_eq!(number(elsewhere), 500_112);
    let none = app.redeem_with(&world, &code, None, Some(VERIFIER), None).await;
    assert_eq!(number(none), 500_112);
    let missing = app
        .redeem_with(&world, &code, Some(app.redirect), None, None)
        .await;
    assert_eq!(number(missing), 50_148);
    let wrong = app
        .redeem_with(&world, &code, Some(app.redirect), Some(&"x".repeat(43)), None)
        .await;
    assert_eq!(number(wrong), 501_481);
    let plain = app
        .redeem_with(&world, &code, Some(app.redirect), Some(CHALLENGE), None)
        .await;
    assert_eq!(number(plain), 501_481, "the challenge itself is no verifier");
    let page = app
        .redeem_with(
            &world,
            &code,
            Some(app.redirect),
            Some(VERIFIER),
            Some("https://evil.example"),
        )
        .await;
    assert_eq!(number(page), 9_002_326);
    assert_eq!(number(app.redeem(&world, "lk_code_none").await), 70_000);
    assert!(
        app.redeem(&world, &code).await.is_ok(),
        "mistakes have not spent it"
    );

    // A web application without a challenge: a verifier is then a sign of a downgrade.
    let web = App::web(&world).await;
    let code = web
        .code(
            &world,
            &session,
            &[("code_challenge", ""), ("code_challenge_method", "")],
        )
        .await;
    assert_eq!(
        number(
            web.redeem_with(&world, &code, Some(web.redirect), Some(VERIFIER), None)
                .await
        ),
        501_481
    );
    assert_eq!(
        number(
            web.with_secret(None)
                .redeem_with(&world, &code, Some(web.redirect), None, None)
                .await
        ),
        7_000_218
    );
    assert_eq!(
        number(
            web.with_secret(Some("wrong"))
                .redeem_with(&world, &code, Some(web.redirect), None, None)
                .await
        ),
        7_000_215
    );
    assert!(
        web.redeem_with(&world, &code, Some(web.redirect), None, None)
            .await
            .is_ok()
    );
}

async fn of_many_at_once_one_redeems_a_code(world: World) {
    let world = std::sync::Arc::new(world);
    let app = std::sync::Arc::new(App::public(&world).await);
    let session = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &session, &[]).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (world, app, code) = (
            std::sync::Arc::clone(&world),
            std::sync::Arc::clone(&app),
            code.clone(),
        );
        running.spawn(async move { app.redeem(&world, &code).await.is_ok() });
    }
    let won = running.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
}

async fn tokens_end_with_the_pass(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 60).await;
    world.later(50 * 60);
    let session = app.again(&world, &session).await;
    let code = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    assert_eq!(tokens.expires_in.0, 600);
    let end = crate::applications::claims(tokens.access_token.expose())["exp"]
        .as_i64()
        .unwrap();
    assert_eq!(
        crate::applications::claims(tokens.id_token.as_ref().unwrap().expose())["exp"].as_i64(),
        Some(end)
    );

    world.later(600 - 61);
    let last = app.refresh(&world, &tokens).await.unwrap();
    assert_eq!(last.expires_in.0, 61);
    assert!(app.caller(&world, &last).await.is_ok());
    world.later(2);
    assert_eq!(
        app.refresh(&world, &last).await.unwrap_err(),
        130_504,
        "under a minute left"
    );
    world.later(59);
    assert_eq!(app.refresh(&world, &last).await.unwrap_err(), 130_504);
    assert!(app.caller(&world, &last).await.is_err());
    world.later(-120);
    assert!(
        app.caller(&world, &last).await.is_ok(),
        "a clock that went back gives nothing that was not given"
    );
}

async fn deleting_replacing_and_the_policy_end_refreshing(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &session, &[]).await;
    let unused = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let off = |enabled| PassPolicyChange {
        enabled: Some(enabled),
        ..PassPolicyChange::default()
    };
    world.policy(off(false)).await;
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 130_502);
    assert!(
        app.caller(&world, &tokens).await.is_ok(),
        "what was issued stays to its end"
    );
    world.policy(off(true)).await;
    let tokens = app.refresh(&world, &tokens).await.unwrap();

    world.one_time(&UserRef::Id(session.user.id)).await;
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 130_507);
    assert_eq!(app.redeem(&world, &unused).await.unwrap_err(), 130_507);
    assert!(app.caller(&world, &tokens).await.is_err());
}

async fn refresh_tokens_rotate_and_betray_their_copies(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 600).await;
    let code = app.code(&world, &session, &[]).await;
    let first = app.redeem(&world, &code).await.unwrap();
    let second = app.refresh(&world, &first).await.unwrap();
    assert_ne!(
        first.refresh_token.as_ref().unwrap().expose(),
        second.refresh_token.as_ref().unwrap().expose()
    );
    world.later(59);
    let parallel = app.refresh(&world, &first).await.unwrap();
    assert!(
        app.refresh(&world, &second).await.is_ok(),
        "two processes that share a cache"
    );
    assert!(app.refresh(&world, &parallel).await.is_ok());
    world.later(1);
    assert_eq!(app.refresh(&world, &first).await.unwrap_err(), 70_000);
    for tokens in [&second, &parallel] {
        assert_eq!(
            app.refresh(&world, tokens).await.unwrap_err(),
            70_000,
            "the family is revoked"
        );
    }
    assert!(app.caller(&world, &second).await.is_err());
    thefts_on_record(&world, &["A refresh token came again"]).await;

    // A thief who asks for something else betrays the copy as well.
    let code = app.code(&world, &session, &[]).await;
    let first = app.redeem(&world, &code).await.unwrap();
    let second = app.refresh(&world, &first).await.unwrap();
    world.later(60);
    let other_scope = app.refresh_for(&world, &first, "Mail.Read").await;
    assert_eq!(other_scope.unwrap_err(), 70_000);
    assert_eq!(app.refresh(&world, &second).await.unwrap_err(), 70_000);
    thefts_on_record(&world, &["A refresh token came again"; 2]).await;

    let other = App::public(&world).await;
    let code = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    assert_eq!(
        other.refresh(&world, &tokens).await.unwrap_err(),
        70_000,
        "of another client"
    );
    assert!(app.refresh(&world, &tokens).await.is_ok());
}

async fn each_use_of_a_refresh_token_is_logged_apart(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &session, &[]).await;
    let before = logged(&world, false).await;
    let first = app.redeem(&world, &code).await.unwrap();
    let second = app.refresh(&world, &first).await.unwrap();
    world.later(60);
    assert_eq!(app.refresh(&world, &first).await.unwrap_err(), 70_000);
    assert_eq!(app.refresh(&world, &second).await.unwrap_err(), 70_000);
    let silent = logged(&world, true).await;
    let numbers: Vec<_> = silent
        .iter()
        .map(|record| record.error.map_or(0, latchkey_domain::SignInError::number))
        .collect();
    assert_eq!(numbers, [70_000, 70_000, 0], "newest first");
    for record in &silent {
        assert_eq!(record.user_id, Some(session.user.id));
        assert_eq!(record.app_id, app.client_id.to_string());
        assert_eq!(record.session_id, Some(session.session.id));
        assert_eq!(record.steps[0].method, "Previously satisfied");
        assert_eq!(record.steps[0].succeeded, record.error.is_none());
        let shown = world.service.show_sign_in(&Caller::Console, record.id).await;
        assert_eq!(shown.unwrap().record, *record);
    }
    assert_eq!(logged(&world, false).await, before, "the others are as they were");

    // A page that asks without showing anything is no person at the screen; one that shows itself is.
    app.answer(&world, &session, &[("prompt", "none")]).await;
    assert_eq!(logged(&world, true).await.len(), 4);
    assert_eq!(logged(&world, false).await, before);
    app.answer(&world, &session, &[]).await;
    assert_eq!(logged(&world, true).await.len(), 4);
    assert_eq!(logged(&world, false).await.len(), before.len() + 1);

    let strangers = "lk_rt_nobody has this one";
    assert!(app.redeem(&world, strangers).await.is_err());
    assert_eq!(
        logged(&world, true).await.len(),
        4,
        "nobody's token is nobody's sign-in"
    );
}

async fn logged(world: &World, silent: bool) -> Vec<SignInRecord> {
    let filter = SignInFilter {
        silent,
        ..SignInFilter::default()
    };
    let found = world
        .service
        .list_sign_ins(&Caller::Console, &filter, None, 50)
        .await;
    found.unwrap().into_iter().map(|stored| stored.record).collect()
}

async fn refresh_tokens_end_in_time_and_by_revocation(world: World) {
    let app = App::public(&world).await;
    let session = app.passkey_person(&world, ADA).await;
    let code = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    world.later(90 * 24 * 3600 - 1);
    let tokens = app.refresh(&world, &tokens).await.unwrap();
    world.later(90 * 24 * 3600);
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 700_082);

    let session = app.passkey_person(&world, BOB).await;
    let code = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    world.later(1);
    world
        .service
        .sign_out_everywhere(&session, &world.info())
        .await
        .unwrap();
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_173);
    assert!(app.caller(&world, &tokens).await.is_err());
    assert_eq!(GrantError::Revoked.suberror(), Some("bad_token"));
}

/// Nodes have clocks of their own.
async fn a_revocation_asks_no_clock(world: World) {
    let app = App::public(&world).await;
    let ada = world.user(ADA).await;
    let pass = world.issue(&ada, PassRequest::default()).await;
    let sign_in = async || {
        let opened = world.sign_in(ADA, pass.code.expose()).await;
        world.signed_in(&opened).await
    };
    let info = world.info();
    let revoke = async || {
        let revoked = world.service.revoke_sessions(&Caller::Console, &info, &ada);
        revoked.await.unwrap();
    };
    world.later(60);
    let member = sign_in().await.unwrap();
    app.consent(&world, &member, &[]).await;
    let tokens = app
        .redeem(&world, &app.code(&world, &member, &[]).await)
        .await
        .unwrap();
    // On a node that is behind.
    world.later(-30);
    revoke().await;
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_173);
    assert!(app.caller(&world, &tokens).await.is_err());

    // On one that is ahead; the next sign-in, on one that is behind, holds all the same.
    world.later(30);
    revoke().await;
    world.later(-30);
    let member = sign_in().await.unwrap();
    let code = app.code(&world, &member, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    assert!(app.caller(&world, &tokens).await.is_ok());
    let tokens = app.refresh(&world, &tokens).await.unwrap();
    revoke().await;
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_173);
}

async fn pages_redeem_their_codes_themselves(world: World) {
    let app = App::registered(&world, Platform::Spa, |_| {}).await;
    let session = app.passkey_person(&world, ADA).await;
    let code = app.code(&world, &session, &[]).await;
    let redeem = |origin| app.redeem_with(&world, &code, Some(app.redirect), Some(VERIFIER), origin);
    assert_eq!(redeem(None).await.unwrap_err(), 9_002_327);
    assert_eq!(redeem(Some("https://evil.example")).await.unwrap_err(), 9_002_326);
    let tokens = redeem(Some("http://localhost:4711")).await.unwrap();
    assert_eq!(tokens.allow_origin.as_deref(), Some("http://localhost:4711"));
    world.later(3000);
    let again = app
        .refresh_from(&world, &tokens, Some("http://localhost:4711"))
        .await
        .unwrap();
    world.later(24 * 3600 - 3000);
    assert_eq!(
        app.refresh_from(&world, &again, Some("http://localhost:4711"))
            .await
            .unwrap_err(),
        700_084
    );
}

async fn scopes_that_are_not_offered_are_passed_over(world: World) {
    let app = App::public(&world).await;
    let session = app.signed_in(&world, ADA, 600).await;
    let wish = [("scope", "openid address profile phone")];
    let code = app.code(&world, &session, &wish).await;
    assert_eq!(app.redeem(&world, &code).await.unwrap().scope, "openid profile");
    // Others that nobody knows are mistakes still.
    let unknown = [("scope", "openid adress"), ("prompt", "none")];
    assert_eq!(app.silent(&world, &session, &unknown).await.1, 650_053);
}

/// An application that offers `api://files/Files.Read`.
fn files(registration: &mut ClientRegistration) {
    registration.identifier_uris = vec!["api://files".to_owned()];
    registration.access_token_version = Some(2);
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
}

async fn each_application_has_its_signing_algorithm(world: World) {
    let jwks: Value = serde_json::from_slice(&world.service.jwks()).unwrap();
    let published = |token: &str| {
        let header = crate::applications::part(token, 0);
        let mut keys = jwks["keys"].as_array().unwrap().iter();
        assert!(keys.any(|key| key["kid"] == header["kid"] && key["alg"] == header["alg"]));
        header["alg"].as_str().unwrap().to_owned()
    };
    for (n, algorithm) in TokenAlgorithm::ALL.into_iter().enumerate() {
        let _api = App::registered(&world, Platform::Web, |registration| {
            files(registration);
            registration.identifier_uris = vec![format!("api://files-{n}")];
            registration.token_algorithm = TokenAlgorithm::EdDsa;
        })
        .await;
        let app = App::registered(&world, Platform::PublicClient, |registration| {
            registration.token_algorithm = algorithm;
        })
        .await;
        let session = app.signed_in(&world, ADA, 600).await;
        let scope = format!("api://files-{n}/Files.Read openid");
        for (scope, expected) in [(scope.as_str(), "EdDSA"), ("User.Read openid", "RS256")] {
            let code = app.code(&world, &session, &[("scope", scope)]).await;
            let tokens = app.redeem(&world, &code).await.unwrap();
            assert_eq!(
                published(tokens.id_token.as_ref().unwrap().expose()),
                algorithm.name()
            );
            // Tokens for our Graph are for our Graph to read.
            assert_eq!(published(tokens.access_token.expose()), expected);
        }
    }
}

async fn tokens_for_other_applications_have_their_shape(world: World) {
    let api = App::registered(&world, Platform::Web, files).await;
    let app = App::public(&world).await;
    let session = app.signed_in(&world, ADA, 600).await;
    let wish = [("scope", "api://files/files.read openid offline_access")];
    app.consent(&world, &session, &wish).await;
    let code = app.code(&world, &session, &wish).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    assert_eq!(tokens.scope, "api://files/Files.Read openid offline_access");
    let claims = crate::applications::claims(tokens.access_token.expose());
    assert_eq!(claims["aud"], api.client_id.to_string());
    assert_eq!(claims["iss"], world.service.issuer());
    assert_eq!(
        (claims["ver"].as_str(), claims["scp"].as_str()),
        (Some("2.0"), Some("Files.Read"))
    );
    assert!(app.caller(&world, &tokens).await.is_err(), "not for our Graph");
}
