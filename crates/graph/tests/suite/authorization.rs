//! Each route asks for a token and for a permission, and stands in the `OpenAPI` documents.

use std::collections::BTreeSet;

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::RoleId;
use latchkey_graph::ROUTES;
use serde_json::{Value, json};

use crate::common::{NOBODY, TestApp, passes};
use crate::table::rows;

/// The operations of an `OpenAPI` document, with every key as `{}`.
fn operations(text: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut path = String::new();
    for line in text.lines().skip_while(|line| *line != "paths:").skip(1) {
        if !line.starts_with(' ') {
            break;
        }
        if let Some(key) = line.strip_prefix("  ").filter(|key| key.starts_with(['/', '\''])) {
            path = without_names(key.trim_end_matches(':').trim_matches('\''));
        } else if let Some(method) = line.strip_prefix("    ").and_then(|rest| rest.strip_suffix(':')) {
            found.insert((method.to_uppercase(), path.clone()));
        }
    }
    found
}

fn without_names(path: &str) -> String {
    let mut plain = String::new();
    for segment in path.trim_start_matches('/').split('/') {
        plain.push('/');
        // A cast is a key to our routes.
        let is_key = segment.starts_with('{') || segment.starts_with("graph.");
        let name = segment.trim_end_matches("()");
        plain.push_str(if is_key { "{}" } else { name });
    }
    plain
}

#[test]
fn every_route_is_in_the_openapi_document() {
    let documented = operations(include_str!("../../../../tests/contract/graph-v1.0.yaml"));
    assert!(documented.len() > 300, "the document is read");
    for route in ROUTES {
        let path = without_names(route.pattern);
        // In older documentation (Graph contract 6.2).
        if path.ends_with("passwordMethods/{}/resetPassword") {
            continue;
        }
        // Microsoft Graph's own, beyond the documents at hand (docs/graph.md).
        if path.starts_with("/policies/authenticationStrengthPolicies") {
            continue;
        }
        let of_groups = ["memberOf", "transitiveMemberOf", "transitiveMembers"];
        if of_groups
            .iter()
            .any(|relation| path == format!("/groups/{{}}/{relation}/{{}}/$count"))
        {
            continue;
        }
        // As of groups.
        let members = "/members/{}";
        if [
            format!("/directoryRoles/{{}}{members}"),
            format!("/directoryRoles/{{}}{members}/$count"),
            "/directoryRoles/{}/members/$count".to_owned(),
            format!("/directory/administrativeUnits/{{}}{members}"),
            format!("/directory/administrativeUnits/{{}}{members}/$count"),
        ]
        .contains(&path)
            || path == "/users/{}/directReports/{}/$count"
        {
            continue;
        }
        if path.starts_with("/applications/{}/owners") || path.starts_with("/servicePrincipals/{}/owners") {
            continue;
        }
        // What scripts write; the documents cast lists alone.
        if route.pattern == "directory/deletedItems/graph.user/{object}" {
            continue;
        }
        // In beta's documents (Graph contract 6.3 and 6.4), and one of our own.
        if path.contains("/creationOptions")
            || path.ends_with("/signInPreferences")
            || path.ends_with("/authentication/requirements")
            || path.ends_with("/latchkey.requireRegistration")
            || (route.method == Method::POST && path.ends_with("/fido2Methods"))
        {
            continue;
        }
        let mut paths = vec![path.clone()];
        if route.me {
            paths.push(path.replacen("/users/{}", "/me", 1));
        }
        for path in paths {
            assert!(
                documented.contains(&(route.method.to_string(), path.clone())),
                "{} {path}",
                route.method
            );
        }
    }
}

#[test]
fn every_route_has_its_row() {
    let routes: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| (route.method.to_string(), route.pattern))
        .collect();
    // For people only; tried in `people.rs`.
    let routes: BTreeSet<_> = routes
        .into_iter()
        .filter(|(_, pattern)| !pattern.ends_with("resetPassword") && !pattern.contains("operations"))
        .collect();
    let tested: BTreeSet<_> = rows()
        .iter()
        .map(|row| (row.method.to_string(), row.pattern))
        .collect();
    assert_eq!(routes, tested);
    assert_eq!(routes.len() + 3, ROUTES.len(), "no route stands twice");
}

