//! People's own methods: registering, changing, deleting, and how long after sign-in that may be done.

use std::fmt::Write;

use latchkey_crypto::TotpKey;
use latchkey_crypto::testing::SoftwareAuthenticator;
use latchkey_domain::{PassRequest, Passkey, PasswordRefusal, SessionMethod, SignInError, UserRef};
use latchkey_service::{
    OpenedSession, OwnMethodError, PasswordChangeError, SignInStep, SignedIn, TotpRegistration,
};
use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::{World, refusal};

async fn world() -> (TestDatabase, World) {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let world = World::on(&database.url).await;
    (database, world)
}

const ADA: &str = "ada@example.com";

pub(crate) async fn in_by_one_time_pass(world: &World) -> (UserRef, SignedIn) {
    let ada = world.user(ADA).await;
    let code = world.one_time(&ada).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    (ada, world.signed_in(&opened).await.unwrap())
}

pub(crate) async fn register(
    world: &World,
    signed_in: &SignedIn,
    device: &mut SoftwareAuthenticator,
) -> Result<Passkey, OwnMethodError> {
    let service = &world.service;
    let begun = service.begin_passkey(signed_in).await?;
    let draft = service
        .check_made_passkey(signed_in, &begun.form, &device.create(&begun.options))
        .await?;
    service
        .register_passkey(signed_in, &world.info(), &draft.form, &draft.suggested_name)
        .await
}

pub(crate) async fn sign_in_with(world: &World, device: &mut SoftwareAuthenticator) -> Box<OpenedSession> {
    let browser = world.service.new_browser_key();
    let flow = world.service.begin_flow(&browser, &world.info(), "/", None);
    let (options, flow) = world.service.begin_passkey_sign_in(&flow).await.unwrap();
    let step = world
        .service
        .sign_in_with_passkey(&flow, &world.info(), &device.get(&options))
        .await
        .unwrap();
    let SignInStep::Opened(opened) = step else {
        panic!("{step:?}")
    };
    opened
}

#[tokio::test]
async fn the_main_job_pass_then_passkey_then_passkey_alone() {
    let (_database, world) = world().await;
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    let mut device = SoftwareAuthenticator::new("laptop");
    register(&world, &signed_in, &mut device).await.unwrap();
    world.later(7200);
    let opened = sign_in_with(&world, &mut device).await;
    assert_eq!(
        (opened.session.method, opened.session.pass),
        (SessionMethod::Passkey, None)
    );
    assert_eq!(opened.user.upn.as_str(), ADA);
}

