//! Devices without a browser: sign-in contract 9.8 and RFC 8628, with the clock moved by hand, and what a phisher or a
//! guesser would try.

use latchkey_domain::{PassRequest, Platform, UserRef};
use latchkey_service::{
    AuthorizationRequest, AuthorizeStep, BrowserKey, DeviceAuthorization, DeviceCodeRequest, DeviceStep,
    GrantFailure, SignedIn, TokenGrant, UserCodeFailure,
};

use crate::applications::{App, failure_number};
use crate::common::World;

on_each_engine! {
    a_device_is_let_in_once_by_the_person_who_says_yes
    a_no_and_the_end_of_time_are_final
    tokens_of_a_device_end_with_the_pass
    codes_belong_to_their_application
    guesses_of_the_short_code_are_counted
    one_source_gets_so_many_codes_and_no_more
}

const ADA: &str = "ada@example.com";
const SCOPE: &str = "User.Read openid profile offline_access";

async fn begin(world: &World, app: &App) -> Result<DeviceAuthorization, u32> {
    let client_id = app.client_id.to_string();
    world
        .service
        .begin_device_flow(
            &app.claim(&client_id, None),
            SCOPE,
            &world.info_from([203, 0, 113, 7]),
        )
        .await
        .map_err(|failure| failure_number(&failure))
}

async fn poll(world: &World, app: &App, device_code: &str) -> Result<TokenGrant, u32> {
    let client_id = app.client_id.to_string();
    let request = DeviceCodeRequest {
        client: app.claim(&client_id, None),
        device_code,
        claims: None,
    };
    world
        .service
        .redeem_device_code(request, &world.info())
        .await
        .map_err(|failure| failure_number(&failure))
}

async fn open(world: &World, typed: &str) -> Result<(AuthorizationRequest, BrowserKey), UserCodeFailure> {
    let browser = world.service.new_browser_key();
    let opened = world.service.open_device(typed, &browser, &world.info()).await;
    opened.map(|request| (request, browser))
}

/// What follows when this person is signed in and chose to go on.
async fn go_on(world: &World, app: &App, request: &AuthorizationRequest, who: &SignedIn) -> AuthorizeStep {
    let request = request.with_chosen(who.session.id);
    app.go_on(world, &request, std::slice::from_ref(who)).await
}

async fn approve(world: &World, app: &App, user_code: &str, who: &SignedIn) -> AuthorizeStep {
    let (request, _) = open(world, user_code).await.unwrap();
    go_on(world, app, &request.with_device_confirmed(), who).await
}

fn approved(step: &AuthorizeStep) -> bool {
    matches!(step, AuthorizeStep::Device(DeviceStep::Approved { application }) if application == "Files")
}

