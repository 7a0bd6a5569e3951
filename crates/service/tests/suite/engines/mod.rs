//! Runs each test on SQLite and, where there is a server for tests, on PostgreSQL.

use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::World;

macro_rules! on_each_engine {
    ($($name:ident)+) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::engines::run(latchkey_store::testing::TestEngine::Sqlite, super::$name).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::engines::run(latchkey_store::testing::TestEngine::Postgres, super::$name).await;
            }
        )+}
    };
}

pub(crate) async fn run<F: Future<Output = ()>>(engine: TestEngine, test: impl FnOnce(World) -> F) {
    if !TestEngine::all().contains(&engine) {
        return;
    }
    let database = TestDatabase::new(engine).await;
    test(World::on(&database.url).await).await;
}
