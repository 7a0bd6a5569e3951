//! Signing in with a pass: each row of sign-in contract 2.4, lockout, and what a pass grants.

use latchkey_domain::{
    Caller, Minutes, PassPolicyChange, PassRequest, PerUserMfa, Platform, Seconds, SessionMethod,
    SignInError, Strength, Upn, UserRef,
};
use latchkey_service::{AuthorizeStep, SignInFailure, SignInStep, UserWish};

use crate::applications::App;
use crate::common::{START, World, number, refusal};

on_each_engine! {
    rows_of_the_pass_page
    a_wrong_code_tells_nothing
    fifty_at_once_give_one_session
    long_codes_take_the_quick_way_with_the_same_answers
    replaced_and_deleted_passes_end_what_they_opened
    a_session_ends_with_its_pass
    guesses_lock_the_name_and_the_lock_holds_for_the_right_code
    unknown_names_lock_alike
    guesses_lock_the_source
    a_hundred_wrong_guesses_block_the_pass
    the_owner_s_device_has_a_counter_of_its_own
    password_then_pass
    a_pass_keeps_nobody_from_signing_in_with_their_password
    each_attempt_is_logged_once_and_redeeming_is_audited
    codes_as_people_type_them
}

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// Another code of the same length.
fn wrong(code: &str) -> String {
    let first = if code.starts_with('A') { "B" } else { "A" };
    format!("{first}{}", &code[1..])
}

async fn rows_of_the_pass_page(world: World) {
    let ada = world.user(ADA).await;
    let code = world.one_time(&ada).await.code;
    assert_eq!(world.number(ADA, &wrong(code.expose())).await, 130_503);

    let opened = world.sign_in(ADA, code.expose()).await;
    assert_eq!(opened.session.method, SessionMethod::Pass { one_time: true });
    assert_eq!(world.number(ADA, code.expose()).await, 130_505, "redeemed");

    let code = world.one_time(&ada).await.code;
    let off = UserWish {
        account_enabled: Some(false),
        ..Default::default()
    };
    world
        .service
        .update_user(&Caller::Console, &world.info(), &ada, off)
        .await
        .unwrap();
    assert_eq!(world.number(ADA, code.expose()).await, 50057);
    let on = UserWish {
        account_enabled: Some(true),
        ..Default::default()
    };
    world
        .service
        .update_user(&Caller::Console, &world.info(), &ada, on)
        .await
        .unwrap();

    world
        .policy(PassPolicyChange {
            enabled: Some(false),
            ..Default::default()
        })
        .await;
    assert_eq!(world.number(ADA, code.expose()).await, 130_502);
    world
        .policy(PassPolicyChange {
            enabled: Some(true),
            ..Default::default()
        })
        .await;
    world.later(3600);
    assert_eq!(
        world.number(ADA, code.expose()).await,
        130_504,
        "at the very end it is expired"
    );

    let start_at = Some(world.service.now() + Seconds(600));
    let early = world
        .issue(
            &ada,
            PassRequest {
                start_at,
                ..Default::default()
            },
        )
        .await
        .code;
    match world.try_pass(ADA, early.expose()).await {
        Err(SignInFailure::Refused {
            error: SignInError::PassNotYetValid,
            when,
        }) => assert_eq!(when, start_at),
        other => panic!("{other:?}"),
    }
    world.later(600);
    assert_eq!(world.number(ADA, early.expose()).await, 0);
}

async fn a_wrong_code_tells_nothing(world: World) {
    let ada = world.user(ADA).await;
    world.user("bob@example.com").await;
    let code = world.one_time(&ada).await.code;
    world.sign_in(ADA, code.expose()).await;
    for (name, code) in [
        (ADA, wrong(code.expose())),
        ("bob@example.com", "ABCDEFGH".into()),
        ("nobody@example.com", "ABCDEFGH".into()),
    ] {
        assert_eq!(
            refusal(world.try_pass(name, &code).await),
            SignInError::InvalidPass,
            "{name}"
        );
    }
    world.later(7200);
    assert_eq!(
        refusal(world.try_pass(ADA, &wrong(code.expose())).await),
        SignInError::InvalidPass,
        "expired"
    );
}

async fn fifty_at_once_give_one_session(world: World) {
    world
        .policy(PassPolicyChange {
            length: Some(24),
            ..Default::default()
        })
        .await;
    let ada = world.user(ADA).await;
    let code = world.one_time(&ada).await.code;
    let world = std::sync::Arc::new(world);
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let (world, code) = (world.clone(), code.expose().clone());
            tokio::spawn(async move { world.number(ADA, &code).await })
        })
        .collect();
    let mut numbers = Vec::new();
    for attempt in attempts {
        numbers.push(attempt.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers[0], 0);
    assert!(
        numbers[1..].iter().all(|number| *number == 130_505),
        "{numbers:?}"
    );
}

