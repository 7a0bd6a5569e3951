//! Applications are called when a session ends (Back-Channel Logout 1.0), with the clock moved by hand: what they are
//! told, when they are called again, and what becomes of a message whose node died.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::{Caller, PassRequest, Platform, Seconds, UserRef};
use latchkey_service::{
    ApplicationWish, Courier, DeliveryStats, OpenedSession, SignInStep, SignedIn, UserWish,
};
use latchkey_store::{ApplicationKey, Lane};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::applications::{App, claims};
use crate::common::{START, World};

on_each_engine! {
    a_logout_token_says_who_signed_out
    each_end_of_a_session_is_told
    who_signs_in_again_stays_in_the_applications
    who_does_not_answer_is_called_again_for_hours
    nobody_waits_behind_who_does_not_answer
    a_message_outlives_the_node_that_took_it
    who_no_longer_listens_is_not_called
}

const ADA: &str = "ada@example.com";
const PLACE: &str = "https://app.example.com/signed-out";

async fn app(world: &World) -> App {
    App::registered(world, Platform::Web, |registration| {
        registration.back_channel_logout = Some(PLACE.to_owned());
    })
    .await
}

/// Somebody who signed in and let the application have tokens; the claims of the ID token.
async fn let_in(world: &World, app: &App, member: &SignedIn) -> Value {
    let code = app.code(world, member, &[("nonce", "n-1")]).await;
    let tokens = app.redeem(world, &code).await.unwrap();
    claims(tokens.id_token.unwrap().expose())
}

/// The logout tokens that came since the last call.
async fn told(world: &World) -> Vec<String> {
    world
        .service
        .deliver_due(latchkey_store::Lane::Calls)
        .await
        .unwrap();
    let token = |(url, body): (String, String)| {
        assert_eq!(url, PLACE);
        body.strip_prefix("logout_token=").unwrap().to_owned()
    };
    world.outbound.taken().into_iter().map(token).collect()
}

async fn a_logout_token_says_who_signed_out(world: World) {
    let app = app(&world).await;
    let deaf = App::web(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    deaf.consent(&world, &ada, &[]).await;
    let id_token = let_in(&world, &app, &ada).await;
    let_in(&world, &deaf, &ada).await;
    assert!(told(&world).await.is_empty());

    world.service.sign_out(&ada).await.unwrap();
    let tokens = told(&world).await;
    assert_eq!(tokens.len(), 1);
    let said = claims(&tokens[0]);
    for name in ["iss", "sub", "aud", "sid"] {
        assert_eq!(said[name], id_token[name], "{name}");
    }
    let now = world.service.now().as_seconds();
    assert_eq!(
        (said["iat"].as_i64(), said["exp"].as_i64()),
        (Some(now), Some(now + 120))
    );
    assert_eq!(
        said["events"],
        json!({"http://schemas.openid.net/event/backchannel-logout": {}})
    );
    assert!(said["jti"].as_str().unwrap().len() > 20);
    assert!(said.get("nonce").is_none() && said.get("oid").is_none());
    let header = URL_SAFE_NO_PAD
        .decode(tokens[0].split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("logout+jwt"), &json!("RS256"))
    );
    assert!(told(&world).await.is_empty(), "once is enough");
}

async fn each_end_of_a_session_is_told(world: World) {
    let app = app(&world).await;
    let (service, info) = (&world.service, world.info());
    let first = app.passkey_person(&world, ADA).await;
    let ada = UserRef::Id(first.user.id);

    for end in ["everywhere", "revoked", "disabled"] {
        world.later(1);
        let member = app.signed_in(&world, ADA, 0).await;
        let id_token = let_in(&world, &app, &member).await;
        match end {
            "everywhere" => service.sign_out_everywhere(&member, &info).await.unwrap(),
            "revoked" => {
                service
                    .revoke_sessions(&Caller::Console, &info, &ada)
                    .await
                    .unwrap();
            }
            _ => {
                let wish = UserWish {
                    account_enabled: Some(false),
                    ..UserWish::default()
                };
                service
                    .update_user(&Caller::Console, &info, &ada, wish)
                    .await
                    .unwrap();
            }
        }
        let tokens = told(&world).await;
        assert_eq!(tokens.len(), 1, "{end}");
        assert_eq!(claims(&tokens[0])["sid"], id_token["sid"], "{end}");
    }

    let bob = app.person(&world, "bob@example.com", 60).await;
    let_in(&world, &app, &bob).await;
    let pass = bob.session.pass.unwrap().id;
    service
        .delete_pass(&Caller::Console, &info, &UserRef::Id(bob.user.id), pass)
        .await
        .unwrap();
    assert_eq!(told(&world).await.len(), 1, "the pass was deleted");
}