#[tokio::test]
async fn ten_minutes_after_a_one_time_pass() {
    for (begun_after, finished_after, ok) in
        [(0, 599, true), (599, 2, false), (600, 0, true), (601, 0, false)]
    {
        let (_database, world) = world().await;
        let (_, signed_in) = in_by_one_time_pass(&world).await;
        let service = &world.service;
        let mut device = SoftwareAuthenticator::new("laptop");
        world.later(begun_after);
        // The ceremony itself may last 5 minutes; so does its first half here.
        let outcome = async {
            let begun = service.begin_passkey(&signed_in).await?;
            let answer = device.create(&begun.options);
            let half = (finished_after / 2).min(290);
            world.later(half);
            let draft = service
                .check_made_passkey(&signed_in, &begun.form, &answer)
                .await?;
            world.later(finished_after - half);
            service
                .register_passkey(&signed_in, &world.info(), &draft.form, "Laptop")
                .await
        };
        match outcome.await {
            Ok(_) => assert!(ok, "begun {begun_after}, finished {finished_after} later"),
            Err(OwnMethodError::TooLate { possible }) => {
                assert!(!ok && !possible, "nothing is left to sign in with");
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn five_minutes_after_a_multi_use_pass_and_entering_it_again_restarts() {
    let (_database, world) = world().await;
    let ada = world.user(ADA).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    let signed_in = world.signed_in(&opened).await.unwrap();
    world.later(301);
    let refused = world.service.begin_passkey(&signed_in).await.unwrap_err();
    assert!(
        matches!(refused, OwnMethodError::TooLate { possible: true }),
        "{refused}"
    );
    let browser = world.service.new_browser_key();
    let flow = world.service.begin_flow(
        &browser,
        &world.info(),
        "/security-info/passkey",
        Some(signed_in.session.id),
    );
    let flow = flow.with_name(ADA).unwrap();
    let step = world
        .service
        .sign_in_with_pass(&flow, &world.info(), None, code.expose())
        .await
        .unwrap();
    let SignInStep::Opened(again) = step else { panic!() };
    assert_eq!(again.return_to, "/security-info/passkey");
    assert!(
        world.signed_in(&opened).await.is_none(),
        "the new session takes the place of the old"
    );
    let signed_in = world.signed_in(&again).await.unwrap();
    register(&world, &signed_in, &mut SoftwareAuthenticator::new("laptop"))
        .await
        .unwrap();
}

#[tokio::test]
async fn passkeys_are_unique_and_at_most_ten() {
    let (_database, world) = world().await;
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    for n in 0..10 {
        register(
            &world,
            &signed_in,
            &mut SoftwareAuthenticator::new(&n.to_string()),
        )
        .await
        .unwrap();
    }
    let eleventh = world.service.begin_passkey(&signed_in).await.unwrap_err();
    assert!(
        matches!(eleventh, OwnMethodError::TooMany { most: 10 }),
        "{eleventh}"
    );

    let bob = world.user("bob@example.com").await;
    let code = world.one_time(&bob).await.code;
    let opened = world.sign_in("bob@example.com", code.expose()).await;
    let signed_in = world.signed_in(&opened).await.unwrap();
    let taken = register(&world, &signed_in, &mut SoftwareAuthenticator::new("3"))
        .await
        .unwrap_err();
    assert!(matches!(taken, OwnMethodError::AlreadyRegistered), "{taken}");
}

#[tokio::test]
async fn a_ceremony_counts_once_and_for_its_own_session() {
    let (_database, world) = world().await;
    let (ada, signed_in) = in_by_one_time_pass(&world).await;
    let service = &world.service;
    let mut device = SoftwareAuthenticator::new("laptop");
    let begun = service.begin_passkey(&signed_in).await.unwrap();
    let answer = device.create(&begun.options);
    let draft = service
        .check_made_passkey(&signed_in, &begun.form, &answer)
        .await
        .unwrap();
    let passkey = service
        .register_passkey(&signed_in, &world.info(), &draft.form, "Laptop")
        .await
        .unwrap();
    service
        .delete_own_passkey(&signed_in, &world.info(), &passkey.id)
        .await
        .unwrap();
    let replayed = service
        .register_passkey(&signed_in, &world.info(), &draft.form, "Laptop")
        .await
        .unwrap_err();
    assert!(
        matches!(replayed, OwnMethodError::StaleForm),
        "a spent challenge stays spent: {replayed}"
    );

    let code = world.one_time(&ada).await.code;
    let other = world.sign_in(ADA, code.expose()).await;
    let other = world.signed_in(&other).await.unwrap();
    let begun = service.begin_passkey(&other).await.unwrap();
    let answer = device.create(&begun.options);
    let crossed = service
        .check_made_passkey(&signed_in, &begun.form, &answer)
        .await
        .unwrap_err();
    assert!(
        matches!(crossed, OwnMethodError::StaleForm | OwnMethodError::SessionEnded),
        "{crossed}"
    );
}

#[tokio::test]
async fn a_sign_in_answer_counts_once() {
    let (_database, world) = world().await;
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    let mut device = SoftwareAuthenticator::new("laptop");
    register(&world, &signed_in, &mut device).await.unwrap();
    let service = &world.service;
    let browser = service.new_browser_key();
    let flow = service.begin_flow(&browser, &world.info(), "/", None);
    let (options, flow) = service.begin_passkey_sign_in(&flow).await.unwrap();
    let answer = device.get(&options);
    service
        .sign_in_with_passkey(&flow, &world.info(), &answer)
        .await
        .unwrap();
    let again = service.sign_in_with_passkey(&flow, &world.info(), &answer).await;
    assert!(again.is_err(), "replayed");
}

pub(crate) fn code_of(registration: &TotpRegistration, world: &World, steps: i64) -> String {
    // The key as people type it in by hand, turned back into bytes.
    let mut bits = String::new();
    for sign in registration.key.expose().bytes() {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            _ => sign - b'2' + 26,
        };
        write!(bits, "{value:05b}").unwrap();
    }
    let key: Vec<u8> = (0..20)
        .map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap())
        .collect();
    let key = TotpKey::from_slice(&key).unwrap();
    let at = world.service.now() + latchkey_domain::Seconds(30 * steps);
    (0..1_000_000)
        .map(|n| format!("{n:06}"))
        .find(|code| key.matching_step(code, at, 0).is_some())
        .unwrap()
}

#[tokio::test]
async fn authenticator_app_then_password_and_code() {
    let (_database, world) = world().await;
    let ada = world.user_with(ADA, Some("correct horse battery")).await;
    let code = world.one_time(&ada).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    let signed_in = world.signed_in(&opened).await.unwrap();
    let service = &world.service;
    let begun = service.begin_totp(&signed_in).await.unwrap();
    assert!(
        service
            .methods_overview(&signed_in)
            .await
            .unwrap()
            .totp_apps
            .is_empty(),
        "a pending key is in no list"
    );
    let wrong = service
        .register_totp(&signed_in, &world.info(), &begun.form, "000000", "Phone")
        .await
        .unwrap_err();
    assert!(matches!(wrong, OwnMethodError::WrongCode), "{wrong}");
    let resumed = service.resume_totp(&signed_in, &begun.form).unwrap();
    assert_eq!(resumed.key.expose(), begun.key.expose());
    let code = code_of(&begun, &world, 0);
    service
        .register_totp(&signed_in, &world.info(), &begun.form, &code, "Phone")
        .await
        .unwrap();

    let second_factor = |typed: String| {
        let world = &world;
        async move {
            let step = world
                .service
                .sign_in_with_password(&world.flow(ADA), &world.info(), None, "correct horse battery")
                .await
                .unwrap();
            let SignInStep::SecondFactor(flow, factors) = step else {
                panic!("{step:?}")
            };
            assert!(factors.totp);
            world
                .service
                .sign_in_with_totp(&flow, &world.info(), None, &typed)
                .await
        }
    };
    assert_eq!(
        refusal(second_factor(code).await),
        SignInError::WrongTotpCode,
        "the code of the registration is spent"
    );
    world.later(60);
    let two_early = code_of(&begun, &world, -2);
    assert_eq!(
        refusal(second_factor(two_early).await),
        SignInError::WrongTotpCode
    );
    let one_late = code_of(&begun, &world, 1);
    let SignInStep::Opened(opened) = second_factor(one_late.clone()).await.unwrap() else {
        panic!()
    };
    assert_eq!(opened.session.method, SessionMethod::PasswordAndTotp);
    assert_eq!(
        refusal(second_factor(one_late).await),
        SignInError::WrongTotpCode,
        "replayed"
    );
}

#[tokio::test]
async fn ten_wrong_codes_start_the_wizard_again() {
    let (_database, world) = world().await;
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    let begun = world.service.begin_totp(&signed_in).await.unwrap();
    for n in 1..=10 {
        let refused = world
            .service
            .register_totp(&signed_in, &world.info(), &begun.form, "12", "Phone")
            .await
            .unwrap_err();
        assert_eq!(
            matches!(refused, OwnMethodError::TooManyWrongCodes),
            n == 10,
            "{n}: {refused}"
        );
    }
    let code = code_of(&begun, &world, 0);
    let refused = world
        .service
        .register_totp(&signed_in, &world.info(), &begun.form, &code, "Phone")
        .await;
    assert!(matches!(refused, Err(OwnMethodError::TooManyWrongCodes)));
}

#[tokio::test]
async fn a_password_in_a_fresh_pass_session_and_with_the_present_one_later() {
    let (_database, world) = world().await;
    let (ada, signed_in) = in_by_one_time_pass(&world).await;
    let service = &world.service;
    let set = |present: Option<&'static str>, new: &'static str| {
        let (world, signed_in) = (&world, signed_in.clone());
        async move {
            world
                .service
                .set_own_password(&signed_in, &world.info(), None, present, new)
                .await
        }
    };
    let weak = set(None, "Password1!").await.unwrap_err();
    assert!(
        matches!(weak, PasswordChangeError::Rule(PasswordRefusal::TooCommon)),
        "{weak}"
    );
    set(None, "green kettle morning").await.unwrap();
    let same = set(None, "green kettle morning").await.unwrap_err();
    assert!(
        matches!(same, PasswordChangeError::Rule(PasswordRefusal::SameAsBefore)),
        "{same}"
    );
    world.later(601);
    let late = set(None, "another long sentence").await.unwrap_err();
    assert!(
        matches!(late, PasswordChangeError::Method(OwnMethodError::TooLate { .. })),
        "{late}"
    );

    let step = service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, "green kettle morning")
        .await;
    let Ok(SignInStep::Opened(opened)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(opened.session.method, SessionMethod::Password);
    let by_password = world.signed_in(&opened).await.unwrap();
    let missing = service
        .set_own_password(&by_password, &world.info(), None, None, "another long sentence")
        .await
        .unwrap_err();
    assert!(matches!(missing, PasswordChangeError::WrongPresent), "{missing}");
    service
        .set_own_password(
            &by_password,
            &world.info(),
            None,
            Some("green kettle morning"),
            "another long sentence",
        )
        .await
        .unwrap();
    assert!(
        world.signed_in(&opened).await.is_some(),
        "the session that set it stays"
    );
    assert!(
        service
            .show_pass(&latchkey_domain::Caller::Console, &ada)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn deleting_the_own_pass_ends_the_session_that_stands_on_it() {
    let (_database, world) = world().await;
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    let overview = world.service.methods_overview(&signed_in).await.unwrap();
    assert!(overview.pass.as_ref().unwrap().opened_this_session);
    world
        .service
        .delete_own_pass(&signed_in, &world.info())
        .await
        .unwrap();
    let ended = world
        .service
        .may_start_change(&signed_in.session, latchkey_domain::ChangeKind::Other)
        .await;
    assert!(matches!(ended, Err(OwnMethodError::SessionEnded)), "{ended:?}");
}

#[tokio::test]
async fn the_banner_shows_only_without_other_methods() {
    let (_database, world) = world().await;
    let (_, signed_in) = in_by_one_time_pass(&world).await;
    let overview = world.service.methods_overview(&signed_in).await.unwrap();
    assert!(
        overview.only_a_pass,
        "a password that came with the account is no way in"
    );
    assert!(!overview.older_methods);
    world.later(1);
    register(&world, &signed_in, &mut SoftwareAuthenticator::new("laptop"))
        .await
        .unwrap();
    let overview = world.service.methods_overview(&signed_in).await.unwrap();
    assert_eq!(overview.passkeys.len(), 1);
    assert!(!overview.only_a_pass);
    assert!(!overview.older_methods, "made in this session");

    world.later(60);
    let ada = UserRef::Id(signed_in.user.id);
    let code = world.one_time(&ada).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    let signed_in = world.signed_in(&opened).await.unwrap();
    assert!(
        world
            .service
            .methods_overview(&signed_in)
            .await
            .unwrap()
            .older_methods,
        "after a recovery"
    );
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let (_database, world) = world().await;
    let ada = world.user(ADA).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let (first, second) = (
        world.sign_in(ADA, code.expose()).await,
        world.sign_in(ADA, code.expose()).await,
    );
    let signed_in = world.signed_in(&first).await.unwrap();
    world
        .service
        .sign_out_everywhere(&signed_in, &world.info())
        .await
        .unwrap();
    assert!(world.signed_in(&first).await.is_none() && world.signed_in(&second).await.is_none());
    world.later(1);
    let third = world.sign_in(ADA, code.expose()).await;
    assert!(
        world.signed_in(&third).await.is_some(),
        "the pass itself still works"
    );
    let signed_in = world.signed_in(&third).await.unwrap();
    world.service.sign_out(&signed_in).await.unwrap();
    assert!(world.signed_in(&third).await.is_none());
}

#[tokio::test]
async fn an_owed_password_change_ends_other_sessions_and_unicode_passwords_work() {
    let (_database, world) = world().await;
    // As a Mac types it: the accents apart from their letters.
    let ada = world.user_with(ADA, Some("cafe\u{301} mornings ahead")).await;
    let composed = "caf\u{e9} mornings ahead";
    let service = &world.service;
    let step = service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, composed)
        .await;
    let Ok(SignInStep::Opened(stolen)) = step else {
        panic!("{step:?}")
    };
    let change = latchkey_service::UserWish {
        must_change_password: Some(true),
        ..Default::default()
    };
    service
        .update_user(&latchkey_domain::Caller::Console, &world.info(), &ada, change)
        .await
        .unwrap();
    world.later(1);
    let step = service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, composed)
        .await;
    let Ok(SignInStep::ChangePassword(flow)) = step else {
        panic!("{step:?}")
    };
    let opened = service
        .change_owed_password(&flow, &world.info(), "another long sentence")
        .await
        .unwrap();
    assert!(world.signed_in(&opened).await.is_some());
    assert!(
        world.signed_in(&stolen).await.is_none(),
        "a session from the old password is over"
    );
}