async fn long_codes_take_the_quick_way_with_the_same_answers(world: World) {
    world
        .policy(PassPolicyChange {
            length: Some(24),
            ..Default::default()
        })
        .await;
    let ada = world.user(ADA).await;
    let code = world.one_time(&ada).await.code;
    assert_eq!(code.expose().len(), 24);
    assert_eq!(world.number(ADA, &wrong(code.expose())).await, 130_503);
    assert_eq!(world.number("nobody@example.com", code.expose()).await, 130_503);
    assert_eq!(world.number(ADA, code.expose()).await, 0);
    assert_eq!(world.number(ADA, code.expose()).await, 130_505);
    world.later(3600);
    assert_eq!(world.number(ADA, code.expose()).await, 130_504);
}

async fn replaced_and_deleted_passes_end_what_they_opened(world: World) {
    let ada = world.user(ADA).await;
    let first = world.issue(&ada, PassRequest::default()).await;
    let opened = world.sign_in(ADA, first.code.expose()).await;
    assert!(world.signed_in(&opened).await.is_some());

    let second = world.issue(&ada, PassRequest::default()).await;
    assert!(
        world.signed_in(&opened).await.is_none(),
        "replaced: its session ends"
    );
    assert_eq!(
        world.number(ADA, first.code.expose()).await,
        130_503,
        "replaced: its code is unknown"
    );

    let opened = world.sign_in(ADA, second.code.expose()).await;
    world
        .service
        .delete_pass(&Caller::Console, &world.info(), &ada, second.view.pass.id)
        .await
        .unwrap();
    assert!(
        world.signed_in(&opened).await.is_none(),
        "deleted: its session ends"
    );
    assert_eq!(world.number(ADA, second.code.expose()).await, 130_503);
}

async fn a_session_ends_with_its_pass(world: World) {
    let ada = world.user(ADA).await;
    let pass = world.one_time(&ada).await;
    world.later(1800);
    let opened = world.sign_in(ADA, pass.code.expose()).await;
    assert_eq!(opened.session.not_after, START + Minutes(60));
    world.later(1799);
    assert!(
        world.signed_in(&opened).await.is_some(),
        "using it up leaves the session"
    );
    world.later(1);
    assert!(world.signed_in(&opened).await.is_none());
    world.later(-2);
    assert!(
        world.signed_in(&opened).await.is_some(),
        "the clock decides, nothing else did"
    );
}

async fn guesses_lock_the_name_and_the_lock_holds_for_the_right_code(world: World) {
    let ada = world.user(ADA).await;
    let code = world.one_time(&ada).await.code;
    for guess in 0..10 {
        assert_eq!(
            world.number(ADA, &wrong(code.expose())).await,
            130_503,
            "guess {guess}"
        );
    }
    assert_eq!(
        world.number(ADA, code.expose()).await,
        50053,
        "locked for the right code too"
    );
    world.later(59);
    assert_eq!(world.number(ADA, code.expose()).await, 50053);
    world.later(1);
    assert_eq!(world.number(ADA, &wrong(code.expose())).await, 130_503);
    world.later(119);
    assert_eq!(
        world.number(ADA, code.expose()).await,
        50053,
        "the second lock is twice as long"
    );
    world.later(1);
    assert_eq!(world.number(ADA, code.expose()).await, 0);
    assert_eq!(
        world.number(ADA, &wrong(code.expose())).await,
        130_503,
        "a success forgives"
    );
}

async fn unknown_names_lock_alike(world: World) {
    for _ in 0..10 {
        assert_eq!(world.number("nobody@example.com", "ABCDEFGH").await, 130_503);
    }
    assert_eq!(
        world.number("Nobody@Example.com", "ABCDEFGH").await,
        50053,
        "the same name in other letters"
    );
}

async fn guesses_lock_the_source(world: World) {
    world
        .policy(PassPolicyChange {
            length: Some(24),
            ..Default::default()
        })
        .await;
    let ada = world.user(ADA).await;
    let code = world.one_time(&ada).await.code;
    let info = world.info_from([203, 0, 113, 9]);
    let guess = |name: String, code: String| {
        let (world, info) = (&world, info.clone());
        async move {
            number(
                &world
                    .service
                    .sign_in_with_pass(&world.flow(&name), &info, None, &code)
                    .await,
            )
        }
    };
    for n in 0..30 {
        assert_eq!(
            guess(format!("user{n}@example.com"), "ABCDEFGHJKMNPQRSTUVWXYZA".into()).await,
            130_503
        );
    }
    assert_eq!(
        guess(ADA.into(), code.expose().clone()).await,
        50053,
        "from this source nothing goes"
    );
    assert_eq!(world.number(ADA, code.expose()).await, 0, "from another it does");
}