async fn who_signs_in_again_stays_in_the_applications(world: World) {
    let app = app(&world).await;
    let member = app.passkey_person(&world, ADA).await;
    let ada = UserRef::Id(member.user.id);
    let code = app.code(&world, &member, &[("scope", "User.Read openid")]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let pass = world.issue(&ada, PassRequest::default()).await;
    world.later(301);

    let again = sign_in_over(&world, &member, ADA, pass.code.expose()).await;
    assert!(told(&world).await.is_empty(), "no session has ended");
    assert!(app.caller(&world, &tokens).await.is_ok());
    let renewed = again.session;
    assert_eq!(renewed.id, member.session.id, "applications know it by its id");
    assert_eq!(renewed.authenticated_at, world.service.now());
    assert_eq!(
        renewed.pass.unwrap().id,
        pass.view.pass.id,
        "it stands on the pass now"
    );
    let known = world.signed_in(&again).await.unwrap().session;
    assert_eq!(known, renewed);

    // Somebody else at the same browser: the first one's session is none of their business.
    let bob = world.user("bob@example.com").await;
    let code = world.issue(&bob, PassRequest::default()).await.code;
    let other = sign_in_over(&world, &again_of(&again), "bob@example.com", code.expose()).await;
    assert_ne!(other.session.id, renewed.id);
    assert!(world.signed_in(&again).await.is_some());
    assert!(told(&world).await.is_empty());

    // A session that was over is not brought back to life.
    world
        .service
        .revoke_sessions(&Caller::Console, &world.info(), &ada)
        .await
        .unwrap();
    assert_eq!(told(&world).await.len(), 1);
    let anew = sign_in_over(&world, &again_of(&again), ADA, pass.code.expose()).await;
    assert_ne!(anew.session.id, renewed.id);
    assert!(app.caller(&world, &tokens).await.is_err());
}

fn again_of(opened: &OpenedSession) -> SignedIn {
    SignedIn {
        session: opened.session,
        user: opened.user.clone(),
    }
}

/// Signs in with a pass in a browser that has a session already.
async fn sign_in_over(world: &World, before: &SignedIn, name: &str, code: &str) -> Box<OpenedSession> {
    let browser = world.service.new_browser_key();
    let flow = world
        .service
        .begin_flow(&browser, &world.info(), "/", Some(before.session.id))
        .with_name(name)
        .unwrap();
    let step = world
        .service
        .sign_in_with_pass(&flow, &world.info(), None, code)
        .await;
    match step.unwrap() {
        SignInStep::Opened(opened) => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

async fn who_does_not_answer_is_called_again_for_hours(world: World) {
    let app = app(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let_in(&world, &app, &ada).await;
    world.service.sign_out(&ada).await.unwrap();
    world.outbound.statuses.lock().unwrap().extend([503; 1000]);

    let mut tried = Vec::new();
    let mut tokens = Vec::new();
    while world.service.now() < START + Seconds(5 * 3600) {
        for token in told(&world).await {
            tried.push(Seconds::between(START, world.service.now()).0);
            tokens.push(token);
        }
        world.later(5);
    }
    assert_eq!(tried[..5], [0, 5, 15, 35, 75], "each pause is twice as long");
    let last = *tried.last().unwrap();
    assert!((3 * 3600..4 * 3600).contains(&last), "{last}");
    tokens.dedup();
    assert_eq!(
        tokens.len(),
        tried.len(),
        "each attempt has a token that is fresh"
    );
    let stats = world.service.delivery_stats();
    let failed = u64::try_from(tried.len()).unwrap();
    assert_eq!(
        stats,
        DeliveryStats {
            delivered: 0,
            failed,
            given_up: 1,
            waiting: 0
        }
    );
}

async fn nobody_waits_behind_who_does_not_answer(world: World) {
    const DEAD: &str = "https://dead.example.com/signed-out";
    let dead = App::registered(&world, Platform::Web, |registration| {
        registration.back_channel_logout = Some(DEAD.to_owned());
    })
    .await;
    let app = app(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    dead.consent(&world, &ada, &[]).await;
    // More than there are places, all before the one that matters.
    for _ in 0..40 {
        let member = app.signed_in(&world, ADA, 0).await;
        let_in(&world, &dead, &member).await;
        world.service.sign_out(&member).await.unwrap();
    }
    world.later(1);
    let_in(&world, &app, &ada).await;
    world.service.sign_out(&ada).await.unwrap();

    let silence = Arc::new(Semaphore::new(0));
    world
        .outbound
        .silent
        .lock()
        .unwrap()
        .insert(DEAD.to_owned(), Arc::clone(&silence));
    let mut courier = Courier::new(Arc::clone(&world.service), Lane::Calls);
    courier.send_due().await.unwrap();
    courier.one_done().await;
    let called = || {
        let urls: Vec<String> = world.outbound.taken().into_iter().map(|(url, _)| url).collect();
        let alive = urls.iter().filter(|url| *url == PLACE).count();
        (alive, urls.len() - alive)
    };
    let (alive, tried) = called();
    assert_eq!(alive, 1, "while the dead application is still waited for");
    assert_eq!(world.service.delivery_stats().delivered, 1);

    // It was not there: it is left alone, and everything it is to hear of waits.
    silence.add_permits(100);
    while !courier.is_idle() {
        courier.one_done().await;
        courier.send_due().await.unwrap();
    }
    let (alive, later) = called();
    assert_eq!((alive, tried + later), (0, 4), "only a few were under way");
    assert_eq!(world.service.delivery_stats().waiting, 40);
    world.later(30);
    world.outbound.silent.lock().unwrap().clear();
    courier.send_due().await.unwrap();
    while !courier.is_idle() {
        courier.one_done().await;
        courier.send_due().await.unwrap();
    }
    assert_eq!(called(), (0, 40));
    assert_eq!(world.service.delivery_stats().waiting, 0);
}

async fn a_message_outlives_the_node_that_took_it(world: World) {
    let app = app(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let_in(&world, &app, &ada).await;
    world.service.sign_out(&ada).await.unwrap();
    // Another node takes it and dies.
    let now = world.service.now();
    let taken = world
        .service
        .store()
        .write::<_, latchkey_store::StoreError, _>(move |w| {
            Box::pin(async move { w.take_deliveries(latchkey_store::Lane::Calls, now, 10, &[]).await })
        })
        .await
        .unwrap();
    assert_eq!(taken.len(), 1);
    world.later(59);
    assert!(told(&world).await.is_empty());
    world.later(1);
    assert_eq!(told(&world).await.len(), 1);
    assert_eq!(world.service.delivery_stats().waiting, 0);
}

async fn who_no_longer_listens_is_not_called(world: World) {
    let app = app(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let_in(&world, &app, &ada).await;
    world.service.sign_out(&ada).await.unwrap();
    let wish = ApplicationWish {
        back_channel_logout: Some(None),
        ..ApplicationWish::default()
    };
    let key = ApplicationKey::Client(app.client_id);
    world
        .service
        .update_application(&Caller::Console, &world.info(), key, wish)
        .await
        .unwrap();
    assert!(told(&world).await.is_empty());
    assert_eq!(world.service.delivery_stats(), DeliveryStats::default());
}
