//! Serializable transactions, run again when they collide or lose their connection before the commit.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::database::Database;
use super::session::{Session, Trouble};
use crate::session::Engine;
use crate::store::JobFuture;
use crate::{Reader, Result, StoreError, Writer};

/// The first pause, which doubles with each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// How one attempt ended.
enum Attempt<T, E> {
    Done(Result<T, E>),
    /// Nothing is changed, and another attempt may succeed.
    Again(E),
}

impl Database {
    pub(crate) async fn write<I, T, E, F>(&self, input: &I, job: &F) -> Result<T, E>
    where
        I: Send + Sync,
        F: for<'a> Fn(&'a mut Writer, &'a I) -> JobFuture<'a, T, E> + Send + Sync,
        T: Send,
        E: From<StoreError> + Send,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(input, job).await {
                Attempt::Done(result) => return result,
                Attempt::Again(error) if attempt >= self.attempts => return Err(error),
                Attempt::Again(_) => {
                    self.counters.retried();
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
            }
        }
    }

    async fn attempt<I, T, E, F>(&self, input: &I, job: &F) -> Attempt<T, E>
    where
        I: Send + Sync,
        F: for<'a> Fn(&'a mut Writer, &'a I) -> JobFuture<'a, T, E> + Send + Sync,
        T: Send,
        E: From<StoreError> + Send,
    {
        let mut session = match self.session().await {
            Ok(session) => session,
            Err(error @ StoreError::Unavailable(_)) => return Attempt::Again(error.into()),
            Err(error) => return Attempt::Done(Err(error.into())),
        };
        if let Err(error) = session.begin("BEGIN ISOLATION LEVEL SERIALIZABLE").await {
            let meaning = error.meaning().into();
            if error.is_refusal() {
                self.counters.refused();
                return Attempt::Done(Err(meaning));
            }
            return Attempt::Again(meaning);
        }
        let mut writer = Writer {
            reader: Reader {
                engine: Engine::Postgres(session),
            },
        };
        let result = job(&mut writer, input).await;
        let Engine::Postgres(session) = &mut writer.reader.engine else {
            return Attempt::Done(Err(StoreError::Job("it changed its writer's engine").into()));
        };
        let attempt = match (result, session.trouble()) {
            (Ok(value), Trouble::None) => self.commit(session, value).await,
            (result, trouble) => {
                // When this fails too, the connection is gone, and the transaction with it.
                let _ = session.end("ROLLBACK").await;
                let wrong = || StoreError::Job("it went on after a statement had failed").into();
                let error = result.err().unwrap_or_else(wrong);
                if trouble == Trouble::Passing {
                    Attempt::Again(error)
                } else {
                    Attempt::Done(Err(error))
                }
            }
        };
        if session.is_refused() {
            self.counters.refused();
        }
        attempt
    }

    async fn commit<T, E: From<StoreError>>(&self, session: &mut Session, value: T) -> Attempt<T, E> {
        match session.end("COMMIT").await {
            Ok(()) => {
                self.counters.committed(1);
                Attempt::Done(Ok(value))
            }
            Err(error) if error.is_collision() => Attempt::Again(error.meaning().into()),
            Err(error) if error.is_certain() => Attempt::Done(Err(error.meaning().into())),
            Err(_) => Attempt::Done(Err(StoreError::OutcomeUnknown.into())),
        }
    }
}

/// Half of the pause is left to chance, so that those who collided don't meet again.
fn pause(attempt: u32) -> Duration {
    let full = FIRST_PAUSE
        .saturating_mul(1 << attempt.min(16))
        .min(LONGEST_PAUSE);
    // Chance that needs no quality: the standard library's seed for hash tables.
    let chance = u32::try_from(RandomState::new().hash_one(attempt) & 0xffff).unwrap_or(0);
    full / 2 + full / 2 * chance / 0xffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        for attempt in 1..40 {
            let full = FIRST_PAUSE
                .saturating_mul(1 << attempt.min(16))
                .min(LONGEST_PAUSE);
            let pause = pause(attempt);
            assert!(pause >= full / 2 && pause <= full, "{attempt}: {pause:?}");
        }
    }
}
