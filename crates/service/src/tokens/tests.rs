use std::sync::Arc;

use latchkey_crypto::{JwsAlgorithm, Secret, SigningKey};
use latchkey_domain::{
    Action, AppId, AppSecret, Application, AskedFor, Authorization, AuthorizationCode, AuthorizationId,
    Caller, ClientId, GraphPermission, Pass, PermissionSet, Platform, RoleId, Seconds, SecretId,
    ServicePrincipalId, Session, SessionId, SessionMethod, User, UserRef, may,
};
use latchkey_store::StoreError;
use serde_json::{Value, json};

use super::*;
use crate::ClientAuthError;
use crate::testing::{SCOPE, START, World, unproved};
use crate::trail::Trail;

impl World {
    /// A token as ours would be, with other claims.
    async fn forged(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = claims_of(&self.token().await);
        change(&mut claims);
        self.key().sign(claims.to_string().as_bytes()).unwrap()
    }

    async fn application(&self, enabled: bool, permissions: &[GraphPermission]) -> Application {
        let id = || self.service.random_id();
        let application = Application {
            id: AppId::from_bytes(id()),
            client_id: ClientId::from_bytes(id()),
            service_principal_id: ServicePrincipalId::from_bytes(id()),
            display_name: "HR sync".to_owned(),
            enabled,
            permissions: permissions.iter().copied().collect(),
            created_at: START,
        };
        let secret = AppSecret {
            id: SecretId::from_bytes(id()),
            client_id: application.client_id,
            display_name: None,
            hash: latchkey_crypto::token_hash("later"),
            hint: "lat".to_owned(),
            start_at: START + Seconds(60),
            end_at: START + Seconds(120),
        };
        let trail = Trail::console(Arc::clone(&self.random), START, self.info());
        let event = trail.done(latchkey_domain::Activity::AddApplication, "", Vec::new());
        let permit = may(&Caller::Console, Action::AssignRole, None).unwrap();
        self.service
            .store
            .write_with(
                (application.clone(), secret, event, permit),
                |writer, (application, secret, event, permit)| {
                    Box::pin(async move {
                        writer
                            .insert_application(permit, application, Some(secret), event)
                            .await?;
                        Ok::<_, StoreError>(())
                    })
                },
            )
            .await
            .unwrap();
        application
    }

    async fn session(&self, minutes: Option<u32>) -> (Session, User) {
        let user = UserRef::Id(self.first.administrator);
        let user = self
            .service
            .store
            .read()
            .await
            .unwrap()
            .user(&user)
            .await
            .unwrap()
            .unwrap();
        let pass = self
            .service
            .store
            .read()
            .await
            .unwrap()
            .pass_of(user.id)
            .await
            .unwrap()
            .unwrap()
            .pass;
        let pass = minutes.map(|minutes| Pass {
            lifetime: latchkey_domain::Minutes(minutes),
            ..pass
        });
        let session = Session::open(
            SessionId::from_bytes(self.service.random_id()),
            user.id,
            SessionMethod::Pass { one_time: true },
            pass.as_ref(),
            self.service.now(),
        );
        self.service
            .store
            .write_with(
                (session, latchkey_crypto::random_array::<32>(&*self.random)),
                |writer, (session, token)| {
                    Box::pin(async move { writer.insert_session(session, token).await })
                },
            )
            .await
            .unwrap();
        (session, user)
    }

    async fn delegated(&self, session: &Session, user: &User) -> Result<IssuedToken, TokenError> {
        let mut reader = self.service.store.read().await.unwrap();
        let client = reader.application(self.first.client_id).await.unwrap().unwrap();
        drop(reader);
        let code = AuthorizationCode {
            authorization: AuthorizationId::from_bytes(self.service.random_id()),
            client_id: self.first.client_id,
            redirect_uri: None,
            challenge: None,
            user_id: user.id,
            session_id: session.id,
            pass_id: None,
            asked: AskedFor {
                audience: self.first.client_id.to_string(),
                platform: Platform::Web,
                scope: String::new(),
                nonce: None,
                auth_time: false,
                acr: false,
                handles_challenges: true,
                key: None,
            },
        };
        let authorization = Authorization::begin(&code, session, false, self.service.now());
        self.service
            .store
            .write_with(authorization.clone(), |writer, authorization| {
                Box::pin(async move { writer.insert_authorization(authorization).await })
            })
            .await?;
        let request = DelegatedTokenRequest {
            authorization: &authorization,
            user,
            client: &client,
            proved: crate::ProvedBy::Secret,
            session: Some(session.id),
            key: None,
            scopes: &["User.Read", "openid", "offline_access"].map(str::to_owned),
            ip_address: "192.0.2.1",
        };
        self.service.issue_delegated_token(&request, None).await
    }
}

