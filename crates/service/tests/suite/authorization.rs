//! Letting people in to applications: the rows of sign-in contract 9.4 and what people choose, and what an attacker
//! would try.

use latchkey_domain::{AppRole, AppRoleId, AppRoleMember, Caller, Platform, SignInError};
use latchkey_service::{AnswersTo, AuthorizeStep, PrincipalWish, ResponseMode};
use latchkey_store::{ApplicationKey, SignInFilter};

use crate::applications::{Answered, App};
use crate::common::World;

on_each_engine! {
    mistakes_are_told_to_whom_they_may_be_told
    the_flow_gives_tokens_that_stand_on_the_session
    prompts_and_ages_are_obeyed
    hints_choose_the_account
    people_consent_once_and_not_to_everything
    administrators_consent_for_everyone
    only_the_assigned_get_in
    the_sealed_request_is_of_one_browser_and_time
}

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

async fn mistakes_are_told_to_whom_they_may_be_told(world: World) {
    let app = App::public(&world).await;
    let page: [(&[(&str, &str)], u32); 6] = [
        (&[("client_id", "")], 900_144),
        (&[("client_id", "nobody")], 700_016),
        (&[("client_id", "99999999-8888-7777-6666-555555555555")], 700_016),
        (&[("redirect_uri", "https://evil.example/")], 50_011),
        (&[("redirect_uri", "http://localhost@evil.example/")], 50_011),
        (&[("redirect_uri", "http://localhost/x")], 50_011),
    ];
    for (changes, number) in page {
        assert_eq!(
            app.refused(&world, changes).await,
            (Answered::Page, number),
            "{changes:?}"
        );
    }
    for twice in ["client_id", "redirect_uri"] {
        let mut request = app.request(&[]);
        let again = request.iter().find(|(name, _)| name == twice).unwrap().clone();
        request.push(again);
        assert_eq!(
            app.refusal_of(&world, &request).await.0,
            Answered::Page,
            "{twice}"
        );
    }
    let answer: [(&[(&str, &str)], u32); 20] = [
        (&[("response_type", "")], 900_144),
        (&[("response_type", "token")], 70_005),
        (&[("response_type", "id_token")], 700_054),
        (&[("response_type", "code id_token")], 700_054),
        (&[("response_mode", "other")], 70_007),
        (&[("scope", "")], 900_144),
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            9_002_325,
        ),
        (&[("code_challenge_method", "")], 50_149),
        (&[("code_challenge_method", "plain")], 50_149),
        (&[("code_challenge", "short")], 501_491),
        (&[("code_challenge", "")], 50_147),
        (&[("prompt", "other")], 90_023),
        (&[("prompt", "none login")], 90_023),
        (&[("max_age", "-1")], 90_023),
        (&[("login_hint", ADA), ("prompt", "select_account")], 90_023),
        (&[("claims", "{")], 9_002_313),
        (&[("request", "eyJ")], 90_009),
        (&[("request_uri", "https://x")], 90_009),
        (&[("id_token_hint", "eyJ")], 9_002_313),
        (&[("prompt", "none")], 50_058),
    ];
    for (changes, number) in answer {
        let (answered, found) = app.refused(&world, changes).await;
        assert_eq!((answered, found), (Answered::Application, number), "{changes:?}");
    }
    let mut twice = app.request(&[]);
    twice.push(("scope".to_owned(), "openid".to_owned()));
    assert_eq!(
        app.refusal_of(&world, &twice).await,
        (Answered::Application, 9_000_411)
    );

    // Switched off, and without a service principal, are two things with two remedies.
    let (service, caller, key) = (
        &world.service,
        &Caller::Console,
        ApplicationKey::Client(app.client_id),
    );
    let off = PrincipalWish {
        enabled: Some(false),
        ..PrincipalWish::default()
    };
    service
        .update_principal(caller, &world.info(), key, off)
        .await
        .unwrap();
    assert_eq!(app.refused(&world, &[]).await, (Answered::Page, 7_000_112));
    service
        .delete_principal(caller, &world.info(), key)
        .await
        .unwrap();
    assert_eq!(app.refused(&world, &[]).await, (Answered::Page, 7_000_229));
}