fn refused(step: &AuthorizeStep) -> u32 {
    match step {
        AuthorizeStep::Device(DeviceStep::Refused(error)) => error.number,
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_device_is_let_in_once_by_the_person_who_says_yes(world: World) {
    let app = App::public(&world).await;
    let ada = app.signed_in(&world, ADA, 0).await;
    world.later(1);
    let device = begin(&world, &app).await.unwrap();
    let code = device.device_code.expose();
    assert_eq!((device.expires_in.0, device.interval.0), (900, 5));
    for _ in 0..20 {
        assert_eq!(
            poll(&world, &app, code).await.unwrap_err(),
            70_016,
            "never slow_down"
        );
    }
    let typed = device.user_code.to_lowercase().replace('-', " ");
    let (request, browser) = open(&world, &typed).await.unwrap();

    // Nobody is signed in; then somebody who was there before must be chosen, and asked.
    let step = app.go_on(&world, &request, &[]).await;
    assert!(matches!(step, AuthorizeStep::SignIn { .. }), "{step:?}");
    let step = app.go_on(&world, &request, std::slice::from_ref(&ada)).await;
    assert!(matches!(step, AuthorizeStep::PickAccount), "{step:?}");
    let AuthorizeStep::Device(DeviceStep::Confirm(question)) = go_on(&world, &app, &request, &ada).await
    else {
        panic!("not asked")
    };
    assert_eq!(
        (question.application.as_str(), question.ip_address.as_str()),
        ("Files", "203.0.113.7"),
        "what asks, and from where"
    );
    assert_eq!(question.user.user.id, ada.user.id);
    assert_eq!(
        poll(&world, &app, code).await.unwrap_err(),
        70_016,
        "a question is no yes"
    );

    // The word of one browser counts in no other.
    let confirmed = request.clone().with_device_confirmed();
    let sealed = world.service.seal_authorization(&confirmed);
    assert!(world.service.open_authorization(&sealed, Some(&browser)).is_ok());
    let other = world.service.new_browser_key();
    assert!(world.service.open_authorization(&sealed, Some(&other)).is_err());

    let step = go_on(&world, &app, &confirmed, &ada).await;
    assert!(matches!(step, AuthorizeStep::Consent(_)), "{step:?}");
    let consented = app.accept(&world, &confirmed, &ada, false).await.unwrap();
    assert!(approved(&go_on(&world, &app, &consented, &ada).await));
    let again = go_on(&world, &app, &consented, &ada).await;
    assert_eq!(refused(&again), 70_019, "once");

    let tokens = poll(&world, &app, code).await.unwrap();
    assert!(app.caller(&world, &tokens).await.is_ok());
    let id_token = crate::applications::claims(tokens.id_token.as_ref().unwrap().expose());
    assert_eq!(id_token["oid"], ada.user.id.to_string());
    assert!(app.refresh(&world, &tokens).await.is_ok());
    let copy = poll(&world, &app, code).await;
    assert_eq!(copy.unwrap_err(), 54_005);
    assert!(
        app.caller(&world, &tokens).await.is_err(),
        "a copy ends everything"
    );
}

async fn a_no_and_the_end_of_time_are_final(world: World) {
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let device = begin(&world, &app).await.unwrap();
    let (request, _) = open(&world, &device.user_code).await.unwrap();
    let step = world.service.decline_authorization(&request).await.unwrap();
    assert!(
        matches!(step, AuthorizeStep::Device(DeviceStep::Declined)),
        "{step:?}"
    );
    let code = device.device_code.expose();
    assert_eq!(poll(&world, &app, code).await.unwrap_err(), 65_004);
    let step = go_on(&world, &app, &request.with_device_confirmed(), &ada).await;
    assert_eq!(refused(&step), 70_019, "a no stays a no");
    assert!(
        open(&world, &device.user_code).await.is_err(),
        "its code leads nowhere now"
    );

    let late = begin(&world, &app).await.unwrap();
    let (request, _) = open(&world, &late.user_code).await.unwrap();
    world.later(900);
    let code = late.device_code.expose();
    assert_eq!(poll(&world, &app, code).await.unwrap_err(), 70_019);
    assert!(open(&world, &late.user_code).await.is_err());
    let ada = app.again(&world, &ada).await;
    let step = go_on(&world, &app, &request.with_device_confirmed(), &ada).await;
    assert_eq!(refused(&step), 70_019);

    // Approved in time, and not fetched in time.
    let left = begin(&world, &app).await.unwrap();
    assert!(approved(&approve(&world, &app, &left.user_code, &ada).await));
    world.later(900);
    let code = left.device_code.expose();
    assert_eq!(poll(&world, &app, code).await.unwrap_err(), 70_019);
}

async fn tokens_of_a_device_end_with_the_pass(world: World) {
    let app = App::public(&world).await;
    let ada = app.person(&world, ADA, 60).await;
    let device = begin(&world, &app).await.unwrap();
    assert!(approved(&approve(&world, &app, &device.user_code, &ada).await));
    world.later(600);
    let tokens = poll(&world, &app, device.device_code.expose()).await.unwrap();
    assert!(tokens.expires_in.0 <= 50 * 60, "{:?}", tokens.expires_in);
    world.later(50 * 60);
    assert_eq!(app.refresh(&world, &tokens).await.unwrap_err(), 130_504);

    let bob = app.person(&world, "bob@example.com", 60).await;
    let device = begin(&world, &app).await.unwrap();
    assert!(approved(&approve(&world, &app, &device.user_code, &bob).await));
    world
        .issue(&UserRef::Id(bob.user.id), PassRequest::default())
        .await;
    assert_eq!(
        poll(&world, &app, device.device_code.expose()).await.unwrap_err(),
        130_507,
        "the pass was replaced between the yes and the tokens"
    );
}

async fn codes_belong_to_their_application(world: World) {
    let app = App::public(&world).await;
    let other = App::public(&world).await;
    let device = begin(&world, &app).await.unwrap();
    let code = device.device_code.expose();
    assert_eq!(poll(&world, &other, code).await.unwrap_err(), 70_018);
    assert_eq!(poll(&world, &app, "lk_dev_none").await.unwrap_err(), 50_189);
    assert_eq!(
        poll(&world, &app, &code.replace("lk_dev_", "lk_code_"))
            .await
            .unwrap_err(),
        50_189
    );
    assert_eq!(
        app.redeem(&world, code).await.unwrap_err(),
        70_000,
        "it is no authorization code"
    );

    // An application with a secret shows it, here and there; one without has none.
    let web = App::web(&world).await;
    assert!(begin(&world, &web).await.is_ok());
    assert_eq!(
        begin(&world, &web.with_secret(None)).await.unwrap_err(),
        7_000_218
    );
    let secret = app.with_secret(Some("lk_sec_test"));
    assert_eq!(begin(&world, &secret).await.unwrap_err(), 700_025);
    let told = App::registered(&world, Platform::Web, |registration| {
        registration.public_client_flows = true;
    })
    .await;
    assert!(begin(&world, &told.with_secret(None)).await.is_ok());
    assert_eq!(begin(&world, &told).await.unwrap_err(), 700_025);
}

async fn one_source_gets_so_many_codes_and_no_more(world: World) {
    let app = App::public(&world).await;
    let client_id = app.client_id.to_string();
    let ask = async |address| {
        let info = world.info_from(address);
        let begun = world
            .service
            .begin_device_flow(&app.claim(&client_id, None), SCOPE, &info)
            .await;
        match begun {
            Ok(_) => None,
            Err(GrantFailure::TooManyDevices { wait }) => Some(wait.0),
            Err(failure) => panic!("{failure}"),
        }
    };
    let (flood, others) = ([198, 51, 100, 1], [198, 51, 100, 2]);
    for number in 0..100 {
        assert_eq!(ask(flood).await, None, "{number}");
    }
    assert_eq!(ask(flood).await, Some(300));
    assert_eq!(ask(others).await, None, "others go on");
    world.later(299);
    assert_eq!(ask(flood).await, Some(1));
    world.later(1);
    assert_eq!(ask(flood).await, None);
}

async fn guesses_of_the_short_code_are_counted(world: World) {
    let app = App::public(&world).await;
    let device = begin(&world, &app).await.unwrap();
    let browser = world.service.new_browser_key();
    let guess = async |typed: &str, address| {
        let info = world.info_from(address);
        let opened = world.service.open_device(typed, &browser, &info).await;
        match opened {
            Ok(_) => 0,
            Err(UserCodeFailure::Empty) => 90_119,
            Err(UserCodeFailure::Unknown) => 70_018,
            Err(UserCodeFailure::Locked { .. }) => 50_053,
            Err(UserCodeFailure::Fault(fault)) => panic!("{fault}"),
        }
    };
    let (thief, person) = ([198, 51, 100, 1], [198, 51, 100, 2]);
    assert_eq!(guess(" ", thief).await, 90_119);
    for wrong in 0..30 {
        assert_eq!(guess("BCDF-GHJK", thief).await, 70_018, "{wrong}");
    }
    assert_eq!(guess("BCDF-GHJK", thief).await, 50_053);
    assert_eq!(
        guess(&device.user_code, thief).await,
        50_053,
        "the right one, too, while the guesser waits"
    );
    assert_eq!(guess(&device.user_code, person).await, 0, "others go on");
    world.later(301);
    assert_eq!(guess(&device.user_code, thief).await, 0);
}
