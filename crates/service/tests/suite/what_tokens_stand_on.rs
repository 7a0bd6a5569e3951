//! What tokens stand on beside the sign-in itself: the assignment, what the resource still offers, the session.

use latchkey_domain::{
    AppRole, AppRoleId, AppRoleMember, ClientRegistration, ExposedScope, Platform, ScopeConsent, ScopeId,
    Seconds,
};

use crate::applications::{App, claims, number, value};
use crate::common::World;

on_each_engine! {
    whoever_is_not_assigned_any_more_gets_nothing
    what_a_resource_takes_back_is_in_no_token
    access_tokens_end_with_their_session
    id_tokens_without_a_code_leave_a_trace
}

const ADA: &str = "ada@example.com";

async fn whoever_is_not_assigned_any_more_gets_nothing(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let code = app.code(&world, &ada, &[]).await;
    let unused = app.code(&world, &ada, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let role = AppRoleId::from_bytes([1; 16]);
    app.change(&world, |registration| {
        registration.assignment_required = true;
        registration.app_roles = vec![AppRole {
            id: role,
            value: None,
            enabled: true,
            allowed_member_types: vec![AppRoleMember::User],
            display_name: "Users".to_owned(),
            description: String::new(),
        }];
    })
    .await;
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_105);
    assert_eq!(app.redeem(&world, &unused).await.unwrap_err(), 50_105);
    app.assign(&world, ada.user.id, role).await;
    assert!(app.refresh(&world, &tokens).await.is_ok());
    assert!(app.redeem(&world, &unused).await.is_ok(), "it was not spent");
}

fn scope(id: u8, value: &str) -> ExposedScope {
    ExposedScope {
        id: ScopeId::from_bytes([id; 16]),
        value: value.to_owned(),
        enabled: true,
        consent: ScopeConsent::User,
        admin_consent_display_name: value.to_owned(),
        admin_consent_description: String::new(),
        user_consent_display_name: String::new(),
        user_consent_description: String::new(),
    }
}

async fn what_a_resource_takes_back_is_in_no_token(world: World) {
    let api = App::registered(&world, Platform::Web, |registration: &mut ClientRegistration| {
        registration.identifier_uris = vec!["api://files".to_owned()];
        registration.scopes = ["Read", "Write", "Share"]
            .into_iter()
            .zip(1..)
            .map(|(value, id)| scope(id, value))
            .collect();
    })
    .await;
    let app = App::public(&world).await;
    let ada = app.signed_in(&world, ADA, 0).await;
    let each = [("scope", "api://files/Read api://files/Write api://files/Share")];
    app.consent(&world, &ada, &each).await;
    let all = [("scope", "api://files/.default offline_access")];
    let code = app.code(&world, &ada, &all).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    assert_eq!(claims(tokens.access_token.expose())["scp"], "Read Write Share");
    api.change(&world, |registration| {
        registration.scopes[1].enabled = false;
        registration.scopes.remove(2);
    })
    .await;
    let tokens = app.refresh(&world, &tokens).await.unwrap();
    assert_eq!(claims(tokens.access_token.expose())["scp"], "Read");
}

async fn access_tokens_end_with_their_session(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let code = app.code(&world, &ada, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let again = app.refresh(&world, &tokens).await.unwrap();
    assert_eq!(
        claims(again.access_token.expose())["sid"],
        ada.session.id.to_string()
    );
    world.later(1);
    world.service.log_out(&[&ada], None).await.unwrap();
    for tokens in [&tokens, &again] {
        assert!(app.caller(&world, tokens).await.is_err());
    }
    // Signing out revokes nothing offline.
    let offline = app.refresh(&world, &again).await.unwrap();
    assert!(claims(offline.access_token.expose()).get("sid").is_none());
    assert!(app.caller(&world, &offline).await.is_ok());
}

async fn id_tokens_without_a_code_leave_a_trace(world: World) {
    let app = App::registered(&world, Platform::Web, |registration| {
        registration.implicit_id_token = true;
    })
    .await;
    let ada = app.passkey_person(&world, ADA).await;
    let wish = |response| [("response_type", response), ("nonce", "n-1"), ("scope", "openid")];
    let answer = app.answer(&world, &ada, &wish("id_token")).await;
    assert_eq!(number(&answer), 0);
    let mut reader = world.service.store().read().await.unwrap();
    let clients = reader.clients_of_session(ada.user.id, ada.session.id).await;
    assert_eq!(clients.unwrap(), [app.client_id]);
    drop(reader);
    // Beside one the code stands by itself.
    let answer = app.answer(&world, &ada, &wish("code id_token")).await;
    let code = value(&answer, "code");
    assert!(app.redeem(&world, &code).await.is_ok());
    assert_eq!(app.redeem(&world, &code).await.unwrap_err(), 54_005);

    // Of no use without the session, it is not kept for much longer.
    let eve = app.person(&world, "eve@example.com", 60).await;
    let answer = app.answer(&world, &eve, &wish("id_token")).await;
    assert_eq!(number(&answer), 0);
    let other = App::public(&world).await;
    let code = other.code(&world, &eve, &[]).await;
    other.redeem(&world, &code).await.unwrap();
    for (hours, kept) in [(24, 2), (25, 1)] {
        let (store, now) = (world.service.store(), world.service.now() + Seconds(hours * 3600));
        let purged = store.write(move |w| Box::pin(async move { w.purge(now).await }));
        purged.await.unwrap();
        let mut reader = store.read().await.unwrap();
        let clients = reader.clients_of_session(eve.user.id, eve.session.id).await;
        let clients = clients.unwrap();
        assert_eq!(clients.len(), kept);
        assert!(
            clients.contains(&other.client_id),
            "what goes on without it is kept"
        );
    }
}