#[tokio::test]
async fn every_route_needs_a_token_and_a_permission() {
    let app = TestApp::new().await;
    let stranger = app.app(&[P::LifecycleWorkflowsReadAll]).await;
    for row in rows() {
        let (method, pattern) = (row.method.clone(), row.pattern);
        let user = app
            .user(&format!(
                "u{}",
                app.service.random_id()[0..4]
                    .iter()
                    .fold(0, |n, b| n * 256 + u64::from(*b))
            ))
            .await;
        let path = format!("/{pattern}")
            .replace("{user}", &user.id.to_string())
            .replace("{id}", "TemporaryAccessPass")
            .replace("{domain}", "example.com")
            .replace("{cast}", "graph.group")
            .replace("{minutes}", "5");
        let path = path
            .split('/')
            .map(|part| if part.starts_with('{') { NOBODY } else { part });
        let mut path = path.collect::<Vec<_>>().join("/");
        if method == Method::DELETE && path.ends_with("s/$ref") {
            path = format!("{path}?@id={NOBODY}");
        }
        let body = || Some(row.body()).filter(|body| !body.is_null());
        let name = format!("{method} {path}");

        let answer = app
            .raw(method.clone(), &format!("/v1.0{path}"), &[], Vec::new())
            .await;
        assert_eq!(
            answer.error(401, "InvalidAuthenticationToken"),
            "Access token is empty.",
            "{name}"
        );

        let answer = app.send(&stranger, method.clone(), &path, body()).await;
        assert_eq!(
            answer.status,
            403,
            "{name}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        let authentication = pattern.starts_with("subscriptions")
            || (pattern.contains("uthentication") && !pattern.starts_with("reports"));
        answer.error(
            403,
            if authentication {
                "accessDenied"
            } else {
                "Authorization_RequestDenied"
            },
        );

        let allowed = app.app(&row.permissions).await;
        let answer = app.send(&allowed, method, &path, body()).await;
        let text = String::from_utf8_lossy(&answer.body);
        assert!(
            ![401, 403, 405, 500].contains(&answer.status.as_u16()),
            "{name}: {} {text}",
            answer.status
        );
        // Without the header a count is refused, after everything else.
        let known = [200, 201, 204, 404].contains(&answer.status.as_u16())
            || text.contains("$count is not")
            || text.contains("does not reference a valid")
            || text.contains("do not fit the object")
            || text.contains("could not be verified")
            || text.contains("Custom roles can't be made");
        assert!(known, "{name}: {} {text}", answer.status);
    }
}

#[tokio::test]
async fn without_permission_nobody_learns_who_exists() {
    let app = TestApp::new().await;
    let stranger = app.app(&[P::GroupReadAll]).await;
    let user = app.user("ada").await;
    let known = app
        .send(&stranger, Method::GET, &passes(user.id), None)
        .await
        .error(403, "accessDenied");
    for name in [NOBODY, "nobody@example.com", "not a user"] {
        let path = format!("/users/{name}/authentication/temporaryAccessPassMethods");
        let answer = app.send(&stranger, Method::GET, &path, None).await;
        assert_eq!(answer.error(403, "accessDenied"), known, "{name}");
    }
}

#[tokio::test]
async fn people_act_within_scope_and_role() {
    let app = TestApp::new().await;
    let (helper, ada, boss) = (
        app.user("helper").await,
        app.user("ada").await,
        app.user("boss").await,
    );
    app.give_role(helper.id, RoleId::AUTHENTICATION_ADMINISTRATOR)
        .await;
    app.give_role(boss.id, RoleId::USER_ADMINISTRATOR).await;
    let (helping, _) = app.person(helper.id, &[P::UserAuthMethodTAPReadWriteAll]).await;
    let (scopeless, _) = app.person(helper.id, &[P::UserRead]).await;
    let (roleless, _) = app.person(ada.id, &[P::UserAuthMethodTAPReadWriteAll]).await;
    let post = |token: String, path: String| {
        let app = &app;
        async move { app.send(&token, Method::POST, &path, Some(json!({}))).await }
    };
    post(helping.clone(), passes(ada.id)).await.ok(201);
    // Lacking role, lacking scope, protected target, oneself: one and the same answer.
    for (token, path) in [
        (helping.clone(), passes(boss.id)),
        (helping.clone(), passes(helper.id)),
        (
            helping.clone(),
            "/me/authentication/temporaryAccessPassMethods".to_owned(),
        ),
        (scopeless, passes(ada.id)),
        (roleless, passes(boss.id)),
    ] {
        let message = post(token, path.clone()).await.error(403, "accessDenied");
        assert_eq!(message, "Request Authorization failed", "{path}");
    }
    assert!(
        app.get(&passes(boss.id)).await.ok(200)["value"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn people_see_and_delete_their_own_pass() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let id = app.issue(ada.id).await["id"].as_str().unwrap().to_owned();
    let own = "/me/authentication/temporaryAccessPassMethods";
    // Security info would ask to sign in again by now.
    let (stale, _) = app.person(ada.id, &[P::UserAuthMethodTAPReadWrite]).await;
    app.later(601);
    let refused = app
        .send(&stale, Method::DELETE, &format!("{own}/{id}"), None)
        .await;
    refused.error(403, "accessDenied");
    let (token, session) = app
        .person(ada.id, &[P::UserAuthMethodTAPReadWrite, P::UserRead])
        .await;
    let listed = app.send(&token, Method::GET, own, None).await.ok(200);
    assert_eq!(listed["value"][0]["id"], id.as_str());
    assert_eq!(listed["value"][0]["temporaryAccessPass"], Value::Null);
    let sdk = "/users/me-token-to-replace/authentication/temporaryAccessPassMethods";
    assert_eq!(
        app.send(&token, Method::GET, sdk, None).await.ok(200)["value"][0]["id"],
        id.as_str()
    );
    let me = app.send(&token, Method::GET, "/me", None).await.ok(200);
    assert_eq!(me["userPrincipalName"], "ada@example.com");
    app.send(&token, Method::DELETE, &format!("{own}/{id}"), None)
        .await
        .ok(204);
    assert!(
        app.get(&passes(ada.id)).await.ok(200)["value"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    // The session ends: the token no longer counts, and the client is told to fetch another.
    app.store
        .write_with((session, app.service.now()), |writer, (id, now)| {
            Box::pin(async move { writer.delete_session(*id, *now).await })
        })
        .await
        .unwrap();
    let answer = app.send(&token, Method::GET, own, None).await;
    let challenge = answer.header("www-authenticate").to_owned();
    assert!(
        challenge.contains("error=\"insufficient_claims\", claims=\""),
        "{challenge}"
    );
    answer.error(401, "InvalidAuthenticationToken");
}

#[tokio::test]
async fn tokens_that_do_not_count() {
    let app = TestApp::new().await;
    for (value, words) in [
        ("Bearer x", "CompactToken parsing failed"),
        ("Bearer a.b.c", ""),
        ("Basic dXNlcjpwYXNz", "Access token is empty."),
    ] {
        let answer = app
            .raw(
                Method::GET,
                "/v1.0/users",
                &[("authorization", value)],
                Vec::new(),
            )
            .await;
        let challenge = answer.header("www-authenticate").to_owned();
        assert!(
            challenge.starts_with("Bearer realm=\"\", authorization_uri=\"http://localhost:"),
            "{challenge}"
        );
        assert!(!challenge.contains("claims"), "{challenge}");
        let message = answer.error(401, "InvalidAuthenticationToken");
        assert!(message.contains(words), "{value}: {message}");
    }
    app.later(7200);
    let message = app.get("/users").await.error(401, "InvalidAuthenticationToken");
    assert_eq!(message, "Lifetime validation failed, the token is expired.");
}

#[tokio::test]
async fn checks_come_in_their_order() {
    let app = TestApp::new().await;
    // Route before token, token before method.
    let raw = |method: Method, path: &'static str| app.raw(method, path, &[], Vec::new());
    raw(Method::GET, "/v1.0/nonsense").await.error(400, "BadRequest");
    raw(Method::PUT, "/v1.0/users")
        .await
        .error(401, "InvalidAuthenticationToken");
    // Method before body; body before permission.
    let answer = app
        .send(&app.admin, Method::PUT, "/users", Some(json!({"x": 1})))
        .await;
    assert_eq!(answer.header("allow"), "GET, POST");
    answer.error(405, "Request_BadRequest");
    let stranger = app.app(&[P::UserReadAll]).await;
    app.send(&stranger, Method::POST, "/users", Some(json!({"x": 1})))
        .await
        .error(400, "Request_BadRequest");
    // Permission before what is missing.
    app.send(&stranger, Method::POST, "/users", Some(json!({})))
        .await
        .error(403, "Authorization_RequestDenied");
}
