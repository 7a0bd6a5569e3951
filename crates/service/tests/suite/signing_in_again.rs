//! Signing in again for a change, or because an application wants it: with what, and what becomes of the session
//! (sign-in contract 5.1; decision 0020).

use latchkey_crypto::testing::SoftwareAuthenticator;
use latchkey_domain::{
    Caller, MethodPolicyChange, PassPolicyChange, PassRequest, PasskeyPolicyChange, UserRef,
};
use latchkey_service::{AuthorizeStep, OpenedSession, OwnMethodError, SignInStep, SignedIn};
use latchkey_store::SignInFilter;

use crate::applications::App;
use crate::common::World;
use crate::security_info::{code_of, in_by_one_time_pass, register};

on_each_engine! {
    a_password_alone_takes_nothing_from_a_session_that_proved_more
    what_can_be_signed_in_with_again
    whoever_signs_in_as_somebody_else_is_not_asked_again
}

const ADA: &str = "ada@example.com";

/// Signs in again in the browser of a session, as the pages ask for it.
async fn password_again(world: &World, before: &SignedIn, password: &str) -> Box<OpenedSession> {
    let browser = world.service.new_browser_key();
    let replaces = Some(before.session.id);
    let flow = world
        .service
        .begin_flow(&browser, &world.info(), "/security-info", replaces)
        .with_name(ADA)
        .unwrap();
    let step = world
        .service
        .sign_in_with_password(&flow, &world.info(), None, password)
        .await;
    let Ok(SignInStep::Opened(opened)) = step else {
        panic!("{step:?}")
    };
    opened
}

