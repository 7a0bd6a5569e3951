//! What tokens say beside the usual (sign-in contract 9.6), and who is known by a hint (9.4, 9.12).

use latchkey_domain::{
    Caller, ClientRegistration, ExposedScope, GroupClaims, OptionalClaims, Platform, ScopeConsent, ScopeId,
};
use latchkey_service::{AuthorizeStep, Belonging, GroupWish, SignedIn, TokenGrant};
use serde_json::json;

use crate::applications::{Answered, App, claims, value};
use crate::common::World;

on_each_engine! {
    an_application_gets_the_claims_that_it_asked_for_once_for_all
    whoever_is_in_many_groups_is_asked_about_elsewhere
    the_login_hint_of_a_token_names_its_person
    only_id_tokens_are_hints
}

const ADA: &str = "ada@example.com";
const CONSOLE: Caller = Caller::Console;
/// A scope of [`api`].
const READ: (&str, &str) = ("scope", "api://files/Files.Read openid profile");

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Offers `api://files/Files.Read`.
fn api(registration: &mut ClientRegistration) {
    registration.identifier_uris = names(&["api://files"]);
    registration.access_token_version = Some(2);
    registration.scopes = vec![ExposedScope {
        id: ScopeId::from_bytes([1; 16]),
        value: "Files.Read".to_owned(),
        enabled: true,
        consent: ScopeConsent::User,
        admin_consent_display_name: "Read files".to_owned(),
        admin_consent_description: String::new(),
        user_consent_display_name: String::new(),
        user_consent_description: String::new(),
    }];
}

async fn tokens(world: &World, app: &App, member: &SignedIn, changes: &[(&str, &str)]) -> TokenGrant {
    let code = app.code(world, member, changes).await;
    app.redeem(world, &code).await.unwrap()
}

/// Puts somebody into so many groups.
async fn group_up(world: &World, member: &SignedIn, count: usize) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..count {
        let wish = GroupWish {
            display_name: Some(format!("Team {number}")),
            mail_nickname: Some(format!("team-{number}")),
            ..GroupWish::default()
        };
        let service = &world.service;
        let group = service.create_group(&CONSOLE, &world.info(), wish).await.unwrap();
        service
            .join_group(
                &CONSOLE,
                &world.info(),
                group.id,
                Belonging::Member,
                member.user.id,
            )
            .await
            .unwrap();
        made.push(group.id.to_string());
    }
    made.sort();
    made
}

