//! How one person signs in: the second factor that is asked for first, several factors as a must, registering anew
//! (Graph contract 6.4, sign-in contract 2.6 and 6.8).

use latchkey_crypto::testing::SoftwareAuthenticator;
use latchkey_domain::{
    Activity, AuditEvent, AuditId, AuditOutcome, Caller, CorrelationId, Initiator, PassRequest, PerUserMfa,
    TotpApp, TotpId, User, UserRef,
};
use latchkey_service::{
    AuthorizeStep, Clock, OwnMethodError, PreferencesError, PreferencesWish, SignInStep, SignedIn,
};
use latchkey_store::AuditFilter;

use crate::applications::App;
use crate::common::World;

on_each_engine! {
    who_must_prove_several_factors_registers_one_and_a_password_alone_opens_nothing
    a_refresh_token_of_a_password_ends_when_several_factors_become_a_must
    registering_anew_takes_the_apps_and_leaves_passkeys
    the_app_comes_first_where_the_person_wants_it
    people_choose_themselves_what_they_are_asked_for_first
}

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

async fn person(world: &World) -> (UserRef, User) {
    let name = world.user_with(ADA, Some(PASSWORD)).await;
    let user = world.service.show_user(&Caller::Console, &name).await.unwrap();
    (name, user)
}

async fn by_password(world: &World) -> SignedIn {
    let step = world
        .service
        .sign_in_with_password(&world.flow(ADA), &world.info(), None, PASSWORD)
        .await
        .unwrap();
    match step {
        SignInStep::Opened(opened) => world.signed_in(&opened).await.unwrap(),
        other => panic!("not in: {other:?}"),
    }
}

async fn by_pass(world: &World, name: &UserRef) -> SignedIn {
    let code = world.issue(name, PassRequest::default()).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    world.signed_in(&opened).await.unwrap()
}