async fn the_flow_gives_tokens_that_stand_on_the_session(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 60).await;
    let answer = app
        .answer(&world, &session, &[("nonce", "n-1"), ("client_info", "1")])
        .await;
    assert_eq!(answer.mode, ResponseMode::Query);
    assert!(
        answer
            .location()
            .starts_with("http://localhost:4711/?code=lk_code_"),
        "{}",
        answer.location()
    );
    let value = |name| crate::applications::value(&answer, name);
    assert_eq!(value("state"), "s-1");
    assert_eq!(value("iss"), world.service.issuer());
    assert!(!value("client_info").is_empty() && !value("session_state").is_empty());

    let tokens = app.redeem(&world, &value("code")).await.unwrap();
    assert_eq!(tokens.scope, "User.Read openid profile offline_access");
    let claims = crate::applications::claims(tokens.id_token.as_ref().unwrap().expose());
    let client = app.client_id.to_string();
    for (name, expected) in [
        ("aud", client.as_str()),
        ("nonce", "n-1"),
        ("preferred_username", ADA),
        ("ver", "2.0"),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    assert_eq!(claims["amr"], serde_json::json!(["otp", "mfa"]));
    assert_eq!(claims["sub"].as_str().unwrap().len(), 43);
    assert!(claims.get("auth_time").is_none() && claims.get("email").is_none());

    let caller = app.caller(&world, &tokens).await;
    assert!(matches!(caller, Ok(Caller::Person { .. })));
    let info = world
        .service
        .user_info(latchkey_service::Presented {
            authorization: Some(&crate::applications::bearer(&tokens)),
            possession: latchkey_service::Possession::Unproved,
        })
        .await
        .unwrap();
    assert_eq!(info["sub"], claims["sub"]);

    // Another application knows the same person by another name.
    let other = App::public(&world).await;
    let code = other.code(&world, &session, &[]).await;
    let theirs = other.redeem(&world, &code).await.unwrap();
    assert_ne!(
        crate::applications::claims(theirs.id_token.unwrap().expose())["sub"],
        claims["sub"]
    );

    world.service.sign_out(&session).await.unwrap();
    assert!(
        app.caller(&world, &tokens).await.is_err(),
        "it ends with its session"
    );
    let refreshed = app.refresh(&world, &tokens).await.unwrap();
    assert!(
        app.caller(&world, &refreshed).await.is_ok(),
        "offline access goes on"
    );
}

async fn prompts_and_ages_are_obeyed(world: World) {
    let app = App::public(&world).await;
    let session = app.person(&world, ADA, 600).await;
    world.later(100);
    let login = app
        .step(&world, std::slice::from_ref(&session), &[("prompt", "login")])
        .await;
    let AuthorizeStep::SignIn { name, replaces, .. } = login else {
        panic!("{login:?}")
    };
    assert_eq!((name.as_deref(), replaces), (Some(ADA), Some(session.session.id)));
    for (age, again) in [("99", true), ("100", false), ("0", true)] {
        let step = app
            .step(&world, std::slice::from_ref(&session), &[("max_age", age)])
            .await;
        assert_eq!(
            matches!(step, AuthorizeStep::SignIn { .. }),
            again,
            "{age}: {step:?}"
        );
        let (answered, number) = app.silent(&world, &session, &[("max_age", age)]).await;
        assert_eq!(
            (answered, number == 50_058),
            (Answered::Application, again),
            "{age}"
        );
    }
    let picking = app
        .step(
            &world,
            std::slice::from_ref(&session),
            &[("prompt", "select_account")],
        )
        .await;
    assert!(matches!(picking, AuthorizeStep::PickAccount), "{picking:?}");
    world.later(601);
    let fresh = app
        .step(
            &world,
            std::slice::from_ref(&session),
            &[("amr_values", "ngcmfa")],
        )
        .await;
    assert!(matches!(fresh, AuthorizeStep::SignIn { .. }), "{fresh:?}");
    // Whoever signs in for the request is not asked again.
    let request = app.begin(&world, &[("prompt", "login")]).await;
    let anew = app.again(&world, &session).await;
    let request = request.with_signed_in(anew.session.id);
    let step = app.go_on(&world, &request, &[anew]).await;
    assert!(
        matches!(step, AuthorizeStep::Answer(_) | AuthorizeStep::Consent(_)),
        "{step:?}"
    );
}

