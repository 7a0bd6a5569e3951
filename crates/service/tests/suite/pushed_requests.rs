//! Pushed authorization requests: RFC 9126 with the clock moved by hand, and what would misuse their names.

use latchkey_domain::Platform;
use latchkey_service::{AuthorizeStep, PushFailure};

use crate::applications::{Answered, App, failure_number, value};
use crate::common::World;

on_each_engine! {
    a_pushed_request_is_taken_up_once_and_soon
    mistakes_are_told_when_pushing
    an_application_may_have_to_push
}

async fn push(world: &World, app: &App, changes: &[(&str, &str)]) -> Result<String, u32> {
    let client_id = app.client_id.to_string();
    let pushed = world
        .service
        .push_authorization_request(&app.claim(&client_id, None), app.request(changes), &world.info())
        .await;
    match pushed {
        Ok(pushed) => {
            assert_eq!(pushed.expires_in.0, 60);
            Ok(pushed.request_uri)
        }
        Err(PushFailure::Request(error)) => Err(error.number),
        Err(PushFailure::Client(failure)) => Err(failure_number(&failure)),
        Err(PushFailure::Fault(fault)) => panic!("{fault}"),
    }
}

/// What a browser brings along.
fn named(client_id: &str, request_uri: &str) -> Vec<(String, String)> {
    [("client_id", client_id), ("request_uri", request_uri)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

async fn an_application_may_have_to_push(world: World) {
    let app = App::registered(&world, Platform::Web, |registration| {
        registration.require_pushed_requests = true;
    })
    .await;
    let ada = app.signed_in(&world, "ada@example.com", 0).await;
    assert_eq!(app.refused(&world, &[]).await, (Answered::Application, 9_002_313));
    // One that was refused when it was pushed is not taken by that.
    let request = [("request_uri", "urn:ietf:params:oauth:request_uri:x")];
    assert_eq!(app.refused(&world, &request).await, (Answered::Page, 90_009));

    let name = push(&world, &app, &[]).await.unwrap();
    let browser = world.service.new_browser_key();
    let named = named(&app.client_id.to_string(), &name);
    let read = world
        .service
        .read_authorization_request(&named, &browser, &world.info())
        .await;
    let step = app.go_on(&world, &read.unwrap(), &[ada]).await;
    assert!(matches!(step, AuthorizeStep::Consent(_)), "{step:?}");
}

async fn a_pushed_request_is_taken_up_once_and_soon(world: World) {
    let app = App::web(&world).await;
    let ada = app.signed_in(&world, "ada@example.com", 0).await;
    let own = app.client_id.to_string();
    let name = push(
        &world,
        &app,
        &[("state", "pushed"), ("client_secret", "in the body")],
    )
    .await
    .unwrap();
    assert!(name.starts_with("urn:ietf:params:oauth:request_uri:"));
    assert!(!name.contains("in the body"));

    // Of another application, changed, or none of ours: told to the person, who can't be sent anywhere.
    let other = App::web(&world).await.client_id.to_string();
    let changed = format!("{}A", &name[..name.len() - 1]);
    for wrong in [named(&other, &name), named(&own, &changed)] {
        assert_eq!(app.refusal_of(&world, &wrong).await, (Answered::Page, 90_009));
    }
    // What the browser brings besides is not looked at.
    let mut brought = named(&own, &name);
    brought.push(("state".to_owned(), "forged".to_owned()));
    brought.push(("redirect_uri".to_owned(), "https://evil.example".to_owned()));
    let browser = world.service.new_browser_key();
    let read = world
        .service
        .read_authorization_request(&brought, &browser, &world.info())
        .await;
    let request = read.unwrap();
    let request = app.accept(&world, &request, &ada, false).await.unwrap();
    let AuthorizeStep::Answer(answer) = app.go_on(&world, &request, std::slice::from_ref(&ada)).await else {
        panic!("no answer")
    };
    assert!(answer.target.starts_with(app.redirect), "{answer:?}");
    assert_eq!(value(&answer, "state"), "pushed");
    assert!(app.redeem(&world, &value(&answer, "code")).await.is_ok());
    let again = app.refusal_of(&world, &named(&own, &name)).await;
    assert_eq!(again, (Answered::Page, 90_009), "once");

    let late = push(&world, &app, &[]).await.unwrap();
    assert_ne!(late, push(&world, &app, &[]).await.unwrap());
    world.later(60);
    let late = app.refusal_of(&world, &named(&own, &late)).await;
    assert_eq!(late, (Answered::Page, 90_009), "too late");
}

async fn mistakes_are_told_when_pushing(world: World) {
    let web = App::web(&world).await;
    for (changes, number) in [
        (&[("redirect_uri", "https://evil.example")][..], 50_011),
        (&[("scope", "")], 900_144),
        (&[("response_type", "token")], 70_005),
        (&[("code_challenge_method", "plain")], 50_149),
        (
            &[("request_uri", "urn:ietf:params:oauth:request_uri:x")],
            9_002_313,
        ),
        (&[("request", "e30.e30.")], 90_009),
        (&[("client_id", "99999999-8888-7777-6666-555555555555")], 700_016),
    ] {
        assert_eq!(
            push(&world, &web, changes).await.unwrap_err(),
            number,
            "{changes:?}"
        );
    }
    let long = "x".repeat(5000);
    assert_eq!(
        push(&world, &web, &[("state", &long)]).await.unwrap_err(),
        900_144
    );
    let app = web.with_secret(None);
    assert_eq!(
        push(&world, &app, &[]).await.unwrap_err(),
        7_000_218,
        "without its secret"
    );
    let app = web.with_secret(Some("wrong"));
    assert_eq!(push(&world, &app, &[]).await.unwrap_err(), 7_000_215);
    let public = App::public(&world).await;
    assert!(push(&world, &public, &[]).await.is_ok());
    // Authenticated as one application, asking as another one.
    let id = public.client_id.to_string();
    let foreign = [("client_id", id.as_str()), ("redirect_uri", public.redirect)];
    assert_eq!(push(&world, &web, &foreign).await.unwrap_err(), 9_002_313);
}
