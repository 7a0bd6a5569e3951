//! Guessing passwords: what counts towards a lock, and what doesn't (sign-in contract 11.1).

use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::{World, number};

const ADA: &str = "ada@example.com";
const RIGHT: &str = "a quite unlikely phrase";

/// The number that the password page answers, from an address of its own.
async fn answer(world: &World, name: &str, password: &str) -> u32 {
    let flow = world.flow(name);
    let outcome = world
        .service
        .sign_in_with_password(&flow, &world.info(), None, password)
        .await;
    number(&outcome)
}

#[tokio::test]
async fn repeating_the_last_wrong_passwords_is_not_counted_again() {
    for &engine in TestEngine::all() {
        let database = TestDatabase::new(engine).await;
        let world = World::on(&database.url).await;
        world.user_with(ADA, Some(RIGHT)).await;
        // An old password that a mail program still sends: three different ones, five times each.
        for password in ["old 1", "old 2", "old 3"].repeat(5) {
            assert_eq!(answer(&world, ADA, password).await, 50126);
        }
        assert_eq!(answer(&world, ADA, RIGHT).await, 0, "three wrong ones don't lock");

        for guess in 0..10 {
            assert_eq!(answer(&world, ADA, &format!("guess {guess}")).await, 50126);
        }
        assert_eq!(answer(&world, ADA, RIGHT).await, 50053, "ten different ones do");
        world.later(60);
        assert_eq!(answer(&world, ADA, "guess 9").await, 50126);
        assert_eq!(
            answer(&world, ADA, RIGHT).await,
            0,
            "a known one after the lock does not lock again"
        );
    }
}

#[tokio::test]
async fn what_was_forgotten_and_names_that_nobody_has_count_alike() {
    for &engine in TestEngine::all() {
        let database = TestDatabase::new(engine).await;
        let world = World::on(&database.url).await;
        let nobody = "nobody@example.com";
        world.user_with(ADA, Some(RIGHT)).await;
        for name in [ADA, nobody] {
            // Four in turn: each was forgotten when it comes again.
            for password in ["a", "b", "c", "d", "a", "b", "c", "d", "a", "b"] {
                assert_eq!(answer(&world, name, password).await, 50126, "{name}");
            }
            assert_eq!(answer(&world, name, "b").await, 50053, "{name}");
        }
    }
}
