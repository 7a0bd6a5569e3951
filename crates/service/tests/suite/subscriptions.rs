//! Change notifications (Graph contract 15), with the clock moved by hand: who may subscribe, what is told, and how a
//! subscription ends.

use latchkey_domain::{
    Action, Activity, AppId, Application, AuditEvent, AuditId, AuditOutcome, Caller, ClientId, CorrelationId,
    GraphPermission, Initiator, Platform, Seconds, ServicePrincipalId, Subscription, UserRef, may,
};
use latchkey_service::{Possession, Presented, SubscriptionFailure, SubscriptionWish, UserWish};
use latchkey_store::{ApplicationKey, AuditFilter};
use serde_json::{Value, json};

use crate::applications::{App, claims};
use crate::common::{START, World};

on_each_engine! {
    a_subscriber_hears_of_users
    who_may_not_read_may_not_subscribe
    a_subscription_is_in_order_or_refused
    nobody_is_told_who_does_not_want_it
    many_changes_come_in_few_notifications_and_none_is_lost
    who_does_not_answer_hears_that_something_was_missed
    who_does_not_answer_is_in_nobodys_way
    a_subscription_ends_and_can_be_renewed
    a_subscription_ends_with_what_it_stands_on
    a_persons_subscription_ends_with_the_session
    the_audit_log_is_told
}

const PLACE: &str = "https://app.example.com/hook";
const LIFE: &str = "https://app.example.com/life";

/// An application with these permissions, in its own name.
async fn application(world: &World, permissions: &[GraphPermission]) -> Caller {
    let id = || world.service.random_id();
    let application = Application {
        id: AppId::from_bytes(id()),
        client_id: ClientId::from_bytes(id()),
        service_principal_id: ServicePrincipalId::from_bytes(id()),
        display_name: "Listener".to_owned(),
        enabled: true,
        permissions: permissions.iter().copied().collect(),
        created_at: world.service.now(),
    };
    let event = AuditEvent {
        id: AuditId::from_bytes(id()),
        at: world.service.now(),
        activity: Activity::AddApplication,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: Vec::new(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([9; 16]),
    };
    let kept = application.clone();
    world
        .service
        .store()
        .write_with((kept, event), |w, (application, event)| {
            Box::pin(async move {
                let permit = may(&Caller::Console, Action::AssignRole, None).unwrap();
                w.insert_application(&permit, application, None, event).await
            })
        })
        .await
        .unwrap();
    Caller::Application {
        client_id: application.client_id,
        service_principal_id: application.service_principal_id,
        display_name: application.display_name,
        permissions: application.permissions,
        roles: Vec::new().into(),
        reaches_admins: true,
    }
}

async fn reader_of_users(world: &World) -> Caller {
    application(world, &[GraphPermission::UserReadAll]).await
}

fn wish(resource: &str, seconds: i64) -> SubscriptionWish {
    SubscriptionWish {
        resource: Some(resource.to_owned()),
        change_type: Some("updated,deleted".to_owned()),
        notification_url: Some(PLACE.to_owned()),
        lifecycle_url: Some(LIFE.to_owned()),
        client_state: Some("it is me".to_owned()),
        tls_version: None,
        expires_at: Some(START + Seconds(seconds)),
    }
}

async fn subscribe(world: &World, caller: &Caller, wish: SubscriptionWish) -> Subscription {
    let made = world
        .service
        .subscribe(caller, &world.info(), wish)
        .await
        .unwrap();
    world.outbound.taken();
    made
}

async fn refused(world: &World, caller: &Caller, wish: SubscriptionWish) -> SubscriptionFailure {
    world
        .service
        .subscribe(caller, &world.info(), wish)
        .await
        .unwrap_err()
}

/// Everything that is posted now, as address and items.
async fn told(world: &World) -> Vec<(String, Vec<Value>)> {
    while world.service.announce_changes().await.unwrap() {}
    world
        .service
        .deliver_due(latchkey_store::Lane::Calls)
        .await
        .unwrap();
    let read = |(url, body): (String, String)| {
        let body: Value = serde_json::from_str(&body).unwrap();
        (url, body["value"].as_array().unwrap().clone())
    };
    world.outbound.taken().into_iter().map(read).collect()
}

async fn rename(world: &World, user: &UserRef, name: &str) {
    let wish = UserWish {
        display_name: Some(name.to_owned()),
        ..UserWish::default()
    };
    world
        .service
        .update_user(&Caller::Console, &world.info(), user, wish)
        .await
        .unwrap();
}

/// What the audit log has of an activity, newest first.
async fn recorded(world: &World, activity: Activity) -> Vec<AuditEvent> {
    let filter = AuditFilter {
        activity: Some(activity.name().to_owned()),
        ..AuditFilter::default()
    };
    let mut reader = world.service.store().read().await.unwrap();
    let found = reader.audits_page(&filter, None, 100).await.unwrap();
    found.into_iter().map(|stored| stored.event).collect()
}

async fn a_subscriber_hears_of_users(world: World) {
    let listener = reader_of_users(&world).await;
    world.user("before@example.com").await;
    assert!(!world.service.announce_changes().await.unwrap(), "nobody listens");
    let subscription = subscribe(&world, &listener, wish("users", 3600)).await;
    assert!(told(&world).await.is_empty(), "what happened before is not told");

    let ada = world.user("ada@example.com").await;
    let notifications = told(&world).await;
    assert_eq!(notifications.len(), 1);
    let (url, value) = &notifications[0];
    let UserRef::Id(id) = ada else { panic!() };
    let place = format!("Users/{id}");
    assert_eq!(url, PLACE);
    assert_eq!(
        json!(value),
        json!([{
            "subscriptionId": subscription.id.to_string(),
            "subscriptionExpirationDateTime": subscription.expires_at.to_rfc3339(),
            "clientState": "it is me",
            "changeType": "updated",
            "resource": place,
            "tenantId": world.service.tenant().id.to_string(),
            "resourceData": {"@odata.type": "#Microsoft.Graph.User", "@odata.id": place, "id": id.to_string()},
        }])
    );
    assert!(told(&world).await.is_empty(), "once is enough");

    let made = recorded(&world, Activity::AddSubscription).await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].targets[0].id, subscription.id.to_string());
    assert!(!format!("{made:?}").contains("it is me"));
    world
        .service
        .unsubscribe(&listener, &world.info(), subscription.id)
        .await
        .unwrap();
    rename(&world, &ada, "Ada King").await;
    assert!(told(&world).await.is_empty());
    assert_eq!(recorded(&world, Activity::DeleteSubscription).await.len(), 1);
}

