//! Who hears of what by notices is a setting, and the webhook is told like an application.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use latchkey_domain::{Activity, Audience, Caller, NoticeKind, NoticeSettings, TextProperty, UserRef};
use latchkey_service::{LetterAbout, NoticeError, NoticeWish, UserWish};
use latchkey_store::{AuditFilter, Lane};
use serde_json::Value;

use crate::common::World;

on_each_engine! {
    only_what_is_wanted_is_told
    one_address_stands_for_all_administrators
    the_webhook_hears_of_what_happens_from_then_on
    a_silent_webhook_is_in_nobodys_way
    settings_are_in_order_or_refused
}

const HOOK: &str = "https://hook.example.com/notices?key=secret";

fn only(kind: NoticeKind, audience: Audience) -> NoticeWish {
    NoticeWish {
        told: BTreeMap::from([(kind, BTreeSet::from([audience]))]),
        ..NoticeWish::default()
    }
}

async fn set(world: &World, wish: NoticeWish) {
    world
        .service
        .change_notice_settings(&Caller::Console, &world.info(), wish)
        .await
        .unwrap();
}

async fn ada(world: &World) -> UserRef {
    let ada = world.user("ada@example.com").await;
    let wish = UserWish {
        text: vec![(TextProperty::Mail, Some("ada@private.example".to_owned()))],
        ..UserWish::default()
    };
    world
        .service
        .update_user(&Caller::Console, &world.info(), &ada, wish)
        .await
        .unwrap();
    ada
}

async fn deliver(world: &World) {
    while world.service.announce_notices().await.unwrap() {}
    for lane in [Lane::Mail, Lane::Webhook] {
        world.service.deliver_due(lane).await.unwrap();
    }
}

async fn with_mail(world: &World) {
    world.outbound.has_mail.store(true, Ordering::SeqCst);
    world.service.begin_notices().await.unwrap();
}

/// The addresses of the letters that leave now.
async fn mailed(world: &World) -> Vec<String> {
    deliver(world).await;
    let letters = std::mem::take(&mut *world.outbound.letters.lock().unwrap());
    letters.into_iter().map(|letter| letter.address).collect()
}

/// What is posted to the webhook now.
async fn posted(world: &World) -> Vec<Value> {
    deliver(world).await;
    let read = |(url, body): (String, String)| {
        assert_eq!(url, HOOK);
        serde_json::from_str(&body).unwrap()
    };
    world.outbound.taken().into_iter().map(read).collect()
}

async fn only_what_is_wanted_is_told(world: World) {
    with_mail(&world).await;
    let ada = ada(&world).await;
    set(&world, only(NoticeKind::PassDeleted, Audience::Person)).await;
    let pass = world.one_time(&ada).await.view.pass.id;
    assert!(mailed(&world).await.is_empty());
    world
        .service
        .delete_pass(&Caller::Console, &world.info(), &ada, pass)
        .await
        .unwrap();
    assert_eq!(mailed(&world).await, ["ada@private.example"]);
}

async fn one_address_stands_for_all_administrators(world: World) {
    with_mail(&world).await;
    let ada = ada(&world).await;
    let wish = NoticeWish {
        administrators: "security@example.com".to_owned(),
        ..only(NoticeKind::PassIssued, Audience::Administrators)
    };
    set(&world, wish).await;
    world.one_time(&ada).await;
    deliver(&world).await;
    let letters = std::mem::take(&mut *world.outbound.letters.lock().unwrap());
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].address, "security@example.com");
    assert!(matches!(letters[0].about, LetterAbout::Administrators(..)));
}

