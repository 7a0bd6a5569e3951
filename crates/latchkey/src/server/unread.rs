//! Bodies that a door may answer without reading to their end.
//!
//! Who still sends over HTTP/1.1 when the connection closes loses the answer that it holds. So what is left of such a
//! body is taken and thrown away first, as far as that is a matter of a moment.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// No more than this is thrown away.
const MOST: usize = 64 * 1024 * 1024;
/// No longer than this is spent on it.
const LONGEST: Duration = Duration::from_secs(5);

/// A body that two hold: the door that may read it, and who throws the rest away.
#[derive(Clone)]
pub(super) struct Unread(Arc<Mutex<State>>);

struct State {
    body: Incoming,
    /// Somebody asked for it.
    begun: bool,
}

impl Unread {
    pub(super) fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(State { body, begun: false })))
    }

    /// Takes the rest off the connection. False: there is more than that, or who sends it takes too long.
    pub(super) async fn throw_away(mut self) -> bool {
        let all = async {
            let mut taken = 0;
            while let Some(frame) = self.frame().await {
                let Ok(frame) = frame else { return false };
                taken += frame.data_ref().map_or(0, Bytes::len);
                if taken > MOST {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(LONGEST, all).await.unwrap_or(false)
    }

    /// Whether the door began to read. Before that, who asked whether to send it (`Expect: 100-continue`) sends nothing.
    pub(super) fn is_begun(&self) -> bool {
        self.state().begun
    }

    /// Nothing panics while it holds the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Unread {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut state = self.state();
        state.begun = true;
        Pin::new(&mut state.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.state().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.state().body.size_hint()
    }
}
