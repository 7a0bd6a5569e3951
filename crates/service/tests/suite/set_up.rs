//! What follows a sign-in with a pass: setting up a lasting method first, and passes that do nothing else
//! (sign-in contract 2.9 and 6.3).

use latchkey_crypto::testing::SoftwareAuthenticator;
use latchkey_domain::{
    AfterPassSignIn, Caller, CampaignChange, CampaignMethod, CampaignState, CampaignTarget, IncludeTarget,
    LastingMethods, MethodPolicyChange, PassSessionUse, PasskeyPolicyChange, SetUpStep, SignInError,
};
use latchkey_service::{AuthorizationRequest, AuthorizeStep, ClientAnswer, SetUp, SignedIn, StepUp};

use crate::applications::{Answered, App};
use crate::common::World;

on_each_engine! {
    whoever_signs_in_with_a_pass_for_an_application_sets_up_a_method_first
    who_has_a_lasting_method_or_signed_in_before_is_not_asked
    a_pass_that_only_registers_opens_no_application
    a_pass_that_only_registers_leads_to_a_method_that_does_more
    a_set_up_is_of_one_session_and_time
    the_registration_campaign_asks_for_what_the_policy_lets_add
}

const ADA: &str = "ada@example.com";
const NOTHING: LastingMethods = LastingMethods {
    passkey: false,
    app: false,
    password: false,
};

async fn registration_first(world: &mut World) {
    world
        .set(|settings| settings.after_pass_sign_in = AfterPassSignIn::RegistrationFirst)
        .await;
}

fn set_up_of(step: AuthorizeStep) -> SetUp {
    match step {
        AuthorizeStep::SetUp(set_up) => *set_up,
        other => panic!("no set-up: {other:?}"),
    }
}

fn refused(step: AuthorizeStep) -> (String, u32) {
    match step {
        AuthorizeStep::Answer(answer) => error_of(&answer),
        other => panic!("not refused: {other:?}"),
    }
}