async fn a_password_alone_takes_nothing_from_a_session_that_proved_more(world: World) {
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    let service = &world.service;
    service
        .set_own_password(&signed_in, &world.info(), None, None, "green kettle morning")
        .await
        .unwrap();
    world.later(601);
    let late = service.begin_passkey(&signed_in).await.unwrap_err();
    assert!(
        matches!(late, OwnMethodError::TooLate { possible: false }),
        "a password alone is not enough: {late}"
    );
    let overview = service.methods_overview(&signed_in).await.unwrap();
    assert!(!overview.may_sign_in_again);

    let again = password_again(&world, &signed_in, "green kettle morning").await;
    let member = world.signed_in(&again).await.unwrap();
    assert_eq!(member.session.id, signed_in.session.id);
    assert_eq!(member.session.method, signed_in.session.method);
    assert_eq!(member.session.pass, signed_in.session.pass);
    let late = service.begin_passkey(&member).await.unwrap_err();
    assert!(matches!(late, OwnMethodError::TooLate { .. }), "{late}");

    // An application that wants a sign-in gets one.
    let app = App::public(&world).await;
    app.consent(&world, &member, &[]).await;
    let request = app.begin(&world, &[("prompt", "login")]).await;
    let step = app.go_on(&world, &request, std::slice::from_ref(&member)).await;
    let AuthorizeStep::SignIn { replaces, .. } = step else {
        panic!("{step:?}")
    };
    let browser = service.new_browser_key();
    let flow = service
        .begin_flow(&browser, &world.info(), "/", replaces)
        .for_authorization(request)
        .with_name(ADA)
        .unwrap();
    let step = service
        .sign_in_with_password(&flow, &world.info(), None, "green kettle morning")
        .await;
    let Ok(SignInStep::Opened(mut opened)) = step else {
        panic!("{step:?}")
    };
    let member = world.signed_in(&opened).await.unwrap();
    let request = opened.authorization.clone().unwrap();
    let before = sign_ins(&world).await;
    let step = app.go_on(&world, &request, &[member]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
    assert_eq!(sign_ins(&world).await, before, "it is recorded already");

    // One that says how old the check may be gets no older one. The person is not asked again and again.
    for wish in [("max_age", "1"), ("amr_values", "ngcmfa")] {
        world.later(2);
        let request = app.begin(&world, &[wish]).await;
        let sessions = [world.signed_in(&opened).await.unwrap()];
        let step = app.go_on(&world, &request, &sessions).await;
        let AuthorizeStep::SignIn { replaces, .. } = step else {
            panic!("{wish:?}: {step:?}")
        };
        let flow = service.begin_flow(&service.new_browser_key(), &world.info(), "/", replaces);
        let flow = flow.for_authorization(request).with_name(ADA).unwrap();
        let info = world.info();
        let step = service
            .sign_in_with_password(&flow, &info, None, "green kettle morning")
            .await;
        let Ok(SignInStep::Opened(again)) = step else {
            panic!("{step:?}")
        };
        opened = again;
        let member = world.signed_in(&opened).await.unwrap();
        let request = opened.authorization.clone().unwrap();
        let step = app.go_on(&world, &request, &[member]).await;
        let AuthorizeStep::Answer(answer) = step else {
            panic!("{wish:?}: {step:?}")
        };
        assert_eq!(crate::applications::number(&answer), 50_079, "{wish:?}");
    }
}

async fn sign_ins(world: &World) -> usize {
    let mut reader = world.service.store().read().await.unwrap();
    let filter = SignInFilter::default();
    reader.sign_ins_page(&filter, None, 100).await.unwrap().len()
}

async fn whoever_signs_in_as_somebody_else_is_not_asked_again(world: World) {
    const BOB: &str = "bob@example.com";
    let app = App::public(&world).await;
    let bob = world.user_with(BOB, Some("correct horse battery")).await;
    let UserRef::Id(bob) = bob else { panic!("{bob:?}") };
    app.has_consent(&world, bob).await;
    let ada = app.passkey_person(&world, ADA).await;
    let code = app.code(&world, &ada, &[]).await;
    let hint = app.redeem(&world, &code).await.unwrap().id_token.unwrap();
    world.later(1);
    for (name, value, number) in [
        ("login_hint", ADA, 0),
        ("id_token_hint", hint.expose().as_str(), 50_058),
    ] {
        let request = app.begin(&world, &[("prompt", "login"), (name, value)]).await;
        let step = app.go_on(&world, &request, std::slice::from_ref(&ada)).await;
        let AuthorizeStep::SignIn { replaces, .. } = step else {
            panic!("{name}: {step:?}")
        };
        assert_eq!(replaces, Some(ada.session.id));
        let browser = world.service.new_browser_key();
        let flow = world.service.begin_flow(&browser, &world.info(), "/", replaces);
        let flow = flow.for_authorization(request).with_name(BOB).unwrap();
        let step = world
            .service
            .sign_in_with_password(&flow, &world.info(), None, "correct horse battery")
            .await;
        let Ok(SignInStep::Opened(opened)) = step else {
            panic!("{step:?}")
        };
        let sessions = [world.signed_in(&opened).await.unwrap(), ada.clone()];
        let step = app.go_on(&world, &opened.authorization.unwrap(), &sessions).await;
        let AuthorizeStep::Answer(answer) = step else {
            panic!("{name}: {step:?}")
        };
        assert_eq!(crate::applications::number(&answer), number, "{name}");
    }
}

async fn what_can_be_signed_in_with_again(world: World) {
    let ada = world.user_with(ADA, Some("correct horse battery")).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    let signed_in = world.signed_in(&opened).await.unwrap();
    let service = &world.service;
    let possible = || async {
        let overview = service.methods_overview(&signed_in).await.unwrap();
        overview.may_sign_in_again
    };
    assert!(possible().await, "a pass for several sign-ins");
    let only_once = |required| PassPolicyChange {
        one_time_only: Some(required),
        ..PassPolicyChange::default()
    };
    world.policy(only_once(true)).await;
    assert!(!possible().await, "one that the policy stopped since");

    register(&world, &signed_in, &mut SoftwareAuthenticator::new("laptop"))
        .await
        .unwrap();
    assert!(possible().await, "a passkey");
    let passkeys = |enabled| {
        MethodPolicyChange::Passkeys(PasskeyPolicyChange {
            enabled: Some(enabled),
            ..PasskeyPolicyChange::default()
        })
    };
    service
        .change_method_policies(&Caller::Console, &world.info(), passkeys(false))
        .await
        .unwrap();
    assert!(!possible().await, "one that the policy bars");

    let begun = service.begin_totp(&signed_in).await.unwrap();
    let code = code_of(&begun, &world, 0);
    service
        .register_totp(&signed_in, &world.info(), &begun.form, &code, "Phone")
        .await
        .unwrap();
    assert!(!possible().await, "a password that somebody else set");
    world.later(1);
    service
        .set_own_password(&signed_in, &world.info(), None, None, "green kettle morning")
        .await
        .unwrap();
    let signed_in = world.signed_in(&opened).await.unwrap();
    let overview = service.methods_overview(&signed_in).await.unwrap();
    assert!(overview.may_sign_in_again, "a password and an app");
}