async fn a_hundred_wrong_guesses_block_the_pass(world: World) {
    world
        .policy(PassPolicyChange {
            length: Some(24),
            maximum: Some(43_200),
            ..Default::default()
        })
        .await;
    let ada = world.user(ADA).await;
    let code = world
        .issue(
            &ada,
            PassRequest {
                lifetime: Some(43_200),
                ..Default::default()
            },
        )
        .await
        .code;
    for _ in 0..100 {
        assert_eq!(world.number(ADA, &wrong(code.expose())).await, 130_503);
        world.later(3600);
    }
    assert_eq!(
        world.number(ADA, code.expose()).await,
        130_502,
        "the holder of the code learns that it is blocked"
    );
    let view = world
        .service
        .show_pass(&Caller::Console, &ada)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.usability.as_str(), "DisabledByPolicy");
    let code = world.issue(&ada, PassRequest::default()).await.code;
    assert_eq!(world.number(ADA, code.expose()).await, 0, "a new pass works");
}

async fn the_owner_s_device_has_a_counter_of_its_own(world: World) {
    let ada = world.user(ADA).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let device = world.sign_in(ADA, code.expose()).await.device;
    for _ in 0..10 {
        world.number(ADA, &wrong(code.expose())).await;
    }
    assert_eq!(world.number(ADA, code.expose()).await, 50053);
    let from_device = |name: &'static str, mark: &str| {
        let (world, code, mark) = (&world, code.expose().clone(), mark.to_owned());
        async move {
            number(
                &world
                    .service
                    .sign_in_with_pass(&world.flow(name), &world.info(), Some(&mark), &code)
                    .await,
            )
        }
    };
    assert_eq!(from_device(ADA, "forged").await, 50053);
    assert_eq!(
        from_device(ADA, &device).await,
        0,
        "a stranger's guesses don't lock the owner out"
    );
}

async fn password_then_pass(world: World) {
    let ada = world.user_with(ADA, Some(PASSWORD)).await;
    let code = world.one_time(&ada).await.code;
    // To one's own pages, which ask for several factors.
    let flow = world.flow(ADA);
    let step = world
        .service
        .sign_in_with_password(&flow, &world.info(), None, PASSWORD)
        .await;
    let Ok(SignInStep::SecondFactor(flow, factors)) = step else {
        panic!("{step:?}")
    };
    assert!(factors.pass && !factors.passkey && !factors.totp);
    let step = world
        .service
        .sign_in_with_pass(&flow, &world.info(), None, code.expose())
        .await
        .unwrap();
    let SignInStep::Opened(opened) = step else {
        panic!("{step:?}")
    };
    assert_eq!(
        opened.session.method,
        SessionMethod::PasswordAndPass { one_time: true }
    );
    assert_eq!(opened.session.method.amr(), ["pwd", "otp", "mfa"]);
    assert_eq!(
        world.number(ADA, code.expose()).await,
        130_505,
        "consumed that way too"
    );
}

/// What a password leads to on the way to an application: the second factors asked for, or the session.
async fn by_password_to(world: &World, app: &App, changes: &[(&str, &str)]) -> Result<SessionMethod, bool> {
    let request = app.begin(world, changes).await;
    let flow = world.flow(ADA).for_authorization(request);
    let step = world
        .service
        .sign_in_with_password(&flow, &world.info(), None, PASSWORD)
        .await
        .unwrap();
    match step {
        SignInStep::Opened(opened) => Ok(opened.session.method),
        SignInStep::SecondFactor(_, factors) => Err(factors.pass),
        other @ SignInStep::ChangePassword(_) => panic!("{other:?}"),
    }
}

