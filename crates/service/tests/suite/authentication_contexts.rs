//! Authentication contexts: an application asks for more, for this one thing (sign-in contract 3.2, 9.10).

use latchkey_domain::{Platform, SessionMethod, Strength};
use latchkey_service::AuthorizeStep;
use serde_json::json;

use crate::applications::{Answered, App, claims, value};
use crate::common::World;

on_each_engine! {
    tokens_name_the_contexts_that_the_sign_in_satisfies
    a_context_leads_to_a_stronger_sign_in
    a_refresh_can_ask_for_a_context
    what_the_application_demands_of_all_counts_beside_it
}

const ADA: &str = "ada@example.com";
const C1: (&str, &str) = (
    "claims",
    r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#,
);
const C3: (&str, &str) = (
    "claims",
    r#"{"access_token":{"acrs":{"essential":true,"value":"c3"}}}"#,
);

async fn tokens_name_the_contexts_that_the_sign_in_satisfies(world: World) {
    let app = App::public(&world).await;
    let pass = app.person(&world, ADA, 60).await;
    let passkey = app.passkey_person(&world, "eve@example.com").await;
    for (member, wanted) in [(pass, json!(["c1"])), (passkey, json!(["c1", "c2", "c3"]))] {
        let code = app.code(&world, &member, &[]).await;
        let tokens = app.redeem(&world, &code).await.unwrap();
        for token in [&tokens.access_token, tokens.id_token.as_ref().unwrap()] {
            assert_eq!(claims(token.expose())["acrs"], wanted);
        }
    }
    let mut weak = app.signed_in(&world, "max@example.com", 0).await;
    weak.session.method = SessionMethod::Password;
    assert_eq!(
        app.silent(&world, &weak, &[C1]).await,
        (Answered::Application, 50_079)
    );
}

async fn a_context_leads_to_a_stronger_sign_in(world: World) {
    let app = App::public(&world).await;
    let pass = app.person(&world, ADA, 60).await;
    let sessions = std::slice::from_ref(&pass);
    let enough = app.step(&world, sessions, &[C1]).await;
    assert!(matches!(enough, AuthorizeStep::Answer(_)), "{enough:?}");

    assert_eq!(
        app.silent(&world, &pass, &[C3]).await,
        (Answered::Application, 50_079)
    );
    let request = app.begin(&world, &[C3]).await;
    let step = app.go_on(&world, &request, sessions).await;
    assert!(
        matches!(step, AuthorizeStep::SetUp(_)),
        "no passkey yet: {step:?}"
    );

    let passkey = app.signed_in(&world, ADA, 0).await;
    let step = app.go_on(&world, &request, std::slice::from_ref(&passkey)).await;
    let AuthorizeStep::Answer(answer) = step else {
        panic!("{step:?}")
    };
    let tokens = app.redeem(&world, &value(&answer, "code")).await.unwrap();
    let acrs = &claims(tokens.access_token.expose())["acrs"];
    assert!(acrs.as_array().unwrap().contains(&json!("c3")));

    let unknown = r#"{"access_token":{"acrs":{"essential":true,"value":"c42"}}}"#;
    let refused = app.refused(&world, &[("claims", unknown)]).await;
    assert_eq!(refused, (Answered::Application, 9_002_313));
}

async fn a_refresh_can_ask_for_a_context(world: World) {
    let app = App::public(&world).await;
    let pass = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &pass, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let weak = app.refresh_with(&world, &tokens, None, Some(C3.1)).await;
    assert_eq!(weak.unwrap_err(), 50_076);
    let broken = app.refresh_with(&world, &tokens, None, Some("{")).await;
    assert_eq!(broken.unwrap_err(), 9_002_313);
    // The refresh token is still good for what it was good for, and takes a client's word that it handles challenges.
    let able = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]}}}"#;
    let again = app.refresh_with(&world, &tokens, None, Some(able)).await.unwrap();
    let claims = claims(again.access_token.expose());
    assert_eq!(claims["acrs"], json!(["c1"]));
    assert_eq!(claims["xms_cc"], json!(["CP1"]));
}

async fn what_the_application_demands_of_all_counts_beside_it(world: World) {
    let app = App::registered(&world, Platform::PublicClient, |registration| {
        registration.required_strength = Some(Strength::PHISHING_RESISTANT);
    })
    .await;
    let pass = app.person(&world, ADA, 60).await;
    let step = app.step(&world, std::slice::from_ref(&pass), &[C1]).await;
    assert!(
        matches!(step, AuthorizeStep::SetUp(_)),
        "c1 takes nothing away: {step:?}"
    );

    // Somebody with an authenticator app and a password has more than one factor, and still no passkey.
    let plain = App::public(&world).await;
    let mut member = plain.passkey_person(&world, "eve@example.com").await;
    member.session.method = SessionMethod::PasswordAndTotp;
    let sessions = std::slice::from_ref(&member);
    let step = plain.step(&world, sessions, &[C3]).await;
    assert!(matches!(step, AuthorizeStep::SetUp(_)), "{step:?}");
}