async fn the_webhook_hears_of_what_happens_from_then_on(world: World) {
    let ada = ada(&world).await;
    world.one_time(&ada).await;
    let wish = NoticeWish {
        webhook: HOOK.to_owned(),
        ..only(NoticeKind::PassIssued, Audience::Webhook)
    };
    set(&world, wish).await;
    assert!(
        posted(&world).await.is_empty(),
        "what happened before is not told"
    );
    let issued = world.one_time(&ada).await;
    let told = posted(&world).await;
    assert_eq!(told.len(), 1);
    let UserRef::Id(id) = ada else { panic!() };
    assert_eq!(told[0]["kind"], "passIssued");
    assert_eq!(told[0]["user"]["id"], id.to_string());
    assert_eq!(told[0]["user"]["userPrincipalName"], "ada@example.com");
    assert_eq!(told[0]["by"]["kind"], "server");
    let pass = &issued.view.pass;
    assert_eq!(told[0]["pass"]["endDateTime"], pass.end().to_rfc3339());
    assert!(!told[0].to_string().contains(issued.code.expose()));
    assert!(posted(&world).await.is_empty(), "once is enough");

    set(&world, only(NoticeKind::PassIssued, Audience::Webhook)).await;
    world.one_time(&ada).await;
    assert!(posted(&world).await.is_empty());
    let mut reader = world.service.store().read().await.unwrap();
    let filter = AuditFilter {
        activity: Some(Activity::UpdateNotices.name().to_owned()),
        ..AuditFilter::default()
    };
    let changes = reader.audits_page(&filter, None, 9).await.unwrap();
    assert_eq!(changes.len(), 2);
    assert!(
        !format!("{changes:?}").contains("key=secret"),
        "the receiver's key is in no log"
    );
}

async fn a_silent_webhook_is_in_nobodys_way(world: World) {
    with_mail(&world).await;
    let ada = ada(&world).await;
    let wish = NoticeWish {
        told: NoticeSettings::default().told,
        webhook: HOOK.to_owned(),
        ..NoticeWish::default()
    };
    set(&world, wish).await;
    world.outbound.statuses.lock().unwrap().push_back(503);
    world.one_time(&ada).await;
    assert_eq!(mailed(&world).await, ["ada@private.example"]);
    assert_eq!(world.outbound.taken().len(), 1);
    let desk = world
        .service
        .show_notice_settings(&Caller::Console)
        .await
        .unwrap();
    assert!(desk.webhook.unwrap().is_failing() && !desk.mail.unwrap().is_failing());
    world.later(5);
    assert_eq!(posted(&world).await.len(), 1, "it is told again");
    let desk = world
        .service
        .show_notice_settings(&Caller::Console)
        .await
        .unwrap();
    assert!(!desk.webhook.unwrap().is_failing());
}

async fn settings_are_in_order_or_refused(world: World) {
    let refused = |wish: NoticeWish| async {
        let info = world.info();
        world
            .service
            .change_notice_settings(&Caller::Console, &info, wish)
            .await
            .unwrap_err()
    };
    for wrong in [
        "nobody",
        "a b@example.com",
        "a@",
        "@example.com",
        "a@b@example.com",
        "a@b..c",
    ] {
        let wish = NoticeWish {
            administrators: wrong.to_owned(),
            ..NoticeWish::default()
        };
        assert!(
            matches!(refused(wish).await, NoticeError::Administrators),
            "{wrong}"
        );
    }
    for wrong in [
        "http://hook.example.com/",
        "hook.example.com",
        "https://a@hook.example.com/",
    ] {
        let wish = NoticeWish {
            webhook: wrong.to_owned(),
            ..NoticeWish::default()
        };
        assert!(matches!(refused(wish).await, NoticeError::Webhook(_)), "{wrong}");
    }
    // Where nothing would ever arrive.
    let wish = NoticeWish {
        webhook: "https://10.0.0.1/hook".to_owned(),
        ..NoticeWish::default()
    };
    assert!(matches!(refused(wish).await, NoticeError::WebhookInside));
    let desk = world
        .service
        .show_notice_settings(&Caller::Console)
        .await
        .unwrap();
    assert_eq!(desk.settings, NoticeSettings::default());
    assert!(matches!(
        world.service.send_test_mail(&Caller::Console).await,
        Err(NoticeError::NoAddress)
    ));
}
