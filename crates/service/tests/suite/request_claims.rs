//! What an application asks of one sign-in by `claims` (`OpenID` Connect Core 2, 3.1.2.2 and 5.5.1.1; sign-in contract
//! 9.10): at the authorization endpoint, and at the token endpoint before anything is spent.

use latchkey_service::{AuthorizeStep, CodeRequest, SignedIn, TokenGrant};
use serde_json::{Value, json};

use crate::applications::{Answered, App, VERIFIER, claims, failure_number, value};
use crate::common::World;

on_each_engine! {
    the_id_token_says_what_was_asked_for
    an_answer_is_about_the_subject_that_was_named
    a_code_stays_good_for_a_stronger_sign_in
}

const ADA: &str = "ada@example.com";
const C3: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c3"}}}"#;
const FRESH: &str = r#"{"access_token":{"amr":{"essential":true,"values":["ngcmfa"]}}}"#;

async fn id_token(world: &World, app: &App, member: &SignedIn, changes: &[(&str, &str)]) -> Value {
    let code = app.code(world, member, changes).await;
    let tokens = app.redeem(world, &code).await.unwrap();
    claims(tokens.id_token.unwrap().expose())
}

async fn the_id_token_says_what_was_asked_for(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let plain = id_token(&world, &app, &ada, &[]).await;
    assert!(plain.get("auth_time").is_none() && plain.get("acr").is_none());
    let wish = r#"{"id_token":{"auth_time":{"essential":true},"acr":{"essential":true,"values":["1"]}}}"#;
    let told = id_token(&world, &app, &ada, &[("claims", wish)]).await;
    assert_eq!(told["auth_time"], ada.session.authenticated_at.as_seconds());
    assert_eq!(told["acr"], "1");
    let unmet = r#"{"id_token":{"acr":{"essential":true,"values":["phr"]}}}"#;
    assert_eq!(
        app.refused(&world, &[("claims", unmet)]).await,
        (Answered::Application, 9_002_313)
    );
}

async fn an_answer_is_about_the_subject_that_was_named(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let bob = app.passkey_person(&world, "bob@example.com").await;
    let subject = id_token(&world, &app, &bob, &[]).await["sub"].clone();
    world.later(1);
    let wish = json!({"id_token": {"sub": {"value": subject}}}).to_string();
    let wish = [("claims", wish.as_str())];
    assert_eq!(
        app.silent(&world, &ada, &wish).await,
        (Answered::Application, 50_058)
    );
    assert_eq!(app.silent(&world, &bob, &wish).await, (Answered::Application, 0));
    // Of several accounts that one is meant.
    let both = [ada.clone(), bob.clone()];
    let AuthorizeStep::Answer(answer) = app.step(&world, &both, &wish).await else {
        panic!("no answer")
    };
    let tokens = app.redeem(&world, &value(&answer, "code")).await.unwrap();
    assert_eq!(claims(tokens.id_token.unwrap().expose())["sub"], subject);

    // Whoever signs in for it instead is not let in, and not sent in circles.
    let request = app.begin(&world, &wish).await;
    let step = app.go_on(&world, &request, std::slice::from_ref(&ada)).await;
    assert!(matches!(step, AuthorizeStep::SignIn { .. }), "{step:?}");
    world.later(1);
    let again = app.again(&world, &ada).await;
    let signed_in = request.with_signed_in(again.session.id);
    let AuthorizeStep::Answer(answer) = app.go_on(&world, &signed_in, &[again]).await else {
        panic!("no answer")
    };
    assert_eq!(crate::applications::number(&answer), 50_058);
}

async fn redeem(world: &World, app: &App, code: &str, claims: Option<&str>) -> Result<TokenGrant, u32> {
    let client_id = app.client_id.to_string();
    let request = CodeRequest {
        client: app.claim(&client_id, None),
        code,
        redirect_uri: Some(app.redirect),
        verifier: Some(VERIFIER),
        scope: None,
        claims,
    };
    let redeemed = world.service.redeem_code(request, &world.info()).await;
    redeemed.map_err(|failure| failure_number(&failure))
}

async fn a_code_stays_good_for_a_stronger_sign_in(world: World) {
    let app = App::public(&world).await;
    let pass = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &pass, &[]).await;
    assert_eq!(redeem(&world, &app, &code, Some(C3)).await.unwrap_err(), 50_076);
    let tokens = redeem(&world, &app, &code, None).await;
    assert!(tokens.is_ok(), "it was not spent");

    let code = app.code(&world, &pass, &[]).await;
    assert!(redeem(&world, &app, &code, Some(FRESH)).await.is_ok());
    world.later(601);
    let code = app.code(&world, &pass, &[]).await;
    assert_eq!(
        redeem(&world, &app, &code, Some(FRESH)).await.unwrap_err(),
        50_076
    );
    let late = app
        .refresh_with(&world, &tokens.unwrap(), None, Some(FRESH))
        .await;
    assert_eq!(late.unwrap_err(), 50_076);
}
