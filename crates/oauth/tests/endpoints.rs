//! The endpoints beside that of tokens: revocation, introspection, device codes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it can't go on"
)]

mod common;

use common::{ORIGIN, SCOPE, World, assert_error};
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn applications_ask_what_their_tokens_are_worth_and_end_them() {
    let world = World::new().await;
    let path = |name: &str| format!("/{}/oauth2/v2.0/{name}", world.tenant);
    let client = world.first.client_id.to_string();
    let secret = world.first.client_secret.expose().clone();
    let own = format!("client_id={client}&client_secret={secret}");
    let issued = world
        .post(&format!("grant_type=client_credentials&scope={SCOPE}&{own}"))
        .await;
    let token = issued.1["access_token"].as_str().unwrap().to_owned();

    let told = world
        .post_to(&path("introspect"), &format!("token={token}&{own}"))
        .await;
    assert_eq!(told.0, StatusCode::OK);
    assert_eq!(
        (&told.1["active"], &told.1["client_id"]),
        (&json!(true), &json!(client))
    );
    let unknown = world
        .post_to(&path("introspect"), &format!("token=x&{own}"))
        .await;
    assert_eq!(unknown, (StatusCode::OK, json!({"active": false})));
    let revoked = world.post_to(&path("revoke"), &format!("token=x&{own}")).await;
    assert_eq!(revoked, (StatusCode::OK, json!({})));
    let its_own = world
        .post_to(&path("revoke"), &format!("token={token}&{own}"))
        .await;
    assert_error(&its_own, 400, "unsupported_token_type", 9_002_313);
    for name in ["introspect", "revoke"] {
        let wrong = format!("token={token}&client_id={client}&client_secret=x");
        assert_error(
            &world.post_to(&path(name), &wrong).await,
            401,
            "invalid_client",
            7_000_215,
        );
        assert_error(
            &world.post_to(&path(name), &own).await,
            400,
            "invalid_request",
            900_144,
        );
        let elsewhere = format!("/other/oauth2/v2.0/{name}");
        let answer = world.post_to(&elsewhere, &format!("token=x&{own}")).await;
        assert_error(&answer, 400, "invalid_request", 90_002);
        assert_error(&world.get(&path(name)).await, 405, "invalid_request", 900_561);
    }
    let nobody = format!("token={token}&client_id={client}");
    let answer = world.post_to(&path("introspect"), &nobody).await;
    assert_error(&answer, 401, "invalid_client", 7_000_218);
}

#[tokio::test]
async fn devices_get_codes_and_wait() {
    let world = World::new().await;
    let path = format!("/{}/oauth2/v2.0/devicecode", world.tenant);
    let client = world.first.client_id.to_string();
    let own = format!(
        "client_id={client}&client_secret={}",
        world.first.client_secret.expose()
    );
    let (status, codes) = world.post_to(&path, &format!("scope=User.Read&{own}")).await;
    assert_eq!(status, StatusCode::OK, "{codes}");
    assert_eq!(codes["verification_uri"], format!("{ORIGIN}/devicelogin"));
    assert_eq!(
        (&codes["expires_in"], &codes["interval"]),
        (&json!(900), &json!(5))
    );
    assert!(codes.get("verification_uri_complete").is_none());
    let user_code = codes["user_code"].as_str().unwrap();
    assert!(codes["message"].as_str().unwrap().contains(user_code));
    let device_code = codes["device_code"].as_str().unwrap();

    for name in ["urn:ietf:params:oauth:grant-type:device_code", "device_code"] {
        let poll = async |device_code: &str| {
            // MSAL for Python sends the code twice, under both names.
            let body = format!("grant_type={name}&device_code={device_code}&code={device_code}&{own}");
            world.post(&body).await
        };
        assert_error(&poll(device_code).await, 400, "authorization_pending", 70_016);
        let unknown = format!("lk_dev_{}", "A".repeat(43));
        assert_error(&poll(&unknown).await, 400, "bad_verification_code", 70_018);
        assert_error(&poll("x").await, 400, "invalid_grant", 50_189);
        assert_error(&poll("").await, 400, "invalid_request", 900_144);
    }
    for (body, status, error, number) in [
        (own.clone(), 400, "invalid_request", 900_144),
        (format!("scope=No.Such&{own}"), 400, "invalid_scope", 650_053),
        (
            format!("scope=User.Read&client_id={client}"),
            401,
            "invalid_client",
            7_000_218,
        ),
        (
            "scope=User.Read&client_id=x".to_owned(),
            400,
            "unauthorized_client",
            700_016,
        ),
    ] {
        assert_error(&world.post_to(&path, &body).await, status, error, number);
    }
    assert_error(&world.get(&path).await, 405, "invalid_request", 900_561);
    let elsewhere = world.post_to("/other/oauth2/v2.0/devicecode", &own).await;
    assert_error(&elsewhere, 400, "invalid_request", 90_002);
}

#[tokio::test]
async fn requests_are_pushed_by_who_may_make_them() {
    let world = World::new().await;
    let path = format!("/{}/oauth2/v2.0/par", world.tenant);
    let own = format!(
        "client_id={}&client_secret={}",
        world.first.client_id,
        world.first.client_secret.expose()
    );
    // The first application has no redirect URI: it can prove who it is, and not let anybody in.
    let request = "response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.example.com";
    let answer = world.post_to(&path, &format!("{request}&{own}")).await;
    assert_error(&answer, 400, "invalid_request", 50_011);
    let wrong = format!("{request}&client_id={}&client_secret=x", world.first.client_id);
    let answer = world.post_to(&path, &wrong).await;
    assert_error(&answer, 401, "invalid_client", 7_000_215);
    let answer = world.post_to(&path, request).await;
    assert_error(&answer, 400, "invalid_request", 900_144);
    assert_error(&world.get(&path).await, 405, "invalid_request", 900_561);
    let answer = world.post_to("/other/oauth2/v2.0/par", &own).await;
    assert_error(&answer, 400, "invalid_request", 90_002);
}
