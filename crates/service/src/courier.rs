//! Who is called next. Nobody waits behind somebody else who does not answer: to each receiver only a few messages are
//! under way, a place that comes free is taken at once, and who was not there is left alone for a moment.

use std::future::pending;
use std::sync::Arc;

use latchkey_domain::{Delivery, Receiver, Seconds, Timestamp};
use latchkey_store::{Lane, StoreError};
use tokio::task::{Id, JoinError, JoinSet};

use crate::{Fault, Service};

/// So many messages are under way.
const PLACES: usize = 32;
/// So many are taken at a time, and none for a receiver to whom so many are under way: never more than twice as many.
const FEW: usize = 4;
/// So many are under way to subscribers, who may be many at one place.
const TO_SUBSCRIBERS: usize = 16;
/// Who was not there is left alone for so long.
const REST: Seconds = Seconds(30);

/// Works off one lane of the queue of deliveries.
pub struct Courier {
    service: Arc<Service>,
    lane: Lane,
    under_way: JoinSet<Result<bool, Fault>>,
    /// To whom each of them goes, where that matters.
    receivers: Vec<(Id, Receiver)>,
    /// Who was not there, with the moment until which they are left alone.
    resting: Vec<(Receiver, Timestamp)>,
}

impl Courier {
    /// One with nothing under way.
    pub fn new(service: Arc<Service>, lane: Lane) -> Self {
        Self {
            service,
            lane,
            under_way: JoinSet::new(),
            receivers: Vec::new(),
            resting: Vec::new(),
        }
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Sets out with what is due, as far as there are places.
    ///
    /// # Errors
    /// [`Fault`] when the queue can't be read.
    pub async fn send_due(&mut self) -> Result<(), Fault> {
        let now = self.service.now();
        self.resting.retain(|(_, until)| now < *until);
        let mut sent = false;
        while self.under_way.len() < PLACES {
            let taken = self.take(now, FEW.min(PLACES - self.under_way.len())).await?;
            if taken.is_empty() {
                break;
            }
            sent = true;
            for delivery in taken {
                let (service, receiver) = (Arc::clone(&self.service), delivery.message.receiver());
                let task = self
                    .under_way
                    .spawn(async move { service.deliver(delivery).await });
                self.receivers
                    .extend(receiver.map(|receiver| (task.id(), receiver)));
            }
        }
        if sent {
            self.service.count_waiting().await?;
        }
        Ok(())
    }

    async fn take(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, Fault> {
        let (store, lane, busy) = (self.service.store(), self.lane, self.busy());
        if !store.read().await?.is_delivery_due(lane, now, &busy).await? {
            return Ok(Vec::new());
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        store
            .write_with(busy, move |writer, busy| {
                Box::pin(async move { writer.take_deliveries(lane, now, limit, busy).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// To whom nothing more is sent now.
    fn busy(&self) -> Vec<Receiver> {
        let mut busy: Vec<Receiver> = self.resting.iter().map(|(receiver, _)| *receiver).collect();
        let mut to_subscribers = 0;
        for (_, receiver) in &self.receivers {
            to_subscribers += usize::from(matches!(receiver, Receiver::Subscriber(_)));
            let to_them = self.receivers.iter().filter(|(_, other)| other == receiver);
            if to_them.count() >= FEW && !busy.contains(receiver) {
                busy.push(*receiver);
            }
        }
        if to_subscribers >= TO_SUBSCRIBERS {
            busy.push(Receiver::Subscribers);
        }
        busy
    }

    /// Waits until something that was under way is done, with success or without; for ever if nothing is.
    pub async fn one_done(&mut self) {
        match self.under_way.join_next_with_id().await {
            None => pending().await,
            Some(done) => self.note(done),
        }
        while let Some(done) = self.under_way.try_join_next_with_id() {
            self.note(done);
        }
        if self.is_idle()
            && let Err(error) = self.service.count_waiting().await
        {
            tracing::warn!(%error, "what waits to be delivered could not be counted");
        }
    }

    fn note(&mut self, done: Result<(Id, Result<bool, Fault>), JoinError>) {
        let id = match &done {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let place = self.receivers.iter().position(|(task, _)| *task == id);
        let receiver = place.map(|place| self.receivers.swap_remove(place).1);
        match done {
            Ok((_, Ok(answered))) => {
                if let Some(receiver) = receiver {
                    self.resting.retain(|(resting, _)| *resting != receiver);
                    if !answered {
                        self.resting.push((receiver, self.service.now() + REST));
                    }
                }
            }
            Ok((_, Err(error))) => tracing::warn!(%error, "a delivery's outcome could not be noted"),
            Err(error) => tracing::error!(%error, "a delivery broke off"),
        }
    }
}