fn claims_of(token: &str) -> Value {
    use base64::Engine;
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(part)
            .unwrap(),
    )
    .unwrap()
}

#[tokio::test]
async fn an_application_token_has_the_v1_shape_and_names_its_caller() {
    let world = World::new().await;
    let token = world.token().await;
    let claims = claims_of(&token);
    let (tenant, client) = (world.first.tenant.to_string(), world.first.client_id.to_string());
    assert_eq!(claims["aud"], "https://graph.microsoft.com");
    assert_eq!(claims["iss"], format!("https://id.example.com:8443/{tenant}/"));
    assert_eq!(
        (&claims["ver"], &claims["idtyp"], &claims["appidacr"]),
        (&json!("1.0"), &json!("app"), &json!("1"))
    );
    assert_eq!(
        (claims["appid"].as_str(), claims["tid"].as_str()),
        (Some(client.as_str()), Some(tenant.as_str()))
    );
    assert_eq!(claims["oid"], claims["sub"]);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3599
    );
    assert_eq!(claims["nbf"], claims["iat"]);
    assert!(claims.get("scp").is_none() && claims.get("xms_cc").is_none() && claims["uti"].is_string());
    let roles = claims["roles"].as_array().unwrap();
    assert!(roles.contains(&json!("UserAuthenticationMethod.ReadWrite.All")));

    let Caller::Application {
        permissions,
        roles,
        client_id,
        ..
    } = world.caller(&token).await.unwrap()
    else {
        panic!("not an application")
    };
    assert_eq!(client_id, world.first.client_id);
    assert_eq!(permissions, PermissionSet::every_application_permission());
    assert_eq!(roles.tenant, [RoleId::GLOBAL_ADMINISTRATOR]);
    assert_ne!(claims_of(&world.token().await)["uti"], claims["uti"]);
}

#[tokio::test]
async fn tokens_end_to_the_second_even_when_known() {
    let world = World::new().await;
    let token = world.token().await;
    world.clock.advance(Seconds(3598));
    assert!(world.caller(&token).await.is_ok());
    world.clock.advance(Seconds(1));
    assert!(matches!(world.caller(&token).await, Err(BearerError::Expired)));
}

#[tokio::test]
async fn other_headers_are_no_token() {
    let world = World::new().await;
    let token = world.token().await;
    for header in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Basic eA=="),
        Some(token.as_str()),
    ] {
        assert!(
            matches!(
                world.service.authenticate_bearer(unproved(header)).await,
                Err(BearerError::Missing)
            ),
            "{header:?}"
        );
    }
    assert!(
        world
            .service
            .authenticate_bearer(unproved(Some(&format!("bearer {token}"))))
            .await
            .is_ok()
    );
    for token in [
        "x",
        "a.b.c",
        &token[1..],
        &format!("{token}.x"),
        &"a".repeat(20_000),
    ] {
        assert!(
            matches!(world.caller(token).await, Err(BearerError::Malformed)),
            "{token}"
        );
    }
}

#[tokio::test]
async fn tokens_for_others_are_refused() {
    let world = World::new().await;
    let token = world
        .forged(|claims| claims["aud"] = json!("https://vault.azure.net"))
        .await;
    assert!(matches!(
        world.caller(&token).await,
        Err(BearerError::WrongAudience)
    ));
    let token = world
        .forged(|claims| claims["iss"] = json!("https://id.example.com:8443/other/"))
        .await;
    assert!(matches!(world.caller(&token).await, Err(BearerError::NotOurs)));
    let token = world
        .forged(|claims| claims["nbf"] = json!(START.as_seconds() + 301))
        .await;
    assert!(matches!(
        world.caller(&token).await,
        Err(BearerError::NotYetValid)
    ));
    let token = world
        .forged(|claims| claims["nbf"] = json!(START.as_seconds() + 300))
        .await;
    assert!(world.caller(&token).await.is_ok(), "within the skew");
    let token = world.forged(|claims| claims["idtyp"] = json!("device")).await;
    assert!(matches!(world.caller(&token).await, Err(BearerError::Malformed)));
    for audience in [
        "00000003-0000-0000-c000-000000000000",
        "https://id.example.com:8443",
        "https://id.example.com",
        "https://graph.microsoft.com/",
    ] {
        let token = world.forged(|claims| claims["aud"] = json!(audience)).await;
        assert!(world.caller(&token).await.is_ok(), "{audience}");
    }
}