async fn who_may_not_read_may_not_subscribe(world: World) {
    let listener = application(&world, &[GraphPermission::GroupReadAll]).await;
    for resource in [
        "users",
        "auditLogs/directoryAudits",
        "users/22222222-2222-2222-2222-222222222222",
    ] {
        let mut wish = wish(resource, 3600);
        wish.change_type = Some("created".to_owned());
        let outcome = refused(&world, &listener, wish).await;
        assert!(matches!(outcome, SubscriptionFailure::Denied(_)), "{outcome:?}");
    }
    let refusals = recorded(&world, Activity::AddSubscription).await;
    assert_eq!(refusals.len(), 3);
    assert!(
        refusals
            .iter()
            .all(|event| event.outcome == AuditOutcome::Failure)
    );
    assert!(world.outbound.taken().is_empty(), "nobody was asked");

    let groups = subscribe(&world, &listener, wish("groups", 3600)).await;
    let other = application(&world, &[GraphPermission::GroupReadAll]).await;
    let service = &world.service;
    assert!(service.list_subscriptions(&other).await.unwrap().is_empty());
    let shown = service.show_subscription(&other, groups.id).await;
    assert!(matches!(shown, Err(SubscriptionFailure::NoSuchSubscription)));
    let deleted = service.unsubscribe(&other, &world.info(), groups.id).await;
    assert!(matches!(deleted, Err(SubscriptionFailure::NoSuchSubscription)));
    assert_eq!(service.list_subscriptions(&listener).await.unwrap(), [groups]);
    let console = service.list_subscriptions(&Caller::Console).await;
    assert!(matches!(console, Err(SubscriptionFailure::Denied(_))));
}

