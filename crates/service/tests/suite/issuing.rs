//! A new pass comes only in place of what whoever issues it knew of.

use latchkey_domain::{Caller, PassRequest};
use latchkey_service::{PassError, Replaces};

use crate::common::World;

on_each_engine! { only_what_was_shown_is_replaced }

async fn only_what_was_shown_is_replaced(world: World) {
    let ada = world.user("ada@example.com").await;
    let held = async || {
        let view = world.service.show_pass(&Caller::Console, &ada).await.unwrap();
        view.map(|view| view.pass.id)
    };
    let issue = async |shown| {
        let (info, request) = (world.info(), PassRequest::default());
        let issued = world
            .service
            .issue_pass(&Caller::Console, &info, &ada, request, Replaces::OnlyThis(shown))
            .await;
        issued.map(|issued| issued.view.pass.id)
    };
    // Two at the same moment, to neither of whom a pass was shown: one code is handed out, and it works.
    let (one, other) = tokio::join!(issue(None), issue(None));
    let first = match (one, other) {
        (Ok(issued), Err(PassError::AnotherPass)) | (Err(PassError::AnotherPass), Ok(issued)) => issued,
        both => panic!("{both:?}"),
    };
    assert_eq!(held().await, Some(first));

    let second = world.issue(&ada, PassRequest::default()).await.view.pass.id;
    for shown in [None, Some(first)] {
        let refused = issue(shown).await.unwrap_err();
        assert!(matches!(refused, PassError::AnotherPass), "{refused}");
        assert_eq!(held().await, Some(second));
    }
    let third = issue(Some(second)).await.unwrap();
    assert_eq!(held().await, Some(third));

    // Where nothing is left, nothing is undone.
    let deleted = world
        .service
        .delete_pass(&Caller::Console, &world.info(), &ada, third)
        .await;
    deleted.unwrap();
    issue(Some(third)).await.unwrap();
}
