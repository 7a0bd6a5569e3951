//! Memberships that are hidden, from both ends, over HTTP.

use axum::http::Method;
use latchkey_domain::GraphPermission::{self as P};
use latchkey_domain::{RoleId, UserId};
use serde_json::{Value, json};

use crate::common::TestApp;

const UNITS: &str = "/directory/administrativeUnits";
const SCOPES: &[P] = &[P::GroupReadAll, P::UserReadAll, P::AdministrativeUnitReadAll];

async fn add(app: &TestApp, path: &str, object: &str) {
    let body = json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{object}")});
    app.post(path, body).await.ok(204);
}

async fn group(app: &TestApp, name: &str, visibility: &str) -> String {
    let body = json!({"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
        "visibility": visibility});
    let made = app.post("/groups", body).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Ada is in a hidden group, that is in an open one, and in a hidden unit. Eve is in the hidden group and the unit, Olga
/// owns the group, Bob is in nothing.
struct World {
    app: TestApp,
    ada: UserId,
    bob: UserId,
    eve: UserId,
    olga: UserId,
    hidden: String,
    open: String,
    unit: String,
}

async fn world() -> World {
    let app = TestApp::new().await;
    let (ada, bob, eve, olga) = (
        app.user("ada").await.id,
        app.user("bob").await.id,
        app.user("eve").await.id,
        app.user("olga").await.id,
    );
    let hidden = group(&app, "hidden", "HiddenMembership").await;
    let open = group(&app, "open", "Private").await;
    let body = json!({"displayName": "Ward", "visibility": "HiddenMembership"});
    let unit = app.post(UNITS, body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for user in [ada, eve] {
        add(&app, &format!("/groups/{hidden}/members/$ref"), &user.to_string()).await;
        add(&app, &format!("{UNITS}/{unit}/members/$ref"), &user.to_string()).await;
    }
    add(&app, &format!("/groups/{hidden}/owners/$ref"), &olga.to_string()).await;
    add(&app, &format!("/groups/{open}/members/$ref"), &hidden).await;
    World {
        app,
        ada,
        bob,
        eve,
        olga,
        hidden,
        open,
        unit,
    }
}

/// What the answers tell a caller of Ada: the group, the unit, and the open group by the hidden one.
async fn told(world: &World, token: &str) -> Vec<bool> {
    let World {
        app,
        ada,
        hidden,
        open,
        unit,
        ..
    } = world;
    let get = async |path: String| app.send(token, Method::GET, &path, None).await;
    let holds = |list: &Value, id: &str| list.to_string().contains(id);
    let mut told = Vec::new();
    for path in [
        format!("/groups/{hidden}/members"),
        format!("/groups/{hidden}/members/$ref"),
        format!("/groups/{hidden}/transitiveMembers"),
        format!("{UNITS}/{unit}/members"),
    ] {
        let answer = get(path.clone()).await;
        let shown = answer.status == 200;
        assert!(shown || answer.status == 403, "{path}: {answer:?}");
        told.push(shown);
    }
    let expanded = get(format!("/groups/{hidden}?$expand=members")).await.ok(200);
    told.push(holds(&expanded["members"], &ada.to_string()));
    let around = get(format!("/groups/{open}/transitiveMembers")).await.ok(200);
    assert!(holds(&around, hidden));
    told.push(holds(&around, &ada.to_string()));
    let delta = get(format!("/groups/delta?$select=members&$filter=id eq '{hidden}'"))
        .await
        .ok(200);
    told.push(holds(&delta, &ada.to_string()));
    for path in ["memberOf", "transitiveMemberOf"] {
        let list = get(format!("/users/{ada}/{path}")).await.ok(200);
        told.push(holds(&list["value"], hidden));
        told.push(holds(&list["value"], unit));
    }
    let list = get(format!("/users/{ada}?$expand=memberOf")).await.ok(200);
    told.push(holds(&list, hidden));
    told.push(holds(&list, unit));
    let list = get(format!("/users/{ada}/transitiveMemberOf")).await.ok(200);
    told.push(holds(&list["value"], open));
    for (call, body) in [
        ("getMemberObjects", json!({"securityEnabledOnly": false})),
        ("checkMemberObjects", json!({"ids": [hidden, unit]})),
    ] {
        for path in [
            format!("/users/{ada}/{call}"),
            format!("/directoryObjects/{ada}/{call}"),
        ] {
            let answer = app.send(token, Method::POST, &path, Some(body.clone())).await;
            let list = answer.ok(200);
            told.push(holds(&list, hidden));
            told.push(holds(&list, unit));
        }
    }
    let body = json!({"groupIds": [hidden]});
    let path = format!("/users/{ada}/checkMemberGroups");
    let list = app.send(token, Method::POST, &path, Some(body)).await.ok(200);
    told.push(holds(&list, hidden));
    told
}

#[tokio::test]
async fn who_is_outside_is_told_nothing_by_any_way_round() {
    let world = world().await;
    let (bob, _) = world.app.person(world.bob, SCOPES).await;
    let seen = told(&world, &bob).await;
    assert!(!seen.contains(&true), "{seen:?}");
    // A role for a unit, or one that does not read it, changes nothing.
    world
        .app
        .give_role(world.bob, RoleId::HELPDESK_ADMINISTRATOR)
        .await;
    let seen = told(&world, &bob).await;
    assert!(!seen.contains(&true), "{seen:?}");
}

#[tokio::test]
async fn those_inside_and_administrators_are_told_all() {
    let world = world().await;
    let app = &world.app;
    for inside in [world.eve, world.ada] {
        let (token, _) = app.person(inside, SCOPES).await;
        let seen = told(&world, &token).await;
        assert!(!seen.contains(&false), "{seen:?}");
    }
    let (root, _) = app.person(app.root, SCOPES).await;
    for token in [&root, &app.admin] {
        let seen = told(&world, token).await;
        assert!(!seen.contains(&false), "{seen:?}");
    }
    // An owner sees the group, not the unit.
    let (owner, _) = app.person(world.olga, SCOPES).await;
    let path = format!("/groups/{}/members", world.hidden);
    app.send(&owner, Method::GET, &path, None).await.ok(200);
    let path = format!("/users/{}/memberOf", world.ada);
    let list = app
        .send(&owner, Method::GET, &path, None)
        .await
        .ok(200)
        .to_string();
    assert!(
        list.contains(&world.hidden) && !list.contains(&world.unit),
        "{list}"
    );
    // Everyone sees what they are in themselves.
    let (own, _) = app.person(world.ada, &[P::UserRead]).await;
    let list = app
        .send(&own, Method::GET, "/me/memberOf", None)
        .await
        .ok(200)
        .to_string();
    assert!(
        list.contains(&world.hidden) && list.contains(&world.unit),
        "{list}"
    );
}

#[tokio::test]
async fn whether_members_are_hidden_is_said_once() {
    let app = TestApp::new().await;
    for (made, repeated, others) in [
        ("HiddenMembership", "HiddenMembership", ["Public", "Private"]),
        ("Private", "Public", ["HiddenMembership", "hidden"]),
    ] {
        let path = format!("/groups/{}", group(&app, made, made).await);
        app.patch(&path, json!({"visibility": repeated})).await.ok(204);
        for other in others {
            let answer = app
                .patch(&path, json!({"displayName": "x", "visibility": other}))
                .await;
            let message = answer.error(400, "Request_BadRequest");
            assert!(message.contains("'visibility'"), "{made} {other}: {message}");
        }
        let read = app.get(&path).await.ok(200);
        assert_eq!(read["visibility"], repeated);
        assert_eq!(read["displayName"], made);
    }
}
