use std::sync::Arc;

use latchkey_crypto::JwsAlgorithm;
use latchkey_domain::{Activity, Caller, Seconds};
use serde_json::Value;

use crate::Service;
use crate::testing::{START, World, unproved};
use crate::trail::Trail;

#[tokio::test]
async fn keys_are_published_used_and_retired_on_every_node() {
    const DAY: Seconds = Seconds(24 * 3600);
    let world = World::new().await;
    let other = world.other_node().await;
    let keys = |service: &Service| {
        let jwks: Value = serde_json::from_slice(&service.jwks()).unwrap();
        jwks["keys"].as_array().unwrap().len()
    };
    assert_eq!(keys(&world.service), 3);
    let old = world.key().key_id().to_owned();
    let new = world
        .service
        .rotate_signing_keys(&Caller::Console, &world.info())
        .await
        .unwrap();
    assert_eq!(keys(&world.service), 6, "published at once");
    assert_eq!(world.key().key_id(), old, "but not used");

    world.clock.advance(DAY);
    assert!(
        new.iter().any(|kid| kid == world.key().key_id()),
        "used after a day"
    );
    let token = world.token().await;
    assert!(
        other
            .authenticate_bearer(unproved(Some(&format!("Bearer {token}"))))
            .await
            .is_ok(),
        "another node hears of an unknown key"
    );
    world.service.maintain_signing_keys(&world.info()).await.unwrap();
    assert_eq!(keys(&world.service), 6, "the old ones are still believed");
    world.clock.advance(Seconds(25 * 3600));
    world.service.maintain_signing_keys(&world.info()).await.unwrap();
    assert_eq!(keys(&world.service), 3, "gone after their last token");
    world.clock.advance(Seconds(180 * DAY.0));
    let (one, two) = (world.info(), world.info());
    let (one, two) = tokio::join!(
        world.service.maintain_signing_keys(&one),
        other.maintain_signing_keys(&two)
    );
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(
        keys(&world.other_node().await),
        6,
        "rotated after half a year, by one node"
    );
}

#[tokio::test]
async fn an_algorithm_without_a_key_gets_one_at_the_start() {
    let world = World::new().await;
    let keys = |service: &Service| {
        let set = service.key_set();
        let of_it = set
            .entries()
            .iter()
            .filter(|entry| entry.key.algorithm() == JwsAlgorithm::EdDsa);
        of_it
            .map(|entry| entry.key.key_id().to_owned())
            .collect::<Vec<_>>()
    };
    let first = keys(&world.service);
    let (kid, trail) = (
        first[0].clone(),
        Trail::console(Arc::clone(&world.random), START, world.info()),
    );
    let event = trail.done(Activity::KeyRotated, "", Vec::new());
    // As after an update from a version that did not know the algorithm.
    world
        .service
        .store
        .write_with((kid, event), |writer, (kid, event)| {
            Box::pin(async move { writer.retire_signing_key(kid, START, event).await })
        })
        .await
        .unwrap();
    let (one, two) = tokio::join!(world.other_node(), world.other_node());
    assert!(
        one.key_set()
            .signing_key(JwsAlgorithm::EdDsa, world.service.now())
            .is_some(),
        "it signs at once"
    );
    let third = world.other_node().await;
    assert_eq!(keys(&third).len(), 2, "the old one, and a new one by one node");
    assert!(
        keys(&one)
            .iter()
            .chain(&keys(&two))
            .all(|kid| keys(&third).contains(kid))
    );
}