async fn add_app(world: &World, user: &User) {
    let id = world.service.random_id();
    let app = TotpApp {
        id: TotpId::from_bytes(id),
        user_id: user.id,
        name: "Phone".to_owned(),
        sealed_key: vec![1, 2, 3],
        last_step: 0,
        created_at: world.clock.now(),
        last_used_at: None,
    };
    let event = AuditEvent {
        id: AuditId::from_bytes(id),
        at: world.clock.now(),
        activity: Activity::UserRegisteredSecurityInfo,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: Vec::new(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([9; 16]),
    };
    world
        .service
        .store()
        .write_with((app, event), |w, (app, event)| {
            Box::pin(async move { w.insert_totp(app, event).await })
        })
        .await
        .unwrap();
}

async fn add_passkey(world: &World, member: &SignedIn) {
    let service = &world.service;
    let begun = service.begin_passkey(member).await.unwrap();
    let made = SoftwareAuthenticator::new("laptop").create(&begun.options);
    let draft = service
        .check_made_passkey(member, &begun.form, &made)
        .await
        .unwrap();
    service
        .register_passkey(member, &world.info(), &draft.form, "Laptop")
        .await
        .unwrap();
}

async fn set_mfa(world: &World, name: &UserRef, state: PerUserMfa) {
    world
        .service
        .set_per_user_mfa(&Caller::Console, &world.info(), name, state)
        .await
        .unwrap();
}

async fn mfa(world: &World, name: &UserRef) -> PerUserMfa {
    world.service.per_user_mfa(&Caller::Console, name).await.unwrap()
}

async fn has_to_register(app: &App, world: &World, member: &SignedIn) -> bool {
    match app.step(world, std::slice::from_ref(member), &[]).await {
        AuthorizeStep::SetUp(set_up) => !set_up.is_optional(),
        AuthorizeStep::Answer(_) => false,
        other => panic!("{other:?}"),
    }
}

async fn refusal(app: &App, world: &World, member: &SignedIn) -> u32 {
    match app.step(world, std::slice::from_ref(member), &[]).await {
        AuthorizeStep::Answer(answer) => crate::applications::number(&answer),
        other => panic!("not refused: {other:?}"),
    }
}

async fn recorded(world: &World, activity: Activity) -> usize {
    let filter = AuditFilter {
        activity: Some(activity.name().to_owned()),
        ..AuditFilter::default()
    };
    let mut reader = world.service.store().read().await.unwrap();
    reader.audits_page(&filter, None, 50).await.unwrap().len()
}

async fn who_must_prove_several_factors_registers_one_and_a_password_alone_opens_nothing(world: World) {
    let app = App::public(&world).await;
    let (name, _) = person(&world).await;
    let before = by_password(&world).await;
    app.consent(&world, &before, &[]).await;
    assert!(!has_to_register(&app, &world, &before).await);

    set_mfa(&world, &name, PerUserMfa::Enabled).await;
    assert_eq!(mfa(&world, &name).await, PerUserMfa::Enabled);
    assert_eq!(
        refusal(&app, &world, &before).await,
        50_079,
        "the session from before, too"
    );
    let password = by_password(&world).await;
    assert_eq!(refusal(&app, &world, &password).await, 50_079);
    let pass = by_pass(&world, &name).await;
    assert!(has_to_register(&app, &world, &pass).await);

    add_passkey(&world, &pass).await;
    assert!(!has_to_register(&app, &world, &pass).await);
    assert_eq!(mfa(&world, &name).await, PerUserMfa::Enforced);
    set_mfa(&world, &name, PerUserMfa::Disabled).await;
    assert!(!has_to_register(&app, &world, &before).await);
    assert_eq!(recorded(&world, Activity::UpdateUser).await, 2);
}

async fn a_refresh_token_of_a_password_ends_when_several_factors_become_a_must(world: World) {
    let app = App::public(&world).await;
    let (name, _) = person(&world).await;
    let member = by_password(&world).await;
    app.consent(&world, &member, &[]).await;
    let code = app.code(&world, &member, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let tokens = app.refresh(&world, &tokens).await.unwrap();
    set_mfa(&world, &name, PerUserMfa::Enforced).await;
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 50_076);
}

async fn registering_anew_takes_the_apps_and_leaves_passkeys(world: World) {
    let app = App::public(&world).await;
    let (name, user) = person(&world).await;
    let service = &world.service;
    add_app(&world, &user).await;
    let require = async || {
        service
            .require_registration(&Caller::Console, &world.info(), &name)
            .await
            .unwrap();
    };
    require().await;
    assert!(
        service
            .list_methods(&Caller::Console, &name)
            .await
            .unwrap()
            .totp_apps
            .is_empty()
    );
    assert_eq!(recorded(&world, Activity::AdminDeletedSecurityInfo).await, 1);
    assert_eq!(recorded(&world, Activity::AdminRequiredRegistration).await, 1);
    assert_eq!(recorded(&world, Activity::AdminUpdatedSecurityInfo).await, 0);
    let password = by_password(&world).await;
    assert_eq!(refusal(&app, &world, &password).await, 50_079);
    let pass = by_pass(&world, &name).await;
    app.has_consent(&world, user.id).await;
    assert!(has_to_register(&app, &world, &pass).await);

    // Once done it is done, even if it goes again.
    add_app(&world, &user).await;
    assert!(!has_to_register(&app, &world, &pass).await);
    let apps = service
        .list_methods(&Caller::Console, &name)
        .await
        .unwrap()
        .totp_apps;
    service
        .delete_totp_of(&Caller::Console, &world.info(), &name, apps[0].id)
        .await
        .unwrap();
    assert!(!has_to_register(&app, &world, &pass).await);

    // Whoever has a passkey owes nothing.
    add_passkey(&world, &pass).await;
    require().await;
    assert_eq!(
        service
            .list_methods(&Caller::Console, &name)
            .await
            .unwrap()
            .passkeys
            .len(),
        1
    );
    assert!(!has_to_register(&app, &world, &pass).await);
}

async fn the_app_comes_first_where_the_person_wants_it(world: World) {
    let (name, user) = person(&world).await;
    let service = &world.service;
    let change = async |wish| {
        service
            .change_sign_in_preferences(&Caller::Console, &world.info(), &name, wish)
            .await
    };
    let preferring = PreferencesWish {
        system_preferred: Some(false),
        app: true,
    };
    let without = change(preferring).await.unwrap_err();
    assert!(matches!(without, PreferencesError::NoApp), "{without}");
    add_app(&world, &user).await;
    let app_first = async || {
        let step = service
            .sign_in_with_password(&world.flow(ADA), &world.info(), None, PASSWORD)
            .await
            .unwrap();
        match step {
            SignInStep::SecondFactor(_, factors) => factors.totp_first,
            other => panic!("{other:?}"),
        }
    };
    assert!(!app_first().await);
    change(preferring).await.unwrap();
    assert!(app_first().await);
    let shown = service
        .sign_in_preferences(&Caller::Console, &name)
        .await
        .unwrap();
    assert!(!shown.system_preferred && shown.has_app);
    change(PreferencesWish::default()).await.unwrap();
    assert_eq!(
        recorded(&world, Activity::AdminUpdatedSecurityInfo).await,
        1,
        "what stays is no change"
    );
}

async fn people_choose_themselves_what_they_are_asked_for_first(world: World) {
    let (name, user) = person(&world).await;
    let member = by_pass(&world, &name).await;
    let service = &world.service;
    let choose = async |strongest| {
        service
            .choose_default_method(&member, &world.info(), strongest)
            .await
    };
    let without = choose(false).await.unwrap_err();
    assert!(matches!(without, OwnMethodError::NotFound), "{without}");
    add_app(&world, &user).await;
    let shown = async || service.methods_overview(&member).await.unwrap().app_first;
    assert_eq!(shown().await, None, "nothing to choose from");
    add_passkey(&world, &member).await;
    assert_eq!(shown().await, Some(false));

    let before = recorded(&world, Activity::UserUpdatedSecurityInfo).await;
    for _ in 0..2 {
        choose(false).await.unwrap();
        assert_eq!(shown().await, Some(true));
        let now = recorded(&world, Activity::UserUpdatedSecurityInfo).await;
        assert_eq!(now, before + 1, "one change, one record");
    }
    world.later(601);
    let late = choose(true).await.unwrap_err();
    assert!(matches!(late, OwnMethodError::TooLate { .. }), "{late}");
}