async fn hints_choose_the_account(world: World) {
    let app = App::public(&world).await;
    let ada = app.person(&world, ADA, 600).await;
    let bob = app.person(&world, BOB, 600).await;
    let both = [ada.clone(), bob.clone()];
    world.later(1);
    let step = app.step(&world, &both, &[]).await;
    assert!(matches!(step, AuthorizeStep::PickAccount), "{step:?}");
    let named = app
        .answer_of(&world, &both, &[("login_hint", "Bob@Example.com")], &bob)
        .await;
    let tokens = app
        .redeem(&world, &crate::applications::value(&named, "code"))
        .await
        .unwrap();
    let claims = crate::applications::claims(tokens.id_token.as_ref().unwrap().expose());
    assert_eq!(claims["preferred_username"], BOB);
    let hint = tokens.id_token.unwrap().expose().clone();
    let stranger = app
        .step(&world, &both, &[("login_hint", "eve@example.com")])
        .await;
    let AuthorizeStep::SignIn { name, replaces, .. } = stranger else {
        panic!("{stranger:?}")
    };
    assert_eq!(
        (name.as_deref(), replaces),
        (Some("eve@example.com"), None),
        "nobody else's session is used"
    );
    let hinted = app
        .step(
            &world,
            std::slice::from_ref(&ada),
            &[("id_token_hint", hint.as_str())],
        )
        .await;
    assert!(matches!(hinted, AuthorizeStep::SignIn { .. }), "{hinted:?}");
    let (_, number) = app
        .silent(&world, &ada, &[("id_token_hint", hint.as_str())])
        .await;
    assert_eq!(number, 50_058);
}

async fn people_consent_once_and_not_to_everything(world: World) {
    let app = App::public(&world).await;
    let session = app.signed_in(&world, ADA, 600).await;
    let one = std::slice::from_ref(&session);
    let AuthorizeStep::Consent(question) = app.step(&world, one, &[]).await else {
        panic!("no consent")
    };
    assert!(question.allowed && !question.for_everyone);
    assert_eq!(question.answers_to, AnswersTo::ThisDevice);
    let (_, number) = app.silent(&world, &session, &[]).await;
    assert_eq!(number, 65_001);
    let request = app.begin(&world, &[]).await;
    let declined = world.service.decline_authorization(&request).await.unwrap();
    let AuthorizeStep::Answer(declined) = declined else {
        panic!("{declined:?}")
    };
    assert_eq!(crate::applications::value(&declined, "error"), "access_denied");
    assert_eq!(crate::applications::value(&declined, "error_subcode"), "cancel");
    let everyone = app.accept(&world, &request, &session, true).await;
    assert!(everyone.is_err(), "only administrators speak for everyone");
    app.accept(&world, &request, &session, false).await.unwrap();
    assert!(matches!(
        app.step(&world, one, &[]).await,
        AuthorizeStep::Answer(_)
    ));
    let again = app.step(&world, one, &[("prompt", "consent")]).await;
    assert!(matches!(again, AuthorizeStep::Consent(_)), "{again:?}");

    let more = [("scope", "openid https://graph.microsoft.com/User.Read.All")];
    let AuthorizeStep::Consent(question) = app.step(&world, one, &more).await else {
        panic!("no consent")
    };
    assert!(!question.allowed, "an administrator must");
    let request = app.begin(&world, &more).await;
    assert!(app.accept(&world, &request, &session, false).await.is_err());
    for (scope, number) in [
        ("openid Nothing.Read", 650_053),
        ("https://nobody.example/x", 500_011),
        ("https://graph.microsoft.com/.default User.Read", 70_011),
    ] {
        let step = app.step(&world, one, &[("scope", scope)]).await;
        let AuthorizeStep::Answer(answer) = step else {
            panic!("{scope}: {step:?}")
        };
        assert_eq!(crate::applications::number(&answer), number, "{scope}");
    }
}

