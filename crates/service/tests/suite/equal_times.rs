//! How long an answer takes tells nothing about who exists (sign-in contract 11.4). A file of its own, so that no
//! other test runs beside it.

use std::time::Instant;

use latchkey_domain::PassPolicyChange;
use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::World;

const TRIES: usize = 210;
/// Guesses at one name, few enough not to lock it.
const EACH: usize = 7;
/// By so much of an answer's time may those of two kinds of names differ. A hash that is left out is all of it, a
/// statement more some tenths.
const NOISE: f64 = 0.2;

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The median difference of tries that were made right after each other, so that what disturbs the machine for a while
/// disturbs both.
fn difference(one: &[f64], other: &[f64]) -> f64 {
    median(one.iter().zip(other).map(|(one, other)| one - other).collect())
}

/// Wrong guesses in turn at names with a pass, names without one, and names that nobody has.
async fn check(world: &World, length: i64) {
    let change = PassPolicyChange {
        length: Some(length),
        ..Default::default()
    };
    world.policy(change).await;
    let names = |kind: &str| -> Vec<String> {
        let number = 0..TRIES / EACH;
        number
            .map(|n| format!("{kind}{length}.{n:03}@example.com"))
            .collect()
    };
    let kinds = [names("holder"), names("without"), names("nobody")];
    for holder in &kinds[0] {
        let user = world.user(holder).await;
        world.one_time(&user).await;
    }
    for without in &kinds[1] {
        world.user(without).await;
    }
    let wrong = "A".repeat(usize::try_from(length).unwrap());
    let mut times: [Vec<f64>; 3] = Default::default();
    for n in 0..TRIES {
        for (kind, names) in kinds.iter().enumerate() {
            let began = Instant::now();
            let number = world.number(&names[n / EACH], &wrong).await;
            times[kind].push(began.elapsed().as_secs_f64());
            assert_eq!(number, 130_503);
        }
    }
    let [holder, without, nobody] = &times;
    let all = median(times.concat());
    for (what, one, other) in [
        ("with a pass, nobody", holder, nobody),
        ("without a pass, nobody", without, nobody),
        ("with a pass, without", holder, without),
    ] {
        let difference = difference(one, other);
        assert!(
            difference.abs() <= all * NOISE,
            "{what}: {difference} s of {all} s for {length} characters"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_take_the_same_time_whoever_is_named() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let world = World::on(&database.url).await;
    // The slow way with its hash, and the quick one, where a query more or less would show.
    check(&world, 8).await;
    check(&world, 24).await;
}
