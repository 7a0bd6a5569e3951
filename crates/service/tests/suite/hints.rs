//! Whom an application hints at, who is somebody else than those who are there (`OpenID` Connect Core 3.1.2.1; sign-in
//! contract 9.4).

use latchkey_service::AuthorizeStep;

use crate::applications::{Answered, App, number};
use crate::common::World;

on_each_engine! {
    whoever_is_not_who_was_hinted_at_is_told_once
    what_is_no_name_is_nobody_here
}

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

async fn whoever_is_not_who_was_hinted_at_is_told_once(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let bob = app.passkey_person(&world, BOB).await;
    let code = app.code(&world, &bob, &[]).await;
    let hint = app.redeem(&world, &code).await.unwrap().id_token.unwrap();
    world.later(1);
    let request = app.begin(&world, &[("id_token_hint", hint.expose())]).await;
    let step = app.go_on(&world, &request, std::slice::from_ref(&ada)).await;
    let AuthorizeStep::SignIn { name, .. } = step else {
        panic!("{step:?}")
    };
    assert_eq!(name.as_deref(), Some(BOB), "the name is filled in");
    world.later(1);
    let again = app.signed_in(&world, ADA, 0).await;
    let signed_in = request.with_signed_in(again.session.id);
    let step = app.go_on(&world, &signed_in, &[again]).await;
    let AuthorizeStep::Answer(answer) = step else {
        panic!("{step:?}")
    };
    assert_eq!(number(&answer), 50_058);
    let right = app.signed_in(&world, BOB, 0).await;
    let signed_in = request.with_signed_in(right.session.id);
    let step = app.go_on(&world, &signed_in, &[right]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn what_is_no_name_is_nobody_here(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    world.later(1);
    let hint = [("login_hint", "bob")];
    assert_eq!(
        app.silent(&world, &ada, &hint).await,
        (Answered::Application, 50_058)
    );
    let request = app.begin(&world, &hint).await;
    let step = app.go_on(&world, &request, std::slice::from_ref(&ada)).await;
    let AuthorizeStep::SignIn { name, replaces, .. } = step else {
        panic!("{step:?}")
    };
    assert_eq!((name.as_deref(), replaces), (Some("bob"), None));
    // A hint is no more than that: whoever signs in upon it goes on.
    world.later(1);
    let bob = app.passkey_person(&world, BOB).await;
    let signed_in = request.with_signed_in(bob.session.id);
    let step = app.go_on(&world, &signed_in, &[ada, bob]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}