async fn a_subscription_is_in_order_or_refused(world: World) {
    let listener = reader_of_users(&world).await;
    let nobody = "users/22222222-2222-2222-2222-222222222222";
    let right = wish("users", 3600);
    let text = |text: &str| Some(text.to_owned());
    let end = |seconds| Some(START + Seconds(seconds));
    let without = SubscriptionWish::default();
    #[rustfmt::skip]
    let cases = [
        ("resource value is required", SubscriptionWish { resource: None, ..right.clone() }),
        ("changeType value is required", SubscriptionWish { resource: text("users"), ..without }),
        ("notificationUrl value is required", SubscriptionWish { notification_url: None, ..right.clone() }),
        ("expirationDateTime value is required", SubscriptionWish { expires_at: None, ..right.clone() }),
        ("can't be subscribed to", SubscriptionWish { resource: text("me/messages"), ..right.clone() }),
        ("change type is invalid", SubscriptionWish { change_type: text("changed"), ..right.clone() }),
        ("not an https address", SubscriptionWish { notification_url: text("http://a.example/"), ..right.clone() }),
        ("not an https address", SubscriptionWish { lifecycle_url: text("a.example"), ..right.clone() }),
        ("41760 minutes", SubscriptionWish { expires_at: end(41_760 * 60 + 1), ..right.clone() }),
        ("must be in the future", SubscriptionWish { expires_at: end(0), ..right.clone() }),
        ("at most 128 characters", SubscriptionWish { client_state: text(&"x".repeat(129)), ..right.clone() }),
    ];
    for (message, wish) in cases {
        let outcome = refused(&world, &listener, wish).await.to_string();
        assert!(outcome.contains(message), "{message}: {outcome}");
    }
    let outcome = refused(&world, &listener, wish(nobody, 3600)).await;
    assert!(matches!(outcome, SubscriptionFailure::NoSuchResource(_)));
    assert!(world.outbound.taken().is_empty(), "nobody was asked");
    assert!(
        world
            .service
            .list_subscriptions(&listener)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn nobody_is_told_who_does_not_want_it(world: World) {
    let listener = reader_of_users(&world).await;
    let documents = |url: String, text: &str| {
        world
            .outbound
            .documents
            .lock()
            .unwrap()
            .insert(url, text.to_owned());
    };
    documents(PLACE.to_owned(), "");
    for status in [404, 302, 202] {
        world.outbound.statuses.lock().unwrap().push_back(status);
        let outcome = refused(&world, &listener, wish("users", 3600)).await;
        assert!(matches!(outcome, SubscriptionFailure::Handshake(_)), "{status}");
    }
    // The second address is asked, too.
    world.outbound.statuses.lock().unwrap().extend([200, 500]);
    world.outbound.taken();
    let outcome = refused(&world, &listener, wish("users", 3600)).await;
    assert!(matches!(outcome, SubscriptionFailure::Handshake(_)));
    let asked = world.outbound.taken();
    assert_eq!(asked.len(), 2);
    for (url, place) in asked.iter().map(|(url, _)| url).zip([PLACE, LIFE]) {
        let token = url.strip_prefix(&format!("{place}?validationToken=")).unwrap();
        assert!(
            token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'%'),
            "{token}"
        );
    }
    assert!(
        world
            .service
            .list_subscriptions(&listener)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn many_changes_come_in_few_notifications_and_none_is_lost(world: World) {
    let listener = reader_of_users(&world).await;
    let first = subscribe(&world, &listener, wish("users", 3600)).await;
    let mut made = Vec::new();
    for n in 0..60 {
        made.push(world.user(&format!("u{n}@example.com")).await);
    }
    // One that comes later hears of what comes later.
    let late = subscribe(&world, &listener, wish("users", 3600)).await;
    rename(&world, &made[0], "New Name").await;
    rename(&world, &made[0], "Newer Name").await;
    let notifications = told(&world).await;
    let of = |id: &str| -> Vec<usize> {
        let own = notifications
            .iter()
            .filter(|(_, value)| value[0]["subscriptionId"] == id);
        own.map(|(_, value)| value.len()).collect()
    };
    let mut sizes = of(&first.id.to_string());
    sizes.sort_unstable();
    assert_eq!(
        sizes,
        [11, 50],
        "the user who changed twice in a moment is told once"
    );
    assert_eq!(of(&late.id.to_string()), [1]);
    let told: std::collections::BTreeSet<String> = notifications
        .iter()
        .flat_map(|(_, value)| value)
        .map(|one| one["resourceData"]["id"].to_string())
        .collect();
    assert_eq!(told.len(), 60);
}

async fn who_does_not_answer_hears_that_something_was_missed(world: World) {
    let listener = reader_of_users(&world).await;
    subscribe(&world, &listener, wish("users", 24 * 3600)).await;
    world.user("ada@example.com").await;
    let mut attempts = 0;
    let mut missed = Vec::new();
    while world.service.now() < START + Seconds(5 * 3600) && missed.is_empty() {
        world.outbound.statuses.lock().unwrap().clear();
        world.outbound.statuses.lock().unwrap().push_back(500);
        for (url, value) in told(&world).await {
            if url == PLACE {
                attempts += 1;
            } else {
                missed.extend(value);
            }
        }
        world.later(60);
    }
    assert!(attempts > 10, "{attempts}");
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0]["lifecycleEvent"], "missed");
    assert_eq!(missed[0]["clientState"], "it is me");
}

async fn who_does_not_answer_is_in_nobodys_way(world: World) {
    let listener = reader_of_users(&world).await;
    subscribe(&world, &listener, wish("users", 24 * 3600)).await;
    world.user("first@example.com").await;
    world.outbound.statuses.lock().unwrap().push_back(500);
    assert_eq!(told(&world).await.len(), 1);
    for n in 0..5 {
        world.user(&format!("u{n}@example.com")).await;
        assert!(
            told(&world).await.is_empty(),
            "one waits, the others are in the log"
        );
    }
    assert_eq!(world.service.delivery_stats().waiting, 1);
    world.later(5);
    let sizes: Vec<usize> = told(&world).await.iter().map(|(_, value)| value.len()).collect();
    assert_eq!(sizes, [1], "it answers");
    let sizes: Vec<usize> = told(&world).await.iter().map(|(_, value)| value.len()).collect();
    assert_eq!(sizes, [5], "then the others come together");

    // What happened while nobody answered for hours is missed.
    world.user("old@example.com").await;
    world.later(4 * 3600);
    world.user("new@example.com").await;
    let sizes: Vec<usize> = told(&world).await.iter().map(|(_, value)| value.len()).collect();
    assert_eq!(sizes, [1]);
}

async fn a_subscription_ends_and_can_be_renewed(world: World) {
    let listener = reader_of_users(&world).await;
    let info = world.info();
    let service = &world.service;
    let made = subscribe(&world, &listener, wish("users", 7200)).await;
    world.later(3599);
    assert!(told(&world).await.is_empty());
    world.later(1);
    let reminders = told(&world).await;
    assert_eq!(reminders.len(), 1);
    assert_eq!(reminders[0].0, LIFE);
    assert_eq!(reminders[0].1[0]["lifecycleEvent"], "reauthorizationRequired");
    assert!(told(&world).await.is_empty(), "once for each end");

    let end = START + Seconds(20_000);
    let renewed = service
        .renew_subscription(&listener, &info, made.id, Some(end))
        .await;
    assert_eq!(renewed.unwrap().expires_at, end);
    service
        .renew_subscription(&listener, &info, made.id, None)
        .await
        .unwrap();
    assert_eq!(recorded(&world, Activity::UpdateSubscription).await.len(), 2);
    let past = service
        .renew_subscription(&listener, &info, made.id, Some(START))
        .await;
    assert!(matches!(past, Err(SubscriptionFailure::Invalid(_))));

    // What waits when the subscription ends is told to nobody.
    world.later(20_000 - 3601);
    assert_eq!(told(&world).await.len(), 1, "the reminder of the new end");
    world.user("ada@example.com").await;
    world.outbound.statuses.lock().unwrap().push_back(503);
    assert_eq!(told(&world).await.len(), 1);
    world.later(30);
    assert!(told(&world).await.is_empty());
    let gone = service.show_subscription(&listener, made.id).await;
    assert!(matches!(gone, Err(SubscriptionFailure::NoSuchSubscription)));
}

async fn a_subscription_ends_with_what_it_stands_on(world: World) {
    let listener = reader_of_users(&world).await;
    let Caller::Application { client_id, .. } = listener else {
        panic!()
    };
    let made = subscribe(&world, &listener, wish("users", 3600)).await;
    let key = ApplicationKey::Client(client_id);
    world
        .service
        .delete_application(&Caller::Console, &world.info(), key)
        .await
        .unwrap();
    world.user("ada@example.com").await;
    let mut notifications = told(&world).await;
    notifications.extend(told(&world).await);
    assert_eq!(notifications.len(), 1, "nothing of users any more");
    assert_eq!(notifications[0].0, LIFE);
    assert_eq!(notifications[0].1[0]["lifecycleEvent"], "subscriptionRemoved");
    let ended = recorded(&world, Activity::DeleteSubscription).await;
    assert_eq!((ended.len(), &ended[0].initiator), (1, &Initiator::Console));
    let gone = world.service.show_subscription(&listener, made.id).await;
    assert!(matches!(gone, Err(SubscriptionFailure::NoSuchSubscription)));
}

async fn a_persons_subscription_ends_with_the_session(world: World) {
    let app = App::registered(&world, Platform::Web, |_| {}).await;
    let ada = app.passkey_person(&world, "ada@example.com").await;
    let code = app.code(&world, &ada, &[("scope", "User.Read openid")]).await;
    let token = app.redeem(&world, &code).await.unwrap().access_token;
    let authorization = format!("Bearer {}", token.expose());
    let presented = Presented {
        authorization: Some(&authorization),
        possession: Possession::Unproved,
    };
    let caller = world.service.authenticate_bearer(presented).await.unwrap();
    let own = format!("users/{}", ada.user.id);
    let made = subscribe(&world, &caller, wish(&own, 3600)).await;
    let outcome = refused(&world, &caller, wish("users", 3600)).await;
    assert!(matches!(outcome, SubscriptionFailure::Denied(_)));

    let name = UserRef::Id(ada.user.id);
    rename(&world, &name, "Ada King").await;
    let notifications = told(&world).await;
    assert_eq!(notifications.len(), 1);
    assert_eq!(notifications[0].1[0]["subscriptionId"], made.id.to_string());

    world.service.sign_out(&ada).await.unwrap();
    rename(&world, &name, "Ada Lovelace").await;
    let mut notifications = told(&world).await;
    notifications.extend(told(&world).await);
    assert_eq!(notifications.len(), 1);
    assert_eq!(notifications[0].1[0]["lifecycleEvent"], "subscriptionRemoved");
}

async fn the_audit_log_is_told(world: World) {
    let listener = application(&world, &[GraphPermission::AuditLogReadAll]).await;
    let Caller::Application { client_id, .. } = listener else {
        panic!()
    };
    let wish = SubscriptionWish {
        change_type: Some("created".to_owned()),
        ..wish("auditLogs/directoryAudits", 3600)
    };
    subscribe(&world, &listener, wish).await;
    assert_eq!(told(&world).await.len(), 1, "its own making is the first record");
    let outcome = refused(&world, &listener, self::wish("users", 3600)).await;
    assert!(matches!(outcome, SubscriptionFailure::Denied(_)));
    while world.service.announce_changes().await.unwrap() {}
    world
        .service
        .deliver_due(latchkey_store::Lane::Calls)
        .await
        .unwrap();
    let taken = world.outbound.taken();
    let body: Value = serde_json::from_str(&taken[0].1).unwrap();
    let record = &recorded(&world, Activity::AddSubscription).await[0];
    assert_eq!(record.outcome, AuditOutcome::Failure, "refusals are told, too");
    let place = format!("auditLogs/directoryAudits/{}", record.id);
    assert_eq!(body["value"][0]["resource"], place);
    assert_eq!(body["value"][0]["changeType"], "created");
    assert_eq!(
        body["value"][0]["resourceData"]["@odata.type"],
        "#Microsoft.Graph.DirectoryAudit"
    );
    let said = claims(body["validationTokens"][0].as_str().unwrap());
    let now = world.service.now().as_seconds();
    assert_eq!(said["aud"], client_id.to_string());
    assert_eq!(said["azp"], "0bf30f3b-4a52-48df-9a82-234910c4a086");
    assert_eq!(said["iss"], world.service.issuer());
    assert_eq!((&said["iat"], &said["exp"]), (&json!(now), &json!(now + 3600)));
}
