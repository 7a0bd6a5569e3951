//! Authentication strengths: who makes them, and what an application that demands one does with a sign-in
//! (sign-in contract 2.9, 3.3).

use latchkey_crypto::testing::SoftwareAuthenticator;
use latchkey_domain::{
    AppPolicyChange, Caller, Combination, LastingMethods, MethodPolicyChange, PassRequest,
    PasskeyPolicyChange, Platform, SignInError, Strength, StrengthId,
};
use latchkey_service::{
    AuthorizeStep, PrincipalWish, SetUp, SignInStep, SignedIn, StepUp, StrengthFailure, StrengthWish,
};
use latchkey_store::{ApplicationKey, SignInFilter};

use crate::applications::App;
use crate::common::{World, refusal};

on_each_engine! {
    an_application_that_demands_a_passkey_leads_a_pass_into_registration_and_then_to_a_sign_in_with_it
    what_cannot_be_registered_blocks
    whoever_came_by_a_password_is_asked_for_their_pass_though_nothing_can_be_registered
    a_sign_in_that_opens_nothing_uses_up_no_pass
    a_tenant_may_accept_the_one_time_kind_only
    custom_strengths_come_and_go
    what_is_demanded_counts_at_each_refresh
}

const ADA: &str = "ada@example.com";

async fn demanding(world: &World, strength: StrengthId) -> App {
    App::registered(world, Platform::PublicClient, |registration| {
        registration.required_strength = Some(strength);
    })
    .await
}

async fn custom(world: &World, combinations: &[&str]) -> Strength {
    let wish = StrengthWish {
        display_name: Some("Ours".to_owned()),
        combinations: Some(
            combinations
                .iter()
                .map(|text| Combination::parse(text).unwrap())
                .collect(),
        ),
        ..StrengthWish::default()
    };
    let service = &world.service;
    service
        .create_strength(&Caller::Console, &world.info(), wish)
        .await
        .unwrap()
}

fn set_up_of(step: AuthorizeStep) -> SetUp {
    match step {
        AuthorizeStep::SetUp(set_up) => *set_up,
        other => panic!("no set-up: {other:?}"),
    }
}

fn refused(step: AuthorizeStep) -> (String, u32) {
    match step {
        AuthorizeStep::Answer(answer) => (
            crate::applications::value(&answer, "error"),
            crate::applications::number(&answer),
        ),
        other => panic!("not refused: {other:?}"),
    }
}

async fn register_passkey(world: &World, member: &SignedIn) {
    let service = &world.service;
    let mut device = SoftwareAuthenticator::new("laptop");
    let begun = service.begin_passkey(member).await.unwrap();
    let made = device.create(&begun.options);
    let draft = service
        .check_made_passkey(member, &begun.form, &made)
        .await
        .unwrap();
    service
        .register_passkey(member, &world.info(), &draft.form, "Laptop")
        .await
        .unwrap();
}

