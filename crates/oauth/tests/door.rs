//! The door as the server calls it: discovery, keys, the token endpoint and every error of it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it can't go on"
)]

mod common;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{FORM, ORIGIN, SCOPE, World, assert_error, read};
use http::{Request, StatusCode};
use latchkey_domain::CorrelationId;
use latchkey_service::RequestInfo;
use serde_json::{Value, json};

#[tokio::test]
async fn discovery_names_what_clients_need_for_every_form_of_the_tenant() {
    let world = World::new().await;
    let id = world.tenant.clone();
    for (segment, kept) in [
        (id.as_str(), id.as_str()),
        (&id.to_uppercase(), id.as_str()),
        ("example.com", id.as_str()),
        ("EXAMPLE.com", id.as_str()),
        ("common", "common"),
        ("Organizations", "organizations"),
    ] {
        for path in [
            format!("/{segment}/v2.0/.well-known/openid-configuration"),
            format!("/{segment}//v2.0/.well-known/openid-configuration"),
            format!("/{segment}/.well-known/openid-configuration"),
        ] {
            let (status, body) = world.get(&path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(body["issuer"], format!("{ORIGIN}/{id}/v2.0"));
            assert_eq!(
                body["token_endpoint"],
                format!("{ORIGIN}/{kept}/oauth2/v2.0/token")
            );
            assert_eq!(
                body["authorization_endpoint"],
                format!("{ORIGIN}/{kept}/oauth2/v2.0/authorize")
            );
            assert_eq!(
                body["device_authorization_endpoint"],
                format!("{ORIGIN}/{kept}/oauth2/v2.0/devicecode")
            );
            for claim in ["acr", "given_name", "nbf", "idp", "roles", "groups", "login_hint"] {
                let known = body["claims_supported"].as_array().unwrap();
                assert!(known.contains(&json!(claim)), "{claim}");
            }
            assert_eq!(
                body["prompt_values_supported"],
                json!(["none", "login", "select_account", "consent", "admin_consent"])
            );
            assert_eq!(body["jwks_uri"], format!("{ORIGIN}/{kept}/discovery/v2.0/keys"));
            assert_eq!(
                body["grant_types_supported"],
                json!([
                    "authorization_code",
                    "refresh_token",
                    "client_credentials",
                    "urn:ietf:params:oauth:grant-type:device_code",
                    "implicit"
                ])
            );
        }
    }
    for segment in [
        "consumers",
        "other.example",
        "00000000-0000-0000-0000-000000000000",
    ] {
        let answer = world
            .get(&format!("/{segment}/v2.0/.well-known/openid-configuration"))
            .await;
        assert_error(&answer, 400, "invalid_request", 90_002);
    }
}

#[tokio::test]
async fn documents_may_be_kept_and_read_by_pages_of_others() {
    let world = World::new().await;
    for path in [
        "/common/v2.0/.well-known/openid-configuration",
        "/common/discovery/v2.0/keys",
        "/common/discovery/instance",
    ] {
        let response = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(
            response.headers()["cache-control"],
            "max-age=86400, private",
            "{path}"
        );
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{path}");
        let answer = read(world.send(Request::post(path).body(Body::empty()).unwrap()).await).await;
        assert_error(&answer, 405, "invalid_request", 900_561);
    }
}

#[tokio::test]
async fn keys_are_public_parts_only() {
    let world = World::new().await;
    for path in ["/common/discovery/v2.0/keys", "/example.com/discovery/keys"] {
        let (status, body) = world.get(path).await;
        assert_eq!(status, StatusCode::OK);
        let keys = body["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 3, "one of each algorithm");
        for key in keys {
            assert_eq!(key["use"], "sig");
            assert_eq!(key["issuer"], format!("{ORIGIN}/{}/v2.0", world.tenant));
            assert!(["d", "p", "q"].iter().all(|private| key.get(private).is_none()));
        }
    }
    assert_error(
        &world.get("/other/discovery/keys").await,
        400,
        "invalid_request",
        90_002,
    );
}

#[tokio::test]
async fn instance_discovery_knows_this_host_only() {
    let world = World::new().await;
    let path = |endpoint: &str| {
        format!("/common/discovery/instance?api-version=1.1&authorization_endpoint={endpoint}")
    };
    for endpoint in [
        "https%3A%2F%2Fid.example.com%2Ft%2Foauth2%2Fv2.0%2Fauthorize",
        "https://ID.example.com:8443/t/oauth2/v2.0/authorize",
    ] {
        let (status, body) = world.get(&path(endpoint)).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["metadata"][0]["aliases"], json!(["id.example.com"]));
        assert_eq!(
            body["tenant_discovery_endpoint"],
            format!("{ORIGIN}/{}/v2.0/.well-known/openid-configuration", world.tenant)
        );
    }
    assert_error(
        &world.get(&path("https://login.evil.example/t")).await,
        400,
        "invalid_instance",
        50_049,
    );
    assert_error(&world.get(&path("%zz")).await, 400, "invalid_request", 9_002_313);
}

#[tokio::test]
async fn an_application_gets_a_token_by_body_and_by_basic() {
    let world = World::new().await;
    let (client, secret) = (
        world.first.client_id.to_string(),
        world.first.client_secret.expose().clone(),
    );
    let path = format!(
        "{}?client-request-id=ignored&grant_type=password",
        world.token_path()
    );
    let (status, body) = world
        .post_to(
            &path,
            &format!("{}&client_info=1&x-client-SKU=msal", world.good()),
        )
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["access_token", "expires_in", "ext_expires_in", "token_type"]
    );
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("Bearer"), &json!(3599))
    );

    for credentials in [
        format!("{client}:{secret}"),
        format!(
            "{}:{}",
            client.replace('-', "%2D"),
            secret.replace('-', "%2D").replace('_', "%5F")
        ),
    ] {
        let request = Request::post(world.token_path())
            .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
            .header("authorization", format!("Basic {}", STANDARD.encode(credentials)))
            .body(Body::from(format!("grant_type=client_credentials&scope={SCOPE}")))
            .unwrap();
        let response = world.send(request).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["pragma"], "no-cache");
        assert_eq!(read(response).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn challenges_are_understood_by_those_who_say_so() {
    let world = World::new().await;
    let (status, body) = world
        .post(&format!(
            "{}&claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22CP1%22%5D%7D%7D%7D",
            world.good()
        ))
        .await;
    assert_eq!(status, StatusCode::OK);
    let payload = body["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(payload)
            .unwrap(),
    )
    .unwrap();
    assert_eq!(claims["xms_cc"], json!(["CP1"]));
    assert_error(
        &world.post(&format!("{}&claims=%7B", world.good())).await,
        400,
        "invalid_request",
        9_002_313,
    );
}

#[tokio::test]
async fn each_mistake_has_its_number() {
    let world = World::new().await;
    let good = world.good();
    let client = world.first.client_id.to_string();
    let without = |name: &str| {
        good.split('&')
            .filter(|pair| !pair.starts_with(&format!("{name}=")))
            .collect::<Vec<_>>()
            .join("&")
    };
    let with = |name: &str, value: &str| format!("{}&{name}={value}", without(name));
    for (body, status, error, number) in [
        (String::new(), 400, "invalid_request", 900_144),
        (without("grant_type"), 400, "invalid_request", 900_144),
        (without("client_id"), 400, "invalid_request", 900_144),
        (without("scope"), 400, "invalid_request", 900_144),
        (with("scope", ""), 400, "invalid_request", 900_144),
        (format!("{good}&scope={SCOPE}"), 400, "invalid_request", 9_000_411),
        (format!("{good}&x=%zz"), 400, "invalid_request", 9_002_313),
        (format!("{good}&x=%ff"), 400, "invalid_request", 9_002_313),
        (
            with("grant_type", "password"),
            400,
            "unsupported_grant_type",
            70_003,
        ),
        (with("client_id", "nobody"), 400, "unauthorized_client", 700_016),
        (
            with("client_id", "00000000-0000-0000-0000-000000000000"),
            400,
            "unauthorized_client",
            700_016,
        ),
        (without("client_secret"), 401, "invalid_client", 7_000_218),
        (with("client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (with("scope", "User.Read"), 400, "invalid_scope", 1_002_012),
        (
            with("scope", &format!("{SCOPE}+openid")),
            400,
            "invalid_scope",
            1_002_012,
        ),
        (
            with("scope", "https://vault.azure.net/.default"),
            400,
            "invalid_resource",
            500_011,
        ),
    ] {
        assert_error(&world.post(&body).await, status, error, number);
    }
    for segment in ["common", "organizations"] {
        let answer = world
            .post_to(&format!("/{segment}/oauth2/v2.0/token"), &good)
            .await;
        assert_error(&answer, 400, "invalid_request", 9_001_023);
    }
    assert_error(
        &world.post_to("/other/oauth2/v2.0/token", &good).await,
        400,
        "invalid_request",
        90_002,
    );
    // One tenant: a code is looked at under each of its names, and under no other.
    for grant in ["authorization_code&code=x", "refresh_token&refresh_token=x"] {
        let body = format!("grant_type={grant}&client_id={client}");
        for (segment, error, number) in [
            ("common", "invalid_grant", 70_000),
            ("Organizations", "invalid_grant", 70_000),
            ("example.com", "invalid_grant", 70_000),
            ("consumers", "invalid_request", 90_002),
            ("other.example", "invalid_request", 90_002),
            ("22222222-2222-2222-2222-222222222222", "invalid_request", 90_002),
        ] {
            let answer = world
                .post_to(&format!("/{segment}/oauth2/v2.0/token"), &body)
                .await;
            assert_error(&answer, 400, error, number);
        }
    }
    let twice = Request::post(world.token_path())
        .header("content-type", FORM)
        .header(
            "authorization",
            format!("Basic {}", STANDARD.encode(format!("{client}:x"))),
        )
        .body(Body::from(good.clone()))
        .unwrap();
    assert_error(
        &read(world.send(twice).await).await,
        400,
        "invalid_request",
        9_002_313,
    );
}

#[tokio::test]
async fn other_verbs_types_and_sizes_are_refused() {
    let world = World::new().await;
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let request = Request::builder()
            .method(method)
            .uri(world.token_path())
            .body(Body::empty())
            .unwrap();
        let response = world.send(request).await;
        assert_eq!(response.headers()["allow"], "POST");
        assert_error(&read(response).await, 405, "invalid_request", 900_561);
    }
    for kind in [
        None,
        Some("application/json"),
        Some("text/plain; application/x-www-form-urlencoded"),
    ] {
        let mut request = Request::post(world.token_path());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = read(world.send(request.body(Body::from(world.good())).unwrap()).await).await;
        assert_error(&answer, 400, "invalid_request", 9_002_313);
    }
    let large = format!("{}&x={}", world.good(), "a".repeat(64 * 1024));
    assert_error(&world.post(&large).await, 413, "invalid_request", 9_002_313);
}

#[tokio::test]
async fn a_failed_basic_names_its_scheme() {
    let world = World::new().await;
    let request = Request::post(world.token_path())
        .header("content-type", FORM)
        .header(
            "authorization",
            format!(
                "Basic {}",
                STANDARD.encode(format!("{}:wrong", world.first.client_id))
            ),
        )
        .body(Body::from(format!("grant_type=client_credentials&scope={SCOPE}")))
        .unwrap();
    let response = world.send(request).await;
    assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"Latchkey\"");
    assert_error(&read(response).await, 401, "invalid_client", 7_000_215);
}

#[tokio::test]
async fn unknown_addresses_are_told_in_json() {
    let world = World::new().await;
    for path in [
        "/common/oauth2/v2.0/other",
        "/common/userrealm/ada@example.com?api-version=1.0",
        "/oidc/other",
        "/common/discovery/other",
    ] {
        assert!(latchkey_oauth::owns(path.split('?').next().unwrap()), "{path}");
        assert_eq!(world.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn answers_carry_the_ids_of_their_request() {
    let world = World::new().await;
    let id: CorrelationId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
    let mut request = Request::post(world.token_path())
        .header("content-type", FORM)
        .header("return-client-request-id", "true")
        .body(Body::from("grant_type=x"))
        .unwrap();
    request
        .extensions_mut()
        .insert(RequestInfo::new(id, [192, 0, 2, 1].into(), "test"));
    let response = world.send(request).await;
    assert_eq!(response.headers()["client-request-id"], id.to_string());
    let trace = response.headers()["x-ms-request-id"].to_str().unwrap().to_owned();
    let (_, body) = read(response).await;
    assert_eq!(
        (
            body["correlation_id"].as_str().unwrap(),
            body["trace_id"].as_str().unwrap()
        ),
        (id.to_string().as_str(), trace.as_str())
    );
}

#[tokio::test]
async fn what_was_sent_is_echoed_with_care() {
    let world = World::new().await;
    let (_, body) = world
        .post(&format!("grant_type=%0d%0aX{}", "y".repeat(1000)))
        .await;
    let text = body["error_description"].as_str().unwrap();
    assert!(!text.contains('\n') && text.len() < 600, "{text}");
    let secret = world.first.client_secret.expose();
    let (_, body) = world.post(&format!("{}&scope=x", world.good())).await;
    assert!(!body.to_string().contains(secret.as_str()));
}

#[tokio::test]
async fn pages_of_others_may_ask_first() {
    let world = World::new().await;
    for name in ["token", "par", "revoke"] {
        let request = Request::options(format!("/{}/oauth2/v2.0/{name}", world.tenant))
            .header("origin", "https://app.example")
            .body(Body::empty())
            .unwrap();
        let response = world.send(request).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{name}");
        assert_eq!(
            response.headers()["access-control-allow-methods"],
            "POST, OPTIONS"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_not_for_user_info_is_told_so() {
    let world = World::new().await;
    let (_, issued) = world.post(&world.good()).await;
    let request = Request::get("/oidc/userinfo")
        .header(
            "authorization",
            format!("Bearer {}", issued["access_token"].as_str().unwrap()),
        )
        .body(Body::empty())
        .unwrap();
    let response = world.send(request).await;
    assert_eq!(
        response.headers()["www-authenticate"],
        "Bearer error=\"insufficient_scope\", scope=\"openid\""
    );
    assert_error(&read(response).await, 403, "insufficient_scope", 50_027);
}