fn error_of(answer: &ClientAnswer) -> (String, u32) {
    (
        crate::applications::value(answer, "error"),
        crate::applications::number(answer),
    )
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

/// A request, and somebody who signs in for it with a pass.
async fn request_and_person(world: &World, app: &App) -> (AuthorizationRequest, SignedIn) {
    let request = app.begin(world, &[]).await;
    world.later(5);
    let member = app.person(world, ADA, 60).await;
    (request, member)
}

async fn whoever_signs_in_with_a_pass_for_an_application_sets_up_a_method_first(mut world: World) {
    registration_first(&mut world).await;
    let app = App::public(&world).await;
    let (request, member) = request_and_person(&world, &app).await;
    let sessions = std::slice::from_ref(&member);
    let set_up = set_up_of(app.go_on(&world, &request, sessions).await);
    assert!(set_up.is_optional());
    assert_eq!(set_up.goal().steps(NOTHING), [SetUpStep::Passkey]);
    assert_eq!(set_up.authorization().unwrap().application_name(), "Files");

    // Skipped, it is asked for again at the next sign-in, not before.
    let told = world
        .service
        .leave_set_up(&set_up, &member, &world.info())
        .await
        .unwrap();
    assert!(told.is_none(), "the application is not refused: {told:?}");
    let skipped = request.with_set_up_skipped();
    assert!(matches!(
        app.go_on(&world, &skipped, sessions).await,
        AuthorizeStep::Answer(_)
    ));
    let anew = app.begin(&world, &[]).await;
    world.later(5);
    let again = app.again(&world, &member).await;
    set_up_of(app.go_on(&world, &anew, std::slice::from_ref(&again)).await);

    register_passkey(&world, &member).await;
    let step = app.go_on(&world, &request, sessions).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
    let errors = logged(&world).await;
    assert!(
        errors.contains(&Some(SignInError::RegistrationLeft)),
        "{errors:?}"
    );
}

async fn logged(world: &World) -> Vec<Option<SignInError>> {
    let mut reader = world.service.store().read().await.unwrap();
    let filter = latchkey_store::SignInFilter::default();
    let page = reader.sign_ins_page(&filter, None, 50).await.unwrap();
    page.into_iter().map(|stored| stored.record.error).collect()
}

async fn who_has_a_lasting_method_or_signed_in_before_is_not_asked(mut world: World) {
    registration_first(&mut world).await;
    let app = App::public(&world).await;
    let member = app.person(&world, ADA, 60).await;
    world.later(5);
    // The sign-in was for something else, a moment ago.
    let step = app.step(&world, std::slice::from_ref(&member), &[]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
    let silent = app
        .step(&world, std::slice::from_ref(&member), &[("prompt", "none")])
        .await;
    assert!(matches!(silent, AuthorizeStep::Answer(_)), "{silent:?}");
    let passkey = app.passkey_person(&world, "eve@example.com").await;
    let request = app.begin(&world, &[]).await;
    let step = app.go_on(&world, &request, &[passkey]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn a_pass_that_only_registers_opens_no_application(mut world: World) {
    let app = App::public(&world).await;
    let (request, member) = request_and_person(&world, &app).await;
    let code = app.code(&world, &member, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();

    world
        .set(|settings| settings.pass_session = PassSessionUse::RegistrationOnly)
        .await;
    let sessions = std::slice::from_ref(&member);
    let step = app.go_on(&world, &request, sessions).await;
    assert_eq!(refused(step), ("access_denied".to_owned(), 53_003));
    let (answered, number) = app.silent(&world, &member, &[]).await;
    assert_eq!((answered, number), (Answered::Application, 53_003));
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 130_502);
    let portal = world.service.open_portal(&member).await;
    assert!(portal.is_err());

    let passkey = app.signed_in(&world, ADA, 0).await;
    let step = app.go_on(&world, &request, &[passkey]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn a_pass_that_only_registers_leads_to_a_method_that_does_more(mut world: World) {
    registration_first(&mut world).await;
    world
        .set(|settings| settings.pass_session = PassSessionUse::RegistrationOnly)
        .await;
    let app = App::public(&world).await;
    let (request, member) = request_and_person(&world, &app).await;
    let sessions = std::slice::from_ref(&member);
    let set_up = set_up_of(app.go_on(&world, &request, sessions).await);
    assert!(!set_up.is_optional());
    let skipped = app.go_on(&world, &request.with_set_up_skipped(), sessions).await;
    assert!(matches!(skipped, AuthorizeStep::SetUp(_)), "{skipped:?}");
    let told = world
        .service
        .leave_set_up(&set_up, &member, &world.info())
        .await
        .unwrap();
    assert_eq!(refused(told.unwrap()), ("access_denied".to_owned(), 53_003));

    register_passkey(&world, &member).await;
    let AuthorizeStep::SignIn {
        name,
        replaces,
        step_up,
    } = app.go_on(&world, &request, sessions).await
    else {
        panic!("the pass is not enough")
    };
    assert_eq!(name.as_deref(), Some(ADA));
    assert_eq!(
        (replaces, step_up),
        (Some(member.session.id), Some(StepUp::Passkey))
    );
    let passkey = app.signed_in(&world, ADA, 0).await;
    let step = app.go_on(&world, &request, &[passkey]).await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn a_set_up_is_of_one_session_and_time(mut world: World) {
    registration_first(&mut world).await;
    let user = world.user(ADA).await;
    let code = world.one_time(&user).await.code;
    let opened = world.sign_in(ADA, code.expose()).await;
    let member = world.signed_in(&opened).await.unwrap();
    let set_up = world.service.set_up_after(&opened).await.unwrap().unwrap();
    assert!(set_up.is_optional() && set_up.return_to() == "/");
    let sealed = world.service.seal_set_up(&set_up);
    assert!(world.service.open_set_up(&sealed, &member).is_some());
    assert!(world.service.open_set_up("forged", &member).is_none());

    let app = App::public(&world).await;
    let another = app.signed_in(&world, ADA, 0).await;
    assert!(world.service.open_set_up(&sealed, &another).is_none());
    world.later(1799);
    assert!(world.service.open_set_up(&sealed, &member).is_some());
    world.later(1);
    assert!(world.service.open_set_up(&sealed, &member).is_none());
}

async fn change(world: &World, change: MethodPolicyChange) {
    world
        .service
        .change_method_policies(&Caller::Console, &world.info(), change)
        .await
        .unwrap();
}

async fn the_registration_campaign_asks_for_what_the_policy_lets_add(world: World) {
    let app = App::public(&world).await;
    let (request, member) = request_and_person(&world, &app).await;
    let sessions = std::slice::from_ref(&member);
    let campaign = MethodPolicyChange::Campaign(CampaignChange {
        state: Some(CampaignState::Enabled),
        include: Some(vec![CampaignTarget {
            who: IncludeTarget::AllUsers,
            method: CampaignMethod::Passkey,
        }]),
        ..CampaignChange::default()
    });
    change(&world, campaign).await;
    let set_up = set_up_of(app.go_on(&world, &request, sessions).await);
    assert_eq!(
        set_up.goal().other_way(NOTHING),
        None,
        "a passkey and nothing else"
    );
    let passkeys = MethodPolicyChange::Passkeys(PasskeyPolicyChange {
        enabled: Some(false),
        ..PasskeyPolicyChange::default()
    });
    change(&world, passkeys).await;
    let step = app.go_on(&world, &request, sessions).await;
    assert!(
        matches!(step, AuthorizeStep::Answer(_)),
        "nobody is asked for what they can't add: {step:?}"
    );
}
