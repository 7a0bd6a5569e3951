//! Notices by mail, with the clock moved by hand: who is told of what, once, and what becomes of mail that does not leave.

use std::sync::atomic::Ordering;

use latchkey_domain::{
    Caller, Doer, NoticeKind, PassRequest, PrincipalId, RoleId, RoleScope, TextProperty, UserId, UserRef,
};
use latchkey_service::{Letter, LetterAbout, MailError, UserWish};
use latchkey_store::Lane;

use crate::common::World;

on_each_engine! {
    a_newcomer_and_the_manager_hear_of_a_pass
    a_pass_in_place_of_another_is_one_notice
    only_the_first_use_is_told
    administrators_hear_of_what_looks_like_an_attack
    without_mail_nothing_is_told_and_nothing_made_up_for
    mail_that_does_not_leave_is_tried_again_for_days
    a_wrong_address_is_given_up_at_once
    two_nodes_tell_once
    who_is_gone_is_not_told
}

const ADA: &str = "ada@example.com";

/// A world in which mail leaves.
async fn with_mail(world: &World) {
    world.outbound.has_mail.store(true, Ordering::SeqCst);
    world.service.begin_notices().await.unwrap();
}

async fn change(world: &World, user: &UserRef, properties: &[(TextProperty, Option<&str>)]) {
    let text = properties
        .iter()
        .map(|(property, value)| (*property, value.map(str::to_owned)))
        .collect();
    let wish = UserWish {
        text,
        ..UserWish::default()
    };
    world
        .service
        .update_user(&Caller::Console, &world.info(), user, wish)
        .await
        .unwrap();
}

/// Somebody with a mail address of their own.
async fn reader(world: &World, name: &str) -> UserRef {
    let user = world.user(name).await;
    let address = format!("{}@private.example", name.split('@').next().unwrap());
    change(world, &user, &[(TextProperty::Mail, Some(&address))]).await;
    user
}

fn id(user: &UserRef) -> UserId {
    let UserRef::Id(id) = user else { panic!() };
    *id
}

async fn deliver(world: &World) {
    while world.service.announce_notices().await.unwrap() {}
    world.service.deliver_due(Lane::Mail).await.unwrap();
}

/// The letters that leave now.
async fn letters(world: &World) -> Vec<Letter> {
    deliver(world).await;
    let mut letters = std::mem::take(&mut *world.outbound.letters.lock().unwrap());
    letters.sort_by(|a, b| a.address.cmp(&b.address));
    letters
}

/// Address, kind and by whom.
fn short(letters: &[Letter]) -> Vec<(&str, NoticeKind, &Doer)> {
    letters
        .iter()
        .map(|letter| {
            let (LetterAbout::Own(notice, _)
            | LetterAbout::Report(notice, _)
            | LetterAbout::Administrators(notice, _)) = &letter.about
            else {
                panic!("{letter:?}")
            };
            (letter.address.as_str(), notice.kind, &notice.by)
        })
        .collect()
}

async fn waiting(world: &World) -> u64 {
    world
        .service
        .store()
        .read()
        .await
        .unwrap()
        .notices_waiting("mail")
        .await
        .unwrap()
}

async fn a_newcomer_and_the_manager_hear_of_a_pass(world: World) {
    with_mail(&world).await;
    let (ada, boss) = (
        reader(&world, ADA).await,
        reader(&world, "boss@example.com").await,
    );
    change(&world, &ada, &[(TextProperty::PreferredLanguage, Some("de"))]).await;
    world
        .service
        .set_manager(&Caller::Console, &world.info(), &ada, Some(id(&boss)))
        .await
        .unwrap();
    let issued = world.one_time(&ada).await;
    let told = letters(&world).await;
    let by = Doer::Server;
    assert_eq!(
        short(&told),
        [
            ("ada@private.example", NoticeKind::PassIssued, &by),
            ("boss@private.example", NoticeKind::PassIssued, &by)
        ]
    );
    assert_eq!(told[0].language.as_deref(), Some("de"));
    let LetterAbout::Own(notice, account) = &told[0].about else {
        panic!()
    };
    assert_eq!(account.upn, ADA);
    let pass = &issued.view.pass;
    assert_eq!(notice.valid, Some((pass.start_at, pass.end())));
    let LetterAbout::Report(_, account) = &told[1].about else {
        panic!()
    };
    assert_eq!(account.upn, ADA);
    assert!(
        !format!("{told:?}").contains(issued.code.expose()),
        "no code leaves by mail"
    );
    assert!(letters(&world).await.is_empty(), "once is enough");
    assert_ne!(told[0].id, told[1].id);
}