async fn administrators_consent_for_everyone(world: World) {
    let app = App::public(&world).await;
    let root = app.signed_in(&world, "root@example.com", 600).await;
    let ada = app.signed_in(&world, ADA, 600).await;
    let wish = [("scope", "openid User.Read.All"), ("prompt", "admin_consent")];
    let request = app.begin(&world, &wish).await;
    let AuthorizeStep::Consent(question) = app.go_on(&world, &request, std::slice::from_ref(&root)).await
    else {
        panic!("no consent")
    };
    assert!(question.allowed && question.for_everyone && question.everyone_only);
    app.accept(&world, &request, &root, true).await.unwrap();
    let step = app
        .step(
            &world,
            std::slice::from_ref(&ada),
            &[("scope", "openid User.Read.All")],
        )
        .await;
    assert!(matches!(step, AuthorizeStep::Answer(_)), "{step:?}");
}

async fn only_the_assigned_get_in(world: World) {
    let role = AppRole {
        id: AppRoleId::from_bytes([7; 16]),
        value: Some("Editor".to_owned()),
        enabled: true,
        allowed_member_types: vec![AppRoleMember::User],
        display_name: "Editor".to_owned(),
        description: String::new(),
    };
    let app = App::registered(&world, Platform::PublicClient, |registration| {
        registration.assignment_required = true;
        registration.app_roles = vec![role];
    })
    .await;
    let session = app.signed_in(&world, ADA, 600).await;
    let step = app.step(&world, std::slice::from_ref(&session), &[]).await;
    let AuthorizeStep::Answer(answer) = step else {
        panic!("{step:?}")
    };
    assert_eq!(crate::applications::number(&answer), 50_105);
    let (_, silent) = app.silent(&world, &session, &[]).await;
    assert_eq!(silent, 50_105);
    let mut reader = world.service.store().read().await.unwrap();
    for silent in [false, true] {
        let filter = SignInFilter {
            silent,
            ..SignInFilter::default()
        };
        let page = reader.sign_ins_page(&filter, None, 9).await.unwrap();
        let errors: Vec<_> = page.iter().map(|stored| stored.record.error).collect();
        assert_eq!(errors, [Some(SignInError::NotAssigned)]);
    }
    drop(reader);
    app.assign(&world, session.user.id, AppRoleId::from_bytes([7; 16]))
        .await;
    app.consent(&world, &session, &[]).await;
    let code = app.code(&world, &session, &[]).await;
    let tokens = app.redeem(&world, &code).await.unwrap();
    let claims = crate::applications::claims(tokens.id_token.unwrap().expose());
    assert_eq!(claims["roles"], serde_json::json!(["Editor"]));
}

async fn the_sealed_request_is_of_one_browser_and_time(world: World) {
    let app = App::public(&world).await;
    let (request, browser) = app.begin_in(&world, &[]).await;
    let sealed = world.service.seal_authorization(&request);
    let open = |browser| world.service.open_authorization(&sealed, browser).is_ok();
    assert!(open(Some(&browser)));
    let other = world.service.new_browser_key();
    assert!(!open(None) && !open(Some(&other)));
    assert!(
        world
            .service
            .open_authorization(&format!("{sealed}A"), Some(&browser))
            .is_err()
    );
    // A sign-in's own state is no request, and the other way round.
    let flow = world.service.seal_flow(&world.flow(ADA));
    assert!(world.service.open_authorization(&flow, Some(&browser)).is_err());
    world.later(30 * 60);
    assert!(!open(Some(&browser)));
}