#[tokio::test]
async fn signatures_by_others_and_other_algorithms_are_refused() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let world = World::new().await;
    let token = world.token().await;
    let parts: Vec<&str> = token.split('.').collect();
    let foreign = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let signed = foreign.sign(claims_of(&token).to_string().as_bytes()).unwrap();
    assert!(matches!(world.caller(&signed).await, Err(BearerError::NotOurs)));
    let kid = world.key().key_id().to_owned();
    for algorithm in ["none", "HS256", "ES256", "RS384"] {
        let header = URL_SAFE_NO_PAD.encode(json!({"typ": "JWT", "alg": algorithm, "kid": kid}).to_string());
        let confused = format!("{header}.{}.{}", parts[1], parts[2]);
        assert!(world.caller(&confused).await.is_err(), "{algorithm}");
        let unsigned = format!("{header}.{}.", parts[1]);
        assert!(world.caller(&unsigned).await.is_err(), "{algorithm} unsigned");
    }
    let mut claims = claims_of(&token);
    claims["roles"] = json!(["Directory.ReadWrite.All"]);
    let changed = format!(
        "{}.{}.{}",
        parts[0],
        URL_SAFE_NO_PAD.encode(claims.to_string()),
        parts[2]
    );
    assert!(matches!(world.caller(&changed).await, Err(BearerError::NotOurs)));
}

#[tokio::test]
async fn what_an_application_holds_now_is_what_counts() {
    let world = World::new().await;
    let application = world.application(true, &[GraphPermission::UserReadAll]).await;
    let claim = |claims: &mut Value, application: &Application| {
        claims["appid"] = json!(application.client_id);
        claims["oid"] = json!(application.service_principal_id);
        claims["roles"] = json!(["User.Read.All", "User.ReadWrite.All"]);
    };
    let token = world.forged(|claims| claim(claims, &application)).await;
    let Caller::Application {
        permissions, roles, ..
    } = world.caller(&token).await.unwrap()
    else {
        panic!("not an application")
    };
    assert_eq!(
        permissions.iter().collect::<Vec<_>>(),
        [GraphPermission::UserReadAll]
    );
    assert!(roles.tenant.is_empty());

    let disabled = world.application(false, &[GraphPermission::UserReadAll]).await;
    let token = world.forged(|claims| claim(claims, &disabled)).await;
    assert!(matches!(
        world.caller(&token).await,
        Err(BearerError::Revoked { challenge: false })
    ));
    let token = world
        .forged(|claims| {
            claim(claims, &application);
            claims["appid"] = json!(ClientId::from_bytes([9; 16]));
            claims["xms_cc"] = json!(["cp1"]);
        })
        .await;
    assert!(matches!(
        world.caller(&token).await,
        Err(BearerError::Revoked { challenge: true })
    ));
}

#[tokio::test]
async fn applications_prove_who_they_are_with_a_secret_in_force() {
    let world = World::new().await;
    let secret = world.first.client_secret.expose().clone();
    assert!(matches!(
        world.token_for(SCOPE, "wrong").await,
        Err(TokenError::Client(ClientAuthError::SecretWrong))
    ));
    world.clock.advance(Seconds(730 * 24 * 3600));
    assert!(matches!(
        world.token_for(SCOPE, &secret).await,
        Err(TokenError::Client(ClientAuthError::SecretExpired))
    ));

    let world = World::new().await;
    let ask = async |client_id: &str, secret: Option<&str>| {
        let proof = match secret {
            Some(secret) => crate::ClientProof::Secret(Secret::new(secret.to_owned())),
            None => crate::ClientProof::Nothing,
        };
        let request = ClientCredentialsRequest {
            client_id,
            proof,
            scope: SCOPE,
            handles_challenges: false,
            proof_of_key: None,
        };
        world.service.issue_application_token(request).await
    };
    let application = world.application(true, &[]).await.client_id.to_string();
    let disabled = world.application(false, &[]).await.client_id.to_string();
    let client = |error| TokenError::Client(error);
    for (client_id, secret, expected) in [
        ("nobody", Some("later"), client(ClientAuthError::Unknown)),
        (
            "00000000-0000-0000-0000-000000000000",
            Some("later"),
            client(ClientAuthError::Unknown),
        ),
        (
            disabled.as_str(),
            Some("later"),
            client(ClientAuthError::Disabled),
        ),
        (application.as_str(), None, client(ClientAuthError::SecretMissing)),
        (
            application.as_str(),
            Some("later"),
            client(ClientAuthError::SecretExpired),
        ),
    ] {
        let error = ask(client_id, secret).await.unwrap_err();
        assert_eq!(error.to_string(), expected.to_string(), "{client_id}");
    }
    world.clock.advance(Seconds(60));
    assert!(ask(&application, Some("later")).await.is_ok(), "begun");
    world.clock.advance(Seconds(60));
    assert!(ask(&application, Some("later")).await.is_err(), "ended");
}