async fn a_pass_in_place_of_another_is_one_notice(world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    world.one_time(&ada).await;
    assert_eq!(letters(&world).await.len(), 1);
    let second = world.one_time(&ada).await;
    let told = letters(&world).await;
    assert_eq!(
        short(&told),
        [("ada@private.example", NoticeKind::PassIssued, &Doer::Server)]
    );
    let pass = second.view.pass.id;
    world
        .service
        .delete_pass(&Caller::Console, &world.info(), &ada, pass)
        .await
        .unwrap();
    let told = letters(&world).await;
    assert_eq!(
        short(&told),
        [("ada@private.example", NoticeKind::PassDeleted, &Doer::Server)]
    );
}

async fn only_the_first_use_is_told(world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    let pass = world
        .issue(
            &ada,
            PassRequest {
                one_time: Some(false),
                ..Default::default()
            },
        )
        .await;
    letters(&world).await;
    for times in 0..3 {
        world.sign_in(ADA, pass.code.expose()).await;
        let told = letters(&world).await;
        if times == 0 {
            let [(address, kind, Doer::Oneself(from))] = short(&told)[..] else {
                panic!("{told:?}")
            };
            assert_eq!((address, kind), ("ada@private.example", NoticeKind::PassUsed));
            assert!(from.starts_with("10.0."), "{from}");
        } else {
            assert!(told.is_empty(), "{told:?}");
        }
    }
}

async fn administrators_hear_of_what_looks_like_an_attack(world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    for (name, role) in [
        ("global@example.com", RoleId::GLOBAL_ADMINISTRATOR),
        ("auth@example.com", RoleId::AUTHENTICATION_ADMINISTRATOR),
        ("sees@example.com", RoleId::GLOBAL_READER),
    ] {
        let principal = PrincipalId::from(id(&reader(&world, name).await));
        let (console, info) = (Caller::Console, world.info());
        let given = world
            .service
            .assign_role(&console, &info, role, principal, RoleScope::Tenant)
            .await;
        given.unwrap();
    }
    letters(&world).await;
    let pass = world
        .issue(
            &ada,
            PassRequest {
                one_time: Some(false),
                ..Default::default()
            },
        )
        .await;
    let mut members = Vec::new();
    for _ in 0..2 {
        let opened = world.sign_in(ADA, pass.code.expose()).await;
        members.push(world.signed_in(&opened).await.unwrap());
        world.later(1);
    }
    let [member, other] = &members[..] else { panic!() };
    letters(&world).await;
    let own = world.service.own_sign_ins(other, None, 9).await.unwrap();
    let foreign = own
        .iter()
        .find(|stored| stored.record.session_id == Some(member.session.id))
        .unwrap();
    assert!(
        world
            .service
            .disown_sign_in(other, &world.info(), foreign.record.id)
            .await
            .unwrap()
    );
    let told = letters(&world).await;
    let addresses: Vec<_> = short(&told)
        .iter()
        .map(|(address, kind, _)| (*address, *kind))
        .collect();
    let kind = NoticeKind::SignInDisowned;
    assert_eq!(
        addresses,
        [
            ("ada@private.example", kind),
            ("auth@private.example", kind),
            ("global@private.example", kind)
        ]
    );
    let LetterAbout::Administrators(notice, _) = &told[1].about else {
        panic!()
    };
    let (at, from) = notice.sign_in.as_ref().unwrap();
    assert_eq!((*at, from), (foreign.record.at, &foreign.record.ip_address));
}

async fn without_mail_nothing_is_told_and_nothing_made_up_for(world: World) {
    let ada = reader(&world, ADA).await;
    world.one_time(&ada).await;
    assert!(letters(&world).await.is_empty());
    with_mail(&world).await;
    assert!(
        letters(&world).await.is_empty(),
        "what happened before notices began is not told"
    );
    world.one_time(&ada).await;
    assert_eq!(letters(&world).await.len(), 1);
    // Whoever takes the mail server away and brings it back days later floods nobody.
    world.outbound.has_mail.store(false, Ordering::SeqCst);
    world.one_time(&ada).await;
    assert!(letters(&world).await.is_empty());
    world.later(4 * 24 * 3600);
    world.one_time(&ada).await;
    with_mail(&world).await;
    assert_eq!(
        letters(&world).await.len(),
        1,
        "only what is younger than three days"
    );
}