async fn a_pass_keeps_nobody_from_signing_in_with_their_password(world: World) {
    let ada = world.user_with(ADA, Some(PASSWORD)).await;
    let code = world.one_time(&ada).await.code;
    let app = App::public(&world).await;
    let strict = App::registered(&world, Platform::PublicClient, |registration| {
        registration.required_strength = Some(Strength::MULTIFACTOR);
    })
    .await;
    let claims = r#"{"id_token":{"amr":{"essential":true,"values":["mfa"]}}}"#;
    let alone = Ok(SessionMethod::Password);
    assert_eq!(by_password_to(&world, &app, &[]).await, alone);
    assert_eq!(by_password_to(&world, &strict, &[]).await, Err(true));
    let demanded = by_password_to(&world, &app, &[("claims", claims)]).await;
    assert_eq!(demanded, Err(true), "by the request");

    // Whoever came by the password alone is asked for the pass when more is demanded later.
    let step = world
        .service
        .sign_in_with_password(
            &world.flow(ADA).for_authorization(app.begin(&world, &[]).await),
            &world.info(),
            None,
            PASSWORD,
        )
        .await;
    let Ok(SignInStep::Opened(opened)) = step else {
        panic!("{step:?}")
    };
    let member = world.signed_in(&opened).await.unwrap();
    world.later(1);
    let step = strict.step(&world, std::slice::from_ref(&member), &[]).await;
    let AuthorizeStep::SignIn {
        replaces, step_up, ..
    } = step
    else {
        panic!("{step:?}")
    };
    assert_eq!((replaces, step_up), (Some(member.session.id), None));

    for state in [PerUserMfa::Enforced, PerUserMfa::Disabled] {
        world
            .service
            .set_per_user_mfa(&Caller::Console, &world.info(), &ada, state)
            .await
            .unwrap();
        let expected = if state == PerUserMfa::Enforced {
            Err(true)
        } else {
            alone
        };
        assert_eq!(by_password_to(&world, &app, &[]).await, expected, "{state:?}");
    }

    for _ in 0..10 {
        assert_eq!(world.number(ADA, &wrong(code.expose())).await, 130_503);
    }
    assert_eq!(world.number(ADA, code.expose()).await, 50053);
    let locked = by_password_to(&world, &strict, &[]).await;
    assert_eq!(locked, alone, "a stranger's guesses make no dead end");
    world.later(61);
    assert_eq!(
        world.number(ADA, code.expose()).await,
        0,
        "the pass is not used up"
    );
}

async fn each_attempt_is_logged_once_and_redeeming_is_audited(world: World) {
    let ada = world.user(ADA).await;
    let pass = world.one_time(&ada).await;
    world.number(ADA, &wrong(pass.code.expose())).await;
    let opened = world.sign_in(ADA, pass.code.expose()).await;
    world.number("nobody@example.com", "ABCDEFGH").await;
    world.number("secret-password@elsewhere.org", "ABCDEFGH").await;
    let mut reader = world.service.store().read().await.unwrap();
    let page = reader
        .sign_ins_page(&latchkey_store::SignInFilter::default(), None, 100)
        .await
        .unwrap();
    let rows: Vec<_> = page
        .iter()
        .map(|row| {
            (
                row.record.error.map_or(0, SignInError::number),
                row.record.user_principal_name.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (130_503, None),
            (130_503, Some("nobody@example.com")),
            (0, Some(ADA)),
            (130_503, Some(ADA))
        ]
    );
    let success = &page[2].record;
    assert_eq!(success.session_id, Some(opened.session.id));
    let step = &success.steps[0];
    assert_eq!(
        (step.method.as_str(), step.detail.as_deref()),
        ("Temporary Access Pass", Some("One-time"))
    );
    assert_eq!(step.result, "MFA completed");
    let audits = reader
        .audits_page(&latchkey_store::AuditFilter::default(), None, 100)
        .await
        .unwrap();
    let names: Vec<_> = audits
        .iter()
        .map(|row| row.event.activity.name())
        .take(2)
        .collect();
    assert_eq!(
        names,
        [
            "Latchkey redeemed a temporary access pass",
            "Admin registered security info"
        ]
    );
    let everything = format!("{page:?}{audits:?}");
    assert!(
        !everything.contains(pass.code.expose().as_str()),
        "no log holds a code"
    );
}

async fn codes_as_people_type_them(world: World) {
    let ada = world.user(ADA).await;
    let code = world.issue(&ada, PassRequest::default()).await.code;
    let code = code.expose();
    assert_eq!(
        world
            .number(ADA, &format!("  {}-{} {}\n", &code[..3], &code[3..5], &code[5..]))
            .await,
        0
    );
    let swapped: String = code
        .chars()
        .map(|c| {
            if c.is_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    if swapped != *code {
        assert_eq!(world.number(ADA, &swapped).await, 130_503, "case matters");
    }
    for odd in [
        "",
        "   ",
        "\0",
        "ключ-ключ",
        &"x".repeat(300),
        &format!("{code}\0"),
    ] {
        assert_eq!(world.number(ADA, odd).await, 130_503, "{odd:?}");
    }
    assert!(UserRef::parse(ADA).is_ok() && Upn::parse(ADA).is_ok());
}
