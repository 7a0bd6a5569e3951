//! Changing one's own password: which sessions end, and how the present one is guessed (sign-in contract 4, 6.7, 11).

use latchkey_crypto::testing::SoftwareAuthenticator;
use latchkey_domain::{Activity, PassRequest, SignInError};
use latchkey_service::{PasswordChangeError, SignInStep};
use latchkey_store::AuditFilter;

use crate::common::{World, refusal};
use crate::security_info::{register, sign_in_with};

on_each_engine! {
    changing_the_password_ends_what_stands_on_it
    the_present_password_is_guessed_as_at_sign_in
}

const ADA: &str = "ada@example.com";

async fn changing_the_password_ends_what_stands_on_it(world: World) {
    let ada = world.user_with(ADA, Some("correct horse battery")).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    let by_pass = world.signed_in(&opened).await.unwrap();
    let mut device = SoftwareAuthenticator::new("laptop");
    register(&world, &by_pass, &mut device).await.unwrap();
    let by_passkey = sign_in_with(&world, &mut device).await;
    let step = world
        .service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, "correct horse battery")
        .await;
    let Ok(SignInStep::SecondFactor(flow, _)) = step else {
        panic!("{step:?}")
    };
    let step = world
        .service
        .sign_in_with_pass(&flow, &world.info(), None, code.expose())
        .await;
    let Ok(SignInStep::Opened(by_password)) = step else {
        panic!("{step:?}")
    };
    let own = sign_in_with(&world, &mut device).await;
    let own = world.signed_in(&own).await.unwrap();
    let set = |present: Option<&'static str>, new: &'static str| {
        let (world, own) = (&world, &own);
        async move {
            let info = world.info();
            world
                .service
                .set_own_password(own, &info, None, present, new)
                .await
        }
    };
    set(Some("correct horse battery"), "green kettle morning")
        .await
        .unwrap();
    assert!(world.signed_in(&by_password).await.is_none());
    assert!(world.signed_in(&by_passkey).await.is_some(), "proved otherwise");
    assert!(world.signed_in(&opened).await.is_some(), "proved otherwise");

    // Without the present one: somebody forgot it, and may have lost more.
    world
        .service
        .set_own_password(&by_pass, &world.info(), None, None, "another long sentence")
        .await
        .unwrap();
    assert!(world.signed_in(&by_passkey).await.is_none());
    assert!(
        world.signed_in(&opened).await.is_some(),
        "the session that set it"
    );
}

async fn the_present_password_is_guessed_as_at_sign_in(world: World) {
    let right = "correct horse battery";
    let ada = world.user_with(ADA, Some(right)).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let by_pass = world.sign_in(ADA, code.expose()).await;
    let first = world.signed_in(&by_pass).await.unwrap();
    let mut laptop = SoftwareAuthenticator::new("laptop");
    register(&world, &first, &mut laptop).await.unwrap();
    let opened = sign_in_with(&world, &mut laptop).await;
    let owner = world.signed_in(&opened).await.unwrap();
    let set = |device: Option<String>, present: String, new: &'static str| {
        let (world, owner) = (&world, &owner);
        async move {
            let info = world.info();
            let outcome = world
                .service
                .set_own_password(owner, &info, device.as_deref(), Some(&present), new)
                .await;
            outcome.map_err(|error| matches!(error, PasswordChangeError::Locked { .. }))
        }
    };
    let device = || Some(opened.device.clone());
    for _ in 0..12 {
        let same = set(device(), "the old one".to_owned(), "green kettle morning").await;
        assert_eq!(same, Err(false), "the same wrong one counts once");
    }
    assert_eq!(
        set(device(), "x".repeat(5000), "green kettle morning").await,
        Err(false)
    );
    let mut reader = world.service.store().read().await.unwrap();
    let filter = AuditFilter {
        activity: Some(Activity::ChangeUserPassword.name().to_owned()),
        ..AuditFilter::default()
    };
    let audits = reader.audits_page(&filter, None, 50).await.unwrap();
    assert_eq!(audits.len(), 13, "each is recorded");
    drop(reader);

    // A stranger guesses at the name until it is locked.
    for n in 0..10 {
        let flow = world.flow(ADA);
        let outcome = world
            .service
            .sign_in_with_password(&flow, &world.info(), None, &format!("guess {n}"))
            .await;
        assert_eq!(refusal(outcome), SignInError::WrongPassword);
    }
    let elsewhere = set(None, right.to_owned(), "green kettle morning").await;
    assert_eq!(elsewhere, Err(true), "locked where the owner is not known");
    let at_home = set(device(), right.to_owned(), "green kettle morning").await;
    assert_eq!(at_home, Ok(()));
    let flow = world.flow(ADA);
    let outcome = world
        .service
        .sign_in_with_password(&flow, &world.info(), None, "green kettle morning")
        .await;
    assert_eq!(
        refusal(outcome),
        SignInError::Locked,
        "the stranger's count stays"
    );
}
