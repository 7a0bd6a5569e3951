//! A password that must be changed, after a pass as the second factor (sign-in contract 2.6, 4 and 5.1).

use latchkey_domain::{Caller, PassPolicyChange, SessionMethod};
use latchkey_service::{Flow, OpenedSession, OwedPasswordError, SignInFailure, SignInStep, UserWish};

use crate::common::World;

on_each_engine! {
    it_is_changed_before_anything_opens_and_the_pass_opens_one_session
    whoever_leaves_before_the_change_keeps_the_pass
    a_pass_that_stopped_working_opens_nothing
}

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// Ada proved the password that she must change, then a one-time pass: its code, and the sign-in under way.
async fn owing_a_password(world: &World) -> (String, Box<Flow>) {
    let ada = world.user_with(ADA, Some(PASSWORD)).await;
    let change = UserWish {
        must_change_password: Some(true),
        ..UserWish::default()
    };
    let service = &world.service;
    service
        .update_user(&Caller::Console, &world.info(), &ada, change)
        .await
        .unwrap();
    let code = world.one_time(&ada).await.code.expose().clone();
    let step = service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, PASSWORD)
        .await;
    let Ok(SignInStep::SecondFactor(flow, _)) = step else {
        panic!("{step:?}")
    };
    let step = service.sign_in_with_pass(&flow, &world.info(), None, &code).await;
    let Ok(SignInStep::ChangePassword(flow)) = step else {
        panic!("nothing opens before the change: {step:?}")
    };
    (code, flow)
}

async fn change(world: &World, flow: &Flow, new: &str) -> Result<Box<OpenedSession>, u32> {
    let info = world.info();
    let changed = world.service.change_owed_password(flow, &info, new).await;
    changed.map_err(|failure| match failure {
        OwedPasswordError::SignIn(SignInFailure::Refused { error, .. }) => error.number(),
        other => panic!("{other}"),
    })
}

async fn it_is_changed_before_anything_opens_and_the_pass_opens_one_session(world: World) {
    let (code, flow) = owing_a_password(&world).await;
    let proved_at = world.service.now();
    world.later(1);
    // Two forms at once.
    let (one, other) = tokio::join!(
        change(&world, &flow, "another long sentence"),
        change(&world, &flow, "yet another sentence"),
    );
    let mut opened: Vec<_> = [one, other].into_iter().flatten().collect();
    assert_eq!(opened.len(), 1);
    let session = opened.remove(0).session;
    assert_eq!(session.method, SessionMethod::PasswordAndPass { one_time: true });
    assert!(session.pass.is_some(), "it ends with the pass");
    assert_eq!(
        session.authenticated_at, proved_at,
        "the ten minutes for registering count from the pass"
    );
    assert_eq!(world.number(ADA, &code).await, 130_505);
    let again = change(&world, &flow, "one more long sentence").await;
    assert_eq!(again.unwrap_err(), 50_089, "once");
}

async fn whoever_leaves_before_the_change_keeps_the_pass(world: World) {
    let (code, flow) = owing_a_password(&world).await;
    assert_eq!(world.number(ADA, &code).await, 0, "it was not used up");
    let late = change(&world, &flow, "another long sentence").await;
    assert_eq!(late.unwrap_err(), 130_505, "now it was");
}

async fn a_pass_that_stopped_working_opens_nothing(world: World) {
    let (_, flow) = owing_a_password(&world).await;
    let enabled = |on| PassPolicyChange {
        enabled: Some(on),
        ..PassPolicyChange::default()
    };
    world.policy(enabled(false)).await;
    let off = change(&world, &flow, "another long sentence").await;
    assert_eq!(off.unwrap_err(), 130_502);
    world.policy(enabled(true)).await;
    world.later(3600);
    let over = change(&world, &flow, "another long sentence").await;
    assert_eq!(over.unwrap_err(), 130_504);
    let step = world
        .service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, PASSWORD)
        .await;
    assert!(
        matches!(step, Ok(SignInStep::ChangePassword(_))),
        "the password is as it was: {step:?}"
    );
}
