//! Working off the queue of what others are to hear of.
//!
//! Each message is in the store from the moment of what it tells of, and leaves it when it arrived. A node takes a few
//! (`courier.rs`), sends them side by side, and says what became of each; if it can't, because it died, the message is due
//! again after a while. So a message arrives at least once, and those who get it must not mind it twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use latchkey_domain::{Delivery, Message, Timestamp};
use latchkey_store::{Lane, NoticeAttempt, StoreError, Writer};

use crate::{Courier, Fault, OutboundRequest, Service};

/// What became of messages since the start, on this node.
#[derive(Debug, Default)]
pub(crate) struct DeliveryCounters {
    delivered: AtomicU64,
    failed: AtomicU64,
    given_up: AtomicU64,
    waiting: AtomicU64,
}

/// The same, as figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeliveryStats {
    /// Messages that arrived.
    pub delivered: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Messages that were given up.
    pub given_up: u64,
    /// Messages in the queue when it was last looked at, those of other nodes too.
    pub waiting: u64,
}

/// What became of an attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    Arrived,
    /// Nobody wants to hear it any more.
    Moot,
    Failed(String),
    /// It failed, since nobody was there.
    Unanswered(String),
    /// It will never arrive.
    Hopeless(String),
}

/// What becomes of the message then.
enum Next {
    Arrived,
    Leaves,
    Waits(Timestamp, String),
    GivenUp(String),
}

impl Service {
    /// Delivers all that is due of this lane.
    ///
    /// # Errors
    /// [`Fault`] when the queue can't be read. What was taken comes back by itself.
    pub async fn deliver_due(self: &Arc<Self>, lane: Lane) -> Result<(), Fault> {
        let mut courier = Courier::new(Arc::clone(self), lane);
        courier.send_due().await?;
        while !courier.is_idle() {
            courier.one_done().await;
            courier.send_due().await?;
        }
        Ok(())
    }

    pub(crate) async fn count_waiting(&self) -> Result<(), Fault> {
        let waiting = self.store.read().await?.deliveries_waiting().await?;
        self.deliveries.waiting.store(waiting, Ordering::Relaxed);
        Ok(())
    }

    /// So many messages were removed from the queue, too old to be of use: nobody had answered in time.
    pub fn count_unheard(&self, messages: u64) {
        if messages > 0 {
            self.deliveries.given_up.fetch_add(messages, Ordering::Relaxed);
            tracing::error!(
                messages,
                "applications did not hear in time of sessions that ended; given up"
            );
        }
    }

    /// What became of messages since the start.
    pub fn delivery_stats(&self) -> DeliveryStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        DeliveryStats {
            delivered: read(&self.deliveries.delivered),
            failed: read(&self.deliveries.failed),
            given_up: read(&self.deliveries.given_up),
            waiting: read(&self.deliveries.waiting),
        }
    }

    /// Whether somebody answered, or nobody had to.
    pub(crate) async fn deliver(&self, delivery: Delivery) -> Result<bool, Fault> {
        let outcome = self.tell(&delivery).await?;
        let answered = !matches!(outcome, Outcome::Unanswered(_));
        let (key, attempts) = (delivery.message.key(), delivery.attempts);
        let next = match outcome {
            Outcome::Arrived => {
                count(&self.deliveries.delivered);
                tracing::info!(delivery = key, attempts, "delivered");
                Next::Arrived
            }
            Outcome::Moot => {
                tracing::debug!(delivery = key, "nobody is to hear of it any more");
                Next::Leaves
            }
            Outcome::Failed(reason) | Outcome::Unanswered(reason) => {
                count(&self.deliveries.failed);
                if let Some(next) = delivery.next_attempt(self.now()) {
                    tracing::warn!(
                        delivery = key,
                        attempts,
                        reason,
                        "not delivered; trying again later"
                    );
                    Next::Waits(next, reason)
                } else {
                    count(&self.deliveries.given_up);
                    tracing::error!(delivery = key, attempts, reason, "not delivered; given up");
                    Next::GivenUp(reason)
                }
            }
            Outcome::Hopeless(reason) => {
                count(&self.deliveries.failed);
                count(&self.deliveries.given_up);
                tracing::error!(
                    delivery = key,
                    attempts,
                    reason,
                    "will never be delivered; given up"
                );
                Next::GivenUp(reason)
            }
        };
        let now = self.now();
        self.store
            .write_with((delivery, next), move |writer, (delivery, next)| {
                Box::pin(async move { settle(writer, delivery, next, now).await })
            })
            .await
            .map_err(|error: StoreError| Fault::from(error))?;
        Ok(answered)
    }

    /// Makes the request anew each time, so that tokens in it are fresh.
    async fn tell(&self, delivery: &Delivery) -> Result<Outcome, Fault> {
        let request: Option<OutboundRequest> = match &delivery.message {
            Message::Logout {
                client,
                user,
                session,
            } => self.logout_request(*client, *user, *session).await?,
            Message::Changes {
                subscription, news, ..
            } => self.changes_request(*subscription, news).await?,
            Message::Lifecycle { subscription, event } => {
                self.lifecycle_request(*subscription, *event).await?
            }
            Message::Notice { record, reader } => return self.send_notice(*record, reader).await,
        };
        let Some(request) = request else {
            return Ok(Outcome::Moot);
        };
        Ok(self.call(request).await)
    }

    /// Sends a request to somebody who is told.
    pub(crate) async fn call(&self, request: OutboundRequest) -> Outcome {
        match self.outbound.send(request).await {
            Ok(answer) if (200..300).contains(&answer.status) => Outcome::Arrived,
            Ok(answer) => Outcome::Failed(format!("status {}", answer.status)),
            Err(error) => Outcome::Unanswered(error.to_string()),
        }
    }
}

/// Writes down what becomes of a message; of a notice also how it went.
async fn settle(
    writer: &mut Writer,
    delivery: &Delivery,
    next: &Next,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Message::Notice { reader, .. } = &delivery.message {
        let attempt = match next {
            Next::Arrived => Some(NoticeAttempt::Delivered),
            Next::Leaves => None,
            Next::Waits(_, reason) => Some(NoticeAttempt::Failed(reason.clone())),
            Next::GivenUp(reason) => Some(NoticeAttempt::Lost(reason.clone())),
        };
        if let Some(attempt) = attempt {
            writer.note_attempt(reader.channel(), &attempt, now).await?;
        }
    }
    match next {
        Next::Arrived | Next::Leaves => writer.finish_delivery(delivery).await,
        Next::Waits(until, _) => writer.postpone_delivery(delivery, *until).await,
        Next::GivenUp(_) => writer.give_up_delivery(delivery, now).await,
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
