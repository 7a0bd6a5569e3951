//! What a connection is doing, and how long it may do nothing.
//!
//! Requests and the socket only count; the time is told by a few ticks per connection. So nobody can hold a place by
//! saying nothing, and a request costs no timer of its own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A client that waits for an answer takes at least so many bytes of it at a time.
const LEAST_TAKEN: u64 = 1024;
/// The longest time between two ticks.
const LONGEST_TICK: Duration = Duration::from_secs(5);
/// How long a connection is kept without a request.
const IDLE: Duration = Duration::from_mins(1);
/// When the server stops, a connection without a request under way is left after so long: time enough for its last
/// answer to be on its way.
const IDLE_AT_STOP: Duration = Duration::from_secs(1);

/// The counts of one connection.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Requests that began, heads of answers that were ready, answers that are gone, all together.
    steps: AtomicU64,
    under_way: AtomicUsize,
    written: AtomicU64,
    /// The peer takes nothing at the moment.
    stuck: AtomicBool,
}

impl Pulse {
    fn write(&self, bytes: u64) {
        self.written.fetch_add(bytes, Relaxed);
    }

    #[cfg(test)]
    pub(super) fn requests_under_way(&self) -> usize {
        self.under_way.load(Relaxed)
    }
}

/// A request from its beginning until the last byte of its answer is handed to the socket.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Pulse>);

impl UnderWay {
    pub(super) fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.steps.fetch_add(1, Relaxed);
        pulse.under_way.fetch_add(1, Relaxed);
        Self(Arc::clone(pulse))
    }

    /// The answer's head is ready.
    pub(super) fn step(&self) {
        self.0.steps.fetch_add(1, Relaxed);
    }

    /// Another part of the same request.
    pub(super) fn part(&self) -> Self {
        Self::begin(&self.0)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.steps.fetch_add(1, Relaxed);
        self.0.under_way.fetch_sub(1, Relaxed);
    }
}

/// How long a connection may do nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until its first request.
    pub(super) silent: Duration,
    /// With an answer that the client doesn't take.
    pub(super) stuck: Duration,
}

impl Patience {
    pub(super) fn tick(&self) -> Duration {
        (self.silent / 3).min(LONGEST_TICK)
    }

    fn idle(&self) -> Duration {
        IDLE.max(self.silent)
    }
}

/// What becomes of a connection at a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// It takes no more requests.
    Finish,
    /// It is dropped.
    Leave,
}

/// What was seen at the tick before, and for how long nothing has changed.
#[derive(Debug)]
pub(super) struct Watch {
    patience: Patience,
    tick: Duration,
    steps: u64,
    written: u64,
    nothing: Duration,
    stopping: bool,
}

impl Watch {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            tick: patience.tick(),
            steps: 0,
            written: 0,
            nothing: Duration::ZERO,
            stopping: false,
        }
    }

    /// The server stops: from now on there are so long ticks.
    pub(super) fn stop(&mut self) -> Duration {
        self.stopping = true;
        self.nothing = Duration::ZERO;
        self.tick = IDLE_AT_STOP / 10;
        self.tick
    }

    /// To be asked at each tick.
    pub(super) fn judge(&mut self, pulse: &Pulse) -> Verdict {
        let (steps, written) = (pulse.steps.load(Relaxed), pulse.written.load(Relaxed));
        let stuck = pulse.stuck.load(Relaxed);
        let busy = stuck || pulse.under_way.load(Relaxed) > 0;
        let moved = steps != self.steps || (busy && written >= self.written.saturating_add(LEAST_TAKEN));
        if moved {
            (self.steps, self.written, self.nothing) = (steps, written, Duration::ZERO);
            return Verdict::Keep;
        }
        self.nothing += self.tick;
        let patience = if busy {
            // A request without an answer ends by itself, a moment before this.
            self.patience.stuck + self.tick
        } else if self.stopping {
            IDLE_AT_STOP
        } else if steps == 0 {
            self.patience.silent
        } else {
            self.patience.idle()
        };
        if self.nothing < patience {
            Verdict::Keep
        } else if busy || steps == 0 || self.stopping || self.nothing > patience * 2 {
            Verdict::Leave
        } else {
            Verdict::Finish
        }
    }
}

/// A socket that counts what goes out.
pub(super) struct Counted {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Counted {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }

    fn count(&self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let stuck = outcome.is_pending();
        if self.pulse.stuck.load(Relaxed) != stuck {
            self.pulse.stuck.store(stuck, Relaxed);
        }
        if let Poll::Ready(Ok(bytes)) = outcome {
            self.pulse.write(bytes as u64);
        }
        outcome
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.count(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.count(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        silent: Duration::from_secs(15),
        stuck: Duration::from_mins(1),
    };

    /// The verdict other than `Keep`, and after how many seconds it came.
    fn end(watch: &mut Watch, pulse: &Pulse, mut at_each: impl FnMut()) -> Option<(Verdict, u64)> {
        let mut time = Duration::ZERO;
        while time < Duration::from_mins(10) {
            at_each();
            time += watch.tick;
            let verdict = watch.judge(pulse);
            if verdict != Verdict::Keep {
                return Some((verdict, time.as_secs()));
            }
        }
        None
    }

    #[test]
    fn who_asks_nothing_is_left() {
        let pulse = Pulse::default();
        // Bytes that are no answer, such as acknowledged pings, count for nothing.
        let pings = || pulse.write(2000);
        assert_eq!(
            end(&mut Watch::new(PATIENCE), &pulse, pings),
            Some((Verdict::Leave, 15))
        );
    }

    #[test]
    fn who_asks_no_more_is_asked_to_go_and_then_left() {
        let pulse = Arc::new(Pulse::default());
        let mut watch = Watch::new(PATIENCE);
        drop(UnderWay::begin(&pulse));
        let pings = || pulse.write(17);
        assert_eq!(end(&mut watch, &pulse, pings), Some((Verdict::Finish, 65)));
        let mut verdict = Verdict::Finish;
        for _ in 0..13 {
            assert_eq!(verdict, Verdict::Finish);
            verdict = watch.judge(&pulse);
        }
        assert_eq!(verdict, Verdict::Leave);
    }

    #[test]
    fn who_takes_no_answer_is_left_and_who_takes_it_slowly_is_not() {
        let pulse = Arc::new(Pulse::default());
        let request = UnderWay::begin(&pulse);
        request.step();
        assert_eq!(
            end(&mut Watch::new(PATIENCE), &pulse, || ()),
            Some((Verdict::Leave, 70))
        );
        let slowly = || pulse.write(200);
        assert_eq!(end(&mut Watch::new(PATIENCE), &pulse, slowly), None);
        // An answer that is with the socket but not with the client.
        drop(request);
        pulse.stuck.store(true, Relaxed);
        assert_eq!(
            end(&mut Watch::new(PATIENCE), &pulse, || ()),
            Some((Verdict::Leave, 70))
        );
    }

    #[test]
    fn at_the_end_of_the_server_only_answers_under_way_are_waited_for() {
        let pulse = Arc::new(Pulse::default());
        let request = UnderWay::begin(&pulse);
        let mut watch = Watch::new(PATIENCE);
        watch.stop();
        for _ in 0..300 {
            assert_eq!(watch.judge(&pulse), Verdict::Keep);
        }
        drop(request);
        assert_eq!(end(&mut watch, &pulse, || ()), Some((Verdict::Leave, 1)));
    }
}