#[tokio::test]
async fn a_scope_is_exactly_one_resource_of_ours() {
    let world = World::new().await;
    let secret = world.first.client_secret.expose().clone();
    for (scope, audience) in [
        (
            "https://graph.microsoft.com/.default",
            "https://graph.microsoft.com",
        ),
        (
            "https://graph.microsoft.com//.default",
            "https://graph.microsoft.com/",
        ),
        (
            "00000003-0000-0000-c000-000000000000/.default",
            "00000003-0000-0000-c000-000000000000",
        ),
        (
            "https://id.example.com:8443/.default",
            "https://id.example.com:8443",
        ),
        (" https://id.example.com/.default ", "https://id.example.com"),
    ] {
        let token = world.token_for(scope, &secret).await.unwrap();
        assert_eq!(claims_of(&token)["aud"], audience);
        assert!(world.caller(&token).await.is_ok(), "{scope}");
    }
    for scope in [
        "User.Read",
        ".default",
        "https://graph.microsoft.com/.default openid",
        "",
        "https://graph.microsoft.com/User.Read",
    ] {
        assert!(
            matches!(world.token_for(scope, &secret).await, Err(TokenError::ScopeForm)),
            "{scope}"
        );
    }
    assert!(matches!(
        world.token_for("https://vault.azure.net/.default", &secret).await,
        Err(TokenError::UnknownResource(resource)) if resource == "https://vault.azure.net"
    ));
}

#[tokio::test]
async fn a_persons_token_ends_with_the_pass() {
    let world = World::new().await;
    let (session, user) = world.session(Some(30)).await;
    world.clock.advance(Seconds(600));
    let issued = world.delegated(&session, &user).await.unwrap();
    assert_eq!(issued.expires_in, Seconds(20 * 60));
    let token = issued.access_token.expose();
    let claims = claims_of(token);
    assert_eq!(claims["exp"].as_i64().unwrap(), START.as_seconds() + 1800);
    assert_eq!(claims["scp"], "User.Read openid");
    assert_eq!(claims["amr"], json!(["otp", "mfa"]));
    assert_eq!(claims["sid"], json!(session.id));
    assert_eq!(claims["auth_time"], START.as_seconds());
    assert_eq!(claims["upn"], "Admin@example.com");
    assert_eq!(claims["idtyp"], "user");
    let wids = claims["wids"].as_array().unwrap();
    assert!(wids.contains(&json!(RoleId::GLOBAL_ADMINISTRATOR.to_string())) && wids.len() == 2);
    let Caller::Person {
        id,
        roles,
        session: of,
        ..
    } = world.caller(token).await.unwrap()
    else {
        panic!("not a person")
    };
    assert_eq!(
        (id, of, roles),
        (
            user.id,
            Some(session.id),
            vec![RoleId::GLOBAL_ADMINISTRATOR].into()
        )
    );

    world.clock.set(START + Seconds(1800 - 59));
    assert!(
        matches!(world.delegated(&session, &user).await, Err(TokenError::PassEnded)),
        "under a minute left"
    );
    let (ordinary, user) = world.session(None).await;
    assert_eq!(
        world.delegated(&ordinary, &user).await.unwrap().expires_in,
        Seconds(3599)
    );
}

#[tokio::test]
async fn a_persons_token_ends_with_the_session() {
    let world = World::new().await;
    let (session, user) = world.session(Some(30)).await;
    let token = world
        .delegated(&session, &user)
        .await
        .unwrap()
        .access_token
        .expose()
        .clone();
    assert!(world.caller(&token).await.is_ok());
    world
        .service
        .store
        .write_with((session.id, world.service.now()), |writer, (id, now)| {
            Box::pin(async move { writer.delete_session(*id, *now).await })
        })
        .await
        .unwrap();
    assert!(matches!(
        world.caller(&token).await,
        Err(BearerError::Revoked { challenge: true })
    ));
}
