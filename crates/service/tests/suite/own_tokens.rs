//! Tokens of applications in their own name for other applications, and by which names these are asked for (sign-in
//! contract 9.5–9.7).

use latchkey_domain::{AppRole, AppRoleId, AppRoleMember, Caller, ClientRegistration, Platform};
use latchkey_service::{
    ApplicationError, ApplicationWish, ClientCredentialsRequest, ClientProof, TokenError,
};
use latchkey_store::ApplicationKey;
use serde_json::{Value, json};

use crate::applications::{App, claims};
use crate::common::World;

on_each_engine! {
    applications_get_the_roles_that_they_hold_of_another
    who_demands_an_assignment_gets_it
    nobody_is_called_by_the_name_of_another
}

fn role(id: u8, value: &str, kind: AppRoleMember) -> AppRole {
    AppRole {
        id: AppRoleId::from_bytes([id; 16]),
        value: Some(value.to_owned()),
        enabled: true,
        allowed_member_types: vec![kind],
        display_name: value.to_owned(),
        description: String::new(),
    }
}

fn files(registration: &mut ClientRegistration) {
    registration.identifier_uris = vec!["api://files".to_owned()];
    registration.app_roles = vec![
        role(1, "Files.Read.All", AppRoleMember::Application),
        role(2, "Files.Write.All", AppRoleMember::Application),
        role(3, "Reader", AppRoleMember::User),
    ];
}

async fn own_token(world: &World, app: &App, scope: &str) -> Result<Value, u32> {
    let client_id = app.client_id.to_string();
    let request = ClientCredentialsRequest {
        client_id: &client_id,
        proof: app.claim(&client_id, None).proof,
        scope,
        handles_challenges: false,
        proof_of_key: None,
    };
    assert!(matches!(request.proof, ClientProof::Secret(_)));
    match world.service.issue_application_token(request).await {
        Ok(issued) => Ok(claims(issued.access_token.expose())),
        Err(TokenError::ScopeForm) => Err(1_002_012),
        Err(TokenError::UnknownResource(_)) => Err(500_011),
        Err(TokenError::NotAssigned { .. }) => Err(501_051),
        Err(other) => panic!("{other}"),
    }
}

async fn applications_get_the_roles_that_they_hold_of_another(world: World) {
    let api = App::registered(&world, Platform::Web, files).await;
    let app = App::web(&world).await;
    for id in [1, 3] {
        app.assign_itself(&world, &api, AppRoleId::from_bytes([id; 16]))
            .await;
    }
    let client_id = app.client_id.to_string();
    for name in ["api://files", "api://files/", &format!("api://{}", api.client_id)] {
        let token = own_token(&world, &app, &format!("{name}/.default"))
            .await
            .unwrap();
        assert_eq!(token["aud"], name.trim_end_matches('/'));
        assert_eq!(token["ver"], "1.0");
        assert_eq!(
            token["roles"],
            json!(["Files.Read.All"]),
            "as an application only"
        );
        assert_eq!(
            (&token["appid"], &token["idtyp"]),
            (&json!(client_id), &json!("app"))
        );
        assert_eq!(token["oid"], token["sub"]);
        assert!(token.get("scp").is_none());
    }
    api.change(&world, |registration| {
        registration.access_token_version = Some(2);
        registration.app_roles[0].enabled = false;
    })
    .await;
    let token = own_token(&world, &app, "api://files/.default").await.unwrap();
    assert_eq!(token["aud"], api.client_id.to_string());
    assert_eq!(token["iss"], world.service.issuer());
    assert_eq!((&token["ver"], &token["azp"]), (&json!("2.0"), &json!(client_id)));
    assert!(token.get("roles").is_none(), "a role that was switched off");

    for (scope, number) in [
        ("api://nobody/.default", 500_011),
        ("api://files/Files.Read.All", 1_002_012),
        (
            "api://files/.default https://graph.microsoft.com/.default",
            1_002_012,
        ),
    ] {
        assert_eq!(own_token(&world, &app, scope).await, Err(number), "{scope}");
    }
}

async fn who_demands_an_assignment_gets_it(world: World) {
    let api = App::registered(&world, Platform::Web, |registration| {
        files(registration);
        registration.assignment_required = true;
    })
    .await;
    let app = App::web(&world).await;
    let scope = "api://files/.default";
    assert_eq!(own_token(&world, &app, scope).await, Err(501_051));
    app.assign_itself(&world, &api, AppRoleId::from_bytes([2; 16]))
        .await;
    let token = own_token(&world, &app, scope).await.unwrap();
    assert_eq!(token["roles"], json!(["Files.Write.All"]));
}

async fn nobody_is_called_by_the_name_of_another(world: World) {
    let victim = App::web(&world).await;
    let name = format!("api://{}", victim.client_id);
    // Registered before anybody looked.
    let thief = App::registered(&world, Platform::Web, |registration| {
        registration.identifier_uris = vec![name.clone()];
    })
    .await;
    let app = App::web(&world).await;
    victim
        .change(&world, |registration| registration.access_token_version = Some(2))
        .await;
    let token = own_token(&world, &app, &format!("{name}/.default"))
        .await
        .unwrap();
    assert_eq!(token["aud"], victim.client_id.to_string());

    let (service, tenant) = (&world.service, world.service.tenant().id);
    let set = async |of: &App, uri: String| {
        let wish = ApplicationWish {
            identifier_uris: Some(vec![uri]),
            ..ApplicationWish::default()
        };
        let key = ApplicationKey::Client(of.client_id);
        service
            .update_application(&Caller::Console, &world.info(), key, wish)
            .await
    };
    for uri in [
        format!("api://{}", app.client_id),
        format!("api://{}/v1", thief.client_id),
        "https://files.example.net".to_owned(),
        "https://badexample.com".to_owned(),
    ] {
        let outcome = set(&victim, uri.clone()).await;
        assert!(matches!(outcome, Err(ApplicationError::Field(_))), "{uri}");
    }
    let graph = set(&victim, "https://graph.microsoft.com".to_owned()).await;
    assert!(matches!(graph, Err(ApplicationError::IdentifierTaken)));
    for uri in [
        format!("api://{}", app.client_id),
        format!("api://{tenant}/files"),
        "https://files.example.com".to_owned(),
        "urn:files".to_owned(),
        "api://files".to_owned(),
    ] {
        set(&app, uri.clone())
            .await
            .unwrap_or_else(|error| panic!("{uri}: {error}"));
    }
    assert!(set(&thief, name).await.is_ok(), "what was there before may stay");
}
