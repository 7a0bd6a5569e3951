//! The body of an answer, which knows when the last of it is gone.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::pulse::UnderWay;

/// A body whose request is under way until its bytes are with the socket.
pub(super) struct Answer {
    body: Body,
    under_way: UnderWay,
    /// HTTP/2 takes bytes long before the client has room for them.
    queued: bool,
}

impl Answer {
    pub(super) fn new(body: Body, under_way: UnderWay, queued: bool) -> Self {
        Self {
            body,
            under_way,
            queued,
        }
    }
}

/// Bytes that keep their request under way until they are dropped.
struct Part {
    bytes: Bytes,
    _under_way: UnderWay,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if !self.queued {
            return Poll::Ready(frame);
        }
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| {
                frame.map_data(|bytes| {
                    Bytes::from_owner(Part {
                        bytes,
                        _under_way: self.under_way.part(),
                    })
                })
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::BodyExt;
    use hyper::body::Body as _;

    use super::super::pulse::Pulse;
    use super::*;

    async fn first(answer: &mut Answer) -> Bytes {
        answer.frame().await.unwrap().unwrap().into_data().unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_under_way_until_its_bytes_are_gone() {
        let pulse = Arc::new(Pulse::default());
        let mut answer = Answer::new(Body::from("all of it"), UnderWay::begin(&pulse), true);
        let bytes = first(&mut answer).await;
        assert_eq!(bytes, "all of it");
        assert!(answer.is_end_stream());
        drop(answer);
        assert_eq!(pulse.requests_under_way(), 1, "the client has not taken it yet");
        let (front, back) = (bytes.slice(..3), bytes.slice(3..));
        drop((bytes, front));
        assert_eq!(pulse.requests_under_way(), 1);
        drop(back);
        assert_eq!(pulse.requests_under_way(), 0);
    }

    #[tokio::test]
    async fn an_answer_that_nobody_takes_ends_when_it_is_dropped() {
        let pulse = Arc::new(Pulse::default());
        let answer = Answer::new(Body::from("x"), UnderWay::begin(&pulse), false);
        assert_eq!(answer.size_hint().exact(), Some(1));
        assert_eq!(pulse.requests_under_way(), 1);
        drop(answer);
        assert_eq!(pulse.requests_under_way(), 0);
    }
}