async fn an_application_gets_the_claims_that_it_asked_for_once_for_all(world: World) {
    let _files = App::registered(&world, Platform::Web, |registration| {
        api(registration);
        registration.group_claims = Some(GroupClaims::SecurityGroup);
        registration.optional_claims = OptionalClaims {
            access_token: names(&["upn"]),
            ..OptionalClaims::default()
        };
    })
    .await;
    let app = App::registered(&world, Platform::PublicClient, |registration| {
        registration.optional_claims = OptionalClaims {
            id_token: names(&["groups", "auth_time", "upn", "given_name", "nothing.of.ours"]),
            ..OptionalClaims::default()
        };
    })
    .await;
    let ada = app.passkey_person(&world, ADA).await;
    let groups = group_up(&world, &ada, 2).await;
    let able = ("claims", r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
    let granted = tokens(&world, &app, &ada, &[READ, able]).await;

    let said = claims(granted.id_token.unwrap().expose());
    let mut named: Vec<_> = said["groups"].as_array().unwrap().clone();
    named.sort_by_key(ToString::to_string);
    assert_eq!(json!(named), json!(groups));
    assert_eq!(said["upn"], ADA);
    assert_eq!(said["auth_time"], ada.session.authenticated_at.as_seconds());
    assert!(said.get("given_name").is_none(), "nobody knows it");
    assert!(said.get("nothing.of.ours").is_none());

    let said = claims(granted.access_token.expose());
    assert_eq!(said["groups"].as_array().unwrap().len(), 2);
    assert_eq!(said["upn"], ADA);
    assert_eq!(said["xms_cc"], json!(["CP1"]), "its API may challenge it");

    let plain = App::public(&world).await;
    let granted = tokens(&world, &plain, &ada, &[]).await;
    let said = claims(granted.id_token.unwrap().expose());
    for name in ["groups", "upn", "auth_time", "login_hint"] {
        assert!(said.get(name).is_none(), "{name} only for those who asked");
    }
}

async fn whoever_is_in_many_groups_is_asked_about_elsewhere(world: World) {
    let app = App::registered(&world, Platform::PublicClient, |registration| {
        registration.group_claims = Some(GroupClaims::All);
    })
    .await;
    let ada = app.passkey_person(&world, ADA).await;
    group_up(&world, &ada, 200).await;
    let granted = tokens(&world, &app, &ada, &[]).await;
    let said = claims(granted.id_token.unwrap().expose());
    assert_eq!(said["groups"].as_array().unwrap().len(), 200);

    group_up(&world, &ada, 1).await;
    let granted = tokens(&world, &app, &ada, &[]).await;
    let said = claims(granted.id_token.unwrap().expose());
    assert!(said.get("groups").is_none());
    assert_eq!(said["_claim_names"]["groups"], "src1");
    let endpoint = said["_claim_sources"]["src1"]["endpoint"].as_str().unwrap();
    let wanted = format!("/v1.0/users/{}/getMemberObjects", ada.user.id);
    assert!(endpoint.ends_with(&wanted), "{endpoint}");
}

async fn the_login_hint_of_a_token_names_its_person(world: World) {
    let app = App::registered(&world, Platform::PublicClient, |registration| {
        registration.optional_claims.id_token = names(&["login_hint"]);
    })
    .await;
    let ada = app.passkey_person(&world, ADA).await;
    let bob = app.passkey_person(&world, "bob@example.com").await;
    let both = [ada.clone(), bob.clone()];
    let granted = tokens(&world, &app, &ada, &[]).await;
    let said = claims(granted.id_token.unwrap().expose());
    let hint = said["login_hint"].as_str().unwrap();
    assert!(!hint.contains("ada") && !hint.contains(&ada.user.id.to_string()));

    world.later(5);
    let answer = app.answer_of(&world, &both, &[("login_hint", hint)], &ada).await;
    let tokens = app.redeem(&world, &value(&answer, "code")).await.unwrap();
    assert_eq!(
        claims(tokens.id_token.unwrap().expose())["oid"],
        ada.user.id.to_string()
    );
    let step = app
        .step(&world, std::slice::from_ref(&bob), &[("login_hint", hint)])
        .await;
    let AuthorizeStep::SignIn { name, .. } = step else {
        panic!("{step:?}")
    };
    assert_eq!(name.as_deref(), Some(ADA), "the page for the name is skipped");

    let pairs = [("logout_hint".to_owned(), hint.to_owned())];
    let wish = world.service.read_logout(&pairs).await.unwrap();
    let meant = wish.meant(&both).unwrap();
    assert_eq!(meant.len(), 1);
    assert_eq!(meant[0].user.id, ada.user.id);
}

async fn only_id_tokens_are_hints(world: World) {
    let _files = App::registered(&world, Platform::Web, api).await;
    let app = App::public(&world).await;
    let ada = app.passkey_person(&world, ADA).await;
    let granted = tokens(&world, &app, &ada, &[READ]).await;
    let (id, access) = (granted.id_token.unwrap(), granted.access_token);
    assert_eq!(
        claims(id.expose())["iss"],
        claims(access.expose())["iss"],
        "or this shows nothing"
    );
    let good = [("id_token_hint", id.expose().as_str())];
    assert_eq!(app.silent(&world, &ada, &good).await, (Answered::Application, 0));
    let bad = [("id_token_hint", access.expose().as_str())];
    assert_eq!(
        app.refused(&world, &bad).await,
        (Answered::Application, 9_002_313)
    );

    let both = [ada.clone(), app.passkey_person(&world, "bob@example.com").await];
    for (hint, clear) in [(id, true), (access, false)] {
        let pairs = [("id_token_hint".to_owned(), hint.expose().clone())];
        let wish = world.service.read_logout(&pairs).await.unwrap();
        assert_eq!(wish.meant(&both).is_some(), clear);
    }
}
