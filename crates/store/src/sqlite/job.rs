//! One transaction that waits for the writer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use crate::session::Engine;
use crate::store::JobFuture;
use crate::{Result, StoreError, Writer};

/// A job of any type.
pub(super) trait Job: Send {
    /// Runs it inside the open transaction. False: what it wrote must be undone.
    fn run(&mut self, writer: &mut Writer) -> bool;

    /// Tells whoever waits how it ended, once the commit is done. A failed commit overrules the job's own
    /// result, be it success or error: both may rest on what other jobs of the group had written.
    fn answer(self: Box<Self>, commit: Result<()>);
}

/// A job with its types.
pub(super) struct Typed<I, T, E, F> {
    input: I,
    job: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<I, T, E, F> Typed<I, T, E, F> {
    pub(super) const fn new(input: I, job: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self {
            input,
            job,
            result: None,
            reply,
        }
    }
}

impl<I, T, E, F> Job for Typed<I, T, E, F>
where
    I: Send + Sync,
    F: for<'a> Fn(&'a mut Writer, &'a I) -> JobFuture<'a, T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, writer: &mut Writer) -> bool {
        if let Engine::Sqlite(session) = &mut writer.reader.engine {
            session.begin_job();
        }
        // Everything that a job touches in the database is undone after a panic, and its input is dropped.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut future = (self.job)(writer, &self.input);
            future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        }));
        let result = match outcome {
            Ok(Poll::Ready(Ok(_))) if went_on_after_failure(writer) => {
                Err(StoreError::Job("it went on after a statement had failed").into())
            }
            Ok(Poll::Ready(result)) => result,
            Ok(Poll::Pending) => Err(StoreError::Job("it waited for something else than its writer").into()),
            Err(_panic) => Err(StoreError::Job("it panicked").into()),
        };
        self.result.insert(result).is_ok()
    }

    fn answer(self: Box<Self>, commit: Result<()>) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(super::stopped().into()),
            (Err(error), _) => Err(error.into()),
        };
        // Whoever asked may have gone away; the change stands all the same.
        let _ = self.reply.send(result);
    }
}

const fn went_on_after_failure(writer: &Writer) -> bool {
    matches!(&writer.reader.engine, Engine::Sqlite(session) if session.has_failed())
}