async fn an_application_that_demands_a_passkey_leads_a_pass_into_registration_and_then_to_a_sign_in_with_it(
    world: World,
) {
    let app = demanding(&world, Strength::PHISHING_RESISTANT).await;
    let request = app.begin(&world, &[]).await;
    let member = app.person(&world, ADA, 60).await;
    let sessions = std::slice::from_ref(&member);
    let set_up = set_up_of(app.go_on(&world, &request, sessions).await);
    assert!(!set_up.is_optional());
    assert_eq!(
        set_up.goal().other_way(LastingMethods::default()),
        None,
        "no app instead"
    );
    let skipped = app.go_on(&world, &request.with_set_up_skipped(), sessions).await;
    assert!(matches!(skipped, AuthorizeStep::SetUp(_)), "{skipped:?}");
    let silent = app.step(&world, sessions, &[("prompt", "none")]).await;
    assert_eq!(refused(silent), ("interaction_required".to_owned(), 50_079));

    register_passkey(&world, &member).await;
    let step = app.go_on(&world, &request, sessions).await;
    let AuthorizeStep::SignIn {
        replaces, step_up, ..
    } = step
    else {
        panic!("the pass is not enough: {step:?}")
    };
    assert_eq!(
        (replaces, step_up),
        (Some(member.session.id), Some(StepUp::Passkey))
    );
    let silent = app.step(&world, sessions, &[("prompt", "none")]).await;
    assert_eq!(refused(silent), ("interaction_required".to_owned(), 50_076));
    let passkey = app.signed_in(&world, ADA, 0).await;
    let step = app.go_on(&world, &request, &[passkey]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");

    // Multifactor is what a pass is.
    let app = demanding(&world, Strength::MULTIFACTOR).await;
    app.consent(&world, &member, &[]).await;
    let step = app.step(&world, sessions, &[]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn what_cannot_be_registered_blocks(world: World) {
    let token = custom(&world, &["password,hardwareOath"]).await;
    let app = demanding(&world, token.id).await;
    let member = app.person(&world, ADA, 60).await;
    let step = app.step(&world, std::slice::from_ref(&member), &[]).await;
    assert_eq!(refused(step), ("access_denied".to_owned(), 53_003));

    // Nor does a passkey help where the policy gives none to this person.
    let app = demanding(&world, Strength::PHISHING_RESISTANT).await;
    app.consent(&world, &member, &[]).await;
    let change = MethodPolicyChange::Passkeys(PasskeyPolicyChange {
        enabled: Some(false),
        ..PasskeyPolicyChange::default()
    });
    let service = &world.service;
    service
        .change_method_policies(&Caller::Console, &world.info(), change)
        .await
        .unwrap();
    let step = app.step(&world, &[member], &[]).await;
    assert_eq!(refused(step), ("access_denied".to_owned(), 53_003));
}

async fn whoever_came_by_a_password_is_asked_for_their_pass_though_nothing_can_be_registered(world: World) {
    const PASSWORD: &str = "correct horse battery";
    let service = &world.service;
    let changes = [
        MethodPolicyChange::Passkeys(PasskeyPolicyChange {
            enabled: Some(false),
            ..PasskeyPolicyChange::default()
        }),
        MethodPolicyChange::Apps(AppPolicyChange {
            enabled: Some(false),
            ..AppPolicyChange::default()
        }),
    ];
    for change in changes {
        service
            .change_method_policies(&Caller::Console, &world.info(), change)
            .await
            .unwrap();
    }
    let ada = world.user_with(ADA, Some(PASSWORD)).await;
    let code = world.one_time(&ada).await.code;
    let plain = App::public(&world).await;
    let flow = world.flow(ADA).for_authorization(plain.begin(&world, &[]).await);
    let step = service
        .sign_in_with_password(&flow, &world.info(), None, PASSWORD)
        .await;
    let Ok(SignInStep::Opened(opened)) = step else {
        panic!("{step:?}")
    };
    let member = world.signed_in(&opened).await.unwrap();
    let sessions = std::slice::from_ref(&member);

    let token = custom(&world, &["password,hardwareOath"]).await;
    let app = demanding(&world, token.id).await;
    let step = app.step(&world, sessions, &[]).await;
    assert_eq!(
        refused(step),
        ("access_denied".to_owned(), 53_003),
        "no pass helps there"
    );
    let app = demanding(&world, Strength::MULTIFACTOR).await;
    let silent = app.step(&world, sessions, &[("prompt", "none")]).await;
    assert_eq!(refused(silent), ("interaction_required".to_owned(), 50_079));
    let request = app.begin(&world, &[]).await;
    let step = app.go_on(&world, &request, sessions).await;
    let AuthorizeStep::SignIn {
        replaces,
        step_up: None,
        ..
    } = step
    else {
        panic!("{step:?}")
    };
    app.has_consent(&world, member.user.id).await;
    let browser = service.new_browser_key();
    let flow = service.begin_flow(&browser, &world.info(), "/", replaces);
    let flow = flow.for_authorization(request).with_name(ADA).unwrap();
    let step = service
        .sign_in_with_pass(&flow, &world.info(), None, code.expose())
        .await;
    let Ok(SignInStep::Opened(opened)) = step else {
        panic!("{step:?}")
    };
    let member = world.signed_in(&opened).await.unwrap();
    let step = app.go_on(&world, &opened.authorization.unwrap(), &[member]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn a_sign_in_that_opens_nothing_uses_up_no_pass(world: World) {
    let token = custom(&world, &["password,hardwareOath"]).await;
    let blocking = demanding(&world, token.id).await;
    let assigning = App::registered(&world, Platform::PublicClient, |registration| {
        registration.assignment_required = true;
    })
    .await;
    let user = world.user(ADA).await;
    let code = world.one_time(&user).await.code;
    for (app, error) in [
        (&blocking, SignInError::NotAllowed),
        (&assigning, SignInError::NotAssigned),
    ] {
        let request = app.begin(&world, &[]).await;
        let flow = world.flow(ADA).for_authorization(request);
        let info = world.info();
        let outcome = world
            .service
            .sign_in_with_pass(&flow, &info, None, code.expose())
            .await;
        assert_eq!(refusal(outcome), error);
        let mut reader = world.service.store().read().await.unwrap();
        let records = reader
            .sign_ins_page(&SignInFilter::default(), None, 1)
            .await
            .unwrap();
        let record = &records[0].record;
        assert_eq!(record.correlation_id, info.correlation_id);
        assert_eq!((record.error, record.session_id), (Some(error), None));
    }
    // A strength that the person may reach by registering something is no such block.
    let reachable = demanding(&world, Strength::PHISHING_RESISTANT).await;
    let request = reachable.begin(&world, &[]).await;
    let flow = world.flow(ADA).for_authorization(request);
    let outcome = world
        .service
        .sign_in_with_pass(&flow, &world.info(), None, code.expose())
        .await;
    assert!(matches!(outcome, Ok(SignInStep::Opened(_))), "{outcome:?}");
}

async fn a_tenant_may_accept_the_one_time_kind_only(world: World) {
    let strength = custom(&world, &["fido2", "temporaryAccessPassOneTime"]).await;
    let app = demanding(&world, strength.id).await;
    for (upn, one_time) in [(ADA, true), ("eve@example.com", false)] {
        let user = world.user(upn).await;
        let request = PassRequest {
            one_time: Some(one_time),
            ..PassRequest::default()
        };
        let code = world.issue(&user, request).await.code;
        let opened = world.sign_in(upn, code.expose()).await;
        let member = world.signed_in(&opened).await.unwrap();
        app.consent(&world, &member, &[]).await;
        let step = app.step(&world, &[member], &[]).await;
        assert_eq!(
            matches!(step, AuthorizeStep::Answer(_)),
            one_time,
            "{upn}: {step:?}"
        );
    }
}

async fn custom_strengths_come_and_go(world: World) {
    let service = &world.service;
    let (caller, info) = (&Caller::Console, &world.info());
    let made = custom(&world, &["fido2", "password, softwareOath"]).await;
    let all = service.list_strengths(caller).await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(all.last(), Some(&made));

    world.later(10);
    let wish = StrengthWish {
        combinations: Some(vec![Combination::parse("fido2").unwrap()]),
        ..StrengthWish::default()
    };
    let (old, new) = service
        .update_strength(caller, info, made.id, wish.clone())
        .await
        .unwrap();
    assert_eq!((old.combinations.len(), new.combinations.len()), (2, 1));
    assert!(new.modified_at > old.modified_at);
    assert_eq!(service.show_strength(caller, made.id).await.unwrap(), new);
    let built_in = service
        .update_strength(caller, info, Strength::PASSWORDLESS, wish)
        .await;
    assert!(matches!(built_in, Err(StrengthFailure::BuiltIn)), "{built_in:?}");
    let nameless = service
        .create_strength(caller, info, StrengthWish::default())
        .await;
    assert!(
        matches!(nameless, Err(StrengthFailure::Invalid(_))),
        "{nameless:?}"
    );

    let app = App::public(&world).await;
    let key = ApplicationKey::Client(app.client_id);
    let demand = |strength| PrincipalWish {
        required_strength: Some(strength),
        ..PrincipalWish::default()
    };
    let unknown = demand(Some(StrengthId::from_bytes([7; 16])));
    assert!(
        service
            .update_principal(caller, info, key, unknown)
            .await
            .is_err()
    );
    service
        .update_principal(caller, info, key, demand(Some(made.id)))
        .await
        .unwrap();
    let files = service.strength_files(caller).await.unwrap();
    let demanded: Vec<_> = files
        .iter()
        .map(|file| (file.strength.is_built_in(), file.demanded_by.len()))
        .collect();
    assert_eq!(demanded, [(true, 0), (true, 0), (true, 0), (false, 1)]);
    assert_eq!(files[3].demanded_by[0].strength, made.id);
    let used = service.delete_strength(caller, info, made.id).await;
    assert!(matches!(used, Err(StrengthFailure::InUse)), "{used:?}");
    service
        .update_principal(caller, info, key, demand(None))
        .await
        .unwrap();
    assert!(
        service.strength_files(caller).await.unwrap()[3]
            .demanded_by
            .is_empty()
    );
    service.delete_strength(caller, info, made.id).await.unwrap();
    let gone = service.show_strength(caller, made.id).await;
    assert!(matches!(gone, Err(StrengthFailure::NoSuchStrength)), "{gone:?}");
}

async fn what_is_demanded_counts_at_each_refresh(world: World) {
    let app = App::public(&world).await;
    let member = app.person(&world, ADA, 60).await;
    let code = app.code(&world, &member, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let tokens = app.refresh(&world, &tokens).await.unwrap();
    let wish = PrincipalWish {
        required_strength: Some(Some(Strength::PASSWORDLESS)),
        ..PrincipalWish::default()
    };
    let key = ApplicationKey::Client(app.client_id);
    let service = &world.service;
    service
        .update_principal(&Caller::Console, &world.info(), key, wish)
        .await
        .unwrap();
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_076);
}