async fn mail_that_does_not_leave_is_tried_again_for_days(world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    world.one_time(&ada).await;
    let fail = || {
        let error = MailError::NotNow("connection refused".to_owned());
        world.outbound.mail_errors.lock().unwrap().push_back(error);
    };
    fail();
    assert!(letters(&world).await.is_empty());
    assert!(letters(&world).await.is_empty(), "not before its time");
    let state = || async {
        let mut reader = world.service.store().read().await.unwrap();
        reader.notice_channel("mail").await.unwrap().unwrap()
    };
    let failed = state().await.failed.unwrap();
    assert_eq!(failed.1, "connection refused");
    world.later(5);
    assert_eq!(letters(&world).await.len(), 1);
    assert!(state().await.delivered_at.unwrap() > failed.0);

    world.one_time(&ada).await;
    let start = world.service.now();
    let mut attempts = 0;
    loop {
        fail();
        deliver(&world).await;
        attempts += 1;
        if waiting(&world).await == 0 {
            break;
        }
        world.later(900);
    }
    let days = (world.service.now().as_seconds() - start.as_seconds()) / (24 * 3600);
    assert!(
        (2..=3).contains(&days) && attempts > 200,
        "{days} days, {attempts} attempts"
    );
    assert_eq!(state().await.lost, 1);
    assert!(letters(&world).await.is_empty());
}

async fn a_wrong_address_is_given_up_at_once(world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    world.one_time(&ada).await;
    let error = MailError::Never("no such box".to_owned());
    world.outbound.mail_errors.lock().unwrap().push_back(error);
    assert!(letters(&world).await.is_empty());
    assert_eq!(waiting(&world).await, 0);
    let mut store = world.service.store().read().await.unwrap();
    let channel = store.notice_channel("mail").await.unwrap().unwrap();
    assert_eq!(
        (channel.lost, channel.failed.unwrap().1.as_str()),
        (1, "no such box")
    );
}

async fn two_nodes_tell_once(mut world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    let first = std::sync::Arc::clone(&world.service);
    world.set(|_| {}).await;
    for _ in 0..20 {
        world.one_time(&ada).await;
    }
    let (a, b) = tokio::join!(first.announce_notices(), world.service.announce_notices());
    assert!(!a.unwrap() && !b.unwrap());
    assert_eq!(waiting(&world).await, 20);
    // One node takes some and dies: they come back when its time is up, the others go on.
    let now = world.service.now();
    let taken = world
        .service
        .store()
        .write(move |w| Box::pin(async move { w.take_deliveries(Lane::Mail, now, 5, &[]).await }))
        .await;
    assert_eq!(taken.unwrap().len(), 5);
    let (a, b) = tokio::join!(
        first.deliver_due(Lane::Mail),
        world.service.deliver_due(Lane::Mail)
    );
    a.unwrap();
    b.unwrap();
    let ids = || -> Vec<String> {
        let letters = world.outbound.letters.lock().unwrap();
        letters.iter().map(|letter| letter.id.clone()).collect()
    };
    assert_eq!(ids().len(), 15);
    world.later(60);
    deliver(&world).await;
    let mut told = ids();
    told.sort();
    told.dedup();
    assert_eq!((told.len(), ids().len()), (20, 20));
}

async fn who_is_gone_is_not_told(world: World) {
    with_mail(&world).await;
    let ada = reader(&world, ADA).await;
    let bob = reader(&world, "bob@example.com").await;
    world.one_time(&ada).await;
    world.one_time(&bob).await;
    world.service.announce_notices().await.unwrap();
    assert_eq!(waiting(&world).await, 2);
    world
        .service
        .delete_user(&Caller::Console, &world.info(), &ada)
        .await
        .unwrap();
    change(&world, &bob, &[(TextProperty::Mail, None)]).await;
    let told = letters(&world).await;
    assert!(
        short(&told)
            .iter()
            .all(|(_, kind, _)| *kind != NoticeKind::PassIssued),
        "{told:?}"
    );
    assert_eq!(waiting(&world).await, 0);
}
