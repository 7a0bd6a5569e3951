//! Passkeys that an administrator makes for a user: used like any other, within their time, once, and not for oneself
//! behind a session that proved too little.

use latchkey_crypto::testing::{Maker, SoftwareAuthenticator};
use latchkey_domain::{
    Aaguid, Caller, MethodPolicyChange, Minutes, Passkey, PasskeyPolicyChange, SessionMethod, UserRef,
};
use latchkey_service::{AddPasskeyError, PasskeyOptions, SignInStep};

use crate::common::World;

const ADA: &str = "ada@example.com";

async fn options(world: &World, user: &UserRef, minutes: u32) -> Result<PasskeyOptions, AddPasskeyError> {
    let (service, info) = (&world.service, world.info());
    service
        .passkey_options_for(&Caller::Console, &info, user, Minutes(minutes))
        .await
}

async fn add(world: &World, user: &UserRef, answer: Vec<u8>) -> Result<Passkey, AddPasskeyError> {
    let (service, info) = (&world.service, world.info());
    service
        .add_passkey_for(&Caller::Console, &info, user, "Blue key", answer)
        .await
}

async fn it_signs_its_user_in(world: World) {
    let ada = world.user(ADA).await;
    let mut key = SoftwareAuthenticator::new("blue");
    let begun = options(&world, &ada, 60).await.unwrap();
    world.later(59 * 60);
    let made = add(&world, &ada, key.create(&begun.options)).await.unwrap();
    assert_eq!(made.name, "Blue key");

    let browser = world.service.new_browser_key();
    let flow = world.service.begin_flow(&browser, &world.info(), "/", None);
    let (asked, flow) = world.service.begin_passkey_sign_in(&flow).await.unwrap();
    let step = world
        .service
        .sign_in_with_passkey(&flow, &world.info(), &key.get(&asked))
        .await;
    let Ok(SignInStep::Opened(opened)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(opened.session.method, SessionMethod::Passkey);
    assert_eq!(opened.user.upn.as_str(), ADA);
}

async fn options_are_one_users_once_and_for_a_while(world: World) {
    let (ada, bob) = (world.user(ADA).await, world.user("bob@example.com").await);
    let begun = options(&world, &ada, 5).await.unwrap();
    let answer = SoftwareAuthenticator::new("blue").create(&begun.options);
    let refused = add(&world, &bob, answer.clone()).await.unwrap_err();
    assert!(matches!(refused, AddPasskeyError::Challenge), "{refused}");
    add(&world, &ada, answer.clone()).await.unwrap();
    let refused = add(&world, &ada, answer).await.unwrap_err();
    assert!(
        matches!(refused, AddPasskeyError::Challenge),
        "used up: {refused}"
    );

    let begun = options(&world, &ada, 5).await.unwrap();
    let answer = SoftwareAuthenticator::new("late").create(&begun.options);
    world.later(5 * 60);
    let refused = add(&world, &ada, answer).await.unwrap_err();
    assert!(matches!(refused, AddPasskeyError::Challenge), "late: {refused}");

    // As many as one can have passkeys are kept; older ones go.
    let first = options(&world, &bob, 5).await.unwrap();
    for _ in 0..Passkey::MAX_PER_USER {
        world.later(1);
        options(&world, &bob, 5).await.unwrap();
    }
    let answer = SoftwareAuthenticator::new("first").create(&first.options);
    let refused = add(&world, &bob, answer).await.unwrap_err();
    assert!(matches!(refused, AddPasskeyError::Challenge), "{refused}");
    for minutes in [0, 4, 43_201] {
        let refused = options(&world, &ada, minutes).await.unwrap_err();
        assert!(matches!(refused, AddPasskeyError::Lifetime), "{refused}");
    }
}

async fn where_attestation_is_demanded_a_maker_must_vouch(world: World) {
    let ada = world.user(ADA).await;
    let maker = Maker::new(SoftwareAuthenticator::AAGUID);
    let make = Aaguid::from_bytes(SoftwareAuthenticator::AAGUID).to_string();
    world.knows_makes(&[maker.entry(&make, "FIDO_CERTIFIED_L1")]);
    let change = MethodPolicyChange::Passkeys(PasskeyPolicyChange {
        attestation: Some(true),
        ..PasskeyPolicyChange::default()
    });
    world
        .service
        .change_method_policies(&Caller::Console, &world.info(), change)
        .await
        .unwrap();

    let begun = options(&world, &ada, 60).await.unwrap();
    let answer = SoftwareAuthenticator::new("nobody's").create(&begun.options);
    let refused = add(&world, &ada, answer).await.unwrap_err();
    assert!(matches!(refused, AddPasskeyError::NotAttested), "{refused}");

    let mut key = SoftwareAuthenticator::new("blue");
    key.vouched_for_by(maker);
    let begun = options(&world, &ada, 60).await.unwrap();
    let made = add(&world, &ada, key.create(&begun.options)).await.unwrap();
    assert!(made.attested_by.is_some());
    let listed = world.service.list_methods(&Caller::Console, &ada).await.unwrap();
    assert_eq!(listed.passkeys, [made], "as it was stored");
}

on_each_engine! {
    where_attestation_is_demanded_a_maker_must_vouch
    it_signs_its_user_in
    options_are_one_users_once_and_for_a_while
}
